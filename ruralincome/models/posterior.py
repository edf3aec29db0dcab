"""Posterior: what a mixture of priors becomes after histories of a walk with memory, in closed form.

Growth in a year is a place's own pace mu ~ N(m0, s2/k0), a fading pace (variance kappa s2, correlation phi from a year
to the next) and a shock N(0, s2); a published figure also carries a passing part N(0, nu s2), which the next undoes,
and the error of its survey, whose variance is known. Over s2 the K changes z over D_k years have the covariance

    V = A (I + kappa phi^|s-t|) A' + B diag(nu + error^2 / typical s2) B' + D D' / k0

where A adds calendar years, so that gaps are exact, and B takes differences of figures. With L = chol(V) and
e = L^-1 (z - m0 D), the state today (mu, the fading pace, the passing part) has mean (m0, 0, 0) + R'e, R = L^-1 C for
its covariance C with z, and its covariance falls by R'R. What the past says of the spread fades: at step k

    a <- a0 + f (a - a0),  b <- b0 + f (b - b0),  f = lam^D_k,
    evidence times Gamma(a + 1/2) / Gamma(a) b^a / (b + e_k^2/2)^(a + 1/2) / L_kk,  a += 1/2,  b += e_k^2/2.

h years ahead f = eta^(h-1) once more, and the log change is Student t, 2 a degrees of freedom, location H mu + F pace -
passing part, H = delta + ... + delta^h and F = phi + ... + phi^h, scale^2 = b/a times its variance over s2. With
kappa = nu = 0, lam = eta = 1 this is the conjugate closed form of Gelman et al., Bayesian Data Analysis (2013), 3.3.

Arrays have places (or windows) first and components last; one place is a panel of one."""

from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy.special import gammaln

from ruralincome.models.forecast import Array
from ruralincome.models.forecast import Integers as Integers
from ruralincome.reference.component import Component
from ruralincome.series import Series

BLOCK = 1 << 21  # numbers in the geometry of places worked out at a time, where each has its own


@dataclass(frozen=True)
class Steps:
    """Log changes `z` and the years they took, place after place; `count` changes a place. shared: whether all places
    are known to have the same years; errors: standard errors of the logarithms of the figures, `count` + 1 a place,
    None where there are none."""

    z: Array
    spacing: Integers
    count: Integers
    shared: bool = False
    errors: Array | None = None

    def total(self, values: Array | Integers) -> Array:
        """The sum over each place's changes, (n,)."""
        if self.shared:
            return np.asarray(values.reshape(len(self.count), self.count[0]).sum(axis=1))
        place = np.repeat(np.arange(len(self.count)), self.count)
        return np.asarray(np.bincount(place, values, len(self.count)), float)


def steps_of(series: Series) -> Steps:
    """The steps of one series; the error of a logarithm is that of the figure over the figure."""
    years, changes = np.array(series.steps, float).reshape(-1, 2).T
    said = series.standard_errors
    errors = np.array(said) / np.array(series.values) if said and any(said) else None
    return Steps(changes, years.astype(np.int64), np.array([len(years)]), True, errors)


class Geometry(NamedTuple):
    """What years decide, whatever the changes, (u, c, ...): u is one for each place, or 1 where they share it.

    whiten: L^-1; pull: L^-1 D; reach: R (K, 3); left: covariance of the state; kept: how much of each e^2/2 is left
    before each step and after the last (K + 1, K); shape: a then (K + 1); constant: of ln evidence; error: variance of
    the last figure's survey."""

    whiten: Array
    pull: Array
    reach: Array
    left: Array
    kept: Array
    shape: Array
    constant: Array
    error: Array


