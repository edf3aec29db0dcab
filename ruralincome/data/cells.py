"""Cells: the text of a table's cell as a number, a year or a name; one cell, or a column of a million."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from ruralincome.series import InputError
from ruralincome.series.names import clean

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
"""What is a number: the digits 0 to 9, a decimal point, perhaps an exponent; what pandas reads as one, too."""
COMMA = r"[-+]?[0-9][0-9.]*,[0-9]+"
"""A number with a decimal comma, of which 47,900 may be 47.9 or 47900: no advice is given on it."""
Read = TypeVar("Read")
SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " ") | {0xFEFF: ""}
FAULTS = ("", "text", "comma")
"""What `numbers` finds of each cell, by number: a number or nothing, text, a decimal comma."""


def tidy(text: str) -> str:
    """A cell without doubled spaces, the narrow and unbreakable ones being spaces."""
    return " ".join((text if text.isascii() else text.translate(SPACES)).split())


def bare(text: str) -> str:
    """A text in small letters, without accents and doubled spaces."""
    parts = unicodedata.normalize("NFD", tidy(text).replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


def number(cell: str) -> float:
    """The number of a cell; spaces around it do not count.

    Raises InputError for anything but a finite NUMBER, telling a decimal comma, a mark between thousands, and digits
    of another script.

    >>> number(" 44.9 ")
    44.9
    """
    shown = cell.strip()
    if re.fullmatch(NUMBER, shown):
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
    """VALUE@YEAR as numbers. Raises InputError for anything else.

    >>> goal("48.9@2021")
    (48.9, 2021)
    """
    value, _, when = words.partition("@")
    try:
        return number(value), year(when)
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
        return self._read(number, column)

    def year(self, column: str = "year") -> int:
        """The calendar year of a cell; raises InputError as `number` does."""
        return self._read(year, column)

    def _read(self, read: Callable[[str], Read], column: str) -> Read:
        try:
            return read(self.cells[column])
        except InputError as fault:
            raise InputError("data.cell", where=self.where, column=column, fault=fault) from None


def numbers(column: pd.Series[Any]) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """The numbers of a column as `number` reads them, nan where there are none, and what each cell is by FAULTS."""
    import numpy as np  # here, as `check` starts without them
    import pandas as pd

    if column.dtype.kind in "iuf":
        found = column.to_numpy(float, na_value=np.nan)
        odd, text = np.isinf(found), None
    else:
        text = column.astype("object").fillna("").astype(str).str.strip()
        found = pd.to_numeric(text, errors="coerce").to_numpy(float)
        odd = (text != "").to_numpy(bool) & ~np.isfinite(found)
    fault = odd.astype(np.int8)
    if text is not None and odd.any():
        fault[np.flatnonzero(odd)[text[odd].str.fullmatch(COMMA).to_numpy(bool)]] = FAULTS.index("comma")
    return (np.where(odd, np.nan, found) if odd.any() else found), fault
