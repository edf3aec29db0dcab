from dataclasses import astuple, replace

import numpy as np
import pytest
from scipy.special import logit
from scipy.stats import multivariate_t

from ruralincome.models import recipe
from ruralincome.models.prior import FLOOR, Windows, components, fit_components, log_score
from ruralincome.series import InputError

START = np.array([0.1, 2.0, 1.6, 0.7, -8.1, 0.3, 0.5, 2.1, 0.4, -6.5, -0.4, 3.5, 2.8, 1.1, -4.7])


def drawn(spacing=(1, 3, 1), places=40, years=5, seed=3):
    rng = np.random.default_rng(seed)
    following = np.cumsum(rng.normal(0.05, 0.06, (places, years)), axis=1)
    following[::4, 2:] = np.nan
    changes = rng.normal(0.05, 0.05, (places, len(spacing))) * np.array(spacing)
    return Windows(spacing, changes, following, rng.random(places))


MEMORY = np.append(np.column_stack([START.reshape(3, 5), [3.0, 2.0, 1.0], [-3.0, -1.0, 0.0]]), [0.2, 0.3, 0.6, 1.5])


@pytest.mark.parametrize("damping", [1.0, 0.8])
@pytest.mark.parametrize("x", [START, MEMORY], ids=["plain", "memory"])
def test_the_slope_is_that_of_the_score(x, damping):
    found = [drawn(), drawn((2,), seed=4)]
    value, slope = log_score(x, found, 3, damping)
    step = 1e-5 * np.eye(len(x))
    numbers = [(log_score(x + e, found, 3, damping)[0] - log_score(x - e, found, 3, damping)[0]) / 2e-5 for e in step]
    assert slope == pytest.approx(numbers, abs=1e-7 * max(1.0, abs(value)))
    assert log_score(x, found, 3, damping, 1)[1] == pytest.approx(slope, abs=1e-5)


def test_the_score_of_one_component_is_a_conditional_student_t():
    """By another road: history and outturn are jointly a multivariate t (Gelman et al., BDA 2013, section 3.3)."""
    x = np.append(START[5:10], [2.0, -1.0, 0.5, 0.3, 30.0, 30.0])
    (c,) = components(x, 1)
    c = replace(c, lam=1.0, eta=1.0)  # of the spread all is remembered, but for a thousandth
    w = Windows((1, 1), np.array([[0.03, 0.09]]), np.array([[0.12]]), np.array([1.0]))
    drift = np.array([1.0, 1.0, c.damping])
    apart = np.abs(np.subtract.outer(np.arange(3), np.arange(3)))
    passing = np.diff(np.eye(4), axis=0)
    shape = np.eye(3) + c.kappa * c.phi**apart + c.nu * passing @ passing.T + np.outer(drift, drift) / c.k0
    shape *= c.b0 / c.a0
    both = multivariate_t(c.m0 * drift, shape, 2 * c.a0).logpdf([0.03, 0.09, 0.12])
    history = multivariate_t(c.m0 * drift[:2], shape[:2, :2], 2 * c.a0).logpdf([0.03, 0.09])
    assert log_score(x, [w], 1)[0] == pytest.approx(both - history, abs=1e-3)


def growing(places, flat, years=14, seed=1):
    """A panel in which the last `flat` places keep one pace each."""
    rng = np.random.default_rng(seed)
    logs = np.cumsum(rng.normal(0.05, 0.04, (places, years)), axis=1)
    logs[places - flat :] = 0.01 * np.arange(flat)[:, None] * np.arange(years)
    return {f"p{i}": (np.arange(2000, 2000 + years), 100 * np.exp(row)) for i, row in enumerate(logs)}


@pytest.mark.parametrize(("places", "flat", "count"), [(44, 4, 3), (10, 10, 1), (10, 10, 3), (40, 30, 2)])
def test_paces_without_spread_are_refused_and_divide_nothing_by_zero(places, flat, count):
    with pytest.raises(InputError, match="no spread"):
        fit_components(recipe.windows([growing(places, flat)], 10.0), count)


def test_equal_steps_are_refused_though_rounding_tells_them_apart():
    one = {f"p{i}": (np.arange(2000, 2014), (100 + i) * 1.05 ** np.arange(14)) for i in range(10)}
    with pytest.raises(InputError, match="does not vary"):
        fit_components(recipe.windows([one], 10.0), 1)


