"""Targets of the article, one line each, with what may be said of it and what is missing; and several together."""

import math
from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from ruralincome.report.blocks import Block, block, bullets, details, paragraph
from ruralincome.report.tables import heads, lines, table
from ruralincome.report.words.words import catalogue, chance, day, number, percent, quantity, say, text
from ruralincome.scenario.result import Together
from ruralincome.target.likelihood import likelihood
from ruralincome.target.target import Target
from ruralincome.target.tracker import Status, TargetRow, Tracked

OPEN: tuple[Status, ...] = ("missed", "no_outcome", "no_series", "unit_ended", "criteria_replaced")
"""Standings of which the summary says that the target is missed or without an outcome."""


def page(tracked: Sequence[Tracked], language: str, as_of: int = 2020, later: bool = False) -> Block:
    """The tracker: a summary, one table a place and what became of it, and the article's own words.

    later: these are targets that were announced after the article.
    """
    said = [_summary(tracked, language, as_of), say("tracker.why", language)]
    parts = [*map(paragraph, said)]
    head = heads("tracker", language, "indicator", "target", "baseline", "pace", "status", "remark")
    for place in dict.fromkeys(one.row.place for one in tracked):
        rows = [_line(one, language) for one in tracked if one.row.place == place]
        caption = say("tracker.table", language, place=text(place, language))
        parts.append(table(caption, head, rows))
        said += [caption, *lines(rows)]
        if (fate := next((one.fate for one in tracked if one.row.place == place), None)) is not None:
            facts = {"name": fate.name, "became": ", ".join(fate.became)}
            facts |= {name: number(getattr(fate, name), language, 0) for name in ("before", "after")}
            code = "tracker.fate" if fate.became else "tracker.fate.country"
            said.append(say(code, language, day=day(fate.day, language), **facts))
            parts.append(paragraph(said[-1]))
    quotes: list[str] = [
        Markup(catalogue(language)["tracker.quote"]).format(
            indicator=text(one.row.indicator, language),
            quote=Markup('<span lang="vi">{}</span>').format(one.row.quote),  # as the article prints it
            source=one.row.source,
        )
        for one in tracked
        if one.row.quote
    ]
    parts.append(details(say("tracker.quotes", language), bullets(quotes)) if quotes else Markup())
    if later:
        named = [f"{text(one.row.place, language)}, {text(one.row.indicator, language)}" for one in tracked]
        shown = [f"{name}, {one.row.deadline}: {one.row.source}" for name, one in zip(named, tracked, strict=True)]
        parts.append(details(say("tracker.sources", language), bullets(shown)))
    name, code = ("later", "tracker.heading.later") if later else ("targets", "tracker.heading")
    return block(name, code, language, *parts, lines=said)


def together(found: Together, language: str) -> Block:
    """P that several targets of one series are all met, from the same draws of the lead model."""
    both, code = found.joint, "together.heading"
    if both is None:
        refused = say("together.refused", language)
        return block("together", code, language, paragraph(refused), lines=[refused], headed=False)
    product = math.prod(both.alone)
    shares = {"together": chance(both.together, language), "either": chance(both.either, language)}
    said = say("together.said", language, count=len(found.targets), **shares)
    if both.together > product:
        said += " " + say("together.more", language, product=chance(product, language))
    note = say("together.note", language, draws=number(found.draws, language, 0), year=found.as_of)
    alone = zip(found.targets, both.alone, strict=True)
    rows = [[_goal(target, found.unit, language), chance(share, language)] for target, share in alone]
    shown = table(say("together.table", language), heads("together", language, "target", "chance#"), rows)
    return block("together", code, language, shown, paragraph(said), paragraph(note), lines=[said, note])


def _goal(target: Target, unit: str, language: str) -> str:
    value = target.value
    shown = quantity(value, unit, language, 0 if value == round(value) else 1 if value == round(value, 1) else 2)
    return say("tracker.goal.at_least", language, value=shown, year=target.year)


def _summary(tracked: Sequence[Tracked], language: str, as_of: int) -> str:
    counts = Counter(one.status for one in tracked)
    return say(
        "tracker.summary",
        language,
        count=len(tracked),
        year=as_of,
        assessed=counts["assessed"],
        met=counts["met"],
        pace=counts["pace"],
        bound=counts["pace_at_most"],
        open=sum(counts[status] for status in OPEN),
    )


