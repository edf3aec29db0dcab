"""Rules on a ratio of compound growth rates: Eurostat, Statistics Canada / Open SDG, UNSD.

All use p = sign(y0) d CAGR(y, y0, t - t0) / |CAGR(T, y0, tT - t0)|, which is the plain ratio of the two rates wherever
the target lies beyond the base in the wanted direction, and turns negative where the base was already beyond the
target and the value moved further the wrong way. (EUSTAT's published 1-5-1 takes the plain ratio there and calls a
doubled value significant progress: not copied.)
"""

from __future__ import annotations

import math

from ruralincome.rules.case import Case, Verdict, Why, at_least, cagr

REPLACEMENT = 0.001
"""What Open SDG puts in the place of a base or a target of zero."""


def open_sdg(
    base_year: float,
    base: float | None,
    latest_year: float | None,
    latest: float | None,
    target_year: float | None = None,
    target: float | None = None,
    direction: int = 1,
    limit: float | None = None,
) -> Verdict:
    """Statistics Canada / Open SDG progress measure [V: all 295 published series match].

    With a target: value p (module docstring), at least 0.95 substantial_progress, 0.60 moderate_progress, 0
    limited_progress, below deterioration; score min(7.1429 p - 4.2857, 5) from 0.6, else max(4.1667 p - 2.5, -5).
    A target already met is target_achieved, score 5, p reported all the same. Without a target: p is the growth a year
    in the wanted direction against 1.5 % C, 0.5 % C and 0, where C = 1 - (y0 / limit)^4.44 up to a natural limit,
    1 - ((2 limit - y0) / limit)^4.44 up to twice the limit, else 1. The limit is ignored where there is a target.

    A base or target of 0 is replaced by 0.001 (notes base_replaced, target_replaced). Where the target equals the base
    p is infinite, or None if the latest value equals them too. not_available: see `Case.obstacle`.
    Source: open-sdg/sdg-build, sdg/ProgressMeasure.py; Statistics Canada, sdg-data-canada-odd-donnees.
    """
    case = Case(base_year, base, latest_year, latest, target_year, target, direction)
    replaced: tuple[str, ...] = ()
    coefficient = _coefficient(case.base, limit)
    if case.base == 0:
        replaced += ("base_replaced",)
    if case.target == 0:
        replaced += ("target_replaced",)
    case = Case(
        base_year,
        REPLACEMENT if case.base == 0 else case.base,
        latest_year,
        latest,
        target_year,
        REPLACEMENT if case.target == 0 else case.target,
        direction,
    )
    if case.target is None:
        return _open_sdg_without_target(case, coefficient, replaced)
    why, value, obstacle = _ratio(case, 0.95)
    notes = (*case.notes, *replaced)
    if case.met:
        return Verdict("open_sdg", value, 5.0, "target_achieved", why, notes)
    if value is None:
        return Verdict("open_sdg", None, None, "not_available", why, (*notes, obstacle))
    steps = ((0.95, "substantial_progress"), (0.6, "moderate_progress"), (0.0, "limited_progress"))
    label = next((label for least, label in steps if value >= least), "deterioration")
    score = min(7.1429 * value - 4.2857, 5.0) if value >= 0.6 else max(4.1667 * value - 2.5, -5.0)
    return Verdict("open_sdg", value, score, label, why, notes)


def eurostat(
    base_year: float,
    base: float | None,
    latest_year: float | None,
    latest: float | None,
    target_year: float | None = None,
    target: float | None = None,
    direction: int = 1,
) -> Verdict:
    """Eurostat's ratio of actual to required growth [P; thresholds and score V in statistics offices' code].

    With a target: R >= 95 % significant_progress, 60-95 % moderate_progress, 0-60 % insufficient_progress, < 0
    movement_away; score -5..5: 5 beyond 130 %, 5/70 (R% - 60) from 60 %, 5/120 (R% + 60) - 5 from -60 %, else -5.
    Without: growth a year in the wanted direction > 1 % significant_progress, 0.1-1 % moderate_progress, +-0.1 %
    no_change, to -1 % moderate_movement_away, below significant_movement_away; score 2.5 CAGR%, clipped at +-5.
    A target met or missed is in the notes; the label stays the ratio's.
    Source: Eurostat, Sustainable development in the European Union, monitoring report, Annex III.
    """
    case = Case(base_year, base, latest_year, latest, target_year, target, direction)
    if case.target is None:
        return _eurostat_without_target(case)
    why, value, obstacle = _ratio(case, 0.95)
    if value is None:
        return Verdict("eurostat", None, None, "not_available", why, (*case.notes, obstacle))
    steps = ((0.95, "significant_progress"), (0.6, "moderate_progress"), (0.0, "insufficient_progress"))
    label = next((label for least, label in steps if at_least(value, least)), "movement_away")
    return Verdict("eurostat", value, _annex_iii(100 * value), label, why, case.notes)


