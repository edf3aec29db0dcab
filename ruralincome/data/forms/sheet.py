"""Sheets: a table as it lies in its file, cells by row and column, and what names each in a fault."""

import csv
import gzip
import io
import unicodedata
import zlib
from contextlib import suppress
from dataclasses import dataclass, field, replace

from ruralincome.data.forms.words import tidy
from ruralincome.data.table import TOLD, separator_of
from ruralincome.series import InputError

Cell = str | float
"""Text, or a number as a workbook holds it."""


@dataclass(frozen=True)
class Sheet:
    """Rows of cells; marks: what was raised behind a figure or added by its format, by (row, column) from 0.

    name: of the sheet, empty for delimited text; merged: the rows and columns (first and last) that are one cell;
    said: how it was understood; decimal: the sign that the form itself prescribes.
    """

    file: str
    rows: list[list[Cell]]
    name: str = ""
    marks: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    said: tuple[InputError, ...] = ()
    decimal: str = ""

    def at(self, row: int, column: int) -> InputError:
        """What names a cell: sheet and B7 in a workbook, row and column in a text."""
        if self.name:
            return InputError("data.sheet_cell", file=self.file, sheet=self.name, cell=f"{letters(column)}{row + 1}")
        return InputError("data.text_cell", file=self.file, row=row + 1, column=column + 1)

    def text(self, row: int, column: int) -> str:
        """A cell as text; a whole number without its point."""
        cell = self.rows[row][column]
        return cell if isinstance(cell, str) else f"{cell:.15g}"

    def texts(self, row: int) -> list[str]:
        """The cells of a row as text; none of a row that is not there."""
        return [self.text(row, c) for c in range(len(self.rows[row]))] if 0 <= row < len(self.rows) else []

    def marked(self, row: int, column: int) -> str:
        """A cell as text, its mark behind it."""
        mark = self.marks.get((row, column), "")
        return f"{self.text(row, column)} {mark}" if mark else self.text(row, column)

    def line(self, row: int) -> str:
        """The words of a row, one after another."""
        return " ".join(filter(None, map(tidy, self.texts(row))))

    def covered(self) -> dict[tuple[int, int], tuple[int, int]]:
        """The cell whose words each part of a merged one shows."""
        return {
            (r, c): (first, left)
            for first, left, end, right in self.merged
            for r in range(first, min(end + 1, len(self.rows)))
            for c in range(left, min(right + 1, len(self.rows[r])))
        }

    def even(self) -> "Sheet":
        """The same with rows of one length."""
        wide = max(map(len, self.rows), default=0)
        if all(len(row) == wide for row in self.rows):
            return self
        return replace(self, rows=[[*row, *[""] * (wide - len(row))] for row in self.rows])


def letters(column: int) -> str:
    """The letters of a column: A for 0, AA for 26."""
    return (letters(column // 26 - 1) if column > 25 else "") + chr(65 + column % 26)


def decoded(content: bytes, file: str) -> tuple[str, str]:
    """The text of a file in composed Unicode, and its encoding: by its mark, else UTF-8, else Vietnamese Windows."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1258"):
        with suppress(UnicodeDecodeError):
            if "\x00" not in (text := content.decode(encoding)) or encoding == "utf-8-sig":
                return unicodedata.normalize("NFC", text), encoding.removesuffix("-sig").replace("utf", "UTF")
    raise InputError("data.not_utf8", file=file)


def unpacked(content: bytes, file: str) -> bytes:
    """Bytes as they are, or what gzip packed."""
    try:
        return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    except (gzip.BadGzipFile, EOFError, zlib.error) as fault:
        raise InputError("data.not_gzip", file=file, why=str(fault)) from None


def delimited(content: bytes, file: str) -> Sheet:
    """Delimited text as a sheet: the separator is the one by which most rows have the same number of cells."""
    text, encoding = decoded(content, file)
    if not text.strip():
        raise InputError("data.empty", file=file)
    first, _, rest = text.partition("\n")
    told = TOLD.fullmatch(first.strip())
    separator = told[1] if told else separator_of([line for line in text.splitlines() if line.strip()][:200])
    try:
        found = [*csv.reader(io.StringIO(rest if told else text), delimiter=separator)]
    except csv.Error as fault:
        raise InputError("data.not_csv", file=file, why=str(fault)) from None
    rows: list[list[Cell]] = [*([[]] if told else []), *map(list[Cell], found)]
    for number, row in enumerate(rows if "\n" in text else (), 1):
        for cell in map(str, row if len(row) - row.count("") > 1 else ()):
            if separator in cell.partition("\n")[2]:
                where = InputError("data.row", file=file, row=number)
                raise InputError("data.open_quote", where=where, cell=cell.strip()[:40])
    shown = {"\t": "tab", " ": "space"}.get(separator, separator)
    return Sheet(file, rows, said=(InputError("data.read_text", encoding=encoding, separator=shown),))
