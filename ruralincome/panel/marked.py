"""Marked: what a table says of its figures: which were revised, which are missing, and which come after a break."""

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ruralincome.data.forms.figures import status_of
from ruralincome.data.forms.reading import day
from ruralincome.series import InputError, Series, Status

Mask = NDArray[np.bool_]


def revised(frame: pd.DataFrame, code: NDArray[np.int64], year: NDArray[np.int64]) -> Mask:
    """Rows whose figure was published again later: of a place and a year where all rows state different days."""
    found = np.zeros(len(frame), bool)
    if "published" not in frame:
        return found
    codes, words = pd.factorize(frame["published"].astype("object").fillna(""))
    days = np.array([_day(str(word)) for word in words], object)[codes]
    rows = pd.DataFrame({"code": code, "year": year, "day": days})
    rows = rows[rows.duplicated(["code", "year"], keep=False)]
    of = rows.groupby(["code", "year"])["day"]
    dated = (of.transform("nunique") == of.transform("size")) & (of.transform("min") != "")
    found[rows.index[dated & (rows["day"] < of.transform("max"))]] = True
    return found


def breaks(frame: pd.DataFrame) -> Mask:
    """Rows whose status says that they come after a break in the series."""
    if "status" not in frame:
        return np.zeros(len(frame), bool)
    codes, words = pd.factorize(frame["status"].astype("object").fillna(""))
    return np.array([status_of(str(word)) == "break" for word in words], bool)[codes]


def joined(code: NDArray[np.int64], year: Any, value: Any, after: Mask) -> NDArray[np.intp]:
    """Move what places have before their breaks, in place, and name the rows that fall away (see `Series.broken`).

    The rows are sorted by place and year.
    """
    gone = []
    for place in np.unique(code[after]):
        rows = np.arange(*np.searchsorted(code, (place, place + 1)))
        marks: list[tuple[int, Status]] = [(int(when), "break") for when in year[rows][after[rows]]]
        try:
            found = Series("", tuple(year[rows].tolist()), tuple(value[rows].tolist()), statuses=tuple(marks)).joined
        except InputError:
            continue  # what is wrong with its rows is said of them
        kept = ~np.append(after[rows][1:], False)
        gone.append(rows[~kept])
        year[rows[kept]], value[rows[kept]] = found.years, found.values
    return np.concatenate([np.zeros(0, np.intp), *gone])


def _day(words: str) -> str:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", words) or not words.strip():
        return words.strip()
    try:
        return day(words)
    except InputError:
        return ""
