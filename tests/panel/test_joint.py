"""Places together: counts and totals under shocks that a year's places share."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri
from scipy.stats import binom, norm, poisson_binom

from ruralincome.panel.joint import Count, nearest, reaching, totals
from ruralincome.panel.places import QUANTILES
from ruralincome.series import InputError


def places(probability, last=2020, target=2022):
    return pd.DataFrame({"probability": probability, "last_year": last, "target_year": target})


def test_without_a_common_shock_the_count_of_equal_places_is_binomial():
    found = reaching(places([0.3] * 50), rho=0.0)
    assert found.expected == pytest.approx(15)
    for k in (5, 15, 20):
        assert found.at_least(k) == pytest.approx(binom.sf(k - 1, 50, 0.3), abs=1e-12)
    for q in (0.1, 0.5, 0.9):
        assert found.quantile(q) == binom.ppf(q, 50, 0.3)
    assert (found.at_least(0), found.at_least(51)) == (1.0, 0.0)


def test_unequal_places_are_poisson_binomial_and_missing_ones_do_not_count():
    p = np.linspace(0.05, 0.95, 30)
    found = reaching(places([*p, np.nan]), rho=0.0)
    assert found.places == 30
    assert found.at_least(18) == pytest.approx(poisson_binom.sf(17, p), abs=1e-9)


def test_one_common_shock_is_vasiceks_formula_for_many_places():
    rho, p, n = 0.3, 0.4, 20_000
    found = reaching(places([p] * n), rho, shocks=8192)
    assert found.expected == pytest.approx(p * n, rel=2e-3)
    for share in (0.2, 0.4, 0.7):
        exact = norm.cdf((ndtri(share) * np.sqrt(1 - rho) - ndtri(p)) / np.sqrt(rho))
        assert 1 - found.at_least(int(share * n) + 1) == pytest.approx(exact, abs=3e-3)


def test_the_curves_for_many_places_agree_with_the_exact_count():
    p = np.random.default_rng(1).random(180)
    frame = places(p, 2020, np.where(p > 0.5, 2021, 2024))
    exact = reaching(frame, 0.2)
    curves = reaching(frame, 0.2, most=10)
    assert exact.exact is not None
    assert curves.exact is None
    assert curves.mean == pytest.approx(exact.mean, rel=1e-3)  # in each common future
    assert max(abs(exact.at_least(k) - curves.at_least(k)) for k in range(181)) < 2e-3


def test_sure_places_among_many_are_counted_as_one_each():
    """They stand at the two ends of the grid on which many are gathered."""
    found = reaching(places([1.0] * 30 + [0.0] * 20), rho=0.0, most=10)
    assert found.mean == pytest.approx(30, abs=1e-6)
    assert [found.quantile(q) for q in (0.01, 0.99)] == [30, 30]


def test_the_skewness_of_a_count_is_that_of_a_sum_of_trials():
    """Where few are expected, curves without it are a fiftieth off."""
    found = reaching(places([0.01] * 600), rho=0.0, most=10)
    assert found.skew == pytest.approx((1 - 2 * 0.01) / np.sqrt(600 * 0.01 * 0.99), rel=1e-3)
    assert max(abs(found.at_least(k) - binom.sf(k - 1, 600, 0.01)) for k in range(20)) < 5e-3


def test_windows_that_share_years_move_together_and_others_do_not():
    """Two groups of places: the spread of the count tells whether one year's shock hits both."""
    half = [0.5] * 3000
    apart = places(half * 2, [2018] * 3000 + [2020] * 3000, [2020] * 3000 + [2022] * 3000)
    together = places(half * 2, 2020, 2022)
    wide, narrow = (np.std(reaching(f, 0.4).mean) for f in (together, apart))
    assert narrow == pytest.approx(wide / np.sqrt(2), rel=0.05)


def answered(n, sigma=0.1, **columns):
    """Places whose log level in 2022 is normal around ln 100."""
    frame = pd.DataFrame({name: [100 * np.exp(sigma * ndtri(q))] * n for name, q in QUANTILES.items()})
    base = {"last_year": 2020, "target_year": 2022, "target": 105.0, "population": 1000.0}
    frame = frame.assign(refusal=None, place="x", **{**base, **columns})
    return frame.assign(probability=norm.sf(np.log(frame["target"] / 100) / sigma))


def simulated(frame, rho, draws=40_000):
    """By brute force: a shock for each year, a place's own for each of its years; normal scores (draws, places)."""
    rng = np.random.default_rng(8)
    years = range(int(frame["last_year"].min()) + 1, int(frame["target_year"].max()) + 1)
    common = {year: rng.standard_normal(draws) for year in years}
    scores = []
    for last, end in zip(frame["last_year"], frame["target_year"], strict=True):
        span = range(int(last) + 1, int(end) + 1)
        walked = [np.sqrt(rho) * common[t] + np.sqrt(1 - rho) * rng.standard_normal(draws) for t in span]
        scores.append(sum(walked) / np.sqrt(len(span)))
    return np.stack(scores, axis=1)


