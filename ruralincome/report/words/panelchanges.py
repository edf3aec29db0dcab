"""What a scenario changes in every place, in words: the sentences of the report on one place, without its years."""

from __future__ import annotations

from collections.abc import Sequence

from ruralincome.data.package import read_series
from ruralincome.panel import Move
from ruralincome.report.words.phrases import change_words, pace_basis, target_digits
from ruralincome.report.words.words import number, percent, say
from ruralincome.scenario.keys import Adjustment, Dip, Disruption, Elasticity, Linear, Pace, PathTo, Percent, Shock

Change = tuple[Adjustment, Move]
"""An adjustment of a params file and the move that was made of it."""


def changes(steps: Sequence[Change], language: str) -> str:
    """The adjustments in order, one after the other; empty where there are none."""
    return "; ".join(_sentence(step, move, language) for step, move in steps)


def _sentence(step: Adjustment, move: Move, language: str) -> str:
    said = say("adjustment.said", language, when=_when(step, language), what=_what(step, move, language))
    return say("adjustment.illustration", language, words=said) if step.illustration else said


def _when(step: Adjustment, language: str) -> str:
    """The years of an adjustment; where it states none, they differ from place to place."""
    if isinstance(step, Shock | Elasticity):
        return say("adjustment.when.one", language, years=", ".join(map(str, step.years)))
    if isinstance(step, Dip):
        return say("adjustment.when.one", language, years=step.year)
    first, last = step.first_year, step.last_year
    if isinstance(step, Disruption) and isinstance(step.keep, list):
        if first is None:
            code = "panel.changes.next" if len(step.keep) == 1 else "panel.changes.first"
            return say(code, language, years=len(step.keep))
        last = first + len(step.keep) - 1
    if first is not None and first == last:
        return say("adjustment.when.one", language, years=first)
    if first is not None and last is not None:
        return say("adjustment.when.many", language, years=f"{first}–{last}")
    code = "all" if first is None and last is None else "from" if last is None else "to"
    return say(f"panel.changes.{code}", language, first=first, last=last)


def _what(step: Adjustment, move: Move, language: str) -> str:
    if (words := change_words(step, language)) is not None:
        return words
    match step:
        case Pace():
            basis = pace_basis(step, read_series(step.series) if step.series else None, language)
            return say("adjustment.pace", language, rate=percent(move.numbers[0], language), basis=basis)
        case Linear():
            return say("adjustment.linear", language, amount=_level(step.amount, language))
        case PathTo():
            value = say("panel.changes.target", language) if step.value is None else _level(step.value, language)
            return say(f"adjustment.path.{step.shape}", language, value=value, year=_end(step.last_year, language))
        case Percent():
            base = say("panel.changes.base", language) if step.base_year is None else step.base_year
            share, year = percent(step.percent / 100, language, 0), _end(step.last_year, language)
            return say("adjustment.percent_of_baseline", language, percent=share, base=base, year=year)
        case _:
            raise ValueError(f"{step.kind} has no move")


def _level(value: float, language: str) -> str:
    """A level with the digits it was stated with; its unit is the table's, which the page names."""
    return number(value, language, 0 if value == round(value) else target_digits(value, 1))


def _end(year: int | None, language: str) -> str:
    return say("panel.changes.end", language) if year is None else str(year)
