"""Sheets: a table as it lies in its file, cells by row and column, and what names each in a fault."""

import csv
import gzip
import io
import unicodedata
import zlib
from dataclasses import dataclass, field, replace

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
        cell = self.rows[row][column] if column < len(self.rows[row]) else ""
        return cell if isinstance(cell, str) else f"{cell:.15g}"

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
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        try:
            return unicodedata.normalize("NFC", content.decode("utf-8-sig")), "UTF-8"
        except UnicodeDecodeError:
            encoding = "cp1258"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise InputError("data.not_utf8", file=file) from None
    if "\x00" in text:
        raise InputError("data.not_utf8", file=file)
    return unicodedata.normalize("NFC", text), encoding.replace("utf", "UTF")


def unpacked(content: bytes, file: str) -> bytes:
    """Bytes as they are, or what gzip packed."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return gzip.decompress(content)
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
        rows: list[list[Cell]] = [
            list(row) for row in csv.reader(io.StringIO(rest if told else text), delimiter=separator)
        ]
    except csv.Error as fault:
        raise InputError("data.not_csv", file=file, why=str(fault)) from None
    if told:
        rows.insert(0, [])
    for number, row in enumerate(rows, 1):
        for cell in row if "\n" in text and len([c for c in row if c]) > 1 else ():
            if "\n" in str(cell) and separator in str(cell).partition("\n")[2]:
                where = InputError("data.row", file=file, row=number)
                raise InputError("data.open_quote", where=where, cell=str(cell).strip()[:40])
    shown = {"\t": "tab", " ": "space"}.get(separator, separator)
    return Sheet(file, rows, said=(InputError("data.read_text", encoding=encoding, separator=shown),))
