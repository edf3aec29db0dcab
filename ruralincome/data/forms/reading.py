"""Readings: what a file holds, in the series' own terms, whatever form it had."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import ge
from typing import Any, NamedTuple

from ruralincome.series import InputError
from ruralincome.series.series import Status

NOTHING: Mapping[str, str] = {}


class Figure(NamedTuple):
    """A cell that was read: the number as a decimal text in `shown` (empty where there is none), status, marks left."""

    shown: str
    status: Status = "final"
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float | None:
        """The number, or None where the cell holds none."""
        return float(self.shown) if self.shown else None


class Line(NamedTuple):
    """The figures of one row of a sheet: what they are of, and (year, column, figure) of each.

    part: the heading it stands under; more: what further columns say of it, by their roles.
    """

    place: str
    indicator: str
    unit: str
    row: int
    figures: Sequence[tuple[int, int, Figure]]
    part: str = ""
    more: Mapping[str, str] = NOTHING


@dataclass(frozen=True)
class Options:
    """What a user states of a file that can be read in two ways: each as the option of the same name says it.

    columns: KIND=HEAD,KIND=HEAD; year: first or second, what 2019/20 stands for; published: the day on which the file
    came out, where its rows do not say it.
    """

    sheet: str = ""
    columns: str = ""
    unit: str = ""
    decimal: str = ""
    year: str = ""
    published: str = ""

    def __post_init__(self) -> None:
        if self.decimal not in ("", ".", ","):
            raise InputError("data.decimal", stated=self.decimal)
        if self.year not in ("", "first", "second"):
            raise InputError("data.year_option", stated=self.year)

    @property
    def layout(self) -> bool:
        """Whether anything is stated of where the figures stand, or how they are written."""
        return bool(self.sheet or self.columns or self.decimal or self.year or self.published)


@dataclass(frozen=True)
class Reading:
    """The figures of one indicator in one place: years rising, values (None: not there), a status and notes for each.

    unit: a code of the project where its words say it, else as the file writes it; place: empty where the file is of
    one place and does not name it. understood: how the file was read, in codes that the catalogues word. shown: the
    values as decimal texts with the digits as published; lines: where they stand, in which
    sheet, with those that were revised since.
    """

    place: str
    indicator: str
    unit: str
    years: tuple[int, ...]
    values: tuple[float | None, ...]
    status: tuple[Status, ...]
    notes: tuple[str, ...]
    understood: tuple[InputError, ...]
    shown: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    sheet: str = ""

    def cells(self) -> Iterator[tuple[int, int, Figure, Line]]:
        """Year, column, figure and line of each, the one that is used after those that were published before it."""
        yield from sorted(_cells(self.lines), key=_order)

    def to_json(self) -> dict[str, Any]:
        """The contract's keys, `understood` as codes and facts."""
        keys = ("place", "indicator", "unit", "years", "values", "status", "notes")
        plain = {key: list(v) if isinstance(v := getattr(self, key), tuple) else v for key in keys}
        return {**plain, "understood": [said.to_json() for said in self.understood]}


def collect(lines: Iterable[Line], understood: Sequence[InputError], notes: Sequence[str], sheet: Any) -> list[Reading]:
    """Lines of a sheet as readings, one for each place, indicator and unit in the order of the file.

    A place that stands under two headings is told apart by them. Raises InputError for two figures of one year, unless
    each states the day on which it was published: then the later is the figure, and the earlier is kept beside it.
    """
    rows = list(lines)
    parted = len({line.part for line in rows}) > 1 and _stands_twice(rows)
    groups: dict[tuple[str, str, str], list[Line]] = {}
    for line in rows:
        indicator = "; ".join(filter(None, (line.indicator, line.part))) if parted else line.indicator
        groups.setdefault((line.place, indicator, line.unit), []).append(line)
    told, readings = (*understood, *_marks(rows)), []
    for (place, indicator, unit), found in groups.items():
        cells = found[0].figures if len(found) == 1 else [cell for line in found for cell in line.figures]
        years, before = tuple([year for year, _, _ in cells]), list[str]()
        if any(map(ge, years, years[1:])):
            cells, before = _newest(found, place or indicator, sheet)
            years = tuple([year for year, _, _ in cells])
        shown = tuple([figure.shown for _, _, figure in cells])
        said = [f"{year}: {mark}" for year, _, figure in cells if figure.notes for mark in figure.notes]
        if not said and not any(shown):
            continue  # a row of empty cells
        values = tuple([float(text) if text else None for text in shown])
        status, every = tuple([figure.status for _, _, figure in cells]), (*said, *before, *notes)
        readings.append(
            Reading(place, indicator, unit, years, values, status, every, told, shown, tuple(found), sheet.name)
        )
    return readings


