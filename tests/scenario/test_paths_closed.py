"""A scenario's adjustments over a panel: the numbers of the draws, and refusal by name of what has no closed form."""

import numpy as np
import pandas as pd
import pytest
from steps import changed

from ruralincome.models.walk import pooled
from ruralincome.panel.answers import Everywhere
from ruralincome.panel.places import assess_panel
from ruralincome.reference.vintages import read_class
from ruralincome.scenario.evidence import Evidence
from ruralincome.scenario.keys import TargetSpec
from ruralincome.scenario.shapes import Accelerate, Dip, Disruption, Halt, Linear, Move, Pace, PathTo, Percent, Shock
from ruralincome.series import Series
from ruralincome.target.target import Target, assess

CLASS = read_class("vietnam-provinces", 2020)
ONE_YEAR = [
    [Shock(kind="shock", years=[2021], points=-6.0)],
    [Dip(kind="dip", year=2021, points=-6.0, recovery="fast")],
    [Shock(kind="shock", years=[2021], points=-6.0), Accelerate(kind="accelerate", factor=1.4)],
    [Pace(kind="pace", percent=3.0), Shock(kind="shock", years=[2021], points=4.0)],
]
LATER = [
    [Pace(kind="pace", percent=9.0)],
    [Pace(kind="pace", percent=9.0, first_year=2022)],
    [Pace(kind="pace", percent=2.0, first_year=2021, last_year=2022)],
    [Halt(kind="halt", last_year=2021)],
    [Halt(kind="halt", first_year=2022, last_year=2022)],
    [Disruption(kind="disruption", keep=0.25, first_year=2022)],
    [Disruption(kind="disruption", keep=[0.0, 0.5])],
    [Disruption(kind="disruption", keep=[0.5])],
    [Accelerate(kind="accelerate", factor=1.5, last_year=2022)],
    [Linear(kind="linear", amount=2.5)],
    [PathTo(kind="path")],
    [PathTo(kind="path", value=60.0, shape="straight", last_year=2022)],
    [PathTo(kind="path", value=60.0, shape="geometric", last_year=2030)],
    [Percent(kind="percent_of_baseline", percent=190.0)],
    [Percent(kind="percent_of_baseline", percent=150.0, base_year=2018)],
    [
        Halt(kind="halt", last_year=2021),
        Pace(kind="pace", percent=12.0, first_year=2022),
        Linear(kind="linear", amount=1),
    ],
]
OBSERVED = Series("a", (2016, 2018, 2020), (32.6, 37.0, 44.9))


def frame(value, year):
    rows = [("a", t, v, value, year) for t, v in zip(OBSERVED.years, OBSERVED.values, strict=True)]
    return pd.DataFrame(rows, columns=["place", "year", "value", "target", "target_year"])


def panelled(steps, value, year):
    known = Everywhere(CLASS, {})
    return assess_panel(frame(value, year), CLASS, moves=[step.closed(known) for step in steps]).iloc[0]


def drawn(steps, value, year):
    spec = TargetSpec(value=value, year=year)
    evidence = Evidence(OBSERVED, OBSERVED, spec, value, CLASS, 2020)
    goal, fits = Target(value, year), [pooled(OBSERVED, CLASS)]
    return assess(OBSERVED, goal, fits, change=lambda forecast: changed(forecast, steps, evidence, 3), seed=3)


@pytest.mark.parametrize(("steps", "year"), [*((s, 2021) for s in ONE_YEAR), *((s, 2024) for s in LATER)])
def test_the_closed_form_is_what_the_draws_say(steps, year):
    middle = panelled(steps, 50.0, year)["median"]
    for share in (0.97, 1.0, 1.03):
        row, single = panelled(steps, middle * share, year), drawn(steps, middle * share, year)
        assert row["probability"] == pytest.approx(single.probability, abs=1e-3)
        assert row["median"] == pytest.approx(single.lead.median(year), rel=1e-4)
        low, high = single.lead.interval(year, 0.8)
        assert (row["low80"], row["high80"]) == pytest.approx((low, high), rel=1e-3)


def test_a_move_in_later_years_changes_nothing_before():
    plain, moved = (panelled(steps, 50.0, 2021) for steps in ([], [Halt(kind="halt", first_year=2021)]))
    assert moved["median"] == pytest.approx(44.9)
    assert plain["median"] > 47


def test_a_shock_several_years_ahead_is_refused_in_the_row():
    row = panelled([Shock(kind="shock", years=[2021], points=-6.0)], 50.0, 2022)
    assert row["refusal"] == "no_closed_form"
    assert np.isnan(row["probability"])
    assert row["growth"] > 0


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (Halt(kind="halt", first_year=2020), "outside"),
        (Halt(kind="halt", first_year=2026), "outside"),
        (Shock(kind="shock", years=[2022], points=-6.0), "outside"),
        (Shock(kind="shock", years=[2020], points=-6.0), "outside"),
        (Linear(kind="linear", amount=-60.0), "leaves_nothing"),
        (Percent(kind="percent_of_baseline", percent=150.0, base_year=2017), "no_base"),
    ],
)
def test_a_move_that_a_place_cannot_follow_is_refused_in_its_row(step, reason):
    assert panelled([step], 50.0, 2021)["refusal"] == reason


def test_a_path_without_a_value_leads_to_each_places_own_target():
    found = assess_panel(frame(52.0, 2022), CLASS, moves=[Move("geometric")])
    assert found["median"][0] == pytest.approx(52.0)
    assert found["probability"][0] == pytest.approx(0.5)
