"""Charts that compare: growth needed with that of comparable places, a scenario with its baseline."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from ruralincome.report.blocks import figure, paragraph
from ruralincome.report.charts.labels import parted
from ruralincome.report.charts.style import COLOURS, drawn, number_ticks
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

Array = NDArray[np.float64]


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
    code = "report.percentile.one" if a.horizon == 1 else "report.percentile"
    notes = [say("report.percentile.note", language, **class_facts(reference, language))]
    if a.horizon != LONG and LONG in shares:
        notes.append(say("report.percentile.kept", language, growth=growth, share=shares[LONG]))
    return figure(
        "percentile-chart",
        say(code, language, growth=growth, share=shares[a.horizon], years=a.horizon),
        drawn("percentile", _alternative(a, language), lambda axes: draw_percentile(axes, a, language), 0.85),
        notes,
        _quantiles(a, language),
        language,
    )


def draw_percentile(axes: Axes, a: Assessment, language: str) -> None:
    """The class's growth over as many years as a curve of shares, the growth needed and the growth achieved on it."""
    import seaborn as sns

    growth, below, of = _class_growth(a)
    marks = [("needed", "target", "D", a.required_growth)]
    if not math.isnan(a.historical_growth):
        marks.append(("achieved", "ink", "o", a.historical_growth))
    sns.lineplot(x=100 * growth, y=100 * below, ax=axes, color=COLOURS["quiet"], estimator=None)
    ends = [*np.interp([0.01, 0.99], below, growth), *(value for *_, value in marks)]
    axes.set(xlim=(100 * min(ends) - 1, 100 * max(ends) + 1), ylim=(0, 104), ylabel="")
    axes.set_xlabel(in_prices(say("report.percentile.axis", language), a.series, language))
    axes.set_title(say("report.percentile.share", language))
    for axis in (axes.xaxis, axes.yaxis):
        number_ticks(axis, language, 5)
    left, right = axes.get_xlim()
    shares = [100 * of(value) for *_, value in marks]
    # the curve rises: above it there is room to the left of a point, below it to the right
    leftward = [(100 * value - left) / (right - left) > 0.5 for *_, value in marks]
    places = parted([share + (9 if to else -9) for share, to in zip(shares, leftward, strict=True)], 10, 6, 98)
    for k, (code, role, form, value) in enumerate(marks):
        axes.plot([100 * value] * 2, [0, shares[k]], color=COLOURS[role], linewidth=1.2, dashes=(4, 2))
        sns.scatterplot(x=[100 * value], y=[shares[k]], ax=axes, marker=form, color=COLOURS[role], s=49, zorder=3)
        axes.annotate(
            say(f"report.percentile.{code}", language, value=percent(value, language)),
            (100 * value, places[k]),
            (-9 if leftward[k] else 9, 0),
            textcoords="offset points",
            ha="right" if leftward[k] else "left",
            va="center",
            color=COLOURS[role],
            weight="bold",
        )


def scenarios(a: Assessment, plain: Assessment, language: str) -> Markup:
    """The forecast of the target year with the scenario's adjustments and without, beside the target."""
    digits, year = a.series.decimals, a.target.year
    rows = _outlooks(a, plain)
    medians = {key: amount(one.median(year), a.series, language) for key, one in rows}
    facts = {"year": year, "target": target_amount(a.target.value, a.series, language), **medians}
    finding = say("report.baseline.finding", language, **facts)
    head = [say("report.parameters.title", language), say("report.fan.median", language)]
    head += [say("report.fan.interval", language, level=f"{level:.0%}") for level in (0.8, 0.95)]
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
        drawn(
            "baseline",
            say("report.baseline.alt", language, **facts),
            lambda axes: draw_scenarios(axes, a, plain, language),
            height=0.6,
        ),
        [say("report.baseline.note", language)],
        table(finding, head, data, numeric={1, 2, 3}),
        language,
    )


