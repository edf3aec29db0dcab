"""Figures that compare: growth needed with that of comparable places, a scenario with its baseline."""

from __future__ import annotations

import math
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from ruralincome.reference.reference import ReferenceClass
from ruralincome.report.blocks import paragraph
from ruralincome.report.charts.figures import figure, number_ticks
from ruralincome.report.charts.svg import COLOURS, both_sizes
from ruralincome.report.tables import table
from ruralincome.report.words.phrases import amount, class_facts, in_prices, target_amount, target_digits, unit_name
from ruralincome.report.words.words import number, percent, say
from ruralincome.target.target import Assessment, Outlook

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Quantiles of a class's growth that the data table shows."""

LONG = 4
"""Years over which the growth needed is also held against the class's."""


def percentile(a: Assessment, reference: ReferenceClass, language: str) -> Markup:
    """Growth needed and achieved on the cumulative distribution of the class's growth over as many years."""
    growth = np.array(reference.growth[a.horizon])
    below = np.linspace(0, 1, len(growth))
    marks = [("needed", "target", a.required_growth)]
    if not math.isnan(a.historical_growth):
        marks.append(("achieved", "ink", a.historical_growth))

    def draw(axes: Axes, narrow: bool) -> None:
        from matplotlib.ticker import MaxNLocator

        axes.plot(100 * growth, 100 * below, color=COLOURS["quiet"])
        low, high = np.interp([0.01, 0.99], below, growth)
        low = min([low, *(value for _, _, value in marks)])
        high = max([high, *(value for _, _, value in marks)])
        axes.set_xlim(100 * low - 1, 100 * high + 1)
        axes.set_ylim(0, 104)
        axes.set_xlabel(in_prices(say("report.percentile.axis", language), a.series, language))
        axes.set_title(say("report.percentile.share", language), loc="left", fontsize=10, color=COLOURS["quiet"])
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(4 if narrow else 6, integer=True))
            number_ticks(axis, language)
        left, right = axes.get_xlim()
        shares = [100 * reference.percentile(value, a.horizon) for _, _, value in marks]
        # the curve rises: above it there is room to the left of a point, below it to the right
        leftward = [(100 * value - left) / (right - left) > 0.5 for _, _, value in marks]
        close = len(set(leftward)) < len(marks) and abs(shares[0] - shares[-1]) < 16
        for k, (code, role, value) in enumerate(marks):
            axes.plot([100 * value] * 2, [0, shares[k]], color=COLOURS[role], linewidth=1.2, dashes=(4, 2))
            axes.plot([100 * value], [shares[k]], "D" if code == "needed" else "o", color=COLOURS[role], markersize=7)
            outer = shares[k] == (max(shares) if leftward[k] else min(shares))
            away = 5 + 14 * (close and outer)
            axes.annotate(
                say(f"report.percentile.{code}", language, value=percent(value, language)),
                (100 * value, shares[k]),
                (-9, away) if leftward[k] else (9, -away),
                textcoords="offset points",
                ha="right" if leftward[k] else "left",
                va="bottom" if leftward[k] else "top",
                color=COLOURS[role],
                weight="bold",
            )

    return figure(
        "percentile-chart",
        _finding(a, reference, language),
        both_sizes("percentile", _alternative(a, reference, language), draw, height=0.8),
        [
            say("report.percentile.note", language, **class_facts(reference, language)),
            *_kept_up(a, reference, language),
        ],
        _quantiles(a, reference, language),
        language,
    )


def percentile_words(a: Assessment, reference: ReferenceClass, language: str) -> Markup:
    """The shares over one and four years, where the class has no growth over as many years as the target takes."""
    if not {1, LONG} <= reference.growth.keys():
        return Markup()
    one, four = (percent(reference.percentile(a.required_growth, span), language, 0) for span in (1, LONG))
    growth = percent(a.required_growth, language)
    return paragraph(say("report.percentile.words", language, growth=growth, one=one, four=four))


