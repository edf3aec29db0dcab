"""All models on one series: those that use it alone, by name, their combination, and how each gets what it needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ruralincome.models import MODELS
from ruralincome.models.forecast import DRAWS, Array, Fit, Fitted, Forecast, Refusal
from ruralincome.models.posterior import Steps
from ruralincome.models.state import damped_trend, local_linear_trend, theta
from ruralincome.models.trend import Trend, linear_trend, log_trend
from ruralincome.models.walk import Walks, drift_walks, pooled, pooled_walks, random_walk_with_drift
from ruralincome.reference.reference import ReferenceClass
from ruralincome.series import InputError, Series

ALONE: dict[str, Callable[[Series], Fit | Refusal]] = {
    model.__name__: model
    for model in (random_walk_with_drift, log_trend, linear_trend, damped_trend, theta, local_linear_trend)
}  # models that use the series and nothing else, in the order of MODELS
PLACED = ("pooled", "random_walk_with_drift")  # models that answer for many places at once (see `fit_places`)


def fit_all(
    series: Series, reference: ReferenceClass | None = None, models: Sequence[str] = MODELS, *, year: int | None = None
) -> tuple[Fit | Refusal, ...]:
    """Every model of `models` on the series, fitted or refused, in that order; the first is the lead. year: the last
    that will be asked of them, ten years on unless stated; a line that sinks below zero on the way is refused. The
    combination takes those of `models` that use the series alone, or all where none is named."""
    known = ("pooled", *ALONE, "combination")
    if unknown := [name for name in models if name not in known]:
        raise InputError("models.no_model", model=unknown[0], known=known)
    wanted = [name for name in models if name in ALONE] or (list(ALONE) if "combination" in models else [])
    until, found = series.origin + 10 if year is None else year, dict[str, Fit | Refusal]()
    for name in wanted:
        found[name] = fit = ALONE[name](series)
        try:
            if isinstance(fit, Trend):
                fit.below_zero(range(series.origin + 1, until + 1))
        except InputError:
            found[name] = Refusal(name, "below_zero", {"year": until})
    if "combination" in models:
        found["combination"] = combination(series, tuple(found.values()))
    if "pooled" in models:
        found["pooled"] = Refusal("pooled", "no_class") if reference is None else pooled(series, reference)
    return tuple(found[name] for name in models)


def fit_places(model: str, steps: Steps, last: Array, reference: ReferenceClass | None) -> Walks:
    """The model of that name on many places at once, each fitted or refused; `reference` is in their prices."""
    if model == "pooled" and reference is not None:
        return pooled_walks(steps, last, reference)
    walks = drift_walks(steps, last)
    return walks if model != "pooled" else replace(walks, refused=np.full(len(last), "no_class"))


@dataclass(frozen=True)
class Combined(Fitted):
    """Fits whose draws are taken in equal shares (a linear opinion pool)."""

    fits: tuple[Fit, ...] = field(repr=False)

    def forecast(self, year: int, rng: np.random.Generator, draws: int = DRAWS) -> Forecast:
        """Paths to `year`: draw i is the i-th draw of model i modulo their number."""
        paths, each = [fit.forecast(year, rng, draws).paths for fit in self.fits], np.arange(draws)
        return Forecast(self.series.origin, self.series.last, np.stack(paths)[each % len(paths), each])


def combination(series: Series, fits: Sequence[Fit | Refusal]) -> Combined | Refusal:
    """The fits among `fits`, in equal shares: weights estimated from a dozen observations do worse (FPP3, 13.4).
    Refuses where fewer than two are identified."""
    found = tuple(fit for fit in fits if not isinstance(fit, Refusal))
    if len(found) < 2:
        return Refusal("combination", "too_few_models", {"models": len(found), "needed": 2})
    return Combined("combination", series, {"models": float(len(found))}, found)
