"""The one recipe by which every reference class is fitted: panels of places in, a ReferenceClass out.

A window is a history of a place and what followed it. The class is the mixture of priors under which the followings
were most probable (the predictive log score, a proper score), windows counted by how late they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from ruralincome.models.base import Array
from ruralincome.models.walk import geometry
from ruralincome.reference import Component

Panel = Mapping[str, tuple[NDArray[np.int64], Array]]
"""{name of a place: (years, values)}."""

HISTORIES = ((1,), (4,), (1, 1), (1, 1, 1, 1), (1,) * 7, (1,) * 11)
"""Histories learnt from, as strides between the observations used: 2, 2 four apart, 3, 5, 8 and 12 observations."""
HORIZONS = 5


@dataclass(frozen=True)
class Windows:
    """Windows of one spacing: changes (n, K), what followed (n, h) as log changes, years ahead (h,), weights (n,)."""

    spacing: tuple[int, ...]
    ahead: tuple[int, ...]
    changes: Array
    following: Array
    weight: Array
    origin: NDArray[np.int64]


def windows(panel: Panel, half_life: float = np.inf, stride: int = 1) -> list[Windows]:
    """Every history of `HISTORIES` and the up to five observations after it, grouped by spacing."""
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], list[tuple[Array, Array, int]]] = {}
    for years, values in panel.values():
        logs = np.log(values)
        for strides in HISTORIES:
            back = np.concatenate([[0], np.cumsum(strides[::-1])])[::-1]
            for o in range(back[0], len(years) - 1, stride):
                at = o - back
                ahead = years[o + 1 : o + 1 + HORIZONS] - years[o]
                ahead = ahead[ahead <= HORIZONS]
                if not len(ahead):
                    continue
                key = (tuple(np.diff(years[at]).tolist()), tuple(ahead.tolist()))
                found.setdefault(key, []).append(
                    (np.diff(logs[at]), logs[o + 1 : o + 1 + len(ahead)] - logs[o], int(years[o]))
                )
    last = max(origin for rows in found.values() for _, _, origin in rows)
    out = []
    for (spacing, ahead_), rows in sorted(found.items()):
        origin = np.array([row[2] for row in rows])
        out.append(
            Windows(
                spacing, ahead_, np.array([r[0] for r in rows]), np.array([r[1] for r in rows]),
                0.5 ** ((last - origin) / half_life), origin,
            )
        )  # fmt: skip
    return out


def predictive(w: Windows, components: Sequence[Component], damping: float) -> tuple[Array, Array, Array, Array]:
    """Mixture weights (n, c), locations and scales (n, h, c) and degrees of freedom (c,) after each history."""
    m0, k0, a0, b0, share, wander = (
        np.array([getattr(c, key) for c in components]) for key in ("m0", "k0", "a0", "b0", "noise", "wander")
    )
    g = geometry.__wrapped__(w.spacing, tuple(share.tolist()), tuple(wander.tolist()))
    moved = np.einsum("cij,nj->nci", g.precision, w.changes)
    kn = k0 + g.information
    mn = (k0 * m0 + moved @ np.array(w.spacing, float)) / kn
    an = a0 + len(w.spacing) / 2
    bn = b0 + (np.einsum("nci,ni->nc", moved, w.changes) + k0 * m0**2 - kn * mn**2) / 2
    bn = np.maximum(bn, b0)
    log = np.log([c.weight for c in components]) + (np.log(k0 / kn) - g.log_det) / 2 + a0 * np.log(b0)
    log = log - an * np.log(bn) + gammaln(an) - gammaln(a0)
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    ahead = np.array(w.ahead, float)
    reach = ahead if damping == 1 else damping * (1 - damping**ahead) / (1 - damping)
    pace = reach[:, None] + g.carry
    location = pace * mn[:, None, :] - (share * moved[:, :, -1])[:, None, :]
    away = ahead[:, None] ** 3 / 3 + ahead[:, None] / 6
    scale = np.sqrt((bn / an)[:, None, :] * (ahead[:, None] + g.extra + wander * away + pace**2 / kn))
    return weight, location, scale, 2 * an


def log_score(w: Windows, components: Sequence[Component], damping: float) -> Array:
    """ln predictive density of each following, (n, h)."""
    weight, location, scale, df = predictive(w, components, damping)
    t2 = ((w.following[:, :, None] - location) / scale) ** 2
    log = gammaln((df + 1) / 2) - gammaln(df / 2) - np.log(df * np.pi) / 2 - np.log(scale)
    log = log - (df + 1) / 2 * np.log1p(t2 / df) + np.log(weight)[:, None, :]
    top = log.max(axis=2)
    return np.asarray(top + np.log(np.exp(log - top[:, :, None]).sum(axis=2)))
