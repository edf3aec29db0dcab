"""The terminal: its language, the words of the command there, and its streams, which no data can command."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from ruralincome.data.spoken import language
from ruralincome.report.words import words
from ruralincome.series import InputError
from ruralincome.series.faults import plain

if TYPE_CHECKING:
    from ruralincome.batch import Outcome, Plan


def say(code: str, /, **facts: object) -> str:
    """The words of `code` in the language of the terminal; numbers are written as that language does, in all digits."""
    numbers = {k: v for k, v in facts.items() if isinstance(v, int | float)}
    said = {k: words.number(v, language(), len(f"{v:f}".rstrip("0").partition(".")[2])) for k, v in numbers.items()}
    return plain(words.say(code, language(), **facts | said))


def tell(code: str, /, **facts: object) -> None:
    """Print the words of `code`."""
    print(say(code, **facts))


def spoken(said: object) -> str:
    """What a fault, or a remark, says in the language of the terminal; a text as it is."""
    return words.fault(said, language()) if isinstance(said, InputError) else str(said)


def remark(*said: InputError) -> None:
    """Print on stderr what is no fault, but to be known."""
    for one in said:
        print(spoken(one), file=sys.stderr)


def complain(fault: InputError | str, about: str = "") -> None:
    """Print a fault on stderr: a line for each, that says it is one and what it is about."""
    for line in spoken(fault).split("\n"):
        print(say("cli.error", words=f"{about}: {line}" if about else line), file=sys.stderr)


@contextmanager
def meter(words: str, total: int | None = None, plainly: bool = False) -> Iterator[Callable[..., None]]:
    """What is called as work goes on, with the steps done and a line to show: on a terminal a bar, or a counter where
    nobody knows of how many; elsewhere silence, or the numbered lines alone (plainly)."""
    if not sys.stderr.isatty():
        done, told = count(1), partial(print, file=sys.stderr, flush=True)
        yield lambda _=1, line="": told(f"[{next(done)}/{total}] {line}") if plainly else None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    counter = SpinnerColumn(), TextColumn("{task.description} {task.completed:,}")
    bar = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*(counter if total is None else bar), console=Console(stderr=True), transient=not plainly) as shown:
        task = shown.add_task(words, total=total)

        def step(steps: int = 1, line: str = "") -> None:
            if line:
                shown.console.print(line, markup=False, highlight=False)
            shown.advance(task, steps)

        yield step


def metered(things: Sequence[Any], code: str) -> Iterator[Any]:
    """The things, where they are several, counted by a bar on a terminal under the words of `code`."""
    if len(things) < 2:
        yield from things
        return
    with meter(say(code), len(things)) as step:
        for thing in things:
            yield thing
            step()


@contextmanager
def progress(plan: "Plan") -> Iterator[Callable[["Outcome"], None]]:
    """Show each notebook of a batch as it ends, and how many are left."""
    with meter(say("cli.run.bar"), len(plan.jobs), plainly=True) as step:

        def show(outcome: "Outcome") -> None:
            step(line=say(f"cli.job.{outcome.status}", job=outcome.job.name, seconds=round(outcome.seconds, 1)))

        yield show


class Screen:
    """Standard output, which no data can command. Raises InputError for what cannot be written, but a broken pipe.
    aside: standard error, where a bar commands the terminal; where it cannot be written, the rest goes on."""

    def __init__(self, stream: Any, aside: bool = False) -> None:
        self.stream, self.aside = stream, aside

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> None:
        """Write the printable of each line; aside, all."""
        self._told(self.stream.write, text if self.aside else "\n".join(map(plain, text.split("\n"))))

    def flush(self) -> None:
        """Write what is kept."""
        self._told(self.stream.flush)

    def _told(self, act: Callable[..., Any], *text: str) -> None:
        try:
            act(*text)
        except (OSError, ValueError) as fault:
            if self.aside:
                with suppress(OSError, ValueError):
                    os.dup2(os.open(os.devnull, os.O_WRONLY), self.stream.fileno())
            elif isinstance(fault, UnicodeEncodeError):
                letter = fault.object[fault.start]
                raise InputError("cli.letter", encoding=self.stream.encoding, letter=letter) from None
            elif isinstance(fault, OSError) and not isinstance(fault, BrokenPipeError):
                raise InputError("cli.unwritten", why=fault.strerror) from None
            else:
                raise


def opened() -> None:
    """Open what the shell closed (`>&-`), so that no file of ours gets its number; to write there fails."""
    for number, name, way in ((1, "stdout", os.O_RDONLY), (2, "stderr", os.O_WRONLY)):
        if getattr(sys, name) is None:
            if (found := os.open(os.devnull, way)) != number:
                os.dup2(found, number)
            setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115


def unexpected(fault: Exception) -> InputError:
    """A fault that nobody foresaw, as a line; the fault itself where it is the input's."""
    odd = InputError("cli.unexpected", kind=type(fault).__name__, detail=str(fault)[:200])
    return fault if isinstance(fault, InputError) else odd
