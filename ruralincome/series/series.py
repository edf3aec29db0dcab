"""Series: observed annual values with unit, price basis, coverage and source."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from ruralincome.series import frames, growth
from ruralincome.series.faults import InputError
from ruralincome.series.units import unit_of

if TYPE_CHECKING:
    import pandas as pd

SMALLEST = 1e-100  # levels lie between this and its inverse, so that their products are numbers
Prices = Literal["nominal", "real"]
Kind = Literal["income", "general"]
Status = Literal["final", "preliminary", "estimate", "break", "not_available", "confidential", "zero"]
"""What is said of a figure by who published it; a break: the step up to it is none of growth."""


@dataclass(frozen=True)
class Text:
    """The same words in Vietnamese and English."""

    vi: str
    en: str


@dataclass(frozen=True)
class Source:
    """Where a figure was published: title, place (an address or a citation), day it was read, title by language."""

    title: str
    path: str = ""
    accessed: str = ""
    titles: Text | None = None


@dataclass(frozen=True)
class Vintage:
    """A figure that was revised since: its year, its value and what took its place, and the days of both."""

    year: int
    value: float
    new: float
    published: str
    revised: str


@dataclass(frozen=True)
class Series(frames.Shows):
    """Observed annual values of one indicator in one place.

    years: strictly increasing calendar years, possibly with gaps; values: positive levels in `unit`; kind: what they
    are, which picks the default reference class; decimals: digits as published (for questions of rounding); price_year:
    the year whose prices real values are in. standard_errors: of the values, where they are from a survey that states
    them; samples: size and design effect of each; one a value. statuses: what is said of the figure of a year, or of
    why it has none, unless it is final; published: the days on which figures came out; vintages: those revised since.
    Raises InputError for an empty or unordered series, a repeated year, a value that is not positive and finite, a
    standard error that is negative, not below its value or missing beside others.

    >>> Series("x", (2016, 2020), (32.6, 44.9)).growth
    0.08332105806659218"""

    name: str
    years: tuple[int, ...]
    values: tuple[float, ...]
    unit: str = ""
    prices: Prices = "nominal"
    kind: Kind = "income"
    decimals: int = 1
    title: Text | None = field(default=None, repr=False)
    place: Text | None = field(default=None, repr=False)
    coverage: Text | None = field(default=None, repr=False)
    sources: tuple[Source, ...] = field(default=(), repr=False)
    price_year: int | None = None
    territory: str = ""
    territory_source: str = field(default="", repr=False)
    standard_errors: tuple[float, ...] | None = None
    samples: tuple[tuple[float, float], ...] | None = field(default=None, repr=False)
    statuses: tuple[tuple[int, Status], ...] = field(default=(), repr=False)
    published: tuple[tuple[int, str], ...] = field(default=(), repr=False)
    vintages: tuple[Vintage, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if not self.years or len(self.years) != len(self.values):
            raise InputError("series.lengths", name=self.name, years=len(self.years), values=len(self.values))
        for before, year in pairwise(self.years):
            if year <= before:
                code = "series.year_twice" if year == before else "series.year_order"
                raise InputError(code, name=self.name, year=year, before=before)
        for year, value in zip(self.years, self.values, strict=True):
            if not (math.isfinite(value) and value > 0):
                raise InputError("series.not_positive", name=self.name, value=value, year=year)
            if not SMALLEST <= value <= 1 / SMALLEST:
                raise InputError("series.no_level", name=self.name, value=value, year=year)
        errors, sizes = self.standard_errors, self.samples and [size or math.nan for size, _ in self.samples]
        for code, stated in (("series.errors_some", errors), ("series.samples_some", sizes)):
            given = [x for x in stated or () if not math.isnan(x)]
            if stated is not None and not len(given) == len(stated) == len(self.values):
                raise InputError(code, name=self.name, given=len(given), values=len(self.values))
        for year, value, error in zip(self.years, self.values, errors or (), strict=errors is not None):
            if not 0 <= error < value:
                raise InputError("series.error_outside", name=self.name, error=error, value=value, year=year)

    @classmethod
    def from_frame(
        cls, frame: Any, *, year: str | None = None, value: str | None = None, standard_error: str | None = None,
        name: str = "series", **about: Any,
    ) -> "Series":  # fmt: skip
        """A series from a DataFrame, or from a pandas Series whose index holds the years, in any order. year: column of
        years, the index unless named (whole numbers or yearly periods); value: of values, the only other one unless
        named; standard_error: of theirs; about: further fields. Raises InputError naming the column or year at fault.

        >>> import pandas as pd
        >>> Series.from_frame(pd.Series({2016: 32.6, 2020: 44.9}), unit="million_vnd_per_person_year").growth
        0.08332105806659218"""
        found = frames.observed(frame, year, value, standard_error)
        order = sorted(range(len(found["years"])), key=found["years"].__getitem__)
        own: dict[str, Any] = {key: tuple(column[i] for i in order) for key, column in found.items()}
        return cls(name, **own, **about)

    def to_frame(self) -> "pd.DataFrame":
        """A row an observation: year, value, and standard_error where stated."""
        import pandas as pd

        columns = {"year": self.years, "value": self.values, "standard_error": self.standard_errors}
        return pd.DataFrame({name: column for name, column in columns.items() if column is not None})

    origin = cached_property[int](lambda series: series.years[-1])  # the last observed year
    last = cached_property[float](lambda series: series.values[-1])  # the last observed value
    span = cached_property[int](lambda series: series.years[-1] - series.years[0])
    """Years from the first to the last observation."""
    growth = cached_property[float](lambda series: growth.pace(series.values[0], series.last, series.span))
    """Compound growth a year from the first to the last observation, as a fraction; nan with one observation."""

    @property
    def limit(self) -> float:
        """What no level passes: that of its unit, unless a figure has passed it (percent of something else)."""
        limit = unit_of(self.unit).limit
        return limit if max(self.values) <= limit else math.inf

    @property
    def steps(self) -> tuple[tuple[int, float], ...]:
        """Pairs (years between neighbours, change of the logarithm)."""
        pairs = pairwise(zip(self.years, self.values, strict=True))
        return tuple((t1 - t0, math.log(y1 / y0)) for (t0, y0), (t1, y1) in pairs)

    def value(self, year: int) -> float:
        """The observation of `year`; raises InputError where there is none."""
        if year not in self.years:
            raise InputError("series.no_observation", name=self.name, year=year, known=self.years)
        return self.values[self.years.index(year)]

    def until(self, year: int) -> "Series":
        """The series as it was known with observations up to `year`, when the last of them was first published."""
        if year >= self.origin:
            return self
        kept = [t for t in self.years if t <= year]
        if not kept:
            raise InputError("series.begins_later", name=self.name, year=year, first=self.years[0])
        days = [*self.published, *((v.year, v.published) for v in self.vintages)]
        return self._only(kept, min((day for t, day in days if t == kept[-1]), default="9999"))

    def known(self, day: str) -> "Series":
        """The series as it was known on a day (YYYY-MM-DD): a figure counts from the day on which it was published, one
        that states none from the end of its year."""
        stated = dict(self.published)
        return self._only([t for t in self.years if t in stated or f"{t:04}-12-31" <= day], day)

    def broken(self, first: int) -> "Series":
        """What was observed before number `first` moved, so that its last falls on it in year and level: the growth
        before and after stays as it was, and the step between is none of it."""
        if first == 0:
            return self
        kept = [i for i in range(len(self.years)) if i != first - 1]
        years, factor = self.years[first] - self.years[first - 1], self.values[first] / self.values[first - 1]
        by, errors = [factor if i < first else 1.0 for i in kept], self.standard_errors
        return self._picked(
            kept, years=tuple(self.years[i] + years * (i < first) for i in kept),
            values=tuple(self.values[i] * k for i, k in zip(kept, by, strict=True)),
            standard_errors=errors and tuple(errors[i] * k for i, k in zip(kept, by, strict=True)),
        )  # fmt: skip

    @property
    def joined(self) -> "Series":
        """The series as evidence of growth: broken at each figure marked as after a break."""
        found = self
        for year, status in self.statuses:
            if status == "break" and year in found.years:
                found = found.broken(found.years.index(year))
        return found

    def _only(self, years: Sequence[int], day: str) -> "Series":
        """The series with the figures of these years, each as it was published by a day."""
        stated, kept = dict(self.published), {t: self.value(t) for t in years}
        for year in [t for t in years if stated.get(t, "") > day]:
            old = [v for v in self.vintages if v.year == year and v.published <= day]
            last = max(old, key=lambda v: v.published, default=None)
            if last is None:
                del kept[year]
            else:
                kept[year], stated[year] = last.value, last.published
        if not kept:
            raise InputError("series.begins_later_on", name=self.name, day=day)
        at = [i for i, year in enumerate(self.years) if year in kept]
        same = all(self.values[i] == kept[self.years[i]] for i in at)  # a figure of then may have had another error
        return self._picked(
            at, years=tuple(kept), values=tuple(kept.values()),
            **{} if same else dict.fromkeys(("standard_errors", "samples")),
            statuses=tuple(one for one in self.statuses if one[0] <= max(kept)),
            published=tuple(one for one in stated.items() if one[0] in kept),
            vintages=tuple(v for v in self.vintages if v.year in kept and v.revised <= day),
        )  # fmt: skip

    def _picked(self, at: Sequence[int], **changed: Any) -> "Series":
        """The observations numbered `at`, each with its error and sample, and with what is changed of them."""
        columns = {name: getattr(self, name) for name in ("years", "values", "standard_errors", "samples")}
        picked: dict[str, Any] = {name: column and tuple(column[i] for i in at) for name, column in columns.items()}
        return replace(self, **picked | changed)
