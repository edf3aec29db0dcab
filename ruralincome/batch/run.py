"""One call from validated scenarios to reports, manifest and index; the command and the tests make it."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ruralincome.batch.execute import Outcome, Pool, Settings, execute, process_pool
from ruralincome.batch.manifest import Manifest, lock, write
from ruralincome.batch.plan import Job, Plan, Task, fingerprint, plan

OK, FAILED, INTERRUPTED = 0, 1, 130
Progress = Callable[[Plan], AbstractContextManager[Callable[[Outcome], None]]]
Index = Callable[[Mapping[str, Any], Path], str]


@dataclass(frozen=True)
class Summary:
    """What a batch did. status is the command's exit status; trouble: why the manifest or index is not complete."""

    outcomes: tuple[Outcome, ...]
    skipped: tuple[Job, ...]
    status: int
    manifest: Path
    trouble: str | None = None


def preview(tasks: Sequence[Task], languages: Sequence[str], output: Path, root: Path, force: bool = False) -> Plan:
    """Return what `run` would do, without writing anything (--dry-run). Raises InputError as `run` does."""
    return plan(tasks, languages, output, fingerprint(root), Manifest(output).jobs, force)


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
    progress: Progress = lambda _: contextlib.nullcontext(lambda _: None),
    index: Index | None = None,
    render: str = Settings.render,
    pool: Pool | None = None,
) -> Summary:
    """Run every task in every language that is not up to date, and write reports, manifest.json and index.html.

    root: the project's folder, where the notebooks run. jobs: notebooks at a time (the cores). timeout: seconds a
    notebook. cluster: address of a dask scheduler whose workers see the same folders. on_failure: a command that is
    called with the manifest's path when a notebook failed. index: manifest, output -> HTML of index.html.
    pool: makes any other executor. Raises InputError, before anything is written, for input that is wrong, a folder
    that cannot be written or another run in it.
    """
    output, root, jobs = output.absolute(), root.absolute(), jobs or os.cpu_count() or 1
    preview(tasks, languages, output, root, force)  # wrong input is told before the folder is made
    with lock(output), contextlib.ExitStack() as stack:
        record = Manifest(output)
        todo = plan(tasks, languages, output, fingerprint(root), record.jobs, force)
        names = [job.name for job in (*todo.jobs, *todo.skipped)]
        record.begin(names, [job.name for job in todo.jobs])
        outcomes: list[Outcome] = []
        status = OK
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ruralincome-")))
        settings = Settings(root, scratch, timeout, _memory(jobs), render)
        with progress(todo) as show, _terminate_as_interrupt():

            def done(outcome: Outcome) -> None:
                outcomes.append(outcome)
                record.record(outcome.job.name, _entry(outcome, output))
                show(outcome)

            try:
                if todo.jobs:
                    execute(todo, settings, pool or _pool(cluster, jobs), jobs, retries, done)
            except KeyboardInterrupt:
                status = INTERRUPTED
        counts = Counter(outcome.status for outcome in outcomes)
        if counts["failed"] and status == OK:
            status = FAILED
        words = {OK: "ok", FAILED: "failed", INTERRUPTED: "interrupted"}
        record.finish(words[status], done=counts["ok"], failed=counts["failed"], skipped=len(todo.skipped))
        trouble = record.trouble
        if index is not None:
            try:
                write(output / "index.html", index(record.content, output))
            except OSError as error:
                trouble = f"{output / 'index.html'}: cannot be written ({error.strerror})"
    if status == FAILED and on_failure:
        subprocess.run([*shlex.split(on_failure), str(record.path)], check=False)
    return Summary(tuple(outcomes), todo.skipped, status or (FAILED if trouble else OK), record.path, trouble)


def _entry(outcome: Outcome, output: Path) -> dict[str, Any]:
    job = outcome.job
    entry = asdict(outcome) | {"scenario": job.scenario, "language": job.language, "notebook": job.notebook.name}
    del entry["job"]
    folder = job.folder.relative_to(output).as_posix()
    return entry | {"stage": job.stage, "key": job.key if outcome.status == "ok" else "", "folder": folder}


def _pool(cluster: str | None, jobs: int) -> Pool:
    return partial(process_pool, jobs)


def _memory(jobs: int) -> int:
    """Bytes a kernel may hold: an equal share of four fifths of the memory."""
    try:
        return int(0.8 * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / jobs)
    except (AttributeError, ValueError, OSError):
        return 0


@contextlib.contextmanager
def _terminate_as_interrupt() -> Iterator[None]:
    """Let SIGTERM (systemd, a CI job at its time limit) end a batch as Ctrl-C does."""
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
