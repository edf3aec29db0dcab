"""A long CSV of many places, read in pieces and cleaned; what is wrong with a row goes with the row."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np

from ruralincome.panel.histories import REASONS, numbers, people
from ruralincome.series import InputError

if TYPE_CHECKING:
    import pandas as pd

TEXT = ("province", "district", "place", "unit")
NUMBERS = ("year", "value", "target", "target_year")
PEOPLE = "population"
KNOWN = (*TEXT, *NUMBERS, PEOPLE)
NEEDED = ("place", "year", "value")
ROWS = 1 << 18
"""Rows read at a time: their text is let go before the next are read."""

MORE = "_more"


def read_panel(path: Path, rows: int = ROWS, tell: Callable[[int], None] = lambda _: None) -> pd.DataFrame:
    """The table of a CSV file for `assess_panel`: names as categories, numbers as numbers, a column `fault`.

    The file is UTF-8 (with or without a byte order mark), separated by commas, semicolons or tabs, one row an
    observation: place, year, value; province, district, target, target_year, unit and population where it has them.
    Other columns are left out. A cell that is no number, has a decimal comma, or a row with too many cells gives its
    row a fault and nothing else; `tell` hears of the rows read. Of the text, only one copy of each name is kept.

    Raises InputError for a file that cannot be read as such a table: each says what to do.
    """
    separator, columns, skip = _header(path)
    names: dict[str, dict[str, int]] = {column: {} for column in TEXT if column in columns}
    pieces: list[dict[str, Any]] = []
    for piece in _pieces(path, separator, columns, skip, rows):
        pieces.append(_cleaned(piece, names))
        tell(len(piece))
    if not sum(len(piece["fault"]) for piece in pieces):
        raise InputError(f"{path.name} has no rows below its header; state one row for each place and year")
    return _table(pieces, names)


def _header(path: Path) -> tuple[str, list[str], int]:
    """The separator, the columns by name, and the number of lines up to the header."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            skip, line = next(((i, line) for i, line in enumerate(stream, 1) if line.strip()), (0, ""))
            if not skip:
                raise InputError(f"{path.name} is empty; the first line holds the names of the columns")
    except FileNotFoundError:
        raise InputError(f"no file {path}; name a CSV file with the columns place, year, value") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder; name a CSV file in it") from None
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not UTF-8 text; save it as 'CSV UTF-8'") from None
    separator = max(",;\t", key=line.count)
    cells = next(csv.reader(io.StringIO(line), delimiter=separator))
    columns = [unicodedata.normalize("NFC", cell).strip().lower() for cell in cells]
    for name in NEEDED:
        if name not in columns:
            found = ", ".join(columns)
            raise InputError(
                f"{path.name}: column '{name}' is missing; its columns are {found}; name it in line {skip}"
            )
    for name in KNOWN:
        if columns.count(name) > 1:
            raise InputError(f"{path.name}: column '{name}' stands twice; take one of them out")
    return separator, columns, skip


def _pieces(path: Path, separator: str, columns: list[str], skip: int, rows: int) -> Iterator[pd.DataFrame]:
    """The rows, so many at a time: text columns as text, the others as numbers if all their cells are.

    A row with more cells than the header fills the column MORE; further cells are dropped by the parser.
    """
    import pandas as pd

    unique = [name if name in KNOWN else f"_{i}" for i, name in enumerate(columns)]
    used = [name for name in unique if not name.startswith("_")]
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for _ in range(skip):
                stream.readline()
            reader = pd.read_csv(
                _Headed(separator.join([*unique, MORE]) + "\n", stream),  # type: ignore[call-overload]
                sep=separator,
                usecols=[*used, MORE],
                dtype=dict.fromkeys([*(n for n in (*TEXT, PEOPLE) if n in used), MORE], "object"),
                keep_default_na=False,
                na_values={name: [""] for name in used if name in NUMBERS},
                chunksize=rows,
                low_memory=False,
                index_col=False,
            )
            yield from reader
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not UTF-8 text throughout; save it as 'CSV UTF-8'") from None
    except pd.errors.EmptyDataError:
        return
    except pd.errors.ParserError as fault:
        words = " ".join(str(fault).split())
        raise InputError(f"{path.name} cannot be read as CSV ({words}); look for a quotation mark left open") from None


class _Headed:
    """A file whose header is ours: one cell wider than the file's, so that the parser keeps what a row has too much."""

    def __init__(self, header: str, stream: TextIO) -> None:
        self.header, self.stream = header, stream

    def read(self, size: int = -1) -> str:
        """The header first, then the file."""
        header, self.header = self.header, ""
        return header or self.stream.read(size)

    def __iter__(self) -> Iterator[str]:
        return iter(self.stream)


def _cleaned(piece: pd.DataFrame, names: dict[str, dict[str, int]]) -> dict[str, Any]:
    """The columns of a piece: numbers, and for text the number of each name in `names`, which grows."""
    import pandas as pd

    found: dict[str, Any] = {}
    fault = np.zeros(len(piece), np.int8)
    fault[(piece[MORE].fillna("").str.strip() != "").to_numpy(bool)] = REASONS.index("too_many_cells")
    for column in NUMBERS:
        if column in piece:
            kind = "year_text" if column == "year" else "target_text" if column.startswith("target") else "value_text"
            levels, odd = numbers(piece[column], kind)
            found[column] = levels.astype(np.float32) if column in ("year", "target_year") else levels
            fault = np.where(fault == 0, odd, fault)
    if PEOPLE in piece:
        codes, unique = pd.factorize(piece[PEOPLE].fillna(""))
        counts, odd = people(pd.Series(unique))
        found[PEOPLE] = counts[codes]
        fault = np.where(fault == 0, odd[codes], fault)
    for column, known in names.items():
        codes, unique = pd.factorize(piece[column])
        broken = next((name for name in unique if "\n" in name), None)
        if broken is not None:
            shown = broken.splitlines()[0][:40]
            raise InputError(f"{column} '{shown}' runs over a line break; look for a quotation mark left open there")
        numbers_of = np.array([known.setdefault(str(name), len(known)) for name in unique], np.int32)
        found[column] = numbers_of[codes]
    found["fault"] = fault.astype(np.int8)
    return found


def _table(pieces: list[dict[str, Any]], names: dict[str, dict[str, int]]) -> pd.DataFrame:
    """One table from the pieces, which are emptied on the way."""
    import pandas as pd

    table: dict[str, Any] = {}
    for column in list(pieces[0]):
        joined = np.concatenate([piece.pop(column) for piece in pieces])
        words = list(REASONS) if column == "fault" else list(names[column]) if column in names else None
        if words is None:
            table[column] = joined
        else:
            table[column] = pd.Categorical.from_codes(joined, pd.Index(words, dtype=object), validate=False)
    return pd.DataFrame(table, copy=False)
