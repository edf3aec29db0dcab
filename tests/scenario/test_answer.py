"""Answer: from a scenario to an assessment; terms of prices agree; differences on common random numbers."""

from pathlib import Path

import numpy as np
import pytest

from ruralincome.data.package import read_rates, read_series
from ruralincome.keep.place import new
from ruralincome.models.forecast import Forecast
from ruralincome.scenario.answer import answer
from ruralincome.scenario.conditional import lead
from ruralincome.scenario.evidence import gather
from ruralincome.scenario.file import Scenario, read_scenario
from ruralincome.series import Faults
from ruralincome.target.target import Outlook

ROOT = Path(__file__).parents[2]


def ask(**stated):
    return answer(Scenario.stated(**stated), root=ROOT)


def test_the_articles_case():
    found = ask()
    a = found.assessment
    assert a.historical_growth == pytest.approx(0.0833211, abs=5e-7)
    assert a.required_growth == pytest.approx(0.0890869, abs=5e-7)
    assert a.projection == pytest.approx(48.6411, abs=5e-5)
    assert a.shortfall == pytest.approx(0.2589, abs=5e-5)
    assert 0 < a.probability < 1
    assert list(found.to_frame())[:2] == ["scenario", "series"]
    assert found.baseline is None
    assert found.difference is None
    assert set(found.provenance["inputs"]) == {"data/binh_thuan_rural_income.csv", "data/vietnam_cpi.csv"}


def test_the_range_is_over_the_classes_that_could_have_been_chosen_and_the_others_are_named():
    found = ask()
    a = found.assessment
    by = {one.reference.name: one for one in a.alternatives}
    chosen = [one.outlook.probability(a.target) for one in by.values() if not one.left_out]
    assert a.range == (min(chosen), max(chosen))
    assert (by["general"].left_out, by["international-gdp"].left_out) == ("kind", "measure")
    assert not by["vietnam-provinces-real"].left_out
    early = ask(
        series="vietnam_rural_income", as_of=2012, reference="international", target={"value": 2600.0, "year": 2016}
    )
    assert {one.reference.name for one in early.assessment.alternatives if one.left_out == "later"} == {
        "vietnam-provinces",
        "vietnam-provinces-real",
    }
    alone = ask(reference="vietnam-provinces-real").assessment
    assert alone.probability in alone.range or alone.range[0] < alone.probability < alone.range[1]


def test_the_record_of_the_class_in_use_stands_with_the_answer():
    found = ask()
    assert [one.name for one in found.records] == ["vietnam-pool", "vietnam-provinces-real", "international"]
    assert max(t.year for t in found.records[0].trials) == 2020
    early = ask(series="vietnam_rural_income", as_of=2018, target={"value": 3600.0, "year": 2020})
    assert max(t.year for t in early.records[0].trials) == 2018


def test_the_draws_agree_with_the_closed_form_to_a_tenth_of_a_point():
    same = ask(adjustments=[{"kind": "accelerate", "factor": 1.0}])
    assert isinstance(same.assessment.lead.view, Forecast)
    assert same.assessment.probability == pytest.approx(same.baseline.probability, abs=1e-3)
    assert abs(same.difference.probability) < 1e-9


def test_the_same_scenario_gives_the_same_answer_and_another_seed_nearly():
    step = [{"kind": "shock", "years": [2021], "points": -3.0, "sd": 2.0}]
    one, two, other = ask(adjustments=step), ask(adjustments=step), ask(adjustments=step, seed=1)
    assert one.assessment.probability == two.assessment.probability
    assert one.assessment.probability == pytest.approx(other.assessment.probability, abs=0.01)
    assert one.assessment.probability != other.assessment.probability


def test_required_path_makes_the_chance_even():
    found = ask(adjustments=[{"kind": "path"}])
    assert found.assessment.probability == pytest.approx(0.5, abs=1e-3)
    assert found.assessment.lead.median(2021) == pytest.approx(48.9)


def test_the_difference_is_of_paired_draws_with_its_error():
    found = ask(adjustments=[{"kind": "shock", "years": [2021], "points": -3.0}])
    gap = found.difference
    assert gap.probability == pytest.approx(found.assessment.probability - found.baseline.probability, abs=1e-3)
    views = [
        found.assessment.lead.view.at(2021),
        found.assessment.lead.fit.forecast(2021, np.random.default_rng(2021)).at(2021),
    ]
    paired = (views[0] >= 48.9).astype(float) - (views[1] >= 48.9)
    assert gap.error == pytest.approx(paired.std(ddof=1) / np.sqrt(len(paired)))
    alone = np.sqrt(sum(np.var(v >= 48.9) for v in views) / len(paired))
    assert gap.error < alone / 1.5  # common random numbers make scenarios comparable


