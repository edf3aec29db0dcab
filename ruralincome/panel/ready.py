"""A table made ready for its question: targets from a standard, and what to do with places that were redrawn."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ruralincome.data import cells
from ruralincome.data.forms import heads
from ruralincome.data.forms.reading import Options
from ruralincome.panel import rows
from ruralincome.panel.answers import Asked
from ruralincome.panel.rebuilt import crowds, rebuilt
from ruralincome.panel.rows import KEYS, OTHER, Integers, Mask, Naming, calendar, marks, name_rows, spelled, with_faults
from ruralincome.places.across import Bridge, People, ends, serving, split
from ruralincome.places.boundaries import DAY, grouped
from ruralincome.places.find import Finder
from ruralincome.places.standard import Standard, read_standard
from ruralincome.places.tables import VIETNAM_FIRST, read_boundaries, vietnam, vietnam_people
from ruralincome.series import Fact, InputError, Said, Shown, Text
from ruralincome.series.names import clean, sound
from ruralincome.series.units import unit_of


@dataclass(frozen=True)
class Order:
    """What a user states of places. rule: for a redrawing; unless stated, places that were redrawn are refused, and
    names that no place bears are left alone. table: a country's own; standard: name or file; by: year of its lines."""

    rule: Bridge | None = None
    table: Path | None = None
    standard: str = ""
    by: int | None = None

    @cached_property
    def lines(self) -> Standard | None:
        """The standard, read. Raises InputError."""
        return read_standard(self.standard) if self.standard else None

    def target(self, stated: str | None) -> str | None:
        """VALUE@YEAR of the command line, or of the standard. Raises InputError for both, and for a year without."""
        if self.lines is None:
            if self.by is not None:
                raise InputError("places.by_alone", by=self.by)
            return stated
        if stated is not None:
            raise InputError("places.two_targets", target=stated, standard=self.standard)
        year = self.by or self.lines.last
        return f"{self.lines.threshold(self.lines.groups[0].name.vi, year):f}@{year}"


@dataclass(frozen=True)
class Ready:
    """A table made ready for `histories`. told: {a name: why it has no place, what would help, what is unused}; fixed:
    years whose parts were weighed by people of another; restated: whether rows state the day of their borders."""

    frame: pd.DataFrame
    rule: Bridge | None = None
    told: Mapping[str, InputError] | None = None
    fixed: tuple[int, ...] = ()
    restated: bool = False

    def why(self, rows: pd.DataFrame) -> list[InputError | None]:
        """What is told of the place of each row of answers, by the names that it has there; None where nothing is."""
        return [*map((self.told or {}).get, spelled(rows.filter(KEYS).astype("str"))[0])] if self.told else []


def as_ordered(frame: pd.DataFrame, order: Order, options: Options | None = None, file: str = "") -> pd.DataFrame:
    """The table with codes of units, or the unit that options state, and its standard's lines as targets, by its group;
    a place of an unknown group is refused in its row. Raises InputError for another unit, no groups, or no line."""
    frame = _measured(frame, options.unit if options else "", file)
    if (standard := order.lines) is None:
        return frame
    year, groups = order.by or standard.last, tuple(group.name.vi for group in standard.groups)
    if "group" not in frame:
        raise InputError("places.no_group", decision=standard.decision, groups=groups)
    heard = {sound(name) for group in standard.groups for name in (group.name.vi, group.name.en)}
    names = frame["group"].dropna().unique()
    lines = {name: standard.threshold(str(name), year) for name in names if sound(clean(str(name))) in heard}
    if not lines:
        standard.threshold(groups[0], year)
    target = frame["group"].astype("object").map(lines).astype(float)
    return with_faults(frame.assign(target=target, target_year=year), [*np.where(target.isna(), "group_unknown", "")])


