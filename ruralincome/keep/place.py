"""Figures of a new place: everything is checked before it is written."""

import json
import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from ruralincome.data.cells import COLUMNS, Row, bare, decimals, goal, observed, schema_of
from ruralincome.data.files import csv_lines, json_text, seal, write_all
from ruralincome.data.forms import heads
from ruralincome.data.forms.read import brought
from ruralincome.data.forms.reading import Options
from ruralincome.data.package import nearest_root, package_content, read_back, written
from ruralincome.keep.folder import starter
from ruralincome.places.across import Bridge
from ruralincome.places.boundaries import sound_day
from ruralincome.reference.vintages import class_names, read_class
from ruralincome.scenario.check import RESERVED
from ruralincome.scenario.evidence import HORIZON, at_home, of_kind
from ruralincome.scenario.file import SCHEMA_LINE, Scenario, loaded
from ruralincome.scenario.file import schema as params_schema
from ruralincome.scenario.territory import redrawn as redrawn_series
from ruralincome.series import InputError, Kind, Prices, Series, Text
from ruralincome.series.names import clean
from ruralincome.series.units import INCOMES, USUAL_INCOME, too_far, unit_of

TITLES = {  # what a series of a kind is called until somebody calls it better in the data package
    "income": {"vi": "Thu nhập bình quân đầu người", "en": "Income per head"},
    "general": {"vi": "Chỉ tiêu", "en": "Indicator"},
}


@dataclass(frozen=True)
class Placed:
    """What `new` wrote: series, files, the class that the baseline leans on, and what is told of the figures read."""

    name: str
    files: tuple[Path, ...]
    reference: str
    said: tuple[InputError, ...] = ()


def new(
    place: str, series: Path, target: str, *, unit: str = "", source: str = "", name: str = "",
    prices: Prices = "nominal", price_year: int | None = None, kind: Kind = "income", reference: str = "",
    redrawn: Bridge = "refuse", territory: str = "", options: Options | None = None, root: Path | None = None,
) -> Placed:  # fmt: skip
    """Write a data resource and a baseline params file for a place, after everything was checked.

    series: a file with years and values as `read_table` reads it, of one place or with a row of this one; target:
    VALUE@YEAR in the series' own unit, e.g. 55@2025; source: where the figures were published, needed where the rows do
    not say it. unit: the file's own, else the usual one, unless stated: a code (thousand_vnd_per_person_month), words
    (nghìn đồng/người/tháng), an income in another currency (USD/person/year), or for a general series any words.
    options: what is stated of a file that can be read in two ways. reference: the class of the lead model; unless
    stated the default one, or the first of its kind that knows no year after the last observation. redrawn: the rule
    where the place was redrawn before the target; territory: the day whose borders all figures are of, and who says so
    ("2025-07-01 GSO, yearbook of 2025"). The root is the nearest folder with data/datapackage.json, or the working
    folder, which then is laid out as by `init --empty`. Raises InputError naming file, row, value and remedy; nothing
    is written then."""
    value, year = goal(target)
    place = clean(place)
    if not place.isprintable() or not place:
        raise InputError("keep.place_name", place=ascii(place))
    rows, said = brought(series, place, clean(source), options, gaps=True)
    if lacking := next((row for row in rows if not row.text("source")), None):
        raise InputError("keep.no_source", where=lacking.where)
    if not (shown := [row.text("value") for row in rows if row.text("value")]):
        raise InputError("data.no_row", file=series.name)
    own = heads.unit(next((words for row in rows[::-1] if (words := row.text("unit"))), ""))
    if unit and own and own != heads.unit(unit) and unit_of(own).kind == "money":
        raise InputError("keep.file_unit", file=series.name, found=own, unit=unit)
    unit = heads.unit(unit or own) or (USUAL_INCOME if kind == "income" else "")
    if kind == "income" and unit_of(unit).kind != "money":
        raise InputError("keep.no_income_unit", unit=unit, known=INCOMES)
    if kind == "income" and unit_of(unit).currency.endswith("household"):
        raise InputError("keep.household", unit=unit)
    if prices == "nominal" and any(one.code == "data.read_real" for one in said):
        raise InputError("keep.constant_prices", file=series.name)
    name = name or slug(place)
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,99}", name):
        raise InputError("keep.series_name", name=name)
    on, _, says = territory.strip().partition(" ")
    if on and sound_day(on) > date.today().isoformat():
        raise InputError("territory.ahead", day=on)
    if on and not says.strip():
        raise InputError("territory.unsourced", day=on, example=on)
    checked = Series(
        name, **observed(rows), unit=unit, prices=prices, kind=kind, price_year=price_year, place=Text(place, place),
        decimals=max(map(decimals, shown)), territory=on, territory_source=clean(says),
    )  # fmt: skip
    _check(checked, series.name, target, value, year)
    across = redrawn_series(checked, redrawn, year, {})
    root = root or nearest_root() or Path.cwd()
    described, schema_file = root / "data" / "datapackage.json", root / "params" / "schema.json"
    table, params = root / "data" / f"{name}.csv", root / "params" / f"{name}.yaml"
    with written(root):
        reference = _reference(checked, reference, root)
        laid = {} if described.is_file() else starter(root, empty=True)
        writes = {path: content for path, content in laid.items() if not path.exists()}
        package = json.loads(writes[described]) if writes else package_content(root)
        taken = any(entry["name"] == name for entry in package["resources"])
        if taken or params.exists() or table.exists() or name in RESERVED:
            raise InputError("keep.name_taken", name=name)
        columns = [c for i, c in enumerate(COLUMNS) if i < 4 or any(row.text(c) for row in rows)]
        content = csv_lines(columns, [row.cells for row in rows])
        rule = across.rule if across and across.rule != "restated" else None
        writes |= {table: content, params: _params(checked, place, value, year, reference, rule)}
        if not schema_file.is_file():
            writes[schema_file] = params_schema().encode()
        package["resources"].append(_descriptor(checked, place, content, rows, columns))
        writes[described] = json_text(package)
        read_back(name, content, package, root)
        Scenario.stated(**loaded(writes[params].decode()))
        write_all(writes, durable=True)
    return Placed(name, tuple(writes), reference, said)


