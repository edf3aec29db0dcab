"""The one recipe by which every reference class is fitted: panels of places in, the parts of a ReferenceClass out.

A window is a history of a place and what came in the five years after it. The class is the mixture of priors under
which what came was most probable (see prior.py), late windows counting more. Then, for each length of history, the
predictive scale is multiplied by the one factor that sets its coverage right."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, pairwise, product
from statistics import fmean
from zlib import crc32

import numpy as np
from scipy.special import expit, stdtr

from ruralincome.models.forecast import CENTRAL as CENTRAL
from ruralincome.models.forecast import Array, Integers
from ruralincome.models.posterior import Steps, columns
from ruralincome.models.prior import Windows, ahead_of
from ruralincome.models.walk import drift_walks
from ruralincome.reference.component import Component
from ruralincome.series import InputError, growth

Observed = Mapping[str, tuple[Integers, Array]]  # {name of a place: (years, values)}
Errors = Mapping[str, Mapping[int, float]]  # {name of a place: {year: standard error of the logarithm of its figure}}
Learner = Callable[[Sequence[Windows]], Sequence[Component]]
Held = Sequence[tuple[Sequence[Windows], Sequence[Component]]]
HISTORIES = ((1,), (4,), (1, 1), (1,) * 4, (1,) * 7, (1,) * 11)
"""Histories learnt from, as strides between the observations used: 2, 2 four apart, 3, 5, 8 and 12 observations."""
HORIZON, FOLDS = 5, 5
GRID = tuple(round(0.5 + i / 50, 2) for i in range(51))
RHO, RHOS, LOGITS = (0.7, 0.9), 16, np.linspace(-6.0, 6.0, 2401)
"""Mean and standard deviation of logit rho before any step: from panels within one country, of which only two set it
(0.6 to 0.7 in the provinces at current prices and in the states of the United States); its values that are kept, and
those that are looked at."""


def windows(
    panels: Sequence[Observed], half_life: float, complete: bool = True, errors: Sequence[Errors] = ()
) -> list[Windows]:
    """Every history of `HISTORIES` in the panels and what came after it, grouped by spacing. A window weighs 0.5^(age /
    half_life), age being the years from its origin to the end of its series, and is left out below 1/32. Each panel
    counts the same in each history. complete: only windows whose five years have passed. errors: of each panel."""
    groups = defaultdict[tuple[int, ...], list[tuple[Array, Array, float, list[float]]]](list)
    stated = errors or [dict[str, dict[int, float]]()] * len(panels)
    for (panel, said), strides in product(tuple(zip(panels, stated, strict=True)), HISTORIES):
        back = np.concatenate([np.cumsum(strides[::-1])[::-1], [0]]).astype(int)
        rows = []
        for name, (years, values) in panel.items():
            logs, own = np.log(values), said.get(name, {})
            for o in range(back[0], len(years) - 1):
                weight = 0.5 ** ((years[-1] - years[o] - HORIZON * complete) / half_life)
                ahead = years[o + 1 :] - years[o]
                near = ahead <= HORIZON
                if weight < 1 / 32 or not near.any() or (complete and ahead[-1] < HORIZON):
                    continue
                following = np.full(HORIZON, np.nan)
                following[ahead[near] - 1] = logs[o + 1 :][near] - logs[o]
                used = years[o - back]
                unsure = [own.get(int(y), 0.0) for y in (*used, *(years[o] + np.arange(1, HORIZON + 1)))]
                rows.append((used, np.diff(logs[o - back]), following, weight, unsure))
        total = sum(row[3] for row in rows)
        for used, changed, following, weight, unsure in rows:
            groups[tuple(np.diff(used).tolist())].append((changed, following, weight / total, unsure))
    if not groups:
        raise InputError("models.no_windows")
    found = [Windows(key, *map(np.array, zip(*group, strict=True))) for key, group in sorted(groups.items())]
    return [w if np.any(w.errors) else replace(w, errors=None) for w in found]


def fit_centre(held: Held) -> float:
    """By how many scales what is foretold is moved, so that half of what came lies on either side (see `fit_widths`).
    The best of -0.5, -0.48, ... 0.5: one number for all histories, where series share no years."""
    grid, off = [round(-0.5 + i / 50, 2) for i in range(51)], []
    for centre in grid:
        parts = [_below(w, prior, 1.0, centre) for found, prior in held for w in found]
        off.append(abs(float(sum(share @ (below < 0.5) - share.sum() / 2 for below, share in parts))))
    return grid[int(np.argmin(np.round(off, 9)))]


def fit_widths(held: Held, most: float = 1.0, centre: float = 0.0) -> tuple[tuple[int, float], ...]:
    """For each number of steps the factor of the scale with which the 50, 80 and 95 % intervals hold that share.

    held: windows, and the prior whose intervals are held against them; with several pairs, coverage is their mean. The
    best of 0.50, 0.52, ... `most` by squared distance. At most 1 where years are dated: intervals too narrow after a
    long history tell of a pace that had changed (an inflation ended), no reason to widen every other forecast."""
    factors, grid = [], [factor for factor in GRID if factor <= most]
    for steps in sorted(set.intersection(*({len(w.spacing) for w in found} for found, _ in held))):
        same = [([w for w in found if len(w.spacing) == steps], prior) for found, prior in held]
        misses = []
        for factor in grid:
            share = np.mean([coverage(found, prior, factor, centre) for found, prior in same], axis=0)
            misses.append(float(((share - CENTRAL) ** 2).sum()))
        factors.append((steps, grid[int(np.argmin(np.round(misses, 9)))]))
    return tuple(factors)


def cross_fitted(panels: Sequence[Observed], half_life: float, fit: Learner, errors: Sequence[Errors] = ()) -> Held:
    """For each fifth of the places its windows, and what `fit` makes of the others, which have not seen them: of series
    that share no years, or leaving some out hides nothing. Raises InputError where a fifth is too small."""
    pairs = []
    for k in range(FOLDS):
        inside = [{n: row for n, row in p.items() if crc32(n.encode()) % FOLDS == k} for p in panels]
        others = [{n: row for n, row in p.items() if n not in own} for p, own in zip(panels, inside, strict=True)]
        pairs.append((windows(inside, half_life, errors=errors), fit(windows(others, half_life, errors=errors))))
    return pairs


def coverage(found: Sequence[Windows], components: Sequence[Component], width: float, centre: float = 0.0) -> Array:
    """Share of what came inside the 50, 80 and 95 % intervals, (3,), the prior's but for `width` and `centre`."""
    total = np.zeros(4)
    for w in found:
        below, share = _below(w, components, width, centre)
        total += [*(share[np.abs(below - 0.5) <= level / 2].sum() for level in CENTRAL), share.sum()]
    return np.asarray(total[:3] / total[3])


