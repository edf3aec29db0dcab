"""Shapes that set the path of the median."""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from ruralincome.scenario.keys import Level, Year
from ruralincome.scenario.shapes.base import Known, Move, Span
from ruralincome.series import InputError, Said, Shown, growth, prices

if TYPE_CHECKING:
    from ruralincome.scenario.evidence import Evidence


class Disruption(Span):
    """A sustained disruption: only a share of the pace is kept."""

    kind: Literal["disruption"]
    keep: float | list[float] = Field(description="Share of the pace kept, 0 to 1; a list: year by year")

    @field_validator("keep")
    @classmethod
    def _shares(cls, keep: float | list[float]) -> float | list[float]:
        if keep == [] or not all(0 <= share <= 1 for share in (keep if isinstance(keep, list) else [keep])):
            raise InputError("shape.no_share")
        return keep

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        if isinstance(self.keep, list) and self.last_year is not None:
            raise InputError("shape.two_ends", last=self.last_year)
        return self

    def ends(self, origin: int, end: int) -> tuple[int, int]:  # a list sets the last year
        first, last = super().ends(origin, end)
        return first, min(first + len(self.keep) - 1, end) if isinstance(self.keep, list) else last

    def when(self, known: Known) -> Said:
        """In many places a list without a first year acts in the first years of each."""
        if known.place is not None or not isinstance(self.keep, list):
            return super().when(known)
        if self.first_year is not None:
            return self.model_copy(update={"keep": 1.0, "last_year": self.first_year + len(self.keep) - 1}).when(known)
        return Said(f"panel.changes.{'next' if len(self.keep) == 1 else 'first'}", {"years": len(self.keep)})

    def move(self, known: Known) -> Move:
        """A list of one share acts in one year alone; a single number lasts."""
        if not isinstance(self.keep, list):
            return self.path("scaled", self.keep)
        return self.path("scaled", *self.keep, *[1.0] * (len(self.keep) == 1))

    def facts(self, known: Known) -> Said:
        shares = self.keep if isinstance(self.keep, list) else [self.keep]
        return Said("adjustment.disruption", {"share": tuple(Shown(share, "percent") for share in shares)})


class Accelerate(Span):
    """The pace multiplied by a factor."""

    kind: Literal["accelerate"]
    factor: float = Field(gt=0, le=10, description="Factor of yearly growth, e.g. 1.5")
    shown: ClassVar = {"factor": ("number", 2)}

    def move(self, known: Known) -> Move:
        return self.path("scaled", self.factor)


