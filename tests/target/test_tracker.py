import csv
from dataclasses import replace
from pathlib import Path

import pytest

from ruralincome.series import InputError, Text
from ruralincome.target.tracker import Chance, Fate, TargetRow, track

ROOT = Path(__file__).parents[2]
X = Text("x", "x")


def article():
    with (ROOT / "data" / "targets.csv").open(encoding="utf-8", newline="") as stream:
        return {row["id"]: TargetRow.from_cells(row) for row in csv.DictReader(stream)}


ROWS = article()


def row(**facts):
    return replace(TargetRow("a", X, X, "communes", 67, 2021, baseline_value=65, baseline_year=2020, total=93), **facts)


def test_every_target_of_the_article_is_a_quotation_of_it():
    assert len(ROWS) == 14
    assert all(row.quote and row.source for row in ROWS.values())


def test_counts_of_a_total():
    found = track(ROWS["binh_thuan_new_rural_communes"], 2020)
    assert (found.status, found.needed, found.pace, found.headroom) == ("pace", 2, 2, 26)
    assert found.share == 67 / 93
    assert (found.refusal, found.missing_year) == ("one_observation", 2020)
    assert found.probability is None


def test_what_the_prime_minister_assigned_was_met():
    found = track(ROWS["binh_thuan_new_rural_communes_2020"], 2020)
    assert (found.status, found.reached) == ("met", 15)


def test_further_communes_need_a_history_not_a_baseline():
    found = track(ROWS["binh_thuan_advanced_communes"], 2020)
    assert (found.status, found.pace, found.refusal) == ("pace", 2, "no_history")


@pytest.mark.parametrize(("since", "status", "missing"), [(2020, "pace", 2020), (2021, "criteria_replaced", 2021)])
def test_criteria_are_known_from_the_end_of_their_first_year(since, status, missing):
    found = track(row(criteria_since=since), 2020)
    assert (found.status, found.missing_year) == (status, missing)


def test_range():
    found = track(ROWS["binh_thuan_ocop_five_star"], 2020)
    assert (found.status, found.pace, found.pace_high) == ("pace_at_most", 3 / 5, 1.0)
    assert (found.refusal, found.missing_year) == ("no_baseline", 2020)


def test_shares_without_a_baseline():
    files = track(ROWS["vinh_long_files_province"], 2020)
    assert (files.status, files.pace, files.headroom) == ("pace_at_most", 30, 10)
    whole = track(ROWS["vinh_long_online_services"], 2020)
    assert (whole.headroom, whole.share) == (0, 1)


def test_deadline_come_without_a_figure():
    found = track(ROWS["vinh_long_files_province"], 2023)
    assert (found.status, found.missing_year) == ("no_outcome", 2023)


def test_income_takes_the_probability_given():
    found = track(ROWS["binh_thuan_rural_income"], 2020, Chance(2020, 0.37))
    assert (found.status, found.probability, found.years) == ("assessed", 0.37, 1)
    assert found.pace == pytest.approx(4.0)
    assert track(row(baseline_value=None, baseline_year=None), 2020, Chance(2020, 0.4)).status == "assessed"
    assert track(row(value=60), 2020, Chance(2020, 0.4)).status == "met"  # an outcome goes before a probability


def test_the_last_figure_known_gives_the_pace_and_the_outcome():
    income = row(unit="thousand_vnd_per_person_month", value=150, deadline=2025, baseline_value=100, total=None)
    found = track(income, 2024, Chance(2024, 0.3), latest=(2024, 140.0), before=Chance(2020, 0.6))
    assert (found.status, found.needed, found.pace, found.years) == ("assessed", 10, 10, 1)
    assert found.before.probability == 0.6
    assert track(income, 2025, latest=(2025, 151.0)).status == "met"
    assert track(income, 2025, latest=(2025, 149.0)).status == "missed"
    assert track(income, 2025, latest=(2024, 140.0)).status == "no_outcome"


def test_what_is_no_count_and_has_no_series_has_no_pace():
    found = track(
        row(unit="usd_per_person_year", value=6700, baseline_value=None, baseline_year=None, total=None), 2020
    )
    assert (found.status, found.pace, found.refusal) == ("no_series", None, "no_series")


@pytest.mark.parametrize(
    ("facts", "ends"),
    [
        ({"deadline": 2025}, True),
        ({"deadline": 2024}, False),
        ({"deadline": 2025, "unit": "percent_of_communes", "value": 67}, True),
        ({"deadline": 2025, "unit": "percent"}, False),
        ({"deadline": 2025, "unit": "households", "total": None}, False),
        ({"deadline": 2030, "announced": "2021-07-28"}, True),
        ({"deadline": 2030, "announced": "2025-12-11"}, False),
    ],
)
def test_units_end_that_stood_when_the_target_was_announced(facts, ends):
    assert Fate("x", "2025-07-01", (), 93, 36).ends(row(**facts)) is ends


def test_one_figure_met_or_missed():
    assert track(row(deadline=2020), 2020).status == "missed"
    assert track(row(value=65), 2020).status == "met"
    strict = track(row(value=65, bound="more_than"), 2020)
    assert (strict.status, strict.needed, strict.headroom) == ("pace", 1, 27)
    share = row(unit="percent", value=65, bound="more_than", total=100)
    assert track(share, 2020).needed == 0  # any increase at all


def test_no_look_ahead():
    found = track(row(baseline_year=2021, deadline=2025), 2020)
    assert (found.status, found.refusal) == ("pace_at_most", "no_baseline")


def test_range_from_a_baseline():
    found = track(row(value=70, value_high=75, bound="range", deadline=2025), 2020)
    assert (found.pace, found.pace_high) == (1.0, 2.0)
    assert track(row(value=65, value_high=75, bound="range", deadline=2025), 2020).status == "met"


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"value": 94}, "a: value 94 exceeds the total 93"),
        ({"value": 67.5}, "a: value 67.5 is not a whole number of communes"),
        ({"value": -1}, "a: value -1 cannot be"),
        ({"unit": "percent", "value": 101, "total": None}, "a: value 101 cannot be"),
        ({"value_high": 70}, "a: a range has both ends"),
        ({"bound": "range"}, "a: a range has both ends"),
        ({"bound": "range", "value_high": 60}, "a: range 67 to 60 is upside down; swap its ends"),
        ({"baseline_year": None}, "a: baseline_value and baseline_year go together"),
    ],
)
def test_faults(facts, message):
    with pytest.raises(InputError, match=message):
        row(**facts)


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("value", "48,9", "value '48,9' is not a number with a decimal point"),
        ("value", "inf", "value 'inf' is not a number with a decimal point"),
        ("value", "", "value and deadline are needed"),
        ("deadline", "2021.5", "deadline '2021.5' is not a calendar year"),
        ("bound", "some", "bound 'some' is not known; choose one of at_least, more_than, range, about, reach"),
    ],
)
def test_faults_of_cells(column, cell, message):
    with (ROOT / "data" / "targets.csv").open(encoding="utf-8", newline="") as stream:
        cells = {**next(csv.DictReader(stream)), column: cell}
    with pytest.raises(InputError, match=message):
        TargetRow.from_cells(cells)


def test_both_ends_of_a_range_may_be_one_number():
    found = track(row(bound="range", value=66, value_high=66), 2020)
    assert (found.pace, found.pace_high) == (1, 1)
