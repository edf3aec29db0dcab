"""The sections of a report on one answer: what is asked, the answer, and what it would take."""

from __future__ import annotations

import math
from dataclasses import replace

from markupsafe import Markup

from ruralincome.report.answer.leadformula import is_textbook, lead_formula
from ruralincome.report.answer.needs import inverse_tables, path_table
from ruralincome.report.answer.sentences import further, support
from ruralincome.report.blocks import Block, bullets, details, paragraph, plain, section
from ruralincome.report.charts import comparisons
from ruralincome.report.charts.fanchart import fan_chart as fan_figure
from ruralincome.report.tables import table
from ruralincome.report.words.adjusting import adjustments, elasticities
from ruralincome.report.words.awkward import answer_code, needs_code, question_code
from ruralincome.report.words.phrases import (
    amount,
    class_title,
    expected_inflation,
    in_mixed_prices,
    in_prices,
    indicator,
    model_name,
    refusal,
    signed,
    target_amount,
    unit_name,
)
from ruralincome.report.words.verdicts import agreement, explanation, verdict_label, verdict_name, verdict_value
from ruralincome.report.words.words import capital, chance, number, percent, say
from ruralincome.scenario.result import Answer, result
from ruralincome.target.target import Assessment, Outlook, Refusal

CHECKED = "pooled"
"""The model whose chances and intervals the benchmark holds against real histories."""


def verdict(answer: Answer, language: str) -> Block:
    """The headline, carrying the result."""
    return replace(headline(answer, language), data=result(answer))


def headline(answer: Answer, language: str) -> Block:
    """The question, the answer in one sentence, growth needed against growth achieved, and that a scenario is one.

    The text goes on with what the page says below the fan chart (`fan_chart`).
    """
    a = answer.assessment
    facts = {"target": target_amount(a.target.value, a.series, language), "year": a.target.year}
    question = say(question_code(a), language, indicator=indicator(a.series, language), **facts)
    if a.probability is None or a.likelihood is None:
        reason = refusal(a.lead, language) if isinstance(a.lead, Refusal) else ""
        said = say("report.answer.refused", language, reason=reason, **facts)
    else:
        words = say(f"likelihood.{a.likelihood}", language)
        said = say(answer_code(a), language, chance=chance(a.probability, language), likelihood=words, **facts)
    beside = support(answer, language)
    html = Markup('<section class="ri verdict" id="verdict" aria-labelledby="question">{}{}{}</section>').format(
        Markup('<p class="question" id="question">{}</p>').format(question),
        paragraph(said, "answer"),
        paragraph(" ".join(beside), "support"),
    )
    return Block(html, "\n".join([question, said, *beside, *further(answer, language)]))


def fan_chart(answer: Answer, language: str) -> Block:
    """The fan chart of the lead model; below it what the pace achieved would bring, and what was known.

    That stands below, so that a telephone's first screen holds the chart.
    """
    heading = say("report.fan.heading", language)
    below = paragraph(" ".join(further(answer, language)))
    return Block(section("fan", heading, fan_figure(answer.assessment, language), below), heading)


def key_numbers(answer: Answer, language: str, *, pictures: bool = True) -> Block:
    """What it would take: growth, path, the target that would hold, and how rare the growth needed is.

    pictures: False where only the text is wanted, so that a terminal need not load a plotting library.
    """
    a = answer.assessment
    heading = say("report.needs.heading", language)
    rows = _needs(a, language)
    head = [say("report.needs.item", language), say("report.needs.value", language)]
    parts = [table(in_prices(say("report.needs.table", language), a.series, language), head, rows, numeric={1})]
    if pictures:
        parts.append(comparisons.percentile(a, language))
    if a.horizon > 1:
        parts.append(path_table(a, language))
    if isinstance(a.lead, Outlook):
        parts.append(inverse_tables(a, a.lead.view, language))
    return Block(section("needs", heading, *parts), "\n".join(": ".join(row) for row in rows))


def rules_panel(answer: Answer, language: str) -> Block:
    """Every official rule's number and label, and why those that disagree do."""
    a = answer.assessment
    heading = say("report.rules.heading", language)
    good = sum(v.outlook in ("met", "on_track") for v in a.verdicts)
    behind = sum(v.outlook in ("behind", "away", "missed") for v in a.verdicts)
    rows = [
        [
            verdict_name(v, language),
            verdict_value(v, language, a.series),
            verdict_label(v, language),
            _outlook(v.outlook, language),
        ]
        for v in a.verdicts
    ]
    head = [say(f"report.rules.{key}", language) for key in ("rule", "value", "verdict", "outlook")]
    why = [explanation(one, language) for one in a.disagreements]
    every = [explanation(one, language) for one, _ in a.pairs]
    counts = {"good": good, "behind": behind}
    intro = say("report.rules.intro", language, **counts) if good and behind else agreement(good, behind, language)
    return Block(
        section(
            "rules",
            heading,
            paragraph(intro),
            table(in_prices(say("report.rules.table", language), a.series, language), head, rows),
            Markup("<h3>{}</h3>").format(say("report.rules.differ", language)) if why else "",
            bullets(why),
            details(say("panel.every", language, count=sum(n for _, n in a.pairs)), bullets(every)) if every else "",
        ),
        "\n".join(" · ".join(map(plain, row)) for row in rows),
    )


