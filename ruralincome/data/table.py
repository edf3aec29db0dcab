"""Tables: a file of figures as rows of cells by column, or as the sheet in which they lie, whatever its form. Delimited
text may be packed by gzip and tell its separator by a line `sep=;`. A plain table is UTF-8, its heads first."""

import csv
import gzip
import hashlib
import io
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, TextIO, cast

from ruralincome.data.cells import Row, tidy
from ruralincome.data.files import no_pipe
from ruralincome.series import InputError

PACKED = b"\x1f\x8b"
TOLD = re.compile(r'"?sep=([,;\t])"?[,;\s]*', re.IGNORECASE)  # before the heads, for spreadsheets
ALSO = {"series_id": "place"}  # other names of a column, where a table has none of its own name
Cell = str | float  # text, or a number as a workbook holds it


@dataclass(frozen=True)
class Head:
    """How a file is understood: the columns as it writes them (`heads`) and by name, the separator, the line of heads.
    columns: the heads in small letters and composed Unicode, without spaces around them, `series_id` being `place`."""

    file: str
    heads: tuple[str, ...]
    columns: tuple[str, ...]
    separator: str = ","
    line: int = 1

    def check(self, needed: Sequence[str], also: Sequence[str] = ()) -> None:
        """Raise InputError for a column needed that is missing, or one of either kind that stands twice."""
        for name in (name for name in needed if name not in self.columns):
            raise InputError("data.no_column", file=self.file, column=name, columns=self.columns, line=self.line)
        for name in (name for name in (*needed, *also) if self.columns.count(name) > 1):
            raise InputError("data.column_twice", file=self.file, column=name)


@dataclass(frozen=True)
class Table:
    """Rows of cells as text, each as long as the head; at: the row of the file that each stands in, or what names it.
    sha256: of the bytes, unpacked; said: what is to be told of how it was read."""

    head: Head
    rows: tuple[tuple[str, ...], ...]
    at: tuple[int | InputError, ...]
    sha256: str
    said: tuple[InputError, ...] = ()

    def records(self) -> Iterator[Row]:
        """Each row with its cells by column."""
        for row, at in zip(self.rows, self.at, strict=True):
            where = at if isinstance(at, InputError) else InputError("data.row", file=self.head.file, row=at)
            yield Row(where, dict(zip(self.head.columns, row, strict=True)))


@dataclass(frozen=True)
class Sheet:
    """Rows of cells; marks: what was raised behind a figure or added by its format, by (row, column) from 0. name: of
    the sheet, empty for delimited text; merged: the rows and columns (first and last) that are one cell; said: how it
    was understood; decimal: the sign that the form itself prescribes."""

    file: str
    rows: list[list[Cell]]
    name: str = ""
    marks: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    said: tuple[InputError, ...] = ()
    decimal: str = ""

    def __post_init__(self) -> None:
        wide = max(map(len, self.rows), default=0)
        for row in self.rows:
            row += [""] * (wide - len(row))

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
        return " ".join(filter(None, (self.text(row, column), self.marks.get((row, column)))))

    def line(self, row: int) -> str:
        """The words of a row, one after another."""
        return " ".join(filter(None, map(tidy, self.texts(row))))

    @contextmanager
    def telling(self, row: int, column: int) -> Iterator[None]:
        """What is wrong with a cell is told with where it stands."""
        try:
            yield
        except InputError as fault:
            raise InputError("data.at", where=self.at(row, column), fault=fault) from None