def draw_scenarios(axes: Axes, a: Assessment, plain: Assessment, language: str) -> None:
    """Medians and intervals of the target year, a row with the adjustments and one without, and the target."""
    import seaborn as sns

    rows, year, goal = _outlooks(a, plain), a.target.year, a.target.value
    for place, (key, outlook) in enumerate(rows):
        colour, median = COLOURS["forecast" if key == "with" else "quiet"], outlook.median(year)
        for level, width in ((0.95, 2), (0.8, 7)):
            axes.hlines(place, *outlook.interval(year, level), color=colour, linewidth=width, alpha=0.45)
        sns.scatterplot(x=[median], y=[place], ax=axes, color=colour, s=81, zorder=3)
        across = axes.get_yaxis_transform()
        axes.text(0, place - 0.38, say(f"report.baseline.{key}", language), transform=across, va="center", color=colour)
        axes.annotate(
            number(median, language, a.series.decimals),
            (median, place),
            (3 if median >= goal else -3, -10),  # the number stands clear of the target's line
            textcoords="offset points",
            ha="left" if median >= goal else "right",
            va="top",
            color=colour,
            weight="bold",
        )
    axes.axvline(goal, color=COLOURS["target"], linewidth=1.5, dashes=(5, 2), zorder=1)
    shown = number(goal, language, target_digits(goal, a.series.decimals))
    _name_line(axes, goal, say("report.fan.label.target", language, value=shown))
    axes.set(yticks=[], ylim=(len(rows) - 0.3, -0.6), xlabel=unit_name(a.series, language), ylabel="")
    axes.grid(visible=False)
    number_ticks(axes.xaxis, language, 5)


def _name_line(axes: Axes, value: float, words: str) -> None:
    """Write what an upright line is above it, within the axes."""
    low, high = axes.get_xlim()
    share = (value - low) / (high - low)
    side = "left" if share < 0.25 else "right" if share > 0.75 else "center"
    look = {"color": COLOURS["target"], "weight": "bold"}
    axes.set_title(words, look, loc="left", x=share, horizontalalignment=side)


def _outlooks(a: Assessment, plain: Assessment) -> list[tuple[str, Outlook]]:
    return [(key, one.lead) for key, one in (("with", a), ("without", plain)) if isinstance(one.lead, Outlook)]


def _class_growth(a: Assessment) -> tuple[Array, Array, Callable[[float], float]]:
    """The class's growth over as many years in rising order, the shares below, and where a growth stands in it."""
    if a.reference is None:
        raise ValueError("an assessment without a reference class has no growth to stand among")
    reference = a.reference.into(a.series.prices)
    growth = np.array(reference.growth[a.horizon])
    return growth, np.linspace(0, 1, len(growth)), lambda value: reference.percentile(value, a.horizon)


def _alternative(a: Assessment, language: str) -> str:
    of = _class_growth(a)[2]
    facts: dict[str, object] = {
        "growth": percent(a.required_growth, language),
        "share": number(100 * of(a.required_growth), language, 0),
    }
    if a.reference is not None:
        facts |= class_facts(a.reference.into(a.series.prices), language)
    if math.isnan(a.historical_growth):
        return say("report.percentile.alt.needed", language, **facts)
    achieved = number(100 * of(a.historical_growth), language, 0)
    shown = percent(a.historical_growth, language)
    return say("report.percentile.alt", language, historical=shown, share_historical=achieved, **facts)


def _quantiles(a: Assessment, language: str) -> Markup:
    growth, below, _ = _class_growth(a)
    head = [say(f"report.percentile.{key}", language) for key in ("quantile", "growth")]
    rows = [
        [percent(share, language, 0), percent(float(value), language)]
        for share, value in zip(SHARES, np.interp(SHARES, below, growth), strict=True)
    ]
    caption = in_prices(say("report.percentile.table", language), a.series, language)
    return table(caption, head, rows, numeric={1})
