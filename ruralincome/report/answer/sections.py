"""The folded sections of a report on one answer: rules, models and classes, the scenario beside its baseline."""

from typing import Any

from ruralincome.report.answer.first import beside, opening
from ruralincome.report.answer.first import other_targets as other_targets
from ruralincome.report.answer.first import verdict as verdict
from ruralincome.report.answer.needs import in_words, needs
from ruralincome.report.answer.sentences import answered, question, support
from ruralincome.report.blocks import NOTHING, Block
from ruralincome.report.templates import part
from ruralincome.report.words.verdicts import counts, mark
from ruralincome.scenario.result import Answer
from ruralincome.series.units import factor
from ruralincome.target.margins import Margin
from ruralincome.target.target import RULES

key_numbers = needs
"""What it would take; its text is a list of numbers."""
FORMULA = (
    r"\ln\frac{y_{t+h}}{y_t} \sim t_{2a_n}\left(h m_n,\ \frac{b_n}{a_n}\left(h+\frac{h^2}{k_n}\right)\right)",
    r"m_n=\frac{k_0 m_0+G}{k_0+S},\qquad k_n=k_0+S",
)
"""The predictive distribution of the lead model, as `models.posterior` computes it.

The scale stands squared: without a font for formulas, a browser draws a root apart from what is under it.
"""
CHECKED = "pooled"
"""The model whose chances and intervals the benchmark holds against real histories."""


Near = tuple[float, str] | None
"""The nearer flip of the two sides: by how much, and the label there; None where there is none within reach."""

MOST = 4
"""Of the inputs, so many stand in a brief."""
DRAWN = 0.02
"""Of the inputs of one kind, those after the widest are left out if they move the probability by less."""


def headline(answer: Answer, language: str) -> Block:
    """The question, the answer in one sentence, growth needed against growth achieved, and that a scenario is one.

    What a board of sliders shows, where a report has its first screen (`verdict`).
    """
    asked, said = question(answer.assessment, language), answered(answer.assessment, language)
    also = support(answer, language)
    return part("answer/verdict.headline", language, opening(answer, language), asked=asked, said=said, also=also)


def rules_panel(answer: Answer, language: str, *, folded: bool = True) -> Block:
    """Every official rule's number and label, the figure at which it flips, and why those that disagree do.

    folded: False where a board of sliders shows it, open and without what takes long to work out.
    """
    a, (good, behind) = answer.assessment, counts(answer.assessment.verdicts)
    facts: dict[str, Any] = {"good": good, "behind": behind, "flips": flips(answer) if folded else {}, "folded": folded}
    facts |= {"latest_flips": latest_flips(answer) if folded else {}}
    text = in_words(answer, language, "rules_told")
    marked = sorted(((mark(v), v) for v in a.verdicts), key=lambda one: one[0] != "●")
    return part("answer/sections.rules", language, text, answer=answer, marked=marked, **facts)


def models_table(answer: Answer, language: str) -> Block:
    """The lead model under every class, other models, and those that refused with their reasons."""
    a, text = answer.assessment, in_words(answer, language, "models_told")
    textbook = a.reference and all(c.plain for c in a.reference.components) and not a.reference.widths
    facts: dict[str, Any] = {"textbook": textbook, "formulas": FORMULA, "checked": CHECKED}
    facts |= {"chances": [] if a.probability is None else [a.probability, *beside(answer)]}
    return part("answer/sections.models", language, text, answer=answer, **facts)


def against_baseline(answer: Answer, language: str) -> Block:
    """The scenario beside the same forecast without its adjustments; empty where there are none."""
    a, plain, moved = answer.assessment, answer.baseline, answer.difference
    if plain is None or a.probability is None or plain.probability is None:
        return NOTHING
    points, error = (moved.probability, moved.error) if moved else (a.probability - plain.probability, 0.0)
    return part("answer/sections.baseline", language, answer=answer, points=points, error=error)


def caveats(answer: Answer, language: str) -> Block:
    """What the data cannot say, each sentence worked out from the figures."""
    return part("answer/grounds.caveats", language, answer=answer, coverage=_coverage(answer))


def parameters(answer: Answer, language: str) -> Block:
    """The scenario in words."""
    return part("answer/grounds.parameters", language, answer=answer)


def provenance(answer: Answer, language: str) -> Block:
    """Inputs with their hashes, sources, versions, and how to get the same report again."""
    return part("answer/grounds.provenance", language, answer=answer, params=params_text(answer))


def params_text(answer: Answer) -> str:
    """The scenario as the params file that makes it again: what differs from the defaults."""
    import yaml

    stated = answer.scenario.model_dump(exclude_defaults=True, exclude={"extends", "name"})
    stated = {"title": answer.scenario.title.model_dump(), **stated}
    return str(yaml.safe_dump(stated, allow_unicode=True, sort_keys=False))


def flips(answer: Answer) -> dict[str, tuple[str, dict[str, Near]]]:
    """By rule, and for the likelihood word, the label now and the nearest flip by figure; empty with one observation.

    A rule of chance has no answer without a probability.
    """
    each = answer.margins.each if answer.margins else ()
    chances = [rule.code for rule in RULES if rule.shape == "chance"]
    left = chances if not any(m.name == "likelihood" for m in each) else []
    said = {m.name: m.label for m in each if m.figure == "latest" and m.name not in left}
    return {name: (label, {m.figure: _nearest(m) for m in each if m.name == name}) for name, label in said.items()}


def latest_flips(answer: Answer) -> dict[str, float | None]:
    """By rule, the nearest change of the latest figure at which it says something else; None where none does."""
    return {name: near["latest"] and near["latest"][0] for name, (_, near) in flips(answer).items()}


def sensitivity(answer: Answer, language: str, short: bool = False) -> Block:
    """The inputs, widest first: the chance at either end of each, and the value that brings an even chance; short: the
    widest of them in a list."""
    bars = answer.tornado.bars if answer.tornado else ()
    kinds = [bar.name.partition("_")[0] for bar in bars]
    shown = [bar for k, bar in enumerate(bars) if bar.width >= DRAWN or kinds[k] not in kinds[:k]]
    name, most = ("inputs", MOST) if short else ("sensitivity", None)
    return part(f"answer/sections.{name}", language, answer=answer, bars=shown[:most]) if bars else NOTHING


def _coverage(answer: Answer) -> list[tuple[int, float, float]]:
    """Years with a figure of the survey for the whole province too: that figure, and the same in the series' unit."""
    series, whole = answer.evidence.published, answer.evidence.whole
    if whole is None or (scale := factor(whole.unit, series.unit)) is None:
        return []
    both = sorted(set(series.years) & set(whole.years))
    return [(year, whole.value(year), whole.value(year) * scale) for year in both]


def _nearest(margin: Margin) -> Near:
    found = [(flip.change, flip.label or "") for flip in (margin.down, margin.up) if flip.change is not None]
    return min(found, key=lambda flip: abs(flip[0]), default=None)
