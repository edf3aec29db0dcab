"""A table made ready for its question: targets from a standard, and what to do with places that were redrawn."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from ruralincome.panel.ask import Asked
from ruralincome.panel.redrawn import Ready, last_asked, redrawn, with_faults
from ruralincome.panel.rows import told
from ruralincome.places.across import Rule, ends
from ruralincome.places.standard import Standard, read_standard
from ruralincome.places.tables import VIETNAM_FIRST, read_boundaries, vietnam, vietnam_people
from ruralincome.series import Fact, InputError, Said, Shown, Text


@dataclass(frozen=True)
class Order:
    """What a user states of places. rule: for a redrawing; unless stated, places that were redrawn are refused, and
    names that no place bears are left alone. table: folder of a country's own table; standard: a name or a file; by:
    the year of its lines."""

    rule: Rule | None = None
    table: Path | None = None
    standard: str = ""
    by: int | None = None

    @cached_property
    def lines(self) -> Standard | None:
        """The standard, read. Raises InputError."""
        return read_standard(self.standard) if self.standard else None

    def target(self, stated: str | None) -> str | None:
        """VALUE@YEAR of the command line, or of the standard. Raises InputError for both, and for a year without."""
        if self.lines is None:
            if self.by is not None:
                raise InputError("places.by_alone", by=self.by)
            return stated
        if stated is not None:
            raise InputError("places.two_targets", target=stated, standard=self.standard)
        group = self.lines.groups[0].name.vi
        year = self.by or self.lines.last
        return f"{self.lines.threshold(group, year):f}@{year}"


def held(frame: pd.DataFrame, order: Order) -> pd.DataFrame:
    """The table with the lines of the order's standard as targets, by the column group, over targets of its own.

    A place of a group that the standard does not know is refused in its row. Raises InputError for a table without
    groups, and for a year in which the standard does not hold or states no line.
    """
    if (standard := order.lines) is None:
        return frame
    year, groups = order.by or standard.last, tuple(group.name.vi for group in standard.groups)
    if "group" not in frame:
        raise InputError("places.no_group", decision=standard.decision, groups=groups)
    codes, names = pd.factorize(frame["group"])
    lines = np.full(len(names) + 1, np.nan)  # a cell that is empty is the last
    for i, name in enumerate(names):
        try:
            lines[i] = standard.threshold(str(name), year)
        except InputError as fault:
            if fault.code != "places.standard_group":
                raise
    if not np.isfinite(lines).any():
        standard.threshold(groups[0], year)
    faults = np.where(np.isnan(lines[codes]), "group_unknown", "")
    return with_faults(frame.assign(target=lines[codes], target_year=year), faults.tolist())


def ready(frame: pd.DataFrame, order: Order, asked: Sequence[Asked]) -> Ready:
    """The table of places that can be asked; without an order, one whose targets lie before every day is as it was.

    Raises InputError where the params files state several rules and the command line none.
    """
    scenarios = [one.stated.scenario for one in asked]
    stated = tuple(dict.fromkeys(one.redrawn for one in scenarios if "redrawn" in one.model_fields_set))
    if order.rule is None and len(stated) > 1:
        raise InputError("places.several_rules", rules=stated)
    order = replace(order, rule=order.rule or next(iter(stated), None))
    years = [goal.year for one in asked if (goal := one.basis.target) is not None]
    last = last_asked(frame, max(years, default=0))
    if order.rule is None and order.table is None and ends(last) < VIETNAM_FIRST:
        return Ready(frame)
    finder, people = (read_boundaries(order.table), {}) if order.table else (vietnam(), vietnam_people())
    rule, until, strict = order.rule or "refuse", max(years, default=last), order.rule is not None
    return replace(redrawn(frame, finder, rule, until, strict, people), restated="territory" in frame)


def notes(order: Order, found: Ready, asked: Asked) -> tuple[Said, ...]:
    """What a page says of places: the standard, and the rule; and of the inflation that the class was given."""
    said = [*told(found.frame)]
    if (lines := order.lines) is not None:
        name = Text(lines.name.vi, lines.name.en)
        facts = dict[str, Fact](name=name, decision=lines.decision, year=order.by or lines.last)
        said.append(Said("panel.standard", facts))
    said += [Said(f"panel.redrawn.{found.rule}")] if found.rule is not None else []
    said += [Said("panel.redrawn.territory")] if found.restated else []
    said += [Said("panel.redrawn.fixed", {"years": found.fixed})] if found.fixed else []
    by = asked.basis
    if by.fitted is not None and (by.inflation or by.fitted.inflation) and by.fitted != asked.reference:
        mean, spread = (by.inflation.mean, by.inflation.sd) if by.inflation else by.fitted.inflation or (0.0, 0.0)
        whose = "own" if by.inflation is None else "known" if asked.stated.scenario.terms is None else "terms"
        facts = {"mean": Shown(math.expm1(mean), "percent", 2), "spread": Shown(math.expm1(spread), "percent", 1)}
        said.append(Said(f"panel.inflation.{whose}", {**facts, "year": asked.as_of}))
    return tuple(said)
