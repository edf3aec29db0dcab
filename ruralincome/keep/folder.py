"""A working folder: notebooks, figures and params laid out from what the package ships, and brought up to date."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ruralincome.data.files import json_text, write_all
from ruralincome.data.package import package_content, resource_names, written
from ruralincome.scenario.file import schema
from ruralincome.series import InputError
from ruralincome.series.prices import DEFLATOR

WITHIN = Path(__file__).parent / "starter"
SHIPPED = WITHIN if WITHIN.is_dir() else Path(__file__).parents[2]
"""What ships: within the installed package, or at the top of a clone."""
NATIONAL = (DEFLATOR, "vietnam_gdp_growth", "vietnam_rural_income")
ARTICLE, CLONE = "targets.ipynb", "methods.ipynb"  # of the article's case only; of benchmarks, which no package holds
TOOLS = {
    "Makefile": "run:\n\truralincome run\n",
    ".gitignore": "reports/\n.ipynb_checkpoints/\n",
    ".gitattributes": "# Hashes are of bytes: no checkout may change line ends.\n* text=auto eol=lf\n",
}
MARK = ".shipped.json"
"""In notebooks/: the hash of each notebook's cells as it was laid, by which a changed one is known."""


@dataclass(frozen=True)
class Laid:
    """What was written to a folder, and what was there already and stays as its user has it."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def init(folder: Path, empty: bool = False) -> Laid:
    """Lay out a working folder: notebooks/, params/, data/, a Makefile, .gitignore and .gitattributes.

    empty: without the article's series and scenarios; the national series that prices and paces are read from stay.
    A file that is there already is kept. Raises InputError where the folder is a project, or cannot be written."""
    if (folder / "data" / "datapackage.json").is_file():
        raise InputError("keep.folder_there", folder=folder)
    return _lay(folder, starter(folder, empty))


def update(folder: Path) -> Laid:
    """Bring the notebooks and the schema of a working folder to those of this version, and lay those it never had.

    A notebook whose cells are not as they were laid is its user's, and is kept; outputs do not count. One that was
    laid and taken away stays away. Raises InputError where the folder is no project, or cannot be written."""
    if not (folder / "data" / "datapackage.json").is_file():
        raise InputError("keep.folder_none", folder=folder)
    notebooks, laid = folder / "notebooks", dict[str, str]()
    with suppress(OSError, ValueError, TypeError):  # no mark, as of older versions: what differs counts as changed
        laid = dict(json.loads((notebooks / MARK).read_text(encoding="utf-8")))
    own = starter(folder, empty="binh_thuan_rural_income" not in resource_names(folder))
    ours = {path: content for path, content in starter(folder).items() if path.suffix == ".ipynb"}
    ours = {p: content for p, content in ours.items() if p.is_file() or (p in own and p.name not in laid)}
    found = {path: cells(path.read_bytes()) if path.is_file() else None for path in ours}
    changed = tuple(p for p in ours if found[p] not in (None, laid.get(p.name), cells(ours[p])))
    writes = {path: content for path, content in ours.items() if found[path] != cells(content) and path not in changed}
    marks = laid | {path.name: cells(content) for path, content in ours.items() if path not in changed}
    writes |= {notebooks / MARK: json_text(marks), folder / "params" / "schema.json": schema().encode()}
    stale = {path: content for path, content in writes.items() if not path.is_file() or path.read_bytes() != content}
    return _lay(folder, stale, changed)


def starter(folder: Path, empty: bool = False) -> dict[Path, bytes]:
    """The files of a new working folder, by the path they get. Raises InputError where the package lacks them."""
    if not (SHIPPED / "data" / "datapackage.json").is_file():
        raise InputError("keep.nothing_ships", folder=SHIPPED)
    resources = [it for it in package_content(SHIPPED)["resources"] if not empty or it["name"] in NATIONAL]
    out = {CLONE, ARTICLE if empty else CLONE}
    notebooks = [p for p in sorted((SHIPPED / "notebooks").glob("*.ipynb")) if p.name not in out]
    params = [] if empty else sorted((SHIPPED / "params").glob("*.yaml"))
    tables = [SHIPPED / "data" / entry["path"] for entry in resources]
    found = {folder / path.relative_to(SHIPPED): path.read_bytes() for path in (*notebooks, *params, *tables)}
    marks = {path.name: cells(path.read_bytes()) for path in notebooks}
    found |= {folder / name: content.encode() for name, content in TOOLS.items()}
    found |= {folder / "notebooks" / MARK: json_text(marks), folder / "params" / "schema.json": schema().encode()}
    package = json_text(package_content(folder / "nowhere") | {"resources": resources})
    return {**found, folder / "data" / "datapackage.json": package}


def cells(notebook: bytes) -> str:
    """The hash of a notebook's cells: their kind, tags and source, without what running them adds."""
    try:
        found = json.loads(notebook)["cells"]
        parts = [[c["cell_type"], c.get("metadata", {}).get("tags", []), "".join(c["source"])] for c in found]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""  # no notebook any more, so not as it was laid
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _lay(folder: Path, files: Mapping[Path, bytes], kept: tuple[Path, ...] | None = None) -> Laid:
    """Write files; where nothing is said of what is kept, all that are there by then."""
    if folder.exists() and not folder.is_dir():
        raise InputError("keep.folder_file", folder=folder)
    with written(folder):
        there = tuple(path for path in files if path.exists()) if kept is None else kept
        writes = {path: content for path, content in files.items() if path not in there}
        write_all(writes)
    return Laid(tuple(writes), there)
