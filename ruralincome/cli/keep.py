"""Commands on the working folder and what it holds: init, doctor, read, new, observe, reference, ledger."""

import json
import os
import sys
from contextlib import suppress
from dataclasses import replace
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Annotated, Any

import typer

from ruralincome.cli import options
from ruralincome.cli.terminal import remark, say, spoken, tell
from ruralincome.series import InputError

JUPYTER = ("papermill", "nbconvert", "nbclient", "nbformat", "jupyter_client", "ipykernel", "IPython", "traitlets")
EXTRAS = {  # each extra, and what comes with it
    "notebooks": (*JUPYTER, "ipywidgets", "matplotlib", "seaborn"),
    "excel": ("python_calamine", "openpyxl"),
    "documents": ("docx",),
    "cluster": ("distributed",),
}


def demand(extra: str) -> None:
    """Raise InputError unless an extra is installed: for work that other processes are to do."""
    for package in EXTRAS[extra]:
        if find_spec(package) is None:
            raise InputError("cli.extra", package=package, extra=extra)


def about(context: typer.Context, version: Annotated[bool, typer.Option("--version")] = False) -> None:
    """Is an official target reachable, how sure are we, and what would it take?"""
    if version:
        print(f"ruralincome {metadata.version('ruralincome')}")
    elif context.invoked_subcommand is None:
        print(context.get_help())


def init(
    folder: Annotated[Path, typer.Argument()] = Path(),
    empty: Annotated[bool, typer.Option("--empty")] = False,
    update: Annotated[bool, typer.Option("--update")] = False,
) -> None:
    """Lay out a working folder: notebooks/, params/, data/; nothing that is there is overwritten."""
    from ruralincome.keep import folder as lay

    laid = lay.update(folder) if update else lay.init(folder, empty)
    for path in laid.written:
        print(path)
    for path in laid.kept:
        tell("cli.init.kept", path=path)
    answers = "run" if all(map(find_spec, EXTRAS["notebooks"])) else "assess params/baseline.yaml"
    steps = f"cd {folder}; " * (folder.resolve() != Path.cwd()) + f"ruralincome {'new' if empty else answers}"
    steps += "; jupyter lab notebooks/explore.ipynb" * bool(find_spec("jupyterlab"))
    tell("cli.init.updated" if update else "cli.init.done", files=len(laid.written), folder=folder, steps=steps)


def doctor() -> None:
    """Say what is installed, which folder is worked in, and what else of the machine serves."""
    from ruralincome.data.package import nearest_root

    python = ".".join(map(str, sys.version_info[:3]))
    tell("cli.doctor.version", version=metadata.version("ruralincome"), python=python, path=Path(__file__).parents[1])
    tell("cli.doctor.root" if (root := nearest_root()) else "cli.doctor.no_root", folder=root)
    for extra, packages in EXTRAS.items():
        tell("cli.doctor.extra" if all(map(find_spec, packages)) else "cli.doctor.no_extra", extra=extra)
    if find_spec("jupyter_client"):
        from jupyter_client import KernelManager

        from ruralincome.batch.kernels import can_be_forked

        told = []
        for name in sorted(KernelManager().kernel_spec_manager.find_kernel_specs()):
            state = "unread"
            with suppress(Exception):  # whatever is wrong with what others installed
                started = KernelManager(kernel_name=name).format_kernel_cmd()
                state = "warm" if can_be_forked(started, dict(os.environ)) else "cold"
            told.append(f"{name} ({say(f'cli.doctor.{state}')})")
        tell("cli.doctor.kernels", names=", ".join(told) or say("cli.doctor.none"))
    else:
        tell("cli.doctor.no_kernels")
    browser = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := which(name))), "")
    tell("cli.doctor.browser" if browser else "cli.doctor.no_browser", path=browser)
    if find_spec("matplotlib"):
        from matplotlib.font_manager import FontProperties, findfont

        tell("cli.doctor.font", path=findfont(FontProperties(family=["sans-serif"])))
    else:
        tell("cli.doctor.no_font")


