"""The recipe's estimates by another road: plain arithmetic over a panel with holes, and scipy's distributions."""

from dataclasses import replace
from itertools import chain, combinations, pairwise
from math import log, sqrt
from statistics import fmean

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

from ruralincome.models import recipe
from ruralincome.models.forecast import CENTRAL
from ruralincome.models.posterior import columns
from ruralincome.models.prior import Windows, ahead_of, fit_components
from ruralincome.models.walk import Students
from ruralincome.reference.component import Component
from ruralincome.series import InputError

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
        for (t, v), (u, w) in pairwise(zip(years, values, strict=True)):
            found.setdefault((t, u - t), []).append((log(w / v) - own * (u - t)) / sqrt(u - t))
    return found


def test_the_correlation_within_a_year_of_a_ragged_panel():
    shared = [r for r in deviations().values() if len(r) > 1]
    assert sorted(map(len, shared)) == [2, 2, 3]
    pairs = fmean(fmean(x * y for x, y in combinations(r, 2)) for r in shared)
    assert 0 < pairs < fmean(fmean(x * x for x in r) for r in shared)
    assert recipe.same_year_correlation(PANEL) == pytest.approx(pairs / fmean(fmean(x * x for x in r) for r in shared))
    assert recipe.same_year_correlation({"alone": PANEL["alone"]}) == 0


def test_a_ragged_panel_says_of_rho_what_its_analysis_of_variance_does():
    """Steps that 2, 3 and 2 places took, the last of two years: then the mean of all deviations is not nought."""
    shared = [r for r in deviations().values() if len(r) > 1]
    places, count = fmean(map(len, shared)), sum(map(len, shared))
    assert abs(fmean(chain(*shared))) > 0.001
    free = (len(shared) - 1) * (places - 1)  # what is left of count - 3, as places' own means were taken out
    anova = stats.f_oneway(*shared).statistic * free / (count - len(shared))
    logits = np.linspace(-4, 8, 4801)
    ratio = 1 + places * np.exp(logits)
    share = stats.norm.pdf(logits, *recipe.RHO) * stats.f.pdf(anova / ratio, len(shared) - 1, free) / ratio
    nodes = (np.arange(recipe.RHOS) + 0.5) / recipe.RHOS
    known = expit(np.interp(nodes, np.cumsum(share) / share.sum(), logits))
    assert recipe.rhos([PANEL]) == pytest.approx(known, abs=5e-4)


@pytest.mark.parametrize("centre", [0.0, -0.4])
def test_coverage_counts_what_came_inside_the_interval_of_each_history(centre):
    prior = Component(1.0, 0.06, 6.0, 4.0, 0.006)
    rng = np.random.default_rng(5)
    places = {str(i): (np.arange(2000, 2012), np.exp(np.cumsum(0.1 * rng.standard_normal(12)))) for i in range(8)}
    found = [w for w in recipe.windows([places], 20.0) if w.spacing == (1,)]
    inside, total = np.zeros(3), 0.0
    for w in found:
        _, location, scale, df = ahead_of(w, columns((prior,)))
        for i, h in np.argwhere(np.isfinite(w.following)):
            law = stats.t(df[0, h, 0], location[i, h, 0] + centre * 0.7 * scale[i, h, 0], 0.7 * scale[i, h, 0])
            held = [low <= w.following[i, h] <= high for low, high in map(law.interval, CENTRAL)]
            inside += w.weight[i] * np.array(held)
            total += w.weight[i]
    assert 0 < inside[0] < inside[1] < total
    assert recipe.coverage(found, (prior,), 0.7, centre) == pytest.approx(inside / total)


def test_the_chance_of_a_change_is_that_of_the_mixture():
    law = Students(np.array([[0.1, 0.3]]), np.array([[0.2, 0.05]]), np.array([[3.0, 8.0]]), np.array([[0.25, 0.75]]))
    over = 0.25 * stats.t.sf(0.28, 3, 0.1, 0.2) + 0.75 * stats.t.sf(0.28, 8, 0.3, 0.05)
    assert law.beyond(np.array([0.28]), 1) == pytest.approx([over])
    assert law.beyond(np.array([0.28]), -1) == pytest.approx([1 - over])


