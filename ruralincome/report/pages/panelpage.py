"""The page of a panel: one HTML file that ranks, searches and counts ten thousand places without a network."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from ruralincome.report.charts.fan import Fan
from ruralincome.report.templates import embedded, rendered, source
from ruralincome.report.words.words import LANGUAGES, WORDS, say, unit_words
from ruralincome.scenario.result import ReferenceClass
from ruralincome.series import Said, Series, Text
from ruralincome.target.likelihood import likelihoods

STATIC = 100
"""Rows that stand in the page where no script runs."""
BINS = 20
AREAS = 100
"""Rows of a table of totals that the page shows."""
SURE = (95, 90, 75, 50, 25, 10, 5)
"""How sure one may be, in percent, of each count in the table."""
OUTLOOK_ORDER = ("met", "on_track", "behind", "away", "unknown")


Counted = Any
"""How many places reach their target, as a distribution: `panel.joint` knows it, and the page is handed it."""

SHOWN = 20_000
"""Rows that the page carries; the CSV carries all."""
TABLE_RULE = "open_sdg"
"""The rule whose label stands in the ranked table; the others are counted, and in the CSV."""
NUMBERS = (
    *("last", "last_year", "target", "target_year", "growth", "required_growth"),
    *("median", "low80", "high80", "probability"),
)
KINDS = (
    ("likelihoods", "likelihood", "word"),
    ("labels", TABLE_RULE, "label"),
    ("refusals", "refusal", "panel.refusal"),
)
"""What the script is handed of a place: columns of numbers, and columns of codes with the words for them."""


@dataclass(frozen=True)
class Layer:
    """What is said of one question where there are several: of a scenario, or of a cell of its sweep.

    reference, shock (points of growth): what tells a cell from its scenario; target: value and year, if all share one;
    reason: why most places were refused, where none was answered; direction: of the target; changes: its adjustments.
    """

    title: Text | None
    reference: Text | None
    shock: float | None
    target: tuple[float, int] | None
    answered: int
    refused: int
    count: Counted | None
    reason: str = ""
    direction: int = 1
    changes: Sequence[Said] = ()


@dataclass(frozen=True)
class PanelPage:
    """All that a page says of a panel.

    found: one row a place (see assess_panel); count: how many reach their target, None where none was answered;
    chosen: places drawn one by one, each with its history and (years, 7) quantiles up to its target; totals: tables of
    districts and provinces by the columns that name them; title: of the scenario; layers: all questions, if several;
    direction: 1 where more is better, -1 where less is; changes: the scenario's adjustments; notes: on standards and
    on places that were redrawn; rules: how many places each official rule calls met, on track and so on; index: the
    way to the index beside the panel, empty where there is none; most: places that the table shows.
    """

    name: str
    file: str
    sha256: str
    found: pd.DataFrame
    reference: ReferenceClass
    as_of: int
    count: Counted | None
    chosen: Sequence[tuple[Series, int, Any]] = ()
    totals: Mapping[tuple[str, ...], pd.DataFrame] | None = None
    title: Text | None = None
    layers: Sequence[Layer] = ()
    direction: int = 1
    changes: Sequence[Said] = ()
    notes: Sequence[Said] = ()
    rules: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    index: str = ""
    most: int = SHOWN

    facts = cached_property[dict[str, Any]](lambda panel: _facts(panel))  # what the pages of all languages say


def page(panel: PanelPage, language: str) -> str:
    """The page in one language; the same panel gives the same bytes."""
    facts = panel.facts
    words: dict[str, Any] = {"language": language, "digits": facts["digits"]}
    words["words"] = {code: say(f"panel.{code}", language) for code in ("status", "empty")}
    for key, name, prefix in KINDS:
        words[key] = [say(f"{prefix}.{code}", language) if code else "" for code in facts["codes"][name]]
    own = {
        "others": [other for other in LANGUAGES if other != language],
        "unit": unit_words(facts["unit"], language) if facts["unit"] else "",
        "data": embedded(words)[:-1] + Markup(',"rows":') + facts["embedded"] + Markup("}"),
    }
    return str(rendered("panel/index.html.j2", language=language, panel=panel, **{**facts, **own}))


def _facts(panel: PanelPage) -> dict[str, Any]:
    codes, names = likelihoods(panel.found["probability"].to_numpy(float, na_value=np.nan), WORDS)  # CSV: IPCC's
    found = panel.found.assign(likelihood=pd.Categorical.from_codes(codes, pd.Index(names)))
    near = (found["probability"] - 0.5).abs().fillna(1.0).sort_values(kind="stable").index[: panel.most]
    shown = found.loc[near] if len(found) > panel.most else found  # those nearest to the line
    probability, goals = found["probability"].dropna().to_numpy(float), found[["target", "target_year"]].dropna()
    ranked = shown.sort_values("probability", ascending=False, kind="stable", na_position="last").head(STATIC)
    likely, refused = int((probability > 0.5).sum()), found[found["refusal"].notna()]
    reasons = refused["refusal"].astype(str)
    digits = 0 if found["last"].median() >= 1000 else 1  # one for 48.9 million, none for thousands a month
    units = [*filter(None, found["unit"].unique())] if "unit" in found else []
    return {
        "version": version("ruralincome"),
        "digits": digits,
        "goal": goals.iloc[0].tolist() if len(goals.drop_duplicates()) == 1 else None,
        "answered": len(probability),
        "likely": likely,
        "together": panel.count.at_least(likely) if panel.count else None,
        "rho": median(panel.reference.rhos or (panel.reference.rho,)),
        "unit": str(units[0]) if len(units) == 1 else "",
        "counts": np.histogram(probability, BINS, (0, 1))[0].tolist(),
        "likelihoods": [(code, int((found["likelihood"] == code).sum())) for _, code in WORDS],
        "sure": SURE,
        "outlooks": OUTLOOK_ORDER,
        "chosen": [
            (series, found.loc[at].to_dict(), Fan.of_place(series, float(found["target"][at]), ahead))
            for series, at, ahead in panel.chosen
        ],
        "area": place_area,
        "rows": len(found),
        "carried": len(shown),
        "rule": TABLE_RULE,
        "ranked": ranked.to_dict("records"),
        "totals": list(_totals(panel.totals or {})),
        "refused": len(refused),
        "reasons": reasons.value_counts(sort=True).to_dict(),
        "examples": refused.groupby(reasons)["place"].first().to_dict(),
        "embedded": embedded(script_rows(shown, digits)),
        "codes": {name: shown[name].cat.categories for _, name, _ in KINDS},
        "script": source("panel/table.js"),
    }


def script_rows(shown: pd.DataFrame, digits: int) -> list[tuple[Any, ...]]:
    """The rows of the table for the script: place, area, NUMBERS, and codes of KINDS."""
    area = [place_area(row) for row in shown[[k for k in ("district", "province") if k in shown]].to_dict("records")]
    columns: list[Any] = [shown["place"].astype(str).tolist(), area or [""] * len(shown)]
    for name in NUMBERS:
        places = {"year": 0, "growth": 8, "probability": 8}.get(name.rpartition("_")[2], digits + 6)
        values = pd.to_numeric(shown[name]).to_numpy(float, na_value=np.nan).round(places)
        columns.append([None if v != v else int(v) if places == 0 else v for v in values.tolist()])
    columns += [shown[name].cat.codes.tolist() for _, name, _ in KINDS]
    return list(zip(*columns, strict=True))


def place_area(row: Mapping[Any, Any]) -> str:
    """The names of the areas that a place lies in."""
    return ", ".join(str(row[key]) for key in ("district", "province") if row.get(key))


def _totals(totals: Mapping[tuple[str, ...], pd.DataFrame]) -> Iterator[tuple[Any, Sequence[str], list[Any], int]]:
    """Districts and provinces by level of area and target year: year, columns that name them, rows, how many."""
    for by, rows in totals.items():
        for year, some in rows.groupby("target_year", sort=True):
            yield year, by, some.head(AREAS).to_dict("records"), len(some)
