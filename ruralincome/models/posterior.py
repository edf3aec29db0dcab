"""Posterior: what a mixture of conjugate priors becomes after histories of a walk with drift, observed with noise.

    ln level_t = ln level_(t-1) + mu + w_t,  w_t ~ N(0, sigma^2)
    ln y_t = ln level_t + v_t,               v_t ~ N(0, noise sigma^2)

The changes z_k = ln(y_k / y_(k-1)) over steps of D_k years are normal around D_k mu with covariance sigma^2 R,
R = diag(D) + noise * second differences (+ wander * the common past, where the drift wanders; then the squared scale
also has wander (h^3/3 + h/6)). With X = D, precision P = R^-1 and the prior of `Component`:

    kn = k0 + X'PX,  mn = (k0 m0 + X'Pz)/kn,  an = a0 + K/2,  bn = b0 + (z'Pz + k0 m0^2 - kn mn^2)/2,
    marginal likelihood ~ |R|^-1/2 (k0/kn)^1/2 b0^a0 / bn^an Gamma(an) / Gamma(a0).

h years ahead the log change is Student t, 2 an degrees of freedom, location (H+g) mn - e, squared scale
(bn/an)(h + 2 noise - noise^2 p + (H+g)^2/kn), where p is the last diagonal entry of P, e = noise (Pz)_K, g = noise
(PX)_K (the share of the last change taken as noise) and H = h, or phi + ... + phi^h for a drift damped by phi. Without
noise this is the closed form of Gelman et al., Bayesian Data Analysis (2013), section 3.3, for steps of unequal length.

Arrays have places (or windows) first and components last; one place is a panel of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import gammaln

from ruralincome.models.base import Array
from ruralincome.reference.reference import Component
from ruralincome.series import Series

Integers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Steps:
    """Log changes `z` and the years they took, place after place; `count` changes a place.

    shared: whether all places are known to have the same years: then one inverse of R serves them all, and else a
    filter runs over each.
    """

    z: Array
    spacing: Integers
    count: Integers
    shared: bool = False

    def total(self, values: Array | Integers) -> Array:
        """The sum over each place's changes, (n,)."""
        if self.shared:
            return np.asarray(values.reshape(len(self.count), self.count[0]).sum(axis=1))
        place = np.repeat(np.arange(len(self.count)), self.count)
        return np.asarray(np.bincount(place, values, len(self.count)), float)


def steps_of(series: Series) -> Steps:
    """The steps of one series."""
    steps = series.steps
    spacing, z = np.array([years for years, _ in steps], np.int64), np.array([change for _, change in steps])
    return Steps(z, spacing, np.array([len(z)]), shared=True)


def steps_together(years: Sequence[int], values: Array) -> Steps:
    """The steps of histories (n, years) that share their years."""
    n, spacing = len(values), np.diff(years)
    return Steps(np.diff(np.log(values)).ravel(), np.tile(spacing, n), np.full(n, len(spacing)), shared=True)


@dataclass(frozen=True)
class Sums:
    """What histories say to each component, (n, c): X'PX, X'Pz, z'Pz, ln|R|, and g, e, 2 noise - noise^2 p as above."""

    information: Array
    cross: Array
    squares: Array
    log_det: Array
    carry: Array
    echo: Array
    extra: Array


@dataclass(frozen=True)
class Geometry:
    """What the spacing of the observations and the noise decide, whatever the values; the first axis is components.

    precision: P, (c, K, K); pull: PX, (c, K); information: X'PX; log_det: ln|R|; carry: g; extra: 2 noise - noise^2 p.
    """

    precision: Array
    pull: Array
    information: Array
    log_det: Array
    carry: Array
    extra: Array
    noise: Array


