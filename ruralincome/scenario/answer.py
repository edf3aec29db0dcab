"""Answer: one scenario carried from the data package to all that is shown of it; Methods: what the method rests on."""

import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ruralincome.data.files import handed_on, taken_over
from ruralincome.data.package import find_root, read_benchmark, read_series
from ruralincome.models.forecast import Forecast, Refusal
from ruralincome.models.walk import pooled
from ruralincome.reference.component import Record
from ruralincome.reference.reference import ReferenceClass
from ruralincome.reference.vintages import class_names, read_class, vintages
from ruralincome.scenario.check import examined
from ruralincome.scenario.conditional import Conditional, lead, stated
from ruralincome.scenario.elasticity import Estimate
from ruralincome.scenario.evidence import Evidence, class_of_question, others
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.sensitivity import Cells, Tornado, sweep, tornado
from ruralincome.scenario.shapes import Shape
from ruralincome.scenario.since import Since, moved_since
from ruralincome.series import InputError, Series, Shows
from ruralincome.target.margins import Margins, margins_of
from ruralincome.target.target import Alternative, Assessment, Outlook, Target, Verdict

PACKAGES = ("ruralincome", "numpy", "scipy", "pandas", "statsmodels")
version = cache(metadata.version)  # kernels of a batch have what was read before they were forked


class Difference(NamedTuple):
    """What the adjustments do to P(target), and the Monte Carlo error of that difference."""

    probability: float
    error: float


@dataclass(frozen=True)
class Answer(Shows):
    """A scenario, what it says of its target, and where it all came from. baseline: without its adjustments, None where
    it has none; lead: the first model before any condition; swept: the classes of the sweep by their stated names;
    benchmark: what benchmarks/results.json holds, if it was run; earlier: of an earlier result (`since.earlier`). What
    costs time is worked out when first asked for, and nothing is read any more."""

    name: str
    scenario: Scenario = field(repr=False)
    assessment: Assessment
    baseline: Assessment | None = field(repr=False)
    evidence: Evidence = field(repr=False)
    lead: Conditional = field(repr=False)
    swept: Mapping[str, ReferenceClass] = field(default_factory=dict, repr=False)
    benchmark: Mapping[str, Any] | None = field(default=None, repr=False)
    provenance: Mapping[str, Any] = field(default_factory=dict, repr=False)
    earlier: Mapping[str, Any] | None = field(default=None, repr=False)

    def plot(self, ax: Any = None, language: str = "") -> Any:
        """The fan of the lead model on axes of matplotlib (`ax`, or new ones), which are returned."""
        return self.assessment.plot(ax, language)

    def to_frame(self) -> Any:
        """One row: the scenario's name, and the numbers of its assessment, as a DataFrame."""
        frame = self.assessment.to_frame()
        frame.insert(0, "scenario", self.name)
        return frame

    @cached_property
    def difference(self) -> Difference | None:
        """P(target) with the adjustments less without, draw by draw; None without either. error: sd / sqrt(draws) of
        the paired differences; the draws are stratified, so that it overstates."""
        with_them = self.assessment.lead
        if self.baseline is None or not isinstance(with_them, Outlook) or not isinstance(with_them.view, Forecast):
            return None
        target, way = self.assessment.target, self.assessment.target.direction
        levels = [way * forecast.at(target.year) for forecast in (with_them.view, self.lead.drawn())]
        paired = np.subtract(*((level >= way * target.value).astype(float) for level in levels))
        return Difference(float(paired.mean()), float(paired.std(ddof=1) / np.sqrt(len(paired))))

    estimated = cached_property[tuple[Estimate, ...]](
        lambda a: tuple(filter(None, (shape.estimated(a.evidence) for shape in a.scenario.adjustments)))
    )
    """The elasticities, in the order of their adjustments."""
    cells = cached_property[Cells | None](lambda a: a.scenario.sweep and sweep(a.scenario, a.evidence, a.swept))
    """The sweep, if one is stated."""
    margins = cached_property[Margins | None](lambda a: margins_of(a.assessment))
    """How far each published figure must move before a label flips; None with one observation."""

    @cached_property
    def tornado(self) -> Tornado | None:
        """What moves P(target) most; None where the lead refused or is another model than the pooled one."""
        stated = self.assessment.probability
        if stated is None or self.assessment.outlooks[0].model != "pooled":
            return None
        chosen = [(one.reference.name, one.outlook) for one in self.assessment.alternatives if not one.left_out]
        others = {name: view.probability(self.assessment.target) for name, view in chosen if isinstance(view, Outlook)}
        return tornado(self.scenario, self.evidence, others, stated)

    @property
    def records(self) -> tuple[Record, ...]:
        """The record of the class in use and, of a pool, of each of its classes, by what was known at as_of."""
        used = self.evidence.reference
        return tuple(each.fared(self.evidence.as_of) for each in (used, *used.members))

    moved = cached_property[Since | None](
        lambda a: a.earlier and moved_since(a.scenario, a.evidence, a.assessment.probability, a.earlier)
    )
    """What moved P(target) since the earlier result; None where none is stated."""

    @cached_property
    def before(self) -> tuple[Verdict, ...]:
        """The official verdicts on the figures as first published; () where none was revised, or a break moved them."""
        series, vintages = self.assessment.series, self.evidence.published.vintages
        if not vintages or any(status == "break" for _, status in series.statuses):
            return ()
        by = [float(np.prod([old.value / old.new for old in vintages if old.year == year])) for year in series.years]
        values = tuple(value * k for value, k in zip(series.values, by, strict=True))
        errors = series.standard_errors and tuple(e * k for e, k in zip(series.standard_errors, by, strict=True))
        then = replace(self.evidence, series=replace(series, values=values, standard_errors=errors))
        return compose(self.scenario, then, stated(self.scenario, then)[:1]).assessment.verdicts

    @cached_property
    def classes(self) -> dict[str, ReferenceClass]:
        """The classes that the pages name, in the prices of the question."""
        known = self.evidence.reference, *(other.reference for other in self.assessment.alternatives)
        return {found.name: found for found in known} | dict(self.swept)


