"""How the probability is made, how such probabilities fared, and where they are weak: the methods notebook."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from ruralincome.report.blocks import Block, bullets, figure, formula, paragraph, section
from ruralincome.report.charts.style import COLOURS, dots, drawn, line
from ruralincome.report.pages.benchmark import OURS, best_other, left_out
from ruralincome.report.tables import NONE, heads, table
from ruralincome.report.words.words import chance, number, percent, say, text
from ruralincome.scenario.result import Methods
from ruralincome.target.target import Outlook

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GROUPS = ("INCOME", "GENERAL")
PREDICTIVE = r"\ln\frac{y_{t+h}}{y_t}\sim t_{2a_n}\left(h\,m_n,\ \tfrac{b_n}{a_n}\left(h+\tfrac{h^2}{k_n}\right)\right)"
SHRINKAGE = r"m_n=\frac{k_0 m_0+G}{k_0+S}"
ERROR = "calibration_error_%"
SPOTS = (
    ("wide", "c80", 0, 85),
    ("narrow", "c80", 75, 100),
    ("half", "c50", 45, 55),
    ("tails", "c95", 92, 100),
    ("chances", ERROR, 0, 4),
)
"""What is weak, its column of the results, and the bounds beyond which it is."""
LONG = 12
"""The most yearly observations that the benchmark gives."""
LAST = 0.99
"""The highest stated chance that is shown in words."""


def made(language: str) -> Block:
    """How the probability is made, step by step."""
    question, history, shrink, letters, spread, memory, draws = (
        paragraph(say(f"methods.made.{part}", language))
        for part in ("question", "history", "shrink", "letters", "spread", "memory", "draws")
    )
    formulas = formula(SHRINKAGE), formula(PREDICTIVE)
    return _block("made", language, question, history, shrink, formulas[0], letters, spread, formulas[1], memory, draws)


def classes(found: Methods, language: str) -> Block:
    """Every class that knows no more than the series, and the target's probability under each."""
    rows = []
    for one in found.classes:
        reference, outlook = one.reference, one.outlook
        if reference.kind != found.series.kind or not isinstance(outlook, Outlook):
            continue
        estimates = outlook.fit.estimates
        rows.append(
            [
                text(reference.title, language),
                f"{reference.first_year}–{reference.last_year}",
                number(reference.series, language, 0),
                percent(estimates["class_drift"], language),
                percent(reference.error, language),
                number(reference.rho, language, 2),
                percent(estimates["shrinkage"], language, 0),
                chance(outlook.probability(found.target), language),
            ]
        )
    columns = ("class", "years", "places#", "pace#", "error#", "rho#", "own#", "chance#")
    return _tabled("classes", language, heads("methods.classes", language, *columns), rows)


def widths(found: Methods, language: str) -> Block:
    """The recalibration: how it is learnt, and each class's factor of the width by length of history."""
    rows, counts = [], (2, 3, 5, 8, 12)
    for reference in (one.reference for one in found.classes):
        factors = [number(reference.width(n - 1), language, 2) if reference.widths else NONE for n in counts]
        rows.append([text(reference.title, language), *factors])
    head = heads("methods", language, "classes.class", *(f"history.n{n}#" for n in counts))
    return _tabled("widths", language, head, rows)


def regimes(found: Methods, language: str) -> Block:
    """The nominal and the real class against what came, origin by origin."""
    rows = [
        [
            say(f"methods.regimes.{row['class'].replace('-', '_')}", language),
            str(row["origin"]),
            str(row["year"]),
            *(number(row[key], language) for key in ("error", "crps")),
            percent(row["inside80"] / 100, language, 0),
        ]
        for row in found.regimes
    ]
    head = heads("methods.regimes", language, "class", "origin#", "year#", "error#", "crps#", "inside#")
    return _tabled("regimes", language, head, rows, role="")


def record(found: Methods, language: str) -> Block:
    """Coverage, score and calibration on real series, beside what other software reaches on the same ones."""
    results = found.results
    parts = [paragraph(say("methods.record.why", language, histories=number(results["histories"], language, 0)))]
    head = heads("methods.record", language, "history", "score#", "best#", "c50#", "c80#", "c95#", "error#")
    for group in GROUPS:
        rows = [
            [
                say(f"methods.history.{row['history']}", language),
                number(row["crps"], language, 2),
                NONE if (best := best_other(results, row)) is None else number(best, language, 2),
                *(percent(row[key] / 100, language, 0) for key in ("c50", "c80", "c95")),
                number(row[ERROR], language),
            ]
            for row in results["tables"][OURS]
            if row["group"] == group
        ]
        parts.append(table(say(f"methods.record.{group.lower()}", language), head, rows))
    parts.append(paragraph(f"{say('methods.record.note', language)} {left_out(results, language)}", "note"))
    inside = {  # of the 80 % interval over all histories, with what it would be had other years been drawn
        f"{group.lower()}{part}": percent(value / 100, language)
        for group, shares in results["overall"]["coverage80"].items()
        for part, value in zip(("", "_low", "_high"), shares, strict=True)
    }
    parts.append(paragraph(say("methods.record.all", language, **inside)))
    if m3 := results["m3"]:
        facts = {"series": number(m3["series"], language, 0), "smape": number(m3["smape"], language, 2)}
        parts.append(paragraph(say("methods.record.m3", language, **facts)))
    return _block("record", language, *parts)


