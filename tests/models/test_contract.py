"""What every model must keep: one that stands in ALONE is tested here, and the one of CONTRIBUTING.md is added."""

import copy
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
from plain import series

from ruralincome.models import MODELS
from ruralincome.models.all import ALONE, combination, fit_all
from ruralincome.models.forecast import ClosedForm, Fit, Refusal
from ruralincome.models.walk import pooled
from ruralincome.reference.vintages import read_class
from ruralincome.report.words.words import LANGUAGES, catalogue
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]
TEN = series(range(2011, 2021), [30, 31, 34, 33, 36, 38, 41, 40, 44, 45])
SHARES = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]


def described():
    """The model that CONTRIBUTING.md writes, as a reader would put it in a file."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    code = re.search(r"## A model\n.*?```python\n(.*?)```", text, re.DOTALL)[1]
    head = (
        "from collections.abc import Mapping, Sequence\nfrom dataclasses import dataclass\nimport numpy as np\n"
        "from scipy.special import ndtr, ndtri\nfrom ruralincome.models.forecast import *\n"
        "from ruralincome.models.quantiles import *\n"
        "from ruralincome.models.forecast import DRAWS, Forecast, Refusal\nfrom ruralincome.series import Series\n"
    )
    names = {"__name__": "described"}
    exec(head + code, names)
    return names["median_pace"]


def lead(s):
    return pooled(s, read_class("vietnam-provinces", 2020))


def together(s):
    return combination(s, [model(s) for model in ALONE.values()])


FITTED = {"pooled": lead, **ALONE, "combination": together, "median_pace": described()}
every = pytest.mark.parametrize("model", FITTED.values(), ids=FITTED)


def view(fit, year=2024):
    """What answers quantiles and probabilities: the closed form, or draws where there is none."""
    return fit if isinstance(fit, ClosedForm) else fit.forecast(year, np.random.default_rng(3), 4096)


def test_the_suite_runs_over_every_model():
    assert ("pooled", *ALONE, "combination") == MODELS
    assert set(MODELS) <= set(FITTED)


@every
def test_a_fit_says_who_it_is_and_what_it_found(model):
    fit = model(TEN)
    assert isinstance(fit, Fit)
    assert (FITTED[fit.model], fit.series) == (model, TEN)
    assert fit.estimates
    assert all(isinstance(name, str) and np.isfinite(value) for name, value in fit.estimates.items())
    assert dict(model(TEN).estimates) == dict(fit.estimates)


@every
def test_quantiles_rise_with_the_probability_and_spread_with_the_years(model):
    levels = view(model(TEN)).quantile([2021, 2024], SHARES)
    assert levels.shape == (2, len(SHARES))
    assert (levels > 0).all()
    assert np.isfinite(levels).all()
    assert (np.diff(levels, axis=1) > 0).all()
    assert np.log(levels[1, -2] / levels[1, 1]) > np.log(levels[0, -2] / levels[0, 1])


@every
@pytest.mark.parametrize("year", [2021, 2024])
def test_a_probability_is_what_the_quantile_says(model, year):
    found = view(model(TEN))
    for share, level in zip(SHARES, found.quantile([year], SHARES)[0], strict=True):
        assert found.probability(year, level) == pytest.approx(1 - share, abs=1e-3)
        assert found.probability(year, level, -1) == pytest.approx(share, abs=1e-3)


@every
def test_draws_agree_with_the_closed_form_and_are_those_of_the_seed(model):
    fit = model(TEN)
    drawn, again = (fit.forecast(2024, np.random.default_rng(7), 4096) for _ in range(2))
    assert np.array_equal(drawn.paths, again.paths)
    assert (drawn.paths > 0).all()
    found = view(fit)
    for year in (2021, 2024):
        for share, level in zip(SHARES, found.quantile([year], SHARES)[0], strict=True):
            error = 4 * np.sqrt(share * (1 - share) / 4096)
            assert drawn.probability(year, level, -1) == pytest.approx(share, abs=error + 2e-3)


@every
@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_another_unit_is_the_same_forecast(model, unit):
    plain, other = (model(series(TEN.years, [u * v for v in TEN.values])) for u in (1.0, unit))
    one, two = (view(fit).quantile([2022, 2024], SHARES) for fit in (plain, other))
    assert two == pytest.approx(unit * one, rel=1e-5)


@every
def test_too_few_and_too_even_histories_are_refused_with_words(model):
    for short in (series([2020], [44.9]), series(range(2011, 2021), 30 * 1.05 ** np.arange(10))):
        fit = model(short)
        if not isinstance(fit, Refusal):  # who knows comparable places, or fits levels, needs no more
            assert np.isfinite(view(fit).quantile([2021], SHARES)).all()
            continue
        for language in LANGUAGES:
            words = catalogue(language)[f"refusal.{fit.reason}"]
            assert set(re.findall(r"{(\w+)}", words)) <= set(fit.facts)


@every
def test_of_too_few_observations_it_says_how_many_are_enough(model):
    fits = {n: model(series(TEN.years[:n], TEN.values[:n])) for n in range(1, 8)}
    few = {n: fit.facts for n, fit in fits.items() if isinstance(fit, Refusal) and fit.reason == "too_few"}
    assert {(facts["observations"], facts["needed"]) for facts in few.values()} == {(n, len(few) + 1) for n in few}
    assert [*few] == [*range(1, len(few) + 1)]


@every
def test_what_cannot_be_asked_is_a_fault_with_a_code(model):
    fit = model(TEN)
    with pytest.raises(InputError) as fault:
        fit.forecast(2020, np.random.default_rng(1))
    assert fault.value.code == "models.not_ahead"
    assert fault.value.facts == {"year": 2020, "origin": 2020}
    if isinstance(fit, ClosedForm):
        for code, ask in {
            "models.not_ahead": lambda: fit.quantile([2021, 2019], SHARES),
            "models.not_positive": lambda: fit.probability(2021, -1.0),
            "models.shares": lambda: fit.quantile([2021], [0.5, 1.0]),
        }.items():
            with pytest.raises(InputError) as fault:
                ask()
            assert fault.value.code == code


def test_a_model_that_is_registered_is_fitted_and_combined(monkeypatch):
    monkeypatch.setitem(ALONE, "median_pace", FITTED["median_pace"])
    mine, _, both = fit_all(TEN, models=("median_pace", "log_trend", "combination"))
    assert mine.estimates["pace"] == pytest.approx(np.log(TEN.values[-1] / TEN.values[0]) / 9, abs=0.03)
    assert [fit.model for fit in both.fits] == ["median_pace", "log_trend"]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda fit: pickle.loads(pickle.dumps(fit))])
def test_a_fit_that_is_copied_or_sent_to_a_worker_forecasts_the_same(copied):
    for fit in (lead(TEN), *(each for each in fit_all(TEN) if not isinstance(each, Refusal))):
        one, two = (each.forecast(2023, np.random.default_rng(3), 64).paths for each in (fit, copied(fit)))
        assert two.tolist() == one.tolist()
        assert copied(fit).estimates == fit.estimates
