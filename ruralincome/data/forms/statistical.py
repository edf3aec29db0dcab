"""What statistical offices exchange, read to sheets: PX, JSON-stat, SDMX-ML and Eurostat's TSV.

Sources: PC-Axis file format, version 2013; JSON-stat 1 and 2; SDMX 2.1. SDMX-CSV is plain delimited text.
"""

import re
from dataclasses import replace
from itertools import product
from math import prod
from typing import Any
from xml.etree import ElementTree

from ruralincome.data.files import parsed
from ruralincome.data.table import Cell, Sheet, decoded
from ruralincome.series import InputError

KEYWORD = re.compile(r'([A-Z][A-Z0-9_-]*)(?:\[([a-z]{2})\])?(?:\(("(?:[^"]*)"(?:\s*,\s*"[^"]*")*)\))?\s*=')
QUOTED = re.compile(r'"([^"]*)"')
TOKEN = re.compile(r'"([^"]*)"|([^\s,;\t"]+)')
TIMES = r"(nam|năm|year|years|time|thời gian|period)"
ASIDE = {"DECIMALS", "TIME_FORMAT", "COLLECTION", "FREQ", "setID", "action", "structureRef", "dataScope"}
"""What a series says that neither tells it apart nor changes its figures."""
KNOWN = {"REF_AREA", "GEO", "INDICATOR", "UNIT_MEASURE", "UNIT", "UNIT_MULT", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"}
"""What is kept even where it is the same throughout."""


def px(content: bytes, file: str) -> Sheet:
    """The table of a PX file as rows of labels and a figure. Raises InputError for a file that is not well formed.

    KEYS lists rows that are there; without it DATA deals all cells out, the heading varying fastest. A value may run
    over lines and be given as several quoted texts.
    """
    declared = re.search(rb'CODEPAGE="([^"]+)"', content[:4000])
    try:
        text = content.decode(declared[1].decode()) if declared else decoded(content, file)[0]
    except (LookupError, ValueError):
        text = decoded(content, file)[0]
    words, data = _keywords(text.replace("\r\n", "\n"), file)
    stub, heading = words.get(("STUB", ""), []), words.get(("HEADING", ""), [])
    dimensions = [*stub, *heading]
    labels = {name: words.get(("VALUES", name), []) for name in dimensions}
    codes = {name: words.get(("CODES", name), []) or labels[name] for name in dimensions}
    if not dimensions or not all(labels.values()):
        raise InputError("data.form", file=file, why="STUB, HEADING, VALUES")
    keys = [name for name in stub if ("KEYS", name) in words]
    tokens = [quoted or bare for quoted, bare in TOKEN.findall(data)]
    dealt = [*product(*(labels[name] for name in (heading if keys else dimensions)))]
    step = len(keys) + len(dealt)
    if len(tokens) % step or not (keys or len(tokens) == step):
        raise InputError("data.form", file=file, why=f"DATA {len(tokens)} : {step}")
    known = [dict(zip([*labels[name], *codes[name]], 2 * labels[name], strict=True)) for name in keys]
    rows: list[tuple[tuple[str, ...], str]] = []
    for at in range(0, len(tokens), step):
        down, figures = tokens[at : at + len(keys)], tokens[at + len(keys) : at + step]
        if odd := [code for code, words_of in zip(down, known, strict=True) if code not in words_of]:
            raise InputError("data.form", file=file, why=f"KEYS {odd[0]}")
        named = [words_of[code] for code, words_of in zip(down, known, strict=True)]
        rows += [((*named, *over), figure) for over, figure in zip(dealt, figures, strict=True)]
    dimensions = [*keys, *heading] if keys else dimensions
    times = [n for n in dimensions if ("TIMEVAL", n) in words or re.fullmatch(TIMES, n.casefold())]
    heads = ["year" if name == (times or dimensions[-1:])[0] else name for name in dimensions]
    unit = (words.get(("UNITS", ""), [""]) or [""])[0]
    title = (words.get(("TITLE", ""), []) or words.get(("CONTENTS", ""), [""]))[0]
    told = [" ".join(found) for (key, _), found in words.items() if key in ("NOTE", "NOTEX", "VALUENOTE")]
    told += [f"Source: {' '.join(words['SOURCE', ''])}"] if ("SOURCE", "") in words else []
    lines: list[list[Cell]] = [[title], [*heads, "unit", "value"]]
    lines += [[*place, unit, figure] for place, figure in rows]
    lines += [[note] for note in told]
    return Sheet(file, lines, said=(InputError("data.read_form", form="PX"),), decimal=".")


def _keywords(text: str, file: str) -> tuple[dict[tuple[str, str], list[str]], str]:
    """Values by keyword and what it is about, in the file's first language, and the text of DATA."""
    words: dict[tuple[str, str], list[str]] = {}
    at = 0
    while found := KEYWORD.search(text, at):
        if found[1] == "DATA":
            return words, text[found.end() :].rsplit(";", 1)[0]
        end = re.compile(r'(?:"[^"]*"|[^";])*;').match(text, found.end())
        if end is None:
            break
        value = end[0][:-1]
        parts = [m[1].replace("#", " ") for m in QUOTED.finditer(re.sub(r'"\s*\n\s*"', "", value))]
        about = (QUOTED.findall(found[3]) or [""])[0] if found[3] else ""
        if not found[2]:
            words.setdefault((found[1], about), parts or [value.strip()])
        at = end.end()
    raise InputError("data.form", file=file, why="DATA")


def jsonstat(content: bytes, file: str) -> list[Sheet]:
    """The data sets of a JSON-stat file. Raises InputError for JSON that is none, or is not well formed."""
    try:
        found = parsed(decoded(content, file)[0])
        sets = _sets(found)
        return [_sheet(one, file, name if len(sets) > 1 else "") for name, one in sets]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
        raise InputError("data.form", file=file, why=f"JSON-stat: {fault}") from None


def _sets(found: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    if found.get("class") == "dataset":
        return [(str(found.get("label", "")), found)]
    if found.get("class") == "collection":
        items = found["link"]["item"]
        return [(str(one.get("label", i)), one) for i, one in enumerate(items, 1) if one.get("class") == "dataset"]
    sets = [(name, one) for name, one in found.items() if isinstance(one, dict) and "dimension" in one]
    if not sets:
        raise KeyError("dimension")
    return sets


def _sheet(cube: dict[str, Any], file: str, name: str) -> Sheet:
    within, values, status = cube["dimension"], cube["value"], cube.get("status") or {}
    ids, sizes = cube.get("id") or within["id"], cube.get("size") or within["size"]
    roles = cube.get("role") or within.get("role") or {}
    role_of = {one: role for role, names in roles.items() for one in names}
    heads = [{"time": "year", "geo": "place"}.get(role_of.get(x, ""), str(within[x].get("label") or x)) for x in ids]
    rows: list[list[Cell]] = [[str(cube.get("label", ""))], [*heads, "unit", "value", "status"]]
    metric = next((i for i, one in enumerate(ids) if role_of.get(one) == "metric"), None)
    categories = [_categories(within[one], size) for one, size in zip(ids, sizes, strict=True)]
    count = prod(map(len, categories))
    if any(int(i) >= count for i in values) if isinstance(values, dict) else len(values) != count:
        raise ValueError(f"{len(values)} values : {count}")
    for i, place in enumerate(product(*categories)):
        value, said = _at(values, i), status if isinstance(status, str) else _at(status, i)
        if isinstance(value, bool):
            raise ValueError(f"value {value}")
        unit = "" if metric is None else place[metric][1]
        shown: Cell = "" if value is None else value if isinstance(value, str) else float(value)
        if shown != "" or said:
            rows.append([*(label for label, _ in place), unit, shown, str(said or "")])
    rows += [[str(note)] for note in cube.get("note") or ()]
    rows += [[f"Source: {cube['source']}"]] if cube.get("source") else []
    return Sheet(file, rows, name, said=(InputError("data.read_form", form="JSON-stat"),), decimal=".")


def _at(values: Any, i: int) -> Any:
    """A value of a cube, which is a list or holds only those that are there."""
    if isinstance(values, dict):
        return values.get(str(i))
    return values[i] if i < len(values) else None


def _categories(dimension: dict[str, Any], size: int) -> list[tuple[str, str]]:
    """Labels and units of a dimension in the order of its values; equal labels are told apart by their codes."""
    found = dimension["category"]
    index, words, units = found.get("index") or list(found["label"]), found.get("label", {}), found.get("unit", {})
    codes = sorted(index, key=lambda code: index[code]) if isinstance(index, dict) else index
    if len(codes) != size:
        raise ValueError(f"size {size}, {len(codes)} categories")
    labels = [str(words.get(code, code)) for code in codes]
    named = [name if labels.count(name) == 1 else f"{name} ({code})" for name, code in zip(labels, codes, strict=True)]
    said = [units.get(code, {}) for code in codes]
    return [(name, str(unit.get("label") or unit.get("base") or "")) for name, unit in zip(named, said, strict=True)]


def sdmx(content: bytes, file: str) -> Sheet:
    """The observations of an SDMX-ML message as rows, one column for each dimension and attribute.

    Raises InputError for what is not well formed, and a document that defines entities.
    """
    if b"<!ENTITY" in content or b"<!DOCTYPE" in content:
        raise InputError("data.form", file=file, why="DOCTYPE")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as fault:
        raise InputError("data.form", file=file, why=f"XML: {fault}") from None
    found: list[dict[str, str]] = []
    for series in root.iter():
        if _name(series) == "Series":
            told = {**series.attrib, **_values(series)}
            found += [{**told, **_observation(one)} for one in series if _name(one) == "Obs"]
        elif _name(series) == "DataSet":
            found += [_observation(one) for one in series if _name(one) == "Obs"]
    if not found:
        raise InputError("data.no_row", file=file)
    columns = [key for key in dict.fromkeys(key for row in found for key in row) if key.split("}")[-1] not in ASIDE]
    several = {key for key in columns if len({row.get(key, "") for row in found}) > 1}
    kept = [key for key in columns if key in several or key.upper() in KNOWN]
    rows: list[list[Cell]] = [[row.get(key, "") for key in kept] for row in found]
    return Sheet(file, [list(kept), *rows], said=(InputError("data.read_form", form="SDMX-ML"),))


def named(sheet: Sheet) -> Sheet:
    """SDMX-CSV with codes and names in one cell (AUT: Austria): names where they tell rows apart, else the codes."""
    head = sheet.rows[0] if sheet.rows else []
    first: list[Cell] = [str(cell).partition(": ")[0] for cell in head]
    if first == head or not {"TIME_PERIOD", "OBS_VALUE"} <= {*first}:
        return sheet
    codes = ("FREQ", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "UNIT_MULT")
    coded = {c for c, name in enumerate(first) if name in codes}
    rows = [[_part(str(cell), c in coded) for c, cell in enumerate(row)] for row in sheet.rows[1:]]
    return replace(sheet, rows=[first, *rows])


def _part(cell: str, coded: bool) -> Cell:
    code, _, name = cell.partition(": ")
    return code if coded else name or code


def _name(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _values(element: ElementTree.Element) -> dict[str, str]:
    """The pairs id and value of a generic series or observation: its key and its attributes."""
    groups = [one for one in element if _name(one) in ("SeriesKey", "ObsKey", "Attributes")]
    return {str(v.get("id")): str(v.get("value", "")) for group in groups for v in group if v.get("id")}


def _observation(element: ElementTree.Element) -> dict[str, str]:
    keys = {"ObsDimension": "TIME_PERIOD", "ObsValue": "OBS_VALUE"}
    said = {str(one.get("id") or keys[_name(one)]): str(one.get("value", "")) for one in element if _name(one) in keys}
    return {**element.attrib, **_values(element), **said}


def eurostat(text: str, file: str) -> Sheet:
    r"""Eurostat's TSV (freq,unit,geo\TIME_PERIOD and years) as a wide sheet; a flag stands behind a space."""
    lines = [line.split("\t") for line in text.splitlines() if line.strip()]
    names, _, _ = lines[0][0].partition("\\")
    heads = [name.strip() for name in names.split(",")]
    rows: list[list[Cell]] = [[*heads, *(year.strip() for year in lines[0][1:])]]
    for number, line in enumerate(lines[1:], 2):
        keys = [key.strip() for key in line[0].split(",")]
        if len(keys) != len(heads) or len(line) != len(lines[0]):
            raise InputError("data.uneven", where=InputError("data.row", file=file, row=number))
        rows.append([*keys, *(re.sub(r"\bsb\b", "bs", cell.strip()) for cell in line[1:])])
    return Sheet(file, rows, said=(InputError("data.read_form", form="Eurostat TSV"),), decimal=".")
