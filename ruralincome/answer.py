"""Answer: one scenario carried from the data package to an assessment, with its provenance."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from ruralincome import adjustments
from ruralincome.data import class_names, find_root, read_class, read_resource, read_series
from ruralincome.forecast import Forecast
from ruralincome.models import fit_all, pooled
from ruralincome.reference import ReferenceClass
from ruralincome.scenario import Pace, Scenario, Shock
from ruralincome.series import InputError, Series
from ruralincome.target import Assessment, Target, assess

PACKAGES = ("ruralincome", "numpy", "scipy", "pandas", "statsmodels")


@dataclass(frozen=True)
class Answer:
    """A scenario, what it says of its target, the same without its adjustments, and where it all came from."""

    name: str
    scenario: Scenario
    assessment: Assessment
    baseline: Assessment | None
    provenance: Mapping[str, Any]


def answer(scenario: Scenario, name: str = "", root: Path | None = None) -> Answer:
    """Read what the scenario names, fit, adjust and assess.

    Raises InputError where the data package, the reference class or the target year cannot serve the scenario.
    """
    root = root or find_root()
    observed, reference = evidence(scenario, root)
    target = Target(**scenario.target.model_dump())
    fits = fit_all(observed, reference, scenario.models)
    others = [
        pooled(observed, other)
        for label in class_names()
        if label != scenario.reference and (other := _comparable(label, observed, scenario)) is not None
    ]
    plain = assess(observed, target, fits, alternatives=others, reference=reference, seed=scenario.seed)
    changed = None
    if scenario.adjustments:
        changed = assess(
            observed,
            target,
            fits,
            alternatives=others,
            reference=reference,
            change=change(scenario, reference),
            seed=scenario.seed,
        )
    inputs = {f"data/{scenario.series}.csv": read_resource(scenario.series, root).sha256}
    return Answer(
        name or scenario.title.en,
        scenario,
        changed or plain,
        plain if changed else None,
        {
            "inputs": inputs,
            "reference": {"name": reference.name, "period": [reference.first_year, reference.last_year]},
            "versions": {"python": platform.python_version(), **{p: version(p) for p in PACKAGES}},
            "seed": scenario.seed,
        },
    )


def evidence(scenario: Scenario, root: Path) -> tuple[Series, ReferenceClass]:
    """The series as known at `as_of`, and the reference class that knows no more.

    Raises InputError where they cannot be read, or the target does not lie ahead of them.
    """
    full = read_series(scenario.series, root)
    as_of = scenario.as_of if scenario.as_of is not None else full.origin
    observed = full.until(as_of)
    target = scenario.target
    if target.year <= observed.origin:
        raise InputError(
            f"target.year: {target.year} is not after the last observation ({observed.origin}); "
            "state a later year, or an earlier as_of"
        )
    if target.base_year is not None:
        observed.value(target.base_year)
    return observed, read_class(scenario.reference, as_of, root=root, hindsight=scenario.hindsight)


def change(scenario: Scenario, reference: ReferenceClass) -> Callable[[Forecast], Forecast]:
    """The scenario's adjustments as one function of a forecast."""

    def apply(forecast: Forecast) -> Forecast:
        rng = np.random.default_rng([scenario.seed, 1])
        return reduce(lambda f, step: _adjust(f, step, reference, rng), scenario.adjustments, forecast)

    return apply


def _adjust(forecast: Forecast, step: Shock | Pace, reference: ReferenceClass, rng: np.random.Generator) -> Forecast:
    if isinstance(step, Shock):
        return adjustments.shock(forecast, step.years, step.points, step.sd, rng)
    if (step.rate is None) == (step.quantile is None):
        raise InputError("adjustments: a pace states either rate or quantile; take one of them out")
    rate = step.rate if step.rate is not None else _class_pace(reference, step.quantile or 0.0)
    return adjustments.pace(forecast, rate, step.first_year or forecast.years[0])


def _class_pace(reference: ReferenceClass, q: float) -> float:
    grid = reference.growth[1]
    return float(np.interp(q, np.linspace(0, 1, len(grid)), grid))


def _comparable(label: str, observed: Series, scenario: Scenario) -> ReferenceClass | None:
    """Another class of the same kind, in a vintage that knows no more than the series; None where there is none."""
    try:
        found = read_class(label, scenario.as_of if scenario.as_of is not None else observed.origin)
    except InputError:
        return None
    return found if found.kind == observed.kind else None
