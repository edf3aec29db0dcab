"""What moves the answer: one input at a time, over the range that the figures leave open."""

from ruralincome.report.answer.sweeping import class_named
from ruralincome.report.blocks import NOTHING, Block, block
from ruralincome.report.charts import pictures
from ruralincome.report.tables import NONE, heads
from ruralincome.report.words.phrases import in_prices, signed
from ruralincome.report.words.words import capital, chance, number, percent, say
from ruralincome.scenario.result import Answer, Bar

DRAWN = 0.02
"""Of the inputs of one kind, those after the widest are left out if they move the probability by less."""


def sensitivity(answer: Answer, language: str) -> Block:
    """The inputs, widest first: the chance at either end of each, and the value that brings an even chance."""
    found = answer.tornado
    if found is None or not found.bars:
        return NOTHING
    kinds = [bar.name.partition("_")[0] for bar in found.bars]
    shown = [bar for k, bar in enumerate(found.bars) if bar.width >= DRAWN or kinds[k] not in kinds[:k]]
    low, high = sorted((shown[0].p_low, shown[0].p_high))
    facts = {"name": _name(shown[0], answer, language), "low": chance(low, language), "high": chance(high, language)}
    scale = pictures.Scale(0, 1)
    rows = []
    for bar in shown:
        ends = [_value(bar, value, answer, language) for value in (bar.low, bar.high)]
        span = say("report.needs.range", language, low=ends[0], high=ends[1])
        plot = pictures.mark(
            scale, min(bar.p_low, bar.p_high), max(bar.p_low, bar.p_high), [(found.probability, True)], even=0.5
        )
        name = capital(_name(bar, answer, language))
        if not isinstance(bar.low, str):  # classes are named in the section on them
            name = f"{name}: {span}"
        even = _value(bar, bar.break_even, answer, language)
        rows.append({"name": name, "plot": plot, "cells": [_chances(bar, language), even]})
    head = heads("report.sensitivity", language, "input", "axis", "chances", "even")
    note = say("report.sensitivity.note", language, chance=chance(found.probability, language))
    caption = in_prices(note, answer.evidence.series, language)
    table = pictures.rows(caption, head, pictures.axis(scale, language, percent=True), rows)
    lines = [f"{_name(bar, answer, language)}: {_chances(bar, language)}" for bar in found.bars]
    finding = say("report.sensitivity.finding", language, **facts)
    return block("sensitivity", "report.sensitivity.heading", language, table, lines=lines, finding=finding, paper=True)


def _name(bar: Bar, answer: Answer, language: str) -> str:
    series = answer.evidence.series
    facts = {"first": series.years[0], "last": series.origin, "year": series.origin + 1}
    return say(f"report.input.{bar.name}", language, **facts)


def _value(bar: Bar, value: float | str | None, answer: Answer, language: str) -> str:
    """The end of a bar, or where the chance is even, in words."""
    if isinstance(value, str):
        return class_named(value, answer, language)
    if value is None:
        return NONE
    if bar.name == "growth":
        return say("report.rate", language, rate=percent(value, language))
    if bar.name in ("shock", "reference"):
        points = signed(value, language, 1)
        return say("report.input.reference.even", language, points=points) if bar.name == "reference" else points
    return number(value, language, answer.evidence.series.decimals + bar.name.startswith("round"))


def _chances(bar: Bar, language: str) -> str:
    return f"{chance(bar.p_low, language)} → {chance(bar.p_high, language)}"
