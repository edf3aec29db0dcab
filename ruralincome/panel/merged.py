"""Places that are means of several, each under the class of its parts (see reference.merged)."""

from collections.abc import Callable
from dataclasses import dataclass
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
    """Walks of n places, each of a group that shares a class; they are asked as those of one class are.

    group: the number of each place's group; walks: those of each group, its places in their order.
    """

    group: Integers
    walks: tuple[Any, ...]

    @property
    def last(self) -> Array:
        """Last levels."""
        return self._each([walks.last for walks in self.walks])

    @property
    def shrinkage(self) -> Array:
        """Weights of the places' own pace."""
        return self._each([walks.shrinkage for walks in self.walks])

    @property
    def refused(self) -> NDArray[Any]:
        """Why a place is refused, "" where it is fitted."""
        return self._each([walks.refused for walks in self.walks])

    def quantile(self, ahead: Array | Integers, q: Array) -> Array:
        """Quantiles of the level `ahead` (n,) years on, shape (n, q)."""
        return self._each([w.quantile(ahead[at], q) for w, at in self._groups()])

    def probability(self, ahead: Array | Integers, value: Array, direction: int = 1) -> Array:
        """P(level >= value), (n,), `ahead` (n,) years on (<= where direction is -1)."""
        return self._each([w.probability(ahead[at], value[at], direction) for w, at in self._groups()])

    def of(self, keep: NDArray[np.bool_]) -> "Grouped":
        """The walks of the places that `keep` picks."""
        return Grouped(self.group[keep], tuple(walks.of(keep[at]) for walks, at in self._groups()))

    def _groups(self) -> list[tuple[Any, NDArray[np.bool_]]]:
        return [(walks, self.group == i) for i, walks in enumerate(self.walks)]

    def _each(self, parts: list[Array]) -> Array:
        """What the groups say, in the order of the places."""
        order = np.argsort(self.group, kind="stable")
        return np.concatenate(parts)[np.argsort(order)]


def fit_merged(
    model: str, steps: Steps, last: Array, own: Array, classed: Callable[[float], ReferenceClass | None]
) -> Grouped:
    """The model of that name on many places; own: their sums of squared shares; classed: the class by that sum."""
    distinct, group = np.unique(own, return_inverse=True)
    place = np.repeat(np.arange(len(last)), steps.count)
    walks = []
    for i, shares in enumerate(distinct.tolist()):
        at = group == i
        within = at[place]
        some = Steps(steps.z[within], steps.spacing[within], steps.count[at])
        walks.append(fit_places(model, some, last[at], classed(shares)))
    return Grouped(np.asarray(group, np.int64), tuple(walks))
