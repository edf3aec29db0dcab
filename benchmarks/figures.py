"""How quickly figures are read, as ratios within one run.

A workbook beside calamine alone, a million rows of CSV beside pandas, and beside another checkout where one is named.

    python benchmarks/figures.py [--other FOLDER]

Each measurement is a process of its own; of several the quickest counts, in CPU seconds, and the most memory above what
its imports took. Prints a line each; writes nothing.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

TIMES = 3
MEASURE = """
import json, resource, sys, time
from pathlib import Path
import numpy, pandas, python_calamine
{begin}
start, clock = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
{run}
spent, most = time.process_time() - clock, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([spent, (most - start) / 1024]))
"""
OURS = """
try:
    from ruralincome.panel.files import read_panel
except ImportError:  # as the project was before it had rooms
    from ruralincome.panelread import read_panel
"""
WAYS = {
    "calamine": ("", "python_calamine.CalamineWorkbook.from_path('wide.xlsx').get_sheet_by_index(0).to_python()"),
    "our workbook": ("from ruralincome.data.forms.read import read_table", "read_table('wide.xlsx')"),
    "pandas": ("", "pandas.read_csv('long.csv')"),
    "our csv": (OURS, "read_panel(Path('long.csv'))"),
}


def make(folder: Path) -> None:
    """A workbook of 50,000 places and five years, and a million rows of CSV."""
    import openpyxl

    draw = random.Random(1)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Biểu")
    sheet.append(["Xã", 2016, 2018, 2020, 2022, 2024])
    for i in range(50_000):
        sheet.append([f"Xã {i}", *(round(draw.uniform(20, 60), 2) for _ in range(5))])
    book.save(folder / "wide.xlsx")
    with (folder / "long.csv").open("w", encoding="utf-8") as stream:
        stream.write("place,year,value,population\n")
        for i in range(250_000):
            stream.writelines(f"Xã {i},{y},{draw.uniform(20, 60):.2f},{1000 + i}\n" for y in (2016, 2018, 2020, 2022))


def measured(way: str, folder: Path, source: Path) -> tuple[float, float]:
    """CPU seconds and MB of the quickest run."""
    begin, run = WAYS[way]
    code = MEASURE.format(begin=begin, run=run)
    found = []
    for _ in range(TIMES):
        environment = {**os.environ, "PYTHONPATH": str(source), "OPENBLAS_NUM_THREADS": "1"}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, check=True
        )
        found.append(tuple(json.loads(done.stdout)))
    return min(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--other", type=Path, help="another checkout, whose reader of CSV is measured too")
    other = parser.parse_args().other
    ours = Path(__file__).parents[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder)
        found = {way: measured(way, folder, ours) for way in WAYS}
        if other:
            found["other csv"] = measured("our csv", folder, other)
    for one, beside in (("our workbook", "calamine"), ("our csv", "pandas"), ("our csv", "other csv")):
        if beside in found:
            time, memory = (a / b for a, b in zip(found[one], found[beside], strict=True))
            print(f"{one} beside {beside}: {time:.2f} of the time ({found[one][0]:.2f} s), {memory:.2f} of the memory")


if __name__ == "__main__":
    main()
