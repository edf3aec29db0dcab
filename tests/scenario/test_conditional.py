"""Conditional forecasts: drawn once, closed where nothing changes them, one order of conditions."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from steps import changed, unsure_prices

from ruralincome.models.forecast import ClosedForm, Forecast, Refusal
from ruralincome.scenario.conditional import Conditional, lead, stated
from ruralincome.scenario.evidence import gather
from ruralincome.scenario.file import Scenario
from ruralincome.target.target import Outlook, assess

ROOT = Path(__file__).parents[2]
DIP = Scenario.stated(adjustments=[{"kind": "shock", "years": [2021], "points": -3.0, "sd": 1.0}])


@pytest.fixture(scope="module")
def plain():
    return lead(gather(Scenario(), ROOT), 2021, 1024)


@pytest.fixture(scope="module")
def restated():
    return lead(gather(Scenario.stated(terms={"prices": "real", "sd": 3.0}), ROOT), 2021, 1024)


def test_what_nothing_changes_is_in_closed_form(plain):
    found = plain.outlook()
    assert isinstance(found.view, ClosedForm)
    assert found.probability(plain.evidence.target) == pytest.approx(plain.drawn().probability(2021, 48.9), abs=1e-3)


@pytest.mark.parametrize("steps", [(), tuple(DIP.adjustments)])
def test_fits_in_hand_go_the_road_of_a_scenario(steps):
    """`ri.assess` knows no scenario; under the same seed and change it says the same of every model, to the digit."""
    scenario = Scenario.stated(series="vietnam_rural_income", as_of=2020, target={"value": 3800.0, "year": 2021})
    evidence = gather(scenario, ROOT)
    asked = stated(scenario, evidence)

    def change(forecast):
        return changed(forecast, steps, evidence, 2021)

    fits, more = [one.fit for one in asked], {"change": change if steps else None, "seed": 2021}
    found = assess(evidence.series, evidence.target, fits, reference=evidence.reference, **more)
    seen = [one.outlook(steps) for one in asked]
    assert [type(one) for one in found.outlooks] == [type(one) for one in seen]
    fitted = [(a, b) for a, b in zip(found.outlooks, seen, strict=True) if isinstance(b, Outlook)]
    assert len(fitted) > 1
    for one, other in fitted:
        assert one.probability(evidence.target) == other.probability(evidence.target)
        assert one.interval(2021) == other.interval(2021)


def test_conditions_share_their_draws(plain):
    assert plain.drawn() is plain.forecast
    moved = plain.outlook(DIP.adjustments).view
    assert isinstance(moved, Forecast)
    by_hand = changed(plain.forecast, DIP.adjustments, plain.evidence, 2021)
    np.testing.assert_array_equal(moved.paths, by_hand.paths)
    np.testing.assert_array_equal(moved.paths, plain.drawn(DIP.adjustments).paths)


def test_prices_come_first_then_before_the_steps_and_after(restated):
    seen = []

    def tell(name):
        return lambda forecast: seen.append((name, forecast)) or forecast

    end = restated.outlook(DIP.adjustments, before=tell("before"), after=tell("after")).view
    assert [name for name, _ in seen] == ["before", "after"]
    unsure = unsure_prices(restated.forecast, restated.evidence.unsure, 2021)
    np.testing.assert_array_equal(seen[0][1].paths, unsure.paths)
    assert seen[1][1] is end
    assert not np.array_equal(end.paths, unsure.paths)


def test_a_model_that_refused_refuses_under_every_condition(plain):
    refused = replace(plain, fit=Refusal("pooled", "prices"))
    assert refused.outlook(DIP.adjustments) == refused.fit
    assert not isinstance(refused.outlook(), Outlook)
    with pytest.raises(ValueError, match="refused and has no draws"):
        _ = Conditional(plain.evidence, refused.fit, 0).forecast


def test_the_spread_of_prices_grows_with_the_years():
    evidence = gather(Scenario.stated(target={"value": 60.0, "year": 2023}), ROOT)
    one = lead(replace(evidence, unsure=0.01), 0, 64)
    found = np.log(one.drawn().paths / one.forecast.paths)
    np.testing.assert_allclose(found, found[:, :1] * [1, 2, 3])
    assert np.std(found[:, 0]) == pytest.approx(0.01, rel=0.05)
