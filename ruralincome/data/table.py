"""Tables: a file of figures as rows of cells, and how it was understood. All that read such a file read it here.

Today a file is delimited text: UTF-8 with or without a byte order mark, perhaps packed by gzip; commas, semicolons or
tabs, as its line of heads or a line `sep=;` before it says. Another form (a workbook, PX, SDMX) makes the same `Table`.
"""

import csv
import gzip
import hashlib
import io
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TextIO, cast

from ruralincome.data.cells import Row
from ruralincome.series import InputError

TOLD = re.compile(r'"?sep=([,;\t])"?[,;\s]*', re.IGNORECASE)
"""A line before the heads by which a spreadsheet is told the separator."""
ALSO = {"series_id": "place"}
"""Other names of a column, where a table has none of its own name."""


@dataclass(frozen=True)
class Head:
    """How a file is understood: the columns as it writes them (`heads`) and by name, the separator, the line of heads.

    columns: the heads in small letters and composed Unicode, without spaces around them, `series_id` being `place`.
    """

    file: str
    heads: tuple[str, ...]
    columns: tuple[str, ...]
    separator: str = ","
    line: int = 1

    def check(self, needed: Sequence[str], also: Sequence[str] = ()) -> None:
        """Raise InputError for a column needed that is missing, or one of either kind that stands twice."""
        for name in needed:
            if name not in self.columns:
                facts = {"file": self.file, "column": name, "columns": self.columns, "line": self.line}
                raise InputError("data.no_column", **facts)
        for name in (*needed, *also):
            if self.columns.count(name) > 1:
                raise InputError("data.column_twice", file=self.file, column=name)


@dataclass(frozen=True)
class Table:
    """Rows of cells as text, each as long as the head; at: the row of the file that each stands in, or what names it.

    sha256: of the bytes, unpacked; said: what is to be told of how it was read.
    """

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


def read_delimited(path: Path, needed: Sequence[str], also: Sequence[str] = ()) -> Table:
    """The table of a file with the columns `needed`, and those of `also` where it has them.

    Raises InputError for a file that is no such table, a row with too many or too few cells, and a quoted cell that is
    left open: each says where, and what to do.
    """
    return table_of(content_of(path, needed), path.name, needed, also)


def table_of(content: bytes, file: str, needed: Sequence[str] = (), also: Sequence[str] = ()) -> Table:
    """The table of a file's bytes; `file` is its name in faults. Raises InputError as `read_delimited` does."""
    if content.startswith(b"PK\x03\x04"):
        raise InputError("data.workbook", file=file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("data.not_utf8", file=file) from None
    stream = io.StringIO(text if text.endswith(("\n", "\r")) else text + "\n", newline=None)
    head = head_of(stream, file)
    head.check(needed, also)
    rows, at = [], []
    try:
        for number, row in enumerate(csv.reader(stream, delimiter=head.separator), start=head.line + 1):
            if not any(cell.strip() for cell in row):
                continue  # blank, as a spreadsheet saves what was emptied
            where = InputError("data.row", file=file, row=number)
            if broken := next((cell for cell in row if "\n" in cell), None):
                raise InputError("data.open_quote", where=where, cell=broken.strip()[:40])
            while len(row) > len(head.columns) and not row[-1].strip():
                del row[-1]
            if len(row) != len(head.columns):
                raise InputError("data.uneven", where=where)
            rows.append(tuple(row))
            at.append(number)
    except csv.Error as fault:
        raise InputError("data.not_csv", file=file, why=str(fault)) from None
    return Table(head, tuple(rows), tuple(at), hashlib.sha256(content).hexdigest())


def head_of(stream: TextIO, file: str) -> Head:
    """What the first lines of a file say; its rows are read on from the stream. Raises InputError for an empty one."""
    line, words = _next(stream)
    told = TOLD.fullmatch(words)
    if told:
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

    A comma within a number (32,6) is no separator where another one divides the lines as well.
    """
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

    columns: those that a file to be named in its stead must have.
    """
    with _opened(path, columns) as raw, io.TextIOWrapper(raw, encoding="utf-8-sig") as stream:
        yield stream


def content_of(path: Path, columns: Sequence[str] = ()) -> bytes:
    """A file's bytes, unpacked where they are packed by gzip. Raises InputError as `text_of` does."""
    with _opened(path, columns) as stream:
        return stream.read()


@contextmanager
def _opened(path: Path, columns: Sequence[str]) -> Iterator[IO[bytes]]:
    if not path.name.isprintable():
        raise InputError("data.file_name", file=ascii(path.name))
    if path.exists() and not path.is_file() and not path.is_dir():
        raise InputError("data.pipe", file=path)  # it cannot be read twice, as its head and its hash need
    try:
        with path.open("rb") as raw:
            begin = raw.read(2)
            raw.seek(0)
            with gzip.open(raw) if begin == b"\x1f\x8b" else nullcontext(raw) as unpacked:
                yield cast("IO[bytes]", unpacked)
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


def _next(stream: TextIO) -> tuple[int, str]:
    """How many lines are read up to the next that is not blank, and that; an empty one at the end of the file."""
    return next(((i, line) for i, line in enumerate(iter(stream.readline, ""), 1) if line.strip()), (0, ""))
