"""Keep: figures that people bring in, and verdicts kept until the outturn comes."""

from ruralincome.keep.book import Added, Entry, add, read_book
from ruralincome.keep.score import Bin, LedgerScore, RuleScore, Scores, read_outturns, score

__all__ = ["Added", "Bin", "Entry", "LedgerScore", "RuleScore", "Scores", "add", "read_book", "read_outturns", "score"]
