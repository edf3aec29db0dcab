"""Commands that answer scenarios: check, assess, run."""

from __future__ import annotations

import json
import math
import shlex
import subprocess
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from ruralincome.cli.options import LanguageOption, LanguagesOption, known, rule
from ruralincome.cli.terminal import complain, tell
from ruralincome.series import Faults, InputError


def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Params files; all of params/ unless named.")] = None,
) -> None:
    """Validate params files, and list every fault of all of them at once."""
    from ruralincome.data.package import find_root
    from ruralincome.scenario.check import check as faults_of

    paths = _params(files)
    if faults := faults_of(paths, find_root()):
        raise Faults(faults)
    tell("cli.check.one" if len(paths) == 1 else "cli.check.many", files=str(len(paths)))


def assess(
    file: Annotated[Path | None, typer.Argument(help="A params file; the article's case unless named.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    language: LanguageOption = "vi",
) -> None:
    """Answer one scenario in the terminal."""
    from ruralincome.data.package import find_root
    from ruralincome.scenario.answer import answer
    from ruralincome.scenario.check import check as faults_of
    from ruralincome.scenario.file import Scenario, read_scenario
    from ruralincome.scenario.result import result

    known(language)
    if file and (faults := faults_of([file], find_root())):
        raise Faults(faults)
    found = answer(read_scenario(file) if file else Scenario(), file.stem if file else "baseline")
    if as_json:
        print(json.dumps(result(found), ensure_ascii=False, indent=2))
        return
    from ruralincome.report.answer import sections

    needs = partial(sections.key_numbers, pictures=False)  # which would load a plotting library
    for section in (sections.verdict, needs, sections.rules_panel, sections.models_table):
        print(section(found, language).text, end="\n\n")


def run(
    files: Annotated[list[Path] | None, typer.Argument(help="Params files; all of params/ unless named.")] = None,
    output: Annotated[Path | None, typer.Option(help="Where the reports go; reports/ of the root.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Notebooks at a time; the cores unless stated.")] = None,
    language: LanguagesOption = None,
    force: Annotated[bool, typer.Option("--force", help="Run what has not changed, too.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan and stop.")] = False,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds a notebook may take.")] = 600.0,
    retries: Annotated[int, typer.Option(min=0, help="Further attempts for a notebook that failed.")] = 0,
    cluster: Annotated[str | None, typer.Option(help="Address of a dask scheduler to run on.")] = None,
    on_failure: Annotated[str | None, typer.Option(help="Command called with the manifest unless all is well.")] = None,
    notebook: Annotated[Path | None, typer.Option(help="Your own notebook, over the same params files.")] = None,
) -> int:
    """Run every scenario in both languages to HTML reports, an index and a manifest."""
    from ruralincome.data.package import find_root

    status = 1
    try:
        output = output or find_root() / "reports"
        languages = list(dict.fromkeys(language or ("vi", "en")))
        options = {"jobs": jobs, "timeout": timeout, "retries": retries, "force": force}
        status = _run(files, output, languages, notebook, cluster, dry_run, options)
    except InputError as fault:
        if output and not dry_run:
            _refused(output, fault)
        raise
    finally:  # also of a run that was refused or interrupted: nobody looks at night
        if status and on_failure and not dry_run:
            _tell(on_failure, (output or Path("reports")).absolute() / "manifest.json")
    return status


def panel(
    file: Annotated[Path, typer.Argument(help="A CSV with the columns place, year, value.")],
    target: Annotated[str | None, typer.Option(help="VALUE@YEAR, where a place states none of its own.")] = None,
    scenario: Annotated[list[Path] | None, typer.Option(help="Params files: what is asked of each place.")] = None,
    output: Annotated[Path | None, typer.Option(help="Where the results go; reports/ of the root.")] = None,
    standard: Annotated[str, typer.Option(help="A standard's name or file: the lines that places are held to.")] = "",
    by: Annotated[int | None, typer.Option(help="Year of the standard's lines; its last unless stated.")] = None,
    redrawn: Annotated[str, typer.Option(help="Rule for places that were redrawn: refuse, old, rebuild, break.")] = "",
    table: Annotated[Path | None, typer.Option(help="Folder of a country's places.csv and links.csv.")] = None,
    cluster: Annotated[str | None, typer.Option(help="Address of a dask scheduler to run on.")] = None,
    language: LanguagesOption = None,
) -> int:
    """Assess every place of a table at once: one row a place, and a page in each language."""
    from ruralincome.cli.panel import run_panel
    from ruralincome.panel.ready import Order

    languages = list(dict.fromkeys(language or ("vi", "en")))
    known(*languages)
    order = Order(rule(redrawn) if redrawn else None, table, standard, by)
    return run_panel(file, target, scenario or (), output, cluster, languages, order)


def _run(
    files: list[Path] | None,
    output: Path,
    languages: list[str],
    notebook: Path | None,
    cluster: str | None,
    dry_run: bool,
    options: dict[str, Any],
) -> int:
    """`run` without what becomes of its status; options: those that `batch.run` takes as they are."""
    from ruralincome import batch
    from ruralincome.batch.cluster import cluster as workers
    from ruralincome.cli import console
    from ruralincome.data.package import find_root
    from ruralincome.scenario.check import check as faults_of
    from ruralincome.scenario.file import read_params, resolve

    root = find_root()
    known(*languages)
    if not math.isfinite(options["timeout"]):
        raise InputError("cli.timeout", timeout=options["timeout"])
    paths = _params(files)
    if faults := faults_of(paths, root):
        raise Faults(faults)
    folder = root / "notebooks"
    scenario = notebook or folder / "scenario.ipynb"
    tasks = []
    for path in paths:
        stated = {"name": path.stem, **resolve(read_params(path), path)}
        stated.pop("extends", None)
        tasks.append(batch.Task(path.stem, scenario, stated))
    if not files and notebook is None:  # the whole batch: the pages about all scenarios, compare last
        for name, stage in (("methods", 0), ("targets", 0), ("compare", 1)):
            if (page := folder / f"{name}.ipynb").is_file():
                tasks.append(batch.Task(name, page, {"manifest": _manifest(output, root)} if stage else {}, stage))
    if dry_run:
        console.show(batch.preview(tasks, languages, output, root, options["force"]))
        return 0
    pool = partial(workers, cluster) if cluster else None
    if pool:
        with pool():
            pass  # one that does not answer is told before the manifest notes a run
    summary = batch.run(tasks, languages, output, root, pool=pool, progress=console.progress, **options)
    if not _index(summary.manifest):
        summary = replace(summary, status=summary.status or 1)
    console.summarise(summary)
    return summary.status


def _refused(output: Path, fault: InputError) -> None:
    """Note a run that was refused in the manifest and on the index, where there are reports and no run holds them."""
    from ruralincome.batch.manifest import Manifest
    from ruralincome.data.files import hold

    if output.is_dir():
        with suppress(InputError), hold(output):
            manifest = Manifest(output)
            manifest.refuse(fault)
            if not manifest.trouble:
                _index(manifest.path)


def _tell(command: str, manifest: Path) -> None:
    """Call --on-failure's command with the manifest's path."""
    try:
        subprocess.run([*shlex.split(command), str(manifest)], check=False)
    except (OSError, ValueError) as error:
        complain(InputError("cli.on_failure", command=command, why=str(error)))


def _index(manifest: Path) -> bool:
    """Write index.html beside the manifest; a full disk is told, and returned as False."""
    from ruralincome.batch.index import index_page
    from ruralincome.batch.manifest import Manifest
    from ruralincome.data.files import write_all

    output = manifest.parent
    try:
        write_all({output / "index.html": index_page(Manifest(output).content, output).encode()})
    except InputError as fault:
        complain(fault)
        return False
    return True


def _manifest(output: Path, root: Path) -> str:
    """The manifest's path as a notebook is given it: from the root where it lies below, as kernels start there."""
    path = output.resolve() / "manifest.json"
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _params(files: list[Path] | None) -> list[Path]:
    """The params files named, or all of the root's params/."""
    if files:
        return files
    from ruralincome.data.package import find_root

    found = sorted((find_root() / "params").glob("*.yaml"))
    if not found:
        raise InputError("cli.no_params")
    return found
