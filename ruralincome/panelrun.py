"""`ruralincome panel`: a CSV of places carried to one row a place and to a page in each language."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ruralincome.data import find_root, read_class, read_series
from ruralincome.panel import (
    Histories,
    Move,
    Question,
    assess_histories,
    histories,
    nearest,
    question,
    reaching,
    totals,
)
from ruralincome.panel.histories import numbers
from ruralincome.panelread import read_panel
from ruralincome.reference import ReferenceClass
from ruralincome.series import InputError, Series
from ruralincome.target import Target

if TYPE_CHECKING:
    import pandas as pd

    from ruralincome.panel.places import Model
    from ruralincome.report.panelpage import Panel
    from ruralincome.scenario import Scenario

CHOSEN = 8
"""Places drawn one by one: those nearest to the line."""
DECIMALS = 6
"""Digits after the point in the CSV written."""


def run_panel(
    file: Path,
    target: str | None = None,
    scenario: Path | None = None,
    output: Path | None = None,
    cluster: str | None = None,
    languages: Sequence[str] = ("vi", "en"),
) -> int:
    """Assess every place of `file`; write OUTPUT/NAME/panel.csv and OUTPUT/NAME/LANGUAGE/report.html, and totals.csv.

    target: "48.9@2021", for places that state none of their own; scenario: a params file whose target, class, as_of
    and adjustments hold; cluster: address of a dask scheduler that works out the chunks. Returns the exit status: 0,
    or 1 where some place was refused. Raises InputError where the input is wrong and nothing was written.
    """
    from ruralincome.report.panelpage import page

    stated = _scenario(scenario)
    goal = _target(target, stated)
    with _told(file.name) as tell:
        frame = read_panel(file, tell=tell)
    if goal is None and not {"target", "target_year"} <= set(frame):
        raise InputError("no target: state --target VALUE@YEAR, or give the file the columns target and target_year")
    with _spread(cluster) as spread:
        panel = assess_file(frame, goal, stated, spread)
    panel = replace(panel, name=file.stem, file=file.name, sha256=_sha256(file), scenario=_title(scenario, stated))
    folder = (output or _reports()) / file.stem
    if file.resolve().parent == folder.resolve():
        raise InputError(f"{file} lies where its results would go; state another --output")
    _written(folder / "panel.csv", partial(_csv, panel.found))
    if panel.totals:
        _written(folder / "totals.csv", partial(_csv, _stacked(panel.totals)))
    for language in languages:
        _written(folder / language / "report.html", partial(_text, page(panel, language)))
    return _told_what(panel, folder)


def assess_file(
    frame: pd.DataFrame,
    goal: Target | None = None,
    stated: Scenario | None = None,
    spread: Callable[..., Any] = map,
    seed: int = 0,
) -> Panel:
    """The panel of a table that was read: the class known at as_of, every place's row, and places together."""
    from ruralincome.report.panelpage import Panel

    years = numbers(frame["year"], "year_text")[0]
    known = years[(years >= 1000) & (years <= 9999)]
    if not len(known):
        raise InputError("no row has a year of four digits; look at the column year")
    as_of = stated.as_of if stated is not None and stated.as_of is not None else int(known.max())
    reference = _reference(stated, as_of)
    model = "pooled" if stated is None else cast("Model", stated.models[0])
    asked = question(reference, goal, model=model, moves=_moves(stated, reference))
    places, rows = histories(frame, goal, as_of)
    found = assess_histories(places, rows, asked, spread)
    answered = bool(found["probability"].notna().any())
    if not answered and stated is not None and (found["refusal"] == "no_closed_form").any():
        i = next(i for i, step in enumerate(asked.moves) if step.kind == "add")
        raise InputError(
            f"adjustments[{i}] ({stated.adjustments[i].kind}): points added to growth have a closed form one year "
            "ahead only, and every target lies further; take it out, or answer places one by one with assess"
        )
    areas = [by for by in (("province",), ("province", "district"), ("district",), ()) if set(by) <= set(found)]
    counted = answered and "population" in found and bool((found["population"] > 0).any())
    return Panel(
        "panel", "", "", found, reference, as_of,
        reaching(found, reference.rho, seed) if answered else None,
        [_drawn(found, rows, asked, i) for i in nearest(found, CHOSEN).index.to_list()] if answered else [],
        {by: totals(found, reference.rho, by, seed) for by in areas[:2]} if counted else {},
    )  # fmt: skip


def _drawn(found: pd.DataFrame, rows: Histories, asked: Question, i: int) -> tuple[Series, int, Any]:
    """A place's history, its row, and its quantiles in each year up to the target."""
    from ruralincome.panel.places import QUANTILES, assess_places

    one = rows.part(i, i + 1)
    series = Series(str(found["place"].iloc[i]), tuple(one.years.tolist()), tuple(one.values.tolist()))
    years = range(series.origin + 1, int(one.target_year[0]) + 1)
    parts = [assess_places(replace(one, target_year=np.array([float(year)])), asked) for year in years]
    return series, i, np.array([[float(part[name][0]) for name in QUANTILES] for part in parts])


