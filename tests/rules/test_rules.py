import csv
import json
import math
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralincome import rules
from ruralincome.rules import EXACT, UNICEF_ROUNDING, Case, Rounding, all_rules, eurostat, open_sdg, unicef
from ruralincome.series import InputError

VECTORS = Path(__file__).parents[1] / "vectors"


def table(name):
    with (VECTORS / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


PUBLISHED = table("open_sdg_progress.csv")
EDGES = {row["case"]: row for row in table("open_sdg_edge_cases.csv")}
ARTICLE = (2016, 32.6, 2020, 44.9, 2021, 48.9)
WORKED = json.loads((VECTORS / "arithmetic.json").read_text(encoding="utf-8"))["binh_thuan_endpoints"]


def number(text):
    return float(text) if text else None


def arguments(row):
    latest = "current" if "current" in row else "current_value"
    base = "base" if "base" in row else "base_value"
    return (
        *(number(row[name]) for name in ("base_year", base, "current_year", latest, "target_year", "target")),
        int(row["direction"]),
    )


def panel(*case, **more):
    return {verdict.rule: verdict for verdict in all_rules(*case, **more)}


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


def test_article_by_every_rule():
    verdicts = panel(*ARTICLE, probability=0.369)
    expected = {
        "eurostat": (WORKED["eurostat"]["ratio"], "significant_progress", "on_track"),
        "open_sdg": (WORKED["statcan_open_sdg"]["progress_value"], "substantial_progress", "on_track"),
        "unsd": (WORKED["unsd_progress_chart"]["CR"], "on_track", "on_track"),
        "sdsn": (WORKED["sdsn_linear"]["ratio"], "moderately_improving", "behind"),
        "escap_status": (WORKED["escap"]["current_status_0_10"], "behind_schedule", "behind"),
        "escap_anticipated": (WORKED["escap"]["gap_P"], "maintain", "on_track"),
        "eea": (WORKED["eea_dtpi"]["index_points_pct_of_base"], "behind_path", "behind"),
        "unicef": (8.33, "some_progress", "behind"),
        "defra": (WORKED["defra_years_to_target"]["years"], "some_progress", "behind"),
        "mcarthur_rasmussen_linear": (WORKED["mcarthur_share_of_gap_closed"]["linear"], "leaves_gap", "behind"),
        "mcarthur_rasmussen_geometric": (WORKED["mcarthur_share_of_gap_closed"]["geometric"], "leaves_gap", "behind"),
        "projection": (WORKED["geometric_projection_2021"], "misses_target", "behind"),
        "obr": (0.369, "not_more_likely_than_not", "behind"),
    }
    assert list(verdicts) == list(expected) == list(rules.RULES)
    for rule, (value, label, outlook) in expected.items():
        assert verdicts[rule].value == pytest.approx(value, rel=1e-9), rule
        assert (verdicts[rule].label, verdicts[rule].outlook, verdicts[rule].notes) == (label, outlook, ()), rule
    assert verdicts["eurostat"].score == pytest.approx(WORKED["eurostat"]["score_pm5"], rel=1e-12)
    assert verdicts["open_sdg"].score == pytest.approx(WORKED["statcan_open_sdg"]["score"], rel=1e-12)
    numbers = verdicts["projection"].why.numbers
    assert numbers["shortfall"] == pytest.approx(WORKED["shortfall"], rel=1e-9)
    assert numbers["needed"] == pytest.approx(WORKED["required_growth_from_current"], rel=1e-12)
    assert verdicts["eea"].why.numbers["path"] == WORKED["eea_dtpi"]["linear_path_2020"]
    exact = unicef(Case(*ARTICLE), rounding=EXACT)
    assert exact.value == pytest.approx(-WORKED["unicef_aarr"]["current_aarr_pct"], rel=1e-12)
    assert exact.why.numbers["required"] == pytest.approx(-WORKED["unicef_aarr"]["required_aarr_pct"], rel=1e-12)


# --- the rulings on awkward cases: open_sdg_edge_cases.csv, one test a ruling ---


def test_met_at_base_then_worse():
    case = arguments(EDGES["met_at_base_then_worse"])
    verdicts = panel(*case)
    assert verdicts["open_sdg"].label == "deterioration"
    assert verdicts["eurostat"].label == "movement_away"
    assert verdicts["eurostat"].score == -5
    for verdict in verdicts.values():
        assert {"base_beyond_target", "met_then_lost"} <= set(verdict.notes)
        assert verdict.outlook not in ("met", "on_track"), verdict


def test_base_equals_target_equals_current():
    verdict = open_sdg(*arguments(EDGES["base_equals_target_equals_current"]))
    assert (verdict.label, verdict.score, verdict.value) == ("target_achieved", 5, None)


def test_base_equals_target_then_lost():
    verdict = open_sdg(2015, 100, 2022, 98, 2030, 100)
    assert (verdict.label, verdict.score, verdict.value) == ("deterioration", -5, -math.inf)
    assert open_sdg(2015, 100, 2022, 102, 2030, 100).value == math.inf
    assert eurostat(2015, 100, 2022, 98, 2030, 100).label == "movement_away"


def test_target_zero_is_replaced_and_said():
    verdicts = panel(*arguments(EDGES["target_zero"]))
    replaced = open_sdg(2015, 12, 2020, 9, 2030, 0.001, -1)
    assert (verdicts["open_sdg"].value, verdicts["open_sdg"].label) == (replaced.value, replaced.label)
    assert verdicts["open_sdg"].notes == ("target_replaced",)
    for rule in ("eurostat", "unsd", "unicef", "defra", "projection"):
        assert (verdicts[rule].label, verdicts[rule].notes) == ("not_available", ("target_zero",))
    assert verdicts["sdsn"].value == pytest.approx((3 / 5) / (12 / 15))


def test_base_zero_is_replaced_and_said():
    verdicts = panel(*arguments(EDGES["base_zero"]))
    replaced = open_sdg(2015, 0.001, 2020, 3, 2030, 10, 1)
    assert (verdicts["open_sdg"].value, verdicts["open_sdg"].label) == (replaced.value, replaced.label)
    assert verdicts["open_sdg"].notes == ("base_replaced",)
    assert replaced.notes == ()
    for rule in ("eurostat", "unsd", "unicef", "defra", "projection", "eea"):
        assert (verdicts[rule].label, verdicts[rule].notes) == ("not_available", ("base_zero",))
    assert verdicts["escap_status"].value == pytest.approx(3.0)


def test_base_zero_without_target_keeps_full_thresholds():
    assert open_sdg(2015, 0, 2020, 3, limit=100).notes == ("no_target", "base_replaced")
    assert open_sdg(2015, 0, 2020, 0, limit=0).label == "deterioration"


def test_sign_change():
    verdicts = panel(*arguments(EDGES["sign_change"]))
    for rule in ("open_sdg", "eurostat", "unsd", "unicef", "defra", "projection", "mcarthur_rasmussen_geometric"):
        assert (verdicts[rule].label, verdicts[rule].value) == ("not_available", None)
        assert verdicts[rule].notes == ("sign_change",)
    assert verdicts["mcarthur_rasmussen_linear"].label == "closes_gap"
    assert open_sdg(2015, 2, 2020, 3, 2030, -1, -1).notes == ("sign_change",)  # the target on the other side


def test_one_observation():
    verdicts = panel(*arguments(EDGES["one_observation"]))
    for verdict in verdicts.values():
        assert (verdict.label, verdict.value, verdict.score) == ("not_available", None, None)
    assert verdicts["sdsn"].notes == ("one_observation",)
    later = open_sdg(2024, 35.9, 2022, 35.9, 2030, 40)
    assert (later.label, later.notes) == ("not_available", ("one_observation",))


def test_base_at_natural_limit():
    verdict = open_sdg(*arguments(EDGES["base_at_natural_limit"]), limit=100)
    assert (verdict.label, verdict.score) == ("substantial_progress", 5)
    assert open_sdg(2015, 100, 2024, 99.9, limit=100).label == "deterioration"


def test_target_worse_than_base():
    verdicts = panel(*arguments(EDGES["target_worse_than_base"]))
    assert verdicts["open_sdg"].label == "target_achieved"
    assert verdicts["open_sdg"].value == pytest.approx(-0.66, abs=0.005)
    assert verdicts["eurostat"].label == "movement_away"  # EUSTAT published significant_progress: not copied
    assert verdicts["unsd"].label == "deterioration"
    assert {"target_met", "base_beyond_target"} <= set(verdicts["eurostat"].notes)
    assert {verdict.outlook for verdict in verdicts.values()} == {"met"}


def test_no_data_in_base_year():
    assert rules.base_observation((2014, 2016, 2018), (1.0, 2.0, 3.0), 2015) == (2016, 2.0)
    assert rules.base_observation((2014, 2015), (1.0, 2.0), 2015) == (2015, 2.0)
    with pytest.raises(InputError, match=r"no observation in 2015 or later; choose a base year from \[2014\]"):
        rules.base_observation((2014,), (1.0,), 2015)
    verdict = open_sdg(2015, None, None, None)
    assert (verdict.label, verdict.notes) == ("not_available", ("no_observation",))
    assert open_sdg(2015, math.nan, 2020, 1.0).notes == ("no_observation",)


def test_target_year_passed():
    case = arguments(EDGES["target_year_passed"])
    verdicts = panel(*case)
    for verdict in verdicts.values():
        assert {"target_year_passed", "target_not_met"} <= set(verdict.notes)
        assert verdict.outlook == "missed"
    assert verdicts["defra"].label == "target_not_met"
    assert verdicts["open_sdg"].label == "moderate_progress"  # the old target is kept, and the rule has no other label
    reached = panel(2015, 32.6, 2022, 49.0, 2021, 48.9)
    assert {verdict.outlook for verdict in reached.values()} == {"met"}


def test_two_targets_for_one_year():
    near, far = open_sdg(2016, 32.6, 2020, 44.9, 2021, 45.5), open_sdg(*ARTICLE)
    assert rules.farthest([near, far]) == far
    linear = [panel(2016, 32.6, 2020, 44.9, 2021, target)["sdsn"] for target in (50.0, 55.0, 48.9)]
    assert rules.farthest(linear) == linear[1]
    with pytest.raises(InputError, match="one rule"):
        rules.farthest([near, linear[0]])
    with pytest.raises(InputError, match="at least one"):
        rules.farthest([])


def test_fiscal_target_date():
    assert rules.last_complete_year(2023, 3) == 2022
    assert rules.last_complete_year(2023) == 2023
    with pytest.raises(InputError, match="month 13 is not 1 to 12"):
        rules.last_complete_year(2023, 13)


def test_every_ruling_has_a_test():
    assert len(EDGES) == 12
    assert set(EDGES) == {
        "met_at_base_then_worse",
        "base_equals_target_equals_current",
        "target_zero",
        "base_zero",
        "sign_change",
        "one_observation",
        "base_at_natural_limit",
        "target_worse_than_base",
        "no_data_in_base_year",
        "target_year_passed",
        "two_targets",
        "fiscal_target_date",
    }


# --- thresholds, scores and questions that are wrong ---


@pytest.mark.parametrize(
    ("percent", "score"),
    [(200, 5), (130, 5), (95, 2.5), (60, 0), (0, -2.5), (-60, -5), (-200, -5)],
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


@pytest.mark.parametrize(
    ("ratio", "labels"),
    [
        (1.0, ("on_track", "on_track", "closes_gap", "maintain", "on_path", "on_schedule")),
        (0.92, ("acceleration_needed", "moderately_improving", "leaves_gap", "maintain", "behind_path", None)),
        (0.3, ("limited_progress", "stagnating", "leaves_gap", "accelerate", "behind_path", "behind_schedule")),
        (-0.05, ("limited_progress", "decreasing", "widens_gap", "reverse", "behind_path", "moved_away")),
        (-0.5, ("deterioration", "decreasing", "widens_gap", "reverse", "behind_path", "moved_away")),
    ],
)
def test_labels_of_the_linear_family_and_unsd(ratio, labels):
    verdicts = panel(2020, 100.0, 2021, 100 + 0.01 * ratio, 2022, 100.02)  # so small that shapes agree
    names = ("unsd", "sdsn", "mcarthur_rasmussen_linear", "escap_anticipated", "eea", "escap_status")
    for name, label in zip(names, labels, strict=True):
        assert label is None or verdicts[name].label == label, name


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


def test_unicef_rounding_can_flip_the_verdict():
    case = Case(2016, 32.64, 2020, 44.94, 2021, 48.68)
    assert unicef(case, rounding=EXACT).label == "on_track"
    assert unicef(case, rounding=UNICEF_ROUNDING).label == "some_progress"
    assert unicef(case, rounding=Rounding(values=1)).label == "some_progress"


def test_unicef_takes_the_least_squares_slope():
    years, values = (2016, 2017, 2018, 2020), (10.0, 11.0, 13.0, 14.0)
    logs = [math.log(y) for y in values]
    slope = sum((t - 2017.75) * log for t, log in zip(years, logs, strict=True)) / sum(
        (t - 2017.75) ** 2 for t in years
    )
    verdict = unicef(Case(2016, 10.0, 2020, 14.0, 2021, 15.0), years, values, EXACT)
    assert verdict.value == pytest.approx(100 * (math.exp(slope) - 1), rel=1e-12)
    assert verdict.value != pytest.approx(unicef(Case(2016, 10.0, 2020, 14.0, 2021, 15.0), rounding=EXACT).value)


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
    assert rules.obr(case, 0.51).label == "more_likely_than_not"
    assert rules.obr(case, 0.5).label == "not_more_likely_than_not"
    assert rules.obr(case, None).notes == ("probability_refused",)
    assert rules.obr(Case(2016, 32.6, 2020, 49.0, 2021, 48.9), 0.7).label == "target_achieved"


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ((2016, 1, 2020, 2, 2021, 3, 0), "direction 0 is not 1 or -1"),
        ((2016, 1, 2020, 2, None, 3), "target 3 has no year; state target_year"),
        ((2016, 1, 2020, 2, 2016, 3), "target year 2016 is not after the base year 2016"),
    ],
)
def test_wrong_questions(case, message):
    for rule in (open_sdg, eurostat, all_rules):
        with pytest.raises(InputError, match=message):
            rule(*case)


