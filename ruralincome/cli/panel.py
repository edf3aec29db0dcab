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
from typing import TYPE_CHECKING, Any

import numpy as np

from ruralincome.cli.tables import forget, together, write_csv, write_text
from ruralincome.data.package import find_root
from ruralincome.panel import KEYS, Histories, Question, assess_histories, histories, nearest, reaching, totals
from ruralincome.panel.ask import Asked, ask, state
from ruralincome.panel.histories import numbers
from ruralincome.panel.read import read_panel
from ruralincome.series import InputError, Series

if TYPE_CHECKING:
    import pandas as pd

    from ruralincome.report.pages.panelcounts import Layer
    from ruralincome.report.pages.panelpage import Panel

CHOSEN = 8
"""Places drawn one by one: those nearest to the line."""
GRID = ("target", "target_year", "median", "low80", "high80", "probability", "likelihood", "refusal")
"""What scenarios.csv says of a place under each question."""


def run_panel(
    file: Path,
    target: str | None = None,
    scenarios: Sequence[Path] = (),
    output: Path | None = None,
    cluster: str | None = None,
    languages: Sequence[str] = ("vi", "en"),
) -> int:
    """Assess every place of `file`; write OUTPUT/NAME/panel.csv and OUTPUT/NAME/LANGUAGE/report.html, and totals.csv.

    target: "48.9@2021", for places that state none of their own; scenarios: params files whose target, class, as_of
    and adjustments hold; the first leads, and where there are more, or one has a sweep, scenarios.csv holds a row a
    place and question; cluster: address of a dask scheduler that works out the chunks. Returns the exit status: 0,
    1 where some place was refused, or 130 where it was interrupted, which leaves the files of an earlier run as they
    were. Raises InputError where the input is wrong and nothing was written.
    """
    try:
        return _run(file, target, scenarios, output, cluster, languages)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)  # here, since the parser of options does not say it
        return 130


def assess_file(frame: pd.DataFrame, asked: Asked, spread: Callable[..., Any] = map, seed: int = 0) -> Panel:
    """The panel of a table that was read: every place's row, places together, and those nearest to the line."""
    from ruralincome.report.pages.panelpage import Panel

    found, rows = _answered(frame, asked, spread)
    reference = asked.reference
    answered = bool(found["probability"].notna().any())
    areas = [by for by in (("province",), ("province", "district"), ("district",), ()) if set(by) <= set(found)]
    counted = answered and "population" in found and bool((found["population"] > 0).any())
    return Panel(
        "panel", "", "", found, reference, asked.as_of,
        reaching(found, reference.rho, seed) if answered else None,
        [_drawn(found, rows, asked.question, i) for i in nearest(found, CHOSEN).index.to_list()] if answered else [],
        {by: totals(found, reference.rho, by, seed, direction=asked.question.direction) for by in areas[:2]}
        if counted else {},
        asked.title,
        direction=asked.question.direction,
        changes=asked.changes,
    )  # fmt: skip


def _run(
    file: Path,
    target: str | None,
    scenarios: Sequence[Path],
    output: Path | None,
    cluster: str | None,
    languages: Sequence[str],
) -> int:
    from ruralincome.report.pages.panelpage import page

    stated = state(scenarios, target)
    folder = (output or _reports()) / file.stem
    if file.resolve().parent == folder.resolve():
        raise InputError(f"{file} lies where its results would go; state another --output")
    with _told(file.name) as tell:
        frame = read_panel(file, tell=tell)
    own = {"target", "target_year"} <= set(frame)
    if stated[0].goal is None and not own:
        raise InputError("no target: state --target VALUE@YEAR, or give the file the columns target and target_year")
    latest = _latest(frame)
    asked = [question for one in stated for question in ask(one, latest, own)]
    forget(folder)
    with _spread(cluster, len(asked) == 1) as spread, together() as put:
        panel = assess_file(frame, asked[0], spread)
        panel = replace(panel, name=file.stem, file=file.name, sha256=_sha256(file))
        put(folder / "panel.csv", partial(write_csv, panel.found))
        if panel.totals:
            put(folder / "totals.csv", partial(write_csv, _stacked(panel.totals)))
        if len(asked) > 1:
            layers = []
            for i, one in enumerate(_counted(asked)):
                found = panel.found if i == 0 else _answered(frame, one, spread)[0]
                put(folder / "scenarios.csv", partial(write_csv, _shown(found, one), more=i > 0))
                layers.append(_layer(found, one))
            panel = replace(panel, layers=layers)
        del frame
        for language in languages:
            put(folder / language / "report.html", partial(write_text, page(panel, language)))
    for name, there in (("totals.csv", panel.totals), ("scenarios.csv", panel.layers)):
        if not there:
            (folder / name).unlink(missing_ok=True)  # of an earlier run on other figures
    return _told_what(panel, folder)


