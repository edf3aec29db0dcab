"""Panels: the places and the price rises of a file, as a class is fitted on them; each row checked."""

import math
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from ruralincome.data.cells import Row
from ruralincome.data.forms.figures import status_of
from ruralincome.data.forms.read import rows_of
from ruralincome.data.forms.reading import Options
from ruralincome.data.table import Table
from ruralincome.keep.score import Tell
from ruralincome.models.recipe import Errors, Observed
from ruralincome.series import InputError, Series
from ruralincome.series.names import sound
from ruralincome.series.units import too_far

INDEX = 40.0
"""Price rises that are all beyond so many percent a year are an index of prices (103.2 with the year before as 100)."""
PANEL = (("place", "year", "value"), ("status", "standard_error"))  # columns needed, and possible
GAP = 25  # years between two figures of a place beyond which one is a slip of the keyboard, or of another calendar


def places_of(table: Table, undated: bool) -> tuple[Observed, Errors]:
    """The places of a table with the columns place, year and value, and the standard errors of the logarithms of their
    figures, where they state those; undated: the years are counts.

    Raises InputError naming the row for a cell that cannot stand, places whose years or values cannot be in one
    calendar or unit, or whose names look alike, an error below 0 or not below its figure, or stated of some only."""
    file, rows, breaks = table.head.file, dict[str, dict[int, float]](), dict[str, list[int]]()
    surveyed, errors = "standard_error" in table.head.columns, dict[str, dict[int, float]]()
    for row in table.records():
        if not (name := row.text("place")):
            raise InputError("keep.no_name", where=row.where)
        year, place = _year(row, undated), rows.setdefault(name, {})
        if year in place:
            raise InputError("keep.year_twice", where=row.where, place=name, year=year)
        place[year] = value = row.number("value")
        if surveyed:
            error = row.number("standard_error") if row.text("standard_error") else math.nan
            if error < 0 or error > value or 0 < error == value:
                raise InputError("series.error_outside", name=name, error=error, value=value, year=year)
            errors.setdefault(name, {}).update({year: error / value} if value > 0 else {})
        if status_of(row.text("status")) == "break":
            breaks.setdefault(name, []).append(year)
    for name, years in breaks.items():  # the step up to a break is no growth
        if min(rows[name].values()) > 0:  # else the place is left out, and told of
            t, v = zip(*sorted(rows[name].items()), strict=True)
            joined = Series("", t, v, statuses=tuple((year, "break") for year in sorted(years))).joined
            rows[name] = dict(zip(joined.years, joined.values, strict=True))
    heard: dict[str, str] = {}
    for name in () if undated else rows:
        if (other := heard.setdefault(sound(name), name)) != name:
            raise InputError("keep.names_alike", file=file, one=other, other=name)
        for (t0, y0), (t1, y1) in pairwise(sorted(rows[name].items())):
            facts = {"file": file, "place": name, "year": t1, "then": t0}
            if t1 - t0 > GAP:
                raise InputError("keep.years_apart", **facts)
            if y0 > 0 and y1 > 0 and abs(math.log(y1 / y0)) >= too_far(t1 - t0):
                raise InputError("keep.values_jump", value=y1, before=y0, **facts)
    for name, own in errors.items():
        if 0 < (lacking := sum(map(math.isnan, own.values()))) < len(own):
            raise InputError("series.errors_some", name=name, given=len(own) - lacking, values=len(own))
    ordered = {name: sorted(v.items()) for name, v in sorted(rows.items())}
    found = {n: (np.array([y for y, _ in v]), np.array([x for _, x in v])) for n, v in ordered.items()}
    return found, {name: own for name, own in errors.items() if not any(map(math.isnan, own.values()))}


def price_rises(
    path: Path, label: str, options: Options | None = None, tell: Tell = lambda _: None
) -> dict[int, float]:
    """Price rises a year, as fractions, from a file in percent."""
    stated = replace(options or Options(), columns="", sheet="", unit="")
    table, found = rows_of(path, ("year", "value"), label=label, options=stated), dict[int, float]()
    for said in table.said:
        tell(said)
    for row in table.records():
        year, percent = row.year(), row.number("value")
        if percent <= -100:
            raise InputError("keep.no_price", where=row.where, value=percent)
        if year in found:
            raise InputError("keep.rate_twice", where=row.where, year=year, one=100 * found[year], other=percent)
        found[year] = percent / 100
    if len(found) > 2 and min(found.values()) > INDEX / 100:
        raise InputError("keep.price_index", file=label, least=INDEX)
    if not found or sorted(found) != list(range(min(found), max(found) + 1)):
        raise InputError("keep.rates_gap", file=label)
    return found


def _year(row: Row, undated: bool) -> int:
    """The year of a row; a count where the years are counts."""
    try:
        if not undated:
            return row.year()
    except InputError as fault:
        raise InputError("keep.dated", fault=fault) from None
    if not re.fullmatch(r"[0-9]{1,4}", row.cells["year"].strip()):
        raise InputError("keep.no_count", where=row.where, cell=row.cells["year"])
    return int(row.cells["year"])
