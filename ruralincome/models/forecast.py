"""Forecast: simulated paths, draws x years; a Fit that makes one or a Refusal, what every model returns; and checks."""

import copyreg
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ruralincome.series import InputError, Series, Shows

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Integers = NDArray[np.signedinteger[Any]]
STEADY = 1e-9  # a spread below this, in logarithms a year, is rounding: the series does not vary around its line
CENTRAL, USUAL = (0.5, 0.8, 0.95), 0.8  # what central prediction intervals hold; the one that pages show
DRAWS = 1 << 14  # draws of a forecast: a power of two, as quasi-random numbers want

QUANTILES = {
    "low95": 0.025, "low80": 0.1, "low50": 0.25, "median": 0.5, "high50": 0.75, "high80": 0.9, "high95": 0.975,
}  # fmt: skip
"""The median and the ends of the central 50, 80 and 95 % prediction intervals, rising, by name."""


@dataclass(frozen=True)
class Forecast(Shows):
    """Paths of the level after the last observation. origin: last observed year; last: value observed then; paths:
    array (draws, years) of positive levels for origin+1, origin+2, ...; read-only."""

    origin: int
    last: float
    paths: Array

    def __post_init__(self) -> None:
        if self.paths.ndim != 2 or self.paths.shape[1] < 1 or not np.isfinite(self.paths).all():
            raise ValueError(f"paths must be finite, draws x years; got shape {self.paths.shape}")
        paths = self.paths.copy()
        paths.flags.writeable = False
        object.__setattr__(self, "paths", paths)

    years = cached_property[tuple[int, ...]](lambda f: tuple(range(f.origin + 1, f.origin + 1 + f.paths.shape[1])))
    _asked = cached_property[dict[Any, Array]](lambda _: {})  # quantiles that were worked out

    def at(self, year: int) -> Array:
        """The draws of one year, shape (draws,)."""
        if year not in self.years:
            raise InputError("models.outside", first=self.years[0], last=self.years[-1], year=year)
        return self.paths[:, year - self.origin - 1]

    def quantile(self, years: Sequence[int], q: Sequence[float]) -> Array:
        """Quantiles of the level, shape (years, q)."""
        below = np.asarray(q, float)
        if (asked := (tuple(years), below.shape, below.tobytes())) not in self._asked:
            self._asked[asked] = np.array([np.quantile(self.at(year), below) for year in asked[0]])
        return self._asked[asked].copy()

    def median(self, year: int) -> float:
        """The median of the level in `year`."""
        return float(np.median(self.at(year)))

    def interval(self, year: int, level: float = USUAL) -> tuple[float, float]:
        """The central prediction interval that holds `level` of the draws."""
        low, high = np.quantile(self.at(year), [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)

    def probability(self, year: int, value: float, direction: int = 1) -> float:
        """Share of draws at or beyond `value` in `year` (at or below it where direction is -1)."""
        draws = self.at(year)
        return float(np.mean(draws >= value) if direction > 0 else np.mean(draws <= value))

    def to_frame(self) -> "pd.DataFrame":
        """A row a year: year, low95, low80, low50, median, high50, high80, high95, in the unit of the series."""
        import pandas as pd  # here, as only who asks for a frame waits for it

        found = self.quantile(self.years, [*QUANTILES.values()])
        return pd.DataFrame({"year": self.years, **dict(zip(QUANTILES, found.T, strict=True))})


@dataclass(frozen=True)
class Fitted(Shows):
    """What every Fit of ours holds, and its forecast of the next years, as a notebook shows it."""

    model: str
    series: Series
    estimates: Mapping[str, float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "estimates", frozen(self.estimates))

    def to_frame(self: "Fit") -> "pd.DataFrame":
        """A row a year of the next five, as `Forecast.to_frame` gives them."""
        return soon(self).to_frame()


@dataclass(frozen=True)
class Refusal(Shows):
    """A model that the series cannot identify: a reason code, and the numbers its sentence needs."""

    model: str
    reason: str
    facts: Mapping[str, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        """A sentence, also within a list; code and facts of a model of one's own that has no words yet."""
        with suppress(KeyError):
            return (Shows.table(self) if Shows.table else {})["text/plain"]
        return f"{self.model}: {self.reason} {dict(self.facts)}"


@runtime_checkable
class Fit(Protocol):
    """Estimates from one series. `estimates` holds what a reader may see, the shrinkage used among them."""

    @property
    def model(self) -> str: ...
    @property
    def series(self) -> Series: ...
    @property
    def estimates(self) -> Mapping[str, float]: ...

    def forecast(self, year: int, rng: np.random.Generator, draws: int = ...) -> Forecast:
        """Paths from the year after the last observation to `year`, parameter uncertainty inside."""


@runtime_checkable
class ClosedForm(Fit, Protocol):
    """A Fit whose predictive distribution of one year is known exactly."""

    def quantile(self, years: Sequence[int], q: Sequence[float]) -> Array:
        """Quantiles of the level, shape (years, q)."""

    def probability(self, year: int, value: float, direction: int = 1) -> float:
        """P(level >= value) in `year` (<= where direction is -1)."""


def soon(fit: Fit) -> Forecast:
    """Draws of the next five years, always the same ones."""
    return fit.forecast(fit.series.origin + 5, np.random.default_rng(0))


def frozen(values: Mapping[str, float]) -> MappingProxyType[str, float]:
    """Read-only estimates; a function with a name, as pickle wants: fits are copied and sent to workers."""
    return MappingProxyType(values)


copyreg.pickle(MappingProxyType, lambda values: (frozen, (dict(values),)))


def shares(q: Sequence[float]) -> Array:
    """The probabilities asked for, checked. Raises InputError for one that is not between 0 and 1, or for none."""
    found = np.asarray(q, float)
    if not (found.ndim == 1 and found.size and found.min() > 0 and found.max() < 1):
        raise InputError("models.shares", shares=str(found.tolist()))
    return found


def positive(value: float) -> float:
    """The level asked about, checked. Raises InputError where it is not positive."""
    if not value > 0:
        raise InputError("models.not_positive", value=value)
    return value


def years_ahead(series: Series, years: Sequence[int]) -> Integers:
    """How many years the years asked about lie ahead of the series. Raises InputError for one that does not."""
    ahead = np.asarray(years) - series.origin
    if not (len(ahead) and ahead.min() >= 1):
        raise InputError("models.not_ahead", year=min(years, default=None), origin=series.origin)
    return ahead
