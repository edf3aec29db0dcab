"""Targets of the article, one line each, with what may be said of it and what is missing; and several together."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ruralincome.report.blocks import Block
from ruralincome.report.templates import part
from ruralincome.report.words.words import catalogue
from ruralincome.scenario.result import Together
from ruralincome.target.tracker import TargetStatus, Tracked

OPEN: tuple[TargetStatus, ...] = ("missed", "no_outcome", "no_series", "unit_ended", "criteria_replaced")
"""Standings of which the summary says that the target is missed or without an outcome."""


def page(tracked: Sequence[Tracked], language: str, as_of: int = 2020, later: bool = False) -> Block:
    """The tracker: a summary, one table a place and what became of it, and the article's own words.

    later: these are targets that were announced after the article.
    """
    counts = Counter(one.status for one in tracked)
    places = {one.row.place: [other for other in tracked if other.row.place == one.row.place] for one in tracked}
    unmet = sum(counts[status] for status in OPEN)
    facts: dict[str, Any] = {"counts": counts, "unmet": unmet, "as_of": as_of, "catalogue": catalogue(language)}
    return part("targets.page", language, tracked=tracked, places=places, later=later, **facts)


def together(found: Together, language: str) -> Block:
    """P that several targets of one series are all met, from the same draws of the lead model."""
    product = math.prod(found.joint.alone) if found.joint else 0.0
    return part("targets.together", language, found=found, product=product)