def geometry(spacing: Sequence[int], noise: Sequence[float], wander: Sequence[float] = ()) -> Geometry:
    """Geometry for steps of `spacing` years and each component's noise and wander."""
    years = np.asarray(spacing, float)
    steps = len(years)
    second = 2 * np.eye(steps) - np.eye(steps, k=1) - np.eye(steps, k=-1)
    share = np.asarray(noise, float)
    covariance = np.diag(years) + share[:, None, None] * second
    if any(wander):
        covariance = covariance + np.asarray(wander)[:, None, None] * common_past(spacing)
    precision = np.asarray(np.linalg.inv(covariance), float)
    pull = precision @ years
    last = precision[:, -1, -1] if steps else np.zeros(len(share))
    carry = share * pull[:, -1] if steps else np.zeros(len(share))
    log_det = np.asarray(np.linalg.slogdet(covariance)[1], float)
    return Geometry(precision, pull, pull @ years, log_det, carry, 2 * share - share**2 * last, share)


def common_past(spacing: Sequence[int]) -> Array:
    """Covariance of the steps that a drift wandering by one unit a year leaves, seen from today's drift, (K, K)."""
    total = sum(spacing)
    age = np.arange(total, 0, -1.0) - 0.5
    share = np.repeat(np.eye(len(spacing)), spacing, axis=1)
    return np.asarray(share @ np.minimum(age[:, None], age) @ share.T)


@dataclass(frozen=True)
class Posterior:
    """What the components became after each history; every array is (n, c), or (c,) where it is the same for all.

    log: ln of the component's share times its marginal likelihood; weight: its share after the history.
    """

    log: Array
    weight: Array
    mean: Array
    precision: Array
    shape: Array
    rate: Array
    carry: Array
    echo: Array
    extra: Array
    noise: Array
    wander: Array

    def ahead(self, years: Array | Integers, damping: float, width: float | Array = 1.0) -> tuple[Array, Array]:
        """Location and scale of the log change `years` on, (m, 1): one entry a component; n is m, or 1."""
        pace = reach(years, damping) + self.carry
        away = self.wander * (years**3 / 3 + years / 6)
        spread = (self.rate / self.shape) * (years + self.extra + away + pace**2 / self.precision)
        return np.asarray(pace * self.mean - self.echo), np.asarray(np.sqrt(spread) * width)

    def of(self, keep: Any) -> Posterior:
        """The posterior of the places that `keep` (an index of numpy) picks."""
        return Posterior(**{name: array[keep] if array.ndim == 2 else array for name, array in vars(self).items()})


def reach(years: Array | Integers, damping: float) -> Array:
    """H: how many years' worth of drift lie ahead."""
    if damping == 1:
        return np.asarray(years, float)
    return np.asarray(damping * (1 - damping**years) / (1 - damping))


def posterior(steps: Steps, components: tuple[Component, ...]) -> Posterior:
    """The components after each place's history."""
    if not steps.shared:
        return condition(filtered(steps, components), steps.count[:, None], components)
    count = int(steps.count[0])
    g, z = _geometry_of(tuple(steps.spacing[:count].tolist()), components), steps.z.reshape(len(steps.count), count)
    return condition(along(g, z), count, components)


@lru_cache(maxsize=256)
def _geometry_of(spacing: tuple[int, ...], components: tuple[Component, ...]) -> Geometry:
    return geometry(spacing, [c.noise for c in components], [c.wander for c in components])


def condition(sums: Sums, steps: int | Integers, components: tuple[Component, ...]) -> Posterior:
    """The components after what histories of `steps` changes, one number or (n, 1), say."""
    _, m0, k0, a0, b0, noise, wander, constant = columns(components)
    kn = k0 + sums.information
    mn = (k0 * m0 + sums.cross) / kn
    an = a0 + steps / 2
    bn = b0 + (sums.squares + k0 * m0**2 - kn * mn**2) / 2
    bn = np.maximum(bn, b0 * (1 + 1e-12))
    log = constant - (np.log(kn) + sums.log_det) / 2 - an * np.log(bn) + gammaln(an)
    share = np.exp(log - np.maximum.reduce(log, axis=-1, keepdims=True))
    share /= np.add.reduce(share, axis=-1, keepdims=True)
    return Posterior(log, share, mn, kn, an, bn, sums.carry, sums.echo, sums.extra, noise, wander)


