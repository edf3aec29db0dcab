"""What it would take: the required path year by year, and the targets, years and growth that hold with a chance."""

from markupsafe import Markup

from ruralincome.report.blocks import bullets
from ruralincome.report.tables import heads, table
from ruralincome.report.words.phrases import amount, in_prices, signed, target_amount, target_digits, unit_name
from ruralincome.report.words.words import chance, number, percent, say
from ruralincome.scenario.result import year_of
from ruralincome.target.inverse import LEVELS, View, holds, push
from ruralincome.target.target import Assessment, Outlook


def path_table(a: Assessment, language: str) -> Markup:
    """The required path year by year, and how likely the forecast is to be there."""
    digits, before = target_digits(a.target.value, a.series.decimals), a.series.last
    head, rows = heads("report", language, "fan.year", "fan.required#", "path.added#"), []
    if isinstance(a.lead, Outlook):
        head += heads("report", language, "fan.median#", "path.chance#")
    for year in range(a.series.origin + 1, a.target.year + 1):
        grown = a.series.last * (1 + a.required_growth) ** (year - a.series.origin)
        needed = a.target.value if year == a.target.year else grown
        row = [str(year), number(needed, language, digits), signed(needed - before, language, digits)]
        if isinstance(a.lead, Outlook):
            likely = a.lead.view.probability(year, needed, a.target.direction)
            row += [number(a.lead.median(year), language, a.series.decimals), chance(likely, language)]
        rows.append(row)
        before = needed
    return table(say("report.path.table", language, unit=unit_name(a.series, language)), head, rows)


def inverse_tables(a: Assessment, view: View, language: str) -> Markup:
    """Targets that hold, the years the target comes within reach, and the change of growth that brings it there."""
    goal = a.target
    side = "up" if goal.direction > 0 else "down"
    head = heads("report.inverse", language, "chance#", f"value.{side}#", "growth#", year=goal.year)
    rows = []
    for level, value in zip(LEVELS, holds(view, goal.year, LEVELS, goal.direction), strict=True):
        growth = (value / a.series.last) ** (1 / a.horizon) - 1
        rate = say("report.rate", language, rate=percent(growth, language))
        rows.append([percent(level, language, 0), amount(value, a.series, language), rate])
    said = []
    for level in (0.5, 0.8):
        facts = {"level": percent(level, language, 0), "target": target_amount(goal.value, a.series, language)}
        year = year_of(a, level)
        if year is not None:
            said.append(say("report.inverse.year", language, year=year, **facts))
        needed = push(view, a.series.origin, a.series.last, goal.year, goal.value, level, goal.direction)
        code = "report.inverse.push" if needed.points * goal.direction > 0 else "report.inverse.slack"
        facts |= {"points": number(abs(needed.points), language, 1), "growth": percent(needed.growth, language)}
        said.append(say(code, language, year=goal.year, **facts))
    return table(in_prices(say("report.inverse.table", language), a.series, language), head, rows) + bullets(said)
