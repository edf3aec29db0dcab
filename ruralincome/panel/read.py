"""A long CSV of many places, read in pieces and cleaned; what is wrong with a row goes with the row."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pandas as pd

from ruralincome.data.forms.figures import NONE
from ruralincome.data.forms.read import OTHER_FORM, rows_of
from ruralincome.data.forms.reading import Options
from ruralincome.data.table import Head, head_of, text_of
from ruralincome.panel.rows import KEYS, NUMBERS, REASONS, numbers
from ruralincome.series import InputError

TEXT = (*KEYS, "unit", "group", "territory", "status", "published")
KNOWN = (*TEXT, *NUMBERS)
NEEDED = ("place", "year", "value")
ROWS = 1 << 18
"""Rows read at a time: their text is let go before the next are read."""

TELLING = re.compile(r"[0-9]*\.([0-9]{1,2}|[0-9]{4,})|0?\.[0-9]+|.*[eE].*")
UNSURE = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
"""Values whose point can only be a decimal one, and those of which it may part thousands."""
MORE = "_more"
MISSING = InputError("data.status_not_available")


def read_panel(
    path: Path, rows: int = ROWS, tell: Callable[[int], None] = lambda _: None, options: Options | None = None,
    remark: Callable[[InputError], None] = lambda _: None,
) -> pd.DataFrame:  # fmt: skip
    """The table of a CSV file for `assess_panel`: names as categories, numbers as numbers, a column `fault`.

    The file is UTF-8, separated by commas, semicolons or tabs, one row an observation: the columns KNOWN, others are
    left out. A cell that is no number, or a row with too many cells, gives its row a fault and nothing else; `tell`
    hears of the rows read. Of the text, only one copy of each name is kept. Other forms, with decimal commas or years
    as columns, are read as `read_table` reads them, by `options`; `remark` hears of that. Raises InputError for a file
    that cannot be read as such a table.
    """
    options = options or Options()
    table = None
    try:
        table = None if options.layout else _plain(path, rows, tell)
    except InputError as fault:
        if fault.code not in OTHER_FORM:
            raise
    if table is None:
        return _of_other_form(path, options, remark)
    if table["fault"].isin(("decimal_comma", "value_text", "year_text")).any():
        with suppress(InputError):  # which its rows say themselves
            return _of_other_form(path, options, remark)
    gaps = table["value"].isna() & (table["fault"] == "")
    if gaps.any():
        some = table.loc[gaps, ["place", "year"]].head(5).itertuples(index=False)
        named = [InputError("data.gap", place=place, year=f"{year:g}", status=MISSING) for place, year in some]
        remark(InputError("data.read_gaps", file=path.name, count=int(gaps.sum()), gaps=named))
        keys = [table[key] for key in KEYS if key in table]
        others = table["value"].notna().groupby(keys, observed=True, dropna=False).transform("any")
        stated = table["target"].notna() if "target" in table else table["value"].notna()
        table = table[~(gaps & others & ~stated)].reset_index(drop=True)
    return table


def _plain(path: Path, rows: int, tell: Callable[[int], None]) -> pd.DataFrame:
    """The table of a CSV file as it stands."""
    with text_of(path, NEEDED) as stream:
        head = head_of(stream, path.name)
    head.check(NEEDED, KNOWN)
    found = _table(_pieces(path, head, rows), path.name, tell)
    if found["value"].between(1, 1000, inclusive="left").any():
        _decided(path, head)
    return found


def _decided(path: Path, head: Head) -> None:
    """Raise InputError where no value tells whether 32.600 is 32.6 or 32,600; most tables tell in their first rows."""
    doubt, column = None, head.columns.index("value")
    with text_of(path) as stream, suppress(csv.Error):
        rows = csv.reader(islice(stream, head.line, None), delimiter=head.separator)
        for row in rows:
            cell = row[column].strip() if len(row) > column else ""
            if TELLING.fullmatch(cell):
                return
            if doubt is None and UNSURE.fullmatch(cell):
                where = InputError("data.row", file=path.name, row=head.line + rows.line_num)
                doubt = InputError("data.which_decimal", where=where, cell=cell)
    if doubt:
        raise doubt


def _of_other_form(path: Path, options: Options, remark: Callable[[InputError], None]) -> pd.DataFrame:
    """The table of a workbook, of years as columns, of decimal commas: small, and read whole."""
    found = rows_of(path, NEEDED, [name for name in KNOWN if name not in NEEDED], options=options)
    for said in found.said:
        remark(said)
    piece = pd.DataFrame(list(found.rows), columns=list(found.head.columns), dtype="object").assign(**{MORE: ""})
    return _table([piece], path.name)


def _pieces(path: Path, head: Head, rows: int) -> Iterator[pd.DataFrame]:
    """The rows, so many at a time: text columns as text, the others as numbers if all their cells are; a row with more
    cells than the header fills the column MORE."""
    unique = [name if name in KNOWN else f"_{i}" for i, name in enumerate(head.columns)]
    used = [name for name in unique if not name.startswith("_")]
    try:
        with text_of(path) as stream:
            for _ in range(head.line):
                stream.readline()
            headed, found = _Headed(head.separator.join([*unique, MORE]) + "\n", stream), 0
            reader = pd.read_csv(
                headed, sep=head.separator, usecols=[*used, MORE], keep_default_na=False,  # type: ignore[call-overload]
                dtype=dict.fromkeys([*(n for n in (*TEXT, "population") if n in used), MORE], "object"),
                na_values={name: [""] for name in used if name in NUMBERS},
                chunksize=rows, low_memory=False, index_col=False,
            )  # fmt: skip
            for piece in reader:
                found += len(piece)
                yield piece[~_blank(piece)]
            if found < headed.ends + (headed.last not in ("", "\n")):  # a line is blank, or a cell holds several
                _left_open(path, head)
    except pd.errors.EmptyDataError:
        return
    except pd.errors.ParserError as fault:
        if isinstance(headed.fault, UnicodeDecodeError):
            raise InputError("data.not_utf8", file=path.name) from None
        if headed.fault is not None:  # the parser's own words hide what was raised while it read
            raise headed.fault from None
        if "Calling read" in str(fault):  # and what was raised as `read` was entered: nothing else comes there
            raise KeyboardInterrupt from None
        _left_open(path, head)
        raise InputError("data.not_csv", file=path.name, why=" ".join(str(fault).split())) from None


def _blank(piece: pd.DataFrame) -> "pd.Series[bool]":
    """Rows whose cells a spreadsheet emptied."""
    blank = piece["place"].fillna("") == ""
    for column in ("year", "value", MORE) if blank.any() else ():
        blank &= piece[column].astype("object").fillna("").astype(str).str.strip() == ""
    return blank


class _Headed:
    """A file whose header is ours: one cell wider than the file's, so that the parser keeps what a row has too much.

    ends: line feeds read; last: the last character; fault: raised meanwhile, which the parser hides behind its words.
    """

    def __init__(self, header: str, stream: TextIO) -> None:
        self.header, self.stream, self.ends, self.last = header, stream, 0, ""
        self.fault: BaseException | None = None

    def read(self, size: int = -1) -> str:
        """The header first, then the file."""
        header, self.header = self.header, ""
        if header:
            return header
        try:
            words = self.stream.read(size)
        except BaseException as fault:
            self.fault = fault
            raise
        self.ends, self.last = self.ends + words.count("\n"), words[-1:] or self.last
        return words

    def __iter__(self) -> Iterator[str]:
        return iter(self.stream)


def _left_open(path: Path, head: Head) -> None:
    """Raise InputError for a line that ends in the middle of a quoted cell, as the parser takes it.

    Most such are a quotation mark left open, by which the parser swallows the rows up to the next one.
    """
    quoted, plain, end = r'"(?:[^"]|"")*+"[^S]*+', r'[^"S][^S]*+', r'"(?:[^"]|"")*+\n?'
    ends_open = re.compile(f"(?:(?>{quoted}|{plain}|)S)*+{end}".replace("S", re.escape(head.separator)))
    with text_of(path) as stream:
        for i, line in enumerate(stream, 1):
            if i > head.line and line.count('"') % 2 and ends_open.fullmatch(line):
                where = InputError("data.row", file=path.name, row=i)
                raise InputError("data.open_quote", where=where, cell=line.strip()[:40])


def _table(pieces: Iterable[pd.DataFrame], file: str, tell: Callable[[int], None] = lambda _: None) -> pd.DataFrame:
    """One table of the pieces, each cleaned when it comes and let go before the next. Raises InputError for no row."""
    names: dict[str, dict[str, int]] = {column: {} for column in TEXT}
    cleaned, table = [], dict[str, Any]()
    for piece in pieces:
        cleaned.append(_cleaned(piece, names))
        tell(len(piece))
    if not any(len(piece["fault"]) for piece in cleaned):
        raise InputError("data.no_row", file=file)
    for column in list(cleaned[0]):
        joined: Any = np.concatenate([piece.pop(column) for piece in cleaned])
        if (words := REASONS if column == "fault" else names.get(column)) is not None:
            joined = pd.Categorical.from_codes(joined, pd.Index(list(words), dtype=object), validate=False)
        table[column] = joined
    return pd.DataFrame(table, copy=False)


def _cleaned(piece: pd.DataFrame, names: dict[str, dict[str, int]]) -> dict[str, Any]:
    """The columns of a piece: numbers, and for text the number of each name in `names`, which grows."""
    found, fault = numbers(piece)
    texts = np.flatnonzero(fault == REASONS.index("value_text"))
    none = piece["value"].iloc[texts].astype(str).str.strip().str.casefold().isin(NONE)
    fault[texts[none.to_numpy(bool)]] = 0  # na, .. and the like: no figure
    fault[(piece[MORE].fillna("").str.strip() != "").to_numpy(bool)] = REASONS.index("too_many_cells")
    for column in found.keys() & {"year", "target_year"}:
        found[column] = np.where(found[column] < 1e9, found[column], np.nan).astype(np.float32)
    for column in (column for column in TEXT if column in piece):
        codes, unique = pd.factorize(piece[column])
        known = names[column]
        found[column] = np.array([known.setdefault(str(name), len(known)) for name in unique], np.int32)[codes]
    return found | {"fault": fault}
