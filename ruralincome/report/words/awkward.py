"""The words of growth where a target is met already, or where a fall is wanted."""

from __future__ import annotations

import math

from ruralincome.report.words.words import percent, say
from ruralincome.target.target import Assessment


def question_code(a: Assessment) -> str:
    """The code of the question: is the target to be reached, or kept?"""
    side, met = "up" if a.target.direction > 0 else "down", a.target.direction * (a.series.last - a.target.value) >= 0
    return f"asked.keep.{side}" if met else f"report.question.{side}"


def answer_code(a: Assessment) -> str:
    """The code of the answer: of reaching the target, of being there still, or of being at a ceiling or below."""
    if a.target.direction < 0:
        return "asked.answer.down"
    return "asked.answer.up" if a.series.last >= a.target.value else "report.answer"


def awkward_growth(a: Assessment, language: str) -> str:
    """The growth that keeps a target met already, or that a ceiling allows, and the growth there was."""
    facts = {"origin": a.series.origin, "year": a.target.year, "base": a.base_year}
    required, none = a.required_growth, percent(abs(a.required_growth), language) == percent(0.0, language)
    kept, capped = "hold" if none else "keep", "fall" if required < 0 else "cap"
    needed = kept if a.target.direction > 0 else capped
    said = say(f"growth.need.{needed}", language, required=percent(abs(required), language), **facts)
    if math.isnan(a.historical_growth):
        return f"{said} {say('growth.was.unknown', language)}"
    was = "rise" if a.historical_growth >= 0 else "fall"
    shown = percent(abs(a.historical_growth), language)
    return f"{said} {say(f'growth.was.{was}', language, historical=shown, **facts)}"


def needs_code(key: str, a: Assessment) -> str:
    """The code of a row of key numbers: growth needed is the least that keeps a target met, or the most allowed."""
    if key not in ("required", "from_base") or (a.target.direction > 0 and a.required_growth > 0):
        return f"report.needs.{key}"
    return f"growth.{'least' if a.target.direction > 0 else 'most'}.{key}"
