"""Announced targets, and several of one series together, without a page."""

from pathlib import Path

import pytest

from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.targets import together, tracked_targets
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]
GOALS = [{"value": 48.9, "year": 2021}, {"value": 67.35, "year": 2025}]


def test_a_target_with_a_series_has_the_probability_of_its_scenario():
    found = next(one for one in tracked_targets(2020, ROOT) if one.row.id == "binh_thuan_rural_income")
    stated = Scenario.stated(target={"value": found.row.value, "year": found.row.deadline}, as_of=2020)
    assert found.probability == answer(stated, root=ROOT).assessment.probability


def test_a_target_whose_year_has_come_has_none():
    assert all(one.probability is None for one in tracked_targets(2025, ROOT))


def test_together_is_less_likely_than_either_alone():
    found = together("binh_thuan_rural_income", GOALS, 2020, ROOT)
    assert [target.year for target in found.targets] == [2021, 2025]
    assert found.joint.together < min(found.joint.alone)
    assert found.unit == "million_vnd_per_person_year"


def test_a_target_that_cannot_stand_is_refused():
    with pytest.raises(InputError, match="target value -1 is not a positive number"):
        together("binh_thuan_rural_income", [{"value": -1, "year": 2021}], 2020, ROOT)
