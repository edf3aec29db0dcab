"""A scenario's sweep of shocks and targets: its heat map opens the report, its tables stand folded."""

from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from ruralincome.report.blocks import NOTHING, Block, figure
from ruralincome.report.charts.style import COLOURS, drawn, number_ticks
from ruralincome.report.templates import part
from ruralincome.report.words.phrases import amount, class_title, in_prices, signed
from ruralincome.report.words.words import number, say, unit_words
from ruralincome.scenario.result import Answer, Cells

if TYPE_CHECKING:
    from matplotlib.axes import Axes


ROWS, COLUMNS = 11, 7
"""A sweep is shown thinned to so many shocks and targets."""

SHADES = 10
"""Steps of the colour scale: one for each ten points of probability."""


def first_map(answer: Answer, language: str) -> Markup:
    """The heat map of the first class: targets across, shocks up, P(target) in shades, the line of an even chance.

    Empty without a sweep, or where targets or shocks are one only: a table says that better.
    """
    cells = answer.cells
    if cells is None or min(len(cells.targets), len(cells.shocks)) < 2:
        return Markup()
    facts = _facts(answer, cells, language)
    words = say("sweep.alt", language, **facts)
    picture = drawn("heat0", words, lambda axes: draw_heat(axes, answer, cells, language), 1.1)
    note = in_prices(say("sweep.note", language, **facts), answer.evidence.series, language)
    return figure("heat-map-0", facts["finding"], picture, [note], "", language)


def sweep(answer: Answer, language: str) -> Block:
    """The tables of a sweep, one a class, and the fan, which the heat map has taken the place of."""
    cells = answer.cells
    if cells is None:
        return NOTHING
    facts: dict[str, Any] = {"finding": _facts(answer, cells, language)["finding"], "class_named": class_named}
    facts["mapped"] = min(len(cells.targets), len(cells.shocks)) > 1
    facts |= {"across": _thin(len(cells.targets), COLUMNS), "down": _thin(len(cells.shocks), ROWS)}
    return part("answer/sections.sweep", language, answer=answer, **facts)


def class_named(name: str, answer: Answer, language: str) -> str:
    """The title of a class by its stated name."""
    found = answer.classes.get(name)
    return name if found is None else class_title(found, found.prices, language)


def draw_heat(axes: "Axes", answer: Answer, cells: Cells, language: str) -> None:
    """P(target) in shades over targets and shocks, the line of an even chance, and the target as stated."""
    import seaborn as sns
    from matplotlib.colors import BoundaryNorm

    series, goal, year = answer.evidence.series, answer.evidence.goal, answer.evidence.target.year
    grid, levels = 100 * cells.probability[0], np.linspace(0, 100, SHADES + 1)
    shades = sns.color_palette("blend:#f4ede4,#9cc3d9,#0a4f7d", as_cmap=True).resampled(SHADES)
    shading: Any = {"cmap": shades, "norm": BoundaryNorm(levels.tolist(), SHADES)}
    filled = axes.contourf(cells.targets, cells.shocks, grid, levels, **shading)
    axes.contour(cells.targets, cells.shocks, grid, [50], colors=COLOURS["target"], linewidths=2)
    if cells.shocks[0] <= 0 <= cells.shocks[-1] and cells.targets[0] <= goal <= cells.targets[-1]:
        axes.plot([goal], [0], "+", color=COLOURS["target"], markersize=11, markeredgewidth=2)
    axes.grid(visible=False)
    words = say("sweep.target", language, year=year, unit=unit_words(series.unit, language))  # the note says the prices
    axes.set_xlabel(fill(words, 52), linespacing=1.7)  # letters grow on a narrow screen
    axes.set_title(say("report.sweep.shock", language, years=", ".join(map(str, cells.years))))
    number_ticks(axes.xaxis, language, 5)
    axes.yaxis.set_major_formatter(lambda y, _: signed(y, language, 0))
    bar = axes.figure.colorbar(filled, ax=axes, ticks=[0, 25, 50, 75, 100], pad=0.02)
    bar.set_label(say("compare.table.chance", language), labelpad=9)
    bar.outline.set_visible(False)


def even_target(cells: Cells) -> float | None:
    """The first class's target of an even chance without a shock, linear between; None where the grid has none."""
    if 0.0 not in cells.shocks:
        return None
    row = cells.probability[0, cells.shocks.index(0.0)]
    if not min(row) <= 0.5 <= max(row):
        return None
    order = np.argsort(row, kind="stable")
    return float(np.interp(0.5, row[order], np.asarray(cells.targets)[order]))


def _thin(size: int, most: int) -> list[int]:
    """At most `most` evenly spaced places of `size`, both ends included."""
    return [round(float(at)) for at in np.linspace(0, size - 1, min(size, most))]


def _facts(answer: Answer, cells: Cells, language: str) -> dict[str, str]:
    """What is said of the first class's map, and where its chance is even, in a sentence (finding)."""
    even = even_target(cells)
    facts = {
        "cells": number(cells.probability[0].size, language, 0),
        "reference": class_named(cells.references[0], answer, language),
        "target": "" if even is None else amount(even, answer.evidence.series, language),
        "first": number(cells.targets[0], language, 1),
        "last": number(cells.targets[-1], language, 1),
        "low": signed(cells.shocks[0], language, 1),
        "high": signed(cells.shocks[-1], language, 1),
    }
    return facts | {"finding": say("sweep.finding" if even is not None else "sweep.finding.none", language, **facts)}
