"""Tables of a panel as CSV files that a spreadsheet opens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ruralincome.panel.names import KEYS

if TYPE_CHECKING:
    import pandas as pd

PARTS = (".panel.csv.part", ".totals.csv.part", ".scenarios.csv.part", "*/.report.html.part")
"""What a run that was killed leaves among the files of a panel."""
NAMES = (*KEYS, "unit", "scenario")
"""Columns of words that come from the user's files."""
FORMULA = ("=", "+", "-", "@")
"""How a cell begins that a spreadsheet takes for a formula."""
DECIMALS = 6
"""Digits after the point in the CSV written."""


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
