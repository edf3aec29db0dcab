"""What is asked of a panel: target, class and moves, from the command line and from params files with their sweeps."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

from ruralincome.data.cells import goal as stated_goal
from ruralincome.data.package import nearest_root, read_resource, read_series
from ruralincome.panel.histories import FURTHEST
from ruralincome.panel.places import Basis
from ruralincome.reference.reference import ReferenceClass
from ruralincome.reference.vintages import read_class
from ruralincome.scenario.evidence import usual
from ruralincome.scenario.file import Scenario, read_scenario
from ruralincome.scenario.keys import Sweep
from ruralincome.scenario.shapes import Move
from ruralincome.series import InputError, Said, Series, Text
from ruralincome.target.target import Target

QUESTIONS = 200
"""The most questions of one run: each is a row a place."""


@dataclass(frozen=True)
class Stated:
    """A params file that holds for a panel, and its target or that of the command line; without a file, no name.

    units: ways to write the unit in which the file states its target or its levels, where a place depends on them;
    levels: whether adjustments state levels, so that every place must be in that unit; year_of_file: whether the
    target's year is that of the file, not of the command line; root: the project of the params file, or of the table.
    """

    name: str
    goal: Target | None
    scenario: Scenario = field(default_factory=Scenario)
    units: tuple[str, ...] = ()
    levels: bool = False
    year_of_file: bool = False
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
    """What a shape may know of all places at once: the class in current prices, and the series that shapes name."""

    reference: ReferenceClass
    companions: Mapping[str, Series]
    place: None = None


def state(
    scenarios: Sequence[Path], target: str | None, units: Callable[[str], Sequence[str]] = lambda _: (), *beside: Path
) -> list[Stated]:
    """The params files and the command line's target, checked as far as can be before the panel is read.

    units: the names of a unit, by its code, under which a table may state it beside the code itself.
    beside: the table's folder. Raises InputError for a params file or a target that a panel cannot take.
    """
    if not scenarios:
        return [Stated("", _target(target, Scenario()) if target else None, root=nearest_root(*beside))]
    names = [path.stem for path in scenarios]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise InputError("panel.file_twice", name=twice)
    return [_stated(path, target, units, nearest_root(path.parent, *beside)) for path in scenarios]


def ask(stated: Stated, latest: int, own_targets: bool) -> list[Asked]:
    """The questions of one params file: its own first, then each cell of its sweep.

    latest: the panel's last year, up to which all is known unless the file says as_of; own_targets: whether places
    state targets, for which a sweep over targets has no meaning. Raises InputError naming what has no closed form.
    """
    scenario = stated.scenario
    if stated.goal is not None and stated.goal.year > latest + FURTHEST:
        where = f"{stated.name}: target.year" if stated.year_of_file else "--target"
        raise InputError("panel.year_far", where=where, year=stated.goal.year, most=FURTHEST, latest=latest)
    as_of = scenario.known if scenario.known is not None else latest
    plain = _question(stated, as_of, scenario.reference)
    grid = scenario.sweep
    if grid is None:
        return [plain]
    if grid.cells > QUESTIONS:
        raise InputError("panel.cells", scenario=stated.name, most=QUESTIONS, cells=grid.cells)
    if grid.target is not None and own_targets:
        raise InputError("panel.targets_twice", scenario=stated.name)
    return [plain, *_cells(stated, as_of, grid)]


def _question(stated: Stated, as_of: int, name: str) -> Asked:
    """What a params file asks under a class of that name. Raises InputError for what has no closed form."""
    scenario, root = stated.scenario, stated.root
    fitted = read_class(name, as_of, root=root, hindsight=scenario.hindsight)
    inflation = usual(fitted, "nominal", as_of, root, scenario.terms)
    reference = fitted.into("nominal", inflation)
    named = {one for step in scenario.adjustments for _, one, of_rates in step.needs() if not of_rates}
    known = Everywhere(reference, {one: read_series(one, root) for one in sorted(named)})

    def moves(by: ReferenceClass) -> tuple[Move, ...]:
        """What the adjustments are for places of a class."""
        found = [step.closed(replace(known, reference=by)) for step in scenario.adjustments]
        for i, (step, fault) in enumerate(zip(scenario.adjustments, found, strict=True)):
            if isinstance(fault, InputError):
                why = InputError("shape.step", i=i, kind=step.kind, fault=fault)
                raise InputError("schema.at", where=stated.name, fault=why)
        return tuple(move for move in found if isinstance(move, Move))

    by_class = any(getattr(step, name, None) for step in scenario.adjustments for name in ("best", "quantile"))
    basis = Basis(
        scenario.models[0], fitted, stated.goal, inflation=inflation, moves=moves(reference),
        paced=moves if by_class else None,
    )  # fmt: skip
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
            basis = replace(plain.basis, target=line, moves=(*plain.basis.moves, *hit))
            yield replace(plain, basis=basis, shock=points, cell=True)


def _stated(path: Path, words: str | None, units: Callable[[str], Sequence[str]], root: Path | None) -> Stated:
    scenario = read_scenario(path)
    if scenario.terms is not None and (scenario.terms.prices == "real" or scenario.terms.year is not None):
        raise InputError("panel.terms", file=path.name)
    if scenario.target.prices is not None:
        raise InputError("panel.target_prices", file=path.name)
    levels = any(step.levels() for step in scenario.adjustments)
    goals = words is None or (scenario.sweep is not None and scenario.sweep.target is not None)
    ways: tuple[str, ...] = ()
    if levels or goals:
        with suppress(InputError):  # without a data package at hand
            unit = read_resource(scenario.series, root).descriptor.unit
            ways = unit, *units(unit)
    return Stated(path.stem, _target(words, scenario), scenario, ways, levels, words is None, root)


def _target(words: str | None, scenario: Scenario) -> Target:
    """The target of the command line, else the scenario's; its baseline and direction hold for either."""
    spec = scenario.target
    value, year = (spec.value, spec.year) if words is None else stated_goal(words)
    return Target(value, year, spec.base_year, spec.direction)