def geometry(spacing: Integers, table: Array, errors: Array | None = None) -> Geometry:
    """The geometry of spacings (u, K) under each component of `table`; errors: of the logarithms, (u, K + 1)."""
    count, years = spacing.shape[1], spacing[:, None, :].astype(float)
    end = np.cumsum(years, axis=2)
    whole = np.concatenate([end, years.sum(axis=2, keepdims=True)], axis=2)
    _, _, k0, a0, b0, _, kappa, phi, nu, lam, _, wander, _ = table[:, :, None]
    error = np.zeros((1, 1, count + 1)) if errors is None else errors[:, None, :] ** 2 / (b0 / (a0 - 1 / 3))
    passing, block = nu + error + np.zeros((len(spacing), 1, 1)), _powers(phi, years)
    apart = (end - years + 1)[..., None, :] - end[..., :, None]
    between = np.maximum(np.maximum(apart, apart.swapaxes(2, 3)), 0)
    on, fading = np.arange(count), phi[..., None] ** between * block[..., None] * block[..., None, :]
    fading[..., on, on] = _within(phi, years, block)
    V = kappa[..., None] * fading + (years / k0)[..., None] * years[..., None, :]
    if wander.any():
        V += wander[..., None] * np.array([_common_past(row) for row in spacing])[:, None]
    V[..., on, on] += years + passing[..., 1:] + passing[..., :-1]
    V[..., on[1:], on[:-1]] -= passing[..., 1:-1]
    V[..., on[:-1], on[1:]] -= passing[..., 1:-1]
    before = np.zeros((*passing.shape[:2], 3, 3))
    before[..., 0, 0], before[..., 1, 1], before[..., 2, 2] = (1 / k0)[:, 0], kappa[:, 0], passing[..., -1]
    C = np.stack([years / k0 + 0 * block, kappa * phi ** (whole[..., -1:] - end) * block, 0 * block], axis=3)
    C[..., count - 1 :, 2] = passing[..., -1:]
    L = np.linalg.cholesky(V)
    whiten = np.linalg.inv(L)
    R, age = whiten @ C, np.maximum(whole[..., :, None] - end[..., None, :], 0)
    kept = np.where(np.tri(count + 1, count, -1) > 0, lam[..., None] ** age, 0.0)
    shape = a0 + kept.sum(axis=3) / 2
    told = gammaln(shape[..., :-1] + 0.5) - gammaln(shape[..., :-1]) - np.log(L[..., on, on])
    pull, left = (whiten @ years[..., None])[..., 0], before - R.swapaxes(2, 3) @ R
    return Geometry(whiten, pull, R, left, kept, shape, np.log(table[0]) + told.sum(axis=2), error[..., -1])


@dataclass(frozen=True)
class Posterior:
    """What the components became after each history; every array is (n, c, ...), n being 1 where all have the same.

    log: ln of the component's share times its marginal likelihood; weight: its share after the history; mean, left:
    mean (3) and covariance over s2 (3, 3) of the state; shape, rate: a and b; error: variance of the last figure's
    survey over s2. table: see `columns`."""

    log: Array
    weight: Array
    mean: Array
    left: Array
    shape: Array
    rate: Array
    error: Array
    table: Array

    def ahead(self, years: Array | Integers, apart: bool = True) -> tuple[Array, Array, Array]:
        """Location, scale and degrees of freedom of the log change `years` on, (m, 1): n is m, or 1. apart: so that no
        bit hangs on who else is asked."""
        _, _, _, a0, b0, damping, kappa, phi, nu, _, eta, wander, trend = self.table
        if apart:
            raised, summed = _raised(self.table[[5, 7, 10]], years)
            kept, paces, powers = raised[:, 2], summed[:, 0], summed[:, 1]
        else:  # quicker for many components
            kept, paces, powers = eta ** (years - 1), _powers(damping, years), _powers(phi, years)
        mean, left, pace, fade = self.mean, self.left, damping * paces, phi * powers
        room = years + kappa * (_within(phi, years, powers) - fade**2) + nu
        if wander.any():
            room = room + wander * (years**3 / 3 + years / 6)
        room = room + pace * (pace * left[..., 0, 0] + 2 * (fade * left[..., 0, 1] - left[..., 0, 2]))
        room = room + fade * (fade * left[..., 1, 1] - 2 * left[..., 1, 2]) + left[..., 2, 2]
        shape, rate = a0 + kept * (self.shape - a0), b0 + kept * (self.rate - b0)
        location = years * trend + pace * mean[..., 0] + fade * mean[..., 1] - mean[..., 2]
        return location, np.sqrt(rate / shape * room), 2 * shape

    def today(self) -> tuple[Array, Array, Array]:
        """Location, scale and degrees of freedom of ln(true level / figure) in the last observed year, (n, c)."""
        passing = self.table[8] + self.error
        share = self.error / np.where(passing > 0, passing, 1)
        room = np.maximum(self.error - share**2 * (passing - self.left[..., 2, 2]), 0)
        return -share * self.mean[..., 2], np.sqrt(self.rate / self.shape * room), 2 * self.shape

    def of(self, keep: Any) -> "Posterior":
        """The posterior of the places that `keep` (an index of numpy) picks."""
        return self._each(lambda array: np.broadcast_to(array, (len(self.rate), *array.shape[1:]))[keep])

    def yearly(self, years: Array | Integers) -> tuple[Array, Array, Array]:
        """`ahead` of all places in each of `years` (H,), shapes (n or 1, H, c)."""
        return self._each(lambda array: array[:, None]).ahead(years[:, None], apart=False)

    def _each(self, change: Callable[[Array], Array]) -> "Posterior":
        return replace(self, **{field.name: change(getattr(self, field.name)) for field in fields(self)[:-1]})


def posterior(steps: Steps, components: tuple[Component, ...]) -> Posterior:
    """The components after each place's history."""
    table, n = columns(components), len(steps.count)
    if steps.shared and steps.errors is None:
        count = int(steps.count[0])
        g = _geometry(tuple(steps.spacing[:count].tolist()), components)
        return condition(steps.z.reshape(n, count), g, table)
    whole: dict[str, Array] = {}
    for rows, part in _parts(steps, components):
        for field in fields(part)[:-1]:
            array = getattr(part, field.name)
            whole.setdefault(field.name, np.empty((n, *array.shape[1:])))[rows] = array
    return Posterior(**whole, table=table)