def along(g: Geometry, z: Array) -> Sums:
    """The sums of histories (n, K) that share their years."""
    moved = g.precision @ z.T  # (c, K, n)
    by_place = moved.transpose(2, 0, 1)
    squares = (by_place @ z[:, :, None])[:, :, 0]
    echo = g.noise * (by_place[:, :, -1] if z.shape[1] else 0.0)
    return Sums(g.information, (g.pull @ z.T).T, squares, g.log_det, g.carry, echo, g.extra)


def filtered(steps: Steps, components: tuple[Component, ...]) -> Sums:
    """The sums of histories of any years, by a Kalman filter from the last change back to the first.

    Back in time the errors of the changes are Markov: the drift's distance from today's (it wanders), the noise of the
    later observation, and beside them the noise of the last one, which `condition` asks about. With innovations e of a
    vector v and their variances F, v'Pw = sum(e(v) e(w) / F) and ln|R| = sum(ln F), whatever the spacing: what
    `geometry` finds by inverting R. The filter runs over positions in a history, all places at once.
    """
    z, spacing, count = steps.z, steps.spacing, steps.count
    noise, wander = columns(components)[5:7]
    if not (noise.any() or wander.any()):  # R is diagonal
        zero = np.zeros(len(components))
        told = (steps.total(each)[:, None] + zero for each in (spacing, z, z * z / spacing, np.log(spacing)))
        information, cross, squares, log_det = told
        return Sums(information, cross, squares, log_det, zero, zero, zero)
    order = np.argsort(-count, kind="stable")
    longest_first, end = count[order], (np.cumsum(count) - 1)[order]
    shape = (len(count), len(components))
    information, cross, squares, log_det, drifted = (np.zeros(shape) for _ in range(5))
    later = np.broadcast_to(noise, shape).copy()
    last, drift_later, drift_last, later_last = later.copy(), *(np.zeros(shape) for _ in range(2)), later.copy()
    mean = np.zeros((3, 2, *shape))  # of drift, later noise and last noise; for z and for the years
    for k in range(int(count.max(initial=0))):
        m = int(np.searchsorted(-longest_first, -k))  # places with more than k changes come first
        at = end[:m] - k
        years = spacing[at].astype(float)[:, None]
        half = 0.5 if k == 0 else 0.0  # today's drift is that at the end of the last year, half a year from its middle
        s = slice(m)
        with_drift = years * drifted[s] + drift_later[s] + wander * (years * (years + 1) / 2 - half * years)
        with_last = years * drift_last[s] + later_last[s]
        F = years**2 * drifted[s] + 2 * years * drift_later[s] + later[s] + years + noise
        F = F + wander * (years * (years + 1) * (2 * years + 1) / 6 - half * years**2)
        e = np.stack([z[at][:, None] - 0 * F, years - 0 * F]) - (years * mean[0, :, s] + mean[1, :, s])
        mean[0, :, s] += with_drift / F * e
        mean[1, :, s] = -noise / F * e
        mean[2, :, s] += with_last / F * e
        information[s] += e[1] ** 2 / F
        cross[s] += e[0] * e[1] / F
        squares[s] += e[0] ** 2 / F
        log_det[s] += np.log(F)
        drifted[s] += wander * (years - half) - with_drift**2 / F
        drift_last[s] -= with_drift * with_last / F
        last[s] -= with_last**2 / F
        drift_later[s], later[s], later_last[s] = with_drift * noise / F, noise - noise**2 / F, noise * with_last / F
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    found = Sums(information, cross, squares, log_det, mean[2, 1], mean[2, 0], noise + last)
    return Sums(**{name: array[back] for name, array in vars(found).items()})


@lru_cache(maxsize=256)
def columns(components: tuple[Component, ...]) -> Array:
    """Weights, m0, k0, a0, b0, noise, wander and what of ln(marginal likelihood) no history changes, one row each."""
    table = np.array([[c.weight, c.m0, c.k0, c.a0, c.b0, c.noise, c.wander] for c in components]).T
    weight, _, k0, a0, b0, _, _ = table
    return np.array([*table, np.log(weight) + np.log(k0) / 2 + a0 * np.log(b0) - gammaln(a0)])
