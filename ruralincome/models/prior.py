"""The prior of a class: the mixture under which what came after many histories was most probable.

Each component is a walk with a drift that may wander (see posterior.py). After a history it has an evidence (log
marginal likelihood) and gives each year ahead a Student t density; the score of a window is the mean over the years
ahead of the ln density of the mixture, each component weighing as its evidence says. That is the predictive log score
(Good 1952), a proper score. The search (L-BFGS) is given its exact slope, so that it ends at the same place anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from ruralincome.models.base import STEADY, Array
from ruralincome.models.posterior import along, common_past, condition, geometry, reach
from ruralincome.reference.reference import Component
from ruralincome.series import InputError

STARTS = {1: (1.0,), 2: (0.2, 2.0), 3: (0.08, 0.5, 3.0)}
"""Where the search begins: the components' variances as multiples of the panel's."""
UNIT = 0.02
"""The search moves m0 in steps of 2 % a year, about as far as it moves logarithms by one."""
PULL = 1e-4
"""Weight of the squared distance from where the search began: what the windows leave open stays near it."""
LEAST = 1e-6
"""A component whose spread is below this, in logarithms a year, stands for no growth that was published: rounding alone
leaves more. Windows of one exact pace draw b0 there, their score rising without end as it falls."""
FLOOR = 2 * float(np.log(STEADY))
"""The search sees ln(b0 / a0) no lower than this, so that it stays among numbers and ends."""


@dataclass(frozen=True)
class Windows:
    """Windows of one spacing: log changes (n, K), log changes 1..H years on (n, H; nan: not observed), weights (n,)."""

    spacing: tuple[int, ...]
    changes: Array
    following: Array
    weight: Array


def fit_components(
    found: Sequence[Windows], count: int, damping: float = 1.0, wander: bool = False, mean: float | None = None
) -> tuple[Component, ...]:
    """The `count` components under which what came after the histories was most probable, to four digits.

    mean: log growth a year that every component expects, where windows cannot tell it (see `recipe.mean_growth`).
    wander: let the drift of a place wander, by one share of sigma^2 a year for all components.
    Raises InputError where a component comes out without spread.
    """
    steps = np.concatenate([(w.changes / np.sqrt(w.spacing)).ravel() for w in found])
    typical = float(np.median(steps))
    spread = float(np.mean(np.clip(steps - typical, -0.5, 0.5) ** 2))
    if not spread > STEADY**2:
        raise InputError("models.all_alike")
    typical = typical if mean is None else mean
    start = np.array([[0.0, typical / UNIT, np.log(5), np.log(2), np.log(spread * m)] for m in STARTS[count]]).ravel()
    start = np.append(start, -3.0) if wander else start
    free = np.tile([True, mean is None, True, True, True], count)
    free = np.append(free, True) if wander else free
    total = sum(float(w.weight.sum()) for w in found)

    def loss(x: Array) -> tuple[float, Array]:
        scored = [log_score(x, w, damping) for w in found]
        value = -sum(v for v, _ in scored) / total + PULL * float(((x - start) ** 2).sum())
        return value, np.where(free, 2 * PULL * (x - start) - sum(s for _, s in scored) / total, 0.0)

    options = {"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-7}
    try:
        with np.errstate(all="ignore"):  # a step too far is stepped back from; where it ended is looked at below
            fitted = components(minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x)
    except (ArithmeticError, np.linalg.LinAlgError):
        fitted = []
    if not fitted or not all(np.isfinite(astuple(c)).all() and c.b0 / c.a0 > LEAST**2 for c in fitted):
        raise InputError("models.no_spread")
    return tuple(_rounded(c) for c in fitted)


def components(x: Array) -> list[Component]:
    """The mixture that the search's numbers stand for.

    For each component: log share, m0 / UNIT, ln k0, ln(a0 - 0.6), ln(b0 / a0); then perhaps ln of the wander of all.
    """
    share, m0, k0, a0, variance = x[: len(x) // 5 * 5].reshape(-1, 5).T
    weight = np.exp(share - share.max())
    shape = 0.6 + np.exp(a0)
    wander = float(np.exp(x[-1])) if len(x) % 5 else 0.0
    variance = np.maximum(variance, FLOOR)
    table = np.column_stack([weight / weight.sum(), m0 * UNIT, np.exp(k0), shape, np.exp(variance) * shape]).tolist()
    return [Component(w, m, k, a, b, wander=wander) for w, m, k, a, b in table]


def log_score(x: Array, w: Windows, damping: float) -> tuple[float, Array]:
    """The weighted sum of the windows' scores under the mixture `x` stands for, and its slope in x."""
    mixture = components(x)
    each = [_component(c, w, damping) for c in mixture]
    evidence = np.array([e.evidence for e in each])
    joint = evidence[:, :, None] + np.array([e.density for e in each])
    seen = np.isfinite(w.following)
    together, before = _log_sum(joint), _log_sum(evidence)
    per_year = np.where(seen, (w.weight / seen.sum(axis=1))[:, None], 0.0)
    value = float((per_year * np.where(seen, together - before[:, None], 0.0)).sum())
    after = np.where(seen, np.exp(joint - together), 0.0) * per_year
    prior = np.exp(evidence - before) * per_year.sum(axis=1)
    slope = np.zeros(len(x))
    for c, e in enumerate(each):
        told = after[c].sum(axis=1) - prior[c]
        inner = (e.evidence_slope * told).sum(axis=1) + (e.density_slope * after[c]).sum(axis=(1, 2))
        slope[5 * c] = told.sum()
        slope[5 * c + 1 : 5 * c + 5] = inner[:4]
        if len(x) % 5:
            slope[-1] += inner[4]
        if x[5 * c + 4] < FLOOR:
            slope[5 * c + 4] = 0.0
    slope[0 : 5 * len(each) : 5] -= np.array([c.weight for c in mixture]) * slope[0 : 5 * len(each) : 5].sum()
    return value, slope


