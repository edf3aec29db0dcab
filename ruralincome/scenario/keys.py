"""Keys: what may stand in a params file. Each adjustment is one change that a scenario makes to growth."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ruralincome.series import Prices
from ruralincome.series.prices import DEFLATOR

Year = Annotated[int, Field(ge=1900, le=2200)]
Level = Annotated[float, Field(gt=0, le=1e15)]


class Strict(BaseModel):
    """No unknown keys, no conversions, no infinities; frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, defer_build=True)


class Words(Strict):
    """The same words in Vietnamese and English."""

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)


class TargetSpec(Strict):
    """What is to be reached, in the series' own unit."""

    value: Level = Field(48.9, description="The value to reach, in the unit of the series, e.g. 48.9")
    year: Year = Field(2021, description="The year by whose end it is to be reached")
    base_year: Year | None = Field(None, description="Year of the baseline; the first observation unless stated")
    direction: Literal[1, -1] = Field(1, description="1: more is better; -1: less is better")
    prices: Prices | None = Field(
        None, description="real: the value is in the prices of terms.year; as the series was published unless stated"
    )


class Terms(Strict):
    """The prices in which the question is asked, and the inflation assumed."""

    prices: Prices = Field("real", description="real: deflated to the prices of `year`; nominal: current prices")
    year: Year | None = Field(None, description="Year whose prices are used; the last observation unless stated")
    deflator: str = Field(DEFLATOR, description="Name of a series of inflation rates in data/")
    inflation: float | None = Field(
        None, ge=-10, le=50, description="Inflation expected, % a year; mean of the last five years known unless stated"
    )
    sd: float | None = Field(
        None, ge=0, le=10, description="Its standard deviation, points; that of the last five years unless stated"
    )


class Span(Strict):
    """An adjustment that holds over years."""

    first_year: Year | None = Field(None, description="The year it begins; the first forecast year unless stated")
    last_year: Year | None = Field(None, description="Its last year; the target year unless stated")
    sd: float = Field(0.0, ge=0, le=15, description="Its own standard deviation, in points of growth a year")
    illustration: bool = Field(False, description="True where no figure stands behind the number; the report says so")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first_year is not None and self.last_year is not None and self.last_year < self.first_year:
            raise ValueError(f"last_year {self.last_year} is before first_year {self.first_year}; exchange them")
        return self


class Shock(Strict):
    """Points added to growth in stated years; what is lost stays lost."""

    kind: Literal["shock"]
    years: list[Year] = Field(min_length=1, description="The years it hits")
    points: float = Field(ge=-50, le=50, description="Percentage points added to growth in each year")
    sd: float = Field(0.0, ge=0, le=15, description="Standard deviation of the points")
    illustration: bool = Field(False, description="True where no figure stands behind the number; the report says so")

    @field_validator("years")
    @classmethod
    def _once(cls, years: list[int]) -> list[int]:
        if twice := next((y for y in years if years.count(y) > 1), None):
            raise ValueError(f"year {twice} stands twice; state each year once")
        return years


class Dip(Strict):
    """A dip in one year, and how the path recovers from it."""

    kind: Literal["dip"]
    year: Year = Field(description="The year of the dip")
    points: float = Field(ge=-50, lt=0, description="Percentage points taken from growth in that year, e.g. -8.8")
    sd: float = Field(0.0, ge=0, le=15, description="Standard deviation of the points")
    recovery: Literal["fast", "delayed", "never"] = Field(
        description="fast: back on the path a year later; delayed: a year of waiting, then back over two; never"
    )
    recovery_year: Year | None = Field(None, description="The year by whose end the path is met again")
    illustration: bool = Field(False, description="True where no figure stands behind the number; the report says so")

    @model_validator(mode="after")
    def _recovers_later(self) -> Self:
        if self.recovery == "never" and self.recovery_year is not None:
            raise ValueError(f"recovery_year {self.recovery_year} contradicts recovery never; take one of them out")
        least = self.year + (2 if self.recovery == "delayed" else 1)
        if self.recovery_year is not None and self.recovery_year < least:
            raise ValueError(f"recovery_year {self.recovery_year} is before {least}; state a later year")
        return self


class Disruption(Span):
    """A sustained disruption: only a share of the pace is kept."""

    kind: Literal["disruption"]
    keep: float | list[float] = Field(
        description="Share of the pace kept, 0 to 1; a list is read year by year from first_year"
    )

    @field_validator("keep")
    @classmethod
    def _shares(cls, keep: float | list[float]) -> float | list[float]:
        shares = keep if isinstance(keep, list) else [keep]
        if not shares or not all(0 <= share <= 1 for share in shares):
            raise ValueError("a share of the pace lies between 0 and 1; write 0.25 for a quarter")
        return keep

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if isinstance(self.keep, list) and self.last_year is not None:
            raise ValueError(f"last_year {self.last_year} and a list of shares both set the end; take last_year out")
        return self


class Accelerate(Span):
    """The pace multiplied by a factor."""

    kind: Literal["accelerate"]
    factor: float = Field(gt=0, le=10, description="Factor of yearly growth, e.g. 1.5")


