"""What every shape answers: where it acts, what it needs, its draws, its closed form and its facts for words. `check`
starts without numpy, so that a shape loads what draws where it draws."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, Self

from pydantic import Field, model_validator

from ruralincome.reference.reference import ReferenceClass
from ruralincome.scenario.keys import Strict, Year, Years
from ruralincome.series import InputError, Said, Series, Shown

if TYPE_CHECKING:
    from numpy.random import Generator

    from ruralincome.models.forecast import Forecast
    from ruralincome.scenario.elasticity import Estimate
    from ruralincome.scenario.evidence import Evidence


class Known(Protocol):
    """What a shape may know: the class, the series it names, and all of the one place it is put to; None of many."""

    @property
    def reference(self) -> ReferenceClass: ...
    @property
    def companions(self) -> Mapping[str, Series]: ...
    @property
    def place(self) -> "Evidence | None": ...


@dataclass(frozen=True)
class Move:
    """What a shape does to the median, of one place or of every place of a panel, from year first to last (if stated).
    pace: it grows by numbers[0] a year; scaled: its log growth times numbers, year by year, the last number on; linear:
    numbers[0] more a year; geometric, straight: a path to numbers[0], the place's own target where there is none;
    baseline: straight to numbers[0] times the value of year `of` (the base year where it is None); add: numbers[0], a
    fraction, more growth in the years `on`, in each place's first year ahead where there are none."""

    kind: Literal["pace", "scaled", "linear", "geometric", "straight", "baseline", "add"]
    numbers: tuple[float, ...] = ()
    first: int | None = None
    last: int | None = None
    on: tuple[int, ...] = ()
    of: int | None = None


class Shape(Strict):
    """One change that a scenario makes to growth."""

    kind: str
    illustration: bool = Field(False, description="True where no figure stands behind the number; the report says so")

    sets_path: ClassVar[bool] = False
    """Whether it sets the path of the median, as one shape a year can; else it adds points to growth."""
    goes_back: ClassVar[bool] = False  # whether it is there to undo those before it

    @abstractmethod
    def stated_years(self) -> list[tuple[str, int]]:
        """Key and year of each year that it states."""

    @abstractmethod
    def draw(self, forecast: "Forecast", plain: "Forecast", evidence: "Evidence", rng: "Generator") -> "Forecast":
        """The forecast changed, draw by draw; plain: as it was before the first adjustment. May raise InputError."""

    @abstractmethod
    def move(self, known: Known) -> Move | InputError:
        """What it does to the median, or why that has no closed form."""

    shown: ClassVar[Mapping[str, tuple[Any, ...]]] = {}
    """Its numbers that the sentence on it names, and how each is shown."""

    def facts(self, known: Known) -> Said:
        """What it does as a part of a sentence."""
        shown = {name: Shown(getattr(self, name), *how) for name, how in self.shown.items()}
        return Said(f"adjustment.{self.kind}", shown)

    def acts(self, origin: int, end: int) -> tuple[int, ...]:
        """The years in which it changes growth, of a forecast from origin + 1 to end; those stated unless it says."""
        return tuple(sorted(year for _, year in self.stated_years()))

    def when(self, known: Known) -> Said:
        """Its years as a part of a sentence."""
        return Said("adjustment.when.one", {"years": tuple(year for _, year in self.stated_years())})

    def needs(self) -> Sequence[tuple[str, str, bool]]:
        """Key and name of each series that it names, and whether it is one of rates."""
        return ()

    in_unit: ClassVar[Mapping[str, bool]] = {}
    """Its numbers in the unit of the series, and whether each is the change of a level."""

    def levels(self) -> list[tuple[str, float, bool]]:
        """Key and value of those that are stated, and whether it is the change of a level."""
        return [(key, x, change) for key, change in self.in_unit.items() if (x := getattr(self, key)) is not None]

    def serve(self, evidence: "Evidence") -> None:
        """Raise InputError where the evidence cannot serve it."""

    def estimated(self, evidence: "Evidence") -> "Estimate | None":
        """What it estimates from other series, to be shown; None where it states all its numbers."""

    def expected(self, known: Known, origin: int, end: int) -> Mapping[int, float]:
        """Points of growth by year from origin + 1 to end, as far as known beforehand: those it adds, or sets."""
        return {year: getattr(self, "points", 0.0) for _, year in self.stated_years()}

    def further(self, factor: float) -> Self | None:
        """Itself so much further, to be tried before a run; None where it leaves something whatever happens."""
        return None

    def closed(self, known: Known) -> Move | InputError:
        """The move that it is for every place, or why it has no closed form."""
        found, sd = self.move(known), getattr(self, "sd", 0.0)
        return InputError("shape.spread_not_closed", sd=sd) if sd and isinstance(found, Move) else found

    def said(self, known: Known) -> Said:
        """The whole sentence on it."""
        said = Said("adjustment.said", {"when": self.when(known), "what": self.facts(known)})
        if sd := getattr(self, "sd", 0.0):
            said = Said("adjustment.sd", {"words": said, "sd": Shown(sd, digits=1)})
        return Said("adjustment.illustration", {"words": said}) if self.illustration else said


