"""How the probability is made, how such probabilities fared, and where they are weak: the methods notebook."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from ruralincome.report.blocks import Block, bullets, figure, formula, paragraph, section
from ruralincome.report.charts.style import COLOURS, drawn
from ruralincome.report.pages.benchmark import OURS, best_other, left_out
from ruralincome.report.tables import NONE, table
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
    words = [say(f"methods.made.{part}", language) for part in ("question", "history", "shrink", "spread", "draws")]
    parts = [paragraph(w) for w in words[:3]]
    parts += [formula(SHRINKAGE), paragraph(say("methods.made.letters", language))]
    parts += [paragraph(words[3]), formula(PREDICTIVE), paragraph(say("methods.made.wander", language))]
    return _block("made", language, *parts, paragraph(words[4]))


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
    head = [
        say(f"methods.classes.{key}", language)
        for key in ("class", "years", "places", "pace", "error", "rho", "own", "chance")
    ]
    caption = say("methods.classes.caption", language)
    return _block(
        "classes",
        language,
        paragraph(say("methods.classes.why", language)),
        table(caption, head, rows, numeric=range(2, len(head))),
        paragraph(say("methods.classes.note", language), "note"),
    )


def widths(found: Methods, language: str) -> Block:
    """The recalibration: how it is learnt, and each class's factor of the width by length of history."""
    rows, counts = [], (2, 3, 5, 8, 12)
    for reference in (one.reference for one in found.classes):
        factors = [number(reference.width(n - 1), language, 2) if reference.widths else NONE for n in counts]
        rows.append([text(reference.title, language), *factors])
    head = [say("methods.classes.class", language), *(say(f"methods.history.n{n}", language) for n in counts)]
    return _block(
        "widths",
        language,
        paragraph(say("methods.widths.why", language)),
        table(say("methods.widths.caption", language), head, rows, numeric=range(1, len(head))),
        paragraph(say("methods.widths.note", language), "note"),
    )


def regimes(found: Methods, language: str) -> Block:
    """The nominal and the real class against what came, origin by origin."""
    rows = [
        [
            say(f"methods.regimes.{row['class'].replace('-', '_')}", language),
            str(row["origin"]),
            str(row["year"]),
            number(row["error"], language),
            number(row["crps"], language),
            percent(row["inside80"] / 100, language, 0),
        ]
        for row in found.regimes
    ]
    head = [say(f"methods.regimes.{key}", language) for key in ("class", "origin", "year", "error", "crps", "inside")]
    return _block(
        "regimes",
        language,
        paragraph(say("methods.regimes.why", language)),
        table(say("methods.regimes.caption", language), head, rows, numeric=range(1, len(head))),
        paragraph(say("methods.regimes.note", language)),
    )


def record(found: Methods, language: str) -> Block:
    """Coverage, score and calibration on real series, beside what other software reaches on the same ones."""
    results = found.results
    parts: list[str] = [
        paragraph(say("methods.record.why", language, histories=number(results["histories"], language, 0)))
    ]
    head = [
        say(f"methods.record.{key}", language) for key in ("history", "score", "best", "c50", "c80", "c95", "error")
    ]
    for group in GROUPS:
        rows = [
            [
                say(f"methods.history.{row['history']}", language),
                number(row["crps"], language, 2),
                NONE if (best := best_other(results, row)) is None else number(best, language, 2),
                *(percent(row[key] / 100, language, 0) for key in ("c50", "c80", "c95")),
                number(row["calibration_error_%"], language),
            ]
            for row in results["tables"][OURS]
            if row["group"] == group
        ]
        caption = say(f"methods.record.{group.lower()}", language)
        parts.append(table(caption, head, rows, numeric=range(1, len(head))))
    parts.append(paragraph(f"{say('methods.record.note', language)} {left_out(results, language)}", "note"))
    parts.append(paragraph(_inside(results["overall"]["coverage80"], language)))
    if m3 := results["m3"]:
        facts = {"series": number(m3["series"], language, 0), "smape": number(m3["smape"], language, 2)}
        parts.append(paragraph(say("methods.record.m3", language, **facts)))
    return _block("record", language, *parts)


