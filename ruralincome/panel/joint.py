"""Questions over places together, under shocks that a year's places share.

Within a year the growth of two places has the class's correlation rho. In the scale of normal scores a place that is h
years from its target stands at Z = sqrt(rho) (M_1 + ... + M_h) / sqrt(h) + sqrt(1 - rho) e, where M_t is the shock of
year t, the same for all, and e its own: each place keeps its own distribution (a Gaussian copula, one factor a year;
Vasicek, Loan portfolio value, Risk 2002). What places share beyond the shocks of years is in the rho of their
years ahead (`ReferenceClass.correlated`); rho itself is not known from a few steps, and is averaged over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from ruralincome.models.base import stratified
from ruralincome.models.forecast import Array
from ruralincome.panel.places import QUANTILES
from ruralincome.series import InputError

SHOCKS = 1024
"""Common futures drawn."""
EXACT = 200
"""Up to so many places the count's distribution is worked out exactly, beyond by normal curves with skewness."""
BLOCK = 1 << 18
"""Levels drawn at a time: few enough for the processor's cache."""
ROWS = 2002
"""Most rows of the table of a count, and one."""
WIDE = 2 / 3
"""Share of the places beyond which a count's central 80 % are too wide to say anything."""
GRID = np.linspace(-6.0, 6.0, 401)
"""Normal scores at which places are gathered, so that the cost does not grow with their number."""


@dataclass(frozen=True)
class Count:
    """How many of `places` reach their target: mean, standard deviation and skewness in each common future.

    exact: probabilities of 0..places averaged over the futures, where the places are few.
    """

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
        low, high = -1, self.places
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._below(middle) >= q else (middle, high)
        return high

    @property
    def table(self) -> tuple[NDArray[np.int64], Array]:
        """Counts and their probabilities; beyond ROWS places, of all counts above the one before and up to each."""
        counts = np.unique(np.linspace(-1, self.places, min(self.places + 2, ROWS)).astype(int))
        return counts[1:], np.diff([self._below(int(count)) for count in counts])

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


def reaching(found: pd.DataFrame, rho: float | Array, seed: int = 0, shocks: int = SHOCKS, most: int = EXACT) -> Count:
    """How many places of `found` (see assess_panel) reach their target; those refused are not counted.

    rho: of all places, an array of each place's own, or of equally likely values (values, places), over which the count
    is averaged; most: up to so many places the count is exact.
    Raises InputError where no place was answered, or rho is no correlation.
    """
    _checked(found, rho)
    keep = found["probability"].notna().to_numpy()
    each, found = _each(rho, len(found))[:, keep], found[keep]
    scores = np.clip(ndtri(found["probability"].to_numpy(float)), GRID[0], GRID[-1])
    windows, years, window_of = _windows(found)
    factor, turn = _factors(windows, years, seed, shocks), np.arange(shocks) % len(each)

    def chances(scores: Array, rho: Array, factor: Array) -> Array:
        """P of scores in each future, of which each has its turn of the values of rho."""
        return np.asarray(ndtr((scores + np.sqrt(rho)[turn] * factor) / np.sqrt(1 - rho)[turn]))

    if len(found) <= most:
        every = chances(scores, each, factor[:, window_of])
        moments, exact = _moments(every, np.ones(len(found))), _poisson_binomial(every).mean(axis=0)
    elif (alike := _of_windows(each, window_of)) is None:
        moments, exact = np.zeros((3, shocks)), None
        for begin in range(0, len(found), most):
            s = slice(begin, begin + most)
            some_of = chances(scores[s], each[:, s], factor[:, window_of[s]])
            moments += _moments(some_of, np.ones(some_of.shape[1]))
    else:
        moments, exact = np.zeros((3, shocks)), None
        for w in range(len(windows)):
            weight = _gathered(scores[window_of == w])
            some = weight > 0
            moments += _moments(chances(GRID[some], alike[:, w, None], factor[:, w, None]), weight[some])
    sd = np.sqrt(moments[1])
    return Count(len(found), moments[0], sd, moments[2] / np.maximum(sd, 1e-9) ** 3, exact)


def nearest(found: pd.DataFrame, count: int = 20) -> pd.DataFrame:
    """The places nearest to the line: those whose probability is nearest to one half, whichever side."""
    order = (found["probability"] - 0.5).abs().sort_values(kind="stable").index
    return found.loc[order[:count]].dropna(subset="probability")