@pytest.mark.parametrize("direction", [1, -1])
def test_counts_and_totals_are_those_of_a_simulation_year_by_year(direction):
    rng = np.random.default_rng(2)
    n, rho = 60, 0.35
    last, ahead = rng.integers(2017, 2021, n), rng.integers(1, 5, n)
    frame = answered(n, sigma=0.12, last_year=last, target_year=last + ahead, population=rng.integers(500, 9000, n))
    frame["target"] = 100 * np.exp(0.12 * rng.normal(0, 0.8, n))
    frame["probability"] = norm.sf(direction * np.log(frame["target"] / 100) / 0.12)
    scores = simulated(frame, rho)
    reached = direction * scores > direction * np.log(frame["target"].to_numpy() / 100) / 0.12
    count = reached.sum(axis=1)
    found = reaching(frame, rho)
    assert found.expected == pytest.approx(count.mean(), abs=0.2)
    for k in range(5, 56, 5):
        assert found.at_least(k) == pytest.approx((count >= k).mean(), abs=0.015), k
    levels = 100 * np.exp(0.12 * scores) * frame["population"].to_numpy()
    for _, row in totals(frame, rho, draws=8192, direction=direction).iterrows():
        here = (frame["target_year"] == row["target_year"]).to_numpy()
        mean = levels[:, here].sum(axis=1) / frame["population"][here].sum()
        assert [row[c] for c in ("low80", "median", "high80")] == pytest.approx(
            np.quantile(mean, [0.1, 0.5, 0.9]), rel=0.01
        )
        got_there = direction * mean >= direction * row["target"]
        assert row["probability"] == pytest.approx(got_there.mean(), abs=0.02)
        low, high = np.quantile(reached[:, here].sum(axis=1), [0.1, 0.9], method="inverted_cdf")
        assert (abs(row["reach_low"] - low) <= 1, abs(row["reach_high"] - high) <= 1) == (True, True)


def test_the_nearest_to_the_line_come_first():
    found = nearest(places([0.9, 0.52, np.nan, 0.1, 0.49]), 3)
    assert found["probability"].tolist() == [0.49, 0.52, 0.9]
    assert len(nearest(places(np.linspace(0, 1, 30)))) == 20


def test_one_place_alone_is_its_own_total():
    row = totals(answered(1), 0.3, draws=1 << 15).iloc[0]
    assert row["median"] == pytest.approx(100, rel=3e-3)
    assert row["high80"] == pytest.approx(100 * np.exp(0.1 * ndtri(0.9)), rel=5e-3)
    assert row["probability"] == pytest.approx(norm.sf(np.log(1.05) / 0.1), abs=0.01)


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_a_district_of_many_places_keeps_the_common_shock_only(rho):
    row = totals(answered(4000), rho, draws=4096).iloc[0]
    own = np.exp(0.5 * 0.01 * (1 - rho))  # what is each place's own averages out to its mean
    assert row["median"] == pytest.approx(100 * own, rel=5e-3)
    spread = np.log(row["high80"] / row["low80"]) / (2 * ndtri(0.9))
    assert spread == pytest.approx(np.sqrt(0.01 * rho), abs=0.004)


def test_groups_weigh_people_and_say_who_is_left_out():
    frame = pd.concat(
        [
            answered(2, district="B", population=3000.0, target=90.0),
            answered(1, district="A", population=1000.0),
            answered(1, district="A", population=np.nan),
            answered(1, district="A", population=0.0),
            answered(1, district="A").assign(probability=np.nan),
            answered(1, district="A", target_year=2025),
        ],
        ignore_index=True,
    )
    found = totals(frame, 0.0, ["district"])
    assert found["district"].tolist() == ["A", "A", "B"]
    assert found["target_year"].tolist() == [2022, 2025, 2022]
    assert found["places"].tolist() == [1, 1, 2]
    assert found["missing"].tolist() == [3, 0, 0]
    assert found["population"].tolist() == [1000, 1000, 6000]
    assert found["target"].tolist() == [105, 105, 90]
    whole = totals(frame, 0.0)
    assert whole["places"].tolist() == [3, 1]
    assert whole["target"][0] == pytest.approx((105 * 1000 + 90 * 6000) / 7000)


def test_totals_of_the_other_direction_are_an_error():
    """Probabilities of falling to the target would be added up beside counts of rising to it."""
    frame = answered(3)
    fallen = frame.assign(probability=1 - frame["probability"])
    with pytest.raises(InputError, match="state direction=-1"):
        totals(fallen, 0.1)
    assert totals(fallen, 0.1, direction=-1)["probability"][0] > 0.5


def test_the_same_question_gives_the_same_bytes():
    pd.testing.assert_frame_equal(totals(answered(50), 0.2), totals(answered(50), 0.2), check_exact=True)


