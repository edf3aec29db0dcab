"""The ranked table of a panel's page: its first rows as they stand, all rows as data for the script that ranks them."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from ruralincome.report.blocks import paragraph, section
from ruralincome.report.tables import table
from ruralincome.report.words.words import chance, number, percent, say

SHOWN = 20_000
"""Rows that the page carries; of a larger panel those nearest to the line, and the CSV carries all."""
STATIC = 100
"""Rows that stand in the page where no script runs."""
TABLE_RULE = "open_sdg"
"""The rule whose label stands in the ranked table; the others are counted, and in the CSV."""

_COLUMNS = ("place", "last", "target", "growth", "needed", "median", "interval", "probability", "likelihood", "rule")


def ranked(found: pd.DataFrame, language: str, digits: int) -> Markup:
    """The ranked table, its controls, and its first rows for where no script runs."""
    shown, places = _shown(found), len(found)
    note = say("panel.table.all", language)
    if len(shown) < places:
        facts = {"shown": number(len(shown), language, 0), "places": number(places, language, 0)}
        note = say("panel.table.cut", language, **facts)
    head = [say(f"panel.column.{code}", language) for code in _COLUMNS[:-1]]
    head.append(say("panel.column.rule", language, rule=say(f"rule.{TABLE_RULE}.short", language)))
    first = shown.sort_values("probability", ascending=False, kind="stable", na_position="last").head(STATIC)
    rows = [_cells(row, language, digits) for row in first.to_dict("records")]
    listed = table(say("panel.table.caption", language), head, rows, numeric=range(1, 8))
    listed = Markup(str(listed).replace("<table ", '<table id="ranked" ', 1))
    controls = Markup(
        '<div class="controls" id="controls" hidden>'
        '<label>{}<input id="search" type="search" autocomplete="off"></label>'
        '<label>{}<select id="filter"><option value="">{}</option><option value="refused">{}</option></select></label>'
        '<button type="button" id="back">{}</button><button type="button" id="next">{}</button>'
        '<span id="status" role="status"></span></div><p class="note" id="static">{}</p>'
    ).format(
        *(
            say(f"panel.{code}", language)
            for code in ("search", "filter", "filter.all", "filter.refused", "previous", "next")
        ),
        say("panel.table.static", language, shown=number(len(first), language, 0)),
    )
    scrolled = Markup('<div class="wide" role="group" aria-labelledby="table-h" tabindex="0">{}</div>').format(listed)
    return section("table", say("panel.table.heading", language), paragraph(note, "note"), controls, scrolled)


def rows_for_script(found: pd.DataFrame, language: str, digits: int) -> str:
    """The rows of the table for the script, and the words it needs; safe inside a script element."""
    shown = _shown(found)
    labels = list(shown[TABLE_RULE].cat.categories)
    reasons = list(shown["refusal"].cat.categories)
    area = [place_area(row) for row in shown[[k for k in ("district", "province") if k in shown]].to_dict("records")]
    columns: list[Any] = [shown["place"].astype(str).tolist(), area or [""] * len(shown)]
    for name, places in (
        ("last", digits + 6), ("last_year", 0), ("target", digits + 6), ("target_year", 0), ("growth", 8),
        ("required_growth", 8), ("median", digits + 6), ("low80", digits + 6), ("high80", digits + 6),
        ("probability", 8),
    ):  # fmt: skip
        values = pd.to_numeric(shown[name]).to_numpy(float, na_value=np.nan).round(places)
        columns.append([None if v != v else int(v) if places == 0 else v for v in values.tolist()])
    likely = shown["likelihood"].cat.codes.to_numpy()
    known = list(shown["likelihood"].cat.categories)
    columns += [likely.tolist(), shown[TABLE_RULE].cat.codes.tolist(), shown["refusal"].cat.codes.tolist()]
    document = {
        "language": language,
        "digits": digits,
        "words": {code: say(f"panel.{code}", language) for code in ("status", "empty")},
        "likelihoods": [say(f"likelihood.{code}", language) for code in known],
        "labels": [say(f"label.{code}", language) for code in labels],
        "refusals": [say(f"panel.refusal.{code}", language) if code else "" for code in reasons],
        "rows": list(zip(*columns, strict=True)),
    }
    words = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return words.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def decimals(found: pd.DataFrame) -> int:
    """Digits after the point of levels: one for 48.9 million, none for thousands a month."""
    middle = float(found["last"].median()) if found["last"].notna().any() else 1.0
    return 0 if middle >= 1000 else 1


def place_area(row: Mapping[Any, Any]) -> str:
    """The names of the areas that a place lies in."""
    return ", ".join(str(row[key]) for key in ("district", "province") if row.get(key))


def _cells(row: Mapping[Any, Any], language: str, digits: int) -> list[str]:
    """A row of the ranked table, as the script writes it."""

    def level(name: str) -> str:
        return "" if np.isnan(row[name]) else number(row[name], language, digits)

    def rate(name: str) -> str:
        return "" if np.isnan(row[name]) else percent(row[name], language)

    def dated(value: str, year: Any) -> str:
        return f"{value} ({year})" if value and year == year else value

    refused = isinstance(row["refusal"], str)
    word = f"panel.refusal.{row['refusal']}" if refused else f"likelihood.{row['likelihood']}"
    label = row[TABLE_RULE]
    area = place_area(row)
    return [
        Markup('{} <span class="area">{}</span>').format(row["place"], area) if area else str(row["place"]),
        dated(level("last"), row["last_year"]),
        dated(level("target"), row["target_year"]),
        rate("growth"),
        rate("required_growth"),
        level("median"),
        "" if np.isnan(row["low80"]) else f"{level('low80')} – {level('high80')}",
        "" if np.isnan(row["probability"]) else chance(row["probability"], language),
        say(word, language),
        say(f"label.{label}", language) if isinstance(label, str) else "",
    ]


def _shown(found: pd.DataFrame) -> pd.DataFrame:
    """The rows that the page carries."""
    if len(found) <= SHOWN:
        return found
    away = (found["probability"] - 0.5).abs().fillna(1.0)
    return found.loc[away.sort_values(kind="stable").index[:SHOWN]]
