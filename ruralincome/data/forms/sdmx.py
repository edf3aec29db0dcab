"""SDMX-ML 2.1, generic and structure-specific, and Eurostat's TSV, read to sheets. SDMX-CSV is plain delimited text."""

import re
from dataclasses import replace
from xml.etree import ElementTree

from ruralincome.data.forms.sheet import Cell, Sheet
from ruralincome.series import InputError

ASIDE = {"DECIMALS", "TIME_FORMAT", "COLLECTION", "FREQ", "setID", "action", "structureRef", "dataScope"}
"""What a series says that neither tells it apart nor changes its figures."""
KNOWN = {"REF_AREA", "GEO", "INDICATOR", "UNIT_MEASURE", "UNIT", "UNIT_MULT", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"}
"""What is kept even where it is the same throughout."""


def sheet(content: bytes, file: str) -> Sheet:
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
