"""The walk with memory: against the textbook, against a joint normal written out year by year, and by simulation."""

from dataclasses import replace
from itertools import pairwise
from math import lgamma

import numpy as np
import pytest
from scipy.stats import multivariate_t, norm
from scipy.stats import t as student

from ruralincome.models.posterior import Steps, posterior
from ruralincome.models.walk import pooled, pooled_walks
from ruralincome.reference.reference import Component, ReferenceClass
from ruralincome.series import Series, Text

MEMORY = Component(1.0, 0.05, 6.0, 3.0, 0.004, damping=0.95, kappa=1.5, phi=0.6, nu=0.4)
FADING = Component(0.5, 0.02, 9.0, 2.0, 0.01, damping=0.9, kappa=0.3, phi=0.6, nu=0.1, lam=0.6, eta=0.85)
rng = np.random.default_rng(8)


def a_class(*components, **more):
    return ReferenceClass("test", Text("thử", "test"), "income", "nominal", 2000, 2010, 5, 50, components, **more)


def drawn(places, most=9):
    count = rng.integers(0, most, places)
    spacing = rng.integers(1, 5, count.sum())
    return Steps(rng.normal(0.05, 0.1, count.sum()), spacing, count)


def textbook(z, spacing, c, h):
    """Location, scale, degrees of freedom, ln marginal likelihood less what no history changes (BDA 3.3)."""
    S, G, Q, K = spacing.sum(), z.sum(), (z**2 / spacing).sum(), len(z)
    kn = c.k0 + S
    mn, an = (c.k0 * c.m0 + G) / kn, c.a0 + K / 2
    bn = c.b0 + (Q + c.k0 * c.m0**2 - kn * mn**2) / 2
    H = sum(c.damping**j for j in range(1, h + 1))
    log = c.a0 * np.log(c.b0) - an * np.log(bn) + lgamma(an) - lgamma(c.a0) + np.log(c.k0 / kn) / 2
    return H * mn, np.sqrt(bn / an * (h + H**2 / kn)), 2 * an, log - np.log(spacing).sum() / 2


def test_without_memory_it_is_the_conjugate_closed_form():
    mixed = (Component(0.7, 0.07, 2.0, 3.0, 0.0012), Component(0.3, 0.02, 40.0, 1.5, 0.05, damping=0.8))
    steps = drawn(60, 12)
    state, ends = posterior(steps, mixed), np.cumsum(steps.count)
    for h in (1, 4):
        found = state.ahead(np.full((60, 1), h))
        for i, end in enumerate(ends):
            some = slice(end - steps.count[i], end)
            told = [textbook(steps.z[some], steps.spacing[some], c, h) for c in mixed]
            for array, known in zip(found, zip(*told, strict=True), strict=False):
                assert np.broadcast_to(array, (60, 2))[i] == pytest.approx(known[:2], rel=1e-12, abs=1e-12)
            share = np.array([c.weight * np.exp(one[3] - told[0][3]) for c, one in zip(mixed, told, strict=True)])
            assert state.weight[i] == pytest.approx(share / share.sum(), rel=1e-10)


def year_by_year(spacing, ahead, c, errors=None):
    """Mean over m0 and covariance over sigma^2 of the changes, of the log change `ahead`, and of -error of the last."""
    first = np.concatenate([[0], np.cumsum(spacing)])
    T, K = first[-1], len(spacing)
    years = np.array([[a <= t < b for t in range(T + ahead)] for a, b in [*pairwise(first), (T, T + ahead)]])
    figures = np.eye(K + 2)[1:] - np.eye(K + 2)[:-1]
    apart = np.abs(np.subtract.outer(np.arange(T + ahead), np.arange(T + ahead)))
    known = np.zeros(K + 1) if errors is None else np.array(errors) ** 2 / c.variance
    noise = np.diag(c.nu + np.append(known, 0.0))
    X = np.append(spacing, sum(c.damping**j for j in range(1, ahead + 1)))
    V = np.zeros((K + 2, K + 2))
    V[:-1, :-1] = years @ (np.eye(T + ahead) + c.kappa * c.phi**apart) @ years.T + np.outer(X, X) / c.k0
    V[:-1, :-1] += figures @ noise @ figures.T
    V[-1, -1], V[-1, K - 1], V[-1, K] = known[-1], -known[-1], known[-1]
    V[:, -1] = V[-1]
    return np.append(X, 0.0), V


