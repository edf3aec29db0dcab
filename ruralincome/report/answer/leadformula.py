"""The formula of the lead model, for a report."""

from __future__ import annotations

from markupsafe import Markup

from ruralincome.report.blocks import formula, paragraph
from ruralincome.report.words.words import say
from ruralincome.scenario.result import ReferenceClass


def is_textbook(reference: ReferenceClass) -> bool:
    """Is the predictive distribution the textbook one: no noise, no wandering drift, no damping, no widening?"""
    still = all(c.noise == 0 and c.wander == 0 for c in reference.components)
    return still and reference.damping == 1 and not reference.widths


def lead_formula(language: str) -> Markup:
    """The predictive distribution of the lead model, as `models.posterior` computes it.

    The scale stands squared: without a font for formulas, a browser draws a root apart from what is under it.
    """
    ahead = formula(
        r"\ln\frac{y_{t+h}}{y_t} \sim t_{2a_n}\left(h m_n,\ \frac{b_n}{a_n}\left(h+\frac{h^2}{k_n}\right)\right)"
    )
    learnt = formula(r"m_n=\frac{k_0 m_0+G}{k_0+S},\qquad k_n=k_0+S")
    return ahead + learnt + paragraph(say("report.models.symbols", language))