def models_table(answer: Answer, language: str) -> Block:
    """Every model, fitted or refused with its reason; the lead model under other reference classes."""
    a = answer.assessment
    heading = say("report.models.heading", language)
    head = [say("report.models.model", language), *_model_head(a, language)]
    rows = [
        [_name(outlook, k == 0, language), *_model_cells(outlook, a, language)] for k, outlook in enumerate(a.outlooks)
    ]
    unit = unit_name(a.series, language)
    parts = [table(say("report.models.table", language, unit=unit), head, rows, numeric={1, 2, 3})]
    if (fitted := [o.model for o in a.outlooks if isinstance(o, Outlook)]) != [CHECKED] and CHECKED in fitted:
        parts.append(paragraph(say("report.models.checked", language, model=model_name(CHECKED, language)), "note"))
    if isinstance(a.lead, Outlook) and "shrinkage" in a.lead.fit.estimates:
        own = a.lead.fit.estimates["shrinkage"]
        weights = {"own": percent(own, language, 0), "reference": percent(1 - own, language, 0)}
        parts.append(paragraph(say("report.models.shrinkage", language, **weights)))
        if added := expected_inflation(answer.evidence, language):
            parts.append(paragraph(added))
        if a.reference is not None and is_textbook(a.reference):
            parts.append(details(say("report.models.formula", language), lead_formula(language)))
    others = [(one.reference, one.outlook) for one in a.alternatives if isinstance(one.outlook, Outlook)]
    if others:
        head = [say("report.models.class", language), *_model_head(a, language)]
        others_rows = [[class_title(c, c.prices, language), *_model_cells(o, a, language)] for c, o in others]
        parts.append(table(say("report.models.others", language, unit=unit), head, others_rows, numeric={1, 2, 3}))
        if any(in_mixed_prices(c) for c, _ in others):
            way = "down" if a.target.direction < 0 else "up"
            parts.append(paragraph(say(f"report.models.mixed.{way}", language), "note"))
    return Block(section("models", heading, *parts), "\n".join(" · ".join(map(plain, row)) for row in rows))


def against_baseline(answer: Answer, language: str) -> Block:
    """The scenario beside the same forecast without its adjustments; empty where there are none."""
    a, plain = answer.assessment, answer.baseline
    if plain is None or a.probability is None or plain.probability is None:
        return Block("", "")
    heading = say("report.baseline.heading", language)
    head = [say("report.parameters.title", language), *_model_head(a, language)]
    rows = [
        [say(f"report.baseline.{key}", language), *_model_cells(one.lead, one, language)]
        for key, one in (("with", a), ("without", plain))
    ]
    moved = answer.difference
    points = 100 * (moved.probability if moved else a.probability - plain.probability)
    facts = {"points": signed(points, language, 1), "error": number(100 * moved.error if moved else 0.0, language, 1)}
    change = say("report.baseline.change", language, **facts)
    caption = say("report.baseline.table", language, unit=unit_name(a.series, language))
    return Block(
        section(
            "baseline",
            heading,
            comparisons.scenarios(a, plain, language),
            table(caption, head, rows, numeric={1, 2, 3}),
            paragraph(change),
            bullets(adjustments(answer, language)),
            elasticities(answer, language),
        ),
        change,
    )


def _needs(a: Assessment, language: str) -> list[list[str]]:
    digits = a.series.decimals
    facts = {"origin": a.series.origin, "year": a.target.year, "base": a.base_year}

    def rate(value: float) -> str:
        return say("report.rate", language, rate=percent(value, language, 2))

    rows = [("required", rate(a.required_growth)), ("from_base", rate(a.required_growth_from_base))]
    if not math.isnan(a.historical_growth):
        rows.insert(0, ("historical", rate(a.historical_growth)))
        rows.append(("projection", amount(a.projection, a.series, language, digits + 2)))
        rows.append(("shortfall", amount(a.shortfall, a.series, language, digits + 2)))
    if isinstance(a.lead, Outlook):
        low, high = a.lead.interval(a.target.year)
        span = {"low": number(low, language, digits), "high": amount(high, a.series, language)}
        rows.append(("median", amount(a.lead.median(a.target.year), a.series, language)))
        rows.append(("interval", say("report.needs.range", language, **span)))
    return [[say(needs_code(key, a), language, **facts), shown] for key, shown in rows]


def _outlook(code: str, language: str) -> Markup:
    """The verdict on the scale all rules share: a mark and a word, so that colour alone says nothing."""
    mark = {"met": "✓", "on_track": "✓", "behind": "▲", "away": "▼", "missed": "✗"}.get(code, "?")
    return Markup('<span class="outlook {}"><span aria-hidden="true">{}</span> {}</span>').format(
        code, mark, say(f"outlook.{code}", language)
    )


def _model_head(a: Assessment, language: str) -> list[str]:
    return [
        say("report.models.chance", language),
        say("report.models.median", language, year=a.target.year),
        say("report.models.interval", language),
    ]


def _model_cells(outlook: Outlook | Refusal, a: Assessment, language: str) -> list[str]:
    if isinstance(outlook, Refusal):
        return [say("report.models.refused", language, reason=refusal(outlook, language))]
    digits = a.series.decimals
    low, high = (number(x, language, digits) for x in outlook.interval(a.target.year))
    shown = chance(outlook.probability(a.target), language)
    return [shown, number(outlook.median(a.target.year), language, digits), f"{low}–{high}"]


def _name(outlook: Outlook | Refusal, lead: bool, language: str) -> str:
    name = capital(model_name(outlook.model, language))
    return say("report.models.lead", language, model=name) if lead else name
