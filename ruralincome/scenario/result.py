"""The result of an answer as plain values: what result.json holds and a batch compares.

And the one way by which a page knows a scenario: the values that it is handed, `Answer` first.
"""

import math
from dataclasses import asdict
from typing import Any

from ruralincome.places.across import Redrawn
from ruralincome.reference.component import Record
from ruralincome.reference.reference import ReferenceClass
from ruralincome.scenario.answer import Answer, Methods
from ruralincome.scenario.evidence import Evidence
from ruralincome.scenario.sensitivity import Bar, Cells, Tornado
from ruralincome.scenario.since import Since
from ruralincome.scenario.targets import Together
from ruralincome.series import Series
from ruralincome.target.inverse import LEVELS, first_year, holds
from ruralincome.target.target import Assessment, Outlook, Refusal

__all__ = [
    "Answer", "Bar", "Cells", "Evidence", "Methods", "ReferenceClass", "Since", "Together", "Tornado", "result",
    "year_of",
]  # fmt: skip
VERSION = 2  # of the form of result.json: it may gain keys; where one changes its meaning the version rises
PATH = ((1 - 0.8) / 2, 0.5, (1 + 0.8) / 2)
"""What `path` holds of each year: the lower end of the 80 % interval, the median and the upper end."""


def result(answer: Answer) -> dict[str, Any]:
    """The contract of result.json: levels in the series' unit, growth a year as fractions; null where refused."""
    a = answer.assessment
    lead = a.lead if isinstance(a.lead, Outlook) else None
    ahead, moved, since = range(a.series.origin + 1, a.target.year + 1), answer.difference, answer.moved
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
        **_published(a.series),
        "as_of": answer.evidence.as_of,
        "target": {"value": a.target.value, "year": a.target.year, "direction": a.target.direction},
        "base_year": a.base_year,
        "base_stated": a.target.base_year is not None,
        "redrawn": _redrawn(answer.evidence.redrawn),
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
        "range": _range(answer),
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
        **({} if since is None else {"since": _since(since)}),
        "provenance": dict(answer.provenance),
    }


def _range(answer: Answer) -> dict[str, Any]:
    """P under every class that ships, the least and the most under those that could have been chosen; left_out: why
    another one could not, null where it could."""
    a = answer.assessment
    low, high = a.range or (None, None)
    classes = [
        {
            "class": one.reference.name,
            "years": [one.reference.first_year, one.reference.last_year],
            "probability": one.outlook.probability(a.target) if isinstance(one.outlook, Outlook) else None,
            "left_out": one.left_out or None,
        }
        for one in a.alternatives
    ]
    return {"low": low, "high": high, "classes": classes}


def _record(found: Record) -> dict[str, Any]:
    """The record of a class in use: its tests, the mean share inside the 80 % interval, the ends of its errors."""
    tests, inside80, error = [asdict(trial) for trial in found.trials], None, None
    if tests:
        inside80, error = found.inside80, [*found.errors]
    return {"class": found.name, "tests": tests, "inside80": inside80, "error": error}


def _published(series: Series) -> dict[str, Any]:
    """What is said of figures, where anything is: statuses that are not final, figures revised since, precision."""
    found = {
        "statuses": [*map(list, series.statuses)],
        "revised": [[v.year, v.value, v.new, v.published, v.revised] for v in series.vintages],
        "standard_errors": series.standard_errors and [*series.standard_errors],
        "samples": series.samples and [*map(list, series.samples)],
    }
    return {key: stated for key, stated in found.items() if stated}


def _since(found: Since) -> dict[str, Any]:
    """What moved the probability since an earlier result."""
    terms = found.terms and dict(found.terms)
    return {"day": found.day, "sha256": found.sha256, "probability": found.before, "terms": terms}


def _redrawn(found: Redrawn | None) -> dict[str, Any] | None:
    """What was done with a place that was redrawn; fixed: years whose parts were weighed by people of another year."""
    if found is None:
        return None
    place = {"code": found.place.code, "name": found.place.name, "first": found.place.first, "until": found.place.until}
    rest = {"became": [*found.became], "parts": [*found.parts], "fixed": [*found.fixed], "basis": found.basis}
    return {"rule": found.rule, "day": found.day, "place": place, **rest}


def year_of(assessment: Assessment, chance: float) -> int | None:
    """The first year in which the target's value is reached with probability `chance`; None where none is found."""
    if isinstance(assessment.lead, Refusal):
        return None
    target = assessment.target
    return first_year(assessment.lead.view, assessment.series.origin, target.value, chance, target.direction)


def _model(outlook: Outlook | Refusal, a: Assessment) -> dict[str, Any]:
    if isinstance(outlook, Refusal):
        return {"model": outlook.model, "status": "refused", "reason": outlook.reason, "facts": dict(outlook.facts)}
    return {
        "model": outlook.model,
        "status": "fitted",
        "probability": outlook.probability(a.target),
        "median": outlook.median(a.target.year),
        "interval80": list(outlook.interval(a.target.year)),
        "estimates": {name: _finite(value) for name, value in outlook.fit.estimates.items()},
    }


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
