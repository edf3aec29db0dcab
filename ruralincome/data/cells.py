"""Cells: the text of a table's cell as a number, a year or a name; rows of them as the observations of a series."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from ruralincome.series import InputError, Status, Vintage
from ruralincome.series.names import clean

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"  # what pandas reads as one, too
COMMA = r"[-+]?[0-9][0-9.]*,[0-9]+"  # 47,900 may be 47.9 or 47900: no advice is given on it
TYPES = {
    "year": "integer", "value": "number", "status": "string", "source": "string", "published": "date",
    "standard_error": "number", "sample_size": "number", "design_effect": "number",
}  # fmt: skip
COLUMNS = tuple(TYPES)  # columns of a table of observations; those after source where it has them
WITHOUT = ("not_available", "confidential", "zero")  # of a year without a figure, or one to measure growth from
Read = TypeVar("Read")
SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " ") | {0xFEFF: ""}
FAULTS = ("", "text", "comma")  # what `numbers` finds of a cell, by number: "" is a number, or nothing


def tidy(text: str) -> str:
    """A cell without doubled spaces, the narrow and unbreakable ones being spaces."""
    return " ".join((text if text.isascii() else text.translate(SPACES)).split())


@lru_cache(4096)
def bare(text: str) -> str:
    """A text in small letters, without accents and doubled spaces."""
    parts = unicodedata.normalize("NFD", tidy(text).replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


def read_number(cell: str) -> float:
    """The number of a cell; spaces around it do not count. Raises InputError for anything but a finite NUMBER, telling
    a decimal comma, a mark between thousands, and digits of another script."""
    if re.fullmatch(NUMBER, shown := cell.strip()):
        if math.isfinite(found := float(shown)):
            return found
    elif re.fullmatch(NUMBER, plain := unicodedata.normalize("NFKC", shown)):
        raise InputError("data.digits", cell=cell, told=plain)
    elif re.fullmatch(r"[-+]?[0-9]{1,3}(?:[., ’'\u00a0\u2009\u202f][0-9]{3})+(?:[.,][0-9]+)?", shown):
        raise InputError("data.thousands", cell=cell)
    elif re.fullmatch(r"[-+]?[0-9]+,[0-9]+", shown):
        raise InputError("data.comma", cell=cell, told=shown.replace(",", "."))
    raise InputError("data.not_number", cell=cell)


def year(cell: str) -> int:
    """The calendar year of a cell, .0 behind it as tables with gaps are saved. Raises InputError for anything else."""
    if not (found := re.fullmatch(r"([1-9][0-9]{3})(?:\.0*)?", cell.strip())):
        raise InputError("data.not_year", cell=cell)
    return int(found[1])


def goal(words: str) -> tuple[float, int]:
    """VALUE@YEAR as numbers. Raises InputError for anything else."""
    value, _, when = words.partition("@")
    try:
        return read_number(value), year(when)
    except InputError as fault:
        told = f"{fault.facts['told']}@{when.strip()}" if "told" in fault.facts else "VALUE@YEAR, e.g. 48.9@2021"
        raise InputError("data.goal", words=words, told=told) from None


def decimals(cell: str) -> int:
    """Digits after the point of a cell that is a number, as it was published."""
    return max(0, -int(Decimal(cell.strip()).as_tuple().exponent))


@dataclass(frozen=True)
class Row:
    """The cells of a row by column, as text; where: the row in words, or as a fault said in the reader's language."""

    where: InputError | str
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """The words of a cell, composed and without what is not seen; empty where the table has no such column."""
        return clean(self.cells.get(column, ""))

    def number(self, column: str) -> float:
        """The number of a cell; raises InputError naming file, row, column, text and remedy."""
        return self._read(read_number, column)

    def year(self, column: str = "year") -> int:
        """The calendar year of a cell; raises InputError as `number` does."""
        return self._read(year, column)

    def _read(self, read: Callable[[str], Read], column: str) -> Read:
        try:
            return read(self.cells[column])
        except InputError as fault:
            raise InputError("data.cell", where=self.where, column=column, fault=fault) from None