def _answered(frame: pd.DataFrame, asked: Asked, spread: Callable[..., Any]) -> tuple[pd.DataFrame, Histories]:
    """A row a place, and the histories; an error where the question fits no place at all."""
    units = asked.stated.units
    places, rows = histories(frame, asked.goal, asked.as_of, units, asked.stated.levels)
    found = assess_histories(places, rows, asked.question, spread)
    if found["probability"].isna().all():
        if (found["refusal"] == "no_closed_form").any() and not asked.cell:
            steps = asked.stated.scenario.adjustments if asked.stated.scenario is not None else []
            i = next(i for i, step in enumerate(asked.question.moves) if step.kind == "add")
            raise InputError(
                f"{asked.stated.name}: adjustments[{i}] ({steps[i].kind}): points added to growth have a closed form "
                "one year ahead only, and every target lies further; take it out, or answer places one by one"
            )
        if (found["refusal"] == "unit_not_the_targets").all():
            raise InputError(
                f"unit: the table is in '{found['unit'].iloc[0]}' and {asked.stated.name} states its numbers in "
                f"'{units[0] if units else ''}'; convert one to the other, or write the column unit in those words"
            )
    return found, rows


def _drawn(found: pd.DataFrame, rows: Histories, asked: Question, i: int) -> tuple[Series, int, Any]:
    """A place's history, its row, and its quantiles in each year up to the target."""
    from ruralincome.panel.places import QUANTILES, assess_places

    one = rows.part(i, i + 1)
    series = Series(str(found["place"].iloc[i]), tuple(one.years.tolist()), tuple(one.values.tolist()))
    years = range(series.origin + 1, int(one.target_year[0]) + 1)
    parts = [assess_places(replace(one, target_year=np.array([float(year)])), asked) for year in years]
    return series, i, np.array([[float(part[name][0]) for name in QUANTILES] for part in parts])


def _latest(frame: pd.DataFrame) -> int:
    years = numbers(frame["year"], "year_text")[0]
    known = years[(years >= 1000) & (years <= 9999)]
    if not len(known):
        raise InputError("no row has a year of four digits; look at the column year")
    return int(known.max())


def _shown(found: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """The rows of scenarios.csv under one question."""
    shown = found[[*(key for key in KEYS if key in found), *GRID]].copy(deep=False)
    shown.insert(0, "scenario", asked.stated.name)
    shown.insert(1, "reference", asked.reference.name)
    shown.insert(2, "shock", asked.shock)
    return shown


def _layer(found: pd.DataFrame, asked: Asked) -> Layer:
    """What the page says of one question."""
    from ruralincome.report.pages.panelcounts import Layer

    answered, refused = int(found["probability"].notna().sum()), int(found["refusal"].notna().sum())
    return Layer(
        asked.title,
        asked.reference.title if asked.cell else None,
        asked.shock if asked.cell else None,
        _one_target(found),
        answered,
        refused,
        reaching(found, asked.reference.rho) if answered else None,
        "" if answered else str(found["refusal"].value_counts().index[0]),
        asked.question.direction,
        () if asked.cell else asked.changes,
    )


def _one_target(found: pd.DataFrame) -> tuple[float, int] | None:
    """The target and its year where all places have the same."""
    goals = found[["target", "target_year"]].dropna().drop_duplicates()
    return (float(goals["target"].iloc[0]), int(goals["target_year"].iloc[0])) if len(goals) == 1 else None


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _told_what(panel: Panel, folder: Path) -> int:
    """Say how it went, a line a reason for refusing; the exit status."""
    from ruralincome.report.words.words import say

    refused = panel.found["refusal"]
    print(f"{len(refused):,} places, {int(refused.notna().sum()):,} refused: {folder / 'panel.csv'}")
    if panel.layers:
        more = sum(layer.refused > 0 for layer in panel.layers)
        print(f"{len(panel.layers)} questions, {more} with refusals: {folder / 'scenarios.csv'}")
    for reason, count in refused.value_counts().items():
        if count:
            first = panel.found.loc[refused == reason, "place"].iloc[0]
            why = say(f"panel.refusal.{reason}", "en")
            print(f"refused: {count:,} places by {reason}, '{first}' the first. {why}", file=sys.stderr)
    return int(bool(refused.notna().any()) or any(layer.refused for layer in panel.layers))


def _reports() -> Path:
    try:
        return find_root() / "reports"
    except InputError:
        return Path("reports")


def _stacked(totals: Mapping[tuple[str, ...], pd.DataFrame]) -> pd.DataFrame:
    """The tables of districts and provinces, one below the other, the names of areas first."""
    import pandas as pd

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

    return track(asked, "questions", console=Console(stderr=True), transient=True)


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
        raise InputError(f"--cluster {cluster}: the scheduler went away before all was worked out; run again") from None


def _bar(work: Any, parts: list[Any]) -> Iterator[Any]:
    if not sys.stderr.isatty() or len(parts) < 2:
        yield from map(work, parts)
        return
    from rich.console import Console
    from rich.progress import track

    yield from map(work, track(parts, "places", console=Console(stderr=True), transient=True))
