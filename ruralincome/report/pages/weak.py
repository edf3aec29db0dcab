"""Where the probability is still weak: sentences worked out from the benchmark's results and the default class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ruralincome.reference.vintages import read_class, vintages
from ruralincome.report.pages.others import OURS
from ruralincome.report.words.words import number, percent, say, text
from ruralincome.scenario.file import Scenario

ERROR = "calibration_error_%"
SPOTS = (
    ("wide", "c80", 0, 85),
    ("narrow", "c80", 75, 100),
    ("half", "c50", 45, 55),
    ("tails", "c95", 92, 100),
    ("chances", ERROR, 0, 4),
)
"""What is weak, its column of the results, and the bounds beyond which it is."""
LONG = 12
"""The most yearly observations that the benchmark gives."""
LAST = 0.99
"""The highest stated chance that is shown in words."""


def own_pace(language: str) -> str:
    """How little a place's own pace weighs under the default class even after the longest history."""
    name = Scenario().reference
    reference = read_class(name, max(vintages(name))).into("nominal")
    weight = sum(c.weight * (LONG - 1) / (c.k0 + LONG - 1) for c in reference.prior())
    facts = {"reference": text(reference.title, language), "count": LONG, "weight": percent(weight, language, 0)}
    return say("methods.weak.pace", language, **facts)


def weak_cells(results: Mapping[str, Any], language: str) -> Iterator[str]:
    """The cells of the record's tables that lie beyond the bounds of `SPOTS`, group by group."""
    ours = results["tables"][OURS]
    for group in dict.fromkeys(row["group"] for row in ours):
        title = say(f"methods.record.{group.lower()}", language)
        for code, key, low, high in SPOTS:
            weak = [row for row in ours if row["group"] == group and not low <= row[key] <= high]
            cells = [_cell(row, key, language) for row in weak]
            if cells:
                facts = {"group": title, "low": low, "high": high, "cells": "; ".join(cells)}
                yield say(f"methods.weak.{code}", language, **facts)


def weak_line(line: Mapping[str, list[float]], language: str) -> Iterator[str]:
    """At which stated chances the reliability line leaves its band, and in which direction."""
    figure = say("methods.reliability.heading", language)
    columns = [line[key] for key in ("observed", "low", "high")]
    for code, outside in (
        ("fewer", [seen < low for seen, low, _ in zip(*columns, strict=True)]),
        ("more", [seen > high for seen, _, high in zip(*columns, strict=True)]),
    ):
        if spans := spans_of(line["stated"], outside):
            shown = ", ".join(_span(first, last, language) for first, last in spans)
            yield say(f"methods.weak.line.{code}", language, figure=figure, spans=shown)


def spans_of(stated: list[float], outside: list[bool]) -> list[tuple[float, float]]:
    """First and last stated chance of each stretch outside; one point inside between two outside ends no stretch."""
    spans: list[tuple[int, int]] = []
    for i in (i for i, out in enumerate(outside) if out):
        if spans and i - spans[-1][1] <= 2:
            spans[-1] = (spans[-1][0], i)
        else:
            spans.append((i, i))
    return [(stated[first], stated[last]) for first, last in spans]


def _cell(row: Mapping[str, Any], key: str, language: str) -> str:
    history, value = say(f"methods.history.{row['history']}", language), number(row[key], language)
    return f"{history} ({value})" if key == ERROR else f"{history} ({value}%)"


def _span(first: float, last: float, language: str) -> str:
    low, high = (number(100 * min(x, LAST), language, 0) for x in (first, last))
    return f"{low}%" if low == high else f"{low}–{high}%"
