"""Every rule on one case: the article's, and the rulings on awkward cases of open_sdg_edge_cases.csv."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published import EDGES, VECTORS, arguments

from ruralincome.rules import EXACT, RULES, Case, all_rules

ARTICLE = (2016, 32.6, 2020, 44.9, 2021, 48.9)
WORKED = json.loads((VECTORS / "arithmetic.json").read_text(encoding="utf-8"))["binh_thuan_endpoints"]
UNROUNDED = tuple(replace(rule, rounding=EXACT) for rule in RULES)


def panel(*case, rules=RULES, **more):
    return {found.by.code: found[0] for found in all_rules(Case(*case, **more), rules)}


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
    assert [code for code in verdicts if code in expected] == list(expected)
    for rule, (value, label, outlook) in expected.items():
        assert verdicts[rule].value == pytest.approx(value, rel=1e-9), rule
        assert (verdicts[rule].label, verdicts[rule].outlook, verdicts[rule].notes) == (label, outlook, ()), rule
    assert verdicts["eurostat"].score == pytest.approx(WORKED["eurostat"]["score_pm5"], rel=1e-12)
    assert verdicts["open_sdg"].score == pytest.approx(WORKED["statcan_open_sdg"]["score"], rel=1e-12)
    numbers = verdicts["projection"].numbers
    assert numbers["shortfall"] == pytest.approx(WORKED["shortfall"], rel=1e-9)
    assert numbers["needed"] == pytest.approx(WORKED["required_growth_from_current"], rel=1e-12)
    assert verdicts["eea"].numbers["path"] == WORKED["eea_dtpi"]["linear_path_2020"]
    exact = panel(*ARTICLE, rules=UNROUNDED)["unicef"]
    assert exact.value == pytest.approx(-WORKED["unicef_aarr"]["current_aarr_pct"], rel=1e-12)
    assert exact.numbers["required"] == pytest.approx(-WORKED["unicef_aarr"]["required_aarr_pct"], rel=1e-12)


def test_met_at_base_then_worse():
    case = arguments(EDGES["met_at_base_then_worse"])
    verdicts = panel(*case)
    assert verdicts["open_sdg"].label == "deterioration"
    assert verdicts["eurostat"].label == "movement_away"
    assert verdicts["eurostat"].score == -5
    for verdict in verdicts.values():
        assert {"base_beyond_target", "met_then_lost"} <= set(verdict.notes)
        assert verdict.outlook not in ("met", "on_track"), verdict


def test_target_zero_is_replaced_and_said():
    verdicts = panel(*arguments(EDGES["target_zero"]))
    replaced = panel(2015, 12, 2020, 9, 2030, 0.001, -1)["open_sdg"]
    assert (verdicts["open_sdg"].value, verdicts["open_sdg"].label) == (replaced.value, replaced.label)
    assert verdicts["open_sdg"].notes == ("target_replaced",)
    for rule in ("eurostat", "unsd", "unicef", "defra", "projection"):
        assert (verdicts[rule].label, verdicts[rule].notes) == ("not_available", ("target_zero",))
    assert verdicts["sdsn"].value == pytest.approx((3 / 5) / (12 / 15))


def test_base_zero_is_replaced_and_said():
    verdicts = panel(*arguments(EDGES["base_zero"]))
    replaced = panel(2015, 0.001, 2020, 3, 2030, 10, 1)["open_sdg"]
    assert (verdicts["open_sdg"].value, verdicts["open_sdg"].label) == (replaced.value, replaced.label)
    assert verdicts["open_sdg"].notes == ("base_replaced",)
    assert replaced.notes == ()
    for rule in ("eurostat", "unsd", "unicef", "defra", "projection", "eea"):
        assert (verdicts[rule].label, verdicts[rule].notes) == ("not_available", ("base_zero",))
    assert verdicts["escap_status"].value == pytest.approx(3.0)


def test_sign_change():
    verdicts = panel(*arguments(EDGES["sign_change"]))
    for rule in ("open_sdg", "eurostat", "unsd", "unicef", "defra", "projection", "mcarthur_rasmussen_geometric"):
        assert (verdicts[rule].label, verdicts[rule].value) == ("not_available", None)
        assert verdicts[rule].notes == ("sign_change",)
    assert verdicts["mcarthur_rasmussen_linear"].label == "closes_gap"
    assert panel(2015, 2, 2020, 3, 2030, -1, -1)["open_sdg"].notes == ("sign_change",)  # the target on the other side


def test_one_observation():
    verdicts = panel(*arguments(EDGES["one_observation"]))
    for verdict in verdicts.values():
        assert (verdict.label, verdict.value, verdict.score) == ("not_available", None, None)
    assert verdicts["sdsn"].notes == ("one_observation",)
    later = panel(2024, 35.9, 2022, 35.9, 2030, 40)["open_sdg"]
    assert (later.label, later.notes) == ("not_available", ("one_observation",))


def test_target_worse_than_base():
    verdicts = panel(*arguments(EDGES["target_worse_than_base"]))
    assert verdicts["open_sdg"].label == "target_achieved"
    assert verdicts["open_sdg"].value == pytest.approx(-0.66, abs=0.005)
    assert verdicts["eurostat"].label == "movement_away"  # EUSTAT published significant_progress: not copied
    assert verdicts["unsd"].label == "deterioration"
    assert {"target_met", "base_beyond_target"} <= set(verdicts["eurostat"].notes)
    assert {verdict.outlook for verdict in verdicts.values()} == {"met"}


def test_no_data_in_base_year():
    verdict = panel(2015, None, None, None)["open_sdg"]
    assert (verdict.label, verdict.notes) == ("not_available", ("no_observation",))
    assert panel(2015, math.nan, 2020, 1.0)["open_sdg"].notes == ("no_observation",)


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


@given(st.floats(1, 900), st.floats(0.001, 0.3), st.integers(1, 15), st.integers(1, 15), st.sampled_from([1, -1]))
def test_a_path_kept_exactly_is_on_track(base, rate, elapsed, left, direction):
    """Rounding in doubles must not fail a value that lies on the path."""
    factor = 1 + direction * rate
    latest, target = base * factor**elapsed, base * factor ** (elapsed + left)
    verdicts = panel(2000, base, 2000 + elapsed, latest, 2000 + elapsed + left, target, direction, rules=UNROUNDED)
    for rule in ("unicef", "projection", "defra", "mcarthur_rasmussen_geometric", "eurostat"):
        assert verdicts[rule].outlook == "on_track", rule
    latest, target = base + direction * rate * elapsed, base + direction * rate * (elapsed + left)
    if min(latest, target) > 0:
        verdicts = panel(2000, base, 2000 + elapsed, latest, 2000 + elapsed + left, target, direction)
        for rule in ("sdsn", "escap_status", "eea", "mcarthur_rasmussen_linear", "escap_anticipated"):
            assert verdicts[rule].outlook == "on_track", rule


def test_a_target_met_before_its_year_keeps_its_number():
    found = panel(2016, 32.6, 2020, 44.9, 2025, 40.0)
    assert {v.outlook for v in found.values()} == {"met"}
    assert {found[rule].label for rule in found if rule not in ("eurostat", "unsd")} == {"target_achieved"}
    path = 32.6 + 7.4 * 4 / 9
    assert found["eea"].value == pytest.approx(100 * (44.9 - path) / 32.6)
    assert found["escap_status"].value == pytest.approx(10 * 12.3 / 7.4)
    assert found["mcarthur_rasmussen_linear"].value == pytest.approx(12.3 / 4 * 9 / 7.4)
    assert found["projection"].value == pytest.approx(44.9 * (44.9 / 32.6) ** (5 / 4))
    assert found["defra"].value == 0
    lost = panel(2016, 42.0, 2020, 44.9, 2025, 40.0)  # met at the base: nothing to measure
    assert lost["eea"].value is None
    assert lost["eea"].label == "target_achieved"