@pytest.mark.parametrize("rho", [-0.1, 1.0, float("nan")])
def test_a_rho_that_is_no_correlation_is_an_error(rho):
    with pytest.raises(InputError, match="rho"):
        reaching(places([0.5]), rho)


def test_what_cannot_be_counted_is_an_error():
    with pytest.raises(InputError, match="no place has a probability"):
        reaching(places([np.nan]), 0.1)
    with pytest.raises(InputError, match="column 'population' is missing"):
        totals(places([0.5]), 0.1)
    with pytest.raises(InputError, match="state the populations"):
        totals(answered(2, population=np.nan), 0.1)


def test_a_correlation_of_each_place():
    """Equal ones are the common one; by blocks is as exactly; two places share the root of their product."""
    p = np.random.default_rng(2).random(180)
    frame, rho = places(p), np.linspace(0.1, 0.8, 180)
    same = reaching(frame, np.full(180, 0.4))
    assert same.at_least(90) == reaching(frame, 0.4).at_least(90)
    exact, curves = reaching(frame, rho), reaching(frame, rho, most=50)
    assert curves.expected == pytest.approx(exact.expected, rel=1e-4)
    for k in (60, 90, 120):
        assert curves.at_least(k) == pytest.approx(exact.at_least(k), abs=2e-3)
    two = reaching(places([0.5, 0.5, np.nan]), np.array([0.2, 0.8, 0.5]), shocks=1 << 15)
    orthant = 0.25 + np.arcsin(np.sqrt(0.2 * 0.8)) / (2 * np.pi)
    assert two.at_least(2) == pytest.approx(orthant, abs=2e-3)


@pytest.mark.parametrize("rho", [1.0, -0.1, np.array([0.2, np.nan])])
def test_what_is_no_correlation(rho):
    with pytest.raises(InputError):
        reaching(places([0.5, 0.5]), rho)


def test_totals_under_a_correlation_of_each_place():
    """The spread of a mean grows with what its places share."""
    level = {name: 100 * np.exp(0.1 * ndtri(q)) for name, q in QUANTILES.items()}
    frame = places([0.5] * 40).assign(**level, population=10, target=100.0)
    spread = [np.diff(totals(frame, rho)[["low80", "high80"]].to_numpy())[0, 0] for rho in (0.1, np.full(40, 0.1))]
    assert spread[0] == spread[1]
    mixed = np.repeat([0.1, 0.5], 20)
    between = np.diff(totals(frame, mixed)[["low80", "high80"]].to_numpy())[0, 0]
    assert spread[0] < between < np.diff(totals(frame, 0.5)[["low80", "high80"]].to_numpy())[0, 0]


def test_an_unknown_rho_is_averaged_over():
    frame, values = places([0.3, 0.5, 0.6] * 10), (0.1, 0.4, 0.8)
    each = [reaching(frame, rho, shocks=8192).exact for rho in values]

    def unknown(ahead, own):
        return np.array(values)[:, None] * own + 0 * ahead

    both = reaching(frame, unknown, shocks=3 * 8192)
    assert both.exact == pytest.approx(np.mean(each, axis=0), abs=0.004)
    many = places([0.3] * 400)
    one, other = (reaching(many, unknown, own, shocks=3 * 4096) for own in (None, np.linspace(0.99, 1, 400)))
    assert one.quantile(0.9) == pytest.approx(other.quantile(0.9), abs=4)


def test_the_table_of_a_count_adds_up_and_a_count_that_says_nothing_is_known():
    wide, narrow = reaching(places([0.5] * 60), 0.95), reaching(places([0.05] * 60), 0.1)
    assert (wide.usable, narrow.usable) == (False, True)
    for found in (wide, narrow, reaching(places([0.4] * 5000), 0.3)):
        counts, probability = found.table.values()
        assert probability.sum() == pytest.approx(1)
        assert counts[-1] == found.places
        assert probability @ counts == pytest.approx(found.expected, rel=0.01)


@pytest.mark.parametrize("skew", [-2.0, 2.0])
def test_however_skew_a_count_is_its_chances_are_between_none_and_all(skew):
    many = Count(100, np.array([50.0 - 20 * skew]), np.array([1.5]), np.array([skew]))
    chances = [many.at_least(count) for count in range(102)]
    assert (min(chances), max(chances)) == (0, 1)


def test_what_a_seed_draws_of_one_place_follows_from_that_seed_in_every_version():
    """Without common shocks its level is exp(0.1 z) of 100, z of the third generator of the seed."""
    row = totals(answered(1), 0.0, seed=5, draws=1000).iloc[0]
    z = np.random.default_rng([5, 3]).standard_normal((1, 1000), np.float32)
    known = 100 * np.exp(0.1 * np.quantile(z, (0.1, 0.5, 0.9)))
    assert row[["low80", "median", "high80"]].to_numpy(float) == pytest.approx(known, rel=1e-4)
