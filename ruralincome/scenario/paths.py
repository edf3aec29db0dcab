"""Paths: pure functions Forecast -> Forecast, each one change that a scenario makes to growth.

Two families. What adds to growth (`shock`, `dip`, `add`) changes every draw by its own points. What sets the path
(`moved`, `follow`) moves the median level to a stated path, and every draw keeps its ratio to the median; after its
last year growth goes on as it was. Nothing changes before the first year of an adjustment, draw by draw. Randomness is
an argument: the same generator gives common random numbers, so that scenarios differ only by what they state.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from ruralincome.models.base import stratified
from ruralincome.models.forecast import Forecast
from ruralincome.scenario.moves import course
from ruralincome.series import InputError

Array = NDArray[np.float64]

LEFT = 0.01
"""Share of its level that a shock leaves to a draw at the least."""

FURTHEST = 700.0
"""A logarithm beyond which a level is no number: the far tail of a diffuse model stays there."""


def growth(forecast: Forecast) -> Array:
    """Log growth of each draw in each year, shape (draws, years)."""
    return np.diff(np.log(forecast.paths), axis=1, prepend=np.log(forecast.last))


def add(forecast: Forecast, years: Sequence[int], points: Array | float) -> Forecast:
    """Add percentage points to growth in `years`: a draw that grew by g grows by g + points / 100.

    points: what broadcasts to shape (draws, years). A draw that would fall by more than 1 - LEFT falls to LEFT of its
    level, unless it had fallen further by itself: the far tail of a diffuse model. Raises InputError for a year that
    the forecast does not hold, or where 100 points or more are taken, which leave nothing whatever the growth.
    """
    size = np.broadcast_to(np.asarray(points, float), _shape(forecast, years))
    if (np.median(size, axis=0) <= -100).any():
        raise InputError("paths.shock_leaves_nothing", points=float(np.median(size)))
    logs = growth(forecast)
    for column, year in enumerate(years):
        k = _index(forecast, year)
        rate = np.expm1(np.minimum(logs[:, k], FURTHEST)) + size[:, column] / 100
        floor = np.minimum(logs[:, k], np.log(LEFT))
        logs[:, k] = np.where(rate > LEFT - 1, np.log1p(np.maximum(rate, LEFT - 1)), floor)
    begin = min(_index(forecast, year) for year in years)
    return _changed(forecast, np.log(forecast.last) + np.cumsum(logs, axis=1), begin)


def shock(
    forecast: Forecast, years: Sequence[int], points: float, sd: float = 0.0, rng: np.random.Generator | None = None
) -> Forecast:
    """Add N(points, sd) percentage points to growth in each of `years`, each year and draw with its own."""
    size = np.full(_shape(forecast, years), points)
    return add(forecast, years, size + _deviates(rng, sd, size.shape))


def dip(
    forecast: Forecast, year: int, points: float, back: tuple[int, int] | None = None, sd: float = 0.0,
    rng: np.random.Generator | None = None,
) -> Forecast:  # fmt: skip
    """A shock in `year`, and the way back to the path it left.

    back: first and last year in which what was lost is regained, in equal parts of the logarithm; None: the loss stays.
    """
    hit = shock(forecast, [year], points, sd, rng)
    if back is None:
        return hit
    first, last = back
    lost = np.log(forecast.at(year) / hit.at(year))
    logs = np.log(hit.paths)
    for k, later in enumerate(forecast.years):
        regained = np.clip((later - first + 1) / (last - first + 1), 0.0, 1.0)
        logs[:, k] += lost * regained
    return _changed(hit, logs, min(_index(forecast, year) + 1, len(forecast.years)))


def moved(
    forecast: Forecast, kind: str, numbers: Sequence[float], first_year: int, last_year: int, goal: float = 0.0,
    sd: float = 0.0, rng: np.random.Generator | None = None,
) -> Forecast:  # fmt: skip
    """The median goes the way of a Move of this `kind` from `first_year` to `last_year` (see `moves.course`)."""
    begin, years = _index(forecast, first_year), last_year - first_year + 1
    medians = np.concatenate([[forecast.last], np.median(forecast.paths, axis=0)])[begin : begin + years + 1]
    pace, count = np.diff(np.log(medians)), np.arange(1, len(medians))
    return follow(forecast, first_year, course(kind, numbers, medians[0], pace, count, years, goal), sd, rng)


def back(
    forecast: Forecast, previous: Forecast, first_year: int, last_year: int, sd: float = 0.0,
    rng: np.random.Generator | None = None,
) -> Forecast:  # fmt: skip
    """Return to the path of `previous`, draw by draw: the gap closes in equal parts of the logarithm.

    sd: standard deviation, in points of log growth a year, by which the way back misses the path, one deviate a draw.
    """
    logs = np.log(forecast.paths)
    gap = np.log(previous.paths) - logs
    missed = _deviates(rng, sd, (len(logs), 1))[:, 0] / 100
    begin = _index(forecast, first_year)
    for k, year in enumerate(forecast.years):
        if year > last_year:
            logs[:, k] += gap[:, k]
        elif year >= first_year:
            gap_before = gap[:, begin - 1] if begin else np.zeros(len(logs))
            left = 1 - (year - first_year + 1) / (last_year - first_year + 1)
            logs[:, k] = np.log(previous.paths[:, k]) - gap_before * left
        logs[:, k] += missed * np.clip(year - first_year + 1, 0, last_year - first_year + 1)
    return _changed(forecast, logs, begin)


def follow(
    forecast: Forecast, first_year: int, middle: Sequence[float] | Array, sd: float = 0.0,
    rng: np.random.Generator | None = None,
) -> Forecast:  # fmt: skip
    """Move the median level to `middle`, one value a year from `first_year` on; draws keep their ratio to it.

    sd: standard deviation of the pace, in points of log growth a year, one deviate a draw: the spread grows with the
    years. After the last value the ratio stays, so that growth goes on as it was.
    """
    begin = _index(forecast, first_year)
    goal = np.asarray(middle, float)[: len(forecast.years) - begin]
    if not (goal > 0).all():
        raise InputError("paths.path_leaves_nothing", level=float(goal.min()))
    logs = np.log(forecast.paths)
    ratio = np.log(goal) - np.log(np.median(forecast.paths[:, begin : begin + len(goal)], axis=0))
    counted = np.arange(1, len(goal) + 1)
    moved = ratio + _deviates(rng, sd, (len(logs), 1)) / 100 * counted
    rest = len(forecast.years) - begin - len(goal)
    logs[:, begin:] += np.concatenate([moved, np.repeat(moved[:, -1:], rest, axis=1)], axis=1)
    return _changed(forecast, logs, begin)


def _changed(forecast: Forecast, logs: Array, begin: int) -> Forecast:
    """The forecast with new logarithms from column `begin` on; the years before stay the same to the last bit."""
    paths = forecast.paths.copy()
    paths[:, begin:] = np.exp(np.clip(logs[:, begin:], -FURTHEST, FURTHEST))
    return Forecast(forecast.origin, forecast.last, paths)


def _index(forecast: Forecast, year: int) -> int:
    if year not in forecast.years:
        raise InputError("paths.year_outside", year=year, first=forecast.years[0], last=forecast.years[-1])
    return year - forecast.origin - 1


def _shape(forecast: Forecast, years: Sequence[int]) -> tuple[int, int]:
    return forecast.paths.shape[0], len(years)


def _deviates(rng: np.random.Generator | None, sd: float, shape: tuple[int, int]) -> Array:
    if sd == 0:
        return np.zeros(shape)
    if rng is None:
        raise ValueError("an adjustment with a spread needs a generator")
    return np.asarray(sd * ndtri(stratified(rng, *shape)))
