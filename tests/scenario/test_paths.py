"""Paths: WHO's published arithmetic, the property that nothing before a shape's start changes, hand cases."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruralincome.models.forecast import Forecast
from ruralincome.scenario import paths as by
from ruralincome.scenario.shapes import Dip, Move
from ruralincome.series import InputError

WHO = json.loads((Path(__file__).parents[1] / "vectors" / "who_scenarios.json").read_text(encoding="utf-8"))["vectors"]
DRAWS = 64


def pace(forecast, rate, first, last, sd=0.0, rng=None):
    return by.moved(forecast, Move("pace", (rate,), first, last), sd=sd, rng=rng)


def scaled(forecast, factors, first, sd=0.0, rng=None):
    return by.moved(forecast, Move("scaled", tuple(factors), first, first + len(factors) - 1), sd=sd, rng=rng)


def linear(forecast, amount, first, last, sd=0.0, rng=None):
    return by.moved(forecast, Move("linear", (amount,), first, last), sd=sd, rng=rng)


def path(forecast, goal, first, last, kind="geometric", sd=0.0, rng=None):
    return by.moved(forecast, Move(kind, (), first, last), goal, sd, rng)


def one_path(first, *levels):
    return Forecast(first - 1, levels[0], np.array([levels[1:]], float))


def flat(origin, last, years, rate=0.0):
    return Forecast(origin, last, last * (1 + rate) ** np.arange(1, years + 1)[None, :])


def many(origin=2020, last=44.9, years=5, seed=0):
    rng = np.random.default_rng(seed)
    return Forecast(origin, last, last * np.exp(np.cumsum(0.08 + 0.05 * rng.standard_normal((DRAWS, years)), axis=1)))


def who(fn, **match):
    (row,) = [v for v in WHO if v["fn"] == fn and all(v[k] == x for k, x in match.items())]
    return row


def test_who_latest_rate_continues():
    row = who("aroc latest")
    changed = pace(flat(2018, 88, 7), 88 / 87 - 1, 2019, 2025)
    assert changed.median(2025) == pytest.approx(row["expected"], abs=1e-9)


def test_who_compound_path_meets_its_target():
    row = who("aroc target (compound)")
    changed = path(flat(2018, 68, 7), 99, 2019, 2025)
    assert changed.median(2025) == pytest.approx(row["expected_2025"], abs=1e-9)
    rates = changed.paths[0] / np.concatenate([[68], changed.paths[0, :-1]])
    np.testing.assert_allclose(rates, (99 / 68) ** (1 / 7), rtol=1e-12)


@pytest.mark.parametrize("change", [3, -3])
def test_who_percent_of_the_baseline(change):
    row = who("aroc percent_change", percent_change_total_by_2025=change)
    changed = path(flat(2018, 68, 7), 68 * (1 + change / 100), 2019, 2025, "straight")
    assert changed.median(2025) == pytest.approx(row["expected_2025"], abs=1e-9)


def test_who_straight_path():
    row = who("fixed_target (linear)")
    changed = path(flat(2018, 68, 7), 99, 2019, 2025, "straight")
    np.testing.assert_allclose([68, *changed.paths[0]], row["expected_path_2018_2025"], atol=1e-9)


def test_who_linear_change():
    row = who("linear_change")
    changed = linear(flat(2018, 10, 2), row["linear_value"], 2019, 2020)
    assert {str(t): float(v) for t, v in zip(changed.years, changed.paths[0], strict=True)} == pytest.approx(
        row["expected"]
    )


def test_who_percent_of_a_baseline_follows_its_documentation_and_not_its_code():
    row = who("percent_baseline")
    start, goal = 50 + 8, 50 * 1.4  # the series stands at 58 when the scenario starts
    changed = path(flat(2018, start, 12), goal, 2019, 2030, "straight")
    assert changed.median(2030) == pytest.approx(70)
    assert changed.median(2025) == pytest.approx(row["expected_2025_if_doc_followed"])
    assert changed.median(2025) != row["expected_2025_published"]
    steps = np.diff([start, *changed.paths[0]])
    np.testing.assert_allclose(steps, 1.0)  # the published code jumps by 5.4 in its first year


def test_who_progressive_recovery_applies_its_shares_of_the_pace():
    row = who("progressive recovery (covid_sustained_disruption)")
    shares = list(row["share_of_AROC_applied"].values())
    changed = scaled(flat(2020, 100, 6, 0.05), shares, 2021)
    grew = np.diff(np.log([100, *changed.paths[0]])) / math.log(1.05)
    np.testing.assert_allclose(grew, [*shares, 1.0], atol=1e-12)


def test_shock_by_hand():
    before = one_path(2021, 100.0, 110.0, 121.0)
    changed = by.lift(before, [2022], -8.8)
    np.testing.assert_allclose(changed.paths, [[110.0, 110 * (1.1 - 0.088)]])


def test_a_shock_with_a_spread_has_that_spread_and_mean():
    rng = np.random.default_rng(1)
    changed = by.lift(Forecast(2020, 1.0, np.full((4096, 1), 1.1)), [2021], -5, 2, rng)
    assert float(np.mean(changed.paths)) == pytest.approx(1.05, abs=1e-4)
    assert float(np.std(changed.paths)) == pytest.approx(0.02, abs=2e-4)


@pytest.mark.parametrize(
    ("recovery", "recovery_year", "expected"),
    [
        ("never", None, [0.9, 0.9, 0.9, 0.9, 0.9]),
        ("fast", None, [0.9, 1, 1, 1, 1]),
        ("fast", 2023, [0.9, 0.9**0.5, 1, 1, 1]),
        ("delayed", None, [0.9, 0.9, 0.9**0.5, 1, 1]),
        ("delayed", 2027, [0.9, 0.9, 0.9**0.8, 0.9**0.6, 0.9**0.4]),
    ],
)
def test_dip_and_recovery_by_hand(recovery, recovery_year, expected):
    dip = Dip(kind="dip", year=2021, points=-10.0, recovery=recovery, recovery_year=recovery_year)
    before = flat(2020, 1.0, 5)
    changed = dip.draw(before, before, None, np.random.default_rng(0))
    np.testing.assert_allclose(changed.paths[0], expected, rtol=1e-12)


def test_a_dip_recovers_to_each_draws_own_path():
    before = many()
    changed = by.dip(before, 2022, -8.8, (2023, 2023), sd=2, rng=np.random.default_rng(2))
    np.testing.assert_allclose(changed.paths[:, 2:], before.paths[:, 2:], rtol=1e-12)
    assert (changed.at(2022) < before.at(2022)).mean() > 0.95


def test_a_dip_in_the_last_year_has_no_year_to_recover_in():
    before = many(years=2)
    never, fast = (by.dip(before, 2022, -5, back) for back in (None, (2023, 2023)))
    np.testing.assert_array_equal(never.paths, fast.paths)


def test_the_median_follows_the_stated_pace_and_draws_keep_their_ratio():
    before = many()
    changed = pace(before, 0.1, 2022, 2024)
    start = before.median(2021)
    for k, year in enumerate((2022, 2023, 2024), start=1):
        assert changed.median(year) == pytest.approx(start * 1.1**k)
        ratio = changed.at(year) / before.at(year)
        np.testing.assert_allclose(ratio, ratio[0])
    after = changed.at(2025) / changed.at(2024)
    np.testing.assert_allclose(after, before.at(2025) / before.at(2024))


def test_the_spread_of_a_pace_grows_with_the_years():
    changed = pace(Forecast(2020, 1.0, np.ones((4096, 3))), 0.0, 2021, 2023, 2.0, np.random.default_rng(3))
    spread = np.log(changed.paths).std(axis=0)
    np.testing.assert_allclose(spread, [0.02, 0.04, 0.06], rtol=5e-3)
    np.testing.assert_allclose(np.median(changed.paths, axis=0), 1, atol=1e-3)


def test_accelerating_multiplies_the_medians_log_growth():
    before = flat(2020, 100.0, 3, 0.05)
    changed = scaled(before, [1.5, 1.5, 1.5], 2021)
    np.testing.assert_allclose(changed.paths[0], 100 * 1.05 ** (1.5 * np.arange(1, 4)))


def test_back_closes_the_gap_in_equal_parts_draw_by_draw():
    before = many()
    hit = by.lift(before, [2021], -10)
    changed = by.back(hit, before, 2023, 2024)
    np.testing.assert_array_equal(changed.paths[:, :2], hit.paths[:, :2])
    gap = np.log(before.paths) - np.log(changed.paths)
    np.testing.assert_allclose(gap[:, 2], gap[:, 1] / 2)
    np.testing.assert_allclose(gap[:, 3:], 0, atol=1e-12)
    at_once = by.back(hit, before, 2021, 2021)
    np.testing.assert_allclose(at_once.paths, before.paths)


def test_a_return_with_a_spread_misses_the_path_by_it():
    before = Forecast(2020, 1.0, np.ones((4096, 4)))
    hit = by.lift(before, [2021], -10)
    changed = by.back(hit, before, 2022, 2023, 2.0, np.random.default_rng(4))
    np.testing.assert_array_equal(changed.paths[:, :1], hit.paths[:, :1])
    np.testing.assert_allclose(np.log(changed.paths[:, 1:]).std(axis=0), [0.02, 0.04, 0.04], rtol=5e-3)
    np.testing.assert_allclose(np.median(changed.paths[:, 1:], axis=0), [0.9**0.5, 1, 1], rtol=1e-3)


STARTS = {
    "shock": lambda f, s, e, rng: by.lift(f, range(s, e + 1), -3.0, 1.0, rng),
    "dip fast": lambda f, s, e, rng: by.dip(f, s, -6.0, (s + 1, s + 1), 1.0, rng),
    "dip delayed": lambda f, s, e, rng: by.dip(f, s, -6.0, (s + 2, s + 3), 1.0, rng),
    "pace": lambda f, s, e, rng: pace(f, 0.12, s, e, 1.0, rng),
    "halt": lambda f, s, e, rng: pace(f, 0.0, s, e),
    "scaled": lambda f, s, e, rng: scaled(f, [0.25] * (e - s + 1), s, 1.0, rng),
    "linear": lambda f, s, e, rng: linear(f, 2.0, s, e, 1.0, rng),
    "path": lambda f, s, e, rng: path(f, 70.0, s, e, "straight", 1.0, rng),
    "back": lambda f, s, e, rng: by.back(f, Forecast(f.origin, f.last, f.paths * 1.1), s, e, 1.0, rng),
}


@pytest.mark.parametrize("kind", STARTS)
@given(start=st.integers(2021, 2025), length=st.integers(0, 4), seed=st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_years_before_the_start_are_unchanged_draw_by_draw(kind, start, length, seed):
    before = many(seed=seed)
    changed = STARTS[kind](before, start, min(start + length, 2025), np.random.default_rng(seed))
    untouched = start - 2021
    np.testing.assert_array_equal(changed.paths[:, :untouched], before.paths[:, :untouched])
    assert changed.paths.shape == before.paths.shape
    assert not np.array_equal(changed.paths[:, untouched], before.paths[:, untouched])


def test_the_same_generator_gives_the_same_draws():
    one, two = (by.lift(many(), [2021], -3, 2, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(one.paths, two.paths)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: by.lift(f, [2026], -3), "2026 is outside the forecast .2021 to 2025."),
        (lambda f: by.lift(f, [2021], -150), "-150 points leaves no income"),
        (lambda f: pace(f, 0.1, 2020, 2021), "2020 is outside the forecast"),
        (lambda f: linear(f, -40, 2021, 2023), "leaves no income"),
    ],
)
def test_what_cannot_be_is_refused(change, words):
    with pytest.raises(InputError, match=words):
        change(many())


def test_a_far_draw_that_would_fall_below_nothing_keeps_a_hundredth():
    levels = np.array([[50.0], [48.0], [2.0], [0.1]])  # a diffuse model's draws, some of them lost already
    changed = by.lift(Forecast(2020, 44.9, levels), [2021], -8.8)
    expected = [50 - 0.088 * 44.9, 48 - 0.088 * 44.9, by.LEFT * 44.9, 0.1]
    np.testing.assert_allclose(changed.paths[:, 0], expected)


@pytest.mark.parametrize("far", [600.0, 699.0])
def test_levels_beyond_reckoning_pass_through_without_a_warning(far):
    wild = Forecast(2020, 1.0, np.exp(np.array([[-far, far], [0.1, 0.2], [far, -far]])))
    for change in STARTS.values():
        changed = change(wild, 2021, 2022, np.random.default_rng(0)) if change is not STARTS["linear"] else wild
        assert np.isfinite(changed.paths).all()
        assert (changed.paths > 0).all()


def test_a_spread_wants_a_generator():
    with pytest.raises(ValueError, match="needs a generator"):
        by.lift(many(), [2021], -3, 2)
