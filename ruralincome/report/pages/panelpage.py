"""The page of a panel: one HTML file that ranks, searches and counts ten thousand places without a network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from ruralincome.report.blocks import joined, paragraph, section
from ruralincome.report.charts import pictures
from ruralincome.report.charts.fan import Fan
from ruralincome.report.pages.panelcounts import Count, Layer, distribution, questions
from ruralincome.report.pages.paneltable import decimals, place_area, ranked, rows_for_script
from ruralincome.report.tables import table
from ruralincome.report.templates import rendered, source
from ruralincome.report.words.adjusting import changes, told
from ruralincome.report.words.words import chance, number, percent, say, text
from ruralincome.scenario.result import ReferenceClass
from ruralincome.series import Said, Series, Text
from ruralincome.target.likelihood import LIKELIHOODS

AREAS = 100
"""Rows of a table of totals that the page shows."""
WORDS = tuple(code for _, code in LIKELIHOODS)
OUTLOOK_ORDER = ("met", "on_track", "behind", "away", "unknown")


@dataclass(frozen=True)
class Panel:
    """All that a page says of a panel.

    found: one row a place (see assess_panel); count: how many reach their target, None where none was answered;
    chosen: places drawn one by one, each with its history and (years, 7) quantiles up to its target; totals: tables of
    districts and provinces by the columns that name them; title: of the scenario; layers: all questions, if several;
    direction: 1 where more is better, -1 where less is; changes: the scenario's adjustments; notes: on standards
    and on places that were redrawn; rules: how many places
    each official rule calls met, on track and so on.
    """

    name: str
    file: str
    sha256: str
    found: pd.DataFrame
    reference: ReferenceClass
    as_of: int
    count: Count | None
    chosen: Sequence[tuple[Series, int, Any]] = ()
    totals: Mapping[tuple[str, ...], pd.DataFrame] | None = None
    title: Text | None = None
    layers: Sequence[Layer] = ()
    direction: int = 1
    changes: Sequence[Said] = ()
    notes: Sequence[Said] = ()
    rules: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def page(panel: Panel, language: str) -> str:
    """The page in one language; the same panel gives the same bytes."""
    digits = decimals(panel.found)
    title = say("panel.title", language, name=panel.name, places=number(len(panel.found), language, 0))
    parts = [
        questions(panel.layers, language, digits),
        _spread(panel, language),
        _nearest(panel, language, digits),
        ranked(panel.found, language, digits),
        _totals(panel, language, digits),
        _rules(panel, language),
        _refusals(panel, language),
    ]
    made = say("panel.made", language, version=version("ruralincome"), file=panel.file, hash=panel.sha256[:16] + "…")
    return str(
        rendered(
            "panel/index.html.j2",
            language=language,
            title=title,
            kicker=say("panel.kicker", language),
            panel=panel,
            answered=int(panel.found["probability"].notna().sum()),
            refused=int(panel.found["refusal"].notna().sum()),
            rho=number(panel.reference.rho, language, 2),
            unit=_unit(panel.found),
            changes=changes(panel.changes, language),
            notes=[told(note, language) for note in panel.notes],
            whole=lambda value: number(value, language, 0),
            text=text,
            sections=joined(part for part in parts if part),
            made=made,
            data=Markup(rows_for_script(panel.found, language, digits)),
            script=source("panel/table.js"),
        )
    )


def _unit(found: pd.DataFrame) -> str:
    """The unit as the table writes it, where it writes one only."""
    units = [unit for unit in found["unit"].unique() if unit] if "unit" in found else []
    return str(units[0]) if len(units) == 1 else ""


def _spread(panel: Panel, language: str) -> Markup:
    """Histogram of probabilities, and places by likelihood."""
    probability = panel.found["probability"].to_numpy(float)
    probability = probability[~np.isnan(probability)]
    if not len(probability):
        return Markup()
    counts = panel.found["likelihood"].value_counts()
    rows = [
        [
            say(f"likelihood.{code}", language),
            number(int(counts.get(code, 0)), language, 0),
            percent(int(counts.get(code, 0)) / len(probability), language),
        ]
        for code in WORDS
    ]
    head = [say(code, language) for code in ("panel.likelihood", "panel.places", "panel.share")]
    listed = table(say("panel.histogram.table", language), head, rows, numeric=(1, 2))
    facts = {
        "likely": number(int((probability > 0.5).sum()), language, 0),
        "answered": number(len(probability), language, 0),
    }
    tables = Markup('<div class="tables">{}{}</div>').format(listed, distribution(panel.count, language))
    figure = Markup('<figure id="histogram"><figcaption>{}</figcaption>{}{}</figure>').format(
        say("panel.histogram.finding", language, **facts), pictures.bars(probability, language), tables
    )
    return section("spread", say("panel.histogram.heading", language), figure)


def _nearest(panel: Panel, language: str, digits: int) -> Markup:
    if not panel.chosen:
        return Markup()
    return section(
        "nearest",
        say("panel.nearest.heading", language),
        Markup('<ul class="multiples">{}</ul>').format(
            joined(_place(*one, panel.found, language, digits) for one in panel.chosen)
        ),
        paragraph(say("panel.nearest.note", language), "note"),
    )


def _place(series: Series, at: int, quantiles: Any, found: pd.DataFrame, language: str, digits: int) -> Markup:
    """A place drawn by itself: observations, intervals up to its target, and the target."""
    row: dict[Any, Any] = found.loc[at].to_dict()
    area = place_area(row)
    name = f"{series.name} ({area})" if area else series.name
    title = say("panel.nearest.title", language, place=name, chance=chance(row["probability"], language))
    columns = {"last": "last", "target": "target", "median": "median", "low": "low80", "high": "high80"}
    shown = {fact: number(float(row[column]), language, digits) for fact, column in columns.items()}
    facts = {"place": series.name, "last_year": series.origin, "year": int(row["target_year"]), **shown}
    fan = Fan.of_place(series, float(row["target"]), quantiles)
    words = say("panel.nearest.alt", language, **facts)
    picture = pictures.small_fan(fan, words, (shown["last"], shown["target"]), language)
    return Markup("<li><h3>{}</h3>{}</li>").format(title, picture)


def _totals(panel: Panel, language: str, digits: int) -> Markup:
    """Tables of districts and provinces, one a target year and a level of area."""
    tables = []
    for by, rows in (panel.totals or {}).items():
        for year, some in rows.groupby("target_year", sort=True):
            head = [
                say("panel.totals.area", language),
                *(say(f"panel.totals.{code}", language) for code in ("population", "missing")),
                *(say(f"panel.column.{code}", language) for code in ("target", "median", "interval", "probability")),
                say("panel.totals.reach", language),
            ]
            body = [_area(row, by, language, digits) for row in some.head(AREAS).to_dict("records")]
            tables.append(table(say("panel.totals.table", language, year=year), head, body, numeric=range(1, 8)))
            if len(some) > AREAS:
                facts = {"shown": number(AREAS, language, 0), "rows": number(len(some), language, 0)}
                tables.append(paragraph(say("panel.totals.cut", language, **facts), "note"))
    if not tables:
        return Markup()
    note = paragraph(say("panel.totals.note", language), "note")
    return section("totals", say("panel.totals.heading", language), *tables, note)


def _area(row: Mapping[Any, Any], by: Sequence[str], language: str, digits: int) -> list[str]:
    name = ", ".join(str(row[key]) for key in reversed(by)) or say("panel.totals.whole", language)
    low, high = (number(row[key], language, digits) for key in ("low80", "high80"))
    few, many = (number(row[key], language, 0) for key in ("reach_low", "reach_high"))
    return [
        name,
        number(row["population"], language, 0),
        number(row["missing"], language, 0),
        number(row["target"], language, digits),
        number(row["median"], language, digits),
        f"{low} – {high}",
        chance(row["probability"], language),
        f"{number(row['reach_median'], language, 0)} ({few}–{many})",
    ]


def _rules(panel: Panel, language: str) -> Markup:
    """How many places each official rule calls met, on track, behind, moving away."""
    rows = [
        [say(f"rule.{rule}.name", language), *(number(counts.get(code, 0), language, 0) for code in OUTLOOK_ORDER)]
        for rule, counts in panel.rules.items()
    ]
    head = [say("panel.rules.rule", language), *(say(f"outlook.{code}", language) for code in OUTLOOK_ORDER)]
    listed = table(say("panel.rules.table", language), head, rows, numeric=range(1, 6))
    return section("rules", say("panel.rules.heading", language), listed)


def _refusals(panel: Panel, language: str) -> Markup:
    """Reasons with their remedy, how many places, and the first of them by name."""
    refused = panel.found[panel.found["refusal"].notna()]
    if not len(refused):
        return Markup()
    counts = refused["refusal"].astype(str).value_counts(sort=True)
    first = refused.groupby(refused["refusal"].astype(str))["place"].first().to_dict()
    rows = [
        [say(f"panel.refusal.{reason}", language), number(int(count), language, 0), str(first[reason])]
        for reason, count in counts.to_dict().items()
    ]
    head = [say(code, language) for code in ("panel.column.reason", "panel.places", "panel.column.example")]
    listed = table(say("panel.refusals.table", language), head, rows, numeric=(1,))
    return section("refusals", say("panel.refusals.heading", language), listed)
