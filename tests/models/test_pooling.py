from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain import series
from scipy.stats import t as student

from ruralincome.models.all import fit_all
from ruralincome.models.forecast import Refusal
from ruralincome.models.walk import STILL, pooled, random_walk_with_drift
from ruralincome.reference.reference import Component, ReferenceClass
from ruralincome.series import InputError, Series, Text

# (years, values, h, target, P): the normal-inverse-gamma closed form under the prior below, checked by
# importance sampling with 4 million draws (the last) and by simulation with 2 million.
PRIOR = Component(1.0, m0=0.07, k0=2.0, a0=3.0, b0=0.0012)
KNOWN = [
    ([2020], [44.9], 1, 48.9, 0.2771105311808186),
    ([2020], [44.9], 5, 65.0, 0.40973662588440685),
    ([2019, 2020], [41.2, 44.9], 1, 48.9, 0.33240040933178366),
    ([2016, 2017, 2018, 2019, 2020], [32.6, 35.4, 38.0, 41.2, 44.9], 5, 65.0, 0.6048567979725137),
    ([2016, 2020], [32.6, 44.9], 1, 48.9, 0.34319233110715275),
]


def reference(*components, **more):
    return ReferenceClass("test", Text("thử", "test"), "income", "nominal", 2000, 2010, 5, 50, components, **more)


@pytest.mark.parametrize(("years", "values", "h", "target", "p"), KNOWN)
def test_closed_form_with_gaps(years, values, h, target, p):
    fit = pooled(series(years, values), reference(PRIOR))
    assert fit.probability(years[-1] + h, target) == pytest.approx(p, abs=1e-12)
    assert fit.probability(years[-1] + h, target, -1) == pytest.approx(1 - p, abs=1e-12)


def test_shrinkage_is_span_over_span_and_prior_years():
    assert pooled(series([2016, 2020], [32.6, 44.9]), reference(PRIOR)).estimates["shrinkage"] == pytest.approx(4 / 6)
    halves = reference(replace(PRIOR, weight=0.4), replace(PRIOR, weight=0.6))  # the same class, said in two parts
    assert pooled(series([2016, 2020], [32.6, 44.9]), halves).estimates["shrinkage"] == pytest.approx(4 / 6)


def test_two_observations_pooled_answers_and_the_rest_refuse():
    two = series([2016, 2020], [32.6, 44.9])
    lead, *others = fit_all(two, reference(PRIOR))
    assert lead.model == "pooled"
    for other in others:
        assert isinstance(other, Refusal)
        assert other.reason in ("too_few", "too_few_models")
        assert other.facts["needed"] >= 2


def test_drift_is_the_textbook_t():
    fit = random_walk_with_drift(series([2016, 2017, 2018, 2019, 2020], [32.6, 35.4, 38.0, 41.2, 44.9]))
    assert fit.probability(2021, 47.145) == pytest.approx(0.9885433630180609, abs=1e-12)


def test_draws_agree_with_the_closed_form():
    mixed = reference(replace(PRIOR, damping=0.9), FADING, widths=((1, 1.2),), centre=-0.1)
    fit = pooled(series([2016, 2020], [32.6, 44.9]), mixed)
    forecast = fit.forecast(2025, np.random.default_rng(1))
    for year, target in ((2021, 48.9), (2023, 60.0), (2025, 40.0), (2025, 90.0)):
        assert forecast.probability(year, target) == pytest.approx(fit.probability(year, target), abs=1e-3)


def test_many_quantiles_at_once_rise_and_agree_with_each_alone():
    prior = Component(1.0, m0=0.07339, k0=214.5, a0=33.25, b0=0.2023)  # sure enough for steps that round to nothing
    fit = pooled(series([2016, 2020], [32.6, 44.9]), reference(prior))
    shares = np.linspace(0.0001, 0.9999, 769)
    together = fit.quantile([2024, 2030], shares)
    assert (np.diff(together, axis=1) > 0).all()
    assert together[1, ::96] == pytest.approx([fit.quantile([2030], [q])[0, 0] for q in shares[::96]], rel=1e-9)


def test_a_centre_moves_a_student_t_by_so_many_of_its_scales():
    two = series([2016, 2020], [32.6, 44.9])
    plain, moved = (pooled(two, reference(PRIOR, widths=((1, 1.2),), centre=centre)) for centre in (0.0, -0.2))
    # 7 degrees of freedom: one change on twice a0
    low, middle, high = np.log(plain.quantile([2022], [student.cdf(x, 7) for x in (-0.2, 0.0, 1.3)])[0])
    assert np.log(moved.quantile([2022], [student.cdf(x, 7) for x in (0.0, 0.2, 1.5)])[0]) == pytest.approx(
        [low, middle, high], abs=1e-9
    )
    assert moved.probability(2022, np.exp(low)) == pytest.approx(0.5, abs=1e-9)


