"""Rules on straight lines: SDSN arrows, UN ESCAP, EEA distance to path."""

from functools import partial
from math import inf

import numpy as np

from ruralincome.rules.case import Case
from ruralincome.rules.rule import Found, Rule, Step


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
        Step(1.0, "on_schedule", "on_track"), Step(0.0, "behind_schedule", "behind", np.greater_equal),
        Step(-inf, "moved_away", "away"),
    ),
    source="UN ESCAP, SDG Gateway, technical notes",
)  # fmt: skip
def escap_status(case: Case) -> Found:
    """UN ESCAP current status index: 10 d (y - y0) / |T - y0|, 0 at the base and 10 at the target.

    ESCAP attaches no label to one indicator; here the share of the road is set against the share of the time.
    """
    value, time = 10 * case.road, case.elapsed / case.period
    return Found(value, case.road / time, value, numbers={"road": case.road, "time": time})


@partial(
    Rule, code="escap_anticipated", shape="linear", anchor="baseline", line=0.9, shows={"value": "percent"}, mark="P",
    steps=(Step(0.9, "maintain", "on_track"), Step(0.0, "accelerate", "behind"), Step(-inf, "reverse", "away")),
    source="UN ESCAP, SDG Gateway, technical notes",
)  # fmt: skip
def escap_anticipated(case: Case) -> Found:
    """UN ESCAP anticipated progress: the gap left at the target year, in % of the starting gap.

    P = 100 - 100 d (projection - y0) / |T - y0|; <= 10 maintain, 10-100 accelerate, > 100 reverse [M: classes].
    ESCAP's regression weights are not public: the projection here is the straight line through base and latest.
    """
    share = case.closed(case.straight)
    gap = 100 - 100 * share
    return Found(gap, share, numbers={"projection": case.straight, "gap": gap})


@partial(
    Rule, code="eea", shape="linear", anchor="baseline", shows={"value": "deviation"}, mark="V",
    steps=(Step(1.0, "on_path", "on_track"), Step(-inf, "behind_path", "behind")),
    source="European Environment Agency, distance-to-target path indicator",
)  # fmt: skip
def eea(case: Case) -> Found:
    """EEA distance to the target path: y minus the straight line from base to target, in % of the base.

    on_path where the deviation lies on the wanted side. Without a base to take percents of there is none.
    """
    path = case.base + (case.target - case.base) * case.elapsed / case.period
    value, attained = 100 * (case.latest - path) / np.abs(case.base), case.road / (case.elapsed / case.period)
    return Found(value, attained, numbers={"path": path}, refused={"base_zero": case.base == 0})