def test_growth_of_places_by_hand():
    panel = {
        "a": (np.array([2010, 2011, 2013]), np.array([10.0, 11.0, 13.0])),
        "b": (np.array([2010, 2011]), np.array([20.0, 21.0])),
    }
    found = recipe.growth_quantiles([panel])
    assert (found[1][0], found[1][50], found[1][100]) == (0.05, 0.075, 0.1)
    assert set(found[2]) == {round((13 / 11) ** 0.5 - 1, 5)}
    assert set(found[3]) == {round(1.3 ** (1 / 3) - 1, 5)}


def simulated(places=400, years=14, m0=0.06, k0=6.0, a0=4.0, b0=0.006, rho=0.3, seed=4):
    """A panel whose growth is the model's own, the shocks of a year correlated by rho."""
    rng = np.random.default_rng(seed)
    sigma = np.sqrt(b0 / rng.gamma(a0, size=places))
    mu = m0 + sigma * rng.standard_normal(places) / np.sqrt(k0)
    shock = np.sqrt(rho) * rng.standard_normal(years) + np.sqrt(1 - rho) * rng.standard_normal((places, years))
    logs = np.cumsum(mu[:, None] + sigma[:, None] * shock, axis=1)
    return {f"p{i:03}": (np.arange(2000, 2000 + years), np.exp(row)) for i, row in enumerate(logs)}


@pytest.mark.slow
def test_the_recipe_recovers_what_a_simulated_panel_was_made_with():
    panel = simulated(rho=0.0)
    (found,) = fit_components(recipe.windows([panel], 1e6), 1)
    assert found.m0 == pytest.approx(0.06, abs=0.004)
    assert found.k0 == pytest.approx(6.0, rel=0.35)
    assert found.a0 == pytest.approx(4.0, rel=0.35)
    assert found.b0 / found.a0 == pytest.approx(0.006 / 4, rel=0.15)


@pytest.mark.slow
def test_a_class_of_surveys_is_fitted_net_of_their_errors():
    """What was drawn: shocks of 3 % a year, errors of 4 % of each figure, a tenth of the places without."""
    true = simulated(100, 10, m0=0.06, k0=6.0, a0=50.0, b0=50 * 0.03**2, rho=0.3, seed=6)
    rng, errors, panel = np.random.default_rng(8), {}, {}
    for i, (name, (years, values)) in enumerate(true.items()):
        error = np.zeros(len(years)) if i % 10 == 0 else np.full(len(years), 0.04)
        panel[name] = (years, values * np.exp(error * rng.standard_normal(len(years))))
        if error.any():
            errors[name] = dict(zip(years.tolist(), error.tolist(), strict=True))
    (net,) = fit_components(recipe.windows([panel], 1e6, errors=[errors]), 1)
    (gross,) = fit_components(recipe.windows([panel], 1e6), 1)
    assert sqrt(net.b0 / net.a0) == pytest.approx(0.03, rel=0.15)
    assert (sqrt(gross.b0 / gross.a0) > 1.5 * 0.03, gross.k0 > 10 * net.k0) == (True, True)
    share = recipe.survey_share(panel, errors)
    assert share == pytest.approx(0.9 * 2 * 0.04**2 / (0.03**2 + 0.9 * 2 * 0.04**2), rel=0.15)
    assert recipe.same_year_correlation(panel, share) == pytest.approx(recipe.same_year_correlation(true), abs=0.1)
    assert recipe.same_year_correlation(panel) < 0.6 * recipe.same_year_correlation(true)
    assert np.median(recipe.rhos([panel], [share])) > 1.5 * np.median(recipe.rhos([panel]))


