"""Panel: every place of a country at once, by closed forms; one row a place, and questions over places together."""

from __future__ import annotations

from ruralincome.panel.histories import KEYS, REASONS, Histories, histories
from ruralincome.panel.joint import Count, nearest, reaching, totals
from ruralincome.panel.places import CHUNK, Question, assess_histories, assess_panel, question
from ruralincome.scenario.shapes import Move

__all__ = [
    "CHUNK",
    "KEYS",
    "REASONS",
    "Count",
    "Histories",
    "Move",
    "Question",
    "assess_histories",
    "assess_panel",
    "histories",
    "nearest",
    "question",
    "reaching",
    "totals",
]
