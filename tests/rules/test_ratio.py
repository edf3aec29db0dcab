"""Eurostat, Statistics Canada / Open SDG, UNSD: the published cases, scores and lines."""

import math

import numpy as np
import pytest
from published import EDGES, arguments, number, table

from ruralincome.rules import Case, ratio

PUBLISHED = table("open_sdg_progress.csv")


def open_sdg(*case, **more):
    return ratio.open_sdg(Case(*case, **more))[0]


def eurostat(*case, **more):
    return ratio.eurostat(Case(*case, **more))[0]


def test_all_published_open_sdg_cases():
    assert len(PUBLISHED) == 295
    for row in PUBLISHED:
        verdict = open_sdg(*arguments(row), number(row["limit"]))
        assert verdict.label == row["status"], row
        assert verdict.value == pytest.approx(number(row["progress_value"]), abs=1e-9), row
        assert verdict.score == pytest.approx(number(row["score"]), abs=1e-9), row


def test_numbers_from_a_table_with_gaps():
    """As pandas hands them over: numpy floats, and nan where nothing is stated."""
    for row in PUBLISHED:
        gaps = [np.float64(math.nan if x is None else x) for x in (*arguments(row)[:6], number(row["limit"]))]
        assert open_sdg(*gaps[:6], int(row["direction"]), gaps[6]).label == row["status"], row


def test_base_equals_target_equals_current():
    verdict = open_sdg(*arguments(EDGES["base_equals_target_equals_current"]))
    assert (verdict.label, verdict.score, verdict.value) == ("target_achieved", 5, None)


def test_base_equals_target_then_lost():
    verdict = open_sdg(2015, 100, 2022, 98, 2030, 100)
    assert (verdict.label, verdict.score, verdict.value) == ("deterioration", -5, -math.inf)
    assert open_sdg(2015, 100, 2022, 102, 2030, 100).value == math.inf
    assert eurostat(2015, 100, 2022, 98, 2030, 100).label == "movement_away"


def test_base_zero_without_target_keeps_full_thresholds():
    assert open_sdg(2015, 0, 2020, 3, limit=100).notes == ("no_target", "base_replaced")
    assert open_sdg(2015, 0, 2020, 0, limit=0).label == "deterioration"


def test_base_at_natural_limit():
    verdict = open_sdg(*arguments(EDGES["base_at_natural_limit"]), limit=100)
    assert (verdict.label, verdict.score) == ("substantial_progress", 5)
    assert open_sdg(2015, 100, 2024, 99.9, limit=100).label == "deterioration"


def test_the_upper_stretch_of_the_open_sdg_score_begins_at_its_line():
    """75 % a year of the 125 % needed are 0.6 to the last bit: 7.1429 x 0.6 - 4.2857, where the lower has half that."""
    verdict = open_sdg(2015, 1.0, 2016, 1.75, 2017, 5.0625)
    assert (verdict.value, verdict.label) == (0.6, "moderate_progress")
    assert verdict.score == pytest.approx(0.00004, abs=1e-12)


@pytest.mark.parametrize(
    ("percent", "score"), [(200, 5), (130, 5), (95, 2.5), (60, 0), (0, -2.5), (-60, -5), (-200, -5)]
)
def test_eurostat_score_scale(percent, score):
    latest = 100 * (1 + percent / 100 * 0.01)  # one year at this share of 1 % a year
    verdict = eurostat(2020, 100, 2021, latest, 2021.5, 100 * 1.01**1.5)
    assert verdict.score == pytest.approx(score, abs=1e-9)


@pytest.mark.parametrize(
    ("growth", "label", "score"),
    [
        (0.03, "significant_progress", 5),
        (0.011, "significant_progress", 2.75),
        (0.005, "moderate_progress", 1.25),
        (0.0, "no_change", 0),
        (-0.005, "moderate_movement_away", -1.25),
        (-0.03, "significant_movement_away", -5),
    ],
)
def test_eurostat_without_target(growth, label, score):
    verdict = eurostat(2020, 100, 2022, 100 * (1 + growth) ** 2)
    assert (verdict.label, verdict.notes) == (label, ("no_target",))
    assert verdict.score == pytest.approx(score, abs=1e-9)
    assert eurostat(2020, 100, 2022, 100 * (1 - growth) ** 2, direction=-1).label == label


def test_all_published_cases_at_once():
    """A column a figure, every row as it is alone."""
    columns = zip(*((*arguments(row), number(row["limit"])) for row in PUBLISHED), strict=True)
    found = ratio.open_sdg(Case(*(np.array(column, float) for column in columns)))
    assert [found.by.labels[i] for i in found.label] == [row["status"] for row in PUBLISHED]
    assert [found[i] for i in range(3)] == [open_sdg(*arguments(r), number(r["limit"])) for r in PUBLISHED[:3]]


def test_a_base_beyond_its_natural_limit_is_as_far_from_it_on_the_other_side():
    """C = 1 - (90 / 100)^4.44 for a base of 110 of 100: on_track from 1.5 % C a year on, here 0.56 %."""
    line = 0.015 * (1 - 0.9**4.44)
    for growth, label in ((line * 1.01, "substantial_progress"), (line * 0.99, "moderate_progress")):
        assert open_sdg(2020, 110.0, 2021, 110 * (1 + growth), limit=100).label == label
        assert open_sdg(2020, 90.0, 2021, 90 * (1 + growth), limit=100).label == label
