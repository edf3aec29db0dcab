"""Pooled drift: the place's own history and a reference class, weighed by what each can carry. The lead model."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from ruralincome.models.base import Refusal
from ruralincome.models.walk import Walk, columns, posterior
from ruralincome.reference.reference import ReferenceClass
from ruralincome.series import InputError, Series


def pooled(series: Series, reference: ReferenceClass) -> Walk | Refusal:
    """A random walk whose drift and spread are shrunk to the class: closed form with gaps, from one observation on.

    Each component of the class is updated by the history (see `walk`) and they are mixed by their marginal
    likelihood. The estimates: `drift` and `spread`, what the mixture expects of a year's log change and its standard
    deviation; `class_drift`, the same before the history; `shrinkage`, the weight S/(k0+S) of the place's own pace.
    """
    try:
        reference = reference.into(series.prices)
    except InputError:
        return Refusal("pooled", "prices")
    prior = reference.prior()
    steps = series.steps
    spacing = tuple(years for years, _ in steps)
    state = posterior(np.array([change for _, change in steps]), spacing, prior)
    weights, means, k0 = columns(prior)[:3]
    estimates = {
        "drift": float(state.weight @ state.mean),
        "spread": float(np.sqrt(state.weight @ (state.rate / state.shape))),
        "class_drift": float(weights @ means / weights.sum()),
        "shrinkage": float(state.weight @ (1 - k0 / state.precision)),
        "observations": float(len(series.years)),
    }
    width = reference.width(len(spacing))
    return Walk("pooled", series, MappingProxyType(estimates), state, reference.damping, width)
