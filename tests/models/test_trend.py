"""Straight lines: the prediction of a textbook regression, cut off at zero, and what is no spread."""

import numpy as np
import pytest
from plain import series
from scipy.stats import linregress
from scipy.stats import t as student

from ruralincome.models.forecast import STEADY, Refusal
from ruralincome.models.trend import linear_trend, log_trend

YEARS, VALUES = (2014, 2015, 2017, 2018, 2020), (30.0, 33.0, 35.0, 36.0, 44.0)


def predicted(years, y, year):
    """Location and scale of a new observation: s sqrt(1 + 1/n + (x - mean)^2 / Sxx)."""
    line, x, n = linregress(years, y), np.array(years), len(years)
    left = y - line.intercept - line.slope * x
    s = np.sqrt((left**2).sum() / (n - 2))
    away = 1 + 1 / n + (year - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum()
    return student(n - 2, line.intercept + line.slope * year, s * np.sqrt(away))


@pytest.mark.parametrize("year", [2021, 2026])
def test_a_line_predicts_as_the_textbook_says(year):
    on_logs, on_levels = predicted(YEARS, np.log(VALUES), year), predicted(YEARS, np.array(VALUES), year)
    logs, levels = (fit(series(YEARS, VALUES)) for fit in (log_trend, linear_trend))
    assert logs.probability(year, 50.0) == pytest.approx(on_logs.sf(np.log(50)))
    assert levels.probability(year, 50.0) == pytest.approx(on_levels.sf(50) / on_levels.sf(0))
    assert levels.probability(year, 50.0, -1) == pytest.approx(1 - on_levels.sf(50) / on_levels.sf(0))
    q = [0.01, 0.5, 0.9]
    assert np.log(logs.quantile([year], q)[0]) == pytest.approx(on_logs.ppf(q))
    assert levels.quantile([year], q)[0] == pytest.approx(on_levels.isf((1 - np.array(q)) * on_levels.sf(0)))


def test_three_levels_leave_some_of_a_line_below_zero_and_the_rest_adds_up_to_one():
    three, law = (
        series((2016, 2018, 2020), (30.0, 38.0, 44.0)),
        predicted((2016, 2018, 2020), np.array([30, 38, 44]), 2022),
    )
    assert 0.005 < law.cdf(0) < 0.05
    fit = linear_trend(three)
    assert fit.probability(2022, 50.0) == pytest.approx(law.sf(50) / law.sf(0))
    assert fit.probability(2022, 1e-9) == pytest.approx(1)


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e6])
@pytest.mark.parametrize(("times", "refused"), [(0.3, True), (3.0, False)])
def test_a_line_without_spread_is_refused_by_its_share_of_the_level(unit, times, refused):
    off = np.array([1, -1, -1, 1]) * STEADY * times * 100 / np.sqrt(2)  # mean square over two degrees of freedom
    levels = unit * (np.array([97.0, 99.0, 101.0, 103.0]) + off)
    assert isinstance(linear_trend(series((2017, 2018, 2019, 2020), levels)), Refusal) is refused
