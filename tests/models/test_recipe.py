"""The recipe's estimates by another road: plain arithmetic over a panel with holes, and scipy's distributions."""

from itertools import combinations
from math import log, sqrt
from statistics import fmean

import numpy as np
import pytest
from scipy import stats

from ruralincome.models import recipe
from ruralincome.models.walk import Students
from ruralincome.reference.component import Component

RAGGED = {
    "a": ([2010, 2011, 2012, 2014], [10.0, 11.0, 12.5, 13.0]),
    "b": ([2010, 2011, 2012], [20.0, 20.5, 24.0]),
    "c": ([2011, 2012, 2014], [7.0, 7.9, 8.0]),
    "alone": ([2003, 2004, 2005], [5.0, 5.2, 5.1]),
}
PANEL = {name: (np.array(years), np.array(values)) for name, (years, values) in RAGGED.items()}


def deviations():
    """By first year and length of a step: each place's growth less its own mean, over the root of the years."""
    found = {}
    for years, values in RAGGED.values():
        own = log(values[-1] / values[0]) / (years[-1] - years[0])
        for (t, v), (u, w) in zip(
            zip(years, values, strict=True), list(zip(years, values, strict=True))[1:], strict=False
        ):
            found.setdefault((t, u - t), []).append((log(w / v) - own * (u - t)) / sqrt(u - t))
    return found


def test_the_correlation_within_a_year_of_a_ragged_panel():
    shared = [r for r in deviations().values() if len(r) > 1]
    assert sorted(map(len, shared)) == [2, 2, 3]
    pairs = fmean(fmean(x * y for x, y in combinations(r, 2)) for r in shared)
    assert 0 < pairs < fmean(fmean(x * x for x in r) for r in shared)
    assert recipe.same_year_correlation(PANEL) == pytest.approx(pairs / fmean(fmean(x * x for x in r) for r in shared))
    assert recipe.same_year_correlation({"alone": PANEL["alone"]}) == 0


@pytest.mark.parametrize("centre", [0.0, -0.4])
def test_coverage_counts_what_came_inside_the_interval_of_each_history(centre):
    prior = Component(1.0, 0.06, 6.0, 4.0, 0.006)
    rng = np.random.default_rng(5)
    places = {str(i): (np.arange(2000, 2012), np.exp(np.cumsum(0.1 * rng.standard_normal(12)))) for i in range(8)}
    found = [w for w in recipe.windows([places], 20.0) if w.spacing == (1,)]
    inside, total = np.zeros(3), 0.0
    for w in found:
        _, location, scale, df = recipe.foreseen(w, (prior,))
        for i, h in np.argwhere(np.isfinite(w.following)):
            law = stats.t(df[0, h, 0], location[i, h, 0] + centre * 0.7 * scale[i, h, 0], 0.7 * scale[i, h, 0])
            held = [low <= w.following[i, h] <= high for low, high in map(law.interval, recipe.LEVELS)]
            inside += w.weight[i] * np.array(held)
            total += w.weight[i]
    assert 0 < inside[0] < inside[1] < total
    assert recipe.coverage(found, (prior,), 0.7, centre) == pytest.approx(inside / total)


def test_the_chance_of_a_change_is_that_of_the_mixture():
    law = Students(np.array([[0.1, 0.3]]), np.array([[0.2, 0.05]]), np.array([[3.0, 8.0]]), np.array([[0.25, 0.75]]))
    over = 0.25 * stats.t.sf(0.28, 3, 0.1, 0.2) + 0.75 * stats.t.sf(0.28, 8, 0.3, 0.05)
    assert law.beyond(np.array([0.28]), 1) == pytest.approx([over])
    assert law.beyond(np.array([0.28]), -1) == pytest.approx([1 - over])
