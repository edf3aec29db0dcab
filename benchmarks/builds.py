"""Two builds side by side in CPU seconds, which a busy machine lengthens little: an earlier one and this.

python benchmarks/builds.py BASE [WORK ...]

BASE is a worktree of the earlier build, with its own notebooks and data (git worktree add BASE 236ccdc); both run with
this Python. Papermill loads the engine that this build installs: give BASE/ruralincome/batch an engine.py with an
empty class Engine. Each work is done by one build, then by the other, in processes of their own; bytecode is there, as
from a user's second command on. Writes benchmarks/builds.json and builds.md, which keep what is known of works that
were not named.
"""

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from functools import partial
from pathlib import Path

from panel import table
from ways import clocked

HERE = Path(__file__).parent
ROOT = HERE.parent
INLINE = """
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from ruralincome.batch import Outcome
class Inline(Executor):
    def submit(self, work, job, *rest):
        job.folder.mkdir(parents=True, exist_ok=True)
        for name in ("report.html", "report.ipynb"):
            (job.folder / name).write_text("x" * 1000)
        done = Future()
        done.set_result(Outcome(job, "ok", 1, files={"report.html": 1000, "report.ipynb": 1000}))
        return done
@contextmanager
def pool(*_):
    yield Inline()
"""
"""An executor whose notebooks cost nothing, for both scripts below."""
QUICK = (
    INLINE
    + """
import json, resource, sys
from pathlib import Path
from ruralincome.batch import Task, run
size, output = int(sys.argv[1]), Path(sys.argv[2])
tasks = [Task(f"s{n}", Path("notebooks/scenario.ipynb"), {"seed": n}) for n in range(size)]
used = lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
for _ in range(int(sys.argv[3])):
    begun = used()
    run(tasks, ["vi"], output, Path.cwd(), pool=pool, jobs=2)
    print(used() - begun)
"""
)
"""A batch whose notebooks cost nothing: CPU seconds of its first run, and of one in which nothing has changed."""
FILLED = (
    INLINE
    + """
import sys
import ruralincome.batch.execute, ruralincome.batch.manifest
from ruralincome.cli import main
sys.modules["ruralincome.batch.execute"].process_pool = pool
book = sys.modules["ruralincome.batch.manifest"].Manifest
if write := getattr(book, "_save", None):  # the earlier build writes all of it for each job
    book._save = lambda self: write(self) if self.content["runs"][-1]["finished"] else None
main()
"""
)
"""Our command over notebooks that cost nothing: what a run leaves for one in which nothing has changed."""
LEDGER = """
import json, resource, sys
from datetime import date
from pathlib import Path
size, folder, result = int(sys.argv[1]), Path(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text())
try:
    from ruralincome.keep import add, book as here
    def chained(one, last):
        one = one.model_copy(update={"previous": last})
        return one.model_copy(update={"hash": here._digest(one, "hash")})
    made, line = here._entry, here._line
except ImportError:
    from ruralincome.ledger import add, entry as here
    made, chained = here.entry_of, here.chained
    line = lambda one: json.dumps(__import__("dataclasses").asdict(one), ensure_ascii=False, sort_keys=True).encode()
book, last = folder / "ledger.jsonl", here.FIRST
with book.open("wb") as lines:
    for n in range(size):
        one = chained(made(result | {"scenario": f"s{n}"}, date(2026, 1, 1)), last)
        last = one.hash
        lines.write(line(one) + b"%c" % 10)
add(result | {"scenario": "first"}, book, date(2026, 1, 2))
begun = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
add(result | {"scenario": "second"}, book, date(2026, 1, 2))
print(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - begun)
"""
"""A ledger of so many verdicts: CPU seconds of one more."""

FLOOR = """
import resource
from ruralincome.models import lean
lean()
import pydantic, pydantic.json_schema, typer, typer.main, typer._adapters, yaml
print(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
"""
"""What `assess --json` cannot do without: CPU seconds until it is imported."""


def command(root, *arguments):
    """CPU seconds of our command in a build, with all the processes that it starts."""
    run = [sys.executable, "-c", "from ruralincome.cli import main; main()", *map(str, arguments)]
    return clocked(lambda: subprocess.run(run, cwd=root, env=environment(root), capture_output=True, check=True))[1]


def said(root, script, *arguments):
    """The numbers that a script prints in a build."""
    run = [sys.executable, "-c", script, *map(str, arguments)]
    done = subprocess.run(run, cwd=root, env=environment(root), capture_output=True, text=True, check=True)
    return [float(line) for line in done.stdout.split()]


