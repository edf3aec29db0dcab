"""Cli: the command `ruralincome`. Heavy imports stand inside the commands, so that --help and check start at once.

Exit status: 0 all well; 1 a scenario failed; 2 the input is wrong and nothing ran; 130 interrupted.
"""

import functools
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from ruralincome.cli import ask, keep, places, terminal
from ruralincome.series import InputError

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "true")  # to find plugins it reads the metadata of every package

OURS = ("cli.unwritten", "cli.letter", "cli.unexpected")
"""Faults that are not of the input: the exit status is 1."""


def main() -> None:
    """Run the command; a wrong input is one line on stderr for each fault, without a traceback."""
    debug = "--debug" in sys.argv
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # systemd, or a CI job at its time limit: as Ctrl-C does
    arguments = [a for a in sys.argv[1:] if a != "--debug"]
    status = 2
    terminal.opened()
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = terminal.Screen(sys.stdout), terminal.Screen(sys.stderr, aside=True)
    try:
        done = app(arguments, standalone_mode=False, prog_name="ruralincome")
        status = done if isinstance(done, int) else 0
    except Exception as fault:
        if debug:
            raise
        told, package = terminal.unexpected(fault), getattr(fault, "name", None) or ""
        extras = [extra for extra, packages in keep.EXTRAS.items() if package.split(".")[0] in packages]
        if message := getattr(fault, "format_message", None):  # a fault of usage, as the option parser words it
            told = _usage(fault, " ".join(message().split()))
        elif isinstance(fault, ModuleNotFoundError) and extras:
            told = InputError("cli.extra", package=package, extra=extras[0])
        terminal.complain(told)
        status = 1 if told.code in OURS else 2
    finally:
        sys.stdout, sys.stderr = before
    sys.exit(status)


def _usage(fault: Any, words: str) -> InputError:
    """What is wrong with the options, by its kind; other kinds as the parser words them."""
    kind = type(fault).__name__
    if kind == "NoSuchOption":
        return InputError("cli.no_option", option=fault.option_name)
    if kind == "MissingParameter" and fault.param is not None:
        return InputError("cli.missing", name=next(iter(sorted(fault.param.opts, key=len, reverse=True))))
    return InputError("cli.usage", words=words)


def _ends_well(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command, with an end for an interruption, for output that nobody reads on (`| head`) or nothing can take."""

    @functools.wraps(command)
    def ended(*arguments: Any, **options: Any) -> Any:
        try:
            Path.cwd()
        except FileNotFoundError:
            raise InputError("cli.folder_gone") from None
        try:
            status = command(*arguments, **options)
            sys.stdout.flush()
        except KeyboardInterrupt:  # told here, since the parser of options does not
            print(terminal.say("cli.interrupted"), file=sys.stderr)
            return 130
        except (BrokenPipeError, InputError) as fault:
            if isinstance(fault, BrokenPipeError) or fault.code in OURS:
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered goes nowhere
            if isinstance(fault, InputError):
                raise
            return 0
        return status

    return ended


def _group(words: str, **commands: Callable[..., Any]) -> typer.Typer:
    made = typer.Typer(help=words, rich_markup_mode=None, pretty_exceptions_enable=False)
    made.callback()(lambda: None)  # so that a group of one command stays two words
    for name, command in commands.items():
        made.command(name)(_ends_well(command))
    return made


about = "Is an official target reachable, how sure are we, and what would it take?"
app = _group(
    about, check=ask.check, assess=ask.assess, run=ask.run, panel=ask.panel, new=keep.new, diff=ask.diff,
    observe=keep.observe, read=keep.read, init=keep.init, doctor=keep.doctor,
)  # fmt: skip
app.callback(invoke_without_command=True)(keep.about)
fitting = _group("Reference classes: how comparable places grew.", fit=keep.fit)
ledger = _group("Keep verdicts, and score them when the outturn comes.", add=keep.add, score=keep.score)
days = "Places and their days: what became of a commune or province."
became = _group(days, find=places.find, parts=places.parts, map=places.map_file)
for name, group in {"reference": fitting, "ledger": ledger, "places": became}.items():
    app.add_typer(group, name=name)
