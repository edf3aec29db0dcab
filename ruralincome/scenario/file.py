"""Scenario: one validated params file, those that it extends, and all that YAML and pydantic find wrong with it."""

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any, get_args

import yaml
from pydantic import Field, ValidationError, field_validator

from ruralincome.data.files import no_pipe
from ruralincome.data.package import find_root
from ruralincome.models import MODELS, ModelName
from ruralincome.places.across import Bridge
from ruralincome.scenario.keys import Day, Strict, Sweep, TargetSpec, Terms, Words, Year, distinct
from ruralincome.scenario.shapes import SHAPES, Adjustment
from ruralincome.series import Faults, InputError, Shows

NAME = re.compile(r"[\w-][\w.-]{0,199}\Z")  # what may be extended: the name of a file, not a way to one
LONG, STEPS = 40, 1000  # how many files may extend one another, and how many adjustments come together
KNOWN = {
    "bool_type", "finite_number", "float_type", "greater_than", "greater_than_equal", "int_type", "less_than",
    "less_than_equal", "list_type", "literal_error", "model_type", "string_pattern_mismatch", "string_too_short",
    "string_type", "too_long", "too_short",
}  # fmt: skip
"""Types of pydantic's errors that have a sentence of their own."""
KINDS = frozenset(str(get_args(shape.model_fields["kind"].annotation)[0]) for shape in SHAPES)
WAYS = "refuse; old (its old territory); rebuild (the new one of its parts); break (the step across is no growth)"
BASELINE = Words(vi="Kịch bản cơ sở", en="Baseline")
Models = Annotated[list[ModelName], Field(min_length=1), distinct("file.model_twice", "model")]
DEEP, ALIASES = 40, 10  # how deep values nest, how often one stands for another: beyond, reading may take all memory
PLAIN = re.compile(r"[-+]?(0|[1-9]\d*|\d*\.\d*)([eE][-+]?\d+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
SCHEMA_LINE = "# yaml-language-server: $schema=schema.json"


class Scenario(Strict, Shows):
    """A question about a target. All keys are optional; the defaults are the article's case."""

    name: str | None = Field(
        None, pattern=r"^[\w-][\w.-]*$", description="Name of its results; the file's unless stated"
    )
    title: Words = Field(BASELINE, description="A short title in both languages", validate_default=False)
    reasoning: Words | None = Field(None, description="One sentence that says where the scenario's numbers come from")
    extends: str | list[str] | None = Field(None, description="Params files whose keys this one changes or adds to")
    series: str = Field("binh_thuan_rural_income", description="Name of a series in data/datapackage.json")
    target: TargetSpec = Field(default_factory=TargetSpec, description="The official target")
    as_of: Year | Day | None = Field(None, description="The year, or the day YYYY-MM-DD, by which figures were known")
    redrawn: Bridge = Field("refuse", description=f"What to do where the place was redrawn before the target: {WAYS}")
    parts: list[str] = Field([], description="With redrawn: rebuild, series of the other places that make the new one")
    terms: Terms | None = Field(None, description="Prices of the question, and inflation assumed; as published if none")
    reference: str = Field("vietnam-pool", description="The reference class of the lead model, or a pool of classes")
    hindsight: bool = Field(False, description="Allow a class that knows years after as_of; said in the report")
    models: Models = Field(list(MODELS), description="The models shown, the lead first")
    adjustments: list[Adjustment] = Field([], description="Changes to growth, in order")
    sweep: Sweep | None = Field(None, description="A grid of shocks, targets and reference classes")
    seed: int = Field(2021, ge=0, description="Seed of the draws")

    @field_validator("as_of", mode="before")
    @classmethod
    def _day(cls, stated: object) -> object:
        return stated.isoformat() if isinstance(stated, date) else stated

    @property
    def swept(self) -> Sequence[str]:
        """The classes of the sweep, by their stated names."""
        return (self.sweep.references if self.sweep else None) or ()

    @property
    def known(self) -> int | None:
        """The last year that was over when it was asked, if the file says when."""
        return int(self.as_of[:4]) - (self.as_of[5:] != "12-31") if isinstance(self.as_of, str) else self.as_of

    @classmethod
    def stated(cls, **parameters: Any) -> "Scenario":
        """A scenario from papermill parameters: None means not stated, `extends` is under the root. Raises Faults."""
        stated = {key: value for key, value in parameters.items() if value is not None}
        return _validated(cls, resolve(stated, None), "parameters")


def read_scenario(path: Path) -> Scenario:
    """The scenario of one params file. Raises Faults that name file, key, value and remedy."""
    return _validated(Scenario, resolve(read_params(path), path), label(path))


def read_params(path: Path) -> dict[str, Any]:
    """The mapping of a params file as it stands: what papermill gets. An empty file is an empty mapping."""
    try:
        stated = loaded(no_pipe(path).read_text(encoding="utf-8"))
        if stated is None or isinstance(stated, dict):
            return dict(stated or {})
        fault = InputError("file.no_keys", found=type(stated).__name__)
    except InputError as found:
        fault = found
    except (OSError, UnicodeDecodeError) as found:
        closed = InputError("file.closed", reason=getattr(found, "strerror", ""))
        codes = {FileNotFoundError: "file.none", IsADirectoryError: "file.folder", UnicodeDecodeError: "file.not_utf8"}
        fault = InputError(codes[type(found)]) if type(found) in codes else closed
    raise InputError("data.at", where=label(path), fault=fault)


@lru_cache(maxsize=4096)
def loaded(text: str) -> Any:
    """What a text in YAML says, read once though many files extend it; nobody changes it. InputError names the line."""
    try:
        _sound(text)
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as fault:
        mark, problem = getattr(fault, "problem_mark", None), getattr(fault, "problem", None)
        found = InputError("yaml.unreadable", problem=problem or " ".join(str(fault).split()))
        raise InputError("yaml.line", line=mark.line + 1, fault=found) if mark else found from None


def resolve(
    stated: Mapping[str, Any], path: Path | None, above: tuple[str, ...] = (), known: dict[Path, Any] | None = None
) -> dict[str, Any]:
    """The keys of a file over those of the files it extends, in their order: target and terms key by key; adjustments
    are added; name, title, reasoning are its own. above, known: files on the way here, and read. Raises InputError."""
    known, here = {} if known is None else known, label(path) if path else "parameters"
    if (named := stated.get("extends")) is None:
        return dict(stated)
    parents = [named] if isinstance(named, str) else named
    if not isinstance(parents, list) or not parents or not all(isinstance(p, str) and NAME.match(p) for p in parents):
        raise InputError("file.extends_no_name", where=here, named=repr(named))
    chain, folder = ((*above, path.stem), path.parent) if path else (above, find_root() / "params")
    merged: dict[str, Any] = {}
    for parent in parents:
        if parent in chain:
            trip = " -> ".join([*chain[chain.index(parent) :], parent])
            raise InputError("file.extends_itself", where=here, parent=parent, trip=trip)
        if not (file := folder / f"{parent}.yaml").is_file():
            raise InputError("file.extends_nothing", where=here, parent=parent)
        if len(chain) > LONG or parents.count(parent) > 1:
            code = "file.extends_twice" if parents.count(parent) > 1 else "file.extends_long"
            raise InputError(code, where=here, parent=parent, most=LONG)
        if file not in known:
            known[file] = resolve(read_params(file), file, chain, known)
        own = ("name", "extends", "title", "reasoning")
        merged = _over(merged, {k: v for k, v in known[file].items() if k not in own})
    merged = _over(merged, stated)
    if isinstance(steps := merged.get("adjustments"), list) and len(steps) > STEPS:
        raise InputError("file.extends_steps", where=here, most=STEPS)
    return merged


def label(path: Path) -> str:
    """How a params file is called in a message: params/baseline.yaml."""
    return f"{path.parent.name}/{path.name}" if path.parent.name else path.name


@cache
def schema() -> str:
    """The JSON Schema of a params file, as params/schema.json holds it."""
    names = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:ruralincome:params:1"}
    return json.dumps(names | Scenario.model_json_schema(), ensure_ascii=False, indent=2) + "\n"


def _over(below: Mapping[str, Any], stated: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**below, **stated}
    for key, kind in {"target": dict, "terms": dict, "adjustments": list}.items():
        one, other = below.get(key), stated.get(key)
        if isinstance(one, kind) and isinstance(other, kind):
            merged[key] = {**one, **other} if isinstance(one, dict) else [*one, *other]
    return merged


def _validated(model: type[Scenario], stated: Mapping[str, Any], where: str) -> Scenario:
    try:
        return model.model_validate(dict(stated))
    except ValidationError as error:
        raise Faults([InputError("data.at", where=where, fault=_fault(each)) for each in error.errors()]) from None


def _fault(found: Any) -> InputError:
    where, value, kind = _key(found["loc"]), found["input"], found["type"]
    facts: dict[str, object] = {"where": where, "value": _shown(value)}
    if kind == "invalid_key":
        above = _key(found["loc"][:-1])
        return InputError("schema.key_no_word" if above else "schema.key_no_word.top", where=above, key=value)
    if kind == "extra_forbidden":
        document = Scenario.model_json_schema()
        keys = {key for part in (document, *document["$defs"].values()) for key in part.get("properties", {})}
        near = difflib.get_close_matches(str(found["loc"][-1]), sorted(keys), 1, 0.7)
        return InputError("schema.unknown.near" if near else "schema.unknown", near="".join(near), **facts)
    if isinstance(value, str) and re.fullmatch(r"-?[\d.]*\d,\d+", value.strip()):
        return InputError("schema.decimal_comma", number=value.strip().replace(".", "").replace(",", "."), **facts)
    if kind == "missing":
        return InputError("schema.missing", where=where)
    if kind == "value_error":
        return InputError("data.at", where=where, fault=found["ctx"]["error"])
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        stated = value.get("kind") if isinstance(value, dict) else value
        return InputError("schema.no_kind", where=where, value=_shown(stated), known=tuple(sorted(KINDS)))
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
        elif not (re.search(r"\W|^(float|str)$", part) or (i and isinstance(loc[i - 1], int) and part in KINDS)):
            words += f".{part}" if words else part  # a key, not the branch of a union
    return words


def _sound(text: str) -> None:
    """Refuse what is nested too deep, holds itself, or would grow out of aliases of aliases."""
    within, aliases = list[str | None](), 0
    for event in yaml.parse(text, Loader=_Loader):
        alias = isinstance(event, yaml.AliasEvent) and event.anchor
        aliases += bool(alias)
        if isinstance(event, yaml.CollectionStartEvent):
            within.append(event.anchor)
        elif isinstance(event, yaml.CollectionEndEvent):
            within.pop()
        if len(within) > DEEP or aliases > ALIASES or (alias and alias in within):
            raise _trap("yaml.nested", event)


class _Loader(yaml.CSafeLoader):
    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """The value of a node; one that its form or its tag promises and that it is not is a fault (2021-13-45)."""
        try:
            return super().construct_object(node, deep)
        except (InputError, yaml.YAMLError):
            raise
        except (ValueError, LookupError, AttributeError, TypeError, OverflowError):
            raise _trap("yaml.no_value", node, value=str(node.value)[:40]) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping of a node; refuses a repeated key, a merge, and a decimal comma that became a key."""
        before, seen = "", list[Any]()
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                raise _trap("yaml.merge", key)
            if all(re.fullmatch(r"-?\d+", str(part)) for part in (before, key.value)) and value.value == "":
                raise _trap("yaml.decimal_comma", key, whole=before, part=key.value)
            before, found = value.value, self.construct_object(key, deep=True)
            if found in seen:
                raise _trap("yaml.key_twice", key, key=found)
            seen.append(found)
        return super().construct_mapping(node, deep)

    def day(self, node: yaml.ScalarNode) -> str:
        """A day or moment as its text, which is what papermill writes into a notebook."""
        return str(self.construct_yaml_timestamp(node))

    def plain_number(self, node: yaml.ScalarNode) -> int | float:
        """A number as people write it: not base 60 (12:30), 8 (010) or 16 (0x30), and without underscores (48_9)."""
        if not PLAIN.fullmatch(node.value):
            raise _trap("yaml.not_plain", node, value=node.value)
        return (self.construct_yaml_int if node.tag == "tag:yaml.org,2002:int" else self.construct_yaml_float)(node)


def _trap(code: str, node: yaml.Node | yaml.Event, **facts: object) -> InputError:
    """What YAML reads, but not as it was meant."""
    return InputError("yaml.line", line=getattr(node.start_mark, "line", 0) + 1, fault=InputError(code, **facts))


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.day)
for _tag in ("int", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _Loader.plain_number)


if __name__ == "__main__":
    Path("params/schema.json").write_text(schema(), encoding="utf-8")
