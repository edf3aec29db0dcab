"""Sweep: P(target) over a grid of shocks, targets and reference classes, without a notebook for each cell.

A shock of p points in one year turns the level A of a draw into A + B p, B being the level without that year's growth
factor. A target T is reached where p >= (T - A)/B: one sort a target answers all shocks, one sort a shock all targets,
and a cell is the same count of draws as adjusting the forecast and counting. Cells share their draws.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ruralincome.models.forecast import Array, Forecast, Refusal
from ruralincome.reference.reference import ReferenceClass
from ruralincome.scenario import paths as adjustments
from ruralincome.scenario.conditional import lead
from ruralincome.scenario.evidence import Evidence
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.keys import Sweep
from ruralincome.series import InputError


@dataclass(frozen=True)
class Cells:
    """probability: array (references, shocks, targets) of P(target), read-only; shocks: points of growth in `years`;
    targets: in the unit and terms of the question."""

    references: tuple[str, ...]
    years: tuple[int, ...]
    shocks: tuple[float, ...]
    targets: tuple[float, ...]
    probability: Array


def sweep(scenario: Scenario, evidence: Evidence, classes: Mapping[str, ReferenceClass]) -> Cells:
    """The scenario's sweep by the pooled model, its own adjustments included.

    classes: by their stated names, in the prices of the question. Raises InputError where the model refuses.
    """
    grid = scenario.sweep or Sweep()
    years = tuple(grid.years) if grid.years else (evidence.series.origin + 1,)
    stated = grid.target.numbers if grid.target else (evidence.spec.value,)
    targets = tuple(evidence.level(value, evidence.target.year) for value in stated)
    layers, ahead, way = [], evidence.target.year, evidence.target.direction
    for name, reference in classes.items():
        here = lead(replace(evidence, reference=reference), scenario.seed)
        if isinstance(here.fit, Refusal):
            raise InputError("evidence.class_refused", key="sweep.references", name=name, series=evidence.series.name)
        drawn = here.drawn(scenario.adjustments)
        layers.append(grid_probability(drawn, ahead, years, grid.shock.numbers, targets, way))
    probability = np.stack(layers)
    probability.flags.writeable = False
    return Cells(tuple(classes), years, grid.shock.numbers, targets, probability)


def grid_probability(
    forecast: Forecast, year: int, years: Sequence[int], shocks: Sequence[float], goals: Sequence[float], direction: int
) -> Array:
    """P(level in `year` reaches each goal) after each shock in `years`, shape (shocks, goals).

    Raises InputError for a shock that takes 100 points or more.
    """
    aims = np.asarray(goals, float)
    if min(shocks) <= -100:
        raise InputError("evidence.sweep_ruin", points=min(shocks))
    if len(years) == 1 and len(aims) < len(shocks):
        return _by_target(forecast, year, years[0], np.asarray(shocks, float), aims, direction)
    rates = np.expm1(np.minimum(adjustments.growth(forecast), adjustments.FURTHEST))[:, : year - forecast.origin]
    found, columns = [], [t - forecast.origin - 1 for t in years]
    for points in shocks:
        hit = 1 + rates
        hit[:, columns] += points / 100
        level = np.sort(forecast.last * np.prod(np.maximum(hit, adjustments.LEFT), axis=1))
        found.append(_share(level, aims, direction))
    return np.array(found)


def _by_target(forecast: Forecast, year: int, hit: int, shocks: Array, goals: Array, direction: int) -> Array:
    level = forecast.at(year)
    before = forecast.at(hit - 1) if hit > forecast.origin + 1 else np.full(len(level), forecast.last)
    slope = level * before / forecast.at(hit) / 100
    return np.column_stack([_share(np.sort((goal - level) / slope), shocks, -direction) for goal in goals])


def _share(ordered: Array, goals: Array, direction: int) -> Array:
    """Share of `ordered` at or beyond each goal."""
    if direction > 0:
        return np.asarray(1 - np.searchsorted(ordered, goals, side="left") / len(ordered))
    return np.asarray(np.searchsorted(ordered, goals, side="right") / len(ordered))
