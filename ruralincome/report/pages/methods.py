"""How the probability is made, how such probabilities fared, and where they are weak: the methods notebook."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ruralincome.report.answer.sections import FORMULA
from ruralincome.report.blocks import NOTHING, Block, formula
from ruralincome.report.templates import part
from ruralincome.report.words.words import chance, number, say
from ruralincome.scenario.result import Answer, Methods
from ruralincome.series import Series

ERROR = "calibration_error_%"
SPOTS = (
    ("wide", "c80", 0, 85),
    ("narrow", "c80", 75, 100),
    ("half", "c50", 45, 55),
    ("tails", "c95", 92, 100),
    ("chances", ERROR, 0, 4),
)
"""What is weak, its column of the results, and the bounds beyond which it is."""
MOST_YEARS = 12
"""The most yearly observations that the benchmark gives."""
LAST = 0.99
"""The highest stated chance that is shown in words."""

OURS = "ruralincome"
Tried = Mapping[str, Any]
LONG = (12, 8, 5, 3, 2)
"""Lengths of history that the benchmark holds, `nN`; two observations four years apart are `gap4`."""


def made(language: str) -> Block:
    """How the probability is made, step by step."""
    return part("methods.made", language, formulas=dict(zip(("spread", "shrink"), map(formula, FORMULA), strict=True)))


def classes(found: Methods, language: str) -> Block:
    """Every class that knows no more than the series, and the target's probability under each."""
    return part("methods.classes", language, found=found)


def widths(found: Methods, language: str) -> Block:
    """The recalibration: how it is learnt, and each class's factor of the width by length of history."""
    return part("methods.widths", language, found=found)


def regimes(found: Methods, language: str) -> Block:
    """The nominal and the real class against what came, origin by origin."""
    return part("methods.regimes", language, found=found)


def record(found: Methods, language: str) -> Block:
    """Coverage, score and calibration on real series, beside what other software reaches on the same ones."""
    said = left_out(found.results, language)
    return part("methods.record", language, found=found, best_other=best_other, best_left_out=said)


def reliability(found: Methods, language: str) -> Block:
    """How often targets were reached at each stated probability."""
    band = found.results["overall"]["line"]
    finding = say("methods.reliability.finding", language, error=number(found.results["overall"][ERROR], language))

    def between(stated: float, end: str) -> float:
        return float(np.interp(stated, band["stated"], band[end]))

    return part("methods.reliability", language, found=found, finding=finding, between=between)


def weak(found: Methods, language: str) -> Block:
    """Where the probability is still weak: what no table shows, then what the tables and the figure show."""
    line = {key: np.array(values) for key, values in found.results["overall"]["line"].items()}
    outside = {"fewer": line["observed"] < line["low"], "more": line["observed"] > line["high"]}
    spans = {code: spans_of(line["stated"].tolist(), out.tolist()) for code, out in outside.items()}
    facts: dict[str, Any] = {"spots": SPOTS, "spans": spans, "most": MOST_YEARS, "last": LAST}
    return part("methods.weak", language, found=found, **facts)


def spans_of(stated: list[float], outside: list[bool]) -> list[tuple[float, float]]:
    """First and last stated chance of each stretch outside; one point inside between two outside ends no stretch."""
    spans: list[tuple[int, int]] = []
    for i in (i for i, out in enumerate(outside) if out):
        if spans and i - spans[-1][1] <= 2:
            spans[-1] = (spans[-1][0], i)
        else:
            spans.append((i, i))
    return [(stated[first], stated[last]) for first, last in spans]


def track_record(answer: Answer, language: str) -> Block:
    """Coverage of the lead model's intervals by length of history; empty where the benchmark was not run."""
    if answer.benchmark is None or answer.assessment.probability is None:
        return NOTHING
    series = answer.evidence.series
    facts: dict[str, Any] = {"group": "INCOME" if series.kind == "income" else "GENERAL", "own": history(series)}
    facts |= {"trials": answer.records[0].trials if answer.assessment.reference is not None else ()}
    facts |= {"fared": fared(answer, language)}
    return part("answer/sections.record", language, answer=answer, **facts)


def fared(answer: Answer, language: str) -> str:
    """What became of targets that were given about the same probability, and in which direction it erred."""
    results, p, model = answer.benchmark, answer.assessment.probability, answer.assessment.lead.model
    if results is None or p is None or model != "pooled":
        return ""
    line = results["overall"]["line"]
    seen, low, high = (float(np.interp(p, line["stated"], line[key])) for key in ("observed", "low", "high"))
    code = "high" if seen < low else "low" if seen > high else "fair"
    facts = {"stated": chance(p, language), "observed": chance(seen, language)}
    return say(f"report.record.fared.{code}", language, **facts)


def history(series: Series) -> str:
    """The benchmark's code for a history like this one."""
    count = len(series.years)
    if count == 2 and series.span > 1:
        return "gap4"
    return f"n{next((n for n in LONG if n <= count), 2)}"


def best_other(results: Mapping[str, Any], ours: Tried, partly: bool = False) -> float | None:
    """The lowest CRPS of other software that answered all histories of `ours` (partly: some), never with an interval of
    no width. results: benchmarks/results.json; ours: one of its rows of this library. None without such software."""
    others = (row for name, rows in results["tables"].items() if name != OURS for row in rows if _alike(row, ours))
    sound = (row for row in others if row["crps"] is not None and not row["fail_%"] and not row["zero_width"])
    return min((row["crps"] for row in sound if (row["n"] < ours["n"]) == partly), default=None)


def left_out(results: Mapping[str, Any], language: str) -> str:
    """That software scored on some histories only is left out, and where it does better than `best_other`.

    A score on some histories compares only with this library's on the same ones, which stands beside it.
    """
    better = []
    for ours in results["tables"][OURS]:
        best, some = (best_other(results, ours, partly) for partly in (False, True))
        if some is not None and (best is None or some < best):
            better.append((ours, some, next(row["crps"] for row in results["fifth"] if _alike(row, ours))))
    return part("methods.left_out", language, better=better).text


def _alike(row: Tried, ours: Tried) -> bool:
    return all(row[key] == ours[key] for key in ("group", "history"))
