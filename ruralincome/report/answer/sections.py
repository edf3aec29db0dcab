"""The sections of a report on one answer: what is asked, the answer, and what it would take."""

import math
from dataclasses import replace

from markupsafe import Markup

from ruralincome.report.answer.needs import inverse_tables, path_table
from ruralincome.report.answer.sentences import chance_of, further, question, support
from ruralincome.report.blocks import NOTHING, Block, block, bullets, details, formula, paragraph
from ruralincome.report.charts import comparisons
from ruralincome.report.charts.fanchart import fan_chart as fan_figure
from ruralincome.report.tables import heads, lines, table
from ruralincome.report.words.adjusting import adjustments, elasticities
from ruralincome.report.words.phrases import (
    amount,
    class_title,
    expected_inflation,
    in_prices,
    model_name,
    refusal,
    signed,
    unit_name,
)
from ruralincome.report.words.verdicts import explanation, verdict_label, verdict_name, verdict_value
from ruralincome.report.words.words import capital, chance, number, percent, say
from ruralincome.scenario.result import Answer, ReferenceClass, result
from ruralincome.target.target import Assessment, Outlook, Refusal, Verdict

FORMULA = (
    r"\ln\frac{y_{t+h}}{y_t} \sim t_{2a_n}\left(h m_n,\ \frac{b_n}{a_n}\left(h+\frac{h^2}{k_n}\right)\right)",
    r"m_n=\frac{k_0 m_0+G}{k_0+S},\qquad k_n=k_0+S",
)
"""The predictive distribution of the lead model, as `models.posterior` computes it.

The scale stands squared: without a font for formulas, a browser draws a root apart from what is under it.
"""

CHECKED = "pooled"
"""The model whose chances and intervals the benchmark holds against real histories."""


def verdict(answer: Answer, language: str) -> Block:
    """The headline, carrying the result."""
    return replace(headline(answer, language), data=result(answer))


def headline(answer: Answer, language: str) -> Block:
    """The question, the answer in one sentence, growth needed against growth achieved, and that a scenario is one.

    The text goes on with what the page says below the fan chart (`fan_chart`).
    """
    asked, said = question(answer.assessment, language), chance_of(answer.assessment, language)
    beside = support(answer, language)
    html = Markup('<section class="ri verdict" id="verdict" aria-labelledby="question">{}{}{}</section>').format(
        Markup('<p class="question" id="question">{}</p>').format(asked),
        paragraph(said, "answer"),
        paragraph(" ".join(beside), "support"),
    )
    return Block(html, "\n".join([asked, said, *beside, *further(answer, language)]))


def fan_chart(answer: Answer, language: str) -> Block:
    """The fan chart of the lead model; below it what the pace achieved would bring, and what was known.

    That stands below, so that a telephone's first screen holds the chart.
    """
    below = paragraph(" ".join(further(answer, language)))
    return block("fan", "report.fan.heading", language, fan_figure(answer.assessment, language), below, lines=[])


def key_numbers(answer: Answer, language: str, *, pictures: bool = True) -> Block:
    """What it would take: growth, path, the target that would hold, and how rare the growth needed is.

    pictures: False where only the text is wanted, so that a terminal need not load a plotting library.
    """
    a, rows = answer.assessment, _needs(answer.assessment, language)
    caption = in_prices(say("report.needs.table", language), a.series, language)
    parts = [table(caption, heads("report.needs", language, "item", "value#"), rows)]
    if pictures:
        parts.append(comparisons.percentile(a, language))
    if a.horizon > 1:
        parts.append(path_table(a, language))
    if isinstance(a.lead, Outlook):
        parts.append(inverse_tables(a, a.lead.view, language))
    return block("needs", "report.needs.heading", language, *parts, lines=lines(rows, ": "), headed=False)


def rules_panel(answer: Answer, language: str) -> Block:
    """Every official rule's number and label, and why those that disagree do."""
    a, series = answer.assessment, answer.assessment.series
    good = sum(v.outlook in ("met", "on_track") for v in a.verdicts)
    behind = sum(v.outlook in ("behind", "away", "missed") for v in a.verdicts)
    agreed = "good" if good else "behind" if behind else "none"
    code = "report.rules.intro" if good and behind else f"panel.agree.{agreed}"
    intro = say(code, language, good=good, behind=behind)
    rows = [
        [verdict_name(v, language), verdict_value(v, language, series), verdict_label(v, language), _mark(v, language)]
        for v in a.verdicts
    ]
    head = heads("report.rules", language, "rule", "value", "verdict", "outlook")
    parts = [paragraph(intro), table(in_prices(say("report.rules.table", language), series, language), head, rows)]
    if a.disagreements:
        parts.append(Markup("<h3>{}</h3>").format(say("report.rules.differ", language)))
        parts.append(bullets([explanation(one, language) for one in a.disagreements]))
    if a.pairs:
        every = bullets([explanation(one, language) for one, _ in a.pairs])
        parts.append(details(say("panel.every", language, count=sum(n for _, n in a.pairs)), every))
    return block("rules", "report.rules.heading", language, *parts, lines=lines(rows), headed=False)


