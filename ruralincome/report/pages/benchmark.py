"""How such probabilities fared on real series, and what other software reached there: for reports and READMEs."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from markupsafe import Markup

from ruralincome.report.blocks import NOTHING, Block, block, paragraph
from ruralincome.report.charts import pictures
from ruralincome.report.tables import Number, heads, table
from ruralincome.report.words.phrases import signed
from ruralincome.report.words.words import chance, number, percent, say
from ruralincome.scenario.result import Answer
from ruralincome.series import Series

OURS = "ruralincome"
Row = Mapping[str, Any]
LONG = (12, 8, 5, 3, 2)
"""Lengths of history that the benchmark holds, `nN`; two observations four years apart are `gap4`."""


def track_record(answer: Answer, language: str) -> Block:
    """Coverage of the lead model's intervals by length of history; empty where the benchmark was not run."""
    results = answer.benchmark
    if results is None or answer.assessment.probability is None:
        return NOTHING
    group = "INCOME" if answer.evidence.series.kind == "income" else "GENERAL"
    rows = [row for row in results["tables"][OURS] if row["group"] == group]
    own = history(answer.evidence.series)
    like = next((row for row in rows if row["history"] == own), None)
    histories = number(results["histories"], language, 0)
    error = number(results["overall"]["calibration_error_%"], language)
    said = [say("report.record.overall", language, histories=histories, error=error)]
    if like is not None:
        inside = percent(like["c80"] / 100, language, 0)
        kind = say(f"methods.history.{own}", language)
        said.append(say("report.record.own", language, history=kind, inside=inside))
    head = [say("report.record.history", language)]
    head += [Number(say("report.fan.interval", language, level=level)) for level in ("50%", "80%", "95%")]
    cells = [
        [
            say(f"methods.history.{row['history']}", language),
            *(percent(row[key] / 100, language, 0) for key in ("c50", "c80", "c95")),
        ]
        for row in rows
    ]
    shown = table(say("report.record.table", language), head, cells, css="levels screen")
    parts = [_trials(answer, language), paragraph(" ".join(said)), shown]
    finding = fared(answer, language) or said[-1]
    return block("record", "report.record.heading", language, *parts, lines=said, finding=finding, paper=True)


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


def _trials(answer: Answer, language: str) -> Markup:
    """A row a test of the class in use: how far what came lay from what was expected, and how many places inside."""
    trials = answer.records[0].trials if answer.assessment.reference is not None else ()
    if not trials:
        return Markup()
    errors = [100 * math.expm1(trial.error) for trial in trials]
    scale = pictures.Scale.around([0.0, *errors])
    rows = [
        {
            "name": f"{trial.origin} → {trial.year}",
            "plot": pictures.mark(scale, min(e, 0.0), max(e, 0.0), [(e, True)], even=0.0),
            "cells": [f"{signed(e, language, 0)}%", percent(trial.inside80, language, 0)],
        }
        for trial, e in zip(trials, errors, strict=True)
    ]
    head = heads("report.record", language, "years", "error", "error", "inside")
    shown = pictures.rows(say("report.record.trials", language), head, pictures.axis(scale, language), rows)
    return Markup('<div class="screen">{}</div>').format(shown)  # paper has the sentence


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
