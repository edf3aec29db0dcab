"""Sensitivity: every bar by another road, and break-evens that do break even."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from ruralincome.models.walk import pooled
from ruralincome.scenario.answer import answer
from ruralincome.scenario.check import examined
from ruralincome.scenario.conditional import lead
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.sensitivity import _break_even, common_shock
from ruralincome.series import Series

ROOT = Path(__file__).parents[2]


def ask(**stated):
    return answer(Scenario.stated(**stated), root=ROOT)


def beside(found, **evidence):
    """The answer on other evidence."""
    return replace(found, evidence=replace(found.evidence, **evidence))


@pytest.fixture(scope="module")
def article():
    found = ask()
    return found, {bar.name: bar for bar in found.tornado.bars}


def test_bars_are_widest_first_around_the_stated_probability(article):
    found, _ = article
    picture = found.tornado
    widths = [bar.width for bar in picture.bars]
    assert widths == sorted(widths, reverse=True)
    assert picture.probability == found.assessment.probability


def test_growth_breaks_even_at_the_growth_required(article):
    found, bars = article
    assert bars["growth"].break_even == pytest.approx(found.assessment.required_growth, abs=2e-4)
    assert bars["growth"].p_low < bars["growth"].p_high


def test_coverage_is_the_ratio_of_the_two_series_carried_over(article):
    found, bars = article
    whole = found.evidence.whole
    shares = 32.6 / (whole.value(2016) * 0.012), 44.9 / (whole.value(2020) * 0.012)
    assert bars["coverage_base"].low == pytest.approx(32.6 * shares[1] / shares[0])
    assert bars["coverage_latest"].high == pytest.approx(44.9 * shares[0] / shares[1])
    assert bars["coverage_latest"].stated == bars["coverage_latest"].low == 44.9
    moved = Series("moved", (2016, 2020), (32.6, bars["coverage_latest"].high))
    fit = pooled(moved, found.evidence.reference)
    assert bars["coverage_latest"].p_high == pytest.approx(fit.probability(2021, 48.9))


def test_coverage_asks_the_same_in_real_terms(article):
    _, bars = article
    real = ask(terms={"prices": "real", "year": 2018})
    found = {bar.name: bar for bar in real.tornado.bars}
    for name in ("coverage_base", "coverage_latest"):
        assert found[name].high / found[name].low == pytest.approx(bars[name].high / bars[name].low)
        assert found[name].p_high == pytest.approx(bars[name].p_high, abs=0.01)


def test_rounding_moves_each_figure_by_half_a_unit_of_its_last_digit(article):
    found, bars = article
    fit = found.assessment.lead.fit
    bar = bars["round_target"]
    assert (bar.low, bar.high) == pytest.approx((48.85, 48.95))
    assert (bar.p_low, bar.p_high) == pytest.approx((fit.probability(2021, 48.85), fit.probability(2021, 48.95)))
    assert bar.break_even == pytest.approx(found.assessment.lead.median(2021), rel=1e-4)
    assert (bars["round_latest"].low, bars["round_latest"].high) == pytest.approx((44.85, 44.95))
    assert (bars["round_base"].low, bars["round_base"].high) == pytest.approx((32.55, 32.65))


def test_the_class_bar_names_the_lowest_and_the_highest(article):
    found, bars = article
    bar = bars["reference"]
    others = [other for other in found.assessment.alternatives if not other.left_out]
    asked = [found.assessment.probability, *(one.outlook.probability(found.assessment.target) for one in others)]
    assert (bar.p_low, bar.p_high) == pytest.approx((min(asked), max(asked)))
    assert bar.stated == "vietnam-pool"


def test_the_class_breaks_even_at_points_of_its_pace(article):
    found, bars = article
    reference, points = found.evidence.reference, bars["reference"].break_even
    moved = reference.faster(points / 100)
    assert pooled(found.evidence.series, moved).probability(2021, 48.9) == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize(("points", "within"), [(24.5, True), (25.5, False), (-24.5, True), (-25.5, False)])
def test_a_class_breaks_even_within_25_points_of_its_pace_or_nowhere(article, points, within):
    """The target is the median of a class that is so many points faster."""
    found, _ = article
    faster = pooled(found.evidence.series, found.evidence.reference.faster(points / 100))
    goal = float(faster.quantile([2021], [0.5])[0, 0])
    (even,) = (bar.break_even for bar in beside(found, goal=goal).tornado.bars if bar.name == "reference")
    assert even == (pytest.approx(points, abs=0.01) if within else None)


def test_a_shock_counts_on_top_of_a_stated_pace_and_every_input_of_the_article_has_its_break_even(article):
    _, bars = article
    kinds = {name.partition("_")[0] for name in bars}
    assert kinds == {"growth", "reference", "shock", "coverage", "round"}
    assert all(bars[name].break_even is not None for name in ("growth", "reference", "shock", "coverage_latest"))
    bar = next(b for b in ask(adjustments=[{"kind": "pace", "best": 0.2}]).tornado.bars if b.name == "shock")
    assert bar.p_high - bar.p_low > 0.2


def test_growth_is_varied_between_the_quartiles_of_the_class_over_as_many_years():
    found = ask(target={"value": 60.0, "year": 2023})
    bar = next(bar for bar in found.tornado.bars if bar.name == "growth")
    known = found.evidence.reference
    assert {1, 3, 5} <= known.growth.keys()
    assert (bar.low, bar.high) == (known.pace(0.25, 3), known.pace(0.75, 3))


def test_a_class_that_has_no_growth_over_the_years_of_a_pace_is_left_out(article):
    found = ask(adjustments=[{"kind": "pace", "quantile": 0.7, "over": 5}])
    cut = replace(found.evidence.reference, growth={1: found.evidence.reference.growth[1]})
    assert beside(found, reference=cut).tornado is not None


def test_a_break_even_brings_an_even_chance(article):
    found, bars = article
    even = bars["round_latest"].break_even
    moved = replace(found.evidence.series, values=(32.6, even))
    assert pooled(moved, found.evidence.reference).probability(2021, 48.9) == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize("target", [42.0, 48.9, 57.0])
def test_break_evens_are_found_within_a_bar_and_on_both_sides_beyond_it(target):
    found = ask(target={"value": target, "year": 2021})
    bars = {bar.name: bar for bar in found.tornado.bars}
    sides = {
        name: (bars[name].break_even > bars[name].low) + (bars[name].break_even > bars[name].high)
        for name in ("shock", "growth")
    }
    assert set(sides.values()) == {{42.0: 0, 48.9: 1, 57.0: 2}[target]}
    pace = bars["growth"].break_even  # which makes the target the median
    assert found.evidence.series.last * (1 + pace) == pytest.approx(target, rel=2e-4)
    points = bars["shock"].break_even / 100
    assert found.evidence.series.last * points + found.assessment.lead.median(2021) == pytest.approx(target, rel=2e-4)


def test_draws_give_the_break_evens_of_the_closed_form(article):
    """A dip that is no dip has draws."""
    _, bars = article
    drawn = ask(adjustments=[{"kind": "dip", "year": 2021, "points": -1e-9, "sd": 1e-9, "recovery": "never"}]).tornado
    assert {bar.name for bar in drawn.bars} == set(bars)
    for bar in drawn.bars:
        assert (bar.p_low, bar.p_high) == pytest.approx((bars[bar.name].p_low, bars[bar.name].p_high), abs=2e-3)
        assert bar.break_even == pytest.approx(bars[bar.name].break_even, rel=5e-3)


def test_a_path_that_leads_to_the_target_has_no_break_even_but_its_shock():
    found = ask(adjustments=[{"kind": "path"}])
    assert found.tornado.probability == pytest.approx(0.5, abs=1e-3)
    even = {bar.name: bar.break_even for bar in found.tornado.bars}
    assert even.pop("shock") == pytest.approx(0.0, abs=1e-3)
    assert set(even.values()) == {None}


def test_the_common_shock_is_the_share_of_a_year_in_the_variance(article):
    found, _ = article
    reference = replace(found.evidence.reference, rho=0.25)
    variance = sum(c.weight * c.variance for c in reference.components) / sum(c.weight for c in reference.components)
    assert common_shock(reference) == pytest.approx((variance / 4) ** 0.5)
    bar = next(b for b in beside(found, reference=reference).tornado.bars if b.name == "shock")
    assert (bar.low, bar.high) == pytest.approx((-100 * common_shock(reference), 100 * common_shock(reference)))
    assert bar.p_low < found.assessment.probability < bar.p_high
    assert bar.stated == 0  # on top of what the scenario has
    level = found.evidence.series.last * (1 + found.assessment.required_growth - bar.break_even / 100)
    assert found.assessment.lead.median(2021) == pytest.approx(level, rel=1e-3)


def test_what_an_adjustment_sets_is_not_varied():
    found = ask(adjustments=[{"kind": "pace", "best": 0.2}])
    names = [bar.name for bar in beside(found, whole=None).tornado.bars]
    assert "growth" not in names
    assert "coverage_base" not in names  # no other series is known
    assert "round_target" in names


def test_no_tornado_without_the_lead_model():
    found = ask(models=["log_trend"], series="vietnam_rural_income", as_of=2020, target={"value": 5223.0, "year": 2025})
    assert found.tornado is None


def test_series_that_cannot_be_compared_ask_no_question_of_coverage(article):
    found, _ = article
    whole = found.evidence.whole
    alike = replace(whole, years=(2016, 2020), values=(32.6 * 50, 44.9 * 50.4))  # the same share in both, to 1 %
    for other in (replace(whole, unit="percent"), whole.until(2019), replace(whole, prices="real"), alike):
        assert not [b for b in beside(found, whole=other).tornado.bars if b.name.startswith("coverage")]


def test_a_pace_of_the_class_is_that_of_each_class_in_the_range_and_in_the_tornado():
    keys = {"adjustments": [{"kind": "pace", "best": 0.2}]}
    found = ask(**keys)
    bars = {bar.name: bar for bar in found.tornado.bars}
    chances = {
        one.reference.name: one.outlook.probability(found.assessment.target)
        for one in found.assessment.alternatives
        if not one.left_out
    }
    for name, chance in chances.items():
        scenario = Scenario.stated(reference=name, **keys)
        chosen = lead(examined(scenario, ROOT), scenario.seed)
        assert chosen.outlook(scenario.adjustments).probability(found.assessment.target) == chance
    assert bars["reference"].low in (found.evidence.reference.name, min(chances, key=chances.get))
    assert bars["reference"].p_low == pytest.approx(min(found.assessment.probability, *chances.values()), abs=0.01)
    assert bars["reference"].p_high == pytest.approx(max(found.assessment.probability, *chances.values()), abs=0.01)


def test_a_class_without_the_growth_that_a_pace_names_could_not_have_been_chosen():
    found = ask(
        as_of=2018, reference="international", target={"value": 48.9, "year": 2021}, models=["pooled"],
        adjustments=[{"kind": "pace", "quantile": 0.5, "over": 1}],
    )  # fmt: skip
    out = {one.reference.name: one.left_out for one in found.assessment.alternatives}
    assert out["vietnam-provinces-real"] == "adjustment"
    assert found.assessment.probability is not None
    assert found.tornado is not None


CURVE = st.floats(-30, 30), st.floats(0.01, 5), st.floats(0, 3), st.sampled_from([1, -1])


@given(*CURVE, st.floats(-10, 0), st.floats(0.1, 10))
def test_where_a_curve_crosses_one_half_is_found_wherever_it_is(where, steep, bend, way, low, width):
    """Against the place it was given: normal scores that bend, rising or falling, within the ends, beyond, or not."""
    asked = []

    def at(x):
        asked.append(x)
        away = steep * (x - where)
        return float(ndtr(way * (away + bend * away**3)))

    found, high = _break_even(at, -25.0, low, low + width, 25.0), low + width
    if -25 < where < 25 and not any(abs(at(end) - 0.5) < 1e-6 for end in (-25.0, low, high, 25.0)):
        assert found == pytest.approx(where, abs=5e-4)
        assert abs(at(found) - 0.5) < 1e-3 * max(1, steep)
    elif not -25 <= where <= 25:
        assert found is None
    assert len(asked) < 25


def test_steps_of_draws_have_a_break_even_and_what_cannot_be_asked_has_none():
    steps = _break_even(lambda x: round(50 * float(ndtr(x - 1.0))) / 50, -25.0, -4.0, 4.0, 25.0)
    assert steps == pytest.approx(1.0, abs=0.03)
    assert _break_even(lambda x: float(x > 3.3), -25.0, -4.0, 4.0, 25.0) == pytest.approx(3.3, abs=5e-4)
    assert _break_even(lambda x: None if abs(x) < 1 else float(x > 0), -25.0, -4.0, 4.0, 25.0) is None
    assert _break_even(lambda _: 0.5, -25.0, -4.0, 4.0, 25.0) is None
    assert _break_even(lambda _: None, -25.0, -4.0, 4.0, 25.0) is None
