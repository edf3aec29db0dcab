"""Check: every fault of params files at once, before anything runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations
from pathlib import Path

from ruralincome.data import find_root, read_class, read_rates, read_series
from ruralincome.elasticity import design, step_means
from ruralincome.evidence import Evidence, basis, gather, pace_rate
from ruralincome.keys import Adjustment, Dip, Elasticity, Linear, Pace, PathTo, Percent, Return, Shock
from ruralincome.scenario import Faults, Scenario, label, read_scenario
from ruralincome.series import InputError, Series

ADDING = (Shock, Dip, Elasticity)
"""Adjustments that add points to growth; every other kind sets the path of the median."""

FACTOR = 1000
"""How many times the last observation a level may be, or one part in as many: beyond, a unit is wrong."""

RESERVED = ("index.html", "manifest.json")
"""Names of what a batch writes beside the folders of results."""
TRIAL = 512
"""Draws of a trial: their median is that of the full forecast to a few parts in a hundred."""


def check(paths: Sequence[Path], root: Path | None = None) -> list[str]:
    """One line a fault, naming file, key, value and remedy; empty where all is well."""
    lines: list[str] = []
    for path in paths:
        try:
            scenario = read_scenario(path)
            lines += _unusable(path)
            lines += [f"{label(path)}: {fault}" for fault in faults(scenario, root or find_root())]
        except Faults as found:
            lines += found.lines
        except InputError as fault:
            lines.append(str(fault))
    return lines


def _unusable(path: Path) -> Iterator[str]:
    """A file whose name cannot be that of a folder of results."""
    if path.stem in RESERVED or not re.fullmatch(r"[\w-][\w.-]*", path.stem):
        yield f"{label(path)}: '{path.stem}' cannot be a folder of results; rename the file, as in baseline.yaml"


def faults(scenario: Scenario, root: Path) -> list[str]:
    """What of a valid scenario cannot be carried out with the data there are, one line each."""
    found: list[str] = []
    try:
        origin = read_series(scenario.series, root).until(scenario.as_of or 9999).origin
    except InputError as fault:
        return [f"series: {fault}"]
    if origin < scenario.target.year:
        found += [*_outside(scenario, origin), *_contradictions(scenario, origin)]
    found += _unreadable(scenario, root)
    return list(dict.fromkeys(found))


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
    for key, year in stated:
        if year > last:
            yield f"{key}: {year} is after the target year {last}; state a year from {origin + 1} to {last}"
        elif year <= origin:
            yield f"{key}: {year} is observed already (up to {origin}); state a year from {origin + 1} to {last}"


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
    if isinstance(step, Dip):
        return {step.year}
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


def _unreadable(scenario: Scenario, root: Path) -> Iterator[str]:
    """Data that cannot be read, do not cover the years, or are in another basis of prices."""
    pieces = [f"{key}: {fault}" for key, read in _pieces(scenario, root) if (fault := _fault(read)) is not None]
    if pieces:
        yield from pieces
        return
    try:
        evidence = gather(scenario, root)
    except InputError as fault:
        yield str(fault)
        return
    if far := list(_far(scenario, evidence)):
        yield from far
        return
    for i, step in enumerate(scenario.adjustments):
        try:
            if isinstance(step, Pace):
                pace_rate(step, evidence)
            elif isinstance(step, Percent) and step.base_year is not None:
                evidence.series.value(step.base_year)
            elif isinstance(step, Elasticity):
                of, own = evidence.companions[step.of], evidence.series
                rates = {driver.series: evidence.rates[driver.series] for driver in step.drivers}
                design(of, rates)
                for name, known in rates.items() if own.span else ():
                    step_means(name, known, (own.years[0], own.origin))
        except InputError as fault:
            yield f"adjustments[{i}] ({step.kind}): {fault}"
    for name in (scenario.sweep.references if scenario.sweep else None) or ():
        try:
            found = read_class(name, evidence.as_of, root=root, hindsight=scenario.hindsight)
            basis(found, evidence.series, evidence.inflation)
        except InputError as fault:
            yield f"sweep.references: {fault}"
    if any(_deep(step) for step in scenario.adjustments):
        yield from _ruinous(scenario, evidence)


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


def _deep(step: Adjustment) -> bool:
    """Whether a step may leave no income, so that it is worth loading the models to try it."""
    if isinstance(step, Shock | Dip):
        return step.points < -30
    if isinstance(step, Elasticity):
        return any(driver.percent < -10 for driver in step.drivers)
    return isinstance(step, Linear) and step.amount < 0


def _ruinous(scenario: Scenario, evidence: Evidence) -> Iterator[str]:
    """What the adjustments meet when a few draws of every model are put through them."""
    import numpy as np  # here, as the models are: `check` starts without them

    from ruralincome.change import change
    from ruralincome.models import Refusal, fit_all

    steps = change(scenario.adjustments, evidence, scenario.seed)
    for fit in fit_all(evidence.series, evidence.reference, scenario.models):
        if isinstance(fit, Refusal):
            continue
        try:
            steps(fit.forecast(evidence.spec.year, np.random.default_rng(scenario.seed), TRIAL))
        except InputError as fault:
            yield str(fault)
            return
