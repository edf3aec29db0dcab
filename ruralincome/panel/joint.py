"""Questions over places together, under shocks that a year's places share.

In normal scores a place h years from its target is Z = sqrt(rho) (M_1 + ... + M_h) / sqrt(h) + sqrt(1 - rho) e, rho
being the class's correlation within a year, M_t the shock of year t, the same for all, e its own: each place keeps its
distribution (a Gaussian copula, one factor a year; Vasicek, Loan portfolio value, Risk 2002). What places share beyond
is in the rho of their years ahead (`ReferenceClass.correlated`), averaged over."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from ruralincome.models.forecast import Array, Integers
from ruralincome.models.quantiles import stratified
from ruralincome.panel.places import QUANTILES
from ruralincome.series import InputError

SHOCKS = 1024  # common futures drawn
EXACT = 200  # up to so many places a count's distribution is worked out exactly, beyond by normal curves with skewness
BLOCK = 1 << 18  # levels drawn at a time: few enough for the processor's cache
ROWS = 2002  # most rows of the table of a count, and one
WIDE = 2 / 3  # share of the places beyond which a count's central 80 % are too wide to say anything
GRID = np.linspace(-6.0, 6.0, 401)  # normal scores at which places are gathered, so that the cost does not grow

Rho = float | Array | Callable[[Array, Array], Array]
"""Of all places, or of each; or by their years ahead and what is their own, equally likely values, (values, places)."""


@dataclass(frozen=True)
class Count:
    """How many of `places` reach their target: mean, deviation, skewness by future; exact: of few, chances of each."""

    places: int
    mean: Array
    sd: Array
    skew: Array
    exact: Array | None = None

    @property
    def expected(self) -> float:
        """The sum of the probabilities."""
        return float(self.mean.mean())

    def at_least(self, count: int) -> float:
        """P(at least `count` places reach their target)."""
        return 1 - self._below(count - 1)

    def quantile(self, q: float) -> int:
        """The smallest count whose cumulative probability is at least q."""
        return bisect_left(range(self.places), q, key=self._below)

    @property
    def table(self) -> dict[str, NDArray[Any]]:
        """Counts and their probabilities; beyond ROWS places, of all counts above the one before and up to each."""
        counts = np.unique(np.linspace(-1, self.places, min(self.places + 2, ROWS)).astype(int))
        return {"count": counts[1:], "probability": np.diff([self._below(int(count)) for count in counts])}

    @property
    def usable(self) -> bool:
        """Whether it says something: its central 80 % leave out a third of what is possible."""
        return self.quantile(0.9) - self.quantile(0.1) <= WIDE * self.places

    def _below(self, count: int) -> float:
        """P(at most `count`), by normal curves corrected for skewness (Volkova 1996)."""
        if count < 0 or count >= self.places:
            return float(count >= self.places)
        if self.exact is not None:
            return float(self.exact[: count + 1].sum())
        x = (count + 0.5 - self.mean) / np.maximum(self.sd, 1e-9)
        bend = self.skew * (1 - x**2) * np.exp(-np.minimum(x**2, 1400) / 2) / np.sqrt(2 * np.pi) / 6
        return float(np.clip(ndtr(x) + bend, 0, 1).mean())


def reaching(
    found: pd.DataFrame, rho: Rho, own: Array | None = None, seed: int = 0, shocks: int = SHOCKS, most: int = EXACT
) -> Count:
    """How many places of `found` (see assess_panel) reach their target; those refused are not counted. own: of each
    place what `rho` takes as its own; most: up to so many places the count is exact. Raises InputError where no place
    was answered, or rho is no correlation."""
    keep = np.flatnonzero(found["probability"].notna())
    kinds = _kinds(found, rho, own, keep)
    common, alone = kinds.shocks(seed, shocks)
    scores = np.clip(ndtri(found["probability"].to_numpy(float)[keep]), GRID[0], GRID[-1])
    if len(scores) <= most:
        chances = ndtr((scores + common[:, kinds.of]) / alone[:, kinds.of])
        moments, exact = _moments(chances, np.ones(len(scores))), _poisson_binomial(chances).mean(axis=0)
    else:
        moments, exact = np.zeros((3, shocks)), None
        for k in range(len(kinds.windows)):  # weights on GRID, each score shared between its two neighbours
            at = (scores[kinds.of == k] - GRID[0]) / (GRID[1] - GRID[0])
            low = np.minimum(at.astype(int), len(GRID) - 2)
            weight = np.bincount(low, 1 - (at - low), len(GRID)) + np.bincount(low + 1, at - low, len(GRID))
            some = weight > 0
            moments += _moments(ndtr((GRID[some] + common[:, [k]]) / alone[:, [k]]), weight[some].astype(float))
    sd = np.sqrt(moments[1])
    return Count(len(scores), moments[0], sd, moments[2] / np.maximum(sd, 1e-9) ** 3, exact)


def nearest(found: pd.DataFrame, count: int = 20) -> pd.DataFrame:
    """The places nearest to the line: those whose probability is nearest to one half, whichever side."""
    order = (found["probability"] - 0.5).abs().sort_values(kind="stable").index
    return found.loc[order[:count]].dropna(subset="probability")


def totals(
    found: pd.DataFrame, rho: Rho, by: Sequence[str] = (), own: Array | None = None, seed: int = 0,
    draws: int | None = None, direction: int = 1,
) -> pd.DataFrame:  # fmt: skip
    """Districts or provinces: the mean level over their people in the target year, and how many places get there.

    found: see assess_panel, with the column population. rho, own: see `reaching`. by: columns that name a group, and
    the target year always, since levels of different years do not add up. direction: -1 where less is better. A level
    is drawn from its place's quantiles, its logarithm linear between them in normal scores. One row a group: places,
    missing (refused or without people), population, target (mean over people), median, low80, high80, probability (of
    the mean), reach_low, reach_median, reach_high (10, 50 and 90 % of the count that reaches). Raises InputError where
    the population or a column of `by` is missing, or for the other direction."""
    for name in (*by, "population"):
        if name not in found:
            raise InputError("panel.totals_need", column=name)
    keys, usable = [*by, "target_year"], found["probability"].notna() & (found["population"] > 0)
    left = found[found["target_year"].notna()]
    missing = (~usable)[left.index].groupby([left[key] for key in keys], sort=True, observed=True).sum()
    if not usable.any():
        raise InputError("panel.no_people" if found["probability"].notna().any() else "panel.none_answered")
    some = found[usable].sort_values(keys, kind="stable")
    # where the median lies beyond the target it is more likely than not, or the other direction was asked
    above = (some["median"] - some["target"]).to_numpy(float) * direction
    likely = some["probability"].to_numpy(float) - 0.5
    if (above * likely < 0).sum() > (above * likely > 0).sum():
        raise InputError("panel.direction", direction=direction, other=-direction)
    group = np.asarray(some.groupby(keys, sort=True, observed=True).ngroup(), np.int64)
    size = draws or int(np.clip(2e7 / len(some), 128, 1024))
    kinds = _kinds(found, rho, own, found.index.get_indexer(some.index))
    people = np.bincount(group, some["population"].to_numpy(float))
    goal = np.bincount(group, (some["population"] * some["target"]).to_numpy(float)) / people
    level, reached = _drawn(some, kinds, group, seed, size, direction)
    level /= people[:, None]
    rows = some.groupby(keys, sort=True, observed=True).size().rename("places").reset_index()
    rows["missing"] = missing.reindex(pd.MultiIndex.from_frame(rows[keys]) if by else rows[keys[0]]).to_numpy(int)
    rows["population"], rows["target"] = people, goal
    rows["median"], rows["low80"], rows["high80"] = np.quantile(level, (0.5, 0.1, 0.9), axis=1)
    rows["probability"] = ((level - goal[:, None]) * direction >= 0).mean(axis=1)
    counts = np.quantile(reached, (0.1, 0.5, 0.9), axis=1, method="inverted_cdf").astype(int)
    return rows.assign(**dict(zip(("reach_low", "reach_median", "reach_high"), counts, strict=True)))


class _Kinds(NamedTuple):
    """Places by the years that they have ahead and by their correlation. of: the number of each place's kind; windows:
    (last year, target year) of each; rho: equally likely values, (values, kinds)."""

    of: Integers
    windows: list[tuple[int, int]]
    rho: Array

    def shocks(self, seed: int, futures: int) -> tuple[Array, Array]:
        """What each kind gets of the years' shocks, and the weight of what is a place's own, (futures, kinds)."""
        years = sorted({year for a, b in self.windows for year in range(a + 1, b + 1)})
        yearly = ndtri(stratified(np.random.default_rng([seed, 2]), futures, len(years)))
        inside = np.array([[a < year <= b for a, b in self.windows] for year in years], float)
        rho = self.rho[np.arange(futures) % len(self.rho)]
        return np.sqrt(rho) * (yearly @ inside / np.sqrt(inside.sum(axis=0))), np.sqrt(1 - rho)


def _kinds(found: pd.DataFrame, rho: Rho, own: Array | None, rows: NDArray[np.intp]) -> _Kinds:
    """The kinds of the places in some rows. Raises InputError where there are none, and for what is no correlation."""
    if not len(rows):
        raise InputError("panel.none_answered")
    last, target = (found[name].iloc[rows].to_numpy(np.int64) for name in ("last_year", "target_year"))
    if not callable(rho):
        own = np.broadcast_to(np.asarray(rho, float), len(found))
    share, shares = pd.factorize(np.ones(len(rows)) if own is None else own[rows], sort=True, use_na_sentinel=False)
    of, unique = pd.factorize((last * 10_000 + target) * len(shares) + share, sort=True)
    windows = [divmod(when, 10_000) for when in (unique // len(shares)).tolist()]
    each = np.asarray(shares[unique % len(shares)], float)
    values = rho(np.diff(windows)[:, 0].astype(float), each) if callable(rho) else each[None]
    for odd in values[~((values >= 0) & (values < 1))][:1]:
        raise InputError("panel.rho", rho=float(odd))
    return _Kinds(np.asarray(of, np.int64), windows, values)


def _drawn(
    some: pd.DataFrame, kinds: _Kinds, group: Integers, seed: int, draws: int, direction: int
) -> tuple[Array, Array]:
    """Of each group the sum of levels over its people and the count of places that reach, shapes (groups, draws)."""
    groups, single = int(group[-1]) + 1, np.float32
    common, alone = (shocks.T.astype(single) for shocks in kinds.shocks(seed, draws))
    names, people = sorted(QUANTILES, key=QUANTILES.__getitem__), some["population"].to_numpy(float)
    nodes = ndtri([QUANTILES[name] for name in names]).astype(single)
    logs, goal = np.log(some[names].to_numpy(single)), np.log(some["target"].to_numpy(single))
    slopes = np.diff(logs, axis=1) / np.diff(nodes)
    bends = np.diff(slopes, axis=1)
    rng, step = np.random.default_rng([seed, 3]), max(1, BLOCK // draws)
    level, reached = np.zeros((groups, draws)), np.zeros((groups, draws))
    for begin in range(0, len(some), step):
        s = slice(begin, begin + step)
        z: NDArray[Any] = rng.standard_normal((len(people[s]), draws), single)
        z = z * alone[kinds.of[s]] + common[kinds.of[s]]
        here = logs[s, :1] + slopes[s, :1] * (z - nodes[0])
        for k, node in enumerate(nodes[1:-1]):
            here += bends[s, k, None] * np.maximum(z - node, 0)
        first = np.flatnonzero(np.diff(group[s], prepend=-1))
        there = ((here - goal[s, None]) * direction >= 0).astype(single)
        reached[group[s][first]] += np.add.reduceat(there, first, axis=0)
        level[group[s][first]] += np.add.reduceat(np.exp(here) * people[s, None], first, axis=0)
    return level, reached


def _poisson_binomial(chances: Array) -> Array:
    """Probabilities of 0..n successes, shape (shocks, n + 1), one trial after the other."""
    pmf = np.eye(1, chances.shape[1] + 1).repeat(len(chances), axis=0)
    for n, p in enumerate(chances.T[:, :, None], start=1):
        pmf[:, 1 : n + 1] = pmf[:, 1 : n + 1] * (1 - p) + pmf[:, :n] * p
        pmf[:, :1] *= 1 - p
    return pmf


def _moments(chances: Array, weight: Array) -> Array:
    """Mean, variance and third central moment of the count in each common future, shape (3, shocks)."""
    variance = chances * (1 - chances)
    second = variance @ weight
    return np.array([chances @ weight, second, second - 2 * (variance * chances) @ weight])
