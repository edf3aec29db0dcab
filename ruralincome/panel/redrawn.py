"""A table of places across a redrawing: rows find their places by code or name, and a rule says what to do with them.

The place of a row is that of the last day of its year. What cannot be mapped stands in its row, as a fault.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ruralincome.panel.histories import calendar, numbers
from ruralincome.panel.names import KEYS, Integers
from ruralincome.places.across import Rule, broken, ends
from ruralincome.places.find import Finder
from ruralincome.places.place import Place
from ruralincome.series import InputError, Series

FAULTS = {
    "places.several": "place_ambiguous",
    "places.other_days": "place_of_other_days",
    "places.not_on": "place_of_other_days",
}
"""What is said in its row of a name or a code that finds no place, where it is not `place_unknown`."""


@dataclass(frozen=True)
class Redrawn:
    """A table made ready for `histories`, and what is to be told of it.

    told: {a name as it stands: why it has no place}; fixed: years whose parts were weighed by people of another year.
    """

    frame: pd.DataFrame
    rule: Rule = "refuse"
    told: Mapping[str, InputError] | None = None
    fixed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Named:
    """The rows of a table by the place that each names.

    key: number of the name of each row; era: number of the span between two redrawings that each row's year lies in;
    words: the names; places: {(key, era): the place, or why there is none}; spans: the last year of each era that has
    rows.
    """

    key: Integers
    era: Integers
    words: tuple[str, ...]
    places: Mapping[tuple[int, int], Place | InputError]
    spans: Mapping[int, int]

    def rows(self, found: Mapping[tuple[int, int], Any], missing: Any) -> list[Any]:
        """What is found of the name and the era of each row."""
        return [found.get(pair, missing) for pair in zip(self.key.tolist(), self.era.tolist(), strict=True)]


def redrawn(frame: pd.DataFrame, finder: Finder, rule: Rule, until: int, strict: bool = True) -> Redrawn:
    """The table under a rule, for targets of the year `until` where it states none of its own.

    refuse: a place with other people in the target's year than in its first row is refused. old: it is not. break:
    what was observed before the day is moved, see `places.across.broken`. rebuild: see `panel.rebuilt`. strict: a
    name that no place bears, or several, is refused; else only one that may be of a place that was redrawn.
    """
    year = calendar(frame["year"])[0]
    if not year.any():
        return Redrawn(frame, rule)
    last = _asked(frame, year, until)
    first, end = ends(int(year[year > 0].min())), ends(int(last.max()))
    changes = [day for day in finder.boundaries.days if first < day <= end]
    if not changes and not strict:
        return Redrawn(frame, rule)
    named = name_rows(frame, finder, year, changes)
    if rule == "rebuild":
        from ruralincome.panel.rebuilt import rebuilt

        return rebuilt(frame, finder, named, year, end)
    fault: dict[tuple[int, int], str] = {}
    for pair, place in named.places.items():
        if isinstance(place, InputError) and (strict or _may_be(finder, named.words[pair[0]], first, end)):
            fault[pair] = FAULTS.get(place.code, "place_unknown")
    told = {named.words[k]: place for (k, era) in fault if isinstance(place := named.places[k, era], InputError)}
    if rule != "old":
        cut = _crossing(finder, named, year, last)
        if rule == "refuse":
            fault |= {pair: "redrawn" for pair in named.places if pair[0] in cut}
        else:
            frame, late = _broken(frame, named, year, cut)
            fault |= {pair: "nothing_after" for pair in named.places if pair[0] in late}
            named = name_rows(frame, finder, calendar(frame["year"])[0], changes) if cut else named
    return Redrawn(with_faults(frame, named.rows(fault, "")), rule, told)


def last_asked(frame: pd.DataFrame, until: int) -> int:
    """The last year that a table states or is asked of: of its rows, its own targets, or `until`."""
    return int(_asked(frame, calendar(frame["year"])[0], until).max(initial=until))


def name_rows(frame: pd.DataFrame, finder: Finder, year: Integers, changes: list[str]) -> Named:
    """The places that rows name; changes: the days between which eras lie. Each name is looked up once an era."""
    key, parts = np.zeros(len(frame), np.int64), []
    for column in (column for column in reversed(KEYS) if column in frame):
        codes, names = pd.factorize(frame[column])
        known = [*(str(name) for name in names), ""]
        codes = np.where(codes < 0, len(names), codes)
        key = key * len(known) + codes
        parts.append((codes, known))
    key, distinct = pd.factorize(key)
    at = np.empty(len(distinct), np.int64)
    at[key[::-1]] = np.arange(len(key))[::-1]
    words = tuple(", ".join(filter(None, (names[codes[i]] for codes, names in parts))) for i in at.tolist())
    eras = {y: bisect_right(changes, ends(y)) for y in np.unique(year).tolist()}
    spans = {era: y for y, era in sorted(eras.items())}
    era = np.array([eras[y] for y in year.tolist()], np.int64)
    found: dict[tuple[int, int], Place | InputError] = {}
    for pair in dict.fromkeys(zip(key.tolist(), era.tolist(), strict=True)):
        try:
            found[pair] = finder.one(words[pair[0]], ends(spans[pair[1]]))
        except InputError as fault:
            found[pair] = fault
    return Named(np.asarray(key, np.int64), era, words, found, spans)


def with_faults(frame: pd.DataFrame, more: list[str]) -> pd.DataFrame:
    """The table with further faults in its rows; those that it has already stay."""
    if not any(more):
        return frame
    had = frame["fault"].astype("object").fillna("") if "fault" in frame else pd.Series("", frame.index)
    return frame.assign(fault=pd.Categorical(np.where(had.to_numpy() == "", more, had.to_numpy())))


def _asked(frame: pd.DataFrame, year: Integers, until: int) -> Integers:
    """The last year that each row states or is asked of: its own target's, or `until`."""
    if "target_year" not in frame:
        return np.maximum(year, until)
    own = numbers(frame["target_year"], "target_text")[0]
    return np.maximum(year, np.where((own >= 1000) & (own <= 9999), own, until)).astype(np.int64)


