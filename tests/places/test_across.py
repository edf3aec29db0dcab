"""What becomes of a series across a redrawing, by each rule."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralincome.places import Boundaries, Link, Place
from ruralincome.places.across import across, rebuild
from ruralincome.series import InputError, Series

DAY = "2020-07-01"
HILL, DALE = Place("1", "Hill", until=DAY), Place("2", "Dale", until=DAY)
FARM, ISLE = Place("3", "Farm", until=DAY), Place("5", "Isle")
LAND, PORT = Place("1", "Land", first=DAY), Place("4", "Port", first=DAY)


def ours(share=0.5):
    """Hill and dale are land; of farm a share goes there, the rest to port; the isle stays."""
    rest = None if share is None else 1 - share
    links = [Link("1", "1", DAY), Link("2", "1", DAY)]
    links += [Link("3", "1", DAY, "divided", share), Link("3", "4", DAY, "divided", rest)]
    return Boundaries("ours", (HILL, DALE, FARM, ISLE, LAND, PORT), tuple(links))


PARTS = {
    "1": Series("1", (2010, 2015), (10.0, 20.0), "x"),
    "2": Series("2", (2010, 2015), (20.0, 30.0), "x"),
    "3": Series("3", (2010, 2015, 2019), (40.0, 50.0, 60.0), "x"),
}
PEOPLE = {2010: {"1": 100.0, "2": 100.0, "3": 200.0}, 2014: {"1": 100.0, "2": 300.0, "3": 200.0}}


def test_a_mean_is_weighed_by_people():
    found = rebuild(ours(), LAND, PARTS, PEOPLE)
    assert found.series.years == (2010, 2015)
    assert found.series.values == pytest.approx(((10 + 20 + 40) / 3, (20 + 3 * 30 + 50) / 5))
    assert found.weights == {2010: 2010, 2015: 2014}
    assert found.fixed == (2015,)
    assert found.parts == ("1", "2", "3")


def test_totals_add_up():
    found = rebuild(ours(0.25), LAND, PARTS, {}, total=True)
    assert found.series.values == pytest.approx((10 + 20 + 10, 20 + 30 + 12.5))


def test_land_without_people_counts_nothing():
    found = rebuild(ours(0.0), LAND, {code: PARTS[code] for code in "12"}, PEOPLE)
    assert found.series.values == pytest.approx((15, 27.5))


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("places.divided", (ours(None), LAND, PARTS, PEOPLE)),
        ("places.part_missing", (ours(), LAND, {"1": PARTS["1"]}, PEOPLE)),
        ("places.part_unit", (ours(), LAND, {**PARTS, "2": Series("2", (2010,), (1.0,), "y")}, PEOPLE)),
        ("places.no_year", (ours(), LAND, {**PARTS, "2": Series("2", (2011,), (1.0,), "x")}, PEOPLE)),
        ("places.no_people", (ours(), LAND, PARTS, {2010: {"1": 5.0}})),
        ("places.no_parts", (ours(), ISLE, PARTS, PEOPLE)),
    ],
)
def test_what_cannot_be_rebuilt(code, arguments):
    with pytest.raises(InputError) as raised:
        rebuild(*arguments)
    assert raised.value.code == code
    assert "\n" not in str(raised.value)


def test_a_place_that_was_redrawn_is_refused_with_the_rules_that_serve():
    series = Series("hill", (2015, 2019), (1.0, 2.0))
    with pytest.raises(InputError) as raised:
        across(ours(), HILL, series, "refuse", 2025)
    assert raised.value.code == "places.redrawn"
    assert "old (" in str(raised.value)
    assert "rebuild (" in str(raised.value)
    assert "break (" not in str(raised.value)  # after the day nothing is observed
    with pytest.raises(InputError, match=r"break \("):
        across(ours(), HILL, Series("hill", (2015, 2022), (1.0, 2.0)), "refuse", 2025)
    assert across(ours(), HILL, series, "refuse", 2019).series is series  # the day lies after all that is asked
    assert across(ours(), ISLE, series, "refuse", 2025).series is series


def test_the_old_territory_goes_on_only_for_an_old_place():
    series = Series("hill", (2015, 2022), (1.0, 2.0))
    assert across(ours(), HILL, series, "old", 2025).rule == "old"
    with pytest.raises(InputError) as raised:
        across(ours(), LAND, series, "old", 2025)
    assert raised.value.code == "places.not_old"


def test_a_break_is_no_growth():
    series = Series("land", (2014, 2016, 2019, 2022, 2023), (10.0, 12.0, 15.0, 6.0, 6.6))
    found = across(ours(), LAND, series, "break", 2025).series
    assert found.origin == 2023
    assert found.last == 6.6
    steps = [*series.steps[:2], series.steps[3]]
    assert [years for years, _ in found.steps] == [years for years, _ in steps]
    assert [change for _, change in found.steps] == pytest.approx([change for _, change in steps])


@pytest.mark.parametrize(("years", "kept"), [((2022, 2023), 2), ((2019, 2022), 1)])
def test_a_break_with_little_on_a_side(years, kept):
    found = across(ours(), HILL, Series("x", years, (1.0, 2.0)), "break", 2025).series
    assert len(found.years) == kept
    assert found.origin == years[-1]


def test_nothing_is_known_of_a_level_that_was_not_observed():
    with pytest.raises(InputError) as raised:
        across(ours(), HILL, Series("x", (2015, 2019), (1.0, 2.0)), "break", 2025)
    assert raised.value.code == "places.nothing_after"


rows = st.lists(st.tuples(st.floats(0.1, 1e4), st.integers(1, 10**6)), min_size=3, max_size=3)


@given(rows)
def test_to_rebuild_and_to_sum_commute(given):
    """Income of all is the same counted by the parts, or by what was rebuilt of them."""
    parts = {code: Series(code, (2010,), (v,), "x") for code, (v, _) in zip("123", given, strict=True)}
    people = {code: float(n) for code, (_, n) in zip("123", given, strict=True)}
    land = rebuild(ours(0.5), LAND, parts, {2010: people}).series.last
    port = rebuild(ours(0.5), PORT, parts, {2010: people}).series.last
    there = land * (people["1"] + people["2"] + people["3"] / 2) + port * people["3"] / 2
    assert math.isclose(there, sum(v * n for v, n in given), rel_tol=1e-9)


@given(st.integers(0, 10**6), st.floats(0.05, 0.95))
def test_the_sum_of_the_parts_draws_is_the_whole_s_and_no_draw_of_people_is_lost(seed, share):
    """Draw by draw: what all people earn, and how many they are, is the same in the old places and in the new."""
    rng = np.random.default_rng(seed)
    income, people = np.exp(rng.normal(3, 0.4, (16, 3))), rng.integers(1, 10**6, (16, 3)).astype(float)
    country = ours(share)
    for earned, lives in zip(income, people, strict=True):
        parts = {code: Series(code, (2030,), (v,), "x") for code, v in zip("123", earned, strict=True)}
        there = {2030: dict(zip("123", lives, strict=True))}
        whole = [rebuild(country, new, parts, there) for new in (LAND, PORT)]
        assert sum(sum(new.incomes) for new in whole) == pytest.approx(earned @ lives)
        heads = [sum(new.incomes) / new.series.last for new in whole]
        assert sum(heads) == pytest.approx(lives.sum())
        totals = [rebuild(country, new, parts, {}, total=True).series.last for new in (LAND, PORT)]
        assert sum(totals) == pytest.approx(earned.sum())
