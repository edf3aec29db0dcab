"""UNICEF / WHO, Defra, projection, OBR: rates, years and the rounding that can turn them."""

import math
from dataclasses import replace

import pytest

from ruralincome.rules import EXACT, RULES, Case, Rounding, all_rules, pace

ARTICLE = (2016, 32.6, 2020, 44.9, 2021, 48.9)


def panel(*case, rules=RULES, **more):
    return {found.by.code: found[0] for found in all_rules(Case(*case, **more), rules)}


def unicef(case, rounding=pace.unicef.rounding):
    return replace(pace.unicef, rounding=rounding)(case)[0]


def obr(case, probability):
    return pace.obr(replace(case, probability=probability))[0]


def test_unicef_rounding_can_flip_the_verdict():
    case = Case(2016, 32.64, 2020, 44.94, 2021, 48.68)
    assert unicef(case, rounding=EXACT).label == "on_track"
    assert unicef(case, rounding=pace.unicef.rounding).label == "some_progress"
    assert unicef(case, rounding=Rounding(values=1)).label == "some_progress"


def test_unicef_takes_the_least_squares_slope():
    years, values = (2016, 2017, 2018, 2020), (10.0, 11.0, 13.0, 14.0)
    logs = [math.log(y) for y in values]
    slope = sum((t - 2017.75) * log for t, log in zip(years, logs, strict=True)) / sum(
        (t - 2017.75) ** 2 for t in years
    )
    verdict = unicef(Case(2016, 10.0, 2020, 14.0, 2021, 15.0, history=(0, years, values)), EXACT)
    assert verdict.value == pytest.approx(100 * (math.exp(slope) - 1), rel=1e-12)
    assert verdict.value != pytest.approx(unicef(Case(2016, 10.0, 2020, 14.0, 2021, 15.0), rounding=EXACT).value)


@pytest.mark.parametrize(("years", "values", "slope"), [
    ((2016, 2020), (10.0, 14.0), math.log(1.4) / 4),
    ((2016, 2018), (10.0, 13.0), math.log(1.4) / 4),  # two of a history say no more than base and latest
    ((2016, 2017, 2020), (10.0, 11.0, 14.0), (-5 * math.log(10) - 2 * math.log(11) + 7 * math.log(14)) / 26),
])  # fmt: skip
def test_unicef_takes_a_line_through_three_observations_and_not_through_two(years, values, slope):
    """Through years 0, 1 and 4 by hand: their mean is 5/3, so that they weigh -5/3, -2/3 and 7/3 of 26/3."""
    found = unicef(Case(2016, 10.0, 2020, 14.0, 2021, 15.0, history=(0, years, values)), EXACT)
    assert found.value == pytest.approx(100 * math.expm1(slope), rel=1e-12)


@pytest.mark.parametrize(("latest", "label"), [(101.2, "some_progress"), (100.2, "no_progress"), (98.0, "worsening")])
def test_unicef_labels(latest, label):
    assert unicef(Case(2018, 100.0, 2020, latest, 2022, 112.0)).label == label


def test_values_that_vanish():
    verdicts = panel(2018, 10.0, 2020, 0.0, 2030, 20.0)
    for rule in ("unicef", "defra", "projection"):
        assert (verdicts[rule].label, verdicts[rule].notes) == ("not_available", ("zero_in_logarithm",))
    assert unicef(Case(2018, 0.04, 2020, 0.08, 2022, 1.0)).notes == ("zero_in_logarithm",)  # rounds to 0.0


def test_obr():
    case = Case(*ARTICLE)
    assert obr(case, 0.51).label == "more_likely_than_not"
    assert obr(case, 0.5).label == "not_more_likely_than_not"
    assert obr(case, None).notes == ("probability_refused",)
    met = Case(2016, 32.6, 2020, 49.0, 2021, 48.9)
    for probability in (0.7, None):  # of what is met nobody asks why there is no chance
        found = obr(met, probability)
        assert (found.label, "probability_refused" in found.notes) == ("target_achieved", False)


@pytest.mark.parametrize(
    ("growth", "label"),
    [(0.0051, "some_progress"), (0.0049, "no_progress"), (-0.0049, "no_progress"), (-0.0051, "worsening")],
)
def test_unicef_lines(growth, label):
    assert unicef(Case(2020, 100.0, 2021, 100 * (1 + growth), 2025, 150.0), rounding=EXACT).label == label


@pytest.mark.parametrize(
    ("late", "label"),
    [
        (-0.01, "substantial_progress"),
        (0.01, "some_progress"),
        (4.99, "some_progress"),
        (5.01, "insufficient_progress"),
    ],
)
def test_defra_counts_five_years(late, label):
    rate = 0.05
    target = 105 * (1 + rate) ** (3 + late)  # reached 3 + late years after 2021; due in 2024
    assert panel(2020, 100.0, 2021, 105.0, 2024, target)["defra"].label == label


@pytest.mark.parametrize(
    ("latest", "label"), [(105.9, "substantial_progress"), (103.5, "some_progress"), (101.0, "insufficient_progress")]
)
def test_defra_years(latest, label):
    verdict = panel(2018, 100.0, 2020, latest, 2022, 112.0)["defra"]
    assert verdict.label == label
    assert latest * (latest / 100) ** (verdict.value / 2) == pytest.approx(112.0)


def test_defra_never():
    verdict = panel(2018, 100.0, 2020, 99.0, 2022, 112.0)["defra"]
    assert (verdict.label, verdict.value, verdict.notes) == ("insufficient_progress", None, ("never_at_this_pace",))


def test_unicef_attains_the_share_of_a_need_of_one_percent():
    verdict = unicef(Case(2020, 100.0, 2021, 100.5, 2022, 102.0))  # 0.995 % a year is needed, 1.00 as it rounds
    assert (verdict.value, verdict.numbers["required"], verdict.attained) == (0.5, 1.0, 0.5)
