"""Models: each a function Series -> Fit | Refusal, one family a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ruralincome.models.base import ClosedForm, Fit, Refusal
from ruralincome.models.combination import combination
from ruralincome.models.drift import random_walk_with_drift
from ruralincome.models.pooled import pooled
from ruralincome.models.state import damped_trend, local_linear_trend, theta
from ruralincome.models.trend import Line, linear_trend, log_trend
from ruralincome.reference.reference import ReferenceClass
from ruralincome.series import InputError, Series

__all__ = [
    "ALONE",
    "MODELS",
    "ClosedForm",
    "Fit",
    "Refusal",
    "combination",
    "damped_trend",
    "fit_all",
    "linear_trend",
    "local_linear_trend",
    "log_trend",
    "pooled",
    "random_walk_with_drift",
    "theta",
]

ALONE: dict[str, Callable[[Series], Fit | Refusal]] = {
    "random_walk_with_drift": random_walk_with_drift,
    "log_trend": log_trend,
    "linear_trend": linear_trend,
    "damped_trend": damped_trend,
    "theta": theta,
    "local_linear_trend": local_linear_trend,
}
"""Models that use the series and nothing else."""
MODELS = ("pooled", *ALONE, "combination")
"""Names of the models, the lead first."""


def fit_all(
    series: Series,
    reference: ReferenceClass | None = None,
    models: Sequence[str] = MODELS,
    *,
    year: int | None = None,
) -> tuple[Fit | Refusal, ...]:
    """Every model of `models` on the series, fitted or refused, in that order; the first is the lead.

    year: the last year that will be asked of them, ten years on unless stated; a line that sinks below zero on the way
    is refused.
    The combination takes those of `models` that use the series alone, or all of them where none is named.
    """
    unknown = [name for name in models if name not in MODELS]
    if unknown:
        raise InputError(f"no model '{unknown[0]}'; choose among {', '.join(MODELS)}")
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


def _afloat(fit: Fit | Refusal, year: int) -> Fit | Refusal:
    """The fit, or its refusal where it is a line that lies below zero by `year`."""
    if isinstance(fit, Line):
        try:
            fit.below_zero(range(fit.series.origin + 1, year + 1))
        except InputError:
            return Refusal(fit.model, "below_zero", {"year": year})
    return fit
