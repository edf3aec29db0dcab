"""Quantiles of mixtures of Student t distributions, many at once; strata of draws, and draws with exact quantiles."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtr, ndtri, stdtr, stdtrit

from ruralincome.models.forecast import Array

ROOT = np.sqrt(2 * np.pi)
NODES = np.array([-6.0, -3.0, -1.8, -1.1, -0.65, -0.3, 0.0, 0.3, 0.65, 1.1, 1.8, 3.0, 6.0])
"""Where every mixture is looked at first, in its standard deviations around its mean (those of normal components)."""
LARGEST = 300.0  # log changes are held within this: far draws of a Student t of one degree have no finite level
CLOSE, SHORT = 1e-2, 0.1
"""A step taken from this close, in normal scores, with a bend as small, and this short in the least of the scales, is
the last: what it leaves is of the order of the distance times the square of the bend. A longer step could leap over a
component much narrower than the others."""


def _score(parts: Array, x: Array, cdf: Any = stdtr) -> tuple[Array, Array, Array]:
    """Normal score of the CDF at x, dx / dscore, and the second derivative divided by it. parts: location, scale, df,
    weight and density at the centre; then components; then mixtures. cdf: of a Student t."""
    location, scale, df, weight, height = parts
    t = (x - location) / scale
    score = ndtri(np.minimum(np.maximum(np.add.reduce(cdf(df, t) * weight), 1e-300), 1 - 1e-16))
    tail, most = df + t * t, df + 1
    each = height * (tail / df) ** (most / -2)
    density = np.maximum(np.add.reduce(each), 1e-300)
    fall = np.add.reduce(each * t * (most / scale) / tail)
    slope = np.minimum(np.exp(score * score / -2) / (ROOT * density), 1e100)
    return score, slope, slope * (fall / density) - score


def _near(df: Array, t: Array) -> Array:
    """The CDF of a Student t to about 0.001 (Wallace 1959), in a tenth of the time: enough to know where to look."""
    return np.asarray(ndtr(np.copysign(np.sqrt(df * np.log1p(t * t / df)) * (8 * df + 1) / (8 * df + 3), t)))


def mixture_quantile(location: Array, scale: Array, df: Array, weight: Array, q: Array) -> Array:
    """Quantiles of n mixtures of Student t, shape (n, q): Chebyshev's method on the normal score of the CDF.

    location, scale: (n, c); df, weight: (n, c) or (c,); q: (q,). It starts on the quintic through the scores at `NODES`
    and two derivatives there, and keeps within a bracket; each quantile stops by itself, so that it does not depend on
    what else is asked in the same call."""
    if location.shape[1] == 1:  # no mixture: the quantile of one Student t, of which places have few kinds
        kinds, kind = np.unique(np.broadcast_to(df, location.shape)[:, 0], return_inverse=True)
        return np.asarray(location + scale * stdtrit(kinds[:, None], q)[kind])
    location, scale, df, weight = location.T, scale.T, np.atleast_2d(df).T, np.atleast_2d(weight).T
    height = np.exp(gammaln((df + 1) / 2) - gammaln(df / 2)) / np.sqrt(df * np.pi) * weight / scale
    parts = np.array(np.broadcast_arrays(location, scale, df, weight, height))
    middle = np.add.reduce(location * weight)
    spread = np.sqrt(np.add.reduce((scale**2 + (location - middle) ** 2) * weight))
    cells, goal = parts[..., None], ndtri(q)
    x, nowhere = _start(cells, middle[:, None], spread[:, None], goal), np.array(-np.inf)
    x, low, high, on = (a.ravel() for a in _step(cells, x, goal, nowhere, -nowhere, middle[:, None], spread[:, None]))
    at: NDArray[np.intp] = np.flatnonzero(on)
    for turn in range(120):
        if not at.size:
            break
        row, column = at // len(q), at % len(q)
        some = parts[:, :, row]
        x[at], low[at], high[at], on = _step(some, x[at], goal[column], low[at], high[at], middle[row], spread[row])
        at = at[on]
        if turn > 5 and turn % 2:  # what does not come near by itself is halved in, so that an end is sure
            half = np.isfinite(low[at]) & np.isfinite(high[at])
            x[at[half]] = (low[at[half]] + high[at[half]]) / 2
    return x.reshape(-1, len(q))


def _step(
    parts: Array, x: Array, goal: Array, low: Array, high: Array, middle: Array, spread: Array
) -> tuple[Array, Array, Array, Any]:
    """One step from x towards the score `goal`: x, its bracket, and where another is needed."""
    score, slope, curve = _score(parts, x)
    miss = score - goal
    low, high = np.where(miss < 0, x, low), np.where(miss > 0, x, high)
    most, bend = 8 * np.maximum(spread, np.abs(x - middle)), miss * curve / 2
    step = x - np.minimum(np.maximum(miss * slope * np.where(np.abs(bend) < 0.5, 1 - bend, 1.0), -most), most)
    inside = (step >= low) & (step <= high)
    if not inside.all():
        ends = np.maximum(low, middle - 1e12 * spread) + np.minimum(high, middle + 1e12 * spread)
        step = np.where(inside, step, ends / 2)
    far = np.abs(step - x) > SHORT * parts[1].min(axis=0)
    return step, low, high, ~inside | far | (np.maximum(np.abs(miss), np.abs(bend)) >= CLOSE)


def _start(parts: Array, middle: Array, spread: Array, goal: Array) -> Array:
    """A first guess of each quantile, (n, q)."""
    x = middle + spread * NODES
    score, slope, curve = _score(parts, x, _near)
    above = (score[:, :, None] <= goal).sum(axis=1)
    left = np.minimum(np.maximum(above - 1, 0), len(NODES) - 2) + len(NODES) * np.arange(len(x))[:, None]
    known = np.array([x.ravel(), score.ravel(), slope.ravel(), curve.ravel()])
    x0, s0, m0, c0 = known.take(left, axis=1)
    x1, s1, m1, c1 = known.take(left + 1, axis=1)
    step = np.maximum(s1 - s0, 1e-12)
    u, m0, m1 = (goal - s0) / step, m0 * step, m1 * step
    c0, c1 = c0 * step * m0, c1 * step * m1
    # what the parabola at the left end lacks at the right one: value, slope, curve
    rise, turn, bend = x1 - x0 - m0 - c0 / 2, m1 - m0 - c0, (c1 - c0) / 2
    lack = 10 * rise - 4 * turn + bend + u * (-15 * rise + 7 * turn - 2 * bend + u * (6 * rise - 3 * turn + bend))
    return np.asarray(np.minimum(np.maximum(x0 + u * (m0 + u * (c0 / 2 + u * lack)), x0), x1))


def levels(logs: Array) -> Array:
    """exp of logarithms, held within LARGEST."""
    return np.asarray(np.exp(np.clip(logs, -LARGEST, LARGEST)))


def stratified(rng: np.random.Generator, draws: int, columns: int) -> Array:
    """Latin hypercube, shape (draws, columns): each column holds one number from each of `draws` equal strata."""
    ranks = rng.permuted(np.tile(np.arange(draws, dtype=float), (columns, 1)), axis=1).T
    return np.asarray((ranks + rng.random((draws, columns))) / draws)


def with_margins(paths: Array, quantile: Callable[[Sequence[float]], Array]) -> Array:
    """The paths, each year's values replaced rank by rank by exact quantiles, shape (draws, years). quantile:
    probabilities (q,) -> levels (years, q), taken at 769 normal scores (fewer below 16,384 draws), ln level linear
    between. The paths keep their order within each year, hence how years hang together; P is within a draw of exact."""
    draws = paths.shape[0]
    scores = ndtri((np.arange(draws) + 0.5) / draws)
    nodes = np.linspace(scores[0], scores[-1], int(np.clip(3 * draws // 64, 192, 768)) + 1)
    exact = np.exp([np.interp(scores, nodes, row) for row in np.log(quantile(ndtr(nodes).tolist()))])
    np.put_along_axis(found := np.empty(paths.shape), np.argsort(paths, axis=0), exact.T, axis=0)
    return found
