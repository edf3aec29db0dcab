"""assess: the article by hand, refusals, and closed form against draws."""

from dataclasses import replace

import numpy as np
import pytest

from ruralincome.data.package import read_series
from ruralincome.models.all import fit_all
from ruralincome.models.forecast import Forecast, Refusal
from ruralincome.models.walk import pooled
from ruralincome.reference.vintages import read_class
from ruralincome.series import InputError, Series
from ruralincome.target.target import Alternative, Target, assess

ARTICLE = read_series("binh_thuan_rural_income")
TARGET = Target(48.9, 2021)
PROVINCES = read_class("vietnam-provinces", as_of=2020)


@pytest.fixture(scope="module")
def found():
    return assess(ARTICLE, TARGET, fit_all(ARTICLE, PROVINCES), reference=PROVINCES)


def test_the_articles_numbers_by_hand(found):
    assert found.historical_growth == pytest.approx((44.9 / 32.6) ** (1 / 4) - 1, abs=1e-14)
    assert found.required_growth == pytest.approx(48.9 / 44.9 - 1, abs=1e-14)
    assert found.required_growth_from_base == pytest.approx(1.5**0.2 - 1, abs=1e-14)
    assert found.projection == pytest.approx(44.9 * (44.9 / 32.6) ** 0.25, abs=1e-12)
    assert found.shortfall == pytest.approx(48.9 - 44.9 * (44.9 / 32.6) ** 0.25, abs=1e-12)
    assert (found.base_year, found.horizon) == (2016, 1)


def test_the_range_is_over_the_class_in_use_and_those_that_could_have_been_chosen(found):
    refused = Refusal("pooled", "prices")
    for drift in (-0.01, 0.01):
        other = PROVINCES.faster(drift)
        (outlook,) = assess(ARTICLE, TARGET, fit_all(ARTICLE, other, ["pooled"])).outlooks
        beside = replace(found, alternatives=(Alternative(other, outlook), Alternative(other, refused)))
        assert beside.range == tuple(sorted((found.probability, outlook.probability(TARGET))))
        assert replace(found, alternatives=(Alternative(other, outlook, "price_index"),)).range is None
        assert replace(beside, outlooks=(refused,)).range is None  # of one alone


def test_on_two_observations_the_pooled_model_answers_and_the_others_refuse(found):
    lead, *others = found.outlooks
    assert lead.model == "pooled"
    assert all(isinstance(other, Refusal) and other.reason for other in others[:2])
    assert found.probability == lead.probability(TARGET)
    assert 0 < lead.fit.estimates["shrinkage"] < 1


@pytest.mark.parametrize("year", [2021, 2025])
@pytest.mark.parametrize("value", [46.0, 48.9, 52.0])
def test_draws_agree_with_the_closed_form(year, value):
    target, fits = Target(value, year), fit_all(ARTICLE, PROVINCES, ["pooled"])
    exact = assess(ARTICLE, target, fits).probability
    drawn = assess(ARTICLE, target, fits, change=lambda forecast: forecast, seed=5)
    assert isinstance(drawn.lead.view, Forecast)
    assert drawn.probability == pytest.approx(exact, abs=0.001)


@pytest.mark.parametrize("change", [None, lambda forecast: forecast])
def test_an_interval_leaves_as_much_on_either_side_and_a_frame_has_the_years_foreseen(change):
    target = Target(60.0, 2023)
    lead = assess(ARTICLE, target, fit_all(ARTICLE, PROVINCES, ["pooled"]), change=change).lead
    for level in (0.5, 0.9):
        low, high = lead.interval(2023, level)
        outside = lead.probability(Target(low, 2023, direction=-1)), lead.probability(Target(high, 2023))
        assert outside == pytest.approx([(1 - level) / 2] * 2, abs=1e-3)
    assert lead.to_frame()["year"].tolist() == [*range(2021, 2024 if change else 2026)]


