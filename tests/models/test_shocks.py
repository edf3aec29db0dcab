"""What a few steps say of rho, on panels whose rho is known."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import f, f_oneway, norm

from ruralincome.models.recipe import RHOS, rhos


def panel(rho, steps, places=60, seed=1, gap=1):
    rng, years = np.random.default_rng(seed), np.arange(2000, 2000 + gap * (steps + 1), gap)
    common = np.sqrt(rho) * rng.standard_normal(steps)
    own = np.sqrt(1 - rho) * rng.standard_normal((places, steps))
    logs = np.cumsum(0.05 * gap + 0.05 * np.sqrt(gap) * (common + own), axis=1)
    return {f"p{i}": (years, np.exp([0, *row])) for i, row in enumerate(logs)}


@pytest.mark.parametrize("rho", [0.1, 0.4, 0.8])
@pytest.mark.parametrize("gap", [1, 2])
def test_many_steps_tell_rho(rho, gap):
    found = [np.median(rhos([panel(rho, 200, seed=s, gap=gap)])) for s in range(5)]
    assert np.mean(found) == pytest.approx(rho, abs=0.06)


def test_without_several_steps_the_prior_stands():
    nodes = (np.arange(RHOS) + 0.5) / RHOS
    assert rhos([panel(0.3, 1)]) == pytest.approx(expit(0.7 + 0.9 * norm.ppf(nodes)), abs=2e-3)


def test_few_steps_leave_it_wide_and_rising():
    few, many = rhos([panel(0.05, 3)]), rhos([panel(0.05, 100)])
    assert few == tuple(sorted(few))
    assert few[-1] - few[0] > 4 * (many[-1] - many[0])
    assert few[-1] > 0.5  # three steps that look independent do not make places so


def test_two_steps_tell_of_rho_what_their_f_says():
    """The prior times the density of F / (1 + N rho / (1 - rho)), F of an analysis of variance less places' means."""
    places = panel(0.9, 2, places=12)
    changes = np.array([np.diff(np.log(values)) for _, values in places.values()])
    groups = (changes - changes.mean(axis=1, keepdims=True)).T
    anova = f_oneway(*groups).statistic / 2  # half the degrees of freedom are gone with the places' means
    logit = np.linspace(-4, 8, 4801)
    ratio = 1 + 12 * np.exp(logit)
    share = norm.pdf(logit, 0.7, 0.9) * f.pdf(anova / ratio, 1, 11) / ratio
    known = expit(np.interp((np.arange(RHOS) + 0.5) / RHOS, np.cumsum(share) / share.sum(), logit))
    assert rhos([places]) == pytest.approx(known, abs=2e-3)
    assert known[8] > expit(0.7) + 0.02
