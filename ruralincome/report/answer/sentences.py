"""The sentences around an answer: growth needed against growth achieved, what that pace would bring, what was known."""

from __future__ import annotations

import math

from ruralincome.report.words.adjusting import announced
from ruralincome.report.words.awkward import awkward_growth
from ruralincome.report.words.phrases import amount, in_real_terms, target_amount
from ruralincome.report.words.words import chance, day, number, percent, say
from ruralincome.scenario.result import Answer
from ruralincome.target.target import Assessment


def support(answer: Answer, language: str) -> list[str]:
    """What stands with the answer: growth needed and achieved, in which prices, and what a scenario changes."""
    a = answer.assessment
    said = [_growth(a, language), *in_real_terms(a.series, language), *_effect(answer, language)]
    return [*said, *_redrawn(answer, language)]


def further(answer: Answer, language: str) -> list[str]:
    """What the pace achieved would bring, and what was known: what stands below the fan chart."""
    return [*_projection(answer.assessment, language), *_known(answer, language)]


def _growth(a: Assessment, language: str) -> str:
    facts = {"origin": a.series.origin, "year": a.target.year, "base": a.base_year}
    if a.target.direction < 0 or a.required_growth <= 0:
        return awkward_growth(a, language)
    required = percent(a.required_growth, language)
    if math.isnan(a.historical_growth):
        return say("report.growth.unknown", language, required=required, year=a.target.year)
    code = "report.growth.one" if a.horizon == 1 else "report.growth.many"
    return say(code, language, required=required, historical=percent(a.historical_growth, language), **facts)


def _projection(a: Assessment, language: str) -> list[str]:
    if math.isnan(a.projection):
        return []
    digits = a.series.decimals + 1
    code = "report.projection.short" if a.shortfall > 0 else "report.projection.enough"
    if a.target.direction < 0:
        code = "growth.projection.below" if a.shortfall > 0 else "growth.projection.above"
    shown = amount(a.projection, a.series, language, digits)
    gap = number(abs(a.shortfall), language, digits)
    facts = {"base": a.base_year, "origin": a.series.origin, "year": a.target.year}
    return [say(code, language, projection=shown, gap=gap, **facts)]


def _known(answer: Answer, language: str) -> list[str]:
    a = answer.assessment
    as_of = answer.evidence.as_of
    said = [say("report.known", language, as_of=as_of)]
    if a.reference is not None and a.reference.last_year > as_of:
        said = [say("report.known.hindsight", language, as_of=as_of, last=a.reference.last_year)]
    if answer.evidence.factors:
        facts = {"target": target_amount(a.target.value, a.series, language), "stated": announced(answer, language)}
        said.append(say("report.restated", language, **facts))
    return said


def _redrawn(answer: Answer, language: str) -> list[str]:
    """What was done about a place that was redrawn before the target."""
    found = answer.evidence.redrawn
    if found is None:
        return []
    facts = {"name": found.place.name, "day": day(found.day, language), "became": ", ".join(found.became)}
    said = [say(f"report.redrawn.{found.rule}", language, count=len(found.parts), **facts)]
    if found.fixed:
        of = sorted({(found.weights or {})[year] for year in found.fixed})
        years = {"years": ", ".join(map(str, found.fixed)), "of": ", ".join(map(str, of))}
        said.append(say("report.redrawn.fixed", language, **years))
    return said


def _effect(answer: Answer, language: str) -> list[str]:
    plain = answer.baseline
    if plain is None or plain.probability is None:
        return []
    return [say("report.scenario.effect", language, chance=chance(plain.probability, language))]
