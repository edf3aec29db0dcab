"""Counts and shares: what a limit says of a target, where the figures carry it."""

from dataclasses import replace

import numpy as np
from scipy.special import betaincinv

from ruralincome.models.forecast import Refusal
from ruralincome.models.walk import random_walk_with_drift
from ruralincome.series import InputError, Series

HALF = 0.5
"""Both numbers of the Beta prior (Jeffreys): before any step, a unit may as well enter surely as never."""


def entering(total: int, before: int, now: int, goal: int, years: int, ahead: int) -> float:
    """P(at least `goal` of `total` units are in, `ahead` years on), where units only enter.

    before, now: how many were in, `years` apart. Of those outside each stayed out with a chance q over the step,
    q ~ Beta(1/2 + stayed, 1/2 + entered); over as many years ahead the count is beta-binomial, exactly. No shock is
    common to the units, so that the spread is a lower bound. Raises InputError where units left, or years do not fit.
    """
    from scipy.stats import betabinom, binom  # here, as they are slow to load

    if not 0 <= before <= now <= total or years < 1 or ahead < 1:
        raise InputError("target.no_entering", before=before, now=now, total=total)
    entered, remain, needed = now - before, total - now, max(goal - now, 0)
    stay, enter = HALF + remain, HALF + entered
    if ahead == years:
        return float(betabinom.sf(needed - 1, remain, enter, stay))
    q = betaincinv(stay, enter, (np.arange(4000) + 0.5) / 4000)
    return float(binom.sf(needed - 1, remain, 1 - q ** (ahead / years)).mean())


def bounded(series: Series, year: int, value: float, limit: float, direction: int = 1) -> float | Refusal:
    """P(target) of a share that cannot pass its limit: a walk with drift of the logit, of three observations or more.

    ln(x / (limit - x)) walks, so that x / (limit - x) is a level that the walk with drift takes. Raises InputError for
    a share, or a target, that is not between 0 and the limit.
    """
    if not all(0 < x < limit for x in (*series.values, value)):
        raise InputError("target.no_share", name=series.name, limit=limit)
    odds = replace(series, values=tuple(x / (limit - x) for x in series.values))
    walk = random_walk_with_drift(odds)
    return walk if isinstance(walk, Refusal) else walk.probability(year, value / (limit - value), direction)
