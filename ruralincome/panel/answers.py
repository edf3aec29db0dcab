"""What is asked of a panel, by the command line and params files with their sweeps, and what is said of its places."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from ruralincome.data import cells
from ruralincome.data.forms import heads
from ruralincome.data.package import nearest_root, read_resource, read_series
from ruralincome.models.forecast import Array
from ruralincome.panel.histories import FURTHEST, Histories, histories
from ruralincome.panel.joint import Count, nearest, reaching, totals
from ruralincome.panel.places import QUANTILES, Basis, Spread, assess_histories, assess_places
from ruralincome.panel.rows import calendar
from ruralincome.reference.reference import ReferenceClass, correlation
from ruralincome.reference.vintages import read_class
from ruralincome.rules import RULES
from ruralincome.scenario.check import contradictions, in_step, lost
from ruralincome.scenario.evidence import as_known, usual
from ruralincome.scenario.file import Scenario, read_scenario
from ruralincome.scenario.keys import Sweep
from ruralincome.scenario.shapes import Move
from ruralincome.series import InputError, Said, Series, Text
from ruralincome.series.prices import same_terms
from ruralincome.target.target import Target

QUESTIONS = 200  # the most of one run: each is a row a place
CHOSEN = 8  # places shown one by one: those nearest to the line
AREAS = (("province",), ("province", "district"), ("district",), ())  # to add places up by: the first two in the table


@dataclass(frozen=True)
class Stated:
    """A params file that holds for a panel (without one, no name), and its target or the command line's. where: who
    states it; units: ways to write the unit of its target or levels, where a place depends on them; levels: whether it
    states levels, so that every place must be in it; root: the project of the file, or the table."""

    name: str
    goal: Target | None
    scenario: Scenario = field(default_factory=Scenario)
    units: tuple[str, ...] = ()
    levels: bool = False
    where: str = "--target"
    root: Path | None = None


@dataclass(frozen=True)
class Asked:
    """One question put to every place: of a params file, or of a cell of its sweep."""

    stated: Stated
    as_of: int
    basis: Basis
    reference: ReferenceClass
    shock: float = 0.0
    cell: bool = False
    title: Text | None = None
    changes: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Everywhere:
    """What a shape may know of all places at once, at current prices: the class, and the series that shapes name."""

    reference: ReferenceClass
    companions: Mapping[str, Series]
    place: None = None


@dataclass(frozen=True)
class Answers:
    """The answers to one question: a row a place (see assess_panel), and the histories they rest on."""

    asked: Asked
    rows: pd.DataFrame
    histories: Histories

    answered = cached_property[int](lambda self: int(self.rows["probability"].notna().sum()))
    refused = cached_property[int](lambda self: int(self.rows["refusal"].notna().sum()))
    """How many places have a probability, and how many are refused."""
    reason = property(lambda self: "" if self.answered else str(self.rows["refusal"].value_counts().index[0]))
    """Why most places were refused; empty where one is answered."""

    @property
    def target(self) -> tuple[float, int] | None:
        """The target and its year where all places have the same."""
        goals = self.rows[["target", "target_year"]].dropna().drop_duplicates().to_numpy()
        return (float(goals[0][0]), int(goals[0][1])) if len(goals) == 1 else None

    @cached_property
    def count(self) -> Count | None:
        """How many places reach their target; None where no place is answered."""
        return reaching(self.rows, self._rho, self.histories.own) if self.answered else None

    def totals(self) -> Mapping[tuple[str, ...], pd.DataFrame]:
        """Tables of areas by the columns that name them; none where no place has both an answer and people."""
        if not (self.answered and "population" in self.rows and bool((self.rows["population"] > 0).any())):
            return {}
        areas, direction = [by for by in AREAS if set(by) <= set(self.rows)][:2], self.asked.basis.direction
        return {by: totals(self.rows, self._rho, by, self.histories.own, direction=direction) for by in areas}

    def nearest(self) -> list[tuple[Series, int, Array]]:
        """The places nearest to the line: history, row, and quantiles (years, 7), rising, up to its target's."""
        return [self._one(i) for i in nearest(self.rows, CHOSEN).index.to_list()] if self.answered else []

    def outlooks(self) -> dict[str, dict[str, int]]:
        """How many places each official rule calls met, on track, behind, moving away."""
        said = {r.code: self.rows[r.code].value_counts().groupby(r.outlooks.get).sum() for r in RULES}
        return {rule: {str(outlook): int(count) for outlook, count in by.items() if count} for rule, by in said.items()}

    def _rho(self, ahead: Array, own: Array) -> Array:
        """Equally likely values of the correlation of places over their years ahead, (values, places), by the first
        class of a pool, that of the country's own places; own: as in `Histories`."""
        by, first = self.asked.basis, next(iter(self.asked.reference.members), self.asked.reference)
        spread = by.inflation.sd if by.inflation else ((by.fitted and by.fitted.inflation) or (0.0, 0.0))[1]
        rhos = np.array(first.rhos or (first.rho,))[:, None]
        within = rhos if self.histories.own is None else correlation(rhos, own)
        return np.asarray(first.correlated(within, np.maximum(ahead, 1.0), spread))

    def _one(self, i: int) -> tuple[Series, int, Array]:
        one, rising = self.histories.of(slice(i, i + 1)), sorted(QUANTILES, key=QUANTILES.__getitem__)
        series = Series(str(self.rows["place"].iloc[i]), tuple(one.years.tolist()), tuple(one.values.tolist()))
        years = np.arange(series.origin + 1.0, one.target_year[0] + 1)
        found = assess_places(replace(self.histories.of(np.full(len(years), i)), target_year=years), self.asked.basis)
        return series, i, np.stack([found[name] for name in rising], axis=1)


