"""Run one notebook through papermill, and write its report. Only workers import this, as papermill is slow to."""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import papermill
from nbformat import v4
from traitlets.config import Config

from ruralincome.batch.kernels import QuickClient, limit
from ruralincome.batch.manifest import Manifest
from ruralincome.batch.plan import Job
from ruralincome.batch.scratch import one_line, short_folder
from ruralincome.data.files import json_text, write_all
from ruralincome.report.blocks import displayed
from ruralincome.report.pages.html import render
from ruralincome.series import InputError

logging.getLogger("papermill").setLevel(logging.ERROR)  # a notebook of one's own need not have every parameter


def run_notebook(job: Job, root: Path, timeout: float) -> tuple[str, str]:
    """Execute a job's notebook in a fresh kernel and write report.ipynb, report.html and result.json.

    Returns why it failed, as a code (error, timeout, memory, died, output) and in one line; both are empty when it
    did not. What ran of one that failed is report.failed.ipynb, and an earlier complete report stays.
    """
    begun, late = list[Any](), threading.Event()
    try:
        notebook = _execute(job, root, begun, timeout, late)
        title = job.parameters.get("title")
        stated = title.get(job.language) if isinstance(title, Mapping) else None
        html = render(notebook, job.language, str(stated or job.scenario))
        files = {"report.ipynb": v4.writes(notebook).encode(), "report.html": html.encode()}
        _write(job, {**files, "result.json": json_text(result) if (result := displayed(notebook)) else None})
    except Exception as error:
        reason, message = _why(error, timeout, late.is_set())
        with contextlib.suppress(InputError):  # a full disk is no reason to forget the first one
            for notebook in begun if reason != "output" else ():
                _write(job, {"report.failed.ipynb": v4.writes(notebook).encode()})
        return reason, one_line(message)
    return "", ""


def _write(job: Job, files: Mapping[str, bytes | None]) -> None:
    """Write files of a job, unless a later run wants another report: a cluster's worker may outlive its run."""
    entries = Manifest(job.folder.parents[job.name.count("/")]).jobs
    if entries.get(job.name, {}).get("key", job.key) != job.key:
        raise InputError("a later run has asked for another report, which stays")
    write_all({job.folder / name: content for name, content in files.items()}, f".{os.getpid()}")


def _execute(job: Job, root: Path, begun: list[Any], timeout: float, late: threading.Event) -> Any:
    """The executed notebook; `begun` gets it before its first cell, as what is left when this raises."""
    with tempfile.TemporaryDirectory(prefix="k-", dir=short_folder(75)) as private, limit(timeout, Path(private), late):
        manager = {
            "transport": "ipc" if os.name == "posix" else "tcp",
            "connection_file": f"{private}/kernel.json",  # its sockets stand beside it
            "client_class": f"{QuickClient.__module__}.QuickClient",
        }
        notebook = papermill.execute_notebook(
            str(job.notebook),
            None,  # papermill saves after each cell; we once, at the end
            dict(job.parameters),
            progress_bar=False,
            config=Config({"KernelManager": manager}),
            resources={"metadata": {"path": str(root)}},
            iopub_timeout=60,
            on_notebook_start=lambda notebook: begun.append(notebook),
        )
    for number, cell in enumerate(notebook["cells"]):
        if any(output.get("ename") == "SystemExit" for output in cell.get("outputs", ())):
            # papermill takes exit(0) for an end that went well, but what follows was not run as it stands
            count = cell.get("execution_count") or number
            raise papermill.PapermillExecutionError(number, count, "", "SystemExit", "it ends the notebook", [])
    return notebook


def _why(error: Exception, timeout: float, late: bool) -> tuple[str, str]:
    """What an error means: a code, and words."""
    kind = type(error).__name__
    if isinstance(error, InputError):
        return "output", str(error).partition(";")[0]
    if isinstance(error, papermill.PapermillExecutionError):
        memory = error.ename.endswith("MemoryError")  # numpy has its own
        words = f"cell {error.exec_count}: {'MemoryError' if memory else error.ename}: {error.evalue}"
        return "memory" if memory else "error", words
    if late:
        return "timeout", f"not done after {timeout:g} s"
    if kind in ("DeadKernelError", "RuntimeError"):
        return "died", f"the kernel ended: {error}"
    return "error", f"{kind}: {error}"
