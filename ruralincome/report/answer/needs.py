"""What it would take: targets that hold with a chance, year by year, the required path, and how rare such growth is."""

import math

from markupsafe import Markup

from ruralincome.report.blocks import Block, block, bullets, details
from ruralincome.report.charts.fanchart import fan_table
from ruralincome.report.charts.percentiles import percentile, percentile_words
from ruralincome.report.tables import Number, lines, table
from ruralincome.report.words.phrases import amount, short_amount, signed, target_amount, target_digits, unit_name
from ruralincome.report.words.words import chance, number, percent, say
from ruralincome.scenario.result import Answer, year_of
from ruralincome.series.growth import carried, pace
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
    a, rows = answer.assessment, _numbers(answer.assessment, language)
    rare, parts = percentile_words(a, language), list[Markup]()
    said = []
    if isinstance(a.lead, Outlook):
        said = _moves(a, a.lead.view, language)
        parts += [_targets(a, a.lead.view, language), bullets(said[:-1])]
    if pictures:
        parts.append(percentile(a, language))
    parts.append(details(say("report.needs.years", language), fan_table(a, language), _path(a, language)))
    finding = " ".join(f"{one.rstrip('.')}." for one in (rare, *said[-1:]) if one)
    lines_of = lines(rows, ": ")
    return block(
        "needs", "report.needs.heading", language, *parts, lines=lines_of, headed=False, finding=finding, paper=True
    )


def safe(a: Assessment, view: View, level: float) -> tuple[float, float]:
    """The target of the same year that is reached with that chance, and the growth a year that it takes."""
    (value,) = holds(view, a.target.year, (level,), a.target.direction)
    return value, pace(a.series.last, value, a.horizon)


def _targets(a: Assessment, view: View, language: str) -> Markup:
    """The level that is reached with each chance, a column a year."""
    last = a.target.year if hasattr(view, "paths") else max(a.target.year, a.series.origin + COLUMNS)
    years = range(max(a.series.origin + 1, last - COLUMNS + 1), last + 1)
    columns = [holds(view, year, LEVELS, a.target.direction) for year in years]
    head = [say("report.inverse.chance", language), *(Number(year) for year in years)]
    rows = [
        [percent(level, language, 0), *(number(column[k], language, a.series.decimals) for column in columns)]
        for k, level in enumerate(LEVELS)
    ]
    side = "up" if a.target.direction > 0 else "down"
    caption = say(f"report.inverse.table.{side}", language, unit=unit_name(a.series, language))
    return table(caption, head, rows, css="levels")


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


def _path(a: Assessment, language: str) -> Markup:
    """The required path year by year, and how likely the forecast is to be there; empty for one year ahead."""
    if a.horizon < 2:
        return Markup()
    digits, before, rows = target_digits(a.target.value, a.series.decimals), a.series.last, []
    names = ["report.fan.year", "report.fan.required", "report.path.added", "report.path.chance"]
    for year in range(a.series.origin + 1, a.target.year + 1):
        grown = carried(a.series.last, a.required_growth, year - a.series.origin)
        needed = a.target.value if year == a.target.year else grown
        row = [str(year), number(needed, language, digits), signed(needed - before, language, digits)]
        if isinstance(a.lead, Outlook):
            row.append(chance(a.lead.view.probability(year, needed, a.target.direction), language))
        rows.append(row)
        before = needed
    head = [say(name, language) for name in names[: len(rows[0])]]
    return table(say("report.path.table", language, unit=unit_name(a.series, language)), head, rows, numeric=(1, 2, 3))


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
