"""`ruralincome panel`: a CSV of places carried to one row a place and to a page in each language."""

from __future__ import annotations

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

from ruralincome.cli.tables import PARTS, write_csv
from ruralincome.cli.terminal import language, say, tell
from ruralincome.data.files import hold, together
from ruralincome.data.package import find_root
from ruralincome.panel.answers import Answers, answer_panel, latest_year
from ruralincome.panel.ask import Asked, ask, state
from ruralincome.panel.histories import Histories
from ruralincome.panel.names import KEYS
from ruralincome.panel.read import read_panel
from ruralincome.panel.ready import Order, held, notes, ready
from ruralincome.panel.redrawn import Redrawn
from ruralincome.report.pages.panelpage import Layer, PanelPage, page
from ruralincome.report.words.words import fault
from ruralincome.series import InputError

GRID = ("target", "target_year", "median", "low80", "high80", "probability", "likelihood", "refusal")
"""What scenarios.csv says of a place under each question."""


def run_panel(
    file: Path,
    target: str | None = None,
    scenarios: Sequence[Path] = (),
    output: Path | None = None,
    cluster: str | None = None,
    languages: Sequence[str] = ("vi", "en"),
    order: Order = Order(),  # noqa: B008 - frozen
    page: Callable[[PanelPage, str], str] = page,
) -> int:
    """Assess every place of `file`; write OUTPUT/NAME/panel.csv and OUTPUT/NAME/LANGUAGE/report.html, and totals.csv.

    target: "48.9@2021", for places that state none of their own; scenarios: params files whose target, class, as_of
    and adjustments hold; the first leads, and where there are more, or one has a sweep, scenarios.csv holds a row a
    place and question; cluster: address of a dask scheduler that works out the chunks; order: what is stated of
    standards and of places that were redrawn; page: what makes the page of a language. Names without a place go to
    unplaced.csv. Returns the exit status: 0, 1 where some place was refused, or 130 where it was interrupted, which
    leaves the files of an earlier run as they were. Raises InputError where the input is wrong and nothing was written.
    """
    try:
        return _run(file, target, scenarios, output, cluster, languages, order, page)
    except KeyboardInterrupt:
        print(say("cli.interrupted"), file=sys.stderr)  # here, since the parser of options does not say it
        return 130


def _run(
    file: Path,
    target: str | None,
    scenarios: Sequence[Path],
    output: Path | None,
    cluster: str | None,
    languages: Sequence[str],
    order: Order,
    page: Callable[[PanelPage, str], str],
) -> int:
    stated = state(scenarios, order.target(target), _unit_names)
    if order.lines is not None:
        unit = order.lines.unit
        stated = [replace(one, units=(unit, *_unit_names(unit)), levels=True) for one in stated]
    folder = (output or _reports()) / file.stem
    if file.resolve().parent == folder.resolve():
        raise InputError("cli.panel_over_itself", file=file)
    with _told(file.name) as tell:
        frame = held(read_panel(file, tell=tell), order)
    own = {"target", "target_year"} <= set(frame)
    if stated[0].goal is None and not own:
        raise InputError("cli.no_target")
    latest = latest_year(frame)
    asked = [question for one in stated for question in ask(one, latest, own)]
    drawn = ready(frame, order, asked)
    frame = drawn.frame
    with hold(folder, PARTS), _spread(cluster, len(asked) == 1) as spread, together() as put:
        found = answer_panel(frame, asked[0], spread)
        panel = replace(_panel(found, file), notes=notes(order, drawn))
        put(folder / "panel.csv", partial(write_csv, panel.found))
        put(folder / "totals.csv", partial(write_csv, _stacked(panel.totals)) if panel.totals else None)
        put(folder / "unplaced.csv", partial(write_csv, _unplaced(drawn)) if drawn.told else None)
        if len(asked) == 1:
            put(folder / "scenarios.csv", None)  # of an earlier run on other figures
        if len(asked) > 1:
            layers = []
            for i, one in enumerate(_counted(asked)):
                found = found if i == 0 else answer_panel(frame, one, spread)
                put(folder / "scenarios.csv", partial(write_csv, _shown(found.rows, one), more=i > 0))
                layers.append(_layer(found))
            panel = replace(panel, layers=layers)
        del frame
        for language in languages:
            put(folder / language / "report.html", page(panel, language).encode())
    return _told_what(panel, folder)


def _unplaced(drawn: Redrawn) -> pd.DataFrame:
    """The names that find no place, or several, and why."""
    rows = [(name, fault(why, language())) for name, why in (drawn.told or {}).items()]
    return pd.DataFrame(rows, columns=["place", "why"])


def _unit_names(unit: str) -> list[str]:
    from ruralincome.report.words.words import LANGUAGES, say

    return [say(f"unit.{unit}.name", language) for language in LANGUAGES]


def _panel(found: Answers, file: Path) -> PanelPage:
    """What the page says of the first question."""
    asked = found.asked
    return PanelPage(
        file.stem, file.name, _sha256(file), found.rows, asked.reference, asked.as_of, found.count, found.nearest(),
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


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _told_what(panel: PanelPage, folder: Path) -> int:
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


def _reports() -> Path:
    try:
        return find_root() / "reports"
    except InputError:
        return Path("reports")


def _stacked(totals: Mapping[tuple[str, ...], pd.DataFrame]) -> pd.DataFrame:
    """The tables of districts and provinces, one below the other, the names of areas first."""
    table = pd.concat(totals.values(), ignore_index=True)
    areas = [key for key in KEYS if key in table]
    return table[[*areas, *(column for column in table if column not in areas)]]


@contextmanager
def _told(words: str) -> Iterator[Callable[[int], None]]:
    """A counter of rows on a terminal; silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    columns = SpinnerColumn(), TextColumn("{task.description} {task.completed:,}")
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=None)
        yield lambda rows: bar.advance(task, rows)


def _counted(asked: Sequence[Asked]) -> Iterable[Asked]:
    """The questions, with a bar on a terminal."""
    if not sys.stderr.isatty():
        return asked
    from rich.console import Console
    from rich.progress import track

    return track(asked, say("cli.panel.bar.questions"), console=Console(stderr=True), transient=True)


@contextmanager
def _spread(cluster: str | None, bar: bool) -> Iterator[Callable[[Any, list[Histories]], Iterable[Any]]]:
    """How chunks of places are worked out: here, with a bar on a terminal, or on a cluster."""
    if cluster is None:
        yield _bar if bar else map
        return
    from ruralincome.batch.cluster import cluster as scheduler

    def spread(work: Any, parts: list[Histories]) -> Iterable[Any]:
        waiting = [executor.submit(work, part) for part in parts]
        return (_bar if bar else map)(Future.result, waiting)

    try:
        with scheduler(cluster) as executor:
            yield spread
    except CancelledError:
        raise InputError("batch.scheduler_left", address=cluster) from None


def _bar(work: Any, parts: list[Any]) -> Iterator[Any]:
    if not sys.stderr.isatty() or len(parts) < 2:
        yield from map(work, parts)
        return
    from rich.console import Console
    from rich.progress import track

    yield from map(work, track(parts, say("cli.panel.bar.places"), console=Console(stderr=True), transient=True))
