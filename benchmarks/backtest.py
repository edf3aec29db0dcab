"""Backtest: forecasts made as of past years, judged by proper scores and by what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.special import ndtri
from scoringrules import crps_quantile

from ruralincome.models.forecast import Array, ClosedForm, Fit, Forecast, Refusal
from ruralincome.series import Series
from ruralincome.series.growth import carried

Model = Callable[[Series], Fit | Refusal]
Years = NDArray[np.int64]

LEVELS = (0.5, 0.8, 0.95)
"""Central intervals whose coverage is counted."""
FACTORS = (0.90, 0.95, 1.00, 1.05, 1.10)
"""Targets of a back-test, fixed beforehand: these multiples of the level that the history's own pace leads to."""
GRID = (np.arange(200) + 0.5) / 200


@dataclass(frozen=True)
class Track:
    """What past forecasts said and what came: one row a forecast of one year, arrays of equal length.

    place, origin, year: which forecast; crps: of the logarithm; pit: the forecast's probability of less than the
    outturn; covered (n, 3): the outturn lay within the 50, 80 and 95 % interval; p, reached (n, 5): the probability of
    each target of `FACTORS` and whether it was reached. refused: histories without a forecast.
    """

    place: tuple[str, ...]
    origin: Years
    year: Years
    crps: Array
    pit: Array
    covered: NDArray[np.bool_]
    p: Array
    reached: NDArray[np.bool_]
    refused: int

    def coverage(self) -> dict[float, float]:
        """Share of outturns inside each interval of `LEVELS`."""
        return dict(zip(LEVELS, self.covered.mean(axis=0).tolist(), strict=True))


def backtest(panel: Iterable[Series], model: Model, history: int = 2, horizon: int = 5) -> Track:
    """Rolling origin: at every observation, forecast the next `horizon` years from the last `history` observations.

    Only years with an outturn are kept. Nothing after an origin enters its forecast; what the model was told before
    (a reference class) is the caller's to keep as early. A model without a closed form is drawn, always alike.
    Raises ValueError for a history below two or a horizon below one, and where no series is long enough.
    """
    if history < 2 or horizon < 1:
        raise ValueError(f"history {history} and horizon {horizon}: a pace needs two observations, a forecast one year")
    rows, refused = [], 0
    for series in panel:
        for end in range(history, len(series.years)):
            known = Series(
                series.name, series.years[end - history : end], series.values[end - history : end],
                unit=series.unit, prices=series.prices, kind=series.kind,
            )  # fmt: skip
            fit = model(known)
            if isinstance(fit, Refusal):
                refused += 1
                continue
            later = [t for t in series.years[end:] if t <= known.origin + horizon]
            if not later:
                continue
            view = fit if isinstance(fit, ClosedForm) else fit.forecast(later[-1], np.random.default_rng(0))
            rows += [(series.name, known.origin, t, *_judge(view, known, t, series.value(t))) for t in later]
    if not rows:
        raise ValueError(f"no series has {history} observations, an outturn and a fitted model; shorten the history")
    place, origin, year, crps, pit, covered, p, reached = zip(*rows, strict=True)
    return Track(
        place, np.array(origin), np.array(year), np.array(crps), np.array(pit), np.array(covered), np.array(p),
        np.array(reached), refused,
    )  # fmt: skip


def _judge(
    fit: ClosedForm | Forecast, known: Series, year: int, outturn: float
) -> tuple[float, float, tuple[bool, ...], tuple[float, ...], tuple[bool, ...]]:
    logs = np.log(fit.quantile([year], GRID.tolist())[0])
    below = 1 - fit.probability(year, outturn)
    course = carried(known.last, known.growth, year - known.origin)
    covered = tuple(abs(below - 0.5) <= level / 2 for level in LEVELS)
    p = tuple(fit.probability(year, course * f) for f in FACTORS)
    return (
        float(crps_quantile(np.log(outturn), logs, GRID)),
        below,
        covered,
        p,
        tuple(outturn >= course * f for f in FACTORS),
    )


@dataclass(frozen=True)
class Corp:
    """Brier score = miscalibration - discrimination + uncertainty, and the probabilities recalibrated."""

    brier: float
    miscalibration: float
    discrimination: float
    uncertainty: float
    recalibrated: Array


