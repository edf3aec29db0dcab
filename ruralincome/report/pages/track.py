"""How the probability is made, and the track record of such probabilities: the blocks of the methods notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from ruralincome.data.package import find_root
from ruralincome.models import Refusal, pooled
from ruralincome.reference.vintages import class_names, read_class
from ruralincome.report.blocks import Block, bullets, figure, formula, paragraph, section
from ruralincome.report.charts.style import COLOURS, drawn
from ruralincome.report.pages.others import OURS, best_other, left_out
from ruralincome.report.pages.weak import own_pace, weak_cells, weak_line
from ruralincome.report.tables import NONE, table
from ruralincome.report.words.words import chance, number, percent, say, text
from ruralincome.series import InputError, Series
from ruralincome.target.target import Target

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GROUPS = ("INCOME", "GENERAL")
PREDICTIVE = r"\ln\frac{y_{t+h}}{y_t}\sim t_{2a_n}\left(h\,m_n,\ \tfrac{b_n}{a_n}\left(h+\tfrac{h^2}{k_n}\right)\right)"
SHRINKAGE = r"m_n=\frac{k_0 m_0+G}{k_0+S}"


def made(language: str) -> Block:
    """How the probability is made, step by step."""
    words = [say(f"methods.made.{part}", language) for part in ("question", "history", "shrink", "spread", "draws")]
    parts = [paragraph(w) for w in words[:3]]
    parts += [formula(SHRINKAGE), paragraph(say("methods.made.letters", language))]
    parts += [paragraph(words[3]), formula(PREDICTIVE), paragraph(say("methods.made.wander", language))]
    return _block("made", language, *parts, paragraph(words[4]))


def classes(series: Series, target: Target, language: str) -> Block:
    """Every class that knows no more than the series, and the target's probability under each."""
    rows = []
    for name in class_names():
        try:
            found = read_class(name, series.origin)
            reference = found.into(series.prices)
        except InputError:
            continue
        fit = pooled(series, reference)
        if found.kind != series.kind or isinstance(fit, Refusal):
            continue
        rows.append(
            [
                text(found.title, language),
                f"{found.first_year}–{found.last_year}",
                number(found.series, language, 0),
                percent(fit.estimates["class_drift"], language),
                percent(found.error, language),
                number(found.rho, language, 2),
                percent(fit.estimates["shrinkage"], language, 0),
                chance(fit.probability(target.year, target.value, target.direction), language),
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


def widths(series: Series, language: str) -> Block:
    """The recalibration: how it is learnt, and each class's factor of the width by length of history."""
    rows, counts = [], (2, 3, 5, 8, 12)
    for name in class_names():
        try:
            found = read_class(name, series.origin)
        except InputError:
            continue
        factors = [number(found.width(n - 1), language, 2) if found.widths else NONE for n in counts]
        rows.append([text(found.title, language), *factors])
    head = [say("methods.classes.class", language), *(say(f"methods.history.n{n}", language) for n in counts)]
    return _block(
        "widths",
        language,
        paragraph(say("methods.widths.why", language)),
        table(say("methods.widths.caption", language), head, rows, numeric=range(1, len(head))),
        paragraph(say("methods.widths.note", language), "note"),
    )


def regimes(language: str, root: Path | None = None) -> Block:
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
        for row in _results("provinces.json", root)
    ]
    head = [say(f"methods.regimes.{key}", language) for key in ("class", "origin", "year", "error", "crps", "inside")]
    return _block(
        "regimes",
        language,
        paragraph(say("methods.regimes.why", language)),
        table(say("methods.regimes.caption", language), head, rows, numeric=range(1, len(head))),
        paragraph(say("methods.regimes.note", language)),
    )


def record(language: str, root: Path | None = None) -> Block:
    """Coverage, score and calibration on real series, beside what other software reaches on the same ones."""
    results = _results("results.json", root)
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


def reliability(language: str, root: Path | None = None) -> Block:
    """How often targets were reached at each stated probability."""
    overall = _results("results.json", root)["overall"]
    bins = overall["bins"]
    stated, observed, line = [b["stated"] for b in bins], [b["observed"] for b in bins], overall["line"]
    error = number(overall["calibration_error_%"], language)
    finding = say("methods.reliability.finding", language, error=error)

    def draw(axes: Axes) -> None:
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


def weak(language: str, root: Path | None = None) -> Block:
    """Where the probability is still weak: what no table shows, then what the tables and the figure show."""
    results = _results("results.json", root)
    said = [say(f"methods.weak.{i}", language) for i in range(1, 5)]
    said += [own_pace(language), *weak_cells(results, language), *weak_line(results["overall"]["line"], language)]
    return _block("weak", language, bullets(said))


def _inside(coverage: dict[str, list[float]], language: str) -> str:
    """Coverage of the 80 % interval over all histories, with what it would be had other years been drawn."""
    facts = {
        f"{group.lower()}{part}": percent(value / 100, language)
        for group, shares in coverage.items()
        for part, value in zip(("", "_low", "_high"), shares, strict=True)
    }
    return say("methods.record.all", language, **facts)


def _results(name: str, root: Path | None) -> Any:
    path = (root or find_root()) / "benchmarks" / name
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise InputError(f"benchmarks/{name} is missing; restore it from git, or run make bench") from None


def _block(name: str, language: str, *parts: str) -> Block:
    heading = say(f"methods.{name}.heading", language)
    html = section(f"methods-{name}", heading, *parts)
    return Block(html, Markup(html).striptags())
