"""Rules: the official progress methods, side by side.

Each a function over columns of observations and targets, with its traits declared beside it; one place is one row."""

from collections.abc import Iterator, Sequence

from ruralincome.rules import pace, ratio
from ruralincome.rules.case import EXACT, Case, Rounding
from ruralincome.rules.rule import Found, Rule, Step, Verdict, Verdicts
from ruralincome.rules.rule import Standing as Standing

__all__ = ["EXACT", "RULES", "Case", "Found", "Rounding", "Rule", "Step", "Verdict", "Verdicts", "all_rules"]
RULES = tuple(found for room in (ratio, pace) for found in vars(room).values() if isinstance(found, Rule))
"""Every rule declared, in the order of the declarations."""


def all_rules(case: Case, rules: Sequence[Rule] = RULES) -> Iterator[Verdicts]:
    """The verdicts of every rule on every place, in order; each when its turn comes: its columns are much memory."""
    return (rule(case) for rule in rules)
