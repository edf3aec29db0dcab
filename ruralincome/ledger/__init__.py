"""Ledger: verdicts kept, and scored when the outturn comes."""

from __future__ import annotations

from ruralincome.ledger.book import Added, Book, add, read
from ruralincome.ledger.entry import Entry
from ruralincome.ledger.score import Bin, LedgerScore, Record, Scores, read_outturns, score

__all__ = [
    "Added",
    "Bin",
    "Book",
    "Entry",
    "LedgerScore",
    "Record",
    "Scores",
    "add",
    "read",
    "read_outturns",
    "score",
]
