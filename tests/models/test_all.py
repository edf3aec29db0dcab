import numpy as np
import pytest
from plain import series
from scipy.stats import t as student

from ruralincome.models import MODELS
from ruralincome.models.all import ALONE, fit_all
from ruralincome.models.forecast import Refusal
from ruralincome.models.posterior import Steps
from ruralincome.models.state import damped_trend, local_linear_trend, simulate, theta
from ruralincome.models.walk import drift_walks
from ruralincome.series import InputError

TEN = series(range(2011, 2021), [30, 31, 34, 33, 36, 38, 41, 40, 44, 45])
GAP = series([2008, 2010, *range(2013, 2021)], [30, 31, 34, 33, 36, 38, 41, 40, 44, 45])


def reasons(found):
    return {fit.model: fit.reason for fit in found if isinstance(fit, Refusal)}


def test_the_names_are_those_of_the_models():
    assert ("pooled", *ALONE, "combination") == MODELS


def test_every_model_answers_ten_years_with_positive_draws_that_spread():
    for fit in fit_all(TEN)[1:]:
        forecast = fit.forecast(2025, np.random.default_rng(1), 2048)
        assert (forecast.paths > 0).all()
        widths = [np.diff(np.log(forecast.interval(year)))[0] for year in forecast.years]
        assert widths[0] > 0.01
        assert widths[-1] > widths[0]
        assert 44 < forecast.median(2021) < 50


def test_each_refuses_with_its_reason():
    assert reasons(fit_all(TEN)) == {"pooled": "no_class"}
    assert reasons(fit_all(GAP)) == {"pooled": "no_class", "damped_trend": "gap", "theta": "gap"}
    two = reasons(fit_all(series([2016, 2020], [32.6, 44.9])))
    assert two == dict.fromkeys(MODELS[1:-1], "too_few") | {"pooled": "no_class", "combination": "too_few_models"}
    level = reasons(fit_all(series(range(10), [7.0] * 10)))
    assert level == dict.fromkeys(MODELS[1:-1], "no_variation") | {
        "pooled": "no_class",
        "combination": "too_few_models",
    }


def test_intervals_hold_the_parameters_uncertain():
    # statsmodels' own 80 % interval of the damped trend, its parameters held at their estimates, is narrower.
    from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing

    (fit,) = fit_all(TEN, models=("damped_trend",))
    ours = np.diff(np.log(fit.forecast(2025, np.random.default_rng(1), 4096).interval(2025)))[0]
    plain = ExponentialSmoothing(
        np.log(TEN.values), trend=True, damped_trend=True, initialization_method="concentrated"
    )
    best = max(
        (plain.smooth(np.array([a, a * b, 0.9])) for a in (0.1, 0.5, 0.9) for b in (0.02, 0.5)), key=lambda r: r.llf
    )
    theirs = float(np.diff(best.get_forecast(5).conf_int(alpha=0.2)[-1])[0])
    assert ours > 1.1 * theirs


def test_one_fit_alone_is_no_combination():
    *_, refused = fit_all(TEN, models=("random_walk_with_drift", "combination"))
    assert (refused.reason, refused.facts) == ("too_few_models", {"models": 1, "needed": 2})


def test_a_combination_alone_pools_all_that_use_the_series():
    (pool,) = fit_all(TEN, models=("combination",))
    assert [fit.model for fit in pool.fits] == list(ALONE)
    assert [fit.model for fit in fit_all(TEN, models=("log_trend",))] == ["log_trend"]


def test_combination_pools_in_equal_shares():
    *_, pool = fit_all(TEN, models=("random_walk_with_drift", "log_trend", "combination"))
    forecast = pool.forecast(2022, np.random.default_rng(5), 4096)
    p = np.mean([fit.probability(2022, 49.0) for fit in pool.fits])
    assert forecast.probability(2022, 49.0) == pytest.approx(p, abs=0.02)


def test_same_seed_same_draws():
    for fit in fit_all(TEN)[1:]:
        first, second = (fit.forecast(2023, np.random.default_rng(9), 256).paths for _ in range(2))
        assert np.array_equal(first, second)


@pytest.mark.parametrize("model", [damped_trend, theta, local_linear_trend], ids=lambda m: m.__name__)
def test_futures_drawn_together_spread_as_statsmodels_says_each_does(model):
    result = model(TEN).results[-1]
    futures = simulate(result, 5, 1 << 17, np.random.default_rng(2))
    assert futures.std(axis=0) == pytest.approx(result.get_forecast(5).se_mean, rel=0.01)
    single = np.asarray(result.simulate(5, repetitions=2000, anchor="end", rng=np.random.default_rng(3)))
    paths = single.reshape(5, 2000)
    assert np.corrcoef(futures.T) == pytest.approx(np.corrcoef(paths), abs=0.08)


