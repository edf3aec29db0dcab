"""Conditional forecasts: all that stands between a fitted model and P(target), composed here and nowhere else.

    fit -> draws -> prices not known -> (before) -> the adjustments -> (after) -> P(target)

What is not known of prices comes first: a path that a scenario then states is met by the median exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtri

from ruralincome.models.forecast import DRAWS, Fit, Forecast, Refusal
from ruralincome.models.quantiles import stratified
from ruralincome.models.walk import pooled
from ruralincome.scenario.evidence import Evidence
from ruralincome.scenario.shapes import Shape
from ruralincome.series import InputError
from ruralincome.target.target import Change, Outlook, foreseen


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
        self, steps: Sequence[Shape] = (), before: Change | None = None, after: Change | None = None
    ) -> Outlook | Refusal:
        """What the model foresees under the steps, and changes before and after them: in closed form where it has one
        and nothing changes it. Raises InputError naming the step that cannot be carried out."""
        moved, year = bool(steps or before or after or self.evidence.unsure), self.evidence.target.year
        return foreseen(self.fit, year, lambda _: self.drawn(steps, before, after), moved)

    def drawn(self, steps: Sequence[Shape] = (), before: Change | None = None, after: Change | None = None) -> Forecast:
        """The same as draws, also where there is a closed form."""
        found = unsure_prices(self.forecast, self.evidence.unsure, self.seed)
        found = changed(before(found) if before else found, steps, self.evidence, self.seed)
        return after(found) if after else found


def lead(evidence: Evidence, seed: int, draws: int = DRAWS) -> Conditional:
    """The lead model on the evidence."""
    return Conditional(evidence, pooled(evidence.series, evidence.reference), seed, draws)


def changed(forecast: Forecast, steps: Sequence[Shape], evidence: Evidence, seed: int) -> Forecast:
    """The forecast after the steps in order, each with a generator of its own, so that it draws the same whatever is
    before it. Raises InputError naming the adjustment by its place in the list."""
    found = forecast
    for i, step in enumerate(steps):
        try:
            found = step.draw(found, forecast, evidence, np.random.default_rng([seed, 1, i]))
        except InputError as fault:
            raise InputError("shape.step", i=i, kind=step.kind, fault=fault) from None
    return found


def unsure_prices(forecast: Forecast, sd: float, seed: int) -> Forecast:
    """What a restated target does not know of the price level, put into the draws: sd a year, in logarithms. Levels t
    years ahead are multiplied by exp(sd z t), z one deviate a draw."""
    if not sd:
        return forecast
    draws, years = forecast.paths.shape
    z = ndtri(stratified(np.random.default_rng([seed, 2]), draws, 1))
    return Forecast(forecast.origin, forecast.last, forecast.paths * np.exp(sd * z * np.arange(1, years + 1)))
