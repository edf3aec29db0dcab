"""Models: each a function Series -> Fit | Refusal, one family a file."""

from __future__ import annotations

from collections.abc import Sequence

from ruralincome.models.base import ClosedForm, Fit, Refusal
from ruralincome.models.drift import random_walk_with_drift
from ruralincome.models.pooled import pooled
from ruralincome.models.trend import linear_trend, log_trend
from ruralincome.reference import ReferenceClass
from ruralincome.series import InputError, Series

__all__ = [
    "MODELS",
    "ClosedForm",
    "Fit",
    "Refusal",
    "fit_all",
    "linear_trend",
    "log_trend",
    "pooled",
    "random_walk_with_drift",
]

MODELS = ("pooled", "random_walk_with_drift", "log_trend", "linear_trend")
"""Names of the models, the lead first."""


def fit_all(
    series: Series, reference: ReferenceClass | None = None, models: Sequence[str] = MODELS
) -> tuple[Fit | Refusal, ...]:
    """Every model of `models` on the series, fitted or refused; the first is the lead.

    Without a class the pooled model refuses and the lead is the first that could be fitted, if any.
    """
    unknown = [name for name in models if name not in MODELS]
    if unknown:
        raise InputError(f"no model '{unknown[0]}'; choose among {', '.join(MODELS)}")
    return tuple(_fit(name, series, reference) for name in models)


def _fit(name: str, series: Series, reference: ReferenceClass | None) -> Fit | Refusal:
    if name == "pooled":
        return Refusal("pooled", "no_class") if reference is None else pooled(series, reference)
    if name == "random_walk_with_drift":
        return random_walk_with_drift(series)
    return log_trend(series) if name == "log_trend" else linear_trend(series)
