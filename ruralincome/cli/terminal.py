"""The terminal: its language, and the words of the command there."""

import sys
from collections.abc import Iterable, Sequence
from typing import TypeVar

from ruralincome.data.spoken import language
from ruralincome.report.words import words
from ruralincome.series import InputError
from ruralincome.series.faults import plain

Thing = TypeVar("Thing")


def say(code: str, /, **facts: object) -> str:
    """The words of `code` in the language of the terminal; whole numbers are written as that language does."""
    spoken = language()
    said = {k: words.number(v, spoken, 0) if isinstance(v, int) else v for k, v in facts.items()}
    return plain(words.say(code, spoken, **said))


def tell(code: str, /, **facts: object) -> None:
    """Print the words of `code`."""
    print(say(code, **facts))


def remark(said: InputError) -> None:
    """Print on stderr what is no fault, but to be known."""
    print(words.fault(said, language()), file=sys.stderr)


def complain(fault: InputError | str, about: str = "") -> None:
    """Print a fault on stderr: a line for each, that says it is one and what it is about."""
    said = fault if isinstance(fault, str) else words.fault(fault, language())
    for line in said.split("\n"):
        print(say("cli.error", words=f"{about}: {line}" if about else line), file=sys.stderr)


def bar(things: Sequence[Thing], code: str) -> Iterable[Thing]:
    """The things, where they are several, counted by a bar on a terminal under the words of `code`."""
    if len(things) < 2 or not sys.stderr.isatty():
        return things
    from rich.console import Console
    from rich.progress import track

    return track(things, say(code), console=Console(stderr=True), transient=True)
