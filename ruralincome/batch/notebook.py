"""Run one notebook through papermill, in a worker process, and write its report.

Only workers import this module, as it imports papermill.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from ruralincome.batch.execute import Settings
from ruralincome.batch.manifest import write
from ruralincome.batch.plan import Job

# jsonschema builds Earley grammars for IRI checks at import, 0.8 s of every papermill start; no notebook needs them.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
import papermill  # noqa: E402
from nbformat import v4  # noqa: E402
from papermill.clientwrap import PapermillNotebookClient  # noqa: E402
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines  # noqa: E402
from traitlets.config import Config  # noqa: E402

from ruralincome.batch.kernels import warm  # noqa: E402

if sys.modules["rfc3987_syntax"] is None:
    del sys.modules["rfc3987_syntax"]

logging.getLogger("papermill").setLevel(logging.ERROR)  # a notebook of one's own need not have every parameter
VENDOR = "application/vnd.ruralincome.result+json"
PRINTED = 1_000_000  # characters of printed text kept of a cell
IPC = Config({"KernelManager": {"transport": "ipc" if os.name == "posix" else "tcp"}})


class Failure(Exception):
    """Why an attempt failed, in one line; reason is a code: error, timeout, memory, died, output."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(" ".join(message.split())[:300])
        self.reason = reason


def run_notebook(job: Job, settings: Settings) -> None:
    """Execute a job's notebook in a fresh kernel and write report.ipynb, report.html and result.json.

    Raises Failure; what ran of the notebook is then report.failed.ipynb, and an earlier complete report stays.
    """
    module, _, function = settings.render.partition(":")
    render = getattr(import_module(module), function)
    run = _Run(settings)
    try:
        job.folder.mkdir(parents=True, exist_ok=True)
        settings.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=settings.scratch) as private:
            try:
                notebook = run.execute(job, Path(private))
                title = job.parameters.get("title")
                stated = title.get(job.language) if isinstance(title, Mapping) else None
                html = render(notebook, job.language, str(stated or job.scenario))
            except Exception as error:
                if run.notebook is not None:
                    write(job.folder / "report.failed.ipynb", v4.writes(run.notebook))
                raise run.failure(error) from error
        write(job.folder / "report.ipynb", v4.writes(notebook))
        write(job.folder / "report.html", html)
        if (result := find_result(notebook)) is not None:
            write(job.folder / "result.json", json.dumps(result, ensure_ascii=False, indent=1))
        else:
            (job.folder / "result.json").unlink(missing_ok=True)
    except OSError as error:
        raise Failure("output", f"{error.filename or job.folder}: cannot be written ({error.strerror})") from error


def find_result(notebook: Mapping[str, Any]) -> dict[str, Any] | None:
    """The assessment that an executed notebook displays as JSON, the last one; None if it shows none."""
    shown = [o.get("data", {}) for cell in notebook["cells"] for o in cell.get("outputs", ())][::-1]
    found = [data[kind] for kind in (VENDOR, "application/json") for data in shown if kind in data]
    return next((dict(f) for f in found if isinstance(f, dict) and {"scenario", "probability"} <= f.keys()), None)


class _Run:
    """One execution: what is left of it when it raises, and the clock that ends it."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.late = settings, False
        self.notebook: Any = None
        self.client: Any = None
        self.clock = threading.Timer(settings.timeout, self.expire)

    def execute(self, job: Job, private: Path) -> Any:
        given = {"parameters": dict(job.parameters), "engine_name": "ruralincome", "progress_bar": False}
        try:
            notebook = papermill.execute_notebook(str(job.notebook), None, **given, run=self, private=private)
        finally:
            self.clock.cancel()
        for number, cell in enumerate(notebook["cells"]):
            if any(o.get("ename") == "SystemExit" for o in cell.get("outputs", ())):
                # papermill takes exit(0) for an end that went well, but what follows was not run as it stands
                raise Failure(
                    "error", f"cell {cell.get('execution_count') or number}: SystemExit: it ends the notebook"
                )
        return notebook

    def expire(self) -> None:
        """End the kernel: papermill then finds it dead, even where a cell holds the interpreter."""
        self.late = True
        with contextlib.suppress(AttributeError, OSError):  # it has just ended, and its handle with it
            kernel = self.client.km.provisioner
            kernel.process.poll()
            os.killpg(kernel.pgid, signal.SIGKILL)

    def failure(self, error: Exception) -> Failure:
        kind = type(error).__name__
        if isinstance(error, Failure):
            return error
        if self.late or kind == "CellTimeoutError":
            return Failure("timeout", f"not done after {self.settings.timeout:g} s")
        if isinstance(error, papermill.PapermillExecutionError):
            reason = "memory" if error.ename == "MemoryError" else "error"
            return Failure(reason, f"cell {error.exec_count}: {error.ename}: {error.evalue}")
        if kind in ("DeadKernelError", "RuntimeError"):
            return Failure("died", f"the kernel ended: {error}")
        if isinstance(error, OSError):
            raise error
        if kind == "NoSuchKernel" or (kind == "ValueError" and "No kernel name" in str(error)):
            named = getattr(error, "name", "")
            what = f"wants the kernel '{named}', which is not installed" if named else "names no kernel"
            return Failure("error", f"the notebook {what}; open it in JupyterLab, choose Python 3 and save it")
        return Failure("error", f"{kind}: {error}")


class _Engine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine, without a save of the whole notebook after each cell."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, run: _Run, private: Path, **_: Any) -> Any:
        run.notebook = nb
        manager = NotebookExecutionManager(nb, progress_bar=False)
        manager.notebook_start()
        try:
            run.client = _Client(manager, run, private, kernel_name)
            run.client.execute()
        finally:
            manager.notebook_complete()
        return manager.nb


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client with warm kernels; text beyond PRINTED is dropped, so that no cell fills memory or disk."""

    def __init__(self, manager: Any, run: _Run, private: Path, kernel: str) -> None:
        where = {"metadata": {"path": str(run.settings.root)}}
        super().__init__(manager, kernel_name=kernel, resources=where, iopub_timeout=60, config=IPC)
        self.run, self.private, self.printed = run, private, dict[int, int]()

    def create_kernel_manager(self) -> Any:
        manager = super().create_kernel_manager()
        # its sockets stand beside this; by default their path is relative, to two different working directories
        manager.connection_file = str(self.private / "kernel.json")
        warm(manager, self.run.settings.memory)
        return manager

    def papermill_execute_cells(self) -> None:
        self.run.clock.start()
        super().papermill_execute_cells()

    def output(self, outs: Any, msg: Any, display_id: Any, cell_index: int) -> Any:
        if msg["msg_type"] == "stream":
            room = PRINTED - self.printed.get(cell_index, 0)
            text = msg["content"]["text"]
            self.printed[cell_index] = PRINTED - room + len(text)
            if room <= 0:
                return None
            if len(text) > room:
                msg["content"]["text"] = text[:room] + "\n[...]\n"
        return super().output(outs, msg, display_id, cell_index)


papermill_engines.register("ruralincome", _Engine)
