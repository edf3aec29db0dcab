"""Forecast: every number against four draws done by hand."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from ruralincome.models.forecast import Forecast
from ruralincome.series import InputError

FOUR = Forecast(2020, 44.9, np.array([[46.0, 50.0], [48.0, 51.0], [49.0, 47.0], [50.0, 60.0]]))


def test_by_hand():
    assert FOUR.years == (2021, 2022)
    assert FOUR.probability(2021, 48.9) == 0.5
    assert FOUR.probability(2021, 49.0) == 0.5
    assert FOUR.probability(2021, 48.0, direction=-1) == 0.5
    assert FOUR.median(2021) == 48.5
    assert FOUR.interval(2021, 0.5) == (47.5, 49.25)
    assert FOUR.quantile([2022], [0.0, 1.0]).tolist() == [[47.0, 60.0]]


def test_paths_are_read_only_and_apart_from_their_source():
    source = np.ones((2, 1))
    forecast = Forecast(2020, 1.0, source)
    source[:] = 9
    assert forecast.paths.tolist() == [[1.0], [1.0]]
    with pytest.raises(ValueError, match="read-only"):
        forecast.paths[0, 0] = 2


def test_quantiles_asked_again_are_those_found_and_nobody_can_change_them():
    found = FOUR.quantile([2021, 2022], [0.25, 0.5])
    assert FOUR.quantile([2021], [0.25, 0.5]).tolist() == [found[0].tolist()]
    assert FOUR.quantile([2022, 2021], (0.25, 0.5)).tolist() == found[::-1].tolist()
    kept = found.tolist()
    found[:] = 0
    assert FOUR.quantile([2021, 2022], np.array([0.25, 0.5])).tolist() == kept
    assert FOUR.quantile([2021, 2022], [0.5, 0.25]).tolist() == [row[::-1] for row in kept]
    assert FOUR.quantile(iter([2021, 2022]), [0.25, 0.5]).tolist() == kept
    assert FOUR.quantile([2021], [[0.25], [0.5]]).shape == (1, 2, 1)


def test_another_forecast_remembers_nothing_of_the_one_that_it_was_made_of():
    FOUR.quantile([2021], [0.5])
    assert replace(FOUR, paths=FOUR.paths * 2).quantile([2021], [0.5]).tolist() == [[97.0]]
    with pytest.raises(InputError, match="covers 2031 to 2032, not 2021"):
        replace(FOUR, origin=2030).quantile([2021], [0.5])
    again = pickle.loads(pickle.dumps(FOUR))
    assert again.quantile([2021], [0.5]).tolist() == [[48.5]]


def test_a_year_outside_is_refused():
    with pytest.raises(InputError, match="covers 2021 to 2022, not 2030"):
        FOUR.at(2030)


def test_not_finite_or_not_paths_is_refused():
    for paths in (np.array([1.0]), np.array([[np.nan]]), np.empty((3, 0))):
        with pytest.raises(ValueError, match="paths must be finite"):
            Forecast(2020, 1.0, paths)
