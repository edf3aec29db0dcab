"""The data package: read, check, refuse.

Files are found under the root, the nearest folder with data/datapackage.json."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ruralincome.data.descriptor import Package
from ruralincome.series import InputError, Series, Source, Text

UNITS = frozenset(
    {
        "million_vnd_per_person_year",
        "thousand_vnd_per_person_month",
        "percent_a_year",
        "percent",
        "communes",
        "communes_more",
        "products",
    }
)
"""Units that the project has words for; a level has one of them, and percent_a_year is a rate."""


@dataclass(frozen=True, eq=False)
class Resource:
    """One table of the data package: its descriptor, checked rows as text, and the hash of its bytes.

    One of the same content is read and checked once in a process, and so compared by identity.
    """

    name: str
    path: Path
    descriptor: Mapping[str, Any]
    rows: tuple[Mapping[str, str], ...]
    sha256: str

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the figures were published."""
        accessed = str(self.descriptor.get("accessed", ""))
        return tuple(
            Source(s["title"], s.get("path", ""), accessed, Text(**s["titles"]) if s.get("titles") else None)
            for s in self.descriptor.get("sources", ())
        )

    def words(self, key: str) -> Text | None:
        """Bilingual words of the descriptor, if stated."""
        found = self.descriptor.get(key)
        return Text(**found) if found else None


