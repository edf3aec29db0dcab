"""Worker processes on this machine as an executor: batches run on them, each with kernels that start at once."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from ruralincome.batch.scratch import short_folder


@contextmanager
def process_pool(jobs: int) -> Iterator[Executor]:
    """Worker processes, forked from one that has imported all where that is safe; they end with us, however we end."""
    import multiprocessing.forkserver
    import signal
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import process, resource_tracker

    context: Any = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    context.set_forkserver_preload(["ruralincome.batch.stack"])
    server: Any = multiprocessing.forkserver._forkserver
    is_ours = server._forkserver_pid is None
    scratch = tempfile.TemporaryDirectory(prefix="ruralincome-", dir=short_folder(), ignore_cleanup_errors=True)
    settings: Any = process.current_process()._config  # type: ignore[attr-defined]
    before, settings["tempdir"] = settings.get("tempdir"), scratch.name  # where the server has its socket
    executor: Any = ProcessPoolExecutor(jobs, context, _begin_worker, (jobs, scratch.name))
    try:
        if sys.platform == "linux":  # a Ctrl-C that meets the server while it starts is ours alone; `stack` lifts this
            resource_tracker.ensure_running()
            mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                server.ensure_running()
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        yield executor
    except BaseException:
        for worker in (executor._processes or {}).values():
            worker.kill()  # in the middle of what it does
        if is_ours and server._forkserver_pid:  # it would wait for a worker that was begun, but not yet told to us
            os.kill(server._forkserver_pid, signal.SIGKILL)
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
        if is_ours:  # one server a run, so that an edited module is never stale
            server._stop()
        settings["tempdir"] = before
        scratch.cleanup()


def _begin_worker(jobs: int, scratch: str) -> None:
    """Make a worker of this process, which ends with its parent, leaves Ctrl-C to it, and has warm kernels."""
    import signal
    import threading
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if "ruralincome.batch.stack" in sys.modules:
        import resource

        from ruralincome.batch.kernels import begin

        # a worker and its kernel may each hold an equal share of four fifths of the memory
        share = int(0.8 * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / jobs)
        resource.setrlimit(resource.RLIMIT_DATA, (share, share))
        begin()
    tempfile.tempdir = scratch  # ours, not our kernels'
    parent: Any = parent_process()
    threading.Thread(target=lambda: parent.join() or os._exit(1), daemon=True).start()