@dataclass(frozen=True)
class _Scored:
    """One component: ln of its share times its marginal likelihood (n,), ln density of what came (n, H; 0 where
    unseen), and their slopes (5, n), (5, n, H).

    The slopes are in m0 / UNIT, ln k0, ln(a0 - 0.6), ln(b0 / a0) and ln wander.
    """

    evidence: Array
    density: Array
    evidence_slope: Array
    density_slope: Array


def _component(c: Component, w: Windows, damping: float) -> _Scored:
    g = geometry(w.spacing, [c.noise], [c.wander])
    found = condition(along(g, w.changes, np.zeros(1)), len(w.spacing), (c,))
    kn, an = float(found.precision[0]), float(found.shape[0])
    mn, bn, evidence = found.mean[:, 0], found.rate[:, 0], found.log[:, 0]
    past, precision, pull = common_past(w.spacing), g.precision[0], g.pull[0]
    moved = w.changes @ precision

    # slopes of kn, mn, an, bn in (m0, k0, a0, b0, wander); the last moves information, cross and squares
    none = np.zeros_like(mn)
    d_cross, d_squares = -(moved @ past) @ pull, -((moved @ past) * moved).sum(axis=1)
    d_kn = np.array([0.0, 1.0, 0.0, 0.0, -float(pull @ past @ pull)])
    d_mn = np.array([c.k0 / kn + none, (c.m0 - mn) / kn, none, none, (d_cross - mn * d_kn[4]) / kn])
    d_bn = np.array([c.k0 * (c.m0 - mn), (c.m0 - mn) ** 2 / 2, none, none + 1, none])
    d_bn[4] = (d_squares - 2 * mn * d_cross + mn**2 * d_kn[4]) / 2
    d_evidence = -an * d_bn / bn - (d_kn / kn / 2)[:, None]
    d_evidence[1] += 1 / c.k0 / 2
    d_evidence[2] += np.log(c.b0) - np.log(bn) + digamma(an) - digamma(c.a0)
    d_evidence[3] += c.a0 / c.b0
    d_evidence[4] -= float(np.trace(precision @ past)) / 2

    ahead = np.arange(1.0, w.following.shape[1] + 1)
    pace, away = reach(ahead, damping), ahead**3 / 3 + ahead / 6
    room = ahead + c.wander * away + pace**2 / kn
    d_room = -(d_kn / kn**2)[:, None] * pace**2
    d_room[4] += away
    square = (bn / an)[:, None] * room
    miss = np.where(np.isfinite(w.following), w.following - mn[:, None] * pace, 0.0)
    far = np.log1p(miss**2 / (2 * an * square))
    density = gammaln(an + 0.5) - gammaln(an) - np.log(2 * an * np.pi * square) / 2 - (an + 0.5) * far
    bound = 2 * an * square + miss**2
    by_location, by_square = (2 * an + 1) * miss / bound, ((an + 0.5) * miss**2 / bound - 0.5) / square
    d_an = np.array([0.0, 0.0, 1.0, 0.0, 0.0])
    d_square = ((d_bn - bn * (d_an / an)[:, None]) / an)[:, :, None] * room
    d_square = d_square + (bn / an)[:, None] * d_room[:, None, :]
    d_density = by_location * pace * d_mn[:, :, None] + by_square * d_square
    d_density[2] += digamma(an + 0.5) - digamma(an) - 0.5 / an - far + (an + 0.5) * miss**2 / an / bound
    return _Scored(evidence, density, _chain(d_evidence, c), _chain(d_density, c))


def _chain(slope: Array, c: Component) -> Array:
    """Slopes in (m0, k0, a0, b0, wander) turned into slopes in the numbers that the search moves."""
    by_shape = (c.a0 - 0.6) * (slope[2] + c.b0 / c.a0 * slope[3])
    return np.array([UNIT * slope[0], c.k0 * slope[1], by_shape, c.b0 * slope[3], c.wander * slope[4]])


def _log_sum(terms: Array) -> Array:
    """ln of the sum of exp over the first axis."""
    top = terms.max(axis=0)
    return np.asarray(top + np.log(np.exp(terms - top).sum(axis=0)))


def _rounded(c: Component) -> Component:
    digits = {key: float(f"{getattr(c, key):.4g}") for key in ("weight", "m0", "k0", "a0", "b0", "wander")}
    return replace(c, **digits)
