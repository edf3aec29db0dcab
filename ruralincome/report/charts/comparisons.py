"""Charts that compare: growth needed with that of comparable places, a scenario with its baseline."""

import math
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from ruralincome.report.blocks import figure, paragraph
from ruralincome.report.charts.style import COLOURS, beside, dots, drawn, line, number_ticks, parted
from ruralincome.report.tables import table
from ruralincome.report.words.phrases import amount, class_facts, in_prices, target_amount, target_digits, unit_name
from ruralincome.report.words.words import number, percent, say
from ruralincome.scenario.result import ReferenceClass
from ruralincome.target.target import Assessment, Outlook

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Quantiles of a class's growth that the data table shows."""

LONG = 4
"""Years over which the growth needed is also held against the class's."""


def percentile(a: Assessment, language: str) -> Markup:
    """Growth needed and achieved on the cumulative distribution of the class's growth over as many years.

    In words where the class has no growth over so many years, nothing where there is no class.
    """
    if a.reference is None:
        return Markup()
    reference = a.reference.into(a.series.prices)
    growth = percent(a.required_growth, language)
    shares = {span: percent(reference.percentile(a.required_growth, span), language, 0) for span in reference.growth}
    if a.horizon not in shares:
        if not {1, LONG} <= shares.keys():
            return Markup()
        code = "report.percentile.words"
        return paragraph(say(code, language, growth=growth, one=shares[1], four=shares[LONG]))
    facts = class_facts(reference, language)
    notes = [say("report.percentile.note", language, **facts)]
    if a.horizon != LONG and LONG in shares:
        notes.append(say("report.percentile.kept", language, growth=growth, share=shares[LONG]))
    head = [say(f"report.percentile.{key}", language) for key in ("quantile", "growth")]
    quantiles = np.quantile(reference.growth[a.horizon], SHARES).tolist()
    rows = [[percent(p, language, 0), percent(x, language)] for p, x in zip(SHARES, quantiles, strict=True)]
    code, words = f"report.percentile{'.one' if a.horizon == 1 else ''}", _alternative(a, reference, language)
    return figure(
        "percentile-chart",
        say(code, language, growth=growth, share=shares[a.horizon], years=a.horizon),
        drawn("percentile", words, lambda axes: draw_percentile(axes, a, language), 0.85),
        notes,
        table(in_prices(say("report.percentile.table", language), a.series, language), head, rows, numeric={1}),
        language,
    )


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


def scenarios(a: Assessment, plain: Assessment, language: str) -> Markup:
    """The forecast of the target year with the scenario's adjustments and without, beside the target."""
    digits, year = a.series.decimals, a.target.year
    rows = _outlooks(a, plain)
    medians = {key: amount(one.median(year), a.series, language) for key, one in rows}
    facts = {"year": year, "target": target_amount(a.target.value, a.series, language), **medians}
    finding, alternative = (say(f"report.baseline.{key}", language, **facts) for key in ("finding", "alt"))
    head = [say(code, language) for code in ("report.parameters.title", "report.fan.median")]
    head += [say("report.fan.interval", language, level=level) for level in ("80%", "95%")]
    data = [
        [
            say(f"report.baseline.{key}", language),
            number(one.median(year), language, digits),
            *("–".join(number(x, language, digits) for x in one.interval(year, level)) for level in (0.8, 0.95)),
        ]
        for key, one in rows
    ]
    return figure(
        "baseline-chart",
        finding,
        drawn("baseline", alternative, lambda axes: draw_scenarios(axes, a, plain, language), 0.6),
        [say("report.baseline.note", language)],
        table(finding, head, data, numeric={1, 2, 3}),
        language,
    )


def draw_scenarios(axes: "Axes", a: Assessment, plain: Assessment, language: str) -> None:
    """Medians and intervals of the target year, a row with the adjustments and one without, and the target."""
    rows, year, goal = _outlooks(a, plain), a.target.year, a.target.value
    for place, (key, outlook) in enumerate(rows):
        role, median = "forecast" if key == "with" else "quiet", outlook.median(year)
        colour = COLOURS[role]
        for level, width in ((0.95, 2), (0.8, 7)):
            axes.hlines(place, *outlook.interval(year, level), color=colour, linewidth=width, alpha=0.45)
        dots(axes, role, [median], [place], 81)
        across = axes.get_yaxis_transform()
        axes.text(0, place - 0.38, say(f"report.baseline.{key}", language), transform=across, va="center", color=colour)
        shown = number(median, language, a.series.decimals)
        # the number stands clear of the target's line
        side, away = ("left", 3) if median >= goal else ("right", -3)
        beside(axes, shown, (median, place), (away, -10), ha=side, va="top", color=colour, weight="bold")
    axes.axvline(goal, color=COLOURS["target"], linewidth=1.5, dashes=(5, 2), zorder=1)
    low, high = axes.get_xlim()
    share = (goal - low) / (high - low)
    side = "left" if share < 0.25 else "right" if share > 0.75 else "center"
    shown = number(goal, language, target_digits(goal, a.series.decimals))
    named = say("report.fan.label.target", language, value=shown)  # above its line, within the axes
    axes.set_title(named, loc="left", x=share, ha=side, color=COLOURS["target"], weight="bold")
    axes.set(yticks=[], ylim=(len(rows) - 0.3, -0.6), xlabel=unit_name(a.series, language), ylabel="")
    axes.grid(visible=False)
    number_ticks(axes.xaxis, language, 5)


def _outlooks(a: Assessment, plain: Assessment) -> list[tuple[str, Outlook]]:
    return [(key, one.lead) for key, one in (("with", a), ("without", plain)) if isinstance(one.lead, Outlook)]


def _alternative(a: Assessment, reference: ReferenceClass, language: str) -> str:
    def stands(growth: float) -> str:
        return number(100 * reference.percentile(growth, a.horizon), language, 0)

    facts = class_facts(reference, language)
    facts |= {"growth": percent(a.required_growth, language), "share": stands(a.required_growth)}
    if math.isnan(a.historical_growth):
        return say("report.percentile.alt.needed", language, **facts)
    facts |= {"historical": percent(a.historical_growth, language), "share_historical": stands(a.historical_growth)}
    return say("report.percentile.alt", language, **facts)
