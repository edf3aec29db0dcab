"""Rows of a table: the place that each names, its numbers, what it says of its figure, and what is wrong with it."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ruralincome.data import cells
from ruralincome.data.forms.figures import status_of
from ruralincome.data.forms.read import apart
from ruralincome.data.forms.reading import figure_of
from ruralincome.models.forecast import Array
from ruralincome.places.across import ends
from ruralincome.places.boundaries import Place, grouped
from ruralincome.places.find import Finder, look_up
from ruralincome.places.names import KINDS, QUOTES, spoken, unquoted
from ruralincome.series import InputError, Said, Shown
from ruralincome.series.names import SAME, clean, each_letter, sound

Integers = NDArray[np.signedinteger[Any]]
Mask = NDArray[np.bool_]
Reasons = NDArray[np.int8]  # an index of REASONS each, 0 where nothing is wrong
REASONS = (
    "", "no_name", "too_many_cells", "decimal_comma", "value_missing", "value_text", "value_not_positive",
    "year_text", "year_twice", "target_text", "targets_differ", "units_mixed", "unit_not_the_targets", "values_jump",
    "population_text", "errors_wrong", "names_alike", "area_missing", "population_jumps",
    "place_unknown", "place_ambiguous", "code_disagrees", "place_of_other_days", "redrawn", "nothing_after",
    "another_place", "place_divided", "mixed_borders", "borders_unsure",
    "part_missing", "no_weights", "no_origin", "unit_ended", "group_unknown", "territory_text",
    "nothing_known", "no_target", "target_not_positive", "target_not_ahead", "no_base", "no_class", "too_few",
    "no_variation", "never_moved", "no_closed_form", "outside", "leaves_nothing", "target_far", "target_year_far",
    "survey_errors", "past_limit", "level_far",
)  # fmt: skip
"""Why a place is refused, by number; up to `nothing_known` nothing at all is said of the place."""
BLOCK = 1 << 14  # names, or figures, looked at together
KEYS = ("code", "province", "district", "place")  # name a place together: communes of one name are in many districts
NUMBERS = {
    "year": "year_text", "target": "target_text", "target_year": "target_text", "standard_error": "errors_wrong",
    "population": "population_text", "value": "value_text",
}  # fmt: skip
"""Columns of numbers, each with the fault of a cell that is none."""
OTHER = "place_of_other_days"
FAULTS = {"places.several": "place_ambiguous", "places.not_on": OTHER, "places.disagree": "code_disagrees"}
FAULTS |= {"places.which_borders": "borders_unsure"}
"""Why a name or a code finds no place, where it is not that none bears it."""
_FORMS = sorted({form for forms in KINDS.values() for word in forms for form in word.split("|")}, key=len, reverse=True)
KIND = re.compile(rf"(?im)^(?:{'|'.join(_FORMS)})[. ]+|^[pq](?=[0-9])|[{''.join(map(chr, QUOTES))}]|[.]0$")
"""What one may type of a name and another not: a kind of unit, quotation marks, the decimal of a code."""


@dataclass(frozen=True)
class Naming:
    """The rows of a table by the place that each names: key, the number of its name in `words`, and era, the number of
    the span between two redrawings that its year lies in. spans: the last year of each era that has rows."""

    key: Integers
    era: Integers
    words: tuple[str, ...]
    spans: Mapping[int, int]
    found: Mapping[tuple[int, int], Place]
    missing: Mapping[tuple[int, int], InputError]

    numbered = cached_property(lambda named: {p: i for i, p in enumerate(dict.fromkeys(named.found.values()))})
    part = cached_property(lambda its: np.array([its.numbered.get(p, -1) for p in its.rows(its.found, None)], np.int64))
    """Numbers of the places that are found, and that of each row's; -1 where there is none."""

    @property
    def faults(self) -> dict[tuple[int, int], str]:
        """Why there is none, as a reason of REASONS."""
        return {pair: FAULTS.get(why.code, "place_unknown") for pair, why in self.missing.items()}

    @cached_property
    def held(self) -> dict[int, list[Place]]:
        """The places that each name means, those of earlier eras first."""
        return grouped((key, self.found[key, era]) for key, era in sorted(self.found))

    def rows(self, found: Mapping[tuple[int, int], Any], missing: Any) -> list[Any]:
        """What is found of the name and the era of each row."""
        return [found.get(pair, missing) for pair in zip(self.key.tolist(), self.era.tolist(), strict=True)]

    def told(self, pairs: Iterable[tuple[int, int]]) -> dict[str, InputError]:
        """Why some of the names have no place, as in the first era in which they have none."""
        return {self.words[pair[0]]: self.missing[pair] for pair in sorted(pairs, reverse=True)}


