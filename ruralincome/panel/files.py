"""Tables of many places as files: read in pieces, what is wrong with a row going with the row; written in blocks."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ruralincome.data.forms.figures import NONE
from ruralincome.data.forms.heads import role
from ruralincome.data.forms.read import OTHER_FORM, gaps_told, rows_of
from ruralincome.data.forms.reading import Options
from ruralincome.data.table import Head, head_of, text_of
from ruralincome.panel.rows import KEYS, NUMBERS, REASONS, figure_rows, in_numbers
from ruralincome.series import InputError
from ruralincome.series.names import FORMULA, shielded

TEXT = (*KEYS, "unit", "group", "territory", "status", "published", "remark")
KNOWN, NEEDED = (*TEXT, *NUMBERS), ("place", "year", "value")
ROWS = 1 << 16  # read at a time: their text is let go before the next are read
TELLING = re.compile(r"[0-9]*\.([0-9]{1,2}|[0-9]{4,})|0?\.[0-9]+|.*[eE].*")
UNSURE = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")  # the point may part thousands; above, it can only be a decimal one
MORE, DECIMALS, BLOCK, MOST = "_more", 6, 1 << 13, 10**15
"""Digits after the point; rows at a time; millionths from which on, as below a hundred, numbers are written singly."""
Bytes = NDArray[np.uint8]
DIGITS = [f"{n:03}" for n in range(1000)]
SAID = [*DIGITS, *(f".{n}" for n in DIGITS), ".0", *(f".{n}".rstrip("0") for n in DIGITS[1:])]
THREES = np.array([*map(str, range(1000)), *SAID, *(n.rstrip("0") + "," for n in DIGITS), "-", ""], "S4").view("u4")
INNER, POINT, ENDS, LAST, EMPTY = 1000, 2000, 3000, 4000, 5001
"""Three digits as they stand in a number: first, inside, after the point, there at its end, last; minus; none."""


def read_panel(
    path: Path, rows: int = ROWS, tell: Callable[[int], None] = lambda _: None, options: Options | None = None,
    remark: Callable[[InputError], None] = lambda _: None,
) -> pd.DataFrame:  # fmt: skip
    """The table of a CSV file for `assess_panel`: names as categories, numbers as numbers, a column `fault`. The file
    is UTF-8, separated by commas, semicolons or tabs, a row an observation, with columns of KNOWN: others are left out,
    as are rows of no place's figures. A cell that is no number, or a row with too many cells, gives its row a
    fault and nothing else; `tell` hears of the rows read, `remark` of what is left out. Other forms, and names that
    hold below, are read by `options` as `read_table` reads them. Raises InputError for a file that is no such table."""
    options, table = options or Options(), None
    try:
        table = None if options.layout else _plain(path, rows, tell, remark)
    except InputError as fault:
        if fault.code not in (*OTHER_FORM, "data.column_twice"):  # remarks of two columns are read below
            raise
    table, told = (None, []) if table is None else figure_rows(table)
    if table is None or table.empty:
        return _of_other_form(path, options, remark)
    odd = table["fault"].isin(("decimal_comma", "value_text", "year_text")).any()
    if odd or "" in table["place"].cat.categories:
        with suppress(InputError):  # which its rows say themselves
            return _of_other_form(path, options, remark)
    gaps = table["value"].isna() & (table["fault"] == "")
    if gaps.any():
        named = zip(table.loc[gaps, "place"], table.loc[gaps, "year"], strict=True)
        told += gaps_told(path.name, [(place, f"{year:g}", "not_available") for place, year in named])
        keys = [table[key] for key in KEYS if key in table]
        more = table["value"].notna().groupby(keys, observed=True, dropna=False).transform("any")
        table = table[~(gaps & more & table.filter(("target", "population")).isna().all(axis=1))].reset_index(drop=True)
    for said in told:
        remark(said)
    return table


def csv_rows(found: pd.DataFrame, head: bool = True) -> Iterator[bytes]:
    """The rows as pandas writes them, under the columns' names and a byte order mark, without which spreadsheets garble
    Vietnamese; an apostrophe stands before a name that begins as a formula does (=1+1), as they would run it."""
    if head:
        yield b"\xef\xbb\xbf" + b",".join(_words(list(found))) + b"\n"
    columns = [found[name].astype("Int64").array if name == "population" else found[name].array for name in found]
    ends = [b","] * (len(columns) - 1) + [b"\n"]
    for begin in range(0, len(found), BLOCK):
        cells = [_cells(column[begin : begin + BLOCK], end) for column, end in zip(columns, ends, strict=True)]
        block = np.empty(len(cells[0]), [("", f"V{cell.shape[1]}") for cell in cells])
        for name, cell in zip(block.dtype.names or (), cells, strict=True):
            block[name] = cell.view(f"V{cell.shape[1]}")[:, 0]
        yield block.tobytes().translate(None, b"\0")  # cells stand side by side as bytes, and zeros are left out


def _plain(path: Path, rows: int, tell: Callable[[int], None], remark: Callable[[InputError], None]) -> pd.DataFrame:
    """The table of a CSV file as it stands. Raises InputError where no value tells whether 32.600 is 32.6 or 32,600."""
    with text_of(path, NEEDED) as stream:
        head, first = head_of(stream, path.name), list[str]()
        with suppress(csv.Error):
            first = next(csv.reader([stream.readline()], delimiter=head.separator), [])
    noted = [name for name in head.columns if role(name) == "remark"]
    names = dict.fromkeys(noted, "remark") | ({} if "place" in head.columns else {"code": "place"})
    head = replace(head, columns=tuple(names.get(name, name) for name in head.columns))
    head.check(NEEDED, KNOWN)
    others = (name for name, cell in zip(head.columns, first, strict=False) if re.match(r"\s*[-+]?[0-9]", cell))
    if unread := [name for name in others if name not in KNOWN and not role(name)]:
        remark(InputError("data.read_unread", names=unread))
    found = _table(_pieces(path, head, rows), path.name, tell)
    if not found["value"].between(1, 1000, inclusive="left").any():
        return found
    doubt, column = None, head.columns.index("value")
    with text_of(path) as stream, suppress(csv.Error):
        reader = csv.reader(islice(stream, head.line, None), delimiter=head.separator)
        for row in reader:
            cell = row[column].strip() if len(row) > column else ""
            if TELLING.fullmatch(cell):  # as most tables do in their first rows
                return found
            if doubt is None and UNSURE.fullmatch(cell):
                where = InputError("data.row", file=path.name, row=head.line + reader.line_num)
                doubt = InputError("data.which_decimal", where=where, cell=cell)
    if doubt:
        raise doubt
    return found


def _of_other_form(path: Path, options: Options, remark: Callable[[InputError], None]) -> pd.DataFrame:
    """The table of a workbook, of years as columns, of decimal commas: small, and read whole."""
    found = rows_of(path, NEEDED, [name for name in KNOWN if name not in (*NEEDED, "remark")], options=options)
    for said in found.said:
        remark(said)
    piece = pd.DataFrame(list(found.rows), columns=list(found.head.columns), dtype="object").assign(**{MORE: ""})
    if not any(piece["place"]):
        raise InputError("data.unnamed", file=path.name)
    if "code" in piece and ((piece["code"] == "") | (piece["code"] == piece["place"])).all():
        del piece["code"]
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
                rest = piece.loc[~piece["place"].astype(bool), ["year", "value", MORE]].astype("object").fillna("")
                blank = rest.astype(str).apply(lambda column: column.str.strip()).eq("").all(axis=1)
                yield piece.drop(index=rest.index[blank]) if blank.any() else piece  # a spreadsheet emptied their cells
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


class _Headed:
    """A file whose header is one cell wider, so that the parser keeps what a row has too much. ends: line feeds read;
    last: the last character; fault: raised meanwhile, which the parser hides behind its words."""

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
    """Raise InputError for a line that ends in the middle of a quoted cell, as the parser takes it: mostly one left
    open, by which it swallows the rows up to the next one."""
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
    whole, rows = dict[str, Any](), 0
    for piece in pieces:
        for column, some in _cleaned(piece, names).items():
            had, end = whole.setdefault(column, some[:0]), rows + len(some)
            if not rows or end > len(had):  # what is not written to yet takes no memory
                whole[column] = np.empty(2 * end, some.dtype)
                whole[column][:rows] = had[:rows]
            whole[column][rows:end] = some
        rows += len(piece)
        tell(len(piece))
    if not rows:
        raise InputError("data.no_row", file=file)
    table = {column: of[:rows] for column, of in whole.items()}
    for column, words in {**names, "fault": REASONS}.items():
        if column in table:
            table[column] = pd.Categorical.from_codes(table[column], pd.Index([*words], dtype=object), validate=False)
    return pd.DataFrame(table, copy=False)


def _cleaned(piece: pd.DataFrame, names: dict[str, dict[str, int]]) -> dict[str, Any]:
    """The columns of a piece: numbers, and for text the number of each name in `names`, which grows."""
    found, fault = in_numbers(piece)
    if "code" in piece:
        piece = piece.assign(place=piece["place"].where(piece["place"].astype(bool), piece["code"]))
    texts = np.flatnonzero(fault == REASONS.index("value_text"))
    none = piece["value"].iloc[texts].astype(str).str.strip().str.casefold().isin(NONE)
    fault[texts[none.to_numpy(bool)]] = 0  # na, .. and the like: no figure
    more = np.flatnonzero(piece[MORE].astype(bool))
    fault[more[(piece[MORE].iloc[more].str.strip() != "").to_numpy(bool)]] = REASONS.index("too_many_cells")
    for column in found.keys() & {"year", "target_year"}:
        found[column] = np.where(found[column] < 1e9, found[column], np.nan).astype(np.float32)
    for column in (column for column in TEXT if column in piece):
        (codes, unique), known = pd.factorize(piece[column].to_numpy()), names[column]
        found[column] = np.array([known.setdefault(name, len(known)) for name in unique.tolist()], np.int32)[codes]
    return found | {"fault": fault}


def _cells(column: Any, end: bytes) -> Bytes:
    """The cells of a column as rows of bytes, what ends them behind, zeros among them."""
    if column.dtype.kind == "f":
        return _numbers(np.asarray(column, float), end)
    codes, said = (column.codes, column.categories) if isinstance(column, pd.Categorical) else pd.factorize(column)
    return np.asarray(_matrix([*_words(said.tolist()), b""], end).take(codes, axis=0))


def _words(cells: Sequence[Any]) -> list[bytes]:
    """Texts in quotation marks where CSV wants them."""
    text = "\n".join(["", *(said := [*map(str, cells)])])
    marks = (*',"\r', *(f"\n{c}" for c in FORMULA if c in text))
    if text.count("\n") == len(said) and not any(mark in text for mark in marks):
        return text.encode().split(b"\n")[1:]
    stream = io.StringIO()
    writer, ends = csv.writer(stream, lineterminator="\n"), [0]
    for cell in map(shielded, said):
        writer.writerow([cell] if cell else [])
        ends.append(stream.tell())
    text = stream.getvalue()
    return [text[begin : end - 1].encode() for begin, end in pairwise(ends)]


def _matrix(words: Iterable[bytes], end: bytes) -> Bytes:
    table = np.array([word + end for word in words], "S")
    return np.asarray(table.view(np.uint8).reshape(len(table), -1))


def _numbers(values: NDArray[np.float64], end: bytes) -> Bytes:
    """Numbers rounded to DECIMALS, as `repr` writes them; nothing for those that are missing."""
    with np.errstate(invalid="ignore", over="ignore"):
        millionths = np.rint(np.abs(values) * 10**DECIMALS)
        plain = ((millionths >= 100) & (millionths < MOST)) | (values == 0)
    millionths[~plain] = 0
    rest, low = np.divmod(millionths.astype(np.int64), 1000)
    whole, high = np.divmod(rest, 1000)
    left, three = np.divmod(whole, 1000)
    parts = [three + INNER * (left > 0), high + np.where(low > 0, POINT, ENDS), low + LAST]
    while (some := left > 0).any():
        left, three = np.divmod(left, 1000)
        parts.insert(0, np.where(some, three + INNER * (left > 0), EMPTY))
    parts[:0] = [np.where(np.signbit(values), EMPTY - 1, EMPTY)] if np.signbit(values).any() else []
    at = np.stack(parts, axis=1)
    at[~plain, :-1], at[~plain, -1] = EMPTY, LAST
    found: Bytes = THREES[at].view(np.uint8)
    if end != b",":
        found[found == ord(",")] = ord(end)
    if len(odd := np.flatnonzero(~plain & ~np.isnan(values))):
        more = _matrix((repr(n).encode() for n in np.round(values[odd], DECIMALS).tolist()), end)
        found = np.pad(found, ((0, 0), (0, max(0, more.shape[1] - found.shape[1]))))
        found[odd] = np.pad(more, ((0, 0), (0, found.shape[1] - more.shape[1])))
    return found
