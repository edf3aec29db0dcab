"""The ways to run a batch that benchmarks/batch.py compares, each clocked with all the processes that it starts."""

import asyncio
import ctypes
import json
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, wait
from functools import cache
from multiprocessing import get_context
from pathlib import Path

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every process compiles what it imports, which no user's does
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


def shell_loop(files: list[Path], out: Path, at_once: int, root: Path = ROOT) -> None:
    """The loop that a user would write, from the shell that he would write it in; over the notebooks of a build."""
    notebook = root / "notebooks" / "scenario.ipynb"
    out.mkdir()
    one = (
        f'n=$(basename "$1" .yaml); {BIN}/papermill --no-progress-bar {notebook} {out}/$n.ipynb -f "$1" -p language vi '
        f"&& {BIN}/jupyter nbconvert --to html {out}/$n.ipynb"
    )
    names = "\n".join(map(str, files))
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"} if at_once > 1 else {}
    command = ["xargs", "-P", str(at_once), "-I", "{}", "sh", "-c", one, "sh", "{}"]
    around = os.environ | threads | {"PYTHONPATH": str(root)}
    subprocess.run(command, input=names, text=True, cwd=root, env=around, capture_output=True)


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
            if str(session) == entry.name and "forkserver" in command:
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
    from ruralincome.batch.kernels import QuickClient

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
