"""Answers: what is said of every place of a table, and of the places together, under one question."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ruralincome.data import cells
from ruralincome.models.forecast import Array
from ruralincome.panel.ask import Asked
from ruralincome.panel.histories import Histories, histories
from ruralincome.panel.joint import Count, nearest, reaching, totals
from ruralincome.panel.places import QUANTILES, Spread, assess_histories, assess_places
from ruralincome.panel.rows import calendar
from ruralincome.reference.reference import correlation
from ruralincome.rules import RULES
from ruralincome.series import InputError, Series

CHOSEN = 8
"""Places shown one by one: those nearest to the line."""
AREAS = (("province",), ("province", "district"), ("district",), ())
"""Columns that name areas to add places up by: the first two that the table has."""


@dataclass(frozen=True)
class Answers:
    """The answers to one question: a row a place (see assess_panel), and the histories they rest on."""

    asked: Asked
    rows: pd.DataFrame
    histories: Histories

    @property
    def answered(self) -> int:
        """How many places have a probability."""
        return int(self.rows["probability"].notna().sum())

    @property
    def refused(self) -> int:
        """How many places are refused."""
        return int(self.rows["refusal"].notna().sum())

    @property
    def reason(self) -> str:
        """Why most places were refused; empty where one is answered."""
        return "" if self.answered else str(self.rows["refusal"].value_counts().index[0])

    @property
    def target(self) -> tuple[float, int] | None:
        """The target and its year where all places have the same."""
        goals = self.rows[["target", "target_year"]].dropna().drop_duplicates()
        return (float(goals["target"].iloc[0]), int(goals["target_year"].iloc[0])) if len(goals) == 1 else None

    @cached_property
    def count(self) -> Count | None:
        """How many places reach their target; None where no place is answered."""
        return reaching(self.rows, self._rho, self.histories.own) if self.answered else None

    def totals(self) -> Mapping[tuple[str, ...], pd.DataFrame]:
        """Tables of areas by the columns that name them; none where no place has both an answer and people."""
        if not (self.answered and "population" in self.rows and bool((self.rows["population"] > 0).any())):
            return {}
        areas = [by for by in AREAS if set(by) <= set(self.rows)][:2]
        direction = self.asked.basis.direction
        return {by: totals(self.rows, self._rho, by, self.histories.own, direction=direction) for by in areas}

    def nearest(self) -> list[tuple[Series, int, Array]]:
        """The places nearest to the line: history, row, and quantiles (years, 7), rising, up to its target's."""
        return [self._one(i) for i in nearest(self.rows, CHOSEN).index.to_list()] if self.answered else []

    def outlooks(self) -> dict[str, dict[str, int]]:
        """How many places each official rule calls met, on track, behind, moving away."""
        said = {r.code: self.rows[r.code].dropna().astype(str).map(r.outlooks).value_counts() for r in RULES}
        return {rule: {str(outlook): int(count) for outlook, count in by.items()} for rule, by in said.items()}

    def _rho(self, ahead: Array, own: Array) -> Array:
        """Equally likely values of the correlation of places over their years ahead, (values, places).

        By the first class of a pool, that of the country's own places; own: 1, or of places that are means of several
        their sums of squared shares.
        """
        used, by = self.asked.reference, self.asked.basis
        first = used.members[0] if used.members else used
        spread = by.inflation.sd if by.inflation else ((by.fitted and by.fitted.inflation) or (0.0, 0.0))[1]
        rhos = np.array(first.rhos or (first.rho,))[:, None]
        within = rhos if self.histories.own is None else correlation(rhos, own)
        return np.asarray(first.correlated(within, np.maximum(ahead, 1.0), spread))

    def _one(self, i: int) -> tuple[Series, int, Array]:
        one, rising = self.histories.part(i, i + 1), sorted(QUANTILES, key=QUANTILES.__getitem__)
        series = Series(str(self.rows["place"].iloc[i]), tuple(one.years.tolist()), tuple(one.values.tolist()))
        years = range(series.origin + 1, int(one.target_year[0]) + 1)
        by = self.asked.basis
        parts = [assess_places(replace(one, target_year=np.array([float(year)])), by) for year in years]
        return series, i, np.array([[float(part[name][0]) for name in rising] for part in parts])


def answer_panel(frame: pd.DataFrame, asked: Asked, spread: Spread = map) -> Answers:
    """The answers for a table of places. Raises InputError where the question fits no place at all."""
    places, rows = histories(frame, asked.basis.target, asked.as_of, asked.stated.units, asked.stated.levels)
    found = Answers(asked, assess_histories(places, rows, asked.basis, spread), rows)
    if not found.answered:
        _fits_someone(found)
    return found


def latest_year(frame: pd.DataFrame) -> int:
    """The last year of a table with a value. Raises InputError where no row has a year."""
    years, valued = calendar(frame["year"]), cells.numbers(frame["value"])[0] > 0
    if not years.any():
        raise InputError("panel.no_year")
    return int(years[valued].max(initial=0)) or int(years.max())


def _fits_someone(found: Answers) -> None:
    """Raise InputError where the question, not the places, is why none is answered."""
    asked, refusal = found.asked, found.rows["refusal"]
    if (refusal == "no_closed_form").any() and not asked.cell:
        i, step = next((i, step) for i, step in enumerate(asked.stated.scenario.adjustments) if not step.sets_path)
        raise InputError("panel.one_year_only", scenario=asked.stated.name, i=i, kind=step.kind)
    if (refusal == "unit_not_the_targets").all():
        units = asked.stated.units
        facts = {"unit": found.rows["unit"].iloc[0], "stated": units[0] if units else ""}
        raise InputError("panel.unit", scenario=asked.stated.name, **facts)
