"""The tracker page: every target of the article on one line each, with what may be said of it and what is missing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from markupsafe import Markup

from ruralincome.data.package import find_root, read_resource
from ruralincome.models import Refusal
from ruralincome.models.forecast import DRAWS
from ruralincome.report.blocks import Block, bullets, details, paragraph, section
from ruralincome.report.tables import table
from ruralincome.report.words.words import catalogue, chance, number, percent, quantity, say, text
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.target.inverse import joint
from ruralincome.target.likelihood import likelihood
from ruralincome.target.tracker import TargetRow, Tracked, track


def tracked_targets(as_of: int, root: Path | None = None) -> tuple[Tracked, ...]:
    """Every target of data/targets.csv, those with an observed series assessed by the lead model."""
    root = root or find_root()
    rows = map(TargetRow.from_cells, read_resource("targets", root).rows)
    return tuple(track(row, as_of, _probability(row, as_of, root)) for row in rows)


def page(tracked: Sequence[Tracked], language: str, as_of: int = 2020) -> Block:
    """The tracker: a summary, one table a place, and the article's own words."""
    heading = say("tracker.heading", language)
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
    return Block(section("targets", heading, paragraph(summary), paragraph(why), *parts), "\n".join(lines))


def together(
    series: str,
    goals: Sequence[Mapping[str, float]],
    as_of: int,
    language: str,
    root: Path | None = None,
    seed: int = 0,
) -> Block:
    """P that several targets of one series are all met, from the same draws of the lead model.

    goals: mappings with value and year, and direction where less is good.
    """
    last = max(goals, key=_when)
    scenario = Scenario.stated(series=series, target={"value": last["value"], "year": int(last["year"])}, as_of=as_of)
    a = answer(scenario, series, root).assessment
    heading = say("together.heading", language)
    if isinstance(a.lead, Refusal):
        said = say("together.refused", language)
        return Block(section("together", heading, paragraph(said)), said)
    forecast = a.lead.fit.forecast(int(last["year"]), np.random.default_rng(seed), DRAWS)
    found = joint(forecast, [(int(g["year"]), g["value"], int(g.get("direction", 1))) for g in goals])
    product = math.prod(found.alone)
    shares = {"together": chance(found.together, language), "either": chance(found.either, language)}
    said = say("together.said", language, count=len(goals), **shares)
    if found.together > product:
        said += " " + say("together.more", language, product=chance(product, language))
    note = say("together.note", language, draws=number(DRAWS, language, 0), year=as_of)
    rows = [
        [_goal(goal, a.series.unit, language), chance(share, language)]
        for goal, share in zip(goals, found.alone, strict=True)
    ]
    head = [say("together.target", language), say("together.chance", language)]
    shown = table(say("together.table", language), head, rows, numeric={1})
    return Block(
        section("together", heading, shown, paragraph(said), paragraph(note)), "\n".join([heading, said, note])
    )


def _when(goal: Mapping[str, float]) -> float:
    return goal["year"]


def _goal(goal: Mapping[str, float], unit: str, language: str) -> str:
    value = goal["value"]
    shown = quantity(value, unit, language, 0 if value == round(value) else 1 if value == round(value, 1) else 2)
    return say("tracker.goal.at_least", language, value=shown, year=int(goal["year"]))


def _probability(row: TargetRow, as_of: int, root: Path) -> float | None:
    if row.series is None or row.deadline <= as_of:
        return None
    scenario = Scenario.stated(series=row.series, target={"value": row.value, "year": row.deadline}, as_of=as_of)
    return answer(scenario, row.id, root).assessment.probability


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
        open=counts["missed"] + counts["no_outcome"],
    )


def _line(one: Tracked, language: str) -> list[str]:
    row = one.row
    shown = _plain(row.value, language)
    if row.value_high is not None:
        shown = f"{shown}–{_plain(row.value_high, language)}"
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
        said.append(say(f"tracker.refusal.{one.refusal}", language, year=one.missing_year))
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
