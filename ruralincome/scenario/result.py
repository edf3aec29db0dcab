"""The result of an answer as plain values: what result.json holds; and what pages are handed of a scenario."""

import math
from dataclasses import asdict
from typing import Any

from ruralincome.models.forecast import USUAL
from ruralincome.places.across import Redrawn
from ruralincome.reference.component import Record
from ruralincome.reference.reference import ReferenceClass
from ruralincome.scenario.answer import Answer, Methods
from ruralincome.scenario.evidence import Evidence
from ruralincome.scenario.sensitivity import Bar, Cells, Tornado
from ruralincome.scenario.since import Since
from ruralincome.scenario.targets import Together
from ruralincome.target.target import LEVELS, Assessment, Outlook, Refusal, first_year, holds

__all__ = [
    "Answer", "Bar", "Cells", "Evidence", "Methods", "Record", "ReferenceClass", "Since", "Together", "Tornado",
    "result", "year_of",
]  # fmt: skip
VERSION = 2  # of the form of result.json: it may gain keys; where one changes its meaning the version rises
PATH = ((1 - USUAL) / 2, 0.5, (1 + USUAL) / 2)  # `path` holds the ends of that interval, and the median between


def result(answer: Answer) -> dict[str, Any]:
    """The contract of result.json: levels in the series' unit, growth a year as fractions; null where refused."""
    a, cells = answer.assessment, answer.cells
    lead = a.lead if isinstance(a.lead, Outlook) else None
    ahead, moved, then = range(a.series.origin + 1, a.target.year + 1), answer.difference, answer.moved
    since = then and {"day": then.day, "sha256": then.sha256, "probability": then.before, "terms": then.terms}
    classes = [
        {
            "class": one.reference.name,
            "years": [one.reference.first_year, one.reference.last_year],
            "probability": one.outlook.probability(a.target) if isinstance(one.outlook, Outlook) else None,
            "left_out": one.left_out or None,  # why it could not have been chosen, null where it could
        }
        for one in a.alternatives
    ]
    published = {  # what is said of figures: statuses that are not final, figures revised since, precision
        "statuses": [*map(list, a.series.statuses)],
        "revised": [[v.year, v.value, v.new, v.published, v.revised] for v in a.series.vintages],
        "standard_errors": a.series.standard_errors and [*a.series.standard_errors],
        "samples": a.series.samples and [*map(list, a.series.samples)],
    }
    held = [None] * len(LEVELS) if lead is None else holds(lead.view, a.target.year, LEVELS, a.target.direction)
    return {
        "version": VERSION,
        "scenario": answer.name,
        "title": answer.scenario.title.model_dump(),
        "series": a.series.name,
        "unit": a.series.unit,
        "prices": {"basis": a.series.prices, "year": a.series.price_year},
        "decimals": a.series.decimals,
        "observations": [[t, y] for t, y in zip(a.series.years, a.series.values, strict=True)],
        **{key: stated for key, stated in (published | {"reached": a.reached}).items() if stated or stated == 0},
        "as_of": answer.evidence.as_of,
        "target": {"value": a.target.value, "year": a.target.year, "direction": a.target.direction},
        "base_year": a.base_year,
        "base_stated": a.target.base_year is not None,
        "redrawn": (redrawn := answer.evidence.redrawn) and _redrawn(redrawn),
        "historical_growth": _finite(a.historical_growth),
        "required_growth": a.required_growth,
        "projection": _finite(a.projection),
        "shortfall": _finite(a.shortfall),
        "median": lead and lead.median(a.target.year),
        "interval80": lead and list(lead.interval(a.target.year)),
        "path": lead and [[t, *row] for t, row in zip(ahead, lead.view.quantile(ahead, PATH).tolist(), strict=True)],
        "probability": a.probability,
        "refusal": {"reason": a.lead.reason, "facts": dict(a.lead.facts)} if isinstance(a.lead, Refusal) else None,
        "likelihood": a.likelihood,
        "range": dict(zip(("low", "high"), a.range or (None, None), strict=True)) | {"classes": classes},
        "record": [_record(found) for found in answer.records],
        "rules": [
            {"rule": v.rule, "value": v.value and _finite(v.value), "verdict": v.label, "outlook": v.outlook}
            for v in a.verdicts
        ],
        "models": [_model(outlook, a) for outlook in a.outlooks],
        "inverse": dict(zip([f"p{level * 100:.0f}" for level in LEVELS], held, strict=True)),
        "year_p50": year_of(a, 0.5),
        "baseline": answer.baseline and {"probability": answer.baseline.probability},
        "difference": moved and {"probability": moved.probability, "error": moved.error},
        **({"since": since} if since else {}),
        **({"sweep": {**vars(cells), "probability": cells.probability.round(6).tolist()}} if cells else {}),
        "provenance": dict(answer.provenance),
    }


def _record(found: Record) -> dict[str, Any]:
    """The record of a class in use: its tests, the mean share inside the 80 % interval, the ends of its errors."""
    inside80, error = (found.inside80, [*found.errors]) if found.trials else (None, None)
    return {"class": found.name, "tests": [*map(asdict, found.trials)], "inside80": inside80, "error": error}


def _redrawn(found: Redrawn) -> dict[str, Any]:
    """What was done with a place that was redrawn; fixed: years whose parts were weighed by people of another year."""
    place = {key: getattr(found.place, key) for key in ("code", "name", "first", "until")}
    rest = {key: [*getattr(found, key)] for key in ("became", "parts", "fixed")}
    return {"rule": found.rule, "day": found.day, "place": place, **rest, "basis": found.basis}


def year_of(assessment: Assessment, chance: float) -> int | None:
    """The first year in which the target's value is reached with probability `chance`; None where none is found."""
    if isinstance(assessment.lead, Refusal):
        return None
    target = assessment.target
    return first_year(assessment.lead.view, assessment.series.origin, target.value, chance, target.direction)


def _model(outlook: Outlook | Refusal, a: Assessment) -> dict[str, Any]:
    if isinstance(outlook, Refusal):
        return {"model": outlook.model, "status": "refused", "reason": outlook.reason, "facts": dict(outlook.facts)}
    found: dict[str, Any] = {"model": outlook.model, "status": "fitted", "probability": outlook.probability(a.target)}
    found |= {"median": outlook.median(a.target.year), "interval80": list(outlook.interval(a.target.year))}
    return found | {"estimates": {name: _finite(value) for name, value in outlook.fit.estimates.items()}}


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
