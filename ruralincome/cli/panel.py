"""`ruralincome panel`: a CSV of places carried to one row a place and to a page in each language."""

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from ruralincome.cli.terminal import meter, metered, remark, say, spoken, tell
from ruralincome.data.files import PART, all_or_none, hold
from ruralincome.data.forms.reading import Options
from ruralincome.data.spoken import language as spoken_in
from ruralincome.panel.answers import answer_panel, ask, latest_year, state
from ruralincome.panel.files import csv_rows, read_panel
from ruralincome.panel.histories import Histories
from ruralincome.panel.ready import Order, as_ordered, notes, ready
from ruralincome.panel.rows import KEYS, REASONS
from ruralincome.report.pages.panelpage import Layer, PanelPage, page
from ruralincome.report.words import words
from ruralincome.scenario.evidence import at_home
from ruralincome.series import InputError, Said, Text

PARTS = (f".*{PART}", f"*/.report.html{PART}")  # what a run that was killed leaves among the files of a panel
TOLD, UNUSED, BORDERS = 5, "places.unused", REASONS[REASONS.index("population_jumps") : REASONS.index("territory_text")]
GRID = ("target", "target_year", "median", "low80", "high80", "probability", "likelihood", "refusal")
"""What scenarios.csv says of a place under each question."""


def run_panel(
    file: Path, target: str | None = None, scenarios: Sequence[Path] = (), output: Path = Path("reports"),
    cluster: str | None = None, languages: Sequence[str] = words.LANGUAGES,
    order: Order = Order(), reading: Options | None = None, page: Callable[[PanelPage, str], str] = page,  # noqa: B008
) -> int:  # fmt: skip
    """Assess every place of `file`; write OUTPUT/NAME/panel.csv and OUTPUT/NAME/LANGUAGE/report.html, counts.csv and
    totals.csv, and names without a place to unplaced.csv. Returns the exit status: 1 where some place was refused.
    target: "48.9@2021", for places that state none of their own; scenarios: params files, of which the first leads;
    where there are more, or one has a sweep, scenarios.csv holds a row a place and question; cluster: address of a dask
    scheduler for the chunks; order: of standards and places that were redrawn; page: what makes the page of a language.
    One that is interrupted, or refused with InputError, leaves the files of an earlier run as they were."""
    stated = state(scenarios, order.target(target), _unit_names, file.parent)
    if order.lines is not None:
        unit, where = order.lines.unit, f"--standard {order.standard}"
        stated = [replace(one, units=(unit, *_unit_names(unit)), levels=True, where=where) for one in stated]
    folder = output / file.stem
    if (itself := file.resolve().parent == folder.resolve()) or any(folder.glob("*/report.ipynb")):
        raise InputError("cli.panel_over_itself" if itself else "cli.panel_over_report", file=file, folder=folder)
    with meter(file.name) as count:
        frame = as_ordered(read_panel(file, tell=count, options=reading, remark=remark), order, reading, file.name)
    own = {"target", "target_year"} <= set(frame)
    if stated[0].goal is None and not own:
        raise InputError("cli.no_target")
    latest = latest_year(frame)
    asked = [question for one in stated for question in ask(one, latest, own)]
    money = [*map(str, frame["unit"].dropna().unique())] if "unit" in frame else []
    for one, code in product(asked, money):
        at_home(one.reference, code, panel=True)
    if not any(money):
        remark(InputError("panel.in_lines" if order.lines else "panel.no_unit", file=file.name, of=stated[0].units[:1]))
    drawn = ready(frame, order, asked)
    said, frames, several, layers = notes(order, drawn, asked[0]), [drawn.frame], len(asked) > 1, list[Layer]()
    drawn, frame = replace(drawn, frame=pd.DataFrame()), pd.DataFrame()  # the table goes with its last question
    with hold(folder, PARTS), _spread(cluster, not several) as spread, all_or_none() as put:
        first = found = answer_panel(frames[0] if several else frames.pop, asked[0], spread)
        totals, by, tongue = found.totals(), found.asked, spoken_in() if spoken_in() in languages else languages[0]
        areas, lost = pd.concat(totals.values(), ignore_index=True) if totals else pd.DataFrame(), drawn.told or {}
        texts = {why: words.fault(why, tongue) for why in lost.values()}
        fits = found.rows["refusal"].isna() | found.rows["refusal"].isin(BORDERS)
        whys = [why if fit else None for why, fit in zip(drawn.why(found.rows), fits, strict=False)]
        for name, table in {
            "panel.csv": found.rows.assign(told=[texts[why] if why else "" for why in whys]) if whys else found.rows,
            "totals.csv": areas[sorted(areas, key=lambda name: (*KEYS, name).index(name))] if totals else None,
            "counts.csv": pd.DataFrame(found.count.table) if found.count else None,
            "unplaced.csv": pd.DataFrame({"place": [*lost], "why": [*map(texts.get, lost.values())]}) if lost else None,
            **({} if several else {"scenarios.csv": None}),
        }.items():  # without one the file of an earlier run goes
            put(folder / name, None if table is None else partial(_write, table))
        for i, one in enumerate(metered(asked, "cli.panel.bar.questions") if several else ()):
            found = first if i == 0 else answer_panel(frames[0], one, spread)
            names = [*(key for key in KEYS if key in found.rows), *GRID]
            named = {"scenario": one.stated.name, "reference": one.reference.name, "shock": one.shock}
            shown = pd.DataFrame(named | {name: found.rows[name].array for name in names})
            put(folder / "scenarios.csv", partial(_write, shown, more=i > 0))
            layers.append(Layer(
                one.title, one.reference.title if one.cell else None, one.shock if one.cell else None, found.target,
                found.answered, found.refused, found.count, found.reason, one.basis.direction,
                () if one.cell else one.changes,
            ))  # fmt: skip
        frames.clear()
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        told = [*filter(None, whys)][:TOLD]
        others = [Said("panel.told", {"why": Text(words.fault(w, "vi"), words.fault(w, "en"))}) for w in told]
        panel = PanelPage(
            file.stem, file.name, digest, first.rows, by.reference, by.as_of, first.count, first.nearest(), totals,
            by.title, layers, by.basis.direction, by.changes, (*said, *others), first.outlooks(),
            "../../index.html" if (folder.parent / "index.html").is_file() else "",
        )  # fmt: skip
        for language in languages:
            put(folder / language / "report.html", page(panel, language).encode())
    return _tell(panel, folder, whys)