def ready(frame: pd.DataFrame, order: Order, asked: Sequence[Asked]) -> Ready:
    """The table of places that can be asked; without an order, one whose targets lie before every day is as it was.
    Raises InputError where the params files state several rules and the command line none."""
    scenarios = [one.stated.scenario for one in asked]
    stated = tuple(dict.fromkeys(one.redrawn for one in scenarios if "redrawn" in one.model_fields_set))
    if order.rule is None and len(stated) > 1:
        raise InputError("places.several_rules", rules=stated)
    rule = order.rule or next(iter(stated), None)
    years = [goal.year for one in asked if (goal := one.basis.target) is not None]
    last = int(_asked(frame, calendar(frame["year"]), max(years, default=0)).max(initial=max(years, default=0)))
    alone = rule is None and order.table is None and ends(last) < VIETNAM_FIRST and "population" not in frame
    if alone and not rows.retold(frame):
        found = Ready(frame)
    else:
        finder, people = (read_boundaries(order.table), {}) if order.table else (vietnam(), vietnam_people())
        found = replace(redrawn(frame, finder, rule, max(years, default=last), people), restated="territory" in frame)
    odd = found.frame[found.frame.get("fault", found.frame["year"]) == "group_unknown"]
    if order.lines is None or odd.empty:
        return found
    (key, names, *_), groups = rows.places(odd), odd["group"].astype("object").fillna("").map(clean)
    facts = {"decision": order.lines.decision, "groups": tuple(group.name.vi for group in order.lines.groups)}
    whys = (InputError(f"places.standard_{'group' if g else 'ungrouped'}", group=g, **facts) for g in groups)
    return replace(found, told={**(found.told or {}), **dict(zip(np.array(spelled(names)[0])[key], whys, strict=True))})


