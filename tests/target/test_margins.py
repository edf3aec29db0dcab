import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from ruralincome.data.package import read_series
from ruralincome.models.walk import chances, pooled, random_walk_with_drift
from ruralincome.reference.vintages import read_class
from ruralincome.rules import Case, all_rules
from ruralincome.rules.case import half_away
from ruralincome.series import InputError, Series
from ruralincome.target.likelihood import likelihood
from ruralincome.target.margins import REACH, margins, margins_of, refitted, rounding_alone
from ruralincome.target.target import Target, assess, target_digits


def official(base, latest, target):
    found = all_rules(Case(2016, base, 2020, latest, 2021, target))
    return {v.by.code: np.array(v.by.labels)[v.label] for v in found}


def many(labels):
    """Labels of arrays, one by one."""

    def each(*figures):
        rows = [labels(*(float(x) for x in row)) for row in zip(*figures, strict=True)]
        return {name: np.array([row[name] for row in rows]) for name in rows[0]}

    return each


def labelled(labels, *figures):
    return {name: str(found[0]) for name, found in labels(*(np.array([x]) for x in figures)).items()}


def by_name(found):
    return {(m.name, m.figure): m for m in found}


ARTICLE = by_name(margins(official, 32.6, 44.9, 48.9, 0.05))


def test_eurostat_edge_by_hand():
    # R = 0.95 where latest = base (1 + 0.95 r)^4, r the growth needed from the base
    needed = (48.9 / 32.6) ** (1 / 5) - 1
    edge = 32.6 * (1 + 0.95 * needed) ** 4
    margin = ARTICLE["eurostat", "latest"]
    assert margin.label == "significant_progress"
    assert margin.down.change == pytest.approx(edge - 44.9, abs=1e-7)
    assert margin.down.label == "moderate_progress"


def test_strict_rules_by_hand():
    line = ARTICLE["sdsn", "latest"]  # on the straight line: 32.6 + 0.8 * 16.3 = 45.64
    assert (line.up.value, line.up.label) == (pytest.approx(45.64, abs=1e-7), "on_track")
    compound = ARTICLE["projection", "target"]  # the projection itself is the edge
    assert compound.down.value == pytest.approx(48.64111550718999, abs=1e-7)
    assert compound.down.change == pytest.approx(-0.2588844928, abs=1e-7)
    base = ARTICLE["projection", "base"]  # y (y / y0)^(1/4) = T
    assert base.down.value == pytest.approx(44.9 / (48.9 / 44.9) ** 4, abs=1e-7)


def test_a_label_that_holds_says_so():
    found = by_name(margins(many(lambda *_: {"always": "same"}), 32.6, 44.9, 48.9, 0.05))
    flip = found["always", "latest"].up
    assert (flip.value, flip.change, flip.label) == (None, None, None)


def test_likelihood_word_with_the_model_refitted():
    def word(base, latest, target):
        drift = math.log(latest / base) / 4  # the refit: pace and level move together
        return {"likelihood": likelihood(float(norm.sf((math.log(target / latest) - drift) / 0.04)))}

    margin = by_name(margins(many(word), 32.6, 44.9, 48.9, 0.05))["likelihood", "latest"]
    assert margin.label == "about_as_likely_as_not"
    edge = lambda share: (48.9 * 32.6**0.25 * math.exp(-0.04 * norm.isf(share))) ** (1 / 1.25)  # noqa: E731
    assert margin.up.value == pytest.approx(edge(0.655), abs=1e-6)  # 65.5 % rounds half up to 66 %: likely
    assert margin.down.value == pytest.approx(edge(0.325), abs=1e-6)
    assert (margin.up.label, margin.down.label) == ("likely", "unlikely")


def test_the_edge_lies_where_the_label_changes():
    def labels(base, latest, target):
        return {"r": "on" if latest >= 44.93 else "off"}

    margin = by_name(margins(many(labels), 32.6, 44.9, 48.9, 0.05))["r", "latest"]
    assert margin.up.change == pytest.approx(0.03, abs=1e-8)


