"""A global learner of the same panels: LightGBM, quantile loss, untuned, on the half that the classes are fitted on."""

from functools import partial

import numpy as np
from scipy.special import ndtri

from ruralincome.models import recipe

LEVELS = np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975])
MOST = 11
"""Most changes of a history."""
SETTINGS = {"objective": "quantile", "num_leaves": 8, "learning_rate": 0.1, "verbose": -1, "num_threads": 1}
ROUNDS = 120


def learner(evaluate):
    """The forecaster: a model a level for incomes, and for the other series, trained when it is first asked."""
    groups = {"income": evaluate.INCOME, "general": evaluate.COMPETITION}
    models = {}

    def forecaster(years, values, horizon_years, quantiles, kind):
        if kind not in models:
            models[kind] = trained([evaluate.fit_series(panel) for panel in groups[kind]])
        ahead = np.asarray(horizon_years) - years[-1]
        row = described(np.diff(np.log(values))[None], tuple(np.diff(years).tolist()))
        rows = np.column_stack([ahead, np.repeat(row, len(ahead), axis=0)])
        found = np.sort([model.predict(rows, num_threads=1) for model in models[kind]], axis=0).T
        return values[-1] * np.exp(np.array([_between(row, quantiles) for row in found]))

    return forecaster


def described(changes, spacing):
    """What the learner sees of histories (n, K): years, mean, spread, and changes a year, the last first."""
    n, count = changes.shape
    yearly = changes / np.array(spacing)
    lags = np.full((n, MOST), np.nan)
    lags[:, :count] = yearly[:, ::-1]
    spread = yearly.std(axis=1) if count > 1 else np.full(n, np.nan)
    known = np.tile([count, sum(spacing)], (n, 1))
    return np.column_stack([known, changes.sum(axis=1) / sum(spacing), spread, lags])


def trained(panels):
    """A model a level on every history of the panels and the five years after it, each panel weighing the same."""
    import lightgbm

    named = [{str(i): row for i, row in enumerate(panel)} for panel in panels]
    rows, target, weight = [], [], []
    for w in recipe.windows(named, 1e9):
        seen = described(w.changes, w.spacing)
        for h in range(1, w.following.shape[1] + 1):
            rows.append(np.column_stack([np.full(len(seen), h), seen]))
            target.append(w.following[:, h - 1])
            weight.append(w.weight)
    data = partial(lightgbm.Dataset, np.vstack(rows), np.concatenate(target), weight=1e4 * np.concatenate(weight))
    return [lightgbm.train(SETTINGS | {"alpha": level}, data(), ROUNDS) for level in LEVELS]


def _between(values, quantiles):
    """Quantiles at other levels: the logarithm is linear in normal scores, beyond the ends as between the last two."""
    x, at = ndtri(LEVELS), ndtri(quantiles)
    found = np.interp(at, x, values)
    for end, beside, beyond in ((0, 1, at < x[0]), (-1, -2, at > x[-1])):
        slope = (values[end] - values[beside]) / (x[end] - x[beside])
        found[beyond] = values[end] + slope * (at[beyond] - x[end])
    return found
