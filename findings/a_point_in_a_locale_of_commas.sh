#!/usr/bin/env bash
# Guess: a reader told that the decimal sign is a comma refuses 44.9, or reads it as 44.9.
# Seen: babel 2.19.0 reads it as 449 in Vietnamese, and so does pandas 3.1.1 with decimal="," and thousands=".": ten times the income, from one cell of
# a column typed by two people. babel's strict=True does refuse 44.9, but takes 1_000 for 1000, NaN for a number and 1e3 for a thousand, and 1.234
# for 1234 with or without it. A plausible level (40.25 is 4025, 44.9 is 449) raises nothing anywhere later.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check babel==2.19.0 pandas==3.1.1 numpy==2.4.6
cat > try.py <<'PY'
import io
from importlib.metadata import version

import pandas as pd
from babel.numbers import NumberFormatError, parse_decimal

print({name: version(name) for name in ("babel", "pandas")})
loose = [str(parse_decimal(text, locale="vi")) for text in ("44,9", "44.9", "40.25", "1.234")]
strict = [str(parse_decimal(text, locale="vi", strict=True)) for text in ("44,9", "1_000", "1e3", "NaN", "1.234")]
try:
    parse_decimal("44.9", locale="vi", strict=True)
    refused = False
except NumberFormatError:
    refused = True
table = "year;income\n2019;44.9\n2020;48,9\n"
read = pd.read_csv(io.StringIO(table), sep=";", decimal=",", thousands=".")["income"].tolist()
print(loose, strict, refused, read)
assert loose == ["44.9", "449", "4025", "1234"]
assert strict == ["44.9", "1000", "1E+3", "NaN", "1234"] and refused
assert read == [449.0, 48.9]
PY
v/bin/python try.py