def totals(
    found: pd.DataFrame,
    rho: float | Array,
    by: Sequence[str] = (),
    seed: int = 0,
    draws: int | None = None,
    direction: int = 1,
) -> pd.DataFrame:
    """Districts or provinces: the mean level over their people in the target year, and how many places get there.

    found: see assess_panel, with the column population. rho: of all places, or an array of each place's own. by:
    columns that name a group; the target year is one of them always, since levels of different years do not add up.
    direction: of the targets: -1 where less is better.
    One row a group: places, missing (refused, or without a population: not in the figures), population, target (mean
    over people), median, low80, high80, probability (the mean reaches that target), reach_low, reach_median, reach_high
    (10, 50 and 90 % of the count that reaches).

    The level of a place is drawn from its quantiles, its logarithm linear between them in normal scores.
    Raises InputError where the population or a column of `by` is missing, or `found` was asked the other direction.
    """
    for name in (*by, "population"):
        if name not in found:
            raise InputError("panel.totals_need", column=name)
    _checked(found, rho)
    keys = [*by, "target_year"]
    usable = found["probability"].notna() & (found["population"] > 0)
    left = found[found["target_year"].notna()]
    missing = (~usable)[left.index].groupby([left[key] for key in keys], sort=True, observed=True).sum()
    some = found[usable].sort_values(keys, kind="stable")
    if not len(some):
        raise InputError("panel.no_people")
    # where the median lies beyond the target it is more likely than not, or the other direction was asked
    above = (some["median"] - some["target"]).to_numpy(float) * direction
    likely = some["probability"].to_numpy(float) - 0.5
    if (above * likely < 0).sum() > (above * likely > 0).sum():
        raise InputError("panel.direction", direction=direction, other=-direction)
    group = np.asarray(some.groupby(keys, sort=True, observed=True).ngroup(), np.int64)
    size = draws or int(np.clip(2e7 / len(some), 128, 1024))
    each = _each(rho, len(found))[:, found.index.get_indexer(some.index)]
    people, level, reached = _drawn(some, each, group, seed, size, direction)
    weight = np.bincount(group, some["population"].to_numpy(float))
    goal = np.bincount(group, (some["population"] * some["target"]).to_numpy(float)) / weight
    rows = some.groupby(keys, sort=True, observed=True).size().rename("places").reset_index()
    rows["missing"] = missing.reindex(pd.MultiIndex.from_frame(rows[keys]) if by else rows[keys[0]]).to_numpy(int)
    rows["population"], rows["target"] = people, goal
    for name, q in (("median", 0.5), ("low80", 0.1), ("high80", 0.9)):
        rows[name] = np.quantile(level, q, axis=1)
    rows["probability"] = _reached(level, goal[:, None], direction).mean(axis=1)
    for name, q in (("reach_low", 0.1), ("reach_median", 0.5), ("reach_high", 0.9)):
        rows[name] = np.quantile(reached, q, axis=1, method="inverted_cdf").astype(int)
    return rows


