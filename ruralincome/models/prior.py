"""The prior of a class: the mixture under which what came after many histories was most probable.

Each component is a walk with memory (see posterior.py). After a history it has an evidence (log marginal likelihood)
and gives each year ahead a Student t density; the score of a window is the mean over the years ahead of the ln of the
mixture's density, each component weighing as its evidence says: the predictive log score (Good 1952), a proper score.
The search (L-BFGS) is given its slope by differences: a number of a component moves only that component's evidence and
densities, so that all of them are moved at once, as so many components more."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, gammaln, softmax

from ruralincome.models.forecast import STEADY, Array
from ruralincome.models.posterior import Geometry, Posterior, condition, geometry
from ruralincome.reference.component import Component
from ruralincome.series import InputError

STARTS = {1: (1.0,), 2: (0.2, 2.0), 3: (0.08, 0.5, 3.0)}
"""Where the search begins: the components' variances as multiples of the panel's."""
MEMORY = {"damping": 3.0, "nu": -3.0, "kappa": 0.0, "phi": 0.3, "lam": 0.7, "eta": 2.0}
"""Where it begins for the memory: logistic numbers of shares, ln of multiples; the last SHARED are the same for all."""
SHARED = 4
UNIT = 0.02  # the search moves m0 in steps of 2 % a year, about as far as it moves logarithms by one
STEP = 1e-6  # of the differences: what they lack of the slope is of its order, or of its square with both sides
PULL = 1e-4  # weight of the squared distance from where the search began: what the windows leave open stays near it
LEAST = 1e-6
"""A component whose spread is below this, in logarithms a year, stands for no growth that was published: rounding alone
leaves more. Windows of one exact pace draw b0 there, their score rising without end as it falls."""
FLOOR = 2 * float(np.log(STEADY))
"""The search sees ln(b0 / a0) no lower than this, so that it stays among numbers and ends."""
BLOCK = 256  # windows worked out at a time: few enough for the processor's cache


@dataclass(frozen=True)
class Windows:
    """Windows of one spacing: log changes (n, K), log changes 1..H years on (n, H; nan: not observed), weights (n,);
    errors: of the logarithms of the figures used and of those ahead, by their surveys (n, K + 1 + H)."""

    spacing: tuple[int, ...]
    changes: Array
    following: Array
    weight: Array
    errors: Array | None = None


def fit_components(
    found: Sequence[Windows], count: int, damping: float = 1.0, memory: bool = False, mean: float | None = None
) -> tuple[Component, ...]:
    """The `count` components under which what came after the histories was most probable, to four digits.

    mean: log growth a year that every component expects, where windows cannot tell it (see `recipe.mean_growth`).
    memory: fit what stands in MEMORY, the damping among it; else the damping is that stated and there is none. Raises
    InputError where a component comes out without spread."""
    steps = np.concatenate([(w.changes / np.sqrt(w.spacing)).ravel() for w in found])
    typical = float(np.median(steps))
    spread = float(np.mean(np.clip(steps - typical, -0.5, 0.5) ** 2))
    if not spread > STEADY**2:
        raise InputError("models.all_alike")
    middle, more = typical if mean is None else mean, list(MEMORY.values()) if memory else []
    own = more[:-SHARED]
    of_each = [[0.0, middle / UNIT, np.log(5), np.log(2), np.log(spread * m), *own] for m in STARTS[count]]
    start = np.append(of_each, more[len(own) :])
    free = np.ones(len(start))
    if mean is not None:
        free[1 : count * len(of_each[0]) : len(of_each[0])] = 0
    total = sum(float(w.weight.sum()) for w in found)

    def loss(x: Array, sides: int) -> tuple[float, Array]:
        value, slope = log_score(x, found, count, damping, sides)
        return PULL * float(((x - start) ** 2).sum()) - value / total, free * (2 * PULL * (x - start) - slope / total)

    x = start
    try:
        with np.errstate(all="ignore"):  # a step too far is stepped back from; where it ended is looked at below
            for sides in (1, 2):  # quick to come near, then exact, so that it ends at the same digits anywhere
                options = {"maxiter": 1000, "ftol": 10.0 ** (-11 - 2 * sides), "gtol": 10.0 ** (-6 - sides)}
                x = minimize(loss, x, (sides,), jac=True, method="L-BFGS-B", options=options).x
        fitted = components(x, count, damping)
    except (ArithmeticError, np.linalg.LinAlgError):
        fitted = []
    if not fitted or not all(np.isfinite(astuple(c)).all() and c.b0 / c.a0 > LEAST**2 for c in fitted):
        raise InputError("models.no_spread")
    return tuple(Component(*(float(f"{number:.4g}") for number in astuple(c))) for c in fitted)


def components(x: Array, count: int, damping: float = 1.0) -> list[Component]:
    """The mixture that the search's numbers stand for. For each component: log share, m0 / UNIT, ln k0, ln(a0 - 0.6),
    ln(b0 / a0), and of MEMORY what is its own; then what is the same for all."""
    share, table = _rows(x, count)
    found = [Component(*row) for row in _table(table, damping).T.tolist()]
    return [replace(c, weight=w) for c, w in zip(found, share.tolist(), strict=True)]


def log_score(
    x: Array, found: Sequence[Windows], count: int, damping: float = 1.0, sides: int = 2
) -> tuple[float, Array]:
    """The weighted sum of the windows' scores under the mixture `x` stands for, and its slope from 1 or 2 sides."""
    shares, rows = _rows(x, count)
    each = rows.shape[1]
    moves = np.vstack([np.zeros(each), *(STEP * sign * np.eye(each) for sign in (1, -1)[:sides])])
    table = _table((rows + moves[:, None]).reshape(-1, each), damping)  # moves first, then components
    value, by_share, inner = 0.0, np.zeros(count), np.zeros((each, count))
    for w in found:
        g = geometry(np.array([w.spacing], np.int64), table) if w.errors is None else None
        for begin in range(0, len(w.weight), BLOCK):
            s = slice(begin, begin + BLOCK)
            following, weight = w.following[s], w.weight[s]
            state, location, scale, df = ahead_of(w, table, s, g)
            seen = np.isfinite(following)
            miss = np.where(seen, following, 0.0)[..., None] - location
            square, half = df * scale**2, (df + 1) / 2
            density = gammaln(half) - gammaln(df / 2) - np.log(np.pi * square) / 2 - half * np.log1p(miss**2 / square)
            evidence = state.log.reshape(len(weight), -1, count)
            density = density.reshape(*following.shape, -1, count)
            told = evidence[:, 0] + np.log(shares)
            joint = told[:, None] + density[:, :, 0]
            all_told, before = _log_sum(joint), _log_sum(told)
            per_year = np.where(seen, (weight / seen.sum(axis=1))[:, None], 0.0)
            value += float((per_year * np.where(seen, all_told - before[:, None], 0.0)).sum())
            after = np.exp(joint - all_told[..., None]) * per_year[..., None]
            heard = after.sum(axis=1) - np.exp(told - before[:, None]) * per_year.sum(axis=1)[:, None]
            by_share += heard.sum(axis=0)
            moved = (evidence * heard[:, None]).sum(axis=0) + (density * after[:, :, None]).sum(axis=(0, 1))
            inner += (moved[1 : each + 1] - (moved[each + 1 :] if sides == 2 else moved[0])) / (sides * STEP)
    by_share -= shares * by_share.sum()
    own = each if each == 4 else each - SHARED
    return value, np.append(np.vstack([by_share, inner[:own]]).T.ravel(), inner[own:].sum(axis=1))


