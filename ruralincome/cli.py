"""The command `ruralincome`. Heavy imports stand inside the commands, so that --help and check start at once.

Exit status: 0 all well; 1 a scenario failed; 2 the input is wrong and nothing ran; 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from ruralincome.series import InputError

app = typer.Typer(
    help="Is an official target reachable, how sure are we, and what would it take?",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
LanguageOption = Annotated[str, typer.Option("--language", help="vi or en.")]


def main() -> None:
    """Run the command; a wrong input is one line on stderr for each fault, without a traceback."""
    debug = "--debug" in sys.argv
    arguments = [a for a in sys.argv[1:] if a != "--debug"]
    try:
        status = app(arguments, standalone_mode=False, prog_name="ruralincome")
    except InputError as fault:
        if debug:
            raise
        for line in str(fault).splitlines():
            print(f"error: {line}", file=sys.stderr)
        status = 2
    except (KeyboardInterrupt, typer.Abort):
        print("interrupted", file=sys.stderr)
        status = 130
    except BrokenPipeError:
        sys.stderr.close()
        status = 0
    except Exception as fault:
        message = getattr(fault, "format_message", None)  # a fault of usage, as the option parser words it
        if debug or message is None:
            raise
        print(f"error: {' '.join(message().split())}; see ruralincome --help", file=sys.stderr)
        status = 2
    sys.exit(status if isinstance(status, int) else 0)


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Params files; all of params/ unless named.")] = None,
) -> None:
    """Validate params files, and list every fault of all of them at once."""
    from ruralincome.check import check as faults_of
    from ruralincome.data import find_root
    from ruralincome.scenario import Faults

    paths = _params(files)
    if faults := faults_of(paths, find_root()):
        raise Faults(faults)
    print(f"{len(paths)} params files are valid")


@app.command()
def assess(
    file: Annotated[Path | None, typer.Argument(help="A params file; the article's case unless named.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    language: LanguageOption = "vi",
) -> None:
    """Answer one scenario in the terminal."""
    from ruralincome.answer import answer
    from ruralincome.check import check as faults_of
    from ruralincome.data import find_root
    from ruralincome.report.result import result
    from ruralincome.scenario import Faults, Scenario, read_scenario

    _known(language)
    if file and (faults := faults_of([file], find_root())):
        raise Faults(faults)
    found = answer(read_scenario(file) if file else Scenario(), file.stem if file else "baseline")
    if as_json:
        print(json.dumps(result(found), ensure_ascii=False, indent=2))
        return
    from ruralincome.report import sections

    needs = partial(sections.key_numbers, pictures=False)  # which would load a plotting library
    for section in (sections.verdict, needs, sections.rules_panel, sections.models_table):
        print(section(found, language).text, end="\n\n")


@app.command()
def run(
    files: Annotated[list[Path] | None, typer.Argument(help="Params files; all of params/ unless named.")] = None,
    output: Annotated[Path | None, typer.Option(help="Where the reports go; reports/ of the root.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Notebooks at a time; the cores unless stated.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="vi or en; both unless stated. May be repeated.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Run what has not changed, too.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan and stop.")] = False,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds a notebook may take.")] = 600.0,
    retries: Annotated[int, typer.Option(min=0, help="Further attempts for a notebook that failed.")] = 0,
    cluster: Annotated[str | None, typer.Option(help="Address of a dask scheduler to run on.")] = None,
    on_failure: Annotated[str | None, typer.Option(help="Command called with the manifest if one failed.")] = None,
    notebook: Annotated[Path | None, typer.Option(help="Your own notebook, over the same params files.")] = None,
) -> int:
    """Run every scenario in both languages to HTML reports, an index and a manifest."""
    from ruralincome import batch, console
    from ruralincome.check import check as faults_of
    from ruralincome.data import find_root
    from ruralincome.scenario import Faults, read_params, resolve

    root, languages = find_root(), language or ["vi", "en"]
    output = output or root / "reports"
    _known(*languages)
    paths = _params(files)
    if faults := faults_of(paths, root):
        raise Faults(faults)
    folder = root / "notebooks"
    scenario = notebook or folder / "scenario.ipynb"
    tasks = []
    for path in paths:
        stated = resolve(read_params(path), path)
        stated.pop("extends", None)
        tasks.append(batch.Task(path.stem, scenario, stated))
    if not files and notebook is None:  # the whole batch: the pages about all scenarios, compare last
        for name, stage in (("methods", 0), ("targets", 0), ("compare", 1)):
            if (page := folder / f"{name}.ipynb").is_file():
                tasks.append(batch.Task(name, page, {"manifest": _manifest(output, root)} if stage else {}, stage))
    if dry_run:
        console.show(batch.preview(tasks, languages, output, root, force))
        return 0
    summary = batch.run(
        tasks,
        languages,
        output,
        root,
        jobs=jobs,
        timeout=timeout,
        retries=retries,
        force=force,
        cluster=cluster,
        on_failure=on_failure,
        progress=console.progress,
        index=_index,
    )
    console.summarise(summary)
    return summary.status


@app.command()
def new(
    place: Annotated[str, typer.Argument(help="The place, as a reader knows it, e.g. 'Vĩnh Long'.")],
    series: Annotated[Path, typer.Option(help="CSV file with the columns year and value.")],
    target: Annotated[str, typer.Option(help="VALUE@YEAR in the unit of the series, e.g. 55@2025.")],
    unit: Annotated[str, typer.Option(help="Unit of the series.")] = "million_vnd_per_person_year",
    source: Annotated[str, typer.Option(help="Where the figures were published.")] = "",
    name: Annotated[str, typer.Option(help="Name of the series and of its files; from the place unless stated.")] = "",
) -> None:
    """Write a data resource and a baseline params file for a place of your own."""
    from ruralincome.newplace import new as write

    placed = write(place, series, target, unit=unit, source=source, name=name)
    for file in placed.files:
        print(file)
    print(f"now: ruralincome assess params/{placed.name}.yaml")


@app.command()
def observe(
    series: Annotated[str, typer.Argument(help="Name of a series in data/datapackage.json.")],
    year: Annotated[int, typer.Argument(help="Year of the new figure.")],
    value: Annotated[str, typer.Argument(help="The figure, in the unit of the series.")],
    source: Annotated[str, typer.Option(help="Where it was published.")],
) -> None:
    """Append a newly published figure to a series, with its source and the renewed hash."""
    from ruralincome.newplace import observe as append

    done = append(series, year, value, source)
    print(f"{done.name}: {done.year} {done.value:g} added")
    print(f"touches the verdicts of: {', '.join(done.touched) or 'none'}")
    if done.due:
        print(f"targets that can now be scored: {', '.join(done.due)}")


ledger = typer.Typer(help="Keep verdicts, and score them when the outturn comes.", no_args_is_help=True)
app.add_typer(ledger, name="ledger")


@ledger.command()
def add(results: Annotated[list[Path], typer.Argument(help="result.json of one or more scenarios.")]) -> None:
    """Keep verdicts in ledger.jsonl at the root; one that is there already is left alone."""
    from datetime import UTC, datetime

    from ruralincome.data import find_root
    from ruralincome.ledger import add as keep

    book, today = find_root() / "ledger.jsonl", datetime.now(UTC).date()
    for path in results:
        done = keep(path, book, today)
        if done.torn is not None:
            print("a line that a crash had torn was set aside in ledger.jsonl.torn", file=sys.stderr)
        print(
            f"{'kept' if done.new else 'there already'}: {done.entry.scenario} {done.entry.target:g}@{done.entry.year}"
        )


@ledger.command()
def score(
    outturns: Annotated[Path, typer.Argument(help="CSV file with the columns series, year, value.")],
    language: LanguageOption = "vi",
) -> None:
    """Score the kept verdicts whose outturn has come."""
    from ruralincome.data import find_root
    from ruralincome.ledger import score as scored
    from ruralincome.report.ledger import ledger_block

    _known(language)
    print(ledger_block(scored(find_root() / "ledger.jsonl", outturns), language).text)


@app.command()
def panel(
    file: Annotated[Path, typer.Argument(help="A CSV with the columns place, year, value.")],
    target: Annotated[str | None, typer.Option(help="VALUE@YEAR, where a place states none of its own.")] = None,
    scenario: Annotated[Path | None, typer.Option(help="A params file: target, class and adjustments.")] = None,
    output: Annotated[Path | None, typer.Option(help="Where the results go; reports/ of the root.")] = None,
    cluster: Annotated[str | None, typer.Option(help="Address of a dask scheduler to run on.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="vi or en; both unless stated. May be repeated.")] = None,
) -> int:
    """Assess every place of a table at once: one row a place, and a page in each language."""
    from ruralincome.panelrun import run_panel

    languages = language or ["vi", "en"]
    _known(*languages)
    return run_panel(file, target, scenario, output, cluster, languages)


def _index(manifest: Mapping[str, Any], output: Path) -> str:
    from ruralincome.report.index import index_page

    return index_page(manifest, output)


def _manifest(output: Path, root: Path) -> str:
    """The manifest's path as a notebook is given it: from the root where it lies below, as kernels start there."""
    path = output.resolve() / "manifest.json"
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _params(files: list[Path] | None) -> list[Path]:
    """The params files named, or all of the root's params/."""
    if files:
        return files
    from ruralincome.data import find_root

    found = sorted((find_root() / "params").glob("*.yaml"))
    if not found:
        raise InputError("params/ holds no .yaml file; write one, or name a params file")
    return found


def _known(*languages: str) -> None:
    for language in languages:
        if language not in ("vi", "en"):
            raise InputError(f"language '{language}' is not known; choose vi or en")


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise InputError(f"{path}: cannot be read as JSON ({fault}); name a result.json") from None
