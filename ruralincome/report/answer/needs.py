"""What it would take: targets that hold with a chance, year by year, the required path, and how rare such growth is."""

import math
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from ruralincome.report.blocks import Block, figure, table
from ruralincome.report.charts.fan import Fan
from ruralincome.report.charts.style import COLOURS, beside, dots, drawn, line, number_ticks, parted
from ruralincome.report.templates import part
from ruralincome.report.words.phrases import amount, class_facts, in_prices, short_amount, target_amount
from ruralincome.report.words.words import number, percent, say
from ruralincome.scenario.result import Answer, ReferenceClass, year_of
from ruralincome.series.growth import pace
from ruralincome.target.target import Assessment, Outlook, View, holds, push

if TYPE_CHECKING:
    from matplotlib.axes import Axes


LEVELS = (0.9, 0.8, 0.5, 0.2)
"""Chances of the table of targets."""
COLUMNS = 5
"""Years of that table at most, the target's the last unless further ones can be said."""

SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Quantiles of a class's growth that the data table shows."""

LONG = 4
"""Years over which the growth needed is also held against the class's."""


def needs(answer: Answer, language: str, *, pictures: bool = True) -> Block:
    """Targets that hold with a chance, the growth needed for 50 and 80 %, and how rare that growth is.

    pictures: False where only the text is wanted, so that a terminal need not load a plotting library.
    """
    a, view = answer.assessment, answer.assessment.lead.view if isinstance(answer.assessment.lead, Outlook) else None
    moves, years = _moves(a, view, language) if view else [], range(0)
    if view:
        last = a.target.year if hasattr(view, "paths") else max(a.target.year, a.series.origin + COLUMNS)
        years = range(max(a.series.origin + 1, last - COLUMNS + 1), last + 1)
    rare = [percentile_words(a, language), *moves[-1:]]
    return part(
        "answer/sections.needs",
        language,
        text="\n".join(": ".join(row) for row in _numbers(a, language)),
        answer=answer,
        fan=Fan.of(a),
        columns=[(year, holds(view, year, LEVELS, a.target.direction)) for year in years if view],
        levels=LEVELS,
        moves=moves,
        finding=" ".join(f"{one.rstrip('.')}." for one in rare if one),
        percentiles=percentile(a, language) if pictures else "",
    )


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


def _moves(a: Assessment, view: View, language: str) -> list[str]:
    """When the target comes within reach, and the change of growth that brings it there, for 50 and 80 %."""
    target, said = a.target, []
    for level in (0.5, 0.8):
        facts = {"level": percent(level, language, 0), "target": target_amount(target.value, a.series, language)}
        year = year_of(a, level)
        if year is not None:
            said.append(say("report.inverse.year", language, year=year, **facts))
        needed = push(view, a.series.origin, a.series.last, target.year, target.value, level, target.direction)
        code = "report.inverse.push" if needed.points * target.direction > 0 else "report.inverse.slack"
        facts |= {"points": number(abs(needed.points), language, 1), "growth": percent(needed.growth, language)}
        said.append(say(code, language, year=target.year, **facts))
    return said


def _numbers(a: Assessment, language: str) -> list[list[str]]:
    """Measures and their values; growth needed may be the least that keeps a target met, or the most allowed."""

    def rate(value: float) -> str:
        return say("report.rate", language, rate=percent(value, language, 2))

    needed, up = {"required": a.required_growth, "from_base": a.required_growth_from_base}, a.target.direction > 0
    awkward = a.required_growth <= 0 or not up
    rows = [
        (f"growth.{'least' if up else 'most'}.{key}" if awkward else f"report.needs.{key}", rate(growth))
        for key, growth in needed.items()
    ]
    if not math.isnan(a.historical_growth):
        levels = (amount(x, a.series, language, a.series.decimals + 2) for x in (a.projection, a.shortfall))
        rows.insert(0, ("report.needs.historical", rate(a.historical_growth)))
        rows += zip(("report.needs.projection", "report.needs.shortfall"), levels, strict=True)
    if isinstance(a.lead, Outlook):
        low, high = a.lead.interval(a.target.year)
        span = {"low": number(low, language, a.series.decimals), "high": amount(high, a.series, language)}
        rows.append(("report.needs.median", amount(a.lead.median(a.target.year), a.series, language)))
        rows.append(("report.needs.interval", say("report.needs.range", language, **span)))
        holds_at = short_amount(safe(a, a.lead.view, 0.8)[0], a.series, language)
        rows.append(("page.safe", holds_at))
    facts = {"origin": a.series.origin, "year": a.target.year, "base": a.base_year}
    return [[say(code, language, **facts), shown] for code, shown in rows]


def _alternative(a: Assessment, reference: ReferenceClass, language: str) -> str:
    def stands(growth: float) -> str:
        return number(100 * reference.percentile(growth, a.horizon), language, 0)

    facts = class_facts(reference, language)
    facts |= {"growth": percent(a.required_growth, language), "share": stands(a.required_growth)}
    if math.isnan(a.historical_growth):
        return say("report.percentile.alt.needed", language, **facts)
    facts |= {"historical": percent(a.historical_growth, language), "share_historical": stands(a.historical_growth)}
    return say("report.percentile.alt", language, **facts)
