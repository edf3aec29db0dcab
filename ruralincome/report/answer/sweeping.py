"""A scenario's sweep of shocks and targets: its heat map opens the report, its tables stand folded."""

import numpy as np
from markupsafe import Markup

from ruralincome.report.blocks import NOTHING, Block, block
from ruralincome.report.charts.fanchart import fan_figure
from ruralincome.report.charts.heat import heat_finding, heat_map
from ruralincome.report.tables import Number, heads, table
from ruralincome.report.words.phrases import class_title, signed, unit_name
from ruralincome.report.words.words import chance, number, say
from ruralincome.scenario.result import Answer, Cells

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
    tables = [_table(cells, layer, answer, language) for layer in range(len(cells.references))]
    first = class_named(cells.references[0], answer, language)
    finding = heat_finding(cells, 0, answer.evidence.series, first, language)
    fan = fan_figure(answer.assessment, language) if first_map(answer, language) else Markup()
    return block("sweep", "report.sweep.heading", language, *tables, fan, lines=[], finding=finding)


def class_named(name: str, answer: Answer, language: str) -> str:
    """The title of a class by its stated name."""
    found = answer.classes.get(name)
    return name if found is None else class_title(found, found.prices, language)


def _table(cells: Cells, layer: int, answer: Answer, language: str) -> Markup:
    series, chances = answer.evidence.series, cells.probability[layer]
    across, down = _thin(len(cells.targets), COLUMNS), _thin(len(cells.shocks), ROWS)
    head = heads("report.sweep", language, "shock", years=", ".join(map(str, cells.years)))
    head += [Number(number(cells.targets[j], language, max(series.decimals, 1))) for j in across]
    rows = [
        [signed(cells.shocks[i], language, 1), *(_cell(float(chances[i, j]), language) for j in across)] for i in down
    ]
    facts = {"reference": class_named(cells.references[layer], answer, language), "unit": unit_name(series, language)}
    facts |= {"year": str(answer.evidence.target.year), "cells": str(chances.size)}
    return table(say("report.sweep.table", language, **facts), head, rows, css="sweep")


def _cell(probability: float, language: str) -> Markup:
    """A probability, shaded by fifths; the number says it, the shade helps to see the edge."""
    shade = Markup('<span class="shade p{}">{}</span>')
    return shade.format(min(int(5 * probability), 4), chance(probability, language))


def _thin(size: int, most: int) -> list[int]:
    """At most `most` evenly spaced places of `size`, both ends included."""
    return [round(float(at)) for at in np.linspace(0, size - 1, min(size, most))]
