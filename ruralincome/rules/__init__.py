"""Rules: the official progress methods, side by side.

Each a function over columns of observations and targets, with its traits declared beside it; a single place is one row.
"""

from ruralincome.rules.all import RULES, all_rules
from ruralincome.rules.case import EXACT, Case, Rounding
from ruralincome.rules.rule import Found, Outlook, Rule, Step, Verdict, Verdicts

__all__ = ["EXACT", "RULES", "Case", "Found", "Outlook", "Rounding", "Rule", "Step", "Verdict", "Verdicts", "all_rules"]
