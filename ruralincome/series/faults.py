"""Faults: what is wrong with an input, as a code and the facts of its sentence. Words come from the catalogues."""

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from numbers import Integral, Real
from typing import Any, ClassVar


class InputError(ValueError):
    """The input is wrong: `code` says what, `facts` name the value, the place and the remedy. code: a key of the
    catalogues behind "fault.", as "series.year_twice". facts: text, numbers, sequences of them, or other faults
    ("adjustments[0]: ..."). str() is one English line; with no words at hand it is the code and the facts."""

    voice: ClassVar[Callable[["InputError"], str] | None] = None
    """Who says a fault in English where Python wants a text; the package sets it, as the core knows no language."""

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts
        self.faults: tuple[InputError, ...] = (self,)

    def __str__(self) -> str:
        voice = InputError.voice
        return voice(self) if voice is not None else " ".join([self.code, *(f"{k}={v}" for k, v in self.facts.items())])

    def __reduce__(self) -> tuple[object, ...]:
        return partial(type(self), self.code, **self.facts), ()

    def to_json(self) -> dict[str, Any]:
        """Code and facts as plain JSON: what a manifest keeps, and what a kernel tells when asked for the exception."""
        return {"code": self.code, "facts": {name: _plain(value) for name, value in self.facts.items()}}

    _repr_json_ = to_json


class Faults(InputError):
    """Several faults of the input, in order; str() has a line for each."""

    def __init__(self, faults: Sequence[InputError]) -> None:
        super().__init__("several", faults=tuple(faults))
        self.faults = tuple(faults)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.faults,)


def from_json(found: Mapping[str, Any]) -> InputError:
    """The fault of `to_json`. Raises KeyError, TypeError or AttributeError for what is none."""
    facts = {name: _fact(value) for name, value in found["facts"].items()}
    return Faults(facts["faults"]) if found["code"] == "several" else InputError(found["code"], **facts)


def plain(text: str) -> str:
    """Text from outside without what commands a terminal, or is half of a letter."""
    return text if text.isprintable() else "".join(letter if letter.isprintable() else " " for letter in text)


def _plain(value: object) -> object:
    """A fact in JSON: a fault keeps its two keys, nan is {"number": "nan"}, text loses what commands a terminal."""
    if isinstance(value, InputError):
        return value.to_json()
    if isinstance(value, tuple | list | frozenset):
        return [_plain(each) for each in value]
    if isinstance(value, Real | Decimal) and not isinstance(value, bool):
        number = int(value) if isinstance(value, Integral) else float(value)
        return number if math.isfinite(number) else {"number": str(number)}
    return value if value is None or isinstance(value, bool) else plain(str(value))


def _fact(value: Any) -> Any:
    if isinstance(value, dict):
        return float(value["number"]) if "number" in value else from_json(value)
    return tuple(map(_fact, value)) if isinstance(value, list) else value
