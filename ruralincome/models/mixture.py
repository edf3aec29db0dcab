"""Quantiles of mixtures of Student t distributions, many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtri, stdtr, stdtrit

from ruralincome.models.base import Array

_HALF = (0.15, 0.3, 0.48, 0.7, 0.95, 1.25, 1.6, 2.1, 2.9, 4.3, 8.0, 30.0)
NODES = np.array([*(-x for x in _HALF[::-1]), 0.0, *_HALF])
"""Where every mixture is looked at first, in its standard deviations around its mean (those of normal components)."""
CLOSE = 1e-3
"""A step of Newton's method taken from this close, in normal scores, is the last: the distance is squared by it, and at
the worst (between two components far apart, where the CDF is flat) kept."""


@dataclass(frozen=True)
class Mixtures:
    """n mixtures of c Student t: location, scale, df, weight and density at the centre, each (n, c)."""

    location: Array
    scale: Array
    df: Array
    weight: Array
    height: Array

    def rows(self, at: Any) -> Mixtures:
        """The mixtures of some rows, or with an axis more."""
        return Mixtures(self.location[at], self.scale[at], self.df[at], self.weight[at], self.height[at])

    def score(self, x: Array) -> tuple[Array, Array]:
        """Normal score of the CDF at x and dx / dscore there; x has the mixtures' shape without the last axis."""
        t = (x[..., None] - self.location) / self.scale
        below = (stdtr(self.df, t) * self.weight).sum(axis=-1)
        score = ndtri(np.minimum(np.maximum(below, 1e-300), 1 - 1e-16))
        density = (self.height * (1 + t * t / self.df) ** (-(self.df + 1) / 2)).sum(axis=-1)
        return score, np.exp(-score * score / 2) / np.sqrt(2 * np.pi) / np.maximum(density, 1e-300)


def mixture_quantile(location: Array, scale: Array, df: Array, weight: Array, q: Array) -> Array:
    """Quantiles of n mixtures of Student t, shape (n, q): Newton's method on the normal score of the CDF.

    location, scale: (n, c); df, weight: (n, c) or (c,); q: (q,). It starts on the cubic through the scores and slopes
    at `NODES` and keeps within a bracket; each quantile stops by itself, so that it does not depend on what else is
    asked in the same call.
    """
    df, weight = np.broadcast_to(df, location.shape), np.broadcast_to(weight, location.shape)
    if location.shape[1] == 1:  # no mixture: the quantile of one Student t, of which places have few kinds
        kinds, kind = np.unique(df[:, 0], return_inverse=True)
        return np.asarray(location + scale * stdtrit(kinds[:, None], q)[kind])
    middle = (location * weight).sum(axis=1)
    spread = np.sqrt(((scale**2 + (location - middle[:, None]) ** 2) * weight).sum(axis=1))
    height = np.exp(gammaln((df + 1) / 2) - gammaln(df / 2)) / np.sqrt(df * np.pi) * weight / scale
    every = Mixtures(location, scale, df, weight, height)
    out, low, high = (a.ravel() for a in _start(every, middle, spread, ndtri(q)))
    at: NDArray[np.intp] = np.arange(out.size)
    row = at // len(q)
    x, goal, some, middle, spread = out, ndtri(q)[at % len(q)], every.rows(row), middle[row], spread[row]
    for _ in range(60):
        score, slope = some.score(x)
        miss = score - goal
        low, high = np.where(miss < 0, x, low), np.where(miss > 0, x, high)
        most = 8 * np.maximum(spread, np.abs(x - middle))
        step = x - np.minimum(np.maximum(miss * slope, -most), most)
        inside = (step >= low) & (step <= high)
        ends = np.maximum(low, middle - 1e12 * spread) + np.minimum(high, middle + 1e12 * spread)
        out[at] = x = np.where(inside, step, ends / 2)
        on = np.flatnonzero((np.abs(miss) >= CLOSE) | ~inside)
        if not on.size:
            break
        at, some = at[on], some.rows(on)
        x, goal, low, high, middle, spread = (a[on] for a in (x, goal, low, high, middle, spread))
    return out.reshape(len(location), len(q))


def _start(every: Mixtures, middle: Array, spread: Array, goal: Array) -> tuple[Array, Array, Array]:
    """A first guess of each quantile and a bracket around it, (n, q) each."""
    x = middle[:, None] + spread[:, None] * NODES
    score, slope = every.rows((slice(None), None)).score(x)
    above = (score[:, :, None] <= goal).sum(axis=1)
    row, left = np.arange(len(x))[:, None], np.minimum(np.maximum(above - 1, 0), len(NODES) - 2)
    x0, x1, s0, s1 = x[row, left], x[row, left + 1], score[row, left], score[row, left + 1]
    step = np.maximum(s1 - s0, 1e-12)
    u, rise = (goal - s0) / step, x1 - x0
    m0, m1 = slope[row, left] * step, slope[row, left + 1] * step
    guess = x0 + u * (m0 + u * (3 * rise - 2 * m0 - m1 + u * (m0 + m1 - 2 * rise)))
    guess = np.minimum(np.maximum(guess, x0), x1)
    low = np.where(above == 0, -np.inf, np.where(above == len(NODES), x1, x0))
    high = np.where(above == 0, x0, np.where(above == len(NODES), np.inf, x1))
    return guess, low, high
