"""The folded sections of a report on one answer: rules, models and classes, the scenario beside its baseline."""

from functools import partial
from typing import Any

from ruralincome.report.answer.first import beside
from ruralincome.report.answer.first import other_targets as other_targets
from ruralincome.report.answer.first import verdict as verdict
from ruralincome.report.answer.margins import flips, latest_flips
from ruralincome.report.answer.needs import needs
from ruralincome.report.answer.sentences import answered, further, question, support
from ruralincome.report.blocks import NOTHING, Block
from ruralincome.report.charts import pictures
from ruralincome.report.templates import part
from ruralincome.report.words.adjusting import title
from ruralincome.report.words.phrases import model_name, refusal
from ruralincome.report.words.verdicts import counts, mark, verdict_label, verdict_name, verdict_value
from ruralincome.report.words.words import capital, chance, number, say
from ruralincome.scenario.result import Answer
from ruralincome.target.target import Assessment, Outlook, Refusal

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


def headline(answer: Answer, language: str) -> Block:
    """The question, the answer in one sentence, growth needed against growth achieved, and that a scenario is one.

    What a board of sliders shows, where a report has its first screen (`verdict`).
    """
    asked, said = question(answer.assessment, language), answered(answer.assessment, language)
    also = support(answer, language)
    text = "\n".join([asked, said, *also, *further(answer, language)])
    return part("answer/verdict.headline", language, text=text, asked=asked, said=said, also=also)


def rules_panel(answer: Answer, language: str, *, folded: bool = True) -> Block:
    """Every official rule's number and label, the figure at which it flips, and why those that disagree do.

    folded: False where a board of sliders shows it, open and without what takes long to work out.
    """
    a, (good, behind) = answer.assessment, counts(answer.assessment.verdicts)
    lines = [
        f"{verdict_name(v, language)} · {verdict_value(v, language, a.series)} · {verdict_label(v, language)} · "
        f"{mark(v)} {say(f'outlook.{v.outlook}', language)}"
        for v in a.verdicts
    ]
    facts: dict[str, Any] = {"good": good, "behind": behind, "flips": flips(answer) if folded else {}, "folded": folded}
    facts |= {"marked": sorted(((mark(v), v) for v in a.verdicts), key=lambda one: one[0] != "●")}
    facts |= {"latest_flips": latest_flips(answer) if folded else {}}
    return part("answer/sections.rules", language, text="\n".join(lines), answer=answer, **facts)


def models_table(answer: Answer, language: str) -> Block:
    """The lead model under every class, other models, and those that refused with their reasons."""
    a, lines = answer.assessment, list[str]()
    for o in a.outlooks:
        name = capital(model_name(o.model, language))
        name = name if lines else say("report.models.lead", language, model=name)
        lines.append(" · ".join([name, *_model_cells(o, a, language)]))
    textbook = a.reference and all(c.plain for c in a.reference.components) and not a.reference.widths
    facts: dict[str, Any] = {"textbook": textbook, "formulas": FORMULA, "checked": CHECKED, "pictures": pictures}
    facts |= {"chances": [] if a.probability is None else [a.probability, *beside(answer)]}
    return part("answer/sections.models", language, text="\n".join(lines), answer=answer, **facts)


def against_baseline(answer: Answer, language: str) -> Block:
    """The scenario beside the same forecast without its adjustments; empty where there are none."""
    a, plain, moved = answer.assessment, answer.baseline, answer.difference
    if plain is None or a.probability is None or plain.probability is None:
        return NOTHING
    facts: dict[str, Any] = {"points": moved.probability if moved else a.probability - plain.probability}
    facts |= {"error": moved.error if moved else 0.0, "pictures": pictures}
    source_title = partial(title, language=language)
    return part("answer/sections.baseline", language, answer=answer, source_title=source_title, **facts)


def _model_cells(outlook: Outlook | Refusal, a: Assessment, language: str) -> list[str]:
    if isinstance(outlook, Refusal):
        return [say("report.models.refused", language, reason=refusal(outlook, language))]
    levels = (outlook.median(a.target.year), *outlook.interval(a.target.year))
    median, low, high = (number(x, language, a.series.decimals) for x in levels)
    return [chance(outlook.probability(a.target), language), median, f"{low}–{high}"]
