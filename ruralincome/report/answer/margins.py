"""The section on margins: how far each published figure must move before a verdict flips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from math import nan

import numpy as np

from ruralincome.models import ClosedForm, Fit, Refusal, fit_all
from ruralincome.models.pooling import chances as chances_of
from ruralincome.report.blocks import Block, paragraph, section
from ruralincome.report.tables import table
from ruralincome.report.words.phrases import amount, target_digits, unit_name
from ruralincome.report.words.words import number, say
from ruralincome.scenario.answer import Answer
from ruralincome.target.margins import Array, Chances, Figure, Flip, Margin, margins, refitted, rounding_alone
from ruralincome.target.target import Assessment, Outlook

FIGURES: tuple[Figure, ...] = ("latest", "base", "target")


def margins_panel(answer: Answer, language: str) -> Block:
    """For the likelihood word and each rule, the nearest move of latest value, base and target that flips it.

    The model is fitted again to every moved figure. Where a scenario changes the forecast, only the rules are walked.
    """
    a = answer.assessment
    if a.series.span == 0:
        return Block("", "")
    base, half = a.series.value(a.base_year), 0.5 * 10**-a.series.decimals
    labels = refitted(a.series, a.base_year, a.target.year, a.target.direction, _chances(a))
    found = margins(labels, base, a.series.last, a.target.value, half)
    digits = target_digits(a.target.value, a.series.decimals)
    target_half = 0.5 * 10**-digits
    together = rounding_alone(labels, base, a.series.last, a.target.value, half, target_half)
    heading = say("margin.heading", language)
    facts = {
        "latest": amount(a.series.last, a.series, language),
        "base": number(base, language, a.series.decimals),
        "target": number(a.target.value, language, digits),
        "target_half": number(target_half, language, digits + 1),
        "half": number(half, language, a.series.decimals + 1),
    }
    intro = say("margin.intro", language, **facts)
    if any(margin.name == "likelihood" for margin in found):
        intro += " " + say("margin.refit", language)
    else:  # the OBR's question has no answer without a probability
        intro += " " + say("margin.no_word", language)
        found = tuple(margin for margin in found if margin.name != "obr")
    shown_here = {margin.name for margin in found}
    fragile = [name for name, possible in together.items() if len(possible) > 1 and name in shown_here]
    names = ", ".join(f"“{_name(name, language)}”" for name in fragile)
    rounding = say("margin.rounding.some" if fragile else "margin.rounding.none", language, names=names, **facts)
    rows = [_row(name, found, a, language) for name in dict.fromkeys(m.name for m in found)]
    head = [say("margin.verdict", language), *(say(f"margin.{figure}", language) for figure in FIGURES)]
    shown = table(say("margin.table", language, unit=unit_name(a.series, language)), head, rows)
    lines = [heading, intro, rounding, *(" · ".join(row) for row in rows)]
    return Block(section("margins", heading, paragraph(intro), paragraph(rounding), shown), "\n".join(lines))


def _chances(a: Assessment) -> Chances | None:
    """The lead model as a function of the figures; None where it has no closed form or the answer more to it."""
    if a.changed or not isinstance(a.lead, Outlook) or not isinstance(a.lead.fit, ClosedForm):
        return None
    model, years, target = a.lead.model, a.series.years, a.target
    if model == "pooled" and a.reference is not None:
        reference = a.reference.into(a.series.prices)
        return lambda values, goals: chances_of(years, values, reference, target.year, goals, target.direction)

    @cache  # many targets are asked of the same figures
    def fitted(values: tuple[float, ...]) -> Fit | Refusal:
        return fit_all(replace(a.series, values=values), a.reference, [model], year=target.year)[0]

    def chances(values: Array, goals: Array) -> Array:
        fits = [fitted(tuple(row)) for row in values.tolist()]
        pairs = zip(fits, goals.tolist(), strict=True)
        known = [(fit, goal) if isinstance(fit, ClosedForm) else None for fit, goal in pairs]
        return np.array([nan if k is None else k[0].probability(target.year, k[1], target.direction) for k in known])

    return chances


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
