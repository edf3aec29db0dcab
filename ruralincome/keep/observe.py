"""A new figure of a series that is there: appended with its source, everything checked before it is written."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from ruralincome.data.files import csv_lines, json_text, settle, write_all
from ruralincome.data.package import Resource, find_root, read_rates, read_resource, read_series
from ruralincome.keep.place import package_content
from ruralincome.panel.histories import too_far
from ruralincome.scenario.file import Faults, Scenario, read_scenario
from ruralincome.scenario.keys import Elasticity, Pace
from ruralincome.series import InputError

STEEPEST = 100.0
"""A rate beyond so many percent a year is in another unit."""


@dataclass(frozen=True)
class Observed:
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
) -> Observed:
    """Append a row to a series of levels or of rates and renew its hash, both or neither.

    Raises InputError for a year that is there or does not come last, a value that cannot stand or is more precise than
    what was published, or no source.
    """
    where = root or find_root()
    settle(where / "data" / "datapackage.json")
    resource = read_resource(name, where)
    shown, words = str(value).strip(), source.strip()
    _check_value(resource, shown, year, where)
    if not words:
        raise InputError(f"{name} {year}: no source; say where the figure was published, --source TEXT")
    fields = [f["name"] for f in resource.descriptor["schema"]["fields"]]
    row = {"year": str(year), "value": shown, "status": status, "source": " ".join(words.split())}
    content = resource.path.read_bytes().rstrip(b"\r\n") + b"\n"
    content += csv_lines(fields, [{field: row.get(field, "") for field in fields}], header=False)
    package = package_content(where)
    entry = next(r for r in package["resources"] if r["name"] == name)
    entry.update(hash=f"sha256:{hashlib.sha256(content).hexdigest()}", bytes=len(content))
    if not _is_rate(resource):
        entry["decimals"] = max(entry.get("decimals", 0), _digits(shown))
    write_all({resource.path: content, where / "data" / "datapackage.json": json_text(package)})
    return Observed(name, year, float(shown), *_verdicts(name, year, where))


def _check_value(resource: Resource, shown: str, year: int, root: Path) -> None:
    """Raise InputError unless the value can be the next one of the series."""
    name, rate = resource.name, _is_rate(resource)
    if rate:
        known = {t: 100 * r for t, r in read_rates(name, root).items()}
    else:
        series = read_series(name, root)
        known = dict(zip(series.years, series.values, strict=True))
    if not re.fullmatch(r"-?\d+(\.\d+)?" if rate else r"\d+(\.\d+)?", shown) or not (rate or float(shown) > 0):
        kind = "a number" if rate else "a positive number"
        hint = f"write {shown.replace(',', '.')}" if re.fullmatch(r"-?\d+,\d+", shown) else f"write {kind}"
        raise InputError(f"value '{shown}' cannot stand in {name}; {hint}")
    last = max(known, default=year - 1)
    if year in known:
        raise InputError(f"{name} has {known[year]:g} for {year} already; published figures are not overwritten")
    if year < last:
        raise InputError(f"year {year} comes before {last}, the last of {name}; only newer figures are added")
    if year > last + 50:
        raise InputError(f"year {year} is more than 50 years after {last}, the last of {name}; check the year")
    stated = int(resource.descriptor.get("decimals", 0))
    most = max(stated + 1, *(_digits(row["value"]) for row in resource.rows), 1)
    if _digits(shown) > most:
        raise InputError(
            f"value '{shown}' has {_digits(shown)} digits after the point and {name} is published with {stated}; "
            "state the figure as it was published"
        )
    if rate:
        if abs(float(shown)) > STEEPEST:
            raise InputError(f"value {shown} is beyond {STEEPEST:g} percent a year; state the rate in percent")
    elif known and not _near(float(shown), known[last], year - last):
        raise InputError(
            f"value {shown} is far from {known[last]:g} ({last}); state it in {resource.descriptor['unit']}"
        )


def _near(value: float, before: float, years: int) -> bool:
    """Whether two levels so many years apart can be in one unit."""
    import numpy as np

    return bool(abs(np.log(value / before)) < too_far(np.array([years]))[0])


def _digits(shown: str) -> int:
    return len(shown.strip().partition(".")[2])


def _is_rate(resource: Resource) -> bool:
    return str(resource.descriptor.get("unit")) == "percent_a_year"


def _verdicts(name: str, year: int, root: Path) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    touched: list[str] = []
    held: list[str] = []
    due: list[str] = []
    for path in sorted((root / "params").glob("*.yaml")):
        try:
            scenario = read_scenario(path)
            used = name in _used(scenario, root)
            open_ended = scenario.series == name
            known = scenario.as_of or (9999 if open_ended else read_series(scenario.series, root).origin)
        except (Faults, InputError):
            continue  # `check` says what is wrong with it
        if used:
            (touched if known >= year else held).append(path.stem)
        if scenario.series == name and scenario.target.year == year:
            due.append(path.stem)
    return tuple(touched), tuple(held), tuple(due)


def _used(scenario: Scenario, root: Path) -> set[str]:
    """The series whose figures an answer rests on."""
    used = {scenario.series}
    for step in scenario.adjustments:
        if isinstance(step, Pace) and step.series:
            used.add(step.series)
        elif isinstance(step, Elasticity):
            used |= {step.of, *(driver.series for driver in step.drivers)}
    if scenario.terms is not None:
        used.add(scenario.terms.deflator)
    elif (scenario.target.prices or "nominal") != read_series(scenario.series, root).prices:
        used.add("vietnam_cpi")
    return used
