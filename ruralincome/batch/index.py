"""The index of a batch from what lies in its folder: results, reports, what failed runs left, and the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruralincome.data.package import find_root
from ruralincome.keep import LedgerScore, score
from ruralincome.report.pages import index
from ruralincome.series import InputError

LEFT = ("report.html", "report.failed.ipynb", "log.txt")
"""Files of a job's folder that its row leads to."""


def index_page(manifest: Mapping[str, Any], output: Path) -> str:
    """The page for the batch that `manifest` records, whose reports lie under `output`."""
    folders = {folder: output / folder for folder in map(index.folder_of, index.listed(manifest))}
    kept = {
        folder: index.Kept(_result(path / "result.json"), [name for name in LEFT if (path / name).is_file()])
        for folder, path in folders.items()
    }
    return index.index_page(manifest, kept, _ledger(output))


def _result(path: Path) -> dict[str, Any]:
    """The result of a job; empty where there is none or it is of another make."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and found.keys() >= index.SHOWN else {}


def _ledger(output: Path) -> LedgerScore | InputError | None:
    """The ledger at the root, scored by the outturns.csv beside it, or what is wrong with it; None where none is."""
    try:
        root = find_root(output)
    except InputError:
        return None
    book, outturns = root / "ledger.jsonl", root / "outturns.csv"
    try:
        return score(book, outturns if outturns.exists() else None) if book.exists() else None
    except InputError as fault:
        return fault
