"""Targets of the article, one line each, with what may be said of it and what is missing; and several together."""

import math
from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from ruralincome.report.blocks import Block, bullets, details, paragraph, section
from ruralincome.report.tables import table
from ruralincome.report.words.words import catalogue, chance, day, number, percent, quantity, say, text
from ruralincome.scenario.result import Together
from ruralincome.target.likelihood import likelihood
from ruralincome.target.target import Target
from ruralincome.target.tracker import TargetRow, Tracked


def page(tracked: Sequence[Tracked], language: str, as_of: int = 2020, later: bool = False) -> Block:
    """The tracker: a summary, one table a place and what became of it, and the article's own words.

    later: these are targets that were announced after the article.
    """
    heading = say("tracker.heading.later" if later else "tracker.heading", language)
    summary = _summary(tracked, language, as_of)
    why = say("tracker.why", language)
    places = list(dict.fromkeys(one.row.place for one in tracked))
    head = [say(f"tracker.{key}", language) for key in ("indicator", "target", "baseline", "pace", "status", "remark")]
    parts, lines = [], [heading, summary, why]
    for place in places:
        rows = [_line(one, language) for one in tracked if one.row.place == place]
        caption = say("tracker.table", language, place=text(place, language))
        parts.append(table(caption, head, rows))
        lines += [caption, *(" · ".join(row) for row in rows)]
        if (fate := next((one.fate for one in tracked if one.row.place == place), None)) is not None:
            facts = {"name": fate.name, "became": ", ".join(fate.became), "before": fate.before, "after": fate.after}
            lines.append(say("tracker.fate", language, day=day(fate.day, language), **facts))
            parts.append(paragraph(lines[-1]))
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
    return Block(
        section("later" if later else "targets", heading, paragraph(summary), paragraph(why), *parts), "\n".join(lines)
    )


def together(found: Together, language: str) -> Block:
    """P that several targets of one series are all met, from the same draws of the lead model."""
    heading, both = say("together.heading", language), found.joint
    if both is None:
        said = say("together.refused", language)
        return Block(section("together", heading, paragraph(said)), said)
    product = math.prod(both.alone)
    shares = {"together": chance(both.together, language), "either": chance(both.either, language)}
    said = say("together.said", language, count=len(found.targets), **shares)
    if both.together > product:
        said += " " + say("together.more", language, product=chance(product, language))
    note = say("together.note", language, draws=number(found.draws, language, 0), year=found.as_of)
    rows = [
        [_goal(target, found.unit, language), chance(share, language)]
        for target, share in zip(found.targets, both.alone, strict=True)
    ]
    head = [say("together.target", language), say("together.chance", language)]
    shown = table(say("together.table", language), head, rows, numeric={1})
    return Block(
        section("together", heading, shown, paragraph(said), paragraph(note)), "\n".join([heading, said, note])
    )


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
        open=sum(counts[status] for status in ("missed", "no_outcome", "unit_ended", "criteria_replaced")),
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
        return say("tracker.status.assessed", language, chance=chance(one.probability, language), likelihood=word)
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
    if one.refusal is not None:
        said.append(say(f"tracker.refusal.{one.refusal}", language, year=one.missing_year, criteria=row.criteria))
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
