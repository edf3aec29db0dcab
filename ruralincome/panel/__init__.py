"""Panel: every place of a country at once, by closed forms; one row a place, and questions over places together."""

from __future__ import annotations

from ruralincome.panel.histories import KEYS, REASONS, Histories, histories
from ruralincome.panel.places import CHUNK, assess_panel

__all__ = ["CHUNK", "KEYS", "REASONS", "Histories", "assess_panel", "histories"]
