"""Walk: a random walk with drift from its posterior, for many places or one; and that of the history alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri, stdtr

from ruralincome.models.base import STEADY, levels, positive, shares, stratified, with_margins, years_ahead
from ruralincome.models.forecast import DRAWS, Array, Forecast, Refusal
from ruralincome.models.mixture import mixture_quantile
from ruralincome.models.posterior import Integers, Posterior, Steps, columns, steps_of
from ruralincome.reference.component import Component, Fading
from ruralincome.series import Series

PLAIN = columns((Component(1.0, 0.0, 0.0, 0.0, 0.0),))  # a walk without memory and without a prior


class Students(NamedTuple):
    """A mixture of Student t a row: location and scale (m, c), degrees of freedom and shares (m, c) or (c,)."""

    location: Array
    scale: Array
    df: Array
    weight: Array

    def beyond(self, goal: Array, direction: int) -> Array:
        """P(change >= goal), (m,) (<= where direction is -1)."""
        score = (goal[:, None] - self.location) / self.scale * -direction
        return np.asarray((stdtr(self.df, score) * self.weight).sum(axis=1))


@dataclass(frozen=True)
class Walks:
    """Fitted walks of n places: m questions are one of each place, or all of the one. last: levels (n,); width: factor
    of the scale, (n, 1); shrinkage: weight of the place's own pace, nan where there is no other; refused: the reason,
    "" where the place is fitted; centre: shift, in scales."""

    last: Array
    state: Posterior
    width: Array
    shrinkage: Array
    refused: NDArray[np.str_]
    centre: float = 0.0

    def terms(self, ahead: Array | Integers) -> Students:
        """The mixture of Student t that the log change `ahead` (m,) years on follows."""
        location, scale, df = self.state.ahead(ahead[:, None])
        scale = scale * self.width
        return Students(location + self.centre * scale if self.centre else location, scale, df, self.state.weight)

    def quantile(self, ahead: Array | Integers, q: Array) -> Array:
        """Quantiles of the level `ahead` (m,) years on, shape (m, q)."""
        return self.last[:, None] * levels(mixture_quantile(*self.terms(ahead), q))

    def probability(self, ahead: Array | Integers, value: Array, direction: int = 1) -> Array:
        """P(level >= value), (m,), `ahead` (m,) years on (<= where direction is -1)."""
        return self.terms(ahead).beyond(np.log(value / self.last), direction)

    def reached(self, value: Array, direction: int = 1) -> Array:
        """P(true level >= value), (n,), in the last observed year (<= where direction is -1), as surveys err."""
        location, scale, df = self.state.today()
        with np.errstate(divide="ignore", invalid="ignore"):
            score = (np.log(value / self.last)[:, None] - location) / scale * -direction
        score = np.where(np.isnan(score), np.inf, score)  # the figure is the value
        return np.asarray((stdtr(df, score) * self.state.weight).sum(axis=1))

    @property
    def expects(self) -> tuple[Array, Array]:
        """What the mixture expects of the next year's log change, and a year's standard deviation, (n,) each."""
        s = self.state
        drift = s.table[12] + s.table[5] * s.mean[..., 0] + s.table[7] * s.mean[..., 1] - s.mean[..., 2]
        return (s.weight * drift).sum(axis=1), np.sqrt((s.weight * s.rate / s.shape).sum(axis=1))

    def paths(self, ahead: int, rng: np.random.Generator, draws: int) -> Array:
        """Log changes of the first place, (draws, ahead): a component, its sigma and state, yearly shocks."""
        s = self.state.of(0)
        _, _, _, _, _, damping, kappa, phi, nu, _, _, _, trend = s.table
        memory = bool(kappa.any() or s.left[:, 2, 2].any())
        u = stratified(rng, draws, 4 + ahead + memory * (1 + 2 * ahead))
        c = np.minimum(np.searchsorted(np.cumsum(s.weight), u[:, 0]), len(s.weight) - 1)
        sigma = np.sqrt(s.rate[c] / gammaincinv(s.shape[c], u[:, 1]))
        normal = ndtri(u[:, 2:]) * sigma[:, None]
        years = np.arange(1, ahead + 1)
        root = np.linalg.cholesky(s.left + 1e-12 * np.eye(3))[c]
        today = s.mean[c] + (root @ normal[:, [0, 1, -1], None])[..., 0]
        logs = today[:, :1] * np.cumsum(damping[c, None] ** years, axis=1) + trend[c, None] * years
        logs = logs + np.cumsum(normal[:, 2 : 2 + ahead], axis=1)
        if memory:
            pace, fade = today[:, 1], normal[:, 2 + ahead : 2 + 2 * ahead] * np.sqrt(kappa * (1 - phi**2))[c, None]
            passing = normal[:, 2 + 2 * ahead : 2 + 3 * ahead] * np.sqrt(nu)[c, None] - today[:, 2:]
            for j in range(ahead):
                pace = phi[c] * pace + fade[:, j]
                logs[:, j:] += pace[:, None]
            logs = logs + passing
        return np.asarray(logs)

    def of(self, keep: NDArray[Any]) -> "Walks":
        """The walks of the places that `keep` picks."""
        last, state, width = self.last[keep], self.state.of(keep), self.width[keep]
        return Walks(last, state, width, self.shrinkage[keep], self.refused[keep], self.centre)


@dataclass(frozen=True)
class Families:
    """The walks of n places under several classes, in equal shares (a linear pool): asked as `Walks` are. fading: what
    becomes of each class's own pace ahead; excess: its mean growth beyond what that fades to."""

    members: tuple[Walks, ...]
    fading: tuple[Fading | None, ...]
    excess: tuple[float, ...]

    last = cached_property[Array](lambda pool: pool.members[0].last)
    refused = cached_property[NDArray[np.str_]](lambda pool: pool.members[0].refused)
    shrinkage = cached_property[Array](lambda pool: np.mean([walks.shrinkage for walks in pool.members], axis=0))
    """Weight of the place's own pace, the mean over the classes."""

    @property
    def expects(self) -> tuple[Array, Array]:
        """What the pool expects of a year's log change before any fading, and its standard deviation, (n,) each."""
        drift, spread = np.array([walks.expects for walks in self.members]).swapaxes(0, 1)
        return drift.mean(axis=0), np.sqrt((spread**2).mean(axis=0))

    def terms(self, ahead: Array | Integers) -> Students:
        """The mixture of all classes' mixtures."""
        found = [walks.terms(ahead) for walks in self.members]
        for i, (terms, fading) in enumerate(zip(found, self.fading, strict=True)):
            if fading is not None:
                lost, unsure = self.excess[i] * (fading.left(ahead) - ahead), fading.spread * ahead
                scale = np.sqrt(terms.scale**2 + unsure[:, None] ** 2)
                found[i] = terms._replace(location=terms.location + lost[:, None], scale=scale)
        even = [terms._replace(weight=terms.weight / len(found)) for terms in found]
        return Students(*map(np.hstack, zip(*(np.broadcast_arrays(*terms) for terms in even), strict=True)))

    def quantile(self, ahead: Array | Integers, q: Array) -> Array:
        """Quantiles of the level `ahead` (m,) years on, shape (m, q)."""
        return self.last[:, None] * levels(mixture_quantile(*self.terms(ahead), q))

    def probability(self, ahead: Array | Integers, value: Array, direction: int = 1) -> Array:
        """P(level >= value), (m,), `ahead` (m,) years on (<= where direction is -1)."""
        return self.terms(ahead).beyond(np.log(value / self.last), direction)

    def reached(self, value: Array, direction: int = 1) -> Array:
        """See `Walks.reached`."""
        return np.asarray(np.mean([walks.reached(value, direction) for walks in self.members], axis=0))

    def paths(self, ahead: int, rng: np.random.Generator, draws: int) -> Array:
        """Log changes of the first place, (draws, ahead): draw i is of class i modulo their number."""
        found = np.stack([walks.paths(ahead, rng, draws) for walks in self.members])
        return np.asarray(found[np.arange(draws) % len(found), np.arange(draws)])

    def of(self, keep: NDArray[Any]) -> "Families":
        """The walks of the places that `keep` picks."""
        return replace(self, members=tuple(walks.of(keep) for walks in self.members))


