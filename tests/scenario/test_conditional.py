"""Conditional forecasts: drawn once, closed where nothing changes them, one order of conditions."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from steps import changed, unsure_prices

from ruralincome.models.forecast import ClosedForm, Forecast, Refusal
from ruralincome.models.posterior import Steps
from ruralincome.rules import Case
from ruralincome.scenario.conditional import Conditional, everywhere, lead, stated
from ruralincome.scenario.evidence import gather
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.paths import lift, moved
from ruralincome.scenario.shapes import Move
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


def test_prices_come_first_then_a_move_then_the_steps_and_a_move(restated):
    first, last = Move("pace", (0.05,), 2021, 2021), Move("add", (-0.02,), on=(2021,))
    found = restated.outlook(DIP.adjustments, first, last).view
    begun = moved(unsure_prices(restated.forecast, restated.evidence.unsure, 2021), first)
    assert begun.median(2021) == pytest.approx(restated.evidence.series.last * 1.05, rel=1e-12)
    by_hand = lift(changed(begun, DIP.adjustments, restated.evidence, 2021), [2021], -2.0)
    np.testing.assert_allclose(found.paths, by_hand.paths, rtol=1e-14)


MOVES = {
    "pace": ({"kind": "pace", "percent": 9.0}, 2024, None, None),
    "best": ({"kind": "pace", "best": 0.2}, 2024, None, None),
    "linear": ({"kind": "linear", "amount": 3.075, "first_year": 2022}, 2024, None, None),
    "keep": ({"kind": "disruption", "keep": [0, 0.25, 0.5], "first_year": 2021}, 2024, None, None),
    "path": ({"kind": "path", "value": 60.0, "shape": "straight"}, 2023, None, None),
    "share": ({"kind": "percent_of_baseline", "percent": 160, "base_year": 2016}, 2023, None, None),
    "dip": ({"kind": "dip", "year": 2021, "points": -8.8, "recovery": "fast"}, 2021, None, None),
    "after": ({"kind": "halt"}, 2021, None, Move("add", (0.03,), on=(2021,))),
    "before": ({"kind": "shock", "years": [2021], "points": -3.0}, 2021, Move("pace", (0.1,), 2021, 2021), None),
}


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("known", MOVES)
def test_the_closed_form_of_moves_is_what_their_draws_count(known, direction):
    step, year, before, after = MOVES[known]
    asked = Scenario.stated(target={"value": 51.0, "year": year, "direction": direction}, adjustments=[step])
    evidence = gather(asked, ROOT)
    one = lead(evidence, 0, 1 << 15)
    found = one.chance(asked.adjustments, before, after)
    assert "forecast" not in vars(one)
    assert 0.01 < found < 0.99
    drawn = one.outlook(asked.adjustments, before, after).view
    assert found == pytest.approx(drawn.probability(year, 51.0, direction), abs=1.5e-3)


@pytest.mark.parametrize(
    "step",
    [
        {"kind": "shock", "years": [2021], "points": -3.0},  # meets growth that is not known yet
        {"kind": "pace", "percent": 9.0, "sd": 2.0},
        {"kind": "return", "first_year": 2022, "last_year": 2023},
    ],
)
def test_what_has_no_closed_form_is_drawn(step):
    steps = [{"kind": "halt", "last_year": 2021}, step] if step["kind"] == "return" else [step]
    asked = Scenario.stated(target={"value": 55.0, "year": 2023}, adjustments=steps)
    one = lead(gather(asked, ROOT), 0, 512)
    assert one.chance(asked.adjustments) == one.outlook(asked.adjustments).probability(one.evidence.target)


def test_terms_of_other_prices_and_shares_with_a_limit_are_drawn(restated, plain):
    steps = Scenario.stated(adjustments=[{"kind": "shock", "years": [2021], "points": -3.0}]).adjustments
    share = replace(plain.evidence, series=replace(plain.evidence.series, unit="percent"))
    for one, drawn in ((restated, True), (lead(share, 2021, 1024), True), (plain, False)):
        goal = one.evidence.target
        assert (one.chance(steps) == one.drawn(steps).probability(2021, goal.value)) is drawn


def test_a_model_that_refused_refuses_under_every_condition(plain):
    refused = replace(plain, fit=Refusal("pooled", "prices"))
    assert refused.outlook(DIP.adjustments) == refused.fit
    assert not isinstance(refused.outlook(), Outlook)
    assert refused.chance(DIP.adjustments) is None
    with pytest.raises(ValueError, match="refused and has no draws"):
        _ = Conditional(plain.evidence, refused.fit, 0).forecast


@pytest.mark.parametrize(("moves", "refusals"), [
    ((), ["", "past_limit"]), ((Move("add", (0.01,), on=(2021,)),), ["no_closed_form", "no_closed_form"]),
])  # fmt: skip
def test_of_many_places_those_past_their_limit_are_refused_unless_something_refused_them_before(plain, moves, refusals):
    case = Case(2018, [50.0, 96.0], 2020, [52.0, 98.0], 2022, [56.0, 99.0], limit=100.0)
    steps = Steps(np.log(np.array([52 / 50, 98 / 96])), np.array([2, 2]), np.array([1, 1]))
    *_, refused = everywhere("pooled", steps, case, moves, np.array([0.5]), plain.evidence.reference)
    assert refused.tolist() == refusals


def test_the_spread_of_prices_grows_with_the_years():
    evidence = gather(Scenario.stated(target={"value": 60.0, "year": 2023}), ROOT)
    one = lead(replace(evidence, unsure=0.01), 0, 64)
    found = np.log(one.drawn().paths / one.forecast.paths)
    np.testing.assert_allclose(found, found[:, :1] * [1, 2, 3])
    assert np.std(found[:, 0]) == pytest.approx(0.01, rel=0.05)
