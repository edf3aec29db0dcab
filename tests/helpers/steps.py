"""Steps of a scenario on a forecast at hand, and what is wrong with a scenario."""

import numpy as np
from scipy.special import ndtri

from ruralincome.models.forecast import Forecast
from ruralincome.models.quantiles import stratified
from ruralincome.scenario.check import examined
from ruralincome.series import InputError


def changed(forecast, steps, evidence, seed):
    """The forecast after the steps in order, each with a generator of its own."""
    found = forecast
    for i, step in enumerate(steps):
        try:
            found = step.draw(found, forecast, evidence, np.random.default_rng([seed, 1, i]))
        except InputError as fault:
            raise InputError("shape.step", i=i, kind=step.kind, fault=fault) from None
    return found


def faults(scenario, root):
    """What of a valid scenario cannot be carried out with the data there are."""
    try:
        examined(scenario, root)
    except InputError as several:
        return [*several.faults]
    return []


def unsure_prices(forecast, sd, seed):
    """What a restated target does not know of the price level: sd a year, in logarithms, z one deviate a draw."""
    draws, years = forecast.paths.shape
    z = ndtri(stratified(np.random.default_rng([seed, 2]), draws, 1))
    return Forecast(forecast.origin, forecast.last, forecast.paths * np.exp(sd * z * np.arange(1, years + 1)))
