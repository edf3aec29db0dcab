"""Labels of all rules for many places at once: the same verdicts as one by one, for positive levels and a later target.

`ruralincome.rules` states each rule and its source; here only its label is worked out, with arrays for numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruralincome.rules.pace import UNICEF_ROUNDING
from ruralincome.target.likelihood import LIKELIHOODS

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

RULES = (
    "eurostat", "open_sdg", "unsd", "sdsn", "escap_status", "escap_anticipated", "eea", "unicef", "defra",
    "mcarthur_rasmussen_linear", "mcarthur_rasmussen_geometric", "projection", "obr",
)  # fmt: skip
"""The rules, in the order of `all_rules`."""


@dataclass(frozen=True)
class Labels:
    """One rule's labels: `code[i]` indexes `names`."""

    rule: str
    names: tuple[str, ...]
    code: NDArray[np.int8]


@dataclass(frozen=True)
class Cases:
    """Arrays over places; each place is a Case: positive levels, base_year <= latest_year < target_year.

    slope: of all observations from base to latest, see `log_slope`; that of the two where it is None.
    """

    base_year: Array
    base: Array
    latest_year: Array
    latest: Array
    target_year: Array
    target: Array
    direction: int = 1
    slope: Array | None = None

    @property
    def elapsed(self) -> Array:
        """Years from base to latest; nan where they are less than one, so that nothing follows from them."""
        years = self.latest_year - self.base_year
        return np.where(years >= 1, years, np.nan)

    @property
    def growth(self) -> Array:
        """Compound growth a year from base to latest; nan where `elapsed` is (in doubles 1 ** nan is 1)."""
        return np.where(np.isnan(self.elapsed), np.nan, (self.latest / self.base) ** (1 / self.elapsed) - 1)

    @property
    def period(self) -> Array:
        """Years from base to target."""
        return self.target_year - self.base_year

    @property
    def left(self) -> Array:
        """Years from latest to target."""
        return self.target_year - self.latest_year

    @property
    def met(self) -> Mask:
        """Has the latest value reached the target?"""
        return self.direction * (self.latest - self.target) >= 0

    @property
    def base_beyond(self) -> Mask:
        """Did the base value already reach the target?"""
        return self.direction * (self.base - self.target) >= 0


def all_labels(cases: Cases, probability: Array) -> list[Labels]:
    """Labels of every rule, in the order of `all_rules`; probability is nan where it was refused."""
    with np.errstate(all="ignore"):
        return [*_ratio_rules(cases), *_line_rules(cases), *_pace_rules(cases), _obr(cases, probability)]


def likelihoods(probability: Array) -> tuple[NDArray[np.int8], tuple[str, ...]]:
    """Codes and names of the likelihood words, as `likelihood` gives them one by one; -1 where there is none."""
    least = np.array([percent for percent, _ in LIKELIHOODS][::-1])
    names = tuple(name for _, name in LIKELIHOODS[::-1])
    whole = np.round(half_up(np.nan_to_num(probability), 2) * 100)
    code = np.searchsorted(least, whole, side="right") - 1
    return np.where(np.isnan(probability), -1, code).astype(np.int8), names


def half_up(value: Array, decimals: int) -> Array:
    """Rounded half away from zero in the decimal digits that print, as `half_away` does one by one.

    (k + 1/2) / 10^decimals in doubles is the double that prints so, hence comparing with it is comparing digits.
    """
    scale = 10.0**decimals
    size = np.abs(value)
    k = np.floor(size * scale)
    return np.copysign((k + (size >= (k + 0.5) / scale)) / scale, value)


def log_slope(place: NDArray[np.int64], years: Array, values: Array, places: int) -> Array:
    """Least squares slope of ln y on year of each place, y rounded as UNICEF does; nan where fewer than two.

    place: the number of each observation's place, 0 to places - 1.
    """

    def total(array: Array) -> Array:
        return np.asarray(np.bincount(place, array, places), float)

    rounded = half_up(values, UNICEF_ROUNDING.values or 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.where(rounded > 0, rounded, np.nan))
        count = total(np.ones(len(place)))
        away = years - (total(years) / count)[place]
        return total(away * (logs - (total(logs) / count)[place])) / total(away**2)


def _ratio_rules(c: Cases) -> list[Labels]:
    required = (c.target / c.base) ** (1 / c.period) - 1
    ratio = c.direction * c.growth / np.abs(required)  # nan where there is none: one observation, or 0 / 0
    eurostat = _steps(
        "eurostat",
        ratio,
        ((0.95, "significant_progress"), (0.6, "moderate_progress"), (0.0, "insufficient_progress")),
        "movement_away",
    )
    sdg = _steps(
        "open_sdg",
        ratio,
        ((0.95, "substantial_progress"), (0.6, "moderate_progress"), (0.0, "limited_progress")),
        "deterioration",
        exact=True,
    )
    unsd = _steps("unsd", ratio, ((0.5, "acceleration_needed"), (-0.1, "limited_progress")), "deterioration")
    unsd = _where(ratio > 0.95, "on_track", unsd)
    return [eurostat, _where(c.met, "target_achieved", sdg), _where(c.met & np.isnan(ratio), "target_achieved", unsd)]


