"""Damped trend, Theta and local linear trend: state-space models of the logarithm, fitted by statsmodels.

statsmodels' own intervals hold the parameters at their estimates. Here they are uncertain: the likelihood over a grid
of them weighs the draws, each draw is simulated from statsmodels' fit at one point of the grid (the state at the end is
uncertain there already), and the spread is scaled by an inverse chi-square with the degrees of freedom left."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np
from scipy.special import gammaincinv

from ruralincome.models.forecast import DRAWS, STEADY, Array, Fitted, Forecast, Refusal, years_ahead
from ruralincome.models.quantiles import levels, stratified
from ruralincome.series import Series

DAMPING = 0.9  # fixed, not estimated: a dozen observations say nothing about it, and free estimates run to 1


@dataclass(frozen=True)
class Simulated(Fitted):
    """A state-space fit: at each point of the grid a share of the draws and statsmodels' results, on logarithms of the
    level as a multiple of the last one. slope: growth a year outside the state (Theta): estimate, standard error."""

    shares: tuple[float, ...] = field(repr=False)
    results: tuple[Any, ...] = field(repr=False)
    degrees: int
    slope: tuple[float, float] = (0.0, 0.0)

    def forecast(self, year: int, rng: np.random.Generator, draws: int = DRAWS) -> Forecast:
        """Paths to `year`."""
        ahead = int(years_ahead(self.series, [year])[0])
        counts = np.diff(np.round(np.cumsum((0.0, *self.shares)) * draws).astype(int))
        logs = list[Array]()
        for result, count in ((result, count) for result, count in zip(self.results, counts, strict=True) if count):
            centre, away = np.asarray(result.forecast(ahead), float), simulate(result, ahead, count, rng)
            swell = np.sqrt(self.degrees / 2 / gammaincinv(self.degrees / 2, stratified(rng, count, 2)[:, :1]))
            slope = self.slope[0] + self.slope[1] * swell * rng.standard_normal((count, 1))
            logs.append(centre + away * swell + slope * np.arange(1, ahead + 1))
        return Forecast(self.series.origin, self.series.last, self.series.last * levels(np.concatenate(logs)))


def simulate(result: Any, ahead: int, count: int, rng: np.random.Generator) -> Array:
    """How far `count` futures of a statsmodels result lie from its forecast, (count, ahead): state at the end, then
    shocks. What `result.simulate(anchor="end")` does one future after the other."""
    known = result.filter_results
    design, transition, selection = (getattr(known, n)[..., -1] for n in ("design", "transition", "selection"))
    still, shock = np.zeros(len(transition)), selection @ known.state_cov[..., -1] @ selection.T
    state = rng.multivariate_normal(still, known.predicted_state_cov[..., -1], count)
    noise = np.sqrt(known.obs_cov[0, 0, -1]) * rng.standard_normal((ahead, count))
    away = np.empty((count, ahead))
    for k in range(ahead):
        away[:, k] = state @ design[0] + noise[k]
        state = state @ transition.T + rng.multivariate_normal(still, shock, count)
    return away


def damped_trend(series: Series) -> Simulated | Refusal:
    """Damped trend of the logarithm (Gardner and McKenzie 1985), damping fixed; needs five yearly observations."""
    if refused := _refused("damped_trend", series, 5, gaps=False):
        return refused
    from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing

    model = ExponentialSmoothing(_logs(series), trend=True, damped_trend=True, initialization_method="concentrated")
    grid = [(a, a * b, DAMPING) for a, b in product((0.1, 0.3, 0.5, 0.7, 0.9, 0.99), (0.02, 0.2, 0.5))]
    return _weighed("damped_trend", series, model, grid, len(series.values) - 3, ("level_weight", "trend_weight"))


def theta(series: Series) -> Simulated | Refusal:
    """Theta (Assimakopoulos and Nikolopoulos 2000): simple exponential smoothing with half the OLS slope as drift. The
    equivalence is Hyndman and Billah's (2003); the slope's standard error is inside. Four yearly observations."""
    if refused := _refused("theta", series, 4, gaps=False):
        return refused
    from statsmodels.regression.linear_model import OLS
    from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing

    logs, years = _logs(series), np.array(series.years, float)
    line = OLS(logs, np.column_stack([np.ones(len(logs)), years - years.mean()])).fit()
    slope, error = float(line.params[1]) / 2, float(line.bse[1]) / 2
    model = ExponentialSmoothing(logs - slope * (years - years[-1]), initialization_method="concentrated")
    grid = [(a,) for a in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99)]
    return replace(_weighed("theta", series, model, grid, len(logs) - 2, ("level_weight",)), slope=(slope, error))


def local_linear_trend(series: Series) -> Simulated | Refusal:
    """Level and slope both wander (Harvey 1989), gaps as missing values; needs five observations."""
    if refused := _refused("local_linear_trend", series, 5, gaps=True):
        return refused
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    logs = np.full(series.span + 1, np.nan)
    logs[np.array(series.years) - series.years[0]] = _logs(series)
    model = UnobservedComponents(logs, "lltrend", use_exact_diffuse=True)
    unit = float(np.var([change / years**0.5 for years, change in series.steps]))
    grid = [
        (unit * total * noise, unit * total * (1 - noise), unit * total * wander)
        for total, noise, wander in product((0.3, 1.0, 3.0), (0.02, 0.3, 0.7), (0.001, 0.03, 0.3))
    ]
    return _weighed("local_linear_trend", series, model, grid, len(series.values) - 2, ("irregular", "level", "slope"))


def _logs(series: Series) -> Array:
    """Logarithms less the last one: where statsmodels estimates a start, a series in another unit had another fit."""
    return np.log(np.array(series.values) / series.last)


def _refused(name: str, series: Series, needed: int, gaps: bool) -> Refusal | None:
    if len(series.years) < needed:
        return Refusal(name, "too_few", {"observations": len(series.years), "needed": needed})
    if not gaps and series.span + 1 > len(series.years):
        return Refusal(name, "gap", {"observations": len(series.years), "years": series.span + 1})
    if np.std([change / years for years, change in series.steps]) < STEADY:
        return Refusal(name, "no_variation", {"observations": len(series.years)})
    return None


def _weighed(
    name: str, series: Series, model: Any, grid: Sequence[tuple[float, ...]], degrees: int, labels: tuple[str, ...]
) -> Simulated:
    """The fit of each point of the grid that has a share of its own; labels: of what the grid varies."""
    logs = np.array([float(model.loglike(np.array(point))) for point in grid])
    weight = np.exp(logs - logs.max())
    keep = [i for i, share in enumerate(weight) if share > 0.01]
    shares = weight[keep] / weight[keep].sum()
    means = dict(zip(labels, (shares @ np.array([grid[i] for i in keep])).tolist(), strict=False))
    results = tuple(model.smooth(np.array(grid[i])) for i in keep)
    return Simulated(name, series, means, tuple(shares.tolist()), results, max(degrees, 1))
