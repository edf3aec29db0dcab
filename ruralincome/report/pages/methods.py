"""How the probability is made, how such probabilities fared, and where they are weak: the methods notebook."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ruralincome.report.blocks import Block, formula
from ruralincome.report.charts.style import COLOURS, dots, drawn, line
from ruralincome.report.pages.benchmark import OURS, best_other, left_out
from ruralincome.report.templates import part
from ruralincome.report.words.words import number, percent, say, text
from ruralincome.scenario.result import Methods

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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
    return part("methods.made", language, formulas={"shrink": formula(SHRINKAGE), "spread": formula(PREDICTIVE)})


def classes(found: Methods, language: str) -> Block:
    """Every class that knows no more than the series, and the target's probability under each."""
    return part("methods.classes", language, found=found)


def widths(found: Methods, language: str) -> Block:
    """The recalibration: how it is learnt, and each class's factor of the width by length of history."""
    return part("methods.widths", language, found=found)


def regimes(found: Methods, language: str) -> Block:
    """The nominal and the real class against what came, origin by origin."""
    return part("methods.regimes", language, found=found)


def record(found: Methods, language: str) -> Block:
    """Coverage, score and calibration on real series, beside what other software reaches on the same ones."""
    return part("methods.record", language, found=found, best_other=best_other, left_out=left_out)


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

    def between(stated: float, end: str) -> float:
        return float(np.interp(stated, band["stated"], band[end]))

    picture = drawn("reliability-figure", finding, draw, 1.3)
    return part("methods.reliability", language, found=found, finding=finding, picture=picture, between=between)


def weak(found: Methods, language: str) -> Block:
    """Where the probability is still weak: what no table shows, then what the tables and the figure show."""
    own = percent(found.own_weight(LONG), language, 0)
    facts = {"reference": text(found.default.title, language), "count": LONG, "weight": own}
    said = [say(f"methods.weak.{i}", language) for i in range(1, 5)] + [say("methods.weak.pace", language, **facts)]
    said += [*weak_cells(found.results, language), *weak_line(found.results["overall"]["line"], language)]
    return part("methods.weak", language, said=said)


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
