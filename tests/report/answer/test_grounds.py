"""Caveats, parameters and provenance of a report."""

from pathlib import Path

import pytest
import yaml

from ruralincome.report.answer import sections
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def article():
    return answer(Scenario(), "baseline", ROOT)


def test_caveats_are_computed_from_the_survey(article):
    said = sections.caveats(article, "vi").text
    assert "2.714 nghìn đồng/người/tháng × 12 tháng = 32,57 triệu đồng/người/năm, trùng với 32,6" in said
    assert "3.981 nghìn đồng/người/tháng × 12 tháng = 47,77 triệu đồng/người/năm, khác với 44,9" in said
    assert "1,5 lần số liệu công bố năm 2016" in said
    assert "2017, 2018, 2019" in said


def test_caveats_of_another_series_name_no_other_place():
    national = answer(Scenario.stated(extends="national_rural_2020"), "national", ROOT)
    assert "32,57" not in sections.caveats(national, "vi").text


def test_the_params_shown_make_the_same_scenario(article):
    for name in ("covid_dip", "target_2025", "real_terms"):
        found = answer(Scenario.stated(extends=name), name, ROOT)
        again = Scenario.stated(**yaml.safe_load(sections.params_text(found)))
        assert again.model_copy(update={"extends": found.scenario.extends}) == found.scenario
