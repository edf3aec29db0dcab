"""What moves the answer: one input at a time, and a scenario's sweep of shocks and targets."""

from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from ruralincome.report.blocks import NOTHING, Block, block, figure
from ruralincome.report.charts.heat import heat_map
from ruralincome.report.charts.style import COLOURS, beside, drawn
from ruralincome.report.tables import NONE, Number, heads, table
from ruralincome.report.words.phrases import class_title, in_prices, signed, unit_name
from ruralincome.report.words.words import capital, chance, number, percent, say
from ruralincome.scenario.result import Answer, Bar, Cells, Tornado

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DRAWN = 0.02
"""Of the inputs of one kind, those after the widest stand in the table only if they move the probability by less."""

SWEEP_ROWS, SWEEP_COLUMNS = 11, 7
"""A sweep is shown thinned to so many shocks and targets."""


def sensitivity(answer: Answer, language: str) -> Block:
    """The tornado of inputs, and the sweep if the scenario states one."""
    found, parts = answer.tornado, []
    if found is not None and found.bars:
        parts.append(_tornado(found, answer, language))
    if answer.cells is not None:
        parts += _sweep(answer.cells, answer, language)
    if not parts:
        return NOTHING
    lines = [_listed(bar, answer, language) for bar in found.bars] if found else []
    return block("sensitivity", "report.sensitivity.heading", language, *parts, lines=lines)


def _tornado(found: Tornado, answer: Answer, language: str) -> Markup:
    kinds = [bar.name.partition("_")[0] for bar in found.bars]
    shown = [bar for k, bar in enumerate(found.bars) if bar.width >= DRAWN or kinds[k] not in kinds[:k]]
    low, high = sorted((shown[0].p_low, shown[0].p_high))
    facts = {
        "name": _name(shown[0], answer, language),
        "chance": chance(found.probability, language),
        "low": chance(low, language),
        "high": chance(high, language),
    }

    def draw(axes: "Axes") -> None:
        import seaborn as sns
        from matplotlib.ticker import FuncFormatter

        across = axes.get_yaxis_transform()
        box = {"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 0.8}
        even: dict[str, Any] = {"transform": across, "ha": "right", "va": "center", "color": COLOURS["target"]}
        axes.axvline(100 * found.probability, color=COLOURS["ink"], linewidth=1, zorder=1)
        axes.axvline(50, color=COLOURS["target"], linewidth=1, dashes=(5, 2), zorder=1)
        for place, bar in enumerate(shown):
            ends = sorted([(bar.p_low, bar.low), (bar.p_high, bar.high)], key=lambda end: end[0])
            sides = [100 * p for p, _ in ends]
            sns.lineplot(x=sides, y=[place] * 2, ax=axes, color=COLOURS["forecast"], linewidth=9, alpha=0.55)
            for (p, value), side, away in zip(ends, ("right", "left"), (-7, 7), strict=True):
                words = _short(bar, value, answer, language) or chance(p, language)
                beside(axes, words, (100 * p, place), (away, 0), ha=side, va="center", fontsize=9, bbox=box)
            name = _name(bar, answer, language)
            axes.text(0.0, place - 0.36, name, transform=across, va="center", weight="bold", bbox=box)
            axes.text(1.0, place, _short(bar, bar.break_even, answer, language), **even)
        axes.text(1.0, -0.75, say("report.sensitivity.even", language), **even)
        axes.set(xlim=(-14, 144), ylim=(len(shown) - 0.5, -0.95), yticks=[], xticks=range(0, 101, 20))
        axes.grid(visible=False)
        axes.set_xlabel(say("report.sensitivity.axis", language))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: number(x, language, 0)))

    bars = "; ".join(_listed(bar, answer, language) for bar in shown)
    alt = say("report.sensitivity.alt", language, bars=bars, **facts)
    return figure(
        "tornado",
        say("report.sensitivity.finding", language, **facts),
        drawn("tornado", alt, draw, 0.25 + 0.2 * len(shown)),
        [say("report.sensitivity.note", language, **facts)],
        _bars(found, answer, language),
        language,
    )


