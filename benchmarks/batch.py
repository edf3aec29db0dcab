"""How fast a batch is, against what one would do without it, in one run on one machine; results as ratios.

    python benchmarks/batch.py [N ...] [--loop M] [--pool M]

For each N (20 and 200 unless stated), N scenarios of notebooks/scenario.ipynb in one language:
(a) a shell loop of `papermill` and `jupyter nbconvert --to html`; (b) the same, as many at a time as cores, one BLAS
thread each;
(c) a pool of processes with papermill and one exporter each; ours: `ruralincome run`, the whole command.
To stay affordable (a) and (b) are timed on M scenarios (20) and (c) on at most M (100); where N is another number their
seconds are scaled, and the page says so. A loop's cost is the same for each scenario; the pool's start is scaled along.
The physical limit is the CPU time of the cells, measured in a process that has imported everything, over the cores.
Both sizes take about twelve minutes on two quiet cores. Writes benchmarks/batch.json and benchmarks/batch.md.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, wait
from functools import cache
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
NOTEBOOK = ROOT / "notebooks" / "scenario.ipynb"
CORES = os.cpu_count() or 1
CELLS = """
import json, os, sys, time
import ruralincome.batch.stack
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
cells = [c for c in json.load(open(sys.argv[1]))["cells"] if c["cell_type"] == "code"]
for _ in range(5):
    if os.fork() == 0:
        shell = InteractiveShell.instance(history_length=0)
        begun = time.process_time()
        for cell in cells:
            with capture_output():
                assert shell.run_cell("".join(cell["source"])).success
        print(time.process_time() - begun, flush=True)
        os._exit(0)
    os.wait()
"""


def main() -> None:
    """Run all, print and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=[20, 200])
    parser.add_argument("--loop", type=int, default=20, help="scenarios on which the loops (a) and (b) are timed")
    parser.add_argument("--pool", type=int, default=100, help="scenarios on which the pool (c) is timed, at most")
    options = parser.parse_args()
    results = {"cores": CORES, "python": sys.version.split()[0], "load": os.getloadavg()[0], "sizes": {}}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        results["kernels"] = kernels(work)
        loops = timed_loops(options.loop, work / "loops")
        for size in options.sizes:
            results["sizes"][size] = measure(size, loops, options.pool, work / str(size))
            print(json.dumps(results["sizes"][size], indent=1), flush=True)
        results["unchanged"] = unchanged(1000, work / "unchanged")
    here = Path(__file__).parent
    (here / "batch.json").write_text(json.dumps(results, indent=1) + "\n")
    (here / "batch.md").write_text(table(results))
    print(table(results))


def timed_loops(count: int, work: Path) -> dict[str, object]:
    """Wall clock and CPU seconds a scenario of the loops (a) and (b); reports that they did not make."""
    files = params(count, work)
    found: dict[str, object] = {"timed": count, "not_made": {}}
    for way, at_once in (("a", 1), ("b", CORES)):
        seconds = clocked(lambda out=work / way, at_once=at_once: shell_loop(files, out, at_once))
        found[way] = [x / count for x in seconds]
        found["not_made"][way] = count - len(
            list((work / way).glob("*.html"))
        )  # papermill's kernels may race for a port
    return found


def measure(size: int, loops: dict, most: int, work: Path) -> dict[str, object]:
    """Wall clock and CPU seconds of each way for `size` scenarios, and what is read off while ours runs."""
    files = params(size, work)
    few = files[:most]
    cells = cell_seconds()
    runs = [ours(files, work / "ours-1")]
    c = [x * size / len(few) for x in clocked(lambda: process_pool(few, work / "c"))]
    if size <= most:  # a short one is noisy: once before the others and once after
        runs.append(ours(files, work / "ours-2"))
    limit = statistics.median([*cells, *cell_seconds()]) / CORES
    mine = [statistics.mean(each) for each in zip(*(seconds for seconds, _ in runs), strict=True)]
    read = {name: statistics.mean(r[name] for _, r in runs) for name in runs[0][1]}
    a, b = ([size * x for x in loops[way]] for way in "ab")
    return {
        "a": a,
        "b": b,
        "c": c,
        "timed_a_b": loops["timed"],
        "timed_c": len(few),
        "ours": mine,
        "ours_each": [seconds for seconds, _ in runs],
        "times_a": ratio(a, mine),
        "times_b": ratio(b, mine),
        "times_c": ratio(c, mine),
        "limit_seconds": limit * size,
        "share_of_limit": limit * size / mine[0],
        "cells_of_cpu": limit * CORES * size / mine[1],
        "share_of_limit_steady": limit / read["steady"],
        "first_result_seconds": read["first"],
        "kernel_pss_mb": max(r["kernel_pss_mb"] for _, r in runs),
        "not_made": {**loops["not_made"], "c": len(few) - len(list((work / "c").glob("*.html")))},
    }


