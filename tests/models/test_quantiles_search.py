"""The search for a quantile: derivatives by other roads, and polynomials that its formulas must find exactly."""

import numpy as np
import pytest
from numpy.polynomial import Polynomial
from scipy.optimize import brentq
from scipy.special import ndtr, stdtr
from scipy.stats import norm
from scipy.stats import t as student

from ruralincome.models import quantiles
from ruralincome.models.quantiles import NODES, _near, _score, _start, _step, mixture_quantile

LOCATION, SCALE, DF, WEIGHT = np.array([0.1, 0.5, -0.4]), np.array([0.2, 0.6, 1.1]), [3.0, 8.0, 40.0], [0.5, 0.3, 0.2]


def below(x):
    return sum(w * student.cdf(x, n, m, s) for m, s, n, w in zip(LOCATION, SCALE, DF, WEIGHT, strict=True))


@pytest.mark.parametrize("x", [-3.0, -0.4, 0.1, 0.9, 2.5])
def test_a_score_its_slope_and_its_bend_are_those_of_the_distribution(x):
    height = [w * student.pdf(m, n, m, s) for m, s, n, w in zip(LOCATION, SCALE, DF, WEIGHT, strict=True)]
    score, slope, curve = _score(np.array([LOCATION, SCALE, DF, WEIGHT, height])[..., None], np.array([x]))
    assert score[0] == pytest.approx(norm.ppf(below(x)))
    h = 1e-3
    shares = ndtr(score[0] + np.array([-h, 0, h]))
    before, at, after = (brentq(lambda y, q=q: below(y) - q, -50, 50, xtol=1e-13) for q in shares)
    assert slope[0] == pytest.approx((after - before) / (2 * h), rel=1e-5)
    assert curve[0] == pytest.approx((after - 2 * at + before) / h**2 / slope[0], rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("df", [2.0, 3.0, 5.0, 15.0, 60.0])
def test_a_near_cdf_is_near_the_exact_one(df):
    t = np.linspace(-8, 8, 161)
    assert np.abs(_near(np.array(df), t) - stdtr(df, t)).max() < (0.004 if df < 3 else 0.0016)
    assert _near(np.array(df), 0.0) == 0.5


def on(curve, *others):
    """_score where x is a polynomial of the normal score."""

    def scored(_parts, x, *_):
        flat = [brentq(lambda s, y=y: curve(s) - y, -6, 6, xtol=1e-14) for y in np.ravel(x)]
        s = np.array(flat).reshape(np.shape(x))
        return s, curve.deriv()(s), curve.deriv(2)(s) / curve.deriv()(s)

    return scored


def stepped(x, goal, low=-np.inf, high=np.inf, scale=1.0, middle=2.0, spread=1.0):
    each = (np.array([float(v)]) for v in (x, goal, low, high, middle, spread))
    step, low, high, more = _step(np.full((5, 1, 1), scale), *each)
    return step[0], low[0], high[0], bool(more[0])


@pytest.mark.parametrize(("score", "goal"), [(1.0, 0.2), (-1.0, 1.5), (0.3, 0.29)])
def test_one_step_finds_a_quantile_on_a_parabola(monkeypatch, score, goal):
    """P(goal) = P(s) - P'(s) m + P''(s) m^2 / 2 where m = s - goal."""
    curve = Polynomial([2.0, 0.5, 0.04])
    monkeypatch.setattr(quantiles, "_score", on(curve))
    step, low, high, _ = stepped(curve(score), goal)
    assert step == pytest.approx(curve(goal), abs=1e-11)
    known = pytest.approx(curve(score), abs=1e-9)
    assert (low, high) == ((known, np.inf) if score < goal else (-np.inf, known))


def test_where_it_bends_too_much_a_step_is_newtons_and_one_that_leaves_its_bracket_halves_it(monkeypatch):
    curve = Polynomial([2.0, 0.5, 0.0, 0.1])  # slope 0.5 + 0.3 s^2, second derivative 0.6 s
    monkeypatch.setattr(quantiles, "_score", on(curve))
    x, slope = curve(1.0), 0.8  # bend = (1 - goal) 0.6 / 0.8 / 2
    assert stepped(x, -0.3)[0] == pytest.approx(x - 1.3 * slope * (1 - 1.3 * 0.375))
    assert stepped(x, -0.5)[0] == pytest.approx(x - 1.5 * slope)
    assert stepped(x, -0.5, low=2.0, high=9.0) == (pytest.approx((2.0 + x) / 2), 2.0, pytest.approx(x), True)


@pytest.mark.parametrize(
    ("miss", "slope", "more"), [(0.009, 1.0, False), (0.011, 1.0, True), (0.009, 10.0, False), (0.009, 12.0, True)]
)
def test_the_last_step_is_from_close_by_and_short(monkeypatch, miss, slope, more):
    """From within 0.01 of the score, and no longer than a tenth of the least scale."""
    monkeypatch.setattr(quantiles, "_score", on(Polynomial([2.0, slope])))
    assert stepped(2.0 + slope * miss, 0.0)[3] is more
    assert stepped(2.0 + slope * miss, 0.0, scale=0.2)[3] is (slope > 1 or more)


def test_the_first_guess_on_a_quintic_is_the_quantile_itself(monkeypatch):
    """Two values, slopes and second derivatives determine a quintic."""
    curve = Polynomial([1.0, 2.0, 0.1, 0.05, 0.0, 0.002])
    monkeypatch.setattr(quantiles, "_score", on(curve))
    middle, spread = np.array([[1.0], [1.2]]), np.array([[2.5], [3.0]])
    ends = [brentq(lambda s, y=y: curve(s) - y, -6, 6) for y in (middle[0, 0] + spread[0, 0] * NODES[[0, -1]])]
    goal = np.linspace(ends[0] + 0.01, ends[1] - 0.01, 57)
    assert _start(np.ones((5, 1, 2, 1)), middle, spread, goal) == pytest.approx(np.array([curve(goal)] * 2), abs=1e-9)


def test_a_mixture_is_first_looked_at_in_its_deviations_around_its_mean(monkeypatch):
    """By hand: (0.75 * 1 + 0.25 * 3) and sqrt(0.75 (0.5^2 + 0.5^2) + 0.25 (2^2 + 1.5^2)), not counting heavy tails."""
    seen = []
    monkeypatch.setattr(quantiles, "_start", lambda *told: seen.append(told[1:3]) or _start(*told))
    found = mixture_quantile(
        np.array([[1.0, 3.0]]), np.array([[0.5, 2.0]]), np.array([9.0, 9.0]), np.array([0.75, 0.25]), ndtr(np.zeros(1))
    )
    assert [float(x[0, 0]) for x in seen[0]] == [pytest.approx(1.5), pytest.approx(np.sqrt(0.375 + 1.5625))]
    assert 1.0 < found[0, 0] < 1.5
