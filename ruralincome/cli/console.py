"""What a batch shows while it runs: a bar and a line a notebook on a terminal, plain lines when piped."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ruralincome.batch import Outcome, Plan, Summary


@contextmanager
def progress(plan: Plan) -> Iterator[Callable[[Outcome], None]]:
    """Show each notebook as it ends, and how many are left."""
    if not sys.stderr.isatty():
        done = 0

        def line(outcome: Outcome) -> None:
            nonlocal done
            done += 1
            print(f"[{done}/{len(plan.jobs)}] {_line(outcome)}", file=sys.stderr, flush=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("notebooks", total=len(plan.jobs))

        def step(outcome: Outcome) -> None:
            bar.console.print(_line(outcome), markup=False, highlight=False)
            bar.advance(task)

        yield step


def show(plan: Plan) -> None:
    """Print a plan (--dry-run): what would run and what is up to date."""
    for job in plan.jobs:
        print(f"run   {job.name}")
    for job in plan.skipped:
        print(f"keep  {job.name}")


def summarise(summary: Summary) -> None:
    """Print how a batch ended: counts, each failure with its reason, where the reports are."""
    failed = [outcome for outcome in summary.outcomes if outcome.status != "ok"]
    done = len(summary.outcomes) - len(failed)
    for outcome in failed:
        print(f"error: {outcome.job.name}: {outcome.message}", file=sys.stderr)
    if summary.trouble:
        print(f"error: {summary.trouble}", file=sys.stderr)
    counts = f"{done} done, {len(summary.skipped)} unchanged, {len(failed)} failed"
    counts = f"interrupted: {counts}, {summary.left} left" if summary.status == 130 else counts
    print(f"{counts}: {summary.manifest.parent}/index.html")


def _line(outcome: Outcome) -> str:
    return f"{outcome.status:7} {outcome.job.name}  {outcome.seconds:.1f} s"
