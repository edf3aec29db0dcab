"""What is to run, and what has not changed since it last did."""

import ast
import difflib
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import metadata
from itertools import chain, groupby, product
from operator import attrgetter
from pathlib import Path
from typing import Any

from ruralincome.batch.manifest import before
from ruralincome.data.files import no_pipe, parsed
from ruralincome.scenario.file import read_params, resolve
from ruralincome.series import InputError

KINDS = {"bool": bool, "int": int, "float": float, "str": str, "list": list, "dict": dict, "None": type(None)}
CLASS = re.compile(r'"(?:[^"\\]|\\.)+\.json"')  # the name of a class's file, as JSON
Entries = Mapping[str, Mapping[str, Any]]
FILES = {
    "xlsx": ("tables.xlsx",), "svg": ("fan.svg", "heat.svg"), "png": ("fan.png", "heat.png"),
    "pdf": ("report.pdf", "brief.pdf", "brief.html"), "docx": ("report.docx", "brief.docx"),
}  # fmt: skip
"""By kind (`run --to`), the files beside a report, the first always; one that is made anew leaves none of its last."""


@dataclass(frozen=True)
class Task:
    """One notebook over one set of parameters, in every language asked for. parameters: the raw mapping of a params
    file; the batch adds `language` and, where the notebook takes it, `since`. stage: tasks of a later stage start when
    all earlier ones have ended (compare reads their results)."""

    name: str
    notebook: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    stage: int = 0


@dataclass(frozen=True)
class Job:
    """One task in one language: what a worker gets. key: the hash of all that its report rests on."""

    scenario: str
    language: str
    notebook: Path
    parameters: Mapping[str, Any]
    folder: Path
    key: str
    stage: int = 0

    name = property(lambda job: f"{job.scenario}/{job.language}")  # in the manifest


@dataclass(frozen=True)
class Plan:
    """The jobs to run, those whose report is complete and rests on the same inputs, and kept results not readable."""

    jobs: tuple[Job, ...]
    skipped: tuple[Job, ...] = ()
    unread: tuple[InputError, ...] = ()


def tasks(files: Sequence[Path], root: Path, output: Path, notebook: Path | None, pages: bool) -> list[Task]:
    """A task for each params file, over notebooks/scenario.ipynb unless another is stated; pages: over those about all
    scenarios, too, as far as the root has them (methods: its benchmarks). Raises InputError for an unreadable file."""
    folder = root / "notebooks"
    read = {path: {"name": path.stem, **resolve(read_params(path), path)} for path in files}
    of = notebook or folder / "scenario.ipynb"
    found = [Task(p.stem, of, {k: v for k, v in stated.items() if k != "extends"}) for p, stated in read.items()]
    manifest = output.resolve() / "manifest.json"  # kernels start in the root, and read it from there if it lies below
    given = {"manifest": str(manifest.relative_to(root) if manifest.is_relative_to(root) else manifest)}
    shared = ("methods", "targets") if (root / "benchmarks/results.json").is_file() else ("targets",)  # a laid folder
    about = [*(Task(k, folder / f"{k}.ipynb") for k in shared), Task("compare", folder / "compare.ipynb", given, 1)]
    return [task for task in about if pages and task.notebook.is_file()] + found


def plan(
    tasks: Sequence[Task], languages: Sequence[str], output: Path, inputs: str, entries: Entries, day: str,
    force: bool = False, since: str | None = None,
) -> Plan:  # fmt: skip
    """Divide tasks x languages into jobs to run and jobs to skip. inputs: the `fingerprint` of data, package and
    environment. entries: the manifest's jobs. A job is skipped when its entry says ok under the same key, its files are
    there in full, and nothing of an earlier stage runs. since, day: a page says what moved its probability after the
    result kept on the day `since` or the last before it, or on the last one before `day`; only one that is stated is
    part of what a report rests on. Raises InputError for no tasks, a name used twice or by a panel, a notebook that is
    missing or has not the parameter."""
    if not tasks or not languages:
        raise InputError("batch.nothing")
    if (twice := Counter(task.name for task in tasks).most_common(1)[0])[1] > 1:
        raise InputError("batch.name_twice", times=twice[1], name=twice[0])
    if over := [task.name for task in tasks if (output / task.name / "panel.csv").is_file()]:
        raise InputError("batch.over_panel", name=over[0], folder=output / over[0])
    notebooks = {path: _read(path) for path in {task.notebook for task in tasks}}
    jobs, skipped, unread = list[Job](), list[Job](), dict[str, InputError]()
    for stage, together in groupby(sorted(tasks, key=attrgetter("stage")), attrgetter("stage")):
        earlier, waits = sorted(job.key for job in (*jobs, *skipped)), bool(jobs)
        for task, language in product(together, languages):
            digest, known = notebooks[task.notebook]
            check_given(task.name, task.notebook, task.parameters, known)
            stated, folder = {**task.parameters, "language": language}, output / task.name
            then = None
            try:
                then = before(folder, day, since) if "since" in (known or ()) else None
            except InputError as fault:
                if fault.code == "batch.since_day":
                    raise
                unread[task.name] = fault
            given = stated | {"since": then} if then else stated
            rests_on = [digest, given if since else stated, inputs, earlier]
            key = hashlib.sha256(json.dumps(rests_on, sort_keys=True, default=str).encode()).hexdigest()
            job = Job(task.name, language, task.notebook, given, folder / language, key, stage)
            whole = {"status": "ok", "key": key, "files": sizes(job.folder)}.items()
            (skipped if not (waits or force) and whole <= entries.get(job.name, {}).items() else jobs).append(job)
    if since and not any("since" in job.parameters for job in (*jobs, *skipped)):
        raise next(iter(unread.values()), InputError("batch.since_none", day=since))
    return Plan(tuple(jobs), tuple(skipped), tuple(unread.values()))


