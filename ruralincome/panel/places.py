"""assess_panel: one row a place, the numbers of `assess` by array arithmetic over places."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ruralincome.models.all import PLACED
from ruralincome.models.forecast import QUANTILES as BY_NAME
from ruralincome.models.forecast import Array
from ruralincome.models.posterior import Steps
from ruralincome.panel.histories import FURTHEST, Histories, histories
from ruralincome.panel.rows import REASONS, flag
from ruralincome.reference.reference import ReferenceClass, narrowed
from ruralincome.rules import RULES, Case, all_rules
from ruralincome.scenario.check import out_of_proportion
from ruralincome.scenario.conditional import everywhere
from ruralincome.scenario.shapes import Move
from ruralincome.series import InputError, Prices, growth
from ruralincome.series.prices import Inflation
from ruralincome.series.units import too_far
from ruralincome.target.likelihood import likelihoods
from ruralincome.target.target import Target

Spread = Callable[[Callable[[Histories], dict[str, Any]], list[Histories]], Iterable[dict[str, Any]]]
CHUNK = 1 << 13  # places worked out at a time: no slower than more of them, and little memory
QUANTILES = {name: BY_NAME[name] for name in ("median", "low50", "high50", "low80", "high80", "low95", "high95")}
SHARES = np.array(list(QUANTILES.values()))  # of the median and the ends of the central 50, 80 and 95 % intervals


@dataclass(frozen=True)
class Basis:
    """What is asked of every place. fitted: the class as its file holds it, None for random_walk_with_drift; prices:
    of the places; inflation: assumed where the class is in others; moves: a scenario's adjustments by a place's class;
    hit: after them; levels: those that they state, and whether as changes. Raises InputError for a model without it."""

    model: str
    fitted: ReferenceClass | None
    target: Target | None = None
    prices: Prices = "nominal"
    inflation: Inflation | None = None
    moves: Callable[[Any], tuple[Move, ...]] = lambda _: ()
    hit: tuple[Move, ...] = ()
    levels: tuple[tuple[float, bool], ...] = ()

    def __post_init__(self) -> None:
        if self.model not in PLACED:
            raise InputError("panel.model", model=self.model)

    @property
    def direction(self) -> int:
        """1 where more is better, -1 where less is."""
        return 1 if self.target is None else self.target.direction

    def classed(self, own: float = 1.0) -> ReferenceClass | None:
        """The class in the places' prices; of a place made of several, by the sum of their squared shares of income."""
        whole = self.fitted if own == 1 or self.fitted is None else narrowed(self.fitted, own)
        return whole and whole.into(self.prices, self.inflation)


def assess_panel(
    frame: pd.DataFrame, reference: ReferenceClass | None = None, *, target: Target | None = None,
    as_of: int | None = None, prices: Prices = "nominal", model: str = "pooled", moves: Sequence[Move] = (),
    spread: Spread = map, chunk: int = CHUNK,
) -> pd.DataFrame:  # fmt: skip
    """One row a place: what `assess` says of its target by the lead model, worked out for all places at once.
    frame: see `histories`. target: of places that state none of their own; its base_year and direction hold for all.
    model: "pooled" (needs `reference`) or "random_walk_with_drift". moves: of a closed form. spread: such as `map`.
    Columns: the names; first_year, last_year, observations, base_year, base, last, target, target_year; growth and
    required_growth (a year, as fractions), shortfall (target less the growth continued), median, low50 to high95,
    probability, likelihood, shrinkage; a column a rule with its label; refusal, a reason of REASONS, or missing. Raises
    InputError where the table or the question cannot serve; what is wrong with one place stands in its row."""
    by = Basis(model, reference, target, prices, hit=tuple(moves))
    return assess_histories(*histories(frame, target, as_of), by, spread, chunk)


def assess_histories(
    places: pd.DataFrame, rows: Histories, by: Basis, spread: Spread = map, chunk: int = CHUNK
) -> pd.DataFrame:
    """assess_panel after `histories`: the names of the places with their columns."""
    parts = [rows.of(slice(i, i + chunk)) for i in range(0, len(rows.count), chunk)]
    columns, whole = {str(name): places[name].array for name in places}, dict[str, Any]()
    for begin, part in zip(range(0, len(rows.count), chunk), spread(partial(assess_places, by=by), parts), strict=True):
        for name, some in part.items():
            if begin == 0:
                whole[name] = np.empty(len(rows.count), some.dtype)
            whole[name][begin : begin + chunk] = some
    labels = {rule.code: rule.labels for rule in RULES} | {"refusal": REASONS, "likelihood": likelihoods(0.0)[1]}
    for name, joined in whole.items():
        if name in labels:
            columns[name] = pd.Categorical.from_codes(joined, pd.Index(labels[name]), validate=False)
        elif name.endswith("year"):  # a calendar year, or missing
            odd = ~(np.abs(joined) <= 9999) | (joined % 1 != 0)
            columns[name] = pd.arrays.IntegerArray(np.where(odd, 0, joined).astype(np.int64), odd)
        else:
            columns[name] = joined
    return pd.DataFrame(columns, copy=False)