class Pace(Span):
    """Growth whose median is a stated pace."""

    kind: Literal["pace"]
    percent: float | None = Field(None, gt=-50, lt=50, description="Growth a year in percent, e.g. 9")
    quantile: float | None = Field(None, gt=0, lt=1, description="Quantile of the reference class's growth")
    best: float | None = Field(None, gt=0, lt=1, description="The median of this best share of the class, e.g. 0.2")
    over: int | None = Field(None, ge=1, le=50, description="The class's growth over so many years; its longest")
    series: str | None = Field(None, description="The pace of this series in data/")
    between: list[Year] | None = Field(
        None, min_length=2, max_length=2, description="First and last year of that pace; all known years unless stated"
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        stated = [k for k in ("percent", "quantile", "best", "series") if getattr(self, k) is not None]
        if len(stated) != 1:
            found = " and ".join(stated) or "none of them"
            raise ValueError(f"a pace states one of percent, quantile, best, series; it has {found}")
        if self.between is not None and (self.series is None or self.between[0] >= self.between[1]):
            raise ValueError(f"between {self.between} wants a series and two rising years; write between: [2016, 2020]")
        if self.over is not None and self.quantile is None and self.best is None:
            raise ValueError(f"over {self.over} belongs to quantile or best; take it out")
        return self


class Linear(Span):
    """The same amount more every year."""

    kind: Literal["linear"]
    amount: float = Field(ge=-1e15, le=1e15, description="Change of the median a year, in the unit of the series")


class Percent(Span):
    """The median reaches a percentage of the baseline's value by the last year, in a straight line."""

    kind: Literal["percent_of_baseline"]
    percent: float = Field(gt=0, le=1000, description="Percent of the baseline's value, e.g. 150")
    base_year: Year | None = Field(None, description="Year of that value; the target's baseline unless stated")


class Halt(Span):
    """No growth: the median stays where it is."""

    kind: Literal["halt"]


class PathTo(Span):
    """The median follows a straight or geometric path to a value by the last year."""

    kind: Literal["path"]
    value: Level | None = Field(None, description="The value to reach; the target's unless stated")
    shape: Literal["geometric", "straight"] = Field("geometric", description="Equal growth a year, or a straight line")


class Return(Span):
    """Back to the path that the forecast had before the adjustments above, draw by draw."""

    kind: Literal["return"]
    first_year: Year | None = Field(None, description="The first year of the way back; the last year unless stated")
    last_year: Year | None = Field(None, description="The year by whose end the path is met; the target year")
    sd: float = Field(0.0, ge=0, le=15, description="By how much the path is missed, in points of growth a year")


class Driver(Strict):
    """A series that drives growth, and what is assumed of it."""

    series: str = Field(description="Name of a series of rates in data/, e.g. vietnam_gdp_growth")
    percent: float = Field(ge=-30, le=50, description="The rate assumed in each of the years, %")
    sd: float = Field(0.0, ge=0, le=15, description="Standard deviation of the assumption, points")


class Elasticity(Strict):
    """Growth driven by other series through elasticities estimated on a series of data/."""

    kind: Literal["elasticity"]
    of: str = Field("vietnam_rural_income", description="The series on which the elasticities are estimated")
    drivers: list[Driver] = Field(min_length=1, max_length=3, description="What drives it")
    years: list[Year] = Field(min_length=1, description="The years in which the assumption holds")
    illustration: bool = Field(False, description="True where no figure stands behind the assumed rates")

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        names = [d.series for d in self.drivers]
        if len(set(names)) < len(names) or len(set(self.years)) < len(self.years):
            raise ValueError("a driver or a year stands twice; state each once")
        return self


Adjustment = Annotated[
    Shock | Dip | Disruption | Accelerate | Pace | Linear | Percent | Halt | PathTo | Return | Elasticity,
    Field(discriminator="kind"),
]


class Grid(Strict):
    """Evenly spaced numbers, both ends included."""

    first: float = Field(ge=-1e15, le=1e15)
    last: float = Field(ge=-1e15, le=1e15)
    step: float = Field(ge=1e-6, le=1e15)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"last {self.last:g} is before first {self.first:g}; exchange them")
        return self

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return int((self.last - self.first) / self.step + 1e-9) + 1

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers, free of the crumbs of binary fractions."""
        return tuple(round(self.first + i * self.step, 10) for i in range(self.size))


class Sweep(Strict):
    """A grid of shocks x targets x reference classes, each cell a probability."""

    shock: Grid = Field(
        Grid(first=0.0, last=0.0, step=1.0), description="Points added to growth in `years`", validate_default=False
    )
    years: list[Year] | None = Field(None, min_length=1, description="Years of the shock; the first forecast year")
    target: Grid | None = Field(None, description="Targets, in the unit of the series; the target's own unless stated")
    references: list[str] | None = Field(None, min_length=1, description="Reference classes; the scenario's own")

    @property
    def cells(self) -> int:
        """How many cells it has."""
        return self.shock.size * (self.target.size if self.target else 1) * len(self.references or [""])

    @model_validator(mode="after")
    def _limited(self) -> Self:
        if self.cells > CELLS:
            raise ValueError(f"{self.cells} cells are more than {CELLS}; widen a step or shorten a range")
        if not -50 <= self.shock.first <= self.shock.last <= 50:
            raise ValueError(
                f"shocks {self.shock.first:g} to {self.shock.last:g} go beyond -50 or 50 points; narrow them"
            )
        if self.target is not None and self.target.first <= 0:
            raise ValueError(f"target.first {self.target.first:g} is not positive; begin at a level above 0")
        return self


CELLS = 20_000
"""The most cells of a sweep."""
