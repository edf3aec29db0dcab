import backtest as bt
import numpy as np
import pytest
import scoringrules
from plain import series

from ruralincome.models.state import theta
from ruralincome.models.walk import pooled, random_walk_with_drift
from ruralincome.reference.reference import Component, ReferenceClass
from ruralincome.series import Text

RNG = np.random.default_rng(3)


def test_a_forecast_is_scored_by_its_quantiles_as_by_its_form():
    """The walk of one component is a Student t of the logarithm."""
    known = series([2007, 2008, 2010, 2011, 2013], [0.7, 0.9, 1.0, 1.1, 1.2], "p")
    track = bt.backtest([series([*known.years, 2014], [*known.values, 1.3], "p")], random_walk_with_drift, 5)
    s = random_walk_with_drift(known).estimates
    scale = s["spread"] * np.sqrt(1 + 1 / 6)
    location = np.log(1.2) + s["drift"]
    exact = scoringrules.crps_t(np.log(1.3), s["degrees"], location, scale)
    assert track.crps == pytest.approx([exact], rel=0.01)


def test_corp_of_six_forecasts():
    # Worked by hand: the isotonic line is 0, 2/3, 2/3, 1, 1, 2/3 in the order of the probabilities below.
    found = bt.corp([0.1, 0.4, 0.4, 0.8, 0.9, 0.3], [False, False, True, True, True, True])
    assert found.recalibrated == pytest.approx([0, 2 / 3, 2 / 3, 1, 1, 2 / 3])
    parts = (found.brier, found.miscalibration, found.discrimination, found.uncertainty)
    assert parts == pytest.approx((0.17833333, 0.06722222, 0.11111111, 0.22222222))
    assert found.brier == pytest.approx(found.miscalibration - found.discrimination + found.uncertainty)


def test_corp_refuses_uneven_lengths():
    with pytest.raises(ValueError, match="2 probabilities and 1 outcomes"):
        bt.corp([0.1, 0.2], [True])


def world(places=60, years=25):
    """Places whose log income is a random walk with the drift that the class below knows."""
    mu = 0.05 + RNG.standard_normal((places, 1)) * 0.03 / 2
    steps = mu + 0.03 * RNG.standard_normal((places, years))
    return [series(range(1990, 1990 + years), np.exp(np.cumsum(s)), f"p{i}") for i, s in enumerate(steps)]


CLASS = ReferenceClass(
    "world", Text("w", "w"), "income", "nominal", 1980, 1989, 9, 90, (Component(1.0, 0.05, 4.0, 200.0, 0.0009 * 200),)
)


def test_a_right_model_is_calibrated_and_a_wrong_one_is_not():
    panel = world()
    right = bt.backtest(panel, lambda s: pooled(s, CLASS), history=3)
    for level, share in right.coverage().items():
        assert share == pytest.approx(level, abs=0.03)
    assert np.quantile(right.pit, [0.25, 0.5, 0.75]) == pytest.approx([0.25, 0.5, 0.75], abs=0.04)
    assert bt.calibration_error(right.p.ravel(), right.reached.ravel()) < 0.03
    alone = bt.backtest(panel, random_walk_with_drift, history=3)
    assert right.crps.mean() < 0.8 * alone.crps.mean()


def test_nothing_after_the_origin_is_used():
    seen = []

    def spy(known):
        seen.append(known.years)
        return pooled(known, CLASS)

    track = bt.backtest([series(range(2000, 2006), [1, 2, 3, 4, 5, 6.0])], spy, history=2, horizon=2)
    assert seen == [(t, t + 1) for t in range(2000, 2004)]
    assert (track.year - track.origin).max() == 2
    assert (track.year > track.origin).all()


def test_refusals_are_counted_and_none_at_all_is_an_error():
    two = [series([2000, 2001, 2002], [1, 2, 3.0])]
    with pytest.raises(ValueError, match="shorten the history"):
        bt.backtest(two, random_walk_with_drift, history=2)


def test_the_reliability_band_widens_when_places_share_a_shock():
    p = RNG.uniform(0.05, 0.95, 600)
    years = np.repeat(np.arange(10), 60)
    came = RNG.random(600) < p
    alone = bt.reliability(p, came, years, np.random.default_rng(1))
    shared = bt.reliability(p, came, years, np.random.default_rng(1), rho=0.5)
    assert ((alone.low <= alone.observed) & (alone.observed <= alone.high)).mean() > 0.8
    assert (shared.high - shared.low).mean() > 1.5 * (alone.high - alone.low).mean()


def test_the_reliability_band_widens_when_probabilities_are_about_one_outturn():
    p, outturn = np.repeat(RNG.uniform(0.05, 0.95, 60), 10), np.repeat(np.arange(60), 10)
    came = np.repeat(RNG.random(60), 10) < p
    alone = bt.reliability(p, came, outturn, np.random.default_rng(1))
    about = bt.reliability(p, came, outturn, np.random.default_rng(1), outturn=outturn)
    assert (about.high - about.low).mean() > 1.5 * (alone.high - alone.low).mean()


def test_resampling_by_year_is_wider_than_the_rows_suggest():
    shock = np.repeat(RNG.standard_normal(8), 50)
    low, high = bt.mean_by_year(shock, np.repeat(np.arange(8), 50), np.random.default_rng(1))
    assert high - low > 5 * 3.3 * shock.std() / np.sqrt(400) / 2


def test_a_model_without_a_closed_form_is_drawn_always_alike():
    panel = [series(range(2000, 2012), np.exp(RNG.normal(0.05, 0.04, 12).cumsum()), "x")]
    one, two = (bt.backtest(panel, theta, history=8, horizon=2) for _ in range(2))
    assert one.crps.tolist() == two.crps.tolist()
    assert np.isfinite(one.crps).all()


@pytest.mark.parametrize(("history", "horizon"), [(1, 5), (0, 5), (2, 0)])
def test_a_history_that_has_no_pace_is_refused(history, horizon):
    with pytest.raises(ValueError, match="a pace needs two observations, a forecast one year"):
        bt.backtest([], theta, history, horizon)
