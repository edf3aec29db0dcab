"""Counts whose units only enter, and shares with a limit, by other roads."""

from dataclasses import replace
from math import comb

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import beta

from ruralincome.models.forecast import Refusal
from ruralincome.series import InputError, Series, Text
from ruralincome.target.tracker import TargetRow, bounded, entering, track


def test_as_many_years_ahead_is_the_beta_binomial_summed_by_hand():
    # 65 of 93 were in, 60 a year before: 5 entered and 28 stayed out; two more are asked for
    a, b, n = 5.5, 28.5, 28
    below = sum(comb(n, k) * beta(k + a, n - k + b) / beta(a, b) for k in (0, 1))
    assert entering(93, 60, 65, 67, 1, 1) == pytest.approx(1 - below, abs=1e-12)


@pytest.mark.parametrize(("years", "ahead"), [(4, 1), (1, 3), (2, 2)])
def test_other_years_ahead_by_integration(years, ahead):
    a, b, n = 5.5, 28.5, 28

    def chance(q):
        p = 1 - q ** (ahead / years)
        return (1 - sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in (0, 1))) * q ** (b - 1) * (1 - q) ** (a - 1)

    assert entering(93, 60, 65, 67, years, ahead) == pytest.approx(quad(chance, 0, 1)[0] / beta(a, b), abs=1e-5)


def test_what_is_in_stays_and_what_cannot_enter_does_not():
    assert entering(93, 60, 65, 65, 1, 1) == 1
    assert entering(93, 60, 65, 94, 1, 1) == 0
    assert 0 < entering(93, 65, 65, 67, 1, 1) < 0.2
    with pytest.raises(InputError, match="65 and then 60 of 93"):
        entering(93, 65, 60, 67, 1, 1)


def test_a_share_walks_on_its_logit_and_never_passes_its_limit():
    rng = np.random.default_rng(1)
    logit = np.cumsum([0.0, *(0.2 + 0.1 * rng.standard_normal(9))])
    share = Series("s", tuple(range(2010, 2020)), tuple(100 / (1 + np.exp(-logit))), kind="general")
    step = np.diff(logit)
    spread = step.std(ddof=1) * np.sqrt(3 + 3**2 / 9)  # shocks of three years, and the drift's own error
    future = logit[-1] + 3 * step.mean() + spread * rng.standard_t(8, 400_000)
    simulated = np.mean(100 / (1 + np.exp(-future)) >= 90.0)
    assert bounded(share, 2022, 90.0, 100.0) == pytest.approx(simulated, abs=0.003)
    assert bounded(share, 2060, 99.9999, 100.0) < 1
    assert bounded(share, 2022, 90.0, 100.0, -1) == pytest.approx(1 - bounded(share, 2022, 90.0, 100.0))


def test_a_target_of_units_that_enter_is_assessed_from_two_counts_and_refused_from_one():
    stated = {"total": 93.0, "baseline_value": 65.0, "baseline_year": 2020}
    words = Text("xã", "communes")
    one = TargetRow("x", words, words, "communes", 67.0, 2021, **stated)
    assert track(one, 2020).refusal == "one_observation"
    two = track(replace(one, earlier_value=60.0, earlier_year=2019), 2020)
    assert (two.status, two.chance.alone) == ("assessed", True)
    assert two.probability == entering(93, 60, 65, 67, 1, 1)
    left = track(replace(one, earlier_value=70.0, earlier_year=2019), 2020)
    assert left.refusal == "one_observation"  # units left: they do not only enter
    with pytest.raises(InputError, match="earlier"):
        replace(one, earlier_value=60.0)
    with pytest.raises(InputError, match="earlier"):
        replace(one, earlier_value=60.0, earlier_year=2020)


def test_two_shares_are_refused_and_one_beyond_its_limit_is_a_fault():
    assert isinstance(bounded(Series("s", (2018, 2020), (40.0, 60.0)), 2021, 70.0, 100.0), Refusal)
    with pytest.raises(InputError, match="between 0 and 100"):
        bounded(Series("s", (2018, 2019, 2020), (40.0, 60.0, 120.0)), 2021, 70.0, 100.0)


def test_a_share_whose_survey_states_errors_is_refused_as_the_walk_refuses_it():
    """Errors in points are larger than the odds of small shares; none of them makes the odds a fault."""
    share = Series("poor", (2016, 2018, 2020), (3.0, 2.4, 2.0), "percent")
    refused = bounded(replace(share, standard_errors=(0.5, 0.5, 0.4)), 2022, 1.5, 100.0, -1)
    assert (refused.reason, refused.facts) == ("survey_errors", {"observations": 3})
    exact = bounded(replace(share, standard_errors=(0.0, 0.0, 0.0)), 2022, 1.5, 100.0, -1)
    assert exact == bounded(share, 2022, 1.5, 100.0, -1)
