"""Run one notebook through papermill, and write its report. Only workers import this, as papermill is slow to."""

import base64
import logging
import mimetypes
import os
import re
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import papermill
from nbformat import v4
from papermill.iorw import write_ipynb
from traitlets.config import Config

from ruralincome.batch.kernels import QuickClient, limit
from ruralincome.batch.manifest import one_line, wanted
from ruralincome.batch.plan import Job
from ruralincome.batch.results import kept_beside
from ruralincome.batch.workers import short_folder
from ruralincome.data.files import SHARED, json_text, write_all
from ruralincome.report.blocks import displayed
from ruralincome.report.pages.html import render
from ruralincome.series import InputError
from ruralincome.series.faults import from_json

PICTURE = re.compile(r"!\[[^\]]*\]\(<?(?!\w[\w+.-]*:|[/#])([^)>\"]+?)>?(?:\s+\"[^\"]*\")?\)")
"""A picture in Markdown that lies beside the notebook."""
logging.getLogger("papermill").setLevel(logging.ERROR)  # a notebook of one's own need not have every parameter
papermill.execute.write_ipynb = lambda nb, path: None if path is None else write_ipynb(nb, path)  # JSON for no file


def run_notebook(job: Job, root: Path, timeout: float) -> InputError | None:
    """Execute a job's notebook in a fresh kernel and write report.ipynb, report.html and result.json. Returns why it
    failed, or None; what ran of one that failed is report.failed.ipynb, and an earlier complete report stays."""
    begun, told, late = list[Any](), list[Any](), threading.Event()
    ways = (job.notebook.parent.absolute(), root, job.folder.parents[job.name.count("/")])  # which no output names
    folders = tuple(Path(form(str(way))) for way in ways for form in (str, quote))
    try:
        text = _portable(_execute(job, root, timeout, begun, told, late), folders)
        notebook, title = v4.reads(text), job.parameters.get("title")
        stated = title.get(job.language) if isinstance(title, Mapping) else None
        html = render(notebook, job.language, str(stated or job.scenario))
        files = {"report.ipynb": text.encode(), "report.html": html.encode()}
        result = displayed(notebook)
        _write(job, {**files, "result.json": json_text(result) if result else None, **kept_beside(result)})
    except InputError as fault:
        return fault
    except Exception as error:
        with suppress(InputError):  # a full disk is no reason to forget the first one
            for notebook in begun:
                _write(job, {"report.failed.ipynb": _portable(notebook, folders).encode()})
        return _why(error, told, folders, timeout if late.is_set() else None)
    return None


def _write(job: Job, files: Mapping[str, bytes | None]) -> None:
    """Write files of a job, unless a later run wants another report: a cluster's worker may outlive its run."""
    if wanted(job.folder.parents[job.name.count("/")], job.name) not in (job.key, None):
        raise InputError("batch.superseded")
    write_all({job.folder / name: content for name, content in files.items()}, f".job{os.getpid()}")


def _execute(job: Job, root: Path, timeout: float, begun: list[Any], told: list[Any], late: threading.Event) -> Any:
    """The executed notebook. What is left when this raises: the notebook begun, and what the kernel told of a fault."""
    if SHARED in os.environ:  # a run's worker: what languages of this task find is for no other
        os.environ[SHARED] = f"{Path(os.environ[SHARED]).parent}/{quote(job.scenario, safe='')}"
    with tempfile.TemporaryDirectory(prefix="k-", dir=short_folder(75)) as folder, limit(timeout, Path(folder), late):
        manager = {"client_class": f"{QuickClient.__module__}.QuickClient", "connection_file": f"{folder}/kernel.json"}
        manager["transport"] = "ipc" if os.name == "posix" else "tcp"  # by sockets that stand beside that file
        notebook = papermill.execute_notebook(  # None: it saves after each cell; we once, at the end
            str(job.notebook), None, dict(job.parameters), progress_bar=False, iopub_timeout=60,
            config=Config({"KernelManager": manager}), resources={"metadata": {"path": str(root)}},
            on_notebook_start=lambda notebook: begun.append(notebook),
            on_cell_error=lambda execute_reply, **_: told.append(execute_reply["content"].get("fault")),
        )  # fmt: skip
    for at, cell in enumerate(notebook["cells"]):
        if any(output.get("ename") == "SystemExit" for output in cell.get("outputs", ())):
            # papermill takes exit(0) for an end that went well, but what follows was not run as it stands
            raise papermill.PapermillExecutionError(at, cell.get("execution_count") or at, "", "SystemExit", "", [])
    return notebook


def _portable(notebook: Any, folders: Sequence[Path]) -> str:
    """The notebook as a file, with the pictures beside it within, and without the ways to folders of this machine."""
    for cell in notebook["cells"]:
        for name in map(unquote, PICTURE.findall(cell["source"] if cell["cell_type"] == "markdown" else "")):
            kind, path = mimetypes.guess_type(name)[0] or "", folders[0] / name
            if kind.startswith("image/") and path.is_file():
                picture = {kind: base64.b64encode(path.read_bytes()).decode()}
                cell["attachments"] = {**cell.get("attachments", {}), name: picture}
    notebook.metadata.get("papermill", {}).update(input_path=None, output_path=None)
    return _nameless(v4.writes(notebook), folders)


def _nameless(text: str, folders: Sequence[Path]) -> str:
    """A text without the ways to the folders, to those of Python, and to one's home."""
    for way, word in (*((way, "") for way in (*folders, Path(sys.prefix), Path(sys.base_prefix))), (Path.home(), "~/")):
        text = text.replace(f"{way}/", word) if len(way.parts) > 1 else text
        text = re.sub(rf"{re.escape(str(way))}(?![\w.-])", ".", text) if way in folders and way.parts[1:] else text
    return text


def _why(error: Exception, told: Sequence[Any], folders: Sequence[Path], over: float | None) -> InputError:
    """What an error means: a code, and facts. over: the seconds after which the kernel was ended, if it was."""
    kind, detail = type(error).__name__, one_line(_nameless(str(error), folders))
    if isinstance(error, papermill.PapermillExecutionError):
        if error.ename.endswith("MemoryError"):  # numpy has its own
            return InputError("batch.memory", cell=error.exec_count)
        if error.ename == "SystemExit":
            return InputError("batch.left", cell=error.exec_count)
        with suppress(KeyError, TypeError, AttributeError):  # of no kernel with this package
            return InputError("batch.cell_refused", cell=error.exec_count, fault=from_json(told[-1]))
        detail = one_line(_nameless(error.evalue, folders))
        return InputError("batch.cell", cell=error.exec_count, kind=one_line(error.ename), detail=detail)
    if over is not None:
        return InputError("batch.timeout", seconds=over)
    if kind in ("DeadKernelError", "RuntimeError"):
        return InputError("batch.died", detail=detail)
    return InputError("batch.unexpected", kind=kind, detail=detail)