def scenarios(a: Assessment, plain: Assessment, language: str) -> Markup:
    """The forecast of the target year with the scenario's adjustments and without, beside the target."""
    digits, year = a.series.decimals, a.target.year
    rows = [(key, one.lead) for key, one in (("with", a), ("without", plain)) if isinstance(one.lead, Outlook)]
    goal = number(a.target.value, language, target_digits(a.target.value, a.series.decimals))
    names = [say(f"report.baseline.{key}", language) for key, _ in rows]

    def draw(axes: Axes, narrow: bool) -> None:
        from matplotlib.ticker import MaxNLocator

        for place, (key, outlook) in enumerate(rows):
            colour = COLOURS["forecast" if key == "with" else "quiet"]
            for level, width in ((0.95, 2), (0.8, 7)):
                axes.plot(outlook.interval(year, level), [place] * 2, color=colour, linewidth=width, alpha=0.45)
            axes.plot([outlook.median(year)], [place], "o", color=colour, markersize=9)
            beyond = outlook.median(year) >= a.target.value  # the number stands clear of the target's line
            axes.annotate(
                number(outlook.median(year), language, digits),
                (outlook.median(year), place),
                (3 if beyond else -3, 9),
                textcoords="offset points",
                ha="left" if beyond else "right",
                color=colour,
                weight="bold",
            )
        axes.axvline(a.target.value, color=COLOURS["target"], linewidth=1.5, dashes=(5, 2), zorder=1)
        _name_line(axes, a.target.value, say("report.fan.label.target", language, value=goal))
        axes.set_yticks(range(len(rows)), names)
        axes.set_ylim(len(rows) - 0.5, -0.6)
        axes.grid(visible=False)
        unit = unit_name(a.series, language)
        axes.set_xlabel(fill(unit, 34) if narrow else unit)
        axes.xaxis.set_major_locator(MaxNLocator(4 if narrow else 7))
        number_ticks(axes.xaxis, language)

    medians = [outlook.median(year) for _, outlook in rows]
    facts = {
        "year": year,
        "with": amount(medians[0], a.series, language),
        "without": amount(medians[1], a.series, language),
        "target": target_amount(a.target.value, a.series, language),
    }
    head = [say("report.parameters.title", language), say("report.fan.median", language)]
    head += [say("report.fan.interval", language, level=f"{level:.0%}") for level in (0.8, 0.95)]
    data = [
        [
            name,
            number(o.median(year), language, digits),
            *(_interval(o, year, level, language, digits) for level in (0.8, 0.95)),
        ]
        for name, (_, o) in zip(names, rows, strict=True)
    ]
    return figure(
        "baseline-chart",
        say("report.baseline.finding", language, **facts),
        both_sizes("baseline", say("report.baseline.alt", language, **facts), draw, height=0.5),
        [say("report.baseline.note", language)],
        table(say("report.baseline.finding", language, **facts), head, data, numeric={1, 2, 3}),
        language,
    )


def _name_line(axes: Axes, value: float, words: str) -> None:
    """Write what an upright line is above it, within the axes."""
    low, high = axes.get_xlim()
    share = (value - low) / (high - low)
    side = "left" if share < 0.25 else "right" if share > 0.75 else "center"
    look = {"fontsize": 10, "color": COLOURS["target"], "weight": "bold"}
    axes.set_title(words, look, loc="left", x=share, horizontalalignment=side)


def _interval(outlook: Outlook, year: int, level: float, language: str, digits: int) -> str:
    low, high = (number(x, language, digits) for x in outlook.interval(year, level))
    return f"{low}–{high}"


def _finding(a: Assessment, reference: ReferenceClass, language: str) -> str:
    share = percent(reference.percentile(a.required_growth, a.horizon), language, 0)
    code = "report.percentile.one" if a.horizon == 1 else "report.percentile"
    return say(code, language, growth=percent(a.required_growth, language), share=share, years=a.horizon)


def _kept_up(a: Assessment, reference: ReferenceClass, language: str) -> list[str]:
    if a.horizon == LONG or LONG not in reference.growth:
        return []
    share = percent(reference.percentile(a.required_growth, LONG), language, 0)
    return [say("report.percentile.kept", language, growth=percent(a.required_growth, language), share=share)]


def _alternative(a: Assessment, reference: ReferenceClass, language: str) -> str:
    facts = class_facts(reference, language) | {
        "growth": percent(a.required_growth, language),
        "share": number(100 * reference.percentile(a.required_growth, a.horizon), language, 0),
    }
    if math.isnan(a.historical_growth):
        return say("report.percentile.alt.needed", language, **facts)
    achieved = number(100 * reference.percentile(a.historical_growth, a.horizon), language, 0)
    shown = percent(a.historical_growth, language)
    return say("report.percentile.alt", language, historical=shown, share_historical=achieved, **facts)


def _quantiles(a: Assessment, reference: ReferenceClass, language: str) -> Markup:
    growth = np.array(reference.growth[a.horizon])
    values = np.interp(SHARES, np.linspace(0, 1, len(growth)), growth)
    head = [say(f"report.percentile.{key}", language) for key in ("quantile", "growth")]
    rows = [
        [percent(share, language, 0), percent(float(value), language)]
        for share, value in zip(SHARES, values, strict=True)
    ]
    caption = in_prices(say("report.percentile.table", language), a.series, language)
    return table(caption, head, rows, numeric={1})