def test_rounding_of_two_figures_together():
    def labels(base, latest, target):
        return {"ratio": "on" if latest / base >= 1.3792 else "off", "fixed": "same"}

    assert rounding_alone(many(labels), 32.6, 44.9, 48.9, 0.05) == {"ratio": ("off", "on"), "fixed": ("same",)}


def test_rounding_of_the_target():
    def labels(base, latest, target):
        return {"strict": "on" if latest >= target else "off"}

    assert rounding_alone(many(labels), 32.6, 44.9, 44.97, 0.05, 0.005) == {"strict": ("off",)}
    assert rounding_alone(many(labels), 32.6, 44.9, 44.97, 0.05) == {"strict": ("off", "on")}
    assert rounding_alone(many(labels), 32.6, 44.9, 44.954, 0.05, 0.005) == {"strict": ("off", "on")}


def test_rounding_to_the_edge_is_seen_by_a_rule_that_rounds():
    def labels(base, latest, target):
        return {"unicef": str(half_away(latest, 1))}

    # 44.95 is told as 45.0, whatever 44.9 + 0.05 is in binary
    assert rounding_alone(many(labels), 32.6, 44.9, 48.9, 0.05) == {"unicef": ("44.9", "45.0")}


def test_article_is_not_a_matter_of_rounding():
    possible = rounding_alone(official, 32.6, 44.9, 48.9, 0.05)
    assert all(len(labels) == 1 for labels in possible.values())


def test_half_unit_must_be_positive():
    with pytest.raises(InputError, match=r"half_unit 0 is not positive; state half a unit of the last digit, as 0.05"):
        margins(official, 32.6, 44.9, 48.9, 0)


@settings(deadline=None)
@given(st.floats(20, 60), st.floats(0.01, 0.4), st.sampled_from([0.5, 0.05, 0.005]))
def test_finds_any_single_edge(value, share, half_unit):
    edge = value * (1 + share)
    margin = by_name(margins(many(lambda b, y, t: {"r": "on" if y >= edge else "off"}), 1.0, value, 1.0, half_unit))[
        "r", "latest"
    ]
    assert share < REACH
    assert margin.up.value == pytest.approx(edge, rel=1e-9)
    assert margin.up.value >= edge
    assert margin.down.value is None


@settings(max_examples=20, deadline=None)
@given(st.floats(30, 60), st.floats(45, 60))
def test_flips_are_flips(latest, target):
    for margin in margins(official, 32.6, latest, target, 0.05):
        for flip in (margin.down, margin.up):
            if flip.value is not None:
                at = {"base": 32.6, "latest": latest, "target": target, margin.figure: flip.value}
                assert official(**at)[margin.name] == flip.label != margin.label


def test_model_refitted_to_moved_figures():
    series = read_series("binh_thuan_rural_income")
    provinces = read_class("vietnam-provinces", as_of=2020)
    labels = refitted(
        series, 2016, 2021, 1, lambda values, goals: chances(series.years, values, provinces, 2021, goals, 1)
    )
    moved = replace(series, values=(32.0, 45.5))
    expected = pooled(moved, provinces).probability(2021, 48.0)
    assert labelled(labels, 32.0, 45.5, 48.0)["likelihood"] == likelihood(expected)
    assert labelled(labels, 32.6, 44.9, 48.9)["eurostat"] == "significant_progress"
    alone = labelled(refitted(series, 2016, 2021, 1), 32.6, 44.9, 48.9)
    assert "likelihood" not in alone
    assert alone["obr"] == "not_available"
    refused = refitted(series, 2016, 2021, 1, lambda values, goals: np.full(len(goals), np.nan))
    assert labelled(refused, 32.6, 44.9, 48.9)["likelihood"] == "not_available"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(20, 60), min_size=4, max_size=4), st.floats(30, 80), st.sampled_from([1, -1]))