def slug(place: str) -> str:
    """A name for files: Vĩnh Long -> vinh_long."""
    return re.sub(r"[^a-z0-9]+", "_", bare(place)).strip("_")


def _check(series: Series, file: str, target: str, value: float, year: int) -> None:
    """Raise InputError where a value, two neighbours or the target cannot be incomes in the unit."""
    low, high = unit_of(series.unit).usual
    others = [code for code in INCOMES if code != series.unit]
    for when, level in zip(series.years, series.values, strict=True):
        if series.kind == "income" and not low <= level <= high:
            raise InputError("keep.no_income", file=file, value=level, year=when, unit=series.unit, others=others)
    pairs = pairwise(zip(series.years, series.values, strict=True))
    for ((t0, y0), (t1, y1)), (years, leap) in zip(pairs, series.steps, strict=True):
        if abs(leap) >= too_far(years):
            raise InputError("keep.two_units", file=file, value=y1, year=t1, before=y0, then=t0, unit=series.unit)
    if (series.prices == "real") != (series.price_year is not None):
        raise InputError("keep.price_year", prices=series.prices, year=series.price_year)
    if year <= series.origin:
        raise InputError("keep.target_year", target=target, year=year, last=series.origin)
    if year > series.origin + HORIZON:
        raise InputError("evidence.target_year_far", year=year, origin=series.origin, horizon=HORIZON)
    if not series.last / 20 <= value <= series.last * 20:
        facts = {"value": value, "last": series.last, "year": series.origin, "unit": series.unit}
        raise InputError("keep.target_far", target=target, **facts)


def _descriptor(series: Series, place: str, content: bytes, rows: list[Row], columns: list[str]) -> dict[str, Any]:
    title, borders = TITLES[series.kind], {"on": series.territory, "source": series.territory_source}
    return {
        "name": series.name, "path": f"{series.name}.csv", "title": f"{title['en']}, {place}",
        "type": "table", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", **seal(content),
        "unit": series.unit, "prices": series.prices,
        **({"price_year": series.price_year} if series.price_year is not None else {}),
        "kind": series.kind, "decimals": series.decimals, "titles": title, "place": {"vi": place, "en": place},
        "coverage": {"vi": "theo nguồn số liệu", "en": "as in the source"},
        **({"territory": borders} if series.territory else {}),
        "sources": [{"title": rows[-1].text("source")}], "schema": schema_of(rows, columns),
    }  # fmt: skip


def _reference(series: Series, stated: str, root: Path) -> str:
    """The class stated, or the first that serves the series as of its last observation. Raises InputError for none."""
    reasons, default = [], str(Scenario.model_fields["reference"].default)
    for name in [stated] if stated else dict.fromkeys([default, *class_names()]):
        try:
            at_home(found := read_class(name, series.origin, root=root).into(series.prices), series.unit)
            if stated:
                of_kind(found, series.kind)
            if found.kind == series.kind:
                return name
        except InputError as fault:
            reasons.append(fault)
    raise InputError("keep.no_class", name=series.name, year=series.origin, why=reasons)


def _params(series: Series, place: str, value: float, year: int, reference: str, rule: str | None) -> bytes:
    stated = {
        "title": {"vi": f"{place}: kịch bản cơ sở", "en": f"{place}: baseline"},
        "series": series.name, "as_of": series.origin, "reference": reference, **({"redrawn": rule} if rule else {}),
        "target": {"value": int(value) if value.is_integer() else value, "year": year},
    }  # fmt: skip
    return f"{SCHEMA_LINE}\n{yaml.safe_dump(stated, allow_unicode=True, sort_keys=False, width=1000)}".encode()
