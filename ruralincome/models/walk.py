"""Walks with drift of many places, or one: `pooled`, the lead model, weighs a place's own history and a reference class
by what each can carry; `random_walk_with_drift` knows the history alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtr, ndtri, stdtr

from ruralincome.models.forecast import DRAWS, STEADY, Array, Fitted, Forecast, Refusal, positive, shares, years_ahead
from ruralincome.models.posterior import Integers, Posterior, Steps, columns, posterior, steps_of
from ruralincome.models.quantiles import levels, mixture_quantile, stratified, with_margins
from ruralincome.reference.component import Component, Fading
from ruralincome.reference.reference import ReferenceClass
from ruralincome.series import InputError, Series

STILL = 4  # so many steps without any change are no measurements: the class does not answer for them
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
class Member:
    """What one class, or the history alone, makes of n places. width: factor of the scale, (n, 1); centre: its shift,
    in scales; shrinkage: weight of the place's own pace, nan where there is no other; fading: what becomes of a class's
    pace ahead; excess: its mean growth beyond what that fades to."""

    state: Posterior
    width: Array
    shrinkage: Array
    centre: float = 0.0
    fading: Fading | None = None
    excess: float = 0.0

    def terms(self, ahead: Array | Integers) -> Students:
        """The mixture of Student t that the log change `ahead` (m,) years on follows."""
        location, scale, df = self.state.ahead(ahead[:, None])
        scale = scale * self.width
        location = location + self.centre * scale if self.centre else location
        if self.fading is not None:
            lost, unsure = self.excess * (self.fading.left(ahead) - ahead), self.fading.spread * ahead
            location, scale = location + lost[:, None], np.sqrt(scale**2 + unsure[:, None] ** 2)
        return Students(location, scale, df, self.state.weight)

    def paths(self, ahead: int, rng: np.random.Generator, draws: int) -> Array:
        """Log changes of the first place, (draws, ahead): a component, its sigma and state, its years."""
        s = self.state.of(0)
        _, _, _, _, _, damping, kappa, phi, nu, _, _, _, trend = s.table
        memory = bool(kappa.any() or s.left[:, 2, 2].any())
        u = stratified(rng, draws, 4 + ahead + memory * (1 + 2 * ahead))
        c = np.minimum(np.searchsorted(np.cumsum(s.weight), u[:, 0]), len(s.weight) - 1)
        score, years = ndtri(u[:, 1:]), np.arange(1, ahead + 1)
        most = np.abs(score[:, 0]).max() + 1e-6
        exact = np.log(s.rate[:, None] / gammaincinv(s.shape[:, None], ndtr(np.linspace(-most, most, 641)))) / 2
        between, at = np.modf((score[:, 0] + most) * (320 / most))  # ln sigma is linear there, within 1e-4 of sigma
        sigma = np.exp(exact[c, at.astype(int)] * (1 - between) + exact[c, at.astype(int) + 1] * between)
        normal = score[:, 1:] * sigma[:, None]
        today = s.mean[c] + (np.linalg.cholesky(s.left + 1e-12 * np.eye(3))[c] @ normal[:, [0, 1, -1], None])[..., 0]
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


@dataclass(frozen=True)
class Walks:
    """Fitted walks of n places, by its members in equal shares (a linear pool): m questions are one of each place, or
    all of the one. last: levels (n,); refused: the reason, "" where the place is fitted."""

    last: Array
    refused: NDArray[np.str_]
    members: tuple[Member, ...]

    shrinkage = cached_property[Array](lambda walks: sum(one.shrinkage for one in walks.members) / len(walks.members))
    """Weight of the place's own pace, the mean over the members."""

    def terms(self, ahead: Array | Integers) -> Students:
        """The mixture of Student t that the log change `ahead` (m,) years on follows."""
        found = [one.terms(ahead) for one in self.members]
        if len(found) == 1:
            return found[0]
        even = [terms._replace(weight=terms.weight / len(found)) for terms in found]
        return Students(*map(np.hstack, zip(*(np.broadcast_arrays(*terms) for terms in even), strict=True)))

    def quantile(self, ahead: Array | Integers, q: Array) -> Array:
        """Quantiles of the level `ahead` (m,) years on, shape (m, q)."""
        return self.last[:, None] * levels(mixture_quantile(*self.terms(ahead), q))

    def probability(self, ahead: Array | Integers, value: Array, direction: int = 1) -> Array:
        """P(level >= value), (m,), `ahead` (m,) years on (<= where direction is -1)."""
        return self.terms(ahead).beyond(np.log(value / self.last), direction)

    def reached(self, value: Array, direction: int = 1) -> Array:
        """P(true level >= value), (n,), in the last observed year (<= where direction is -1), as surveys err."""
        goal, found = np.log(value / self.last)[:, None], list[Array]()
        for state in (one.state for one in self.members):
            location, scale, df = state.today()
            with np.errstate(divide="ignore", invalid="ignore"):
                score = (goal - location) / scale * -direction
            score = np.where(np.isnan(score), np.inf, score)  # the figure is the value
            found.append((stdtr(df, score) * state.weight).sum(axis=1))
        return np.asarray(np.mean(found, axis=0))

    @property
    def expects(self) -> tuple[Array, Array]:
        """What the walks expect of a year's log change before any fading, and its standard deviation, (n,) each."""
        drift, variance = list[Array](), list[Array]()
        for s in (one.state for one in self.members):
            year = s.table[12] + s.table[5] * s.mean[..., 0] + s.table[7] * s.mean[..., 1] - s.mean[..., 2]
            drift.append((s.weight * year).sum(axis=1))
            variance.append((s.weight * s.rate / s.shape).sum(axis=1))
        return sum(drift[1:], drift[0]) / len(drift), np.sqrt(sum(variance[1:], variance[0]) / len(drift))

    def paths(self, ahead: int, rng: np.random.Generator, draws: int) -> Array:
        """Log changes of the first place, (draws, ahead): draw i is of member i modulo their number."""
        found, n = np.empty((draws, ahead)), len(self.members)
        for k, one in enumerate(self.members[:draws]):
            found[k::n] = one.paths(ahead, rng, len(found[k::n]))
        return found

    def of(self, keep: NDArray[Any]) -> "Walks":
        """The walks of the places that `keep` picks."""
        members = (
            replace(one, state=one.state.of(keep), width=one.width[keep], shrinkage=one.shrinkage[keep])
            for one in self.members
        )
        return Walks(self.last[keep], self.refused[keep], tuple(members))


