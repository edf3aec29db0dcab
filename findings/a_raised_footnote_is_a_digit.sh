#!/usr/bin/env bash
# Guess: a reader of workbooks gives 44,9 for a cell that shows 44,9 with a raised footnote mark 1, or says that there is one.
# Seen: openpyxl 3.1.5, python-calamine 0.9.1 and pandas 3.1.1 with either engine all give the text 44,91: two hundredths more, and no
# word. Only openpyxl's load_workbook(rich_text=True) parts the mark from the figure. A mark made by the number format,
# 0.0"(*)", is in none of the readers' values; only number_format of openpyxl has it. Official tables mark preliminary
# figures in both ways.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check openpyxl==3.1.5 python-calamine==0.9.1 pandas==3.1.1 numpy==2.4.6
cat > try.py <<'PY'
from importlib.metadata import version

import openpyxl
import pandas as pd
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from python_calamine import CalamineWorkbook

book = openpyxl.Workbook()
sheet = book.active
sheet.append(["year", "income"])
sheet.append([2020, CellRichText("44,9", TextBlock(InlineFont(vertAlign="superscript"), "1"))])
sheet.append([2021, 48.9])
sheet["B3"].number_format = '0.0"(*)"'
book.save("t.xlsx")
print({name: version(name) for name in ("openpyxl", "python-calamine", "pandas")})
seen = {
    "openpyxl": openpyxl.load_workbook("t.xlsx").active["B2"].value,
    "calamine": CalamineWorkbook.from_path("t.xlsx").get_sheet_by_index(0).to_python()[1][1],
    **{f"pandas, {e}": pd.read_excel("t.xlsx", engine=e)["income"][0] for e in ("openpyxl", "calamine")},
}
rich = openpyxl.load_workbook("t.xlsx", rich_text=True).active["B2"].value
print(seen, "| rich_text:", [getattr(part, "text", part) for part in rich])
plain = openpyxl.load_workbook("t.xlsx").active["B3"]
print("format mark:", plain.value, plain.number_format)
assert set(seen.values()) == {"44,91"}
assert [getattr(part, "text", part) for part in rich] == ["44,9", "1"]
assert plain.value == 48.9 and plain.number_format == '0.0"(*)"'
PY
v/bin/python try.py
