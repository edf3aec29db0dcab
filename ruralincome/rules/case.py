"""Case: observations and targets in columns, a row a place; and the arithmetic that rules share."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ruralincome.series import InputError

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Column = Any
"""What a Case is given: a number, None where there is none, or an array of numbers; the Case holds arrays (n,)."""
Shape = Literal["linear", "geometric", "chance"]
_NUMBERS = ("base_year", "base", "latest_year", "latest", "target_year", "target", "direction", "limit", "probability")


class Rounding(NamedTuple):
    """Decimals to which a rule rounds values and percentage rates before it compares; None: not rounded."""

    values: int | None = None
    rates: int | None = None


EXACT = Rounding()


@dataclass(frozen=True)
class Case:
    """Observations and targets of n places, a column each; a single place is a Case of one row.

    base, latest: levels at the base and now; target: missing (None, nan) where no number was announced; direction: 1
    if an increase is good, -1 if not; limit: a natural limit of the level; probability: P(target) by the lead model,
    missing where it was refused; history: all observations as (place, years, values), flat, place a row's number;
    rounding: what the rule asked declares. Raises InputError where the question itself is wrong.
    """

    base_year: Column
    base: Column
    latest_year: Column
    latest: Column
    target_year: Column = None
    target: Column = None
    direction: Column = 1
    limit: Column = None
    probability: Column = None
    history: tuple[Column, Column, Column] | None = None
    rounding: Rounding = EXACT

    def __post_init__(self) -> None:
        given = (np.atleast_1d(np.asarray(getattr(self, name), float)) for name in _NUMBERS)
        for name, column in zip(_NUMBERS, np.broadcast_arrays(*given), strict=True):
            object.__setattr__(self, name, np.where(np.isfinite(column), column, np.nan))
        for wrong in self.direction[np.abs(self.direction) != 1]:
            raise InputError("rules.direction", direction=float(wrong))
        for target in self.target[~np.isnan(self.target) & np.isnan(self.target_year)]:
            raise InputError("rules.target_without_year", target=float(target))
        early = ~np.isnan(self.target) & (self.target_year <= self.base_year)
        for year, base_year in zip(self.target_year[early], self.base_year[early], strict=True):
            raise InputError("rules.target_year_not_later", year=float(year), base_year=float(base_year))

    @cached_property
    def elapsed(self) -> Array:
        """Years from base to latest."""
        return np.asarray(self.latest_year - self.base_year)

    @cached_property
    def period(self) -> Array:
        """Years from base to target."""
        return np.asarray(self.target_year - self.base_year)

    @cached_property
    def left(self) -> Array:
        """Years from latest to target."""
        return self.period - self.elapsed

    @cached_property
    def pace(self) -> Array:
        """Compound growth a year from base to latest."""
        return compound(self.latest, self.base, self.elapsed)

    @cached_property
    def growth(self) -> Array:
        """The pace in the wanted direction; growth of what lies below zero leads further down."""
        return np.asarray(np.copysign(1.0, self.base) * self.direction * self.pace)

    @cached_property
    def required(self) -> Array:
        """Compound growth a year from base to target."""
        return compound(self.target, self.base, self.period)

    @cached_property
    def straight(self) -> Array:
        """The level in the target year if the straight line through base and latest goes on."""
        return np.asarray(self.latest + (self.latest - self.base) / self.elapsed * self.left)

    @cached_property
    def met(self) -> Mask:
        """Has the latest value reached the target?"""
        return np.asarray(self.direction * (self.latest - self.target) >= 0)

    @cached_property
    def base_beyond(self) -> Mask:
        """Did the base value already reach the target?"""
        return np.asarray(self.direction * (self.base - self.target) >= 0)

    @cached_property
    def passed(self) -> Mask:
        """Has the target's year come?"""
        return np.asarray((self.latest_year >= self.target_year) & ~np.isnan(self.target))

    @cached_property
    def notes(self) -> dict[str, Mask]:
        """What any rule must say of a place, by code."""
        known = ~(np.isnan(self.latest) | np.isnan(self.latest_year))
        return {
            "target_met": self.met,
            "target_year_passed": self.passed,
            "target_not_met": self.passed & ~self.met,
            "base_beyond_target": self.base_beyond,
            "met_then_lost": self.base_beyond & known & ~self.met,
        }

    @cached_property
    def obstacles(self) -> dict[Shape, dict[str, Mask]]:
        """What keeps a rule of each shape from being worked out: by code, the rows where it is the first to do so."""
        linear, geometric = (first(self._found(shape), len(self.base)) for shape in ("linear", "geometric"))
        return {"linear": linear, "geometric": geometric, "chance": {}}

    def rounded(self, rounding: Rounding) -> Case:
        """The same case, asked by a rule that rounds so."""
        case = copy(self)
        object.__setattr__(case, "rounding", rounding)
        return case

    def _found(self, shape: str) -> list[tuple[str, Mask]]:
        """Obstacles in the order in which they are looked for."""
        unknown = np.isnan(self.base) | np.isnan(self.latest) | np.isnan(self.elapsed)
        found = [("no_observation", unknown), ("one_observation", self.elapsed < 1)]
        if shape == "geometric":
            found += [("base_zero", self.base == 0), ("sign_change", self.base * self.latest < 0)]
        found.append(("no_target", np.isnan(self.target)))
        if shape == "geometric":
            found += [("target_zero", self.target == 0), ("sign_change", self.base * self.target < 0)]
        return [*found, ("base_equals_target", self.base == self.target)]

    def without_zeros(self, put: float) -> Case:
        """The case with `put` in place of a base or a target of zero; no natural limit bears on such a base."""
        base, target = (np.where(column == 0, put, column) for column in (self.base, self.target))
        return replace(self, base=base, target=target, limit=np.where(self.base == 0, np.nan, self.limit))


def first(found: Iterable[tuple[str, Mask]], rows: int) -> dict[str, Mask]:
    """By code, the rows where it is the first that holds."""
    seen, masks = np.zeros(rows, bool), dict[str, Mask]()
    for code, mask in found:
        masks[code] = masks.get(code, False) | (mask & ~seen)
        seen |= mask
    return masks


def compound(value: Array, start: Array, years: Array) -> Array:
    """Compound growth a year, (value / start) ** (1 / years) - 1; value and start of one sign."""
    return np.asarray(power(value / start, 1 / years) - 1)


def power(base: Array, exponent: Array | float) -> Array:
    """base ** exponent, the same double everywhere: numpy's own power differs between processors."""
    return np.asarray(np.float_power(base, exponent))


def at_least(value: Any, line: Any) -> Any:
    """value >= line, up to 1e-9: a path exactly kept must not fail because small differences of levels cancel."""
    return value >= line - 1e-9 * np.maximum(1.0, np.abs(line))


def half_away(value: Any, decimals: int | None) -> Any:
    """Rounded half away from zero, in the decimal digits that print; unchanged where decimals is None.

    (k + 1/2) / 10^decimals in doubles is the double that prints so, hence comparing with it is comparing digits.
    """
    if decimals is None:
        return value
    scale, size = 10.0**decimals, np.abs(value)
    k = np.floor(size * scale)
    rounded = np.copysign((k + (size >= (k + 0.5) / scale)) / scale, value)
    return np.where(k < 2**52, rounded, value)[()]  # beyond, a double holds no digit to round
