"""Units: what each counts, how one is in another, and when two levels cannot be in one."""

import numpy as np
import pytest

from ruralincome.report.words.words import LANGUAGES, catalogue
from ruralincome.series.units import INCOMES, UNITS, USUAL_INCOME, factor, spent_in, too_far, unit_of


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", UNITS)
def test_each_unit_has_words(code, language):
    assert {f"unit.{code}.name", f"unit.{code}.quantity"} <= set(catalogue(language))


def test_a_month_and_a_year_differ_by_twelve():
    assert factor("thousand_vnd_per_person_month", USUAL_INCOME) == 0.012
    assert factor(USUAL_INCOME, "thousand_vnd_per_person_month") == pytest.approx(1000 / 12)
    assert factor("million_vnd_per_person_month", "thousand_vnd_per_person_month") == pytest.approx(1000)
    assert factor("usd_per_person_month", "usd_per_person_year") == 12
    assert factor("communes", "communes") == 1
    assert factor("communes", USUAL_INCOME) is None
    assert factor("dong", USUAL_INCOME) is None


def test_incomes_are_money_and_rates_are_no_levels():
    assert set(INCOMES) == {code for code, unit in UNITS.items() if unit.currency}
    assert [code for code, unit in UNITS.items() if unit.kind == "rate"] == ["percent_a_year"]


@pytest.mark.parametrize(
    ("currency", "country", "spent"),
    [
        ("USD", "EC", True),
        ("USD", "US", True),
        ("VND", "VN", True),
        ("EUR", "FR", True),
        ("EUR", "VN", False),
        ("XOF per household", "SN", True),
        ("XOF", "CM", False),
    ],
)
def test_a_currency_is_spent_in_its_countries(currency, country, spent):
    assert spent_in(currency, country) is spent


def test_a_month_among_years_is_too_far_and_a_lasting_boom_is_not():
    assert np.log(12) > too_far(1)
    assert np.log(12) < too_far(7)
    assert np.log(10) < too_far(8, -1)
    years = np.array([1, 5, 6, 30])
    np.testing.assert_allclose(too_far(years), [too_far(int(t)) for t in years])
    np.testing.assert_allclose(too_far(years)[:3], np.log([8, 8, 8 * 1.4]))


@pytest.mark.parametrize(("period", "times"), [("month", 12), ("quarter", 4), ("year", 1)])
def test_any_currency_is_counted_by_the_year(period, times):
    assert unit_of(f"eur_per_person_{period}").factor == times
    assert factor(f"thousand_eur_per_household_{period}", "eur_per_household_year") == 1000 * times
    assert factor(f"eur_per_person_{period}", "eur_per_household_year") is None


@pytest.mark.parametrize(("code", "ends", "beyond"), [
    (USUAL_INCOME, (0.5, 1000.0), (0.49, 1001.0)),
    ("thousand_vnd_per_person_month", (50.0, 80_000.0), (49.9, 80_001.0)),
])  # fmt: skip
def test_an_income_that_is_usual_may_be_at_either_end_and_not_beyond(code, ends, beyond):
    low, high = unit_of(code).usual
    assert all(low <= level <= high for level in ends)
    assert not any(low <= level <= high for level in beyond)


@pytest.mark.parametrize("code", ["ratio", "percent", "eur_per_person_month", "what a user calls it"])
def test_no_level_is_unusual_where_the_project_knows_no_incomes_in_the_unit(code):
    assert unit_of(code).usual == (0, np.inf)
