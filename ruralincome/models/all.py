"""All models on one series: those that use it alone, by name, and how each gets what it needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from ruralincome.models.base import Array, Fit, Refusal
from ruralincome.models.combining import combination
from ruralincome.models.names import MODELS
from ruralincome.models.pooling import pooled, pooled_walks
from ruralincome.models.posterior import Steps
from ruralincome.models.state import damped_trend, local_linear_trend, theta
from ruralincome.models.trend import Line, linear_trend, log_trend
from ruralincome.models.walk import Walks, drift_walks, random_walk_with_drift
from ruralincome.reference.reference import ReferenceClass
from ruralincome.series import InputError, Series

Model = Callable[[Series], Fit | Refusal]

ALONE: dict[str, Model] = {
    model.__name__: model
    for model in (random_walk_with_drift, log_trend, linear_trend, damped_trend, theta, local_linear_trend)
}
"""Models that use the series and nothing else, in the order of MODELS."""
PLACED = ("pooled", "random_walk_with_drift")
"""Models that answer for many places at once (see `fit_places`)."""


def fit_all(
    series: Series, reference: ReferenceClass | None = None, models: Sequence[str] = MODELS, *, year: int | None = None
) -> tuple[Fit | Refusal, ...]:
    """Every model of `models` on the series, fitted or refused, in that order; the first is the lead.

    year: the last year that will be asked of them, ten years on unless stated; a line that sinks below zero on the way
    is refused.
    The combination takes those of `models` that use the series alone, or all of them where none is named.
    """
    known = ("pooled", *ALONE, "combination")
    if unknown := [name for name in models if name not in known]:
        raise InputError("models.no_model", model=unknown[0], known=known)
    wanted = [name for name in models if name in ALONE]
    if "combination" in models and not wanted:
        wanted = list(ALONE)
    until = series.origin + 10 if year is None else year
    alone = {name: _afloat(ALONE[name](series), until) for name in wanted}
    found: list[Fit | Refusal] = []
    for name in models:
        if name == "pooled":
            found.append(Refusal(name, "no_class") if reference is None else pooled(series, reference))
        elif name == "combination":
            found.append(combination(series, tuple(alone.values())))
        else:
            found.append(alone[name])
    return tuple(found)


def fit_places(model: str, steps: Steps, last: Array, reference: ReferenceClass | None) -> Walks:
    """The model of that name on many places at once, each fitted or refused; `reference` is in their prices."""
    if model == "pooled" and reference is not None:
        return pooled_walks(steps, last, reference)
    walks = drift_walks(steps, last)
    return walks if model != "pooled" else replace(walks, refused=np.full(len(last), "no_class"))


def _afloat(fit: Fit | Refusal, year: int) -> Fit | Refusal:
    """The fit, or its refusal where it is a line that lies below zero by `year`."""
    if isinstance(fit, Line):
        try:
            fit.below_zero(range(fit.series.origin + 1, year + 1))
        except InputError:
            return Refusal(fit.model, "below_zero", {"year": year})
    return fit
