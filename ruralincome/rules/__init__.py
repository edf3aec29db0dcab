"""Rules: the official progress methods, side by side.

Each a function of two observations and a target that returns a Verdict.

[V] read in the primary text or in running code; [P] partly read; [M] from memory, no parity claimed.
"""

from __future__ import annotations

from ruralincome.rules.all import RULES, all_rules, base_observation, farthest, last_complete_year
from ruralincome.rules.case import EXACT, OUTLOOKS, Case, Outlook, Rounding, Verdict, Why
from ruralincome.rules.line import eea, escap_anticipated, escap_status, mcarthur_rasmussen, sdsn
from ruralincome.rules.pace import UNICEF_ROUNDING, defra, obr, projection, unicef
from ruralincome.rules.ratio import eurostat, open_sdg, unsd

__all__ = [
    "EXACT",
    "OUTLOOKS",
    "RULES",
    "UNICEF_ROUNDING",
    "Case",
    "Outlook",
    "Rounding",
    "Verdict",
    "Why",
    "all_rules",
    "base_observation",
    "defra",
    "eea",
    "escap_anticipated",
    "escap_status",
    "eurostat",
    "farthest",
    "last_complete_year",
    "mcarthur_rasmussen",
    "obr",
    "open_sdg",
    "projection",
    "sdsn",
    "unicef",
    "unsd",
]
