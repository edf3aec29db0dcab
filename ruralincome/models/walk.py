"""Walk: the posterior of a random walk with drift, observed with noise, under a mixture of conjugate priors.

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
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy.special import gammaincinv, gammaln, ndtri, stdtr

from ruralincome.models.base import Array, shares, stratified, with_margins
from ruralincome.models.forecast import DRAWS, Forecast
from ruralincome.models.mixture import mixture_quantile
from ruralincome.reference.reference import Component
from ruralincome.series import InputError, Series

NDArrayInt = np.ndarray[Any, np.dtype[np.int64]]

LARGEST = 300.0
"""Log changes are held within this: with one degree of freedom the far draws of a Student t have no finite level."""


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


def geometry(spacing: tuple[int, ...], noise: tuple[float, ...], wander: tuple[float, ...] = ()) -> Geometry:
    """Geometry for steps of `spacing` years and each component's noise and wander."""
    years = np.asarray(spacing, float)
    steps = len(years)
    second = 2 * np.eye(steps) - np.eye(steps, k=1) - np.eye(steps, k=-1)
    share = np.asarray(noise)
    covariance = np.diag(years) + share[:, None, None] * second
    if any(wander):
        covariance = covariance + np.asarray(wander)[:, None, None] * common_past(spacing)
    precision = np.asarray(np.linalg.inv(covariance), float)
    pull = precision @ years
    last = precision[:, -1, -1] if steps else np.zeros(len(share))
    carry = share * pull[:, -1] if steps else np.zeros(len(share))
    log_det = np.asarray(np.linalg.slogdet(covariance)[1], float)
    return Geometry(precision, pull, pull @ years, log_det, carry, 2 * share - share**2 * last)


def common_past(spacing: tuple[int, ...]) -> Array:
    """Covariance of the steps that a drift wandering by one unit a year leaves, seen from today's drift, (K, K)."""
    total = sum(spacing)
    age = np.arange(total, 0, -1.0) - 0.5
    share = np.repeat(np.eye(len(spacing)), spacing, axis=1)
    return np.asarray(share @ np.minimum(age[:, None], age) @ share.T)


@dataclass(frozen=True)
class Posterior:
    """What the components became after the history; every array has one entry a component."""

    weight: Array
    mean: Array
    precision: Array
    shape: Array
    rate: Array
    carry: Array
    echo: Array
    extra: Array
    noise: Array
    wander: Array | float = 0.0


@dataclass(frozen=True)
class Evidence:
    """What a history says to each component (the last axis): X'PX, X'Pz, z'Pz, ln|R|, and g, e, extra as above."""

    information: Array
    cross: Array
    squares: Array
    log_det: Array
    carry: Array
    echo: Array
    extra: Array


def posterior(z: Array, spacing: tuple[int, ...], components: Sequence[Component]) -> Posterior:
    """Condition the components on log changes `z` over steps of `spacing` years."""
    components = tuple(components)
    g, noise = _geometry_of(spacing, components), columns(components)[5]
    moved = g.precision @ z
    echo = noise * (moved[:, -1] if len(z) else 0.0)
    evidence = Evidence(g.information, g.pull @ z, moved @ z, g.log_det, g.carry, echo, g.extra)
    return condition(evidence, len(z), components)


@lru_cache(maxsize=256)
def _geometry_of(spacing: tuple[int, ...], components: tuple[Component, ...]) -> Geometry:
    return geometry(spacing, tuple(c.noise for c in components), tuple(c.wander for c in components))


def condition(e: Evidence, steps: int | NDArrayInt, components: tuple[Component, ...]) -> Posterior:
    """The components after evidence of `steps` changes: of one history (c,), or of many (n, c) with steps (n, 1)."""
    _, m0, k0, a0, b0, noise, wander, constant = columns(components)
    kn = k0 + e.information
    mn = (k0 * m0 + e.cross) / kn
    an = a0 + steps / 2
    bn = b0 + (e.squares + k0 * m0**2 - kn * mn**2) / 2
    bn = np.maximum(bn, b0 * (1 + 1e-12))
    log = constant - (np.log(kn) + e.log_det) / 2 - an * np.log(bn) + gammaln(an)
    share = np.exp(log - np.maximum.reduce(log, axis=-1, keepdims=True))
    share /= np.add.reduce(share, axis=-1, keepdims=True)
    return Posterior(share, mn, kn, an, bn, e.carry, e.echo, e.extra, noise, wander)


