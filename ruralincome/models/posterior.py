"""Posterior: what a mixture of conjugate priors becomes after histories of a walk with drift.

    ln y_t = ln y_(t-1) + mu + w_t,  w_t ~ N(0, sigma^2)

The changes z_k = ln(y_k / y_(k-1)) over steps of D_k years are normal around D_k mu with covariance sigma^2 R,
R = diag(D) (+ wander * the common past, where the drift wanders). With X = D, precision P = R^-1 and the prior of
`Component`:

    kn = k0 + X'PX,  mn = (k0 m0 + X'Pz)/kn,  an = a0 + K/2,  bn = b0 + (z'Pz + k0 m0^2 - kn mn^2)/2,
    marginal likelihood ~ |R|^-1/2 (k0/kn)^1/2 b0^a0 / bn^an Gamma(an) / Gamma(a0).

h years ahead the log change is Student t, 2 an degrees of freedom, location H mn, squared scale
(bn/an)(h + wander (h^3/3 + h/6) + H^2/kn), where H = h, or phi + ... + phi^h for a drift damped by phi. For drifts that
do not wander this is the closed form of Gelman et al., Bayesian Data Analysis (2013), section 3.3, for unequal steps.

Arrays have places (or windows) first and components last; one place is a panel of one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy.special import gammaln

from ruralincome.models.forecast import Array
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


class Sums(NamedTuple):
    """What histories say to each component, (n, c), or (c,) where it is the same for all: X'PX, X'Pz, z'Pz, ln|R|."""

    information: Array
    cross: Array
    squares: Array
    log_det: Array


@lru_cache(maxsize=256)
def geometry(spacing: tuple[int, ...], wander: tuple[float, ...]) -> tuple[Array, Array, Array, Array]:
    """What steps of `spacing` years and each component's wander decide: P (c, K, K), PX (c, K), X'PX and ln|R| (c,)."""
    years = np.asarray(spacing, float)
    covariance = np.diag(years) + np.asarray(wander)[:, None, None] * common_past(spacing)
    precision = np.asarray(np.linalg.inv(covariance), float)
    pull = precision @ years
    return precision, pull, pull @ years, np.asarray(np.linalg.slogdet(covariance)[1], float)


def common_past(spacing: Sequence[int]) -> Array:
    """Covariance of the steps that a drift wandering by one unit a year leaves, seen from today's drift, (K, K)."""
    total = sum(spacing)
    age = np.arange(total, 0, -1.0) - 0.5
    share = np.repeat(np.eye(len(spacing)), np.asarray(spacing, int), axis=1)
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
    wander: Array

    def ahead(self, years: Array | Integers, damping: float, width: float | Array = 1.0) -> tuple[Array, Array]:
        """Location and scale of the log change `years` on, (m, 1): one entry a component; n is m, or 1."""
        pace = reach(years, damping)
        away = self.wander * (years**3 / 3 + years / 6)
        spread = (self.rate / self.shape) * (years + away + pace**2 / self.precision)
        return np.asarray(pace * self.mean), np.asarray(np.sqrt(spread) * width)

    def of(self, keep: Any) -> "Posterior":
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
    g = geometry(tuple(steps.spacing[:count].tolist()), tuple(c.wander for c in components))
    return condition(along(g, steps.z.reshape(len(steps.count), count)), count, components)


def condition(sums: Sums, steps: int | Integers, components: tuple[Component, ...]) -> Posterior:
    """The components after what histories of `steps` changes, one number or (n, 1), say."""
    _, m0, k0, a0, b0, wander, constant = columns(components)
    kn = k0 + sums.information
    mn = (k0 * m0 + sums.cross) / kn
    an = a0 + steps / 2
    bn = b0 + (sums.squares + k0 * m0**2 - kn * mn**2) / 2
    bn = np.maximum(bn, b0 * (1 + 1e-12))
    log = constant - (np.log(kn) + sums.log_det) / 2 - an * np.log(bn) + gammaln(an)
    share = np.exp(log - np.maximum.reduce(log, axis=-1, keepdims=True))
    share /= np.add.reduce(share, axis=-1, keepdims=True)
    return Posterior(log, share, mn, kn, an, bn, wander)


def along(geometry: tuple[Array, Array, Array, Array], z: Array) -> Sums:
    """The sums of histories (n, K) that share their years."""
    precision, pull, information, log_det = geometry
    moved = (precision @ z.T).transpose(2, 0, 1)  # (n, c, K)
    return Sums(information, (pull @ z.T).T, (moved @ z[:, :, None])[:, :, 0], log_det)


def filtered(steps: Steps, components: tuple[Component, ...]) -> Sums:
    """The sums of histories of any years, by a Kalman filter from the last change back to the first.

    Back in time the errors of the changes are Markov: they share the drift's distance from today's, which wanders. With
    innovations e of a vector v and their variances F, v'Pw = sum(e(v) e(w) / F) and ln|R| = sum(ln F), whatever the
    spacing: what `geometry` finds by inverting R. The filter runs over positions in a history, all places at once.
    """
    z, spacing, count = steps.z, steps.spacing, steps.count
    wander = columns(components)[5]
    if not wander.any():  # R is diagonal
        zero = np.zeros(len(components))
        told = (steps.total(each)[:, None] + zero for each in (spacing, z, z * z / spacing, np.log(spacing)))
        return Sums(*told)
    order = np.argsort(-count, kind="stable")
    longest_first, end = count[order], (np.cumsum(count) - 1)[order]
    sums, drifted = np.zeros((4, len(count), len(components))), np.zeros((len(count), len(components)))
    mean = np.zeros((2, *drifted.shape))  # of the drift's distance: for z and for the years
    for k in range(int(count.max(initial=0))):
        m = int(np.searchsorted(-longest_first, -k))  # places with more than k changes come first
        at = end[:m] - k
        years = spacing[at].astype(float)[:, None]
        half = 0.5 if k == 0 else 0.0  # today's drift is that at the end of the last year, half a year from its middle
        with_drift = years * drifted[:m] + wander * (years * (years + 1) / 2 - half * years)
        F = years**2 * drifted[:m] + years
        F = F + wander * (years * (years + 1) * (2 * years + 1) / 6 - half * years**2)
        e = np.stack([z[at], spacing[at]])[:, :, None] - years * mean[:, :m]
        mean[:, :m] += with_drift / F * e
        sums[:, :m] += np.stack([e[1] ** 2 / F, e[0] * e[1] / F, e[0] ** 2 / F, np.log(F)])
        drifted[:m] += wander * (years - half) - with_drift**2 / F
    found = np.empty_like(sums)
    found[:, order] = sums
    return Sums(*found)


@lru_cache(maxsize=256)
def columns(components: tuple[Component, ...]) -> Array:
    """Weights, m0, k0, a0, b0, wander and what of ln(marginal likelihood) no history changes, one row each."""
    table = np.array([[c.weight, c.m0, c.k0, c.a0, c.b0, c.wander] for c in components]).T
    weight, _, k0, a0, b0, _ = table
    return np.array([*table, np.log(weight) + np.log(k0) / 2 + a0 * np.log(b0) - gammaln(a0)])
