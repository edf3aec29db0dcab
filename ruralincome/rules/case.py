"""Case and Verdict: what every official rule takes, and what it returns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from ruralincome.series import InputError

Shape = Literal["linear", "geometric", "chance"]
Anchor = Literal["baseline", "now"]
Threshold = Literal["band", "strict"]
Outlook = Literal["met", "on_track", "behind", "away", "missed", "unknown"]

_ON_TRACK = (
    "substantial_progress, significant_progress, on_track, maintain, on_schedule, on_path, closes_gap, "
    "reaches_target, more_likely_than_not"
)
_BEHIND = (
    "moderate_progress, limited_progress, insufficient_progress, some_progress, no_progress, no_change, "
    "acceleration_needed, accelerate, moderately_improving, stagnating, behind_schedule, behind_path, leaves_gap, "
    "misses_target, not_more_likely_than_not"
)
_AWAY = (
    "deterioration, movement_away, moderate_movement_away, significant_movement_away, reverse, decreasing, worsening, "
    "moved_away, widens_gap"
)
OUTLOOKS: Mapping[str, Outlook] = {
    "target_achieved": "met",
    "target_not_met": "missed",
    "not_available": "unknown",
    **dict.fromkeys(_ON_TRACK.split(", "), "on_track"),
    **dict.fromkeys(_BEHIND.split(", "), "behind"),
    **dict.fromkeys(_AWAY.split(", "), "away"),
}
"""What each label says of the target, on the scale that all rules share."""


@dataclass(frozen=True)
class Rounding:
    """Decimals to which a rule rounds values and percentage rates before it compares; None: not rounded."""

    values: int | None = None
    rates: int | None = None


EXACT = Rounding()


@dataclass(frozen=True)
class Why:
    """The traits that decide a verdict.

    shape: straight line, compound growth or chance; anchor: from where the needed pace counts; threshold: a band
    below the pace needed that still passes, or none. attained: what was achieved as a share of what was needed, in
    the rule's own shape; line: the share from which the rule says on track (without a target: growth a year, and
    growth asked for). numbers: the rule's intermediate results, by code.
    """

    shape: Shape
    anchor: Anchor
    threshold: Threshold
    attained: float | None = None
    line: float | None = None
    rounding: Rounding = EXACT
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """One rule's answer: value and score in the rule's own units, label and notes as codes."""

    rule: str
    value: float | None
    score: float | None
    label: str
    why: Why
    notes: tuple[str, ...] = ()

    @property
    def outlook(self) -> Outlook:
        """What the label says of the target, on the scale that all rules share."""
        if "target_met" in self.notes:
            return "met"
        if "target_not_met" in self.notes:
            return "missed"
        return OUTLOOKS[self.label]


@dataclass(frozen=True)
class Case:
    """Two observations and a target. direction is 1 if an increase is good, -1 if not.

    base and latest may be None (no observation), target None (no number was announced). Raises InputError where the
    question itself is wrong: a target without its year, a target year not after the base year, another direction.
    """

    base_year: float
    base: float | None
    latest_year: float | None
    latest: float | None
    target_year: float | None = None
    target: float | None = None
    direction: int = 1

    def __post_init__(self) -> None:
        if self.direction not in (1, -1):
            raise InputError(f"direction {self.direction!r} is not 1 or -1; state 1 where an increase is good")
        for name in ("base", "latest_year", "latest", "target_year", "target"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, float(value) if math.isfinite(value) else None)
        if self.target is not None and self.target_year is None:
            raise InputError(f"target {self.target:g} has no year; state target_year")
        if self.target is not None and self.target_year is not None and self.target_year <= self.base_year:
            raise InputError(
                f"target year {self.target_year:g} is not after the base year {self.base_year:g}; state a later target"
            )

    @property
    def known(self) -> bool:
        """Are there both observations?"""
        return self.base is not None and self.latest is not None and self.latest_year is not None

    @property
    def met(self) -> bool:
        """Has the latest value reached the target?"""
        if self.latest is None or self.target is None:
            return False
        return self.direction * (self.latest - self.target) >= 0

    @property
    def base_beyond(self) -> bool:
        """Did the base value already reach the target?"""
        if self.base is None or self.target is None:
            return False
        return self.direction * (self.base - self.target) >= 0

    @property
    def passed(self) -> bool:
        """Has the target's year come?"""
        if self.latest_year is None or self.target_year is None or self.target is None:
            return False
        return self.latest_year >= self.target_year

    @property
    def notes(self) -> tuple[str, ...]:
        """What any rule must say of this case, as codes."""
        said = {
            "target_met": self.met,
            "target_year_passed": self.passed,
            "target_not_met": self.passed and not self.met,
            "base_beyond_target": self.base_beyond,
            "met_then_lost": self.base_beyond and self.known and not self.met,
        }
        return tuple(code for code, holds in said.items() if holds)

    def obstacle(self, shape: Shape) -> str | None:
        """The code of what keeps a rule of this shape from being worked out; None where nothing does."""
        if self.base is None or self.latest is None or self.latest_year is None:
            return "no_observation"
        if self.latest_year - self.base_year < 1:
            return "one_observation"
        if shape == "geometric" and self.base == 0:
            return "base_zero"
        if shape == "geometric" and self.base * self.latest < 0:
            return "sign_change"
        if self.target is None:
            return "no_target"
        if shape == "geometric" and self.target == 0:
            return "target_zero"
        if shape == "geometric" and self.base * self.target < 0:
            return "sign_change"
        return "base_equals_target" if self.base == self.target else None

    def settled(self, rule: str, why: Why) -> Verdict | None:
        """The verdict of a case that needs no arithmetic: its year gone, met from the base on, or not to be worked out.

        A target met before its year leaves the rule its number: `ruling` puts the label right.
        """
        if self.met and (self.passed or self.base_beyond or self.obstacle(why.shape)):
            return Verdict(rule, None, None, "target_achieved", why, self.notes)
        if self.passed:
            return Verdict(rule, None, None, "target_not_met", why, self.notes)
        obstacle = self.obstacle(why.shape)
        if obstacle is None:
            return None
        return Verdict(rule, None, None, "not_available", why, (*self.notes, obstacle))

    def ruling(self, label: str) -> str:
        """The label of a rule that has its number: target_achieved where the latest value is there already."""
        return "target_achieved" if self.met else label

    def numbers(self) -> tuple[float, float, float, float, float, float]:
        """Base, latest, target; years elapsed, from base to target, and left. Only after `settled` or `obstacle`."""
        if self.base is None or self.latest is None or self.latest_year is None:
            raise InputError("no observation; state base and latest")
        if self.target is None or self.target_year is None:
            raise InputError("no target; state its value and year")
        elapsed, period = self.latest_year - self.base_year, self.target_year - self.base_year
        return self.base, self.latest, self.target, elapsed, period, period - elapsed


def cagr(value: float, start: float, years: float) -> float:
    """Compound growth a year, (value / start) ** (1 / years) - 1; value and start of one sign."""
    return float((value / start) ** (1 / years) - 1)


def at_least(value: float, line: float) -> bool:
    """value >= line, up to 1e-9: a path exactly kept must not fail because small differences of levels cancel."""
    return value >= line - 1e-9 * max(1.0, abs(line))


def half_away(value: float, decimals: int | None) -> float:
    """Rounded half away from zero, in the decimal digits that print; unchanged where decimals is None."""
    if decimals is None:
        return value
    if abs(value) >= 2**53:  # a whole number, of more digits than decimals hold
        return float(value)
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
