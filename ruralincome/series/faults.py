"""Faults: what is wrong with an input, as a code and the facts of its sentence. Words come from the catalogues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar


class InputError(ValueError):
    """The input is wrong: `code` says what, `facts` name the value, the place and the remedy.

    code: a key of the catalogues behind "fault.", as "series.year_twice". facts: text, numbers, sequences of them, or
    other faults ("adjustments[0]: ..."). str() is one English line; with no words at hand it is the code and the facts.
    """

    voice: ClassVar[Callable[[InputError], str] | None] = None
    """Who says a fault in English where Python wants a text; the package sets it, as the core knows no language."""

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts

    def __str__(self) -> str:
        voice = InputError.voice
        return voice(self) if voice is not None else " ".join([self.code, *(f"{k}={v}" for k, v in self.facts.items())])

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (type(self), self.code, self.facts)


class Faults(InputError):
    """Several faults of the input, in order; str() has a line for each."""

    def __init__(self, faults: Sequence[InputError]) -> None:
        super().__init__("several", faults=tuple(faults))
        self.faults = tuple(faults)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.faults,)


def _again(kind: type[InputError], code: str, facts: dict[str, object]) -> InputError:
    return kind(code, **facts)
