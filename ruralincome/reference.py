"""ReferenceClass: how comparable places grew; a prior and growth quantiles, fitted on stated years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ruralincome.series import InputError, Kind, Prices, Text


@dataclass(frozen=True)
class Component:
    """A normal-inverse-gamma prior of log growth a year, and its share of the class.

    mu | sigma^2 ~ N(m0, sigma^2 / k0), sigma^2 ~ InvGamma(a0, b0); mu and sigma in log points / 100 a year.
    """

    weight: float
    m0: float
    k0: float
    a0: float
    b0: float


@dataclass(frozen=True)
class ReferenceClass:
    """Growth of comparable places over stated years.

    components: the prior, a mixture; damping: factor of the drift a year ahead (1: none); widths: pairs (steps of
    history, factor of the predictive scale) learnt by recalibration; rho: correlation of places within a year.
    growth: {span in years: quantiles of compound growth a year, as fractions, at evenly spaced probabilities 0..1}.
    """

    name: str
    title: Text
    kind: Kind
    prices: Prices
    first_year: int
    last_year: int
    series: int
    steps: int
    components: tuple[Component, ...]
    damping: float = 1.0
    widths: tuple[tuple[int, float], ...] = ()
    rho: float = 0.0
    growth: Mapping[int, tuple[float, ...]] = field(default_factory=dict)
    source: str = ""
    panel_sha256: str = ""
    command: str = ""

    def percentile(self, growth: float, years: int = 1) -> float:
        """Share (0..1) of the class's growth over `years` that lay below `growth` (a year, as a fraction)."""
        if years not in self.growth:
            raise InputError(f"{self.name}: no growth over {years} years; choose one of {sorted(self.growth)}")
        quantiles = self.growth[years]
        return float(np.interp(growth, quantiles, np.linspace(0, 1, len(quantiles)), left=0.0, right=1.0))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ReferenceClass:
        """The class from the object that `to_json` wrote."""
        return cls(
            **{
                **data,
                "title": Text(**data["title"]),
                "components": tuple(Component(**c) for c in data["components"]),
                "widths": tuple((int(k), float(f)) for k, f in data["widths"]),
                "growth": {int(k): tuple(v) for k, v in data["growth"].items()},
            }
        )