def letters(column: int) -> str:
    """The letters of a column: A for 0, AA for 26."""
    return (letters(column // 26 - 1) if column > 25 else "") + chr(65 + column % 26)


def table_of(content: bytes, file: str, needed: Sequence[str] = (), also: Sequence[str] = ()) -> Table:
    """The table of a file's bytes with the columns `needed`, and those of `also` where it has them; `file`: its name.
    Raises InputError for no such table, a row with too many or too few cells, a quoted cell left open."""
    if content.startswith(b"PK\x03\x04"):
        raise InputError("data.workbook", file=file)
    text, _ = decoded(content, file, "utf-8-sig")
    stream = io.StringIO(text if text.endswith(("\n", "\r")) else text + "\n", newline=None)
    head = head_of(stream, file)
    head.check(needed, also)
    rows = dict[int, tuple[str, ...]]()
    for number, row in enumerate(_parted(stream, head.separator, file), start=head.line + 1):
        while len(row) > len(head.columns) and not row[-1].strip():
            del row[-1]
        if not any(map(str.strip, row)):  # blank, as a spreadsheet saves what was emptied
            continue
        where, rows[number] = InputError("data.row", file=file, row=number), tuple(row)
        if broken := next((cell for cell in row if "\n" in cell), None):
            raise InputError("data.open_quote", where=where, cell=broken.strip()[:40])
        if len(row) != len(head.columns):
            raise InputError("data.uneven", where=where)
    return Table(head, tuple(rows.values()), tuple(rows), hashlib.sha256(content).hexdigest())


def delimited(content: bytes, file: str) -> Sheet:
    """Delimited text as a sheet: the separator is the one by which most rows have the same number of cells."""
    text, encoding = decoded(content, file)
    if not (lines := [*islice(filter(str.strip, text.splitlines()), 200)]):
        raise InputError("data.empty", file=file)
    told = TOLD.fullmatch(lines[0].strip())
    separator, one = told[1] if told else separator_of(lines), dict[str, str]().setdefault  # of cells that are the same
    stream = io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8", newline="\n")  # a quarter of what StringIO takes
    rows: list[list[Cell]] = [[one(cell, cell) for cell in row] for row in _parted(stream, separator, file)]
    for number, row in enumerate(rows if '"' in text else (), 1):
        for cell in map(str, row if len(row) - row.count("") > 1 else ()):
            if separator in cell.partition("\n")[2]:
                where = InputError("data.row", file=file, row=number)
                raise InputError("data.open_quote", where=where, cell=cell.strip()[:40])
    if told:
        rows[next(i for i, row in enumerate(rows) if any(str(cell).strip() for cell in row))] = []
    shown = {"\t": "tab", " ": "space"}.get(separator, separator)
    return Sheet(file, rows, said=(InputError("data.read_text", encoding=encoding, separator=shown),))


def decoded(content: bytes, file: str, *encodings: str) -> tuple[str, str]:
    """The text of a file in composed Unicode, and its encoding: by its mark, else UTF-8, else Vietnamese Windows."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in encodings or (("utf-16",) if marked else ("utf-8-sig", "cp1258")):
        with suppress(UnicodeDecodeError):
            if "\x00" not in (text := content.decode(encoding)) or encoding == "utf-8-sig":
                return unicodedata.normalize("NFC", text), encoding.removesuffix("-sig").replace("utf", "UTF")
    raise InputError("data.not_utf8", file=file)


def head_of(stream: TextIO, file: str) -> Head:
    """What the first lines of a file say; its rows are read on from the stream. Raises InputError for an empty one."""
    line, words = _next(stream)
    if told := TOLD.fullmatch(words):
        more, words = _next(stream)
        line += more
    if not words:
        raise InputError("data.empty", file=file)
    separator = told[1] if told else separator_of([words])
    heads = tuple(next(csv.reader([words], delimiter=separator)))
    names = [unicodedata.normalize("NFC", head).strip().lower() for head in heads]
    while len(names) > 1 and not names[-1]:
        del names[-1]  # of columns that were emptied
    columns = [name if ALSO.get(name, "") in ("", *names) else ALSO[name] for name in names]
    return Head(file, heads, tuple(columns), separator, line)


def separator_of(lines: Sequence[str]) -> str:
    """The separator of a text: by it, most of the lines have the same number of cells, two or more; of one line, most.
    A comma within a number (32,6) is no separator where another one divides the lines as well."""
    best, most = ",", (0, 0)
    for separator in ";\t|,":
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if len(row) > 1)
        count = max(widths.values(), default=0), max(widths, default=0) if len(lines) == 1 else 0
        if count > most:
            best, most = separator, count
    return best


@contextmanager
def text_of(path: Path, columns: Sequence[str] = ()) -> Iterator[TextIO]:
    """A file's text, unpacked where it is packed by gzip. Raises InputError for what is no UTF-8 text, or not there.
    columns: those that a file to be named in its stead must have."""
    with _opened(path, columns) as raw, io.TextIOWrapper(raw, encoding="utf-8-sig") as stream:
        yield stream


def content_of(path: Path, columns: Sequence[str] = ()) -> bytes:
    """A file's bytes, unpacked where they are packed by gzip. Raises InputError as `text_of` does."""
    with _opened(path, columns) as stream:
        return stream.read()


def unpacked(content: bytes, file: str) -> bytes:
    """Bytes as they are, or what gzip packed."""
    with _told(Path(file)):
        return gzip.decompress(content) if content.startswith(PACKED) else content


@contextmanager
def _opened(path: Path, columns: Sequence[str]) -> Iterator[IO[bytes]]:
    if not path.name.isprintable():
        raise InputError("data.file_name", file=ascii(path.name))
    with _told(path, columns), no_pipe(path).open("rb") as raw:  # it is read twice, for its head and its hash
        packed = raw.read(len(PACKED)) == PACKED
        raw.seek(0)
        with gzip.open(raw) if packed else nullcontext(raw) as stream:
            yield cast("IO[bytes]", stream)


@contextmanager
def _told(path: Path, columns: Sequence[str] = ()) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError:
        raise InputError("data.not_utf8", file=path.name) from None
    except FileNotFoundError:
        raise InputError("data.no_file", file=path, columns=columns) from None
    except IsADirectoryError:
        raise InputError("data.folder", file=path) from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as fault:
        raise InputError("data.not_gzip", file=path.name, why=str(fault)) from None
    except OSError as fault:
        raise InputError("data.unreadable", file=path, why=fault.strerror) from None


def _parted(lines: Iterable[str], separator: str, file: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=separator)
    except csv.Error as fault:
        raise InputError("data.not_csv", file=file, why=str(fault)) from None


def _next(stream: TextIO) -> tuple[int, str]:
    """How many lines are read up to the next that is not blank, and that; an empty one at the end of the file."""
    return next(((i, line) for i, line in enumerate(iter(stream.readline, ""), 1) if line.strip()), (0, ""))