def test_numbers_need_a_known_case():
    with pytest.raises(InputError, match="no observation"):
        Case(2016, None, 2020, 2).numbers()
    with pytest.raises(InputError, match="no target"):
        Case(2016, 1, 2020, 2).numbers()


def test_verdicts_are_frozen_and_every_label_has_an_outlook():
    verdict = open_sdg(*ARTICLE)
    with pytest.raises(FrozenInstanceError):
        verdict.label = "x"
    assert len(rules.OUTLOOKS) == len(set(rules.OUTLOOKS))
    assert {row["status"] for row in PUBLISHED} <= set(rules.OUTLOOKS)


level = st.floats(0.5, 500)


@given(level, level, level, st.integers(1, 30), st.integers(1, 30), st.sampled_from([1, -1]), st.floats(0.01, 100))
def test_rules_do_not_depend_on_the_unit(base, latest, target, elapsed, more, direction, unit):
    case = (2000, base, 2000 + elapsed, latest, 2000 + elapsed + more, target, direction)
    scaled = (2000, base * unit, 2000 + elapsed, latest * unit, 2000 + elapsed + more, target * unit, direction)
    if abs(target / base - 1) < 1e-6 or abs(latest / base - 1) < 1e-6:
        return
    for one, other in zip(all_rules(*case, rounding=EXACT), all_rules(*scaled, rounding=EXACT), strict=True):
        if one.why.attained is None or abs(one.why.attained - 1) > 1e-6:
            factor = unit if one.rule == "projection" and one.value is not None else 1.0
            if one.value is not None and other.value is not None:
                assert other.value == pytest.approx(one.value * factor, rel=1e-6, abs=1e-9), one.rule