def test_a_step_draws_the_same_whatever_stands_before_it():
    """By a generator of its own: it neither goes on where another stopped, nor repeats what another drew."""
    evidence = gather(Scenario.stated(target={"value": 67.35, "year": 2025}, redrawn="old"), ROOT)
    plain = lead(evidence, 5, 256)
    later, early = ({"kind": "shock", "years": [year], "points": 0.0, "sd": 1.0} for year in (2024, 2021))
    added = []
    for before in (early, {**early, "years": [2021, 2022]}, {"kind": "shock", "years": [2021], "points": 1.0}):
        found = plain.drawn(Scenario.stated(adjustments=[before, later]).adjustments)
        added.append(np.diff(np.log(found.paths / plain.forecast.paths), axis=1, prepend=0.0))
    for other in added[1:]:
        np.testing.assert_allclose(added[0][:, 3], other[:, 3], rtol=1e-6)
    assert np.ptp(added[0][:, 3]) > 0.01
    assert abs(np.corrcoef(added[0][:, 0], added[0][:, 3])[0, 1]) < 0.3


def test_faults_stop_an_answer_before_it_starts():
    with pytest.raises(Faults, match="2023 is after the target year"):
        ask(adjustments=[{"kind": "halt", "first_year": 2023}])


def test_an_impossible_change_is_named_by_its_place():
    steps = [{"kind": "linear", "amount": -60.0}]
    with pytest.raises(ValueError, match=r"adjustments\[0\] \(linear\): a path to .* leaves no income"):
        ask(adjustments=steps)


class TestTerms:
    """A question in real terms, and the same question at current prices."""

    def test_restating_series_and_target_leaves_the_chance_where_it_was(self):
        nominal, real = ask(), ask(terms={"prices": "real", "year": 2020})
        assert real.assessment.probability == pytest.approx(nominal.assessment.probability, abs=0.01)
        assert real.assessment.historical_growth < nominal.assessment.historical_growth
        assert real.evidence.series.prices == "real"
        assert real.evidence.series.price_year == 2020
        assert real.evidence.published == nominal.evidence.series

    def test_the_real_target_by_hand(self):
        cpi = read_rates("vietnam_cpi", ROOT)
        mean = np.log1p(cpi[2020])
        real = ask(terms={"prices": "real", "year": 2020})
        assert real.assessment.target.value == pytest.approx(48.9 / np.exp(mean))
        assert real.evidence.inflation.mean == pytest.approx(mean)
        base = 32.6 * np.prod([1 + cpi[t] for t in range(2017, 2021)])
        assert real.assessment.series.values == pytest.approx((base, 44.9))

    def test_a_target_in_constant_prices_is_harder(self):
        strict = ask(terms={"prices": "real"}, target={"prices": "real"})
        assert strict.assessment.target.value == 48.9
        assert strict.assessment.probability < ask().assessment.probability - 0.05
        nominal = ask(terms={"prices": "nominal"}, target={"prices": "real"})
        assert nominal.assessment.target.value > 50
        assert nominal.assessment.probability == pytest.approx(strict.assessment.probability, abs=0.01)

    def test_stated_inflation_moves_the_nominal_forecast(self):
        low, high = (ask(terms={"prices": "nominal", "inflation": x}).assessment for x in (1.0, 8.0))
        ratio = high.lead.median(2021) / low.lead.median(2021)
        assert 1.0 < ratio < 1.08
        assert high.probability > low.probability

    def test_unsure_inflation_spreads_a_restated_target(self):
        sure, unsure = (ask(terms={"prices": "real", "inflation": 3.0, "sd": sd}).assessment for sd in (0.0, 8.0))
        widths = [np.diff(np.log(a.lead.interval(2021)))[0] for a in (sure, unsure)]
        assert widths[1] > widths[0] * 1.2

    def test_only_inflation_known_by_then_is_used(self):
        found = ask(
            series="vietnam_rural_income", as_of=2020, target={"value": 5223.0, "year": 2025}, terms={"prices": "real"}
        )
        cpi = read_rates("vietnam_cpi", ROOT)
        mean = np.log1p(cpi[2020])
        assert found.assessment.target.value == pytest.approx(5223 / np.exp(5 * mean))

    def test_a_pace_is_read_in_the_terms_of_the_question(self):
        step = [{"kind": "pace", "series": "vietnam_rural_income", "between": [2016, 2020]}]
        real = ask(terms={"prices": "real"}, adjustments=step).assessment
        cpi = read_rates("vietnam_cpi", ROOT)
        rural = read_series("vietnam_rural_income", ROOT)
        grew = rural.value(2020) / rural.value(2016) / np.prod([1 + cpi[t] for t in range(2017, 2021)])
        assert real.lead.median(2021) == pytest.approx(44.9 * grew ** (1 / 4), rel=1e-3)


