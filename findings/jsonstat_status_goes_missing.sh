#!/usr/bin/env bash
# Guess: reading a JSON-stat dataset gives each value with its status, and two areas of one name as two areas.
# Seen: pyjstat 2.4.0. The status of every observation (here p, preliminary, and c, confidential) is gone, so that a confidential
# cell and one not yet published are the same missing number; and two areas whose labels are alike (a city and the county
# around it) become rows that nothing tells apart, since codes are replaced by labels: asking for the area gives both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check pyjstat==2.4.0 pandas==2.3.3 numpy==2.4.6
cat > try.py <<'PY'
import json
from importlib.metadata import version

from pyjstat import pyjstat

table = {
    "version": "2.0",
    "class": "dataset",
    "label": "Income a head",
    "id": ["area", "time"],
    "size": [2, 3],
    "dimension": {
        "area": {"label": "Area", "category": {"index": ["071", "072"], "label": {"071": "Riverton", "072": "Riverton"}}},
        "time": {"label": "Year", "category": {"index": ["2018", "2019", "2020"]}},
    },
    "value": [31.0, 32.5, None, 24.1, None, 26.0],
    "status": {"1": "p", "2": "c", "4": ":"},
}
frame = pyjstat.Dataset.read(json.dumps(table)).write("dataframe")
print("pyjstat", version("pyjstat"), frame.to_dict("list"))
assert list(frame.columns) == ["Area", "Year", "value"]
assert frame["value"].isna().sum() == 2
assert frame.duplicated(["Area", "Year"]).sum() == 3
assert not frame.astype(str).isin(["p", "c", ":", "071", "072"]).any().any()
PY
v/bin/python try.py