def test_labels_of_arrays_are_those_of_the_rules_one_by_one(values, target, direction):
    series = Series("x", (2012, 2015, 2016, 2020), tuple(values))
    labels = labelled(refitted(series, 2015, 2022, direction), values[1], values[3], target)
    history = (0, series.years, series.values)
    case = Case(2015, values[1], 2020, values[3], 2022, target, direction, history=history)
    assert labels == {found.by.code: found[0].label for found in all_rules(case)}


def test_chances_of_arrays_are_those_of_the_model_one_by_one():
    series = Series("x", (2012, 2015, 2016, 2020), (20.0, 25.0, 26.0, 33.0))
    for name, year in (("vietnam-provinces", 2020), ("international", 2002)):
        reference = read_class(name, year)
        found = chances(series.years, np.array([series.values] * 2), reference, 2023, np.array([36.0, 45.0]), -1)
        fit = pooled(series, reference)
        assert found == pytest.approx([fit.probability(2023, goal, -1) for goal in (36.0, 45.0)], rel=1e-9)


def test_another_lead_than_the_pooled_model_is_fitted_again_by_itself():
    steady = Series("s", (2016, 2017, 2018, 2019, 2020), (30.0, 30.6, 31.1, 31.9, 32.5))
    known = read_class("vietnam-provinces", 2020)
    found = assess(steady, Target(34.0, 2021), [random_walk_with_drift(steady)], reference=known)
    seen = {m.label for m in margins_of(found).each if m.name == "likelihood"}
    assert seen == {found.likelihood} != {likelihood(pooled(steady, known).probability(2021, 34.0))}


@pytest.mark.parametrize(
    ("value", "decimals", "digits"),
    [
        (67.35, 1, 2),
        (48.9, 1, 1),
        (49.0, 1, 1),
        (67.357, 1, 2),
        (0.045, 1, 3),
        (1 / 3, 0, 3),
        (9.9504, 0, 1),
        (9.9502, 0, 2),
    ],  # 10.0 is 0.4985 % more than the one, 0.5005 % more than the other
)
def test_a_target_is_shown_as_stated_to_one_digit_more_than_the_figures_and_within_half_a_percent(
    value, decimals, digits
):
    assert target_digits(value, decimals) == digits


@pytest.mark.parametrize(
    ("decimals", "value", "half", "goal"), [(1, 48.9, 0.05, 0.05), (0, 48.9, 0.5, 0.05), (2, 49.0, 0.005, 0.005)]
)
def test_half_a_unit_is_that_of_the_digits_as_published_and_as_stated(decimals, value, half, goal):
    series = Series("s", (2016, 2020), (32.6, 44.9), decimals=decimals)
    found = margins_of(assess(series, Target(value, 2021), [random_walk_with_drift(series)]))
    assert (found.half_unit, found.target_half) == (pytest.approx(half), pytest.approx(goal))


@pytest.mark.parametrize("away", [-1, 1])
@pytest.mark.parametrize(("halves", "possible"), [(0.99, ("on", "off")), (1.01, ("on",)), (1.9, ("on",))])
def test_rounding_moves_a_figure_by_half_a_unit_and_no_further(away, halves, possible):
    edge = 44.9 + away * halves * 0.05
    on = {"r": "on"}, {"r": "off"}
    found = rounding_alone(many(lambda _, latest, __: on[(latest - edge) * away > 0]), 32.6, 44.9, 48.9, 0.05)
    assert found == {"r": possible}


@pytest.mark.parametrize("away", [-1, 1])
def test_a_label_that_holds_within_a_step_is_met_by_steps_that_grow_by_a_half(away):
    """At 0.05, 0.075, 0.1125, 0.16875 from the figure: the label between 0.16 and 0.18 is not stepped over."""

    def labels(_, latest, __):
        return {"r": "within" if 0.16 <= away * (latest - 44.9) <= 0.18 else "without"}

    margin = by_name(margins(many(labels), 32.6, 44.9, 48.9, 0.05))["r", "latest"]
    met, other = (margin.up, margin.down)[::away]
    assert met.change == pytest.approx(0.16 * away, abs=1e-8)
    assert (met.label, other.label) == ("within", None)
