"""Readings: what a file holds, in the series' own terms, whatever form it had."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import chain, pairwise
from operator import ge
from typing import Any, Literal, NamedTuple, get_args

from ruralincome.data.table import Sheet
from ruralincome.series import InputError, Status

NOTHING: Mapping[str, str] = {}
Mark = Status | Literal["plan"]  # what is said of a cell; a plan is no observation, and is left out
Remark = tuple[Mark, tuple[str, ...]]  # what is said of a figure: its status, and in which words
STRONGEST = ("plan", "confidential", "zero", "break", "estimate", "preliminary", "not_available", "final")


class Figure(NamedTuple):
    """A cell that was read: the number as a decimal text in `shown` (empty where there is none), status, marks left."""

    shown: str
    status: Mark = "final"
    notes: tuple[str, ...] = ()

    @property
    def number(self) -> Decimal | str:
        """The number in the digits shown."""
        return Decimal(self.shown) if self.shown else ".."

    def marked(self, status: Mark, notes: tuple[str, ...]) -> "Figure":
        """With what else is said of it: the stronger status holds, and an empty cell is no preliminary one."""
        if not self.shown and status not in ("final", "confidential", "zero"):
            return self
        return Figure(self.shown, min(status, self.status, key=STRONGEST.index), (*self.notes, *notes))


class Reported(NamedTuple):
    """A figure and the year it is of, where it stands, and what further columns say of its row, by their roles."""

    year: int
    figure: Figure
    row: int
    column: int
    more: Mapping[str, str] = NOTHING

    @property
    def day(self) -> str:
        """The day on which it was published; empty where that is not stated."""
        return self.more.get("published", "")


class Key(NamedTuple):
    """What figures are of; part: the heading between the rows that they stand under."""

    place: str
    indicator: str
    unit: str
    part: str = ""


@dataclass(frozen=True)
class Options:
    """What a user states of a file that can be read in two ways: each as the option of the same name says it. columns:
    KIND=HEAD,KIND=HEAD; year: first or second, what 2019/20 stands for; published: the day on which the file came out,
    where its rows do not say it; indicator: the name of the one that is meant, or a part of it."""

    sheet: str = ""
    columns: str = ""
    unit: str = ""
    decimal: str = ""
    year: str = ""
    published: str = ""
    indicator: str = ""

    def __post_init__(self) -> None:
        for stated, known, code in ((self.decimal, ".,", "decimal"), (self.year, ("first", "second"), "year_option")):
            if stated and stated not in known:
                raise InputError(f"data.{code}", stated=stated)

    layout = property(lambda one: replace(one, unit="") != Options())  # whether anything but the unit is stated


@dataclass(frozen=True, slots=True)
class Reading:
    """The figures of one indicator in one place: years rising, values (None: not there), a status and notes for each.
    unit: a code of the project where its words say it, else as the file writes it; place: empty where the file is of
    one place and does not name it. cells: every figure, of each year the one that is used last, behind those that it
    revised; remarks: notes of the whole file. understood: how the file was read, in codes that the catalogues word."""

    place: str
    indicator: str
    unit: str
    cells: tuple[Reported, ...]
    remarks: tuple[str, ...]
    understood: tuple[InputError, ...]
    sheet: str = ""

    years = property(lambda one: tuple({cell.year: None for cell in one.cells}))
    figures = property(lambda one: tuple({cell.year: cell.figure for cell in one.cells}.values()))
    shown = property(lambda one: tuple(figure.shown for figure in one.figures))  # decimal texts, digits as published
    values = property(lambda one: tuple(float(t) if t else None for t in one.shown))
    status = property(lambda one: tuple(figure.status for figure in one.figures))

    @property
    def said(self) -> tuple[InputError, ...]:
        """Each figure as it is told, with its status where that is not final."""
        stand = ["" if status == "final" else InputError(f"data.status_{status}") for status in self.status]
        return tuple(map(figure_of, self.years, [figure.number for figure in self.figures], stand))

    @property
    def notes(self) -> tuple[str, ...]:
        """The marks of each year, what was revised, and the notes of the file."""
        marks = [f"{t}: {mark}" for t, one in zip(self.years, self.figures, strict=True) for mark in one.notes]
        revised = [
            f"{one.year}: {one.figure.shown} ({one.day}) → {new.figure.shown} ({new.day})"
            for one, new in pairwise(self.cells) if one.year == new.year
        ]  # fmt: skip
        return *marks, *revised, *self.remarks

    def to_json(self) -> dict[str, Any]:
        """The contract's keys, `understood` as codes and facts."""
        keys = ("place", "indicator", "unit", "years", "values", "status", "notes")
        plain = {key: list(v) if isinstance(v := getattr(self, key), tuple) else v for key in keys}
        return {**plain, "understood": [said.to_json() for said in self.understood]}


