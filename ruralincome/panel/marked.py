"""Marked: what a table says of its figures: which were revised, which are missing, and which come after a break."""

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ruralincome.data.forms.figures import status_of
from ruralincome.data.forms.reading import day
from ruralincome.series import InputError, Said, Series, Shown, Status

Mask = NDArray[np.bool_]


def revised(frame: pd.DataFrame, code: Any, year: Any, as_of: int | None = None) -> Mask:
    """Rows whose figure was published again later: of a place and a year where all rows state different days.

    as_of: the year of the last figure that is known; one of then or before counts as it stood on the day on which that
    figure was first published, as in `Series.until`.
    """
    found = np.zeros(len(frame), bool)
    if "published" not in frame:
        return found
    codes, words = pd.factorize(frame["published"].astype("object").fillna(""))
    days = np.array([_day(str(word)) for word in words], object)[codes]
    rows = pd.DataFrame({"code": code, "year": year, "day": days})
    if as_of is not None:
        last = rows["year"].where(rows["year"] <= as_of).groupby(code).transform("max")
        then = rows["day"].where((rows["year"] == last) & (rows["day"] != ""), "9999").groupby(code).transform("min")
        found[:] = (rows["day"] > then) & (rows["year"].groupby(code).transform("max") > as_of)
        rows = rows[~found]
    rows = rows[rows.duplicated(["code", "year"], keep=False)]
    of = rows.groupby(["code", "year"])["day"]
    dated = (of.transform("nunique") == of.transform("size")) & (of.transform("min") != "")
    found[rows.index[dated & (rows["day"] < of.transform("max"))]] = True
    return found


def breaks(frame: pd.DataFrame) -> Mask:
    """Rows whose status says that they come after a break in the series."""
    return np.asarray(_statuses(frame) == "break", bool)


def told(frame: pd.DataFrame) -> tuple[Said, ...]:
    """What a page says of the figures: how many are preliminary or estimates, or come after a break."""
    found = _statuses(frame)[frame["value"].notna().to_numpy(bool)]
    counts = {status: int((found == status).sum()) for status in ("preliminary", "estimate", "break")}
    parts = tuple(Said(f"panel.status.{status}", {"count": Shown(n)}) for status, n in counts.items() if n)
    return (Said("panel.statuses", {"parts": parts}),) if parts else ()


def _statuses(frame: pd.DataFrame) -> NDArray[np.object_]:
    """The status of each row in our words; None where it states none that is known."""
    if "status" not in frame:
        return np.full(len(frame), None)
    codes, words = pd.factorize(frame["status"].astype("object").fillna(""))
    return np.array([status_of(str(word)) for word in words], object)[codes]


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