@dataclass(frozen=True)
class Walk(Fitted):
    """The fitted walk of one series: a panel of one, and draws that agree with its closed form."""

    walks: Walks = field(repr=False)

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
        logs = self.walks.paths(int(years_ahead(self.series, [year])[0]), rng, draws)
        ahead = range(self.series.origin + 1, year + 1)
        return Forecast(self.series.origin, self.series.last, with_margins(logs, lambda q: self.quantile(ahead, q)))


def pooled(series: Series, reference: ReferenceClass) -> Walk | Refusal:
    """A random walk whose drift and spread are shrunk to the class: closed form with gaps, from one observation on.

    Each component of the class is updated by the history (see `posterior`) and they are mixed by their marginal
    likelihood. The estimates: `drift` and `spread`, what the mixture expects of the next year's log change and a year's
    standard deviation; `class_drift`, the same before the history; `shrinkage`, how much of what the class leaves open
    of the place's own pace the history has settled: S/(k0+S) without memory."""
    try:
        reference = reference.into(series.prices)
    except InputError:
        return Refusal("pooled", "prices")
    walks = pooled_walks(steps_of(series), np.array([series.last]), reference)
    if walks.refused[0]:
        return Refusal("pooled", str(walks.refused[0]), {"observations": len(series.years)})
    drift, spread = walks.expects
    estimates = {
        "drift": float(drift[0]), "spread": float(spread[0]), "class_drift": _expected(reference.prior()),
        "shrinkage": float(walks.shrinkage[0]), "observations": float(len(series.years)),
    }  # fmt: skip
    return Walk("pooled", series, estimates, walks)


def pooled_walks(steps: Steps, last: Array, reference: ReferenceClass) -> Walks:
    """`pooled` of each place, the last levels given; `reference` is in the places' prices (ReferenceClass.into). A pool
    of classes gives the walks under each, mixed in equal shares whatever the history: a few steps cannot order
    families, nor can weights be estimated from them."""
    still = (np.asarray(steps.count) >= STILL) & (steps.total(np.abs(steps.z)) == 0)
    refused = np.where(still, "never_moved", "") if still.any() else np.zeros(len(last), "U1")
    return Walks(last, refused, tuple(_member(steps, one) for one in reference.members or (reference,)))


