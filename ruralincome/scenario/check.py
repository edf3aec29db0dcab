"""Check: every fault of params files at once, before anything runs."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations
from pathlib import Path

from ruralincome.data.package import find_root, read_rates, read_series
from ruralincome.reference.vintages import class_names, read_class
from ruralincome.scenario.elasticity import coefficients, step_means
from ruralincome.scenario.evidence import Evidence, basis, gather, pace_rate
from ruralincome.scenario.file import Faults, Scenario, label, read_scenario
from ruralincome.scenario.keys import Adjustment, Dip, Elasticity, Halt, Linear, Pace, PathTo, Percent, Return, Shock
from ruralincome.series import InputError, Series

ADDING = (Shock, Dip, Elasticity)
"""Adjustments that add points to growth; every other kind sets the path of the median."""

FACTOR = 1000
"""How many times the last observation a level may be, or one part in as many: beyond, a unit is wrong."""

RESERVED = ("index.html", "manifest.json")
"""Names of what a batch writes beside the folders of results."""

MOST = 50.0
"""The most points that one adjustment may add to growth or take from it, stated or estimated."""

LOST = -90.0
"""Points of growth in a year, all adjustments together, beyond which hardly any income is left."""

TRIAL, FURTHER = 512, 1.1
"""Draws of a trial, whose median is that of the full forecast to a few parts in a hundred; a linear change is tried so
much further, so that what passes here never fails later."""


def check(paths: Sequence[Path], root: Path | None = None) -> list[str]:
    """One line a fault, naming file, key, value and remedy; empty where all is well."""
    lines: list[str] = []
    for path in paths:
        try:
            scenario = read_scenario(path)
            if path.stem in RESERVED or not re.fullmatch(r"[\w-][\w.-]*", path.stem):
                remedy = "cannot be a folder of results; rename the file, as in baseline.yaml"
                lines.append(f"{label(path)}: '{path.stem}' {remedy}")
            lines += [f"{label(path)}: {fault}" for fault in faults(scenario, root or find_root())]
        except Faults as found:
            lines += found.lines
        except InputError as fault:
            lines.append(str(fault))
    return lines


def faults(scenario: Scenario, root: Path) -> list[str]:
    """What of a valid scenario cannot be carried out with the data there are, one line each."""
    return _examined(scenario, root)[0]


def examined(scenario: Scenario, root: Path) -> Evidence:
    """What a scenario rests on, once nothing is wrong with it. Raises Faults."""
    found, evidence = _examined(scenario, root)
    if found or evidence is None:
        raise Faults(found)
    return evidence


def _examined(scenario: Scenario, root: Path) -> tuple[list[str], Evidence | None]:
    """The faults of a scenario, and what it rests on as far as that can be read."""
    found: list[str] = []
    try:
        origin = read_series(scenario.series, root).until(scenario.as_of or 9999).origin
    except InputError as fault:
        return [f"series: {fault}"], None
    if origin < scenario.target.year:
        found += [*_outside(scenario, origin), *_contradictions(scenario, origin)]
    evidence, unread = _gathered(scenario, root)
    found += unread
    if evidence is None and scenario.terms is not None:  # what has nothing to do with prices can be told all the same
        evidence, _ = _gathered(scenario.model_copy(update={"terms": None}), root)
    if evidence is not None:
        found += [*_far(scenario, evidence), *_unserved(scenario, evidence, root)]
        if not found:  # years and names are right, so that the numbers can be tried
            found += _lost(scenario, evidence)
        if not found and any(isinstance(step, Linear) and step.amount < 0 for step in scenario.adjustments):
            found += _sunk(scenario, evidence, root)
    return list(dict.fromkeys(found)), evidence


def _outside(scenario: Scenario, origin: int) -> Iterator[str]:
    """Years that are observed already or lie after the target year."""
    last = scenario.target.year
    stated: list[tuple[str, int]] = []
    for i, step in enumerate(scenario.adjustments):
        where = f"adjustments[{i}]"
        if isinstance(step, Shock | Elasticity):
            stated += [(f"{where}.years", year) for year in step.years]
        elif isinstance(step, Dip):
            stated.append((f"{where}.year", step.year))
        else:
            years = (("first_year", step.first_year), ("last_year", step.last_year))
            stated += [(f"{where}.{key}", year) for key, year in years if year is not None]
    if scenario.sweep and scenario.sweep.years:
        stated += [("sweep.years", year) for year in scenario.sweep.years]
    remedy = f"state a year from {origin + 1} to {last}" if last > origin + 1 else f"state {last}"
    for key, year in stated:
        if year > last:
            yield f"{key}: {year} is after the target year {last}; {remedy}"
        elif year <= origin:
            yield f"{key}: {year} is observed already (up to {origin}); {remedy}"


def _contradictions(scenario: Scenario, origin: int) -> Iterator[str]:
    """Adjustments that undo each other."""
    steps = scenario.adjustments
    for (i, one), (j, other) in combinations(enumerate(steps), 2):
        pair = f"adjustments[{j}] ({other.kind})", f"adjustments[{i}] ({one.kind})"
        if one == other:
            yield f"{pair[0]}: is the same as {pair[1]}; take one of them out"
            continue
        both = sorted(_years(one, origin, scenario.target.year) & _years(other, origin, scenario.target.year))
        if not both or isinstance(other, ADDING):
            continue
        when = f"{both[0]}" if len(both) == 1 else f"{both[0]}-{both[-1]}"
        if not isinstance(one, ADDING):
            yield f"{pair[0]}: sets growth in {when}, which {pair[1]} sets already; take one out or divide the years"
        elif not isinstance(other, Return):
            yield f"{pair[0]}: would undo {pair[1]} in {when}; put it before, or divide the years"
    if steps and isinstance(steps[0], Return):
        yield "adjustments[0] (return): nothing stands before it to return from; put it last"


def _years(step: Adjustment, origin: int, end: int) -> set[int]:
    if isinstance(step, Shock | Elasticity):
        return set(step.years)
    if isinstance(step, Dip):  # with the years of its recovery, which another path would undo
        usual = {"fast": 1, "delayed": 3, "never": 0}[step.recovery]
        return set(range(step.year, min(step.recovery_year or step.year + usual, end) + 1))
    last = step.last_year if step.last_year is not None else end
    default = last if isinstance(step, Return) else origin + 1
    first = step.first_year if step.first_year is not None else default
    shares = getattr(step, "keep", None)
    if isinstance(shares, list):
        last = min(first + len(shares) - 1, end)
    return set(range(first, last + 1))


def _pieces(scenario: Scenario, root: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """Key, and how to read what it names, for all that is read on its own."""
    as_of = scenario.as_of or read_series(scenario.series, root).origin
    published = read_series(scenario.series, root).until(as_of)
    if scenario.target.base_year is not None:
        yield "target.base_year", partial(published.value, scenario.target.base_year)
    yield "reference", partial(read_class, scenario.reference, as_of, root=root, hindsight=scenario.hindsight)
    if scenario.terms:
        yield "terms.deflator", partial(read_rates, scenario.terms.deflator, root)
    for i, step in enumerate(scenario.adjustments):
        if isinstance(step, Pace) and step.series:
            yield f"adjustments[{i}].series", partial(_known, step.series, as_of, root)
        elif isinstance(step, Elasticity):
            yield f"adjustments[{i}].of", partial(_known, step.of, as_of, root)
            for driver in step.drivers:
                yield f"adjustments[{i}].drivers", partial(read_rates, driver.series, root)


def _known(name: str, as_of: int, root: Path) -> Series:
    return read_series(name, root).until(as_of)


def _fault(read: Callable[[], object]) -> InputError | None:
    try:
        read()
    except InputError as fault:
        return fault
    return None


def _gathered(scenario: Scenario, root: Path) -> tuple[Evidence | None, list[str]]:
    """What the scenario rests on, or what of it cannot be read, does not cover the years or mixes bases of prices."""
    pieces = [f"{key}: {fault}" for key, read in _pieces(scenario, root) if (fault := _fault(read)) is not None]
    if pieces:
        return None, pieces
    try:
        return gather(scenario, root), []
    except InputError as fault:
        return None, [str(fault)]


def _unserved(scenario: Scenario, evidence: Evidence, root: Path) -> Iterator[str]:
    """Adjustments and sweeps that the evidence cannot serve."""
    for i, step in enumerate(scenario.adjustments):
        try:
            if isinstance(step, Pace):
                pace_rate(step, evidence)
            elif isinstance(step, Percent) and step.base_year is not None:
                evidence.series.value(step.base_year)
            elif isinstance(step, Linear) and evidence.factors:
                raise InputError(
                    f"amount {step.amount:g} is stated in the target's prices and the question is asked in others, "
                    "where it is not the same every year; state target.prices as terms.prices, or a path"
                )
            elif isinstance(step, Elasticity) and abs(points := _expected(step, evidence)) > MOST:
                raise InputError(
                    f"its drivers move growth by {points:.0f} points a year, more than {MOST:g}; state rates nearer to "
                    "those known, or another driver"
                )
        except InputError as fault:
            yield f"adjustments[{i}] ({step.kind}): {fault}"
    for name in (scenario.sweep.references if scenario.sweep else None) or ():
        try:
            found = read_class(name, evidence.as_of, root=root, hindsight=scenario.hindsight)
            served = replace(evidence, reference=basis(found, evidence.series, evidence.inflation))
            for step in scenario.adjustments:
                if isinstance(step, Pace) and step.series is None:
                    pace_rate(step, served)
        except InputError as fault:
            yield f"sweep.references: {fault}"


def _expected(step: Elasticity, evidence: Evidence) -> float:
    """Points that an elasticity adds to growth by its point estimates; raises InputError where it has none."""
    of, own = evidence.companions[step.of], evidence.series
    rates = {driver.series: evidence.rates[driver.series] for driver in step.drivers}
    found = coefficients(of, rates)
    years = own.years if own.span else of.years
    usual = [step_means(name, known, (years[0], years[-1]))[0] for name, known in rates.items()]
    away = [math.log1p(d.percent / 100) - u for d, u in zip(step.drivers, usual, strict=True)]
    return 100 * float(sum(b * x for b, x in zip(found, away, strict=True)))


def _lost(scenario: Scenario, evidence: Evidence) -> Iterator[str]:
    """Years in which adjustments and sweep together leave hardly any income."""
    taken: dict[int, list[tuple[str, float]]] = {}
    sets: dict[int, float] = {}
    for i, step in enumerate(scenario.adjustments):
        years = _years(step, evidence.series.origin, evidence.spec.year)
        if isinstance(step, Pace | Halt):
            sets |= dict.fromkeys(years, 100 * pace_rate(step, evidence) if isinstance(step, Pace) else 0.0)
        elif isinstance(step, ADDING):
            points = _expected(step, evidence) if isinstance(step, Elasticity) else step.points
            for year in {step.year} if isinstance(step, Dip) else years:
                taken.setdefault(year, []).append((f"adjustments[{i}]", points))
    if scenario.sweep:
        for year in scenario.sweep.years or [evidence.series.origin + 1]:
            taken.setdefault(year, []).append(("sweep.shock.first", scenario.sweep.shock.first))
    for year, shares in taken.items():
        down = [(key, points) for key, points in shares if points < 0]
        if sets.get(year, 0.0) + (total := sum(points for _, points in down)) <= LOST:
            yield (
                f"{' and '.join(key for key, _ in down)}: together they take {-total:g} points from growth in {year}, "
                "which leaves hardly any income; state smaller ones"
            )


def _far(scenario: Scenario, evidence: Evidence) -> Iterator[str]:
    """Levels that are out of all proportion to the series."""
    last = evidence.published.value(evidence.published.origin)
    stated: list[tuple[str, float, float]] = [("target.value", scenario.target.value, 1 / FACTOR)]
    for i, step in enumerate(scenario.adjustments):
        if isinstance(step, PathTo) and step.value is not None:
            stated.append((f"adjustments[{i}].value", step.value, 1 / FACTOR))
        elif isinstance(step, Linear):
            stated.append((f"adjustments[{i}].amount", abs(step.amount), 0))
    if scenario.sweep and (grid := scenario.sweep.target):
        stated += [("sweep.target.first", grid.first, 1 / FACTOR), ("sweep.target.last", grid.last, 1 / FACTOR)]
    for key, value, least in stated:
        if not least <= value / last <= FACTOR:
            side = "more" if value > last else "less"
            yield (
                f"{key}: {value:g} is {side} than {FACTOR} times the last observation ({last:g}); "
                f"state it in the unit of the series, {evidence.published.unit}"
            ).replace(f"less than {FACTOR} times", f"less than a {FACTOR}th of")


def _sunk(scenario: Scenario, evidence: Evidence, root: Path) -> Iterator[str]:
    """Linear changes that lead below nothing when a few draws of every model and class are put through them."""
    from ruralincome.models import Refusal, fit_all, pooled  # here: `check` starts without them
    from ruralincome.scenario.conditional import Conditional

    further = [
        step.model_copy(update={"amount": step.amount * (FURTHER if step.amount < 0 else 1)})
        if isinstance(step, Linear)
        else step
        for step in scenario.adjustments
    ]
    fits = list(fit_all(evidence.series, evidence.reference, scenario.models, year=evidence.spec.year))
    for name in [*class_names(), *((scenario.sweep.references if scenario.sweep else None) or ())]:
        try:
            other = read_class(name, evidence.as_of, root=root, hindsight=scenario.hindsight)
            fits.append(pooled(evidence.series, basis(other, evidence.series, evidence.inflation)))
        except InputError:
            continue
    for fit in fits:
        if isinstance(fit, Refusal):
            continue
        try:
            Conditional(evidence, fit, scenario.seed, TRIAL).drawn(further)
        except InputError as fault:
            yield str(fault)
            return