def schema_of(rows: Sequence[Row], columns: Sequence[str], stated: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the data package says of the columns of such a table: as stated, if it is there, with what is new."""
    nil = any(row.text("status") == "zero" for row in rows)
    whole, twice = all(row.text("value") for row in rows), len({row.year() for row in rows}) < len(rows)
    value = {"required": whole, "minimum" if nil else "exclusiveMinimum": 0}
    must = {"value": {"constraints": value}} | {key: {"constraints": {"required": True}} for key in ("year", "source")}
    known = {name: {"name": name, "type": TYPES[name], **must.get(name, {})} for name in columns}
    known |= {field["name"]: field for field in (stated or {}).get("fields", ())}
    key = ["year", "published"] if twice else (stated or {}).get("primaryKey", ["year"])
    return {**(stated or {}), "fields": [known[name] for name in columns], "primaryKey": key}


def observed(rows: Iterable[Row], positive: bool = True) -> dict[str, Any]:
    """Years rising, their values and what is said of them, as `Series` takes them. Of a year that stands in several
    rows, each with the day on which it was published, the last is the figure. positive: levels, of which growth is
    asked. Raises InputError naming the row: for years that do not rise, two figures of a year without days, a level
    that is not positive, a year without a figure and without a reason."""
    last, statuses, vintages = dict[int, tuple[float, str, Row]](), dict[int, Any](), list[Vintage]()
    before, seen = 0, ""
    for row in rows:
        year, day, status = row.year(), row.text("published"), row.text("status")
        if year < before or (year == before and not (seen and day > seen)):
            code = "data.year_twice" if year == before else "data.year_order"
            raise InputError(code, where=row.where, year=year, before=before)
        before, seen = year, day
        statuses.pop(year, None)
        if status in get_args(Status)[1:]:
            statuses[year] = status
        if not row.text("value") or (positive and status == "zero"):
            if status not in WITHOUT:
                raise InputError("data.no_cell", where=row.where, column="value")
            continue
        if (value := row.number("value")) <= 0 and positive:
            raise InputError("data.not_positive", where=row.where, value=value)
        if year in last:
            vintages.append(Vintage(year, last[year][0], value, last[year][1], day))
        last[year] = (value, day, row)
    kept = [row for _, _, row in last.values()]
    errors = tuple(row.number("standard_error") if row.text("standard_error") else math.nan for row in kept)
    sizes = tuple(_sample(row) for row in kept)
    return {
        "years": tuple(last),
        "values": tuple(value for value, _, _ in last.values()),
        "standard_errors": None if all(map(math.isnan, errors)) else errors,
        "samples": sizes if any(size for size, _ in sizes) else None,
        "statuses": tuple(statuses.items()),
        "published": tuple((year, day) for year, (_, day, _) in last.items() if day),
        "vintages": tuple(vintages),
    }


def read_numbers(column: pd.Series[Any]) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """The numbers of a column as `number` reads them, nan where there are none, and what each cell is by FAULTS."""
    import numpy as np  # here, as `check` starts without them
    import pandas as pd

    if column.dtype.kind in "iuf":
        found = column.to_numpy() if column.dtype in ("f4", "f8") else column.to_numpy(float, na_value=np.nan)
        odd, text = np.isinf(found), None
    else:
        text = column.astype("object").fillna("").astype(str).str.strip()
        found = pd.to_numeric(text, errors="coerce").to_numpy(float)
        odd = (text != "").to_numpy(bool) & ~np.isfinite(found)
    fault = odd.astype(np.int8)
    if text is not None and odd.any():
        fault[np.flatnonzero(odd)[text[odd].str.fullmatch(COMMA).to_numpy(bool)]] = FAULTS.index("comma")
    return (np.where(odd, np.nan, found) if odd.any() else found), fault


def _sample(row: Row) -> tuple[float, float]:
    """The size of a sample and its design effect, 1 unless stated; a size of 0 where the row states none."""
    size, effect = (row.number(c) if row.text(c) else None for c in ("sample_size", "design_effect"))
    if (size is not None and size < 1) or (effect is not None and (effect <= 0 or size is None)):
        raise InputError("data.sample", where=row.where, size=size, effect=effect)
    return size or 0.0, 1.0 if effect is None else effect
