"""Straight lines through the observations, of the logarithm and of the level, by ordinary least squares."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv, ndtri, stdtr, stdtrit

from ruralincome.models.forecast import DRAWS, STEADY, Array, Fitted, Forecast, Refusal, positive, shares, years_ahead
from ruralincome.models.quantiles import levels, stratified, with_margins
from ruralincome.series import InputError, Series

SUNK = 0.1  # the share of a year's prediction below zero beyond which a line through levels says nothing of it


def log_trend(series: Series) -> "Trend | Refusal":
    """OLS of ln y on the year; Student t prediction with n - 2 degrees of freedom. Refuses below three observations."""
    return _line("log_trend", series, np.log(np.array(series.values)), logs=True)


def linear_trend(series: Series) -> "Trend | Refusal":
    """OLS of y on the year, Student t prediction cut off at zero: on three observations the heavy tail puts a few per
    cent below, where no income is. A year of which more than SUNK lies there is refused (see `Trend.below_zero`)."""
    return _line("linear_trend", series, np.array(series.values), logs=False)


@dataclass(frozen=True)
class Trend(Fitted):
    """A fitted line: prediction of a year is t with `degrees`, location intercept + slope (year - centre). scale^2 =
    variance (1 + 1/n + (year - centre)^2 / sxx); on logarithms or on levels."""

    logs: bool
    intercept: float
    slope: float
    centre: float
    variance: float
    sxx: float
    degrees: int

    def quantile(self, years: Sequence[int], q: Sequence[float]) -> Array:
        """Quantiles of the level, shape (years, q)."""
        location, scale = self._predictive(years)
        below = self.below_zero(years)[:, None]
        values = location[:, None] + scale[:, None] * stdtrit(self.degrees, shares(q)[None, :] * (1 - below) + below)
        return levels(values) if self.logs else np.asarray(values)

    def probability(self, year: int, value: float, direction: int = 1) -> float:
        """P(level >= value) in `year` (<= where direction is -1)."""
        location, scale = self._predictive([year])
        goal = np.log(positive(value)) if self.logs else positive(value)
        above = float(stdtr(self.degrees, (location[0] - goal) / scale[0]))
        above /= 1 - float(self.below_zero([year])[0])
        return above if direction > 0 else 1 - above

    def forecast(self, year: int, rng: np.random.Generator, draws: int = DRAWS) -> Forecast:
        """Paths to `year`: a variance, a line, and errors of their own for each year; each year's margin is exact."""
        years = list(range(self.series.origin + 1, year + 1))
        self._predictive(years or [year])
        u = stratified(rng, draws, 3 + len(years))
        normal = ndtri(u[:, 1:]) * np.sqrt(self.variance * self.degrees / 2 / gammaincinv(self.degrees / 2, u[:, :1]))
        away = np.array(years) - self.centre
        level = self.intercept + normal[:, :1] / np.sqrt(len(self.series.years))
        paths = level + (self.slope + normal[:, 1:2] / np.sqrt(self.sxx)) * away + normal[:, 2:]
        return Forecast(self.series.origin, self.series.last, with_margins(paths, lambda q: self.quantile(years, q)))

    def below_zero(self, years: Sequence[int]) -> Array:
        """The share of each year's prediction that lies below zero, (years,); InputError where it is too much."""
        location, scale = self._predictive(years)
        below = np.zeros(len(location)) if self.logs else stdtr(self.degrees, -location / scale)
        if below.max() > SUNK:
            year = years[int(below.argmax())]
            raise InputError("models.below_zero", model=self.model, percent=round(100 * float(below.max())), year=year)
        return np.asarray(below)

    def _predictive(self, years: Sequence[int]) -> tuple[Array, Array]:
        years_ahead(self.series, years)
        away = np.asarray(years) - self.centre
        scale = np.sqrt(self.variance * (1 + 1 / len(self.series.years) + away**2 / self.sxx))
        return self.intercept + self.slope * away, scale


def _line(model: str, series: Series, y: Array, logs: bool) -> Trend | Refusal:
    if len(y) < 3:
        return Refusal(model, "too_few", {"observations": len(y), "needed": 3})
    from statsmodels.regression.linear_model import OLS

    years = np.array(series.years, float)
    centre = float(years.mean())
    result = OLS(y, np.column_stack([np.ones(len(y)), years - centre])).fit()
    variance = float(result.mse_resid)
    if variance < (STEADY * (1.0 if logs else float(y.mean()))) ** 2:
        return Refusal(model, "no_variation", {"observations": len(y)})
    intercept, slope = (float(b) for b in result.params)
    sxx = float(((years - centre) ** 2).sum())
    found = {"slope": slope, "spread": variance**0.5, "degrees": float(len(y) - 2)}
    return Trend(model, series, found, logs, intercept, slope, centre, variance, sxx, len(y) - 2)
