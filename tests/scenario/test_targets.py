"""Targets of the data package, and what became of the units that they count."""

from dataclasses import replace
from pathlib import Path

import pytest

from ruralincome.data.package import read_series
from ruralincome.report.pages.targets import page
from ruralincome.report.words.words import LANGUAGES
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.targets import fate, together, tracked_targets
from ruralincome.scenario.territory import crossed
from ruralincome.series import Faults, InputError, Series, Text
from ruralincome.series.units import UNITS
from ruralincome.target.likelihood import whole_percent
from ruralincome.target.tracker import TargetRow, bounded, track

ROOT = Path(__file__).parents[2]
INCOME = "binh_thuan_rural_income"
GOALS = [{"value": 48.9, "year": 2021}, {"value": 67.35, "year": 2025}]


@pytest.fixture(scope="module")
def later():
    return {one.row.id: one for one in tracked_targets(2024, ROOT, "later_targets")}


def test_a_target_with_a_series_has_the_probability_of_its_scenario():
    found = next(one for one in tracked_targets(2020, ROOT) if one.row.id == INCOME)
    stated = Scenario.stated(target={"value": found.row.value, "year": found.row.deadline}, as_of=2020)
    assert found.status == "assessed"
    assert found.probability == answer(stated, root=ROOT).assessment.probability


@pytest.mark.parametrize("as_of", [2021, 2025])
def test_a_target_whose_year_has_come_has_none(as_of):
    found = tracked_targets(as_of, ROOT)
    assert all(one.probability is None for one in found if one.row.deadline <= as_of)
    assert next(one for one in found if one.row.id == INCOME).status == "no_outcome"


@pytest.mark.parametrize("years", [3, 2])
def test_a_share_has_the_chance_that_its_limit_leaves_where_three_figures_stand(monkeypatch, years):
    share = Series("share", (2022, 2023, 2024)[-years:], (73.1, 77.7, 79.5)[-years:], unit="percent")
    stated = TargetRow.from_cells

    def with_series(cells):
        row = stated(cells)
        asked = {"series": "share", "unit": "percent", "value": 85.0, "criteria_since": None}
        return replace(row, **asked) if row.id == "vn_new_rural_share_2030" else row

    def read(name, root):
        return share if name == "share" else read_series(name, root)

    monkeypatch.setattr(TargetRow, "from_cells", with_series)
    monkeypatch.setattr("ruralincome.scenario.targets.read_series", read)
    found = {one.row.id: one for one in tracked_targets(2024, ROOT, "later_targets")}["vn_new_rural_share_2030"]
    by_hand = bounded(share, found.row.deadline, found.row.value, found.row.total or 100.0)
    assert found.probability == (by_hand if years == 3 else None)
    assert years == 2 or 0 < by_hand < 1


def test_together_is_less_likely_than_either_alone_and_likelier_than_the_product():
    found = together(INCOME, GOALS, 2020, ROOT, "old")
    assert [target.year for target in found.targets] == [2021, 2025]
    one, other = found.joint.alone
    assert one * other < found.joint.together < min(one, other)
    assert found.joint.either == pytest.approx(one + other - found.joint.together)
    assert (found.unit, found.as_of) == ("million_vnd_per_person_year", 2020)


@pytest.mark.parametrize(
    ("goals", "words"),
    [
        ([{"value": -1, "year": 2021}], "target value -1 is not a positive number"),
        ([GOALS[0], {"value": 48.9, "year": 2021, "direction": 2}], "direction 2"),
        ([{"value": 48.9, "year": 2020}], "2020"),
    ],
)
def test_a_target_that_cannot_stand_is_refused(goals, words):
    with pytest.raises(InputError, match=words):
        together(INCOME, goals, 2020, ROOT)


def test_targets_beyond_a_redrawing_are_refused_unless_a_rule_is_stated():
    with pytest.raises(Faults, match="redrawn"):
        together(INCOME, GOALS, 2020, ROOT)


def test_what_became_of_the_provinces_of_the_article():
    found = fate("tỉnh Bình Thuận")
    assert (found.day, found.became, found.before, found.after) == ("2025-07-01", ("Tỉnh Lâm Đồng",), 93, 36)
    assert fate("tỉnh Vĩnh Long").became == ("Tỉnh Vĩnh Long",)
    country = fate("cả nước")
    assert (country.became, country.before, country.after) == ((), 7692, 2621)
    assert fate("Cả nước").before == fate("Việt Nam").before == 7692
    assert fate("tỉnh Vĩnh Long (mới)") is None
    assert fate("thành phố Hà Nội") is None


