"""Walks under several classes: the linear pool, by another road."""

from dataclasses import replace

import numpy as np
import pytest
from plain import series
from scipy.optimize import brentq
from scipy.special import gammaincinv, ndtri

from ruralincome.models.quantiles import stratified
from ruralincome.models.walk import chances, pooled
from ruralincome.reference.component import Fading
from ruralincome.reference.reference import Component, ReferenceClass
from ruralincome.reference.vintages import pool
from ruralincome.series import Text

TWO = series([2016, 2020], [32.6, 44.9])


def a_class(name, *components, **more):
    return ReferenceClass(name, Text(name, name), "income", "nominal", 2000, 2010, 5, 50, components, **more)


OWN = a_class("own", Component(1.0, 0.086, 200.0, 3.0, 0.012))
WORLD = a_class(
    "world", Component(0.6, 0.02, 8.0, 2.0, 0.003), Component(0.4, 0.06, 2.0, 4.0, 0.03), widths=((1, 0.9),)
)
BOTH = pool("both", {"title": {"vi": "", "en": ""}, "members": ["own", "world"]}, {"own": OWN, "world": WORLD}.get)


@pytest.mark.parametrize(("year", "value"), [(2021, 48.9), (2025, 60.0), (2030, 45.0)])
def test_the_pool_is_the_mean_of_its_classes_whatever_the_history(year, value):
    each = [pooled(TWO, one).probability(year, value) for one in (OWN, WORLD)]
    fit = pooled(TWO, BOTH)
    assert fit.probability(year, value) == pytest.approx(np.mean(each), abs=1e-14)
    assert fit.probability(year, value, -1) == pytest.approx(1 - np.mean(each), abs=1e-14)

    def below(level):
        return np.mean([pooled(TWO, one).probability(year, level, -1) for one in (OWN, WORLD)])

    for share in (0.1, 0.5, 0.9):
        level = brentq(lambda x, share=share: below(x) - share, 1, 900)
        assert fit.quantile([year], [share])[0, 0] == pytest.approx(level, rel=1e-7)


def test_draws_agree_with_the_closed_form_and_one_place_with_many():
    fit = pooled(TWO, BOTH)
    forecast = fit.forecast(2025, np.random.default_rng(1))
    for year, target in ((2021, 48.9), (2025, 60.0)):
        assert forecast.probability(year, target) == pytest.approx(fit.probability(year, target), abs=1e-3)
    assert chances(TWO.years, np.array([TWO.values] * 2), BOTH, 2021, np.array([48.9, 50.0]), 1) == pytest.approx(
        [fit.probability(2021, 48.9), fit.probability(2021, 50.0)]
    )
    each = [pooled(TWO, one).estimates for one in (OWN, WORLD)]
    assert fit.estimates["drift"] == pytest.approx(np.mean([e["drift"] for e in each]))
    assert fit.estimates["shrinkage"] == pytest.approx(np.mean([e["shrinkage"] for e in each]))


def test_the_draws_of_a_pool_are_those_of_its_classes_in_turn():
    walks, alone = pooled(TWO, BOTH).walks, np.random.default_rng(1)
    own, world = (one.paths(3, alone, count) for one, count in zip(walks.members, (5, 4), strict=True))
    found = walks.paths(3, np.random.default_rng(1), 9)
    assert found[::2].tolist() == own.tolist()
    assert found[1::2].tolist() == world.tolist()
    assert walks.paths(3, np.random.default_rng(1), 1).shape == (1, 3)  # fewer than classes


@pytest.mark.parametrize("a0", [1e-3, 0.2, 1.0, 3.0, 40.0])
def test_the_sigma_of_a_draw_is_exact_to_a_part_in_ten_thousand(a0):
    """Sigma is interpolated between exact quantiles: against each draw's own, by another road from the same numbers;
    with two observations the shape is half more than a0. One half, a Cauchy's, is the heaviest that is answered."""
    (member,) = pooled(TWO, a_class("heavy", Component(1.0, 0.086, 200.0, a0, 0.012))).walks.members
    state, u = member.state.of(0), stratified(np.random.default_rng(1), 1 << 14, 5)
    assert state.shape.tolist() == [pytest.approx(a0 + 0.5)]
    sigma = np.sqrt(state.rate[0] / gammaincinv(state.shape[0], u[:, 1]))
    score = np.sqrt(state.left[0, 0, 0]) * ndtri(u[:, 2]) + ndtri(u[:, 4])
    found = (member.paths(1, np.random.default_rng(1), 1 << 14)[:, 0] - state.mean[0, 0]) / score
    seen = np.abs(score) > 0.01
    assert np.abs(found[seen] / sigma[seen] - 1).max() < 1e-4


def test_the_pace_of_a_country_fades_and_its_history_is_read_as_before():
    fading = Fading(towards=0.02, first=0.4, lasting=0.845, spread=0.015)
    still, fades = pooled(TWO, OWN), pooled(TWO, a_class("own", *OWN.components, fading=fading))
    assert fades.estimates == still.estimates
    for ahead in (1, 2, 5, 20):
        left = sum(0.4 * 0.845**k for k in range(ahead))
        plain, moved = (fit.walks.terms(np.array([ahead])) for fit in (still, fades))
        assert moved.location - plain.location == pytest.approx((left - ahead) * (0.086 - 0.02))
        assert moved.scale**2 - plain.scale**2 == pytest.approx((0.015 * ahead) ** 2)
    assert sum(0.4 * 0.845**k for k in range(5)) / 5 == pytest.approx(0.29, abs=0.005)
    draws = fades.forecast(2025, np.random.default_rng(1))
    assert draws.probability(2025, 60.0) == pytest.approx(fades.probability(2025, 60.0), abs=1e-3)


def test_inflation_moves_what_a_pace_fades_to():
    real = a_class("own", Component(1.0, 0.056, 200.0, 3.0, 0.012), fading=Fading(0.021, 0.4, 0.845, 0.0))
    nominal = replace(real, prices="real").expecting(0.03, 0.0)
    one, other = (pooled(TWO, c).walks.terms(np.array([3.0])).location for c in (real.faster(0.03), nominal))
    assert one == pytest.approx(other)
