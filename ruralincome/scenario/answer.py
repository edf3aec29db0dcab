"""Answer: one scenario carried from the data package to an assessment, with its provenance."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from ruralincome.data.package import find_root
from ruralincome.models import Fit, Refusal, fit_all, pooled
from ruralincome.models.forecast import Forecast
from ruralincome.reference.reference import ReferenceClass
from ruralincome.reference.vintages import class_names, read_class
from ruralincome.scenario.change import Change, change, elasticities, unsure_prices
from ruralincome.scenario.check import faults
from ruralincome.scenario.elasticity import Elasticity
from ruralincome.scenario.evidence import Evidence, basis, gather
from ruralincome.scenario.file import Faults, Scenario
from ruralincome.scenario.sweep import Cells, sweep
from ruralincome.series import InputError
from ruralincome.target.target import Assessment, Outlook, assess

PACKAGES = ("ruralincome", "numpy", "scipy", "pandas", "statsmodels")


@dataclass(frozen=True)
class Answer:
    """A scenario, what it says of its target, the same without its adjustments, and where it all came from.

    baseline: None where the scenario changes nothing; evidence: what it rests on, in the terms of the question;
    estimated: elasticities, in the order of their adjustments; cells: the sweep, if one is stated.
    """

    name: str
    scenario: Scenario
    assessment: Assessment
    baseline: Assessment | None
    provenance: Mapping[str, Any]
    evidence: Evidence
    estimated: tuple[Elasticity, ...] = ()
    cells: Cells | None = None


@dataclass(frozen=True)
class Difference:
    """What the adjustments do to P(target), and the Monte Carlo error of that difference."""

    probability: float
    error: float


def answer(scenario: Scenario, name: str = "", root: Path | None = None) -> Answer:
    """Read what the scenario names, fit, adjust and assess.

    Raises Faults, one line each, where the data package, a class or a year cannot serve the scenario.
    """
    root = root or find_root()
    if found := faults(scenario, root):
        raise Faults(found)
    evidence = gather(scenario, root)
    fits = fit_all(evidence.series, evidence.reference, scenario.models, year=evidence.spec.year)
    others = [pooled(evidence.series, other) for other in other_classes(scenario, evidence)]
    plain_change = unsure_prices(evidence.unsure, scenario.seed) if evidence.unsure else None
    plain = _assessed(evidence, fits, others, plain_change, scenario.seed)
    steps = change(scenario.adjustments, evidence, scenario.seed)
    changed = (
        _assessed(evidence, fits, others, _chain(plain_change, steps), scenario.seed) if scenario.adjustments else None
    )
    return Answer(
        scenario.name or name or "scenario",
        scenario,
        changed or plain,
        plain if changed else None,
        {
            "inputs": dict(evidence.inputs),
            "reference": {
                "name": evidence.reference.name,
                "period": [evidence.reference.first_year, evidence.reference.last_year],
            },
            "versions": {"python": platform.python_version(), **{p: version(p) for p in PACKAGES}},
            "seed": scenario.seed,
        },
        evidence,
        elasticities(scenario.adjustments, evidence),
        sweep(scenario, evidence, root) if scenario.sweep else None,
    )


def difference(found: Answer) -> Difference | None:
    """P(target) with the adjustments less without, draw by draw on common random numbers; None without either.

    error: the standard error of the mean of the paired differences, sd / sqrt(draws). The draws are stratified, so
    that it overstates.
    """
    with_them, without = found.assessment.lead, found.baseline.lead if found.baseline else None
    if not isinstance(with_them, Outlook) or not isinstance(without, Outlook):
        return None
    target = found.assessment.target
    seed = found.scenario.seed
    plain = _draws(without, target.year, seed)
    if not isinstance(with_them.view, Forecast) or plain is None:
        return None
    hits = [
        np.asarray(f.at(target.year)) * target.direction >= target.value * target.direction
        for f in (with_them.view, plain)
    ]
    paired = hits[0].astype(float) - hits[1].astype(float)
    return Difference(float(paired.mean()), float(paired.std(ddof=1) / np.sqrt(len(paired))))


def other_classes(scenario: Scenario, evidence: Evidence) -> list[ReferenceClass]:
    """The shipped classes of the same kind that know no more than the series, in the prices of the question."""
    found = []
    for label in class_names():
        if label == scenario.reference:
            continue
        try:
            other = basis(read_class(label, evidence.as_of), evidence.series, evidence.inflation)
        except InputError:
            continue
        if other.kind == evidence.series.kind:
            found.append(other)
    return found


def _assessed(
    evidence: Evidence, fits: tuple[Fit | Refusal, ...], others: list[Any], by: Change | None, seed: int
) -> Assessment:
    return assess(
        evidence.series,
        evidence.target,
        fits,
        alternatives=others,
        reference=evidence.reference,
        change=by,
        seed=seed,
    )


def _chain(first: Change | None, second: Change) -> Change:
    """What is not known of prices comes first: a path that a scenario then states is met by the median exactly."""
    return second if first is None else lambda forecast: second(first(forecast))


def _draws(outlook: Outlook, year: int, seed: int) -> Forecast | None:
    if isinstance(outlook.view, Forecast):
        return outlook.view
    return outlook.fit.forecast(year, np.random.default_rng(seed))