def condition(z: Array, g: Geometry, table: Array, apart: bool = False) -> Posterior:
    """The components after histories z (n, K) of that geometry; apart: so that no bit hangs on who else is asked."""
    m0, b0 = table[1], table[4]
    e = _each(g.whiten, z[:, None, :], apart) - (m0 + table[12])[:, None] * g.pull
    half = e * e / 2
    rate = b0[:, None] + _each(g.kept, half, apart)
    before, shape = rate[..., :-1], g.shape[..., :-1]
    told = shape * np.log(before) - (shape + 0.5) * np.log(before + half)
    log = g.constant + (sum(told[..., k] for k in range(z.shape[1])) if apart else told.sum(axis=2))
    share = np.exp(log - np.maximum.reduce(log, axis=1, keepdims=True))
    share /= np.add.reduce(share, axis=1, keepdims=True)
    mean = _each(g.reach.swapaxes(2, 3), e, apart)
    mean[..., 0] += m0
    return Posterior(log, share, mean, g.left, g.shape[..., -1], rate[..., -1], g.error, table)


@lru_cache(maxsize=256)
def columns(components: tuple[Component, ...]) -> Array:
    """The fields of Component, a row each: weights first."""
    return np.array([astuple(c) for c in components], float).T


@lru_cache(maxsize=1024)
def _geometry(spacing: tuple[int, ...], components: tuple[Component, ...]) -> Geometry:
    return geometry(np.array([spacing], np.int64), columns(components))


def _parts(steps: Steps, components: tuple[Component, ...]) -> Iterator[tuple[Integers, Posterior]]:
    """Places with the same number of changes, few enough at a time, and their posterior."""
    table, first = columns(components), np.cumsum(steps.count) - steps.count
    for count in np.unique(steps.count).tolist():
        same = np.flatnonzero(steps.count == count)
        size = max(64, BLOCK // (table.shape[1] * (count + 1) ** 2))
        for begin in range(0, len(same), size):
            rows = same[begin : begin + size]
            at = first[rows][:, None] + np.arange(count)
            spacing = steps.spacing[at]
            if steps.errors is not None:
                g = geometry(spacing, table, steps.errors[(first[rows] + rows)[:, None] + np.arange(count + 1)])
            elif (spacing == spacing[0]).all():
                g = _geometry(tuple(spacing[0].tolist()), components)
            else:
                kinds, which = np.unique(spacing, axis=0, return_inverse=True)
                g = Geometry(*(a if len(a) == 1 else a[which.ravel()] for a in geometry(kinds, table)))
            yield rows, condition(steps.z[at], g, table, apart=True)


def _each(matrix: Array, vector: Array, apart: bool) -> Array:
    """matrix (u, c, i, j) times vector (n, c or 1, j), (n, c, i); u is n, or 1; apart: see `condition`."""
    if apart:
        zero = np.zeros((len(vector), *matrix.shape[1:3]))
        return np.asarray(sum((matrix[..., j] * vector[..., j, None] for j in range(vector.shape[2])), zero))
    return np.asarray((matrix[0] @ vector.transpose(1, 2, 0)).transpose(2, 0, 1))


def _raised(ratios: Array, years: Array | Integers) -> tuple[Array, Array]:
    """ratios^(years - 1), and their sum up to there, (m, k, c) of (k, c) and (m, 1): by steps, the same bits always."""
    at = years[:, 0].astype(np.int64) - 1
    power = np.multiply.accumulate(np.array([np.ones_like(ratios), *[ratios] * int(at.max(initial=0))]))
    return power[at], np.add.accumulate(power)[at]


def _powers(ratio: Array, years: Array | Integers) -> Array:
    """1 + ratio + ... + ratio^(years - 1)."""
    rest = 1 - ratio
    if rest.all():
        return np.asarray((1 - ratio**years) / rest)
    return np.where(rest == 0, years, (1 - ratio**years) / np.where(rest == 0, 1, rest))


def _within(phi: Array, years: Array | Integers, powers: Array) -> Array:
    """The sum of phi^|s-t| over s, t = 1..years; powers: those of phi."""
    return np.asarray(years + 2 * phi * (years - powers) / (1 - phi))


def _common_past(spacing: Integers) -> Array:
    """Covariance of the steps that a drift wandering by one unit a year leaves, seen from today's drift, (K, K)."""
    age = np.arange(int(spacing.sum()), 0, -1.0) - 0.5
    share = np.repeat(np.eye(len(spacing)), spacing, axis=1)
    return np.asarray(share @ np.minimum(age[:, None], age) @ share.T)
