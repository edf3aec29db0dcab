"""One call from validated scenarios to reports, manifest and index; the command and the tests make it."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ruralincome.batch.execute import Outcome, Pool, Settings, execute, process_pool
from ruralincome.batch.execute import cluster as cluster_pool
from ruralincome.batch.manifest import Manifest, lock, write
from ruralincome.batch.plan import Job, Plan, Task, plan
from ruralincome.batch.server import serve
from ruralincome.fingerprint import fingerprint

Progress = Callable[[Plan], AbstractContextManager[Callable[[Outcome], Any]]]
EXIT = {"ok": 0, "failed": 1, "interrupted": 130}


@dataclass(frozen=True)
class Summary:
    """What a batch did. status: the command's exit status; trouble: why manifest or index are not up to date."""

    status: int
    outcomes: tuple[Outcome, ...]
    skipped: tuple[Job, ...]
    manifest: Path
    trouble: str | None = None


def preview(tasks: Sequence[Task], languages: Sequence[str], output: Path, root: Path, force: bool = False) -> Plan:
    """Return what `run` would do, and write nothing (--dry-run). Raises InputError as `run` does."""
    return plan(tasks, languages, output.absolute(), fingerprint(root), Manifest(output).jobs, force)


def run(
    tasks: Sequence[Task],
    languages: Sequence[str],
    output: Path,
    root: Path,
    *,
    jobs: int | None = None,
    timeout: float = 600.0,
    retries: int = 0,
    force: bool = False,
    cluster: str | None = None,
    on_failure: str | None = None,
    progress: Progress = lambda _: nullcontext(lambda _: None),
    index: Callable[[Mapping[str, Any], Path], str] | None = None,
    render: str = Settings.render,
    pool: Pool | None = None,
) -> Summary:
    """Run every task in every language that is not up to date, and write reports, manifest.json and index.html.

    root: the project's folder, where the notebooks run. jobs: notebooks at a time (default: the cores). timeout:
    seconds a notebook. cluster: address of a dask scheduler whose workers see the same folders. on_failure: a command,
    called with the manifest's path when a notebook failed. index(manifest, output) -> HTML of index.html.
    pool: makes any other executor. Raises InputError, before anything is written, for input that is wrong, a folder
    that cannot be written or that another run holds.
    """
    output, root, jobs = output.absolute(), root.absolute(), jobs or os.cpu_count() or 1
    inputs = fingerprint(root)
    plan(tasks, languages, output, inputs, {})  # wrong input is told before the folder is made
    if cluster:
        with cluster_pool(cluster):
            pass  # one that does not answer is told before the manifest notes a run
    outcomes: list[Outcome] = []
    status = "ok"
    with lock(output), contextlib.ExitStack() as stack:
        record = Manifest(output)
        todo = plan(tasks, languages, output, inputs, record.jobs, force)
        waiting = {job.name: _entry(Outcome(job, "pending"), output) for job in todo.jobs}
        record.begin([job.name for job in (*todo.jobs, *todo.skipped)], waiting)
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ruralincome-")))
        settings = Settings(root, scratch, timeout, _memory(jobs), render, bool(cluster))
        try:
            stack.enter_context(_terminate_as_interrupt())
            if cluster:
                pool, jobs = partial(cluster_pool, cluster), sys.maxsize
            elif pool is None and todo.jobs:
                pool = partial(process_pool, jobs, stack.enter_context(serve(scratch)))
            with progress(todo) as show:
                for outcome in execute(todo, settings, pool, jobs, retries) if pool else ():
                    outcomes.append(outcome)
                    record.record(outcome.job.name, _entry(outcome, output))
                    show(outcome)
                    status = "failed" if outcome.status == "failed" else status
        except KeyboardInterrupt:
            status = "interrupted"
        failed = sum(outcome.status == "failed" for outcome in outcomes)
        record.finish(status, done=len(outcomes) - failed, failed=failed, skipped=len(todo.skipped))
        if index is not None:
            try:
                write(output / "index.html", index(record.content, output))
            except OSError as error:
                record.trouble = f"{output / 'index.html'}: cannot be written ({error.strerror})"
    status = "failed" if record.trouble and status == "ok" else status
    if status == "failed" and on_failure:
        try:
            subprocess.run([*shlex.split(on_failure), str(record.path)], check=False)
        except (OSError, ValueError) as error:
            record.trouble = record.trouble or f"--on-failure {on_failure}: cannot be run ({error})"
    return Summary(EXIT[status], tuple(outcomes), todo.skipped, record.path, record.trouble)


def _entry(outcome: Outcome, output: Path) -> dict[str, Any]:
    job = outcome.job
    told = {name: value for name, value in asdict(outcome).items() if name != "job"}
    where = {"notebook": job.notebook.name, "stage": job.stage, "folder": job.folder.relative_to(output).as_posix()}
    return {"scenario": job.scenario, "language": job.language, **told, **where, "key": job.key}


def _memory(jobs: int) -> int:
    """Bytes a kernel may hold: an equal share of four fifths of the memory."""
    if not hasattr(os, "sysconf"):
        return 0
    return int(0.8 * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / min(jobs, os.cpu_count() or 1))


@contextlib.contextmanager
def _terminate_as_interrupt() -> Iterator[None]:
    """Let SIGTERM (systemd, a CI job at its time limit) end a batch as Ctrl-C does."""
    before = None
    with contextlib.suppress(ValueError):  # not the main thread: signals are not ours
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)