def redrawn(
    frame: pd.DataFrame, finder: Finder, stated: Bridge | None, until: int, people: People | None = None
) -> Ready:
    """The table under a rule, for targets of the year `until` where it states none; people: of places, as published.
    What cannot be mapped stands in its row, as a fault. refuse: a place with other people in the target's year than in
    its first row is. old: only one of which some rows are of new borders. break: the first figure after the day gets
    that status. rebuild: see `panel.rebuilt`. A name is refused that goes to other people, or that none or several
    bear; without a rule, if it may have been redrawn."""
    rule, people, table, year = stated or "refuse", people or {}, finder.boundaries, calendar(frame["year"])
    if not year.any():
        return Ready(frame, rule)
    words = [word for key in ("code", "place") if key in frame for word in rows.numbered(frame[key])[1] if word]
    if not stated and not any(finder.known(words)):
        return Ready(frame, rule)
    stands, odd, said = standing(frame, year, table.days)
    last = _asked(frame, stands, until)
    first, end = ends(int(year[year > 0].min())), ends(int(last.max()))
    changes = [day for day in table.days if first < day <= end]
    frame, named = with_faults(frame, odd if changes or stated else []), name_rows(frame, finder, stands, changes)
    _, row, its = np.unique(named.key, return_index=True, return_inverse=True)
    frame = frame.assign(**{str(name): column.array.take(row[its]) for name, column in frame.filter(KEYS).items()})
    wrong, leaps = crowds(frame, table, named, people)
    frame = with_faults(frame, wrong)
    if not stated and not changes:
        return Ready(frame, told=leaps)
    valued = cells.read_numbers(frame["value"])[0] > 0
    if rule != "old" and named.era.any():
        named = _unsure(named, finder, *(column[valued].tolist() for column in (named.key, named.era, year, said)))
    if (stands > year).any():  # figures of a place yet to come: their class is narrowed by the people of its parts
        lived = {pair: split(table, place, people)[1] for pair, place in named.found.items()}
        squares = {pair: sum(n**2 for n in of) / sum(of) ** 2 if of else np.nan for pair, of in lived.items()}
        frame = frame.assign(squares=np.where(stands > year, named.rows(squares, np.nan), np.nan))
    if rule == "rebuild":
        frame, why, fixed = rebuilt(frame, finder, named, end, leaps)
        return Ready(frame, rule, why, fixed)
    fault = named.faults
    for pair in named.missing if not stated else ():
        word = named.words[pair[0]]
        may_be = (finder.find(word) or finder.near(word)) if any(finder.known([word])) else ()
        if not any(table.redrawn(place, first, end) for place in may_be):
            del fault[pair]
    if rule == "old":  # the figures of a place go on under its old name or code
        fault = {pair: why for pair, why in fault.items() if why != OTHER or pair[0] not in named.held}
    told, since = named.told(fault), np.full(len(named.words), 9999)
    begin = pd.Series(np.where(stands > 0, stands, 9999)).groupby(named.key).min().map(ends).to_dict()
    goal, held = pd.Series(last).groupby(named.key).max().map(ends).to_dict(), named.held.items()
    cut = {key: (day, p) for key, its in held for p in its[::-1] if (day := table.redrawn(p, begin[key], goal[key]))}
    since[list(cut)] = [int(day[:4]) for day, _ in cut.values()]  # of the first place of several
    after, before = valued & (stands >= since[named.key]), valued & (stands < since[named.key])
    reached, first_after = {*named.key[after].tolist()}, np.full(len(named.words), 9999)
    np.minimum.at(first_after, named.key[after], year[after])
    pairs = [*zip(named.key.tolist(), year.tolist(), strict=True)]
    late_new, old_again = after & said & np.isin(named.key, named.key[before]), before & (year > first_after[named.key])
    mixed = {"old": grouped(compress(pairs, late_new)), "break": grouped(compress(pairs, old_again))}
    late = dict.fromkeys(cut if rule == "refuse" else (), "redrawn")
    if rule == "break":
        status = frame["status"].astype("object").fillna("") if "status" in frame else ""
        frame = frame.assign(status=np.where(after & (year == first_after[named.key]), "break", status))
        late = dict.fromkeys(cut.keys() - reached, "nothing_after")
    late |= dict.fromkeys(mixed.get(rule, ()), "mixed_borders")
    counted = cells.read_numbers(frame["population"])[0] > 0 if "population" in frame else np.zeros(len(frame), bool)
    there = valued & np.isin(named.part, named.part[counted])
    known = grouped(compress(zip(named.rows(named.found, None), year.tolist(), strict=True), there.tolist()))
    lost = {key for key, _ in named.missing}
    unsure = {key for (key, _), why in fault.items() if why == "borders_unsure"}
    for key, reason in [pair for pair in late.items() if pair[0] not in unsure]:
        (day, place), ways = cut[key], [way for way in mixed if key in mixed[way]]
        fit = serving(table, place, day, key in reached - lost, known, ways)
        way = rule if rule in ways else ways[0] if ways and not fit else ""
        facts: dict[str, Any] = {"name": place.name, "code": place.code, "day": day, "rules": fit}
        if way:
            late[key], facts["years"] = "mixed_borders", tuple(sorted({*mixed[way][key]}))
        if fit or way:
            told[named.words[key]] = InputError(f"places.mixed_{way}" if way else f"places.{reason}", **facts)
        elif key in lost:
            del late[key]  # no rule makes a name one of a day on which it was none: that is told
    strange = {key: (old, new) for key, (old, *more) in held for new in more if not table.went(old, new)}
    for key, (old, new) in strange.items():
        late[key] = "another_place"
        told[named.words[key]] = InputError("territory.another_place", code=old.code, name=old.name, day=new.first)
    late |= dict.fromkeys(unsure, "borders_unsure")
    fault |= {pair: late[pair[0]] for pair in (*named.found, *named.missing) if pair[0] in late}
    return Ready(with_faults(frame, named.rows(fault, "")), rule, told | leaps)


def _unsure(named: Naming, finder: Finder, *columns: Any) -> Naming:
    """The names without those that were another place's before, in a year for which the table may have a part of the
    new one: only a day in the column territory says whose borders are meant. columns: of rows with figures."""
    parts = {pair: {p.place for p in finder.boundaries.parts(new)} for pair, new in named.found.items() if pair[1]}
    means = {pair: finder.find(named.words[pair[0]]) for pair, why in named.faults.items() if why == OTHER}
    every, vague = {part for of in parts.values() for part in of}, dict[tuple[int, int], InputError]()
    for key, era in (pair for pair, why in named.faults.items() if why == "place_ambiguous"):
        means[key, era] = finder.find(word := named.words[key])
        if every & {*means[key, era]}:
            some = [p for p in means[key, era] if p in every or p.valid(ends(named.spans[era]))]
            vague[key, era] = finder.several(word, tuple(sorted(some, key=lambda p: p not in every)))
    means |= {pair: (place,) for pair, place in named.found.items()}
    rows, unsure = set(zip(*columns, strict=True)), dict[tuple[int, int], InputError]()
    beside = {(year, place): key for key, era, year, _ in rows for place in means.get((key, era), ())}
    for key, era, year, said in rows:
        others = [p for p in parts.get((key, era), ()) if not said and beside.get((year, p), key) != key]
        if others and (was := finder.find(named.words[key], ends(int((new := named.found[key, era]).first[:4]) - 1))):
            facts = {"words": named.words[key], "year": year, "day": new.first, "parts": finder.listed(tuple(others))}
            unsure[key, era] = InputError("places.which_borders", **facts, among=finder.listed((*was, new)))
    sure = {pair: place for pair, place in named.found.items() if pair not in unsure}
    return replace(named, found=sure, missing={**named.missing, **vague, **unsure})


