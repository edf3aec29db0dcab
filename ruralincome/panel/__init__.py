"""Panel: every place of a country at once, by closed forms; one row a place, and questions over places together."""

from __future__ import annotations

from ruralincome.panel.histories import KEYS, REASONS, Histories, histories
from ruralincome.panel.joint import Count, nearest, reaching, totals
from ruralincome.panel.places import CHUNK, Basis, assess_histories, assess_panel, basis

__all__ = [
    "CHUNK", "KEYS", "REASONS", "Basis", "Count", "Histories", "assess_histories", "assess_panel", "basis", "histories",
    "nearest", "reaching", "totals",
]  # fmt: skip
