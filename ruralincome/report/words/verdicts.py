"""The words of official verdicts: names, values, labels, and why two rules disagree."""

import math
from collections.abc import Sequence

from ruralincome.report.words.phrases import NONE, amount
from ruralincome.report.words.words import chance, number, percent, say
from ruralincome.series import Series
from ruralincome.target.target import Explanation, Verdict

_AGREES = {"met": "on_track", "missed": "behind"}
"""Trends that are not at odds with an outcome."""
MARKS = {"met": "●", "on_track": "●", "behind": "○", "away": "○", "missed": "○"}
"""Filled or hollow: reached or on track, behind or missed; it survives grey paper."""


def mark(verdict: Verdict) -> str:
    """The verdict on the scale that all rules share."""
    return MARKS.get(verdict.outlook, NONE)


def counts(verdicts: Sequence[Verdict]) -> tuple[int, int]:
    """How many rules say on track or met, and how many behind, moving away or missed."""
    marks = [mark(verdict) for verdict in verdicts]
    return marks.count("●"), marks.count("○")


def verdict_name(verdict: Verdict, language: str) -> str:
    """The rule's name."""
    return say(f"rule.{verdict.rule}.name", language)


def verdict_value(verdict: Verdict, language: str, series: Series | None = None) -> str:
    """The rule's own number in words, as it declares; `series` gives unit and prices to a level."""
    value, kind, notes = verdict.value, verdict.by.shows["value"], verdict.notes
    nothing_left = value is None or kind == "years" or "base_beyond_target" in notes
    if verdict.outlook == "met" and kind != "chance" and nothing_left:
        return say("rule.met.value", language)
    if value is None or not math.isfinite(value):
        return say("rule.never.value" if "never_at_this_pace" in notes else "rule.none.value", language)
    if "no_target" in notes:
        return say("rule.growth.value", language, value=percent(value, language, 1))
    code, numbers = f"rule.{verdict.rule}.value", {**verdict.numbers, "value": value}
    if kind == "growth" and numbers["required"] < 0:
        code = "rule.fall.value"
    if kind == "deviation" and number(value, "en", 1) not in ("0.0", "−0.0"):
        code = f"{code}.{'above' if value > 0 else 'below'}"
    return say(code, language, **{k: _shown(numbers[k], how, language, series) for k, how in verdict.by.shows.items()})


def verdict_label(verdict: Verdict, language: str) -> str:
    """The rule's label; where its trend is at odds with a target met or missed, both."""
    said, outlook = say(f"label.{verdict.label}", language), verdict.outlook
    if outlook not in ("met", "missed") or verdict.trend in (outlook, _AGREES[outlook]):
        return said
    outcome = say("label.target_achieved" if outlook == "met" else "label.target_not_met", language)
    return outcome if verdict.label == "not_available" else say("label.both", language, outcome=outcome, trend=said)


def explanation(why: Explanation, language: str) -> str:
    """The sentence that says why two rules disagree."""
    facts, words = why.facts, {}
    for name, fact in facts.items():
        if isinstance(fact, tuple):
            *first, last = (say(f"rule.{rule}.short", language) for rule in fact)
            words[name] = say("explain.list", language, first=", ".join(first), last=last)
        elif isinstance(fact, str):
            how = fact if name.startswith("how_") else f"rule.{fact}.short"
            words[name] = say(f"note.{fact}" if name == "reason" else how, language)
        elif name == "probability":
            words[name] = chance(fact, language)
        elif name.startswith("line_"):
            digits = next((d for d in range(4) if abs(round(100 * fact, d) - 100 * fact) < 1e-9), 4)
            words[name] = percent(fact, language, digits)
        else:
            line = facts[name.replace("attained", "line")]
            words[name] = _beside(fact, line if isinstance(line, float) else 0.0, language)
    sentence = say(why.code, language, **words)
    return sentence[0].upper() + sentence[1:]


def _shown(value: float, kind: str, language: str, series: Series | None) -> str:
    """One number of a verdict as its rule declares."""
    if kind in ("growth", "share"):
        return percent(value, language, 1)
    if kind in ("percent", "rate"):
        return percent(value / 100, language, 1 if kind == "percent" else 2)
    if kind == "level":
        return str(value) if series is None else amount(value, series, language, series.decimals + 1)
    if kind == "chance":
        return chance(value, language)
    if kind == "span":
        return number(value, language, 0 if value == int(value) else 1)
    return number(abs(value) if kind == "deviation" else value, language, 2 if kind == "years" else 1)


def _beside(attained: float, line: float, language: str) -> str:
    """A share with as many digits as keep it on its side of the line: 99.97 % must not print as 100.0 %."""
    digits = next((d for d in range(1, 6) if (round(100 * attained, d) < 100 * line) == (attained < line)), 6)
    return percent(attained, language, digits)