def test_below_the_floor_the_score_is_level_and_its_slope_says_so():
    x, w = START[:5].copy(), drawn()
    x[4] = FLOOR - 3
    value, slope = log_score(x, [w], 1)
    assert (value, slope[4]) == (log_score(x - np.array([0, 0, 0, 0, 2.0]), [w], 1)[0], 0.0)


def test_what_the_windows_leave_open_stays_where_the_search_began():
    """One step and one year ahead say nothing of how the spread is remembered: logistic(0.7) and logistic(2)."""
    (found,) = fit_components([drawn((1,), years=1)], 1, memory=True)
    assert (found.lam, found.eta) == pytest.approx((0.6675, 0.8799), abs=2e-4)


def numbers(c):
    """What the search moves, of one component with memory."""
    plain = [0.0, c.m0 / 0.02, *np.log([c.k0, c.a0 - 0.6, c.b0 / c.a0]), logit(c.damping / 0.999)]
    return np.array([*plain, *np.log([c.nu, c.kappa]), *logit(np.array([c.phi, c.lam, c.eta]) / 0.999)])


def test_what_the_windows_say_balances_the_pull_to_where_the_search_began():
    """Where it ends the slope of their mean score is 2 x 1e-4 of the way that it has come."""
    found = [drawn(places=200), drawn((2,), places=200, seed=4)]
    (c,) = fit_components(found, 1, memory=True)
    x = numbers(c)
    begun = x - log_score(x, found, 1)[1] / sum(w.weight.sum() for w in found) / 2e-4
    assert np.exp(begun[2:4]) == pytest.approx([5, 2], rel=0.1)
    assert begun[5:] == pytest.approx([3.0, -3.0, 0.0, 0.3, 0.7, 2.0], abs=0.1)


def test_what_is_fitted_is_so_to_four_digits_though_few_windows_leave_much_open():
    """By Newton's method: two years after each of ten steps, where slopes from one side alone miss a fourth digit."""
    w = drawn((2,), places=10, years=2, seed=5)
    (c,) = fit_components([w], 1, memory=True)
    steps = w.changes.ravel() / np.sqrt(2)
    spread = np.mean((steps - np.median(steps)) ** 2)
    begun = np.array([0, np.median(steps) / 0.02, *np.log([5, 2, spread]), 3.0, -3.0, 0.0, 0.3, 0.7, 2.0])

    def slope(x):
        return 2e-4 * (x - begun) - log_score(x, [w], 1)[1] / w.weight.sum()

    x = numbers(c)
    for _ in range(9):
        bend = [(slope(x + e) - slope(x - e)) / 2e-3 for e in 1e-3 * np.eye(len(x))]
        x = x - np.linalg.solve(bend, slope(x))
    assert abs(slope(x)).max() < 1e-6
    assert astuple(c) == pytest.approx(astuple(components(x, 1)[0]), rel=5e-4)


def test_three_kinds_of_places_are_found_the_steadiest_first():
    """So it is from four seeds out of four; a search that begins elsewhere ends where two kinds are taken for one."""
    rng, spread = np.random.default_rng(2), np.repeat([0.01, 0.03, 0.09], 100)[:, None]
    changes, following = (0.05 + spread * rng.standard_normal((300, n)) for n in (7, 1))
    kinds = fit_components([Windows((1,) * 7, changes, following, np.ones(300))], 3)
    assert [np.sqrt(c.b0 / c.a0) for c in kinds] == pytest.approx([0.01, 0.03, 0.09], rel=0.15)


def test_a_spread_of_a_tenth_of_a_percent_is_one():
    rng = np.random.default_rng(5)
    changes, following = (0.05 + 0.001 * rng.standard_normal((200, n)) for n in (3, 1))
    (c,) = fit_components([Windows((1, 1, 1), changes, following, np.ones(200))], 1)
    assert np.sqrt(c.b0 / c.a0) == pytest.approx(0.001, rel=0.1)


def test_the_mean_that_is_stated_is_that_of_every_component():
    found, free = (fit_components([drawn(), drawn((2,), seed=4)], 2, mean=mean) for mean in (0.03, None))
    assert [c.m0 for c in found] == [0.03, 0.03]
    assert all(abs(c.m0 - 0.03) > 1e-3 for c in free)