def _below(w: Windows, components: Sequence[Component], width: float, centre: float) -> tuple[Array, Array]:
    """The probability of less than what came, and its weight, for each outcome that was seen."""
    state, location, scale, df = ahead_of(w, columns(tuple(components)))
    score = (w.following[:, :, None] - location) / (scale * width) - centre
    below = (stdtr(df, score) * state.weight[:, None, :]).sum(axis=2)
    seen = np.isfinite(w.following)
    return below[seen], np.broadcast_to(w.weight[:, None], seen.shape)[seen]


def steady(panel: Observed) -> list[str]:
    """Names of the places whose every step (of two or more) is of one pace, their spread below STEADY: a prior without
    spread foretells such a place better than any other, so that one spoils a class."""
    refused = drift_walks(_steps(panel)[2], np.ones(len(panel))).refused
    return [name for name, reason in zip(panel, refused, strict=True) if reason == "no_variation"]


def survey_share(panel: Observed, errors: Errors) -> float:
    """How much of the mean square of the steps' deviations from their places' own means is the error of the surveys."""
    noise = [
        (errors[name].get(int(a), 0.0) ** 2 + errors[name].get(int(b), 0.0) ** 2) / (b - a) if name in errors else 0.0
        for name, (t, _) in panel.items()
        for a, b in pairwise(t)
    ]
    square = _deviations(panel)[1] ** 2
    return min(fmean(noise) / float(square.mean()), 0.9) if any(noise) and square.any() else 0.0


def same_year_correlation(panel: Observed, share: float = 0.0) -> float:
    """rho: the mean over steps of the product of two places' deviations from their own means, over the mean square,
    of which `share` is the error of surveys."""
    which, r = _deviations(panel)
    n, square = np.bincount(which), np.bincount(which, r**2)
    alone = float(np.mean(square / n)) if len(n) else 0.0
    if alone == 0:
        return 0.0
    joint = float(np.mean((np.bincount(which, r) ** 2 - square) / (n * (n - 1))))
    return float(np.clip(joint / alone / (1 - share), 0, 0.999))  # at 1 a place would have no year of its own


def mean_error(panel: Observed) -> float:
    """Standard error of the panel's mean log growth a year, counted by years: steps are the sample, not places."""
    kinds, which, steps = _steps(panel)
    if len(kinds) < 2:
        return 0.0
    begin, length = kinds.T
    mean = np.bincount(which, steps.z / np.sqrt(steps.spacing)) / np.bincount(which)
    overall = float((mean * np.sqrt(length)).sum() / length.sum())
    variance = float(((mean - overall * np.sqrt(length)) ** 2).sum() / (len(mean) - 1))
    years = len({year for a, d in zip(begin.tolist(), length.tolist(), strict=True) for year in range(a, a + d)})
    return float(np.sqrt(variance / years))