def unsd(case: Case) -> Verdict:
    """UNSD progress chart, trend with a numerical target [P].

    The ratio of growth rates > 0.95 on_track, 0.5-0.95 acceleration_needed (fair progress), -0.1-0.5 limited_progress
    (limited or none), below deterioration. The growth rate keeps its sign.
    Source: UNSD, SDG Progress Chart, Technical Note.
    """
    why, value, obstacle = _ratio(case, 0.95)
    if value is None:
        label = "target_achieved" if case.met else "not_available"
        return Verdict("unsd", None, None, label, why, (*case.notes, obstacle))
    steps = ((0.5, "acceleration_needed"), (-0.1, "limited_progress"))
    label = next((label for least, label in steps if at_least(value, least)), "deterioration")
    return Verdict("unsd", value, None, "on_track" if value > 0.95 else label, why, case.notes)


def _ratio(case: Case, line: float) -> tuple[Why, float | None, str]:
    """Traits, the ratio p, and the obstacle's code where there is no ratio."""
    obstacle = case.obstacle("geometric")
    if obstacle not in (None, "base_equals_target"):
        return Why("geometric", "baseline", "band", line=line), None, str(obstacle)
    base, latest, target, elapsed, period, _ = case.numbers()
    actual, required = cagr(latest, base, elapsed), cagr(target, base, period)
    towards = math.copysign(1, base) * case.direction * actual
    value = towards / abs(required) if required else math.copysign(math.inf, towards) if towards else None
    numbers = {"actual": actual, "required": required}
    return Why("geometric", "baseline", "band", value, line, numbers=numbers), value, "base_equals_target"


def _growth(case: Case, line: float) -> tuple[Why, float | None, tuple[str, ...]]:
    """Traits, growth a year in the wanted direction, and notes: the measure without a target."""
    obstacle = case.obstacle("geometric")
    if obstacle != "no_target" or case.base is None or case.latest is None or case.latest_year is None:
        return Why("geometric", "baseline", "strict", line=line), None, (str(obstacle),)
    actual = cagr(case.latest, case.base, case.latest_year - case.base_year)
    value = math.copysign(1, case.base) * case.direction * actual
    return Why("geometric", "baseline", "strict", value, line, numbers={"actual": actual}), value, ("no_target",)


def _open_sdg_without_target(case: Case, coefficient: float, replaced: tuple[str, ...]) -> Verdict:
    why, value, notes = _growth(case, 0.015 * coefficient)
    notes = (*notes, *replaced)
    if value is None:
        return Verdict("open_sdg", None, None, "not_available", why, notes)
    high, medium = 0.015 * coefficient, 0.005 * coefficient
    steps = ((high, "substantial_progress"), (medium, "moderate_progress"), (0.0, "limited_progress"))
    label = next((label for least, label in steps if value >= least), "deterioration")
    if value < 0:
        score = max(125 * value - 2.5, -5.0)
    elif coefficient == 0:
        score = 5.0
    elif value >= high:
        score = min(500 * value / coefficient - 5, 5.0)
    elif value >= medium:
        score = 250 * value / coefficient - 1.25
    else:
        score = 500 * value / coefficient - 2.5
    return Verdict("open_sdg", value, score, label, why, notes)


def _eurostat_without_target(case: Case) -> Verdict:
    why, value, notes = _growth(case, 0.01)
    if value is None:
        return Verdict("eurostat", None, None, "not_available", why, notes)
    if value > 0.01:
        label = "significant_progress"
    else:
        steps = ((0.001, "moderate_progress"), (-0.001, "no_change"), (-0.01, "moderate_movement_away"))
        label = next((label for least, label in steps if value >= least), "significant_movement_away")
    return Verdict("eurostat", value, 2.5 * max(-2.0, min(100 * value, 2.0)), label, why, notes)


def _coefficient(base: float | None, limit: float | None) -> float:
    """How much of the thresholds remains near a natural limit (1: all)."""
    if base is None or limit is None or math.isnan(limit) or abs(base) >= 2 * abs(limit):
        return 1.0
    base, limit = abs(base), abs(limit)
    near = base if base <= limit else 2 * limit - base
    return float(1 - (near / limit) ** 4.44)


def _annex_iii(percent: float) -> float:
    """Eurostat's score for a ratio in percent."""
    if percent >= 60:
        return min(5 / 70 * (percent - 60), 5.0)
    return max(5 / 120 * (percent + 60) - 5, -5.0)
