"""How such probabilities fared on real series, and what other software reached there: for reports and READMEs."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ruralincome.report.blocks import NOTHING, Block
from ruralincome.report.charts import pictures
from ruralincome.report.templates import part
from ruralincome.report.words.words import chance, number, percent, say
from ruralincome.scenario.result import Answer
from ruralincome.series import Series

OURS = "ruralincome"
Row = Mapping[str, Any]
LONG = (12, 8, 5, 3, 2)
"""Lengths of history that the benchmark holds, `nN`; two observations four years apart are `gap4`."""


def track_record(answer: Answer, language: str) -> Block:
    """Coverage of the lead model's intervals by length of history; empty where the benchmark was not run."""
    if answer.benchmark is None or answer.assessment.probability is None:
        return NOTHING
    series = answer.evidence.series
    facts: dict[str, Any] = {"group": "INCOME" if series.kind == "income" else "GENERAL", "own": history(series)}
    facts |= {"trials": answer.records[0].trials if answer.assessment.reference is not None else ()}
    facts |= {"fared": fared(answer, language), "pictures": pictures, "percents": lambda each: [100 * x for x in each]}
    return part("answer/sections.record", language, answer=answer, **facts)


def class_record(answer: Answer, language: str) -> str:
    """What came against what the class in use had expected, in all tests of the past, as a sentence."""
    if answer.assessment.reference is None or answer.assessment.probability is None:
        return ""
    found = answer.records[0]
    if not found.trials:
        return say("report.caveats.record.none", language)
    away = [abs(math.expm1(error)) for error in found.errors]
    low, high = (percent(x, language, 0) for x in (sorted(away) if found.direction else away))
    code = {1: "more", -1: "less", 0: "both"}[found.direction]
    facts = {"count": len(found.trials), "low": low, "high": high, "inside": percent(found.inside80, language, 0)}
    years = {"first": found.trials[0].origin, "last": found.trials[-1].year}
    return say(f"report.caveats.record.{code}", language, **facts, **years)


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


def best_other(results: Mapping[str, Any], ours: Row) -> float | None:
    """The lowest CRPS of other software that answered all the histories of `ours`, never with an interval of no width.

    results: benchmarks/results.json; ours: one of its rows of this library. None where there is no such software.
    """
    return min((row["crps"] for row in _answered(results, ours) if row["n"] == ours["n"]), default=None)


def left_out(results: Mapping[str, Any], language: str) -> str:
    """That software scored on some histories only is left out, and where it does better than `best_other`.

    A score on some histories compares only with this library's on the same ones, which stands beside it.
    """
    found: dict[str, list[str]] = {}
    for ours in results["tables"][OURS]:
        best = best_other(results, ours)
        some = min((row["crps"] for row in _answered(results, ours) if row["n"] < ours["n"]), default=None)
        if some is not None and (best is None or some < best):
            same = next(row["crps"] for row in results["fifth"] if _alike(row, ours))
            facts = {"score": number(some, language, 2), "same": number(same, language, 2)}
            history = say(f"methods.history.{ours['history']}", language)
            cell = say("methods.others.cell", language, history=history, **facts)
            found.setdefault(say(f"methods.record.{ours['group'].lower()}", language), []).append(cell)
    fifth = say("methods.others.fifth", language)
    if not found:
        return fifth
    groups = (say("methods.others.group", language, group=g, cells="; ".join(cells)) for g, cells in found.items())
    return f"{fifth} {say('methods.others.better', language, cells=' '.join(groups))}"


def _answered(results: Mapping[str, Any], ours: Row) -> Iterator[Row]:
    for name, rows in results["tables"].items():
        for row in rows if name != OURS else ():
            if _alike(row, ours) and row["crps"] is not None and not row["fail_%"] and not row["zero_width"]:
                yield row


def _alike(row: Row, ours: Row) -> bool:
    return all(row[key] == ours[key] for key in ("group", "history"))
