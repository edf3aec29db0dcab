#!/usr/bin/env bash
# Guess: in VTL, the language in which statistical offices share their rules, the change since the last period is unknown when that period has no figure,
# and changes summed up again give the levels that they came from.
# Seen: vtlengine 1.9.6. Of 30, nothing, 44.9, 46 stock_to_flow makes 30, nothing, 44.9, 1.1: after an empty year the change is the whole level, as at the
# start of a series. flow_to_stock of that gives 74.9 and 76. Where the year has no row at all, the change is 14.9 and the way back right. Asked for as
# D - timeshift(D, 1), the same change is left empty. The second engine inside (DuckDB) says the same as the first; the examples of the language's manual
# hold no empty figure. Nothing is raised or warned. An index or income that was not surveyed in one year is the usual case.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check vtlengine==1.9.6 pysdmx==1.21.0 duckdb==1.5.6 sqlglot==22.5.0 numpy==2.4.6 pandas==3.0.6
cat > try.py <<'PY'
import warnings
from importlib.metadata import version

import pandas as pd
from vtlengine import run

warnings.simplefilter("ignore")
print("vtlengine", version("vtlengine"))
part = {"nullable": False, "role": "Identifier"}
FORM = [
    {"name": "AREA", "type": "String", **part},
    {"name": "YEAR", "type": "Time_Period", **part},
    {"name": "INCOME", "type": "Number", "role": "Measure", "nullable": True},
]
FIGURES = pd.DataFrame(
    {
        "AREA": ["empty"] * 4 + ["no row"] * 3,
        "YEAR": ["2020", "2021", "2022", "2023", "2020", "2022", "2023"],
        "INCOME": [30.0, None, 44.9, 46.0, 30.0, 44.9, 46.0],
    }
)


def said(rule, duckdb=False):
    structures = {"datasets": [{"name": "D", "DataStructure": FORM}]}
    (made,) = run(script=f"R <- {rule};", data_structures=structures, datapoints={"D": FIGURES.copy()}, use_duckdb=duckdb).values()
    rows = made.data.sort_values(["AREA", "YEAR"])
    return {
        area: [(year, None if pd.isna(v) else round(float(v), 6)) for year, v in zip(part["YEAR"], part["INCOME"])]
        for area, part in rows.groupby("AREA")
    }


RULES = "stock_to_flow(D)", "flow_to_stock(stock_to_flow(D))", "D - timeshift(D, 1)"
change, again, shifted = (said(rule) for rule in RULES)
for rule, found in zip(RULES, (change, again, shifted)):
    print(rule, found)
    assert said(rule, duckdb=True) == found
assert change["empty"] == [("2020", 30.0), ("2021", None), ("2022", 44.9), ("2023", 1.1)]
assert again["empty"] == [("2020", 30.0), ("2021", None), ("2022", 74.9), ("2023", 76.0)]
assert change["no row"] == [("2020", 30.0), ("2022", 14.9), ("2023", 1.1)]
assert again["no row"] == [("2020", 30.0), ("2022", 44.9), ("2023", 46.0)]
assert dict(shifted["empty"])["2022"] is None
PY
v/bin/python try.py
