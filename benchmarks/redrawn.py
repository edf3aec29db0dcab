"""How much longer a panel takes that is carried across a redrawing, as a ratio in one run.

    python benchmarks/redrawn.py

`ruralincome panel` on the 10,040 communes of June 2025 with 2 to 10 observations and people: judged as they are, by a
target of 2024; and mapped, rebuilt to the communes after 1 July 2025 and judged, by one of 2026 (2,935 that are exact
sums of people, the others refused in their rows). CPU seconds of the whole command on one core, the quickest of some,
turn by turn.
"""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from panel import on_one_core, one_core

from ruralincome.places.tables import vietnam

RUNS, MOST = 3, 1.5
WAYS = {"alone": ["60@2024"], "rebuilt": ["60@2026", "--redrawn", "rebuild"]}


def table(seed: int = 1) -> pd.DataFrame:
    """A long table: place (a code), year, value, population."""
    rng = np.random.default_rng(seed)
    codes = np.array([p.code for p in vietnam().boundaries.on("2025-06-30", "commune")], object)
    count = rng.integers(2, 11, len(codes))
    place = np.repeat(np.arange(len(codes)), count)
    first = np.cumsum(count) - count
    year = 2021 - count[place] + np.arange(len(place)) - first[place]
    growth = np.cumsum(rng.normal(0.08, 0.04, len(place)))
    value = rng.uniform(10, 60, len(codes))[place] * np.exp(growth - growth[first][place])
    people = rng.integers(2_000, 20_000, len(codes))[place]
    return pd.DataFrame({"place": codes[place], "year": year, "value": value.round(1), "population": people})


def spent(path: Path, options: list[str]) -> float:
    """CPU seconds of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "ruralincome", "panel", str(path), "--output", str(path.parent), "--target"]
    done = subprocess.run(
        [*command, *options], env=one_core(), preexec_fn=on_one_core, capture_output=True, check=False
    )
    if b"unforeseen" in done.stderr or done.returncode > 1 or not (path.parent / path.stem / "panel.csv").is_file():
        sys.exit(done.stderr.decode())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "communes.csv"
        table().to_csv(path, index=False)
        times = {way: [] for way in WAYS}
        for _ in range(RUNS):
            for way, options in WAYS.items():
                times[way].append(spent(path, options))
    alone, rebuilt = (min(times[way]) for way in WAYS)
    print(f"alone {alone:.2f} s, rebuilt {rebuilt:.2f} s: {rebuilt / alone:.2f} times (at most {MOST})")
    sys.exit(rebuilt > MOST * alone)


if __name__ == "__main__":
    main()
