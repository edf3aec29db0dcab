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
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from ruralincome.series import InputError, Series

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


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
    explained: float

    @property
    def errors(self) -> tuple[float, ...]:
        """Standard errors of the coefficients."""
        return tuple(math.sqrt(self.covariance[i][i]) for i in range(len(self.drivers)))

    def draw(self, rng: np.random.Generator, draws: int) -> Array:
        """Coefficients drawn from their Student t distribution, shape (draws, drivers)."""
        import numpy as np
        from scipy.special import gammaincinv, ndtri

        from ruralincome.models.base import stratified

        u = stratified(rng, draws, 1 + len(self.drivers))
        scale = np.sqrt(self.degrees / 2 / gammaincinv(self.degrees / 2, u[:, :1]))
        root = np.linalg.cholesky(np.array(self.covariance))
        return np.asarray(np.array(self.coefficients) + scale * (ndtri(u[:, 1:]) @ root.T))

    def points(
        self, assumed: Sequence[tuple[float, float]], usual: Sequence[float], draws: int, rng: np.random.Generator
    ) -> Array:
        """Points of growth that drivers bring, (draws, 1).

        assumed: of each driver the rate in percent and its standard deviation; usual: its usual ln(1 + rate).
        """
        import numpy as np
        from scipy.special import ndtri

        from ruralincome.models.base import stratified

        z = [ndtri(stratified(rng, draws, 1))[:, 0] for _ in assumed]
        rates = [np.log1p((percent + sd * drawn) / 100) for (percent, sd), drawn in zip(assumed, z, strict=True)]
        away = np.column_stack(rates) - np.asarray(usual)
        return np.asarray(100 * (self.draw(rng, draws) * away).sum(axis=1, keepdims=True))


def estimated(series: Series, drivers: Mapping[str, Mapping[int, float]]) -> Estimate:
    """`estimate`, once for the same figures though a tornado asks for it with every bar."""
    return _estimated(series, tuple((name, tuple(rates.items())) for name, rates in drivers.items()))


@lru_cache(maxsize=64)
def _estimated(series: Series, drivers: tuple[tuple[str, tuple[tuple[int, float], ...]], ...]) -> Estimate:
    return estimate(series, {name: dict(rates) for name, rates in drivers})


def estimate(series: Series, drivers: Mapping[str, Mapping[int, float]]) -> Estimate:
    """Elasticities of the growth of `series` to `drivers`, each a mapping year -> rate (a fraction).

    Cut the series to what is known before: years after its last observation are not used. Raises InputError where a
    driver does not cover the series' years, or where the steps are too few or the drivers move together.
    """
    import numpy as np
    from statsmodels.regression.linear_model import WLS

    coefficients(series, drivers)  # which refuses what cannot be told apart
    x = np.column_stack(design(series, drivers))
    spacing = np.array([years for years, _ in series.steps], float)
    pace = np.array([change for _, change in series.steps]) / spacing
    found = WLS(pace, x, weights=spacing).fit()
    covariance = np.asarray(found.cov_params())[1:, 1:]
    return Estimate(
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


def design(series: Series, drivers: Mapping[str, Mapping[int, float]]) -> list[list[float]]:
    """The regressors of `estimate`, a list each: ones, and the drivers less their means, one value a step.

    Raises InputError as `estimate` does; needs neither numpy nor statsmodels, so that a check is quick.
    """
    steps, needed = len(series.steps), len(drivers) + 3
    if steps < needed:
        raise InputError(
            "elasticity.too_few", name=series.name, changes=steps, elasticities=len(drivers), needed=needed
        )
    columns = [step_means(name, rates, series.years) for name, rates in drivers.items()]
    return [[1.0] * steps, *([x - math.fsum(column) / steps for x in column] for column in columns)]


def coefficients(series: Series, drivers: Mapping[str, Mapping[int, float]]) -> list[float]:
    """The elasticities of `estimate` without their errors, one a driver, by the normal equations; for a quick check.

    Raises InputError as `estimate` does: of the length of each driver more than APART must be left beside the others.
    """
    x, years = design(series, drivers), [years for years, _ in series.steps]
    change = [c for _, c in series.steps]  # weights D_k times changes a year
    rows = [
        [*(math.fsum(d * a * b for d, a, b in zip(years, left, right, strict=True)) for right in x),
         math.fsum(a * c for a, c in zip(left, change, strict=True))]
        for left in x
    ]  # fmt: skip
    lengths = [row[i] for i, row in enumerate(rows)]
    for i, row in enumerate(rows):
        if row[i] <= max(APART**2 * lengths[i], 1e-24):
            raise InputError("elasticity.together", name=series.name, drivers=tuple(drivers))
        rows[i] = row = [value / row[i] for value in row]
        for k, other in enumerate(rows):
            if k != i:
                rows[k] = [a - other[i] * b for a, b in zip(other, row, strict=True)]
    return [row[-1] for row in rows[1:]]


def step_means(name: str, rates: Mapping[int, float], years: Sequence[int]) -> list[float]:
    """Mean of ln(1 + rate) over the years of each step between neighbours of `years`, one value a step."""
    if missing := [y for y in range(years[0] + 1, years[-1] + 1) if y not in rates]:
        facts = {"name": name, "missing": missing[0], "first": years[0] + 1, "last": years[-1]}
        if not rates:
            raise InputError("elasticity.no_rates", **facts)
        raise InputError("elasticity.no_rate", begin=min(rates), end=max(rates), **facts)
    logs = {year: math.log1p(rate) for year, rate in rates.items()}
    pairs = pairwise(years)
    return [sum(logs[t] for t in range(a + 1, b + 1)) / (b - a) for a, b in pairs]
