"""Explanation: why two official rules disagree on one case, as a message code and the facts its sentence needs."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, starmap

from ruralincome.rules.case import EXACT, at_least
from ruralincome.rules.rule import Verdict
from ruralincome.series import InputError

Ground = str | float | tuple[str, ...]
_ROLES = ("failing", "passing", "unknown", "known", "milder", "harsher", "replaced", "kept")


@dataclass(frozen=True)
class Explanation:
    """One sentence in codes.

    code: explain.line (the line alone decides), .measure (the measure alone), .both (neither alone), .either (each
    alone), .growth (no target: thresholds), .chance_fails, .chance_passes, .unavailable, .replaced (a zero by 0.001),
    .tolerance, .nothing_needed (the target is the base), .rounded_away (it is after rounding). facts: rules by code
    (passing, failing, ...), measures (how_...), shares as fractions (attained_..., line_...), the probability."""

    code: str
    facts: Mapping[str, Ground]


def explain(one: Verdict, other: Verdict) -> Explanation | None:
    """Why the verdicts differ in what they say of the target; None where they say the same.

    The passing rule finds the share a of what its measure needs and passes from the line l, the failing one b and m.
    Exchanging one thing at a time decides: b >= l, the line alone makes the difference; a >= m, the measure (straight
    line or compound, from the baseline or from now, rounded or not, two observations or all) alone does."""
    said = {one.outlook: one, other.outlook: other}
    if len(said) == 1:
        return None
    if "unknown" in said:
        unknown, known = said.pop("unknown"), *said.values()
        facts = {"known": known.rule, "unknown": unknown.rule, "reason": unknown.notes[-1]}
        return Explanation("explain.unavailable", facts)
    if said.keys() == {"behind", "away"}:
        return Explanation("explain.tolerance", {"milder": said["behind"].rule, "harsher": said["away"].rule})
    for replaced, kept in ((one, other), (other, one)):
        if {"base_replaced", "target_replaced"} & set(replaced.notes) - set(kept.notes):
            return Explanation("explain.replaced", {"replaced": replaced.rule, "kept": kept.rule})
    if said.keys() & {"met", "missed"}:
        facts = {"one": one.rule, "finds": one.outlook, "other": other.rule, "found": other.outlook}
        raise InputError("rules.two_cases", **facts)
    passing, failing = said.pop("on_track"), *said.values()
    both: dict[str, Ground] = {"passing": passing.rule, "failing": failing.rule}
    endless = math.isinf(failing.attained or 0.0)
    if endless or (passing.attained is None and passing.by.rounding != EXACT):
        return Explanation("explain.nothing_needed" if endless else "explain.rounded_away", both)
    for role, verdict in (("passing", passing), ("failing", failing)):
        if verdict.by.shape == "chance":
            both["probability"] = verdict.numbers["probability"]
        else:
            both |= {f"how_{role}": measure(verdict), f"line_{role}": verdict.line}
            both[f"attained_{role}"] = verdict.attained or 0.0
    return Explanation(_decisive(passing, failing), both)


def against(verdicts: Sequence[Verdict], rule: str = "eurostat") -> tuple[Explanation, ...]:
    """Why each rule that disagrees with `rule` does so; rules of one reason share an explanation, in a tuple."""
    chosen = next(verdict for verdict in verdicts if verdict.rule == rule)
    return tuple(one for one, _ in _grouped((chosen, verdict) for verdict in verdicts))


def every_pair(verdicts: Sequence[Verdict]) -> tuple[tuple[Explanation, int], ...]:
    """Why any two rules disagree: each pair in just one explanation, and how many pairs each explanation is for; of
    one reason are put together rules that all differ so from all on the other side, in tuples on both."""
    return _grouped(combinations(verdicts, 2))


def measure(verdict: Verdict) -> str:
    """The code of how a rule measures: its shape, its anchor, and what it does to the observations first."""
    if verdict.numbers.get("observations", 0) > 2:
        return "how.geometric.least_squares"
    code = f"how.{verdict.by.shape}.{verdict.by.anchor}"
    return code if verdict.by.rounding == EXACT else f"{code}.rounded"


def _decisive(passing: Verdict, failing: Verdict) -> str:
    if "chance" in (failing.by.shape, passing.by.shape):
        return f"explain.chance_{'fails' if failing.by.shape == 'chance' else 'passes'}"
    if "no_target" in passing.notes:
        return "explain.growth"
    line = at_least(failing.attained or 0.0, passing.line)
    if at_least(passing.attained or 0.0, failing.line):
        return "explain.either" if line else "explain.measure"
    return "explain.line" if line else "explain.both"


def _grouped(pairs: Iterable[tuple[Verdict, Verdict]]) -> tuple[tuple[Explanation, int], ...]:
    """Explanations of one reason put together, its facts but for the rules the same to nine digits."""
    groups: dict[tuple[object, ...], list[Explanation]] = {}
    for found in filter(None, starmap(explain, pairs)):
        facts = ((name, fact) for name, fact in found.facts.items() if name not in _ROLES)
        rest = sorted((name, f"{fact:.9f}" if isinstance(fact, float) else str(fact)) for name, fact in facts)
        groups.setdefault((found.code, *rest), []).append(found)
    return tuple(one for group in groups.values() for one in _crossed(group))


def _crossed(group: Sequence[Explanation]) -> Iterator[tuple[Explanation, int]]:
    """The pairs of one reason as products of one side's rules with the other's."""
    first, second = (name for name in group[0].facts if name in _ROLES)
    partners, sides = dict[str, list[str]](), dict[tuple[str, ...], list[str]]()
    for found in group:
        partners.setdefault(str(found.facts[first]), []).append(str(found.facts[second]))
    for rule, others in partners.items():
        sides.setdefault(tuple(others), []).append(rule)
    for across, rules in sides.items():
        facts = dict(group[0].facts)
        for side, codes in ((first, tuple(rules)), (second, across)):
            facts[side] = codes if len(codes) > 1 else codes[0]
        yield Explanation(group[0].code, facts), len(rules) * len(across)
