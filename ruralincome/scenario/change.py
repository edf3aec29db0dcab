"""Change: the adjustments of a scenario as one function Forecast -> Forecast."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from ruralincome.models.base import stratified
from ruralincome.models.forecast import Forecast
from ruralincome.scenario.elasticity import Estimate
from ruralincome.scenario.shapes import Context, Shape
from ruralincome.series import InputError, prices
from ruralincome.target.target import Change


def change(steps: Sequence[Shape], evidence: Context, seed: int) -> Change:
    """The steps in order; each has a generator of its own, so that a step draws the same whatever stands before it.

    Raises InputError (when applied) naming the adjustment by its place in the list.
    """

    def apply(forecast: Forecast) -> Forecast:
        changed = forecast
        for i, step in enumerate(steps):
            try:
                changed = step.draw(changed, forecast, evidence, np.random.default_rng([seed, 1, i]))
            except InputError as fault:
                raise InputError("shape.step", i=i, kind=step.kind, fault=fault) from None
        return changed

    return apply


def unsure_prices(sd: float, seed: int) -> Change:
    """What a restated target does not know of the price level, put into the draws: sd a year, in logarithms."""

    def apply(forecast: Forecast) -> Forecast:
        z = ndtri(stratified(np.random.default_rng([seed, 2]), forecast.paths.shape[0], 1))[:, 0]
        return Forecast(forecast.origin, forecast.last, prices.uncertain(forecast.paths, sd, z))

    return apply


def elasticities(steps: Sequence[Shape], evidence: Context) -> tuple[Estimate, ...]:
    """What is estimated on the way, in the order of the steps."""
    return tuple(found for step in steps if (found := step.estimated(evidence)) is not None)
