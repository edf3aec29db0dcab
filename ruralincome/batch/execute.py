"""Run a plan on any concurrent.futures.Executor: a pool of worker processes, or a cluster."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ruralincome.batch.plan import Job, Plan
from ruralincome.batch.server import serve_process
from ruralincome.series import InputError

WORKER_LOSSES = 3  # times a job is given to another worker when its own is lost, whatever --retries says
Pool = Callable[[], AbstractContextManager[Executor]]


@dataclass(frozen=True)
class Settings:
    """What every job of a batch shares; small and picklable, as it travels with each.

    root: working directory of the kernels; scratch: folder for their sockets; timeout: seconds a notebook;
    memory: bytes a kernel may hold; render: module:function that turns an executed notebook into HTML;
    serve: start a kernel server in the worker, as those of a cluster must.
    """

    root: Path
    scratch: Path
    timeout: float = 600.0
    memory: int = 0
    render: str = "ruralincome.report.html:render"
    serve: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a job ended: status ok or failed; reason a code, message one line; seconds of the last attempt."""

    job: Job
    status: str
    attempts: int = 1
    seconds: float = 0.0
    reason: str = ""
    message: str = ""
    losses: int = 0


def execute(plan: Plan, settings: Settings, pool: Pool, jobs: int, retries: int = 0) -> Iterator[Outcome]:
    """Run the plan's jobs stage by stage, at most `jobs` at a time, each up to 1 + retries attempts.

    Yields each outcome as it comes. pool makes the executor, and makes it anew when it breaks.
    """
    stages = sorted({job.stage for job in plan.jobs})
    waiting = deque(deque(Outcome(job, "") for job in plan.jobs if job.stage == stage) for stage in stages)
    while waiting:
        with pool() as executor:
            while waiting and (yield from _until_broken(executor, waiting[0], settings, jobs, retries)):
                waiting.popleft()


def attempt(job: Job, settings: Settings, number: int = 1) -> Outcome:
    """Run one job here, in this process, and say how it ended; log.txt in its folder keeps a line an attempt."""
    from ruralincome.batch.notebook import Failure, run_notebook

    if settings.serve:
        serve_process(settings.scratch)
    started = time.perf_counter()
    outcome = Outcome(job, "ok", number)
    try:
        run_notebook(job, settings)
    except Failure as failure:
        outcome = Outcome(job, "failed", number, reason=failure.reason, message=str(failure))
    outcome = replace(outcome, seconds=round(time.perf_counter() - started, 3))
    with suppress(OSError):  # the manifest tells it too
        if number == 1 and outcome.status == "ok":
            (job.folder / "report.failed.ipynb").unlink(missing_ok=True)
        with (job.folder / "log.txt").open("w" if number == 1 else "a", encoding="utf-8") as log:
            words = f"{outcome.status} {outcome.reason} {outcome.message}".strip()
            log.write(f"attempt {number}, process {os.getpid()}, {outcome.seconds} s: {words}\n")
    return outcome


@contextmanager
def process_pool(jobs: int, environment: Mapping[str, str]) -> Iterator[Executor]:
    """Worker processes with this environment, which end with us, however we end."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context: Any = multiprocessing.get_context(method)
    context.set_forkserver_preload(["__main__", "ruralincome.batch.notebook", "nbconvert"])
    alive, ours = context.Pipe(duplex=False)
    start = (alive, dict(environment))
    executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin_worker, initargs=start)
    try:
        yield executor
    except BaseException:
        ours.close()  # ends the workers in the middle of what they do
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        ours.close()
        alive.close()


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The workers of a dask scheduler, which must see the same folders. Raises InputError when there are none."""
    try:
        from distributed import Client

        client = Client(address, timeout=10)
    except ImportError:
        raise InputError("--cluster needs dask.distributed: pip install 'ruralincome[cluster]'") from None
    except (OSError, ValueError) as error:
        raise InputError(f"--cluster {address}: no scheduler answers there ({error})") from None
    with client, client.get_executor(pure=False) as executor:  # pure: equal jobs would run once
        yield executor


def _until_broken(
    executor: Executor, waiting: deque[Outcome], settings: Settings, jobs: int, retries: int
) -> Generator[Outcome, None, bool]:
    """Yield outcomes as they come; return whether all ended, or else `waiting` holds what a broken executor left."""
    running: dict[Future[Outcome], Outcome] = {}
    broken = False
    while running or (waiting and not broken):
        while waiting and len(running) < jobs and not broken:
            last = waiting.popleft()
            try:
                number = last.attempts + (last.status == "failed")
                running[executor.submit(attempt, last.job, settings, number)] = replace(last, attempts=number)
            except BrokenExecutor:
                waiting.appendleft(last)
                broken = True
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            last, error = running.pop(future), future.exception()
            if isinstance(error, BrokenExecutor) and last.losses < WORKER_LOSSES:
                waiting.appendleft(replace(last, status="", losses=last.losses + 1))
                broken = True
                continue
            outcome = replace(future.result(), losses=last.losses) if error is None else last
            if error is not None:
                broken |= isinstance(error, BrokenExecutor)
                message = " ".join(f"{type(error).__name__}: {error}".split())[:300]
                outcome = replace(last, status="failed", reason="worker", message=message)
            if outcome.status == "failed" and outcome.attempts <= retries:
                waiting.append(outcome)
            else:
                yield outcome
    return not waiting


def _begin_worker(alive: Any, environment: dict[str, str]) -> None:
    """Die with the process that owns the other end of the pipe, and leave Ctrl-C to it."""
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(environment)
    threading.Thread(target=lambda: alive.poll(None) and os._exit(1), daemon=True).start()
