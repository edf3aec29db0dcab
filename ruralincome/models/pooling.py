"""Pooled drift: the place's own history and a reference class, weighed by what each can carry. The lead model."""

from collections.abc import Sequence
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from ruralincome.models.forecast import Array, Refusal
from ruralincome.models.posterior import Steps, columns, posterior, steps_of
from ruralincome.models.walk import Families, Walk, Walks
from ruralincome.reference.component import Component
from ruralincome.reference.reference import ReferenceClass
from ruralincome.series import InputError, Series

STILL = 4  # so many steps without any change are no measurements: the class does not answer for them


def pooled(series: Series, reference: ReferenceClass) -> Walk | Refusal:
    """A random walk whose drift and spread are shrunk to the class: closed form with gaps, from one observation on.

    Each component of the class is updated by the history (see `posterior`) and they are mixed by their marginal
    likelihood. The estimates: `drift` and `spread`, what the mixture expects of the next year's log change and a year's
    standard deviation; `class_drift`, the same before the history; `shrinkage`, how much of what the class leaves open
    of the place's own pace the history has settled: S/(k0+S) without memory.
    """
    try:
        reference = reference.into(series.prices)
    except InputError:
        return Refusal("pooled", "prices")
    walks = pooled_walks(steps_of(series), np.array([series.last]), reference)
    if walks.refused[0]:
        return Refusal("pooled", str(walks.refused[0]), {"observations": len(series.years)})
    drift, spread = walks.expects
    estimates = {
        "drift": float(drift[0]), "spread": float(spread[0]), "class_drift": _expected(reference.prior()),
        "shrinkage": float(walks.shrinkage[0]), "observations": float(len(series.years)),
    }  # fmt: skip
    return Walk("pooled", series, MappingProxyType(estimates), walks)


def pooled_walks(steps: Steps, last: Array, reference: ReferenceClass) -> Walks | Families:
    """`pooled` of each place, the last levels given; `reference` is in the places' prices (ReferenceClass.into). A pool
    of classes gives the walks under each, mixed in equal shares whatever the history: a few steps cannot order
    families, nor can weights be estimated from them. A class whose pace fades is a pool of one here."""
    if not (reference.members or reference.fading):
        return _walks(steps, last, reference)
    members = reference.members or (reference,)
    excess = tuple(_expected(m.components) - (m.fading.towards if m.fading else 0.0) for m in members)
    walks = tuple(_walks(steps, last, member) for member in members)
    return Families(walks, tuple(member.fading for member in members), excess)


def _walks(steps: Steps, last: Array, reference: ReferenceClass) -> Walks:
    """The walks of places under one class."""
    prior = reference.prior()
    state = posterior(steps, prior)
    if steps.shared:
        width = np.full((len(last), 1), reference.width(int(steps.count[0])))
    else:
        counts, which = np.unique(steps.count, return_inverse=True)
        width = np.array([reference.width(count) for count in counts.tolist()])[which][:, None]
    own = 1 - columns(prior)[2] * state.left[..., 0, 0]
    shrinkage = np.add.reduce(own * state.weight, axis=1)
    still = (np.asarray(steps.count) >= STILL) & (steps.total(np.abs(steps.z)) == 0)
    refused = np.where(still, "never_moved", "") if still.any() else np.zeros(len(last), "U1")
    return Walks(last, state, width, shrinkage, refused, reference.centre)


def chances(
    years: Sequence[int], values: Array, reference: ReferenceClass, year: int, target: Array, direction: int,
    errors: Sequence[float] | None = None,
) -> Array:  # fmt: skip
    """P(target) by `pooled` of histories (n, years) that share their years and the standard errors of their values,
    each with a target of its own, (n,)."""
    n, spacing = len(values), np.diff(years)
    known = None if errors is None else (np.asarray(errors) / values).ravel()
    z = np.diff(np.log(values)).ravel()
    steps = Steps(z, np.tile(spacing, n), np.full(n, len(spacing)), shared=True, errors=known)
    return pooled_walks(steps, values[:, -1], reference).probability(np.full(n, year - years[-1]), target, direction)


@lru_cache(maxsize=64)
def _expected(components: tuple[Component, ...]) -> float:
    """Log growth a year before any history, worked out once a class."""
    table = columns(components)
    return float(table[0] @ (table[1] + table[12]) / table[0].sum())
