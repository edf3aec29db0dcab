"""Files of a panel: they appear together when all are complete, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ruralincome.panel import KEYS
from ruralincome.series import InputError

if TYPE_CHECKING:
    import pandas as pd

PARTS = (".panel.csv.part", ".totals.csv.part", ".scenarios.csv.part", "*/.report.html.part")
NAMES = (*KEYS, "unit", "scenario")
"""Columns of words that come from the user's files."""
FORMULA = ("=", "+", "-", "@")
"""How a cell begins that a spreadsheet takes for a formula."""
DECIMALS = 6
"""Digits after the point in the CSV written."""


@contextmanager
def together() -> Iterator[Callable[[Path, Callable[[Path], None]], None]]:
    """Yields put(path, write): `write` gets the path of a part, which takes its name when the block ends well.

    Once more with the same path goes on with the same part. Raises InputError where a file cannot be written.
    """
    parts: dict[Path, Path] = {}
    made: list[Path] = []

    def put(path: Path, write: Callable[[Path], None]) -> None:
        part = parts.setdefault(path, _part(path))
        with _named(path):
            made.extend(folder for folder in reversed(path.parents) if not folder.exists())
            path.parent.mkdir(parents=True, exist_ok=True)
            write(part)

    try:
        yield put
        for path, part in parts.items():
            with _named(path):
                part.replace(path)
    finally:
        for part in parts.values():
            if part.parent.is_dir():
                part.unlink(missing_ok=True)
        for folder in reversed(made):  # those that were not there and hold nothing
            with suppress(OSError):
                folder.rmdir()


def forget(folder: Path) -> None:
    """Take away the parts that a run which was killed left among the files of `folder`."""
    for pattern in PARTS:
        for part in folder.glob(pattern):
            with _named(part):
                part.unlink(missing_ok=True)


def write_csv(found: pd.DataFrame, path: Path, more: bool = False) -> None:
    """The rows as CSV, with a byte order mark, without which spreadsheets garble Vietnamese; `more` adds to a file.

    A name that begins as a formula does (=1+1) gets an apostrophe before it, as a spreadsheet would run it: the table
    may come from anyone. People are whole numbers.
    """
    shown = found.copy(deep=False)
    for name in shown.columns[shown.dtypes == "float64"]:
        shown[name] = shown[name].astype("Int64") if name == "population" else shown[name].round(DECIMALS)
    for name in (name for name in NAMES if name in shown):
        words = shown[name].astype("object")
        formula = words.str.startswith(FORMULA, na=False)
        if formula.any():
            shown[name] = words.where(~formula, "'" + words)
    encoding = "utf-8" if more else "utf-8-sig"
    with path.open("a" if more else "w", encoding=encoding, newline="") as stream:
        shown.to_csv(stream, index=False, header=not more, chunksize=1 << 15, lineterminator="\n")


def write_text(words: str, path: Path) -> None:
    """The words in UTF-8."""
    path.write_text(words, encoding="utf-8")


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise InputError(f"{path} cannot be written ({fault.strerror}); state another --output") from None
