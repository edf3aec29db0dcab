"""All rules on one case."""

from __future__ import annotations

from collections.abc import Sequence

from ruralincome.rules import line, pace, ratio
from ruralincome.rules.case import Case
from ruralincome.rules.rule import Rule, Verdicts

RULES: tuple[Rule, ...] = tuple(
    found for room in (ratio, line, pace) for found in vars(room).values() if isinstance(found, Rule)
)
"""Every rule declared, in the order of the declarations."""


def all_rules(case: Case, rules: Sequence[Rule] = RULES) -> tuple[Verdicts, ...]:
    """The verdicts of every rule on every place of the case, in the order of `rules`."""
    return tuple(rule(case) for rule in rules)