@pytest.mark.parametrize(
    ("name", "became", "before"),
    [("huyện Đức Linh", {"Xã Đức Linh", "Xã Hoài Đức", "Xã Nam Thành", "Xã Trà Tân"}, 10), ("Thị xã La Gi", None, 4)],
)
def test_what_became_of_a_district(name, became, before):
    found = fate(name)
    assert (found.day, found.before) == ("2025-07-01", before)
    assert became is None or set(found.became) == became


def test_targets_that_outlived_their_units_are_no_progress(later):
    ended = {name for name, one in later.items() if one.status == "unit_ended"}
    assert {"binh_thuan_communes_2025", "binh_thuan_districts_2025", "vinh_long_communes_2025"} <= ended
    assert {"vn_new_rural_share_2025", "vn_new_rural_model_2025", "vn_new_rural_advanced_2025"} <= ended
    assert all(UNITS[later[name].row.unit].of_places and later[name].row.deadline == 2025 for name in ended)
    assert "vinh_long_new_communes_2025" not in ended  # of the new province: announced after the day
    assert all(later[name].pace is None and later[name].refusal == "unit_ended" for name in ended)


def test_a_target_by_criteria_of_its_own_years_is_no_progress(later):
    one = later["vn_new_rural_share_2030"]
    assert (one.status, one.refusal, one.missing_year) == ("criteria_replaced", "criteria_replaced", 2026)
    assert track(one.row, 2026).status == "pace_at_most"  # a figure by its criteria can be known then


def test_national_income_is_assessed_and_a_range_by_its_lower_end(later):
    low, high = later["vn_rural_income_2025"], later["vn_rural_income_2030"]
    assert low.status == high.status == "assessed"
    assert low.row.value == pytest.approx(1.5 * 3482)
    assert (high.row.value, high.row.value_high) == pytest.approx((2.5 * 3482, 3 * 3482))
    assert high.row.goal == high.row.value
    assert [one.before.as_of for one in (low, high)] == [2020, 2020]
    assert low.probability < low.before.probability
    assert high.chance.high < high.probability
    assert high.before.high < high.before.probability
    assert low.pace == 5223 - 4505  # from the last figure known


def test_every_target_that_was_read_is_there_and_what_has_no_series_says_so(later):
    assert len(later) == 29
    grdp = [one for one in later.values() if "GRDP" in one.row.indicator.en]
    assert len(grdp) == 3
    assert {one.status for one in (*grdp, later["vn_minority_income_2030"])} == {"no_series"}
    assert all(one.probability is None and one.refusal for one in later.values() if one.row.series is None)
    assert later["vn_new_rural_advanced_2025"].row.bound == later["vn_modern_rural_2030"].row.bound == "about"
    assert later["binh_thuan_districts_more_2025"].row.is_increment


def test_income_of_the_old_province_is_asked_on_its_old_territory(later):
    one = later["binh_thuan_rural_income_2025"]
    assert one.status == "assessed"
    assert one.row.read == "press"
    assert one.before is None  # nothing was published since


def test_targets_due_before_the_day_are_scored_as_ever():
    found = {one.row.id: one for one in tracked_targets(2020, ROOT)}
    assert found["binh_thuan_new_rural_communes"].status == "pace"
    assert found["binh_thuan_new_rural_communes"].fate is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_became_of_the_units(language):
    found = tracked_targets(2024, ROOT, "later_targets")
    block = page(found, language, 2024, later=True)
    assert "tỉnh lâm đồng" in block.text.lower()
    assert "93" in block.text
    assert 'id="later"' in block.html
    assert "67" in block.text
    assert {"vi": "2.621 xã", "en": "2,621 rural communes"}[language] in block.text
    assert {"vi": "Theo báo chí đưa tin", "en": "As the press reported it"}[language] in block.text
    before = whole_percent(next(one for one in found if one.row.id == "vn_rural_income_2025").before.probability)
    said = {"vi": f"đến hết năm 2020, xác suất là {before}%", "en": f"end of 2020 the probability was {before}%"}
    assert said[language] in block.text
    assert "Nghị quyết 257/2025/QH15" in block.html


def test_whether_a_series_crosses_a_day():
    old = Series("x", (2016, 2020), (1.0, 2.0), place=Text("tỉnh Bình Thuận", "x"))
    assert crossed(old, 2025)
    assert not crossed(old, 2024)
    assert not crossed(Series("x", (2016,), (1.0,)), 2030)


def test_units_without_a_fate_go_on():
    row = TargetRow("x", Text("cả nước", "x"), Text("a", "a"), "communes", 10, 2030)
    assert track(row, 2024).status == "pace_at_most"
