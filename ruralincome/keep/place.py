"""Figures of a new place: everything is checked before it is written."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ruralincome.data.files import csv_lines, json_text, settle, write_all
from ruralincome.data.package import find_root, resource_names
from ruralincome.panel.histories import too_far
from ruralincome.reference.vintages import class_names, read_class
from ruralincome.scenario.evidence import basis
from ruralincome.scenario.file import SCHEMA_LINE, Scenario, schema
from ruralincome.series import InputError, Kind, Prices, Series

USUAL = {"million_vnd_per_person_year": (0.5, 1000.0), "thousand_vnd_per_person_month": (50.0, 80_000.0)}
"""Units of an income series, and between which levels incomes lie in them: beyond, the figures are in another unit."""

PROJECT = Path(__file__).parents[2]
"""The folder that the project is installed from: a new folder takes its notebooks and national series from there."""
NATIONAL = ("vietnam_cpi", "vietnam_gdp_growth", "vietnam_rural_income")
NOTEBOOKS = ("scenario.ipynb", "compare.ipynb")


@dataclass(frozen=True)
class Placed:
    """What `new` wrote: the name of the series, the files, and the reference class that the baseline leans on."""

    name: str
    files: tuple[Path, ...]
    reference: str


def new(
    place: str,
    series: Path,
    target: str,
    *,
    unit: str = "million_vnd_per_person_year",
    source: str = "",
    name: str = "",
    prices: Prices = "nominal",
    price_year: int | None = None,
    kind: Kind = "income",
    reference: str = "",
    root: Path | None = None,
) -> Placed:
    """Write a data resource and a baseline params file for a place, after everything was checked.

    series: a CSV file with the columns year and value, and status and source if it has them; target: VALUE@YEAR in the
    series' own unit, e.g. 55@2025; source: where the figures were published, needed where the rows do not say it.
    reference: the class of the lead model; unless stated the default one, or the first of its kind that knows no
    year after the last observation. The root is the nearest folder with data/datapackage.json, or the working folder,
    which then becomes one, with the project's notebooks and national series.
    Raises InputError naming file, row, value and remedy; nothing is written then.
    """
    value, year = parse_target(target)
    if unit not in USUAL:
        raise InputError(f"unit '{unit}' is not known for incomes; choose one of {', '.join(sorted(USUAL))}")
    rows = _read_rows(series, source)
    label = name or slug(place)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", label):
        raise InputError(f"name '{label}' is not made of small letters, digits and _; state --name, e.g. vinh_long")
    decimals = max(len(row["value"].partition(".")[2]) for row in rows)
    checked = Series(
        label,
        tuple(int(row["year"]) for row in rows),
        tuple(float(row["value"]) for row in rows),
        unit=unit,
        prices=prices,
        kind=kind,
        decimals=decimals,
        price_year=price_year,
    )
    _in_one_unit(checked, series.name)
    if (prices == "real") != (price_year is not None):
        raise InputError(
            f"prices {prices} and price_year {price_year} do not go together; real wants the year of its prices"
        )
    if not checked.origin < year <= 2200:
        raise InputError(
            f"target {target}: {year} is not a year after the last observation ({checked.origin}); state a later one"
        )
    if not checked.last / 20 <= value <= checked.last * 20:
        raise InputError(
            f"target {target}: {value:g} is far from {checked.last:g} ({checked.origin}); state it in {unit}"
        )
    where = _root_or_here(root)
    settle(where / "data" / "datapackage.json")
    chosen = _reference(checked, reference, where)
    params = where / "params" / f"{label}.yaml"
    table = where / "data" / f"{label}.csv"
    taken = label in (resource_names(where) if (where / "data" / "datapackage.json").is_file() else ())
    if taken or params.exists() or table.exists():
        raise InputError(f"'{label}' is there already; state another --name, or add figures by 'ruralincome observe'")
    content = _table(rows)
    fresh = not (where / "data" / "datapackage.json").is_file()
    package = package_content(where)
    writes = {table: content, params: _params(place, checked, value, year, chosen)}
    if fresh:
        writes |= _project_files(package, where)
    package["resources"].append(_descriptor(checked, place, content, source or rows[-1]["source"]))
    if not (where / "params" / "schema.json").is_file():
        writes[where / "params" / "schema.json"] = schema().encode()
    writes[where / "data" / "datapackage.json"] = json_text(package)
    write_all(writes)
    return Placed(label, tuple(writes), chosen)


def parse_target(target: str) -> tuple[float, int]:
    """VALUE@YEAR as numbers. Raises InputError for anything else."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*@\s*(\d{4})\s*", target)
    if not match:
        hint = f"write {target.replace(',', '.')}" if "," in target else "write VALUE@YEAR, e.g. 48.9@2021"
        raise InputError(f"target '{target}' is not a value and a year; {hint}")
    return float(match[1]), int(match[2])


