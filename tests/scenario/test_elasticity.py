"""Elasticity: known coefficients found again, gaps handled without interpolation, and the real figures."""

from dataclasses import replace

import numpy as np
import pytest

from ruralincome.data.package import read_rates, read_series
from ruralincome.scenario import paths
from ruralincome.scenario.elasticity import estimate, step_means
from ruralincome.series import InputError, Series

YEARS = (1999, 2002, 2004, 2006, 2008, 2010, 2012, 2014, 2016, 2018, 2019, 2020)


def rates(seed, low=1999, high=2021):
    rng = np.random.default_rng(seed)
    return {t: float(x) for t, x in zip(range(low, high), rng.uniform(0.01, 0.09, high - low), strict=True)}


def made(a, b, noise=0.0, seed=0):
    """A series that grows by a + b . ln(1 + drivers) every year, seen only in the survey years."""
    x, c = rates(1), rates(2)
    rng = np.random.default_rng(seed)
    level, levels = 0.0, {1999: 100.0}
    for t in range(2000, 2021):
        level += a + b[0] * np.log1p(x[t]) + b[1] * np.log1p(c[t]) + noise * rng.standard_normal()
        levels[t] = 100 * np.exp(level)
    return Series("made", YEARS, tuple(levels[t] for t in YEARS)), {"x": x, "c": c}


def test_exact_growth_gives_the_coefficients_back_across_gaps():
    series, drivers = made(0.01, (1.5, 0.8))
    found = estimate(series, drivers)
    np.testing.assert_allclose(found.coefficients, (1.5, 0.8), atol=1e-9)
    assert (found.steps, found.degrees) == (11, 8)


def test_the_stated_errors_are_those_of_repeated_samples():
    found = [estimate(*made(0.01, (1.5, 0.8), 0.01, seed)) for seed in range(400)]
    estimates = np.array([f.coefficients for f in found])
    np.testing.assert_allclose(estimates.mean(axis=0), (1.5, 0.8), atol=0.06)
    stated = np.sqrt(np.mean([np.square(f.errors) for f in found], axis=0))
    np.testing.assert_allclose(stated, estimates.std(axis=0), rtol=0.1)


def test_draws_carry_the_uncertainty_of_the_estimates():
    found = estimate(*made(0.01, (1.5, 0.8), 0.01))
    draws = paths.coefficients(found, np.random.default_rng(0), 1 << 14)
    df = found.degrees
    np.testing.assert_allclose(draws.mean(axis=0), found.coefficients, atol=0.01)
    np.testing.assert_allclose(np.cov(draws.T), np.array(found.covariance) * df / (df - 2), rtol=0.1, atol=1e-4)
    as_usual = paths.driven(found, [(0.0, 0.0), (0.0, 0.0)], [0.0, 0.0], 8, np.random.default_rng(0))
    np.testing.assert_array_equal(as_usual, np.zeros((8, 1)))
    sure = replace(found, coefficients=(1.5, 0.8), covariance=((1e-30, 0.0), (0.0, 1e-30)))
    faster = paths.driven(sure, [(10.0, 0.0), (5.0, 0.0)], [np.log(1.08), np.log(1.05)], 8, np.random.default_rng(0))
    np.testing.assert_allclose(faster, 150 * np.log(1.1 / 1.08))


def test_weighted_least_squares_by_hand():
    series, drivers = made(0.02, (1.0, 0.5), 0.02, 5)
    found = estimate(series, drivers)
    d = np.diff(YEARS).astype(float)
    y = np.diff(np.log(series.values)) / d
    x = np.column_stack([np.ones(11), step_means("x", drivers["x"], YEARS), step_means("c", drivers["c"], YEARS)])
    w = np.diag(d)
    beta = np.linalg.solve(x.T @ w @ x, x.T @ w @ y)
    np.testing.assert_allclose(found.coefficients, beta[1:], rtol=1e-9)
    residual = y - x @ beta
    covariance = np.linalg.inv(x.T @ w @ x) * (residual @ w @ residual) / 8
    np.testing.assert_allclose(found.covariance, covariance[1:, 1:], rtol=1e-7)


def test_step_means_are_averages_over_the_years_between():
    means = step_means("x", {2001: 0.1, 2002: 0.2, 2003: 0.3}, (2000, 2002, 2003))
    np.testing.assert_allclose(means, [(np.log(1.1) + np.log(1.2)) / 2, np.log(1.3)])


def test_rural_income_answers_to_gdp_and_prices():
    rural = read_series("vietnam_rural_income")
    drivers = {name: read_rates(name) for name in ("vietnam_gdp_growth", "vietnam_cpi")}
    found = estimate(rural.until(2020), drivers)
    assert (found.first_year, found.last_year, found.steps, found.degrees) == (1999, 2020, 11, 8)
    assert found.coefficients == pytest.approx((1.888, 1.044), abs=1e-3)
    assert found.errors == pytest.approx((0.605, 0.124), abs=1e-3)
    later = {name: {t: r if t <= 2020 else 0.9 for t, r in known.items()} for name, known in drivers.items()}
    assert estimate(rural.until(2020), later) == found


def test_what_cannot_be_estimated_is_refused():
    series, drivers = made(0.01, (1.5, 0.8))
    with pytest.raises(InputError, match=r"'x' has no rate for 2000 \(it covers 2005 to 2020\).*covers 2000 to 2020"):
        estimate(series, {"x": {t: r for t, r in drivers["x"].items() if t >= 2005}})
    with pytest.raises(InputError, match="2 changes cannot carry 2 elasticities; 5 are needed"):
        estimate(Series("short", (2016, 2018, 2020), (1.0, 1.1, 1.2)), drivers)
    with pytest.raises(InputError, match="x, y do not vary apart"):
        estimate(series, {"x": drivers["x"], "y": drivers["x"]})
    with pytest.raises(InputError, match="it covers no year"):
        step_means("none", {}, (2000, 2002))


@pytest.mark.parametrize("size", [1e-2, 1e2])
def test_drivers_vary_apart_from_a_ten_thousandth_of_their_length_whatever_their_size(size):
    years = tuple(range(2000, 2012))
    rng = np.random.default_rng(6)
    one, other = rng.standard_normal((2, 11))
    one, other = one - one.mean(), other - other.mean()
    other = other - one * (one @ other) / (one @ one)
    other = other * np.sqrt((one @ one) / (other @ other))  # as long, and at right angles
    series = Series("x", years, tuple(np.exp(np.cumsum([0, *(0.05 + 0.01 * rng.standard_normal(11))]))))

    def drivers(share):
        rates = {"x": 1e-3 * size * one, "y": 1e-3 * size * (one + share * other)}
        return {name: dict(zip(years[1:], np.expm1(z), strict=True)) for name, z in rates.items()}

    assert estimate(series, drivers(2e-4)).degrees == 8
    with pytest.raises(InputError, match="do not vary apart"):
        estimate(series, drivers(0.5e-4))
