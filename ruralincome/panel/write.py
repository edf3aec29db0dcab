"""Rows as CSV in the bytes that pandas writes, a block at a time: cells side by side as bytes, empty ones left out."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ruralincome.series.names import FORMULA, shielded

DECIMALS = 6
"""Digits after the point."""
BLOCK = 1 << 14
"""Rows written at a time."""
MOST = 10**15
"""Numbers of so many millionths and more, and those of less than a hundred, are written one by one."""
Bytes = NDArray[np.uint8]


def lines(found: pd.DataFrame, head: bool = True) -> Iterator[bytes]:
    """The rows, under a byte order mark, without which spreadsheets garble Vietnamese, and the names of the columns.

    A name that begins as a formula does (=1+1) gets an apostrophe before it, as a spreadsheet would run it: the table
    may come from anyone. People are whole numbers.
    """
    if head:
        yield b"\xef\xbb\xbf" + b",".join(_words(list(found))) + b"\n"
    columns = [found[name].astype("Int64").array if name == "population" else found[name].array for name in found]
    for begin in range(0, len(found), BLOCK):
        cells = [_cells(column[begin : begin + BLOCK]) for column in columns]
        between = np.full((len(cells[0]), 1), ord(","), np.uint8)
        block = np.hstack([part for cell in cells for part in (cell, between)])
        block[:, -1] = ord("\n")
        yield block[block > 0].tobytes()


def _cells(column: Any) -> Bytes:
    """The cells of a column as rows of bytes, zeros among them."""
    if isinstance(column, pd.Categorical):
        return np.asarray(_matrix([*_words(column.categories.tolist()), b""])[column.codes])
    if column.dtype.kind == "f":
        return _numbers(np.asarray(column, float))
    empty = np.asarray(pd.isna(column))
    if column.dtype.kind in "iu":
        found = _matrix(np.asarray(column.fillna(0) if empty.any() else column).astype("S"))
        found[empty] = 0
        return found
    return _matrix(_words(np.where(empty, "", column).tolist()))


def _words(cells: Sequence[Any]) -> list[bytes]:
    """Texts in quotation marks where CSV wants them."""
    said = list(map(str, cells))
    text = "\n".join(["", *said])
    if text.count("\n") == len(said) and not any(mark in text for mark in (*',"\r', *(f"\n{c}" for c in FORMULA))):
        return text.encode().split(b"\n")[1:]
    stream = io.StringIO()
    writer, ends = csv.writer(stream, lineterminator="\n"), [0]
    for cell in map(shielded, said):
        writer.writerow([cell] if cell else [])
        ends.append(stream.tell())
    text = stream.getvalue()
    return [text[begin : end - 1].encode() for begin, end in pairwise(ends)]


def _matrix(words: Any) -> Bytes:
    table = np.array(words, "S")
    return np.asarray(table.view(np.uint8).reshape(len(table), -1))


def _numbers(values: NDArray[np.float64]) -> Bytes:
    """Numbers rounded to DECIMALS, as `repr` writes them; nothing for those that are missing."""
    with np.errstate(invalid="ignore", over="ignore"):
        millionths = np.rint(np.abs(values) * 10**DECIMALS)
        plain = ((millionths >= 100) & (millionths < MOST)) | (values == 0)
    whole, part = (n.astype(np.uint32)[:, None] for n in divmod(np.where(plain, millionths, 0), 10**DECIMALS))
    tens = 10 ** np.arange(max(DECIMALS, len(str(whole.max(initial=0)))), dtype=np.uint32)[::-1]
    left = np.where((whole >= tens) | (tens == 1), whole // tens % 10 + ord("0"), 0).astype(np.uint8)
    tens = tens[-DECIMALS:]
    right = (part // tens % 10 + ord("0")).astype(np.uint8)
    right[:, 1:][part % tens[:-1] == 0] = 0
    sign, point = np.where(np.signbit(values), ord("-"), 0), np.full(len(values), ord("."))
    found = np.column_stack([sign.astype(np.uint8), left, point.astype(np.uint8), right])
    odd = np.flatnonzero(~plain)
    said = [b"" if np.isnan(value) else repr(value).encode() for value in np.round(values[odd], DECIMALS).tolist()]
    more = _matrix(said) if said else np.zeros((0, 0), np.uint8)
    found = np.pad(found, ((0, 0), (0, max(0, more.shape[1] - found.shape[1]))))
    found[odd] = np.pad(more, ((0, 0), (0, found.shape[1] - more.shape[1])))
    return found
