"""Cli: the command `ruralincome`. Heavy imports stand inside the commands, so that --help and check start at once.

Exit status: 0 all well; 1 a scenario failed; 2 the input is wrong and nothing ran; 130 interrupted.
"""

import atexit
import functools
import gc
import os
import re
import signal
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import typer

from ruralincome.cli import ask, keep, places, terminal
from ruralincome.data.spoken import STATED, language
from ruralincome.report.words import words
from ruralincome.series import InputError

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "true")  # to find plugins it reads the metadata of every package

USAGE = {  # faults of usage by how the parser of options words them
    r"No such option: (?P<option>\S+)": "no_option",
    r"Missing (?:argument|option|parameter)[: ]+'?(?P<name>[^'.]+)": "missing",
    r"No such command ['\"](?P<name>.*)['\"]\.": "no_command",
    r"Missing command\.": "no_word",
    r"Got unexpected extra arguments?(?:\(s\))? \((?P<words>.*)\)": "too_many",
    r"Option '(?P<name>.*)' requires": "no_value",
    r"Option '(?P<name>.*)' does not take": "takes_none",
    r"Invalid value for '(?P<name>--jobs|--retries|--components)'.* valid integer": "no_whole",
    r"Invalid value for '(?P<name>[^']*)'.* valid integer": "no_year",
    r"Invalid value for '(?P<name>[^']*)'.* valid number": "no_number",
    r"Invalid value for '(?P<name>[^']*)'.* greater than or equal to (?P<least>\S+)": "below",
    r"Invalid value for '(?P<name>[^']*)'.* less than or equal to (?P<most>\S+)": "above",
}
OURS = ("cli.unwritten", "cli.letter", "cli.unexpected")  # not of the input: the exit status is 1


def main() -> None:
    """Run the command; a wrong input is one line on stderr for each fault, without a traceback."""
    gc.set_threshold(100_000)  # else what is imported is gone through over and over: a fifth of `assess`
    atexit.register(gc.freeze)  # and again as the command ends: a quarter of `assess`
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # systemd, or a CI job at its time limit: as Ctrl-C does
    arguments = [a for a in sys.argv[1:] if a != "--debug"]
    terminal.opened()
    status, before = 2, (sys.stdout, sys.stderr)
    sys.stdout, sys.stderr = terminal.Screen(sys.stdout), terminal.Screen(sys.stderr, aside=True)
    try:
        if odd := [shown for a in arguments if (shown := a.encode("utf-8", "backslashreplace").decode()) != a]:
            raise InputError("cli.not_utf8", word=odd[0])
        stated = any(argument.startswith("--language") for argument in arguments)
        if (set_to := os.environ.get(STATED)) and set_to[:2].lower() not in words.LANGUAGES and not stated:
            raise InputError("cli.no_language", language=set_to, known=words.LANGUAGES)
        command = typer.main.get_command(app)
        if not arguments or "--help" in arguments or "_RURALINCOME_COMPLETE" in os.environ:  # which a shell sets
            explained(command, "ruralincome")
        status = command(arguments, standalone_mode=False, prog_name="ruralincome") or 0
    except Exception as fault:
        if "--debug" in sys.argv:
            raise
        told, package = terminal.unexpected(fault), getattr(fault, "name", None) or ""
        extras = [extra for extra, packages in keep.EXTRAS.items() if package.split(".")[0] in packages]
        if message := getattr(fault, "format_message", None):  # a fault of usage, as the option parser words it
            told = _usage(" ".join(message().split()), arguments)
        elif isinstance(fault, ModuleNotFoundError) and extras:
            told = InputError("cli.extra", package=package, extra=extras[0])
        terminal.complain(told)
        status = 1 if told.code in OURS else 2
    finally:
        sys.stdout, sys.stderr = before
    sys.exit(status)


def _usage(words: str, arguments: list[str]) -> InputError:
    """What is wrong with the options, by the words of their parser; words that we do not know as they are."""
    given = {**dict(pairwise(arguments)), **dict(one.split("=", 1) for one in arguments if "=" in one)}
    for pattern, code in USAGE.items():
        if found := re.match(pattern, words):
            return InputError(f"cli.{code}", **(facts := found.groupdict()), value=given.get(facts.get("name", ""), ""))
    return InputError("cli.usage", words=words)


def explained(command: Any, name: str) -> None:
    """Give a command, and those below it, the words of their help in the language of the terminal."""
    known = words.catalogue(language())
    command.help, command.context_class = known[f"help.{name}"], Called
    command.get_help_option(typer.Context(command)).help = known["help.any.help"]
    for one in command.params:
        one.help = known.get(f"help.{name}.{one.name}") or known[f"help.any.{one.name}"]
    for word, below in getattr(command, "commands", {}).items():
        explained(below, word)


class Helped(typer.Context.formatter_class):  # type: ignore[misc, valid-type]
    """The page of a command's help, its heads in the language of the terminal."""

    def getvalue(self) -> str:
        """The page, once it is written."""
        page = str(super().getvalue())
        for code in ("usage", "options", "arguments", "commands", "required", "default", "some", "command"):
            page = page.replace(words.say(f"help.word.{code}", "en"), words.say(f"help.word.{code}", language()))
        return page


Called = type("Called", (typer.Context,), {"formatter_class": Helped})


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


def _group(**commands: Callable[..., Any]) -> typer.Typer:
    made = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    made.callback()(lambda: None)  # so that a group of one command stays two words
    for name, command in commands.items():
        made.command(name)(_ends_well(command))
    return made


app = _group(
    check=ask.check, assess=ask.assess, run=ask.run, panel=ask.panel, new=keep.new, diff=ask.diff,
    observe=keep.observe, read=keep.read, init=keep.init, doctor=keep.doctor,
)  # fmt: skip
app.callback(invoke_without_command=True)(keep.about)
fitting, ledger = _group(fit=keep.fit), _group(add=keep.add, score=keep.score)
became = _group(find=places.find, parts=places.parts, map=places.map_file)
for name, group in {"reference": fitting, "ledger": ledger, "places": became}.items():
    app.add_typer(group, name=name)
