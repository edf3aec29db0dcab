"""A long batch, some of whose kernels are killed while it runs: what is lost, what is left, what memory does.

    python benchmarks/soak.py [SCENARIOS] [--share 0.01]

SCENARIOS (500) in both languages; a share of the kernels is killed as they run. Counted: reports that are missing or
cannot be read after the run and after another run of the same command; processes, and what stands in the temporary
folder (sockets lie there), left at the end; proportional memory of the batch, and of the processes that live through
it, at the 50th to 150th report and at the last hundred, as ratios, of at least FEWEST reports. Writes
benchmarks/soak.json.
"""

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from ways import BIN, CORES, ROOT, params

LANGUAGES = ("vi", "en")
FEWEST = 400  # of which the first and the last hundred are apart


def main() -> int:
    """Run the batch, print and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenarios", nargs="?", type=int, default=500)
    parser.add_argument("--share", type=float, default=0.01, help="share of the kernels that are killed")
    parser.add_argument("--seed", type=int, default=1)
    stated = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak") as folder:
        work = Path(folder)
        scratch = work / "scratch"
        scratch.mkdir()
        files = params(stated.scenarios, work)
        command = [BIN / "ruralincome", "run", *files, "--output", work / "out", "--jobs", str(CORES)]
        around = os.environ | {"TMPDIR": str(scratch), "SOAK": folder}
        found = watched(command, around, work, stated.share, random.Random(stated.seed))
        found["not_made_at_first"] = missing(work / "out", stated.scenarios)
        again = subprocess.run(command, cwd=ROOT, env=around, capture_output=True, text=True, check=False)
        found["status_again"], found["not_made_again"] = again.returncode, missing(work / "out", stated.scenarios)
        found["processes_left"] = len(processes(folder))
        found["left_in_temporary_folder"] = sorted(p.name for p in scratch.iterdir())
    found |= {"scenarios": stated.scenarios, "seed": stated.seed, "cores": CORES}
    found |= {"python": sys.version.split()[0], "day": f"{date.today()}"}
    (Path(__file__).parent / "soak.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    return int(found["not_made_again"] > 0 or found["processes_left"] > 0)


def watched(command: list, around: dict, work: Path, share: float, rng: random.Random) -> dict:
    """The batch, its memory and how many reports were there each time it was looked at, and the kernels killed."""
    seen: set[int] = set()
    killed, looks = 0, []
    with (work / "said.txt").open("w", encoding="utf-8") as said:
        batch = subprocess.Popen(command, cwd=ROOT, env=around, stdout=said, stderr=said)
        while batch.poll() is None:
            for pid in kernels(str(work)):
                if pid not in seen:
                    seen.add(pid)
                    if rng.random() < share:
                        time.sleep(rng.uniform(0, 0.3))
                        killed += _kill(pid)
            if not looks or time.monotonic() - looks[-1][0] > 2:
                done = len(list((work / "out").glob("*/*/result.json")))
                looks.append((time.monotonic(), done, memory(str(work))))
            time.sleep(0.02)
    lasting = [
        {pid: mb for pid, mb in each.items() if all(pid in other for _, _, other in looks[3:-2])}
        for _, _, each in looks
    ]
    total = max(done for _, done, _ in looks)
    early = [k for k, (_, done, _) in enumerate(looks) if 50 <= done <= 150]
    late = [k for k, (_, done, _) in enumerate(looks) if total - 100 <= done][:-2]  # at the very end workers go
    found = {
        "status": batch.returncode,
        "seconds": looks[-1][0] - looks[0][0],
        "kernels_seen": len(seen),
        "kernels_killed": killed,
        "share_to_kill": share,
    }
    if total < FEWEST:
        return found
    first, last = (statistics.median(sum(lasting[k].values()) for k in some) for some in (early, late))
    whole, wholly = (statistics.median(sum(looks[k][2].values()) for k in some) for some in (early, late))
    return found | {
        "lasting_processes_mb": [round(first, 1), round(last, 1)],
        "lasting_processes_ratio": round(last / first, 3),
        "batch_mb": [round(whole, 1), round(wholly, 1)],
        "batch_ratio": round(wholly / whole, 3),
    }


def processes(folder: str) -> list[int]:
    """Processes that carry this run's mark in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"SOAK={folder}".encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def kernels(folder: str) -> list[int]:
    """Kernels among them: those that lead a session of their own and are forked from a warm process."""
    found = []
    for pid in processes(folder):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if int(stat[3]) == pid and (b"forkserver" in command or b"ipykernel" in command):
            found.append(pid)
    return found


def memory(folder: str) -> dict[int, float]:
    """Proportional set size of each process, in MB."""
    found = {}
    for pid in processes(folder):
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            found[pid] = int(rollup.split("Pss:")[1].split()[0]) / 1024
        except (OSError, IndexError):
            continue
    return found


def _kill(pid: int) -> int:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return 0
    return 1


def missing(out: Path, scenarios: int) -> int:
    """Reports that are not there, or whose result cannot be read."""
    made = 0
    for name in range(scenarios):
        for language in LANGUAGES:
            folder = out / f"s{name}" / language
            try:
                json.loads((folder / "result.json").read_text(encoding="utf-8"))
                made += (folder / "report.html").stat().st_size > 10_000
            except (OSError, ValueError):
                continue
    return scenarios * len(LANGUAGES) - made


if __name__ == "__main__":
    sys.exit(main())
