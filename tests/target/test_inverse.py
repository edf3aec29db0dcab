import math
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from ruralincome.models.forecast import Forecast
from ruralincome.series import InputError
from ruralincome.target.target import LEVELS, all_met, first_year, holds, push


@dataclass(frozen=True)
class LogNormal:
    """A random walk with known drift and spread: every answer below has a closed form by hand."""

    origin: int = 2020
    last: float = 44.9
    drift: float = 0.07
    sigma: float = 0.03

    def quantile(self, years, q):
        h = np.asarray(years, float)[:, None] - self.origin
        return self.last * np.exp(self.drift * h + self.sigma * np.sqrt(h) * norm.ppf(np.asarray(q, float))[None, :])

    def probability(self, year, value, direction=1):
        h = year - self.origin
        z = (math.log(value / self.last) - self.drift * h) / (self.sigma * math.sqrt(h))
        return float(norm.cdf(-z if direction > 0 else z))


def draws(view, ahead, count=1 << 15, seed=0):
    steps = np.random.default_rng(seed).normal(view.drift, view.sigma, (count, ahead))
    return Forecast(view.origin, view.last, view.last * np.exp(np.cumsum(steps, axis=1)))


@pytest.mark.parametrize("direction", [1, -1])
def test_targets_that_hold(direction):
    view = LogNormal()
    for level, target in zip(LEVELS, holds(view, 2023, direction=direction), strict=True):
        assert view.probability(2023, target, direction) == pytest.approx(level, abs=1e-12)


def test_first_year_is_the_first():
    view = LogNormal()
    for level in (0.5, 0.8):
        found = first_year(view, 2020, 67.35, level)
        assert view.probability(found, 67.35) >= level
        assert all(view.probability(year, 67.35) < level for year in range(2021, found))
    by_hand = 2020 + math.ceil(math.log(67.35 / 44.9) / 0.07)  # the median's own year
    assert first_year(view, 2020, 67.35, 0.5) == by_hand


def test_first_year_of_a_falling_indicator():
    view = LogNormal(drift=-0.05)
    found = first_year(view, 2020, 40.0, 0.5, direction=-1)
    assert found == 2020 + math.ceil(math.log(44.9 / 40) / 0.05)


@pytest.mark.parametrize("direction", [1, -1])
def test_a_level_reached_exactly_is_reached(direction):
    sure = Forecast(2020, 44.9, np.array([[50.0 - direction, 50.0, 50.0 + direction]] * 4))
    assert first_year(sure, 2020, 50.0, 0.5, direction) == 2022
    assert first_year(sure, 2020, 50.0 + direction, 0.5, direction) == 2023  # the last year drawn is one of them


def test_no_year_within_the_search_or_the_draws():
    assert first_year(LogNormal(drift=0.0), 2020, 500.0, 0.8) is None
    assert first_year(draws(LogNormal(), 3), 2020, 500.0, 0.5) is None


def test_probability_need_not_rise_with_the_years():
    view = LogNormal(drift=-0.001, sigma=0.1)  # near now, out of reach later: the first year counts
    assert first_year(view, 2020, 45.0, 0.48) == 2021
    assert view.probability(2060, 45.0) < 0.48


def test_push_brings_the_probability_there():
    view = LogNormal()
    for level in (0.5, 0.8):
        found = push(view, 2020, 44.9, 2023, 60.0, level)
        faster = LogNormal(drift=view.drift + math.log(found.factor))
        assert faster.probability(2023, 60.0) == pytest.approx(level, abs=1e-12)
        assert faster.quantile([2023], [0.5])[0, 0] == pytest.approx(44.9 * (1 + found.growth) ** 3)
        assert found.points == pytest.approx(100 * (found.growth - (math.exp(view.drift) - 1)))
    median = push(view, 2020, 44.9, 2021, 48.9, 0.5)
    assert median.growth == pytest.approx(48.9 / 44.9 - 1)


def test_push_scales_draws_of_any_model():
    forecast = draws(LogNormal(), 3)
    found = push(forecast, 2020, 44.9, 2023, 60.0, 0.8)
    scaled = Forecast(2020, 44.9, forecast.paths * found.factor ** np.arange(1, 4))
    assert scaled.probability(2023, 60.0) == pytest.approx(0.8, abs=1e-4)


def test_push_may_be_negative():
    assert push(LogNormal(), 2020, 44.9, 2023, 46.0, 0.5).points < 0


def test_joint_against_the_bivariate_normal():
    view, targets = LogNormal(), [(2021, 48.9, 1), (2025, 67.35, 1)]
    found = all_met(draws(view, 5, 1 << 17), targets)
    bounds = [math.log(48.9 / 44.9) - 0.07, math.log(67.35 / 44.9) - 0.35]
    law = multivariate_normal([0, 0], 0.03**2 * np.array([[1, 1], [1, 5]]))
    together = float(law.cdf([-b for b in bounds]))  # both shocks above their bounds, by symmetry
    assert found.together == pytest.approx(together, abs=0.005)
    assert found.together > found.alone[0] * found.alone[1]
    assert found.either == pytest.approx(sum(found.alone) - found.together)
    assert found.alone[1] == pytest.approx(view.probability(2025, 67.35), abs=0.005)


def test_joint_by_hand():
    paths = np.array([[1.0, 4.0], [2.0, 3.0], [3.0, 1.0], [4.0, 2.0]])
    found = all_met(Forecast(2020, 1.0, paths), [(2021, 2.0, 1), (2022, 2.0, -1)])
    assert (found.alone, found.together, found.either) == ((0.75, 0.5), 0.5, 0.75)


def test_joint_errors():
    forecast = Forecast(2020, 1.0, np.ones((4, 2)))
    with pytest.raises(InputError, match="no target"):
        all_met(forecast, [])
    with pytest.raises(InputError, match="covers 2021 to 2022, not 2025"):
        all_met(forecast, [(2025, 1.0, 1)])
