"""Series: growth, steps, and what it refuses."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralincome.series import InputError, Series
from ruralincome.series.prices import deflate
from ruralincome.series.series import Vintage

ARTICLE = Series("binh_thuan", (2016, 2020), (32.6, 44.9))


def test_growth_of_the_article_by_hand():
    assert ARTICLE.growth == pytest.approx((44.9 / 32.6) ** 0.25 - 1, abs=1e-15)
    assert ARTICLE.steps == ((4, pytest.approx(math.log(44.9 / 32.6))),)


def test_one_observation_has_no_growth():
    assert math.isnan(Series("one", (2020,), (44.9,)).growth)


@pytest.mark.parametrize(
    ("years", "values", "words"),
    [
        ((), (), "0 years"),
        ((2016,), (1.0, 2.0), "1 years and 2 values"),
        ((2016, 2016), (1.0, 2.0), "2016 stands twice"),
        ((2020, 2016), (1.0, 2.0), "2016 comes after 2020"),
        ((2016, 2020), (1.0, 0.0), "value 0 in 2020 is not positive"),
        ((2016, 2020), (1.0, -3.0), "-3 in 2020"),
        ((2016, 2020), (1.0, math.nan), "nan in 2020"),
        ((2016, 2020), (1.0, math.inf), "inf in 2020"),
        ((2016, 2020), (1.0, 1e-101), "1e-101 in 2020"),
        ((2016, 2020), (1.5e100, 1.0), r"1\.5e.100 in 2016"),
    ],
)
def test_refuses_what_cannot_be_a_series(years, values, words):
    with pytest.raises(InputError, match=words):
        Series("x", years, values)


def test_until_cuts_and_never_looks_ahead():
    cut = ARTICLE.until(2019)
    assert cut.years == (2016,)
    assert cut.values == (32.6,)
    with pytest.raises(InputError, match="no observation up to 2015"):
        ARTICLE.until(2015)


def test_value_names_the_years_there_are():
    assert ARTICLE.value(2016) == 32.6
    with pytest.raises(InputError, match="no observation for 2018; choose one of 2016, 2020"):
        ARTICLE.value(2018)


@given(st.lists(st.floats(0.1, 1e6), min_size=2, max_size=9), st.floats(1e-3, 1e3))
def test_steps_add_up_and_scaling_changes_no_growth(values, factor):
    years = tuple(range(2000, 2000 + len(values)))
    one = Series("x", years, tuple(values))
    other = Series("x", years, tuple(v * factor for v in values))
    assert sum(g for _, g in one.steps) == pytest.approx(math.log(values[-1] / values[0]), abs=1e-9)
    assert other.growth == pytest.approx(one.growth, rel=1e-6, abs=1e-9)


def test_standard_errors_follow_their_values():
    found = Series("x", (2018, 2019, 2020), (30.0, 33.0, 36.0), standard_errors=(0.3, 0.0, 0.9))
    assert found.until(2019).standard_errors == (0.3, 0.0)
    real = deflate(found, {2019: 0.1, 2020: 0.0}, 2018)
    assert real.standard_errors == pytest.approx((0.3, 0.0, 0.9 / 1.1))
    assert Series("x", (2018,), (30.0,)).standard_errors is None


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ((0.3,), "1 standard errors for 2 values"),
        ((0.3, math.nan), "1 standard errors for 2 values"),
        ((0.3, -0.1), "standard error -0.1 of 44.9 in 2020"),
        ((0.0, 44.9), "standard error 44.9 of 44.9 in 2020"),
        ((32.7, 0.0), "standard error 32.7 of 32.6 in 2016"),
    ],
)
def test_standard_errors_that_cannot_be_are_refused(errors, words):
    with pytest.raises(InputError, match=words):
        Series("x", (2016, 2020), (32.6, 44.9), standard_errors=errors)


def test_a_break_moves_what_was_before_it_onto_the_figure_after_it():
    s = Series("x", (2014, 2016, 2018, 2020), (10.0, 12.0, 30.0, 33.0), standard_errors=(1.0, 1.2, 3.0, 3.3))
    broken = s.broken(2)
    assert broken.years == (2016, 2018, 2020)
    assert broken.values == pytest.approx((25.0, 30.0, 33.0))
    assert broken.standard_errors == pytest.approx((2.5, 3.0, 3.3))


def test_what_is_evidence_of_growth_is_broken_at_breaks_alone():
    """A step of 2.5 after a break is none of growth; what is preliminary, or said of a year without figure, is."""
    said = (2016, "preliminary"), (2017, "break"), (2018, "break"), (2020, "estimate")
    s = Series("x", (2014, 2016, 2018, 2020), (10.0, 12.0, 30.0, 33.0), statuses=said)
    assert s.joined.years == (2016, 2018, 2020)
    assert s.joined.values == pytest.approx((25.0, 30.0, 33.0))


@pytest.mark.parametrize(("unit", "values", "limit"), [
    ("percent", (60.0, 100.0), 100), ("percent", (60.0, 100.5), math.inf), ("communes", (60.0, 90.0), math.inf),
])  # fmt: skip
def test_a_share_passes_no_hundred_unless_it_has(unit, values, limit):
    assert Series("x", (2016, 2020), values, unit=unit).limit == limit


def test_a_figure_counts_from_its_day_and_one_without_a_day_from_the_end_of_its_year():
    s = Series("x", (2018, 2019, 2020), (30.0, 33.0, 36.0), published=((2018, "2019-06-30"), (2020, "2020-12-01")))
    days = {"2018-12-31": (), "2019-06-29": (), "2019-06-30": (2018,), "2019-12-31": (2018, 2019)}
    days |= {"2020-11-30": (2018, 2019), "2020-12-01": (2018, 2019, 2020)}
    for day, years in days.items():
        if years:
            assert s.known(day).years == years
            assert s.known(day).published == tuple((year, out) for year, out in s.published if year in years)
        else:
            with pytest.raises(InputError):
                s.known(day)


def test_a_revised_figure_is_known_as_it_was_then():
    first, second = (
        Vintage(2019, *of)
        for of in ((31.0, 32.0, "2020-03-01", "2020-06-01"), (32.0, 33.0, "2020-06-01", "2021-03-01"))
    )
    s = Series("x", (2018, 2019), (30.0, 33.0), published=((2019, "2021-03-01"),), vintages=(first, second))
    for day, value, known in (
        ("2020-05-31", 31.0, ()),
        ("2020-06-01", 32.0, (first,)),
        ("2021-03-01", 33.0, s.vintages),
    ):
        found = s.known(day)
        assert (found.values, found.vintages) == ((30.0, value), known)
    assert s.known("2020-02-28").years == (2018,)
