"""One call from validated scenarios to reports, manifest and index, on any concurrent.futures.Executor."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ruralincome.batch.manifest import Manifest, keep, one_line
from ruralincome.batch.plan import FILES, Job, Plan, Task, fingerprint, plan, sizes
from ruralincome.batch.workers import process_pool
from ruralincome.data.files import PART, hold
from ruralincome.series import InputError

WORKER_LOSSES = 3  # times a job is given to another worker when its own is lost, whatever --retries says
EXIT = {"ok": 0, "failed": 1, "interrupted": 130}
LEFTOVERS = (f".*{PART}", f"*/*/.*.job*{PART}")  # what a run that was killed leaves in its output folder
Pool = Callable[[], AbstractContextManager[Executor]]
Progress = Callable[[Plan], AbstractContextManager[Callable[..., Any]]]
Work = Callable[[Job, Path, float, int], "Outcome"]


@dataclass(frozen=True)
class Outcome:
    """How a job ended: status ok or failed; fault: why it failed; seconds and files of the last attempt."""

    job: Job
    status: str
    attempts: int = 0
    seconds: float = 0.0
    fault: InputError | None = None
    files: Mapping[str, int] = field(default_factory=dict)

    code = property(lambda o: o.fault.code if o.fault else "")  # of its fault
    message = property(lambda o: one_line(str(o.fault)) if o.fault else "")  # its fault as one English line, for logs


@dataclass(frozen=True)
class Summary:
    """What a batch did. status: the command's; trouble: why manifest or index is behind; left: jobs not ended; remarks:
    what was asked for beside the reports and not made."""

    status: int
    outcomes: tuple[Outcome, ...]
    skipped: tuple[Job, ...]
    manifest: Path
    trouble: InputError | None = None
    left: int = 0
    remarks: tuple[InputError, ...] = ()


def preview(tasks: Sequence[Task], languages: Sequence[str], output: Path, root: Path, *stated: Any) -> Plan:
    """What `run` would do, and nothing written (--dry-run). stated: force, since. Raises InputError as `run` does."""
    inputs, entries = fingerprint(root, tasks), Manifest(output).jobs
    return plan(tasks, languages, output.absolute(), inputs, entries, _today(), *stated)


def run(
    tasks: Sequence[Task], languages: Sequence[str], output: Path, root: Path, *, jobs: int | None = None,
    timeout: float = 600.0, retries: int = 0, force: bool = False, since: str | None = None, to: Sequence[str] = (),
    progress: Progress = lambda _: nullcontext(lambda _: None), pool: Pool | None = None, todo: Plan | None = None,
) -> Summary:  # fmt: skip
    """Run every task in every language that is not up to date, and write reports, manifest.json and index.html. root:
    the project's folder, where notebooks run. jobs: how many at a time (default: the cores; all, where `pool` makes
    another executor than worker processes here). timeout: seconds of a notebook. since: as of `plan`. to: what else is
    made beside the reports (`plan.FILES`); what lies there is made anew with them. todo: what `preview` said. Raises
    InputError, before anything is written, for wrong input, a folder not to be written, or held by another."""
    output, root = output.absolute(), root.absolute()
    todo = todo or preview(tasks, languages, output, root, force, since)
    jobs = min(jobs or (sys.maxsize if pool else os.cpu_count() or 1), len(todo.jobs))
    ended, status, left = list[Outcome](), "ok", Counter(job.stage for job in todo.jobs)
    with hold(output, LEFTOVERS):
        manifest = Manifest(output)
        asked = {  # what lies beside a report is made anew with it
            job.folder: [k for k, (name, *_) in FILES.items() if k in to or (job.folder / name).is_file()]
            for job in (*todo.jobs, *todo.skipped)
        }
        waiting = {job.name: _entry(Outcome(job, "pending")) for job in todo.jobs}
        manifest.begin([job.name for job in (*todo.jobs, *todo.skipped)], waiting)
        try:
            with progress(todo) as show:
                for outcome in execute(todo, root, pool or (lambda: process_pool(jobs)), jobs, timeout, retries):
                    ended.append(outcome)
                    manifest.ended(outcome.job.name, _entry(outcome))
                    left[outcome.job.stage] -= 1
                    if not left[outcome.job.stage]:
                        manifest.save()  # which the notebooks of the next stage may read
                    show(outcome)
                    status = "failed" if outcome.status == "failed" else status
        except KeyboardInterrupt:
            status = "interrupted"
        from ruralincome.batch import results  # here, as plans are made without it

        done = [outcome.job for outcome in ended if outcome.status == "ok"]
        fault = _behind(lambda *_: keep([job.folder for job in done], _today()), manifest)
        remarks = (*todo.unread, *results.take([*done, *todo.skipped], asked, root))
        fault = _behind(results.link, manifest) or fault  # before the manifest notes their sizes
        manifest.finish(status, done=len(done), failed=len(ended) - len(done), skipped=len(todo.skipped))
        trouble = fault or _behind(results.write_index, manifest) or manifest.trouble
    status = "failed" if trouble and status == "ok" else status
    return Summary(EXIT[status], tuple(ended), todo.skipped, manifest.path, trouble, left.total(), remarks)


def execute(
    plan: Plan, root: Path, pool: Pool, jobs: int, timeout: float, retries: int = 0, work: Work | None = None
) -> Iterator[Outcome]:
    """Run the plan's jobs stage by stage, at most `jobs` at a time, each up to 1 + retries attempts, and yield outcomes
    as they come. pool makes the executor, also anew; work: what makes an attempt, `attempt` unless stated."""
    waiting = [Outcome(job, "") for job in plan.jobs]
    running: dict[Future[Outcome], Outcome] = {}
    while waiting:
        broken = False
        with pool() as executor:
            while running or (waiting and not broken):
                waiting.sort(key=lambda last: last.job.stage)
                busy = {one.job.scenario for one in running.values()}  # another language waits for what it shares
                while waiting and len(running) < jobs and not broken:
                    free = (k for k, one in enumerate(waiting) if one.job.scenario not in busy)
                    at = next((k for k in free if waiting[k].job.stage == waiting[0].job.stage), 0)
                    first, last = next(iter(running.values()), None), waiting[at]
                    if first and (first.job.stage != last.job.stage or "batch.worker" in (first.code, last.code)):
                        break  # what has cost a worker runs alone, so that it costs no other its last chance
                    last = replace(waiting.pop(at), attempts=last.attempts + 1)
                    busy.add(last.job.scenario)
                    if last.attempts == 1:  # its log is this run's, also where the first attempt leaves no line
                        with suppress(OSError):
                            (last.job.folder / "log.txt").unlink()
                    try:
                        future = executor.submit(work or attempt, last.job, root, timeout, last.attempts)
                    except BrokenExecutor as fault:
                        broken, future = True, Future()
                        future.set_exception(fault)
                    running[future] = last
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    last, error = running.pop(future), future.exception()
                    broken |= isinstance(error, BrokenExecutor)
                    lost = InputError("batch.worker", detail=one_line(f"{type(error).__name__}: {error}"))
                    outcome = replace(last, status="failed", fault=lost) if error else future.result()
                    again = max(retries, WORKER_LOSSES) if error else retries
                    if outcome.status == "failed" and outcome.attempts <= again:
                        waiting.append(outcome)
                    else:
                        yield outcome


def attempt(job: Job, root: Path, timeout: float, number: int) -> Outcome:
    """Run one job here, in this process, and say how it ended; log.txt in its folder keeps a line an attempt."""
    from ruralincome.batch.notebook import run_notebook

    started = time.perf_counter()
    fault = run_notebook(job, root, timeout)
    seconds = round(time.perf_counter() - started, 3)
    status, files = ("failed", {}) if fault else ("ok", sizes(job.folder))
    outcome = Outcome(job, status, number, seconds, fault, files)
    words = f"attempt {number}, process {os.getpid()}, {seconds} s: {status} {outcome.code} {outcome.message}"
    with suppress(OSError):  # the manifest tells it too
        if number == 1 and not fault:
            (job.folder / "report.failed.ipynb").unlink(missing_ok=True)
        job.folder.mkdir(parents=True, exist_ok=True)
        with (job.folder / "log.txt").open("a", encoding="utf-8") as log:
            log.write(words.rstrip() + "\n")
    return outcome


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _behind(pages: Callable[..., None], manifest: Manifest) -> InputError | None:
    """Bring pages of the batch up to the manifest; why they are behind."""
    try:
        pages(manifest.content, manifest.path.parent)
    except InputError as fault:
        return fault
    return None


def _entry(outcome: Outcome) -> dict[str, Any]:
    """What the manifest keeps of a job."""
    job, fault = outcome.job, outcome.fault
    kept = {name: getattr(job, name) for name in ("scenario", "language", "stage", "key")}
    told = {name: getattr(outcome, name) for name in ("status", "attempts", "seconds", "files", "message")}
    return {**kept, **told, "notebook": job.notebook.name, "folder": job.name, "fault": fault and fault.to_json()}
