"""Sensitivity: what moves P(target) most, one input at a time; and P(target) over a grid of inputs, the sweep.

The range of an input is what the figures leave open, not a wish: growth between the quartiles of the reference class
over as many years; a shock of one standard deviation of what a year brings to all places of the class together; every
class that could have been chosen; digits that rounding hides; the other coverage that the observations may have. The
break-even is the value of the input at which P(target) is one half, all else as stated. Cells of a sweep share draws:
one sort a shock answers all targets."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import Literal, get_args

import numpy as np
from scipy.special import ndtri

from ruralincome.models.forecast import DRAWS, Array, Forecast, Refusal
from ruralincome.reference.reference import ReferenceClass
from ruralincome.scenario import paths as adjustments
from ruralincome.scenario.conditional import lead
from ruralincome.scenario.evidence import Evidence
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.keys import Sweep
from ruralincome.scenario.shapes import Move
from ruralincome.series import InputError
from ruralincome.series.units import factor

Input = Literal[
    "growth", "shock", "reference", "coverage_base", "coverage_latest", "round_latest", "round_base", "round_target"
]


@dataclass(frozen=True)
class Bar:
    """One input of a tornado: P(target) at its low and high value, all else as stated: growth a year (a fraction),
    points, levels in the unit, or class names. stated: in the scenario. break_even: where P is one half, None where
    none was found within reach; for `reference` the points of growth a year by which the class would have to differ."""

    name: Input
    low: float | str
    high: float | str
    stated: float | str | None
    p_low: float
    p_high: float
    break_even: float | None

    width = cached_property[float](lambda bar: abs(bar.p_high - bar.p_low))  # how far the input moves P


@dataclass(frozen=True)
class Tornado:
    """The bars, widest first, around P(target) as stated."""

    probability: float
    bars: tuple[Bar, ...]


Curve = Callable[[float], float | None]  # P(target) at a value of an input; None where it cannot be carried out
Ask = Callable[..., float | None]  # P(target) of other evidence, with moves before and after the scenario's own
Moving = tuple[Input, float, float, float | None, Curve, tuple[float, float]]
"""An input: name, low, high and stated value, P at a value, and within what its break-even is looked for."""


def tornado(scenario: Scenario, evidence: Evidence, others: Mapping[str, float], stated: float) -> Tornado:
    """What moves P(target), `stated`, of the lead model most; others: P by classes that could have been chosen. In
    closed form where there is one, else by a quarter of the draws: a bar is read to a whole percent."""
    held, even = lead(evidence, scenario.seed, DRAWS // 4), dict[Curve, float | None]()

    def ask(known: Evidence, before: Move | None = None, after: Move | None = None) -> float | None:
        asked = held if known is evidence else lead(known, scenario.seed, DRAWS // 4)
        try:
            return asked.chance(scenario.adjustments, before, after)
        except InputError:  # a class without growth over the years that a pace names, a linear change beyond the level
            return None

    bars = _classes(evidence, {evidence.reference.name: stated, **others}, ask)
    for name, low, high, now, at, reach in (*_forecast(scenario, evidence, ask), *_figures(evidence, ask)):
        p_low, p_high = at(low), at(high)
        if p_low is not None and p_high is not None:
            if at not in even:  # two inputs may be the same figure
                even[at] = _break_even(at, reach[0], low, high, reach[1])
            bars.append(Bar(name, low, high, now, p_low, p_high, even[at]))
    return Tornado(stated, tuple(sorted(bars, key=lambda bar: (-bar.width, get_args(Input).index(bar.name)))))


def _forecast(scenario: Scenario, evidence: Evidence, ask: Ask) -> Iterator[Moving]:
    """Growth: the pace of the years ahead, between the quartiles of the class over as many years; not where an
    adjustment sets it. Shock: points in the first year ahead, on top of the scenario."""
    first, last, reference = evidence.series.origin + 1, evidence.target.year, evidence.reference
    if not any(step.sets_path for step in scenario.adjustments):
        over = min(reference.growth, key=lambda years: abs(years - (last - first + 1)))
        slow, fast = (reference.pace(q, over) for q in (0.25, 0.75))
        yield "growth", slow, fast, None, cache(lambda g: ask(evidence, Move("pace", (g,), first, last))), (-0.3, 0.5)
    if (size := 100 * common_shock(reference)) > 0.05:
        at = cache(lambda points: ask(evidence, after=Move("add", (points / 100,), on=(first,))))
        yield "shock", -size, size, 0.0, at, (-25, 25)


def common_shock(reference: ReferenceClass) -> float:
    """Standard deviation of what a year brings to all places of the class alike: sqrt(rho sigma^2), logarithms."""
    weight = sum(c.weight for c in reference.components)
    return math.sqrt(max(reference.rho, 0.0) * (sum(c.weight * c.variance for c in reference.components) / weight))


def _classes(evidence: Evidence, known: Mapping[str, float], ask: Ask) -> list[Bar]:
    """The lowest and the highest P under the classes that could have been chosen, by name, that in use first."""
    if len(known) < 2:
        return []
    low, high = (end(known, key=known.__getitem__) for end in (min, max))
    at = cache(lambda points: ask(replace(evidence, reference=evidence.reference.faster(points / 100))))
    even = _break_even(at, -25.0, -10.0, 10.0, 25.0)
    return [Bar("reference", low, high, evidence.reference.name, known[low], known[high], even)]


def _figures(evidence: Evidence, ask: Ask) -> Iterator[Moving]:
    """The published figures, as they would be with the other coverage, and half a unit of their last digit off."""
    published, series, goal = evidence.published, evidence.series, evidence.goal
    half = 0.5 * 10.0**-published.decimals

    @cache
    def observed(place: int, value: float) -> float | None:
        """P with one observation replaced."""
        values = (*series.values[:place], value, *series.values[place:][1:])
        return ask(replace(evidence, series=replace(series, values=values)))

    def moving(name: Input, now: float, ends: tuple[float, float], at: Curve) -> Moving:
        return name, min(ends), max(ends), now, at, (now * 0.6, now * 1.6)

    def rounded(name: Input, now: float, stated: float, at: Curve) -> Moving:
        return moving(name, now, (now * (1 - half / stated), now * (1 + half / stated)), at)

    base, latest, at_base, at_latest = series.values[0], series.last, partial(observed, 0), partial(observed, -1)
    if (found := _coverages(evidence)) is not None:
        first, last = found
        yield moving("coverage_base", base, (base, base * last / first), at_base)
        yield moving("coverage_latest", latest, (latest, latest * first / last), at_latest)
    yield rounded("round_latest", latest, published.last, at_latest)
    if series.span:
        yield rounded("round_base", base, published.values[0], at_base)
    yield rounded("round_target", goal, evidence.spec.value, cache(lambda level: ask(replace(evidence, goal=level))))


def _coverages(evidence: Evidence) -> tuple[float, float] | None:
    """The first and the last observation as shares of the other coverage; None where they cannot be compared."""
    published, whole = evidence.published, evidence.whole
    ends, scale = (published.years[0], published.origin), factor(whole.unit, published.unit) if whole else None
    if not whole or scale is None or not published.span or whole.prices != published.prices or {*ends} - {*whole.years}:
        return None
    first, last = (published.value(t) / (whole.value(t) * scale) for t in ends)
    return None if abs(first / last - 1) < 0.01 else (first, last)


def _break_even(at: Curve, least: float, low: float, high: float, most: float) -> float | None:
    """The value at which P is one half, between low and high or else from least to most, by false position as Dowell
    and Jarratt (1971) mend it, on the normal score of P, which hardly bends; None where P does not cross it."""

    def above(value: float) -> float:
        p = at(value)
        return math.nan if p is None else float(ndtri(min(max(p, 1e-9), 1 - 1e-9)))

    for a, b in ((low, high), (least, low), (high, most)):
        f, g = above(a), above(b)
        if min(f, g) < -1e-9 and max(f, g) > -1e-9:  # not where all is one half
            while abs(b - a) > (most - least) * 1e-5 and abs(g) > 1e-7:
                x = b - g * (b - a) / (g - f)
                a, f, b, g = (b, g, x, y) if (y := above(x)) * g < 0 else (a, f / 2, x, y)
            return None if math.isnan(g) else b  # where it cannot be carried out
    return None


@dataclass(frozen=True)
class Cells:
    """A sweep. probability: P(target), array (references, shocks, targets); shocks: points of growth in `years`."""

    references: tuple[str, ...]
    years: tuple[int, ...]
    shocks: tuple[float, ...]
    targets: tuple[float, ...]
    probability: Array


def sweep(scenario: Scenario, evidence: Evidence, classes: Mapping[str, ReferenceClass]) -> Cells:
    """The scenario's sweep by the pooled model, adjustments included; classes: in its prices; InputError: a refusal."""
    grid = scenario.sweep or Sweep()
    years = tuple(grid.years) if grid.years else (evidence.series.origin + 1,)
    stated = grid.target.numbers if grid.target else (evidence.spec.value,)
    targets = tuple(evidence.level(value, evidence.target.year) for value in stated)
    layers, ahead, way = [], evidence.target.year, evidence.target.direction
    for name, reference in classes.items():
        one = lead(replace(evidence, reference=reference), scenario.seed)
        if isinstance(one.fit, Refusal):
            raise InputError("evidence.class_refused", key="sweep.references", name=name, series=evidence.series.name)
        layers.append(grid_probability(one.drawn(scenario.adjustments), ahead, years, grid.shock.numbers, targets, way))
    probability = np.stack(layers)
    probability.flags.writeable = False
    return Cells(tuple(classes), years, grid.shock.numbers, targets, probability)


def grid_probability(
    forecast: Forecast, year: int, years: Sequence[int], shocks: Sequence[float], goals: Sequence[float], direction: int
) -> Array:
    """P(level in `year` reaches each goal) after each shock in `years`, (shocks, goals); InputError for 100 points."""
    if min(shocks) <= -100:
        raise InputError("evidence.sweep_ruin", points=min(shocks))
    rates = np.expm1(np.minimum(adjustments.log_growth(forecast), adjustments.FURTHEST))[:, : year - forecast.origin]
    found, columns = [], [t - forecast.origin - 1 for t in years]
    for shock in shocks:
        factors = 1 + rates
        factors[:, columns] += shock / 100
        ordered = np.sort(forecast.last * np.prod(np.maximum(factors, adjustments.LEFT), axis=1))
        below = np.searchsorted(ordered, np.asarray(goals, float), "left" if direction > 0 else "right") / len(ordered)
        found.append(1 - below if direction > 0 else below)
    return np.array(found)
