"""What a batch shows while it runs: a bar and a line a notebook on a terminal, plain lines when piped."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from ruralincome.batch import Outcome, Plan, Summary
from ruralincome.batch.manifest import one_line
from ruralincome.cli.terminal import complain, say, spoken, tell
from ruralincome.data.spoken import language
from ruralincome.report.words.words import number


@contextmanager
def progress(plan: Plan) -> Iterator[Callable[[Outcome], None]]:
    """Show each notebook as it ends, and how many are left."""
    if not sys.stderr.isatty():
        done = count(1)
        yield lambda outcome: print(f"[{next(done)}/{len(plan.jobs)}] {_line(outcome)}", file=sys.stderr, flush=True)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(say("cli.run.bar"), total=len(plan.jobs))

        def step(outcome: Outcome) -> None:
            bar.console.print(_line(outcome), markup=False, highlight=False)
            bar.advance(task)

        yield step


def show(plan: Plan) -> None:
    """Print a plan (--dry-run): what would run and what is up to date."""
    for job in plan.jobs:
        tell("cli.plan.run", job=job.name)
    for job in plan.skipped:
        tell("cli.plan.keep", job=job.name)


def summarise(summary: Summary) -> None:
    """Print how a batch ended: counts, each failure with its reason, where the reports are."""
    failed = {outcome.job.name: outcome.fault for outcome in summary.outcomes if outcome.fault}
    for name, found in failed.items():
        complain(one_line(spoken(found)), name)
    if summary.trouble:
        complain(summary.trouble)
    counts = {"done": len(summary.outcomes) - len(failed), "skipped": len(summary.skipped), "failed": len(failed)}
    code = "cli.run.interrupted" if summary.status == 130 else "cli.run.ended"
    tell(code, **counts, left=summary.left, index=f"{summary.manifest.parent}/index.html")


def _line(outcome: Outcome) -> str:
    seconds = number(outcome.seconds, language(), 1)
    return say(f"cli.job.{outcome.status}", job=outcome.job.name, seconds=seconds)
