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
