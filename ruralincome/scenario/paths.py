"""Paths: what a scenario makes of growth, draw by draw (Forecast -> Forecast), or in closed form for many places.

What adds to growth (`shock`, `dip`, `add`) changes every draw by its own points. What sets the path (`moved`, `follow`)
moves the median level to a stated path, and every draw keeps its ratio to it; after its last year growth goes on as it
was. Nothing changes before the first year of an adjustment. The same generator gives common random numbers.

In closed form (`move`) what sets the path multiplies every level of a year by one factor, new median over old. What
adds points adds a constant to the level one year ahead, and has no closed form further on, where it meets growth that
is not known yet. After any number of moves the level in the target year is A x + B of the plain level x."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri

from ruralincome.models.forecast import Array, Forecast, Integers
from ruralincome.models.quantiles import stratified
from ruralincome.models.walk import Walks
from ruralincome.scenario.elasticity import Estimate
from ruralincome.scenario.shapes import Move
from ruralincome.series import InputError

Rng = Generator | None
LEFT = 0.01  # share of its level that a shock leaves to a draw at the least
FURTHEST = 700.0  # a logarithm beyond which a level is no number: the far tail of a diffuse model stays there


def log_growth(forecast: Forecast) -> Array:
    """Log growth of each draw in each year, shape (draws, years)."""
    return np.diff(np.log(forecast.paths), axis=1, prepend=np.log(forecast.last))


def lift(forecast: Forecast, years: Sequence[int], points: Array | float, sd: float = 0.0, rng: Rng = None) -> Forecast:
    """Add percentage points to growth in `years`: a draw that grew by g grows by g + points / 100.

    points: what broadcasts to shape (draws, years); sd: around them, each year and draw with its own. A draw that would
    fall by more than 1 - LEFT falls to LEFT of its level, unless it had fallen further by itself: the far tail of a
    diffuse model. Raises InputError for a year that it does not hold, or where 100 points or more are taken."""
    size = np.asarray(points, float) + _deviates(rng, sd, len(forecast.paths), len(years))
    if (np.median(size, axis=0) <= -100).any():
        raise InputError("paths.shock_leaves_nothing", points=round(float(np.median(size)), 1))
    logs, columns = log_growth(forecast), [_index(forecast, year) for year in years]
    plain = logs[:, columns]
    rate = np.expm1(np.minimum(plain, FURTHEST)) + size / 100
    logs[:, columns] = np.where(rate > LEFT - 1, np.log1p(np.maximum(rate, LEFT - 1)), np.minimum(plain, np.log(LEFT)))
    return _changed(forecast, np.log(forecast.last) + np.cumsum(logs, axis=1), min(columns))


def dip(
    forecast: Forecast, year: int, points: float, back: tuple[int, int] | None = None, sd: float = 0.0, rng: Rng = None
) -> Forecast:
    """A shock in `year`, and the way back to the path it left; back: first and last year in which what was lost is
    regained, in equal parts of the logarithm; None: the loss stays."""
    hit = lift(forecast, [year], points, sd, rng)
    if back is None:
        return hit
    regained = np.clip((np.array(hit.years) - back[0] + 1) / (back[1] - back[0] + 1), 0.0, 1.0)
    logs = np.log(hit.paths) + np.log(forecast.at(year) / hit.at(year))[:, None] * regained
    return _changed(hit, logs, min(_index(forecast, year) + 1, len(forecast.years)))


def moved(forecast: Forecast, step: Move, goal: float = 0.0, sd: float = 0.0, rng: Rng = None) -> Forecast:
    """The median goes the way of a Move (see `course`), all its years where it states none, to `goal`."""
    if step.kind == "add":
        return lift(forecast, step.on, 100 * step.numbers[0], sd, rng)
    first, last = step.first or forecast.years[0], step.last or forecast.years[-1]
    begin, years = _index(forecast, first), last - first + 1
    medians = np.concatenate([[forecast.last], np.median(forecast.paths, axis=0)])[begin : begin + years + 1]
    pace, count = np.diff(np.log(medians)), np.arange(1, len(medians))
    return follow(forecast, first, course(step, medians[0], pace, count, years, goal), sd, rng)


def back(
    forecast: Forecast, previous: Forecast, first_year: int, last_year: int, sd: float = 0.0, rng: Rng = None
) -> Forecast:
    """Return to the path of `previous`, draw by draw: the gap closes in equal parts of the logarithm. sd: by which the
    way back misses it, in points of log growth a year, one deviate a draw."""
    begin, span = _index(forecast, first_year), last_year - first_year + 1
    count, way = np.clip(np.array(forecast.years) - first_year + 1, 0, span), np.log(previous.paths)
    gap = (way - np.log(forecast.paths))[:, begin - 1 : begin] if begin else 0.0
    return _changed(forecast, way - gap * (1 - count / span) + _deviates(rng, sd, len(way), 1) / 100 * count, begin)


def follow(
    forecast: Forecast, first_year: int, middle: Sequence[float] | Array, sd: float = 0.0, rng: Rng = None
) -> Forecast:
    """Move the median level to `middle`, one value a year from `first_year` on; draws keep their ratio to it. sd: of
    the pace, in points of log growth a year, one deviate a draw. After the last value the ratio stays."""
    begin = _index(forecast, first_year)
    goal = np.asarray(middle, float)[: len(forecast.years) - begin]
    if not (goal > 0).all():
        raise InputError("paths.path_leaves_nothing", level=float(f"{goal.min():.4g}"))
    logs = np.log(forecast.paths)
    ratio = np.log(goal) - np.log(np.median(forecast.paths[:, begin : begin + len(goal)], axis=0))
    moved = ratio + _deviates(rng, sd, len(logs), 1) / 100 * np.arange(1, len(goal) + 1)
    rest = len(forecast.years) - begin - len(goal)
    logs[:, begin:] += np.concatenate([moved, np.repeat(moved[:, -1:], rest, axis=1)], axis=1)
    return _changed(forecast, logs, begin)


class Moved(NamedTuple):
    """Factor A and addend B of the level in the target year, (n,); `refused` is a reason or empty."""

    factor: Array
    addend: Array
    refused: NDArray[np.str_]


def move(
    moves: Sequence[Move], walks: Walks, origin: Integers, ahead: Integers, target: Array,
    value: Callable[[int | None], Array],
) -> Moved:  # fmt: skip
    """What the moves do to each place, in order; value: the observations of a year, or of the baseline for None."""
    n, last, years = len(ahead), walks.last, int(ahead.max())
    if not moves:
        return Moved(np.ones(n), np.zeros(n), np.zeros(n, "U1"))
    when = [np.arange(1, years + 1)] if n == 1 else [np.full(n, k) for k in range(1, years + 1)]
    levels = np.hstack([walks.quantile(each, np.array([0.5])) for each in when]).reshape(n, years)
    scale, addend, refused = np.ones((n, years)), np.zeros(n), np.zeros(n, "U16")
    k = np.arange(1, years + 1)[None, :]
    for step in moves:
        if step.kind == "add":
            far = [(year <= origin) | (year > origin + ahead) for year in step.on]
            refused = _first(refused, np.any(far, axis=0) if far else np.zeros(n, bool), "outside")
            refused = _first(refused, ahead > 1, "no_closed_form")
            more = last * step.numbers[0]
            level = levels[:, 0] + more
            refused = _first(refused, level <= 0, "leaves_nothing")
            addend = addend + more
            levels[:, 0] = np.maximum(level, np.finfo(float).tiny)
            continue
        begin = np.ones(n, np.int64) if step.first is None else step.first - origin
        end = ahead if step.last is None else step.last - origin
        if step.kind == "scaled" and len(step.numbers) > 1:
            end = np.minimum(begin + len(step.numbers) - 1, ahead)
        refused = _first(refused, (begin < 1) | (begin > ahead) | (end < begin), "outside")
        begin, stop = np.clip(begin, 1, years)[:, None], np.clip(np.minimum(end, ahead), 1, years)[:, None]
        goal = np.full(n, step.numbers[0]) if step.numbers else target
        if step.kind == "baseline":
            refused = _first(refused, np.isnan(goal := value(step.of) * step.numbers[0]), "no_base")
        before = np.column_stack([last, levels])
        start, pace = np.take_along_axis(before, begin - 1, axis=1), np.diff(np.log(before), axis=1)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            asked = course(step, start, pace, k - begin + 1, end[:, None] - begin + 1, goal[:, None])
        lost = ~((asked > 0) & np.isfinite(asked)) & (k >= begin) & (k <= stop)
        refused = _first(refused, np.asarray(np.any(lost, axis=1)), "leaves_nothing")
        ratio = np.where((k >= begin) & ~lost, asked / levels, 1.0)
        ratio = np.where(k > stop, np.take_along_axis(ratio, stop - 1, axis=1), ratio)
        levels, scale, addend = levels * ratio, scale * ratio, addend * ratio[:, 0]
    return Moved(np.take_along_axis(scale, np.clip(ahead, 1, years)[:, None] - 1, axis=1)[:, 0], addend, refused)


def course(
    step: Move, start: Array | float, pace: Array, count: Integers, years: Integers | int, goal: Array | float
) -> Array:
    """The median that a Move asks for `count` years into it, right from count 1 on; arrays broadcast to (..., years).
    start: the median before; pace: its log growth a year as it would be; years: how many the move has; goal: the level
    that it leads to, by equal growth a year (geometric) or in a straight line."""
    kind, numbers = step.kind, step.numbers
    if kind == "pace":
        return np.asarray(start * (1 + numbers[0]) ** count)
    if kind == "scaled":
        factors = np.asarray(numbers, float)[np.clip(count, 1, len(numbers)) - 1]
        return np.asarray(start * np.exp(np.cumsum(np.where(count > 0, pace * factors, 0.0), axis=-1)))
    if kind == "linear":
        return np.asarray(start + numbers[0] * count)
    if kind == "geometric":
        return np.asarray(start * (goal / start) ** (count / years))
    return np.asarray(start + (goal - start) * (count / years))


def coefficients(found: Estimate, rng: Generator, draws: int) -> Array:
    """Elasticities drawn from their Student t distribution, shape (draws, drivers)."""
    u = stratified(rng, draws, 1 + len(found.drivers))
    scale = np.sqrt(found.degrees / 2 / gammaincinv(found.degrees / 2, u[:, :1]))
    away = ndtri(u[:, 1:]) @ np.linalg.cholesky(np.array(found.covariance)).T
    return np.asarray(np.array(found.coefficients) + scale * away)


def driven(
    found: Estimate, assumed: Sequence[tuple[float, float]], usual: Sequence[float], draws: int, rng: Generator
) -> Array:
    """Points of growth that drivers bring, (draws, 1). assumed: each rate in percent, its sd; usual: ln(1 + rate)."""
    z = [ndtri(stratified(rng, draws, 1))[:, 0] for _ in assumed]
    rates = [np.log1p((percent + sd * drawn) / 100) for (percent, sd), drawn in zip(assumed, z, strict=True)]
    away = np.column_stack(rates) - np.asarray(usual)
    return np.asarray(100 * (coefficients(found, rng, draws) * away).sum(axis=1, keepdims=True))


def _changed(forecast: Forecast, logs: Array, begin: int) -> Forecast:
    """The forecast with new logarithms from column `begin` on; the years before stay the same to the last bit."""
    paths = forecast.paths.copy()
    paths[:, begin:] = np.exp(np.clip(logs[:, begin:], -FURTHEST, FURTHEST))
    return Forecast(forecast.origin, forecast.last, paths)


def _index(forecast: Forecast, year: int) -> int:
    if year not in forecast.years:
        raise InputError("paths.year_outside", year=year, first=forecast.years[0], last=forecast.years[-1])
    return year - forecast.origin - 1


def _deviates(rng: Rng, sd: float, draws: int, years: int) -> Array:
    if sd == 0:
        return np.zeros((draws, years))
    if rng is None:
        raise ValueError("an adjustment with a spread needs a generator")
    return np.asarray(sd * ndtri(stratified(rng, draws, years)))


def _first(refused: NDArray[np.str_], mask: NDArray[np.bool_], reason: str) -> NDArray[np.str_]:
    return np.where(mask & (refused == ""), reason, refused)
