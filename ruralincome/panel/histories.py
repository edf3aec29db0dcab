"""Histories: a long table of places, as flat arrays sorted by place and year, and what is wrong with each place."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ruralincome.data.forms.reading import read_day
from ruralincome.data.table import ALSO
from ruralincome.models.forecast import Array
from ruralincome.panel.rows import BLOCK, REASONS, Integers, Mask, Reasons, flag, places, read_rows, statuses
from ruralincome.series import InputError, Series, Status
from ruralincome.series.names import clean
from ruralincome.series.units import too_far, unit_of
from ruralincome.target.target import Target

FURTHEST = 50  # the most years from the latest observation to a target: beyond, it is a slip of the keyboard (2720)
EXACT, GRID = 64, 128  # more sums of squared shares than EXACT count as the nearest k/GRID: chances move < 0.3 points


@dataclass(frozen=True)
class Histories:
    """Places in the order in which they appear; `years` and `values` lie flat, `count[i]` of them from `start[i]` on.
    target and target_year may be nan. own: of a mean of places the sum of their squared shares of income, else 1;
    errors: standard errors as shares of the figures, or 0; limit: what no level passes, or inf; or None."""

    start: Integers
    count: Integers
    years: Integers
    values: Array
    target: Array
    target_year: Array
    fault: Reasons
    own: Array | None = None
    errors: Array | None = None
    limit: Array | None = None

    place = cached_property[Integers](lambda rows: np.repeat(np.arange(len(rows.count)), rows.count))  # its number

    def of(self, places: slice | Integers) -> "Histories":
        """Those of some places by number, each as often as it is named; of a slice nothing is copied."""
        count, begin = self.count[places], self.start[places]
        to, first = np.cumsum(count) - count, begin[:1].sum()
        rows: Any = slice(first, first + count.sum())
        if not isinstance(places, slice):
            rows = np.repeat(begin - to, count) + np.arange(count.sum())
        more = (c if c is None else c[at] for c, at in ((self.own, places), (self.errors, rows), (self.limit, places)))
        kept = self.years[rows], self.values[rows], self.target[places], self.target_year[places], self.fault[places]
        return Histories(to, count, *kept, *more)


def histories(
    frame: pd.DataFrame, target: Target | None = None, as_of: int | None = None, units: Sequence[str] = (),
    every: bool = False,
) -> tuple[pd.DataFrame, Histories]:  # fmt: skip
    """The places of a long table (their names, unit, population) and their histories.

    frame: one row an observation with the columns place (or series_id), year and value; optional province and
    district (which name the place with it), target and target_year (over `target`), unit, population and squares (see
    `Histories.own`; the latest), standard_error (of every row of a place or of none), fault (a reason of REASONS). A
    row without a figure leaves the others standing, its people count, without `as_of` up to the table's last figure; up
    to one of status "break" nothing grew; of two rows of a year that state days in `published` the later counts; rows
    after `as_of` are unknown. units: ways to write that of `target`, the table's most common if none; every: hold those
    with targets of their own to them, too. Raises InputError for a table without rows, or a column that it needs."""
    frame = whole if "place" in (whole := pd.DataFrame(frame)) else whole.rename(columns=ALSO)
    if missing := [name for name in ("place", "year", "value") if name not in frame]:
        raise InputError("panel.no_column", column=missing[0], columns=list(frame.columns))
    if not len(frame):
        raise InputError("panel.no_rows_at_all")
    (code, names, alike, lacking), (columns, reason) = places(frame), read_rows(frame)
    year, value = columns["year"], columns["value"]
    reason[(names["place"] == "").to_numpy(bool)[code]] = REASONS.index("no_name")
    since = ~revised(frame, code, year, as_of) & (year <= (9999 if as_of is None else as_of))
    gaps = np.flatnonzero(reason == REASONS.index("value_missing"))
    known, steps = since.copy(), np.diff(code)
    known[gaps[np.isin(code[gaps], code[~np.isnan(value)])]] = False
    order = slice(None) if ((steps > 0) | ((steps == 0) & (np.diff(year) >= 0))).all() else np.lexsort((year, code))
    after, known, since = (statuses(frame) == "break")[order], known[order], since[order]
    code, year, value, reason = code[order], year[order], value[order], np.where(known, reason[order], np.int8(0))
    units_of = frame.get("unit")
    del frame, whole  # where nobody else holds it
    since &= year <= (as_of or year[value > 0].max(initial=0) or 9999)  # those of a year to come are no people of today
    columns = {name: column[order] for name, column in columns.items()}
    first = np.flatnonzero(np.diff(code, prepend=-1))
    sizes, there = np.diff(np.append(first, len(code))), np.flatnonzero(known)
    twice = there[1:][(np.diff(year[there]) == 0) & (np.diff(code[there]) == 0) & (reason[there[:-1]] == 0)]
    reason[twice[reason[twice] == 0]] = REASONS.index("year_twice")
    with np.errstate(invalid="ignore", divide="ignore"):
        errors = columns["standard_error"] / value if "standard_error" in columns else None
        began = np.minimum.reduceat(np.where(known, year, 9999), first)
        if after.any():
            year, value = year.copy(), value.copy()
            gone = _joined(there, code, year, value, after)
            known[gone], there = False, np.setdiff1d(there, gone)
        direction, parts = 1 if target is None else target.direction, [np.zeros(0, np.int64)]
        for i in range(0, len(there), BLOCK):  # of the whole table they would be much memory
            logs = np.log(np.where((levels := value[there[i : i + BLOCK + 1]]) > 0, levels, np.nan))
            parts.append(i + np.flatnonzero(np.abs(np.diff(logs)) >= too_far(0, direction)))
    at = np.concatenate(parts)  # few: how far apart they lie is asked of them alone
    here, then = there[at], there[at + 1]
    leap = np.abs(np.log(value[then]) - np.log(value[here]))
    jump = (leap >= too_far(year[then] - year[here], direction)) & (code[then] == code[here]) & (reason[then] == 0)
    reason[then[jump]] = REASONS.index("values_jump")
    del there  # as long as the table
    if errors is not None:
        some = np.repeat(np.maximum.reduceat(known & ~np.isnan(errors), first), sizes)
        flag(reason, some & ~((errors >= 0) & (errors < 1)), "errors_wrong")
    reason[~known] = 0
    fault, odd = np.zeros(len(first), np.int8), np.flatnonzero(reason)[::-1]
    fault[np.searchsorted(first, odd, "right") - 1] = reason[odd]  # the earliest of a place is put last
    flag(fault, alike[code[first]], "names_alike")
    flag(fault, lacking[code[first]], "area_missing")
    aims = [columns.pop(name, np.broadcast_to(np.nan, len(code))) for name in ("target", "target_year")]
    goal, when, low, soon = (np.asarray(of.reduceat(a, first), float) for of in (np.fmax, np.fmin) for a in aims)
    flag(fault, (goal > low) | (when > soon), "targets_differ")
    found = names.iloc[code[first]].reset_index(drop=True)
    if units_of is not None:
        codes, stated = pd.factorize(units_of)
        written, rows = np.array([*map(clean, stated), ""], object), codes[order]
        found["unit"] = written[rows[first]]
        plain = [name.lower().replace(" ", "") for name in (*map(clean, units), *written)]  # what makes no other unit
        number = pd.factorize(np.array(plain, object))[0]
        unit, wanted = number[len(units) :][rows], number[: len(units)]
        mixed = np.maximum.reduceat(unit, first) > np.minimum.reduceat(unit, first)
        fault[mixed & (fault == REASONS.index("values_jump"))] = 0  # the unit says why the values leap
        flag(fault, mixed, "units_mixed")
    if target is not None:
        given = np.isnan(goal) & np.isnan(when)
        held = np.ones(len(given), bool) if every and units else given
        if units_of is not None and held.any():
            wanted = wanted if units else np.array([np.bincount(unit[first][given]).argmax()])
            flag(fault, held & ~np.isin(unit[first], wanted), "unit_not_the_targets")
        goal, when = np.where(given, target.value, goal), np.where(given, float(target.year), when)
    kept = known & np.repeat(fault == 0, sizes)
    count = np.add.reduceat(kept, first, dtype=np.int64)
    flag(fault, count == 0, "nothing_known")
    moved = (began < 9999) & (began != np.minimum.reduceat(np.where(known, year, 9999), first))
    if moved.any():
        found["first_stated_year"] = pd.array(np.where(moved, began, np.nan), "Int64")
    if "population" in columns:
        found["population"] = _latest(columns["population"], since, first)
    own = _squares(_latest(columns["squares"], known, first)) if "squares" in columns else None
    errors = None if errors is None else np.nan_to_num(errors[kept])
    made = Histories(np.cumsum(count) - count, count, year[kept], value[kept], goal, when, fault, own, errors)
    return found, replace(made, limit=_limits(found["unit"], made) if "unit" in found else None)


def revised(frame: pd.DataFrame, code: Any, year: Any, as_of: int | None = None) -> Mask:
    """Rows of a figure published again later: of a place and a year where all rows state different days. as_of: the
    last year that is known; figures count as they stood when that year's was first published, as in `Series.until`."""
    found = np.zeros(len(frame), bool)
    if "published" not in frame:
        return found
    codes, words = pd.factorize(frame["published"].astype("object").fillna("").astype(str))
    days = np.zeros(len(words), "U10").astype(object)
    for i, word in enumerate(words):
        with suppress(InputError):
            days[i] = read_day(word)
    rows = pd.DataFrame({"code": code, "year": year, "day": days[codes]})
    if as_of is not None:
        last = rows["year"].where(rows["year"] <= as_of).groupby(code).transform("max")
        then = rows["day"].where((rows["year"] == last) & (rows["day"] != ""), "9999").groupby(code).transform("min")
        found[:] = (rows["day"] > then) & (rows["year"].groupby(code).transform("max") > as_of)
        rows = rows[~found]
    rows = rows[rows.duplicated(["code", "year"], keep=False)]
    of = rows.groupby(["code", "year"])["day"]
    dated = (of.transform("nunique") == of.transform("size")) & (of.transform("min") != "")
    found[rows.index[dated & (rows["day"] < of.transform("max"))]] = True
    return found


