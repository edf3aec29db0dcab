"""Scenario: one validated params file. What its adjustments do to a forecast stands in change.py."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, Field, ValidationError, field_validator

from ruralincome.models.names import MODELS, ModelName
from ruralincome.scenario import keys
from ruralincome.scenario.keys import Adjustment, Strict, Sweep, TargetSpec, Terms, Words, Year
from ruralincome.series import InputError

SCHEMA_LINE = "# yaml-language-server: $schema=schema.json"


class Faults(InputError):
    """Several faults of the input, one line each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Scenario(Strict):
    """A question about a target. All keys are optional; the defaults are the article's case."""

    name: str | None = Field(
        None, pattern=r"^[\w-][\w.-]*$", description="What results are kept under; the params file's name unless stated"
    )
    title: Words = Field(
        Words(vi="Kịch bản cơ sở", en="Baseline"), description="A short title in both languages", validate_default=False
    )
    reasoning: Words | None = Field(None, description="One sentence that says where the scenario's numbers come from")
    extends: str | list[str] | None = Field(
        None,
        description="Names of the params files whose keys this one changes; adjustments are added to theirs, in order",
    )
    series: str = Field("binh_thuan_rural_income", description="Name of a series in data/datapackage.json")
    target: TargetSpec = Field(default_factory=TargetSpec, description="The official target")
    as_of: Year | None = Field(None, description="What was known: the series is cut after this year")
    terms: Terms | None = Field(
        None, description="Prices of the question, and inflation assumed; as the series was published unless stated"
    )
    reference: str = Field("vietnam-provinces-real", description="The reference class of the lead model")
    hindsight: bool = Field(
        False, description="Allow a reference class that knows years after as_of; said in the report"
    )
    models: list[ModelName] = Field(list(MODELS), min_length=1, description="The models shown, the lead first")
    adjustments: list[Adjustment] = Field([], description="Changes to growth, in order")
    sweep: Sweep | None = Field(None, description="A grid of shocks, targets and reference classes")
    seed: int = Field(2021, ge=0, description="Seed of the draws")

    @field_validator("models")
    @classmethod
    def _once(cls, models: list[ModelName]) -> list[ModelName]:
        if twice := next((m for m in models if models.count(m) > 1), None):
            raise ValueError(f"{twice} stands twice; name each model once")
        return models

    @classmethod
    def stated(cls, **parameters: Any) -> Scenario:
        """A scenario from papermill parameters: None means not stated, `extends` is resolved under the root.

        Raises Faults, one line a fault.
        """
        stated = {key: value for key, value in parameters.items() if value is not None}
        return _validated(resolve(stated, None), "parameters")


def read_scenario(path: Path) -> Scenario:
    """The scenario of one params file. Raises Faults that name file, key, value and remedy."""
    return _validated(resolve(read_params(path), path), label(path))


def read_params(path: Path) -> dict[str, Any]:
    """The mapping of a params file as it stands: what papermill gets. An empty file is an empty mapping."""
    try:
        stated = _loaded(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{label(path)}: no such file; name a params file, as in params/baseline.yaml") from None
    except IsADirectoryError:
        raise InputError(f"{label(path)}: is a folder; name a params file in it, as in params/baseline.yaml") from None
    except OSError as fault:
        raise InputError(f"{label(path)}: cannot be read ({fault.strerror}); name another file") from None
    except UnicodeDecodeError:
        raise InputError(f"{label(path)}: not readable as YAML: it is not UTF-8; save it as that") from None
    except yaml.YAMLError as fault:
        raise InputError(f"{label(path)}: {_unread(fault)}") from None
    if stated is None:
        return {}
    if not isinstance(stated, dict):
        raise InputError(
            f"{label(path)}: holds a {type(stated).__name__}, not keys with values; write lines such as 'series: name'"
        )
    return dict(stated)


def resolve(stated: Mapping[str, Any], path: Path | None, above: tuple[str, ...] = ()) -> dict[str, Any]:
    """The keys of a file over those of the files it extends, in their order.

    target and terms are merged key by key; adjustments are added to those extended; name, title and reasoning are
    the file's own. Raises InputError where a file is missing or comes back to itself.
    """
    here = label(path) if path else "parameters"
    named = stated.get("extends")
    if named is None:
        return dict(stated)
    parents = [named] if isinstance(named, str) else named
    if not isinstance(parents, list) or not parents or not all(isinstance(p, str) for p in parents):
        raise InputError(f"{here}: extends: {named!r} is not the name of a params file; write extends: baseline")
    chain = (*above, path.stem) if path else above
    merged: dict[str, Any] = {}
    for parent in parents:
        if parent in chain:
            round_trip = " -> ".join([*chain[chain.index(parent) :], parent])
            raise InputError(f"{here}: extends: '{parent}' comes back to itself ({round_trip}); take one of them out")
        file = _folder(path) / f"{parent}.yaml"
        if not file.is_file():
            raise InputError(f"{here}: extends: no file {parent}.yaml beside it; name a params file without .yaml")
        below = resolve(read_params(file), file, chain)
        merged = _over(merged, {k: v for k, v in below.items() if k not in ("name", "extends", "title", "reasoning")})
    return _over(merged, stated)


def label(path: Path) -> str:
    """How a params file is called in a message: params/baseline.yaml."""
    return f"{path.parent.name}/{path.name}" if path.parent.name else path.name


@cache
def schema() -> str:
    """The JSON Schema of a params file, as params/schema.json holds it."""
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Scenario.model_json_schema()}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _over(below: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**below, **stated}
    for key in ("target", "terms"):
        if isinstance(below.get(key), dict) and isinstance(stated.get(key), dict):
            merged[key] = {**below[key], **stated[key]}
    if isinstance(below.get("adjustments"), list) and isinstance(stated.get("adjustments"), list):
        merged["adjustments"] = [*below["adjustments"], *stated["adjustments"]]
    return merged