def places(frame: pd.DataFrame) -> tuple[Integers, pd.DataFrame, Mask, Mask]:
    """The number of each row's place in order of appearance, the names by number, which look alike (they differ in
    nothing but capitals, the letter a tone stands on, dashes or apostrophes), and which lack an area (they differ in
    nothing but a district or a province that only one states). One name in two forms of Unicode is one place."""
    found = {key: numbered(frame[key]) for key in KEYS if key in frame}
    rows = pd.DataFrame({key: number for key, (number, _) in found.items()}, copy=False)
    number = np.asarray(rows.groupby([*rows], sort=False).ngroup() if len(found) > 1 else rows["place"], np.int32)
    first = np.flatnonzero(np.diff(np.maximum.accumulate(number), prepend=-1))
    table = pd.DataFrame({key: np.array(names, object)[at[first]] for key, (at, names) in found.items()})
    heard = pd.DataFrame({key: _heard(names)[at[first]] for key, (at, names) in found.items()})
    return number, table, heard.duplicated(keep=False).to_numpy(bool), _lacking(heard, table == "")


def retold(frame: pd.DataFrame) -> bool:
    """Whether names may mean one place: the same but for KIND or a tone's place, code and name, or beside one code."""
    _, same, *_ = places(frame)
    codes = same["code" if "code" in same else "place"]
    twice = {*map(str.isdecimal, codes)} == {False, True} or ("code" in same and codes.duplicated().any())
    for key in same:
        bare = KIND.sub("", "\n".join(words := [*same[key].unique()])).split("\n")
        alike = grouped(zip(each_letter(bare, _letters), words, strict=True))
        said = {word: spoken(unquoted(word)) for some in alike.values() if len(some) > 1 for word in some}
        short = {name for kind, name in said.values() if not kind}
        means = {word: (kind * (name not in short), name) for word, (kind, name) in said.items()}
        same[key] = [means.get(word, word) for word in same[key]]
    return bool(twice or same.duplicated().any())


def name_rows(frame: pd.DataFrame, finder: Finder, year: Integers, changes: list[str]) -> Naming:
    """The places that rows name, by code if stated, once an era (between `changes`); spellings of one have one key."""
    key, names, *_ = places(frame)
    words, beside = spelled(names)
    eras = {y: bisect_right(changes, ends(y)) for y in np.unique(year).tolist()}
    spans = {era: y for y, era in sorted(eras.items())}
    era = np.array([eras[y] for y in year.tolist()], np.int64)
    pairs = dict.fromkeys(zip(key.tolist(), era.tolist(), strict=True))
    looked = look_up(finder, ((words[k], ends(spans[e])) for k, e in pairs))
    meant = {(k, e): looked[words[k], ends(spans[e])] for k, e in pairs}
    for pair in pairs if words != beside else ():
        place, other = meant[pair], finder.find(beside[pair[0]])
        if isinstance(place, Place) and other and place not in other:
            meant[pair] = finder.disagreement(place, other)
    held = grouped((k, it) for k, e in sorted(meant) if isinstance(it := meant[k, e], Place))
    first, said = dict[tuple[Any, ...], int](), [unquoted(name.partition(",")[0]) for name in names["place"]]
    own = ["" if name.isdecimal() else spoken(name)[1] for name in said]  # Thôn 1 beside a commune's code is not it
    same = {k: (*dict.fromkeys(of), *{own[k]} - {"", *(spoken(p.name)[1] for p in of)}) for k, of in held.items()}
    to = [first.setdefault(same[k], k) if k in same else k for k in range(len(words))]
    found = {(to[k], e): it for (k, e), it in meant.items() if isinstance(it, Place)}
    missing = {(to[k], e): it for (k, e), it in meant.items() if isinstance(it, InputError) and (to[k], e) not in found}
    return Naming(np.array(to, np.int64)[key], era, words, spans, found, missing)


