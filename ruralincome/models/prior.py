"""The prior of a class: the mixture under which what came after many histories was most probable.

Each component is a walk with a drift that may wander (see posterior.py). After a history it has an evidence (log
marginal likelihood) and gives each year ahead a Student t density; the score of a window is the mean over the years
ahead of the ln density of the mixture, each component weighing as its evidence says. That is the predictive log score
(Good 1952), a proper score. The search (L-BFGS) is given its exact slope, so that it ends at the same place anywhere.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from ruralincome.models.base import STEADY
from ruralincome.models.forecast import Array
from ruralincome.models.posterior import along, columns, common_past, condition, geometry, reach
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
    of_each = [[0.0, typical / UNIT, np.log(5), np.log(2), np.log(spread * m)] for m in STARTS[count]]
    start = np.append(of_each, [-3.0] * wander)
    free = np.append(np.tile([True, mean is None, True, True, True], count), True)[: len(start)]
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
    return tuple(Component(*(float(f"{number:.4g}") for number in astuple(c))) for c in fitted)


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
    evidence, density, evidence_slope, density_slope = _scored(mixture, w, damping)
    joint = evidence[:, :, None] + density
    seen = np.isfinite(w.following)
    all_told, before = _log_sum(joint), _log_sum(evidence)
    per_year = np.where(seen, (w.weight / seen.sum(axis=1))[:, None], 0.0)
    value = float((per_year * np.where(seen, all_told - before[:, None], 0.0)).sum())
    after = np.where(seen, np.exp(joint - all_told), 0.0) * per_year
    told = after.sum(axis=2) - np.exp(evidence - before) * per_year.sum(axis=1)
    inner = (evidence_slope * told).sum(axis=2) + (density_slope * after).sum(axis=(2, 3))
    share = told.sum(axis=1)
    share = share - np.array([c.weight for c in mixture]) * share.sum()
    inner[3] = np.where(x[4 : 5 * len(mixture) : 5] < FLOOR, 0.0, inner[3])
    slope = np.vstack([share, inner[:4]]).T.ravel()
    return value, np.append(slope, inner[4].sum()) if len(x) % 5 else slope


def _scored(mixture: Sequence[Component], w: Windows, damping: float) -> tuple[Array, Array, Array, Array]:
    """Of each component ln of its share times its marginal likelihood (c, n), ln density of what came (c, n, H), and
    their slopes (5, c, n), (5, c, n, H) in m0 / UNIT, ln k0, ln(a0 - 0.6), ln(b0 / a0) and ln wander.
    """
    wander = mixture[0].wander  # one for all
    g, past = geometry(w.spacing, (wander,)), common_past(w.spacing)
    found = condition(along(g, w.changes), len(w.spacing), tuple(mixture))
    mn, bn, evidence = found.mean.T, found.rate.T, found.log.T
    kn, an = found.precision[:, None], found.shape[:, None]
    _, m0, k0, a0, b0 = columns(tuple(mixture))[:5, :, None]
    precision, pull = g[0][0], g[1][0]

    # slopes of mn and bn in (m0, k0, a0, b0, wander); the last moves information, cross and squares
    zero, moved = np.zeros_like(mn), w.changes @ precision
    d_cross, d_squares, d_kn = -(moved @ past) @ pull, -((moved @ past) * moved).sum(axis=1), -float(pull @ past @ pull)
    d_mn = np.array([k0 / kn + zero, (m0 - mn) / kn, zero, zero, (d_cross - mn * d_kn) / kn])
    d_bn = np.array([k0 * (m0 - mn), (m0 - mn) ** 2 / 2, zero, zero + 1, zero])
    d_bn[4] = (d_squares - 2 * mn * d_cross + mn**2 * d_kn) / 2
    d_evidence = -an * d_bn / bn
    d_evidence[1] += (1 / k0 - 1 / kn) / 2
    d_evidence[2] += np.log(b0) - np.log(bn) + digamma(an) - digamma(a0)
    d_evidence[3] += a0 / b0
    d_evidence[4] -= (d_kn / kn + float(np.trace(precision @ past))) / 2

    mn, bn, kn, an = mn[:, :, None], bn[:, :, None], kn[:, :, None], an[:, :, None]
    ahead = np.arange(1.0, w.following.shape[1] + 1)
    pace, away = reach(ahead, damping), ahead**3 / 3 + ahead / 6
    room = ahead + wander * away + pace**2 / kn
    square = bn / an * room
    miss = np.where(np.isfinite(w.following), w.following - mn * pace, 0.0)
    far = np.log1p(miss**2 / (2 * an * square))
    density = gammaln(an + 0.5) - gammaln(an) - np.log(2 * an * np.pi * square) / 2 - (an + 0.5) * far
    bound = 2 * an * square + miss**2
    by_location, by_square = (2 * an + 1) * miss / bound, ((an + 0.5) * miss**2 / bound - 0.5) / square
    d_square = (d_bn[..., None] / an) * room
    d_square[1] -= bn / an * (pace / kn) ** 2
    d_square[2] -= square / an
    d_square[4] += bn / an * (away - d_kn * (pace / kn) ** 2)
    d_density = by_location * pace * d_mn[..., None] + by_square * d_square
    d_density[2] += digamma(an + 0.5) - digamma(an) - 0.5 / an - far + (an + 0.5) * miss**2 / an / bound
    for slope, (k, a, b) in ((d_evidence, (k0, a0, b0)), (d_density, (k0[..., None], a0[..., None], b0[..., None]))):
        slope[2] = (a - 0.6) * (slope[2] + b / a * slope[3])  # in the numbers that the search moves
        slope[0], slope[1], slope[3], slope[4] = UNIT * slope[0], k * slope[1], b * slope[3], wander * slope[4]
    return evidence, density, d_evidence, d_density


def _log_sum(terms: Array) -> Array:
    """ln of the sum of exp over the first axis."""
    top = terms.max(axis=0)
    return np.asarray(top + np.log(np.exp(terms - top).sum(axis=0)))
