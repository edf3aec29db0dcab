"""The section on margins: how far each published figure must move before a verdict flips."""

from __future__ import annotations

from collections.abc import Sequence

from ruralincome.report.blocks import Block, paragraph, section
from ruralincome.report.tables import table
from ruralincome.report.words.phrases import amount, target_digits, unit_name
from ruralincome.report.words.words import number, say
from ruralincome.scenario.result import Answer
from ruralincome.target.margins import Figure, Flip, Margin
from ruralincome.target.target import Assessment

FIGURES: tuple[Figure, ...] = ("latest", "base", "target")


def margins_panel(answer: Answer, language: str) -> Block:
    """For the likelihood word and each rule, the nearest move of latest value, base and target that flips it.

    The model is fitted again to every moved figure. Where a scenario changes the forecast, only the rules are walked.
    """
    a, known = answer.assessment, answer.margins
    if known is None:
        return Block("", "")
    found, digits = known.each, target_digits(a.target.value, a.series.decimals)
    heading = say("margin.heading", language)
    facts = {
        "latest": amount(a.series.last, a.series, language),
        "base": number(a.series.value(a.base_year), language, a.series.decimals),
        "target": number(a.target.value, language, digits),
        "target_half": number(known.target_half, language, digits + 1),
        "half": number(known.half_unit, language, a.series.decimals + 1),
    }
    intro = say("margin.intro", language, **facts)
    if any(margin.name == "likelihood" for margin in found):
        intro += " " + say("margin.refit", language)
    else:  # the OBR's question has no answer without a probability
        intro += " " + say("margin.no_word", language)
        found = tuple(margin for margin in found if margin.name != "obr")
    shown_here = {margin.name for margin in found}
    fragile = [name for name, possible in known.together.items() if len(possible) > 1 and name in shown_here]
    names = ", ".join(f"“{_name(name, language)}”" for name in fragile)
    rounding = say("margin.rounding.some" if fragile else "margin.rounding.none", language, names=names, **facts)
    rows = [_row(name, found, a, language) for name in dict.fromkeys(m.name for m in found)]
    head = [say("margin.verdict", language), *(say(f"margin.{figure}", language) for figure in FIGURES)]
    shown = table(say("margin.table", language, unit=unit_name(a.series, language)), head, rows)
    lines = [heading, intro, rounding, *(" · ".join(row) for row in rows)]
    return Block(section("margins", heading, paragraph(intro), paragraph(rounding), shown), "\n".join(lines))


def _row(name: str, found: Sequence[Margin], a: Assessment, language: str) -> list[str]:
    own = {margin.figure: margin for margin in found if margin.name == name}
    label = say(f"{'likelihood' if name == 'likelihood' else 'label'}.{own['latest'].label}", language)
    first = say("margin.now", language, name=_name(name, language), label=label)
    return [first, *(_nearest(own[figure], a, language) for figure in FIGURES)]


def _nearest(margin: Margin, a: Assessment, language: str) -> str:
    """The nearer flip of the two sides, in words."""
    flips = [flip for flip in (margin.down, margin.up) if flip.change is not None]
    if not flips:
        return say("margin.holds", language)
    flip = min(flips, key=_size)
    kind = "likelihood" if margin.name == "likelihood" and flip.label != "not_available" else "label"
    change = number(flip.change or 0.0, language, a.series.decimals + 1)
    sign = "" if change.startswith("−") else "+"
    return say("margin.flip", language, change=sign + change, label=say(f"{kind}.{flip.label}", language))


def _size(flip: Flip) -> float:
    return abs(flip.change or 0.0)


def _name(name: str, language: str) -> str:
    return say("margin.likelihood" if name == "likelihood" else f"rule.{name}.name", language)
