"""How good such probabilities were on real series: the benchmark's coverage and calibration, beside the answer."""

from __future__ import annotations

from ruralincome.report.blocks import Block, paragraph, section
from ruralincome.report.tables import table
from ruralincome.report.words.words import number, percent, say
from ruralincome.scenario.result import Answer
from ruralincome.series import Series

LONG = (12, 8, 5, 3, 2)
"""Lengths of history that the benchmark holds, `nN`; two observations four years apart are `gap4`."""


def track_record(answer: Answer, language: str) -> Block:
    """Coverage of the lead model's intervals by length of history; empty where the benchmark was not run."""
    results = answer.benchmark
    if results is None:
        return Block("", "")
    group = "INCOME" if answer.evidence.series.kind == "income" else "GENERAL"
    rows = [row for row in results["tables"]["ruralincome"] if row["group"] == group]
    own = history(answer.evidence.series)
    like = next((row for row in rows if row["history"] == own), None)
    histories = number(results["histories"], language, 0)
    error = number(results["overall"]["calibration_error_%"], language)
    said = [say("report.record.overall", language, histories=histories, error=error)]
    if like is not None:
        inside = percent(like["c80"] / 100, language, 0)
        kind = say(f"methods.history.{own}", language)
        said.append(say("report.record.own", language, history=kind, inside=inside))
    heading = say("report.record.heading", language)
    head = [say("report.record.history", language)]
    head += [say("report.fan.interval", language, level=level) for level in ("50%", "80%", "95%")]
    cells = [
        [
            say(f"methods.history.{row['history']}", language),
            *(percent(row[key] / 100, language, 0) for key in ("c50", "c80", "c95")),
        ]
        for row in rows
    ]
    shown = table(say("report.record.table", language), head, cells, numeric=range(1, 4))
    return Block(section("record", heading, paragraph(" ".join(said)), shown), "\n".join([heading, *said]))


def history(series: Series) -> str:
    """The benchmark's code for a history like this one."""
    count = len(series.years)
    if count == 2 and series.span > 1:
        return "gap4"
    return f"n{next((n for n in LONG if n <= count), 2)}"
