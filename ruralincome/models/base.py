"""What every model returns: a Fit that makes a Forecast, or a Refusal with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ruralincome.forecast import Forecast
from ruralincome.series import Series


@dataclass(frozen=True)
class Refusal:
    """A model that the series cannot identify: a reason code, and the numbers its sentence needs."""

    model: str
    reason: str
    facts: Mapping[str, float] = field(default_factory=dict)


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

    def quantile(self, years: Sequence[int], q: Sequence[float]) -> NDArray[np.float64]:
        """Quantiles of the level, shape (years, q)."""

    def probability(self, year: int, value: float, direction: int = 1) -> float:
        """P(level >= value) in `year` (<= where direction is -1)."""
