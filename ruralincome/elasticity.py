"""Elasticity: how growth of one series answers to others, estimated by statsmodels over the steps between surveys.

    ln(y_k / y_(k-1)) / D_k = a + sum_j b_j mean of ln(1 + x_jt) over the D_k years + e_k,  var e_k = s^2 / D_k

Both sides are yearly averages over the same years, so a gap between surveys is neither interpolated nor dropped; a
longer step weighs more (weighted least squares, weights D_k). Estimates are Student t, K - 1 - J degrees of freedom.
Noise of the surveys passes from one step to the next with the opposite sign; it is part of e and makes the stated
standard errors rough. An elasticity is an association over these years, not the effect of a policy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ruralincome.series import InputError, Series

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Elasticity:
    """Estimated elasticities. covariance: of the coefficients, shape (drivers, drivers); means: of ln(1 + driver).

    of, drivers: names of the series; first_year, last_year, steps: what they rest on; degrees: of freedom.
    """

    of: str
    drivers: tuple[str, ...]
    coefficients: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    degrees: int
    first_year: int
    last_year: int
    steps: int
    explained: float

    @property
    def errors(self) -> tuple[float, ...]:
        """Standard errors of the coefficients."""
        return tuple(math.sqrt(self.covariance[i][i]) for i in range(len(self.drivers)))

    def draw(self, rng: np.random.Generator, draws: int) -> Array:
        """Coefficients drawn from their Student t distribution, shape (draws, drivers)."""
        from scipy.special import gammaincinv, ndtri

        from ruralincome.models.base import stratified

        u = stratified(rng, draws, 1 + len(self.drivers))
        scale = np.sqrt(self.degrees / 2 / gammaincinv(self.degrees / 2, u[:, :1]))
        root = np.linalg.cholesky(np.array(self.covariance))
        return np.asarray(np.array(self.coefficients) + scale * (ndtri(u[:, 1:]) @ root.T))

    def points(self, away: Array, rng: np.random.Generator) -> Array:
        """Points of growth for drivers `away` from their usual rate (logarithms): (draws, drivers) -> (draws, 1)."""
        return np.asarray(100 * (self.draw(rng, len(away)) * away).sum(axis=1, keepdims=True))


def estimate(series: Series, drivers: Mapping[str, Mapping[int, float]]) -> Elasticity:
    """Elasticities of the growth of `series` to `drivers`, each a mapping year -> rate (a fraction).

    Cut the series to what is known before: years after its last observation are not used. Raises InputError where a
    driver does not cover the series' years, or where the steps are too few or the drivers move together.
    """
    from statsmodels.regression.linear_model import WLS

    x = design(series, drivers)
    spacing = np.array([years for years, _ in series.steps], float)
    pace = np.array([change for _, change in series.steps]) / spacing
    found = WLS(pace, x, weights=spacing).fit()
    covariance = np.asarray(found.cov_params())[1:, 1:]
    return Elasticity(
        series.name,
        tuple(drivers),
        tuple(float(b) for b in found.params[1:]),
        tuple(tuple(float(c) for c in row) for row in covariance),
        int(found.df_resid),
        series.years[0],
        series.origin,
        len(pace),
        float(found.rsquared),
    )


def design(series: Series, drivers: Mapping[str, Mapping[int, float]]) -> Array:
    """The regressors of `estimate`: ones, and the drivers less their means, shape (steps, 1 + drivers).

    Raises InputError as `estimate` does; needs no statsmodels, so that a check is quick.
    """
    steps, needed = len(series.steps), len(drivers) + 3
    if steps < needed:
        raise InputError(
            f"{series.name}: {steps} changes cannot carry {len(drivers)} elasticities; {needed} are needed"
        )
    x = np.column_stack([step_means(name, rates, series.years) for name, rates in drivers.items()])
    found = np.column_stack([np.ones(steps), x - x.mean(axis=0)])
    if np.linalg.cond(found / np.maximum(np.abs(found).max(axis=0), 1e-12)) > 1e4:
        raise InputError(f"{series.name}: {' and '.join(drivers)} do not vary apart from each other; take one out")
    return found


def coefficients(series: Series, drivers: Mapping[str, Mapping[int, float]]) -> Array:
    """The elasticities of `estimate` without their errors, shape (drivers,): least squares by numpy alone."""
    x = design(series, drivers)
    spacing = np.array([years for years, _ in series.steps], float)
    pace = np.array([change for _, change in series.steps]) / spacing
    weight = np.sqrt(spacing)
    return np.asarray(np.linalg.lstsq(x * weight[:, None], pace * weight, rcond=None)[0][1:])


def step_means(name: str, rates: Mapping[int, float], years: Sequence[int]) -> Array:
    """Mean of ln(1 + rate) over the years of each step between neighbours of `years`, shape (steps,)."""
    if missing := [y for y in range(years[0] + 1, years[-1] + 1) if y not in rates]:
        known = f"{min(rates)} to {max(rates)}" if rates else "no year"
        raise InputError(
            f"'{name}' has no rate for {missing[0]} (it covers {known}); choose a series that covers "
            f"{years[0] + 1} to {years[-1]}, or a later start"
        )
    logs = {year: math.log1p(rate) for year, rate in rates.items()}
    pairs = pairwise(years)
    return np.array([sum(logs[t] for t in range(a + 1, b + 1)) / (b - a) for a, b in pairs])