def mean_growth(panel: Observed, half_life: float) -> float:
    """Mean log growth a year, each year of a place counted once, weighing 0.5^(age / half_life): what a panel of few
    years is fitted around, as nearly all of its windows run through its last years."""
    *_, steps = _steps(panel)
    weight = np.concatenate([0.5 ** ((t[-1] - t[1:]) / half_life) for t, _ in panel.values()])
    return float((weight * steps.z).sum() / (weight * steps.spacing).sum())


def sped_up(panel: Observed, growth: float) -> dict[str, tuple[Integers, Array]]:
    """The panel with `growth` a year (log) added to every place."""
    return {name: (t, v * np.exp(growth * (t - t[-1]))) for name, (t, v) in panel.items()}


def deflated(panel: Observed, rates: Mapping[int, float], label: str) -> Observed:
    """The panel at the prices of the year before the first of `rates` (price rises a year). Raises InputError
    naming `label` for a year of the panel without one."""
    level = {min(rates) - 1: 0.0}
    for year in sorted(rates):
        level[year] = level[year - 1] + math.log1p(rates[year])
    if lacking := sorted({int(y) for t, _ in panel.values() for y in t} - set(level)):
        raise InputError("models.no_price_rise", label=label, year=lacking[0])
    return {n: (t, v / np.exp([level[int(y)] for y in t])) for n, (t, v) in panel.items()}


def growth_quantiles(panels: Sequence[Observed]) -> dict[int, tuple[float, ...]]:
    """{span: percentiles 0..100 of compound growth a year over `span` years}, for spans up to HORIZON that are seen."""
    found = {}
    for span in range(1, HORIZON + 1):
        rates = []
        for t, v in chain(*(panel.values() for panel in panels)):
            level = dict(zip(t.tolist(), v.tolist(), strict=True))
            rates += [growth.pace(level[y], level[y + span], span) for y in level if y + span in level]
        if rates:
            found[span] = tuple(round(float(x), 5) for x in np.quantile(rates, np.linspace(0, 1, 101)))
    return found


def rhos(panels: Sequence[Observed], shares: Sequence[float] = ()) -> tuple[float, ...]:
    """Equally likely values of rho after what the steps of each panel say, the mean over panels; rising. With F the
    mean square between steps over that within, places' own means taken out, K steps and N places, F / (1 + N rho / (1 -
    rho)) has the F distribution with K - 1 and (K - 1)(N - 1) degrees of freedom. shares: of each panel's mean
    square, the error of surveys; rho is of the rest."""
    total = np.zeros(len(LOGITS))
    for panel in panels:
        log = -(((LOGITS - RHO[0]) / RHO[1]) ** 2) / 2 + _likelihood(panel)
        share = np.exp(log - log.max())
        total += share / share.sum()
    below = np.cumsum(total) / total.sum()
    found = expit(np.interp((np.arange(RHOS) + 0.5) / RHOS, below, LOGITS)) / (1 - (fmean(shares) if shares else 0))
    return tuple(round(min(float(rho), 0.999), 4) for rho in found)


def _likelihood(panel: Observed) -> Array:
    """ln of the likelihood of each value on LOGITS; 0 where fewer than two steps have several places."""
    from scipy.stats import f  # here, as it is slow to load

    which, z = _deviations(panel)
    count = np.bincount(which)
    if (steps := len(count)) < 2:
        return np.zeros(len(LOGITS))
    mean, places = np.bincount(which, z) / count, float(count.mean())
    between = float((count * (mean - np.average(mean, weights=count)) ** 2).sum()) / (steps - 1)
    within = float(((z - mean[which]) ** 2).sum()) / ((steps - 1) * (places - 1))
    ratio = 1 + places * np.exp(LOGITS)  # N rho / (1 - rho)
    return np.asarray(f.logpdf(between / within / ratio, steps - 1, (steps - 1) * (places - 1)) - np.log(ratio))


def _steps(panel: Observed) -> tuple[Integers, Integers, Steps]:
    """First year and length of each kind of step, (kinds, 2), which each step is of, and the steps of all places."""
    spacing = np.concatenate([np.diff(t) for t, _ in panel.values()])
    z = np.concatenate([np.diff(np.log(v)) for _, v in panel.values()])
    begin = np.concatenate([t[:-1] for t, _ in panel.values()])
    kinds, which = np.unique(np.column_stack([begin, spacing]), axis=0, return_inverse=True)
    return kinds, which, Steps(z, spacing, np.array([len(t) - 1 for t, _ in panel.values()]))


def _deviations(panel: Observed) -> tuple[Integers, Array]:
    """Of the steps that several places took: which each is, and growth less the place's mean over the root of years."""
    _, which, steps = _steps(panel)
    own = np.repeat(steps.total(steps.z) / steps.total(steps.spacing), steps.count)
    several = np.bincount(which)[which] > 1
    _, which = np.unique(which[several], return_inverse=True)
    return which, np.asarray((steps.z - own * steps.spacing) / np.sqrt(steps.spacing))[several]