@options.reads
def read(file: Path, reading: Any, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Show what a file holds, and how it was understood."""
    from ruralincome.data.forms.read import read_table

    found = read_table(file, **{name: getattr(reading, name) for name in options.HOW})
    if as_json:
        said = "; ".join(map(spoken, found[0].understood))
        print(json.dumps([one.to_json() | {"understood": said} for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        print(" | ".join(filter(None, (one.place, one.indicator, one.unit))))
        for told in map(spoken, one.said):
            print(f"  {told}")
    for told in map(spoken, found[0].understood):
        print(f"- {told}")


@options.reads
def new(
    place: str, series: Annotated[Path, typer.Option()], target: Annotated[str, typer.Option()], reading: Any,
    source: str = "", published: str = "", name: str = "", prices: options.PricesOption = "nominal",
    price_year: int | None = None, kind: options.KindOption = "income", reference: str = "",
    redrawn: options.RuleOfOneOption = None, territory: str = "",
    template: options.TemplateOption = None,  # noqa: ARG001 - it ends the command
) -> None:  # fmt: skip
    """Write a data resource and a baseline params file for a place of your own."""
    from ruralincome.keep.place import new as write

    placed = write(
        place, series, target, unit=reading.unit, source=source, name=name, prices=prices, price_year=price_year,
        kind=kind, reference=reference, redrawn=redrawn or "refuse", territory=territory,
        options=replace(reading, published=published),
    )  # fmt: skip
    remark(*placed.said)
    print(*placed.files, sep="\n")
    tell("cli.new.class", reference=placed.reference)
    tell("cli.new.now", name=placed.name)
    if not ((root := placed.files[0].parents[1]) / "notebooks").is_dir():
        tell("cli.new.no_notebooks", folder=root)


@options.reads
def observe(
    series: str, when: Annotated[str, typer.Argument(metavar="YEAR|FILE")], reading: Any,
    value: Annotated[str | None, typer.Argument()] = None, source: str = "", published: str = "", status: str = "final",
    standard_error: str = "", sample_size: str = "", design_effect: str = "",
    use: Annotated[bool, typer.Option("--use")] = False,
) -> int:  # fmt: skip
    """Append newly published figures to a series, with their source and the renewed hash. The exit status is 1 where
    --use left out a file that cannot use them."""
    from ruralincome.data.cells import year
    from ruralincome.keep import observe as figures

    if value is None:
        added = figures.observe_file(series, Path(when), source, options=replace(reading, published=published))
    else:
        known = {"standard_error": standard_error, "sample_size": sample_size, "design_effect": design_effect}
        figure = series, year(when), value, source
        added = (figures.observe(*figure, status=status, published=published, precision=known, again=use),)
    remark(*added[0].said)
    for done in (one for one in added if one.new):
        tell("cli.observe.added", name=done.name, year=str(done.year), value=done.value)
    last = added[-1]
    tell("cli.observe.touched" if last.touched else "cli.observe.untouched", names=", ".join(last.touched))
    if last.held:
        tell("cli.observe.held", names=", ".join(last.held))
    could, files, unfit = figures.use(last) if use else figures.usable(last)
    if names := ", ".join(f"{name} (as_of: {as_of})" for name, as_of in could.items()):
        tell("cli.observe.used" if use else "cli.observe.usable", names=names)
    for name, why in unfit.items():
        tell("cli.observe.unfit", name=name, why=spoken(why))
    for path in files if use else ():
        print(path)
    if due := [name for done in added for name in done.due]:
        tell("cli.observe.due", names=", ".join(due))
    return int(use and bool(unfit))


@options.reads
def fit(
    panels: list[str], name: Annotated[str, typer.Option()], reading: Any, output: Path = Path("classes"),
    title_vi: str = "", title_en: str = "", kind: options.KindOption = "income",
    prices: options.PricesOption = "nominal", spread: list[str] | None = None, until: int = 9999,
    half_life: Annotated[float, typer.Option(min=1)] = 10.0, measure: options.MeasureOption = "income",
    components: Annotated[int, typer.Option(min=1, max=3)] = 3,
    damping: Annotated[float, typer.Option(min=0.5, max=1)] = 1.0,
    memory: Annotated[bool, typer.Option("--memory")] = False, deflate: str = "", hold_out: str = "",
    short: Annotated[bool, typer.Option("--short")] = False,
    undated: Annotated[bool, typer.Option("--undated")] = False, country: str = "", source: str = "",
) -> None:  # fmt: skip
    """Fit a reference class on panels of your own, by the recipe of those that ship."""
    from ruralincome.keep.fit import Fitting, fit_from_csv, with_record, write_class

    order = Fitting(
        name, tuple(panels), title_vi or name, title_en or name, kind, prices, tuple(spread or ()), until=until,
        half_life=half_life, components=components, damping=damping, memory=memory, deflate=deflate, hold_out=hold_out,
        short=short, undated=undated, country=country, measure=measure, source=source, options=reading,
    )  # fmt: skip
    found = fit_from_csv(order, tell=remark)
    path = write_class(with_record(found, order), output)
    years = {"first": str(found.first_year), "last": str(found.last_year)}
    tell("cli.fit", path=path, series=found.series, steps=found.steps, **years)


def add(results: list[Path]) -> None:
    """Keep verdicts in ledger.jsonl at the root; one that is there already is left alone."""
    from datetime import UTC, datetime

    from ruralincome.data.package import find_root
    from ruralincome.keep import add as keep

    book, today = find_root() / "ledger.jsonl", datetime.now(UTC).date()
    for path in results:
        done = keep(path, book, today)
        facts = {"name": done.entry.scenario, "target": done.entry.target, "year": str(done.entry.year)}
        tell("cli.ledger.kept" if done.new else "cli.ledger.there", **facts)


@options.reads
def score(outturns: Path, reading: Any, language: options.LanguageOption) -> None:
    """Score the kept verdicts whose outturn has come."""
    from ruralincome.data.package import find_root
    from ruralincome.keep import score as scored
    from ruralincome.report.pages.index import ledger_block

    print(ledger_block(scored(find_root() / "ledger.jsonl", outturns, reading, remark), language).text)
