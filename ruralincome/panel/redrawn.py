"""A table of places across a redrawing: rows find their places by code or name, and a rule says what to do with them.

The place of a row is that of the last day of its year. What cannot be mapped stands in its row, as a fault.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ruralincome.panel.histories import calendar, numbers
from ruralincome.panel.names import KEYS, Integers, places
from ruralincome.places.across import People, Rule, ends, parted
from ruralincome.places.find import Finder
from ruralincome.places.mapping import look_up
from ruralincome.places.place import DAY, Place
from ruralincome.series import InputError
from ruralincome.series.names import clean

OTHER = "place_of_other_days"
FAULTS = {"places.several": "place_ambiguous", "places.other_days": OTHER, "places.not_on": OTHER}
"""Why a name or a code finds no place, where it is not that none bears it."""


@dataclass(frozen=True)
class Ready:
    """A table made ready for `histories`. told: {a name as it stands: why it has no place}; fixed: years whose parts
    were weighed by people of another year; restated: whether rows state the day whose borders they are of.
    """

    frame: pd.DataFrame
    rule: Rule | None = None
    told: Mapping[str, InputError] | None = None
    fixed: tuple[int, ...] = ()
    restated: bool = False


@dataclass(frozen=True)
class Naming:
    """The rows of a table by the place that each names: key, the number of its name in `words`, and era, the number of
    the span between two redrawings that its year lies in. places: {(key, era): the place, or why there is none}; spans:
    the last year of each era that has rows.
    """

    key: Integers
    era: Integers
    words: tuple[str, ...]
    places: Mapping[tuple[int, int], Place | InputError]
    spans: Mapping[int, int]

    def rows(self, found: Mapping[tuple[int, int], Any], missing: Any) -> list[Any]:
        """What is found of the name and the era of each row."""
        return [found.get(pair, missing) for pair in zip(self.key.tolist(), self.era.tolist(), strict=True)]


def redrawn(
    frame: pd.DataFrame, finder: Finder, rule: Rule, until: int, strict: bool = True, people: People | None = None
) -> Ready:
    """The table under a rule, for targets of the year `until` where it states none of its own.

    refuse: a place with other people in the target's year than in its first row is refused. old: it is not. break: its
    first figure after the day has the status of one after a break. rebuild: see `panel.rebuilt`. strict: a name that no
    place bears, or several, is refused; else only one that may be of a place that was redrawn. people: of the parts of
    places whose figures are restated.
    """
    year = calendar(frame["year"])[0]
    if not year.any():
        return Ready(frame, rule)
    stands, odd = standing(frame, year)
    last = _asked(frame, stands, until)
    first, end = ends(int(year[year > 0].min())), ends(int(last.max()))
    changes = [day for day in finder.boundaries.days if first < day <= end]
    if not strict and not (changes and any(finder.known(list(map(clean, frame["place"].unique()))))):
        return Ready(frame, rule)
    frame, named = with_faults(frame, odd), name_rows(frame, finder, stands, changes)
    frame = _narrowed(frame, finder, named, stands > year, people or {})
    if rule == "rebuild":
        from ruralincome.panel.rebuilt import rebuilt

        return rebuilt(frame, finder, named, end)
    table, fault = finder.boundaries, dict[tuple[int, int], str]()
    for pair, place in named.places.items():
        if isinstance(place, InputError):
            words = named.words[pair[0]]
            may_be = () if strict or not finder.known([words])[0] else finder.find(words) or finder.near(words)
            if strict or any(table.redrawn(p, first, end) for p in may_be):
                fault[pair] = fault_of(place)
    if rule == "old":  # the figures of a place go on under its old name or code
        begun = {key for (key, _), place in named.places.items() if isinstance(place, Place)}
        fault = {p: why for p, why in fault.items() if why != OTHER or p[0] not in begun}
    told = {
        named.words[k]: place for k, era in sorted(fault)[::-1] if isinstance(place := named.places[k, era], InputError)
    }
    cut = {} if rule == "old" else _crossing(finder, named, stands, last)
    late = dict.fromkeys(cut, "redrawn")
    if rule == "break":
        frame, after = _broken(frame, named, year, stands, cut)
        late = dict.fromkeys(cut.keys() - after, "nothing_after") | dict.fromkeys(
            _others(finder, named, cut), "another_place"
        )
    fault |= {pair: late[pair[0]] for pair in named.places if pair[0] in late}
    return Ready(with_faults(frame, named.rows(fault, "")), rule, told)


def fault_of(why: InputError) -> str:
    """What is said in its row of a name or a code that finds no place."""
    return FAULTS.get(why.code, "place_unknown")


def last_asked(frame: pd.DataFrame, until: int) -> int:
    """The last year that a table states or is asked of: of its rows, its own targets, or `until`."""
    return int(_asked(frame, calendar(frame["year"])[0], until).max(initial=until))


def standing(frame: pd.DataFrame, year: Integers) -> tuple[Integers, list[str]]:
    """The year whose places each row is of, its own or that of its day in the column territory; what is wrong there."""
    if "territory" not in frame:
        return year, []
    codes, cells = pd.factorize(frame["territory"].astype("object").fillna("").astype(str).str.strip())
    years = np.array([int(cell[:4]) if DAY.fullmatch(cell) else 0 for cell in cells], np.int64)
    odd = ["territory_text" if cell and not DAY.fullmatch(cell) else "" for cell in cells]
    return np.maximum(year, years[codes]), [odd[code] for code in codes.tolist()]


def _narrowed(
    frame: pd.DataFrame, finder: Finder, named: Naming, earlier: NDArray[np.bool_], people: People
) -> pd.DataFrame:
    """The table with squares (see `histories`), by the people of its parts, where a row is of a place yet to come."""
    if not earlier.any():
        return frame
    lived = {pair: parted(finder.boundaries, p, people)[1] for pair, p in named.places.items() if isinstance(p, Place)}
    squares = {pair: sum(n**2 for n in of) / sum(of) ** 2 if of else np.nan for pair, of in lived.items()}
    return frame.assign(squares=np.where(earlier, named.rows(squares, np.nan), np.nan))


def name_rows(frame: pd.DataFrame, finder: Finder, year: Integers, changes: list[str]) -> Naming:
    """The places that rows name; changes: the days between which eras lie. Each name is looked up once an era."""
    key, names, *_ = places(frame)
    areas = [column for column in reversed(KEYS) if column in names]
    words = tuple(", ".join(filter(None, row)) for row in zip(*(names[column] for column in areas), strict=True))
    eras = {y: bisect_right(changes, ends(y)) for y in np.unique(year).tolist()}
    spans = {era: y for y, era in sorted(eras.items())}
    era = np.array([eras[y] for y in year.tolist()], np.int64)
    pairs = dict.fromkeys(zip(key.tolist(), era.tolist(), strict=True))
    looked = look_up(finder, ((words[k], ends(spans[e])) for k, e in pairs))
    return Naming(key, era, words, {(k, e): looked[words[k], ends(spans[e])] for k, e in pairs}, spans)


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


def _crossing(finder: Finder, named: Naming, year: Integers, last: Integers) -> dict[int, str]:
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


def _others(finder: Finder, named: Naming, cut: Mapping[int, str]) -> set[int]:
    """The names that mean another place after the day: one where none of the people of the one before it are."""
    found, before = set(), dict[int, Place]()
    for (key, _), new in sorted(named.places.items(), key=lambda pair: pair[0]):
        if isinstance(new, Place) and key in cut:
            old = before.setdefault(key, new)
            heirs = finder.boundaries.became(old, new.first) if new.first > old.first else ()
            if new != old and not any(heir.place == new and heir.share != 0 for heir in heirs):
                found.add(key)
    return found


def _broken(
    frame: pd.DataFrame, named: Naming, year: Integers, stands: Integers, cut: Mapping[int, str]
) -> tuple[pd.DataFrame, set[int]]:
    """The table with a break in the first year of each name after its day; and the names that have one."""
    begin, first = np.full(len(named.words), 9999), np.full(len(named.words), 9999)
    begin[list(cut)] = [int(day[:4]) for day in cut.values()]
    after = (stands >= begin[named.key]) & (numbers(frame["value"], "value_text")[0] > 0)
    np.minimum.at(first, named.key[after], year[after])
    status = frame["status"].astype("object").fillna("") if "status" in frame else ""
    marked = np.where(after & (year == first[named.key]), "break", status)
    return frame.assign(status=marked), set(named.key[after].tolist())