def _scenario(path: Path | None) -> Scenario | None:
    if path is None:
        return None
    from ruralincome.scenario import read_scenario

    stated = read_scenario(path)
    if stated.sweep is not None:
        raise InputError(f"{path.name}: sweep: a panel answers one scenario; take it out")
    if stated.terms is not None and (stated.terms.prices == "real" or stated.terms.year is not None):
        raise InputError(f"{path.name}: terms: a panel is answered in the prices of its file; take prices and year out")
    if stated.target.prices is not None:
        raise InputError(f"{path.name}: target.prices: a panel is answered in the prices of its file; take it out")
    return stated


def _target(words: str | None, stated: Scenario | None) -> Target | None:
    """The target of the command line, else the scenario's."""
    spec = None if stated is None else stated.target
    if words is None:
        return None if spec is None else Target(spec.value, spec.year, spec.base_year, spec.direction)
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*@\s*(\d{4})\s*", words)
    if match is None:
        hint = "write a decimal point" if "," in words else "write VALUE@YEAR, as 48.9@2021"
        raise InputError(f"--target '{words}' is not a value and a year; {hint}")
    base_year, direction = (None, 1) if spec is None else (spec.base_year, spec.direction)
    return Target(float(match[1]), int(match[2]), base_year, direction)


def _reference(stated: Scenario | None, as_of: int) -> ReferenceClass:
    """The class in current prices, as known at as_of."""
    from ruralincome.scenario import Scenario

    asked = stated or Scenario()
    root = find_root() if asked.reference.endswith(".json") else None
    reference = read_class(asked.reference, as_of, root=root, hindsight=asked.hindsight)
    terms = asked.terms
    if reference.prices == "real" and terms is not None and terms.inflation is not None:
        from ruralincome import prices

        ahead = prices.stated(terms.inflation, terms.sd or 0.0)
        return reference.expecting(ahead.mean, ahead.sd)
    return reference.into("nominal")


def _moves(stated: Scenario | None, reference: ReferenceClass) -> Sequence[Move]:
    if stated is None or not stated.adjustments:
        return ()
    from ruralincome.evidence import class_pace
    from ruralincome.keys import Pace
    from ruralincome.panelmoves import moves, series_pace

    def pace(step: Pace) -> float:
        if step.percent is not None:
            return step.percent / 100
        if step.series is not None:
            return series_pace(read_series(step.series), step.between)
        return class_pace(
            reference, step.quantile if step.quantile is not None else 1 - (step.best or 0) / 2, step.over
        )

    return moves(stated.adjustments, pace)


def _title(path: Path | None, stated: Scenario | None) -> str:
    return "" if path is None or stated is None else path.stem


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _told_what(panel: Panel, folder: Path) -> int:
    """Say how it went, a line a reason for refusing; the exit status."""
    from ruralincome.report.words import say

    refused = panel.found["refusal"]
    print(f"{len(refused):,} places, {int(refused.notna().sum()):,} refused: {folder / 'panel.csv'}")
    for reason, count in refused.value_counts().items():
        if count:
            first = panel.found.loc[refused == reason, "place"].iloc[0]
            why = say(f"panel.refusal.{reason}", "en")
            print(f"refused: {count:,} places by {reason}, '{first}' the first. {why}", file=sys.stderr)
    return int(bool(refused.notna().any()))


def _reports() -> Path:
    try:
        return find_root() / "reports"
    except InputError:
        return Path("reports")


def _csv(found: pd.DataFrame, path: Path) -> None:
    """The rows as CSV, with a byte order mark, without which spreadsheets garble Vietnamese."""
    shown = found.copy(deep=False)
    for name in shown.columns[shown.dtypes == "float64"]:
        shown[name] = shown[name].round(DECIMALS)
    shown.to_csv(path, index=False, encoding="utf-8-sig", chunksize=1 << 15, lineterminator="\n")


def _stacked(totals: Mapping[tuple[str, ...], pd.DataFrame]) -> pd.DataFrame:
    """The tables of districts and provinces, one below the other."""
    import pandas as pd

    return pd.concat(totals.values(), ignore_index=True)


def _text(words: str, path: Path) -> None:
    path.write_text(words, encoding="utf-8")


def _written(path: Path, write: Callable[[Path], None]) -> None:
    """A file that is complete or absent."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        try:
            write(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as fault:
        raise InputError(f"{path} cannot be written ({fault.strerror}); state another --output") from None


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


@contextmanager
def _spread(cluster: str | None) -> Iterator[Callable[[Any, list[Histories]], Iterable[Any]]]:
    """How chunks of places are worked out: here, with a bar on a terminal, or on a cluster."""
    if cluster is None:
        yield _bar
        return
    from ruralincome.cluster import cluster as scheduler

    with scheduler(cluster) as executor:
        yield lambda work, parts: [done.result() for done in [executor.submit(work, part) for part in parts]]


def _bar(work: Any, parts: list[Histories]) -> Iterator[Any]:
    if not sys.stderr.isatty() or len(parts) < 2:
        yield from map(work, parts)
        return
    from rich.console import Console
    from rich.progress import track

    yield from map(work, track(parts, "places", console=Console(stderr=True), transient=True))
