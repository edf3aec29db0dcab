"""Forecast: every number against four draws done by hand."""

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


def test_a_year_outside_is_refused():
    with pytest.raises(InputError, match="covers 2021 to 2022, not 2030"):
        FOUR.at(2030)


@pytest.mark.parametrize(("weight", "theirs"), [(0.0, 0), (0.25, 1), (0.5, 2), (1.0, 4)])
def test_mix_takes_the_share_asked_for(weight, theirs):
    other = Forecast(2020, 44.9, np.full((4, 2), 99.0))
    assert int((FOUR.mix(other, weight).paths[:, 0] == 99).sum()) == theirs


def test_mix_refuses_another_origin_and_a_wrong_weight():
    with pytest.raises(ValueError, match="one origin"):
        FOUR.mix(Forecast(2019, 44.9, FOUR.paths), 0.5)
    with pytest.raises(InputError, match=r"1\.5 is not between 0 and 1"):
        FOUR.mix(FOUR, 1.5)


def test_not_finite_or_not_paths_is_refused():
    for paths in (np.array([1.0]), np.array([[np.nan]]), np.empty((3, 0))):
        with pytest.raises(ValueError, match="paths must be finite"):
            Forecast(2020, 1.0, paths)
