"""ReferenceClass: how comparable places grew; a prior and growth quantiles, fitted on stated years."""

from __future__ import annotations

import dataclasses
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from ruralincome.series import InputError, Kind, Prices, Text


@dataclass(frozen=True)
class Component:
    """A normal-inverse-gamma prior of log growth a year, and its share of the class.

    mu | sigma^2 ~ N(m0, sigma^2 / k0), sigma^2 ~ InvGamma(a0, b0); mu and sigma in natural logarithms a year (0.08 is
    about 8 %). As multiples of sigma^2: noise, the variance of what does not last in a published figure; wander, by
    how much the variance of a place's drift grows a year, back and ahead of today's drift mu.
    """

    weight: float
    m0: float
    k0: float
    a0: float
    b0: float
    noise: float = 0.0
    wander: float = 0.0

    @property
    def variance(self) -> float:
        """The typical sigma^2 of the component: the median of its inverse gamma, to 1 % for a0 >= 1."""
        return self.b0 / (self.a0 - 1 / 3)


@dataclass(frozen=True)
class ReferenceClass:
    """Growth of comparable places over stated years.

    components: the prior, a mixture; damping: factor of the drift a year ahead (1: none); widths: pairs (steps of
    history, factor of the predictive scale) learnt by recalibration; rho: correlation of places within a year.
    error: standard error of the mean growth a year, counted by years, not by places.
    inflation: for a real class, expected inflation a year from last_year on and its spread (logarithms).
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
    error: float = 0.0
    inflation: tuple[float, float] | None = None
    growth: Mapping[int, tuple[float, ...]] = field(default_factory=dict)
    source: str = ""
    panel_sha256: str = ""
    command: str = ""

    def percentile(self, growth: float, years: int = 1) -> float:
        """Share (0..1) of the class's growth over `years` that lay below `growth` (a year, as a fraction)."""
        if years not in self.growth:
            raise InputError(f"{self.name}: no growth over {years} years; choose one of {sorted(self.growth)}")
        quantiles = self.growth[years]
        if growth < quantiles[0] or growth > quantiles[-1]:
            return float(growth > quantiles[-1])
        return interpolate(growth, quantiles, evenly(len(quantiles)))

    def width(self, steps: int) -> float:
        """Factor of the predictive scale after `steps` steps of history, linear between those learnt."""
        if not self.widths:
            return 1.0
        counts, factors = zip(*self.widths, strict=True)
        return interpolate(steps, counts, factors)

    def expecting(self, inflation: float, spread: float) -> ReferenceClass:
        """The nominal class: real growth plus inflation of mean `inflation` and standard deviation `spread` a year.

        Expected inflation moves the mean m0; its spread s makes the mean less sure, var(mu) = sigma^2/k0 + s^2, so
        that 1/k0 becomes 1/k0 + s^2/sigma^2 at the component's typical sigma^2 and every closed form stays.
        """
        if self.prices == "nominal":
            raise InputError(f"{self.name}: the class is nominal already; inflation would count twice")
        moved = tuple(replace(_less_sure(c, spread), m0=c.m0 + inflation) for c in self.components)
        growth = {k: tuple((1 + g) * math.exp(inflation) - 1 for g in q) for k, q in self.growth.items()}
        return replace(self, prices="nominal", components=moved, growth=growth, inflation=None)

    def into(self, prices: Prices) -> ReferenceClass:
        """The class in the prices of a series; a real class becomes nominal by the inflation expected at its end."""
        if prices == self.prices:
            return self
        if self.prices == "real" and self.inflation is not None:
            return self.expecting(*self.inflation)
        remedy = "state the inflation expected" if self.prices == "real" else "choose a class in real terms"
        raise InputError(f"{self.name}: growth is {self.prices} and the series is {prices}; {remedy}")

    def prior(self) -> tuple[Component, ...]:
        """The components, their means made less sure by the standard error that the class's few years leave."""
        return _prior(self.components, self.error)

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON file; `from_json` reads them back."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ReferenceClass:
        """The class from the object that `to_json` wrote."""
        inflation = data.get("inflation")
        return cls(
            **{
                **data,
                "title": Text(**data["title"]),
                "components": tuple(Component(**c) for c in data["components"]),
                "widths": tuple((int(k), float(f)) for k, f in data["widths"]),
                "inflation": None if inflation is None else (float(inflation[0]), float(inflation[1])),
                "growth": {int(k): tuple(v) for k, v in data["growth"].items()},
            }
        )


def interpolate(x: float, xs: Sequence[float], ys: Sequence[float]) -> float:
    """y at x, linear between the points (xs rise), level beyond their ends; as numpy.interp, which loads longer."""
    i = bisect_right(xs, x) - 1
    if i < 0 or i >= len(xs) - 1:
        return float(ys[0 if i < 0 else -1])
    return float((ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) * (x - xs[i]) + ys[i])


def evenly(count: int) -> list[float]:
    """So many probabilities from 0 to 1, evenly spaced: those of the growth quantiles."""
    return [i / max(count - 1, 1) for i in range(count)]


@lru_cache(maxsize=64)
def _prior(components: tuple[Component, ...], error: float) -> tuple[Component, ...]:
    """The components made less sure, once a class: thousands of places ask for the same."""
    return tuple(_less_sure(c, error) for c in components)


def _less_sure(component: Component, spread: float) -> Component:
    """The component with var(mu) larger by spread^2."""
    return replace(component, k0=1 / (1 / component.k0 + spread**2 / component.variance))