def plain(value: float) -> str:
    """A number of a workbook as a decimal text, without what its binary form adds: 44.9 for 44.900000000000006.

    Raises InputError for what is no finite number.
    """
    shown = f"{value:.15g}"
    if "e" not in shown and math.isfinite(value):
        return shown
    if not math.isfinite(value):
        raise InputError("data.not_number", cell=str(value))
    return f"{Decimal(shown):f}"


def day(text: str) -> str:
    """A day as YYYY-MM-DD, also of 30/06/2021. Raises InputError for no day, and one that may be of two months."""
    parts = [*reversed(text.strip().split("/"))] if "/" in text else text.strip().split("-")
    try:
        found = date(*map(int, parts)) if len(parts) == 3 and len(parts[0]) == 4 else None
    except ValueError:
        found = None
    if found is None or ("/" in text and found.day <= 12 and found.day != found.month):
        raise InputError("data.no_day", cell=text)
    return found.isoformat()


def _cells(lines: Iterable[Line]) -> list[tuple[int, int, Figure, Line]]:
    return [(year, column, figure, line) for line in lines for year, column, figure in line.figures]


def _order(cell: tuple[int, int, Figure, Line]) -> tuple[int, str]:
    return cell[0], cell[3].more.get("published", "")


def _stands_twice(rows: Sequence[Line]) -> bool:
    """Whether some place has a figure of one year under two headings."""
    under: dict[tuple[str, str, str, int], str] = {}
    keys = ((line.part, (line.place, line.indicator, line.unit, year)) for line in rows for year, *_ in line.figures)
    return any(under.setdefault(key, part) != part for part, key in keys)


def _newest(lines: Sequence[Line], place: str, sheet: Any) -> tuple[list[tuple[int, int, Figure]], list[str]]:
    """Of the figures of each year the one published last, and the others as notes."""
    last: dict[int, tuple[int, int, Figure]] = {}
    days, before = dict[int, str](), list[str]()
    for year, column, figure, line in sorted(_cells(lines), key=_order):
        day = line.more.get("published", "")
        if year in last:
            if not days[year] or day == days[year]:
                facts = {"where": sheet.at(line.row, column), "place": place, "year": year}
                raise InputError("data.two_figures", one=last[year][2].shown, other=figure.shown, **facts)
            before.append(f"{year}: {last[year][2].shown} ({days[year]}) → {figure.shown} ({day})")
        last[year], days[year] = (year, column, figure), day
    return [*last.values()], before


def _marks(rows: Sequence[Line]) -> list[InputError]:
    """How many cells are of each status but final, with the marks that said so."""
    marked: dict[str, list[tuple[str, ...]]] = {}
    for line in rows:
        for _, _, figure in line.figures:
            if figure.status != "final":
                marked.setdefault(figure.status, []).append(figure.notes)
    told = []
    for status in ("preliminary", "estimate", "break", "not_available", "confidential", "zero"):
        if status in marked:
            marks = tuple(sorted({mark for notes in marked[status] for mark in notes}))
            said = InputError(f"data.status_{status}")
            told.append(InputError("data.read_marks", count=len(marked[status]), status=said, marks=marks or ("-",)))
    return told
