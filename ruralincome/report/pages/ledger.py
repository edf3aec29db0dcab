"""The ledger in words: how good the kept verdicts were, for the index page and the terminal."""

from typing import Any

from ruralincome.report.blocks import Block
from ruralincome.report.charts import pictures
from ruralincome.report.templates import part
from ruralincome.report.words.words import catalogue
from ruralincome.series import InputError

LEAST = 30
"""Fewest scored verdicts whose stated and observed shares are compared; fewer are counted, not drawn."""
Scored = Any
"""What `keep.score` gives: the page is handed it, and imports nothing of how verdicts are kept."""


def ledger_block(found: Scored, language: str) -> Block:
    """Scores, what came true of what was said, and the record of the official rules."""
    enough = found.scores is not None and found.scores.n >= LEAST
    curve = pictures.curve(found.scores.curve, language) if enough else ""
    facts = {"found": found, "enough": enough, "least": LEAST, "curve": curve}
    return part("ledger.kept", language, catalogue=catalogue(language), **facts)


def ledger_fault(found: InputError, language: str) -> Block:
    """What to say where the ledger or its outturns cannot be read, so that no one takes the silence for "none"."""
    return part("ledger.broken", language, found=found)
