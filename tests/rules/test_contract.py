"""What holds for every rule, registered here or added as CONTRIBUTING.md says."""

import math
from dataclasses import FrozenInstanceError, replace
from typing import get_args

import numpy as np
import pytest

from ruralincome.report.words.verdicts import explanation, verdict_label, verdict_name, verdict_value
from ruralincome.report.words.words import LANGUAGES, say
from ruralincome.rules import EXACT, RULES, Case, Standing, Verdict, all_rules
from ruralincome.rules.case import at_least, half_away
from ruralincome.rules.explain import every_pair, explain
from ruralincome.series import InputError, Series

N = 400
COLUMNS = ("base_year", "base", "latest_year", "latest", "target_year", "target", "direction", "limit", "probability")
SERIES = Series("x", (2016, 2020), (32.6, 44.9), unit="million_vnd_per_person_year")
RANK = {"away": 0, "behind": 1, "on_track": 2, "met": 3}


def drawn(seed=1, odd=True):
    """Columns of cases; odd ones have zeros, signs, gaps, targets met, equal, past or missing."""
    rng = np.random.default_rng(seed)
    base = np.round(rng.uniform(0.5, 60, N), 1)
    latest = np.round(base * np.exp(rng.normal(0.05, 0.2, N)), 1)
    target = np.round(latest * np.exp(rng.normal(0.1, 0.3, N)), 1)
    base_year = rng.integers(2000, 2010, N).astype(float)
    latest_year = base_year + rng.integers(1, 10, N)
    target_year = latest_year + rng.integers(1, 8, N)
    if odd:
        base, latest, target = (
            np.select(
                [rng.random(N) < share for share in (0.04, 0.04, 0.04)], [0 * level, -level, level + np.nan], level
            )
            for level in (base, latest, target)
        )
        target = np.select([rng.random(N) < 0.06, rng.random(N) < 0.06], [base, latest], target)
        latest_year = np.where(rng.random(N) < 0.05, base_year, latest_year)
        target_year = np.where(rng.random(N) < 0.1, base_year + 1, target_year)
    chance = np.where(rng.random(N) < 0.2, np.nan, rng.random(N))
    limit = np.where(rng.random(N) < 0.5, np.nan, 50.0)
    direction = rng.choice([1.0, -1.0], N)
    return dict(
        zip(COLUMNS, (base_year, base, latest_year, latest, target_year, target, direction, limit, chance), strict=True)
    )


def alone(columns, i):
    return {name: float(column[i]) for name, column in columns.items()}


def test_one_place_is_a_row_of_many(rule):
    columns = drawn()
    place = np.repeat(np.arange(N), 3)
    years = np.stack([columns["base_year"], columns["base_year"] + 0.5, columns["latest_year"]], axis=1)
    values = np.stack([columns["base"], columns["base"] * 1.1, columns["latest"]], axis=1)
    many = rule(Case(**columns, history=(place, years.ravel(), values.ravel())))
    for i in range(N):
        one = rule(Case(**alone(columns, i), history=(0, years[i], values[i])))
        assert many[i] == one[0], i


def test_labels_are_declared_and_numbers_are_numbers_or_refused(rule):
    assert rule.mark in ("V", "P", "M")
    assert rule.source
    assert rule.function.__doc__
    for steps in filter(None, (rule.steps, rule.growth)):
        least = [step.least for step in steps]
        assert least == sorted(least, reverse=True)
        assert least[-1] == -math.inf
    assert set(rule.outlooks.values()) <= set(get_args(Standing))
    columns = drawn(2)
    found, labels = rule(Case(**columns)), set()
    for i in range(N):
        verdict = found[i]
        labels.add(verdict.label)
        assert verdict.label in rule.labels
        if verdict.value is None:
            assert verdict.notes, alone(columns, i)
        elif math.isinf(verdict.value):
            assert columns["target"][i] == columns["base"][i]
        else:
            shown = {"value": verdict.value, **verdict.numbers}
            assert set(rule.shows) <= set(shown) or "no_target" in verdict.notes
            assert all(map(math.isfinite, verdict.numbers.values()))
    assert {step.label for step in rule.steps} <= labels