def _bars(found: Tornado, answer: Answer, language: str) -> Markup:
    rows = []
    for bar in found.bars:
        low, high, even = (_value(bar, value, answer, language) for value in (bar.low, bar.high, bar.break_even))
        span = say("report.needs.range", language, low=low, high=high)
        rows.append([capital(_name(bar, answer, language)), span, _chances(bar, language), even])
    caption = in_prices(say("report.sensitivity.table", language), answer.evidence.series, language)
    return table(caption, heads("report.sensitivity", language, "input", "range", "chances#", "even#"), rows)


def _name(bar: Bar, answer: Answer, language: str) -> str:
    series = answer.evidence.series
    facts = {"first": series.years[0], "last": series.origin, "year": series.origin + 1}
    return say(f"report.input.{bar.name}", language, **facts)


def _value(bar: Bar, value: float | str | None, answer: Answer, language: str) -> str:
    """The end of a bar, or where the chance is even, in words."""
    if isinstance(value, str):
        return _class_title(value, answer, language)
    short = _short(bar, value, answer, language)
    if bar.name == "growth" and value is not None:
        return say("report.rate", language, rate=short)
    points = {"shock": "report.points", "reference": "report.input.reference.even"}.get(bar.name)
    return say(points, language, points=short) if points and value is not None else short


def _short(bar: Bar, value: float | str | None, answer: Answer, language: str) -> str:
    """The same as a number alone: names of classes are too long for a figure, and the name holds the unit."""
    if value is None:
        return NONE
    if isinstance(value, str):
        return ""
    if bar.name == "growth":
        return percent(value, language)
    if bar.name in ("shock", "reference"):
        return signed(value, language, 1)
    return number(value, language, answer.evidence.series.decimals + bar.name.startswith("round"))


def _listed(bar: Bar, answer: Answer, language: str) -> str:
    return f"{_name(bar, answer, language)}: {_chances(bar, language)}"


def _chances(bar: Bar, language: str) -> str:
    return f"{chance(bar.p_low, language)} → {chance(bar.p_high, language)}"


def _class_title(name: str, answer: Answer, language: str) -> str:
    found = answer.classes.get(name)
    return name if found is None else class_title(found, found.prices, language)


def _sweep(cells: Cells, answer: Answer, language: str) -> list[Markup]:
    """A heat map a reference class with its table, shocks down and targets across; the table alone for one line."""
    series, goal, year = answer.evidence.series, answer.evidence.goal, answer.evidence.target.year
    across, down = _thin(len(cells.targets), SWEEP_COLUMNS), _thin(len(cells.shocks), SWEEP_ROWS)
    head = heads("report.sweep", language, "shock", years=", ".join(map(str, cells.years)))
    head += [Number(number(cells.targets[j], language, max(series.decimals, 1))) for j in across]
    tables = []
    for layer, chances in enumerate(cells.probability):
        reference = _class_title(cells.references[layer], answer, language)
        rows = [
            [signed(cells.shocks[i], language, 1), *(_cell(float(chances[i, j]), language) for j in across)]
            for i in down
        ]
        facts = {"reference": reference, "year": year, "unit": unit_name(series, language), "cells": chances.size}
        shown = table(say("report.sweep.table", language, **facts), head, rows, css="sweep")
        tables.append(heat_map(cells, layer, series, goal, reference, year, shown, language) or shown)
    return tables


def _cell(probability: float, language: str) -> Markup:
    """A probability, shaded by fifths; the number says it, the shade helps to see the edge."""
    shade = Markup('<span class="shade p{}">{}</span>')
    return shade.format(min(int(5 * probability), 4), chance(probability, language))


def _thin(size: int, most: int) -> list[int]:
    """At most `most` evenly spaced places of `size`, both ends included."""
    return [round(float(at)) for at in np.linspace(0, size - 1, min(size, most))]