def collect(
    found: Mapping[Key, list[Reported]], understood: Sequence[InputError], remarks: Sequence[str], sheet: Sheet
) -> list[Reading]:
    """The figures of a sheet as readings, one for each place, indicator and unit in the order of the file. A place that
    stands under two headings is told apart by them. Raises InputError for two figures of one year, unless each states
    the day on which it was published: then the later is the figure, and the earlier is kept before it."""
    told, groups, under = (*understood, *_marks(found)), dict[tuple[str, str, str], list[Reported]](), dict[Any, str]()
    parts = (((*key[:3], cell.year), key.part) for key, cells in found.items() for cell in cells)
    parted = len({key.part for key in found}) > 1 and any(under.setdefault(of, part) != part for of, part in parts)
    for (place, indicator, unit, part), cells in found.items():
        name = "; ".join(filter(None, (indicator, part if parted else "")))
        groups[place, name, unit] = groups[place, name, unit] + cells if (place, name, unit) in groups else cells
    readings = []
    for (place, name, unit), cells in groups.items():
        years = [cell[0] for cell in cells]
        if any(map(ge, years, years[1:])):
            cells.sort(key=lambda cell: (cell.year, cell.day))
            for one, other in pairwise(cells):
                if one.year == other.year and (not one.day or one.day == other.day):
                    facts = {"place": place or name or sheet.file, "year": one.year, "one": one.figure.number}
                    where = sheet.at(other.row, other.column)
                    raise InputError("data.two_figures", where=where, other=other.figure.number, **facts)
        if any(cell[1][0] or cell[1][2] for cell in cells):  # no row of empty cells
            readings.append(Reading(place, name, unit, tuple(cells), tuple(remarks), told, sheet.name))
    return readings


def decimal(value: float) -> str:
    """A workbook's number as a decimal text: 44.9 for 44.900000000000006. Raises InputError for what is not finite."""
    if not math.isfinite(value):
        raise InputError("data.not_number", cell=str(value))
    return f"{Decimal(f'{value:.15g}'):f}"


def figure_of(year: int | str, value: object, remark: object = "") -> InputError:
    """A figure as it is told, with what is said of it."""
    return InputError("data.figure_of" if remark else "data.figure", year=year, value=value, remark=remark)


def read_day(text: str) -> str:
    """A day as YYYY-MM-DD, also of 30/06/2021. Raises InputError for no day, and one that may be of two months."""
    parts = [*reversed(text.strip().split("/"))] if "/" in text else text.strip().split("-")
    try:
        found = date(*map(int, parts)) if len(parts) == 3 and len(parts[0]) == 4 else None
    except ValueError:
        found = None
    if found is None or ("/" in text and found.day <= 12 and found.day != found.month):
        raise InputError("data.no_day", cell=text)
    return found.isoformat()


def _marks(found: Mapping[Key, list[Reported]]) -> list[InputError]:
    """How many cells are of each status but final, with the marks that said so."""
    marked, told = [cell[1] for cells in found.values() for cell in cells if cell[1][1] != "final"], []
    for status in get_args(Status)[1:]:
        if notes := [one.notes for one in marked if one.status == status]:
            facts = {"count": len(notes), "marks": tuple(sorted({*chain(*notes)})) or ("-",)}
            told.append(InputError("data.read_marks", status=InputError(f"data.status_{status}"), **facts))
    return told
