"""Rules on a ratio of compound growth rates: Eurostat, Statistics Canada / Open SDG, UNSD; and those on straight lines:
SDSN arrows, UN ESCAP, EEA distance to path.

The first use p = sign(y0) d CAGR(y, y0, t - t0) / |CAGR(T, y0, tT - t0)|, which is the plain ratio of the two wherever
the target lies beyond the base in the wanted direction, and turns negative where the base was already beyond the target
and the value moved further the wrong way. (EUSTAT's published 1-5-1 takes the plain ratio there and calls a doubled
value significant progress: not copied.) Without a target p is growth a year in the wanted direction; where the target
equals the base it is infinite, or missing if the latest value equals them too."""

from dataclasses import replace
from functools import partial
from math import inf

import numpy as np
from numpy import greater
from numpy import greater_equal as reaches

from ruralincome.rules.case import Case
from ruralincome.rules.rule import Found, Rule, Step
from ruralincome.series.growth import power


@partial(
    Rule, code="eurostat", shape="geometric", anchor="baseline", line=0.95, shows={"value": "growth"}, mark="P",
    steps=(
        Step(0.95, "significant_progress", "on_track"), Step(0.6, "moderate_progress", "behind"),
        Step(0.0, "insufficient_progress", "behind"), Step(-inf, "movement_away", "away"),
    ),
    growth=(
        Step(0.01, "significant_progress", "on_track", greater), Step(0.001, "moderate_progress", "behind", reaches),
        Step(-0.001, "no_change", "behind", reaches), Step(-0.01, "moderate_movement_away", "away", reaches),
        Step(-inf, "significant_movement_away", "away"),
    ),
    settles=False, met="note",
    source="Eurostat, Sustainable development in the European Union, monitoring report, Annex III",
)  # fmt: skip
def eurostat(case: Case) -> Found:
    """Eurostat's ratio of actual to required growth, R = p [thresholds and score V in statistics offices' code]. Score
    -5..5: 5 beyond 130 %, 5/70 (R% - 60) from 60 %, 5/120 (R% + 60) - 5 from -60 %, else -5. Without a target 2.5
    CAGR%, clipped at +-5. A target met or missed is in the notes; the label stays the ratio's."""
    p = case.ratio
    ratio = 100 * p
    score = np.where(ratio >= 60, np.minimum(5 / 70 * (ratio - 60), 5.0), np.maximum(5 / 120 * (ratio + 60) - 5, -5.0))
    score = np.where(case.aimless, 2.5 * np.clip(ratio, -2.0, 2.0), score)
    return Found(p, p, score, numbers=case.rates)


_SUBSTANTIAL = Step(0.015, "substantial_progress", "on_track", reaches)
_MODERATE = Step(0.005, "moderate_progress", "behind", reaches)
_LIMITED = Step(0.0, "limited_progress", "behind", reaches), Step(-inf, "deterioration", "away")


@partial(
    Rule, code="open_sdg", shape="geometric", anchor="baseline", line=0.95, shows={"value": "growth"}, mark="V",
    steps=(replace(_SUBSTANTIAL, least=0.95), replace(_MODERATE, least=0.6), *_LIMITED),
    growth=(_SUBSTANTIAL, _MODERATE, *_LIMITED),
    settles=False, best=5.0, zero=0.001,
    source="open-sdg/sdg-build, sdg/ProgressMeasure.py; Statistics Canada, sdg-data-canada-odd-donnees",
)  # fmt: skip
def open_sdg(case: Case) -> Found:
    """Statistics Canada / Open SDG progress measure p: all 295 published series match.

    Score min(7.1429 p - 4.2857, 5) from 0.6, else max(4.1667 p - 2.5, -5). A target already met is target_achieved,
    score 5, p reported all the same. Without a target the lines are 1.5 % C, 0.5 % C and 0: C = 1 - (y0 / limit)^4.44
    up to a natural limit, 1 - ((2 limit - y0) / limit)^4.44 up to twice the limit, else 1."""
    p, free = case.ratio, case.aimless
    score = np.where(p >= 0.6, np.minimum(7.1429 * p - 4.2857, 5.0), np.maximum(4.1667 * p - 2.5, -5.0))
    if not free.any():
        return Found(p, p, score, numbers=case.rates)
    base, limit = np.abs(case.base), np.abs(case.limit)
    near = np.where(base <= limit, base, 2 * limit - base)
    part = np.where(np.isnan(limit) | (base >= 2 * limit), 1.0, 1 - power(near / limit, 4.44))
    high, medium = _SUBSTANTIAL.least * part, _MODERATE.least * part
    stretches = [p < 0, part == 0, p >= high, p >= medium]
    scores = [np.maximum(125 * p - 2.5, -5.0), 5.0 + 0 * p, np.minimum(500 * p / part - 5, 5.0), 250 * p / part - 1.25]
    score = np.where(free, np.select(stretches, scores, 500 * p / part - 2.5), score)
    return Found(p, p, score, lines={_SUBSTANTIAL.label: high, _MODERATE.label: medium}, numbers=case.rates)


