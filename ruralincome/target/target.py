"""Target and Assessment: what models and official rules say of one target, and what it would take to reach it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ruralincome.models.forecast import QUANTILES as QUANTILES
from ruralincome.models.forecast import USUAL, ClosedForm, Fit, Forecast, soon
from ruralincome.models.forecast import Refusal as Refusal  # a page that says why there is no number knows no models
from ruralincome.models.walk import Walk
from ruralincome.reference.reference import ReferenceClass
from ruralincome.rules import RULES as RULES
from ruralincome.rules import Case, all_rules
from ruralincome.rules import Verdict as Verdict
from ruralincome.rules.explain import Explanation as Explanation
from ruralincome.rules.explain import against, every_pair
from ruralincome.series import InputError, Series, Shows
from ruralincome.series.growth import carried, pace
from ruralincome.target.likelihood import likelihood

if TYPE_CHECKING:
    import pandas as pd

LEVELS = (0.8, 0.5, 0.2)  # probabilities at which a target is said to hold
SEARCH = 50  # years after the last observation within which a year is looked for
View = ClosedForm | Forecast
Change = Callable[[Forecast], Forecast]
PAST = 0.05  # the share of a year's prediction beyond a limit from which on a model that knows no limit says nothing


@dataclass(frozen=True)
class Target(Shows):
    """A value to be reached at the end of `year`, in the series' unit. base_year: the baseline's year, the first
    observation unless stated; direction: 1 if more is better, -1 if less."""

    value: float
    year: int
    base_year: int | None = None
    direction: int = 1

    def __post_init__(self) -> None:
        if not (np.isfinite(self.value) and self.value > 0):
            raise InputError("target.not_positive", value=self.value)
        if self.direction not in (1, -1):
            raise InputError("target.direction", direction=self.direction)


@dataclass(frozen=True)
class Outlook(Shows):
    """What one fitted model foresees. `view` answers quantile(years, q) and probability(year, value, direction). The
    view is the Fit itself where its distribution is known exactly, and the Forecast (draws) elsewhere."""

    fit: Fit
    view: View = field(repr=False)

    model = cached_property[str](lambda outlook: outlook.fit.model)  # the model's code

    def probability(self, target: Target) -> float:
        """P(target reached)."""
        return self.view.probability(target.year, target.value, target.direction)

    def median(self, year: int) -> float:
        """The median of the level in `year`."""
        return float(self.view.quantile([year], [0.5])[0, 0])

    def interval(self, year: int, level: float = USUAL) -> tuple[float, float]:
        """The central prediction interval of the level in `year`."""
        low, high = self.view.quantile([year], [(1 - level) / 2, (1 + level) / 2])[0]
        return float(low), float(high)

    def to_frame(self) -> "pd.DataFrame":
        """A row a year, as `Forecast.to_frame` gives them: of the years drawn, or the next five."""
        return (self.view if isinstance(self.view, Forecast) else soon(self.fit)).to_frame()


@dataclass(frozen=True)
class Alternative:
    """The lead model under another reference class; left_out: why that could not have been chosen, as a code."""

    reference: ReferenceClass
    outlook: Outlook | Refusal
    left_out: str = ""


class Judged(tuple[Verdict, ...], Shows):
    """One verdict a rule, in the order of RULES."""

    def to_frame(self) -> "pd.DataFrame":
        """A row a rule: rule, value and score in the rule's units, verdict, outlook, attained, line."""
        import pandas as pd

        names = ("rule", "value", "score", "label", "outlook", "attained", "line")
        return pd.DataFrame([{name: getattr(verdict, name) for name in names} for verdict in self])


