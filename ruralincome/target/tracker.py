"""Tracker: an announced target of any kind, judged as far as its figures carry, or refused with what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
from scipy.special import betaincinv

from ruralincome.data.cells import Row
from ruralincome.models.forecast import Refusal
from ruralincome.models.walk import random_walk_with_drift
from ruralincome.series import InputError, Series, Text
from ruralincome.series.units import UNITS

Bound = Literal["at_least", "more_than", "range", "about", "reach"]
TargetStatus = Literal[
    "assessed", "met", "missed", "pace", "pace_at_most", "no_outcome", "no_series", "unit_ended", "criteria_replaced"
]
HALF = 0.5  # both numbers of the Beta prior (Jeffreys): before any step, a unit may as well enter surely as never
NUMBERS = ("value", "value_high", "baseline_value", "total", "earlier_value")


@dataclass(frozen=True)
class TargetRow:
    """One target as announced. Raises InputError where its figures do not fit.

    value, value_high: the target, or the ends of its range; bound: what reaches it; start_year: at whose end its period
    starts, where stated; deadline: met by the end of that year; baseline_value, baseline_year: the last figure known;
    total: the natural limit (93 communes, 100 %); series: the name of an observed one; criteria, criteria_since: those
    that it is judged by, and the year from which they hold, where others held before; announced: the day of its
    document; read: "press" where that was not read; earlier_value, earlier_year: a count before the baseline."""

    id: str
    place: Text
    indicator: Text
    unit: str
    value: float
    deadline: int
    bound: Bound = "at_least"
    value_high: float | None = None
    series: str | None = None
    start_year: int | None = None
    baseline_value: float | None = None
    baseline_year: int | None = None
    total: float | None = None
    quote: str = ""
    source: str = ""
    criteria: str = ""
    criteria_since: int | None = None
    announced: str = ""
    read: str = ""
    earlier_value: float | None = None
    earlier_year: int | None = None

    def __post_init__(self) -> None:
        for name, number in ((name, x) for name in NUMBERS if (x := getattr(self, name)) is not None):
            if self.is_count and number != int(number):
                raise InputError("target.not_whole", id=self.id, name=name, number=number, unit=self.unit)
            if number < 0 or (self.kind == "share" and number > 100):
                raise InputError("target.beyond_limits", id=self.id, name=name, number=number)
            if self.total is not None and number > self.total:
                raise InputError("target.beyond_total", id=self.id, name=name, number=number, total=self.total)
        if (self.bound == "range") != (self.value_high is not None):
            raise InputError("target.range_ends", id=self.id)
        if self.value_high is not None and self.value_high < self.value:
            raise InputError("target.range_order", id=self.id, low=self.value, high=self.value_high)
        if (self.baseline_value is None) != (self.baseline_year is None):
            raise InputError("target.half_baseline", id=self.id)
        late = self.earlier_year is not None and self.earlier_year >= (self.baseline_year or 0)
        if late or (self.earlier_value is None) != (self.earlier_year is None):
            raise InputError("target.half_earlier", id=self.id)

    @classmethod
    def from_cells(cls, cells: Mapping[str, str]) -> "TargetRow":
        """A row of targets.csv; empty cells are not stated. Raises InputError for a cell that is not a number."""
        row = Row(cells["id"], cells)
        if cells["bound"] not in get_args(Bound):
            raise InputError("target.bound", id=row.where, bound=cells["bound"], known=get_args(Bound))
        if not cells["value"] or not cells["deadline"]:
            raise InputError("target.unstated", id=row.where)
        years = ("deadline", "start_year", "baseline_year", "criteria_since", "earlier_year")
        words = ("unit", "bound", "quote", "source", "criteria", "announced", "read")
        place, indicator = (Text(cells[f"{name}_vi"], cells[f"{name}_en"]) for name in ("place", "indicator"))
        stated: dict[str, Any] = {name: row.text(name) for name in words} | {"series": cells["series"] or None}
        stated |= {name: row.number(name) for name in NUMBERS if cells.get(name)}
        stated |= {name: row.year(name) for name in years if cells.get(name)}
        return cls(cells["id"], place, indicator, **stated)

    kind = cached_property[str](lambda row: UNITS[row.unit].kind if row.unit in UNITS else "")
    """What its unit measures (see `Unit`); empty for a unit that the project has no words for."""
    is_count = cached_property[bool](lambda row: row.kind == "count")  # whole numbers of things?
    is_increment = cached_property[bool](lambda row: row.unit in UNITS and UNITS[row.unit].more)  # on top of what is?
    goal = cached_property[float](lambda row: row.value + 1 if row.bound == "more_than" and row.is_count else row.value)
    """The least value that reaches the target: for a range its lower end, for a whole "more than" the next one."""


@dataclass(frozen=True)
class Fate:
    """What became of a place and its communes on a day: names of what it went into (none of a country), and how many
    of its communes (xã) stood before, how many of those that their people went to are xã after."""

    name: str
    day: str
    became: tuple[str, ...]
    before: int
    after: int

    def ends(self, row: TargetRow) -> bool:
        """Whether the units that a target counts, of the day it was announced, ended before it was due."""
        of_places = row.unit in UNITS and UNITS[row.unit].of_places  # units of government, or a share of them
        return of_places and row.announced < self.day <= f"{row.deadline:04}-12-31"


@dataclass(frozen=True)
class Chance:
    """P(target) of the lead model with what was known at the end of `as_of`; high: of the upper end of a range;
    alone: of units that enter each by itself, without what shocks them all at once."""

    as_of: int
    probability: float
    high: float | None = None
    alone: bool = False


@dataclass(frozen=True)
class Tracked:
    """Where a target stands.

    status: assessed (a probability exists), met, missed, pace (that needed is known, no probability), pace_at_most (no
    baseline: it is at most this), no_outcome (the deadline has come without a figure), unit_ended (the units that it
    counts ended before the deadline: it cannot be scored as written), criteria_replaced (no figure by its criteria is
    known yet), no_series (of what is no count and no share, nothing is observed). years: left; needed: change still
    needed; pace, pace_high: the same a year, for the ends of a range; headroom: what the natural limit leaves beyond
    the target; share: the target as a share of it; reached: the baseline's lead over the target; refusal: why there is
    no probability, as a code; missing_year: of which year a figure is missing; else see `track`."""

    row: TargetRow
    status: TargetStatus
    years: int
    needed: float | None = None
    pace: float | None = None
    pace_high: float | None = None
    headroom: float | None = None
    reached: float | None = None
    share: float | None = None
    refusal: str | None = None
    missing_year: int | None = None
    chance: Chance | None = None
    before: Chance | None = None
    latest: tuple[int, float] | None = None
    fate: Fate | None = None

    probability = cached_property[float | None](lambda found: found.chance and found.chance.probability)  # or None


def track(
    row: TargetRow, as_of: int, chance: Chance | None = None, fate: Fate | None = None, *, before: Chance | None = None,
    latest: tuple[int, float] | None = None,
) -> Tracked:  # fmt: skip
    """Judge one target with what was known at the end of `as_of`.

    chance: of the lead model where the row's series was assessed; before: as of the baseline's year; latest: year and
    value of the series' last figure, from which the pace counts; fate: of the place, where it was redrawn. A single
    figure gives the change needed a year, but no pace of its own, hence no probability. Without any the pace needed is
    bounded: counts and shares start at 0 or above. A baseline later than `as_of` is not used."""
    years, since = row.deadline - as_of, row.criteria_since
    if fate is not None and fate.ends(row):
        return Tracked(row, "unit_ended", max(years, 0), refusal="unit_ended", fate=fate)
    if since is not None and since > as_of:
        return Tracked(row, "criteria_replaced", years, refusal="criteria_replaced", missing_year=since, fate=fate)
    return replace(_tracked(row, as_of, chance, latest), fate=fate, before=before, latest=latest)


def _tracked(row: TargetRow, as_of: int, chance: Chance | None, latest: tuple[int, float] | None) -> Tracked:
    year, start = latest if latest is not None else (row.baseline_year, row.baseline_value)
    if not (start is None or year is None or row.is_increment or year > as_of or year < row.deadline <= as_of):
        return _from_baseline(row, start, year, chance)
    if chance is not None:
        return Tracked(row, "assessed", row.deadline - as_of, chance=chance)
    since = row.start_year if row.start_year is not None and row.start_year <= as_of else as_of
    years = row.deadline - since
    if row.deadline <= as_of:
        return _limited(Tracked(row, "no_outcome", 0, refusal="no_outcome"), row.deadline)
    if row.kind in ("money", "other"):
        return Tracked(row, "no_series", years, refusal="no_series")
    high = None if row.value_high is None else row.value_high / years
    if row.is_increment:
        return Tracked(row, "pace", years, row.goal, row.goal / years, high, refusal="no_history", missing_year=since)
    return _limited(Tracked(row, "pace_at_most", years, row.goal, row.goal / years, high, refusal="no_baseline"), since)


def _from_baseline(row: TargetRow, start: float, year: int, chance: Chance | None) -> Tracked:
    years = max(row.deadline - year, 0)
    if start > row.value or (start == row.value and row.bound != "more_than"):
        return _limited(Tracked(row, "met", years, reached=start - row.value))
    needed = row.goal - start
    if years == 0:
        return _limited(Tracked(row, "missed", 0, needed))
    high = None if row.value_high is None else (row.value_high - start) / years
    before, total = row.earlier_value, row.total
    if row.is_count and total and before is not None and row.earlier_year is not None and before <= start:
        counted = entering(int(total), int(before), int(start), int(row.goal), year - row.earlier_year, years)
        chance = Chance(year, counted, alone=True)
    if chance is not None:
        return _limited(Tracked(row, "assessed", years, needed, needed / years, high, chance=chance))
    return _limited(Tracked(row, "pace", years, needed, needed / years, high, refusal="one_observation"), year)


def _limited(found: Tracked, missing_year: int | None = None) -> Tracked:
    """What the natural limit leaves beyond the target, and the target as a share of the limit."""
    total, goal = found.row.total, found.row.goal
    limits = (total - goal, goal / total) if total else (None, None)
    return replace(found, headroom=limits[0], share=limits[1], missing_year=missing_year)


def entering(total: int, before: int, now: int, goal: int, years: int, ahead: int) -> float:
    """P(at least `goal` of `total` units are in, `ahead` years on), where units only enter.

    before, now: how many were in, `years` apart. Of those outside each stayed out with a chance q over the step,
    q ~ Beta(1/2 + stayed, 1/2 + entered); over as many years ahead the count is beta-binomial, exactly. No shock is
    common to the units: the spread is a lower bound. Raises InputError where units left, or years do not fit."""
    from scipy.stats import betabinom, binom  # here, as they are slow to load

    if not 0 <= before <= now <= total or years < 1 or ahead < 1:
        raise InputError("target.no_entering", before=before, now=now, total=total)
    entered, remain, needed = now - before, total - now, max(goal - now, 0)
    stay, enter = HALF + remain, HALF + entered
    if ahead == years:
        return float(betabinom.sf(needed - 1, remain, enter, stay))
    q = betaincinv(stay, enter, (np.arange(4000) + 0.5) / 4000)
    return float(binom.sf(needed - 1, remain, 1 - q ** (ahead / years)).mean())


def bounded(series: Series, year: int, value: float, limit: float, direction: int = 1) -> float | Refusal:
    """P(target) of a share that cannot pass its limit: a walk with drift of the logit, of three observations or more.
    ln(x / (limit - x)) walks, so that x / (limit - x) is a level that the walk with drift takes. Raises InputError for
    a share, or a target, that is not between 0 and the limit."""
    if not all(0 < x < limit for x in (*series.values, value)):
        raise InputError("target.no_share", name=series.name, limit=limit)
    odds = replace(series, values=tuple(x / (limit - x) for x in series.values), standard_errors=None)
    walk = random_walk_with_drift(series if any(series.standard_errors or ()) else odds)  # which refuses survey errors
    return walk if isinstance(walk, Refusal) else walk.probability(year, value / (limit - value), direction)
