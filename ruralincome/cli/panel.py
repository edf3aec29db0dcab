"""`ruralincome panel`: a CSV of places carried to one row a place and to a page in each language."""

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from ruralincome.batch.workers import cluster as workers
from ruralincome.cli.terminal import bar, remark, say, tell
from ruralincome.data.files import PART, all_or_none, hold
from ruralincome.data.forms.reading import Options
from ruralincome.data.spoken import language
from ruralincome.panel.answers import Answers, answer_panel, latest_year
from ruralincome.panel.ask import Asked, ask, state
from ruralincome.panel.histories import Histories
from ruralincome.panel.names import KEYS
from ruralincome.panel.read import read_panel
from ruralincome.panel.ready import Order, held, notes, ready
from ruralincome.panel.write import lines
from ruralincome.report.pages.panelpage import Layer, PanelPage, page
from ruralincome.report.words import words
from ruralincome.series import InputError

PARTS = (f".*{PART}", f"*/.report.html{PART}")
"""What a run that was killed leaves among the files of a panel."""
GRID = ("target", "target_year", "median", "low80", "high80", "probability", "likelihood", "refusal")
"""What scenarios.csv says of a place under each question."""


def run_panel(
    file: Path, target: str | None = None, scenarios: Sequence[Path] = (), output: Path = Path("reports"),
    cluster: str | None = None, languages: Sequence[str] = words.LANGUAGES,
    order: Order = Order(),  # noqa: B008 - frozen
    reading: Options | None = None,
    page: Callable[[PanelPage, str], str] = page,
) -> int:  # fmt: skip
    """Assess every place of `file`; write OUTPUT/NAME/panel.csv and OUTPUT/NAME/LANGUAGE/report.html, counts.csv and
    totals.csv.

    target: "48.9@2021", for places that state none of their own; scenarios: params files whose target, class, as_of
    and adjustments hold; the first leads, and where there are more, or one has a sweep, scenarios.csv holds a row a
    place and question; cluster: address of a dask scheduler that works out the chunks; order: what is stated of
    standards and of places that were redrawn; page: what makes the page of a language. Names without a place go to
    unplaced.csv. Returns the exit status: 0, or 1 where some place was refused. One that is interrupted leaves the
    files of an earlier run as they were. reading: what is stated of how the file is read. Raises InputError where the
    input is wrong and nothing was written.
    """
    stated = state(scenarios, order.target(target), _unit_names, file.parent)
    if order.lines is not None:
        unit = order.lines.unit
        stated = [replace(one, units=(unit, *_unit_names(unit)), levels=True) for one in stated]
    folder = output / file.stem
    if file.resolve().parent == folder.resolve():
        raise InputError("cli.panel_over_itself", file=file)
    with _counter(file.name) as count:
        frame = held(read_panel(file, tell=count, options=reading, remark=remark), order)
    own = {"target", "target_year"} <= set(frame)
    if stated[0].goal is None and not own:
        raise InputError("cli.no_target")
    latest = latest_year(frame)
    asked = [question for one in stated for question in ask(one, latest, own)]
    drawn = ready(frame, order, asked)
    frame = drawn.frame
    with hold(folder, PARTS), _spread(cluster, len(asked) == 1) as spread, all_or_none() as put:

        def keep(name: str, table: pd.DataFrame | None) -> None:
            """Write a table; without one the file of an earlier run goes."""
            put(folder / name, None if table is None else partial(_write, table))

        found = answer_panel(frame, asked[0], spread)
        panel = replace(_panel(found, file), notes=notes(order, drawn, asked[0]))
        unplaced = [(name, words.fault(why, language())) for name, why in (drawn.told or {}).items()]
        keep("panel.csv", panel.found)
        keep("totals.csv", _stacked(panel.totals) if panel.totals else None)
        keep("counts.csv", pd.DataFrame(found.count.table) if found.count else None)
        keep("unplaced.csv", pd.DataFrame(unplaced, columns=["place", "why"]) if unplaced else None)
        if len(asked) == 1:
            keep("scenarios.csv", None)  # of an earlier run on other figures
        layers = []
        for i, one in enumerate(bar(asked, "cli.panel.bar.questions") if len(asked) > 1 else ()):
            found = found if i == 0 else answer_panel(frame, one, spread)
            put(folder / "scenarios.csv", partial(_write, _shown(found.rows, one), more=i > 0))
            layers.append(_layer(found))
        panel = replace(panel, layers=layers)
        del frame
        if (folder.parent / "index.html").is_file():
            panel = replace(panel, index="../../index.html")
        for spoken in languages:
            put(folder / spoken / "report.html", page(panel, spoken).encode())
    return _tell(panel, folder)