def ahead_of(
    w: Windows, table: Array, rows: slice = slice(None), known: Geometry | None = None
) -> tuple[Posterior, Array, Array, Array]:
    """The components of `table` after each history, and location, scale (n, H, c) and degrees of freedom of each figure
    ahead. The errors of surveys stand in the history as the walk has them, and widen what is seen ahead: what is left
    to the components is growth alone. known: the geometry of windows without errors."""
    changes, ahead = w.changes[rows], np.arange(1.0, w.following.shape[1] + 1)
    if w.errors is None:
        state = condition(changes, known or geometry(np.array([w.spacing], np.int64), table), table)
        return state, *state.yearly(ahead)
    used = changes.shape[1] + 1
    g = geometry(np.tile(w.spacing, (len(changes), 1)), table, w.errors[rows, :used])
    state = condition(changes, g, table, apart=True)
    location, scale, df = state.yearly(ahead)
    return state, location, np.hypot(scale, w.errors[rows, used:, None]), df


def _rows(x: Array, count: int) -> tuple[Array, Array]:
    """Shares (c,), and the other numbers of each component (c, 4 without memory, 10 with)."""
    shared = x[len(x) // count * count :] if len(x) == 5 * count else x[-SHARED:]
    own = x[: len(x) - len(shared)].reshape(count, -1)
    return softmax(own[:, 0]), np.column_stack([own[:, 1:], np.tile(shared, (count, 1))])


def _table(rows: Array, damping: float) -> Array:
    """The fields of Component, a row each, of components whose numbers are the rows; all shares are 1."""
    m0, k0, a0, variance = rows.T[:4]
    one = np.ones(len(rows))
    memory = dict.fromkeys(MEMORY, 0 * one) | {"damping": damping * one, "lam": one, "eta": one}
    if rows.shape[1] > 4:
        numbers = dict(zip(MEMORY, rows.T[4:], strict=True))
        memory = {k: np.exp(v) if k in ("nu", "kappa") else 0.999 * expit(v) for k, v in numbers.items()}
    shape = 0.6 + np.exp(a0)
    known = {"weight": one, "m0": m0 * UNIT, "k0": np.exp(k0), "a0": shape, "wander": 0 * one, "trend": 0 * one}
    known |= {"b0": np.exp(np.maximum(variance, FLOOR)) * shape, **memory}
    return np.array([known[name] for name in Component.__dataclass_fields__])


def _log_sum(terms: Array) -> Array:
    """ln of the sum of exp over the last axis."""
    top = terms.max(axis=-1)
    return np.asarray(top + np.log(np.exp(terms - top[..., None]).sum(axis=-1)))