def chances(
    years: Sequence[int], values: Array, reference: ReferenceClass, year: int, target: Array, direction: int,
    errors: Sequence[float] | None = None,
) -> Array:  # fmt: skip
    """P(target) by `pooled` of histories (n, years) that share their years and the standard errors of their values,
    each with a target of its own, (n,)."""
    n, spacing = len(values), np.diff(years)
    known = None if errors is None else (np.asarray(errors) / values).ravel()
    changes, count = np.diff(np.log(values)).ravel(), np.full(n, len(spacing))
    steps = Steps(changes, np.tile(spacing, n), count, shared=True, errors=known)
    return pooled_walks(steps, values[:, -1], reference).probability(np.full(n, year - years[-1]), target, direction)


def random_walk_with_drift(series: Series) -> Walk | Refusal:
    """Exact Student t of the random walk with drift, gaps allowed (flat prior; `posterior` with k0 = 0).

    m = G/S, s^2 = sum((z - D m)^2 / D) / (K - 1), and h years ahead t with K - 1 degrees of freedom, location h m and
    scale s sqrt(h + h^2/S). Refuses with fewer than two changes (no spread), with changes that do not vary, and where
    figures state survey errors: a flat prior cannot part them from the shocks of the years."""
    walks = drift_walks(steps_of(series), np.array([series.last]))
    if reason := str(walks.refused[0]):
        needed = {"needed": 3} if reason == "too_few" else {}
        return Refusal("random_walk_with_drift", reason, {"observations": len(series.years), **needed})
    state = walks.members[0].state
    mean, shape, rate = (float(array[0, 0]) for array in (state.mean[..., 0], state.shape, state.rate))
    estimates = {"drift": mean, "spread": float(np.sqrt(rate / shape)), "degrees": 2 * shape}
    return Walk("random_walk_with_drift", series, estimates, walks)


def drift_walks(steps: Steps, last: Array) -> Walks:
    """`random_walk_with_drift` of each place, the last levels given; nan where it refuses."""
    n, count, few = len(last), steps.count, steps.count < 2
    span = np.where(few, np.nan, steps.total(steps.spacing))
    mean = steps.total(steps.z) / span
    squares = steps.total((steps.z - steps.spacing * np.repeat(mean, count)) ** 2 / steps.spacing)
    free = np.where(few, np.nan, count - 1.0)
    steady = ~few & (squares < free * STEADY**2)
    squares, one = np.where(few | steady, np.nan, squares), np.ones((n, 1))
    today, left = np.zeros((n, 1, 3)), np.zeros((n, 1, 3, 3))
    today[:, 0, 0], left[:, 0, 0, 0] = mean, 1 / span
    state = Posterior(one, one, today, left, free[:, None] / 2, squares[:, None] / 2, 0 * one, PLAIN)
    first = np.cumsum(count + 1) - count - 1  # of each place's figures
    noisy = np.zeros(n, bool) if steps.errors is None else np.add.reduceat(steps.errors, first) > 0
    refused = np.select([few, noisy, steady], ["too_few", "survey_errors", "no_variation"], "")
    return Walks(last, refused, (Member(state, one, np.full(n, np.nan)),))


def _member(steps: Steps, reference: ReferenceClass) -> Member:
    """What one class makes of places."""
    prior, fading = reference.prior(), reference.fading
    state = posterior(steps, prior)
    if steps.shared:
        width = np.full((len(steps.count), 1), reference.width(int(steps.count[0])))
    else:
        counts, which = np.unique(steps.count, return_inverse=True)
        width = np.array([reference.width(count) for count in counts.tolist()])[which][:, None]
    shrinkage = np.add.reduce((1 - state.table[2] * state.left[..., 0, 0]) * state.weight, axis=1)
    excess = _expected(reference.components) - fading.towards if fading else 0.0
    return Member(state, width, shrinkage, reference.centre, fading, excess)


@lru_cache(maxsize=64)
def _expected(components: tuple[Component, ...]) -> float:
    """Log growth a year before any history, worked out once a class."""
    table = columns(components)
    return float(table[0] @ (table[1] + table[12]) / table[0].sum())