def models_table(answer: Answer, language: str) -> Block:
    """Every model, fitted or refused with its reason; the lead model under other reference classes."""
    a, unit = answer.assessment, unit_name(answer.assessment.series, language)
    rows = [[capital(model_name(o.model, language)), *_model_cells(o, a, language)] for o in a.outlooks]
    rows[0][0] = say("report.models.lead", language, model=rows[0][0])
    head = _model_head("report.models.model", a, language)
    parts = [table(say("report.models.table", language, unit=unit), head, rows)]
    if (fitted := [o.model for o in a.outlooks if isinstance(o, Outlook)]) != [CHECKED] and CHECKED in fitted:
        parts.append(paragraph(say("report.models.checked", language, model=model_name(CHECKED, language)), "note"))
    if isinstance(a.lead, Outlook) and "shrinkage" in a.lead.fit.estimates:
        own = a.lead.fit.estimates["shrinkage"]
        weights = {"own": percent(own, language, 0), "reference": percent(1 - own, language, 0)}
        parts.append(paragraph(say("report.models.shrinkage", language, **weights)))
        if added := expected_inflation(answer.evidence, language):
            parts.append(paragraph(added))
        if a.reference is not None and _is_textbook(a.reference):
            shown = Markup().join(map(formula, FORMULA)) + paragraph(say("report.models.symbols", language))
            parts.append(details(say("report.models.formula", language), shown))
    others = [(one.reference, one.outlook) for one in a.alternatives if isinstance(one.outlook, Outlook)]
    if others:
        head = _model_head("report.models.class", a, language)
        classes = [[class_title(c, c.prices, language), *_model_cells(o, a, language)] for c, o in others]
        parts.append(table(say("report.models.others", language, unit=unit), head, classes))
        # a class taken as nominal that holds series in constant prices
        if any(c.prices == "nominal" and "Maddison" in c.source for c, _ in others):
            way = "down" if a.target.direction < 0 else "up"
            parts.append(paragraph(say(f"report.models.mixed.{way}", language), "note"))
    return block("models", "report.models.heading", language, *parts, lines=lines(rows), headed=False)


def against_baseline(answer: Answer, language: str) -> Block:
    """The scenario beside the same forecast without its adjustments; empty where there are none."""
    a, plain = answer.assessment, answer.baseline
    if plain is None or a.probability is None or plain.probability is None:
        return NOTHING
    rows = [
        [say(f"report.baseline.{key}", language), *_model_cells(one.lead, one, language)]
        for key, one in (("with", a), ("without", plain))
    ]
    moved = answer.difference
    points = 100 * (moved.probability if moved else a.probability - plain.probability)
    facts = {"points": signed(points, language, 1), "error": number(100 * moved.error if moved else 0.0, language, 1)}
    change = say("report.baseline.change", language, **facts)
    caption = say("report.baseline.table", language, unit=unit_name(a.series, language))
    parts = [
        comparisons.scenarios(a, plain, language),
        table(caption, _model_head("report.parameters.title", a, language), rows),
        paragraph(change),
        bullets(adjustments(answer, language)),
        elasticities(answer, language),
    ]
    return block("baseline", "report.baseline.heading", language, *parts, lines=[change], headed=False)


def _needs(a: Assessment, language: str) -> list[list[str]]:
    """Measures and their values; growth needed may be the least that keeps a target met, or the most allowed."""

    def rate(value: float) -> str:
        return say("report.rate", language, rate=percent(value, language, 2))

    needed, up = {"required": a.required_growth, "from_base": a.required_growth_from_base}, a.target.direction > 0
    awkward = a.required_growth <= 0 or not up
    rows = [
        (f"growth.{'least' if up else 'most'}.{key}" if awkward else f"report.needs.{key}", rate(growth))
        for key, growth in needed.items()
    ]
    if not math.isnan(a.historical_growth):
        levels = (amount(x, a.series, language, a.series.decimals + 2) for x in (a.projection, a.shortfall))
        rows.insert(0, ("report.needs.historical", rate(a.historical_growth)))
        rows += zip(("report.needs.projection", "report.needs.shortfall"), levels, strict=True)
    if isinstance(a.lead, Outlook):
        low, high = a.lead.interval(a.target.year)
        span = {"low": number(low, language, a.series.decimals), "high": amount(high, a.series, language)}
        rows.append(("report.needs.median", amount(a.lead.median(a.target.year), a.series, language)))
        rows.append(("report.needs.interval", say("report.needs.range", language, **span)))
    facts = {"origin": a.series.origin, "year": a.target.year, "base": a.base_year}
    return [[say(code, language, **facts), shown] for code, shown in rows]


def _mark(verdict: Verdict, language: str) -> Markup:
    """The verdict on the scale all rules share: a mark and a word, so that colour alone says nothing."""
    mark = {"met": "✓", "on_track": "✓", "behind": "▲", "away": "▼", "missed": "✗"}.get(verdict.outlook, "?")
    shown = Markup('<span class="outlook {}"><span aria-hidden="true">{}</span> {}</span>')
    return shown.format(verdict.outlook, mark, say(f"outlook.{verdict.outlook}", language))


def _model_head(first: str, a: Assessment, language: str) -> list[str]:
    head = heads("report.models", language, "chance#", "median#", "interval#", year=a.target.year)
    return [say(first, language), *head]


def _model_cells(outlook: Outlook | Refusal, a: Assessment, language: str) -> list[str]:
    if isinstance(outlook, Refusal):
        return [say("report.models.refused", language, reason=refusal(outlook, language))]
    levels = (outlook.median(a.target.year), *outlook.interval(a.target.year))
    median, low, high = (number(x, language, a.series.decimals) for x in levels)
    return [chance(outlook.probability(a.target), language), median, f"{low}–{high}"]


def _is_textbook(reference: ReferenceClass) -> bool:
    """Is the predictive distribution the textbook one: no wandering drift, no damping, no widening?"""
    still = all(c.wander == 0 for c in reference.components)
    return still and reference.damping == 1 and not reference.widths
