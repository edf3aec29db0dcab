"""Figures of a new place: everything is checked before it is written."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from ruralincome.data.cells import COLUMNS, Row, bare, decimals, goal, observed, schema
from ruralincome.data.files import csv_lines, json_text, seal, write_all
from ruralincome.data.forms import heads
from ruralincome.data.forms.read import brought
from ruralincome.data.forms.reading import Options
from ruralincome.data.package import find_root, package_content, read_back, written
from ruralincome.keep.folder import unlaid
from ruralincome.places.across import Redrawn, Rule
from ruralincome.places.boundaries import day
from ruralincome.reference.vintages import class_names, read_class
from ruralincome.scenario.check import RESERVED
from ruralincome.scenario.evidence import class_of_money
from ruralincome.scenario.file import SCHEMA_LINE, Scenario
from ruralincome.scenario.file import schema as params_schema
from ruralincome.scenario.territory import redrawn as redrawn_series
from ruralincome.scenario.yaml import loaded
from ruralincome.series import InputError, Kind, Prices, Series, Text
from ruralincome.series.names import clean
from ruralincome.series.units import INCOMES, USUAL_INCOME, too_far, unit_of

TITLES = {  # what a series of a kind is called until somebody calls it better in the data package
    "income": {"vi": "Thu nhập bình quân đầu người", "en": "Income per head"},
    "general": {"vi": "Chỉ tiêu", "en": "Indicator"},
}


@dataclass(frozen=True)
class Placed:
    """What `new` wrote: series, files, the reference class that the baseline leans on, and what is to be told of how
    the figures were read."""

    name: str
    files: tuple[Path, ...]
    reference: str
    said: tuple[InputError, ...] = ()


def new(
    place: str, series: Path, target: str, *, unit: str = "", source: str = "", name: str = "",
    prices: Prices = "nominal", price_year: int | None = None, kind: Kind = "income", reference: str = "",
    redrawn: Rule = "refuse", territory: str = "", options: Options | None = None, root: Path | None = None,
) -> Placed:  # fmt: skip
    """Write a data resource and a baseline params file for a place, after everything was checked.

    series: a file with years and values as `read_table` reads it, of one place or with a row of this one; target:
    VALUE@YEAR in the series' own unit, e.g. 55@2025; source: where the figures were published, needed where the rows
    do not say it.
    unit: the file's own, else the usual one, unless stated: a code (thousand_vnd_per_person_month), the words of one
    (nghìn đồng/người/tháng), an income in another currency (USD/person/year), or for a general series any words.
    options: what is stated of a file that can be read in two ways.
    reference: the class of the lead model; unless stated the default one, or the first of its kind that knows no
    year after the last observation. redrawn: the rule where the place was redrawn before the target; territory: the
    day whose borders all figures are of, and who says so ("2025-07-01 GSO, yearbook of 2025"). The root is the
    nearest folder with data/datapackage.json, or the working folder, which then is laid out as by `init --empty`.
    Raises InputError naming file, row, value and remedy; nothing is written then.
    """
    value, year = goal(target)
    place = clean(place)
    if not place.isprintable() or not place:
        raise InputError("keep.place_name", place=ascii(place))
    rows, said = _read_rows(series, source, place, options or Options())
    unit = _unit(unit, next((words for row in rows[::-1] if (words := row.text("unit"))), ""), series.name, kind)
    if prices == "nominal" and any(one.code == "data.read_real" for one in said):
        raise InputError("keep.constant_prices", file=series.name)
    label = name or slug(place)
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,99}", label):
        raise InputError("keep.series_name", name=label)
    on, _, says = territory.strip().partition(" ")
    if on and not says.strip():
        raise InputError("territory.unsourced", day=on)
    checked = Series(
        label, **observed(rows), unit=unit, prices=prices, kind=kind, price_year=price_year, place=Text(place, place),
        decimals=max(decimals(row.text("value")) for row in rows if row.text("value")),
        territory=on and day(on), territory_source=clean(says),
    )  # fmt: skip
    _check(checked, series.name, target, value, year)
    across = redrawn_series(checked, redrawn, year, {})
    try:
        where = root or find_root()
    except InputError:
        where = Path.cwd()
    with written(where):
        return _write(place, checked, rows, value, year, reference, across, where, said)


def slug(place: str) -> str:
    """A name for files: Vĩnh Long -> vinh_long."""
    return re.sub(r"[^a-z0-9]+", "_", bare(place)).strip("_")


def _check(series: Series, file: str, target: str, value: float, year: int) -> None:
    """Raise InputError where a value cannot be an income in the unit, two neighbours cannot be in one, or the target
    cannot be one of this series."""
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
    if not series.origin < year <= 2200:
        raise InputError("keep.target_year", target=target, year=year, last=series.origin)
    if not series.last / 20 <= value <= series.last * 20:
        facts = {"value": value, "last": series.last, "year": series.origin, "unit": series.unit}
        raise InputError("keep.target_far", target=target, **facts)


def _write(
    place: str, series: Series, rows: Sequence[Row], value: float, year: int, reference: str, across: Redrawn | None,
    root: Path, said: tuple[InputError, ...],
) -> Placed:  # fmt: skip
    """The files of a place, its series being checked; the root is held."""
    described = root / "data" / "datapackage.json"
    chosen = _reference(series, reference, root)
    params, table = root / "params" / f"{series.name}.yaml", root / "data" / f"{series.name}.csv"
    writes = {} if described.is_file() else unlaid(root)
    package = json.loads(writes[described]) if writes else package_content(root)
    taken = any(entry["name"] == series.name for entry in package["resources"])
    if taken or params.exists() or table.exists() or series.name in RESERVED:
        raise InputError("keep.name_taken", name=series.name)
    columns = [c for i, c in enumerate(COLUMNS) if i < 4 or any(row.text(c) for row in rows)]
    content = csv_lines(columns, [row.cells for row in rows])
    writes |= {table: content, params: _params(place, series, value, year, chosen, across)}
    package["resources"].append(_descriptor(series, place, content, rows, columns))
    if not (root / "params" / "schema.json").is_file():
        writes[root / "params" / "schema.json"] = params_schema().encode()
    writes[described] = json_text(package)
    read_back(series.name, content, package, root)
    Scenario.stated(**loaded(writes[params].decode()))
    write_all(writes, durable=True)
    return Placed(series.name, tuple(writes), chosen, said)


def _read_rows(path: Path, source: str, place: str, options: Options) -> tuple[list[Row], tuple[InputError, ...]]:
    """The rows of the file as the data package has them, and what is to be told."""
    rows, said = brought(path, place, clean(source), options, gaps=True)
    gaps = []
    for row in rows:
        if not row.text("source"):
            raise InputError("keep.no_source", where=row.where)
        if not row.text("value"):
            status = InputError(f"data.status_{row.text('status')}")
            gaps.append(InputError("data.gap", place=place, year=row.year(), status=status))
    if len(gaps) == len(rows):
        raise InputError("data.no_row", file=path.name)
    return rows, (*said, *([InputError("data.read_gaps", file=path.name, count=len(gaps), gaps=gaps)] if gaps else []))


def _unit(stated: str, found: str, file: str, kind: Kind) -> str:
    """The unit stated, in words or as a code, the file's own, or the usual one of an income. Raises InputError."""
    unit = heads.unit(stated or found)
    if stated and found and heads.unit(found) != unit and unit_of(heads.unit(found)).kind == "money":
        raise InputError("keep.file_unit", file=file, found=heads.unit(found), unit=stated)
    if kind == "income" and unit and unit_of(unit).kind != "money":
        raise InputError("keep.no_income_unit", unit=unit, known=INCOMES)
    if kind == "income" and unit_of(unit).currency.endswith("household"):
        raise InputError("keep.household", unit=unit)
    return unit or (USUAL_INCOME if kind == "income" else "")


