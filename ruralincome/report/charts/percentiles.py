"""The percentile curve: growth needed and achieved among that of comparable places."""

import math
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from ruralincome.report.blocks import figure
from ruralincome.report.charts.style import COLOURS, beside, dots, drawn, line, number_ticks, parted
from ruralincome.report.tables import table
from ruralincome.report.words.phrases import class_facts, in_prices
from ruralincome.report.words.words import number, percent, say
from ruralincome.scenario.result import ReferenceClass
from ruralincome.target.target import Assessment

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Quantiles of a class's growth that the data table shows."""

LONG = 4
"""Years over which the growth needed is also held against the class's."""


def percentile(a: Assessment, language: str) -> Markup:
    """Growth needed and achieved on the cumulative distribution of the class's growth over as many years.

    Nothing where there is no class, or where it has no growth over so many years.
    """
    if a.reference is None or a.horizon not in a.reference.into(a.series.prices).growth:
        return Markup()
    reference = a.reference.into(a.series.prices)
    growth, kept = percent(a.required_growth, language), reference.growth
    notes = [say("report.percentile.note", language, **class_facts(reference, language))]
    if a.horizon != LONG and LONG in kept:
        share = percent(reference.percentile(a.required_growth, LONG), language, 0)
        notes.append(say("report.percentile.kept", language, growth=growth, share=share))
    head = [say(f"report.percentile.{key}", language) for key in ("quantile", "growth")]
    quantiles = np.quantile(reference.growth[a.horizon], SHARES).tolist()
    rows = [[percent(p, language, 0), percent(x, language)] for p, x in zip(SHARES, quantiles, strict=True)]
    words = _alternative(a, reference, language)
    shown = figure(
        "percentile-chart",
        percentile_words(a, language),
        drawn("percentile", words, lambda axes: draw_percentile(axes, a, language), 0.85),
        notes,
        table(in_prices(say("report.percentile.table", language), a.series, language), head, rows, numeric={1}),
        language,
    )
    return Markup('<div class="screen">{}</div>').format(shown)


def percentile_words(a: Assessment, language: str) -> str:
    """How rare the growth needed is in the class, over as many years or over one and four; empty without a class."""
    if a.reference is None:
        return ""
    reference = a.reference.into(a.series.prices)
    growth = percent(a.required_growth, language)
    shares = {span: percent(reference.percentile(a.required_growth, span), language, 0) for span in reference.growth}
    if a.horizon not in shares:
        known = {1, LONG} <= shares.keys()
        facts = {"one": shares.get(1), "four": shares.get(LONG)}
        return say("report.percentile.words", language, growth=growth, **facts) if known else ""
    code = f"report.percentile{'.one' if a.horizon == 1 else ''}"
    return say(code, language, growth=growth, share=shares[a.horizon], years=a.horizon)


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
    # the curve rises: above it there is room to the left of a point, below it to the right
    leftward = [(100 * value - left) / (right - left) > 0.5 for *_, value in marks]
    places = parted([share + (9 if to else -9) for share, to in zip(shares, leftward, strict=True)], 10, 6, 98)
    for (code, role, form, value), share, to, place in zip(marks, shares, leftward, places, strict=True):
        axes.plot([100 * value] * 2, [0, share], color=COLOURS[role], linewidth=1.2, dashes=(4, 2))
        dots(axes, role, [100 * value], [share], 49, marker=form)
        words = say(f"report.percentile.{code}", language, value=percent(value, language))
        look = {"ha": "right" if to else "left", "color": COLOURS[role], "weight": "bold"}
        beside(axes, words, (100 * value, place), (-9 if to else 9, 0), va="center", **look)


def _alternative(a: Assessment, reference: ReferenceClass, language: str) -> str:
    def stands(growth: float) -> str:
        return number(100 * reference.percentile(growth, a.horizon), language, 0)

    facts = class_facts(reference, language)
    facts |= {"growth": percent(a.required_growth, language), "share": stands(a.required_growth)}
    if math.isnan(a.historical_growth):
        return say("report.percentile.alt.needed", language, **facts)
    facts |= {"historical": percent(a.historical_growth, language), "share_historical": stands(a.historical_growth)}
    return say("report.percentile.alt", language, **facts)
