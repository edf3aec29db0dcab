"""Histories: a long table of places, as flat arrays sorted by place and year, and what is wrong with each place."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ruralincome.series import InputError
from ruralincome.target import Target

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

KEYS = ("province", "district", "place")
"""Columns that name a place together: communes of one name stand in many districts."""

REASONS = (
    "", "no_name", "too_many_cells", "decimal_comma", "value_missing", "value_text", "value_not_positive",
    "year_text", "year_twice", "target_text", "targets_differ", "units_mixed", "unit_not_the_targets", "values_jump",
    "nothing_known", "no_target", "target_not_positive", "target_not_ahead", "no_base", "no_class", "too_few",
    "no_variation", "no_closed_form", "outside", "leaves_nothing", "target_far",
)  # fmt: skip
"""Why a place is refused, by number; up to `nothing_known` nothing at all is said of the place."""

COMMA = r"[-+]?\d[\d.]*,\d+"
"""A number with a decimal comma."""
JUMP, YEARLY = 8.0, 1.5
"""A value, or a target, that is JUMP times its neighbour, and YEARLY times more for each year beyond two between them,
is in another unit: a month and a year differ by 12, thousands and millions by 1000, and no income grew so fast."""


@dataclass(frozen=True)
class Histories:
    """Places in the order in which they appear; `years` and `values` lie flat, `count[i]` of them from `start[i]` on.

    target and target_year are nan where not stated; fault indexes REASONS, 0 where nothing is wrong.
    """

    start: Integers
    count: Integers
    years: Integers
    values: Array
    target: Array
    target_year: Array
    fault: NDArray[np.int8]

    def part(self, begin: int, end: int) -> Histories:
        """The places from `begin` to before `end`."""
        some = slice(begin, end)
        count = self.count[some]
        first = int(self.start[begin]) if begin < len(self.start) else 0
        rows = slice(first, first + int(count.sum()))
        return Histories(
            self.start[some] - first, count, self.years[rows], self.values[rows], self.target[some],
            self.target_year[some], self.fault[some],
        )  # fmt: skip


def histories(
    frame: pd.DataFrame, target: Target | None = None, as_of: int | None = None
) -> tuple[pd.DataFrame, Histories]:
    """The places of a long table (their names, unit, population) and their histories.

    frame: one row an observation with the columns place, year and value; optional province and district (which name
    the place with it), target and target_year (over `target`), unit, population, and fault: a reason of REASONS that
    the reader of a file gave to a row. Names are compared in Unicode's composed form. Rows after `as_of` are unknown.

    Raises InputError where the table itself cannot serve: no rows, or a column that is missing.
    """
    missing = [name for name in ("place", "year", "value") if name not in frame]
    if missing:
        raise InputError(f"column '{missing[0]}' is missing; the columns are {', '.join(map(str, frame.columns))}")
    if not len(frame):
        raise InputError("the table has no rows; state one row for each place and year")
    code, names = _places(frame)
    year, odd_year = _whole(frame["year"])
    value, text = numbers(frame["value"], "value_text")
    reason = _row_faults(frame, value, text, odd_year)
    known = np.ones(len(frame), bool) if as_of is None else year <= as_of
    order = _order(code, year)
    code, year, value, reason, known = code[order], year[order], value[order], reason[order], known[order]
    first = np.flatnonzero(np.diff(code, prepend=-1))
    table = _Table(frame, order, first)
    twice = np.zeros(len(code), bool)
    twice[1:] = (np.diff(code) == 0) & (np.diff(year) == 0) & (reason[1:] == 0) & (reason[:-1] == 0)
    reason[twice] = REASONS.index("year_twice")
    jump = np.zeros(len(code), bool)
    with np.errstate(invalid="ignore", divide="ignore"):
        leap = np.abs(np.diff(np.log(np.where(value > 0, value, np.nan))))
    jump[1:] = (np.diff(code) == 0) & (leap >= too_far(np.diff(year)))
    reason[jump & (reason == 0)] = REASONS.index("values_jump")
    reason[~known] = 0
    fault = _first_fault(reason, first)
    goal, goal_low = table.highest("target"), table.lowest("target")
    when, when_low = table.highest("target_year"), table.lowest("target_year")
    differ = (goal > goal_low) | (when > when_low)
    fault = _set(fault, differ, "targets_differ")
    unit, common = table.unit()
    if unit is not None:
        fault = _set(fault, table.highest_of(common) > table.lowest_of(common), "units_mixed")
    if target is not None:
        given = np.isnan(goal) & np.isnan(when)
        if unit is not None and given.any():
            shown = table.highest_of(common)
            most = np.bincount(shown[given].astype(int) + 1).argmax() - 1
            fault = _set(fault, given & (shown != most), "unit_not_the_targets")
        goal, when = np.where(given, target.value, goal), np.where(given, float(target.year), when)
    kept = known & np.repeat(fault == 0, np.diff(np.append(first, len(code))))
    count = np.add.reduceat(kept.astype(np.int64), first)
    fault = _set(fault, count == 0, "nothing_known")
    start = np.cumsum(count) - count
    places = names.iloc[code[first]].reset_index(drop=True)
    if unit is not None:
        places["unit"] = unit
    if "population" in frame:
        places["population"] = table.highest("population")
    rows = Histories(start, count, year[kept].astype(np.int64), value[kept], goal, when, fault.astype(np.int8))
    return places, rows


@dataclass(frozen=True)
class _Table:
    """Columns of the frame in sorted order, summed up place by place."""

    frame: pd.DataFrame
    order: Integers | slice
    first: Integers

    def column(self, name: str) -> Array:
        if name not in self.frame:
            return np.full(len(self.frame), np.nan)
        return numbers(self.frame[name], "value_text")[0][self.order]

    def highest(self, name: str) -> Array:
        return self.highest_of(self.column(name))

    def lowest(self, name: str) -> Array:
        return self.lowest_of(self.column(name))

    def highest_of(self, column: Array) -> Array:
        return np.asarray(np.fmax.reduceat(column, self.first))

    def lowest_of(self, column: Array) -> Array:
        return np.asarray(np.fmin.reduceat(column, self.first))

    def unit(self) -> tuple[Any, Array]:
        """The unit of each place's first row, and the number of each row's unit."""
        import pandas as pd

        if "unit" not in self.frame:
            return None, np.zeros(0)
        codes, units = pd.factorize(self.frame["unit"])
        codes = codes[self.order]
        shown = np.append(np.asarray(units, object), "")[codes[self.first]]
        return shown, codes.astype(float)


def too_far(years: NDArray[Any]) -> Array:
    """The log change over `years` beyond which two levels cannot be in one unit."""
    return np.asarray(np.log(JUMP) + np.log(YEARLY) * np.maximum(years - 2, 0))


def _places(frame: pd.DataFrame) -> tuple[Integers, pd.DataFrame]:
    """The number of each row's place, in order of appearance, and the names by number."""
    import pandas as pd

    keys = [key for key in KEYS if key in frame]
    code, table = np.zeros(len(frame), np.int64), {}
    parts = []
    for key in keys:
        found, names = pd.factorize(frame[key], use_na_sentinel=True)
        merged, clean = pd.factorize(np.array([_clean(name) for name in names] or [""], object))
        part = np.where(found >= 0, merged[found], len(clean)).astype(np.int64)
        unique = np.append(clean, "")
        parts.append((key, part, unique))
        code = code * len(unique) + part
    code, _ = pd.factorize(code)
    _, at = np.unique(code, return_index=True)
    for key, part, unique in parts:
        table[key] = unique[part[at]]
    return np.asarray(code, np.int64), pd.DataFrame(table)


