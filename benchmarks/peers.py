"""What existing packages answer to the same question, each as its documentation shows it."""

import importlib.util

import numpy as np
from scipy.special import ndtri

LEARNER = "lightgbm"


def missing():
    """Packages of the benchmark group that are not installed."""
    return [name for name in ("statsforecast", "statsmodels", LEARNER) if importlib.util.find_spec(name) is None]


def statsforecast(model):
    """Quantiles from the 80 % interval, which statsforecast makes from a normal distribution; no gaps."""

    def forecaster(years, values, horizon_years, quantiles, _kind):
        if years[-1] - years[0] + 1 > len(years):
            raise ValueError("a gap")
        ahead = horizon_years[-1] - years[-1]
        found = model.forecast(y=np.asarray(values, float), h=ahead, level=[80])
        at = np.asarray(horizon_years) - years[-1] - 1
        half = (found["hi-80"] - found["lo-80"])[at] / 2
        return found["mean"][at, None] + (half / ndtri(0.9))[:, None] * ndtri(quantiles)

    return forecaster


def unobserved_components(years, values, horizon_years, quantiles, _kind):
    """statsmodels' random walk with drift on logarithms, gaps as missing values."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    logs = np.full(years[-1] - years[0] + 1, np.nan)
    logs[np.asarray(years) - years[0]] = np.log(values)
    ahead = np.asarray(horizon_years) - years[-1]
    found = UnobservedComponents(logs, "rwdrift").fit(disp=0).get_forecast(int(ahead[-1]))
    mean, sd = np.asarray(found.predicted_mean)[ahead - 1], np.asarray(found.se_mean)[ahead - 1]
    return np.exp(np.clip(mean[:, None] + sd[:, None] * ndtri(quantiles), -700, 700))


PEERS = {}
if "statsforecast" not in missing():
    from statsforecast.models import AutoETS, RandomWalkWithDrift, Theta

    PEERS = {
        "statsforecast RandomWalkWithDrift": statsforecast(RandomWalkWithDrift()),
        "statsforecast AutoETS": statsforecast(AutoETS(season_length=1)),
        "statsforecast Theta": statsforecast(Theta(season_length=1)),
    }
if "statsmodels" not in missing():
    PEERS["statsmodels UnobservedComponents"] = unobserved_components
SLOW = ("statsmodels UnobservedComponents",)
"""Scored on every fifth history only."""