def test_a_survey_s_error_leaves_it_open_whether_the_target_has_been_reached():
    """Of one figure alone, exactly known before: normal around it but for the spread that is learnt."""
    told = Series("x", (2016, 2020), (32.6, 44.9), standard_errors=(0.5, 1.5))
    for direction in (1, -1):
        goals = (Target(value, 2021, direction=direction) for value in (42.0, 48.0))
        far, near = [assess(told, goal, [pooled(told, PROVINCES)]).reached for goal in goals][::direction]
        assert (far > 0.9, near < 0.1) == (True, True)
    assert assess(ARTICLE, TARGET, [pooled(ARTICLE, PROVINCES)]).reached is None
    assert assess(told, TARGET, fit_all(told, None)).reached is None


def test_a_change_moves_every_view_and_the_same_seed_gives_the_same_draws():
    def halve(forecast):
        return Forecast(forecast.origin, forecast.last, forecast.paths / 2)

    fits = [pooled(ARTICLE, PROVINCES)]
    one, two = (assess(ARTICLE, TARGET, fits, change=halve, seed=3) for _ in range(2))
    assert one.changed
    assert one.probability == 0
    assert np.array_equal(one.lead.view.paths, two.lead.view.paths)


def test_without_a_class_the_probability_is_refused_and_the_rest_stands():
    found = assess(ARTICLE, TARGET, fit_all(ARTICLE, None))
    assert isinstance(found.lead, Refusal)
    assert found.probability is None
    assert found.likelihood is None
    assert found.required_growth == pytest.approx(0.0890869, abs=1e-6)
    assert {v.rule: v.label for v in found.verdicts}["obr"] == "not_available"


def test_a_frame_is_one_row_of_the_answer_s_numbers_and_missing_where_the_lead_refused(found):
    told, refused = (one.to_frame().iloc[0] for one in (found, assess(ARTICLE, TARGET, fit_all(ARTICLE, None))))
    assert (told["low80"], told["high80"]) == found.lead.interval(2021)
    assert told["low80"] < told["median"] < told["high80"]
    assert (told["probability"], told["likelihood"]) == (found.probability, found.likelihood)
    missing = ["median", "low80", "high80", "probability", "likelihood"]
    assert refused[missing].isna().all()
    assert refused.drop(missing).equals(told.drop(missing))


def test_the_rules_read_as_in_the_worked_case(found):
    labels = {v.rule: v.label for v in found.verdicts}
    assert labels["open_sdg"] == "substantial_progress"
    assert len(labels) >= 10


def test_a_falling_target_is_reached_from_above():
    falling = Series("poverty", (2016, 2020), (10.0, 5.0))
    fits = fit_all(falling, PROVINCES, ["pooled"])
    down, up = (assess(falling, Target(4.5, 2021, direction=d), fits).probability for d in (-1, 1))
    assert down + up == pytest.approx(1)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (lambda: Target(0, 2021), "0 is not a positive"),
        (lambda: Target(float("nan"), 2021), "nan"),
        (lambda: Target(48.9, 2021, direction=2), "direction 2"),
        (lambda: assess(ARTICLE, Target(48.9, 2020), ()), "2020 is not after the last observation"),
        (lambda: assess(ARTICLE, Target(48.9, 2021, base_year=2018), ()), "no observation for 2018"),
    ],
)
def test_bad_targets_are_refused(target, words):
    with pytest.raises(InputError, match=words):
        target()


def test_a_share_passes_no_hundred_per_cent():
    share = Series("share", (2016, 2017, 2018, 2019, 2020), (60.0, 62.1, 63.8, 66.2, 68.0), unit="percent")
    with pytest.raises(InputError, match="120 is more than a share"):
        assess(share, Target(120.0, 2024), fit_all(share, PROVINCES, ["linear_trend"]))
    lead, far = (
        assess(share, Target(85.0, year), fit_all(share, PROVINCES, ["linear_trend"])).lead for year in (2021, 2045)
    )
    assert not isinstance(lead, Refusal)
    assert (far.reason, far.facts["limit"]) == ("past_limit", 100.0)
    debt = Series("debt", (2016, 2018, 2020), (90.0, 101.0, 108.0), unit="percent")  # of something else than a whole
    assert not isinstance(assess(debt, Target(120.0, 2024), fit_all(debt, None, ["linear_trend"])).lead, Refusal)


def test_no_fits_are_no_assessment():
    with pytest.raises(InputError, match="no model was fitted"):
        assess(ARTICLE, TARGET, ())
