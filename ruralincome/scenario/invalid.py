"""Invalid: what pydantic finds wrong with a params file, as faults that name key, value and remedy."""

import difflib
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ruralincome.scenario.shapes import SHAPES
from ruralincome.series import InputError

KNOWN = {
    "bool_type", "finite_number", "float_type", "greater_than", "greater_than_equal", "int_type", "less_than",
    "less_than_equal", "list_type", "literal_error", "model_type", "string_pattern_mismatch", "string_too_short",
    "string_type", "too_long", "too_short",
}  # fmt: skip
"""Types of pydantic's errors that have a sentence of their own."""


def faults_of(error: ValidationError, model: type[BaseModel]) -> list[InputError]:
    """A fault for each error of a file that is not a `model`."""
    return [_fault(found, model) for found in error.errors()]


def _fault(found: Any, model: type[BaseModel]) -> InputError:
    where, value, kind = _key(found["loc"]), found["input"], found["type"]
    facts: dict[str, object] = {"where": where, "value": _shown(value)}
    if kind == "invalid_key":
        above = _key(found["loc"][:-1])
        return InputError("schema.key_no_word" if above else "schema.key_no_word.top", where=above, key=value)
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(found["loc"][-1]), _keys(model), 1, 0.7)
        return InputError("schema.unknown.near" if near else "schema.unknown", near="".join(near), **facts)
    if isinstance(value, str) and re.fullmatch(r"-?[\d.]*\d,\d+", value.strip()):
        return InputError("schema.decimal_comma", number=value.strip().replace(".", "").replace(",", "."), **facts)
    if kind == "missing":
        return InputError("schema.missing", where=where)
    if kind == "value_error":
        return InputError("schema.at", where=where, fault=found["ctx"]["error"])
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        stated = value.get("kind") if isinstance(value, dict) else value
        return InputError("schema.no_kind", where=where, value=_shown(stated), known=tuple(sorted(_kinds())))
    context: Mapping[str, Any] = found.get("ctx", {})
    if "expected" in context:
        facts["expected"] = tuple(re.findall(r"[^\s,']+", context["expected"].replace(" or ", ", ")))
    limit = next((context[key] for key in ("gt", "ge", "lt", "le", "min_length", "max_length") if key in context), None)
    return InputError(f"schema.{kind}" if kind in KNOWN else "schema.other", limit=limit, **facts)


def _shown(value: object) -> str:
    """A value as the file states it, cut where it is long; a file may even refer to itself."""
    try:
        words = json.dumps(value, ensure_ascii=False, default=str)
    except ValueError:
        words = repr(value)
    return words if len(words) <= 80 else f"{words[:79]}…"


def _key(loc: tuple[str | int, ...]) -> str:
    """adjustments[0].points, without the names that a union adds to the way there."""
    words = ""
    for i, part in enumerate(loc):
        if isinstance(part, int):
            words += f"[{part}]"
        elif re.search(r"\W|^(float|str)$", part) or (i and isinstance(loc[i - 1], int) and part in _kinds()):
            continue  # the branch of a union, not a key
        else:
            words += f".{part}" if words else part
    return words


@cache
def _kinds() -> frozenset[str]:
    return frozenset(str(get_args(shape.model_fields["kind"].annotation)[0]) for shape in SHAPES)


@cache
def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys of a model and of all models within it."""
    document = model.model_json_schema()
    parts = [document, *document.get("$defs", {}).values()]
    return tuple(sorted({key for part in parts for key in part.get("properties", {})}))