def reliability(found: Methods, language: str) -> Block:
    """How often targets were reached at each stated probability."""
    overall = found.results["overall"]
    bins, band = overall["bins"], overall["line"]
    finding = say("methods.reliability.finding", language, error=number(overall[ERROR], language))

    def draw(axes: "Axes") -> None:
        axes.plot([0, 1], [0, 1], color=COLOURS["quiet"], linewidth=1, linestyle="--")
        axes.fill_between(band["stated"], band["low"], band["high"], color=COLOURS["line"], linewidth=0)
        line(axes, "forecast", band["stated"], band["observed"])
        dots(axes, "forecast", [b["stated"] for b in bins], [b["observed"] for b in bins], 25)
        ticks = (0, 0.25, 0.5, 0.75, 1)
        for axis, key in ((axes.xaxis, "stated"), (axes.yaxis, "observed")):
            axis.set_ticks(ticks, labels=[percent(t, language, 0) for t in ticks])
            axis.set_label_text(say(f"methods.reliability.{key}", language))
        axes.set(xlim=(0, 1), ylim=(0, 1))

    rows = [
        [
            *(percent(b[key], language, 0) for key in ("stated", "observed")),
            *(percent(float(np.interp(b["stated"], band["stated"], band[k])), language, 0) for k in ("low", "high")),
            number(b["targets"], language, 0),
        ]
        for b in bins
    ]
    head = heads("methods.reliability", language, "stated#", "observed#", "low#", "high#", "targets#")
    picture = drawn("reliability-figure", finding, draw, 1.3)
    notes = [say("methods.reliability.note", language)]
    shown = figure("reliability-figure", finding, picture, notes, table(finding, head, rows), language)
    brier = {key: number(value, language, 4) for key, value in overall["brier"].items()}
    return _block("reliability", language, shown, paragraph(say("methods.reliability.brier", language, **brier)))


def weak(found: Methods, language: str) -> Block:
    """Where the probability is still weak: what no table shows, then what the tables and the figure show."""
    own = percent(found.own_weight(LONG), language, 0)
    facts = {"reference": text(found.default.title, language), "count": LONG, "weight": own}
    said = [say(f"methods.weak.{i}", language) for i in range(1, 5)] + [say("methods.weak.pace", language, **facts)]
    said += [*weak_cells(found.results, language), *weak_line(found.results["overall"]["line"], language)]
    return _block("weak", language, bullets(said))


def weak_cells(results: Mapping[str, Any], language: str) -> Iterator[str]:
    """The cells of the record's tables that lie beyond the bounds of `SPOTS`, group by group."""
    ours = results["tables"][OURS]
    for group in dict.fromkeys(row["group"] for row in ours):
        title = say(f"methods.record.{group.lower()}", language)
        for code, key, low, high in SPOTS:
            weak = [row for row in ours if row["group"] == group and not low <= row[key] <= high]
            if weak:
                cells = "; ".join(_cell(row, key, language) for row in weak)
                facts = {"group": title, "low": low, "high": high, "cells": cells}
                yield say(f"methods.weak.{code}", language, **facts)


def weak_line(line: Mapping[str, list[float]], language: str) -> Iterator[str]:
    """At which stated chances the reliability line leaves its band, and in which direction."""
    figure = say("methods.reliability.heading", language)
    seen, low, high = (np.array(line[key]) for key in ("observed", "low", "high"))
    for code, outside in (("fewer", seen < low), ("more", seen > high)):
        if spans := spans_of(line["stated"], outside.tolist()):
            shown = ", ".join(_span(first, last, language) for first, last in spans)
            yield say(f"methods.weak.line.{code}", language, figure=figure, spans=shown)


def spans_of(stated: list[float], outside: list[bool]) -> list[tuple[float, float]]:
    """First and last stated chance of each stretch outside; one point inside between two outside ends no stretch."""
    spans: list[tuple[int, int]] = []
    for i in (i for i, out in enumerate(outside) if out):
        if spans and i - spans[-1][1] <= 2:
            spans[-1] = (spans[-1][0], i)
        else:
            spans.append((i, i))
    return [(stated[first], stated[last]) for first, last in spans]


def _cell(row: Mapping[str, Any], key: str, language: str) -> str:
    history, sign = say(f"methods.history.{row['history']}", language), "" if key == ERROR else "%"
    return f"{history} ({number(row[key], language)}{sign})"


def _span(first: float, last: float, language: str) -> str:
    low, high = (number(100 * min(x, LAST), language, 0) for x in (first, last))
    return f"{low}%" if low == high else f"{low}–{high}%"


def _tabled(name: str, language: str, head: list[str], rows: list[list[str]], role: str = "note") -> Block:
    """A block of one table: why, the table, and a note below."""
    why, caption, note = (say(f"methods.{name}.{part}", language) for part in ("why", "caption", "note"))
    return _block(name, language, paragraph(why), table(caption, head, rows), paragraph(note, role))


def _block(name: str, language: str, *parts: str) -> Block:
    heading = say(f"methods.{name}.heading", language)
    html = section(f"methods-{name}", heading, *parts)
    return Block(html, Markup(html).striptags())
