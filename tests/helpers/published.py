"""Published cases of official rules, as tests/vectors holds them."""

import csv
from pathlib import Path

VECTORS = Path(__file__).parents[1] / "vectors"


def table(name):
    with (VECTORS / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


EDGES = {row["case"]: row for row in table("open_sdg_edge_cases.csv")}


def number(text):
    return float(text) if text else None


def arguments(row):
    """What a Case is given of a row, by the names of either table."""
    latest = "current" if "current" in row else "current_value"
    base = "base" if "base" in row else "base_value"
    return (
        *(number(row[name]) for name in ("base_year", base, "current_year", latest, "target_year", "target")),
        int(row["direction"]),
    )
