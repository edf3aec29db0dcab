"""How much of a year's growth its places share: rho, and how little a few steps tell of it."""

from collections.abc import Sequence

import numpy as np
from scipy.special import expit
from scipy.stats import f

from ruralincome.models.forecast import Array
from ruralincome.models.recipe import Observed, changes

PRIOR = (0.7, 0.9)
"""Mean and standard deviation of logit rho before any step: from panels within one country, of which only two set it
(0.6 to 0.7 in the provinces at current prices and in the states of the United States)."""
QUANTILES = 16
GRID = np.linspace(-6.0, 6.0, 2401)
"""Values of logit rho that are looked at."""


def rhos(panels: Sequence[Observed]) -> tuple[float, ...]:
    """Equally likely values of rho after what the steps of each panel say, the mean over panels; rising.

    With F the mean square between steps over that within, places' own means taken out, K steps and N places,
    F / (1 + N rho / (1 - rho)) has the F distribution with K - 1 and (K - 1)(N - 1) degrees of freedom.
    """
    total = np.zeros(len(GRID))
    for panel in panels:
        log = -(((GRID - PRIOR[0]) / PRIOR[1]) ** 2) / 2 + _likelihood(panel)
        share = np.exp(log - log.max())
        total += share / share.sum()
    below = np.cumsum(total) / total.sum()
    nodes = (np.arange(QUANTILES) + 0.5) / QUANTILES
    return tuple(round(float(rho), 4) for rho in expit(np.interp(nodes, below, GRID)))


def _likelihood(panel: Observed) -> Array:
    """ln of the likelihood of each value on GRID; 0 where fewer than two steps have several places."""
    step, z = changes(panel)
    _, which, count = np.unique(step, axis=0, return_inverse=True, return_counts=True)
    several = count[which] > 1
    if (steps := len(np.unique(which[several]))) < 2:
        return np.zeros(len(GRID))
    which, z = np.unique(which[several], return_inverse=True)[1], z[several]
    count = np.bincount(which)
    mean = np.bincount(which, z) / count
    places = float(count.mean())
    between = float((count * (mean - np.average(mean, weights=count)) ** 2).sum()) / (steps - 1)
    within = float(((z - mean[which]) ** 2).sum()) / ((steps - 1) * (places - 1))
    ratio = 1 + places * np.exp(GRID)  # N rho / (1 - rho)
    return np.asarray(f.logpdf(between / within / ratio, steps - 1, (steps - 1) * (places - 1)) - np.log(ratio))
