"""A scenario's sweep of shocks and targets: its heat map opens the report, its tables stand folded."""

from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from ruralincome.report.blocks import NOTHING, Block, figure
from ruralincome.report.charts.style import COLOURS, drawn, number_ticks
from ruralincome.report.templates import part
from ruralincome.report.words.phrases import class_title, in_prices, short_amount, signed
from ruralincome.report.words.words import chance, number, say, unit_words
from ruralincome.scenario.result import Answer, Cells

if TYPE_CHECKING:
    from matplotlib.axes import Axes


ROWS, COLUMNS = 11, 7
"""A sweep is shown thinned to so many shocks and targets."""

SHADES = 10
"""Steps of the colour scale: one for each ten points of probability."""


def mapped(answer: Answer) -> Cells | None:
    """The cells of a sweep that has a heat map; where targets or shocks are one only a table says it better."""
    cells = answer.cells
    return None if cells is None or min(len(cells.targets), len(cells.shocks)) < 2 else cells


def first_map(answer: Answer, language: str) -> Markup:
    """The heat map of the class in use, else of the first: targets across, shocks up, P(target) in shades, the line of
    an even chance. Empty without one."""
    cells = mapped(answer)
    if cells is None:
        return Markup()
    facts = map_words(answer, cells, language)
    picture = drawn("heat0", facts["alt"], lambda axes: draw_map(answer, axes, language), 1.1)
    prices = in_prices(say("sweep.note", language, **facts), answer.evidence.series, language)
    return figure("heat-map-0", facts["finding"], picture, [f"{prices}. {facts['apart']}".strip()], "", language)


def sweep(answer: Answer, language: str) -> Block:
    """The tables of a sweep, one a class, and the fan, which the heat map has taken the place of."""
    cells = answer.cells
    if cells is None:
        return NOTHING
    said, facts = map_words(answer, cells, language), dict[str, Any](class_named=class_named, mapped=mapped(answer))
    facts["finding"] = say("sweep.summary", language, **said) if facts["mapped"] else said["finding"]
    facts |= {"across": _thin(len(cells.targets), COLUMNS), "down": _thin(len(cells.shocks), ROWS)}
    return part("answer/sections.sweep", language, answer=answer, **facts)


def map_words(answer: Answer, cells: Cells, language: str) -> dict[str, str]:
    """What is said of a map: where its chance is even in a sentence (finding), what it shows for those who do not see
    it (alt), and, where it is of another class than the answer, so (apart)."""
    a, k, crossed = answer.assessment, drawn_class(answer, cells), _crossed(answer, cells)
    even = even_target(cells, k)
    facts = {
        "cells": number(cells.probability[0].size, language, 0),
        "reference": class_named(cells.references[k], answer, language),
        "target": "" if even is None else short_amount(even, answer.evidence.series, language),
        "first": number(cells.targets[0], language, 1),
        "last": number(cells.targets[-1], language, 1),
        "low": signed(cells.shocks[0], language, 1),
        "high": signed(cells.shocks[-1], language, 1),
        "apart": "",
    }
    if a.reference and a.probability is not None and a.reference.name != cells.references[k]:
        own = {"own": class_title(a.reference, a.reference.prices, language), "chance": chance(a.probability, language)}
        there = say("sweep.cross", language, chance=chance(crossed, language)) if crossed is not None else ""
        facts["apart"] = say("sweep.apart", language, crossed=there, **own)
    case = "" if even is not None else ".none" if _unshocked(cells, k) is not None else ".off"
    facts["finding"] = say(f"sweep.finding{case}", language, **facts)
    facts["plus"] = say("sweep.plus", language) if crossed is not None else ""
    return facts | {"alt": say("sweep.alt", language, **facts)}


def class_named(name: str, answer: Answer, language: str) -> str:
    """The title of a class by its stated name."""
    found = answer.classes.get(name)
    return name if found is None else class_title(found, found.prices, language)


def draw_map(answer: Answer, axes: "Axes", language: str) -> None:
    """P(target) in shades over targets and shocks, the line of an even chance, and the target as stated."""
    import seaborn as sns
    from matplotlib.colors import BoundaryNorm

    cells = mapped(answer)
    if cells is None:
        raise ValueError("an answer without a sweep of targets and shocks has no heat map")
    series, goal, year = answer.evidence.series, answer.evidence.goal, answer.evidence.target.year
    grid, levels = 100 * cells.probability[drawn_class(answer, cells)], np.linspace(0, 100, SHADES + 1)
    shades = sns.color_palette("blend:#f4ede4,#9cc3d9,#0a4f7d", as_cmap=True).resampled(SHADES)
    shading: Any = {"cmap": shades, "norm": BoundaryNorm(levels.tolist(), SHADES)}
    filled = axes.contourf(cells.targets, cells.shocks, grid, levels, **shading)
    axes.contour(cells.targets, cells.shocks, grid, [50], colors=COLOURS["target"], linewidths=2)
    if _crossed(answer, cells) is not None:
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


def drawn_class(answer: Answer, cells: Cells) -> int:
    """Which class of a sweep is drawn: that of the number beside the map where it is among them, else the first."""
    a = answer.assessment
    return cells.references.index(a.reference.name) if a.reference and a.reference.name in cells.references else 0


def even_target(cells: Cells, k: int = 0) -> float | None:
    """A class's target of an even chance without a shock, linear between; None where there is none."""
    row = _unshocked(cells, k)
    if row is None or not min(row) <= 0.5 <= max(row):
        return None
    order = np.argsort(row, kind="stable")
    return float(np.interp(0.5, np.asarray(row)[order], np.asarray(cells.targets)[order]))


def _thin(size: int, most: int) -> list[int]:
    """At most `most` evenly spaced places of `size`, both ends included."""
    return [round(float(at)) for at in np.linspace(0, size - 1, min(size, most))]


def _crossed(answer: Answer, cells: Cells) -> float | None:
    """The chance of the target as stated, without a shock; None where it does not lie within the map."""
    goal, k = answer.evidence.goal, drawn_class(answer, cells)
    row = _unshocked(cells, k)
    if row is None or not cells.targets[0] <= goal <= cells.targets[-1]:
        return None
    return float(np.interp(goal, cells.targets, row))


def _unshocked(cells: Cells, k: int) -> list[float] | None:
    """A class's chances of the targets without a shock, linear between shocks; None where all lie on one side of it."""
    if not cells.shocks[0] <= 0 <= cells.shocks[-1]:
        return None
    return [float(np.interp(0.0, cells.shocks, column)) for column in cells.probability[k].T]
