"""The folded sections of a report on one answer: rules, models and classes, the scenario beside its baseline."""

from itertools import groupby

from markupsafe import Markup

from ruralincome.report.answer.first import beside, counts
from ruralincome.report.answer.first import other_targets as other_targets
from ruralincome.report.answer.first import verdict as verdict
from ruralincome.report.answer.margins import latest_flips, margins_parts
from ruralincome.report.answer.needs import needs
from ruralincome.report.answer.sentences import answered, further, question, support
from ruralincome.report.blocks import NOTHING, Block, block, bullets, details, formula, paragraph
from ruralincome.report.charts import pictures
from ruralincome.report.tables import NONE, heads, lines
from ruralincome.report.templates import environment
from ruralincome.report.words.adjusting import elasticities
from ruralincome.report.words.phrases import (
    class_title,
    expected_inflation,
    model_name,
    refusal,
    signed,
    target_digits,
    unit_name,
)
from ruralincome.report.words.verdicts import explanation, verdict_label, verdict_name, verdict_value
from ruralincome.report.words.words import capital, chance, number, percent, say
from ruralincome.scenario.result import Answer, ReferenceClass
from ruralincome.target.target import Assessment, Outlook, Refusal, Verdict

key_numbers = needs
"""What it would take; its text is a list of numbers for a terminal."""
FORMULA = (
    r"\ln\frac{y_{t+h}}{y_t} \sim t_{2a_n}\left(h m_n,\ \frac{b_n}{a_n}\left(h+\frac{h^2}{k_n}\right)\right)",
    r"m_n=\frac{k_0 m_0+G}{k_0+S},\qquad k_n=k_0+S",
)
"""The predictive distribution of the lead model, as `models.posterior` computes it.

The scale stands squared: without a font for formulas, a browser draws a root apart from what is under it.
"""
CHECKED = "pooled"
"""The model whose chances and intervals the benchmark holds against real histories."""
MARKS = {"met": "●", "on_track": "●", "behind": "○", "away": "○", "missed": "○"}
"""Filled or hollow: reached or on track, behind or missed; it survives grey paper."""


def headline(answer: Answer, language: str) -> Block:
    """The question, the answer in one sentence, growth needed against growth achieved, and that a scenario is one.

    What a board of sliders shows, where a report has its first screen (`verdict`).
    """
    asked, said = question(answer.assessment, language), answered(answer.assessment, language)
    also = support(answer, language)
    html = Markup('<section class="ri verdict" aria-labelledby="question">{}{}{}</section>').format(
        Markup('<p class="question" id="question">{}</p>').format(asked),
        paragraph(said, "answer"),
        paragraph(" ".join(also), "support"),
    )
    return Block(html, "\n".join([asked, said, *also, *further(answer, language)]))


def rules_panel(answer: Answer, language: str, *, folded: bool = True) -> Block:
    """Every official rule's number and label, the figure at which it flips, and why those that disagree do.

    folded: False where a board of sliders shows it, open and without what takes long to work out.
    """
    a, (good, behind) = answer.assessment, counts(answer.assessment)
    agreed = "good" if good else "behind" if behind else "none"
    finding = say(
        "report.rules.finding" if good and behind else f"panel.agree.{agreed}", language, good=good, behind=behind
    )
    rows = [
        [verdict_name(v, language), verdict_value(v, language, a.series), verdict_label(v, language)]
        for v in a.verdicts
    ]
    flips = latest_flips(answer, language) if folded else {}
    order = sorted(range(len(rows)), key=lambda k: (MARKS.get(a.verdicts[k].outlook, "–") != "●", k))
    macro = environment().get_template("rules.html.j2").module.rules
    year = {"year": a.series.origin, "unit": unit_name(a.series, language)}
    lined = [(_mark(a.verdicts[k], language), *rows[k], flips.get(a.verdicts[k].rule, "")) for k in order]
    base = "stated" if a.target.base_year is not None else "first"
    judged = paragraph(say(f"report.rules.base.{base}", language, year=a.base_year), "note")
    parts = [Markup(macro(language, lined, bool(flips), year)), judged]
    if not folded:
        parts.insert(0, paragraph(finding))
    if a.disagreements:
        why = bullets([explanation(one, language) for one in a.disagreements])
        parts.append(details(say("report.rules.differ", language), why))
    if a.pairs:
        every = bullets([explanation(one, language) for one, _ in a.pairs])
        parts.append(details(say("panel.every", language, count=sum(n for _, n in a.pairs)), every))
    if folded and (known := margins_parts(answer, language)):
        parts.append(details(say("margin.heading", language), *known))
    outlooks = [f"{MARKS.get(v.outlook, NONE)} {_outlook(v, language)}" for v in a.verdicts]
    said = lines([*row, outlook] for row, outlook in zip(rows, outlooks, strict=True))
    told = finding if folded else ""
    return block("rules", "report.rules.heading", language, *parts, lines=said, headed=False, finding=told, paper=True)


