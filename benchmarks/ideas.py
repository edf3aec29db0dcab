"""What a forecast of benchmarks/misses.py is made of, and the ideas that were tried on it: a number each, which changes
the components of the class or what they tell."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, ndtr, ndtri, stdtr

from ruralincome.models.posterior import Steps, posterior
from ruralincome.models.quantiles import mixture_quantile

SHARES = (np.arange(50) + 0.5) / 50


class Class(NamedTuple):
    """What a forecast rests on: components, widths and centre."""

    prior: tuple
    widths: tuple = ()
    centre: float = 0.0


class Asked(NamedTuple):
    """Histories of one panel, length and spacing under one class: log changes, what came, calendar years, series."""

    panel: str
    history: str
    spacing: tuple
    by: Class
    z: np.ndarray
    came: np.ndarray
    ahead: tuple
    year: np.ndarray
    series: np.ndarray


class Told(NamedTuple):
    """The mixtures of Student t, (n, h, c), weights as large; tail: the power that normal scores are brought to."""

    location: np.ndarray
    scale: np.ndarray
    df: np.ndarray
    weight: np.ndarray
    tail: float = 1.0

    def below(self, x):
        """The probability of less than x (n, h)."""
        share = (stdtr(self.df, (x[..., None] - self.location) / self.scale) * self.weight).sum(axis=-1)
        return share if self.tail == 1 else ndtr(_power(ndtri(share), 1 / self.tail))

    def log(self, x):
        """ln of the density at x (n, h); the tail's power is left out."""
        half, t = (self.df + 1) / 2, (x[..., None] - self.location) / self.scale
        density = np.exp(gammaln(half) - gammaln(self.df / 2) - half * np.log1p(t * t / self.df))
        return np.log((self.weight * density / np.sqrt(np.pi * self.df) / self.scale).sum(axis=-1))

    def crps(self, x):
        """Log CRPS x 100 of x (n, h)."""
        flat = [a.reshape(-1, a.shape[-1]) for a in self[:4]]
        shares = ndtr(_power(ndtri(SHARES), self.tail))
        miss = x[..., None] - mixture_quantile(*flat, shares).reshape(*x.shape, -1)
        return 200 * np.where(miss >= 0, SHARES * miss, (SHARES - 1) * miss).mean(axis=-1)


def told(asked, component=None, tell=None):
    """The forecasts, the components or what they tell changed by an idea."""
    prior = asked.by.prior if component is None else component(asked.by.prior)
    n, k = asked.z.shape
    steps = Steps(asked.z.ravel(), np.tile(asked.spacing, n), np.full(n, k), shared=True)
    state = posterior(steps, tuple(prior))
    location, scale, df = state.yearly(np.array(asked.ahead, float))
    scale = scale * (np.interp(k, *zip(*asked.by.widths, strict=True)) if asked.by.widths else 1.0)
    found = Told(location + asked.by.centre * scale, scale, df + 0 * scale, state.weight[:, None] + 0 * scale)
    return found if tell is None else tell(found, asked)


class Idea(NamedTuple):
    """Numbers to choose from, each a change of the components, or of what they tell; held: chosen by what intervals
    hold, else by the log score."""

    values: tuple
    component: Callable = None
    tell: Callable = None
    held: bool = False

    def change(self, value):
        """How forecasts are made under `value`."""
        return {"component": self.component and self.component(value), "tell": self.tell and self.tell(value)}


def _power(score, tail):
    return np.sign(score) * np.abs(score) ** tail


def _each(**changes):
    """A change of components: fields by name, each by what it is multiplied with or brought to the power of."""

    def by(value):
        def change(c):
            return replace(
                c, **{k: getattr(c, k) ** value if how == "**" else getattr(c, k) * value for k, how in changes.items()}
            )

        return lambda prior: [change(c) for c in prior]

    return by


def _two_speeds(value):
    """Each component twice, in equal shares, its spread forgotten faster and more slowly."""
    speeds = [_each(lam="**", eta="**")(power) for power in (value, 1 / value)]
    return lambda prior: [replace(c, weight=c.weight / 2) for speed in speeds for c in speed(prior)]


def _moved(field):
    return lambda value: lambda found, _: found._replace(**{field: getattr(found, field) * value})


def _grid(low, high):
    return tuple(np.round(np.arange(low, high + 0.01, 0.02), 2).tolist())


TIMES = (0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0)
IDEAS = {
    "as it ships": Idea((1.0,)),
    "a factor of the scale": Idea(_grid(0.7, 1.3), tell=_moved("scale"), held=True),
    "a factor of the scale for each further year": Idea(
        _grid(0.86, 1.14),
        tell=lambda s: lambda f, a: f._replace(scale=f.scale * s ** (np.array(a.ahead)[:, None] - 1.0)),
        held=True,
    ),
    "a factor of the degrees of freedom": Idea(TIMES, tell=_moved("df"), held=True),
    "a map of the tails": Idea(_grid(0.8, 1.4), tell=lambda s: lambda f, _: f._replace(tail=s), held=True),
    "a centre, in scales": Idea(
        _grid(-0.2, 0.2), tell=lambda s: lambda f, _: f._replace(location=f.location + s * f.scale)
    ),
    "a spread of two speeds (lam, eta to the power and its inverse)": Idea((1.0, 1.25, 1.5, 2.0, 3.0), _two_speeds),
    "a spread forgotten otherwise (lam, eta to the power)": Idea((0.25, *TIMES[:-1]), _each(lam="**", eta="**")),
    "own pace shrunk otherwise (k0 times)": Idea(TIMES, _each(k0="")),
    "own spread shrunk otherwise (a0, b0 times)": Idea(TIMES[1:-1], _each(a0="", b0="")),
    "the pace damped more (damping times)": Idea((0.85, 0.9, 0.94, 0.97, 1.0), _each(damping="")),
    "the fading pace (kappa times)": Idea((0.0, *TIMES[:-1]), _each(kappa="")),
    "the passing part (nu times)": Idea((0.0, *TIMES[:-1]), _each(nu="")),
}