def sizes(folder: Path) -> dict[str, int]:
    """The size in bytes of each file of a report that is there."""
    paths = (folder / name for name in ("report.html", "report.ipynb", "result.json", "numbers.csv"))
    return {path.name: path.stat().st_size for path in paths if path.is_file()}


def fingerprint(root: Path, tasks: Sequence[Task] = ()) -> str:
    """Hash of what every report of the folder rests on besides its notebook and parameters: data/, the files of classes
    that the tasks name, this package's source (no name that begins with a dot), the versions of Python and packages."""
    digest, stated = hashlib.sha256(sys.version.encode()), [task.parameters for task in tasks]
    named = CLASS.findall(json.dumps([[one.get("reference"), one.get("sweep")] for one in stated], default=str))
    for name in (classes := [*dict.fromkeys(map(json.loads, named))]):  # which grow: a pool names its members
        with suppress(OSError, ValueError):
            digest.update(name.encode() + b"\0" + (content := (root / name).read_bytes()))
            classes += {*map(json.loads, CLASS.findall(content.decode()))}.difference(classes)
    for base in (root / "data", Path(__file__).parents[1]):
        for path in sorted(p for p in base.rglob("*") if p.parent.name != "__pycache__" and p.is_file()):
            name = path.relative_to(base).as_posix()
            if "/." not in f"/{name}":
                digest.update(name.encode() + b"\0" + path.read_bytes())
    digest.update(json.dumps(versions(), sort_keys=True).encode())
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Installed version of this package, of everything it depends on and of its extras where installed, by name."""
    found, names = dict[str, str](), ["ruralincome"]
    for name in names:  # which grow on the way
        with suppress(metadata.PackageNotFoundError):
            about = metadata.metadata(name)  # parsed anew at each look
            found[name] = about["Version"]
            lines = [x for x in about.get_all("Requires-Dist") or () if name == names[0] or "extra ==" not in x]
            names += {re.split(r"[^\w.-]", line, maxsplit=1)[0].lower() for line in lines}.difference(names)
    return found


def declared(cells: Iterable[Any]) -> dict[str, list[str]] | None:
    """The names that a notebook's cell of parameters assigns, and the types that each may be; None where unknown."""
    tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", ())]
    try:
        body = [ast.parse("".join(cell["source"])).body for cell in tagged[:1]]
    except SyntaxError:
        return None
    found = dict[str, list[str]]()
    for node in chain(*body):
        told = set[str]()
        if isinstance(node, ast.AnnAssign):
            notation = ast.unparse(node.annotation).replace("Optional[", "None | ")
            told = {*re.sub(r"\[.*?\]|\]", "", notation).split(" | ")}
            told |= {"None"} if getattr(node.value, "value", 0) is None else set()  # the default is of the type
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            with suppress(ValueError):  # worked out
                told = {kind(ast.literal_eval(node.value))} - {"None"}
        told |= {"int"} if "float" in told else set()
        for target in filter(None, getattr(node, "targets", [getattr(node, "target", None)])):
            names = [name.id for name in ast.walk(target) if isinstance(name, ast.Name)]
            found |= dict.fromkeys(names, sorted(told) if told <= KINDS.keys() else [])
    return found


def kind(value: object) -> str:
    """The type of a parameter by the name that a notebook gives it."""
    return next((name for name, known in KINDS.items() if isinstance(value, known)), type(value).__name__)


def _read(path: Path) -> tuple[str, Mapping[str, Any] | None]:
    """The notebook's hash, and what it declares. Raises InputError for what is no notebook, or has no kernel here."""
    no_pipe(path)
    try:
        whole = parsed(content := path.read_bytes())
        known, kernel = declared(whole["cells"]), whole["metadata"].get("kernelspec", {}).get("name")
    except OSError as error:
        raise InputError("batch.notebook_unread", path=path, why=error.strerror) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError("batch.no_notebook", path=path) from None
    if not kernel:
        raise InputError("batch.kernel_unnamed", path=path)
    if kernel != "python3":
        from jupyter_client.kernelspec import KernelSpecManager  # 0.2 s, for notebooks of one's own only

        if kernel not in KernelSpecManager().find_kernel_specs():
            raise InputError("batch.kernel_missing", path=path, kernel=kernel)
    return hashlib.sha256(content).hexdigest(), known


def check_given(task: str, notebook: Path, given: Iterable[str], known: Mapping[str, Any] | None) -> None:
    """Refuse a parameter that the notebook has not: papermill only warns, and a night is lost. Raises InputError."""
    for name in sorted(set(given) - known.keys()) if known is not None else ():
        near = difflib.get_close_matches(name, known or (), 1)
        code = "near" if near else "unknown" if known else "none"
        facts = {"task": task, "notebook": notebook.name, "name": name, "near": "".join(near)}
        raise InputError(f"batch.parameter_{code}", **facts, known=sorted(known or ()))
