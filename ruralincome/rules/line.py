"""Rules on straight lines: UN ESCAP, SDSN arrows, EEA distance to path, McArthur-Rasmussen."""

from __future__ import annotations

from typing import Literal

from ruralincome.rules.case import Case, Verdict, Why, at_least


def escap_status(case: Case) -> Verdict:
    """UN ESCAP current status index [P]: 10 d (y - y0) / |T - y0|, 0 at the base and 10 at the target.

    ESCAP attaches no label to one indicator; here the share of the road is set against the share of the time:
    on_schedule, behind_schedule, moved_away. Source: UN ESCAP, SDG Gateway, technical notes.
    """
    why = Why("linear", "baseline", "strict", line=1.0)
    if settled := case.settled("escap_status", why):
        return settled
    base, latest, target, elapsed, period, _ = case.numbers()
    road, time = case.direction * (latest - base) / abs(target - base), elapsed / period
    why = Why("linear", "baseline", "strict", road / time, 1.0, numbers={"road": road, "time": time})
    label = "moved_away" if road < 0 else "on_schedule" if at_least(road / time, 1) else "behind_schedule"
    return Verdict("escap_status", 10 * road, 10 * road, case.ruling(label), why, case.notes)


def escap_anticipated(case: Case) -> Verdict:
    """UN ESCAP anticipated progress [P]: the gap left at the target year, in % of the starting gap.

    P = 100 - 100 d (projection - y0) / |T - y0|; <= 10 maintain, 10-100 accelerate, > 100 reverse [M: classes].
    ESCAP's regression weights are not public: the projection here is the straight line through base and latest.
    """
    why = Why("linear", "baseline", "band", line=0.9)
    if settled := case.settled("escap_anticipated", why):
        return settled
    base, latest, target, elapsed, _, left = case.numbers()
    projection = latest + (latest - base) / elapsed * left
    share = case.direction * (projection - base) / abs(target - base)
    gap = 100 - 100 * share
    why = Why("linear", "baseline", "band", share, 0.9, numbers={"projection": projection, "gap": gap})
    label = "maintain" if at_least(share, 0.9) else "accelerate" if at_least(share, 0) else "reverse"
    return Verdict("escap_anticipated", gap, None, case.ruling(label), why, case.notes)


def sdsn(case: Case) -> Verdict:
    """SDSN trend arrows [M]: straight-line pace achieved over pace needed.

    < 0 decreasing, 0-50 % stagnating, 50-100 % moderately_improving, >= 100 % on_track.
    Source: Sustainable Development Report, methods summary (thresholds from memory: no parity claimed).
    """
    why = Why("linear", "baseline", "strict", line=1.0)
    if settled := case.settled("sdsn", why):
        return settled
    base, latest, target, elapsed, period, _ = case.numbers()
    actual, needed = (latest - base) / elapsed, (target - base) / period
    value = case.direction * actual / abs(needed)
    why = Why("linear", "baseline", "strict", value, 1.0, numbers={"actual": actual, "needed": needed})
    steps = ((1.0, "on_track"), (0.5, "moderately_improving"), (0.0, "stagnating"))
    label = next((label for least, label in steps if at_least(value, least)), "decreasing")
    return Verdict("sdsn", value, None, case.ruling(label), why, case.notes)


def eea(case: Case) -> Verdict:
    """EEA distance to the target path [V]: y minus the straight line from base to target, in % of the base.

    on_path where the deviation lies on the wanted side, else behind_path. Source: European Environment Agency,
    distance-to-target path indicator.
    """
    why = Why("linear", "baseline", "strict", line=1.0)
    if settled := case.settled("eea", why):
        return settled
    base, latest, target, elapsed, period, _ = case.numbers()
    if base == 0:
        return Verdict("eea", None, None, case.ruling("not_available"), why, (*case.notes, "base_zero"))
    path = base + (target - base) * elapsed / period
    attained = case.direction * (latest - base) / (abs(target - base) * elapsed / period)
    why = Why("linear", "baseline", "strict", attained, 1.0, numbers={"path": path})
    label = "on_path" if at_least(attained, 1) else "behind_path"
    return Verdict("eea", 100 * (latest - path) / abs(base), None, case.ruling(label), why, case.notes)


def mcarthur_rasmussen(case: Case, shape: Literal["linear", "geometric"] = "geometric") -> Verdict:
    """McArthur-Rasmussen [V]: the share of the starting gap on course to be closed by the target year.

    The pace since the base goes on, as a straight line or compounded: (projection - y0) / (T - y0); at least 1
    closes_gap, from 0 leaves_gap, else widens_gap. Source: McArthur and Rasmussen, Brookings, Global Economy and
    Development working papers on business-as-usual trajectories.
    """
    rule, why = f"mcarthur_rasmussen_{shape}", Why(shape, "baseline", "strict", line=1.0)
    if settled := case.settled(rule, why):
        return settled
    base, latest, target, elapsed, _, left = case.numbers()
    step = latest + (latest - base) / elapsed * left
    projection = step if shape == "linear" else latest * (latest / base) ** (left / elapsed)
    share = case.direction * (projection - base) / abs(target - base)
    why = Why(shape, "baseline", "strict", share, 1.0, numbers={"projection": projection})
    label = "closes_gap" if at_least(share, 1) else "leaves_gap" if at_least(share, 0) else "widens_gap"
    return Verdict(rule, share, None, case.ruling(label), why, case.notes)
