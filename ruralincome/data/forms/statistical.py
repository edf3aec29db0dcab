"""What offices exchange, read to sheets: PX (2013), JSON-stat 1 and 2, SDMX-ML 2.1 and its CSV, Eurostat's TSV."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import product, zip_longest
from math import prod
from typing import Any
from xml.etree import ElementTree

from ruralincome.data.files import parsed
from ruralincome.data.forms.figures import WORDS
from ruralincome.data.table import Cell, Sheet, decoded
from ruralincome.series import InputError

KEYWORD, QUOTED, TOKEN = (re.compile(WORDS["px"][kind]) for kind in ("keyword", "quoted", "token"))


def px(content: bytes, file: str) -> Sheet:
    """The table of a PX file as rows of labels and a figure. Raises InputError for a file that is not well formed. KEYS
    lists rows that are there; without it DATA deals all cells out, the heading varying fastest."""
    declared = re.search(rb'CODEPAGE="([^"]+)"', content[:4000])
    try:
        text = content.decode(declared[1].decode()) if declared else decoded(content, file)[0]
    except (LookupError, ValueError):
        text = decoded(content, file)[0]
    words, tokens = _keywords(text.replace("\r\n", "\n"), file)
    stub, heading = words.get(("STUB", ""), []), words.get(("HEADING", ""), [])
    keys = [name for name in stub if ("KEYS", name) in words]
    dimensions = [*(keys or stub), *heading]
    labels = {name: words.get(("VALUES", name), []) for name in [*stub, *heading]}
    if not dimensions or not all(labels.values()):
        raise InputError("data.form", file=file, why="STUB, HEADING, VALUES")
    dealt = [*product(*(labels[name] for name in (heading if keys else dimensions)))]
    step = len(keys) + len(dealt)
    if len(tokens) % step or not (keys or len(tokens) == step):
        raise InputError("data.form", file=file, why=f"DATA {len(tokens)} : {step}")
    codes = {name: words.get(("CODES", name), []) or labels[name] for name in keys}
    known = [dict(zip([*labels[name], *codes[name]], 2 * labels[name], strict=True)) for name in keys]
    times = [n for n in dimensions if ("TIMEVAL", n) in words or re.fullmatch(WORDS["px"]["times"], n.casefold())]
    heads = ["year" if name == (times or dimensions[-1:])[0] else name for name in dimensions]
    units, rows = {about: said[0] for (key, about), said in words.items() if key == "UNITS"}, list[list[Cell]]()
    for at in range(0, len(tokens), step):
        down, figures = tokens[at : at + len(keys)], tokens[at + len(keys) : at + step]
        if odd := [code for code, of in zip(down, known, strict=True) if code not in of]:
            raise InputError("data.form", file=file, why=f"KEYS {odd[0]}")
        named = [of[code] for code, of in zip(down, known, strict=True)]
        for over, figure in zip(dealt, figures, strict=True):
            unit = next((units[label] for label in (*named, *over) if label in units), units.get("", ""))
            rows.append([*named, *over, unit, figure])
    title = (words.get(("TITLE", ""), []) or words.get(("CONTENTS", ""), [""]))[0]
    notes = [" ".join(found) for (key, _), found in words.items() if key in ("NOTE", "NOTEX", "VALUENOTE")]
    return _long("PX", file, title, [*heads, "unit", "value"], rows, notes, " ".join(words.get(("SOURCE", ""), [])))


def _keywords(text: str, file: str) -> tuple[dict[tuple[str, str], list[str]], list[str]]:
    """Values by keyword and what it is about, in the file's first language, and the cells of DATA."""
    words, at = dict[tuple[str, str], list[str]](), 0
    while found := KEYWORD.search(text, at):
        if found[1] == "DATA":
            return words, [q or bare for q, bare in TOKEN.findall(text[found.end() :].rsplit(";", 1)[0])]
        if (end := re.compile(r'(?:"[^"]*"|[^";])*;').match(text, found.end())) is None:
            break
        parts = [part.replace("#", " ") for part in QUOTED.findall(re.sub(r'"\s*\n\s*"', "", end[0]))]
        if not found[2]:
            words.setdefault((found[1], (QUOTED.findall(found[3] or "") or [""])[0]), parts or [end[0][:-1].strip()])
        at = end.end()
    raise InputError("data.form", file=file, why="DATA")


def _long(
    form: str, file: str, title: str, heads: list[str], rows: list[list[Cell]], notes: Iterable[object], source: object,
    name: str = "",
) -> Sheet:  # fmt: skip
    """A sheet of a figure a row, its title above and its notes below."""
    below: list[list[Cell]] = [[str(note)] for note in (*notes, *([f"Source: {source}"] if source else []))]
    told = (InputError("data.read_form", form=form),)
    return Sheet(file, [[title], [*heads], *rows, *below], name, said=told, decimal=".")


def jsonstat(content: bytes, file: str) -> list[Sheet]:
    """The data sets of a JSON-stat file. Raises InputError for JSON that is none, or is not well formed."""
    try:
        if (found := parsed(decoded(content, file)[0])).get("class") == "collection":
            items = enumerate(found["link"]["item"], 1)
            sets = [(str(one.get("label", i)), one) for i, one in items if one.get("class") == "dataset"]
        elif found.get("class") == "dataset":
            sets = [("", found)]
        else:
            sets = [(name, one) for name, one in found.items() if isinstance(one, dict) and "dimension" in one]
            sets[0]
        return [_cube(one, file, name if len(sets) > 1 else "") for name, one in sets]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
        raise InputError("data.form", file=file, why=f"JSON-stat: {fault}") from None


