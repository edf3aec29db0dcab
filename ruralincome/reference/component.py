"""The parts of a class: its priors of growth, what becomes of one country's pace, and its record at past origins."""

import math
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Component:
    """A prior of log growth a year, and its share of the class (see models/posterior.py for the walk with memory).

    mu | sigma^2 ~ N(m0, sigma^2 / k0), sigma^2 ~ InvGamma(a0, b0); mu and sigma in natural logarithms a year (0.08 is
    about 8 %). damping: factor of mu a year ahead (1: none); kappa, phi: variance of the fading pace as a multiple of
    sigma^2, and how much of it is left a year later; nu: variance of the passing part of a figure, the same way; lam,
    eta: how much of what is known of the spread is left a year later, in the past and ahead (1: all). wander: of
    classes of 0.1: by how much the variance of mu grows a year, back and ahead of today. trend: growth a year beside
    mu, never damped: inflation that is expected."""

    weight: float
    m0: float
    k0: float
    a0: float
    b0: float
    damping: float = 1.0
    kappa: float = 0.0
    phi: float = 0.0
    nu: float = 0.0
    lam: float = 1.0
    eta: float = 1.0
    wander: float = 0.0
    trend: float = 0.0

    variance = cached_property[float](lambda c: c.b0 / (c.a0 - 1 / 3))
    """The typical sigma^2 of the component: the median of its inverse gamma, to 1 % for a0 >= 1."""
    plain = cached_property[bool](lambda c: (c.damping, c.kappa, c.nu, c.lam, c.eta, c.wander) == (1, 0, 0, 1, 1, 0))
    """Whether it is a walk of one pace, with no memory of anything else."""

    def faster(self, pace: float) -> "Component":
        """The component with `pace` more growth a year, for ever."""
        return replace(self, m0=self.m0 + pace) if self.damping == 1 else replace(self, trend=self.trend + pace)

    def less_sure(self, spread: float) -> "Component":
        """The component with var(mu) larger by spread^2."""
        return replace(self, k0=1 / (1 / self.k0 + spread**2 / self.variance))

    def to_json(self) -> dict[str, float]:
        """Plain values; those of a memory where it says something."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name)) != each.default}


@dataclass(frozen=True)
class Fading:
    """What becomes of the pace by which one country's class differs from the mean of all countries.

    towards: their mean log growth a year, in the class's prices; first: the share of the class's excess over it that is
    left in the first year ahead; lasting: the factor of that share a year; spread: standard deviation of the pace that
    countries take on instead, logarithms a year."""

    towards: float
    first: float
    lasting: float
    spread: float

    def left(self, years: Any) -> Any:
        """How many years' worth of the excess lie within `years` ahead: a number or an array, as it is given."""
        return self.first * (1 - self.lasting**years) / (1 - self.lasting)


def fading(error: float) -> Fading:
    """How the real pace of one country fades, its mean known to within `error` a year (see Fading).

    In 73 countries (Maddison, 3,868 country-years) the mean growth of the past ten years told that of the next year
    with a slope of 0.40 and of the next five with 0.29, around 2.1 % a year; what it leaves between countries beyond
    single years' shocks has a standard deviation of 2 % a year, less what of that the class's own error covers in its
    prior. `python benchmarks/origins.py --panels DIR` works the numbers out again."""
    return Fading(0.021, 0.40, 0.845, round(math.sqrt(max(0.02**2 - error**2, 0.0)), 5))


@dataclass(frozen=True)
class Trial:
    """One test: the class as it was known at the end of `origin`, held against the figures of `year`. inside50,
    inside80, inside95: shares of the places within the intervals; error: median over the places of what came less what
    was expected, in logarithms: -0.05 is about 5 % lower."""

    origin: int
    year: int
    places: int
    inside50: float
    inside80: float
    inside95: float
    error: float


@dataclass(frozen=True)
class Record:
    """Several tests of the class `name`."""

    name: str
    trials: tuple[Trial, ...]

    @property
    def direction(self) -> int:
        """1: more came in every test; -1: less; 0: now this, now that."""
        sides = {(t.error > 0) - (t.error < 0) for t in self.trials}
        return sides.pop() if len(sides) == 1 else 0

    errors = cached_property[tuple[float, float]](lambda r: tuple(end(t.error for t in r.trials) for end in (min, max)))
    """The least and the greatest error."""
    inside80 = cached_property[float](lambda record: sum(t.inside80 for t in record.trials) / len(record.trials))
    """Mean share of the places within the 80 % interval."""