@pytest.mark.parametrize("spacing", [(1,), (4,), (1, 3, 1), (2, 1, 1, 5, 1)])
@pytest.mark.parametrize("errors", [None, 0.03])
def test_it_is_the_conditional_of_a_joint_t_written_out_year_by_year(spacing, errors):
    K, ahead, s = len(spacing), 3, None if errors is None else errors * (1 + np.arange(len(spacing) + 1))
    X, V = year_by_year(spacing, ahead, MEMORY, s)
    z = rng.normal(0.05, 0.1, K) * spacing
    state = posterior(Steps(z, np.array(spacing), np.array([K]), errors=s), (MEMORY, FADING))
    gain = np.linalg.solve(V[:K, :K], V[:K, K:])
    miss = z - MEMORY.m0 * X[:K]
    location, room = X[K:] * MEMORY.m0 + miss @ gain, V[K:, K:] - V[K:, :K] @ gain
    shape, rate = MEMORY.a0 + K / 2, MEMORY.b0 + miss @ np.linalg.solve(V[:K, :K], miss) / 2
    for found, i in ((state.ahead(np.array([[ahead]])), 0), (state.today(), 1)):
        assert found[0][0, 0] == pytest.approx(location[i], abs=1e-13)
        assert found[1][0, 0] == pytest.approx(np.sqrt(rate / shape * max(room[i, i], 0)), abs=1e-9)
        assert np.broadcast_to(found[2], (1, 2))[0, 0] == pytest.approx(2 * shape)
    joint = multivariate_t(MEMORY.m0 * X[:K], MEMORY.b0 / MEMORY.a0 * V[:K, :K], 2 * MEMORY.a0).logpdf(z)
    other = posterior(Steps(z * 0, np.array(spacing), np.array([K]), errors=s), (MEMORY,))
    level = multivariate_t(MEMORY.m0 * X[:K], MEMORY.b0 / MEMORY.a0 * V[:K, :K], 2 * MEMORY.a0).logpdf(0 * z)
    assert state.log[0, 0] - other.log[0, 0] == pytest.approx(joint - level, abs=1e-9)


def test_what_is_known_of_the_spread_fades_step_by_step():
    """Two steps by hand: e from a joint normal, then the recursion of the docstring."""
    c, spacing, z = FADING, (1, 3), np.array([0.12, -0.05])
    X, V = year_by_year(spacing, 4, c)
    e = np.linalg.solve(np.linalg.cholesky(V[:2, :2]), z - c.m0 * X[:2])
    a1, b1 = c.a0 + 0.5, c.b0 + e[0] ** 2 / 2
    a2, b2 = c.a0 + c.lam**3 * (a1 - c.a0) + 0.5, c.b0 + c.lam**3 * (b1 - c.b0) + e[1] ** 2 / 2
    a4, b4 = c.a0 + c.eta**3 * (a2 - c.a0), c.b0 + c.eta**3 * (b2 - c.b0)
    room = V[2, 2] - V[2, :2] @ np.linalg.solve(V[:2, :2], V[:2, 2])
    _, scale, df = posterior(Steps(z, np.array(spacing), np.array([2])), (c,)).ahead(np.array([[4]]))
    assert df[0, 0] == pytest.approx(2 * a4)
    assert scale[0, 0] == pytest.approx(np.sqrt(b4 / a4 * room))


def test_a_class_of_before_whose_drift_wanders_keeps_its_answers():
    """The change of a drift that wanders: today's drift, and what it wanders back and ahead of today (decision 12)."""
    c = Component(1.0, 0.05, 4.0, 3.0, 0.004, wander=0.3)
    z, wandered = np.array([0.03, 0.09]), 0.3 * np.array([[1.5, 0.5], [0.5, 0.5]])
    V = np.ones((3, 3)) / 4 + np.eye(3)
    V[:2, :2] += wandered
    V[2, 2] += 0.3 / 2
    gain = np.linalg.solve(V[:2, :2], V[:2, 2])
    location, scale, _ = posterior(Steps(z, np.ones(2, int), np.array([2])), (c,)).ahead(np.array([[1]]))
    assert location[0, 0] == pytest.approx(0.05 + (z - 0.05) @ gain)
    rate = (0.004 + (z - 0.05) @ np.linalg.solve(V[:2, :2], z - 0.05) / 2) / 4
    assert scale[0, 0] == pytest.approx(np.sqrt(rate * (V[2, 2] - V[2, :2] @ gain)))