def test_every_verdict_has_words(rule, words):
    found = rule(Case(**drawn(3)))
    for language in LANGUAGES:
        assert say(f"rule.{rule.code}.short", language)
        for label, outlook in rule.outlooks.items():
            assert say(f"label.{label}", language)
            assert say(f"outlook.{outlook}", language)
        for i in range(0, N, 4):
            verdict = found[i]
            said = verdict_name(verdict, language), verdict_label(verdict, language)
            assert all(said)
            assert "{" not in verdict_value(verdict, language, SERIES)
            assert all(say(f"note.{note}", language) for note in verdict.notes)


def test_the_unit_of_the_levels_says_nothing(rule):
    exact, columns = replace(rule, rounding=EXACT), drawn(4, odd=False)
    columns["limit"] = np.full(N, np.nan)
    scaled = columns | {name: columns[name] * 8.0 for name in ("base", "latest", "target")}
    found, other = exact(Case(**columns)), exact(Case(**scaled))
    assert found.label.tolist() == other.label.tolist()
    if "level" not in rule.shows.values():
        assert other.found.value == pytest.approx(found.found.value, rel=1e-9, nan_ok=True)


def test_a_better_latest_value_never_lowers_a_verdict(rule):
    exact, columns = replace(rule, rounding=EXACT), drawn(5, odd=False)
    better = columns | {"latest": columns["latest"] * (1 + 0.02 * columns["direction"])}
    found, other = exact(Case(**columns)), exact(Case(**better))
    for i in range(N):
        before, after = RANK.get(found[i].outlook), RANK.get(other[i].outlook)
        assert before is None or after is None or after >= before, (found[i], other[i])


def test_what_differs_from_any_other_rule_is_explained(rule, words):
    found = [(rule(case)[i], other(case)[i]) for case in [Case(**drawn(6))] for other in RULES for i in range(0, N, 16)]
    for one, other in found:
        if (why := explain(one, other)) is not None:
            for language in LANGUAGES:
                assert "{" not in explanation(why, language)


def test_registered_rules_agree_on_codes_and_on_what_a_label_says():
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    pairs = {pair for rule in RULES for pair in rule.outlooks.items()}
    assert len(pairs) == len(dict(pairs))


def test_a_rule_is_added_from_the_text_of_the_page(new_rule, words):
    case = Case(2016, 32.6, 2020, 44.9, 2021, 48.9, probability=0.37)
    verdicts = [found[0] for found in all_rules(case, (*RULES, new_rule))]
    last = verdicts[-1]
    assert (last.rule, last.label, last.outlook) == ("years_straight", "behind_schedule", "behind")
    assert last.value == pytest.approx(4 * 4 / 12.3)
    assert verdict_value(last, "en") == "1.30 years needed, 1 available"
    sentences = [explanation(why, "en") for why, _ in every_pair(verdicts)]
    assert any("the straight line" in sentence for sentence in sentences)
    with pytest.raises(FrozenInstanceError):
        last.label = "x"
    assert isinstance(last, Verdict)


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ((2016, 1, 2020, 2, 2021, 3, 0), "rules.direction"),
        ((2016, 1, 2020, 2, None, 3), "rules.target_without_year"),
        ((2016, 1, 2020, 2, 2016, 3), "rules.target_year_not_later"),
    ],
)
def test_wrong_questions(case, code):
    with pytest.raises(InputError) as caught:
        Case(*case)
    assert caught.value.code == code
    assert "; state" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0.25, 1, 0.3),
        (-0.25, 1, -0.3),
        (44.95, 1, 45.0),
        (1.005, 2, 1.01),
        (2.5, 0, 3.0),
        (1e300, 1, 1e300),
        (2.0**52, 0, 2.0**52),
    ],
)
def test_rounding_is_of_what_prints_and_half_away_from_zero(value, decimals, expected):
    assert half_away(value, decimals) == expected
    assert half_away(np.array([value]), decimals).tolist() == [expected]
    assert half_away(value, None) == value


@pytest.mark.parametrize("line", [1e6, -1e6, 1.0, 0.0, 0.3])
def test_a_line_is_reached_up_to_a_billionth_of_it_or_of_one_where_it_is_smaller(line):
    billionth = 1e-9 * max(1.0, abs(line))
    assert at_least(line - 0.9 * billionth, line)
    assert not at_least(line - 1.1 * billionth, line)