@dataclass(frozen=True)
class Assessment(Shows):
    """All that is said of one target; every number is derived from the outlooks and the observations. outlooks: one a
    model, the lead first; alternatives: the lead model under other reference classes."""

    series: Series
    target: Target
    outlooks: tuple[Outlook | Refusal, ...] = field(repr=False)
    alternatives: tuple[Alternative, ...] = field(default=(), repr=False)
    reference: ReferenceClass | None = field(default=None, repr=False)
    changed: bool = field(default=False)

    lead = cached_property[Outlook | Refusal](lambda a: a.outlooks[0])  # the lead model's outlook, or its refusal
    base_year = cached_property[int](lambda a: a.series.years[0] if a.target.base_year is None else a.target.base_year)
    horizon = cached_property[int](lambda a: a.target.year - a.series.origin)  # years ahead of the last observation
    _base = cached_property[float](lambda a: a.series.value(a.base_year))
    historical_growth = cached_property[float](lambda a: pace(a._base, a.series.last, a.series.origin - a.base_year))
    """Growth a year from the baseline to the last observation, as a fraction; nan if they are the same."""
    required_growth = cached_property[float](lambda a: pace(a.series.last, a.target.value, a.horizon))
    """Growth a year needed from the last observation to the target, as a fraction: (T / y)^(1 / h) - 1."""
    required_growth_from_base = cached_property[float](
        lambda a: pace(a._base, a.target.value, a.target.year - a.base_year)
    )  # growth a year needed from the baseline to the target, as a fraction
    projection = cached_property[float](lambda a: carried(a.series.last, a.historical_growth, a.horizon))
    """The historical growth continued to the target year (the geometric projection)."""
    shortfall = cached_property[float](lambda a: a.target.value - a.projection)
    """Target less the geometric projection, in the unit; positive where the projection misses a rising target."""

    @cached_property
    def probability(self) -> float | None:
        """P(target) of the lead model; None where it refused."""
        return None if isinstance(self.lead, Refusal) else self.lead.probability(self.target)

    @cached_property
    def reached(self) -> float | None:
        """P(the last observed year's true level is at the target), as surveys err; None where no error is stated."""
        fit = self.lead.fit if isinstance(self.lead, Outlook) and any(self.series.standard_errors or ()) else None
        return fit.reached(self.target.value, self.target.direction) if isinstance(fit, Walk) else None

    @cached_property
    def range(self) -> tuple[float, float] | None:
        """The lowest and the highest P(target) of the lead model over the class in use and those that could have been
        chosen; a pool need not lie between its members (decision 52). None where fewer than two give one."""
        asked = [one.outlook for one in self.alternatives if not one.left_out]
        found = [one.probability(self.target) for one in asked if isinstance(one, Outlook)]
        found += [] if self.probability is None else [self.probability]
        return (min(found), max(found)) if len(found) > 1 else None

    likelihood = cached_property[str | None](lambda a: None if a.probability is None else likelihood(a.probability))

    @cached_property
    def verdicts(self) -> "Judged":
        """The official progress rules, side by side."""
        s, t, history = self.series, self.target, (0, self.series.years, self.series.values)
        seen = self.base_year, s.value(self.base_year), s.origin, s.last
        case = Case(*seen, t.year, t.value, t.direction, probability=self.probability, history=history)
        return Judged(found[0] for found in all_rules(case))

    def to_frame(self) -> "pd.DataFrame":
        """One row: the numbers of the answer, growth a year as fractions; missing where refused."""
        import pandas as pd  # here, as only who asks for a frame waits for it

        lead = None if isinstance(self.lead, Refusal) else self.lead
        low, high = lead.interval(self.target.year) if lead else (None, None)
        return pd.DataFrame([{
            "series": self.series.name, "base_year": self.base_year, "last_year": self.series.origin,
            "last": self.series.last, "target": self.target.value, "target_year": self.target.year,
            "growth": self.historical_growth, "required_growth": self.required_growth, "shortfall": self.shortfall,
            "median": lead.median(self.target.year) if lead else None, "low80": low, "high80": high,
            "probability": self.probability, "likelihood": self.likelihood,
        }])  # fmt: skip

    def plot(self, ax: Any = None, language: str = "") -> Any:
        """The fan of the lead model on axes of matplotlib (`ax`, or new ones), which are returned."""
        return Shows.draw and Shows.draw(self, ax, language)

    disagreements = cached_property[tuple[Explanation, ...]](lambda a: against(a.verdicts))
    """Why each rule that disagrees with the first one does so."""
    pairs = cached_property[tuple[tuple[Explanation, int], ...]](lambda a: every_pair(a.verdicts))
    """Why any two rules disagree, and for how many pairs each explanation is."""


def target_digits(value: float, decimals: int) -> int:
    """Digits that show a target as stated: 67,35 although the series has one digit (`decimals`), 0,045 as it is."""
    digits = max(decimals, min(-int(Decimal(repr(float(value))).normalize().as_tuple().exponent), decimals + 1))
    return next(d for d in range(digits, 400) if 200 * abs(round(value, d) - value) <= abs(value))


