"""What other software reached on the benchmark's histories: one rule and one sentence for reports and READMEs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ruralincome.report.words.words import number, say

OURS = "ruralincome"
Row = Mapping[str, Any]


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