STEPS = st.lists(st.tuples(st.integers(1, 5), st.floats(-0.3, 0.5)), min_size=1, max_size=12).filter(
    lambda steps: len(steps) < STILL or any(abs(change) > 1e-9 for _, change in steps)
)  # what never moved is refused
FADING = Component(0.5, 0.02, 4.0, 2.0, 0.01, damping=0.9, kappa=1.0, phi=0.6, nu=0.3, lam=0.7)
MIXED = (PRIOR, FADING, Component(0.2, 0.0, 9.0, 1.5, 0.05))


def a_series(steps, unit=1.0):
    years, values = [2000], [unit]
    for gap, change in steps:
        years.append(years[-1] + gap)
        values.append(values[-1] * np.exp(change))
    return series(years, values)


@given(STEPS, st.sampled_from([1e-9, 0.01, 1e12]))
def test_scaling_the_values_scales_the_forecast(steps, unit):
    c = reference(*MIXED, widths=((1, 0.8), (4, 1.0)))
    plain, scaled = pooled(a_series(steps), c), pooled(a_series(steps, unit), c)
    years, q = [plain.series.origin + h for h in (1, 3)], [0.1, 0.5, 0.9]
    assert scaled.quantile(years, q) == pytest.approx(unit * plain.quantile(years, q), rel=1e-6)


@given(STEPS)
def test_a_longer_horizon_never_narrows_an_interval(steps):
    fit = pooled(a_series(steps), reference(*(replace(c, damping=0.8) for c in (MIXED[0], MIXED[2]))))
    logs = np.log(fit.quantile([fit.series.origin + h for h in range(1, 11)], [0.1, 0.25, 0.75, 0.9]))
    for width in (logs[:, 3] - logs[:, 0], logs[:, 2] - logs[:, 1]):
        assert (np.diff(width) > -1e-9).all()
        assert width[0] > 1e-4


@given(STEPS, st.floats(0.2, 5), st.floats(1.001, 2))
def test_the_lower_the_target_the_higher_its_probability(steps, target, more):
    fit = pooled(a_series(steps), reference(*MIXED))
    target, year = target * fit.series.last, fit.series.origin + 2
    assert fit.probability(year, target) >= fit.probability(year, target * more)
    assert 0 <= fit.probability(year, target) <= 1


@pytest.mark.parametrize(
    "awkward",
    [
        series([2020], [44.9]),
        series(range(2009, 2021), [7.0] * 11 + [7.1]),
        series(range(1821, 2021), np.exp(np.arange(200) * 0.02 + 0.01 * np.sin(np.arange(200)))),
        series([2019, 2020], [1e-9, 1.1e-9]),
        series([2019, 2020], [1e12, 1e11]),
    ],
)
def test_awkward_series_get_a_finite_interval_of_some_width(awkward):
    fit = pooled(awkward, reference(*MIXED))
    levels = fit.quantile([2021, 2025], [0.001, 0.1, 0.5, 0.9, 0.999])
    assert np.isfinite(levels).all()
    assert (np.diff(levels, axis=1) > 1e-4 * awkward.last).all()
    assert np.isfinite(fit.forecast(2025, np.random.default_rng(1), 512).paths).all()


def test_a_wandering_drift_widens_the_future_and_draws_follow():
    steady = pooled(a_series([(1, 0.05)] * 8), reference(PRIOR))
    wander = pooled(a_series([(1, 0.05)] * 8), reference(Component(1.0, 0.07, 2.0, 3.0, 0.0012, wander=0.2)))
    year = steady.series.origin + 5
    spread = [float(np.diff(np.log(f.quantile([year], [0.1, 0.9])[0]))[0]) for f in (steady, wander)]
    assert spread[1] > spread[0]
    forecast = wander.forecast(year, np.random.default_rng(1))
    goal = wander.quantile([year], [0.7])[0, 0]
    assert forecast.probability(year, goal) == pytest.approx(0.3, abs=1e-3)


@pytest.mark.parametrize("year", [2019, 2020])
def test_a_year_that_is_past_is_refused(year):
    with pytest.raises(InputError, match="not after 2020"):
        pooled(series([2016, 2020], [32.6, 44.9]), reference(PRIOR)).probability(year, 40.0)


def test_a_target_below_zero_is_refused():
    with pytest.raises(InputError, match="not positive"):
        pooled(series([2016, 2020], [32.6, 44.9]), reference(PRIOR)).probability(2021, -1.0)


def test_a_real_series_does_not_take_a_nominal_class():
    real = Series("real", (2016, 2020), (32.6, 44.9), prices="real")
    assert pooled(real, reference(PRIOR)) == Refusal("pooled", "prices")


@pytest.mark.parametrize(("values", "refused"), [([31.5] * 11, True), ([31.5] * 5, True), ([31.5] * 4, False)])
def test_the_class_alone_does_not_answer_for_what_never_moved(values, refused):
    found = pooled(series(range(2010, 2010 + len(values)), values), reference(PRIOR))
    assert isinstance(found, Refusal) is refused
    if isinstance(found, Refusal):
        assert (found.reason, found.facts) == ("never_moved", {"observations": len(values)})
    moved = pooled(series(range(2010, 2021), [31.5] * 10 + [31.6]), reference(PRIOR))
    assert not isinstance(moved, Refusal)
