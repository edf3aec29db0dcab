"""Run a plan on any concurrent.futures.Executor: a pool of worker processes, or a cluster."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruralincome.batch.plan import Job, Plan

WORKER_LOSSES = 3  # times a job is given to another worker when its own is lost, whatever --retries says


@dataclass(frozen=True)
class Settings:
    """What every job of a batch shares; small and picklable, as it travels with each.

    root: working directory of the kernels; scratch: folder for their sockets; timeout: seconds a notebook;
    memory: bytes a kernel may hold; render: module:function that turns an executed notebook into HTML.
    """

    root: Path
    scratch: Path
    timeout: float = 600.0
    memory: int = 0
    render: str = "ruralincome.report.html:render"


@dataclass(frozen=True)
class Outcome:
    """How a job ended: status ok or failed; reason a code, message one line; seconds of the last attempt."""

    job: Job
    status: str
    attempts: int = 1
    seconds: float = 0.0
    reason: str = ""
    message: str = ""


Pool = Callable[[], AbstractContextManager[Executor]]


def execute(
    plan: Plan,
    settings: Settings,
    pool: Pool,
    jobs: int,
    retries: int = 0,
    done: Callable[[Outcome], None] = lambda _: None,
) -> tuple[Outcome, ...]:
    """Run the plan's jobs stage by stage, at most `jobs` at a time, each up to 1 + retries attempts.

    pool: makes an executor; it is made anew when it breaks. done: called here for each job as it ends.
    """
    outcomes: list[Outcome] = []
    for outcome in _outcomes(plan, settings, pool, jobs, retries):
        outcomes.append(outcome)
        done(outcome)
    return tuple(outcomes)


def attempt(job: Job, settings: Settings, number: int = 1) -> Outcome:
    """Run one job here, in this process, and say how it ended."""
    from ruralincome.batch.notebook import Failure, run_notebook

    started = time.perf_counter()
    try:
        run_notebook(job, settings.root, settings.scratch, settings.timeout, settings.memory, _resolve(settings.render))
    except Failure as failure:
        status, reason, message = "failed", failure.reason, str(failure)
    else:
        status, reason, message = "ok", "", ""
    return Outcome(job, status, number, round(time.perf_counter() - started, 3), reason, message)


def _outcomes(plan: Plan, settings: Settings, pool: Pool, jobs: int, retries: int) -> Iterator[Outcome]:
    stages = deque(
        deque((job, 1, 0) for job in plan.jobs if job.stage == stage) for stage in sorted({j.stage for j in plan.jobs})
    )
    while stages:
        with pool() as executor:
            while stages and (yield from _until_broken(executor, stages[0], settings, jobs, retries)):
                stages.popleft()


def _until_broken(
    executor: Executor, waiting: deque[tuple[Job, int, int]], settings: Settings, jobs: int, retries: int
) -> Generator[Outcome, None, bool]:
    """Yield outcomes as they come; return whether all ended, or else `waiting` holds what a broken executor left."""
    running: dict[Future[Outcome], tuple[Job, int, int]] = {}
    broken = False
    while running or (waiting and not broken):
        while waiting and len(running) < jobs and not broken:
            job, number, losses = waiting.popleft()
            try:
                running[executor.submit(attempt, job, settings, number)] = (job, number, losses)
            except BrokenExecutor:
                waiting.appendleft((job, number, losses))
                broken = True
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            job, number, losses = running.pop(future)
            error = future.exception()
            if error is None:
                outcome = future.result()
            elif isinstance(error, BrokenExecutor):
                broken = True
                if losses < WORKER_LOSSES:
                    waiting.appendleft((job, number, losses + 1))
                    continue
                outcome = Outcome(job, "failed", number, 0.0, "worker", "its worker process was lost each time")
            else:
                words = f"{type(error).__name__}: {error}"
                outcome = Outcome(job, "failed", number, 0.0, "worker", " ".join(words.split())[:300])
            if outcome.status == "failed" and number <= retries:
                waiting.append((job, number + 1, losses))
            else:
                yield outcome
    return not waiting


def _resolve(name: str) -> Callable[..., str]:
    from importlib import import_module

    module, _, function = name.partition(":")
    found: Callable[..., str] = getattr(import_module(module), function)
    return found


@contextmanager
def process_pool(jobs: int) -> Iterator[Executor]:
    """Worker processes that end with us, however we end."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    methods = multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload(["__main__", "ruralincome.batch.notebook"])
    reader, writer = context.Pipe(duplex=False)
    executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin_worker, initargs=(reader,))
    try:
        yield executor
    except BaseException:
        writer.close()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        writer.close()
        reader.close()


def _begin_worker(alive: Any) -> None:
    """Die with the process that owns the other end of the pipe, and leave Ctrl-C to it."""
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        alive.poll(None)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
