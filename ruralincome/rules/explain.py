"""Explanation: why two official rules disagree on one case, as a message code and the facts its sentence needs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from ruralincome.rules import EXACT, Verdict
from ruralincome.rules.case import at_least
from ruralincome.series import InputError

Fact = str | float | tuple[str, ...]
_ROLES = ("failing", "passing", "unknown", "known", "milder", "harsher", "replaced", "kept")


@dataclass(frozen=True)
class Explanation:
    """One sentence in codes.

    code: explain.line (the line alone decides), explain.measure (the measure alone), explain.both (neither alone),
    explain.either (each alone), explain.growth (no target: thresholds), explain.chance_fails, explain.chance_passes,
    explain.unavailable, explain.replaced (a zero by 0.001), explain.tolerance, explain.nothing_needed (the target is
    the base), explain.rounded_away (it is after rounding). facts: rules by code (passing, failing, ...), measures by
    code (how_...), shares as fractions (attained_..., line_...), the probability.
    """

    code: str
    facts: Mapping[str, Fact]


def explain(one: Verdict, other: Verdict) -> Explanation | None:
    """Why the verdicts differ in what they say of the target; None where they say the same.

    The passing rule finds the share a of what its measure needs and passes from the line l, the failing one b and m.
    Exchanging one thing at a time decides: b >= l, the line alone makes the difference; a >= m, the measure (straight
    line or compound, from the baseline or from now, rounded or not, two observations or all) alone does.
    """
    if one.outlook == other.outlook:
        return None
    if "unknown" in (one.outlook, other.outlook):
        known, unknown = (other, one) if one.outlook == "unknown" else (one, other)
        return Explanation(
            "explain.unavailable", {"known": known.rule, "unknown": unknown.rule, "reason": unknown.notes[-1]}
        )
    if {one.outlook, other.outlook} == {"behind", "away"}:
        milder, harsher = (one, other) if one.outlook == "behind" else (other, one)
        return Explanation("explain.tolerance", {"milder": milder.rule, "harsher": harsher.rule})
    for replaced, kept in ((one, other), (other, one)):
        if {"base_replaced", "target_replaced"} & set(replaced.notes) - set(kept.notes):
            return Explanation("explain.replaced", {"replaced": replaced.rule, "kept": kept.rule})
    if {one.outlook, other.outlook} & {"met", "missed"}:
        raise InputError(
            f"{one.rule} finds {one.outlook}, {other.rule} {other.outlook}; explain takes two verdicts on one case"
        )
    passing, failing = (one, other) if one.outlook == "on_track" else (other, one)
    if math.isinf(failing.why.attained or 0.0):
        return Explanation("explain.nothing_needed", {"passing": passing.rule, "failing": failing.rule})
    if passing.why.attained is None and passing.why.rounding != EXACT:
        return Explanation("explain.rounded_away", {"passing": passing.rule, "failing": failing.rule})
    return Explanation(_decisive(passing, failing), _facts(passing, failing))


def disagreements(verdicts: Sequence[Verdict]) -> tuple[Explanation, ...]:
    """The explanation of every pair that disagrees, in the order of the verdicts."""
    pairs = (explain(one, other) for one, other in combinations(verdicts, 2))
    return tuple(explanation for explanation in pairs if explanation is not None)


def against(verdicts: Sequence[Verdict], rule: str = "eurostat") -> tuple[Explanation, ...]:
    """Why each rule that disagrees with `rule` does so: the short list for a report.

    Rules with one and the same reason share an explanation; their codes then stand in a tuple.
    """
    chosen = next(verdict for verdict in verdicts if verdict.rule == rule)
    groups: dict[tuple[object, ...], list[Explanation]] = {}
    for verdict in verdicts:
        found = explain(chosen, verdict)
        if found is not None:
            rest = sorted((name, _blurred(fact)) for name, fact in found.facts.items() if fact != verdict.rule)
            groups.setdefault((found.code, *rest), []).append(found)
    return tuple(_merged(group, rule) for group in groups.values())


def every_pair(verdicts: Sequence[Verdict]) -> tuple[tuple[Explanation, int], ...]:
    """Why any two rules disagree: each pair in just one explanation, and how many pairs each explanation is for.

    Pairs with one and the same reason are put together where every rule on the one side differs so from every rule on
    the other; their codes then stand in tuples on both sides.
    """
    groups: dict[tuple[object, ...], list[Explanation]] = {}
    for found in disagreements(verdicts):
        rest = sorted((name, _blurred(fact)) for name, fact in found.facts.items() if name not in _ROLES)
        groups.setdefault((found.code, *rest), []).append(found)
    return tuple(one for group in groups.values() for one in _crossed(group))


def measure(verdict: Verdict) -> str:
    """The code of how a rule measures: its shape, its anchor, and what it does to the observations first."""
    why = verdict.why
    if why.numbers.get("observations", 0) > 2:
        return "how.geometric.least_squares"
    code = f"how.{why.shape}.{why.anchor}"
    return code if why.rounding == EXACT else f"{code}.rounded"


def _decisive(passing: Verdict, failing: Verdict) -> str:
    if failing.why.shape == "chance":
        return "explain.chance_fails"
    if passing.why.shape == "chance":
        return "explain.chance_passes"
    if "no_target" in passing.notes:
        return "explain.growth"
    a, b = passing.why.attained or 0.0, failing.why.attained or 0.0
    line, measured = at_least(b, passing.why.line or 0.0), at_least(a, failing.why.line or 0.0)
    return {
        (True, False): "explain.line",
        (False, True): "explain.measure",
        (False, False): "explain.both",
        (True, True): "explain.either",
    }[line, measured]


def _blurred(fact: Fact) -> str:
    return f"{fact:.9f}" if isinstance(fact, float) else str(fact)


def _merged(group: Sequence[Explanation], rule: str) -> Explanation:
    """One explanation for rules whose facts are the same but for their names."""
    first = group[0]
    if len(group) == 1:
        return first
    role = next(name for name in _ROLES if first.facts.get(name) not in (None, rule))
    return Explanation(first.code, {**first.facts, role: tuple(str(found.facts[role]) for found in group)})


def _crossed(group: Sequence[Explanation]) -> list[tuple[Explanation, int]]:
    """The pairs of one reason as products of one side's rules with the other's."""
    first, second = (name for name in group[0].facts if name in _ROLES)
    partners: dict[Fact, list[Fact]] = {}
    for found in group:
        partners.setdefault(found.facts[first], []).append(found.facts[second])
    sides: dict[tuple[Fact, ...], list[Fact]] = {}
    for rule, others in partners.items():
        sides.setdefault(tuple(others), []).append(rule)
    crossed = []
    for partnered, rules in sides.items():
        facts = {**group[0].facts, first: _names(rules), second: _names(partnered)}
        crossed.append((Explanation(group[0].code, facts), len(rules) * len(partnered)))
    return crossed


def _names(rules: Sequence[Fact]) -> Fact:
    return rules[0] if len(rules) == 1 else tuple(str(rule) for rule in rules)


def _facts(passing: Verdict, failing: Verdict) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for role, verdict in (("passing", passing), ("failing", failing)):
        facts[role] = verdict.rule
        if verdict.why.shape == "chance":
            facts["probability"] = verdict.why.numbers["probability"]
            continue
        facts[f"how_{role}"] = measure(verdict)
        facts[f"attained_{role}"] = verdict.why.attained or 0.0
        facts[f"line_{role}"] = verdict.why.line or 0.0
    return facts