def find_root(start: Path | None = None) -> Path:
    """The nearest folder at or above `start` (the working directory) that holds data/datapackage.json."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "data" / "datapackage.json").is_file():
            return folder
    raise InputError(f"no data/datapackage.json at or above {here}; start in a ruralincome folder")


def resource_names(root: Path | None = None) -> tuple[str, ...]:
    """Names of the tables in the data package."""
    return tuple(r["name"] for r in _package(root or find_root()).content["resources"])


def read_resource(name: str, root: Path | None = None) -> Resource:
    """One table, after its hash and its columns were checked.

    Raises InputError for an unknown name, a missing file, bytes that do not match the hash, or a missing column.
    """
    root = root or find_root()
    package = _package(root)
    known = package.by_name
    if name not in known:
        raise InputError(f"no series '{name}' in data/datapackage.json; choose one of {', '.join(sorted(known))}")
    descriptor = known[name]
    path = root / "data" / descriptor["path"]
    if not path.is_file():
        raise InputError(f"data/{descriptor['path']} is missing; restore it from its source or from git")
    return _resource(name, path, path.read_bytes(), package)


@lru_cache(maxsize=256)
def _resource(name: str, path: Path, content: bytes, package: _Parsed) -> Resource:
    """The table of these bytes, checked."""
    descriptor = package.by_name[name]
    sha256 = hashlib.sha256(content).hexdigest()
    if descriptor["hash"] != f"sha256:{sha256}":
        raise InputError(
            f"data/{descriptor['path']} was changed: its sha256 is {sha256[:12]}…, the data package states "
            f"{descriptor['hash'][7:19]}…; restore the file, or add figures by 'ruralincome observe'"
        )
    fields = descriptor["schema"]["fields"]
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        header, rows = reader.fieldnames, tuple(reader)
    except (UnicodeDecodeError, csv.Error) as fault:
        raise InputError(f"data/{descriptor['path']} is not CSV in UTF-8 ({fault}); save it as that") from None
    wanted = [f["name"] for f in fields]
    if header != wanted:
        raise InputError(f"data/{descriptor['path']} has the columns {header}; the schema wants {wanted}")
    for column in (f["name"] for f in fields if f.get("constraints", {}).get("required")):
        for number, cells in enumerate(rows, start=2):
            if not (cells[column] or "").strip():
                raise InputError(f"data/{descriptor['path']} row {number}: no {column}; state one")
    return Resource(name, path, descriptor, rows, sha256)


def read_series(name: str, root: Path | None = None) -> Series:
    """An observed series of the data package, as published.

    Raises InputError as read_resource does, and for a row whose year or value cannot stand, naming the row.
    """
    return _series(read_resource(name, root))


@lru_cache(maxsize=256)
def _series(resource: Resource) -> Series:
    """The series of a table; the same table is read once."""
    name = resource.name
    label, unit = f"data/{resource.descriptor['path']}", _unit(resource)
    if "kind" not in resource.descriptor or unit == "percent_a_year":
        raise InputError(f"'{name}' is not a series of levels (unit {unit}); choose a series of values")
    years: list[int] = []
    values: list[float] = []
    for row, year, value in _numbers(resource):
        if years and year <= years[-1]:
            fault = "stands twice" if year == years[-1] else f"comes after {years[-1]}"
            raise InputError(f"{label} row {row}: year {year} {fault}; state each year once, in rising order")
        if value <= 0:
            raise InputError(f"{label} row {row}: value {value:g} is not positive; growth needs levels > 0")
        years.append(year)
        values.append(value)
    if not years:
        raise InputError(f"{label} has no row; a series needs at least one observation")
    return Series(
        name,
        tuple(years),
        tuple(values),
        unit=unit,
        prices=resource.descriptor.get("prices", "nominal"),
        kind=resource.descriptor["kind"],
        decimals=resource.descriptor.get("decimals", 0),
        title=resource.words("titles"),
        place=resource.words("place"),
        coverage=resource.words("coverage"),
        sources=resource.sources,
        price_year=resource.descriptor.get("price_year"),
    )


def read_rates(name: str, root: Path | None = None) -> dict[int, float]:
    """A series of rates (inflation, say) by year, as fractions a year."""
    resource = read_resource(name, root)
    if (unit := _unit(resource)) != "percent_a_year":
        raise InputError(f"'{name}' is not a series of rates (unit {unit}); choose one in percent a year")
    return {year: value / 100 for _, year, value in _numbers(resource)}


@dataclass(frozen=True, eq=False)
class _Parsed:
    """The data package of one content of its file, and its resources by name."""

    content: Mapping[str, Any]
    by_name: Mapping[str, Any]


def _package(root: Path) -> _Parsed:
    try:
        return _parsed((root / "data" / "datapackage.json").read_text(encoding="utf-8"))
    except OSError as fault:
        raise InputError(f"data/datapackage.json cannot be read ({fault.strerror}); restore it from git") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "the file"
        raise InputError(f"data/datapackage.json: {key}: {first['msg'].lower()}; restore it from git") from None
    except ValueError as fault:
        raise InputError(f"data/datapackage.json cannot be read ({fault}); restore it from git") from None


@lru_cache(maxsize=4)
def _parsed(content: str) -> _Parsed:
    """The package of a file's content, checked; the same content is read once."""
    package: dict[str, Any] = json.loads(content)
    Package.model_validate(package)
    return _Parsed(package, {r["name"]: r for r in package["resources"]})


def _unit(resource: Resource) -> str:
    unit = str(resource.descriptor.get("unit", ""))
    if unit not in UNITS:
        raise InputError(f"'{resource.name}' has the unknown unit '{unit}'; choose one of {', '.join(sorted(UNITS))}")
    return unit


def _numbers(resource: Resource) -> Iterator[tuple[int, int, float]]:
    """Row number (the header is row 1), year and value of each row."""
    label = f"data/{resource.descriptor['path']}"
    for row, cells in enumerate(resource.rows, start=2):
        if None in cells or None in cells.values():
            raise InputError(f"{label} row {row} has not one cell a column; is there a decimal comma, as in 48,9?")
        year, value = cells["year"], cells["value"]
        if not re.fullmatch(r"[0-9]{4}", year or ""):
            raise InputError(f"{label} row {row}: year '{year}' is not a calendar year of four digits")
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value or ""):
            hint = f"; write {value.replace(',', '.')}" if re.fullmatch(r"-?[0-9]+,[0-9]+", value or "") else ""
            raise InputError(f"{label} row {row}: value '{value}' is not a number with a decimal point{hint}")
        yield row, int(year), float(value)
