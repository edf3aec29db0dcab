"""The parameters that a notebook declares, and those that it is given."""

from __future__ import annotations

import ast
import difflib
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from ruralincome.series import InputError


def declared(path: Path) -> tuple[str, set[str] | None]:
    """The notebook's hash, and the names its parameters cell assigns (None: it has no such cell in Python).

    Raises InputError when the file cannot be read, is no notebook, or names no kernel that is installed.
    """
    try:
        content = path.read_bytes()
        whole = json.loads(content)
        cells, kernel = whole["cells"], whole["metadata"].get("kernelspec", {}).get("name")
        sources = ["".join(c["source"]) for c in cells if "parameters" in c.get("metadata", {}).get("tags", ())]
        body = [node for source in sources[:1] for node in ast.parse(source).body]
    except OSError as error:
        raise InputError("batch.notebook_unread", path=path, why=error.strerror) from None
    except SyntaxError:
        sources = []
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError("batch.no_notebook", path=path) from None
    if not kernel:
        raise InputError("batch.kernel_unnamed", path=path)
    if not _installed(kernel):
        raise InputError("batch.kernel_missing", path=path, kernel=kernel)
    if not sources:
        return hashlib.sha256(content).hexdigest(), None
    targets = [t for node in body for t in getattr(node, "targets", [getattr(node, "target", None)])]
    return hashlib.sha256(content).hexdigest(), {t.id for t in targets if isinstance(t, ast.Name)}


def check_given(task: str, notebook: Path, given: Iterable[str], known: set[str] | None) -> None:
    """Refuse a parameter that the notebook has not: papermill only warns, and a night is lost. Raises InputError."""
    for name in sorted(set(given) - known) if known is not None else ():
        facts = {"task": task, "notebook": notebook.name, "name": name}
        if near := difflib.get_close_matches(name, known or (), 1):
            raise InputError("batch.parameter_near", **facts, near=near[0])
        if known:
            raise InputError("batch.parameter_unknown", **facts, known=sorted(known))
        raise InputError("batch.parameter_none", **facts)


def _installed(kernel: str) -> bool:
    if kernel == "python3":
        return True
    from jupyter_client.kernelspec import KernelSpecManager  # 0.2 s, for notebooks of one's own only

    return kernel in KernelSpecManager().find_kernel_specs()