FALLING = series(range(2009, 2021), [100 - 8 * i + 0.5 * (i % 2) for i in range(12)])


def test_a_line_that_sinks_below_zero_is_refused_for_the_year_asked():
    fits = {fit.model: fit for fit in fit_all(FALLING, year=2025)}
    assert fits["linear_trend"] == Refusal("linear_trend", "below_zero", {"year": 2025})
    paths = fits["combination"].forecast(2025, np.random.default_rng(1), 500).paths
    assert np.isfinite(paths).all()
    near = {fit.model: fit for fit in fit_all(FALLING, year=2021)}["linear_trend"]
    assert near.quantile([2021], [0.5])[0, 0] == pytest.approx(4, abs=1)
    with pytest.raises(InputError, match=r"linear_trend: 1.*% of 2025 lies below zero; state an earlier year"):
        near.quantile([2021, 2025], [0.5])


@pytest.mark.parametrize("name", list(ALONE))
def test_a_series_in_another_unit_has_the_same_forecast(name):
    rough = series(range(2010, 2020), [1.0, 1.3, 1.1, 1.5, 1.4, 1.9, 1.7, 1.6, 2.1, 1.8])
    other = series(rough.years, [1e6 * value for value in rough.values])
    one, two = (ALONE[name](s).forecast(2023, np.random.default_rng(5), 2000).paths for s in (rough, other))
    assert np.median(two, axis=0) / 1e6 == pytest.approx(np.median(one, axis=0), rel=1e-6)
    assert np.quantile(two, 0.9, axis=0) / 1e6 == pytest.approx(np.quantile(one, 0.9, axis=0), rel=1e-6)


def test_what_no_level_can_be_is_refused():
    with pytest.raises(InputError, match=r"value 1e\+300 in 2011 is no level of anything"):
        series([2010, 2011], [1.0, 1e300])
    for q in ([], [0.0], [2.0], [float("nan")]):
        with pytest.raises(InputError, match="must be probabilities between 0 and 1"):
            ALONE["log_trend"](TEN).quantile([2100], q)


def test_thetas_median_rises_by_half_the_slope_of_the_line_every_year():
    half = np.polyfit(TEN.years, np.log(TEN.values), 1)[0] / 2
    logs = np.log(np.median(theta(TEN).forecast(2026, np.random.default_rng(4), 20_000).paths, axis=0))
    assert logs - logs[0] == pytest.approx(half * np.arange(6), abs=0.004)


def test_thetas_weight_of_the_last_figure_is_at_most_one_and_its_line_takes_two_degrees():
    """Of a slow wave the last figure is the best guess, and more than all of it would be better still."""
    fit = theta(series(range(2001, 2021), 100 * np.exp(0.2 * np.sin(np.arange(20) / 3))))
    assert 0.9 < fit.estimates["level_weight"] <= 0.99
    assert fit.degrees == 18


def test_a_place_whose_surveys_err_is_refused_and_not_one_beside_it_that_states_no_error():
    z, count = np.array([0.03, 0.09, 0.03, 0.09]), np.array([2, 2])
    errors = np.array([0.0, 0.0, 0.0, 0.02, 0.02, 0.02])
    walks = drift_walks(Steps(z, np.ones(4, np.int64), count, errors=errors), np.ones(2))
    assert walks.refused.tolist() == ["", "survey_errors"]


def test_a_damped_trend_takes_three_degrees_so_that_five_years_leave_two():
    """A hundredth of the draws of the next year lies below, and one above, what a mixture of t(2) says does."""
    fit = damped_trend(series(range(2016, 2021), [30, 31, 34, 33, 36]))
    ahead = [(float(r.forecast(1)[0]), float(r.get_forecast(1).se_mean[0])) for r in fit.results]
    draws = np.log(fit.forecast(2021, np.random.default_rng(3), 1 << 15).paths[:, 0] / 36)
    below = sum(share * student(2, *law).cdf(draws) for share, law in zip(fit.shares, ahead, strict=True))
    assert [(below < 0.01).mean(), (below > 0.99).mean()] == pytest.approx([0.01, 0.01], abs=0.003)
