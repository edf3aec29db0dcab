import numpy as np
import pytest

from ruralincome.models import Refusal, fit_all, pooled, random_walk_with_drift
from ruralincome.reference import Component, ReferenceClass
from ruralincome.series import Text, series

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


@pytest.mark.parametrize("noise", [0.0, 0.4])
def test_draws_agree_with_the_closed_form(noise):
    mixed = reference(PRIOR, Component(0.5, 0.02, 4.0, 2.0, 0.01, noise), damping=0.9, widths=((1, 1.2),))
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
