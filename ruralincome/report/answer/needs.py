"""What it would take: targets that hold with a chance, year by year, the required path, and how rare such growth is."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from ruralincome.report.blocks import NOTHING, Block
from ruralincome.report.charts.fan import Fan
from ruralincome.report.charts.style import COLOURS, dots, drawn, line, number_ticks, parted
from ruralincome.report.templates import part
from ruralincome.report.words.phrases import in_prices
from ruralincome.report.words.words import percent, say
from ruralincome.scenario.result import Answer, year_of
from ruralincome.series.growth import pace
from ruralincome.target.target import LEVELS, Assessment, Outlook, View, holds, push

if TYPE_CHECKING:
    from matplotlib.axes import Axes


CHANCES = (0.9, *LEVELS)
"""Chances of the table of targets."""
COLUMNS = 5
"""Years of that table at most, the target's the last unless further ones can be said."""

SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Quantiles of a class's growth that the data table shows."""


def needs(answer: Answer, language: str, *, pictures: bool = True) -> Block:
    """Targets that hold with a chance, the growth needed for 50 and 80 %, and how rare that growth is.

    pictures: False where only the text is wanted, so that a terminal need not load a plotting library.
    """
    a, facts = answer.assessment, dict[str, Any](columns=(), moves=(), safe=None)
    if isinstance(a.lead, Outlook):
        view, target, origin = a.lead.view, a.target, a.series.origin
        facts["columns"] = _columns(view, answer)
        stated = (origin, a.series.last, target.year, target.value)
        facts["moves"] = [(p, year_of(a, p), push(view, *stated, p, target.direction)) for p in (0.5, 0.8)]
        facts["safe"] = safe(a, view, 0.8)
    facts["percentiles"] = percentile(a, language) if pictures else ""
    text = part("answer/sections.numbers", language, answer=answer, **facts).text
    return part("answer/sections.needs", language, text, answer=answer, fan=Fan.of(a), levels=CHANCES, **facts)


def held(answer: Answer, language: str) -> Block:
    """Levels that hold with a chance, year by year; empty without a probability."""
    a = answer.assessment
    if not isinstance(a.lead, Outlook):
        return NOTHING
    return part("answer/sections.held", language, answer=answer, levels=CHANCES, columns=_columns(a.lead.view, answer))


def safe(a: Assessment, view: View, level: float) -> tuple[float, float]:
    """The target of the same year that is reached with that chance, and the growth a year that it takes."""
    (value,) = holds(view, a.target.year, (level,), a.target.direction)
    return value, pace(a.series.last, value, a.horizon)


def percentile(a: Assessment, language: str) -> Markup:
    """Growth needed and achieved on the cumulative distribution of the class's growth over as many years.

    Nothing where there is no class, or where it has no growth over so many years.
    """
    if a.reference is None or a.horizon not in a.reference.into(a.series.prices).growth:
        return Markup()
    reference = a.reference.into(a.series.prices)
    quantiles = zip(SHARES, np.quantile(reference.growth[a.horizon], SHARES).tolist(), strict=True)

    def draw(words: str) -> Markup:
        return drawn("percentile", words, lambda axes: draw_percentile(axes, a, language), 0.85)

    facts: dict[str, Any] = {"a": a, "reference": reference, "quantiles": quantiles, "draw": draw}
    return Markup(part("answer/percentile.percentile", language, **facts).html)


def draw_percentile(axes: "Axes", a: Assessment, language: str) -> None:
    """The class's growth over as many years as a curve of shares, the growth needed and the growth achieved on it."""
    if a.reference is None:
        raise ValueError("an assessment without a reference class has no growth to stand among")
    reference = a.reference.into(a.series.prices)
    growth = 100 * np.array(reference.growth[a.horizon])
    below = np.linspace(0, 100, len(growth))
    marks = [("needed", "target", "D", a.required_growth)]
    if not math.isnan(a.historical_growth):
        marks.append(("achieved", "ink", "o", a.historical_growth))
    line(axes, "quiet", growth, below)
    ends = [*np.interp([1, 99], below, growth), *(100 * value for *_, value in marks)]
    left, right = min(ends) - 1, max(ends) + 1
    axes.set(xlim=(left, right), ylim=(0, 104), ylabel="", title=say("report.percentile.share", language))
    axes.set_xlabel(in_prices(say("report.percentile.axis", language), a.series, language))
    for axis in (axes.xaxis, axes.yaxis):
        number_ticks(axis, language, 5)
    shares = [100 * reference.percentile(value, a.horizon) for *_, value in marks]
    # the curve rises: above it there is room to the left of a point, below it to the right unless it is near its foot
    leftward = [(100 * value - left) / (right - left) > 0.5 for *_, value in marks]
    away = [9 if to else -9 if share > 15 else 22 for share, to in zip(shares, leftward, strict=True)]
    places = parted([share + to for share, to in zip(shares, away, strict=True)], 10, 6, 98)
    for (code, role, form, value), share, to, place in zip(marks, shares, leftward, places, strict=True):
        axes.plot([100 * value] * 2, [0, share], color=COLOURS[role], linewidth=1.2, dashes=(4, 2))
        dots(axes, role, [100 * value], [share], 49, marker=form)
        words = say(f"report.percentile.{code}", language, value=percent(value, language))
        look: Any = {"ha": "right" if to else "left", "va": "center", "color": COLOURS[role], "weight": "bold"}
        axes.annotate(words, (100 * value, place), (-9 if to else 9, 0), textcoords="offset points", **look)


def _columns(view: View, answer: Answer) -> list[tuple[int, Any]]:
    """Of each year, the levels that hold at CHANCES; of none after a redrawing of the place, as the library refuses."""
    origin, target = answer.assessment.series.origin, answer.assessment.target
    last = target.year if hasattr(view, "paths") else max(target.year, origin + COLUMNS)
    years = range(max(origin + 1, last - COLUMNS + 1), last + 1)
    return [(year, holds(view, year, CHANCES, target.direction)) for year in years if answer.evidence.askable(year)]