def state(
    scenarios: Sequence[Path], target: str | None, units: Callable[[str], Sequence[str]] = lambda _: (), *beside: Path
) -> list[Stated]:
    """The params files and the command line's target, checked before the panel is read. units: further names of a unit
    by its code; beside: the table's folder. Raises InputError for a params file or target that no panel can take."""
    if not scenarios:
        return [Stated("", _target(target, Scenario()) if target else None, root=nearest_root(*beside))]
    names = [path.stem for path in scenarios]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise InputError("panel.file_twice", name=twice)
    return [_stated(path, target, units, nearest_root(path.parent, *beside)) for path in scenarios]


def ask(stated: Stated, latest: int, own_targets: bool) -> list[Asked]:
    """The questions of a params file: its own, then each cell of its sweep. latest: the panel's last year, up to which
    all is known without as_of; own_targets: places' own go with no sweep. Raises InputError for no closed form."""
    scenario = stated.scenario
    if stated.goal is not None and stated.goal.year > latest + FURTHEST:
        raise InputError("panel.year_far", where=stated.where, year=stated.goal.year, most=FURTHEST, latest=latest)
    as_of = scenario.known if scenario.known is not None else latest
    plain = _question(stated, as_of, scenario.reference)
    if (grid := scenario.sweep) is None:
        return [plain]
    if grid.cells > QUESTIONS:
        raise InputError("panel.cells", scenario=stated.name, most=QUESTIONS, cells=grid.cells)
    if grid.target is not None and own_targets:
        raise InputError("panel.targets_twice", scenario=stated.name)
    return [plain, *_cells(stated, as_of, grid)]


def answer_panel(frame: pd.DataFrame | Callable[[], pd.DataFrame], asked: Asked, spread: Spread = map) -> Answers:
    """The answers for a table of places, or what gives it up. Raises InputError where the question fits no place."""
    table, units = frame if callable(frame) else lambda: frame, asked.stated.units
    places, rows = histories(table(), asked.basis.target, asked.as_of, units, asked.stated.levels)
    found = Answers(asked, assess_histories(places, rows, asked.basis, spread), rows)
    refusal = found.rows["refusal"]
    if not found.answered and (refusal == "no_closed_form").any() and not asked.cell:
        i, step = next((i, step) for i, step in enumerate(asked.stated.scenario.adjustments) if not step.sets_path)
        raise InputError("panel.one_year_only", scenario=asked.stated.name, i=i, kind=step.kind)
    if (refusal == "unit_not_the_targets").all():
        name = where if (where := asked.stated.where).startswith("--standard") else asked.stated.name
        raise InputError("panel.unit", scenario=name, unit=found.rows["unit"].iloc[0], stated=units[0] if units else "")
    return found


