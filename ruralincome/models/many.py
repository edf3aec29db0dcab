"""The walk of many places at once: arrays over places where `walk` and `drift` take one series.

Histories lie flat, place after place: `z` log changes, `spacing` years between neighbours, `count` changes a place.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from ruralincome.models.base import Array
from ruralincome.models.drift import STEADY
from ruralincome.models.walk import Evidence, NDArrayInt, Posterior, columns, condition, predictive
from ruralincome.reference.reference import Component, ReferenceClass

Mask = NDArray[np.bool_]


def pooled_many(
    z: Array, spacing: NDArrayInt, count: NDArrayInt, reference: ReferenceClass
) -> tuple[Posterior, Array, Array]:
    """Posterior (n, c), factor of the scale (n, 1) and shrinkage (n,) of `pooled` for each place.

    `reference` is in the places' prices already (see ReferenceClass.into).
    """
    prior = reference.prior()
    k0 = columns(prior)[2]
    state = condition(evidence(z, spacing, count, prior), count[:, None], prior)
    widths = np.array([reference.width(steps) for steps in range(int(count.max(initial=0)) + 1)])
    own = ((1 - k0 / state.precision) * state.weight).sum(axis=1)
    return state, widths[count][:, None], own


def drift_many(z: Array, spacing: NDArrayInt, count: NDArrayInt) -> tuple[Posterior, Mask, Mask]:
    """Posterior (n, 1) of `random_walk_with_drift` for each place; who has too few changes; whose do not vary.

    Where either holds the posterior is nan.
    """
    place = np.repeat(np.arange(len(count)), count)

    def total(values: Array) -> Array:
        return np.bincount(place, values, len(count)).astype(float)

    few = count < 2
    span = np.where(few, np.nan, total(spacing.astype(float)))
    mean = total(z) / span
    squares = total((z - spacing * mean[place]) ** 2 / spacing)
    free = np.where(few, np.nan, count - 1.0)
    steady = ~few & (squares < free * STEADY**2)
    squares = np.where(few | steady, np.nan, squares)
    one, none = np.ones((len(count), 1)), np.zeros(1)
    state = Posterior(
        one, mean[:, None], span[:, None], free[:, None] / 2, squares[:, None] / 2, none, none, none, none
    )
    return state, few, steady


def chance_many(
    years: Sequence[int], values: Array, reference: ReferenceClass, year: int, target: Array, direction: int
) -> Array:
    """P(target) by `pooled` of histories (n, years) that share their years, each with a target of its own, (n,)."""
    n, steps = len(values), len(years) - 1
    z, spacing = np.diff(np.log(values)).ravel(), np.tile(np.diff(years), n)
    state, width, _ = pooled_many(z, spacing, np.full(n, steps), reference)
    location, scale = predictive(state, np.full((n, 1), year - years[-1]), reference.damping, width)
    score = (np.log(target / values[:, -1])[:, None] - location) / scale * -direction
    return np.asarray((stdtr(2 * state.shape, score) * state.weight).sum(axis=1))


def evidence(z: Array, spacing: NDArrayInt, count: NDArrayInt, components: tuple[Component, ...]) -> Evidence:
    """Evidence (n, c) of each place's changes, by a Kalman filter from the last change back to the first.

    Back in time the errors of the changes are Markov: the drift's distance from today's (it wanders), the noise of the
    later observation, and beside them the noise of the last one, which `condition` asks about. With innovations e of a
    vector v and their variances F, v'Pw = sum(e(v) e(w) / F) and ln|R| = sum(ln F), whatever the spacing: what
    `walk.geometry` finds by inverting R. The filter runs over positions in a history, all places at once.
    """
    noise, wander = columns(components)[5:7]
    if not (noise.any() or wander.any()):  # R is diagonal
        place, zero = np.repeat(np.arange(len(count)), count), np.zeros((1, len(components)))
        sums = (np.bincount(place, each, len(count)) for each in (spacing, z, z * z / spacing, np.log(spacing)))
        information, cross, squares, log_det = (total[:, None] + zero for total in sums)
        return Evidence(information, cross, squares, log_det, 0 * cross, 0 * cross, 0 * cross)
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
    found = Evidence(information, cross, squares, log_det, mean[2, 1], mean[2, 0], noise + last)
    return Evidence(**{name: array[back] for name, array in vars(found).items()})
