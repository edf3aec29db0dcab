"""Growth between two levels, for numbers and arrays alike."""

import math

import numpy as np
import pytest

from ruralincome.series.growth import carried, pace


def test_the_pace_carries_the_first_level_to_the_last():
    assert pace(32.6, 44.9, 4) == pytest.approx((44.9 / 32.6) ** 0.25 - 1, abs=1e-15)
    assert carried(32.6, pace(32.6, 44.9, 4), 4) == pytest.approx(44.9)
    assert math.isnan(pace(32.6, 44.9, 0))


def test_arrays_and_numbers_of_them_are_one():
    first, last = np.array([32.6, 1.0, 44.9]), np.array([44.9, 2.0, 48.9])
    years = np.array([4, 7, 1])
    rates = pace(first, last, years)
    rows = zip(first.tolist(), last.tolist(), years.tolist(), strict=True)
    assert rates.tolist() == [pace(a, b, n) for a, b, n in rows]
    assert carried(first, rates, years) == pytest.approx(last)
    assert math.isnan(pace(first, last, np.full(3, math.nan))[0])


def test_levels_over_the_same_years_are_each_the_double_of_a_number():
    """Years as one number: an array squared, or the root of one, is not everywhere the double that a power is."""
    found = np.random.default_rng(0).uniform(0.5, 2.0, 20_000)
    assert pace(1.0, found, 2).tolist() == [pace(1.0, level, 2) for level in found.tolist()]
    assert carried(1.0, found - 1, 2).tolist() == [carried(1.0, rate, 2) for rate in (found - 1).tolist()]