def assess_places(rows: Histories, by: Basis) -> dict[str, Any]:
    """The columns of some places, by name: arrays over places, labels by number, -1 where there is none."""
    n, direction, seen = len(rows.start), by.direction, np.flatnonzero(rows.count)
    first_year, last_year, last = np.full((3, n), np.nan)
    begin, end = rows.start[seen], rows.start[seen] + rows.count[seen] - 1
    first_year[seen], last_year[seen], last[seen] = rows.years[begin], rows.years[end], rows.values[end]
    base_year, base = _base(rows, None if by.target is None else by.target.base_year)
    elapsed = np.where(last_year > base_year, last_year - base_year, np.nan)
    grown = np.where(np.isnan(elapsed), np.nan, growth.pace(base, last, elapsed))

    fault, ahead = rows.fault.copy(), rows.target_year - last_year
    with np.errstate(invalid="ignore", divide="ignore"):
        far = np.abs(np.log(rows.target) - np.log(last)) >= too_far(ahead, direction)
    for mask, reason in (
        (np.isnan(rows.target) | np.isnan(rows.target_year), "no_target"),
        (~(rows.target > 0) | np.isinf(rows.target), "target_not_positive"),
        (~(ahead >= 1) | (rows.target_year % 1 != 0), "target_not_ahead"),
        (ahead > FURTHEST, "target_year_far"),
        (far, "target_far"),
        (np.isnan(base), "no_base"),
        *((out_of_proportion(level, last, change), "level_far") for level, change in by.levels),
    ):
        flag(fault, mask, reason)
    judged = fault == 0
    ahead, goal = np.where(judged, ahead, np.nan), np.where(judged, rows.target, np.nan)
    levels, probability, shrinkage = np.full((n, len(QUANTILES)), np.nan), *np.full((2, n), np.nan)
    refused, due = np.zeros(n, "U20"), last_year + ahead
    for own in [None] if rows.own is None else np.unique(rows.own):
        at: Any = slice(None) if own is None else np.flatnonzero(rows.own == own)
        some, reference = rows.of(at), by.classed(1.0 if own is None else float(own))
        asked = Case(
            base_year[at], base[at], last_year[at], last[at], due[at], goal[at], direction, some.limit,
            history=(some.place, some.years, some.values),
        )  # fmt: skip
        found = everywhere(by.model, _steps(some), asked, (*by.moves(reference), *by.hit), SHARES, reference)
        levels[at], probability[at], shrinkage[at], refused[at] = found
    for reason in np.unique(refused[judged & (refused != "")]):
        flag(fault, judged & (refused == reason), str(reason))
    levels[fault > 0], probability[fault > 0], shrinkage[fault > 0] = np.nan, np.nan, np.nan
    history = rows.place, rows.years, rows.values
    case = Case(base_year, base, last_year, last, due, goal, direction, probability=probability, history=history)
    with np.errstate(invalid="ignore"):
        needed, short = growth.pace(last, goal, ahead), goal - growth.carried(last, grown, ahead)
    return {
        "first_year": first_year, "last_year": last_year, "observations": rows.count.astype(np.int16),
        "base_year": base_year, "base": base, "last": last, "target": rows.target,
        "target_year": rows.target_year, "growth": grown, "required_growth": needed, "shortfall": short,
        **{name: levels[:, i] for i, name in enumerate(QUANTILES)},
        "probability": probability, "likelihood": likelihoods(probability)[0], "shrinkage": shrinkage,
        **{v.by.code: np.where(judged, v.label, -1).astype(np.int8) for v in all_rules(case)},
        "refusal": np.where(fault > 0, fault, -1).astype(np.int8),
    }  # fmt: skip


def _steps(rows: Histories) -> Steps:
    within = np.diff(rows.place) == 0
    z = np.log(rows.values[1:][within] / rows.values[:-1][within])
    none = np.cumsum(rows.count)[rows.count == 0]  # a place of which nothing is known has an error, of no figure
    errors = None if rows.errors is None else np.insert(rows.errors, none, 0.0)
    return Steps(z, np.diff(rows.years)[within], np.maximum(rows.count - 1, 0), errors=errors)


def _base(rows: Histories, year: int | None) -> tuple[Array, Array]:
    """Year and value of the baseline: the first observation, or that of a stated year."""
    years, base = np.full((2, len(rows.count)), np.nan)
    at = rows.years == year if year is not None else np.diff(rows.place, prepend=-1) > 0
    years[rows.place[at]], base[rows.place[at]] = rows.years[at], rows.values[at]
    return years, base