def test_inflation_that_is_expected_is_never_damped():
    """Growth of 3 % more a year in the history and ahead moves the forecast by 3 % a year, and nothing else."""
    steps, state = drawn(30), posterior
    plain, faster = state(steps, (MEMORY, FADING)), tuple(c.faster(0.03) for c in (MEMORY, FADING))
    moved = state(replace(steps, z=steps.z + 0.03 * steps.spacing), faster)
    for one, other, more in zip(
        plain.ahead(np.full((30, 1), 4)), moved.ahead(np.full((30, 1), 4)), (0.12, 0, 0), strict=True
    ):
        assert other - one == pytest.approx(np.full(one.shape, more), abs=1e-12)


def test_places_of_any_years_are_each_as_alone():
    steps = drawn(200)
    together, ends = posterior(steps, (MEMORY, FADING)), np.cumsum(steps.count)
    ahead = together.ahead(np.full((200, 1), 3))
    for i in range(0, 200, 9):
        some = slice(ends[i] - steps.count[i], ends[i])
        alone = posterior(Steps(steps.z[some], steps.spacing[some], steps.count[i : i + 1], shared=True), both())
        assert together.weight[i] == pytest.approx(alone.weight[0], abs=1e-12)
        for one, every in zip(alone.ahead(np.array([[3]])), ahead, strict=True):
            assert np.broadcast_to(every, (200, 2))[i] == pytest.approx(np.broadcast_to(one, (1, 2))[0], abs=1e-12)


def both():
    return MEMORY, FADING


def simulated(places, spacing, ahead, c, error=0.0, seed=5):
    """Logarithms of figures (places, K + 1), of the true level today and of the figure `ahead`, drawn as it says."""
    draw = np.random.default_rng(seed)
    sigma = np.sqrt(c.b0 / draw.gamma(c.a0, size=places))[:, None]
    years = sum(spacing) + ahead
    pace = np.sqrt(c.kappa) * draw.standard_normal((places, years))
    for t in range(1, years):
        pace[:, t] = c.phi * pace[:, t - 1] + np.sqrt(1 - c.phi**2) * pace[:, t]
    mu = draw.standard_normal((places, 1)) / np.sqrt(c.k0) * sigma + c.m0
    mu = mu * np.append(np.ones(sum(spacing)), c.damping ** np.arange(1, ahead + 1))
    growth = mu + sigma * (pace + draw.standard_normal((places, years)))
    level = np.concatenate([np.zeros((places, 1)), np.cumsum(growth, axis=1)], axis=1)
    at = np.append(np.cumsum([0, *spacing]), years)
    level = level[:, at] + sigma * np.sqrt(c.nu) * draw.standard_normal((places, len(at)))
    figures = level[:, :-1] + error * draw.standard_normal((places, len(at) - 1))
    return figures, level[:, -2], level[:, -1]


@pytest.mark.parametrize(("spacing", "ahead"), [((1,), 1), ((4,), 2), ((1, 2, 1), 5)])
def test_what_is_drawn_from_the_model_falls_where_the_closed_form_says(spacing, ahead):
    figures, _, after = simulated(40_000, spacing, ahead, MEMORY)
    n, K = figures.shape[0], len(spacing)
    steps = Steps(np.diff(figures).ravel(), np.tile(spacing, n), np.full(n, K), shared=True)
    walks = pooled_walks(steps, np.exp(figures[:, -1]), a_class(MEMORY))
    below = 1 - walks.probability(np.full(n, ahead), np.exp(after))
    for q in (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975):
        assert (below < q).mean() == pytest.approx(q, abs=4 * np.sqrt(q * (1 - q) / n) + 1e-4)
    half = below[figures[:, -1] - figures[:, 0] > 0.06 * sum(spacing)]  # also where growth had been high
    assert (half < 0.5).mean() == pytest.approx(0.5, abs=0.02)


def test_a_known_survey_error_is_noise_and_already_reached_a_probability():
    c, n, s = Component(1.0, 0.05, 6.0, 6.0, 0.004, kappa=0.5, phi=0.6, nu=0.05), 20_000, 0.06
    figures, today, after = simulated(n, (4,), 1, c, error=s)
    steps = Steps(np.diff(figures).ravel(), np.full(n, 4), np.ones(n, int), errors=np.full(2 * n, s))
    held = {}
    for name, told in (("told", steps), ("untold", Steps(steps.z, steps.spacing, steps.count, shared=True))):
        walks = pooled_walks(told, np.exp(figures[:, -1]), a_class(c))
        below = walks.probability(np.ones(n), np.exp(after), -1)
        held[name] = [float((np.abs(below - 0.5) < level / 2).mean()) for level in (0.5, 0.8, 0.95)]
        reached = walks.reached(np.exp(figures[:, 0] + 0.22))
        cell = np.minimum((10 * reached).astype(int), 9)
        miss = np.bincount(cell, reached - (today >= figures[:, 0] + 0.22), minlength=10)
        held[name].append(float(np.abs(miss).sum() / n))
    assert held["told"] == pytest.approx([0.5, 0.8, 0.95, 0.0], abs=0.015)
    assert held["untold"][0] < 0.4
    assert held["untold"][3] > 0.05


