"""The class for places that were put together."""

import numpy as np
import pytest

from ruralincome.reference.merged import merged
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
