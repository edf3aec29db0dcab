"""Models: each a function Series -> Fit | Refusal, one family a file; loaded when first used, as they load numpy."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ruralincome.models.names import MODELS

if TYPE_CHECKING:
    from ruralincome.models.all import ALONE, fit_all
    from ruralincome.models.base import ClosedForm, Fit, Refusal
    from ruralincome.models.combining import combination
    from ruralincome.models.pooling import pooled
    from ruralincome.models.state import damped_trend, local_linear_trend, theta
    from ruralincome.models.trend import linear_trend, log_trend
    from ruralincome.models.walk import random_walk_with_drift

__all__ = [
    "ALONE", "MODELS", "ClosedForm", "Fit", "Refusal", "combination", "damped_trend", "fit_all", "linear_trend",
    "local_linear_trend", "log_trend", "pooled", "random_walk_with_drift", "theta",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'ruralincome.models' has no attribute '{name}'")
    home = "base" if name in ("ClosedForm", "Fit") else "all"
    found = globals()[name] = getattr(import_module(f"ruralincome.models.{home}"), name)
    return found
