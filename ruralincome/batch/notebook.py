"""Run one notebook through papermill, in a worker process, and write its report.

Only workers import this module, as it imports papermill and nbconvert.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruralincome.batch.manifest import write
from ruralincome.batch.plan import Job

# jsonschema builds Earley grammars for IRI checks at import, 0.8 s of every papermill start; no notebook needs them.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
import papermill  # noqa: E402
from nbformat import v4  # noqa: E402
from papermill.clientwrap import PapermillNotebookClient  # noqa: E402
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines  # noqa: E402
from traitlets.config import Config  # noqa: E402

if sys.modules["rfc3987_syntax"] is None:
    del sys.modules["rfc3987_syntax"]

Render = Callable[..., str]
VENDOR = "application/vnd.ruralincome.result+json"
CELL_OUTPUT = 1_000_000  # characters of printed text kept for a cell
IPC = Config({"KernelManager": {"transport": "ipc" if os.name == "posix" else "tcp"}})


class Failure(Exception):
    """Why an attempt failed: reason is a code (error, timeout, memory, died, output), message one line."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def run_notebook(job: Job, root: Path, scratch: Path, timeout: float, memory: int, render: Render) -> None:
    """Execute a job's notebook in a fresh kernel and write report.ipynb, report.html and result.json.

    root: the kernel's working directory; scratch: where its sockets are, private to us; timeout: seconds for the whole
    notebook; memory: bytes a kernel may hold.
    render(notebook, language, title) -> HTML. Raises Failure; what ran of the notebook is then report.failed.ipynb,
    and an earlier complete report stays as it was.
    """
    try:
        job.folder.mkdir(parents=True, exist_ok=True)
        scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=scratch) as private:
            run = _Run(Path(private), timeout, memory)
            _report(job, root, run, render)
    except OSError as error:
        raise Failure("output", f"{job.folder}: cannot be written ({error.strerror})") from error


def find_result(notebook: Mapping[str, Any]) -> dict[str, Any] | None:
    """The assessment that an executed notebook displays as JSON, the last one; None if it shows none."""
    for vendor in (True, False):
        for cell in reversed(notebook["cells"]):
            for output in reversed(cell.get("outputs", ())):
                data = output.get("data", {})
                found = data.get(VENDOR if vendor else "application/json")
                if isinstance(found, dict) and (vendor or {"scenario", "probability"} & found.keys()):
                    return dict(found)
    return None


@dataclass
class _Run:
    """What the engine leaves behind when it raises, and the clock that ends a notebook."""

    scratch: Path
    timeout: float
    memory: int
    notebook: Any = None
    client: Any = None
    late: bool = False

    def expire(self) -> None:
        """End the kernel; papermill then finds it dead. Works on a cell that holds the interpreter, too."""
        self.late = True
        manager = getattr(self.client, "km", None)
        pid = getattr(getattr(manager, "provisioner", None), "pid", None)
        if pid:
            _kill_group(pid)

    def failure(self, error: Exception) -> Failure:
        kind = type(error).__name__
        if self.late or kind == "CellTimeoutError":
            return Failure("timeout", f"not done after {self.timeout:g} s")
        if isinstance(error, papermill.PapermillExecutionError):
            words = f"cell {error.exec_count}: {error.ename}: {error.evalue}"
            return Failure("memory" if error.ename == "MemoryError" else "error", _line(words))
        if kind in ("DeadKernelError", "RuntimeError"):
            return Failure("died", _line(f"the kernel ended: {error}"))
        return Failure("error", _line(f"{kind}: {error}"))


class _Engine(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine, without a save of the whole notebook after each cell."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, run: _Run, root: Path, **_: Any) -> Any:
        run.notebook = nb
        manager = NotebookExecutionManager(nb, progress_bar=False)
        manager.notebook_start()
        try:
            run.client = _Client(
                manager,
                run=run,
                kernel_name=kernel_name,
                resources={"metadata": {"path": str(root)}},
                startup_timeout=60,
                iopub_timeout=60,
                config=IPC,
            )
            run.client.execute()
        finally:
            manager.notebook_complete()
        return manager.nb


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client; text beyond CELL_OUTPUT is dropped, so that no cell fills the memory or the disk."""

    def __init__(self, manager: Any, run: _Run, **options: Any) -> None:
        super().__init__(manager, **options)
        self.run = run
        self.kept: dict[int, int] = {}

    def create_kernel_manager(self) -> Any:
        manager = super().create_kernel_manager()
        # beside it stand the sockets; by default their path is relative to two different working directories
        manager.connection_file = str(self.run.scratch / "kernel.json")
        return manager

    def output(self, outs: Any, msg: Any, display_id: Any, cell_index: int) -> Any:
        if msg["msg_type"] == "stream":
            before = self.kept.get(cell_index, 0)
            text = msg["content"]["text"]
            self.kept[cell_index] = before + len(text)
            if before >= CELL_OUTPUT:
                return None
            if before + len(text) > CELL_OUTPUT:
                msg["content"]["text"] = text[: CELL_OUTPUT - before] + "\n[...]\n"
        return super().output(outs, msg, display_id, cell_index)


papermill_engines.register("ruralincome", _Engine)


def _report(job: Job, root: Path, run: _Run, render: Render) -> None:
    try:
        notebook = _execute(job, root, run)
    except Exception as error:
        if run.notebook is not None:
            write(job.folder / "report.failed.ipynb", v4.writes(run.notebook))
        raise run.failure(error) from error
    html = render(notebook, job.language, _title(job))
    result = find_result(notebook)
    write(job.folder / "report.ipynb", v4.writes(notebook))
    write(job.folder / "report.html", html)
    if result is not None:
        write(job.folder / "result.json", json.dumps(result, ensure_ascii=False, indent=1))
    else:
        (job.folder / "result.json").unlink(missing_ok=True)


def _execute(job: Job, root: Path, run: _Run) -> Any:
    clock = threading.Timer(run.timeout, run.expire)
    clock.daemon = True
    clock.start()
    try:
        return papermill.execute_notebook(
            str(job.notebook),
            None,
            parameters=dict(job.parameters),
            engine_name="ruralincome",
            progress_bar=False,
            run=run,
            root=root,
        )
    finally:
        clock.cancel()


def _title(job: Job) -> str:
    title = job.parameters.get("title")
    stated = title.get(job.language) if isinstance(title, Mapping) else None
    return str(stated or job.scenario)


def _line(text: str) -> str:
    return " ".join(text.split())[:300]


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except OSError:
        return
