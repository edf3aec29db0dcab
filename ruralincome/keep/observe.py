"""A new figure of a series that is there: appended with its source, everything checked before it is written."""

import math
from dataclasses import dataclass
from pathlib import Path

from ruralincome.data.cells import decimals, number
from ruralincome.data.files import csv_lines, json_text, seal, write_all
from ruralincome.data.package import (
    Resource,
    find_root,
    package_content,
    read_back,
    read_rates,
    read_resource,
    read_series,
    written,
)
from ruralincome.scenario.file import Scenario, read_scenario
from ruralincome.series import InputError
from ruralincome.series.names import clean
from ruralincome.series.prices import DEFLATOR
from ruralincome.series.units import too_far

STEEPEST = 100.0
"""A rate beyond so many percent a year is in another unit."""


@dataclass(frozen=True)
class Appended:
    """What `observe` wrote, and the params files that use the series.

    touched: those whose verdict it changes; held: those asked as of an earlier year, which it leaves as they are;
    due: those whose target can now be scored.
    """

    name: str
    year: int
    value: float
    touched: tuple[str, ...]
    held: tuple[str, ...]
    due: tuple[str, ...]


def observe(
    name: str, year: int, value: float | str, source: str, *, status: str = "final", root: Path | None = None
) -> Appended:
    """Append a row to a series of levels or of rates and renew its hash, both or neither.

    Raises InputError for a year that is there or does not come last, a value that cannot stand or is more precise than
    what was published, or no source.
    """
    where = root or find_root()
    with written(where):
        return _append(read_resource(name, where), year, str(value).strip(), clean(source), status, where)


def _append(resource: Resource, year: int, shown: str, source: str, status: str, root: Path) -> Appended:
    """The row written, after it was checked; the root is held."""
    name, rate = resource.name, resource.unit.kind == "rate"
    value = _check(resource, year, shown, root)
    row = {"year": str(year), "value": shown, "status": status, "source": source}
    for field in resource.descriptor["schema"]["fields"]:
        if field.get("constraints", {}).get("required") and not row.get(field["name"]):
            code = "keep.no_source_of" if field["name"] == "source" else "keep.no_column"
            raise InputError(code, name=name, year=year, column=field["name"])
    content = resource.path.read_bytes().rstrip(b"\r\n") + b"\n"
    content += csv_lines(resource.table.head.heads, [row], header=False)
    package = package_content(root)
    entry = next(r for r in package["resources"] if r["name"] == name)
    entry.update(seal(content))
    if not rate:
        entry["decimals"] = max(entry.get("decimals", 0), decimals(shown))
    read_back(name, content, package, root)
    write_all({resource.path: content, root / "data" / "datapackage.json": json_text(package)}, durable=True)
    return Appended(name, year, value, *_verdicts(name, year, root))


def _check(resource: Resource, year: int, shown: str, root: Path) -> float:
    """The value; raises InputError unless it can be the next one of the series."""
    name, rate = resource.name, resource.unit.kind == "rate"
    if rate:
        known = {t: 100 * r for t, r in read_rates(name, root).items()}
    else:
        series = read_series(name, root)
        known = dict(zip(series.years, series.values, strict=True))
    where = InputError("keep.figure", name=name, year=year)
    try:
        value = number(shown)
    except InputError as fault:
        raise InputError("data.cell", where=where, column="value", fault=fault) from None
    if not rate and value <= 0:
        raise InputError("data.not_positive", where=where, value=value)
    last = max(known, default=year - 1)
    if year in known:
        raise InputError("keep.year_there", name=name, year=year, value=known[year])
    if year < last:
        raise InputError("keep.year_before", name=name, year=year, last=last)
    if year > last + 50:
        raise InputError("keep.year_after", name=name, year=year, last=last)
    stated = int(resource.descriptor.get("decimals", 0))
    most = max(stated + 1, *(decimals(row["value"]) for row in resource.rows), 1)
    if decimals(shown) > most:
        raise InputError("keep.too_precise", name=name, value=shown, digits=decimals(shown), stated=stated)
    if rate and abs(value) > STEEPEST:
        raise InputError("keep.too_steep", value=shown, most=STEEPEST)
    if not rate and known and abs(math.log(value / known[last])) >= too_far(year - last):
        unit = resource.descriptor["unit"]
        raise InputError("keep.too_far", value=shown, before=known[last], last=last, unit=unit)
    return value


def _verdicts(name: str, year: int, root: Path) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    touched, held, due = list[str](), list[str](), list[str]()
    for path in sorted((root / "params").glob("*.yaml")):
        try:
            scenario = read_scenario(path)
            used = name in _used(scenario, root)
            ours = scenario.series == name
            known = scenario.as_of or (9999 if ours else read_series(scenario.series, root).origin)
        except InputError:
            continue  # `check` says what is wrong with it
        if used:
            (touched if known >= year else held).append(path.stem)
        if ours and scenario.target.year == year:
            due.append(path.stem)
    return tuple(touched), tuple(held), tuple(due)


def _used(scenario: Scenario, root: Path) -> set[str]:
    """The series whose figures an answer rests on."""
    used = {scenario.series}
    used |= {name for step in scenario.adjustments for _, name, _ in step.needs()}
    if scenario.terms is not None:
        used.add(scenario.terms.deflator)
    elif (scenario.target.prices or "nominal") != read_series(scenario.series, root).prices:
        used.add(DEFLATOR)
    return used