def reliability(found: Methods, language: str) -> Block:
    """How often targets were reached at each stated probability."""
    overall = found.results["overall"]
    bins = overall["bins"]
    stated, observed, line = [b["stated"] for b in bins], [b["observed"] for b in bins], overall["line"]
    error = number(overall["calibration_error_%"], language)
    finding = say("methods.reliability.finding", language, error=error)

    def draw(axes: "Axes") -> None:
        import seaborn as sns

        axes.plot([0, 1], [0, 1], color=COLOURS["quiet"], linewidth=1, linestyle="--")
        axes.fill_between(line["stated"], line["low"], line["high"], color=COLOURS["line"], linewidth=0)
        sns.lineplot(x=line["stated"], y=line["observed"], ax=axes, color=COLOURS["forecast"], estimator=None)
        sns.scatterplot(x=stated, y=observed, ax=axes, color=COLOURS["forecast"], s=25)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        ticks = [0, 0.25, 0.5, 0.75, 1]
        axes.set_xticks(ticks, [percent(t, language, 0) for t in ticks])
        axes.set_yticks(ticks, [percent(t, language, 0) for t in ticks])
        axes.set_xlabel(say("methods.reliability.stated", language))
        axes.set_ylabel(say("methods.reliability.observed", language))

    rows = [
        [
            percent(b["stated"], language, 0),
            percent(b["observed"], language, 0),
            *(percent(float(np.interp(b["stated"], line["stated"], line[k])), language, 0) for k in ("low", "high")),
            number(b["targets"], language, 0),
        ]
        for b in bins
    ]
    head = [say(f"methods.reliability.{key}", language) for key in ("stated", "observed", "low", "high", "targets")]
    data = table(finding, head, rows, numeric=range(len(head)))
    picture = drawn("reliability-figure", finding, draw, 1.3)
    notes = [say("methods.reliability.note", language)]
    shown = figure("reliability-figure", finding, picture, notes, data, language)
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
            cells = [_cell(row, key, language) for row in weak]
            if cells:
                facts = {"group": title, "low": low, "high": high, "cells": "; ".join(cells)}
                yield say(f"methods.weak.{code}", language, **facts)


def weak_line(line: Mapping[str, list[float]], language: str) -> Iterator[str]:
    """At which stated chances the reliability line leaves its band, and in which direction."""
    figure = say("methods.reliability.heading", language)
    columns = [line[key] for key in ("observed", "low", "high")]
    for code, outside in (
        ("fewer", [seen < low for seen, low, _ in zip(*columns, strict=True)]),
        ("more", [seen > high for seen, _, high in zip(*columns, strict=True)]),
    ):
        if spans := spans_of(line["stated"], outside):
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
    history, value = say(f"methods.history.{row['history']}", language), number(row[key], language)
    return f"{history} ({value})" if key == ERROR else f"{history} ({value}%)"


def _span(first: float, last: float, language: str) -> str:
    low, high = (number(100 * min(x, LAST), language, 0) for x in (first, last))
    return f"{low}%" if low == high else f"{low}–{high}%"


def _inside(coverage: dict[str, list[float]], language: str) -> str:
    """Coverage of the 80 % interval over all histories, with what it would be had other years been drawn."""
    facts = {
        f"{group.lower()}{part}": percent(value / 100, language)
        for group, shares in coverage.items()
        for part, value in zip(("", "_low", "_high"), shares, strict=True)
    }
    return say("methods.record.all", language, **facts)


def _block(name: str, language: str, *parts: str) -> Block:
    heading = say(f"methods.{name}.heading", language)
    html = section(f"methods-{name}", heading, *parts)
    return Block(html, Markup(html).striptags())