def corp(p: Sequence[float] | Array, reached: Sequence[bool] | NDArray[np.bool_]) -> Corp:
    """The CORP decomposition: recalibration by isotonic regression (Dimitriadis, Gneiting and Jordan, PNAS 2021)."""
    said, came = np.asarray(p, float), np.asarray(reached, float)
    if said.shape != came.shape or said.size == 0:
        raise ValueError(f"{said.size} probabilities and {came.size} outcomes; state one outcome a probability")
    fitted = _isotonic(said, came)
    brier, after = float(np.mean((said - came) ** 2)), float(np.mean((fitted - came) ** 2))
    base = float(np.mean((came.mean() - came) ** 2))
    return Corp(brier, brier - after, base - after, base, fitted)


@dataclass(frozen=True)
class Reliability:
    """A reliability diagram: how often targets came true at each stated probability, and what chance alone allows.

    stated: grid of probabilities; observed: the isotonic line at them; low, high: the band that holds 90 % of such
    lines when every stated probability is right.
    """

    stated: Array
    observed: Array
    low: Array
    high: Array
    error: float


def reliability(
    p: Array,
    reached: NDArray[np.bool_],
    years: Years,
    rng: np.random.Generator,
    rho: float = 0.0,
    repeats: int = 200,
    outturn: Years | None = None,
) -> Reliability:
    """The diagram with a consistency band that counts years: outcomes of one year share a shock of correlation `rho`.

    outturn: a number for what came; probabilities about the same outturn share all its luck (each its own unless
    stated).
    error: the mean distance between stated and observed in ten bins, weighted by their counts.
    """
    came = np.asarray(reached, float)
    grid = np.linspace(max(p.min(), 0.005), min(p.max(), 0.995), 50)
    _, which = np.unique(years, return_inverse=True)
    own = np.arange(len(p)) if outturn is None else np.unique(outturn, return_inverse=True)[1]
    lines = []
    for _ in range(repeats):
        shock = np.sqrt(rho) * rng.standard_normal(which.max() + 1)[which]
        luck = shock + np.sqrt(1 - rho) * rng.standard_normal(own.max() + 1)[own]
        lines.append(_line(p, (luck < ndtri(np.clip(p, 1e-9, 1 - 1e-9))).astype(float), grid))
    low, high = np.quantile(lines, [0.05, 0.95], axis=0)
    return Reliability(grid, _line(p, came, grid), low, high, calibration_error(p, came))


def calibration_error(p: Array, reached: Array | NDArray[np.bool_]) -> float:
    """Mean distance between stated and observed in ten bins of the stated probability, weighted by their counts."""
    cell = np.clip((p * 10).astype(int), 0, 9)
    count = np.bincount(cell, minlength=10)
    gap = np.bincount(cell, p, minlength=10) - np.bincount(cell, np.asarray(reached, float), minlength=10)
    return float(np.abs(gap).sum() / count.sum())


def mean_by_year(values: Array, years: Years, rng: np.random.Generator, repeats: int = 1000) -> tuple[float, float]:
    """The 90 % interval of a mean when whole years are resampled, since places of one year share its shock."""
    labels, which = np.unique(years, return_inverse=True)
    total, count = np.bincount(which, values), np.bincount(which)
    pick = rng.integers(0, len(labels), (repeats, len(labels)))
    low, high = np.quantile(total[pick].sum(axis=1) / count[pick].sum(axis=1), [0.05, 0.95])
    return float(low), float(high)


def _line(p: Array, came: Array, grid: Array) -> Array:
    order = np.argsort(p, kind="stable")
    return np.asarray(np.interp(grid, p[order], _isotonic(p, came)[order]))


def _isotonic(p: Array, came: Array) -> Array:
    """Isotonic regression of the outcomes on the stated probabilities; equal probabilities share one value."""
    which = np.unique(p, return_inverse=True)[1]
    count = np.bincount(which).astype(float)
    fitted = isotonic_regression(np.bincount(which, came) / count, weights=count).x
    return np.asarray(fitted[which], float)
