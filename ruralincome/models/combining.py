"""Combination: the models that the series identifies by itself, one equal share of the draws each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ruralincome.models.base import Fit, Refusal
from ruralincome.models.forecast import DRAWS, Forecast
from ruralincome.series import Series


@dataclass(frozen=True)
class Combined:
    """Fits whose draws are taken in equal shares (a linear opinion pool)."""

    model: str
    series: Series
    estimates: MappingProxyType[str, float]
    fits: tuple[Fit, ...]

    def forecast(self, year: int, rng: np.random.Generator, draws: int = DRAWS) -> Forecast:
        """Paths to `year`: draw i is the i-th draw of model i modulo their number."""
        paths = [fit.forecast(year, rng, draws).paths for fit in self.fits]
        turn = np.arange(draws) % len(paths)
        return Forecast(self.series.origin, self.series.last, np.stack(paths)[turn, np.arange(draws)])


def combination(series: Series, fits: Sequence[Fit | Refusal]) -> Combined | Refusal:
    """The fits among `fits`, in equal shares: weights estimated from a dozen observations do worse (FPP3, 13.4).

    Refuses where fewer than two are identified.
    """
    found = tuple(fit for fit in fits if not isinstance(fit, Refusal))
    if len(found) < 2:
        return Refusal("combination", "too_few_models", {"models": len(found), "needed": 2})
    return Combined("combination", series, MappingProxyType({"models": float(len(found))}), found)