def predictive(
    state: Posterior, ahead: Array | NDArrayInt, damping: float, width: float | Array
) -> tuple[Array, Array]:
    """Location and scale of the log change `ahead` years on, one entry a component; `ahead` is (n, 1)."""
    pace = reach(ahead, damping) + state.carry
    away = state.wander * (ahead**3 / 3 + ahead / 6)
    spread = (state.rate / state.shape) * (ahead + state.extra + away + pace**2 / state.precision)
    return np.asarray(pace * state.mean - state.echo), np.asarray(np.sqrt(spread) * width)


def reach(ahead: Array | NDArrayInt, damping: float) -> Array:
    """H: how many years' worth of drift lie ahead."""
    if damping == 1:
        return np.asarray(ahead, float)
    return np.asarray(damping * (1 - damping**ahead) / (1 - damping))


@dataclass(frozen=True)
class Walk:
    """A fitted walk: the closed form of every year, and draws that agree with it."""

    model: str
    series: Series
    estimates: MappingProxyType[str, float]
    state: Posterior
    damping: float = 1.0
    width: float = 1.0

    def quantile(self, years: Sequence[int], q: Sequence[float]) -> Array:
        """Quantiles of the level, shape (years, q)."""
        location, scale = self._predictive(years)
        logs = mixture_quantile(location, scale, self.state.shape * 2, self.state.weight, shares(q))
        return np.asarray(self.series.last * np.exp(np.clip(logs, -LARGEST, LARGEST)))

    def probability(self, year: int, value: float, direction: int = 1) -> float:
        """P(level >= value) in `year` (<= where direction is -1)."""
        if not value > 0:
            raise InputError(f"target {value!r} is not positive; state a positive level")
        location, scale = self._predictive([year])
        score = (np.log(value / self.series.last) - location[0]) / scale[0] * (-1 if direction > 0 else 1)
        return float(self.state.weight @ stdtr(2 * self.state.shape, score))

    def forecast(self, year: int, rng: np.random.Generator, draws: int = DRAWS) -> Forecast:
        """Paths to `year`: a component, its sigma and mu, yearly shocks and noise; each year's margin is exact."""
        ahead = self._ahead([year])[0]
        s = self.state
        noisy, wander = bool(s.noise.any()), np.broadcast_to(s.wander, s.weight.shape)
        u = stratified(rng, draws, 4 + ahead * (1 + noisy + bool(wander.any())))
        c = np.minimum(np.searchsorted(np.cumsum(s.weight), u[:, 0]), len(s.weight) - 1)
        sigma = np.sqrt(s.rate[c] / gammaincinv(s.shape[c], u[:, 1]))
        normal = ndtri(u[:, 2:]) * sigma[:, None]
        mu = s.mean[c] + normal[:, 0] / np.sqrt(s.precision[c])
        years = np.arange(1, ahead + 1)
        logs = mu[:, None] * reach(years, self.damping) + np.cumsum(normal[:, 2 : 2 + ahead], axis=1)
        if wander.any():
            drift = np.cumsum(normal[:, -ahead:] * np.where(years == 1, 0.5**0.5, 1.0), axis=1)
            logs = logs + np.cumsum(drift, axis=1) * np.sqrt(wander[c])[:, None]
        if noisy:
            start = mu * s.carry[c] - s.echo[c] + normal[:, 1] * np.sqrt(s.extra[c] - s.noise[c])
            logs = logs + start[:, None] + normal[:, 2 + ahead : 2 + 2 * ahead] * np.sqrt(s.noise[c])[:, None]
        calendar = [self.series.origin + int(t) for t in years]
        return Forecast(self.series.origin, self.series.last, with_margins(logs, lambda q: self.quantile(calendar, q)))

    def _predictive(self, years: Sequence[int]) -> tuple[Array, Array]:
        """Location and scale of the log change to each year, shape (years, components)."""
        return predictive(self.state, self._ahead(years)[:, None], self.damping, self.width)

    def _ahead(self, years: Sequence[int]) -> NDArrayInt:
        ahead = np.asarray(years) - self.series.origin
        if not (len(ahead) and ahead.min() >= 1):
            raise InputError(f"year {min(years, default=None)} is not after {self.series.origin}, the last observation")
        return ahead


@lru_cache(maxsize=256)
def columns(components: tuple[Component, ...]) -> Array:
    """Weights, m0, k0, a0, b0, noise, wander and what of ln(marginal likelihood) no history changes, one row each."""
    table = np.array([[c.weight, c.m0, c.k0, c.a0, c.b0, c.noise, c.wander] for c in components]).T
    weight, _, k0, a0, b0, _, _ = table
    return np.array([*table, np.log(weight) + np.log(k0) / 2 + a0 * np.log(b0) - gammaln(a0)])