@dataclass(frozen=True)
class Walk:
    """The fitted walk of one series: a panel of one, and draws that agree with its closed form."""

    model: str
    series: Series
    estimates: MappingProxyType[str, float]
    walks: Walks | Families

    def quantile(self, years: Sequence[int], q: Sequence[float]) -> Array:
        """Quantiles of the level, shape (years, q)."""
        return self.walks.quantile(years_ahead(self.series, years), shares(q))

    def probability(self, year: int, value: float, direction: int = 1) -> float:
        """P(level >= value) in `year` (<= where direction is -1)."""
        ahead = years_ahead(self.series, [year])
        return float(self.walks.probability(ahead, np.array([positive(value)]), direction)[0])

    def reached(self, value: float, direction: int = 1) -> float:
        """P(true level >= value) in the last observed year (see `Walks.reached`)."""
        return float(self.walks.reached(np.array([positive(value)]), direction)[0])

    def forecast(self, year: int, rng: np.random.Generator, draws: int = DRAWS) -> Forecast:
        """Paths to `year`, each year's margin exact."""
        ahead = int(years_ahead(self.series, [year])[0])
        logs = self.walks.paths(ahead, rng, draws)
        calendar = [self.series.origin + t for t in range(1, ahead + 1)]
        return Forecast(self.series.origin, self.series.last, with_margins(logs, lambda q: self.quantile(calendar, q)))