class InYears(Shape):
    """A shape that adds points to growth in the years it lists."""

    years: Years = Field(min_length=1, description="The years in which it acts")

    def stated_years(self) -> list[tuple[str, int]]:
        return [("years", year) for year in self.years]


class Span(Shape):
    """A shape that sets the path of the median over years; every draw keeps its ratio to the median."""

    first_year: Year | None = Field(None, description="The year it begins; the first forecast year unless stated")
    last_year: Year | None = Field(None, description="Its last year; the target year unless stated")
    sd: float = Field(0.0, ge=0, le=15, description="Its own standard deviation, in points of growth a year")
    sets_path: ClassVar[bool] = True

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first_year is not None and self.last_year is not None and self.last_year < self.first_year:
            raise InputError("shape.years_reversed", last=self.last_year, first=self.first_year)
        return self

    def path(self, kind: Literal["pace", "scaled", "linear", "geometric", "straight"], *numbers: float) -> Move:
        """A move over its years."""
        return Move(kind, numbers, self.first_year, self.last_year)

    def goal(self, evidence: "Evidence") -> float:
        """The level that its path leads to, where it leads to one."""
        return evidence.goal

    def draw(self, forecast: "Forecast", plain: "Forecast", evidence: "Evidence", rng: "Generator") -> "Forecast":
        from ruralincome.scenario import paths

        first, last = self.ends(evidence.series.origin, evidence.spec.year)
        if self.goes_back:
            return paths.back(forecast, plain, first, last, self.sd, rng)
        found = self.move(evidence)
        if isinstance(found, InputError):
            raise found
        return paths.moved(forecast, replace(found, first=first, last=last), self.goal(evidence), self.sd, rng)

    def ends(self, origin: int, end: int) -> tuple[int, int]:
        """Its first and last year."""
        return self.first_year or origin + 1, self.last_year or end

    def acts(self, origin: int, end: int) -> tuple[int, ...]:
        first, last = self.ends(origin, end)
        return tuple(range(first, last + 1))

    def stated_years(self) -> list[tuple[str, int]]:
        return [(key, year) for key in ("first_year", "last_year") if (year := getattr(self, key)) is not None]

    def expected(self, known: Known, origin: int, end: int) -> Mapping[int, float]:
        """The growth that a pace sets."""
        found, years = self.move(known), self.acts(origin, end)
        return dict.fromkeys(years, 100 * found.numbers[0]) if isinstance(found, Move) and found.kind == "pace" else {}

    def when(self, known: Known) -> Said:
        """In many places years that are not stated differ from place to place."""
        place, first, last = known.place, self.first_year, self.last_year
        if place is not None:
            first, last = self.ends(place.series.origin, place.spec.year)
        if first is None or last is None:
            code = "all" if first == last else "from" if last is None else "to"
            return Said(f"panel.changes.{code}", {"first": first or 0, "last": last or 0})
        one = first == last
        return Said(f"adjustment.when.{'one' if one else 'many'}", {"years": first if one else f"{first}–{last}"})

    def until(self, known: Known) -> int | Said:
        """Its last year as a part of a sentence."""
        place = known.place
        last = self.last_year if place is None else self.ends(place.series.origin, place.spec.year)[1]
        return last or Said("panel.changes.end")
