"""The library as the benchmark of short annual series calls it: what a user gets by default."""

from functools import cache

import numpy as np

from ruralincome.models.forecast import Refusal
from ruralincome.models.walk import pooled
from ruralincome.reference.reference import ReferenceClass
from ruralincome.reference.vintages import read_class
from ruralincome.series import Series

NEWEST = 2002
"""The newest vintage of the international class that the benchmark's cut allows."""


def forecaster(years, values, horizon_years, quantiles, kind):
    """Predictive quantiles of the level, shape (years, quantiles), by the lead model and the default class of `kind`.

    A class is used in the vintage that knows nothing after the origin, nor after the benchmark's cut.
    """
    series = Series("series", tuple(years), tuple(values), kind=kind)
    fit = pooled(series, default_class(kind, series.origin))
    if isinstance(fit, Refusal):
        raise ValueError(fit.reason)
    return np.asarray(fit.quantile(horizon_years, quantiles))


@cache
def default_class(kind: str, origin: int) -> ReferenceClass:
    """The default class of a kind as of an origin; the competitions' years are counts, so that one vintage serves."""
    if kind == "general":
        return read_class("general", 9999)
    return read_class("international", min(origin, NEWEST), hindsight=origin < 1990)
