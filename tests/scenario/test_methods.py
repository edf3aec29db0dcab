"""What the page on the method rests on."""

from pathlib import Path

import pytest

from ruralincome.data.package import read_benchmark
from ruralincome.reference.vintages import read_class
from ruralincome.scenario.answer import answer, methods
from ruralincome.scenario.file import Scenario
from ruralincome.series import InputError
from ruralincome.target.target import Outlook

ROOT = Path(__file__).parents[2]


def test_the_classes_are_those_that_know_no_more_and_the_default_one_leads_as_in_an_answer():
    found = methods("binh_thuan_rural_income", 48.9, 2021, ROOT)
    assert all(one.reference.last_year <= 2020 for one in found.classes)
    asked = answer(Scenario(reference="vietnam-provinces-real"), root=ROOT).assessment
    chances = {
        one.reference.name: one.outlook.probability(found.target)
        for one in found.classes
        if isinstance(one.outlook, Outlook)
    }
    assert chances[asked.reference.name] == pytest.approx(asked.probability, abs=1e-4)


def test_the_weight_of_ones_own_pace_rises_with_the_years_observed():
    found = methods("binh_thuan_rural_income", 48.9, 2021, ROOT)
    parts = read_class("vietnam-pool", 2020).into("nominal").prior()
    assert found.own_weight(12) == pytest.approx(sum(c.weight * 11 / (11 + c.k0) for c in parts))
    assert found.own_weight(3) < found.own_weight(12)


@pytest.mark.parametrize("content", [None, "{torn"])
def test_results_that_are_missing_or_torn_are_named_with_the_remedy(tmp_path, content):
    (tmp_path / "benchmarks").mkdir()
    if content is not None:
        (tmp_path / "benchmarks" / "results.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"benchmarks/results\.json is missing.*make bench"):
        read_benchmark("results.json", tmp_path)
