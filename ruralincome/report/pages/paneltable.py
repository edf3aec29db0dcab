"""The ranked table of a panel's page: its first rows as they stand, all rows as data for the script that ranks them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ruralincome.report.templates import embedded
from ruralincome.report.words.words import say

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


def carried(found: pd.DataFrame, most: int) -> pd.DataFrame:
    """The rows that the page carries: of more than `most` those nearest to the line."""
    if len(found) <= most:
        return found
    away = (found["probability"] - 0.5).abs().fillna(1.0)
    return found.loc[away.sort_values(kind="stable").index[:most]]


def script_rows(shown: pd.DataFrame, language: str, digits: int) -> str:
    """The rows of the table for the script, and the words it needs; safe inside a script element."""
    area = [place_area(row) for row in shown[[k for k in ("district", "province") if k in shown]].to_dict("records")]
    columns: list[Any] = [shown["place"].astype(str).tolist(), area or [""] * len(shown)]
    for name in NUMBERS:
        places = {"year": 0, "growth": 8, "probability": 8}.get(name.rpartition("_")[2], digits + 6)
        values = pd.to_numeric(shown[name]).to_numpy(float, na_value=np.nan).round(places)
        columns.append([None if v != v else int(v) if places == 0 else v for v in values.tolist()])
    document: dict[str, Any] = {"language": language, "digits": digits}
    document["words"] = {code: say(f"panel.{code}", language) for code in ("status", "empty")}
    for key, name, prefix in KINDS:
        columns.append(shown[name].cat.codes.tolist())
        document[key] = [say(f"{prefix}.{code}", language) if code else "" for code in shown[name].cat.categories]
    document["rows"] = list(zip(*columns, strict=True))
    return embedded(document)


def decimals(found: pd.DataFrame) -> int:
    """Digits after the point of levels: one for 48.9 million, none for thousands a month."""
    middle = float(found["last"].median()) if found["last"].notna().any() else 1.0
    return 0 if middle >= 1000 else 1


def place_area(row: Mapping[Any, Any]) -> str:
    """The names of the areas that a place lies in."""
    return ", ".join(str(row[key]) for key in ("district", "province") if row.get(key))