def environment(root):
    return os.environ | {"PYTHONPATH": str(root), "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}


def reports(root, work):
    files = []
    for n in range(20):
        files.append(work / f"s{n}.yaml")
        files[-1].write_text(f"seed: {n}\n")
    return command(root, "run", *files, "--language", "vi", "--output", work / "out")


def made(root, work):
    """Of `make run` a report, as this build has more of them."""
    return command(root, "run", "--output", work) / len(list(work.glob("*/*/report.html")))


def entry(root, work, many=1000):
    """Of a job's entry in the manifest, with so many jobs as times that with 100."""
    few, more = (said(root, QUICK, size, work / str(size), 1)[0] / size for size in (100, many))
    return more / few


def unchanged(root, work, jobs=1000):
    """The whole command, its params files read and its index written, where no job needs to run."""
    files = []
    for n in range(jobs):
        files.append(work / f"s{n}.yaml")
        files[-1].write_text(f"seed: {n}\n")
    stated = [*map(str, files), "--language", "vi", "--output", str(work / "out")]
    run = [sys.executable, "-c", FILLED, "run", *stated]
    subprocess.run(run, cwd=root, env=environment(root), capture_output=True, check=True)
    return command(root, "run", *stated)


def longer(root, work):
    """A run of 2,000 jobs in which nothing has changed, as times one of 500: 4 where it is linear."""
    few, many = (said(root, QUICK, size, work / str(size), 2)[1] for size in (500, 2000))
    return many / few


def places(root, work, reference="vietnam-provinces-real", many=300_000):
    """The whole command over so many places: read, answered by a class, rows and both pages written."""
    table(many).to_csv(work / "panel.csv", index=False)
    (work / "one.yaml").write_text(f"reference: {reference}\n")
    return command(root, "panel", work / "panel.csv", "--scenario", work / "one.yaml", "--output", work / "out")


def ledger(root, work, many=20_000):
    """One more verdict in a ledger of so many, as times that in one of 1,000."""
    result = work / "result.json"
    run = [sys.executable, "-c", "from ruralincome.cli import main; main()", "assess", "--json"]
    result.write_bytes(subprocess.run(run, cwd=root, env=environment(root), capture_output=True, check=True).stdout)
    found = []
    for size in (1000, many):
        folder = work / str(size)
        folder.mkdir()
        found.append(said(root, LEDGER, size, folder, result)[0])
    return found[1] / found[0]


WORKS = {
    "reports": ("20 scenario reports, CPU s", reports),
    "make_run": ("`make run`, environment there, CPU s a report: 46 then, 56 now", made),
    "first": ("one report from the start, CPU s", lambda root, work: command(
        root, "run", "params/baseline.yaml", "--language", "vi", "--output", work)),
    "assess": ("`assess` of the baseline, CPU s", lambda root, _: min(command(root, "assess") for _ in range(5))),
    "json": ("`assess --json`, CPU s", lambda root, _: min(command(root, "assess", "--json") for _ in range(5))),
    "models": ("`assess` of a long series, with statsmodels' models, CPU s", lambda root, _: min(
        command(root, "assess", "params/national_rural_2020.yaml") for _ in range(5))),
    "floor": ("importing its libraries alone, CPU s", lambda root, _: min(said(root, FLOOR)[0] for _ in range(3))),
    "unchanged": ("unchanged run of 1,000 jobs, whole command, CPU s", unchanged),
    "longer": ("unchanged run: 2,000 jobs against 500, times", longer),
    "entry": ("a job's entry in the manifest: 1,000 jobs against 100, times", entry),
    "ledger": ("one more verdict: in 20,000 against in 1,000, times", ledger),
    "unchanged_far": ("unchanged run of 10,000 jobs, whole command, CPU s", partial(unchanged, jobs=10_000)),
    "panel": ("`panel` of 300,000 places by a class of one component, CPU s", places),
    "panel_far": ("`panel` of a million places by a class of one component, CPU s", partial(places, many=1_000_000)),
    "panel_pool": ("`panel` of 300,000 places by the pool, CPU s", partial(places, reference="vietnam-pool")),
    "entry_far": ("a job's entry in the manifest: 10,000 jobs against 100, times", partial(entry, many=10_000)),
    "ledger_far": ("one more verdict: in 100,000 against in 1,000, times", partial(ledger, many=100_000)),
}  # fmt: skip
ALONE = {"floor", "panel_pool", "entry_far", "ledger_far"}
"""Works of this build alone: those where the earlier one is quadratic, and what both share."""


def main(base, names):
    for folder in (base, ROOT, sysconfig.get_path("purelib")):
        subprocess.run([sys.executable, "-m", "compileall", "-q", folder], stdout=subprocess.DEVNULL)
    known = json.loads((HERE / "builds.json").read_text()) if (HERE / "builds.json").exists() else {}
    for name in names or WORKS:
        found = []
        for root in (ROOT,) if name in ALONE else (base, ROOT):
            with tempfile.TemporaryDirectory() as folder:
                found.append(WORKS[name][1](root, Path(folder)))
        known[name] = found
        print(name, *(f"{x:.2f}" for x in found), f"{found[-1] / found[0]:.2f}", flush=True)
        (HERE / "builds.json").write_text(json.dumps(known, indent=1) + "\n")
    rows = [
        f"| {WORKS[n][0]} | {f'{old[0]:.2f}' if old else ''} | {new:.2f} | {f'{new / old[0]:.2f}' if old else ''} |"
        for n, (*old, new) in known.items()
    ]
    head = ["| work | 236ccdc | this | ratio |", "| --- | --- | --- | --- |"]
    words = ["# Two builds", "", "Made by benchmarks/builds.py, each work by both builds in turn on one machine.", ""]
    (HERE / "builds.md").write_text("\n".join([*words, *head, *rows]) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