def _may_be(finder: Finder, words: str, first: str, end: str) -> bool:
    """Whether a name that several places bear may be one that was redrawn."""
    return any(finder.boundaries.redrawn(place, first, end) for place in finder.find(words) if place.valid(first))


def _crossing(finder: Finder, named: Named, year: Integers, last: Integers) -> dict[int, str]:
    """The names whose place has other people in the last year asked of it than in its first row, and since when."""
    count = len(named.words)
    begin, end = np.full(count, 9999), np.zeros(count, np.int64)
    np.minimum.at(begin, named.key, np.where(year > 0, year, 9999))
    np.maximum.at(end, named.key, last)
    found: dict[int, str] = {}
    for (key, _), place in sorted(named.places.items(), key=lambda pair: pair[0]):
        if isinstance(place, InputError) or key in found:
            continue
        day = finder.boundaries.redrawn(place, ends(int(begin[key])), ends(int(end[key])))
        if day:
            found[key] = day
    return found


def _broken(frame: pd.DataFrame, named: Named, year: Integers, cut: Mapping[int, str]) -> tuple[pd.DataFrame, set[int]]:
    """The table with what lay before the day moved, place by place, and the names that have no row after it."""
    value = numbers(frame["value"], "value_text")[0]
    order = np.lexsort((year, named.key))
    edges = np.searchsorted(named.key[order], np.arange(len(named.words) + 1))
    years, values, keep, late = year.copy(), value.copy(), np.ones(len(frame), bool), set()
    for key, day in cut.items():
        rows = order[edges[key] : edges[key + 1]]
        try:
            moved = broken(Series("", tuple(year[rows].tolist()), tuple(value[rows].tolist())), day)
        except InputError as fault:
            if fault.code == "places.nothing_after":
                late.add(key)
            continue  # what is wrong with its rows is said of them
        gone = len(rows) - len(moved.years)
        if gone:
            at = int(np.searchsorted(year[rows], int(day[:4]))) - 1
            keep[rows[at]] = False
            rows = np.delete(rows, at)
        years[rows], values[rows] = moved.years, moved.values
    return (frame.assign(year=years, value=values)[keep] if cut else frame), late