def latest_year(frame: pd.DataFrame) -> int:
    """The last year of a table with a value. Raises InputError where no row has a year."""
    years, valued = calendar(frame["year"]), cells.read_numbers(frame["value"])[0] > 0
    if not years.any():
        raise InputError("panel.no_year")
    return int(years[valued].max(initial=0)) or int(years.max())


def _question(stated: Stated, as_of: int, name: str) -> Asked:
    """What a params file asks under a class of that name. Raises InputError without a closed form, or as `check`."""
    scenario, root, goal = stated.scenario, stated.root, stated.goal
    fitted = read_class(name, as_of, root=root, hindsight=scenario.hindsight)
    inflation = usual(fitted, "nominal", as_of, root, scenario.terms)
    named = {one for step in scenario.adjustments for _, one, of_rates in step.needs() if not of_rates}
    when, reference = scenario.as_of or as_of, fitted.into("nominal", inflation)
    known = Everywhere(reference, {one: as_known(read_series(one, root), when).joined for one in sorted(named)})

    def moves(by: ReferenceClass) -> tuple[Move, ...]:
        """What the adjustments are for places of a class."""
        here, found = replace(known, reference=by), list[Move]()
        for i, step in enumerate(scenario.adjustments):
            if isinstance(one := step.closed(here), InputError):
                raise InputError("data.at", where=stated.name, fault=in_step(i, step, one))
            found.append(one)
        return tuple(found)

    moves(reference)
    for one in known.companions.values():
        same_terms(one, replace(one, name="panel", prices="nominal", price_year=None))
    years = [] if goal is None else [(as_of, goal.year)]
    for fault in (f for each in years for f in (*contradictions(scenario, *each), *lost(scenario, known, *each))):
        raise InputError("data.at", where=stated.name, fault=fault)
    levels = tuple((value, change) for step in scenario.adjustments for _, value, change in step.levels())
    basis = Basis(scenario.models[0], fitted, goal, inflation=inflation, moves=moves, levels=levels)
    changes = tuple(step.said(known) for step in scenario.adjustments)
    title = Text(stated.name, stated.name) if stated.name else None
    if "title" in scenario.model_fields_set:  # the default is that of the baseline
        title = Text(scenario.title.vi, scenario.title.en)
    return Asked(stated, as_of, basis, reference, title=title, changes=changes)


def _cells(stated: Stated, as_of: int, grid: Sweep) -> Iterator[Asked]:
    """A question for each cell; a shock hits the years stated, or each place's first year ahead."""
    on, goal = tuple(grid.years or ()), stated.goal
    for name in grid.references or [stated.scenario.reference]:
        plain = _question(stated, as_of, name)
        for points, value in product(grid.shock.numbers, grid.target.numbers if grid.target else [None]):
            hit = (Move("add", (points / 100,), on=on),) if points else ()
            line = goal if value is None or goal is None else replace(goal, value=value)
            yield replace(plain, basis=replace(plain.basis, target=line, hit=hit), shock=points, cell=True)


def _stated(path: Path, words: str | None, units: Callable[[str], Sequence[str]], root: Path | None) -> Stated:
    scenario = read_scenario(path)
    if scenario.terms is not None and (scenario.terms.prices == "real" or scenario.terms.year is not None):
        raise InputError("panel.terms", file=path.name)
    if scenario.target.prices is not None:
        raise InputError("panel.target_prices", file=path.name)
    levels = any(step.levels() for step in scenario.adjustments)
    ways: tuple[str, ...] = ()
    if levels or words is None or (scenario.sweep is not None and scenario.sweep.target is not None):
        with suppress(InputError):  # without a data package at hand
            unit = read_resource(scenario.series, root).descriptor.unit
            ways = unit, heads.unit(unit), *units(unit)
    where = f"{path.stem}: target.year" if words is None else "--target"
    return Stated(path.stem, _target(words, scenario), scenario, ways, levels, where, root)


def _target(words: str | None, scenario: Scenario) -> Target:
    """The target of the command line, else the scenario's; its baseline and direction hold for either."""
    spec = scenario.target
    value, year = (spec.value, spec.year) if words is None else cells.goal(words)
    return Target(value, year, spec.base_year, spec.direction)