def _cube(cube: dict[str, Any], file: str, name: str) -> Sheet:
    within = cube["dimension"]
    ids, sizes = cube.get("id") or within["id"], cube.get("size") or within["size"]
    roles = {one: role for role, names in (cube.get("role") or within.get("role") or {}).items() for one in names}
    heads = [{"time": "year", "geo": "place"}.get(roles.get(x, ""), str(within[x].get("label") or x)) for x in ids]
    metric = next((i for i, one in enumerate(ids) if roles.get(one) == "metric"), None)
    categories = [_categories(within[one], size) for one, size in zip(ids, sizes, strict=True)]
    count, status = prod(map(len, categories)), cube.get("status") or {}
    values, said = (
        {int(i): value for i, value in (found.items() if isinstance(found, dict) else enumerate(found))}
        for found in (cube["value"], {} if isinstance(status, str) else status)  # lists, or only what is there
    )
    if not {*values} <= {*range(count)} or (isinstance(cube["value"], list) and len(values) != count):
        raise ValueError(f"{len(values)} values : {count}")
    rows = list[list[Cell]]()
    for i, place in enumerate(product(*categories)):
        value, told = values.get(i), status if isinstance(status, str) else said.get(i)
        if isinstance(value, bool):
            raise ValueError(f"value {value}")
        if value not in (None, "") or told:
            shown: Cell = "" if value is None else value if isinstance(value, str) else float(value)
            unit = "" if metric is None else place[metric][1]
            rows.append([*(label for label, _ in place), unit, shown, str(told or "")])
    title, notes = str(cube.get("label", "")), cube.get("note") or ()
    return _long("JSON-stat", file, title, [*heads, "unit", "value", "status"], rows, notes, cube.get("source"), name)


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
    """The observations of an SDMX-ML message as rows, one column for each dimension and attribute. Raises InputError
    for what is not well formed, and a document that defines entities."""
    if b"<!ENTITY" in content or b"<!DOCTYPE" in content:
        raise InputError("data.form", file=file, why="DOCTYPE")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as fault:
        raise InputError("data.form", file=file, why=f"XML: {fault}") from None
    found = list[dict[str, str]]()
    for data in (one for one in root.iter() if _name(one) == "DataSet"):
        whole = _values(data)
        if any(key.endswith("action") and value.casefold() == "delete" for key, value in data.attrib.items()):
            raise InputError("data.at", where=file, fault=InputError("data.deletes"))
        groups = [_values(group) for group in data if _name(group) == "Group"]
        for series in (data, *(one for one in data.iter() if _name(one) == "Series")):
            own = {} if series is data else _values(series)
            for row in ({**own, **_values(one)} for one in series if _name(one) == "Obs"):
                of = [group for group in groups if all(row.get(key, value) == value for key, value in group.items())]
                found.append({**whole, **{key: value for group in of for key, value in group.items()}, **row})
    if not found:
        raise InputError("data.no_row", file=file)
    columns = [key for key in dict.fromkeys(key for row in found for key in row) if key not in WORDS["sdmx"]["aside"]]
    several = {key for key in columns if len({row.get(key, "") for row in found}) > 1}
    kept = [key for key in columns if key in several or key.upper() in WORDS["sdmx"]["known"]]
    rows: list[list[Cell]] = [[row.get(key, "") for key in kept] for row in found]
    return Sheet(file, [list(kept), *rows], said=(InputError("data.read_form", form="SDMX-ML"),))


def with_names(sheet: Sheet) -> Sheet:
    """SDMX-CSV with codes and names in one cell (AUT: Austria): names where they tell rows apart, else the codes."""
    head = sheet.rows[0] if sheet.rows else []
    first: list[Cell] = [str(cell).partition(": ")[0] for cell in head]
    if not {"TIME_PERIOD", "OBS_VALUE"} <= {*first}:
        return sheet
    acts = first.index("ACTION") if "ACTION" in first else len(first)
    for r in (r for r, row in enumerate(sheet.rows) if row[acts : acts + 1] == ["D"]):
        raise InputError("data.at", where=sheet.at(r, acts), fault=InputError("data.deletes"))
    if first == head:
        return sheet
    coded = [name in ("FREQ", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "UNIT_MULT") for name in first]
    parts = [[str(cell).partition(": ") for cell in row] for row in sheet.rows[1:]]
    rows = [[c[0] if code else c[2] or c[0] for c, code in zip_longest(row, coded[: len(row)])] for row in parts]
    return replace(sheet, rows=[first, *rows])


def _name(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _values(element: ElementTree.Element) -> dict[str, str]:
    """What an element says of its figures: its attributes, and the pairs id and value of the generic form."""
    found = {key: value for key, value in element.attrib.items() if "}" not in key}
    for one in element:
        if _name(one) in ("SeriesKey", "ObsKey", "GroupKey", "Attributes"):
            found |= {str(v.get("id")): str(v.get("value", "")) for v in one if v.get("id")}
        elif name := WORDS["sdmx"]["observed"].get(_name(one)):
            found[str(one.get("id") or name)] = str(one.get("value", ""))
    return found


def eurostat(text: str, file: str) -> Sheet:
    r"""Eurostat's TSV (freq,unit,geo\TIME_PERIOD and years) as a wide sheet; a flag stands behind a space."""
    rows, widths = list[list[Cell]](), set[tuple[int, int]]()
    for number, (keys, *cells) in enumerate((line.split("\t") for line in text.splitlines() if line.strip()), 1):
        named = keys.partition("\\")[0].split(",")
        rows.append([*map(str.strip, named), *(re.sub(r"\bsb\b", "bs", cell).strip() for cell in cells)])
        widths.add((len(named), len(cells)))
        if len(widths) > 1:
            raise InputError("data.uneven", where=InputError("data.row", file=file, row=number))
    return Sheet(file, rows, said=(InputError("data.read_form", form="Eurostat TSV"),), decimal=".")
