"""The class for places that were put together."""

from dataclasses import replace

import numpy as np
import pytest

from ruralincome.reference.reference import merged
from ruralincome.reference.vintages import read_class
from ruralincome.series import InputError

CLASS = read_class("vietnam-provinces", 2020)


def test_one_part_is_the_class_itself():
    found = merged(CLASS, [3.0])
    assert found.components == CLASS.components
    assert found.rho == CLASS.rho
    assert found.growth[1] == pytest.approx(CLASS.growth[1])


def test_a_mean_varies_as_drawn_parts_do():
    """Growth of three correlated places, drawn and averaged, has the variance that is computed."""
    weights, rho = np.array([0.5, 0.3, 0.2]), CLASS.rho
    rng = np.random.default_rng(1)
    shared, own = rng.standard_normal((2, 200_000, 3))
    growth = np.sqrt(rho) * shared[:, :1] + np.sqrt(1 - rho) * own
    found = merged(CLASS, list(weights * 7)).components[0]
    assert found.b0 / CLASS.components[0].b0 == pytest.approx((growth @ weights).var(), rel=0.02)
    other = np.sqrt(rho) * shared[:, :1] + np.sqrt(1 - rho) * rng.standard_normal((200_000, 3))
    between = np.corrcoef(growth @ weights, other @ weights)[0, 1]
    assert merged(CLASS, list(weights)).rho == pytest.approx(between, abs=0.01)


def test_a_mean_with_memory_varies_as_simulated_parts_do():
    """Three places walk with a pace of their own, a fading pace, correlated shocks and passing parts, year by year; the
    growth of their mean over h years has the variance that the walk with the merged numbers has."""
    rng, years, draws, weights = np.random.default_rng(2), 6, 60_000, np.array([0.5, 0.3, 0.2])
    part = replace(CLASS.components[0], kappa=0.6, phi=0.7, nu=0.4)
    variance, rho = part.b0 / part.a0, CLASS.rho
    share = np.sqrt(variance)
    pace = share / np.sqrt(part.k0) * rng.standard_normal((draws, 3))
    fading = share * np.sqrt(part.kappa) * rng.standard_normal((draws, 3))
    first, level, found = share * np.sqrt(part.nu) * rng.standard_normal((draws, 3)), np.zeros((draws, 3)), []
    for _ in range(years):
        shock = np.sqrt(rho) * rng.standard_normal((draws, 1)) + np.sqrt(1 - rho) * rng.standard_normal((draws, 3))
        level += pace + fading + share * shock
        new = share * np.sqrt(part.kappa * (1 - part.phi**2)) * rng.standard_normal((draws, 3))
        fading = part.phi * fading + new
        passing = share * np.sqrt(part.nu) * rng.standard_normal((draws, 3))
        found.append(((level + passing - first) @ weights).var())
    whole = merged(replace(CLASS, components=(part,)), list(weights)).components[0]
    size, lag = whole.b0 / whole.a0, np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
    for h, simulated in enumerate(found, 1):
        memory = whole.kappa * (whole.phi ** lag[:h, :h]).sum()
        assert size * (h**2 / whole.k0 + h + memory + 2 * whole.nu) == pytest.approx(simulated, rel=0.03), h


def test_the_drift_is_the_mean_of_the_parts_drifts():
    before, after = CLASS.components[0], merged(CLASS, [1, 1, 1, 1]).components[0]
    assert after.m0 == before.m0
    assert after.variance / after.k0 == pytest.approx(before.variance / before.k0 / 4)


def test_growth_lies_closer_together():
    found = merged(CLASS, [1, 1]).growth[1]
    assert found[-1] - found[0] < CLASS.growth[1][-1] - CLASS.growth[1][0]
    assert found[len(found) // 2] == pytest.approx(CLASS.growth[1][len(found) // 2])


@pytest.mark.parametrize("weights", [[], [1, 0], [1, -2], [1, float("inf")]])
def test_weights_that_are_none(weights):
    with pytest.raises(InputError):
        merged(CLASS, weights)
