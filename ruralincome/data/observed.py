"""Observed: rows of a table as the observations of a series: of each year the figure, and those that it replaced."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from ruralincome.data.cells import Row
from ruralincome.series import InputError, Status, Vintage

TYPES = {
    "year": "integer", "value": "number", "status": "string", "source": "string", "published": "date",
    "standard_error": "number", "sample_size": "number", "design_effect": "number",
}  # fmt: skip
COLUMNS = tuple(TYPES)
"""Columns of a table of observations; those after source where it has them."""
WITHOUT = ("not_available", "confidential", "zero")
"""Statuses of a year that has no figure, or none that growth can be measured from."""


def schema(rows: Sequence[Row], columns: Sequence[str], stated: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the data package says of the columns of such a table: as stated, if it is there, with what is new."""
    nil = any(row.text("status") == "zero" for row in rows)
    whole, twice = all(row.text("value") for row in rows), len({row.year() for row in rows}) < len(rows)
    must: dict[str, dict[str, Any]] = {
        "year": {"required": True},
        "value": {"required": whole, "minimum" if nil else "exclusiveMinimum": 0},
        "source": {"required": True},
    }
    known = {field["name"]: field for field in (stated or {}).get("fields", ())}
    fields = [
        known.get(name) or {"name": name, "type": TYPES[name], **({"constraints": must[name]} if name in must else {})}
        for name in columns
    ]
    key = ["year", "published"] if twice else (stated or {}).get("primaryKey", ["year"])
    return {**(stated or {}), "fields": fields, "primaryKey": key}


def observed(rows: Iterable[Row], positive: bool = True) -> dict[str, Any]:
    """Years rising, their values and what is said of them, as `Series` takes them.

    Of a year that stands in several rows, each with the day on which it was published, the last is the figure.
    positive: levels, of which growth is asked. Raises InputError naming the row: for years that do not rise, two
    figures of a year without days, a level that is not positive, a year without a figure and without a reason.
    """
    last: dict[int, tuple[float, str, Row]] = {}
    statuses: dict[int, Status] = {}
    vintages: list[Vintage] = []
    before, seen = 0, ""
    for row in rows:
        year, day, status = row.year(), row.text("published"), row.text("status")
        if year < before or (year == before and not (seen and day > seen)):
            code = "data.year_twice" if year == before else "data.year_order"
            raise InputError(code, where=row.where, year=year, before=before)
        before, seen = year, day
        statuses.pop(year, None)
        if status in get_args(Status)[1:]:
            statuses[year] = status  # type: ignore[assignment]
        if not row.text("value") or (positive and status == "zero"):
            if status not in WITHOUT:
                raise InputError("data.no_cell", where=row.where, column="value")
            continue
        value = row.number("value")
        if positive and value <= 0:
            raise InputError("data.not_positive", where=row.where, value=value)
        if year in last:
            vintages.append(Vintage(year, last[year][0], value, last[year][1], day))
        last[year] = (value, day, row)
    kept = [row for _, _, row in last.values()]
    errors = tuple(row.number("standard_error") if row.text("standard_error") else math.nan for row in kept)
    sizes = tuple(_sample(row) for row in kept)
    return {
        "years": tuple(last),
        "values": tuple(value for value, _, _ in last.values()),
        "standard_errors": None if all(map(math.isnan, errors)) else errors,
        "samples": sizes if any(size for size, _ in sizes) else None,
        "statuses": tuple(statuses.items()),
        "published": tuple((year, day) for year, (_, day, _) in last.items() if day),
        "vintages": tuple(vintages),
    }


def _sample(row: Row) -> tuple[float, float]:
    """The size of a sample and its design effect, 1 unless stated; a size of 0 where the row states none."""
    size, effect = (row.number(c) if row.text(c) else None for c in ("sample_size", "design_effect"))
    if (size is not None and size < 1) or (effect is not None and (effect <= 0 or size is None)):
        raise InputError("data.sample", where=row.where, size=size, effect=effect)
    return size or 0.0, 1.0 if effect is None else effect
