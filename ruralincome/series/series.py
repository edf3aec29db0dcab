"""Series: observed annual values with unit, price basis, coverage and source."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from ruralincome.series import frames
from ruralincome.series.faults import InputError

if TYPE_CHECKING:
    import pandas as pd

Prices = Literal["nominal", "real"]
Kind = Literal["income", "general"]


@dataclass(frozen=True)
class Text:
    """The same words in Vietnamese and English."""

    vi: str
    en: str


@dataclass(frozen=True)
class Source:
    """Where a figure was published: title, place (an address or a citation), day it was read, title by language."""

    title: str
    path: str
    accessed: str = ""
    titles: Text | None = None


SMALLEST = 1e-100
"""Levels lie between this and its inverse, so that their products are numbers."""


@dataclass(frozen=True)
class Series(frames.Shows):
    """Observed annual values of one indicator in one place.

    years: strictly increasing calendar years, possibly with gaps; values: positive levels in `unit`.
    prices: nominal or real; kind: what the values are, which picks the default reference class.
    decimals: digits after the point as published (for questions of rounding).
    price_year: the year whose prices real values are in. standard_errors: of the values, in `unit`, where they are from
    a survey that states them; one a value.

    Raises InputError for an empty or unordered series, a repeated year, a value that is not positive and finite, a
    standard error that is negative, larger than its value or missing beside others.

    >>> Series("x", (2016, 2020), (32.6, 44.9)).growth
    0.08332105806659218
    """

    name: str
    years: tuple[int, ...]
    values: tuple[float, ...]
    unit: str = ""
    prices: Prices = "nominal"
    kind: Kind = "income"
    decimals: int = 1
    title: Text | None = None
    place: Text | None = None
    coverage: Text | None = None
    sources: tuple[Source, ...] = field(default=())
    price_year: int | None = None
    territory: str = ""
    territory_source: str = ""
    standard_errors: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if not self.years or len(self.years) != len(self.values):
            raise InputError("series.lengths", name=self.name, years=len(self.years), values=len(self.values))
        for before, year in zip(self.years, self.years[1:], strict=False):
            if year <= before:
                code = "series.year_twice" if year == before else "series.year_order"
                raise InputError(code, name=self.name, year=year, before=before)
        for year, value in zip(self.years, self.values, strict=True):
            if not (math.isfinite(value) and value > 0):
                raise InputError("series.not_positive", name=self.name, value=value, year=year)
            if not SMALLEST <= value <= 1 / SMALLEST:
                raise InputError("series.no_level", name=self.name, value=value, year=year)
        if self.standard_errors is not None:
            given = [e for e in self.standard_errors if not math.isnan(e)]
            if not len(given) == len(self.standard_errors) == len(self.values):
                raise InputError("series.errors_some", name=self.name, given=len(given), values=len(self.values))
            for year, value, error in zip(self.years, self.values, given, strict=True):
                if not 0 <= error <= value:
                    raise InputError("series.error_outside", name=self.name, error=error, value=value, year=year)

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        year: str | None = None,
        value: str | None = None,
        standard_error: str | None = None,
        name: str = "series",
        **about: Any,
    ) -> "Series":
        """A series from a DataFrame, or from a pandas Series whose index holds the years, in any order.

        year: the column of years, the index unless named (whole numbers or yearly periods); value: the column of
        values, the only other one unless named; standard_error: the column of theirs; about: unit and further fields.
        Raises InputError naming the column or the year that cannot serve.

        >>> import pandas as pd
        >>> Series.from_frame(pd.Series({2016: 32.6, 2020: 44.9}), unit="million_vnd_per_person_year").growth
        0.08332105806659218
        """
        found = frames.observed(frame, year, value, standard_error)
        order = sorted(range(len(found["years"])), key=found["years"].__getitem__)
        fields: dict[str, Any] = {key: tuple(column[i] for i in order) for key, column in found.items()}
        return cls(name, **fields, **about)

    def to_frame(self) -> "pd.DataFrame":
        """A row an observation: year, value, and standard_error where stated."""
        return frames.frame(self)

    @property
    def origin(self) -> int:
        """The last observed year."""
        return self.years[-1]

    @property
    def last(self) -> float:
        """The last observed value."""
        return self.values[-1]

    @property
    def span(self) -> int:
        """Years from the first to the last observation."""
        return self.years[-1] - self.years[0]

    @property
    def growth(self) -> float:
        """Compound growth a year from the first to the last observation, as a fraction; nan with one observation."""
        if self.span == 0:
            return math.nan
        return float((self.values[-1] / self.values[0]) ** (1 / self.span) - 1)

    @property
    def steps(self) -> tuple[tuple[int, float], ...]:
        """Pairs (years between neighbours, change of the logarithm)."""
        pairs = zip(self.years, self.years[1:], self.values, self.values[1:], strict=False)
        return tuple((t1 - t0, math.log(y1 / y0)) for t0, t1, y0, y1 in pairs)

    def value(self, year: int) -> float:
        """The observation of `year`; raises InputError where there is none."""
        if year not in self.years:
            raise InputError("series.no_observation", name=self.name, year=year, known=self.years)
        return self.values[self.years.index(year)]

    def until(self, year: int) -> "Series":
        """The series as it was known with observations up to `year`."""
        keep = sum(t <= year for t in self.years)
        if not keep:
            raise InputError("series.begins_later", name=self.name, year=year, first=self.years[0])
        errors = self.standard_errors and self.standard_errors[:keep]
        return replace(self, years=self.years[:keep], values=self.values[:keep], standard_errors=errors)


def series(years: Sequence[int], values: Sequence[float], name: str = "series") -> Series:
    """A series from plain numbers, for exploring."""
    return Series(name, tuple(int(t) for t in years), tuple(float(v) for v in values))