def _joined(there: Integers, code: Integers, year: Integers, value: Array, after: Mask) -> Integers:
    """Move what places have before their breaks, in place, and name the rows that fall away (see `Series.broken`)."""
    gone, codes = [np.zeros(0, np.int64)], code[there]
    for place in np.unique(codes[after[there]]):
        rows = there[slice(*np.searchsorted(codes, (place, place + 1)))]
        marks: list[tuple[int, Status]] = [(int(when), "break") for when in year[rows][after[rows]]]
        try:
            found = Series("", tuple(year[rows].tolist()), tuple(value[rows].tolist()), statuses=tuple(marks)).joined
        except InputError:
            continue  # what is wrong with its rows is said of them
        kept = ~np.append(after[rows][1:], False)
        gone.append(rows[~kept])
        year[rows[kept]], value[rows[kept]] = found.years, found.values
    return np.concatenate(gone)


def _latest(column: Array, known: Mask, first: Integers) -> Array:
    """Of each place the last number stated in a row that is known."""
    at = np.maximum.reduceat(np.where(known & ~np.isnan(column), np.arange(len(column)), -1), first)
    return np.where(at < 0, np.nan, column[at])


def _limits(unit: "pd.Series[Any]", rows: Histories) -> Array | None:
    """What no level of a place passes by its unit, unless a figure has passed it; None where nothing bounds any."""
    limit = unit.map({name: unit_of(name).limit for name in unit.unique()}).to_numpy(float, copy=True)
    limit[rows.place[rows.values > limit[rows.place]]] = np.inf
    return None if np.isinf(limit).all() else limit


def _squares(own: Array) -> Array:
    """Sums of squared shares, 1 where a place is no mean; where many differ, each its nearest of GRID."""
    own = np.where(np.isnan(own), 1.0, np.clip(own, 1 / GRID, 1))
    return own if len(np.unique(own)) <= EXACT else np.maximum(np.round(own * GRID), 1) / GRID