def random_walk_with_drift(series: Series) -> Walk | Refusal:
    """Exact Student t of the random walk with drift, gaps allowed (flat prior; `posterior` with k0 = 0).

    m = G/S, s^2 = sum((z - D m)^2 / D) / (K - 1), and h years ahead t with K - 1 degrees of freedom, location h m and
    scale s sqrt(h + h^2/S). Refuses with fewer than two changes (no spread), with changes that do not vary, and where
    figures state survey errors: a flat prior cannot part them from the shocks of the years.
    """
    walks = drift_walks(steps_of(series), np.array([series.last]))
    if reason := str(walks.refused[0]):
        needed = {"needed": 3} if reason == "too_few" else {}
        return Refusal("random_walk_with_drift", reason, {"observations": len(series.years), **needed})
    state = walks.state
    mean, shape, rate = (float(array[0, 0]) for array in (state.mean[..., 0], state.shape, state.rate))
    estimates = MappingProxyType({"drift": mean, "spread": float(np.sqrt(rate / shape)), "degrees": 2 * shape})
    return Walk("random_walk_with_drift", series, estimates, walks)


def drift_walks(steps: Steps, last: Array) -> Walks:
    """`random_walk_with_drift` of each place, the last levels given; nan where it refuses."""
    n, count = len(last), steps.count
    few = count < 2
    span = np.where(few, np.nan, steps.total(steps.spacing))
    mean = steps.total(steps.z) / span
    squares = steps.total((steps.z - steps.spacing * np.repeat(mean, count)) ** 2 / steps.spacing)
    free = np.where(few, np.nan, count - 1.0)
    steady = ~few & (squares < free * STEADY**2)
    squares = np.where(few | steady, np.nan, squares)
    one = np.ones((n, 1))
    today, left = np.zeros((n, 1, 3)), np.zeros((n, 1, 3, 3))
    today[:, 0, 0], left[:, 0, 0, 0] = mean, 1 / span
    state = Posterior(one, one, today, left, free[:, None] / 2, squares[:, None] / 2, 0 * one, PLAIN)
    noisy = np.zeros(n, bool) if steps.errors is None else steps.figures(steps.errors) > 0
    refused = np.select([few, noisy, steady], ["too_few", "survey_errors", "no_variation"], "")
    return Walks(last, state, one, np.full(n, np.nan), refused)