def _line_rules(c: Cases) -> list[Labels]:
    whole = np.where(c.target == c.base, np.nan, np.abs(c.target - c.base))
    pace = (c.latest - c.base) / c.elapsed
    straight = c.direction * pace / (whole / c.period)
    road = c.direction * (c.latest - c.base) / whole
    status = _steps("escap_status", road / (c.elapsed / c.period), ((1.0, "on_schedule"),), "behind_schedule")
    share = c.direction * (c.latest + pace * c.left - c.base) / whole
    attained = c.direction * (c.latest - c.base) / (whole * c.elapsed / c.period)
    sdsn = ((1.0, "on_track"), (0.5, "moderately_improving"), (0.0, "stagnating"))
    found = [
        _steps("sdsn", straight, sdsn, "decreasing"),
        _where(road < 0, "moved_away", status),
        _steps("escap_anticipated", share, ((0.9, "maintain"), (0.0, "accelerate")), "reverse"),
        _steps("eea", attained, ((1.0, "on_path"),), "behind_path"),
    ]
    return [_where(c.met, "target_achieved", labels) for labels in found]


def _pace_rules(c: Cases) -> list[Labels]:
    rate = c.growth
    needed = np.log(c.target / c.latest)
    years = np.where(rate * needed > 0, needed / np.log1p(rate), np.where(np.isnan(rate), np.nan, np.inf))
    late = np.where(_at_least(c.left, years), 2.0, np.where(_at_least(c.left + 5, years), 1.0, 0.0))
    late = np.where(np.isnan(years) | (c.target == c.base), np.nan, late)
    steps = ((2.0, "substantial_progress"), (1.0, "some_progress"))
    gap = np.where(c.target == c.base, np.nan, np.abs(c.target - c.base))
    linear = c.direction * (c.latest + (c.latest - c.base) / c.elapsed * c.left - c.base) / gap
    compound = c.direction * (c.latest * (1 + rate) ** c.left - c.base) / gap
    closing = ((1.0, "closes_gap"), (0.0, "leaves_gap"))
    attained = c.direction * rate / np.abs((c.target / c.latest) ** (1 / c.left) - 1)
    attained = np.where(c.target == c.base, np.nan, attained)
    found = [
        _unicef(c),
        _steps("defra", late, steps, "insufficient_progress"),
        _steps("mcarthur_rasmussen_linear", linear, closing, "widens_gap"),
        _steps("mcarthur_rasmussen_geometric", compound, closing, "widens_gap"),
        _steps("projection", attained, ((1.0, "reaches_target"),), "misses_target"),
    ]
    return [_where(c.met, "target_achieved", labels) for labels in found]


def _unicef(c: Cases) -> Labels:
    values, rates = UNICEF_ROUNDING.values or 0, UNICEF_ROUNDING.rates or 0
    base, latest, target = (half_up(level, values) for level in (c.base, c.latest, c.target))
    positive = (base > 0) & (latest > 0) & (target > 0) & (c.target != c.base)
    slope = c.slope if c.slope is not None else (np.log(latest) - np.log(base)) / c.elapsed
    rate = half_up(100 * np.expm1(slope), rates)
    required = half_up(100 * ((target / base) ** (1 / c.period) - 1), rates)
    towards, needed = c.direction * rate, c.direction * required
    level = np.where(towards > 0.5, 2.0, np.where(towards >= -0.5, 1.0, 0.0))
    level = np.where(
        ~c.base_beyond & _at_least(towards, needed), 3.0, np.where(c.base_beyond & (level > 1), 1.0, level)
    )
    level = np.where(positive & ~np.isnan(rate), level, np.nan)
    steps = ((3.0, "on_track"), (2.0, "some_progress"), (1.0, "no_progress"))
    return _steps("unicef", level, steps, "worsening")


def _obr(c: Cases, probability: Array) -> Labels:
    above = np.where(np.isnan(probability), np.nan, (probability > 0.5).astype(float))
    labels = _steps("obr", above, ((1.0, "more_likely_than_not"),), "not_more_likely_than_not")
    return _where(c.met, "target_achieved", labels)


def _at_least(value: Array, line: Any) -> Mask:
    """value >= line up to 1e-9, as `at_least`."""
    found: Mask = value >= line - 1e-9 * np.maximum(1.0, np.abs(line))
    return found


def _steps(rule: str, value: Array, steps: Sequence[tuple[float, str]], below: str, *, exact: bool = False) -> Labels:
    """The first step that the value reaches, `below` where it reaches none, not_available where it is nan."""
    names = (*(name for _, name in steps), below, "not_available")
    code = np.isnan(value).astype(np.int8)
    for least, _ in steps:  # they fall, so that who reaches one reaches all after it
        code += ~(value >= least if exact else _at_least(value, least))
    return Labels(rule, names, code)


def _where(mask: Mask, name: str, labels: Labels) -> Labels:
    """The labels, `name` where the mask holds."""
    return Labels(labels.rule, (*labels.names, name), np.where(mask, len(labels.names), labels.code).astype(np.int8))
