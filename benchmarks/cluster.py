"""Past one machine: reports and a panel over a dask LocalCluster, by one worker, by one a core, and with one killed.

    python benchmarks/cluster.py [SCENARIOS [PLACES]]

SCENARIOS (1,000) in two languages by `ruralincome run --cluster`, and `ruralincome panel --cluster` of PLACES
(1,000,000); 0 leaves one out. Efficiency: what one worker takes, by the clock, over as many times what n take; reading
and writing of a panel is the command's own and in both. In the last run a worker is killed when half of the results are
there, in a panel after two seconds of work; dask starts another. Counted: results (result.json) and panel.csv
whose bytes are not those made without a cluster, and exit status. Writes benchmarks/cluster.json.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import distributed
from panel import table
from ways import BIN, CORES, ROOT, params

HERE = Path(__file__).parent


def main(scenarios: int = 1000, places: int = 1_000_000) -> None:
    """Measure both, print and write what was found."""
    known = HERE / "cluster.json"
    found = json.loads(known.read_text()) if known.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if places:
            table(places).to_csv(work / "panel.csv", index=False)
            command = ["panel", work / "panel.csv"]
            found["panel"] = {"places": places} | compared(command, work / "panel", "**/panel.csv")
            print(json.dumps(found["panel"]), flush=True)
        if scenarios:
            files = params(scenarios, work)
            found["reports"] = {"scenarios": scenarios} | compared(["run", *files], work / "run", "*/*/result.json")
            print(json.dumps(found["reports"]), flush=True)
    known.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def compared(command: list, out: Path, results: str) -> dict:
    """Seconds without a cluster, by one worker, by one a core, and with one of these killed; what is not the same."""
    found, made = {}, {}
    for way, workers, killed in (("alone", 0, 0), ("one", 1, 0), ("all", CORES, 0), ("killed", CORES, 1)):
        found[way], status = over(command, out / way, workers, killed, results)
        made[way] = {p.relative_to(out / way): p.read_bytes() for p in (out / way).glob(results)}
        found[f"{way}_status"], found[f"{way}_made"] = status, len(made[way])
        found[f"{way}_differ"] = sum(made[way].get(path) != content for path, content in made["alone"].items())
    return found | {"cores": CORES, "efficiency": round(found["one"] / (CORES * found["all"]), 2)}


def over(command: list, out: Path, workers: int, killed: int, results: str) -> tuple[float, int]:
    """Seconds by the clock of a command over so many workers, and its exit status."""
    whole = [BIN / "ruralincome", *command, "--output", out]
    if not workers:
        begun = time.perf_counter()
        done = subprocess.run([*whole, "--jobs", "1"] if command[0] == "run" else whole, cwd=ROOT, capture_output=True)
        return round(time.perf_counter() - begun, 1), done.returncode
    options = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        pids = list(client.run(os.getpid).values())
        if killed:
            threading.Thread(target=kill, args=(pids[0], out, command, results), daemon=True).start()
        begun = time.perf_counter()
        done = subprocess.run([*whole, "--cluster", cluster.scheduler_address], cwd=ROOT, capture_output=True)
        return round(time.perf_counter() - begun, 1), done.returncode


def kill(pid: int, out: Path, command: list, results: str) -> None:
    """Kill a worker in the middle: when half of the reports are there, or it has worked on a panel for two seconds."""
    ticks = os.sysconf("SC_CLK_TCK")
    busy = lambda: sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13])) / ticks  # noqa: E731
    begun = busy()
    while (len(list(out.glob(results))) < len(command) - 1) if command[0] == "run" else busy() < begun + 2:
        time.sleep(0.2)
    os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