def _unit_names(unit: str) -> list[str]:
    return [words.unit_words(unit, spoken) for spoken in words.LANGUAGES]


def _panel(found: Answers, file: Path) -> PanelPage:
    """What the page says of the first question."""
    asked = found.asked
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return PanelPage(
        file.stem, file.name, digest, found.rows, asked.reference, asked.as_of, found.count, found.nearest(),
        found.totals(), asked.title, direction=asked.basis.direction, changes=asked.changes,
        rules=found.outlooks(),
    )  # fmt: skip


def _layer(found: Answers) -> Layer:
    """What the page says of one question beside others."""
    asked = found.asked
    return Layer(
        asked.title, asked.reference.title if asked.cell else None, asked.shock if asked.cell else None, found.target,
        found.answered, found.refused, found.count, found.reason, asked.basis.direction,
        () if asked.cell else asked.changes,
    )  # fmt: skip


def _shown(found: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """The rows of scenarios.csv under one question."""
    shown = found[[*(key for key in KEYS if key in found), *GRID]].copy(deep=False)
    shown.insert(0, "scenario", asked.stated.name)
    shown.insert(1, "reference", asked.reference.name)
    shown.insert(2, "shock", asked.shock)
    return shown


def _tell(panel: PanelPage, folder: Path) -> int:
    """Say how it went, a line a reason for refusing; the exit status."""
    refused = panel.found["refusal"]
    tell("cli.panel.places", places=len(refused), refused=int(refused.notna().sum()), file=folder / "panel.csv")
    if panel.layers:
        more = sum(layer.refused > 0 for layer in panel.layers)
        tell("cli.panel.questions", questions=len(panel.layers), refused=more, file=folder / "scenarios.csv")
    for reason, count in refused.value_counts().items():
        if count:
            first = panel.found.loc[refused == reason, "place"].iloc[0]
            why = say(f"panel.refusal.{reason}")
            print(say("cli.panel.refused", places=int(count), reason=reason, first=first, why=why), file=sys.stderr)
    return int(bool(refused.notna().any()) or any(layer.refused for layer in panel.layers))


def _stacked(totals: Mapping[tuple[str, ...], pd.DataFrame]) -> pd.DataFrame:
    """The tables of districts and provinces, one below the other, the names of areas first."""
    table = pd.concat(totals.values(), ignore_index=True)
    areas = [key for key in KEYS if key in table]
    return table[[*areas, *(column for column in table if column not in areas)]]


def _write(found: pd.DataFrame, path: Path, more: bool = False) -> None:
    """The rows as CSV; `more` adds to a file."""
    with path.open("ab" if more else "wb") as stream:
        stream.writelines(lines(found, head=not more))


@contextmanager
def _counter(name: str) -> Iterator[Callable[[int], None]]:
    """A counter of rows on a terminal; silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    columns = SpinnerColumn(), TextColumn("{task.description} {task.completed:,}")
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(name, total=None)
        yield lambda rows: shown.advance(task, rows)


@contextmanager
def _spread(cluster: str | None, alone: bool) -> Iterator[Callable[[Any, list[Histories]], Iterable[Any]]]:
    """How chunks of places are worked out: here or on a cluster; `alone`: with a bar, as there is none of questions."""

    def shown(parts: list[Any]) -> Iterable[Any]:
        return bar(parts, "cli.panel.bar.places") if alone else parts

    if cluster is None:
        yield lambda work, parts: map(work, shown(parts))
        return
    try:
        with workers(cluster) as executor:
            yield lambda work, parts: map(Future.result, shown([executor.submit(work, part) for part in parts]))
    except CancelledError:
        raise InputError("batch.scheduler_left", address=cluster) from None
