"""Conditional forecasts: all that stands between a scenario's evidence and P(target), composed here and nowhere else.

    fit -> draws -> prices not known -> (a move) -> the adjustments -> (a move) -> P(target)

What is not known of prices comes first: a path that a scenario then states is met by the median exactly. Many places go
the same way at once, in closed forms: fit -> the moves that the adjustments are -> P(target). Fits in hand, without a
scenario, are put to a target by `assess`; its last step, `foreseen`, is the one here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from ruralincome.models.all import fit_all, fit_places
from ruralincome.models.forecast import DRAWS, Array, Fit, Forecast, Refusal
from ruralincome.models.posterior import Steps
from ruralincome.models.quantiles import stratified
from ruralincome.models.walk import Walk, pooled
from ruralincome.reference.reference import ReferenceClass
from ruralincome.rules import Case
from ruralincome.scenario.evidence import Evidence
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.paths import move, moved
from ruralincome.scenario.shapes import Move, Shape
from ruralincome.series import InputError
from ruralincome.target.target import PAST, Outlook, foreseen


@dataclass(frozen=True)
class Conditional:
    """One model on one evidence, fitted and drawn once, asked under many conditions on common random numbers."""

    evidence: Evidence
    fit: Fit | Refusal
    seed: int
    draws: int = DRAWS

    @cached_property
    def forecast(self) -> Forecast:
        """The model's own draws to the target year. Raises ValueError where it refused."""
        if isinstance(self.fit, Refusal):
            raise ValueError(f"{self.fit.model} refused and has no draws")
        return self.fit.forecast(self.evidence.target.year, np.random.default_rng(self.seed), self.draws)

    def outlook(
        self, steps: Sequence[Shape] = (), before: Move | None = None, after: Move | None = None
    ) -> Outlook | Refusal:
        """What the model foresees under the steps, and moves before and after them: in closed form where it has one and
        nothing changes it. Raises InputError naming the step that cannot be carried out."""
        changed, year = bool(steps or before or after or self.evidence.unsure), self.evidence.target.year
        return foreseen(self.fit, year, lambda _: self.drawn(steps, before, after), changed)

    def chance(self, steps: Sequence[Shape], before: Move | None = None, after: Move | None = None) -> float | None:
        """P(target) of the same, also in closed form where steps are moves that have one; None where it is refused."""
        known, goal, walk = self.evidence, self.evidence.target, self.fit
        s, moves = known.series, [step for step in (before, *(one.closed(known) for one in steps), after) if step]
        near = [one for one in moves if isinstance(one, Move) and (one.kind != "add" or goal.year == s.origin + 1)]
        if isinstance(walk, Walk) and not known.factors and np.isinf(s.limit) and len(near) == len(moves):
            ahead, value, now = np.array([goal.year - s.origin]), np.array([goal.value]), np.array([s.origin])
            at = move(near, walk.walks, now, ahead, value, lambda t: np.array([s.value(t or known.base)]))
            plain = np.maximum((value - at.addend) / at.factor, np.finfo(float).tiny)
            if not at.refused[0]:
                return float(walk.walks.probability(ahead, plain, goal.direction)[0])
        found = self.outlook(steps, before, after)
        return found.probability(goal) if isinstance(found, Outlook) else None

    def drawn(self, steps: Sequence[Shape] = (), before: Move | None = None, after: Move | None = None) -> Forecast:
        """The same as draws, also where there is a closed form."""
        found = self.forecast
        if sd := self.evidence.unsure:  # of the price level a year, in logarithms, z one deviate a draw
            z = ndtri(stratified(np.random.default_rng([self.seed, 2]), self.draws, 1))
            found = replace(found, paths=found.paths * np.exp(sd * z * np.arange(1, len(found.years) + 1)))
        found = plain = moved(found, before) if before else found
        for i, step in enumerate(steps):  # each with a generator of its own: it draws the same whatever is before it
            try:
                found = step.draw(found, plain, self.evidence, np.random.default_rng([self.seed, 1, i]))
            except InputError as fault:
                raise InputError("shape.step", i=i, kind=step.kind, fault=fault) from None
        return moved(found, after) if after else found


def stated(scenario: Scenario, evidence: Evidence, draws: int = DRAWS) -> list[Conditional]:
    """The models that a scenario states on its evidence, the lead first."""
    fits = fit_all(evidence.series, evidence.reference, scenario.models, year=evidence.spec.year)
    return [Conditional(evidence, fit, scenario.seed, draws) for fit in fits]


def lead(evidence: Evidence, seed: int, draws: int = DRAWS) -> Conditional:
    """The lead model on the evidence."""
    return Conditional(evidence, pooled(evidence.series, evidence.reference), seed, draws)


def everywhere(
    model: str, steps: Steps, case: Case, moves: Sequence[Move], q: Array, reference: ReferenceClass | None = None
) -> tuple[Array, Array, Array, NDArray[np.str_]]:
    """The same road for many places of one class at once: what a model foresees under the moves, levels in the target's
    year at the shares q, P(target), the weight of a place's own pace, and why there is none, "" where there is. case: a
    row a place, without a target where nothing is asked; steps: of their histories."""
    walks = fit_places(model, steps, case.latest, reference)
    levels, probability = np.full((len(case.latest), len(q)), np.nan), np.full(len(case.latest), np.nan)
    refused = walks.refused.astype("U20")
    keep = ~case.aimless & (refused == "")
    if not keep.any():
        return levels, probability, walks.shrinkage, refused
    some, goal, limit, ahead = walks.of(keep), case.target[keep], case.limit[keep], case.left[keep].astype(np.int64)

    def value(year: int | None) -> Array:
        """The observations of a year, or of the baseline."""
        found, (place, years, values) = np.full(len(keep), np.nan), case.history or np.zeros((3, 0))
        found[place[years == year]] = values[years == year]
        return np.asarray((case.base if year is None else found)[keep])

    at = move(moves, some, case.latest_year[keep].astype(np.int64), ahead, goal, value)

    def chance(level: Array, direction: int) -> Array:
        """That of reaching a level, without what the moves add to growth."""
        return some.probability(ahead, np.maximum((level - at.addend) / at.factor, np.finfo(float).tiny), direction)

    levels[keep] = at.factor[:, None] * some.quantile(ahead, q) + at.addend[:, None]
    probability[keep], refused[keep] = chance(goal, int(case.direction[0])), at.refused
    if not np.isnan(limit).all():
        past = (chance(limit, 1) > PAST) | (goal > limit)
        refused[keep] = np.where(past & (at.refused == ""), "past_limit", at.refused)
    return levels, probability, walks.shrinkage, refused
