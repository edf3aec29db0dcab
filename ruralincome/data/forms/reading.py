"""Readings: what a file holds, in the series' own terms, whatever form it had."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from ruralincome.series import InputError

Status = Literal["final", "preliminary", "estimate", "break", "not_available", "confidential", "zero"]


@dataclass(frozen=True)
class Figure:
    """A cell that was read: the number as a decimal text in `shown` (empty where there is none), status, marks left."""

    shown: str
    status: Status = "final"
    notes: tuple[str, ...] = ()
    source: str = ""

    @property
    def value(self) -> float | None:
        """The number, or None where the cell holds none."""
        return float(self.shown) if self.shown else None


@dataclass(frozen=True)
class Observation:
    """One figure of one place and year; where: what names its cell in a fault; part: the heading it stands under."""

    place: str
    indicator: str
    unit: str
    year: int
    figure: Figure
    where: InputError
    part: str = ""


@dataclass(frozen=True)
class Options:
    """What a user states of a file that can be read in two ways: each as the option of the same name says it."""

    sheet: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    decimal: str = ""
    year: str = ""


@dataclass(frozen=True)
class Reading:
    """The figures of one indicator in one place: years rising, values (None: not there), a status and notes for each.

    unit: a code of the project where its words say it, else as the file writes it; place: empty where the file is of
    one place and does not name it. understood: how the file was read, in codes that the catalogues word. shown: the
    values as decimal texts with the digits as published; where: what names each cell in a fault; sources: of each
    figure, where its row names one.
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
    where: tuple[InputError, ...] = ()
    sources: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The contract's keys, `understood` as codes and facts."""
        return {
            "place": self.place,
            "indicator": self.indicator,
            "unit": self.unit,
            "years": list(self.years),
            "values": list(self.values),
            "status": list(self.status),
            "notes": list(self.notes),
            "understood": [said.to_json() for said in self.understood],
        }


def collect(found: Iterable[Observation], understood: Sequence[InputError], notes: Sequence[str] = ()) -> list[Reading]:
    """Observations as readings, one for each place, indicator and unit in the order of the file.

    A place that stands under two headings is told apart by them. Raises InputError for two figures of one year.
    """
    rows = list(found)
    places: dict[tuple[str, str, str, int], set[str]] = {}
    for row in rows:
        places.setdefault((row.place, row.indicator, row.unit, row.year), set()).add(row.part)
    parted = any(len(parts) > 1 for parts in places.values())
    groups: dict[tuple[str, str, str], dict[int, Observation]] = {}
    for row in rows:
        indicator = "; ".join(filter(None, (row.indicator, row.part))) if parted else row.indicator
        years = groups.setdefault((row.place, indicator, row.unit), {})
        if row.year in years:
            facts = {"where": row.where, "place": row.place or indicator, "year": row.year}
            raise InputError("data.two_figures", one=years[row.year].figure.shown, other=row.figure.shown, **facts)
        years[row.year] = row
    told = [*understood, *_marks(rows)]
    readings = []
    for (place, indicator, unit), years in groups.items():
        ordered = [years[year] for year in sorted(years)]
        if all(row.figure.value is None and not row.figure.notes for row in ordered):
            continue  # a row of empty cells
        marks = [f"{row.year}: {mark}" for row in ordered for mark in row.figure.notes]
        readings.append(
            Reading(
                place,
                indicator,
                unit,
                tuple(row.year for row in ordered),
                tuple(row.figure.value for row in ordered),
                tuple(row.figure.status for row in ordered),
                (*marks, *notes),
                tuple(told),
                tuple(row.figure.shown for row in ordered),
                tuple(row.where for row in ordered),
                tuple(row.figure.source for row in ordered),
            )
        )
    return readings


def _marks(rows: Sequence[Observation]) -> list[InputError]:
    """How many cells are of each status but final, with the marks that said so."""
    told = []
    for status in ("preliminary", "estimate", "break", "not_available", "confidential", "zero"):
        marked = [row for row in rows if row.figure.status == status]
        if marked:
            marks = tuple(sorted({mark for row in marked for mark in row.figure.notes}))
            said = InputError(f"data.status_{status}")
            told.append(InputError("data.read_marks", count=len(marked), status=said, marks=marks or ("-",)))
    return told


def plain(value: float) -> str:
    """A number of a workbook as a decimal text, without what its binary form adds: 44.9 for 44.900000000000006.

    Raises InputError for what is no finite number.
    """
    if not math.isfinite(value):
        raise InputError("data.not_number", cell=str(value))
    return f"{Decimal(f'{value:.15g}'):f}"
