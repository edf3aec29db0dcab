"""Cli: the command `ruralincome`.

Heavy imports stand inside the commands, so that --help and check start at once.

Exit status: 0 all well; 1 a scenario failed; 2 the input is wrong and nothing ran; 130 interrupted.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import typer

from ruralincome.cli import ask, figures, keep, places, terminal
from ruralincome.series import InputError


def _to_pipe(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command, ending well where what reads its output has enough (`| head`)."""

    @functools.wraps(command)
    def piped(*arguments: Any, **options: Any) -> Any:
        try:
            status = command(*arguments, **options)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered goes nowhere
            return 0
        return status

    return piped


os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "true")  # to find plugins it reads the metadata of every package
app = typer.Typer(
    help="Is an official target reachable, how sure are we, and what would it take?",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (ask.check, ask.assess, ask.run, ask.panel, keep.new, keep.observe, figures.read):
    app.command()(_to_pipe(command))

reference = typer.Typer(help="Reference classes: how comparable places grew.", no_args_is_help=True)
reference.callback()(lambda: None)  # so that `reference fit` stays two words
reference.command()(_to_pipe(keep.fit))
app.add_typer(reference, name="reference")

ledger = typer.Typer(help="Keep verdicts, and score them when the outturn comes.", no_args_is_help=True)
ledger.command()(_to_pipe(keep.add))
ledger.command()(_to_pipe(keep.score))
app.add_typer(ledger, name="ledger")

named = typer.Typer(help="Places and their days: what became of a commune or province.", no_args_is_help=True)
named.command()(_to_pipe(places.find))
named.command()(_to_pipe(places.parts))
named.command("map")(_to_pipe(places.map_file))
app.add_typer(named, name="places")


def main() -> None:
    """Run the command; a wrong input is one line on stderr for each fault, without a traceback."""
    debug = "--debug" in sys.argv
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # systemd, or a CI job at its time limit: as Ctrl-C does
    arguments = [a for a in sys.argv[1:] if a != "--debug"]
    try:
        status = app(arguments, standalone_mode=False, prog_name="ruralincome")
    except InputError as fault:
        if debug:
            raise
        terminal.complain(fault)
        status = 2
    except (KeyboardInterrupt, typer.Abort):
        print(terminal.say("cli.interrupted"), file=sys.stderr)
        status = 130
    except Exception as fault:
        message = getattr(fault, "format_message", None)  # a fault of usage, as the option parser words it
        if debug or message is None:
            raise
        terminal.complain(InputError("cli.usage", words=" ".join(message().split())))
        status = 2
    sys.exit(status if isinstance(status, int) else 0)