def _unit_names(unit: str) -> list[str]:
    return [words.unit_words(unit, language) for language in words.LANGUAGES]


def _tell(panel: PanelPage, folder: Path, whys: Sequence[InputError | None]) -> int:
    """Say how it went, a line a reason for refusing; the exit status. whys: what is told of the borders of places."""
    refused = panel.found["refusal"]
    tell("cli.panel.places", places=len(refused), refused=int(refused.notna().sum()), file=folder / "panel.csv")
    if panel.layers:
        more = sum(layer.refused > 0 for layer in panel.layers)
        tell("cli.panel.questions", questions=len(panel.layers), refused=more, file=folder / "scenarios.csv")
    for reason, count in refused.value_counts()[lambda counted: counted > 0].items():
        at = int((refused == reason).to_numpy().argmax())
        first, why, told = panel.found["place"].iloc[at], say(f"panel.refusal.{reason}"), whys[at] if whys else None
        if told and told.code != UNUSED:
            why = say("cli.panel.told", why=words.capital(spoken(told)), file=folder / "unplaced.csv")
        print(say("cli.panel.refused", places=int(count), reason=reason, first=first, why=why), file=sys.stderr)
    remark(*[why for why in whys if why and why.code == UNUSED][:TOLD])
    return int(bool(refused.notna().any()) or any(layer.refused for layer in panel.layers))


def _write(found: pd.DataFrame, path: Path, more: bool = False) -> None:
    """The rows as CSV; `more` adds to a file."""
    with path.open("ab" if more else "wb") as stream:
        stream.writelines(csv_rows(found, head=not more))


@contextmanager
def _spread(cluster: str | None, alone: bool) -> Iterator[Callable[[Any, list[Histories]], Iterable[Any]]]:
    """How chunks of places are worked out: here or on a cluster; `alone`: with a bar, as there is none of questions."""
    shown = partial(metered, code="cli.panel.bar.places") if alone else iter
    if cluster is None:
        yield lambda work, parts: map(work, shown(parts))
        return
    try:
        from ruralincome.batch.workers import cluster as workers  # with all that runs notebooks

        with workers(cluster) as executor:
            yield lambda work, parts: map(Future.result, shown([executor.submit(work, part) for part in parts]))
    except CancelledError:
        raise InputError("batch.scheduler_left", address=cluster) from None