def test_what_is_foreseen_of_a_survey_is_what_the_walk_says_widened_by_the_error_ahead():
    """By hand: one step z with errors e0, e1 of the logarithms; V = 1 + 1/k0 + (e0^2 + e1^2) / typical s2."""
    k0, a0, b0, e0, e1, e2 = 6.0, 4.0, 0.006, 0.03, 0.02, 0.05
    w = Windows((1,), np.array([[0.1]]), np.array([[0.07]]), np.array([1.0]), np.array([[e0, e1, e2]]))
    _, location, scale, df = ahead_of(w, columns((Component(1.0, 0.06, k0, a0, b0),)))
    typical = b0 / (a0 - 1 / 3)
    V = 1 + 1 / k0 + (e0**2 + e1**2) / typical
    with_mu, with_error = 1 / k0, e1**2 / typical
    gain = (with_mu - with_error) / V  # what the step says of growth less what it says of the figure's error
    rate = b0 + (0.1 - 0.06) ** 2 / V / 2
    room = 1 + 1 / k0 + e1**2 / typical - (with_mu - with_error) ** 2 / V
    assert location[0, 0, 0] == pytest.approx(0.06 + gain * 0.04)
    assert scale[0, 0, 0] == pytest.approx(sqrt(rate / (a0 + 0.5) * room + e2**2))
    assert df[0, 0, 0] == 2 * a0 + 1


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.7])
def test_rho_is_recovered_from_many_years(rho):
    assert recipe.same_year_correlation(simulated(60, 200, rho=rho)) == pytest.approx(rho, abs=0.08)


def test_the_standard_error_counts_years_not_places():
    few, many = simulated(20, 30, k0=1e6, rho=1.0), simulated(400, 30, k0=1e6, rho=1.0)
    assert recipe.mean_error(many) == pytest.approx(recipe.mean_error(few), rel=0.4)
    assert recipe.mean_error(simulated(400, 30, k0=1e6, rho=0.0)) < recipe.mean_error(many) / 5


def widths(prior, most=1.0):
    """Factors that a class of this prior is given on places that grew as `simulated` says."""
    return dict(recipe.fit_widths([(recipe.windows([simulated(rho=0.0)], 1e6), (prior,))], most))


def test_widths_of_the_right_class_are_one():
    assert all(abs(factor - 1) < 0.12 for factor in widths(Component(1.0, 0.06, 6.0, 4.0, 0.006), 1.5).values())
    assert widths(Component(1.0, 0.06, 6.0, 4.0, 0.006 * 2))[1] == pytest.approx(0.5**0.5, abs=0.08)
    narrow = Component(1.0, 0.06, 6.0, 4.0, 0.006 / 2)
    assert widths(narrow, 1.5)[1] == pytest.approx(2**0.5, abs=0.16)
    assert widths(narrow)[1] == 1.0


def test_the_centre_puts_half_of_what_came_on_either_side():
    """All that came is moved down by two fifths of a standard deviation, whatever the year ahead."""
    prior = Component(1.0, 0.0, 1e9, 300.0, 300 * 0.05**2)  # known to be normal, of mean 0 and 0.05 a year
    rng = np.random.default_rng(2)
    panel = {f"p{i}": (np.arange(14), np.exp(np.cumsum(rng.normal(0.0, 0.05, 14)))) for i in range(400)}
    only = np.array([1.0, *[np.nan] * 4])
    found = [replace(w, following=(w.following - 0.02) * only) for w in recipe.windows([panel], 1e6)]
    assert recipe.fit_centre([(found, (prior,))]) == pytest.approx(-0.4, abs=0.05)
    shares = recipe.coverage(found, (prior,), 1.0, -0.4)
    assert shares == pytest.approx([0.5, 0.8, 0.95], abs=0.02)


def test_crossed_windows_are_held_against_priors_that_have_not_seen_them():
    panel, seen = simulated(60, 9), []

    def fit(found):
        seen.append(sum(len(w.weight) for w in found))
        return (Component(1.0, 0.06, 6.0, 4.0, 0.006),)

    pairs = recipe.cross_fitted([panel], 1e6, fit)
    whole = sum(len(w.weight) for w in recipe.windows([panel], 1e6))
    held = [sum(len(w.weight) for w in found) for found, _ in pairs]
    assert sum(held) == whole
    assert [a + b for a, b in zip(held, seen, strict=True)] == [whole] * recipe.FOLDS
    with pytest.raises(InputError, match="add longer series"):
        recipe.cross_fitted([{"one": panel["p001"]}], 1e6, fit)


def test_places_that_share_no_step_have_no_share_of_surveys():
    alone = {"a": (np.array([2000, 2001]), np.array([1.0, 1.1])), "b": (np.array([2005, 2006]), np.array([1.0, 1.2]))}
    assert recipe.survey_share(alone, {name: {int(t[0]): 0.02, int(t[1]): 0.02} for name, (t, _) in alone.items()}) == 0


