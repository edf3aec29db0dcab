"""Trials, outside CI: two commands that write at one moment, over and over. `make trials`.

Each begins from a fresh copy of the project. What must come out: two `observe` of different series, and two `new`, end
with 0 and everything can be read; of two `panel` into one output one is refused, or one waits, and no file holds
another question than the page beside it.
"""

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUN = [sys.executable, "-m", "ruralincome"]


def together(folder: Path, *commands: list[str], apart: float = 0.0) -> list[int]:
    """The exit statuses of commands started one after the other, `apart` seconds between."""
    started = []
    for command in commands:
        started.append(subprocess.Popen([*RUN, *command], cwd=folder, stdout=-3, stderr=-3))
        time.sleep(apart)
    return [each.wait() for each in started]


def project(folder: Path) -> Path:
    for name in ("data", "params", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "ok.csv").write_text("year,value\n2016,32.6\n2020,44.9\n", encoding="utf-8")
    return folder


def two_observe(folder: Path, _: int) -> bool:
    """Both figures stand."""
    project(folder)
    ours = ["observe", "binh_thuan_rural_income", "2021", "49.5", "--source", "s"]
    theirs = ["observe", "vietnam_cpi", "2026", "3.6", "--source", "s"]
    codes = together(folder, ours, theirs)
    tables = [(folder / f"data/{ours[1]}.csv", "49.5"), (folder / f"data/{theirs[1]}.csv", "3.6")]
    return codes == [0, 0] and all(v in path.read_text("utf-8-sig") for path, v in tables) and checked(folder)


def two_new(folder: Path, _: int) -> bool:
    """Both places stand."""
    project(folder)
    more = ["--series", "ok.csv", "--target", "50@2025", "--source", "s"]
    codes = together(folder, ["new", "P0", *more], ["new", "P1", *more])
    resources = json.loads((folder / "data/datapackage.json").read_text("utf-8"))["resources"]
    return codes == [0, 0] and {"p0", "p1"} <= {each["name"] for each in resources} and checked(folder)


def two_panel(folder: Path, turn: int) -> bool:
    """One answer, of one question: the file, its counts and its page are of the same target."""
    rows = [f"Xã {i},{year},{30 + i % 9 + year - 2016}" for i in range(2500) for year in (2016, 2018, 2020)]
    (folder / "big.csv").write_text("place,year,value\n" + "\n".join(rows) + "\n", encoding="utf-8")
    asked = [["panel", "big.csv", "--target", f"{goal}@2025", "--output", "out"] for goal in (50, 60)]
    codes = together(folder, *asked, apart=2.0 * turn / TURNS)
    with (folder / "out/big/panel.csv").open(encoding="utf-8-sig", newline="") as stream:
        goals = {float(row["target"]) for row in csv.DictReader(stream)}
    heading = (folder / "out/big/en/report.html").read_text("utf-8")
    heading = heading[heading.index("<h1") : heading.index("</h1>")]
    return sorted(codes) in ([0, 0], [0, 2]) and len(goals) == 1 and f"{goals.pop():g}" in heading


def checked(folder: Path) -> bool:
    return subprocess.run([*RUN, "check"], cwd=folder, stdout=-3, stderr=-3, check=False).returncode == 0


TURNS = 20
KINDS: tuple[Callable[[Path, int], bool], ...] = (two_observe, two_new, two_panel)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=TURNS)
    wrong = 0
    turns = parser.parse_args().turns
    for kind in KINDS:
        right = 0
        for turn in range(turns):
            with tempfile.TemporaryDirectory() as folder:
                right += kind(Path(folder), turn % TURNS)
        print(f"{kind.__name__}: {right} of {turns} right", flush=True)
        wrong += turns - right
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