@given(level, level, level, st.integers(1, 30), st.integers(1, 30), st.sampled_from([1, -1]))
def test_a_better_latest_value_never_lowers_a_verdict(base, latest, target, elapsed, more, direction):
    rank = {"unknown": None, "away": 0, "behind": 1, "on_track": 2, "met": 3}
    case = (2000, base, 2000 + elapsed, latest, 2000 + elapsed + more, target, direction)
    better = (2000, base, 2000 + elapsed, latest * (1 + 0.02 * direction), 2000 + elapsed + more, target, direction)
    for one, other in zip(all_rules(*case, rounding=EXACT), all_rules(*better, rounding=EXACT), strict=True):
        before, after = rank[one.outlook], rank[other.outlook]
        assert before is None or after is None or after >= before, (one, other)


def straight(ratio):
    """A case so short and flat that every shape sees the same share of what is needed."""
    return panel(2020, 100.0, 2021, 100 + 0.001 * ratio, 2022, 100.002)


@pytest.mark.parametrize(
    ("rule", "line", "above", "below"),
    [
        ("eurostat", 0.95, "significant_progress", "moderate_progress"),
        ("eurostat", 0.6, "moderate_progress", "insufficient_progress"),
        ("eurostat", 0.0, "insufficient_progress", "movement_away"),
        ("unsd", 0.95, "on_track", "acceleration_needed"),
        ("unsd", 0.5, "acceleration_needed", "limited_progress"),
        ("unsd", -0.1, "limited_progress", "deterioration"),
        ("sdsn", 1.0, "on_track", "moderately_improving"),
        ("sdsn", 0.5, "moderately_improving", "stagnating"),
        ("sdsn", 0.0, "stagnating", "decreasing"),
        ("escap_anticipated", 0.9, "maintain", "accelerate"),
        ("escap_anticipated", 0.0, "accelerate", "reverse"),
        ("escap_status", 1.0, "on_schedule", "behind_schedule"),
        ("escap_status", 0.0, "behind_schedule", "moved_away"),
        ("eea", 1.0, "on_path", "behind_path"),
        ("mcarthur_rasmussen_linear", 1.0, "closes_gap", "leaves_gap"),
        ("mcarthur_rasmussen_geometric", 0.0, "leaves_gap", "widens_gap"),
    ],
)
def test_each_line_is_where_the_source_draws_it(rule, line, above, below):
    assert straight(line + 0.002)[rule].label == above
    assert straight(line - 0.002)[rule].label == below


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