def ratio(theirs: list[float], mine: list[float]) -> list[float]:
    return [x / y for x, y in zip(theirs, mine, strict=True)]


def params(size: int, work: Path) -> list[Path]:
    """Params files that differ in their seed."""
    folder = work / "params"
    folder.mkdir(parents=True)
    files = [folder / f"s{i}.yaml" for i in range(size)]
    for i, file in enumerate(files):
        file.write_text(f"seed: {i}\n")
    return files


def clocked(work: Callable[[], object]) -> list[float]:
    """Wall clock and CPU seconds of all processes that the work starts, orphans included."""
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: orphans become ours
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    work()
    wall = time.perf_counter() - begun
    end = time.monotonic() + 2
    while time.monotonic() < end:
        try:
            time.sleep(0.05 * (os.waitpid(-1, os.WNOHANG)[0] == 0))
        except ChildProcessError:
            break
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    return [wall, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime]


def shell_loop(files: list[Path], out: Path, at_once: int) -> None:
    """The loop that a user would write, from the shell that he would write it in."""
    out.mkdir()
    one = (
        f'n=$(basename "$1" .yaml); {BIN}/papermill --no-progress-bar {NOTEBOOK} {out}/$n.ipynb -f "$1" -p language vi '
        f"&& {BIN}/jupyter nbconvert --to html {out}/$n.ipynb"
    )
    names = "\n".join(map(str, files))
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"} if at_once > 1 else {}
    command = ["xargs", "-P", str(at_once), "-I", "{}", "sh", "-c", one, "sh", "{}"]
    subprocess.run(command, input=names, text=True, cwd=ROOT, env=os.environ | threads, capture_output=True)


def process_pool(files: list[Path], out: Path) -> None:
    """papermill and one exporter in each of as many processes as cores."""
    out.mkdir()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        wait([pool.submit(_papermill, file, out) for file in files])


def _papermill(file: Path, out: Path) -> None:
    import papermill
    import yaml

    os.chdir(ROOT)
    given = yaml.safe_load(file.read_text()) | {"language": "vi"}
    notebook = papermill.execute_notebook(str(NOTEBOOK), str(out / f"{file.stem}.ipynb"), given, progress_bar=False)
    (out / f"{file.stem}.html").write_text(_exporter().from_notebook_node(notebook)[0])


@cache
def _exporter():
    from nbconvert import HTMLExporter

    return HTMLExporter()


def ours(files: list[Path], out: Path) -> tuple[list[float], dict[str, float]]:
    """Seconds of `ruralincome run`; of its first result, of a scenario in steady state; MB of a kernel."""
    peak: list[float] = []
    stop = threading.Event()
    watch = threading.Thread(target=lambda: [peak.append(kernel_pss()) for _ in iter(lambda: stop.wait(0.5), True)])
    watch.start()
    begun = time.time()
    command = [BIN / "ruralincome", "run", *files, "--output", out, "--language", "vi", "--jobs", str(CORES)]
    seconds = clocked(lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True))
    stop.set()
    watch.join()
    ends = sorted(path.stat().st_mtime - begun for path in out.glob("*/vi/result.json"))
    assert len(ends) == len(files)
    steady = (ends[-1] - ends[CORES - 1]) / max(1, len(ends) - CORES)
    return seconds, {"first": ends[0], "steady": steady, "kernel_pss_mb": max(peak, default=0.0)}


def kernel_pss() -> float:
    """Largest proportional set size, in MB, of the kernels that our workers forked: each leads a session of its own."""
    largest = 0.0
    for entry in Path("/proc").iterdir():
        try:
            session = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[3])
            command = (entry / "cmdline").read_text()
            if str(session) == entry.name and command.startswith(sys.executable) and "forkserver" in command:
                rollup = (entry / "smaps_rollup").read_text()
                largest = max(largest, int(rollup.split("Pss:")[1].split()[0]) / 1024)
        except (OSError, ValueError, IndexError):
            continue
    return largest