def spelled(names: pd.DataFrame) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What columns of names say of each place: its code if stated, else its name; and its name with what it lies in."""
    areas = [names[column] for column in reversed(KEYS[1:]) if column in names]
    beside = tuple(", ".join(filter(None, row)) for row in zip(*areas, strict=True))
    return tuple(code or name for code, name in zip(names.get("code", beside), beside, strict=True)), beside


def with_faults(frame: pd.DataFrame, more: Sequence[str]) -> pd.DataFrame:
    """The table with further faults in its rows; those that it has already stay."""
    if not any(more):
        return frame
    had = frame["fault"].astype("object").fillna("") if "fault" in frame else pd.Series("", frame.index)
    return frame.assign(fault=pd.Categorical(np.where(had.to_numpy() == "", more, had.to_numpy())))


def read_rows(frame: pd.DataFrame) -> tuple[dict[str, Any], Reasons]:
    """The columns of numbers by name, nan where there are none and 0 for a year, and what is wrong with each row."""
    value, odd = cells.read_numbers(frame["value"])
    columns, fault = in_numbers(frame)
    columns["year"] = calendar(frame["year"])
    said = odd == 0  # what a figure lacks goes before what is wrong beside it
    fault[said & np.isnan(value)] = REASONS.index("value_missing")
    fault[said & (value <= 0)] = REASONS.index("value_not_positive")
    flag(fault, columns["year"] == 0, "year_text")
    columns |= {"squares": cells.read_numbers(frame["squares"])[0]} if "squares" in frame else {}
    if "fault" in frame:
        codes, said = pd.factorize(frame["fault"])
        known = np.array([*(REASONS.index(str(name)) for name in said), 0], np.int8)[codes]
        fault = np.where(known > 0, known, fault)
    return columns, fault


def in_numbers(frame: pd.DataFrame) -> tuple[dict[str, Any], Reasons]:
    """The columns of NUMBERS, nan where there is no number, and what is wrong with the cells of each row."""
    columns, fault = dict[str, Any](), np.zeros(len(frame), np.int8)
    for name, kind in NUMBERS.items():
        if name in frame:
            columns[name], odd = _people(frame[name]) if name == "population" else cells.read_numbers(frame[name])
            flag(fault, odd == cells.FAULTS.index("text"), kind)
            flag(fault, odd > 0, "decimal_comma")
    return columns, fault


def flag(fault: Reasons, mask: Mask, reason: str) -> None:
    """Set a reason of REASONS where a mask holds and nothing else is wrong."""
    fault[mask & (fault == 0)] = REASONS.index(reason)


def calendar(column: "pd.Series[Any]") -> Integers:
    """The years of a column, 0 where a cell is no calendar year."""
    years, _ = cells.read_numbers(column)
    return np.where((years >= 1000) & (years <= 9999) & (years == np.floor(years)), years, 0).astype(np.int32)


def figure_rows(table: pd.DataFrame) -> tuple[pd.DataFrame, list[InputError]]:
    """The rows of a file that are figures of places, with the status that a remark says; what is told of the others."""
    (codes, names), told = numbered(table["place"]), dict[str, dict[Any, Any]]()
    kind = {name: kind for name, kind in apart(filter(None, names)).items() if kind}
    kinds = np.array([kind.get(name, "") for name in names] if kind else np.full(len(names), ""), object)
    plan, said = np.zeros(len(table), bool), np.zeros(0, object)
    if {"status", "remark"} & {*table}:
        own, said = statuses(table), statuses(table, "remark", "remarks").copy()
        said[np.isin(own, ("break", "plan"))] = ""  # a remark that a figure is early takes neither away
        plan = (np.where(said == "", own, said) == "plan") & table["value"].notna() & (table["fault"] == "")
    left = np.flatnonzero((kinds != "")[codes] | plan)
    columns = [table[name].iloc[left] for name in ("place", "year", "value", "status", "remark") if name in table]
    of = np.where(plan[left], "plans", kinds[codes[left]])
    for which, place, year, value, *why in zip(of, *columns, strict=True):
        one: Any = figure_of(f"{year:g}", value, "; ".join(filter(None, why))) if which == "plans" else clean(place)
        told.setdefault(which, {}).setdefault(str(one), one)
    if (said != "").any():
        table = table.assign(status=pd.Categorical(np.where(said == "", table.get("status", "final"), said)))
    table = table.drop(columns="remark", errors="ignore")
    table = table.drop(index=table.index[left]).reset_index(drop=True) if told else table
    return table, [InputError(f"data.read_{which}", names=tuple(names.values())) for which, names in told.items()]


def statuses(frame: pd.DataFrame, column: str = "status", table: str = "statuses") -> NDArray[np.object_]:
    """The status of each row in our words, as it states it or as its remark says; empty where it is final, or none."""
    if column not in frame:
        return np.broadcast_to(np.array("", object), len(frame))
    codes, words = pd.factorize(frame[column], use_na_sentinel=False)
    return np.array([(status_of(str(word), table=table) or "").replace("final", "") for word in words], object)[codes]


def marks(frame: pd.DataFrame) -> tuple[Said, ...]:
    """What a page says of the figures: how many are preliminary or estimates, or come after a break."""
    found = statuses(frame)[frame["value"].notna().to_numpy(bool)]
    counts = {status: int((found == status).sum()) for status in ("preliminary", "estimate", "break")}
    parts = tuple(Said(f"panel.status.{status}", {"count": Shown(n)}) for status, n in counts.items() if n)
    return (Said("panel.statuses", {"parts": parts}),) if parts else ()


def _people(column: "pd.Series[Any]") -> tuple[Array, Mask]:
    """Populations, nan where none is stated, and which cells hold none: 9.900 may be 10 or 9,900; 10.0 is as saved."""
    codes, words = pd.factorize(column, use_na_sentinel=False)
    text = pd.Series(words, dtype="object").fillna("").astype(str).str.strip()
    found = np.asarray(text.where(text.str.fullmatch(r"\d+(\.0)?").to_numpy(bool), "nan"), float)
    odd = (text != "").to_numpy(bool) & ~(found > 0)
    return np.where(odd, np.nan, found)[codes], odd[codes]


def _lacking(heard: pd.DataFrame, empty: pd.DataFrame) -> Mask:
    """Places that are another one but for areas that one of the two does not state; the last column is the place."""
    found = np.zeros(len(heard), bool)
    mixed = [key for key in [*heard][:-1] if empty[key].any() and not empty[key].all()]
    for some in (chosen for size in (1, 2) for chosen in combinations(mixed, size)):
        group = heard.groupby([key for key in heard if key not in some]).ngroup().to_numpy() << len(some)
        kind = sum(empty[key].to_numpy(np.int64) << bit for bit, key in enumerate(some))
        found |= np.isin(group + kind, group + ((1 << len(some)) - 1 - kind))  # the other states what this one does not
    return found


def numbered(column: "pd.Series[Any]") -> tuple[Integers, list[str]]:
    """The number of each row's name, clean, and the names as they appear; one that is missing is empty."""
    found, unique = pd.factorize(column, use_na_sentinel=False)
    names = pd.Series(unique, dtype="object").tolist()
    if other := {*map(type, names)} - {str}:
        names = [*map(str, pd.Series(names, dtype="object").fillna("").tolist())]
    text = f"|{'|'.join(names)}|"
    doubled = any(odd in text for odd in ("  ", " |", "| ", "|'"))  # no space but the plain one is printable
    tidy = text.isprintable() and unicodedata.is_normalized("NFC", text) and not doubled
    if not tidy or (other and len(set(names)) < len(names)):  # 1 and "1" are one name
        merged, shown = pd.factorize(np.array([clean(name) for name in names], object))
        return merged[found].astype(np.int32), shown.tolist()
    return found.astype(np.int32), names


def _heard(names: list[str]) -> Integers:
    """A number for each clean name; only capitals, places of tones, dashes or apostrophes differ within a number. Names
    of other letters sound unlike: only those of the same letters, which are few, are compared as they sound."""
    letters = np.fromiter(map(hash, each_letter(names, _letters)), np.int64, len(names))
    number = np.asarray(pd.factorize(letters)[0], np.int64)
    same: dict[str, int] = {}
    for i in np.flatnonzero(np.bincount(number)[number] > 1).tolist():
        number[i] = len(names) + same.setdefault(sound(names[i]), len(same))
    return number


def _letters(c: str) -> str:
    """What is left of a letter without its marks and its capital; nothing of what two names of one sound differ in."""
    parts = unicodedata.normalize("NFD", c.translate(SAME).lower().casefold())
    return "".join(part for part in parts if not unicodedata.combining(part) and not part.isspace())
