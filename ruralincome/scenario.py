"""Scenario: one validated params file, and what its adjustments do to a forecast."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ruralincome.series import InputError

SCHEMA_LINE = "# yaml-language-server: $schema=schema.json"
MODELS = ("pooled", "random_walk_with_drift", "log_trend")
ModelName = Literal["pooled", "random_walk_with_drift", "log_trend"]


class Faults(InputError):
    """Several faults of the input, one line each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Words(_Strict):
    """The same words in Vietnamese and English."""

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)


class TargetSpec(_Strict):
    """What is to be reached, in the series' own unit."""

    value: float = Field(48.9, gt=0, description="The value to reach, in the unit of the series, e.g. 48.9")
    year: int = Field(2021, ge=1900, le=2200, description="The year by whose end it is to be reached")
    base_year: int | None = Field(None, description="Year of the baseline; the first observation unless stated")
    direction: Literal[1, -1] = Field(1, description="1: more is better; -1: less is better")


class Shock(_Strict):
    """A shock to growth in stated years."""

    kind: Literal["shock"]
    years: list[int] = Field(min_length=1, description="The years it hits")
    points: float = Field(ge=-90, le=90, description="Percentage points added to growth in each year")
    sd: float = Field(0.0, ge=0, le=30, description="Standard deviation of the points")
    illustration: bool = Field(False, description="True where no figure stands behind the number")


class Pace(_Strict):
    """Growth moved to a stated pace."""

    kind: Literal["pace"]
    quantile: float | None = Field(None, gt=0, lt=1, description="Quantile of the reference class's yearly growth")
    rate: float | None = Field(None, gt=-0.9, lt=0.9, description="Growth a year as a fraction, e.g. 0.09")
    first_year: int | None = Field(None, description="The year it begins; the first forecast year unless stated")


Adjustment = Annotated[Shock | Pace, Field(discriminator="kind")]


class Scenario(_Strict):
    """A question about a target. All keys are optional; the defaults are the article's case."""

    title: Words = Field(
        Words(vi="Kịch bản cơ sở", en="Baseline"), description="A short title in both languages", validate_default=False
    )
    reasoning: Words | None = Field(None, description="One sentence that says where the scenario's numbers come from")
    extends: str | None = Field(None, description="Name of the params file whose keys this one changes")
    series: str = Field("binh_thuan_rural_income", description="Name of a series in data/datapackage.json")
    target: TargetSpec = Field(default_factory=TargetSpec, description="The official target")
    as_of: int | None = Field(None, description="What was known: the series is cut after this year")
    reference: str = Field("vietnam-provinces", description="The reference class of the lead model")
    hindsight: bool = Field(
        False, description="Allow a reference class that knows years after as_of; said in the report"
    )
    models: list[ModelName] = Field(list(MODELS), min_length=1, description="The models shown; pooled leads")
    adjustments: list[Adjustment] = Field([], description="Changes to growth, in order")
    seed: int = Field(2021, ge=0, description="Seed of the draws")

    @classmethod
    def stated(cls, **parameters: Any) -> Scenario:
        """A scenario from papermill parameters: None means not stated, `extends` is resolved under the root.

        Raises Faults, one line a fault.
        """
        stated = {key: value for key, value in parameters.items() if value is not None}
        return _validated(resolve(stated, None), "parameters")


def read_scenario(path: Path) -> Scenario:
    """The scenario of one params file. Raises Faults that name file, key, value and remedy."""
    return _validated(resolve(read_params(path), path), _label(path))


def read_params(path: Path) -> dict[str, Any]:
    """The mapping of a params file as it stands: what papermill gets. An empty file is an empty mapping."""
    label = _label(path)
    try:
        stated = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except FileNotFoundError:
        raise InputError(f"{label}: no such file; name a params file, as in params/baseline.yaml") from None
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise InputError(f"{label}: not readable as YAML ({' '.join(str(fault).split())}); mend that line") from None
    if stated is None:
        return {}
    if not isinstance(stated, dict):
        raise InputError(
            f"{label}: holds a {type(stated).__name__}, not keys with values; write lines such as 'series: name'"
        )
    return stated


def resolve(stated: Mapping[str, Any], path: Path | None, seen: tuple[str, ...] = ()) -> dict[str, Any]:
    """The keys of a file over those of the file it extends; a mapping such as target is merged key by key."""
    parent = stated.get("extends")
    if parent is None:
        return dict(stated)
    label = _label(path) if path else "parameters"
    if not isinstance(parent, str):
        raise InputError(f"{label}: extends: {parent!r} is not the name of a params file; write extends: baseline")
    if parent in seen or (path and parent == path.stem):
        chain = " -> ".join([*seen, parent])
        raise InputError(f"{label}: extends: '{parent}' comes back to itself ({chain}); take one of them out")
    if path is None:
        from ruralincome.data import find_root

        folder = find_root() / "params"
    else:
        folder = path.parent
    file = folder / f"{parent}.yaml"
    if not file.is_file():
        raise InputError(f"{label}: extends: no file {parent}.yaml beside it; name a params file without .yaml")
    below = resolve(read_params(file), file, (*seen, parent))
    below.pop("extends", None)
    merged = {**below, **stated}
    for key in ("target",):
        if isinstance(below.get(key), dict) and isinstance(stated.get(key), dict):
            merged[key] = {**below[key], **stated[key]}
    return merged


@cache
def schema() -> str:
    """The JSON Schema of a params file, as params/schema.json holds it."""
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Scenario.model_json_schema()}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _validated(stated: Mapping[str, Any], label: str) -> Scenario:
    try:
        return Scenario.model_validate(dict(stated))
    except ValidationError as error:
        raise Faults([f"{label}: {_sentence(fault)}" for fault in error.errors()]) from None


def _sentence(fault: Any) -> str:
    """One line of a pydantic fault: key, value, remedy."""
    where = [str(part) for part in fault["loc"]]
    key, value, kind = ".".join(where), fault["input"], fault["type"]
    shown = json.dumps(value, ensure_ascii=False, default=str)
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(where[-1], _keys(), 1, 0.6)
        hint = f"did you mean '{near[0]}'?" if near else "see params/schema.json for the keys there are"
        return f"unknown key '{key}' (value {shown}); {hint}"
    if isinstance(value, str) and re.fullmatch(r"-?[\d.]*\d,\d+", value.strip()):
        return f"{key}: {shown} has a decimal comma; write {value.strip().replace('.', '').replace(',', '.')}"
    if kind == "missing":
        return f"{key}: is missing; state it"
    return f"{key}: {shown} will not do: {fault['msg'][0].lower()}{fault['msg'][1:]}; see params/schema.json"


@cache
def _keys() -> tuple[str, ...]:
    kinds: tuple[type[BaseModel], ...] = (Scenario, TargetSpec, Words, Shock, Pace)
    return tuple(sorted({name for kind in kinds for name in kind.model_fields}))


def _label(path: Path) -> str:
    return f"{path.parent.name}/{path.name}" if path.parent.name else path.name


class _Loader(yaml.CSafeLoader):
    """YAML as papermill reads it, but a key that stands twice is a fault."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping of a node, refusing a repeated key."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"key '{key}' stands twice", node.start_mark)
        return super().construct_mapping(node, deep)
