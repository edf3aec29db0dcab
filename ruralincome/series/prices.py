"""Prices: real and nominal terms, and the inflation between them.

The price level of a year is the product of (1 + inflation) from the base year on, by annual averages; a value in prices
of b is the value at current prices over that level. Inflation beyond the years known is a stated assumption: a mean and
a spread, in logarithms a year, one deviate for all years, as the reference classes assume it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ruralincome.series import InputError, Series

DEFLATOR = "vietnam_cpi"  # the series of inflation by which values are deflated unless another is stated
Rates = Mapping[int, float]  # inflation by year, as fractions


@dataclass(frozen=True)
class Inflation:
    """Inflation expected: mean and standard deviation of the mean, logarithms a year."""

    mean: float
    sd: float = 0.0


UNSURE = 0.015
"""Standard deviation of expected inflation around the last year's, logarithms a year: the mean of five years expected
9 % at the end of 2014, and 1.6 % came; what officials forecast lay within a point or two of the last year."""


def expected(rates: Rates, as_of: int) -> Inflation:
    """The inflation of the last year known, `as_of`, with its spread. Raises InputError where that is not known."""
    if as_of not in rates:
        raise InputError("series.inflation_unknown", as_of=as_of, last=max(rates, default=None))
    return Inflation(math.log1p(rates[as_of]), UNSURE)


def level(rates: Rates, base: int, year: int, ahead: Inflation | None = None) -> float:
    """The price level of `year`, that of `base` being 1; years that are not known follow `ahead`. Raises InputError for
    a year without a rate and nothing assumed."""
    if year < base:
        return 1 / level(rates, year, base, ahead)
    total = 0.0
    for t in range(base + 1, year + 1):
        if t in rates:
            total += math.log1p(rates[t])
        elif ahead is not None and t > max(rates, default=0):
            total += ahead.mean
        else:
            ends = {"first": min(rates), "last": max(rates)} if rates else {}
            raise InputError("series.no_inflation" if rates else "series.no_inflation_at_all", year=t, **ends)
    return math.exp(total)


def deflate(series: Series, rates: Rates, base: int) -> Series:
    """The series in prices of `base`. Raises InputError where it is real already or inflation is not known."""
    if series.prices == "real":
        code = "series.real_already_of" if series.price_year else "series.real_already"
        raise InputError(code, name=series.name, year=series.price_year)
    levels = [level(rates, base, t) for t in series.years]
    values = tuple(v / k for v, k in zip(series.values, levels, strict=True))
    errors = series.standard_errors and tuple(e / k for e, k in zip(series.standard_errors, levels, strict=True))
    return replace(series, values=values, prices="real", price_year=base, standard_errors=errors)


def same_terms(one: Series, other: Series) -> None:
    """Raise InputError unless both are in the same prices."""
    if (one.prices, one.price_year) != (other.prices, other.price_year):
        both = [(s.price_year, s.prices if s.prices == "nominal" or s.price_year else "constant") for s in (one, other)]
        its, theirs = (InputError(f"series.in.{basis}", year=year) for year, basis in both)
        raise InputError("series.two_bases", one=one.name, its=its, other=other.name, theirs=theirs)
