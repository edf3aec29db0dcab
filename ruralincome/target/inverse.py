"""What it would take: targets that hold, the year a target comes within reach, the growth that brings it there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ruralincome.models.forecast import ClosedForm, Forecast
from ruralincome.series import InputError
from ruralincome.series.growth import pace

LEVELS = (0.8, 0.5, 0.2)  # probabilities at which a target is said to hold
SEARCH = 50  # years after the last observation within which a year is looked for
View = ClosedForm | Forecast


@dataclass(frozen=True)
class Push:
    """The change of growth that brings P(target) to `level`. factor: of each year's growth factor 1 + g, in every draw;
    points: the same on the median path, in points of growth a year; growth: what that path then grows, a fraction."""

    level: float
    factor: float
    points: float
    growth: float


@dataclass(frozen=True)
class Joint:
    """Several targets on the same draws. alone: P of each; together: P of all; either: P of at least one."""

    alone: tuple[float, ...]
    together: float
    either: float


def holds(view: View, year: int, levels: Sequence[float] = LEVELS, direction: int = 1) -> tuple[float, ...]:
    """Targets for `year` reached with the probabilities `levels`: quantiles at 1 - level (at level if less is good)."""
    shares = [1 - level if direction > 0 else level for level in levels]
    return tuple(float(x) for x in view.quantile([year], shares)[0])


def first_year(view: View, origin: int, value: float, level: float, direction: int = 1) -> int | None:
    """The first year after `origin` in which P(target) is at least `level`; None where none is found. P need not rise
    with the years, so each is looked at, SEARCH years ahead; draws as far as they go."""
    last = min(origin + SEARCH, view.years[-1]) if isinstance(view, Forecast) else origin + SEARCH
    years = range(origin + 1, last + 1)
    reached = view.quantile(years, [1 - level if direction > 0 else level])[:, 0]
    enough = np.flatnonzero(direction * (reached - value) >= 0)
    return years[int(enough[0])] if len(enough) else None


def push(view: View, origin: int, last: float, year: int, value: float, level: float, direction: int = 1) -> Push:
    """The growth adjustment that brings P(target in `year`) to `level`, exactly. Multiplying every year's growth factor
    by f multiplies all quantiles h years ahead by f^h, whatever the model: f = (T / Q(1 - level))^(1/h). On the median
    path, growing by g a year, this is (1 + g)(f - 1) points."""
    ahead = year - origin
    reached = holds(view, year, (level, 0.5), direction)
    factor, median = 1 + pace(reached[0], value, ahead), 1 + pace(last, reached[1], ahead)
    return Push(level, factor, 100 * median * (factor - 1), median * factor - 1)


def joint(forecast: Forecast, targets: Sequence[tuple[int, float, int]]) -> Joint:
    """P that several targets (year, value, direction) of one series are all met, on the same draws. The draws carry how
    years hang together: a path high in one year starts high into the next, so the joint probability lies above the
    product. Raises InputError without a target, or for a year the forecast does not hold."""
    if not targets:
        raise InputError("target.none")
    met = np.array([direction * (forecast.at(year) - value) >= 0 for year, value, direction in targets])
    return Joint(tuple(met.mean(axis=1).tolist()), float(met.all(axis=0).mean()), float(met.any(axis=0).mean()))