class Pace(Span):
    """Growth whose median is a stated pace."""

    kind: Literal["pace"]
    percent: float | None = Field(None, gt=-50, lt=50, description="Growth a year in percent, e.g. 9")
    quantile: float | None = Field(None, gt=0, lt=1, description="Quantile of the reference class's growth")
    best: float | None = Field(None, gt=0, lt=1, description="The median of this best share of the class, e.g. 0.2")
    over: int | None = Field(None, ge=1, le=50, description="The class's growth over so many years; its longest")
    series: str | None = Field(None, description="The pace of this series in data/")
    between: list[Year] | None = Field(
        None, min_length=2, max_length=2, description="Years of that pace; all known unless stated"
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        stated = [k for k in ("percent", "quantile", "best", "series") if getattr(self, k) is not None]
        if len(stated) != 1:
            raise InputError("shape.pace_of_several" if stated else "shape.pace_of_nothing", stated=stated)
        if self.between is not None and (self.series is None or self.between[0] >= self.between[1]):
            raise InputError("shape.between", between=str(self.between))
        if self.over is not None and self.quantile is None and self.best is None:
            raise InputError("shape.over", over=self.over)
        return self

    def rate(self, known: Known) -> float:
        """The pace as a fraction a year. Raises InputError for years that the series or the class does not have."""
        if self.percent is not None:
            return self.percent / 100
        if self.series is not None:
            series = known.companions[self.series]
            first, last = self.between or (series.years[0], series.origin)
            return growth.pace(series.value(first), series.value(last), last - first)
        q = self.quantile if self.quantile is not None else 1 - (self.best or 0.0) / 2
        return known.reference.pace(q, self.over)

    def needs(self) -> tuple[tuple[str, str, bool], ...]:
        return (("series", self.series, False),) if self.series is not None else ()

    def move(self, known: Known) -> Move:
        return self.path("pace", self.rate(known))

    def facts(self, known: Known) -> Said:
        basis: str | Said = ""
        if self.series is not None:
            basis = Said("adjustment.pace.series", {"series": known.companions[self.series]})
        elif self.best is not None:
            basis = Said("adjustment.pace.best", {"share": Shown(self.best, "percent")})
        elif self.quantile is not None:
            basis = Said("adjustment.pace.quantile", {"quantile": Shown(self.quantile, "percent")})
        return Said("adjustment.pace", {"rate": Shown(self.rate(known), "percent", 1), "basis": basis})

    def serve(self, evidence: "Evidence") -> None:
        """Refuses a series in other prices, and years that the series or the class does not have."""
        if self.series is not None:
            prices.same_terms(evidence.companions[self.series], evidence.series)
        self.rate(evidence)


class Linear(Span):
    """The same amount more every year."""

    kind: Literal["linear"]
    amount: float = Field(ge=-1e15, le=1e15, description="Change of the median a year, in the unit of the series")
    shown: ClassVar = {"amount": ("level",)}
    in_unit: ClassVar = {"amount": True}

    def move(self, known: Known) -> Move:
        return self.path("linear", self.amount)

    def serve(self, evidence: "Evidence") -> None:
        """Refuses an amount stated in prices in which it is not the same every year."""
        if any(evidence.level(1.0, year) != 1.0 for year in range(evidence.series.origin + 1, evidence.spec.year + 1)):
            raise InputError("shape.amount_in_other_prices", amount=self.amount)

    def further(self, factor: float) -> Self | None:
        """A fall may lead below nothing."""
        return self.model_copy(update={"amount": self.amount * factor}) if self.amount < 0 else None


class Percent(Span):
    """The median reaches a percentage of the baseline's value by the last year, in a straight line."""

    kind: Literal["percent_of_baseline"]
    percent: float = Field(gt=0, le=1000, description="Percent of the baseline's value, e.g. 150")
    base_year: Year | None = Field(None, description="Year of that value; the target's baseline unless stated")

    def goal(self, evidence: "Evidence") -> float:
        return evidence.series.value(self.base_year or evidence.base) * self.percent / 100

    def move(self, known: Known) -> Move:
        return replace(self.path("straight", self.percent / 100), kind="baseline", of=self.base_year)

    def facts(self, known: Known) -> Said:
        base = self.base_year or (known.place.base if known.place is not None else Said("panel.changes.base"))
        facts = {"percent": Shown(self.percent / 100, "percent"), "base": base, "year": self.until(known)}
        return Said("adjustment.percent_of_baseline", facts)

    def serve(self, evidence: "Evidence") -> None:
        """Refuses a base year without an observation."""
        if self.base_year is not None:
            evidence.series.value(self.base_year)


class Halt(Span):
    """No growth: the median stays where it is."""

    kind: Literal["halt"]

    def move(self, known: Known) -> Move:
        return self.path("pace", 0.0)


class PathTo(Span):
    """The median follows a straight or geometric path to a value by the last year."""

    kind: Literal["path"]
    value: Level | None = Field(None, description="The value to reach; the target's unless stated")
    shape: Literal["geometric", "straight"] = Field("geometric", description="Equal growth a year, or a straight line")
    in_unit: ClassVar = {"value": False}

    def goal(self, evidence: "Evidence") -> float:
        if self.value is None:
            return evidence.goal
        return evidence.level(self.value, self.ends(evidence.series.origin, evidence.spec.year)[1])

    def move(self, known: Known) -> Move:
        return self.path(self.shape, *(() if self.value is None else (self.value,)))

    def facts(self, known: Known) -> Said:
        level = self.value if known.place is None else self.goal(known.place)
        value = Said("panel.changes.target") if level is None else Shown(level, "level")
        return Said(f"adjustment.path.{self.shape}", {"value": value, "year": self.until(known)})


class Return(Span):
    """Back to the path that the forecast had before the adjustments above, draw by draw."""

    kind: Literal["return"]
    first_year: Year | None = Field(None, description="The first year of the way back; the last year unless stated")
    goes_back: ClassVar[bool] = True

    def ends(self, origin: int, end: int) -> tuple[int, int]:
        """It begins in its last year, unless stated."""
        last = self.last_year or end
        return self.first_year or last, last

    def move(self, known: Known) -> InputError:
        return InputError("shape.return_not_closed")

    def facts(self, known: Known) -> Said:
        return Said("adjustment.return", {"year": self.until(known)})
