"""A table of places across a redrawing: rows find their places by code or name, and a rule says what to do with them.

The place of a row is that of the last day of its year, or of the day that it states (see `standing`).
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ruralincome.data import cells
from ruralincome.panel.rows import KEYS, Integers, calendar, places
from ruralincome.places.across import People, Rule, ends, parted
from ruralincome.places.boundaries import DAY, Boundaries, Place
from ruralincome.places.find import Finder, look_up
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

    def told(self, pairs: Iterable[tuple[int, int]]) -> dict[str, InputError]:
        """Why some of the names have no place, as in the first era in which they have none."""
        each = ((self.words[pair[0]], self.places[pair]) for pair in sorted(pairs, reverse=True))
        return {name: why for name, why in each if isinstance(why, InputError)}

    @cached_property
    def held(self) -> dict[int, list[Place]]:
        """The places that each name means, those of earlier eras first."""
        found: dict[int, list[Place]] = {}
        for (key, _), place in sorted(self.places.items(), key=lambda pair: pair[0]):
            if isinstance(place, Place):
                found.setdefault(key, []).append(place)
        return found


def redrawn(
    frame: pd.DataFrame, finder: Finder, rule: Rule, until: int, strict: bool = True, people: People | None = None
) -> Ready:
    """The table under a rule, for targets of the year `until` where it states none of its own.

    refuse: a place with other people in the target's year than in its first row is refused. old: it is not. break: its
    first figure after the day has the status of one after a break. rebuild: see `panel.rebuilt`. Under old and break a
    name that means a place without people of the one before is refused. strict: a name that no place bears, or several,
    is refused; else only one that may be of a place that was redrawn. people: of the parts of places whose figures are
    restated. What cannot be mapped stands in its row, as a fault.
    """
    table, year = finder.boundaries, calendar(frame["year"])
    if not year.any():
        return Ready(frame, rule)
    stands, odd = standing(frame, year, table.days)
    last = _asked(frame, stands, until)
    first, end = ends(int(year[year > 0].min())), ends(int(last.max()))
    changes = [day for day in table.days if first < day <= end]
    if not strict and not (changes and any(finder.known(list(map(clean, frame["place"].unique()))))):
        return Ready(frame, rule)
    frame, named = with_faults(frame, odd), name_rows(frame, finder, stands, changes)
    if (stands > year).any():  # figures of a place yet to come: their class is narrowed by the people of its parts
        lived = {pair: parted(table, p, people or {})[1] for pair, p in named.places.items() if isinstance(p, Place)}
        squares = {pair: sum(n**2 for n in of) / sum(of) ** 2 if of else np.nan for pair, of in lived.items()}
        frame = frame.assign(squares=np.where(stands > year, named.rows(squares, np.nan), np.nan))
    if rule == "rebuild":
        from ruralincome.panel.rebuilt import rebuilt

        return rebuilt(frame, finder, named, end, people or {})
    fault = dict[tuple[int, int], str]()
    for pair, place in named.places.items():
        if isinstance(place, InputError):
            words = named.words[pair[0]]
            may_be = () if strict or not finder.known([words])[0] else finder.find(words) or finder.near(words)
            if strict or any(table.redrawn(p, first, end) for p in may_be):
                fault[pair] = FAULTS.get(place.code, "place_unknown")
    if rule == "old":  # the figures of a place go on under its old name or code
        fault = {pair: why for pair, why in fault.items() if why != OTHER or pair[0] not in named.held}
    told, late = named.told(fault), dict[int, str]()
    if rule != "old":
        begin, goal = np.full(len(named.words), 9999), np.zeros(len(named.words), np.int64)
        np.minimum.at(begin, named.key, np.where(stands > 0, stands, 9999))
        np.maximum.at(goal, named.key, last)
        spans = {key: (ends(int(begin[key])), ends(int(goal[key]))) for key in named.held}
        days = {key: [table.redrawn(place, *spans[key]) for place in held] for key, held in named.held.items()}
        cut = {key: next(filter(None, found)) for key, found in days.items() if any(found)}
        late = dict.fromkeys(cut, "redrawn")
    if rule == "break":
        since, first_after = np.full((2, len(named.words)), 9999)
        since[list(cut)] = [int(day[:4]) for day in cut.values()]
        after = (stands >= since[named.key]) & (cells.numbers(frame["value"])[0] > 0)
        np.minimum.at(first_after, named.key[after], year[after])
        status = frame["status"].astype("object").fillna("") if "status" in frame else ""
        frame = frame.assign(status=np.where(after & (year == first_after[named.key]), "break", status))
        late = dict.fromkeys(cut.keys() - set(named.key[after].tolist()), "nothing_after")
    if rule in ("old", "break"):
        late |= {key: "another_place" for key, held in named.held.items() if _strange(table, held)}
    fault |= {pair: late[pair[0]] for pair in named.places if pair[0] in late}
    return Ready(with_faults(frame, named.rows(fault, "")), rule, told)


def last_asked(frame: pd.DataFrame, until: int) -> int:
    """The last year that a table states or is asked of: of its rows, its own targets, or `until`."""
    return int(_asked(frame, calendar(frame["year"]), until).max(initial=until))


def standing(frame: pd.DataFrame, year: Integers, days: Iterable[str]) -> tuple[Integers, list[str]]:
    """The year at whose end the places of each row stood, its own or that of its day in the column territory, and what
    is wrong there: no day, or one between two redrawings of one year, as no year ends with its places."""
    if "territory" not in frame:
        return year, []
    codes, cells = pd.factorize(frame["territory"].astype("object").fillna("").astype(str).str.strip())
    years, odd = np.zeros(len(cells), np.int64), [""] * len(cells)
    for i, cell in enumerate(cells):
        if cell and DAY.fullmatch(cell):
            before = any(cell < day <= ends(int(cell[:4])) for day in days)
            years[i] = int(cell[:4]) - before
            odd[i] = "territory_text" if before and any(ends(int(years[i])) < day <= cell for day in days) else ""
        elif cell:
            odd[i] = "territory_text"
    return np.where(years[codes] > 0, years[codes], year), [odd[code] for code in codes.tolist()]


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
    own = calendar(frame["target_year"])
    return np.maximum(year, np.where(own > 0, own, until))


def _strange(table: Boundaries, held: list[Place]) -> bool:
    """Whether a name comes to mean another place: one where none of the people of the first that it meant are."""
    old, *others = held
    heirs = {new: table.became(old, new.first) if new.first > old.first else () for new in others if new != old}
    return any(all(heir.place != new or heir.share == 0 for heir in became) for new, became in heirs.items())