def _drawn(
    some: pd.DataFrame, rho: Array, group: NDArray[np.int64], seed: int, draws: int, direction: int
) -> tuple[Array, Array, Array]:
    """People of each group; mean level over them and count of places that reach, shapes (groups, draws)."""
    groups = int(group[-1]) + 1
    windows, years, window_of = _windows(some)
    alike, turn, single = _of_windows(rho, window_of), np.arange(draws) % len(rho), np.float32
    factor = _factors(windows, years, seed, draws).T
    if alike is not None:  # once a window
        own, factor = np.sqrt(1 - alike.T)[:, turn].astype(single), (factor * np.sqrt(alike.T)[:, turn]).astype(single)
    names = sorted(QUANTILES, key=lambda name: QUANTILES[name])
    nodes = ndtri([QUANTILES[name] for name in names]).astype(np.float32)
    people = some["population"].to_numpy(float)
    logs, goal = np.log(some[names].to_numpy(np.float32)), np.log(some["target"].to_numpy(np.float32))
    slopes = np.diff(logs, axis=1) / np.diff(nodes)
    bends = np.diff(slopes, axis=1)
    rng = np.random.default_rng([seed, 3])
    level, reached = np.zeros((groups, draws)), np.zeros((groups, draws))
    step = max(1, BLOCK // draws)
    for begin in range(0, len(some), step):
        s = slice(begin, begin + step)
        z: NDArray[Any] = rng.standard_normal((len(people[s]), draws), single)
        if alike is not None:
            z = z * own[window_of[s]] + factor[window_of[s]]
        else:
            each = rho[:, s].T[:, turn]
            z = (z * np.sqrt(1 - each) + np.sqrt(each) * factor[window_of[s]]).astype(single)
        here = logs[s, :1] + slopes[s, :1] * (z - nodes[0])
        for k, node in enumerate(nodes[1:-1]):
            here += bends[s, k, None] * np.maximum(z - node, 0)
        first = np.flatnonzero(np.diff(group[s], prepend=-1))
        there = _reached(here, goal[s, None], direction).astype(np.float32)
        reached[group[s][first]] += np.add.reduceat(there, first, axis=0)
        level[group[s][first]] += np.add.reduceat(np.exp(here) * people[s, None], first, axis=0)
    weight = np.asarray(np.bincount(group, people), float)
    return weight, level / weight[:, None], reached


def _reached(level: NDArray[Any], goal: NDArray[Any], direction: int) -> NDArray[np.bool_]:
    """Whether levels are at their goal or beyond: at least where more is better, at most where less is."""
    return np.asarray(level >= goal if direction > 0 else level <= goal)


def _each(rho: float | Array, places: int) -> Array:
    """Equally likely values of each place's rho, (values, places)."""
    every = np.atleast_2d(np.asarray(rho, float))
    return np.broadcast_to(every, (len(every), places))


def _of_windows(each: Array, window_of: NDArray[np.int64]) -> Array | None:
    """The values of rho by window, (values, windows), where the places of a window are alike."""
    first = each[:, np.unique(window_of, return_index=True)[1]]
    return first if (first[:, window_of] == each).all() else None


def _windows(found: pd.DataFrame) -> tuple[list[tuple[int, int]], list[int], NDArray[np.int64]]:
    """The distinct (last year, target year), the years they hold, and which one each place has."""
    pairs = pd.MultiIndex.from_frame(found[["last_year", "target_year"]].astype(int))
    codes, unique = pd.factorize(pairs, sort=True)
    windows = [(int(a), int(b)) for a, b in unique]
    years = sorted({year for a, b in windows for year in range(a + 1, b + 1)})
    return windows, years, np.asarray(codes, np.int64)


def _factors(windows: Sequence[tuple[int, int]], years: Sequence[int], seed: int, shocks: int) -> Array:
    """What each window gets of the years' shocks, standard normal, shape (shocks, windows)."""
    yearly = ndtri(stratified(np.random.default_rng([seed, 2]), shocks, len(years)))
    inside = np.array([[a < year <= b for a, b in windows] for year in years], float)
    return np.asarray(yearly @ inside / np.sqrt(inside.sum(axis=0)))


def _gathered(scores: Array) -> Array:
    """Weights on GRID that carry the scores, each shared between its two neighbours."""
    place = (scores - GRID[0]) / (GRID[1] - GRID[0])
    low = np.minimum(place.astype(int), len(GRID) - 2)
    share = place - low
    weight = np.bincount(low, 1 - share, len(GRID)) + np.bincount(low + 1, share, len(GRID))
    return np.asarray(weight, float)


def _poisson_binomial(chances: Array) -> Array:
    """Probabilities of 0..n successes, shape (shocks, n + 1), one trial after the other."""
    shocks, n = chances.shape
    pmf = np.zeros((shocks, n + 1))
    pmf[:, 0] = 1
    for i in range(n):
        p = chances[:, i, None]
        pmf[:, 1 : i + 2] = pmf[:, 1 : i + 2] * (1 - p) + pmf[:, : i + 1] * p
        pmf[:, 0] *= 1 - p[:, 0]
    return pmf


def _moments(chances: Array, weight: Array) -> Array:
    """Mean, variance and third central moment of the count in each common future, shape (3, shocks)."""
    variance = chances * (1 - chances)
    second = variance @ weight
    return np.array([chances @ weight, second, second - 2 * (variance * chances) @ weight])


def _checked(found: pd.DataFrame, rho: float | Array) -> None:
    for odd in np.atleast_1d(rho)[~((np.atleast_1d(rho) >= 0) & (np.atleast_1d(rho) < 1))][:1]:
        raise InputError("panel.rho", rho=float(odd))
    if not found["probability"].notna().any():
        raise InputError("panel.none_answered")
