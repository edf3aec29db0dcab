"""All rules on one case."""

from collections.abc import Iterator, Sequence

from ruralincome.rules import line, pace, ratio
from ruralincome.rules.case import Case
from ruralincome.rules.rule import Rule, Verdicts

RULES: tuple[Rule, ...] = tuple(
    found for room in (ratio, line, pace) for found in vars(room).values() if isinstance(found, Rule)
)
"""Every rule declared, in the order of the declarations."""


def all_rules(case: Case, rules: Sequence[Rule] = RULES) -> Iterator[Verdicts]:
    """The verdicts of every rule on every place of the case, in the order of `rules`, each worked out when its turn
    comes: of many places, the columns of one rule are much memory."""
    return (rule(case) for rule in rules)
