"""Rules on where the pace leads: UNICEF / WHO, Defra, McArthur-Rasmussen, plain projection, OBR."""

from functools import partial
from math import inf

import numpy as np

from ruralincome.rules.case import Array, Case, Rounding, half_away
from ruralincome.rules.rule import Found, Rule, Step
from ruralincome.series import growth


@partial(
    Rule, code="unicef", shape="geometric", anchor="baseline", shows={"value": "rate", "required": "rate"}, mark="V",
    steps=(
        Step(1.0, "on_track", "on_track"),  # times the rate needed; the others in percent a year
        Step(0.5, "some_progress", "behind", np.greater), Step(-0.5, "no_progress", "behind", np.greater_equal),
        Step(-inf, "worsening", "away"),
    ),
    rounding=Rounding(values=1, rates=2),
    source="UNICEF Data, Technical Note on AARR; WHO, GPW13 methods",
)  # fmt: skip
def unicef(case: Case) -> Found:
    """UNICEF / WHO average annual rate of change; value in percent a year.

    Rate 100 (exp(slope) - 1), slope of the ordinary least squares line of ln y on year through all observations from
    base to latest (the history; two points: the log difference), against the required
    100 (exp((ln T - ln y0) / (tT - t0)) - 1), both in the wanted direction. Met at the base and lost since, keeping to
    a negative pace is no progress. UNICEF's practice rounds values to one decimal and rates to two, half away from
    zero, before comparing, which can turn it."""
    digits = case.rounding
    base, latest, target = (half_away(level, digits.values) for level in (case.base, case.latest, case.target))
    slope, count = _slope(case, base, latest)
    rate = half_away(100 * np.expm1(slope), digits.rates)
    required = half_away(100 * growth.pace(base, target, case.period), digits.rates)
    towards, needed, lost = case.forward * rate, case.forward * required, case.base_beyond
    lines = {"on_track": np.where(lost, inf, needed), "some_progress": np.where(lost, inf, 0.5)}
    numbers = {"rate": rate, "required": required, "observations": count}
    refused = {"zero_in_logarithm": ~(base * latest > 0) | ~(base * target > 0) | np.isnan(slope)}
    attained = np.where(needed != 0, towards / needed, np.nan)
    return Found(rate, attained, measure=towards, lines=lines, numbers=numbers, refused=refused)


@partial(
    Rule, code="defra", shape="geometric", anchor="now", shows={"value": "years", "available": "span"}, mark="V",
    steps=(
        Step(0.0, "substantial_progress", "on_track"), Step(-5.0, "some_progress", "behind"),
        Step(-inf, "insufficient_progress", "behind"),
    ),
    source="Defra, Outcome Indicator Framework / England Biodiversity Indicators, assessment of progress",
)  # fmt: skip
def defra(case: Case) -> Found:
    """Defra years to target: ln(T / y) / ln(1 + r) at the compound rate r since the base; 0 where met. Steps by years
    left over: in time, at most five years late, later. The last, without value, also where it stands or moves away."""
    rate, needed = case.pace, np.log(case.target / case.latest)
    years, never = needed / np.log1p(rate), rate * needed <= 0
    value, attained = np.where(case.met, 0.0, np.where(never, np.nan, years)), np.where(never, 0.0, case.left / years)
    measure, numbers = np.where(never, -inf, case.left - years), {"rate": rate, "available": case.left}
    refused = {"zero_in_logarithm": (case.latest == 0) & ~case.met}
    notes = {"never_at_this_pace": never & ~case.met}
    return Found(value, attained, measure=measure, numbers=numbers, refused=refused, notes=notes)


_closing = partial(
    Rule, anchor="baseline", shows={"value": "share"}, mark="V",
    steps=(Step(1.0, "closes_gap", "on_track"), Step(0.0, "leaves_gap", "behind"), Step(-inf, "widens_gap", "away")),
    source="McArthur and Rasmussen, Brookings, Global Economy and Development working papers on business-as-usual "
    "trajectories",
)  # fmt: skip


@partial(_closing, code="mcarthur_rasmussen_linear", shape="linear")
def mcarthur_rasmussen_linear(case: Case) -> Found:
    """McArthur-Rasmussen: the share of the starting gap on course to be closed by the target year. d (projection - y0)
    / |T - y0|, where the pace since the base goes on as a straight line."""
    share = case.closed(case.straight)
    return Found(share, share, numbers={"projection": case.straight})


@partial(_closing, code="mcarthur_rasmussen_geometric", shape="geometric")
def mcarthur_rasmussen_geometric(case: Case) -> Found:
    """McArthur-Rasmussen: the share of the starting gap on course to be closed, the pace since the base compounded."""
    level = case.latest * growth.power(case.latest / case.base, case.left / case.elapsed)
    share = case.closed(level)
    return Found(share, share, numbers={"projection": level})


@partial(
    Rule, code="projection", shape="geometric", anchor="now", shows={"value": "level"}, mark="V",
    steps=(Step(1.0, "reaches_target", "on_track"), Step(-inf, "misses_target", "behind")),
    source="arithmetic that every reader can redo",
)  # fmt: skip
def projection(case: Case) -> Found:
    """The compound pace since the base goes on from now: the value in the target year against the target. numbers:
    shortfall (positive where it misses) and the growth still needed a year."""
    rate, needed = case.pace, growth.pace(case.latest, case.target, case.left)
    value = growth.carried(case.latest, rate, case.left)
    numbers = {"rate": rate, "needed": needed, "shortfall": case.direction * (case.target - value)}
    return Found(value, case.growth / np.abs(needed), numbers=numbers, refused={"zero_in_logarithm": case.latest == 0})


@partial(
    Rule, code="obr", shape="chance", anchor="now", shows={"value": "chance"}, mark="V",
    steps=(
        Step(1.0, "more_likely_than_not", "on_track", np.greater), Step(-inf, "not_more_likely_than_not", "behind"),
    ),
    source="OBR, Economic and fiscal outlook, performance against the government's fiscal targets",
)  # fmt: skip
def obr(case: Case) -> Found:
    """Office for Budget Responsibility (UK): is P(target), by the lead model, above 50 %? Attained is P / 0.5."""
    chance, unknown = case.probability, {"probability_refused": np.isnan(case.probability)}
    return Found(chance, chance / 0.5, numbers={"probability": chance}, refused=unknown)


def _slope(case: Case, base: Array, latest: Array) -> tuple[Array, Array]:
    """Slope of ln y on year, y rounded, and through how many observations: of the history where it has over two."""
    two = (np.log(np.abs(latest)) - np.log(np.abs(base))) / case.elapsed
    if case.history is None:
        return two, np.full(len(base), 2.0)
    place, years, values = np.broadcast_arrays(*case.history)
    t = years - case.base_year[place]
    if not (within := (t >= 0) & (t <= case.elapsed[place])).all():
        place, t, values = place[within], t[within], values[within]
    z = np.log(half_away(values, case.rounding.values) / base[place])  # nan where the sign changes
    summed = (np.ones(len(t)), t, z, t * t, t * z)
    n, sum_t, sum_z, sum_tt, sum_tz = (np.bincount(place, each, len(base)) for each in summed)
    return np.where(n > 2, (n * sum_tz - sum_t * sum_z) / (n * sum_tt - sum_t**2), two), np.maximum(n, 2.0)
