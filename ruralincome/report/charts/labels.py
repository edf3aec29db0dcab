"""Labels that would touch, moved apart."""

from __future__ import annotations

import math
from collections.abc import Sequence


def parted(values: Sequence[float], apart: float, low: float = -math.inf, high: float = math.inf) -> list[float]:
    """Places near `values`, one for each in the same order, at least `apart` from each other where there is room.

    Each is moved as little as some passes up and down allow, and none out of low..high.

    >>> parted([5.0, 1.0, 4.5], 1.0)
    [5.25, 1.0, 4.25]
    """
    order = sorted(range(len(values)), key=lambda i: values[i])
    places = [min(max(values[i], low), high) for i in order]
    for _ in range(200):
        for k in range(len(places) - 1):
            short = apart - (places[k + 1] - places[k])
            if short > 1e-9:
                places[k] -= short / 2
                places[k + 1] += short / 2
        for k, edge in ((0, max), (-1, min)):
            if places:
                places[k] = edge(places[k], low if k == 0 else high)
    found = [0.0] * len(places)
    for place, i in zip(places, order, strict=True):
        found[i] = place
    return found
