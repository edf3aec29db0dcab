"""The class for places that were put together: a mean of several varies less than each of them."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ruralincome.reference.reference import Component, ReferenceClass
from ruralincome.series import InputError


def merged(reference: ReferenceClass, weights: Sequence[float]) -> ReferenceClass:
    """The class of a place made of several of the class's own; weights: their incomes (or people), in any unit.

    Growth of the whole is near the mean of the parts' growth, weighed by income. Within a year the parts are correlated
    by rho and share the expected growth; what is a part's own averages out. With c the sum of squared shares,

        sigma'^2 = v sigma^2,  v = rho + (1 - rho) c;  var(mu'), kappa, nu, wander (a part's own): c times;
        rho' = rho / v between two such places;  quantiles of growth: drawn to their median by sqrt(v), in logarithms.

    One part gives the class itself. Raises InputError for weights that are not positive.
    """
    total = math.fsum(weights)
    if not weights or min(weights) <= 0 or not math.isfinite(total):
        raise InputError("reference.parts", weights=tuple(weights))
    own = math.fsum((weight / total) ** 2 for weight in weights)
    return narrowed(reference, own)


def narrowed(reference: ReferenceClass, own: float) -> ReferenceClass:
    """`merged` by the sum of squared shares alone: nothing else of the weights matters."""
    if reference.members:
        return reference.of_members([narrowed(member, own) for member in reference.members])
    v = reference.rho + (1 - reference.rho) * own
    components = tuple(_whole(c, v, own / v) for c in reference.components)
    growth = {years: _drawn(quantiles, math.sqrt(v)) for years, quantiles in reference.growth.items()}
    return replace(reference, components=components, rho=reference.rho / v, growth=growth)


def correlation(rho: Any, own: Any) -> Any:
    """rho' of places by their sums of squared shares, a number or an array: two have sqrt(rho'_i rho'_j) in common."""
    return rho / (rho + (1 - rho) * own)


def _drawn(quantiles: Sequence[float], factor: float) -> tuple[float, ...]:
    """Quantiles of growth (fractions) with their distance to the median times `factor`, in logarithms."""
    logs = [math.log1p(growth) for growth in quantiles]
    middle = (logs[(len(logs) - 1) // 2] + logs[len(logs) // 2]) / 2
    return tuple(math.expm1(middle + factor * (x - middle)) for x in logs)


def _whole(c: Component, v: float, left: float) -> Component:
    """The component of the whole, its sigma^2 v times the parts'; left: of what is a part's own, over sigma^2."""
    return replace(c, k0=c.k0 / left, b0=c.b0 * v, kappa=c.kappa * left, nu=c.nu * left, wander=c.wander * left)