def _clean(name: object) -> str:
    """A name in composed Unicode, without spaces at its ends or doubled."""
    words = str(name)
    return " ".join((words if words.isascii() else unicodedata.normalize("NFC", words)).split())


def numbers(column: pd.Series[Any], kind: str) -> tuple[Array, NDArray[np.int8]]:
    """The numbers of a column, nan where there are none, and of each cell its fault: `kind`, or a decimal comma."""
    import pandas as pd

    if column.dtype.kind in "iuf":
        return column.to_numpy(float, na_value=np.nan), np.zeros(len(column), np.int8)
    text = column.astype("object").fillna("").astype(str).str.strip()
    found = pd.to_numeric(text, errors="coerce").to_numpy(float)
    odd = (text != "").to_numpy(bool) & np.isnan(found)
    fault = np.where(odd, np.int8(REASONS.index(kind)), np.int8(0))
    fault[odd & text.str.fullmatch(COMMA).to_numpy(bool)] = REASONS.index("decimal_comma")
    return found, fault


def _whole(column: pd.Series[Any]) -> tuple[Integers, NDArray[np.bool_]]:
    """The years, and which of them are no calendar years."""
    years, _ = numbers(column, "year_text")
    odd = ~((years >= 1000) & (years <= 9999) & (years == np.floor(years)))
    return np.where(odd, 0, years).astype(np.int64), odd


def _row_faults(
    frame: pd.DataFrame, value: Array, text: NDArray[np.int8], odd_year: NDArray[np.bool_]
) -> NDArray[np.int8]:
    import pandas as pd

    reason = np.zeros(len(frame), np.int8)
    reason[odd_year] = REASONS.index("year_text")
    reason[~(value > 0) | np.isinf(value)] = REASONS.index("value_not_positive")
    reason[np.isnan(value)] = REASONS.index("value_missing")
    reason = np.where(text > 0, text, reason)
    for column in ("target", "target_year"):
        if column in frame:
            odd = numbers(frame[column], "target_text")[1]
            reason = np.where((reason == 0) & (odd > 0), odd, reason)
    if "fault" in frame:
        codes, said = pd.factorize(frame["fault"])
        known = np.array([*(REASONS.index(str(name)) for name in said), 0], np.int8)
        reason = np.where(known[codes] > 0, known[codes], reason)
    empty = frame["place"].isna().to_numpy() | (frame["place"] == "").to_numpy(bool)
    reason[empty] = REASONS.index("no_name")
    return reason


def _order(code: Integers, year: Integers) -> Integers | slice:
    """What sorts the rows by place and year: nothing where they are sorted already, as files mostly are."""
    key = code * 10000 + year
    return slice(None) if bool((np.diff(key) >= 0).all()) else np.argsort(key, kind="stable")


def _first_fault(reason: NDArray[np.int8], first: Integers) -> NDArray[np.int8]:
    """The first fault among the rows of each place."""
    at = np.where(reason > 0, np.arange(len(reason)), len(reason))
    earliest = np.minimum.reduceat(at, first)
    return np.append(reason, np.int8(0))[earliest]


def _set(fault: NDArray[np.int8], mask: NDArray[np.bool_], reason: str) -> NDArray[np.int8]:
    return np.where(mask & (fault == 0), np.int8(REASONS.index(reason)), fault)
