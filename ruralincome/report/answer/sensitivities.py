"""What moves the answer: one input at a time, and a scenario's sweep of shocks and targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from ruralincome.report.blocks import Block, figure, section
from ruralincome.report.charts.heat import heat_map
from ruralincome.report.charts.style import COLOURS, drawn
from ruralincome.report.tables import NONE, table
from ruralincome.report.words.phrases import class_title, in_prices, signed, unit_name
from ruralincome.report.words.words import capital, chance, number, percent, say
from ruralincome.scenario.result import Answer, Bar, Tornado

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DRAWN = 0.02
"""Of the inputs of one kind, those after the widest stand in the table only if they move the probability by less."""

SWEEP_ROWS, SWEEP_COLUMNS = 11, 7
"""A sweep is shown thinned to so many shocks and targets."""


def sensitivity(answer: Answer, language: str) -> Block:
    """The tornado of inputs, and the sweep if the scenario states one."""
    heading = say("report.sensitivity.heading", language)
    parts: list[str] = []
    found = answer.tornado
    if found is not None and found.bars:
        parts.append(_tornado(found, answer, language))
    if answer.cells is not None:
        parts += _sweep(answer, language)
    if not parts:
        return Block("", "")
    lines = [f"{_name(b, answer, language)}: {_chances(b, language)}" for b in found.bars] if found else []
    return Block(section("sensitivity", heading, *parts), "\n".join([heading, *lines]))


def _tornado(found: Tornado, answer: Answer, language: str) -> Markup:
    kinds = [bar.name.partition("_")[0] for bar in found.bars]
    shown = [bar for k, bar in enumerate(found.bars) if bar.width >= DRAWN or kinds[k] not in kinds[:k]]
    data = _bars(found, answer, language)
    names = [_name(bar, answer, language) for bar in shown]
    facts = {
        "name": names[0],
        "chance": chance(found.probability, language),
        "low": chance(min(shown[0].p_low, shown[0].p_high), language),
        "high": chance(max(shown[0].p_low, shown[0].p_high), language),
    }

    def draw(axes: Axes) -> None:
        import seaborn as sns
        from matplotlib.ticker import FuncFormatter

        axes.axvline(100 * found.probability, color=COLOURS["ink"], linewidth=1, zorder=1)
        axes.axvline(50, color=COLOURS["target"], linewidth=1, dashes=(5, 2), zorder=1)
        for place, (bar, name) in enumerate(zip(shown, names, strict=True)):
            ends = sorted([(bar.p_low, bar.low), (bar.p_high, bar.high)], key=lambda end: end[0])
            sides = [100 * p for p, _ in ends]
            sns.lineplot(x=sides, y=[place] * 2, ax=axes, color=COLOURS["forecast"], linewidth=9, alpha=0.55)
            for (p, value), side in zip(ends, ("right", "left"), strict=True):
                axes.annotate(
                    _short(bar, value, answer, language) or chance(p, language),
                    (100 * p, place),
                    (-7 if side == "right" else 7, 0),
                    textcoords="offset points",
                    ha=side,
                    va="center",
                    fontsize=9,
                    bbox={"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 0.8},
                )
            axes.text(
                0.0,
                place - 0.36,
                name,
                transform=axes.get_yaxis_transform(),
                va="center",
                weight="bold",
                bbox={"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 0.8},
            )
            even = NONE if bar.break_even is None else _short(bar, bar.break_even, answer, language)
            axes.text(
                1.0, place, even, transform=axes.get_yaxis_transform(), ha="right", va="center", color=COLOURS["target"]
            )
        axes.text(
            1.0,
            -0.75,
            say("report.sensitivity.even", language),
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
            color=COLOURS["target"],
        )
        axes.set_xlim(-14, 144)
        axes.set_ylim(len(shown) - 0.5, -0.95)
        axes.set_yticks([])
        axes.grid(visible=False)
        axes.set_xlabel(say("report.sensitivity.axis", language))
        axes.set_xticks(range(0, 101, 20))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: number(x, language, 0)))

    listed = "; ".join(f"{name}: {_chances(bar, language)}" for bar, name in zip(shown, names, strict=True))
    return figure(
        "tornado",
        say("report.sensitivity.finding", language, **facts),
        drawn("tornado", say("report.sensitivity.alt", language, bars=listed, **facts), draw, _height(len(shown))),
        [say("report.sensitivity.note", language, **facts)],
        data,
        language,
    )


def _bars(found: Tornado, answer: Answer, language: str) -> Markup:
    head = [say(f"report.sensitivity.{key}", language) for key in ("input", "range", "chances", "even")]
    rows = [
        [
            capital(_name(bar, answer, language)),
            say("report.needs.range", language, **_ends(bar, answer, language)),
            _chances(bar, language),
            NONE if bar.break_even is None else _value(bar, bar.break_even, answer, language),
        ]
        for bar in found.bars
    ]
    caption = in_prices(say("report.sensitivity.table", language), answer.evidence.series, language)
    return table(caption, head, rows, numeric={2, 3})


def _height(bars: int) -> float:
    return 0.25 + 0.2 * bars


def _name(bar: Bar, answer: Answer, language: str) -> str:
    series = answer.evidence.series
    facts = {"first": series.years[0], "last": series.origin, "year": series.origin + 1}
    return say(f"report.input.{bar.name}", language, **facts)


def _value(bar: Bar, value: float | str, answer: Answer, language: str) -> str:
    if isinstance(value, str):
        return _class_title(value, answer, language)
    if bar.name == "growth":
        return say("report.rate", language, rate=percent(value, language))
    if bar.name in ("shock", "reference"):
        code = "report.points" if bar.name == "shock" else "report.input.reference.even"
        return say(code, language, points=signed(value, language, 1))
    series = answer.evidence.series
    return number(value, language, series.decimals + bar.name.startswith("round"))


def _short(bar: Bar, value: float | str, answer: Answer, language: str) -> str:
    """The end of a bar as a number alone: names of classes are too long for a figure, and the name holds the unit."""
    if isinstance(value, str):
        return ""
    if bar.name == "growth":
        return percent(value, language)
    return signed(value, language, 1) if bar.name in ("shock", "reference") else _value(bar, value, answer, language)


def _ends(bar: Bar, answer: Answer, language: str) -> dict[str, str]:
    return {"low": _value(bar, bar.low, answer, language), "high": _value(bar, bar.high, answer, language)}


def _class_title(name: str, answer: Answer, language: str) -> str:
    found = answer.classes.get(name)
    return name if found is None else class_title(found, found.prices, language)


def _chances(bar: Bar, language: str) -> str:
    return f"{chance(bar.p_low, language)} → {chance(bar.p_high, language)}"


def _sweep(answer: Answer, language: str) -> list[Markup]:
    """A heat map a reference class with its table, shocks down and targets across; the table alone for one line."""
    cells = answer.cells
    if cells is None:
        return []
    series = answer.evidence.series
    across = _thin(len(cells.targets), SWEEP_COLUMNS)
    down = _thin(len(cells.shocks), SWEEP_ROWS)
    years = ", ".join(map(str, cells.years))
    tables = []
    for layer, name in enumerate(cells.references):
        head = [say("report.sweep.shock", language, years=years)]
        head += [number(cells.targets[j], language, max(series.decimals, 1)) for j in across]
        rows = [
            [
                signed(cells.shocks[i], language, 1),
                *(_cell(float(cells.probability[layer, i, j]), language) for j in across),
            ]
            for i in down
        ]
        facts = {"reference": _class_title(name, answer, language), "year": answer.evidence.target.year}
        facts |= {"unit": unit_name(series, language), "cells": cells.probability[layer].size}
        caption = say("report.sweep.table", language, **facts)
        shown = table(caption, head, rows, numeric=range(1, len(head)), css="sweep")
        goal, year = answer.evidence.goal, answer.evidence.target.year
        picture = heat_map(cells, layer, series, goal, str(facts["reference"]), year, shown, language)
        tables.append(picture or shown)
    return tables


def _cell(probability: float, language: str) -> Markup:
    """A probability, shaded by fifths; the number says it, the shade helps to see the edge."""
    return Markup('<span class="shade p{}">{}</span>').format(
        min(int(5 * probability), 4), chance(probability, language)
    )


def _thin(size: int, most: int) -> list[int]:
    """At most `most` evenly spaced places of `size`, both ends included."""
    if size <= most:
        return list(range(size))
    return [round(k * (size - 1) / (most - 1)) for k in range(most)]
