"""Check: every fault of params files at once, before anything runs."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

from ruralincome.data.package import find_root, nearest_root, read_series
from ruralincome.scenario.evidence import Evidence, as_known, class_of_question, gather, of_kind
from ruralincome.scenario.file import Scenario, label, read_scenario
from ruralincome.scenario.shapes import Known, Shape
from ruralincome.series import Faults, InputError, Series

FACTOR = 1000  # how many times the last observation a level may be, or one part in as many: beyond, a unit is wrong
RESERVED = ("index.html", "manifest.json", "manifest.jsonl", "methods", "targets", "compare")  # what a batch writes
LOST = -90.0  # points of growth in a year, all adjustments together, beyond which hardly any income is left
TRIAL, FURTHER = 512, 1.1  # draws of a trial, and by how much it goes further, so that what passes never fails later


def check(paths: Sequence[Path], root: Path | None = None) -> list[InputError]:
    """All faults, each naming file, key, value and remedy. root: of each file that which it lies in unless stated."""
    found: list[InputError] = []
    for path in paths:
        try:
            scenario = read_scenario(path)
            if path.stem in RESERVED or not re.fullmatch(r"[\w-][\w.-]*", path.stem):
                found.append(_at(label(path), InputError("check.no_folder", name=path.stem)))
            with naming(path):
                examined(scenario, root or nearest_root(path.parent) or find_root())
        except InputError as fault:
            found += fault.faults
    return found


@contextmanager
def naming(path: Path | None) -> Iterator[None]:
    """Faults found here under the name of the params file that they are of."""
    try:
        yield
    except Faults as several:
        raise Faults([_at(label(path), fault) if path else fault for fault in several.faults]) from None


def examined(scenario: Scenario, root: Path, own: Series | None = None) -> Evidence:
    """What a scenario rests on, once nothing is wrong; own: the series, where no table holds it. Raises all Faults."""
    found: list[InputError] = []
    try:
        full = own or read_series(scenario.series, root)
        origin = as_known(full, scenario.as_of).origin
    except InputError as fault:
        raise Faults([_at("series", fault)]) from None
    if origin < scenario.target.year:
        found += [*_outside(scenario, origin), *contradictions(scenario, origin, scenario.target.year)]
    known: Evidence | None = None
    try:
        known = gather(scenario, root, own, full)
    except InputError as fault:
        found += fault.faults
        if scenario.terms is not None:  # what has nothing to do with prices can be told all the same
            with suppress(InputError):
                known = gather(scenario.model_copy(update={"terms": None}), root, own, full)
    if known is not None:
        found += [*_far(scenario, known), *_unserved(scenario, known, root)]
        if not found:  # years and names are right, so that the numbers can be tried
            found += lost(scenario, known, known.series.origin, known.spec.year)
        if not found:
            found += _sunk(scenario, known, root)
    if found or known is None:
        raise Faults([*{str(fault): fault for fault in found}.values()])
    return known


def out_of_proportion(value: Any, last: Any, change: bool = False) -> Any:
    """Whether a level, or the change of one, is so far from the last observation that a unit is wrong; also arrays."""
    return (abs(value) > FACTOR * last) | (FACTOR * abs(value) < (0.0 if change else last))


def _at(where: str, fault: InputError) -> InputError:
    return InputError("data.at", where=where, fault=fault)


def in_step(i: int, step: Shape, fault: InputError) -> InputError:
    """A fault under the adjustment that it is of."""
    return InputError("shape.step", i=i, kind=step.kind, fault=fault)


def _outside(scenario: Scenario, origin: int) -> Iterator[InputError]:
    """Years that are observed already or lie after the target year."""
    last, steps = scenario.target.year, enumerate(scenario.adjustments)
    stated = [(f"adjustments[{i}].{key}", year) for i, step in steps for key, year in step.stated_years()]
    if scenario.sweep and scenario.sweep.years:
        stated += [("sweep.years", year) for year in scenario.sweep.years]
    remedy = InputError("check.one_year" if last == origin + 1 else "check.years", first=origin + 1, last=last)
    for where, year in stated:
        if not origin < year <= last:
            code = "check.after_the_target" if year > last else "check.observed"
            yield _at(where, InputError(code, year=year, last=last, origin=origin, remedy=remedy))


def contradictions(scenario: Scenario, origin: int, end: int) -> Iterator[InputError]:
    """Adjustments of the years from `origin` to `end` that undo each other."""
    steps = scenario.adjustments
    for (i, one), (j, other) in combinations(enumerate(steps), 2):
        both = sorted({*one.acts(origin, end)} & {*other.acts(origin, end)})
        if one == other:
            code = "check.same"
        elif not both or not other.sets_path or (other.goes_back and not one.sets_path):
            continue
        else:
            code = "check.set_already" if one.sets_path else "check.undone"
        when = "-".join(map(str, dict.fromkeys((*both[:1], *both[-1:]))))
        yield in_step(j, other, InputError(code, i=i, kind=one.kind, when=when))
    if steps and steps[0].goes_back:
        yield in_step(0, steps[0], InputError("check.nothing_before"))


def _unserved(scenario: Scenario, evidence: Evidence, root: Path) -> Iterator[InputError]:
    """Adjustments and sweeps that the evidence cannot serve."""
    served = []
    for i, step in enumerate(scenario.adjustments):
        try:
            step.serve(evidence)
            served.append(step)
        except InputError as fault:
            yield in_step(i, step, fault)
    for name in scenario.swept:
        try:
            other = replace(evidence, reference=class_of_question(name, evidence, root, scenario.hindsight))
            of_kind(other.reference, other.series.kind)
            for step in served:
                step.serve(other)
        except InputError as fault:
            yield _at("sweep.references", fault)


def lost(scenario: Scenario, known: Known, origin: int, end: int) -> Iterator[InputError]:
    """Years, of those from `origin` to `end`, in which adjustments and sweep together leave hardly any income."""
    taken, sets = defaultdict[int, list[tuple[str, float]]](list), dict[int, float]()
    for i, step in enumerate(scenario.adjustments):
        if step.sets_path:
            sets |= step.expected(known, origin, end)
        else:
            for year, points in step.expected(known, origin, end).items():
                taken[year].append((f"adjustments[{i}]", points))
    if scenario.sweep:
        for year in scenario.sweep.years or [origin + 1]:
            taken[year].append(("sweep.shock.first", scenario.sweep.shock.first))
    for year, shares in taken.items():
        down = [(key, points) for key, points in shares if points < 0]
        if sets.get(year, 0.0) + (total := sum(points for _, points in down)) <= LOST:
            yield InputError("check.lost", where=tuple(key for key, _ in down), points=-total, year=year)


def _far(scenario: Scenario, evidence: Evidence) -> Iterator[InputError]:
    """Levels that are out of all proportion to the series."""
    last, limit, goal = evidence.published.last, evidence.published.limit, scenario.target.value
    stated = [("target.value", goal, False)]
    for i, step in enumerate(scenario.adjustments):
        stated += [(f"adjustments[{i}].{key}", value, change) for key, value, change in step.levels()]
    if scenario.sweep and (grid := scenario.sweep.target):
        stated += [("sweep.target.first", grid.first, False), ("sweep.target.last", grid.last, False)]
    if goal > limit:
        yield _at("target.value", InputError("target.past_limit", value=goal, limit=limit))
    for where, value, change in stated:
        if out_of_proportion(value, last, change):
            facts = {"value": abs(value), "factor": FACTOR, "last": last, "unit": evidence.published.unit}
            yield _at(where, InputError("check.too_much" if abs(value) > last else "check.too_little", **facts))


def _sunk(scenario: Scenario, evidence: Evidence, root: Path) -> Iterator[InputError]:
    """What leads below nothing when a few draws of every model and swept class are put through it."""
    further = [step.further(FURTHER) for step in scenario.adjustments]
    if not any(further):
        return
    from ruralincome.models.forecast import Refusal  # here: `check` starts without them
    from ruralincome.scenario.conditional import lead, stated

    steps = [more or step for more, step in zip(further, scenario.adjustments, strict=True)]
    asked = stated(scenario, evidence, TRIAL)
    for name in scenario.swept:
        with suppress(InputError):
            swept = class_of_question(name, evidence, root, scenario.hindsight)
            asked.append(lead(replace(evidence, reference=swept), scenario.seed, TRIAL))
    for one in (one for one in asked if not isinstance(one.fit, Refusal)):
        try:
            one.drawn(steps)
        except InputError as fault:
            yield fault
            return