def test_a_series_tells_its_errors_to_the_model():
    sure = Series("x", (2016, 2020), (32.6, 44.9))
    told = Series("x", (2016, 2020), (32.6, 44.9), standard_errors=(1.0, 1.5))
    none = Series("x", (2016, 2020), (32.6, 44.9), standard_errors=(0.0, 0.0))
    plain, noisy, zero = (pooled(s, a_class(Component(1.0, 0.07, 2.0, 3.0, 0.0012))) for s in (sure, told, none))
    assert zero.quantile([2021], [0.1, 0.5]) == pytest.approx(plain.quantile([2021], [0.1, 0.5]), rel=1e-15)
    width = [np.diff(f.quantile([2021], [0.1, 0.9])[0])[0] for f in (plain, noisy)]
    assert width[1] > width[0]
    assert (plain.reached(44.9), plain.reached(45.0), plain.reached(45.0, -1)) == (1.0, 0.0, 1.0)
    assert 0.2 < noisy.reached(44.9) < 0.6
    assert noisy.reached(44.9) + noisy.reached(44.9, -1) == pytest.approx(1)
    paths = noisy.forecast(2023, np.random.default_rng(1))
    assert paths.probability(2023, 55.0) == pytest.approx(noisy.probability(2023, 55.0), abs=1e-3)


def test_one_figure_and_its_error():
    """The class says nothing of a level: what the survey says of it stands."""
    c = Component(1.0, 0.07, 2.0, 300.0, 0.6)  # sigma is all but known
    fit = pooled(Series("x", (2020,), (44.9,), standard_errors=(1.5,)), a_class(c))
    assert fit.reached(46.0) == pytest.approx(norm.sf(np.log(46 / 44.9) / (1.5 / 44.9)), abs=2e-3)
    away = student(600).ppf(0.9) * np.sqrt(0.6 / 300 * (1 + 1 / 2) + (1.5 / 44.9) ** 2)
    assert np.log(fit.quantile([2021], [0.9])[0, 0] / 44.9) == pytest.approx(0.07 + away, rel=2e-3)


def test_draws_of_a_class_with_memory_agree_with_its_closed_form_and_hang_together():
    figures, _, _ = simulated(1, (1, 1, 2), 1, MEMORY)
    fit = pooled(Series("x", (2016, 2017, 2018, 2020), tuple(np.exp(figures[0]))), a_class(MEMORY))
    forecast = fit.forecast(2024, np.random.default_rng(3))
    for year in (2021, 2024):
        for q in (0.1, 0.5, 0.9):
            assert forecast.probability(year, fit.quantile([year], [q])[0, 0]) == pytest.approx(1 - q, abs=1e-3)
    logs = np.log(forecast.paths)
    assert np.corrcoef(logs[:, 2], logs[:, 3])[0, 1] > np.corrcoef(logs[:, 0], logs[:, 3])[0, 1] > 0.3


@pytest.mark.parametrize("memory", [{"nu": 4.0}, {"nu": 4.0, "kappa": 0.0}, {"nu": 0.0, "kappa": 9.0}])
def test_draws_have_the_closed_forms_spread_before_each_years_margin_is_made_exact(memory):
    """Passing errors of figures so large that they would show if two of them were one."""
    figures, _, _ = simulated(1, (1, 1, 2), 1, MEMORY)
    series = Series("x", (2016, 2017, 2018, 2020), tuple(np.exp(figures[0])))
    walks = pooled(series, a_class(replace(MEMORY, a0=30.0, b0=0.04, **memory))).walks
    logs = walks.paths(4, np.random.default_rng(3), 1 << 14)
    q = np.array([0.1, 0.5, 0.9])
    low, middle, high = np.log(walks.quantile(np.arange(1, 5), q) / walks.last).T
    drawn = np.quantile(logs, q, axis=0)
    assert drawn[2] - drawn[0] == pytest.approx(high - low, rel=0.02)
    assert drawn[1] == pytest.approx(middle, abs=0.02 * float((high - low).min()))
    between = [np.corrcoef(logs[:, j], logs[:, j + 1])[0, 1] for j in range(3)]
    assert all(0.4 < r < (0.9 if memory["nu"] else 1) for r in between)  # today's own error is in all of them
