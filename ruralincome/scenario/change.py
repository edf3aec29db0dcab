"""Change: the adjustments of a scenario as one function Forecast -> Forecast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from ruralincome.models.base import stratified
from ruralincome.models.forecast import Forecast
from ruralincome.scenario import elasticity
from ruralincome.scenario import paths as by
from ruralincome.scenario.evidence import Evidence, pace_rate
from ruralincome.scenario.keys import (
    Accelerate,
    Adjustment,
    Dip,
    Disruption,
    Elasticity,
    Halt,
    Linear,
    Pace,
    PathTo,
    Percent,
    Return,
    Shock,
)
from ruralincome.series import InputError, Series, prices

Change = Callable[[Forecast], Forecast]


def change(steps: Sequence[Adjustment], evidence: Evidence, seed: int) -> Change:
    """The steps in order; each has a generator of its own, so that a step draws the same whatever stands before it.

    Raises InputError (when applied) naming the adjustment by its place in the list.
    """

    def apply(forecast: Forecast) -> Forecast:
        changed = forecast
        for i, step in enumerate(steps):
            rng = np.random.default_rng([seed, 1, i])
            try:
                changed = _adjusted(changed, forecast, step, evidence, rng)
            except InputError as fault:
                raise InputError(f"adjustments[{i}] ({step.kind}): {fault}") from None
        return changed

    return apply


def unsure_prices(sd: float, seed: int) -> Change:
    """What a restated target does not know of the price level, put into the draws: sd a year, in logarithms."""

    def apply(forecast: Forecast) -> Forecast:
        z = ndtri(stratified(np.random.default_rng([seed, 2]), forecast.paths.shape[0], 1))[:, 0]
        return Forecast(forecast.origin, forecast.last, prices.uncertain(forecast.paths, sd, z))

    return apply


def elasticities(steps: Sequence[Adjustment], evidence: Evidence) -> tuple[elasticity.Elasticity, ...]:
    """What was estimated for the elasticity adjustments, in order."""
    return tuple(_estimated(step, evidence) for step in steps if isinstance(step, Elasticity))


def span(step: Adjustment, evidence: Evidence) -> tuple[int, int]:
    """First and last year in which an adjustment acts."""
    begin, end = evidence.series.origin + 1, evidence.target.year
    if isinstance(step, Shock | Elasticity):
        return min(step.years), max(step.years)
    if isinstance(step, Dip):
        return step.year, step.year
    if isinstance(step, Return):
        last = step.last_year if step.last_year is not None else end
        return step.first_year if step.first_year is not None else last, last
    first = step.first_year if step.first_year is not None else begin
    if isinstance(step, Disruption) and isinstance(step.keep, list):
        return first, min(first + len(step.keep) - 1, end)
    return first, step.last_year if step.last_year is not None else end


def _adjusted(
    forecast: Forecast, plain: Forecast, step: Adjustment, evidence: Evidence, rng: np.random.Generator
) -> Forecast:
    first, last = span(step, evidence)
    match step:
        case Shock():
            return by.shock(forecast, step.years, step.points, step.sd, rng)
        case Dip():
            return by.dip(
                forecast, step.year, step.points, step.recovery, recovery_year=step.recovery_year, sd=step.sd, rng=rng
            )
        case Disruption():
            shares = step.keep if isinstance(step.keep, list) else [step.keep] * (last - first + 1)
            return by.scaled(forecast, shares, first, step.sd, rng)
        case Accelerate():
            return by.scaled(forecast, [step.factor] * (last - first + 1), first, step.sd, rng)
        case Pace():
            return by.pace(forecast, pace_rate(step, evidence), first, last, step.sd, rng)
        case Halt():
            return by.pace(forecast, 0.0, first, last, step.sd, rng)
        case Linear():
            return by.linear(forecast, step.amount, first, last, step.sd, rng)
        case PathTo():
            value = evidence.target.value if step.value is None else evidence.level(step.value, last)
            return by.path(forecast, value, first, last, step.shape, step.sd, rng)
        case Percent():
            base = step.base_year or evidence.target.base_year or evidence.series.years[0]
            value = evidence.series.value(base) * step.percent / 100
            return by.path(forecast, value, first, last, "straight", step.sd, rng)
        case Return():
            return by.back(forecast, plain, first, last, step.sd, rng)
        case Elasticity():
            return _driven(forecast, step, evidence, rng)


def _driven(forecast: Forecast, step: Elasticity, evidence: Evidence, rng: np.random.Generator) -> Forecast:
    """Growth moves by the elasticities times how far the assumed rates lie from those of the place's own history."""
    found = _estimated(step, evidence)
    own = evidence.series.years if evidence.series.span else (found.first_year, found.last_year)
    draws = forecast.paths.shape[0]
    away = np.empty((draws, len(step.drivers)))
    for j, driver in enumerate(step.drivers):
        usual = elasticity.step_means(driver.series, evidence.rates[driver.series], (own[0], own[-1]))[0]
        z = ndtri(stratified(rng, draws, 1))[:, 0]
        away[:, j] = np.log1p((driver.percent + driver.sd * z) / 100) - usual
    return by.add(forecast, step.years, found.points(away, rng))


def _estimated(step: Elasticity, evidence: Evidence) -> elasticity.Elasticity:
    rates = tuple((d.series, tuple(evidence.rates[d.series].items())) for d in step.drivers)
    return _estimate(evidence.companions[step.of], rates)


@lru_cache(maxsize=64)
def _estimate(of: Series, rates: tuple[tuple[str, tuple[tuple[int, float], ...]], ...]) -> elasticity.Elasticity:
    """Estimated once, though a tornado asks for it with every bar."""
    return elasticity.estimate(of, {name: dict(known) for name, known in rates})
