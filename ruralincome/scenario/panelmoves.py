"""A scenario's adjustments as moves of a panel; those without a closed form are refused by name."""

from __future__ import annotations

from collections.abc import Callable

from ruralincome.panel import Move
from ruralincome.scenario.keys import (
    Accelerate,
    Adjustment,
    Dip,
    Disruption,
    Elasticity,
    Halt,
    Linear,
    Pace,
    PathTo,
    Percent,
    Return,
    Shock,
)
from ruralincome.series import InputError, Series


def moves(steps: list[Adjustment], pace: Callable[[Pace], float], label: str = "adjustments") -> tuple[Move, ...]:
    """The adjustments in order. pace: the growth a year, as a fraction, that a Pace names.

    Raises InputError naming the adjustment that has no closed form, and why.
    """
    found = []
    for i, step in enumerate(steps):
        try:
            found.append(_move(step, pace))
        except InputError as fault:
            raise InputError(f"{label}[{i}] ({step.kind}): {fault}") from None
    return tuple(found)


def series_pace(series: Series, between: list[int] | None) -> float:
    """Growth a year of a series, between two years or over all it has."""
    first, last = between or (series.years[0], series.origin)
    return float((series.value(last) / series.value(first)) ** (1 / (last - first)) - 1)


def _move(step: Adjustment, pace: Callable[[Pace], float]) -> Move:
    if isinstance(step, Return | Elasticity):
        why = "goes back draw by draw" if isinstance(step, Return) else "draws its coefficients"
        raise InputError(f"{why}, which has no closed form; take it out, or answer places one by one with assess")
    if step.sd:
        raise InputError(f"sd {step.sd:g} has no closed form; take sd out, or answer places one by one with assess")
    match step:
        case Shock():
            return Move("add", (step.points / 100,), on=tuple(step.years))
        case Dip():
            return Move("add", (step.points / 100,), on=(step.year,))
        case Pace():
            return Move("pace", (pace(step),), step.first_year, step.last_year)
        case Halt():
            return Move("pace", (0.0,), step.first_year, step.last_year)
        case Disruption():
            shares = tuple(step.keep) if isinstance(step.keep, list) else (step.keep,)
            return Move("scaled", shares, step.first_year, step.last_year)
        case Accelerate():
            return Move("scaled", (step.factor,), step.first_year, step.last_year)
        case Linear():
            return Move("linear", (step.amount,), step.first_year, step.last_year)
        case PathTo():
            value = () if step.value is None else (step.value,)
            return Move(step.shape, value, step.first_year, step.last_year)
        case Percent():
            return Move("baseline", (step.percent / 100,), step.first_year, step.last_year, of=step.base_year)
