"""Sweep: each cell equals the count of draws that adjusting the forecast would give; ten thousand cells at once."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruralincome.models.forecast import Forecast
from ruralincome.scenario import paths as adjustments
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.keys import Sweep
from ruralincome.scenario.sensitivity import grid_probability
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]


def ask(**stated):
    return answer(Scenario.stated(**stated), root=ROOT)


def forecast(seed=0, years=3):
    rng = np.random.default_rng(seed)
    return Forecast(2020, 44.9, 44.9 * np.exp(np.cumsum(0.08 + 0.05 * rng.standard_normal((500, years)), axis=1)))


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("years", [(2021,), (2022,), (2023,), (2021, 2023)])
@pytest.mark.parametrize("targets", [(50.0,), (48.0, 50.0, 52.0, 55.0, 60.0)])
@given(seed=st.integers(0, 20))
@settings(max_examples=5, deadline=None)
def test_a_cell_is_what_adjusting_and_counting_gives(years, targets, direction, seed):
    paths = forecast(seed)
    shocks = (-10.0, -1.5, 0.0, 4.0)
    found = grid_probability(paths, 2023, years, shocks, targets, direction)
    for i, points in enumerate(shocks):
        shifted = adjustments.lift(paths, years, points)
        for j, value in enumerate(targets):
            assert found[i, j] == pytest.approx(shifted.probability(2023, value, direction), abs=2 / 500)


def test_a_target_that_a_draw_hits_is_met():
    paths = Forecast(2020, 40.0, np.array([[40.0], [80.0]]))
    assert grid_probability(paths, 2021, (2021,), (0.0,), (40.0, 41.0), 1).tolist() == [[1.0, 0.5]]
    assert grid_probability(paths, 2021, (2021,), (0.0,), (39.0, 40.0), -1).tolist() == [[0.0, 0.5]]


def test_the_middle_of_the_grid_is_the_scenario_itself():
    found = ask(
        sweep={"shock": {"first": -5, "last": 5, "step": 5}, "target": {"first": 48.9, "last": 49.9, "step": 1}}
    )
    assert found.cells.probability.shape == (1, 3, 2)
    assert found.cells.probability[0, 1, 0] == pytest.approx(found.assessment.probability, abs=1e-3)
    shocked = ask(adjustments=[{"kind": "shock", "years": [2021], "points": -5.0}])
    assert found.cells.probability[0, 0, 0] == pytest.approx(shocked.assessment.probability, abs=1e-9)


def test_one_year_ahead_a_shock_is_a_shift_of_the_closed_form():
    found = ask(sweep={"shock": {"first": -10, "last": 5, "step": 1}})
    fit = found.assessment.lead.fit
    exact = [fit.probability(2021, 48.9 - 44.9 * p / 100) for p in found.cells.shocks]
    np.testing.assert_allclose(found.cells.probability[0, :, 0], exact, atol=1e-3)


def test_adjustments_classes_and_terms_are_inside_the_grid():
    step = [{"kind": "pace", "best": 0.2}]
    names = ["vietnam-provinces-real", "vietnam-provinces"]
    found = ask(adjustments=step, sweep={"references": names})
    each = [ask(adjustments=step, reference=n).assessment.probability for n in names]
    np.testing.assert_allclose(found.cells.probability[:, 0, 0], each)
    real = ask(terms={"prices": "real"}, sweep={})
    assert real.cells.probability[0, 0, 0] == pytest.approx(real.assessment.probability, abs=1e-3)


def test_probabilities_fall_with_the_target_and_rise_with_the_shock():
    grid = {"shock": {"first": -10, "last": 4.85, "step": 0.15}, "target": {"first": 44, "last": 53.9, "step": 0.1}}
    cells = ask(sweep=grid).cells
    assert cells.probability.size == 10_000
    assert (np.diff(cells.probability[0], axis=0) >= 0).all()
    assert (np.diff(cells.probability[0], axis=1) <= 0).all()
    with pytest.raises(ValueError, match="read-only"):
        cells.probability[0, 0, 0] = 1


def test_a_shock_that_leaves_nothing_is_refused():
    for shocks, targets in [((-150.0, 0.0), (50.0,)), ((-150.0,), (50.0, 51.0))]:
        with pytest.raises(InputError, match=r"sweep\.shock: -150 points leave no income; narrow the range"):
            grid_probability(forecast(), 2021, (2021,), shocks, targets, 1)


def test_a_class_in_other_prices_cannot_be_swept():
    with pytest.raises(
        InputError, match=r"sweep\.references: vietnam-provinces: growth is nominal and the series is real"
    ):
        ask(terms={"prices": "real"}, sweep={"references": ["vietnam-provinces"]})


def test_cells_are_counted_and_targets_begin_anywhere_above_zero():
    three, two = {"first": -1, "last": 1, "step": 1}, {"first": 0.5, "last": 1, "step": 0.5}
    assert Sweep(shock=three).cells == 3
    assert Sweep(shock=three, target=two).cells == 6
    assert Sweep(shock=three, target=two, references=["a", "b"]).cells == 12
    with pytest.raises(ValueError, match=r"target\.first 0 is not positive"):
        Sweep(target={"first": 0, "last": 1, "step": 0.5})


@pytest.mark.parametrize(("year", "stands"), [(1899, False), (1900, True), (2200, True), (2201, False)])
def test_years_lie_between_1900_and_2200(year, stands):
    if stands:
        assert Sweep(years=[year]).years == [year]
        return
    with pytest.raises(ValueError, match="equal to"):
        Sweep(years=[year])


def test_a_grid_of_one_class_one_target_and_one_shock_is_one_cell():
    one = {"first": 5.0, "last": 5.0, "step": 1.0}
    assert Sweep(references=["international"], target=one, shock=one).cells == 1
    assert Sweep().cells == 1
    for empty in ({"references": []}, {"years": []}):
        with pytest.raises(ValueError, match="at least 1"):
            Sweep(**empty)


@pytest.mark.parametrize(("first", "last", "stands"), [(-50, 50, True), (-50.5, 0, False), (0, 50.5, False)])
def test_shocks_reach_fifty_points_either_way(first, last, stands):
    grid = {"first": first, "last": last, "step": 0.5}
    if stands:
        assert Sweep(shock=grid).shock.numbers[-1] == last
        return
    with pytest.raises(ValueError, match="go beyond -50 or 50 points"):
        Sweep(shock=grid)