def _line(one: Tracked, language: str) -> list[str]:
    row = one.row
    digits = 2 if round(row.value, 1) != row.value else _decimals(row.value)
    shown = number(row.value, language, digits)
    if row.value_high is not None:
        shown = f"{shown}–{number(row.value_high, language, digits)}"
    goal = say(f"unit.{row.unit}.quantity", language, value=shown)
    base = say("tracker.base.none", language)
    if row.baseline_value is not None:
        known = _amount(row.baseline_value, row, language)
        base = say("tracker.base", language, value=known, year=row.baseline_year)
    return [
        text(row.indicator, language),
        say(f"tracker.goal.{row.bound}", language, value=goal, year=row.deadline),
        base,
        _pace(one, language),
        _status(one, language),
        " ".join(_remarks(one, language)),
    ]


def _pace(one: Tracked, language: str) -> str:
    if one.pace is None:
        return say("tracker.pace.none", language)
    value = _plain(one.pace, language)
    if one.pace_high is not None:
        value = f"{value}–{_plain(one.pace_high, language)}"
    code = f"tracker.rate.{one.row.unit}"
    rate = say(code if code in catalogue(language) else "tracker.rate.other", language, value=value)
    kind = "at_most" if one.status == "pace_at_most" else "exact"
    return say(f"tracker.pace.{kind}", language, pace=rate)


def _status(one: Tracked, language: str) -> str:
    if one.status == "assessed" and one.probability is not None:
        word = say(f"likelihood.{likelihood(one.probability)}", language)
        said = say("tracker.status.assessed", language, chance=chance(one.probability, language), likelihood=word)
        return f"{said} {say('tracker.alone', language)}" if one.chance and one.chance.alone else said
    if one.status == "met" and not one.reached:
        return say("tracker.status.met.exactly", language)
    facts = {
        name: _amount(value, one.row, language)
        for name, value in (("reached", one.reached), ("needed", one.needed))
        if value is not None
    }
    return say(f"tracker.status.{one.status}", language, **facts)


def _remarks(one: Tracked, language: str) -> list[str]:
    row, said = one.row, []
    if one.status == "assessed" and row.baseline_value:
        growth = percent(row.goal / row.baseline_value - 1, language)
        said.append(say("tracker.growth", language, growth=growth, year=row.baseline_year))
    if one.latest is not None:
        facts = {"year": one.latest[0], "value": _amount(one.latest[1], row, language)}
        said.append(say("tracker.latest", language, **facts))
    for seen, code in ((one.chance, "tracker.high"), (one.before, "tracker.before")):
        if one.status == "assessed" and seen is not None and (code != "tracker.high" or seen.high is not None):
            facts = {"year": seen.as_of, "chance": chance(seen.probability, language)}
            if seen.high is not None:
                facts |= {"high": chance(seen.high, language), "value": _amount(row.value_high or 0, row, language)}
                code = code if code == "tracker.high" else "tracker.before.range"
            said.append(say(code, language, **facts))
    if one.refusal is not None:
        said.append(say(f"tracker.refusal.{one.refusal}", language, year=one.missing_year, criteria=row.criteria))
    if row.read == "press":
        said.append(say("tracker.press", language))
    if row.value_high is not None:
        said.append(say("tracker.limit.range", language, low=_amount(row.goal, row, language)))
    if one.headroom == 0:
        said.append(say("tracker.limit.whole", language))
    elif row.is_count and one.headroom is not None and one.share is not None and row.total is not None:
        facts = {"total": _amount(row.total, row, language), "headroom": _amount(one.headroom, row, language)}
        said.append(say("tracker.limit.count", language, share=percent(one.share, language), **facts))
    return said


def _amount(value: float, row: TargetRow, language: str) -> str:
    return quantity(value, row.unit, language, _decimals(value))


def _plain(value: float, language: str) -> str:
    return number(value, language, _decimals(value))


def _decimals(value: float) -> int:
    return 0 if value == round(value) else 1
