"""What the folders of a batch hold of each scenario, for the index and for the page that compares them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruralincome.batch.manifest import read
from ruralincome.data.files import parsed
from ruralincome.data.package import find_root, read_resource
from ruralincome.keep import LedgerScore, score
from ruralincome.report.pages import index
from ruralincome.series import InputError

LEFT = ("report.html", "report.failed.ipynb", "log.txt")
"""Files of a job's folder that its row of the index leads to."""
OURS = {"series", "observations", "target", "path", "models", "rules", "provenance"}
"""Keys by which a result is known as a scenario's, and not one of a notebook of somebody's own."""


def read_results(manifest: str | Path, language: str) -> tuple[Mapping[str, Any], ...]:
    """What result.json holds of every scenario of one language, and `name`, `series_title` and `place` in words.

    manifest: path of manifest.json, from the root unless absolute. A result without a version is one of 0.1, and has
    the same keys. Raises InputError where the manifest cannot be read or holds no result.
    """
    found = []
    for name, file in sorted(_files(manifest, language, "ok").items()):
        content = _result(file)
        if content.keys() >= OURS:
            series = read_resource(content["series"], find_root())
            words = {"series_title": series.words("titles"), "place": series.words("place")}
            found.append({**content, "name": name, **words})
    if not found:
        raise InputError("batch.no_results", name=Path(manifest).name, language=language)
    return tuple(found)


def failed(manifest: str | Path, language: str) -> tuple[str, ...]:
    """Scenarios of the batch that gave no result in this language, by name."""
    return tuple(sorted(_files(manifest, language, "failed")))


def index_page(manifest: Mapping[str, Any], output: Path) -> str:
    """The page for the batch that `manifest` records, from what lies under `output`, and the ledger of the root."""
    folders = {folder: output / folder for folder in map(index.folder_of, index.listed(manifest))}
    kept = {
        folder: index.Kept(_result(path / "result.json"), [name for name in LEFT if (path / name).is_file()])
        for folder, path in folders.items()
    }
    return index.index_page(manifest, kept, _ledger(output))


def _files(manifest: str | Path, language: str, status: str) -> dict[str, Path]:
    """Where the result of each scenario of that language and status lies, if it has one."""
    path = Path(manifest) if Path(manifest).is_absolute() else find_root() / manifest
    try:
        jobs = [(*name.rsplit("/", 1), job.get("status")) for name, job in read(path)["jobs"].items()]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as fault:
        raise InputError("batch.no_manifest", name=path.name, reason=str(fault)) from None
    return {name: path.parent / name / language / "result.json" for name, *of in jobs if of == [language, status]}


def _result(path: Path) -> dict[str, Any]:
    """The result of a job; empty where there is none or it is of another make."""
    try:
        found = parsed(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


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
