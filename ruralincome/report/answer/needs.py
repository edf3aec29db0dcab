"""What it would take: targets that hold with a chance, year by year, the required path, and how rare such growth is."""

from typing import Any

import numpy as np
from markupsafe import Markup

from ruralincome.report.blocks import NOTHING, Block
from ruralincome.report.charts.fan import Fan
from ruralincome.report.templates import part
from ruralincome.report.words.verdicts import mark
from ruralincome.scenario.result import Answer, year_of
from ruralincome.series.growth import pace
from ruralincome.target.target import LEVELS, Assessment, Outlook, View, holds, push

CHANCES = (0.9, *LEVELS)
"""Chances of the table of targets."""
COLUMNS = 5
"""Years of that table at most, the target's the last unless further ones can be said."""

SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Quantiles of a class's growth that the data table shows."""
TOLD = ("numbers", "rules_told", "models_told")
"""Macros of sections in words alone, which a terminal says after the first sentences."""


def needs(answer: Answer, language: str) -> Block:
    """Targets that hold with a chance, the growth needed for 50 and 80 %, and how rare that growth is."""
    a, facts = answer.assessment, dict[str, Any](columns=(), moves=(), safe=None)
    if isinstance(a.lead, Outlook):
        view, target, origin = a.lead.view, a.target, a.series.origin
        facts["columns"] = _columns(view, answer)
        stated = (origin, a.series.last, target.year, target.value)
        facts["moves"] = [(p, year_of(a, p), push(view, *stated, p, target.direction)) for p in (0.5, 0.8)]
        facts["safe"] = safe(a, view, 0.8)
    facts["percentiles"], text = percentile(a, language), in_words(answer, language, "numbers")
    return part("answer/sections.needs", language, text, answer=answer, fan=Fan.of(a), levels=CHANCES, **facts)


def in_words(answer: Answer, language: str, name: str) -> str:
    """One of TOLD over the answer."""
    a, marked = answer.assessment, [(mark(v), v) for v in answer.assessment.verdicts]
    least = safe(a, a.lead.view, 0.8) if isinstance(a.lead, Outlook) else None
    return part(f"answer/sections.{name}", language, answer=answer, safe=least, marked=marked).text


def held(answer: Answer, language: str) -> Block:
    """Levels that hold with a chance, year by year; empty without a probability."""
    a = answer.assessment
    if not isinstance(a.lead, Outlook):
        return NOTHING
    return part("answer/sections.held", language, answer=answer, levels=CHANCES, columns=_columns(a.lead.view, answer))


def safe(a: Assessment, view: View, level: float) -> tuple[float, float]:
    """The target of the same year that is reached with that chance, and the growth a year that it takes."""
    (value,) = holds(view, a.target.year, (level,), a.target.direction)
    return value, pace(a.series.last, value, a.horizon)


def percentile(a: Assessment, language: str) -> Markup:
    """Growth needed and achieved on the cumulative distribution of the class's growth over as many years.

    Nothing where there is no class, or where it has no growth over so many years.
    """
    reference = a.reference and a.reference.into(a.series.prices)
    if reference is None or a.horizon not in reference.growth:
        return Markup()
    quantiles = zip(SHARES, np.quantile(reference.growth[a.horizon], SHARES).tolist(), strict=True)
    return Markup(part("answer/percentile.percentile", language, a=a, reference=reference, quantiles=quantiles).html)


def _columns(view: View, answer: Answer) -> list[tuple[int, Any]]:
    """Of each year, the levels that hold at CHANCES; of none after a redrawing of the place, as the library refuses."""
    origin, target = answer.assessment.series.origin, answer.assessment.target
    last = target.year if hasattr(view, "paths") else max(target.year, origin + COLUMNS)
    years = range(max(origin + 1, last - COLUMNS + 1), last + 1)
    return [(year, holds(view, year, CHANCES, target.direction)) for year in years if answer.evidence.askable(year)]