def answer(
    scenario: Scenario, name: str = "", root: Path | None = None, since: Mapping[str, Any] | None = None,
    shared: bool = False,
) -> Answer:  # fmt: skip
    """Read what the scenario names, fit, adjust and assess. since: an earlier result, as `since.earlier` gives it.
    shared: a batch's kernel of another language may have done so, as nothing else of its notebook bears on the answer.
    Raises Faults, one line each, where the data package, a class or a year cannot serve the scenario."""
    root = root or find_root()
    if shared and isinstance(known := taken_over(scenario, name, root, since), Answer):
        return known
    evidence = examined(scenario, root)
    labels = (scenario.sweep.references or [scenario.reference]) if scenario.sweep else ()
    swept = {label: class_of_question(label, evidence, root, scenario.hindsight) for label in labels}
    found = compose(scenario, evidence, stated(scenario, evidence), [*others(scenario.reference, evidence, root)])
    by, benchmark = evidence.reference, None
    with suppress(InputError):  # a project need not have run it
        benchmark = read_benchmark("results.json", root)
    provenance = {
        "inputs": evidence.inputs,
        "reference": {"name": by.name, "period": [by.first_year, by.last_year]},
        "versions": {"python": platform.python_version(), **{p: version(p) for p in PACKAGES}},
        "seed": scenario.seed,
        **({"since": {"day": since["day"], "sha256": since["sha256"]}} if since else {}),
    }
    of = scenario.name or name or "scenario"
    found = replace(found, name=of, swept=swept, benchmark=benchmark, provenance=provenance, earlier=since)
    return handed_on(found, scenario, name, root, since) if shared else found


def compose(
    scenario: Scenario, evidence: Evidence, asked: Sequence[Conditional],
    others: Sequence[tuple[ReferenceClass, str]] = (),
) -> Answer:  # fmt: skip
    """The answer of models on evidence at hand, the lead first; others: further classes, and why each is left out.
    Raises InputError naming the adjustment that cannot be carried out."""
    beside = [(*each, lead(replace(evidence, reference=each[0]), scenario.seed)) for each in others]

    def judged(steps: Sequence[Shape]) -> Assessment:
        seen, found = tuple(one.outlook(steps) for one in asked), list[Alternative]()
        for other, why, one in beside:
            try:
                found.append(Alternative(other, one.outlook(steps), why))
            except InputError:  # no scenario hangs on another class: it may lack the growth that a pace names
                found.append(Alternative(other, Refusal("pooled", "adjustment"), why or "adjustment"))
        changed = bool(steps or evidence.unsure)
        return Assessment(evidence.series, evidence.target, seen, tuple(found), evidence.reference, changed)

    plain, steps = judged(()), scenario.adjustments
    changed = judged(steps) if steps else None
    return Answer("", scenario, changed or plain, plain if changed else None, evidence, asked[0])


@dataclass(frozen=True)
class Methods:
    """A case and what the method is known by. classes: those that know no more than the series, each with the lead
    model on it; default: the class of a scenario that states none, as known today and at current prices; results,
    regimes: what benchmarks/results.json and provinces.json hold."""

    series: Series
    target: Target
    classes: tuple[Alternative, ...]
    default: ReferenceClass
    results: Mapping[str, Any]
    regimes: tuple[Mapping[str, Any], ...]

    def own_weight(self, observations: int) -> float:
        """The weight S/(k0+S) of a place's own pace under the default class after so many years in a row."""
        span = observations - 1
        return sum(c.weight * span / (c.k0 + span) for c in self.default.prior())


def methods(series: str, value: float, year: int, root: Path | None = None) -> Methods:
    """What the page on the method says of a target of `series`. Raises InputError where something cannot be read."""
    root = root or find_root()
    observed, found = read_series(series, root), []
    for name in class_names():
        with suppress(InputError):  # a class that knows later years
            reference = read_class(name, observed.origin)
            fit = pooled(observed, reference)
            found.append(Alternative(reference, fit if isinstance(fit, Refusal) else Outlook(fit, fit)))
    name = Scenario().reference
    default = read_class(name, max(vintages(name))).into("nominal")
    results, regimes = (read_benchmark(name, root) for name in ("results.json", "provinces.json"))
    return Methods(observed, Target(value, year), tuple(found), default, results, tuple(regimes))
