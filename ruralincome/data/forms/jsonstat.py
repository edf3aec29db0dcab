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
    within, values, status = cube["dimension"], cube["value"], cube.get("status") or {}
    ids, sizes = cube.get("id") or within["id"], cube.get("size") or within["size"]
    roles = cube.get("role") or within.get("role") or {}
    role_of = {one: role for role, names in roles.items() for one in names}
    heads = [{"time": "year", "geo": "place"}.get(role_of.get(x, ""), str(within[x].get("label") or x)) for x in ids]
    rows: list[list[Cell]] = [[str(cube.get("label", ""))], [*heads, "unit", "value", "status"]]
    metric = next((i for i, one in enumerate(ids) if role_of.get(one) == "metric"), None)
    categories = [_categories(within[one], size) for one, size in zip(ids, sizes, strict=True)]
    for i, place in enumerate(product(*categories)):
        value, said = _at(values, i), status if isinstance(status, str) else _at(status, i)
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
