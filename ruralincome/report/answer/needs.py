"""What it would take: targets that hold with a chance, year by year, the required path, and how rare such growth is."""

import math

from ruralincome.report.blocks import Block
from ruralincome.report.charts.fan import Fan
from ruralincome.report.charts.percentiles import percentile, percentile_words
from ruralincome.report.templates import part
from ruralincome.report.words.phrases import amount, short_amount, target_amount
from ruralincome.report.words.words import number, percent, say
from ruralincome.scenario.result import Answer, year_of
from ruralincome.series.growth import pace
from ruralincome.target.inverse import View, holds, push
from ruralincome.target.target import Assessment, Outlook

LEVELS = (0.9, 0.8, 0.5, 0.2)
"""Chances of the table of targets."""
COLUMNS = 5
"""Years of that table at most, the target's the last unless further ones can be said."""


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
