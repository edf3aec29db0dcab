"""How many places a second, and in how much memory, beside statsforecast on the same panel; results as ratios.

    python benchmarks/panel.py [PLACES ...] [--python PYTHON] [--command PLACES ...]

A panel is made of communes with yearly histories of 3 to 10 observations without gaps, which statsforecast needs, and a
target two to five years ahead. Each measurement is a process of its own on one core, one BLAS thread: it makes the
panel, runs once on 50 places to load and compile, then on all, from a table in memory to a table in memory; several
times (once at a million), of which the quickest counts.

    ours                  assess_panel: growth, median, three intervals, probability, likelihood, labels of 13 rules,
                          by the class vietnam-provinces-real (one component: the quantiles of one Student t)
    mixture               the same by the class international, a mixture of three, whose quantiles are found step
                          by step
    pool                  the same by the pool of two families, a mixture of four: what the command takes
    RandomWalkWithDrift   statsforecast: mean and three intervals, five years ahead
    AutoETS               statsforecast: the same, on histories of 7 to 10 observations, since it refuses shorter ones;
                          at most 1000 places, scaled, since its cost is the same for each

--python is the interpreter that has statsforecast (that of `make .venv/.bench` where there is one, else this one).
--command measures `ruralincome panel FILE` whole: start, reading, answering, CSV and both pages (10600 and 1000000
places unless stated).
CPU seconds are compared: on one core they are what a clock would show on a machine that does nothing else.
Writes benchmarks/panel.json and benchmarks/panel.md.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve()
ENGINES = ("ours", "mixture", "pool", "RandomWalkWithDrift", "AutoETS")
OWN = {"ours": ("vietnam-provinces-real", 2020), "mixture": ("international", 2020), "pool": ("vietnam-pool", 2020)}
"""Our engines, and their classes."""
MOST = {"ours": 10**7, "mixture": 10**7, "pool": 10**7, "RandomWalkWithDrift": 100_000, "AutoETS": 1_000}
"""Places beyond which an engine is measured at fewer, and its time scaled."""


def main() -> None:
    """Measure each engine and size, print and write the results."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("places", nargs="*", type=int, default=[1_000, 10_000, 100_000, 1_000_000])
    peers = Path(sys.prefix) / "bench" / "bin" / "python"
    options.add_argument("--python", default=str(peers) if peers.exists() else sys.executable)
    options.add_argument("--command", nargs="*", type=int, default=[10_600, 1_000_000])
    options.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.engine:
        print(json.dumps(measure(asked.engine, asked.places[0])))
        return
    rows = [run(engine, n, asked.python) for n in asked.places for engine in ENGINES]
    whole = [command(n) for n in asked.command]
    found = {"machine": machine(), "engines": rows, "exponent": exponent(rows), "command": whole}
    (HERE.parent / "panel.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (HERE.parent / "panel.md").write_text(text(found), encoding="utf-8")
    print(text(found))


def table(places: int, least: int = 3, seed: int = 1):
    """A long table: place, year, value, target, target_year."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    count = rng.integers(least, 11, places)
    place = np.repeat(np.arange(places), count)
    first = np.cumsum(count) - count
    year = 2021 - count[place] + np.arange(len(place)) - first[place]
    growth = np.cumsum(rng.normal(0.08, 0.04, len(place)))
    value = np.round(rng.uniform(10, 60, places)[place] * np.exp(growth - growth[first][place]), 1)
    ahead = rng.integers(2, 6, places)
    target = np.round(value[first + count - 1] * np.exp(0.08 * ahead + rng.normal(0, 0.1, places)), 1)
    names = np.array([f"Xã {i:07d}" for i in range(places)], object)
    columns = {"place": names[place], "year": year, "value": value, "target": target[place]}
    return pd.DataFrame({**columns, "target_year": 2020 + ahead[place]})


def measure(engine: str, places: int) -> dict[str, float]:
    """Seconds of one engine on so many places, in this process."""
    least = 7 if engine == "AutoETS" else 3
    frame, small = table(places, least), table(50, least)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = ours(*OWN[engine]) if engine in OWN else theirs(engine)
    answer(small)
    runs = []
    for _ in range(max(1, min(20, 300_000 // places))):
        clock, cpu = time.perf_counter(), time.process_time()
        answer(frame)
        runs.append({"wall": time.perf_counter() - clock, "cpu": time.process_time() - cpu})
    spent = {name: min(run[name] for run in runs) for name in ("wall", "cpu")}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {**spent, "peak_mb": peak / 1024, "panel_mb": before / 1024}


def ours(name: str, as_of: int):
    from functools import partial

    from ruralincome.panel.places import assess_panel
    from ruralincome.reference.vintages import read_class

    return partial(assess_panel, reference=read_class(name, as_of))


def theirs(engine: str):
    import warnings

    from statsforecast import StatsForecast, models

    warnings.simplefilter("ignore")
    forecaster = StatsForecast(models=[getattr(models, engine)()], freq=1, n_jobs=1)

    def answer(frame):
        long = frame.rename(columns={"place": "unique_id", "year": "ds", "value": "y"})[["unique_id", "ds", "y"]]
        return forecaster.forecast(df=long, h=5, level=[50, 80, 95])

    return answer


def run(engine: str, places: int, python: str) -> dict[str, object]:
    """One row of the results; a size beyond an engine's most is measured at the most."""
    measured = min(places, MOST[engine])
    found = process(engine, measured, sys.executable if engine in OWN else python)
    return {"engine": engine, "places": places, "measured": measured, **found, "a_second": measured / found["cpu"]}


@cache
def process(engine: str, places: int, interpreter: str) -> dict[str, float]:
    """One measurement in a process of its own on one core."""
    out = subprocess.run(
        [interpreter, str(HERE), str(places), "--engine", engine],
        env=one_core(), preexec_fn=on_one_core, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = json.loads(out.stdout.splitlines()[-1])
    print(engine, places, found, file=sys.stderr, flush=True)
    return found


def command(places: int) -> dict[str, float]:
    """`ruralincome panel FILE`, the whole of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "communes.csv"
        table(places).to_csv(path, index=False)
        clock = time.perf_counter()
        child = subprocess.Popen(
            [str(Path(sys.executable).parent / "ruralincome"), "panel", str(path), "--output", folder],
            env=one_core(), preexec_fn=on_one_core, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - clock
        size = path.stat().st_size / 1e6
    assert os.waitstatus_to_exitcode(status) == 0
    cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    row = {"places": places, "file_mb": size, "wall": wall, "cpu": cpu, "peak_mb": peak}
    print(row, file=sys.stderr, flush=True)
    return row


def exponent(rows: list[dict[str, object]]) -> float | None:
    """The slope of ln seconds on ln places from 1e4 up: 1 is linear."""
    points = [(math.log(r["places"]), math.log(r["cpu"])) for r in rows if r["engine"] == "ours" and r["places"] >= 1e4]
    if len(points) < 2:
        return None
    (x0, y0), (x1, y1) = points[0], points[-1]
    return (y1 - y0) / (x1 - x0)


def text(found: dict[str, object]) -> str:
    """The results as a page."""
    lines = [
        "# Panel",
        "",
        f"{found['machine']}, one core. Made by benchmarks/panel.py; see there for what is compared.",
        "Ratios are of one run on one machine; the seconds are CPU seconds of that machine.",
        "",
        "| places | ours, s | places a second | peak, MB | times RWDrift | times AutoETS | mixture, s | pool, s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    rows = {(r["engine"], r["places"]): r for r in found["engines"]}
    for places in sorted({r["places"] for r in found["engines"]}):
        own = rows["ours", places]
        times = [own["a_second"] / rows[engine, places]["a_second"] for engine in ENGINES[3:]]
        lines.append(
            f"| {places:,} | {own['cpu']:.3g} | {own['a_second']:,.0f} | {own['peak_mb']:,.0f} | "
            + " | ".join(f"{t:,.0f}" for t in times)
            + f" | {rows['mixture', places]['cpu']:.3g} | {rows['pool', places]['cpu']:.3g} |"
        )
    most = ", ".join(f"{engine} {MOST[engine]:,}" for engine in ENGINES[3:])
    lines += [
        "",
        "Ours by a class of one component, `mixture` by one of three, `pool` by the four that the command takes.",
        f"Measured at no more than: {most} places; beyond, places a second are taken to stay the same.",
    ]
    if found["exponent"] is not None:
        lines += ["", f"Cost grows with places to the power {found['exponent']:.2f} from 1e4 on."]
    lines += [
        "",
        "The whole command; its clock seconds are those of a machine that may have been busy with other things.",
        "",
        "| places | `ruralincome panel FILE`, CPU s | clock s | peak, MB | file, MB |",
        "|---|---|---|---|---|",
    ]
    for row in found["command"]:
        cells = (row["cpu"], row["wall"], row["peak_mb"], row["file_mb"])
        lines.append(f"| {row['places']:,} | " + " | ".join(f"{c:,.1f}" for c in cells) + " |")
    return "\n".join(lines) + "\n"


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


def one_core() -> dict[str, str]:
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS")
    return {**os.environ, **dict.fromkeys(names, "1"), "PYTHONDONTWRITEBYTECODE": ""}


def on_one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


if __name__ == "__main__":
    main()
