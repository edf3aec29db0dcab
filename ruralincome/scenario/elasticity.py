"""Elasticity: how growth of one series answers to others, estimated over the steps between surveys.

    ln(y_k / y_(k-1)) / D_k = a + sum_j b_j mean of ln(1 + x_jt) over the D_k years + e_k,  var e_k = s^2 / D_k

Both sides are yearly averages over the same years, so a gap between surveys is neither interpolated nor dropped; a
longer step weighs more (weighted least squares, weights D_k). Estimates are Student t, K - 1 - J degrees of freedom.
Noise of the surveys passes from one step to the next with the opposite sign; it is part of e and makes the stated
standard errors rough. An elasticity is an association over these years, not the effect of a policy."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from ruralincome.series import InputError, Series
from ruralincome.series.prices import Rates

APART = 1e-4  # the least share of a driver's length that is its own


@dataclass(frozen=True)
class Estimate:
    """Estimated elasticities. covariance: of the coefficients, shape (drivers, drivers); means: of ln(1 + driver). of,
    drivers: names of the series; first_year, last_year, steps: what they rest on; degrees: of freedom."""

    of: str
    drivers: tuple[str, ...]
    coefficients: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    degrees: int
    first_year: int
    last_year: int
    steps: int

    errors = cached_property[tuple[float, ...]](lambda found: tuple(np.sqrt(np.diag(found.covariance)).tolist()))
    """Standard errors of the coefficients."""


def estimate(series: Series, drivers: Mapping[str, Rates]) -> Estimate:
    """Elasticities of the growth of `series` to `drivers`, each a mapping year -> rate (a fraction), by the years up to
    its last observation. Raises InputError where a driver does not cover them, the steps are too few, or the drivers
    move together: of the length of each, less its mean, more than APART must be left beside the others."""
    if (steps := len(series.steps)) < (needed := len(drivers) + 3):
        facts = {"changes": steps, "elasticities": len(drivers), "needed": needed}
        raise InputError("elasticity.too_few", name=series.name, **facts)
    means = [step_means(name, rates, series.years) for name, rates in drivers.items()]
    years, change = np.array(series.steps).T
    root = np.sqrt(years)
    x = np.column_stack([np.ones(steps), *(np.array(m) - math.fsum(m) / steps for m in means)]) * root[:, None]
    q, r = np.linalg.qr(x)
    if (np.abs(np.diag(r)) <= np.maximum(APART * np.linalg.norm(x, axis=0), 1e-12)).any():
        raise InputError("elasticity.together", name=series.name, drivers=tuple(drivers))
    inverse, y, degrees = np.linalg.inv(r), change / root, steps - len(r)
    found = inverse @ (q.T @ y)
    covariance = inverse @ inverse.T * (((y - x @ found) ** 2).sum() / degrees)
    by = tuple(found[1:].tolist()), tuple(map(tuple, covariance[1:, 1:].tolist()))
    return Estimate(series.name, tuple(drivers), *by, degrees, series.years[0], series.origin, steps)


def step_means(name: str, rates: Rates, years: Sequence[int]) -> list[float]:
    """Mean of ln(1 + rate) over the years of each step between neighbours of `years`, one value a step."""
    if missing := [y for y in range(years[0] + 1, years[-1] + 1) if y not in rates]:
        facts = {"name": name, "missing": missing[0], "first": years[0] + 1, "last": years[-1]}
        if not rates:
            raise InputError("elasticity.no_rates", **facts)
        raise InputError("elasticity.no_rate", begin=min(rates), end=max(rates), **facts)
    logs = {year: math.log1p(rate) for year, rate in rates.items()}
    return [sum(logs[t] for t in range(a + 1, b + 1)) / (b - a) for a, b in pairwise(years)]