def slug(place: str) -> str:
    """A name for files: Vĩnh Long -> vinh_long."""
    plain = unicodedata.normalize("NFD", place.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


def package_content(root: Path) -> dict[str, Any]:
    """data/datapackage.json as it stands, or an empty package where there is none yet."""
    path = root / "data" / "datapackage.json"
    if not path.is_file():
        profile = "https://datapackage.org/profiles/2.0/datapackage.json"
        return {"$schema": profile, "name": "ruralincome-data", "title": "Official series", "resources": []}
    try:
        package: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise InputError(f"data/datapackage.json cannot be read ({fault}); restore it from git") from None
    return package


def _in_one_unit(series: Series, file: str) -> None:
    """Raise InputError where a value cannot be an income in the unit, or two neighbours cannot be in one."""
    low, high = USUAL[series.unit]
    others = ", ".join(sorted(set(USUAL) - {series.unit}))
    for year, value in zip(series.years, series.values, strict=True):
        if series.kind == "income" and not low <= value <= high:
            raise InputError(f"{file}: value {value:g} in {year} is no income in {series.unit}; state --unit {others}")
    leap = np.abs(np.diff(np.log(series.values)))
    apart = np.diff(series.years)
    for k in np.flatnonzero(leap >= too_far(apart)) if len(apart) else ():
        raise InputError(
            f"{file}: value {series.values[k + 1]:g} in {series.years[k + 1]} cannot be in one unit with "
            f"{series.values[k]:g} in {series.years[k]}; state every row in {series.unit}"
        )


def _project_files(package: dict[str, Any], root: Path) -> dict[Path, bytes]:
    """What a new folder takes from the project, and its national series added to the package; nothing where the
    project is installed without them."""
    found = {root / "notebooks" / name: PROJECT / "notebooks" / name for name in NOTEBOOKS}
    if (PROJECT / "data" / "datapackage.json").is_file():
        ours = package_content(PROJECT)["resources"]
        package["resources"] += [entry for entry in ours if entry["name"] in NATIONAL]
        found |= {root / "data" / f"{name}.csv": PROJECT / "data" / f"{name}.csv" for name in NATIONAL}
    return {to: path.read_bytes() for to, path in found.items() if path.is_file() and not to.exists()}


def _root_or_here(root: Path | None) -> Path:
    if root is not None:
        return root
    try:
        return find_root()
    except InputError:
        return Path.cwd()


def _read_rows(path: Path, source: str) -> list[dict[str, str]]:
    """The rows of the CSV, years and values checked as text."""
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        fields, rows = reader.fieldnames or [], list(reader)
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(f"{path.name}: cannot be read ({fault}); name a CSV file in UTF-8") from None
    if not {"year", "value"} <= set(fields):
        remedy = "save it with commas between the columns" if ";" in "".join(fields) else "year and value are needed"
        raise InputError(f"{path.name}: has the columns {', '.join(fields) or 'none'}; {remedy}")
    if not rows:
        raise InputError(f"{path.name}: has no row; a series needs at least one observation")
    found = []
    for number, row in enumerate(rows, start=2):
        where = f"{path.name} row {number}"
        year, value = (row["year"] or "").strip(), (row["value"] or "").strip()
        if not re.fullmatch(r"\d{4}", year):
            raise InputError(f"{where}: year '{year}' is not a calendar year of four digits")
        if row.get(None) or not re.fullmatch(r"\d+(\.\d+)?", value):
            shown = ",".join([value, *(row.get(None) or [])])
            hint = f"; write {shown.replace(',', '.')}" if re.fullmatch(r"\d+,\d+", shown) else ""
            raise InputError(f"{where}: value '{shown}' is not a number with a decimal point{hint}")
        words = (row.get("source") or source).strip()
        if not words:
            raise InputError(f"{where}: no source; say where the figures were published, --source TEXT")
        found.append({"year": year, "value": value, "status": (row.get("status") or "final").strip(), "source": words})
    return found


def _descriptor(series: Series, place: str, content: bytes, source: str) -> dict[str, Any]:
    fields: list[dict[str, Any]] = [
        {"name": "year", "type": "integer", "constraints": {"required": True}},
        {"name": "value", "type": "number", "constraints": {"required": True, "exclusiveMinimum": 0}},
        {"name": "status", "type": "string"},
        {"name": "source", "type": "string", "constraints": {"required": True}},
    ]
    real = {"price_year": series.price_year} if series.price_year is not None else {}
    return {
        "name": series.name,
        "path": f"{series.name}.csv",
        "title": f"Income per head, {place}",
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "unit": series.unit,
        "prices": series.prices,
        **real,
        "kind": series.kind,
        "decimals": series.decimals,
        "titles": {"vi": "Thu nhập bình quân đầu người", "en": "Income per head"},
        "place": {"vi": place, "en": place},
        "coverage": {"vi": "theo nguồn số liệu", "en": "as in the source"},
        "sources": [{"title": source}],
        "schema": {"fields": fields, "primaryKey": ["year"]},
    }


def _reference(series: Series, stated: str, root: Path) -> str:
    """The class stated, or the first that serves the series as of its last observation. Raises InputError for none."""
    reasons = []
    default = str(Scenario.model_fields["reference"].default)
    for name in [stated] if stated else dict.fromkeys([default, *class_names()]):
        try:
            found = basis(read_class(name, series.origin, root=root), series, None)
        except InputError as fault:
            reasons.append(str(fault))
        else:
            if stated or found.kind == series.kind:
                return name
    raise InputError(f"no reference class serves {series.name} as of {series.origin}: {'; '.join(reasons)}")


def _params(place: str, series: Series, value: float, year: int, reference: str) -> bytes:
    quoted = json.dumps(place, ensure_ascii=False)[1:-1]
    lines = [
        SCHEMA_LINE,
        "title:",
        f'  vi: "{quoted}: kịch bản cơ sở"',
        f'  en: "{quoted}: baseline"',
        f"series: {series.name}",
        f"as_of: {series.origin}",
        f"reference: {reference}",
        "target:",
        f"  value: {value:.12g}",
        f"  year: {year}",
    ]
    return ("\n".join(lines) + "\n").encode()


def _table(rows: Sequence[dict[str, str]]) -> bytes:
    return csv_lines(["year", "value", "status", "source"], rows, header=True)
