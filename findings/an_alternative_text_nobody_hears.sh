#!/usr/bin/env bash
# Guess: an alternative text that a notebook keeps with its picture ("image/png": {"alt": ...} in the output's metadata) is on the HTML page that nbconvert makes.
# Seen: nbconvert 7.17.2 writes it with the templates `classic` and `basic`; with `lab`, the default, it writes "No description has been provided for this image"
# instead. A checker that asks whether pictures have an alternative text finds one, and is content: the worse page passes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check nbconvert==7.17.2 nbformat==5.10.4
cat > try.py <<'PY'
import re
import warnings
from importlib.metadata import version

import nbformat.v4 as v4
from nbconvert import HTMLExporter

warnings.simplefilter("ignore")
dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
shown = v4.new_output("display_data", {"image/png": dot}, metadata={"image/png": {"alt": "Fan chart: 36 percent"}})
book = v4.new_notebook(cells=[v4.new_code_cell("fan()", outputs=[shown])])
found = {}
for template in ("lab", "classic", "basic"):
    page, _ = HTMLExporter(template_name=template).from_notebook_node(book)
    found[template] = re.findall(r'alt="([^"]*)"', page)
print("nbconvert", version("nbconvert"), found, "default:", HTMLExporter().template_name)
assert found["classic"] == found["basic"] == ["Fan chart: 36 percent"]
assert found["lab"] == ["No description has been provided for this image"]
assert HTMLExporter().template_name == "lab"
PY
v/bin/python try.py