def _folder(path: Path | None) -> Path:
    if path is not None:
        return path.parent
    from ruralincome.data.package import find_root

    return find_root() / "params"


def _validated(stated: Mapping[str, Any], where: str) -> Scenario:
    try:
        return Scenario.model_validate(dict(stated))
    except ValidationError as error:
        raise Faults(list(dict.fromkeys(f"{where}: {_sentence(fault)}" for fault in error.errors()))) from None


def _sentence(fault: Any) -> str:
    """One line of a pydantic fault: key, value, remedy."""
    key, value, kind = _key(fault["loc"]), fault["input"], fault["type"]
    shown = _shown(value)
    if kind == "invalid_key":
        return f"{_key(fault['loc'][:-1]) or 'top level'}: key {value!s} is not a word; see params/schema.json"
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(fault["loc"][-1]), _keys(), 1, 0.7)
        hint = f"did you mean '{near[0]}'?" if near else "see params/schema.json for the keys there are"
        return f"unknown key '{key}' (value {shown}); {hint}"
    if isinstance(value, str) and re.fullmatch(r"-?[\d.]*\d,\d+", value.strip()):
        return f"{key}: {shown} has a decimal comma; write {value.strip().replace('.', '').replace(',', '.')}"
    if kind == "missing":
        return f"{key}: is missing; state it"
    if kind == "value_error":
        return f"{key}: {fault['ctx']['error']}"
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        stated = value.get("kind") if isinstance(value, dict) else value
        known = ", ".join(sorted(_kinds()))
        return f"{key}.kind: {_shown(stated)} is no kind of adjustment; choose one of {known}"
    return f"{key}: {shown} will not do: {fault['msg'][0].lower()}{fault['msg'][1:]}; see params/schema.json"


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
    kinds: list[Any] = [model.model_fields["kind"].annotation for model in _models() if "kind" in model.model_fields]
    return frozenset(str(get_args(kind)[0]) for kind in kinds)


@cache
def _keys() -> tuple[str, ...]:
    models: list[type[BaseModel]] = [Scenario, *_models()]
    return tuple(sorted({name for model in models for name in model.model_fields}))


@cache
def _models() -> tuple[type[BaseModel], ...]:
    found: list[Any] = list(vars(keys).values())
    return tuple(m for m in found if isinstance(m, type) and issubclass(m, Strict) and m.__module__ == keys.__name__)


@lru_cache(maxsize=4096)
def _loaded(text: str) -> Any:
    """What a text in YAML says; the same text is read once, though many files extend it. Nobody changes it."""
    return yaml.load(text, Loader=_Loader)


def _unread(fault: yaml.YAMLError) -> str:
    """The line and the reason of a fault of YAML."""
    mark, problem = getattr(fault, "problem_mark", None), getattr(fault, "problem", None)
    where = f"line {mark.line + 1}: " if mark else ""
    if isinstance(fault, _Trap):
        return f"{where}{problem}"
    return f"{where}not readable as YAML ({problem or ' '.join(str(fault).split())}); mend that line"


class _Trap(yaml.constructor.ConstructorError):
    """What YAML reads, but not as it was meant."""

    def __init__(self, words: str, node: yaml.Node) -> None:
        super().__init__(None, None, words, node.start_mark)


class _Loader(yaml.CSafeLoader):
    """YAML as papermill reads it, but what it would silently read as something else is a fault."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping of a node; refuses a repeated key, a merge, and a decimal comma that became a key."""
        before = ""
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                raise _Trap("'<<' is not read here; repeat the keys, or write extends: NAME", key)
            if _is_digits(before) and _is_digits(key.value) and value.value == "":
                raise _Trap(f"{before},{key.value} has a decimal comma; write {before}.{key.value}", key)
            before = value.value
        seen: list[Any] = []
        for key, _ in node.value:
            found = self.construct_object(key, deep=True)
            if found in seen:
                raise _Trap(f"key '{found}' stands twice; take one of them out", key)
            seen.append(found)
        return super().construct_mapping(node, deep)

    def plain_number(self, node: yaml.ScalarNode) -> int | float:
        """A number as people write it: not base 60 (12:30), 8 (010) or 16 (0x30), and without underscores (48_9)."""
        if not re.fullmatch(
            r"[-+]?(0|[1-9]\d*|\d*\.\d*)([eE][-+]?\d+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", node.value
        ):
            raise _Trap(
                f"{node.value} is not a plain number; write digits and a decimal point, as in 48.9, or quote a word",
                node,
            )
        read = self.construct_yaml_int if node.tag == "tag:yaml.org,2002:int" else self.construct_yaml_float
        number: int | float = read(node)
        return number


def _is_digits(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"-?\d+", value) is not None


for _tag in ("int", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _Loader.plain_number)


if __name__ == "__main__":
    Path("params/schema.json").write_text(schema(), encoding="utf-8")
