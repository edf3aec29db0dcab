#!/usr/bin/env bash
# Guess: a PC-Axis file with KEYS (only the rows that hold data are given, each led by its code) is read by its codes.
# Seen: pyaxis 0.4.3 deals the tokens out in order, the codes among them. Where their number happens to fit the full table (here three
# rows of four tokens for four regions of three years), it raises nothing: region A in 2018 is "1", its own code, and B,
# which has no data, gets those of A and C. Where the number does not fit, pandas raises about lengths. KEYS is part of the PX
# specification and what offices use for sparse tables.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check pyaxis==0.4.3 pandas==2.3.3 numpy==2.4.6
cat > try.py <<'PY'
from importlib.metadata import version
from pathlib import Path

from pyaxis import pyaxis

Path("t.px").write_text(
    '''CHARSET="ANSI";
AXIS-VERSION="2013";
LANGUAGE="en";
CODEPAGE="utf-8";
TITLE="Income by region and year";
CONTENTS="Income";
UNITS="million";
STUB="region";
HEADING="year";
VALUES("region")="A","B","C","D";
CODES("region")="1","2","3","4";
VALUES("year")="2018","2019","2020";
KEYS("region")=CODES;
DATA=
"1" 10.5 11.5 12.5
"3" 20.5 21.5 22.5
"4" 40.5 41.5 42.5;
''',
    encoding="utf-8",
)
frame = pyaxis.parse(uri="t.px", encoding="utf-8")["DATA"]
print("pyaxis", version("pyaxis"))
print(frame.to_string(index=False))
figures = frame.set_index(["region", "year"])["DATA"]
assert figures["A", "2018"] == '"1"' and figures["A", "2019"] == "10.5"
assert figures["B", "2018"] == "12.5" and figures["B", "2019"] == '"3"'
PY
v/bin/python try.py
