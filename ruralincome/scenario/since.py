"""Since: what moved P(target) after an earlier result: new figures, another target, and the method, which is the rest.

    P(new figures, new target) - P then = figures + target + method

With the method of today, P is asked of the figures then (o) and now (n) under the target then and now. What figures and
target add is the mean over both orders of exchanging them (the Shapley value):

    figures = ((P(n, o) - P(o, o)) + (P(n, n) - P(o, n))) / 2
    target = ((P(o, n) - P(o, o)) + (P(n, n) - P(n, o))) / 2
    method = P(o, o) - P then: the models, the class, the version"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter

from ruralincome.scenario.evidence import Evidence
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.keys import TargetSpec
from ruralincome.series import InputError, Series
from ruralincome.target.likelihood import whole_percent

Cause = Literal["figures", "target", "method"]
ASKED = ("series", "unit", "prices", "observations", "standard_errors", "samples", "target", "base_year", "base_stated")
KEPT = ("scenario", "title", *ASKED)
"""What a later answer asks of an earlier result, beside its probability."""
READER = cache(lambda: TypeAdapter(Series))


@dataclass(frozen=True)
class Since:
    """P(target) then and now, and what each cause added to it: by `terms`, as fractions that add up to the difference;
    None where they cannot be told apart: no probability then or now, other money, or figures that know the old target.
    day, sha256: of the earlier result."""

    day: str
    sha256: str
    before: float | None
    after: float | None
    terms: Mapping[Cause, float] | None = None

    @property
    def points(self) -> dict[Cause, int]:
        """The terms in whole points that add up to the difference of the printed percentages (largest remainders)."""
        if self.terms is None or self.before is None or self.after is None:
            return {}
        found = {cause: int(100 * term // 1) for cause, term in self.terms.items()}
        missing = whole_percent(self.after) - whole_percent(self.before) - sum(found.values())
        lost = sorted(found, key=lambda cause: found[cause] - 100 * (self.terms or {})[cause])
        for k in range(abs(missing)):
            found[lost[k % len(lost)] if missing > 0 else lost[-1 - k % len(lost)]] += 1 if missing > 0 else -1
        return found


def earlier(result: Mapping[str, Any], day: str, sha256: str) -> dict[str, Any]:
    """What a later answer gets of an earlier result; sha256: its file's. Raises KeyError, TypeError or ValueError."""
    _stated(result)
    return {"day": day, "sha256": sha256} | {key: result[key] for key in ("probability", *KEPT) if key in result}


def moved_since(scenario: Scenario, evidence: Evidence, now: float | None, then: Mapping[str, Any]) -> Since:
    """What moved P(target) to `now` since `then`, as `earlier` gives it."""
    found = Since(then["day"], then["sha256"], then["probability"], now)
    series, target = evidence.series, evidence.target
    money = {"basis": series.prices, "year": series.price_year}
    same = tuple(map(then.get, ASKED[:3])) == (series.name, series.unit, money)
    if found.before is None or now is None or not same:
        return found
    told, stated = _stated(then)
    figures = {key: getattr(told, key) for key in ("years", "values", "standard_errors", "samples")}
    then_series = replace(series, statuses=(), published=(), vintages=(), **figures)
    spec = evidence.spec.model_copy(update=stated.model_dump(include={"year", "direction", "base_year"}))
    goal = replace(evidence, spec=spec, goal=stated.value)
    old = (series.years, series.values) != (told.years, told.values)
    other = (target.value, target.year, target.direction) != (goal.goal, spec.year, spec.direction)
    new_old = _asked(scenario, goal) if other else now
    old_new = _asked(scenario, replace(evidence, series=then_series)) if old else now
    old_old = _asked(scenario, replace(goal, series=then_series)) if old and other else new_old if other else old_new
    if new_old is None or old_new is None or old_old is None:
        return found
    by_figures, by_target = ((new_old - old_old) + (now - old_new)) / 2, ((old_new - old_old) + (now - new_old)) / 2
    return replace(found, terms={"figures": by_figures, "target": by_target, "method": old_old - found.before})


def _stated(then: Mapping[str, Any]) -> tuple[Series, TargetSpec]:
    """The figures of an earlier result and its target; raises as `earlier` does where one is not of its type."""
    money = then.get("prices", {"basis": "nominal", "year": None})
    said = {key: then[key] for key in ("title", "unit", "standard_errors", "samples") if key in then}
    said["years"], said["values"] = zip(*then["observations"], strict=True)
    said |= {"name": then["scenario"] + then.get("series", ""), "prices": money["basis"], "price_year": money["year"]}
    goal = {key: then["target"][key] for key in ("value", "year", "direction")}
    goal |= {"base_year": then["base_year"] if then.get("base_stated") else None}
    _ = then["probability"] is None or whole_percent(then["probability"])
    return READER().validate_python(said), TargetSpec(**goal)


def plainly(then: Mapping[str, Any], now: Mapping[str, Any]) -> Since:
    """What moved P(target) as far as two results say it: all is the method's where figures and target are the same."""
    found = Since(then["day"], then["sha256"], then["probability"], now["probability"])
    if found.before is None or found.after is None or any(then.get(key) != now.get(key) for key in ASKED):
        return found
    return replace(found, terms={"figures": 0.0, "target": 0.0, "method": found.after - found.before})


def _asked(scenario: Scenario, evidence: Evidence) -> float | None:
    """P(target) of the lead model under the scenario; None where it refuses or that cannot be asked."""
    from ruralincome.scenario.conditional import stated  # here, as a batch is planned without the models
    from ruralincome.target.target import Refusal

    with suppress(InputError):  # as where the target's year is not ahead
        found = stated(scenario, evidence)[0].outlook(scenario.adjustments)
        return None if isinstance(found, Refusal) else found.probability(evidence.target)
    return None
