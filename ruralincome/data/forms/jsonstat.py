"""JSON-stat 1 and 2: cubes of values with statuses, read to long sheets, one for each data set of a bundle."""

from itertools import product
from typing import Any

from ruralincome.data.files import parsed
from ruralincome.data.forms.sheet import Cell, Sheet, decoded
from ruralincome.series import InputError


def sheets(content: bytes, file: str) -> list[Sheet]:
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
    within = cube["dimension"]
    ids, sizes = cube.get("id") or within["id"], cube.get("size") or within["size"]
    roles = cube.get("role") or within.get("role") or {}
    labels = [_labels(within[one], size) for one, size in zip(ids, sizes, strict=True)]
    every = list(product(*labels))
    values, status = cube["value"], cube.get("status")
    heads: list[Cell] = []
    for one in ids:
        role = next((role for role, names in roles.items() if one in names), "")
        heads.append({"time": "year", "geo": "place"}.get(role, str(within[one].get("label") or one)))
    rows: list[list[Cell]] = [[str(cube.get("label", ""))], [*heads, "unit", "value", "status"]]
    metric = [i for i, one in enumerate(ids) if one in roles.get("metric", ())]
    for i, place in enumerate(every):
        value = _at(values, i)
        unit = _unit(within[ids[metric[0]]], labels[metric[0]].index(place[metric[0]])) if metric else ""
        said = status if isinstance(status, str) else _at(status or {}, i)
        shown: Cell = "" if value is None else value if isinstance(value, str) else float(value)
        if shown != "" or said:
            rows.append([*place, unit, shown, str(said or "")])
    notes: list[list[Cell]] = [[str(note)] for note in (cube.get("note") or ())]
    if cube.get("source"):
        notes.append([f"Source: {cube['source']}"])
    return Sheet(file, [*rows, *notes], name, said=(InputError("data.read_form", form="JSON-stat"),), decimal=".")


def _at(values: Any, i: int) -> Any:
    """A value of a cube, which is a list or holds only those that are there."""
    if isinstance(values, dict):
        return values.get(str(i))
    return values[i] if i < len(values) else None


def _codes(dimension: dict[str, Any]) -> list[str]:
    """The codes of a dimension in the order of its values."""
    index = dimension["category"].get("index") or list(dimension["category"]["label"])
    return [code for _, code in sorted((at, code) for code, at in index.items())] if isinstance(index, dict) else index


def _labels(dimension: dict[str, Any], size: int) -> list[str]:
    codes, words = _codes(dimension), dimension["category"].get("label", {})
    if len(codes) != size:
        raise ValueError(f"size {size}, {len(codes)} categories")
    labels = [str(words.get(code, code)) for code in codes]
    pairs = zip(labels, codes, strict=True)
    return [label if labels.count(label) == 1 else f"{label} ({code})" for label, code in pairs]


def _unit(dimension: dict[str, Any], i: int) -> str:
    unit = dimension["category"].get("unit", {}).get(_codes(dimension)[i], {})
    return str(unit.get("label") or unit.get("base") or "")
