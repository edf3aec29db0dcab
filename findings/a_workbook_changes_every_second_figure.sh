#!/usr/bin/env bash
# Guess: a float written to .xlsx and read back is the same float, as with CSV by repr.
# Seen: XlsxWriter 3.3.1 and openpyxl 3.1.5 write 16 digits, where a double needs up to 17. Of 2,000 computed levels 934 come back as another
# number (python-calamine 0.9.1; openpyxl reads the same). The change is in the last bit, but "the workbook holds the numbers of the
# result file" is false for almost half of them, and a comparison by equality or by hash fails. Both change the same ones.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check openpyxl==3.1.5 XlsxWriter==3.3.1 python-calamine==0.9.1
cat > try.py <<'PY'
import random
from importlib.metadata import version

import openpyxl
import xlsxwriter
from python_calamine import CalamineWorkbook

random.seed(1)
levels = [random.random() * 50 for _ in range(2000)]
book = xlsxwriter.Workbook("a.xlsx")
sheet = book.add_worksheet()
for row, level in enumerate(levels):
    sheet.write_number(row, 0, level)
book.close()
book = openpyxl.Workbook()
for level in levels:
    book.active.append([level])
book.save("b.xlsx")
print({name: version(name) for name in ("XlsxWriter", "openpyxl", "python-calamine")})
back = {
    name: [row[0] for row in CalamineWorkbook.from_path(name).get_sheet_by_index(0).to_python()]
    for name in ("a.xlsx", "b.xlsx")
}
changed = {name: sum(x != y for x, y in zip(levels, read)) for name, read in back.items()}
print("changed of", len(levels), changed, "largest relative", max(abs(x / y - 1) for x, y in zip(levels, back["a.xlsx"])))
assert changed == {"a.xlsx": 934, "b.xlsx": 934}
assert back["a.xlsx"] == back["b.xlsx"]
assert [float(repr(level)) for level in levels] == levels
PY
v/bin/python try.py
