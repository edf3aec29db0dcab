"""Keys: what may stand in a params file, but for the shapes of its adjustments."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ruralincome.places.standard import Strict as Strict
from ruralincome.places.standard import Words as Words
from ruralincome.series import InputError, Prices
from ruralincome.series.prices import DEFLATOR

Year = Annotated[int, Field(ge=1900, le=2200)]
Day = Annotated[str, Field(pattern=r"^[12][0-9]{3}-[01][0-9]-[0-3][0-9]$")]
Side = Annotated[Literal[1, -1], BeforeValidator(lambda x: f"{x}".lower() if isinstance(x, bool) else x)]
"""1 or -1, and not `yes`, which YAML reads as true, and Python takes for 1."""
Level = Annotated[float, Field(gt=0, le=1e15)]


def distinct(code: str, name: str, of: Callable[[Any], object] = lambda each: each) -> AfterValidator:
    """A check of a list: of what its parts are `of`, nothing stands twice; else a fault whose fact `name` it is."""

    def checked(parts: list[Any]) -> list[Any]:
        found = [of(part) for part in parts]
        if twice := next((each for each in found if found.count(each) > 1), None):
            raise InputError(code, **{name: twice})
        return parts

    return AfterValidator(checked)


Years = Annotated[list[Year], distinct("shape.year_twice", "year")]


class TargetSpec(Strict):
    """What is to be reached, in the series' own unit."""

    value: Level = Field(48.9, description="The value to reach, in the unit of the series, e.g. 48.9")
    year: Year = Field(2021, description="The year by whose end it is to be reached")
    base_year: Year | None = Field(None, description="Year of the baseline; the first observation unless stated")
    direction: Side = Field(1, description="1: more is better; -1: less is better")
    prices: Prices | None = Field(None, description="real: in prices of terms.year; those of the series unless stated")


class Terms(Strict):
    """The prices in which the question is asked, and the inflation assumed."""

    prices: Prices = Field("real", description="real: deflated to the prices of `year`; nominal: current prices")
    year: Year | None = Field(None, description="Year whose prices are used; the last observation unless stated")
    deflator: str = Field(DEFLATOR, description="Name of a series of inflation rates in data/")
    inflation: float | None = Field(
        None, ge=-10, le=50, description="Inflation expected, % a year; the last year's unless stated"
    )
    sd: float | None = Field(None, ge=0, le=10, description="Its standard deviation, points; 1.5 unless stated")


class Grid(Strict):
    """Evenly spaced numbers, both ends included."""

    first: float = Field(ge=-1e15, le=1e15)
    last: float = Field(ge=-1e15, le=1e15)
    step: float = Field(ge=1e-6, le=1e15)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.last < self.first:
            raise InputError("keys.grid_reversed", last=self.last, first=self.first)
        return self

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return int((self.last - self.first) / self.step + 1e-9) + 1

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers, free of the crumbs of binary fractions."""
        return tuple(round(self.first + i * self.step, 10) for i in range(self.size))


NO_SHOCK = Grid(first=0.0, last=0.0, step=1.0)
CELLS = 20_000  # the most cells of a sweep


class Sweep(Strict):
    """A grid of shocks x targets x reference classes, each cell a probability."""

    shock: Grid = Field(NO_SHOCK, description="Points added to growth in `years`", validate_default=False)
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
            raise InputError("keys.too_many_cells", cells=self.cells, most=CELLS)
        if not -50 <= self.shock.first <= self.shock.last <= 50:
            raise InputError("keys.shocks_too_far", first=self.shock.first, last=self.shock.last)
        if self.target is not None and self.target.first <= 0:
            raise InputError("keys.target_not_positive", first=self.target.first)
        return self
