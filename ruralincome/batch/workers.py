"""Executors that batches and panels run on: worker processes of this machine, and the workers of a dask cluster."""

import logging
import multiprocessing.forkserver
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import parent_process, process, resource_tracker
from pathlib import Path
from typing import Any

from ruralincome.data.files import SHARED, hold
from ruralincome.series import InputError

MARK = ".scratch"  # an empty file that tells a run's folder from one that somebody has called like it
PATIENCE = 30  # seconds that a scheduler has to show a worker


@contextmanager
def process_pool(jobs: int) -> Iterator[Executor]:
    """Worker processes, forked from one that has imported all where that is safe; they end with us, however we end."""
    context: Any = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    context.set_forkserver_preload(["ruralincome.batch.stack"])
    server: Any = multiprocessing.forkserver._forkserver
    is_ours = server._forkserver_pid is None
    settings: Any = process.current_process()._config  # type: ignore[attr-defined]
    with _scratch() as scratch:
        before, settings["tempdir"] = settings.get("tempdir"), scratch  # where the server has its socket
        executor: Any = ProcessPoolExecutor(jobs, context, _begin_worker, (jobs, scratch))
        try:
            if sys.platform == "linux":  # a Ctrl-C that meets the server while it starts is ours; `stack` lifts this
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


@contextmanager
def cluster(address: str, patience: float = PATIENCE) -> Iterator[Executor]:
    """The workers of a dask scheduler, which must see the same folders; left early, it cancels what has not begun and
    waits for nothing. Raises InputError when there are none."""
    try:
        from distributed import Client

        for talker in ("distributed", "distributed.client"):  # of a scheduler that leaves after its work
            logging.getLogger(talker).setLevel(logging.CRITICAL)
        client = Client(address, timeout=10)
    except ImportError:
        raise InputError("batch.no_dask") from None
    except (OSError, ValueError) as error:
        raise InputError("batch.no_scheduler", address=address, why=str(error)) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=patience)
        except TimeoutError:
            raise InputError("batch.no_worker", address=address, seconds=patience) from None
        yield client.get_executor(pure=False)  # pure: equal jobs would run once; not entered, as its end would wait


def short_folder(length: int = 50) -> str:
    """The folder for temporary files; another where its name is longer, as the path of a socket ends at 103 bytes."""
    usual = tempfile.gettempdir()
    places = (usual, os.environ.get("XDG_RUNTIME_DIR", ""), "/tmp", "/var/tmp")
    return next((p for p in places if p and len(os.fsencode(p)) <= length and os.access(p, os.W_OK | os.X_OK)), usual)


@contextmanager
def _scratch() -> Iterator[str]:
    """A folder for what lasts no longer than a run, held while it lasts; those of runs that were killed go first."""
    above = Path(short_folder())
    for left in (mark.parent for mark in above.glob(f"ruralincome-????????/{MARK}")):
        with suppress(InputError), hold(left):  # not where a run still holds it, or it is another's
            shutil.rmtree(left, ignore_errors=True)
    made = tempfile.TemporaryDirectory(prefix="ruralincome-", dir=above, ignore_cleanup_errors=True)
    with made as scratch, hold(Path(scratch)):
        (Path(scratch) / MARK).touch()  # what has none is not ours to remove
        (Path(scratch) / SHARED).mkdir()
        yield scratch


def _begin_worker(jobs: int, scratch: str) -> None:
    """Make a worker of this process, which ends with its parent, leaves Ctrl-C to it, and has warm kernels."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if "ruralincome.batch.stack" in sys.modules:
        import resource

        from ruralincome.batch.kernels import begin

        # a worker and its kernel may each hold an equal share of four fifths of the memory
        share = int(0.8 * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / jobs)
        resource.setrlimit(resource.RLIMIT_DATA, (share, share))
        begin()
    tempfile.tempdir = scratch  # ours, not our kernels'
    os.environ[SHARED] = f"{scratch}/{SHARED}/-"
    parent: Any = parent_process()
    threading.Thread(target=lambda: parent.join() or os._exit(1), daemon=True).start()
