#!/usr/bin/env bash
# Guess: a parameter given as `-p code 01` reaches the notebook as it was typed, or as the text that the notebook's own default is.
# Seen: papermill 2.7.0 writes `code = 1`, though the default in the notebook is the text "79": the code of Ha Noi (01) is gone, and a join by
# code finds nothing or another place. A params file does it twice: YAML reads 01 as 1, 0123 as 83 (octal) and leaves 08 as text, so that of
# three codes of one column three kinds arrive; and `no` is False. With -p, 1_000 is 1000, nan and infinity are floats, and `no` stays text.
# Quotes in the file, or -r on the command line, keep a code.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check papermill==2.7.0 nbclient==0.11.0 PyYAML==6.0.4
cat > try.py <<'PY'
import json
import subprocess
from importlib.metadata import version
from pathlib import Path

cell = {"cell_type": "code", "id": "a", "execution_count": None, "outputs": [], "source": "code = '79'"}
cell["metadata"] = {"tags": ["parameters"]}
kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
book = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
Path("in.ipynb").write_text(json.dumps(book))


def written(*options):
    command = ["v/bin/papermill", "--prepare-only", "in.ipynb", "out.ipynb", *options]
    subprocess.run(command, check=True, capture_output=True)
    return "".join(json.loads(Path("out.ipynb").read_text())["cells"][1]["source"]).splitlines()[1:]


print("papermill", version("papermill"))
typed = {value: written("-p", "code", value)[0] for value in ("01", "1_000", "nan", "no")}
Path("p.yaml").write_text('a: 01\nb: 0123\nc: 08\nd: no\ne: "01"\n')
filed = written("-f", "p.yaml")
print(typed, filed, written("-r", "code", "01"))
assert typed == {"01": "code = 1", "1_000": "code = 1000", "nan": "code = float('nan')", "no": 'code = "no"'}
assert filed == ["a = 1", "b = 83", 'c = "08"', "d = False", 'e = "01"']
assert written("-r", "code", "01") == ['code = "01"']
PY
v/bin/python try.py
