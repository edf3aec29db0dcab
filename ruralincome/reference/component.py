"""Component: a prior of growth, one part of a class."""

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Component:
    """A prior of log growth a year, and its share of the class (see models/posterior.py for the walk with memory).

    mu | sigma^2 ~ N(m0, sigma^2 / k0), sigma^2 ~ InvGamma(a0, b0); mu and sigma in natural logarithms a year (0.08 is
    about 8 %). damping: factor of mu a year ahead (1: none); kappa, phi: variance of the fading pace as a multiple of
    sigma^2, and how much of it is left a year later; nu: variance of the passing part of a figure, the same way; lam,
    eta: how much of what is known of the spread is left a year later, in the past and ahead (1: all).
    wander: of classes of 0.1: by how much the variance of mu grows a year, back and ahead of today. trend: growth a
    year beside mu, never damped: inflation that is expected.
    """

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

    @property
    def variance(self) -> float:
        """The typical sigma^2 of the component: the median of its inverse gamma, to 1 % for a0 >= 1."""
        return self.b0 / (self.a0 - 1 / 3)

    @property
    def plain(self) -> bool:
        """Whether it is a walk of one pace, with no memory of anything else."""
        return (self.damping, self.kappa, self.nu, self.lam, self.eta, self.wander) == (1, 0, 0, 1, 1, 0)

    def faster(self, pace: float) -> "Component":
        """The component with `pace` more growth a year, for ever."""
        return replace(self, m0=self.m0 + pace) if self.damping == 1 else replace(self, trend=self.trend + pace)

    def to_json(self) -> dict[str, float]:
        """Plain values; those of a memory where it says something."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name)) != each.default}


def less_sure(component: Component, spread: float) -> Component:
    """The component with var(mu) larger by spread^2."""
    return replace(component, k0=1 / (1 / component.k0 + spread**2 / component.variance))
