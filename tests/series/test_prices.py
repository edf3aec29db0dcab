"""Prices: deflating and back, expected inflation, and the errors of mixed bases."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralincome.data.package import read_rates, read_series
from ruralincome.series import InputError, Series, prices
from ruralincome.series.prices import Inflation

CPI = {2017: 0.04, 2018: 0.035, 2019: 0.028, 2020: 0.032}
TWO = Series("two", (2016, 2020), (32.6, 44.9))


def test_by_hand():
    grown = 1.04 * 1.035 * 1.028 * 1.032
    assert prices.level(CPI, 2016, 2020) == pytest.approx(grown)
    assert prices.level(CPI, 2020, 2016) == pytest.approx(1 / grown)
    real = prices.deflate(TWO, CPI, 2020)
    assert real.values == pytest.approx((32.6 * grown, 44.9))
    assert (real.prices, real.price_year) == ("real", 2020)


@given(base=st.integers(2016, 2020), value=st.floats(1, 1000), year=st.integers(2016, 2023))
def test_real_and_back_is_where_it_started(base, value, year):
    ahead = Inflation(0.03, 0.01)
    real = value / prices.level(CPI, base, year, ahead)
    assert real / prices.level(CPI, year, base, ahead) == pytest.approx(value, rel=1e-12)


def test_real_growth_is_nominal_growth_over_inflation():
    real = prices.deflate(TWO, CPI, 2018)
    inflation = prices.level(CPI, 2016, 2020) ** (1 / 4) - 1
    assert real.growth == pytest.approx((1 + TWO.growth) / (1 + inflation) - 1)


def test_expected_inflation_is_that_of_the_last_year_known():
    cpi = read_rates("vietnam_cpi")
    found = prices.expected(cpi, 2020)
    assert (found.mean, found.sd) == pytest.approx((math.log(1.0322093436), 0.015))
    assert prices.expected({**cpi, 2021: 0.9}, 2020) == found
    with pytest.raises(InputError, match=r"of 2021 is not known .* 2020\); state terms\.inflation"):
        prices.expected(CPI, 2021)


def test_years_ahead_follow_the_assumption_and_gaps_do_not():
    ahead = Inflation(math.log(1.04), 0.01)
    assert prices.level(CPI, 2020, 2022, ahead) == pytest.approx(1.04**2)
    with pytest.raises(InputError, match=r"no inflation for 2021 \(it covers 2017 to 2020\)"):
        prices.level(CPI, 2020, 2021)
    with pytest.raises(InputError, match="no inflation for 2016"):
        prices.level(CPI, 2015, 2020, ahead)


def test_mixed_bases_are_refused():
    real = prices.deflate(TWO, CPI, 2020)
    prices.same_terms(real, prices.deflate(TWO, CPI, 2020))
    with pytest.raises(InputError, match="two is at current prices and two is in prices of 2020"):
        prices.same_terms(TWO, real)
    with pytest.raises(InputError, match="in prices of 2020 and two is in prices of 2018"):
        prices.same_terms(real, prices.deflate(TWO, CPI, 2018))
    with pytest.raises(InputError, match=r"constant prices \(of 2020\) already"):
        prices.deflate(real, CPI, 2018)
    with pytest.raises(InputError, match=r"values are in constant prices already; take terms out"):
        prices.deflate(Series("x", (2020,), (1.0,), prices="real"), CPI, 2020)
    with pytest.raises(InputError, match=r"no inflation for 2017 \(it covers no year\)"):
        prices.level({}, 2016, 2017)


def test_national_income_in_real_terms_grew_less():
    cpi = read_rates("vietnam_cpi")
    rural = read_series("vietnam_rural_income").until(2020)
    real = prices.deflate(rural, cpi, 2020)
    assert real.growth < rural.growth
    assert real.values[-1] == rural.values[-1]