def assess(
    series: Series, target: Target, fits: Sequence[Fit | Refusal], *, reference: ReferenceClass | None = None,
    change: Change | None = None, seed: int = 0,
) -> Assessment:  # fmt: skip
    """Judge a target by fitted models, the lead first: in closed form where there is one and nothing changes it, else
    drawn, all with the same seed, so that scenarios are compared on common random numbers. Raises InputError where the
    target year is not after the last observation, the baseline has no observation, or a share is to pass 100 %."""
    if target.year <= series.origin:
        raise InputError("target.not_ahead", year=target.year, origin=series.origin)
    if target.base_year is not None:
        series.value(target.base_year)
    if target.value > series.limit:
        raise InputError("target.past_limit", value=target.value, limit=series.limit)
    if not fits:
        raise InputError("target.no_fits")

    def drawn(fit: Fit) -> Forecast:
        found = fit.forecast(target.year, np.random.default_rng(seed))
        return change(found) if change else found

    seen = tuple(foreseen(fit, target.year, drawn, change is not None) for fit in fits)
    return Assessment(series, target, seen, reference=reference, changed=change is not None)


def foreseen(fit: Fit | Refusal, year: int, drawn: Callable[[Fit], Forecast], changed: bool) -> Outlook | Refusal:
    """What a model foresees of a year: in closed form where it has one and nothing changes it, else by its draws. A
    refusal where it gives a share levels that no share can have, as growth knows no limit."""
    if isinstance(fit, Refusal):
        return fit
    found, limit = Outlook(fit, fit if isinstance(fit, ClosedForm) and not changed else drawn(fit)), fit.series.limit
    if np.isfinite(limit) and (past := found.view.probability(year, limit)) > PAST:
        return Refusal(found.model, "past_limit", {"past": 100 * past, "limit": limit, "year": year})
    return found


@dataclass(frozen=True)
class Push:
    """The change of growth that brings P(target) to `level`. factor: of each year's growth factor 1 + g, in every draw;
    points: the same on the median path, in points of growth a year; growth: what that path then grows, a fraction."""

    level: float
    factor: float
    points: float
    growth: float


@dataclass(frozen=True)
class AllMet:
    """Several targets on the same draws. alone: P of each; together: P of all; either: P of at least one."""

    alone: tuple[float, ...]
    together: float
    either: float


def holds(view: View, year: int, levels: Sequence[float] = LEVELS, direction: int = 1) -> tuple[float, ...]:
    """Targets for `year` reached with the probabilities `levels`: quantiles at 1 - level (at level if less is good)."""
    return tuple(view.quantile([year], [1 - level if direction > 0 else level for level in levels])[0].tolist())


def first_year(view: View, origin: int, value: float, level: float, direction: int = 1) -> int | None:
    """The first year after `origin` in which P(target) is at least `level`; None where none is found. P need not rise
    with the years, so each is looked at, SEARCH years ahead; draws as far as they go."""
    last = min(origin + SEARCH, view.years[-1]) if isinstance(view, Forecast) else origin + SEARCH
    years = range(origin + 1, last + 1)
    reached = view.quantile(years, [1 - level if direction > 0 else level])[:, 0]
    enough = np.flatnonzero(direction * (reached - value) >= 0)
    return years[int(enough[0])] if len(enough) else None


def push(view: View, origin: int, last: float, year: int, value: float, level: float, direction: int = 1) -> Push:
    """The growth adjustment that brings P(target in `year`) to `level`, exactly. Multiplying every year's growth factor
    by f multiplies all quantiles h years ahead by f^h, whatever the model: f = (T / Q(1 - level))^(1/h). On the median
    path, growing by g a year, this is (1 + g)(f - 1) points."""
    ahead = year - origin
    reached = holds(view, year, (level, 0.5), direction)
    factor, median = 1 + pace(reached[0], value, ahead), 1 + pace(last, reached[1], ahead)
    return Push(level, factor, 100 * median * (factor - 1), median * factor - 1)


def all_met(forecast: Forecast, targets: Sequence[tuple[int, float, int]]) -> AllMet:
    """P that several targets (year, value, direction) of one series are all met, on the same draws. The draws carry how
    years hang together: a path high in one year starts high into the next, so the joint probability lies above the
    product. Raises InputError without a target, or for a year the forecast does not hold."""
    if not targets:
        raise InputError("target.none")
    met = np.array([direction * (forecast.at(year) - value) >= 0 for year, value, direction in targets])
    return AllMet(tuple(met.mean(axis=1).tolist()), float(met.all(axis=0).mean()), float(met.any(axis=0).mean()))