def cell_seconds() -> list[float]:
    """CPU seconds of the notebook's cells, each time in a fresh fork of a process that has imported all."""
    command = [sys.executable, "-c", CELLS, str(NOTEBOOK)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [float(line) for line in done.stdout.split()]


def kernels(work: Path) -> dict[str, float]:
    """Milliseconds from the request for a kernel to its being ready, and of one that starts as usual."""
    from jupyter_client import AsyncKernelManager
    from traitlets.config import Config

    before = dict(os.environ)
    import ruralincome.batch.kernels  # noqa: F401 - which sets what kernels find in their environment
    from ruralincome.batch.client import QuickClient

    async def ready(number: int, usual: bool) -> float:
        folder = work / f"k{number}{usual}"
        folder.mkdir()
        given = {"transport": "ipc", "connection_file": str(folder / "kernel.json")}
        if not usual:
            given["client_class"] = f"{QuickClient.__module__}.QuickClient"
        manager = AsyncKernelManager(kernel_name="python3", config=Config({"KernelManager": given}))
        if usual:
            manager.kernel_spec.metadata["kernel_provisioner"] = {"provisioner_name": "local-provisioner"}
        begun = time.perf_counter()
        await manager.start_kernel(extra_arguments=["--HistoryManager.hist_file=:memory:"], cwd=str(ROOT))
        client = manager.client()
        client.start_channels(hb=False)
        await client.wait_for_ready(timeout=60)
        seconds = time.perf_counter() - begun
        client.stop_channels()
        await manager.shutdown_kernel()
        return 1000 * seconds

    usual = [asyncio.run(ready(number, usual=True)) for number in range(3)]
    forked = [asyncio.run(ready(number, usual=False)) for number in range(21)][1:]
    os.environ.clear()
    os.environ.update(before)
    return {"ready_ms_median": statistics.median(forked), "ready_ms_usual": statistics.median(usual)}


def unchanged(size: int, work: Path) -> dict[str, float]:
    """Seconds in which `ruralincome run` sees that nothing of a batch of `size` scenarios has changed."""
    from ruralincome.batch import Task, preview
    from ruralincome.scenario.file import read_params, resolve

    files = params(size, work)
    given = [{"name": file.stem, **resolve(read_params(file), file)} for file in files]  # as the command gives them
    tasks = [Task(each["name"], NOTEBOOK, {k: v for k, v in each.items() if k != "extends"}) for each in given]
    out = work / "out"
    jobs = {}
    for job in preview(tasks, ["vi"], out, ROOT).jobs:
        job.folder.mkdir(parents=True)
        sizes = {name: (job.folder / name).write_text("complete") for name in ("report.html", "report.ipynb")}
        jobs[job.name] = {"status": "ok", "key": job.key, "files": sizes}
    (out / "manifest.json").write_text(json.dumps({"version": 1, "runs": [], "jobs": jobs}))
    command = [BIN / "ruralincome", "run", *files, "--output", out, "--language", "vi", "--dry-run"]
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - begun
    assert done.stdout.count("keep") == size, done.stdout[:500]
    return {"scenarios": size, "seconds": seconds}


def table(results: dict) -> str:
    """The results as a page."""
    lines = [
        "# Batch",
        "",
        f"{results['cores']} cores, Python {results['python']}, load average {results['load']:.1f} at the start. "
        "Made by benchmarks/batch.py; see there for what is compared.",
        "Ratios are of one run on one machine, of wall clock / of CPU time; where other work ran beside it, the second",
        "is the more robust. The seconds are that machine's.",
        "",
        "| scenarios | ours, s | faster than (a) shell loop | than (b) one a core | than (c) pool "
        "| share of the limit | in steady state | cells' share of our CPU time | first result, s | a kernel, MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for size, r in results["sizes"].items():
        lines.append(
            f"| {size} | {r['ours'][0]:.1f} | {r['times_a'][0]:.1f} / {r['times_a'][1]:.1f} "
            f"| {r['times_b'][0]:.1f} / {r['times_b'][1]:.1f} | {r['times_c'][0]:.1f} / {r['times_c'][1]:.1f} | "
            f"{r['share_of_limit']:.0%} | {r['share_of_limit_steady']:.0%} "
            f"| {r['cells_of_cpu']:.0%} | {r['first_result_seconds']:.1f} | "
            f"{r['kernel_pss_mb']:.0f} |"
        )
    kernels, same = results["kernels"], results["unchanged"]
    lines += [
        "",
        f"A kernel is ready in {kernels['ready_ms_median']:.0f} ms (median), an ordinary one in "
        f"{kernels['ready_ms_usual']:.0f} ms. {same['scenarios']} unchanged scenarios are recognised in "
        f"{same['seconds']:.1f} s.",
        "",
    ]
    for size, r in results["sizes"].items():
        scaled = [
            f"({ways}) timed on {r[key]}" for ways, key in (("a, b", "timed_a_b"), ("c", "timed_c")) if r[key] != size
        ]
        missed = {way: count for way, count in r["not_made"].items() if count}
        lines.append(
            f"At {size}: {', '.join(scaled) + ' scenarios and scaled' if scaled else 'all ways timed in full'}; "
        )
        lines.append(f"reports that a way did not make: {missed or 'none'}.")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