def standing(frame: pd.DataFrame, year: Integers, days: Iterable[str]) -> tuple[Integers, Any, Mask]:
    """The year at whose end the places of each row stood, its own or that of its day in the column territory; what is
    wrong there: no day, one ahead, or one between two redrawings of a year; and whether it states one."""
    codes, stated = rows.numbered(frame.get("territory", pd.Series("", frame.index)).astype("object").fillna(""))
    years, odd = np.zeros(len(stated), np.int64), np.full(len(stated), "", object)
    for i, cell in enumerate(stated):
        if fits := bool(DAY.fullmatch(cell)) and cell <= date.today().isoformat():
            years[i] = int(cell[:4]) - any(cell < day <= ends(int(cell[:4])) for day in days)
        odd[i] = "territory_text" if (any(ends(int(years[i])) < day <= cell for day in days) if fits else cell) else ""
    return np.where(years[codes] > 0, years[codes], year), odd[codes], (np.array(stated) != "")[codes]


def notes(order: Order, found: Ready, asked: Asked) -> tuple[Said, ...]:
    """What a page says of places: the standard, and the rule; and of the inflation that the class was given."""
    by, units = asked.basis, set(found.frame.get("unit", [])) - {""}
    said = [*marks(found.frame), *([] if units else [Said("panel.no_unit")])]
    if (lines := order.lines) is not None:
        name = Text(lines.name.vi, lines.name.en)
        facts = dict[str, Fact](name=name, decision=lines.decision, year=order.by or lines.last)
        said.append(Said("panel.standard", facts))
    said += [Said(f"panel.redrawn.{way}") for way in (found.rule, "territory" if found.restated else None) if way]
    said += [Said("panel.redrawn.fixed", {"years": found.fixed})] if found.fixed else []
    ahead = (by.inflation.mean, by.inflation.sd) if by.inflation else by.fitted and by.fitted.inflation
    if ahead and by.fitted not in (None, asked.reference):
        mean, spread = ahead
        whose = "own" if by.inflation is None else "known" if asked.stated.scenario.terms is None else "terms"
        shown = {"mean": Shown(math.expm1(mean), "percent", 2), "spread": Shown(math.expm1(spread), "percent", 1)}
        said.append(Said(f"panel.inflation.{whose}", {**shown, "year": asked.as_of}))
    return tuple(said)


def _measured(frame: pd.DataFrame, words: str, file: str) -> pd.DataFrame:
    """The table with codes of its units, or the unit that a user states. Raises InputError where it states another."""
    code, own = "", [*map(str, frame["unit"].dropna().unique())] if "unit" in frame else []
    if not words:
        return frame.assign(unit=frame["unit"].map({said: heads.unit(said) for said in own})) if own else frame
    for said in filter(None, own):
        code = code or _meant(words, said)
        if not _meant(said, words) == _meant(words, said) == code:
            raise InputError("data.other_unit", file=file, found=said, stated=words)
    return frame.assign(unit=pd.Categorical([code or heads.unit(words)] * len(frame)))


def _meant(words: str, other: str) -> str:
    """The code of the unit that words say, with what another says of person and time where they say none (triệu)."""
    code, more = heads.unit(words), heads.unit(other).partition("_per_")[2].replace("_", " ")
    return code if unit_of(code).kind != "other" or not more else heads.unit(f"{words} per {more}")


def _asked(frame: pd.DataFrame, year: Integers, until: int) -> Integers:
    """The last year that each row states or is asked of: its own target's, or `until`."""
    own = calendar(frame.get("target_year", pd.Series(0.0, frame.index)))
    return np.maximum(year, np.where(own > 0, own, until))
