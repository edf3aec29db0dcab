"""Case: observations and targets in columns, a row a place; and the arithmetic that rules share."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ruralincome.series import InputError, growth

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Column = Any
"""What a Case is given: a number, None where there is none, or an array of numbers; the Case holds arrays (n,)."""
Form = Literal["linear", "geometric", "chance"]
_NUMBERS = ("base_year", "base", "latest_year", "latest", "target_year", "target", "direction", "limit", "probability")


class Rounding(NamedTuple):
    """Decimals to which a rule rounds values and percentage rates before it compares; None: not rounded."""

    values: int | None = None
    rates: int | None = None


EXACT = Rounding()


@dataclass(frozen=True)
class Case:
    """Observations and targets of n places, a column each; a single place is a Case of one row.

    base, latest: levels at the base and now; target: missing (None, nan) where no number was announced; direction: 1 if
    an increase is good, -1 if not; limit: a natural limit of the level; probability: P(target) by the lead model,
    missing where it was refused; history: all observations as (place, years, values), flat, place a row's number;
    rounding: what the rule asked declares. Raises InputError where the question itself is wrong."""

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
        known = [np.where(np.isfinite(column), column, np.nan) for column in given]
        for name, column in zip(_NUMBERS, np.broadcast_arrays(*known), strict=True):
            object.__setattr__(self, name, column)
        for wrong in self.direction[np.abs(self.direction) != 1]:
            raise InputError("rules.direction", direction=float(wrong))
        for target in self.target[~self.aimless & np.isnan(self.target_year)]:
            raise InputError("rules.target_without_year", target=float(target))
        early = ~self.aimless & (self.target_year <= self.base_year)
        for year, base_year in zip(self.target_year[early], self.base_year[early], strict=True):
            raise InputError("rules.target_year_not_later", year=float(year), base_year=float(base_year))

    aimless = cached_property[Mask](lambda case: np.isnan(case.target))  # is there no target?
    elapsed = cached_property[Array](lambda case: case.latest_year - case.base_year)  # years from base to latest
    period = cached_property[Array](lambda case: case.target_year - case.base_year)  # years from base to target
    left = cached_property[Array](lambda case: case.period - case.elapsed)  # years from latest to target
    pace = cached_property[Array](lambda case: growth.pace(case.base, case.latest, case.elapsed))
    """Compound growth a year from base to latest."""
    required = cached_property[Array](lambda case: growth.pace(case.base, case.target, case.period))
    """Compound growth a year from base to target."""
    rates = cached_property[dict[str, Array]](lambda case: {"actual": case.pace, "required": case.required})
    forward = cached_property[Array](lambda case: np.copysign(1.0, case.base) * case.direction)
    """1 where growth is wanted, -1 where it is not; growth of what lies below zero leads further down."""
    growth = cached_property[Array](lambda case: case.forward * case.pace)  # the pace in the wanted direction
    ratio = cached_property[Array](lambda case: case.growth / np.where(case.aimless, 1.0, np.abs(case.required)))
    """Growth over the growth required; growth alone where there is no target."""
    straight = cached_property[Array](lambda case: case.latest + (case.latest - case.base) / case.elapsed * case.left)
    """The level in the target year if the straight line through base and latest goes on."""
    gap = cached_property[Array](lambda case: np.abs(case.target - case.base))  # how far the target lies from the base
    road = cached_property[Array](lambda case: case.closed(case.latest))
    """The share of the gap that the latest value has closed."""
    met = cached_property[Mask](lambda case: case.direction * (case.latest - case.target) >= 0)
    """Has the latest value reached the target?"""
    base_beyond = cached_property[Mask](lambda case: case.direction * (case.base - case.target) >= 0)
    """Did the base value already reach the target?"""
    passed = cached_property[Mask](lambda case: (case.latest_year >= case.target_year) & ~case.aimless)
    """Has the target's year come?"""
    settled = cached_property[Mask](lambda case: case.passed | (case.met & case.base_beyond))
    """Is the outcome known beforehand: the target's year come, or the target met from the base on?"""

    @cached_property
    def notes(self) -> dict[str, Mask]:
        """What any rule must say of a place, by code."""
        known = ~(np.isnan(self.latest) | np.isnan(self.latest_year))
        return {
            "target_met": self.met, "target_year_passed": self.passed, "target_not_met": self.passed & ~self.met,
            "base_beyond_target": self.base_beyond, "met_then_lost": self.base_beyond & known & ~self.met,
        }  # fmt: skip

    @cached_property
    def obstacles(self) -> dict[Form, dict[str, Mask]]:
        """What keeps a rule of each shape from being worked out: by code, the rows where it is the first to do so."""
        unseen = np.isnan(self.base) | np.isnan(self.latest) | np.isnan(self.elapsed)
        few = {"no_observation": unseen, "one_observation": self.elapsed < 1}
        none, same = {"no_target": self.aimless}, {"base_equals_target": self.base == self.target}
        signs = {"base_zero": self.base == 0, "sign_change": self.base * self.latest < 0}
        aims = {"target_zero": self.target == 0, "target_sign_change": self.base * self.target < 0}
        no_rate = same["base_equals_target"] | (self.required == 0)  # or nearly: it is rounded away
        geometric = _first(few | signs | none | aims | {"base_equals_target": no_rate})
        geometric["sign_change"] |= geometric.pop("target_sign_change")
        return {"linear": _first(few | none | same), "geometric": geometric, "chance": {}}

    def closed(self, level: Array) -> Array:
        """The share of the gap that is closed at a level."""
        return np.asarray(self.direction * (level - self.base) / self.gap)

    def without_zeros(self, put: float) -> Self:
        """The case with `put` in place of a base or a target of zero; no natural limit bears on such a base."""
        base, target = (np.where(column == 0, put, column) for column in (self.base, self.target))
        return replace(self, base=base, target=target, limit=np.where(self.base == 0, np.nan, self.limit))


def at_least(value: Any, line: Any) -> Any:
    """value >= line, up to 1e-9: a path exactly kept must not fail because small differences of levels cancel."""
    return value >= line - 1e-9 * np.maximum(1.0, np.abs(line))


def half_away(value: Any, decimals: int | None) -> Any:
    """Rounded half away from zero, in the decimal digits that print; unchanged where decimals is None. (k + 1/2) /
    10^decimals in doubles is the double that prints so, hence comparing with it is comparing digits."""
    if decimals is None:
        return value
    scale, size = 10.0**decimals, np.abs(value)
    k = np.floor(size * scale)
    exact = k >= 2**52  # a double so large holds no digit to round
    k += size >= (k + 0.5) / scale
    rounded = np.copysign(k / scale, value)
    return np.where(exact, value, rounded)[()] if np.any(exact) else rounded


def _first(found: dict[str, Mask]) -> dict[str, Mask]:
    """By code, the rows where it is the first that holds."""
    masks, seen = dict[str, Mask](), np.zeros_like(found["no_observation"])
    for code, mask in found.items():
        masks[code] = mask & ~seen
        seen |= mask
    return masks
