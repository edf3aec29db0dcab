"""Sensitivity: what moves P(target) most, one input at a time, and the break-even of each.

The range of an input is what the figures leave open, not a wish: growth between the quartiles of the reference class
over as many years; a shock of one standard deviation of what a year brings to all places of the class together; every
class that could have been chosen; digits that rounding hides; the other coverage that the observations may have. The
break-even is the value of the input at which P(target) is one half, all else as stated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ruralincome.models.forecast import DRAWS
from ruralincome.reference.reference import ReferenceClass
from ruralincome.scenario import paths as adjustments
from ruralincome.scenario.conditional import Conditional, lead
from ruralincome.scenario.evidence import Evidence
from ruralincome.scenario.file import Scenario
from ruralincome.series import InputError
from ruralincome.series.units import factor
from ruralincome.target.target import Change, Outlook

Input = Literal[
    "growth", "reference", "shock", "coverage_base", "coverage_latest", "round_base", "round_latest", "round_target"
]
EVEN = 0.5
"""The probability that a break-even brings about."""


@dataclass(frozen=True)
class Bar:
    """One input of a tornado: P(target) at its low and high value, all else as stated.

    low, high: values of the input: growth a year (a fraction), points, or levels in the unit; class names for
    `reference`. stated: the value in the scenario, None where it has none. break_even: the value at which P is one
    half, None where none was found within reach; for `reference` the points of growth a year by which the class would
    have to differ.
    """

    name: Input
    low: float | str
    high: float | str
    stated: float | str | None
    p_low: float
    p_high: float
    break_even: float | None

    @property
    def width(self) -> float:
        """How far the input moves P."""
        return abs(self.p_high - self.p_low)


@dataclass(frozen=True)
class Tornado:
    """The bars, widest first, around P(target) as stated."""

    probability: float
    bars: tuple[Bar, ...]


def tornado(scenario: Scenario, evidence: Evidence, others: Sequence[ReferenceClass], stated: float) -> Tornado:
    """What moves P(target) of the lead model most.

    others: the classes that could have been chosen; stated: P(target) as it stands.
    """
    ask = _asker(scenario)
    bars = [
        *_growth(scenario, evidence, ask),
        *_shock(evidence, ask),
        *_classes(evidence, others, ask),
        *_with_break_evens([*_coverage(evidence, ask), *_rounding(evidence, ask)], evidence, ask),
    ]
    return Tornado(stated, tuple(sorted(bars, key=lambda bar: -bar.width)))


Ask = Callable[..., float | None]


def _asker(scenario: Scenario) -> Ask:
    """P(target) of changed evidence: in closed form where nothing is adjusted, else by the same draws.

    A quarter of the draws: each year's margin is exact before adjustments, and a bar is read to a whole percent.
    """
    held: dict[int, Conditional] = {}  # most questions change the forecast, not the evidence

    def ask(evidence: Evidence, before: Change | None = None, after: Change | None = None) -> float | None:
        """before, after: changes of the forecast around the scenario's own. None where it cannot be carried out."""
        if id(evidence) not in held:
            held.clear()
            held[id(evidence)] = lead(evidence, scenario.seed, DRAWS // 4)
        try:
            found = held[id(evidence)].outlook(scenario.adjustments, before, after)
        except InputError:  # a class without growth over the years that a pace names, a linear change beyond the level
            return None
        return found.probability(evidence.target) if isinstance(found, Outlook) else None

    return ask


def _growth(scenario: Scenario, evidence: Evidence, ask: Ask) -> list[Bar]:
    """The pace of the years ahead, between the quartiles of the class over as many years; not where an adjustment
    sets it."""
    if any(step.sets_path for step in scenario.adjustments):
        return []
    first, last = evidence.series.origin + 1, evidence.target.year

    def at(rate: float) -> float | None:
        return ask(evidence, before=lambda forecast: adjustments.moved(forecast, "pace", [rate], first, last))

    over = min(evidence.reference.growth, key=lambda years: abs(years - (last - first + 1)))
    low, high = (evidence.reference.pace(q, over) for q in (0.25, 0.75))
    found = _bar("growth", low, high, None, at)
    return [replace(bar, break_even=_break_even(at, -0.3, 0.5)) for bar in found]


def _shock(evidence: Evidence, ask: Ask) -> list[Bar]:
    """Points in the first year ahead, on top of the scenario: one standard deviation of a year's common shock."""
    size = 100 * common_shock(evidence.reference)
    year = evidence.series.origin + 1

    def at(points: float) -> float | None:
        return ask(evidence, after=lambda forecast: adjustments.add(forecast, [year], points))

    found = _bar("shock", -size, size, 0.0, at) if size > 0.05 else []
    return [replace(bar, break_even=_break_even(at, -25, 25)) for bar in found]


def common_shock(reference: ReferenceClass) -> float:
    """Standard deviation of what a year brings to all places of the class alike: sqrt(rho sigma^2), logarithms."""
    weight = sum(c.weight for c in reference.components)
    variance = sum(c.weight * c.variance for c in reference.components) / weight
    return math.sqrt(max(reference.rho, 0.0) * variance)


def _classes(evidence: Evidence, others: Sequence[ReferenceClass], ask: Ask) -> list[Bar]:
    """The lowest and the highest P under the classes that could have been chosen."""
    asked = {other.name: ask(replace(evidence, reference=other)) for other in (evidence.reference, *others)}
    known = {name: p for name, p in asked.items() if p is not None}
    if len(known) < 2:
        return []
    low, high = min(known, key=lambda n: known[n]), max(known, key=lambda n: known[n])

    def at(points: float) -> float | None:
        moved = tuple(replace(c, m0=c.m0 + points / 100) for c in evidence.reference.components)
        return ask(replace(evidence, reference=replace(evidence.reference, components=moved)))

    even = _break_even(at, -25, 25)
    return [Bar("reference", low, high, evidence.reference.name, known[low], known[high], even)]


def _coverage(evidence: Evidence, ask: Ask) -> list[Bar]:
    """The first or the last observation as it would be if both had the coverage of the other.

    The ratio of the two coverages is known in the years that both series have; carried to the other year it gives what
    the observation would have been. Nothing is corrected in the data: this is a question.
    """
    series, published, whole = evidence.series, evidence.published, evidence.whole
    scale = factor(whole.unit, series.unit) if whole is not None else None
    ends = (series.years[0], series.origin)
    if whole is None or scale is None or series.span == 0 or not set(ends) <= set(whole.years):
        return []
    first, last = (published.value(t) / (whole.value(t) * scale) for t in ends)
    if whole.prices != published.prices or abs(first / last - 1) < 0.01:
        return []
    bars: list[Bar] = []
    questions: list[tuple[Input, int, float]] = [
        ("coverage_base", ends[0], series.values[0] * last / first),
        ("coverage_latest", ends[1], series.last * first / last),
    ]
    for name, year, other in questions:
        now = series.value(year)
        at = _moved(evidence, ask, year)
        bars += _bar(name, min(now, other), max(now, other), now, at)
    return bars


def _rounding(evidence: Evidence, ask: Ask) -> list[Bar]:
    """Each published figure half a unit of its last digit lower and higher."""
    published, series = evidence.published, evidence.series
    half = 0.5 * 10.0**-published.decimals
    bars: list[Bar] = []
    names: Mapping[Input, int] = {"round_latest": series.origin}
    if series.span:
        names = {**names, "round_base": series.years[0]}
    for name, year in names.items():
        now = series.value(year)
        share = half / published.value(year)
        bars += _bar(name, now * (1 - share), now * (1 + share), now, _moved(evidence, ask, year))
    goal = evidence.goal
    share = half / evidence.spec.value
    return bars + _bar("round_target", goal * (1 - share), goal * (1 + share), goal, _goals(evidence, ask))


def _moved(evidence: Evidence, ask: Ask, year: int) -> Callable[[float], float | None]:
    """P(target) with the observation of a year replaced."""

    def at(value: float) -> float | None:
        series = evidence.series
        values = tuple(value if t == year else y for t, y in zip(series.years, series.values, strict=True))
        return ask(replace(evidence, series=replace(series, values=values)))

    return at


def _goals(evidence: Evidence, ask: Ask) -> Callable[[float], float | None]:
    """P(target) with another target."""
    return lambda value: ask(replace(evidence, goal=value))


def _with_break_evens(bars: list[Bar], evidence: Evidence, ask: Ask) -> list[Bar]:
    """The break-even of each figure, looked for once where two questions are about the same figure."""
    found: dict[str, float | None] = {}
    done = []
    for bar in bars:
        figure = bar.name.rsplit("_", 1)[1]
        if figure not in found:
            if figure == "target":
                at, now = _goals(evidence, ask), evidence.goal
            else:
                year = evidence.series.years[0] if figure == "base" else evidence.series.origin
                at, now = _moved(evidence, ask, year), evidence.series.value(year)
            found[figure] = _break_even(at, now * 0.6, now * 1.6)
        done.append(replace(bar, break_even=found[figure]))
    return done


def _bar(name: Input, low: float, high: float, stated: float | None, at: Callable[[float], float | None]) -> list[Bar]:
    p_low, p_high = at(low), at(high)
    return [] if p_low is None or p_high is None else [Bar(name, low, high, stated, p_low, p_high, None)]


def _break_even(at: Callable[[float], float | None], low: float, high: float) -> float | None:
    """The value between low and high at which P is one half, by Brent's method; None where P does not cross it."""

    from scipy.optimize import brentq  # here, as it is slow to load and most answers ask for no tornado

    def above(value: float) -> float:
        p = at(value)
        return math.nan if p is None else p - EVEN

    ends = above(low), above(high)
    if not ends[0] * ends[1] <= 0:
        return None
    return float(brentq(above, low, high, xtol=(high - low) * 1e-5))
