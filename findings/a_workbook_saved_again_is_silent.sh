#!/usr/bin/env bash
# Guess: opening a workbook with openpyxl, changing one figure and saving it keeps what a screen reader says of its table and its chart; or a warning
# says what is lost, as there is one for unknown extensions.
# Seen: openpyxl 3.1.5 drops the alternative text of the table and of the chart (written by XlsxWriter 3.3.1), with no warning: table and chart are there
# and look alike, and who cannot see them hears nothing. A workbook made accessible once does not stay so in a pipeline that fills it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv v
v/bin/python -m pip install --quiet --disable-pip-version-check openpyxl==3.1.5 XlsxWriter==3.3.1
cat > try.py <<'PY'
import warnings
from importlib.metadata import version
from zipfile import ZipFile

import openpyxl
import xlsxwriter

warnings.simplefilter("error")
book = xlsxwriter.Workbook("a.xlsx")
sheet = book.add_worksheet("Income")
heads = [{"header": "Year"}, {"header": "Income"}]
told = {"description": "Income a head by year", "columns": heads, "data": [[2019, 41.0], [2020, 44.9]]}
sheet.add_table(0, 0, 2, 1, told)
chart = book.add_chart({"type": "line"})
chart.add_series({"values": "=Income!$B$2:$B$3"})
sheet.insert_chart("D2", chart, {"description": "Income rises"})
book.close()
again = openpyxl.load_workbook("a.xlsx")
again["Income"]["B3"] = 45.0
again.save("b.xlsx")


def holding(name, words):
    with ZipFile(name) as parts:
        return [part for part in parts.namelist() if words in parts.read(part).decode("utf-8", "replace")]


print({name: version(name) for name in ("openpyxl", "XlsxWriter")})
texts = ("Income a head by year", "Income rises")
found = {name: [holding(name, text) for text in texts] for name in ("a.xlsx", "b.xlsx")}
print(found)
assert found["a.xlsx"] == [["xl/tables/table1.xml"], ["xl/drawings/drawing1.xml"]]
assert found["b.xlsx"] == [[], []]
with ZipFile("b.xlsx") as parts:
    assert {"xl/tables/table1.xml", "xl/charts/chart1.xml"} <= set(parts.namelist())
PY
v/bin/python try.py
