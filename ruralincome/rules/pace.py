"""Rules on a rate, on years and on the value itself: UNICEF / WHO, Defra, plain projection, OBR."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ruralincome.rules.case import Case, Rounding, Verdict, Why, at_least, cagr, half_away

UNICEF_ROUNDING = Rounding(values=1, rates=2)
"""UNICEF's practice: values to one decimal and percentage rates to two, half away from zero, before comparing."""


def unicef(
    case: Case,
    years: Sequence[float] = (),
    values: Sequence[float] = (),
    rounding: Rounding = UNICEF_ROUNDING,
) -> Verdict:
    """UNICEF / WHO average annual rate of change [V]; value in percent a year.

    Rate 100 (exp(slope) - 1), slope of the ordinary least squares line of ln y on year through all observations from
    base to latest (`years`, `values`; two points: the log difference), against the required
    100 (exp((ln T - ln y0) / (tT - t0)) - 1). on_track if the rate is at least the required one; else more than 0.5
    some_progress, -0.5 to 0.5 no_progress, below worsening, in the wanted direction. `rounding` comes before the
    comparison and can turn it. Source: UNICEF Data, Technical Note on AARR; WHO, GPW13 methods.
    """
    why = Why("geometric", "baseline", "strict", line=1.0, rounding=rounding)
    if settled := case.settled("unicef", why):
        return settled
    base, latest, target, elapsed, period, _ = case.numbers()
    pairs = [(t, y) for t, y in zip(years, values, strict=True) if case.base_year <= t <= case.base_year + elapsed]
    pairs = pairs if len(pairs) > 2 else [(0.0, base), (elapsed, latest)]
    rounded = [(t, half_away(y, rounding.values)) for t, y in pairs]
    start, goal = half_away(base, rounding.values), half_away(target, rounding.values)
    if any(y * start <= 0 for _, y in rounded) or goal * start <= 0:
        return Verdict("unicef", None, None, case.ruling("not_available"), why, (*case.notes, "zero_in_logarithm"))
    sign = math.copysign(1, start)
    rate = half_away(100 * math.expm1(_slope(rounded)), rounding.rates)
    required = half_away(100 * cagr(goal, start, period), rounding.rates)
    towards, needed = sign * case.direction * rate, sign * case.direction * required
    attained = towards / needed if needed else None
    numbers = {"rate": rate, "required": required, "observations": float(len(pairs))}
    why = Why("geometric", "baseline", "strict", attained, 1.0, rounding=rounding, numbers=numbers)
    if case.base_beyond:  # met at the base and lost since: keeping to a negative pace is no progress
        label = "worsening" if towards < -0.5 else "no_progress"
    elif at_least(towards, needed):
        label = "on_track"
    else:
        label = "some_progress" if towards > 0.5 else "no_progress" if towards >= -0.5 else "worsening"
    return Verdict("unicef", rate, None, case.ruling(label), why, case.notes)


def defra(case: Case) -> Verdict:
    """Defra years to target [V]: ln(T / y) / ln(1 + r) at the compound rate r since the base.

    Met: 0 years. In time substantial_progress; at most five years late some_progress; else insufficient_progress, as
    where the value stands still or moves away (no value). Once the year has come: target_achieved or target_not_met.
    Source: Defra, Outcome Indicator Framework / England Biodiversity Indicators, assessment of progress.
    """
    why = Why("geometric", "now", "strict", line=1.0)
    if settled := case.settled("defra", why):
        return settled
    if case.met:
        return Verdict("defra", 0.0, None, "target_achieved", why, case.notes)
    base, latest, target, elapsed, _, left = case.numbers()
    if latest == 0:
        return Verdict("defra", None, None, "not_available", why, (*case.notes, "zero_in_logarithm"))
    rate = cagr(latest, base, elapsed)
    needed = math.log(target / latest)
    if rate * needed <= 0:
        why = Why("geometric", "now", "strict", 0.0, 1.0, numbers={"rate": rate, "available": left})
        return Verdict("defra", None, None, "insufficient_progress", why, (*case.notes, "never_at_this_pace"))
    years = needed / math.log1p(rate)
    why = Why("geometric", "now", "strict", left / years, 1.0, numbers={"rate": rate, "available": left})
    label = (
        "substantial_progress"
        if at_least(left, years)
        else "some_progress"
        if at_least(left + 5, years)
        else "insufficient_progress"
    )
    return Verdict("defra", years, None, label, why, case.notes)


def projection(case: Case) -> Verdict:
    """The compound pace since the base goes on from now: the value in the target year against the target.

    reaches_target or misses_target; numbers: shortfall (positive where it misses) and the growth still needed a year.
    """
    why = Why("geometric", "now", "strict", line=1.0)
    if settled := case.settled("projection", why):
        return settled
    base, latest, target, elapsed, _, left = case.numbers()
    if latest == 0:
        return Verdict("projection", None, None, case.ruling("not_available"), why, (*case.notes, "zero_in_logarithm"))
    rate, needed = cagr(latest, base, elapsed), cagr(target, latest, left)
    value = latest * (1 + rate) ** left
    sign = math.copysign(1, base)
    attained = sign * case.direction * rate / abs(needed) if needed else None
    numbers = {"rate": rate, "needed": needed, "shortfall": case.direction * (target - value)}
    why = Why("geometric", "now", "strict", attained, 1.0, numbers=numbers)
    label = "reaches_target" if attained is not None and at_least(attained, 1) else "misses_target"
    return Verdict("projection", value, None, case.ruling(label), why, case.notes)


def obr(case: Case, probability: float | None) -> Verdict:
    """Office for Budget Responsibility (UK) [V]: is P(target), by the lead model, above 50 %?

    not_available where the probability was refused (None). Source: OBR, Economic and fiscal outlook, performance
    against the government's fiscal targets.
    """
    why = Why("chance", "now", "strict", line=1.0)
    if case.met:
        return Verdict("obr", probability, None, "target_achieved", why, case.notes)
    if case.passed:
        return Verdict("obr", None, None, "target_not_met", why, case.notes)
    if probability is None:
        return Verdict("obr", None, None, "not_available", why, (*case.notes, "probability_refused"))
    why = Why("chance", "now", "strict", probability / 0.5, 1.0, numbers={"probability": probability})
    label = "more_likely_than_not" if probability > 0.5 else "not_more_likely_than_not"
    return Verdict("obr", probability, None, label, why, case.notes)


def _slope(pairs: Sequence[tuple[float, float]]) -> float:
    """Ordinary least squares slope of ln |y| on year."""
    mean_t = math.fsum(t for t, _ in pairs) / len(pairs)
    logs = [math.log(abs(y)) for _, y in pairs]
    mean_l = math.fsum(logs) / len(pairs)
    above = math.fsum((t - mean_t) * (log - mean_l) for (t, _), log in zip(pairs, logs, strict=True))
    return above / math.fsum((t - mean_t) ** 2 for t, _ in pairs)