def models_table(answer: Answer, language: str) -> Block:
    """The lead model under every class, other models, and those that refused with their reasons."""
    a, unit = answer.assessment, unit_name(answer.assessment.series, language)
    said = [[capital(model_name(o.model, language)), *_model_cells(o, a, language)] for o in a.outlooks]
    said[0][0] = say("report.models.lead", language, model=said[0][0])
    others = [(one.reference, one.outlook) for one in a.alternatives if isinstance(one.outlook, Outlook)]
    named: list[tuple[str, Outlook]] = []
    for o in a.outlooks:
        if isinstance(o, Outlook):
            own = o is a.lead and o.model == CHECKED and a.reference is not None
            title = class_title(a.reference, a.reference.prices, language) if own and a.reference else ""
            name = capital(title or model_name(o.model, language))
            named.append((say("report.models.lead", language, model=name) if o is a.lead else name, o))
    outside = [one.reference for one in a.alternatives if one.left_out]
    for c, o in others:
        name = capital(class_title(c, c.prices, language))
        named.append((say("report.models.outside", language, name=name) if c in outside else name, o))
    parts = [_rows(named, a, say("report.models.table", language, unit=unit), language)] if named else []
    if (fitted := [o.model for o in a.outlooks if isinstance(o, Outlook)]) != [CHECKED] and CHECKED in fitted:
        parts.append(paragraph(say("report.models.checked", language, model=model_name(CHECKED, language)), "note"))
    refused = [(refusal(o, language), model_name(o.model, language)) for o in a.outlooks if isinstance(o, Refusal)]
    why = groupby(sorted(refused), key=lambda one: one[0])
    listed = [f"{capital(', '.join(name for _, name in some))}: {reason}" for reason, some in why]
    if listed:
        parts.append(paragraph(say("report.models.refusing", language)) + bullets(listed))
    if isinstance(a.lead, Outlook) and "shrinkage" in a.lead.fit.estimates:
        own_weight = a.lead.fit.estimates["shrinkage"]
        weights = {"own": percent(own_weight, language, 0), "reference": percent(1 - own_weight, language, 0)}
        added = expected_inflation(answer.evidence, language)
        parts.append(paragraph(f"{say('report.models.shrinkage', language, **weights)} {added}".strip()))
        if a.reference is not None and _is_textbook(a.reference):
            shown = Markup().join(map(formula, FORMULA)) + paragraph(say("report.models.symbols", language))
            parts.append(details(say("report.models.formula", language), shown))
    # a class taken as nominal that holds series in constant prices
    if any(c.prices == "nominal" and "Maddison" in c.source for c, _ in others):
        way = "down" if a.target.direction < 0 else "up"
        parts.append(paragraph(say(f"report.models.mixed.{way}", language), "note"))
    found = [a.probability, *beside(answer)] if a.probability is not None else []
    facts = {"fitted": len(fitted), "refused": len(refused), "classes": len(found)}
    finding = say("report.models.finding", language, **facts)
    if len(found) > 1:
        ends = {"low": chance(min(found), language), "high": chance(max(found), language)}
        finding += " " + say("report.models.range", language, **facts, **ends)
    return block("models", "report.models.heading", language, *parts, lines=lines(said), headed=False, finding=finding)


def against_baseline(answer: Answer, language: str) -> Block:
    """The scenario beside the same forecast without its adjustments; empty where there are none."""
    a, plain = answer.assessment, answer.baseline
    if plain is None or a.probability is None or plain.probability is None:
        return NOTHING
    named = [
        (say(f"report.baseline.{key}", language), one.lead)
        for key, one in (("with", a), ("without", plain))
        if isinstance(one.lead, Outlook)
    ]
    moved = answer.difference
    points = 100 * (moved.probability if moved else a.probability - plain.probability)
    facts = {"points": signed(points, language, 1), "error": number(100 * moved.error if moved else 0.0, language, 1)}
    change = say("report.baseline.change", language, **facts)
    caption = say("report.baseline.table", language, unit=unit_name(a.series, language))
    parts = [_rows(named, a, caption, language), elasticities(answer, language)]
    finding = change.rstrip(":").rstrip(",") + "."
    return block(
        "baseline", "report.baseline.heading", language, *parts,
        lines=[change], headed=False, finding=finding, paper=True,
    )  # fmt: skip


def _rows(named: list[tuple[str, Outlook]], a: Assessment, caption: str, language: str) -> Markup:
    """Rows on one scale: median and 80 % interval of the target's year against the target, and the chance."""
    year, digits = a.target.year, a.series.decimals
    spans = [(o.interval(year), o.median(year)) for _, o in named]
    scale = pictures.Scale.around([a.target.value, *(end for ends, _ in spans for end in ends)])
    drawn = []
    for (name, o), ((low, high), median) in zip(named, spans, strict=True):
        shown = [number(x, language, digits) for x in (median, low, high)]
        middle = Markup('{} <span class="wide quiet">({}–{})</span>').format(*shown)
        plot = pictures.mark(scale, low, high, [(median, True)], target=a.target.value, base=o is a.lead)
        drawn.append(
            {
                "name": name,
                "plot": plot,
                "cells": [middle, chance(o.probability(a.target), language)],
                "base": o is a.lead,
            }
        )
    goal = number(a.target.value, language, target_digits(a.target.value, digits))
    head = heads("report.models", language, "model", "forecast", "median", "chance", year=year)
    return pictures.rows(caption, head, pictures.axis(scale, language, (a.target.value, goal)), drawn)


def _mark(verdict: Verdict, language: str) -> Markup:
    """The verdict on the scale all rules share: a mark, and a word for those who hear it."""
    shown = Markup('<span aria-hidden="true">{}</span><span class="hidden">{}</span>')
    return shown.format(MARKS.get(verdict.outlook, NONE), _outlook(verdict, language))


def _outlook(verdict: Verdict, language: str) -> str:
    return say(f"outlook.{verdict.outlook}", language)


def _model_cells(outlook: Outlook | Refusal, a: Assessment, language: str) -> list[str]:
    if isinstance(outlook, Refusal):
        return [say("report.models.refused", language, reason=refusal(outlook, language))]
    levels = (outlook.median(a.target.year), *outlook.interval(a.target.year))
    median, low, high = (number(x, language, a.series.decimals) for x in levels)
    return [chance(outlook.probability(a.target), language), median, f"{low}–{high}"]


def _is_textbook(reference: ReferenceClass) -> bool:
    """Is the predictive distribution the textbook one: no memory, no damping, no widening?"""
    return all(c.plain for c in reference.components) and not reference.widths
