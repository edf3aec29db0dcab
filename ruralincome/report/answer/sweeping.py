"""A scenario's sweep of shocks and targets: its heat map opens the report, its tables stand folded."""

from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from ruralincome.report.blocks import NOTHING, Block, figure
from ruralincome.report.charts.pictures import fan_figure
from ruralincome.report.charts.style import COLOURS, drawn, number_ticks
from ruralincome.report.templates import part
from ruralincome.report.words.phrases import amount, class_title, in_prices, signed, unit_name
from ruralincome.report.words.words import number, say
from ruralincome.scenario.result import Answer, Cells
from ruralincome.series import Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes


ROWS, COLUMNS = 11, 7
"""A sweep is shown thinned to so many shocks and targets."""

SHADES = 10
"""Steps of the colour scale: one for each ten points of probability."""


def first_map(answer: Answer, language: str) -> Markup:
    """The heat map of the first class; empty without a sweep, or where targets or shocks are one only."""
    if answer.cells is None:
        return Markup()
    evidence = answer.evidence
    reference = class_named(answer.cells.references[0], answer, language)
    return heat_map(answer.cells, 0, evidence.series, evidence.goal, reference, evidence.target.year, language)


def sweep(answer: Answer, language: str) -> Block:
    """The tables of a sweep, one a class, and the fan, which the heat map has taken the place of."""
    cells = answer.cells
    if cells is None:
        return NOTHING
    first = class_named(cells.references[0], answer, language)
    picture = fan_figure(answer.assessment, language) if first_map(answer, language) else ""
    finding = heat_finding(cells, 0, answer.evidence.series, first, language)
    facts: dict[str, Any] = {"finding": finding, "picture": picture, "class_named": class_named}
    facts |= {"across": _thin(len(cells.targets), COLUMNS), "down": _thin(len(cells.shocks), ROWS)}
    return part("answer/sections.sweep", language, answer=answer, **facts)


def class_named(name: str, answer: Answer, language: str) -> str:
    """The title of a class by its stated name."""
    found = answer.classes.get(name)
    return name if found is None else class_title(found, found.prices, language)


def heat_map(cells: Cells, layer: int, series: Series, goal: float, reference: str, year: int, language: str) -> Markup:
    """Targets across, shocks up, P(target) in shades, with the line of an even chance.

    goal, year: the target as stated; reference: the class's title.
    Empty where targets or shocks are one only: a table says that better.
    """
    if min(len(cells.targets), len(cells.shocks)) < 2:
        return Markup()
    facts = _facts(cells, layer, series, reference, language)
    finding = heat_finding(cells, layer, series, reference, language)
    return figure(
        f"heat-map-{layer}",
        finding,
        drawn(
            f"heat{layer}",
            say("sweep.alt", language, finding=finding, **facts),
            lambda axes: draw_heat(axes, cells, layer, series, goal, year, language),
            1.1,
        ),
        [in_prices(say("sweep.note", language, **facts), series, language)],
        "",
        language,
    )


def heat_finding(cells: Cells, layer: int, series: Series, reference: str, language: str) -> str:
    """Where the chance is even, in a sentence."""
    facts = _facts(cells, layer, series, reference, language)
    return say("sweep.finding" if facts["target"] else "sweep.finding.none", language, **facts)


def draw_heat(axes: "Axes", cells: Cells, layer: int, series: Series, goal: float, year: int, language: str) -> None:
    """P(target) in shades over targets and shocks, the line of an even chance, and the target as stated."""
    import seaborn as sns
    from matplotlib.colors import BoundaryNorm

    grid, levels = 100 * cells.probability[layer], np.linspace(0, 100, SHADES + 1)
    shades = sns.color_palette("blend:#f4ede4,#9cc3d9,#0a4f7d", as_cmap=True).resampled(SHADES)
    shading: Any = {"cmap": shades, "norm": BoundaryNorm(levels.tolist(), SHADES)}
    filled = axes.contourf(cells.targets, cells.shocks, grid, levels, **shading)
    axes.contour(cells.targets, cells.shocks, grid, [50], colors=COLOURS["target"], linewidths=2)
    if cells.shocks[0] <= 0 <= cells.shocks[-1] and cells.targets[0] <= goal <= cells.targets[-1]:
        axes.plot([goal], [0], "+", color=COLOURS["target"], markersize=11, markeredgewidth=2)
    axes.grid(visible=False)
    axes.set_xlabel(fill(say("sweep.target", language, year=year, unit=unit_name(series, language)), 44))
    axes.set_title(say("report.sweep.shock", language, years=", ".join(map(str, cells.years))))
    number_ticks(axes.xaxis, language, 5)
    axes.yaxis.set_major_formatter(lambda y, _: signed(y, language, 0))
    bar = axes.figure.colorbar(filled, ax=axes, ticks=[0, 25, 50, 75, 100], pad=0.02)
    bar.set_label(say("compare.table.chance", language), labelpad=9)
    bar.outline.set_visible(False)


def even_target(cells: Cells, layer: int) -> float | None:
    """The target of an even chance without a shock, linear between neighbours; None where the grid does not hold it."""
    if 0.0 not in cells.shocks:
        return None
    row = cells.probability[layer, cells.shocks.index(0.0)]
    if not min(row) <= 0.5 <= max(row):
        return None
    order = np.argsort(row, kind="stable")
    return float(np.interp(0.5, row[order], np.asarray(cells.targets)[order]))


def _thin(size: int, most: int) -> list[int]:
    """At most `most` evenly spaced places of `size`, both ends included."""
    return [round(float(at)) for at in np.linspace(0, size - 1, min(size, most))]


def _facts(cells: Cells, layer: int, series: Series, reference: str, language: str) -> dict[str, str]:
    even = even_target(cells, layer)
    return {
        "cells": number(cells.probability[layer].size, language, 0),
        "reference": reference,
        "target": "" if even is None else amount(even, series, language),
        "first": number(cells.targets[0], language, 1),
        "last": number(cells.targets[-1], language, 1),
        "low": signed(cells.shocks[0], language, 1),
        "high": signed(cells.shocks[-1], language, 1),
    }
