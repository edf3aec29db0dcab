"""All rules on one case, and the questions around them: which base year, which target year, which of two targets."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ruralincome.rules.case import Case, Rounding, Verdict
from ruralincome.rules.line import eea, escap_anticipated, escap_status, mcarthur_rasmussen, sdsn
from ruralincome.rules.pace import UNICEF_ROUNDING, defra, obr, projection, unicef
from ruralincome.rules.ratio import eurostat, open_sdg, unsd
from ruralincome.series import InputError

RULES = (
    "eurostat",
    "open_sdg",
    "unsd",
    "sdsn",
    "escap_status",
    "escap_anticipated",
    "eea",
    "unicef",
    "defra",
    "mcarthur_rasmussen_linear",
    "mcarthur_rasmussen_geometric",
    "projection",
    "obr",
)
"""The rules' codes, in the order of `all_rules`."""


def all_rules(
    base_year: float,
    base: float | None,
    latest_year: float | None,
    latest: float | None,
    target_year: float | None,
    target: float | None,
    direction: int = 1,
    *,
    limit: float | None = None,
    years: Sequence[float] = (),
    values: Sequence[float] = (),
    rounding: Rounding = UNICEF_ROUNDING,
    probability: float | None = None,
) -> tuple[Verdict, ...]:
    """Every rule's verdict on one case, in the order of RULES.

    limit: natural limit, used by Open SDG without a target. years, values: all observations, for the rate of change by
    least squares. probability: the lead model's P(target), None where it was refused.
    """
    case = Case(base_year, base, latest_year, latest, target_year, target, direction)
    return (
        eurostat(base_year, base, latest_year, latest, target_year, target, direction),
        open_sdg(base_year, base, latest_year, latest, target_year, target, direction, limit),
        unsd(case),
        sdsn(case),
        escap_status(case),
        escap_anticipated(case),
        eea(case),
        unicef(case, years, values, rounding),
        defra(case),
        mcarthur_rasmussen(case, "linear"),
        mcarthur_rasmussen(case, "geometric"),
        projection(case),
        obr(case, probability),
    )


def base_observation(years: Sequence[int], values: Sequence[float], base_year: int) -> tuple[int, float]:
    """The observation a rule starts from: of `base_year`, or where there is none the first after it.

    Statistics Canada's ruling. (EUSTAT looks at +1, -1, +2, -2: a base before the agreed year is not taken here.)
    Raises InputError where nothing was observed from `base_year` on.
    """
    later = [(t, y) for t, y in zip(years, values, strict=True) if t >= base_year]
    if not later:
        raise InputError(f"no observation in {base_year} or later; choose a base year from {list(years)}")
    return min(later)


def last_complete_year(year: int, month: int = 12) -> int:
    """The last calendar year complete at the end of `month`: a target for March 2023 is a target for 2022.

    Source: Statistics Canada, progress measurement, consideration 2.
    """
    if not 1 <= month <= 12:
        raise InputError(f"month {month} is not 1 to 12; state the month the target falls due")
    return year if month == 12 else year - 1


def farthest(verdicts: Sequence[Verdict]) -> Verdict:
    """Of one rule's verdicts on several targets for one year, the one farthest from its target.

    Smallest score, else smallest share attained; verdicts without either are passed over while others have one.
    Source: Statistics Canada, progress measurement, consideration 12.
    """
    if len({verdict.rule for verdict in verdicts}) != 1:
        raise InputError("farthest compares verdicts of one rule on several targets; give at least one, of one rule")

    def reach(verdict: Verdict) -> float:
        for number in (verdict.score, verdict.why.attained):
            if number is not None:
                return number
        return math.inf

    return min(verdicts, key=reach)
