"""Shapes that add points to growth, to each draw its own."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ruralincome.scenario.keys import Strict, Year, distinct
from ruralincome.scenario.shapes.base import InYears, Known, Move, Shape
from ruralincome.series import InputError, Priced, Said, Shown

if TYPE_CHECKING:
    from numpy.random import Generator

    from ruralincome.models.forecast import Forecast
    from ruralincome.scenario.elasticity import Estimate
    from ruralincome.scenario.evidence import Evidence

MOST = 50.0  # the most points that one adjustment may add to growth or take from it, stated or estimated
RECOVERY = {"fast": (1, 1), "delayed": (2, 3), "never": (0, 0)}
"""Years after a dip in which the way back begins and, unless stated, by whose end the path is met again."""


class Shock(InYears):
    """Points added to growth in stated years; what is lost stays lost."""

    kind: Literal["shock"]
    points: float = Field(ge=-MOST, le=MOST, description="Percentage points added to growth in each year")
    sd: float = Field(0.0, ge=0, le=15, description="Standard deviation of the points")
    shown: ClassVar = {"points": ("signed", 1)}

    def draw(self, forecast: "Forecast", plain: "Forecast", evidence: "Evidence", rng: "Generator") -> "Forecast":
        from ruralincome.scenario import paths

        return paths.lift(forecast, self.years, self.points, self.sd, rng)

    def move(self, known: Known) -> Move:
        return Move("add", (self.points / 100,), on=tuple(self.years))


class Dip(Shape):
    """A dip in one year, and how the path recovers from it."""

    kind: Literal["dip"]
    year: Year = Field(description="The year of the dip")
    points: float = Field(ge=-MOST, lt=0, description="Percentage points taken from growth in that year, e.g. -8.8")
    sd: float = Field(0.0, ge=0, le=15, description="Standard deviation of the points")
    recovery: Literal["fast", "delayed", "never"] = Field(description="fast: back in a year; delayed: in three; never")
    recovery_year: Year | None = Field(None, description="The year by whose end the path is met again")

    @model_validator(mode="after")
    def _recovers_later(self) -> Self:
        year, (least, _) = self.recovery_year, self._back
        if year is not None and (self.recovery == "never" or year < least):
            code = "never_recovers" if self.recovery == "never" else "recovers_too_early"
            raise InputError(f"shape.{code}", year=year, least=least)
        return self

    @property
    def _back(self) -> tuple[int, int]:
        """First and last year of the way back; its own year where there is none."""
        first, last = RECOVERY[self.recovery]
        return self.year + first, self.recovery_year or self.year + last

    def acts(self, origin: int, end: int) -> tuple[int, ...]:
        return tuple(range(self.year, min(self._back[1], end) + 1))

    def stated_years(self) -> list[tuple[str, int]]:  # the way back may end later than the forecast
        return [("year", self.year)]

    def draw(self, forecast: "Forecast", plain: "Forecast", evidence: "Evidence", rng: "Generator") -> "Forecast":
        from ruralincome.scenario import paths

        back = None if self.recovery == "never" else self._back
        return paths.dip(forecast, self.year, self.points, back, self.sd, rng)

    def move(self, known: Known) -> Move:  # one year ahead no way back has begun
        return Move("add", (self.points / 100,), on=(self.year,))

    def facts(self, known: Known) -> Said:
        by = self.recovery_year
        after = Said(f"adjustment.dip.{self.recovery}") if by is None else Said("adjustment.dip.by", {"year": by})
        return Said("adjustment.dip", {"points": Shown(-self.points, digits=1), "after": after})


class Driver(Strict):
    """A series that drives growth, and what is assumed of it."""

    series: str = Field(description="Name of a series of rates in data/, e.g. vietnam_gdp_growth")
    percent: float = Field(ge=-30, le=50, description="The rate assumed in each of the years, %")
    sd: float = Field(0.0, ge=0, le=15, description="Standard deviation of the assumption, points")


Drivers = Annotated[list[Driver], distinct("shape.driver_twice", "driver", lambda driver: driver.series)]


class Elasticity(InYears):
    """Growth driven by other series through elasticities estimated on a series of data/."""

    kind: Literal["elasticity"]
    of: str = Field("vietnam_rural_income", description="The series on which the elasticities are estimated")
    drivers: Drivers = Field(min_length=1, max_length=3, description="What drives it")

    def needs(self) -> tuple[tuple[str, str, bool], ...]:
        return ("of", self.of, False), *(("drivers", d.series, True) for d in self.drivers)

    def draw(self, forecast: "Forecast", plain: "Forecast", evidence: "Evidence", rng: "Generator") -> "Forecast":
        """Drawn elasticities times how far the rates, drawn too, lie from those of the place's own history."""
        from ruralincome.scenario import paths

        found, usual = self.estimated(evidence), self._usual(evidence)
        assumed = [(driver.percent, driver.sd) for driver in self.drivers]
        return paths.lift(forecast, self.years, paths.driven(found, assumed, usual, len(forecast.paths), rng))

    def move(self, known: Known) -> InputError:
        return InputError("shape.coefficients_not_closed")

    def facts(self, known: Known) -> Said:
        titles = [known.place.title(d.series) if known.place is not None else d.series for d in self.drivers]
        each = zip(titles, (Shown(d.percent, digits=1) for d in self.drivers), strict=True)
        assumed = tuple(Said("adjustment.driver", {"driver": driver, "rate": rate}) for driver, rate in each)
        return Said("adjustment.elasticity", {"assumed": assumed, "of": Priced(known.companions[self.of])})

    def serve(self, evidence: "Evidence") -> None:
        """Refuses drivers that move growth by more than any adjustment may."""
        for points in self.expected(evidence).values():
            if abs(points) > MOST:
                raise InputError("shape.drivers_too_far", points=round(points), most=MOST)

    def expected(self, known: Any, origin: int = 0, end: int = 0) -> Mapping[int, float]:
        """By its point estimates, of one place: many have no closed form."""
        found = self.estimated(known).coefficients
        away = [math.log1p(d.percent / 100) - u for d, u in zip(self.drivers, self._usual(known), strict=True)]
        return dict.fromkeys(self.years, 100 * float(sum(b * x for b, x in zip(found, away, strict=True))))

    def estimated(self, evidence: "Evidence") -> "Estimate":
        from ruralincome.scenario.elasticity import estimate

        return estimate(evidence.companions[self.of], {d.series: evidence.rates[d.series] for d in self.drivers})

    def _usual(self, evidence: "Evidence") -> list[float]:
        """ln(1 + rate) a year of each driver over the years of the place's own history."""
        from ruralincome.scenario.elasticity import step_means

        years = evidence.series.years if evidence.series.span else evidence.companions[self.of].years
        return [step_means(d.series, evidence.rates[d.series], (years[0], years[-1]))[0] for d in self.drivers]