def test_pace_of_the_best_fifth_is_the_median_of_the_best_fifth():
    found = ask(adjustments=[{"kind": "pace", "best": 0.2}])
    reference = found.evidence.reference
    rate = reference.pace(0.9)
    assert reference.percentile(rate, max(reference.growth)) == pytest.approx(0.9, abs=1e-6)
    assert found.assessment.lead.median(2021) == pytest.approx(44.9 * (1 + rate))
    with pytest.raises(ValueError, match="has no growth over 30 years; choose one of"):
        reference.pace(0.5, 30)


def test_percent_of_baseline_and_disruption_reach_what_they_state():
    target = {"value": 67.35, "year": 2025}
    half_more = ask(target=target, redrawn="old", adjustments=[{"kind": "percent_of_baseline", "percent": 200.0}])
    assert half_more.assessment.lead.median(2025) == pytest.approx(65.2)
    of_2020 = ask(
        target=target, redrawn="old", adjustments=[{"kind": "percent_of_baseline", "percent": 150.0, "base_year": 2020}]
    )
    assert of_2020.assessment.lead.median(2025) == pytest.approx(67.35)
    stopped = ask(target=target, redrawn="old", adjustments=[{"kind": "disruption", "keep": 0.0}])
    assert stopped.assessment.lead.median(2025) == pytest.approx(44.9)


def test_return_brings_the_chance_back():
    steps = [
        {"kind": "shock", "years": [2021], "points": -8.8},
        {"kind": "return", "first_year": 2022, "last_year": 2025},
    ]
    found = ask(target={"value": 67.35, "year": 2025}, redrawn="old", adjustments=steps)
    assert found.assessment.probability == pytest.approx(found.baseline.probability, abs=1e-3)


def test_elasticity_moves_growth_by_what_was_estimated():
    drivers = [{"series": "vietnam_gdp_growth", "percent": 2.9}, {"series": "vietnam_cpi", "percent": 3.2, "sd": 0.5}]
    found = ask(adjustments=[{"kind": "elasticity", "years": [2021], "drivers": drivers}])
    (estimated,) = found.estimated
    rates = [read_rates(d["series"], ROOT) for d in drivers]
    usual = [np.mean([np.log1p(r[t]) for t in range(2017, 2021)]) for r in rates]
    away = [np.log1p(d["percent"] / 100) - u for d, u in zip(drivers, usual, strict=True)]
    points = float(np.dot(estimated.coefficients, away))
    moved = found.assessment.lead.median(2021) / found.baseline.lead.median(2021) - 1
    assert moved * found.baseline.lead.median(2021) / 44.9 == pytest.approx(points, abs=2e-3)
    width = [np.diff(a.lead.interval(2021))[0] for a in (found.assessment, found.baseline)]
    assert width[0] > width[1]
    assert "data/vietnam_gdp_growth.csv" in found.provenance["inputs"]


def test_every_shown_model_is_changed_the_same_way():
    found = ask(
        series="vietnam_rural_income", as_of=2020, target={"value": 5223.0, "year": 2025},
        adjustments=[{"kind": "pace", "percent": 6.0}],
    )  # fmt: skip
    fitted = [o for o in found.assessment.outlooks if isinstance(o, Outlook)]
    assert len(fitted) >= 3
    assert (found.assessment.changed, found.baseline.changed) == (True, False)
    for outlook in fitted:
        assert outlook.median(2025) == pytest.approx(3482 * 1.06**5)


@pytest.mark.parametrize("steps", [[], [{"kind": "shock", "years": [2021], "points": -8.8, "sd": 3.0}]])
def test_three_observations_are_answered_by_every_model_that_three_identify(tmp_path, steps):
    """With one degree of freedom the far draws have no finite level: they are held, and nothing warns."""
    table = tmp_path / "three.csv"
    table.write_text("year,value,source\n2016,28.5,x\n2018,37.1,x\n2020,38.4,x\n", encoding="utf-8")
    new("Nơi ba quan sát", table, "55@2025", root=tmp_path)
    target = {"value": 55.0, "year": 2025}
    found = answer(Scenario.stated(series="noi_ba_quan_sat", target=target, adjustments=steps), root=tmp_path)
    fitted = {
        o.model: o.probability(found.assessment.target) for o in found.assessment.outlooks if isinstance(o, Outlook)
    }
    assert {"pooled", "random_walk_with_drift", "log_trend", "linear_trend", "combination"} <= set(fitted)
    assert all(0 < p < 1 for p in fitted.values())


def test_the_answer_lies_within_the_range_beside_it():
    """A pool under a pace of its own lies beyond its members."""
    found = answer(read_scenario(ROOT / "params/best_fifth.yaml"), "best_fifth", ROOT).assessment
    members = [one.outlook.probability(found.target) for one in found.alternatives if not one.left_out]
    assert max(members) < found.probability
    assert found.range == (min(members), found.probability)
