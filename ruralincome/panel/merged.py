"""Places that are means of several, each under the class of its parts (see reference.merged)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruralincome.models.all import fit_places
from ruralincome.models.forecast import Array
from ruralincome.models.posterior import Steps
from ruralincome.panel.names import Integers
from ruralincome.reference.reference import ReferenceClass


@dataclass(frozen=True)
class Grouped:
    """Walks of n places, `group` being the number of each one's; those of a group share a class, in their order."""

    group: Integers
    walks: tuple[Any, ...]

    last = cached_property[Array](lambda each: each._of([walks.last for walks in each.walks]))
    shrinkage = cached_property[Array](lambda each: each._of([walks.shrinkage for walks in each.walks]))
    refused = cached_property[NDArray[Any]](lambda each: each._of([walks.refused for walks in each.walks]))
    """Last levels, weights of the places' own pace, and why a place is refused, "" where it is fitted."""

    def quantile(self, ahead: Array | Integers, q: Array) -> Array:
        """Quantiles of the level `ahead` (n,) years on, shape (n, q)."""
        return self._of([w.quantile(ahead[at], q) for w, at in self._groups()])

    def probability(self, ahead: Array | Integers, value: Array, direction: int = 1) -> Array:
        """P(level >= value), (n,), `ahead` (n,) years on (<= where direction is -1)."""
        return self._of([w.probability(ahead[at], value[at], direction) for w, at in self._groups()])

    def of(self, keep: NDArray[np.bool_]) -> "Grouped":
        """The walks of the places that `keep` picks."""
        return Grouped(self.group[keep], tuple(walks.of(keep[at]) for walks, at in self._groups()))

    def _groups(self) -> list[tuple[Any, NDArray[np.bool_]]]:
        return [(walks, self.group == i) for i, walks in enumerate(self.walks)]

    def _of(self, parts: list[Array]) -> Array:
        """What the groups say, in the order of the places."""
        order = np.argsort(self.group, kind="stable")
        return np.concatenate(parts)[np.argsort(order)]


def fit_merged(
    model: str, steps: Steps, last: Array, own: Array | None, classed: Callable[[float], ReferenceClass | None]
) -> Any:
    """The model of that name on many places; own: their sums of squared shares, if any; classed: the class by those."""
    if own is None:
        return fit_places(model, steps, last, classed(1.0))
    distinct, group = np.unique(own, return_inverse=True)
    place = np.repeat(np.arange(len(last)), steps.count)
    walks = []
    for i, shares in enumerate(distinct.tolist()):
        at, within = group == i, (group == i)[place]
        some = Steps(steps.z[within], steps.spacing[within], steps.count[at])
        walks.append(fit_places(model, some, last[at], classed(shares)))
    return Grouped(np.asarray(group, np.int64), tuple(walks))
