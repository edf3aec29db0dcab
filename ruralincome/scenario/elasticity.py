"""Elasticity: how growth of one series answers to others, estimated by statsmodels over the steps between surveys.

    ln(y_k / y_(k-1)) / D_k = a + sum_j b_j mean of ln(1 + x_jt) over the D_k years + e_k,  var e_k = s^2 / D_k

Both sides are yearly averages over the same years, so a gap between surveys is neither interpolated nor dropped; a
longer step weighs more (weighted least squares, weights D_k). Estimates are Student t, K - 1 - J degrees of freedom.
Noise of the surveys passes from one step to the next with the opposite sign; it is part of e and makes the stated
standard errors rough. An elasticity is an association over these years, not the effect of a policy.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from ruralincome.models.forecast import Array
from ruralincome.series import InputError, Series
from ruralincome.series.prices import Rates

APART = 1e-4
"""The least share of a driver's length that is its own."""


@dataclass(frozen=True)
class Estimate:
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
        away = ndtri(u[:, 1:]) @ np.linalg.cholesky(np.array(self.covariance)).T
        return np.asarray(np.array(self.coefficients) + scale * away)

    def points(
        self, assumed: Sequence[tuple[float, float]], usual: Sequence[float], draws: int, rng: np.random.Generator
    ) -> Array:
        """Points of growth that drivers bring, (draws, 1).

        assumed: of each driver the rate in percent and its standard deviation; usual: its usual ln(1 + rate).
        """
        from scipy.special import ndtri

        from ruralincome.models.base import stratified

        z = [ndtri(stratified(rng, draws, 1))[:, 0] for _ in assumed]
        rates = [np.log1p((percent + sd * drawn) / 100) for (percent, sd), drawn in zip(assumed, z, strict=True)]
        away = np.column_stack(rates) - np.asarray(usual)
        return np.asarray(100 * (self.draw(rng, draws) * away).sum(axis=1, keepdims=True))


def estimated(series: Series, drivers: Mapping[str, Rates]) -> Estimate:
    """`estimate`, once for the same figures though a tornado asks for it with every bar."""
    return _estimated(series, tuple((name, tuple(rates.items())) for name, rates in drivers.items()))


@lru_cache(maxsize=64)
def _estimated(series: Series, drivers: tuple[tuple[str, tuple[tuple[int, float], ...]], ...]) -> Estimate:
    return estimate(series, {name: dict(rates) for name, rates in drivers})


def estimate(series: Series, drivers: Mapping[str, Rates]) -> Estimate:
    """Elasticities of the growth of `series` to `drivers`, each a mapping year -> rate (a fraction).

    Years after the series' last observation are not used. Raises InputError as `design` does.
    """
    from statsmodels.regression.linear_model import WLS  # here, as it is slow to load

    x, pace, weights = design(series, drivers)
    found = WLS(pace, x, weights=weights).fit()
    covariance = tuple(map(tuple, np.asarray(found.cov_params())[1:, 1:].tolist()))
    rest = int(found.df_resid), series.years[0], series.origin, len(pace)
    return Estimate(series.name, tuple(drivers), tuple(found.params[1:].tolist()), covariance, *rest)


def coefficients(series: Series, drivers: Mapping[str, Rates]) -> list[float]:
    """The elasticities of `estimate` without their errors, one a driver; for a quick check. Raises InputError as it."""
    x, pace, weights = design(series, drivers)
    root = np.sqrt(weights)
    return [*np.linalg.lstsq(x * root[:, None], pace * root)[0][1:].tolist()]


def design(series: Series, drivers: Mapping[str, Rates]) -> tuple[Array, Array, Array]:
    """What `estimate` regresses: ones and the drivers less their means (steps, 1 + drivers), growth a year, and D_k.

    Raises InputError where a driver does not cover the series' years, the steps are too few, or the drivers move
    together: of the length of each more than APART must be left beside the others.
    """
    if (steps := len(series.steps)) < (needed := len(drivers) + 3):
        facts = {"changes": steps, "elasticities": len(drivers), "needed": needed}
        raise InputError("elasticity.too_few", name=series.name, **facts)
    means = [step_means(name, rates, series.years) for name, rates in drivers.items()]
    x = np.column_stack([np.ones(steps), *(np.array(m) - math.fsum(m) / steps for m in means)])
    weights, change = np.array(series.steps).T
    weighted = x * np.sqrt(weights)[:, None]
    left = np.abs(np.diag(np.linalg.qr(weighted, mode="r")))
    if (left <= np.maximum(APART * np.linalg.norm(weighted, axis=0), 1e-12)).any():
        raise InputError("elasticity.together", name=series.name, drivers=tuple(drivers))
    return x, change / weights, weights


def step_means(name: str, rates: Rates, years: Sequence[int]) -> list[float]:
    """Mean of ln(1 + rate) over the years of each step between neighbours of `years`, one value a step."""
    if missing := [y for y in range(years[0] + 1, years[-1] + 1) if y not in rates]:
        facts = {"name": name, "missing": missing[0], "first": years[0] + 1, "last": years[-1]}
        if not rates:
            raise InputError("elasticity.no_rates", **facts)
        raise InputError("elasticity.no_rate", begin=min(rates), end=max(rates), **facts)
    logs = {year: math.log1p(rate) for year, rate in rates.items()}
    return [sum(logs[t] for t in range(a + 1, b + 1)) / (b - a) for a, b in pairwise(years)]
