"""YAML as papermill reads it; what it would silently read as something else is a fault."""

import re
from functools import lru_cache
from typing import Any

import yaml

from ruralincome.series import InputError

DEEP, ALIASES = 40, 10
"""How deep values may be nested, and how often one may stand for another: beyond, reading may take all memory."""
PLAIN = re.compile(r"[-+]?(0|[1-9]\d*|\d*\.\d*)([eE][-+]?\d+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


@lru_cache(maxsize=4096)
def loaded(text: str) -> Any:
    """What a text in YAML says; the same text is read once, though many files extend it. Nobody changes it. Raises
    InputError naming the line."""
    try:
        _sound(text)
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as fault:
        mark, problem = getattr(fault, "problem_mark", None), getattr(fault, "problem", None)
        found = InputError("yaml.unreadable", problem=problem or " ".join(str(fault).split()))
        raise InputError("yaml.line", line=mark.line + 1, fault=found) if mark else found from None


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
        whole = node.tag == "tag:yaml.org,2002:int"
        return self.construct_yaml_int(node) if whole else self.construct_yaml_float(node)


def _trap(code: str, node: yaml.Node | yaml.Event, **facts: object) -> InputError:
    """What YAML reads, but not as it was meant."""
    return InputError("yaml.line", line=getattr(node.start_mark, "line", 0) + 1, fault=InputError(code, **facts))


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.day)
for _tag in ("int", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _Loader.plain_number)
