from dataclasses import replace

import pytest
from scipy.stats import invgamma

from ruralincome.reference.component import Component, Fading, Record, Trial, fading
from ruralincome.reference.vintages import read_class, vintages


def trial(year, error, inside=0.8):
    return Trial(year - 1, year, 60, 0.5, inside, 0.95, error)


@pytest.mark.parametrize(
    ("errors", "direction"), [((-0.1, -0.02), -1), ((0.1, 0.02), 1), ((0.1, -0.02), 0), ((0.0, 0.1), 0)]
)
def test_a_record_says_on_which_side_what_came_lay(errors, direction):
    found = Record("x", tuple(trial(2014 + i, e, 0.7 + i / 10) for i, e in enumerate(errors)))
    assert found.direction == direction
    assert found.errors == (min(errors), max(errors))
    assert found.inside80 == pytest.approx(0.75)


def test_a_question_of_the_past_does_not_know_how_the_class_fared_later():
    later = replace(read_class("vietnam-pool", 2020), record=(trial(2016, -0.1), trial(2020, 0.1)))
    found = later.fared(2018)
    assert [t.year for t in found.trials] == [2016]


@pytest.mark.parametrize("name", ["vietnam-pool", "vietnam-provinces-real", "vietnam-provinces"])
def test_the_classes_of_the_article_ship_with_their_record(name):
    tests = read_class(name, 2020).record
    assert [(t.origin, t.year) for t in tests] == [(2014, 2016), (2016, 2018), (2018, 2019), (2018, 2020), (2019, 2020)]
    assert all(t.inside50 <= t.inside80 <= t.inside95 for t in tests)
    assert all(t.places == 63 for t in tests)


@pytest.mark.parametrize("name", ["international", "international-gdp", "international-income"])
def test_a_class_of_other_countries_is_tested_by_the_vintages_that_knew_no_later_year(name):
    known = [read_class(name, year) for year in vintages(name)]
    assert known[0].record == ()  # nothing shipped before it
    for found in known[1:]:
        assert {t.year - t.origin for t in found.record} == {1, 2}
        assert min(t.origin for t in found.record) >= known[0].last_year
        assert max(t.year for t in found.record) <= found.last_year
        assert all(t.inside50 <= t.inside80 <= t.inside95 for t in found.record)


def test_the_excess_that_is_left_adds_up_year_by_year():
    found = Fading(0.02, 0.4, 0.8, 0.01)
    assert [found.left(n) for n in (0, 1, 2, 3)] == pytest.approx([0, 0.4, 0.4 + 0.32, 0.4 + 0.32 + 0.256])


@pytest.mark.parametrize("a0", [1.0, 3.0, 30.0])
def test_the_typical_variance_is_the_median_of_its_inverse_gamma(a0):
    assert Component(1.0, 0.05, 6.0, a0, 0.004).variance == pytest.approx(invgamma(a0, scale=0.004).median(), rel=0.04)


@pytest.mark.parametrize(("error", "left"), [(0.0, 0.02), (0.012, 0.016), (0.02, 0.0), (0.05, 0.0)])
def test_of_what_countries_differ_by_the_class_s_own_error_is_taken_off(error, left):
    assert fading(error).spread == pytest.approx(left)


def test_a_walk_of_one_pace_has_no_memory_of_any_kind():
    plain = Component(1.0, 0.05, 6.0, 3.0, 0.004, trend=0.02)
    assert plain.plain
    for name, value in {"damping": 0.9, "kappa": 0.5, "nu": 0.5, "lam": 0.9, "eta": 0.9, "wander": 0.5}.items():
        assert not replace(plain, **{name: value}).plain


@pytest.mark.parametrize(("damping", "mean", "trend"), [(1.0, 0.07, 0.01), (0.9, 0.05, 0.03)])
def test_more_growth_for_ever_is_in_the_pace_that_lasts(damping, mean, trend):
    """A damped pace dies away, so that what is to last is added to the trend."""
    found = Component(1.0, 0.05, 10.0, 3.0, 0.01, damping=damping, trend=0.01).faster(0.02)
    assert (found.m0, found.trend) == pytest.approx((mean, trend))