@partial(
    Rule, code="unsd", shape="geometric", anchor="baseline", line=0.95, shows={"value": "growth"}, mark="P",
    steps=(
        Step(0.95, "on_track", "on_track", greater), Step(0.5, "acceleration_needed", "behind"),
        Step(-0.1, "limited_progress", "behind"), Step(-inf, "deterioration", "away"),
    ),
    settles=False, met="blank",
    source="UNSD, SDG Progress Chart, Technical Note",
)  # fmt: skip
def unsd(case: Case) -> Found:
    """UNSD progress chart, trend with a numerical target: the ratio p of growth rates. acceleration_needed is fair
    progress, limited_progress limited or none. The growth rate keeps its sign."""
    return Found(case.ratio, case.ratio, numbers=case.rates)


@partial(
    Rule, code="sdsn", shape="linear", anchor="baseline", shows={"value": "share"}, mark="M",
    steps=(
        Step(1.0, "on_track", "on_track"), Step(0.5, "moderately_improving", "behind"),
        Step(0.0, "stagnating", "behind"), Step(-inf, "decreasing", "away"),
    ),
    source="Sustainable Development Report, methods summary (thresholds from memory: no parity claimed)",
)  # fmt: skip
def sdsn(case: Case) -> Found:
    """SDSN trend arrows: straight-line pace achieved over pace needed, d (y - y0)/(t - t0) / |(T - y0)/(tT - t0)|."""
    actual, needed = (case.latest - case.base) / case.elapsed, (case.target - case.base) / case.period
    value = case.direction * actual / np.abs(needed)
    return Found(value, value, numbers={"actual": actual, "needed": needed})


@partial(
    Rule, code="escap_status", shape="linear", anchor="baseline", shows={"value": "score"}, mark="P",
    steps=(
        Step(1.0, "on_schedule", "on_track"), Step(0.0, "behind_schedule", "behind", reaches),
        Step(-inf, "moved_away", "away"),
    ),
    source="UN ESCAP, SDG Gateway, technical notes",
)  # fmt: skip
def escap_status(case: Case) -> Found:
    """UN ESCAP current status index: 10 d (y - y0) / |T - y0|, 0 at the base and 10 at the target. ESCAP attaches no
    label to one indicator; here the share of the road is set against the share of the time."""
    value, time = 10 * case.road, case.elapsed / case.period
    return Found(value, case.road / time, value, numbers={"road": case.road, "time": time})


@partial(
    Rule, code="escap_anticipated", shape="linear", anchor="baseline", line=0.9, shows={"value": "percent"}, mark="P",
    steps=(Step(0.9, "maintain", "on_track"), Step(0.0, "accelerate", "behind"), Step(-inf, "reverse", "away")),
    source="UN ESCAP, SDG Gateway, technical notes",
)  # fmt: skip
def escap_anticipated(case: Case) -> Found:
    """UN ESCAP anticipated progress: the gap left at the target year, in % of the starting gap. P = 100 - 100 d
    (projection - y0) / |T - y0|; <= 10 maintain, 10-100 accelerate, > 100 reverse [M: classes]. ESCAP's regression
    weights are not public: the projection here is the straight line through base and latest."""
    share = case.closed(case.straight)
    gap = 100 - 100 * share
    return Found(gap, share, numbers={"projection": case.straight, "gap": gap})


@partial(
    Rule, code="eea", shape="linear", anchor="baseline", shows={"value": "deviation"}, mark="V",
    steps=(Step(1.0, "on_path", "on_track"), Step(-inf, "behind_path", "behind")),
    source="European Environment Agency, distance-to-target path indicator",
)  # fmt: skip
def eea(case: Case) -> Found:
    """EEA distance to the target path: y minus the straight line from base to target, in % of the base. on_path where
    the deviation lies on the wanted side. Without a base to take percents of there is none."""
    path = case.base + (case.target - case.base) * case.elapsed / case.period
    value, attained = 100 * (case.latest - path) / np.abs(case.base), case.road / (case.elapsed / case.period)
    return Found(value, attained, numbers={"path": path}, refused={"base_zero": case.base == 0})