def test_the_standard_error_of_steps_of_several_years_by_hand():
    logs = {"a": [0.0, 0.10, 0.16, 0.50], "b": [1.0, 1.02, 1.12, 1.30]}
    panel = {name: (np.array([2000, 2001, 2002, 2006]), np.exp(row)) for name, row in logs.items()}
    steps = [(fmean(row[i + 1] - row[i] for row in logs.values()), d) for i, d in enumerate((1, 1, 4))]
    a_year = sum(z for z, _ in steps) / 6
    variance = sum((z - a_year * d) ** 2 / d for z, d in steps) / 2
    assert recipe.mean_error(panel) == pytest.approx(sqrt(variance / 6))
    two, one = ({name: (t[:n], v[:n]) for name, (t, v) in panel.items()} for n in (3, 2))
    assert recipe.mean_error(two) == pytest.approx(abs(steps[0][0] - steps[1][0]) / 2)  # sqrt(2 (d / 2)^2 / 2 years)
    assert recipe.mean_error(one) == 0


def test_places_that_always_move_alike_have_a_correlation_just_below_one():
    t, v = PANEL["a"]
    assert recipe.same_year_correlation({"a": (t, v), "b": (t, 3 * v)}) == 0.999


@pytest.mark.parametrize(("half_life", "ages"), [(1.0, 6), (5 / np.log2(32.5), 5), (5 / np.log2(31.5), 6)])
def test_a_window_weighs_by_its_age_and_is_left_out_below_a_32nd(half_life, ages):
    """Of the years 1999 to 2011 the windows of one step end in 2000 to 2006: those of 2006 have just passed."""
    panel = {"a": (np.arange(1999, 2012), np.arange(1.0, 14.0))}
    (found,) = (w for w in recipe.windows([panel], half_life) if w.spacing == (1,))
    weight = np.array([0.5 ** (age / half_life) for age in reversed(range(ages))])
    assert found.weight == pytest.approx(weight / weight.sum())
    assert found.changes[-1] == pytest.approx([log(8 / 7)])
    assert found.following[-1] == pytest.approx([log(n / 8) for n in range(9, 14)])


def test_growth_is_taken_over_each_span_up_to_five_years():
    """Two years of 10 %, then none: of n years in a row at most two are those."""
    found = recipe.growth_quantiles([{"a": (np.arange(2010, 2017), np.array([10.0, 11.0, *[12.1] * 5]))}])
    assert {n: (q[0], q[100]) for n, q in found.items()} == {
        n: (0.0, round(1.1 ** (min(n, 2) / n) - 1, 5))
        if n < 5
        else (round(1.1 ** (1 / 5) - 1, 5), round(1.21**0.2 - 1, 5))
        for n in range(1, 6)
    }


def test_a_panel_that_is_sped_up_grows_so_much_faster_and_ends_where_it_did():
    faster = recipe.sped_up(PANEL, 0.03)
    for name, (t, v) in PANEL.items():
        assert faster[name][1][-1] == v[-1]
        assert np.diff(np.log(faster[name][1])) == pytest.approx(np.diff(np.log(v)) + 0.03 * np.diff(t))
    assert recipe.mean_growth(faster, 5.0) == pytest.approx(recipe.mean_growth(PANEL, 5.0) + 0.03)


@pytest.mark.parametrize(
    ("observations", "steps"), [(17, {1: 2, 2: 1, 4: 1, 7: 1, 11: 1}), (16, {1: 2, 2: 1, 4: 1, 7: 1})]
)
def test_twelve_observations_are_the_longest_history_and_five_years_must_follow(observations, steps):
    panel = {"a": (np.arange(2000, 2000 + observations), np.arange(1.0, observations + 1))}
    spacings = [w.spacing for w in recipe.windows([panel], 1e6)]
    assert {n: sum(len(s) == n for s in spacings) for n in map(len, spacings)} == steps
    assert {s for s in spacings if len(s) == 1} == {(1,), (4,)}
    assert all(set(s) == {1} for s in spacings if len(s) > 1)
