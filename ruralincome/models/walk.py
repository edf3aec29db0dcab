"""Walk: a random walk with drift from its posterior, for many places or one; and that of the history alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri, stdtr

from ruralincome.models.base import STEADY, Refusal, levels, positive, shares, stratified, with_margins, years_ahead
from ruralincome.models.forecast import DRAWS, Array, Forecast
from ruralincome.models.mixture import mixture_quantile
from ruralincome.models.posterior import Integers, Posterior, Steps, reach, steps_of
from ruralincome.reference.fading import Fading
from ruralincome.series import Series


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
    """Fitted walks of n places: m questions are one of each place, or all of the one.

    last: levels (n,); damping, width: factors of the drift a year ahead and of the scale, the latter (n, 1); shrinkage:
    weight of the place's own pace, nan where there is no other; refused: the reason, "" where the place is fitted.
    """

    last: Array
    state: Posterior
    damping: float
    width: Array
    shrinkage: Array
    refused: NDArray[np.str_]

    def terms(self, ahead: Array | Integers) -> Students:
        """The mixture of Student t that the log change `ahead` (m,) years on follows."""
        return Students(
            *self.state.ahead(ahead[:, None], self.damping, self.width), self.state.shape * 2, self.state.weight
        )

    def quantile(self, ahead: Array | Integers, q: Array) -> Array:
        """Quantiles of the level `ahead` (m,) years on, shape (m, q)."""
        return self.last[:, None] * levels(mixture_quantile(*self.terms(ahead), q))

    def probability(self, ahead: Array | Integers, value: Array, direction: int = 1) -> Array:
        """P(level >= value), (m,), `ahead` (m,) years on (<= where direction is -1)."""
        return self.terms(ahead).beyond(np.log(value / self.last), direction)

    @property
    def expects(self) -> tuple[Array, Array]:
        """What the mixture expects of a year's log change and its standard deviation, (n,) each."""
        weight, state = self.state.weight, self.state
        return (weight * state.mean).sum(axis=1), np.sqrt((weight * state.rate / state.shape).sum(axis=1))

    def paths(self, ahead: int, rng: np.random.Generator, draws: int) -> Array:
        """Log changes of the first place, (draws, ahead): a component, its sigma and mu, yearly shocks."""
        s = self.state.of(0)
        wanders = bool(s.wander.any())
        u = stratified(rng, draws, 4 + ahead * (1 + wanders))  # the fourth is left over: draws stay what they were
        c = np.minimum(np.searchsorted(np.cumsum(s.weight), u[:, 0]), len(s.weight) - 1)
        sigma = np.sqrt(s.rate[c] / gammaincinv(s.shape[c], u[:, 1]))
        normal = ndtri(u[:, 2:]) * sigma[:, None]
        mu = s.mean[c] + normal[:, 0] / np.sqrt(s.precision[c])
        years = np.arange(1, ahead + 1)
        logs = mu[:, None] * reach(years, self.damping) + np.cumsum(normal[:, 2 : 2 + ahead], axis=1)
        if wanders:
            drift = np.cumsum(normal[:, -ahead:] * np.where(years == 1, 0.5**0.5, 1.0), axis=1)
            logs = logs + np.cumsum(drift, axis=1) * np.sqrt(s.wander[c])[:, None]
        return np.asarray(logs)

    def of(self, keep: NDArray[Any]) -> "Walks":
        """The walks of the places that `keep` picks."""
        last, state, width = self.last[keep], self.state.of(keep), self.width[keep]
        return Walks(last, state, self.damping, width, self.shrinkage[keep], self.refused[keep])


@dataclass(frozen=True)
class Families:
    """The walks of n places under several classes, in equal shares (a linear pool): asked as `Walks` are.

    fading: of each class, what becomes of its own pace ahead; excess: its mean growth beyond what that fades to.
    """

    members: tuple[Walks, ...]
    fading: tuple[Fading | None, ...]
    excess: tuple[float, ...]

    @property
    def last(self) -> Array:
        """The last levels, (n,)."""
        return self.members[0].last

    @property
    def refused(self) -> NDArray[np.str_]:
        """The reason, "" where the place is fitted."""
        return self.members[0].refused

    @property
    def shrinkage(self) -> Array:
        """Weight of the place's own pace, the mean over the classes."""
        return np.asarray(np.mean([walks.shrinkage for walks in self.members], axis=0))

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

    def forecast(self, year: int, rng: np.random.Generator, draws: int = DRAWS) -> Forecast:
        """Paths to `year`, each year's margin exact."""
        ahead = int(years_ahead(self.series, [year])[0])
        logs = self.walks.paths(ahead, rng, draws)
        calendar = [self.series.origin + t for t in range(1, ahead + 1)]
        return Forecast(self.series.origin, self.series.last, with_margins(logs, lambda q: self.quantile(calendar, q)))


def random_walk_with_drift(series: Series) -> Walk | Refusal:
    """Exact Student t of the random walk with drift, gaps allowed (flat prior; `posterior` with k0 = 0).

    m = G/S, s^2 = sum((z - D m)^2 / D) / (K - 1), and h years ahead t with K - 1 degrees of freedom, location h m and
    scale s sqrt(h + h^2/S). Refuses with fewer than two changes (no spread) or with changes that do not vary.
    """
    walks = drift_walks(steps_of(series), np.array([series.last]))
    if reason := str(walks.refused[0]):
        needed = {"needed": 3} if reason == "too_few" else {}
        return Refusal("random_walk_with_drift", reason, {"observations": len(series.years), **needed})
    mean, shape, rate = (float(array[0, 0]) for array in (walks.state.mean, walks.state.shape, walks.state.rate))
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
    one, none = np.ones((n, 1)), np.zeros(1)
    state = Posterior(none, one, mean[:, None], span[:, None], free[:, None] / 2, squares[:, None] / 2, none)
    refused = np.select([few, steady], ["too_few", "no_variation"], "")
    return Walks(last, state, 1.0, one, np.full(n, np.nan), refused)