@given(st.floats(1, 900), st.floats(0.001, 0.3), st.integers(1, 15), st.integers(1, 15), st.sampled_from([1, -1]))
def test_a_path_kept_exactly_is_on_track(base, rate, elapsed, left, direction):
    """Rounding in doubles must not fail a value that lies on the path."""
    factor = 1 + direction * rate
    latest, target = base * factor**elapsed, base * factor ** (elapsed + left)
    verdicts = panel(2000, base, 2000 + elapsed, latest, 2000 + elapsed + left, target, direction, rounding=EXACT)
    for rule in ("unicef", "projection", "defra", "mcarthur_rasmussen_geometric", "eurostat"):
        assert verdicts[rule].outlook == "on_track", rule
    latest, target = base + direction * rate * elapsed, base + direction * rate * (elapsed + left)
    if min(latest, target) > 0:
        verdicts = panel(2000, base, 2000 + elapsed, latest, 2000 + elapsed + left, target, direction)
        for rule in ("sdsn", "escap_status", "eea", "mcarthur_rasmussen_linear", "escap_anticipated"):
            assert verdicts[rule].outlook == "on_track", rule


def test_a_target_met_before_its_year_keeps_its_number():
    found = {v.rule: v for v in all_rules(2016, 32.6, 2020, 44.9, 2025, 40.0)}
    assert {v.outlook for v in found.values()} == {"met"}
    assert {found[rule].label for rule in found if rule not in ("eurostat", "unsd")} == {"target_achieved"}
    path = 32.6 + 7.4 * 4 / 9
    assert found["eea"].value == pytest.approx(100 * (44.9 - path) / 32.6)
    assert found["escap_status"].value == pytest.approx(10 * 12.3 / 7.4)
    assert found["mcarthur_rasmussen_linear"].value == pytest.approx(12.3 / 4 * 9 / 7.4)
    assert found["projection"].value == pytest.approx(44.9 * (44.9 / 32.6) ** (5 / 4))
    assert found["defra"].value == 0
    lost = {v.rule: v for v in all_rules(2016, 42.0, 2020, 44.9, 2025, 40.0)}  # met at the base: nothing to measure
    assert lost["eea"].value is None
    assert lost["eea"].label == "target_achieved"
