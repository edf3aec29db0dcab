"""Adjustments: pure functions Forecast -> Forecast, each one change that a scenario makes to growth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ruralincome.forecast import Forecast
from ruralincome.series import InputError


def growth(forecast: Forecast) -> NDArray[np.float64]:
    """Log growth of each draw in each year, shape (draws, years)."""
    logs = np.log(forecast.paths)
    return np.diff(logs, axis=1, prepend=np.log(forecast.last))


def regrow(forecast: Forecast, log_growth: NDArray[np.float64]) -> Forecast:
    """The forecast whose paths grow from the last observation by `log_growth`, shape (draws, years)."""
    return Forecast(forecast.origin, forecast.last, forecast.last * np.exp(np.cumsum(log_growth, axis=1)))


def shock(forecast: Forecast, years: Sequence[int], points: float, sd: float, rng: np.random.Generator) -> Forecast:
    """Add `points` (percentage points of growth, N(points, sd)) in each of `years`; one draw's shock is its own.

    Growth is a rate a year: a draw that grew by g grows by g + points / 100. Raises InputError for a year that the
    forecast does not hold, or a shock that would leave nothing.
    """
    rates = np.expm1(growth(forecast))
    for year in years:
        if year not in forecast.years:
            span = f"{forecast.years[0]} to {forecast.years[-1]}"
            raise InputError(f"adjustments: a shock in {year} is outside the forecast ({span}); state a year within it")
        size = points + sd * rng.standard_normal(rates.shape[0])
        rates[:, year - forecast.origin - 1] += size / 100
    if (rates <= -1).any():
        raise InputError(f"adjustments: a shock of {points:g} points (sd {sd:g}) leaves no income; state a smaller one")
    return regrow(forecast, np.log1p(rates))


def pace(forecast: Forecast, rate: float, first_year: int) -> Forecast:
    """Move growth so that its median is `rate` a year (a fraction) from `first_year` on; its spread stays."""
    log_growth = growth(forecast)
    begin = max(first_year - forecast.origin - 1, 0)
    middle = np.median(log_growth[:, begin:], axis=0)
    log_growth[:, begin:] += np.log1p(rate) - middle
    return regrow(forecast, log_growth)
