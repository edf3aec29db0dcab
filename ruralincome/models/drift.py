"""The random walk with drift on the series alone: exact, and only from three changes on that vary."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from ruralincome.models.base import Refusal
from ruralincome.models.walk import Posterior, Walk
from ruralincome.series import Series

STEADY = 1e-9
"""A spread below this, in logarithms a year, is rounding: the series does not vary around its line."""


def random_walk_with_drift(series: Series) -> Walk | Refusal:
    """Exact Student t of the random walk with drift, gaps allowed (flat prior; `walk` with k0 = 0).

    m = G/S, s^2 = sum((z - D m)^2 / D) / (K - 1), and h years ahead t with K - 1 degrees of freedom, location h m and
    scale s sqrt(h + h^2/S). Refuses with fewer than two changes (no spread) or with changes that do not vary.
    """
    spacing = np.array([years for years, _ in series.steps], float)
    z = np.array([change for _, change in series.steps])
    if len(z) < 2:
        return Refusal("random_walk_with_drift", "too_few", {"observations": len(series.years), "needed": 3})
    span = spacing.sum()
    mean = z.sum() / span
    squares = float(((z - spacing * mean) ** 2 / spacing).sum())
    free = len(z) - 1
    if squares < free * STEADY**2:
        return Refusal("random_walk_with_drift", "no_variation", {"observations": len(series.years)})
    one, none = np.ones(1), np.zeros(1)
    state = Posterior(one, one * mean, one * span, one * free / 2, one * squares / 2, none, none, none, none)
    estimates = {"drift": float(mean), "spread": float(np.sqrt(squares / free)), "degrees": float(free)}
    return Walk("random_walk_with_drift", series, MappingProxyType(estimates), state)