def _descriptor(
    series: Series, place: str, content: bytes, rows: Sequence[Row], columns: Sequence[str]
) -> dict[str, Any]:
    real = {"price_year": series.price_year} if series.price_year is not None else {}
    stated = {"on": series.territory, "source": series.territory_source}
    borders = {"territory": stated} if series.territory else {}
    title = TITLES[series.kind]
    return {
        "name": series.name, "path": f"{series.name}.csv", "title": f"{title['en']}, {place}",
        "type": "table", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", **seal(content),
        "unit": series.unit, "prices": series.prices, **real, "kind": series.kind, "decimals": series.decimals,
        "titles": title,
        "place": {"vi": place, "en": place},
        "coverage": {"vi": "theo nguồn số liệu", "en": "as in the source"}, **borders,
        "sources": [{"title": rows[-1].text("source")}],
        "schema": schema(rows, columns),
    }  # fmt: skip


def _reference(series: Series, stated: str, root: Path) -> str:
    """The class stated, or the first that serves the series as of its last observation. Raises InputError for none."""
    reasons = []
    default = str(Scenario.model_fields["reference"].default)
    for name in [stated] if stated else dict.fromkeys([default, *class_names()]):
        try:
            found = class_of_money(read_class(name, series.origin, root=root), series)
        except InputError as fault:
            reasons.append(fault)
        else:
            if stated or found.kind == series.kind:
                return name
    raise InputError("keep.no_class", name=series.name, year=series.origin, why=reasons)


def _params(place: str, series: Series, value: float, year: int, reference: str, across: Redrawn | None) -> bytes:
    quoted = json.dumps(place, ensure_ascii=False)[1:-1]
    lines = [
        SCHEMA_LINE, "title:", f'  vi: "{quoted}: kịch bản cơ sở"', f'  en: "{quoted}: baseline"',
        f"series: {series.name}", f"as_of: {series.origin}", f"reference: {reference}",
        *([f"redrawn: {across.rule}"] if across and across.rule != "restated" else []),
        "target:", f"  value: {Decimal(repr(value)):f}".removesuffix(".0"), f"  year: {year}",
    ]  # fmt: skip
    return ("\n".join(lines) + "\n").encode()
