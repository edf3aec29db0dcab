"""A scenario's sweep of shocks and targets: its heat map opens the report, its tables stand folded."""

from typing import Any

import numpy as np
from markupsafe import Markup

from ruralincome.report.blocks import NOTHING, Block
from ruralincome.report.charts.fanchart import fan_figure
from ruralincome.report.charts.heat import heat_finding, heat_map
from ruralincome.report.templates import part
from ruralincome.report.words.phrases import class_title
from ruralincome.scenario.result import Answer

ROWS, COLUMNS = 11, 7
"""A sweep is shown thinned to so many shocks and targets."""


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


def _thin(size: int, most: int) -> list[int]:
    """At most `most` evenly spaced places of `size`, both ends included."""
    return [round(float(at)) for at in np.linspace(0, size - 1, min(size, most))]
