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
        raise InputError(f"{path}: the notebook cannot be read ({error.strerror}); name another") from None
    except SyntaxError:
        sources = []
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{path}: not a Jupyter notebook; name a file that JupyterLab opens") from None
    if fault := _kernel_fault(kernel):
        raise InputError(f"{path}: the notebook {fault}; open it in JupyterLab, choose Python 3 and save it")
    if not sources:
        return hashlib.sha256(content).hexdigest(), None
    targets = [t for node in body for t in getattr(node, "targets", [getattr(node, "target", None)])]
    return hashlib.sha256(content).hexdigest(), {t.id for t in targets if isinstance(t, ast.Name)}


def check_given(task: str, notebook: Path, given: Iterable[str], known: set[str] | None) -> None:
    """Refuse a parameter that the notebook has not: papermill only warns, and a night is lost. Raises InputError."""
    for name in () if known is None else sorted(set(given) - known):
        near = difflib.get_close_matches(name, known or (), 1)
        remedy = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(sorted(known or ())) or 'none'}"
        raise InputError(f"{task}: {notebook.name} has no parameter {name!r}: {remedy}")


def _kernel_fault(name: str | None) -> str:
    """What is wrong with a notebook's kernel; empty for one that is installed."""
    if not name:
        return "names no kernel"
    if name == "python3":
        return ""
    from jupyter_client.kernelspec import KernelSpecManager

    return (
        "" if name in KernelSpecManager().find_kernel_specs() else f"wants the kernel '{name}', which is not installed"
    )
