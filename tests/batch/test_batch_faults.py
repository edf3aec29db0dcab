"""What goes wrong at night: nothing complete is lost, the rest finishes, no process stays, the next run completes."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import nbformat
import pytest

from ruralincome.batch import Outcome, Task, run
from ruralincome.batch.cluster import cluster
from ruralincome.batch.execute import attempt
from ruralincome.batch.plan import Job
from ruralincome.report.words.failures import KNOWN
from ruralincome.series import InputError

pytestmark = pytest.mark.slow
PARENT = "def parent(pid): return int(open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()[1])"
FAULTS = {
    "kill": "import os; os.kill(os.getpid(), 9)",
    "abort": "import os; os.abort()",
    "gone": "import os; os._exit(0)",
    "exit": "import sys; sys.exit(3)",
    "leave": "raise SystemExit(0)",
    "hang": "import subprocess; print(subprocess.Popen(['sleep', '1000']).pid, flush=True)\nwhile True: pass",
    "stuck": "import re; re.match('(a+)+$', 'a' * 50 + 'b')",  # holds the interpreter: no thread of it runs
    "greedy": "x = [bytearray(10**12)]",
    "greedier": "import numpy as np\nx = []\nwhile True: x.append(np.empty(10**8))",
    "loud": "for _ in range(100): print('x' * 1_000_000)",
    "good": "print('good')",
}


@pytest.fixture
def root(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path


def save(path, *cells):
    v4 = nbformat.v4
    first = v4.new_code_cell("n = 0\nlanguage = 'vi'", metadata={"tags": ["parameters"]})
    made = v4.new_notebook(cells=[first, *map(v4.new_code_cell, cells)])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, path)
    return path


def alive(mark):
    """Processes that carry a mark in the environment they started with, ours left out."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            ours = entry.name.isdigit() and mark.encode() in (entry / "environ").read_bytes()
            if ours and (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                found.append((int(entry.name), (entry / "cmdline").read_text()))
        except OSError:
            continue
    return found


def wait_for(condition, seconds=30.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")


def test_each_fault_is_told_and_the_others_finish(root, pool):
    tasks = [Task(name, save(root / f"{name}.ipynb", "print('before')", cell)) for name, cell in FAULTS.items()]
    done = run(tasks, ["vi"], root / "out", root, pool=pool, timeout=12)
    reasons = {outcome.job.scenario: outcome.reason for outcome in done.outcomes}
    assert reasons == {
        "kill": "died",
        "abort": "died",
        "gone": "died",
        "exit": "error",
        "leave": "error",
        "hang": "timeout",
        "stuck": "timeout",
        "greedy": "memory",
        "greedier": "memory",
        "loud": "",
        "good": "",
    }
    assert done.status == 1
    jobs = json.loads(done.manifest.read_text())["jobs"]
    assert jobs["hang/vi"]["message"] == "not done after 12 s"
    for name, reason in reasons.items():  # the index has words of its own for each
        assert any(re.fullmatch(known, jobs[f"{name}/vi"]["message"]) for known in KNOWN.values()) == bool(reason), name
    assert jobs["exit/vi"]["message"].endswith("SystemExit: 3")
    assert jobs["leave/vi"]["message"].endswith("SystemExit: it ends the notebook")
    for name, reason in reasons.items():
        kept = root / "out" / name / "vi" / ("report.failed.ipynb" if reason else "report.ipynb")
        assert "before" in kept.read_text()
        assert kept.stat().st_size < 3_000_000
    assert "[...]" in (root / "out" / "loud" / "vi" / "report.html").read_text()
    hung = json.loads((root / "out" / "hang" / "vi" / "report.failed.ipynb").read_text())["cells"][-1]
    child = int("".join(hung["outputs"][0]["text"]))
    wait_for(lambda: not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text(), 5)


def test_a_notebook_of_many_cells_ends_when_its_time_is_over(root, pool):
    path = save(root / "n.ipynb", *["import time; time.sleep(0.9); print('ran')"] * 8)
    (outcome,) = run([Task("a", path)], ["vi"], root / "out", root, pool=pool, timeout=2.5).outcomes
    assert (outcome.reason, outcome.message) == ("timeout", "not done after 2.5 s")
    assert 2.5 <= outcome.seconds < 4.2
    assert (root / "out" / "a" / "vi" / "report.failed.ipynb").read_text().count('"ran') == 2


def test_a_fraction_of_a_second_is_a_time_and_a_good_notebook_needs_no_more(root, pool):
    path = save(root / "n.ipynb", "1")
    done = run([Task("a", path)], ["vi"], root / "out", root, pool=pool, timeout=20.5)
    assert [o.message for o in done.outcomes] == [""]


def kernel(root, name, *argv, **environment):
    spec = root / "jupyter" / "kernels" / name
    spec.mkdir(parents=True)
    stated = {"argv": argv, "display_name": name, "language": "python", "env": environment}
    (spec / "kernel.json").write_text(json.dumps(stated))
    path = save(root / f"{name}.ipynb", "1")
    made = nbformat.read(path, 4)
    made.metadata.kernelspec["name"] = name
    nbformat.write(made, path)
    return Job(name, "vi", path, {}, root / "out" / name, "key")


def test_the_start_of_a_kernel_is_within_the_time(root, monkeypatch):
    """One that never answers, one that hangs while it is forked, and a good one after them."""
    startup = root / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "hang.py").write_text("import time; time.sleep(300)")
    monkeypatch.setenv("JUPYTER_PATH", str(root / "jupyter"))
    ours = (sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}")
    for job in (kernel(root, "mute", "sleep", "300"), kernel(root, "slow", *ours, IPYTHONDIR=str(root / "ipython"))):
        outcome = attempt(job, root, 4, 1)
        assert (outcome.reason, outcome.message) == ("timeout", "not done after 4 s")
        assert outcome.seconds < 7  # killed at once; the client looks every second whether its kernel is there
    assert attempt(kernel(root, "good", *ours), root, 60, 1).message == ""


def test_the_time_is_kept_where_a_loop_runs_and_kernels_begin_in_another_thread(root, monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", str(root / "jupyter"))

    async def within() -> Outcome:
        return attempt(kernel(root, "mute", "sleep", "300"), root, 2, 1)

    with ThreadPoolExecutor(1) as thread:  # a browser of another test may have a loop in this one
        outcome = thread.submit(asyncio.run, within()).result()
    assert (outcome.reason, outcome.seconds < 6) == ("timeout", True)


def test_a_long_name_of_the_folder_for_temporary_files_costs_nothing(root, monkeypatch):
    long = root / ("x" * 90)
    long.mkdir()
    monkeypatch.setenv("TMPDIR", str(long))
    save(root / "n.ipynb", f"import tempfile; assert tempfile.gettempdir() == {str(long)!r}")
    (root / "batch.py").write_text(SCRIPT)
    batch = start(root, f"ruralincome-test-{os.getpid()}-long")
    said = batch.communicate(timeout=60)[1]
    assert (batch.returncode, said) == (0, "")


def test_what_a_cell_prints_to_descriptors_stays_in_its_output(root):
    shouts = "import os, subprocess\nos.write(1, b'first\\n'); os.write(2, b'second\\n')"
    save(
        root / "n.ipynb", shouts, "subprocess.run('echo third; echo fourth >&2', shell=True);", "!echo fifth; sleep 0.5"
    )
    (root / "batch.py").write_text(SCRIPT)
    environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}  # which ipykernel looks for
    command = [sys.executable, root / "batch.py", root]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    kept = (root / "out" / "s0" / "vi" / "report.ipynb").read_text()
    for word in (
        "first\\n",
        "second\\n",
        "third\\n",
        "fourth\\n",
        "fifth\\r\\n",
    ):  # the last was in a terminal of its own
        assert f'"{word}"' in kept


def test_ctrl_c_while_the_server_that_forks_workers_starts_is_no_traceback(root):
    """At five moments of its start, which takes a second or more."""
    save(root / "n.ipynb", "1")
    (root / "batch.py").write_text(SCRIPT)
    for pause in (0, 0.05, 0.2, 0.5, 1):
        mark = f"ruralincome-test-{os.getpid()}-{pause}"
        batch = start(root, mark)
        try:
            wait_for(lambda mark=mark: any("forkserver" in command for _, command in alive(mark)))
            time.sleep(pause)
            os.killpg(batch.pid, signal.SIGINT)
            assert batch.communicate(timeout=30)[1] == ""
            assert batch.returncode in (130, 0)
            wait_for(lambda mark=mark: not alive(mark), 10)
        finally:
            for pid, _ in alive(mark):
                os.kill(pid, signal.SIGKILL)


def test_two_hundred_notebooks_one_kernel_in_twenty_killed_cost_retries_only(root, pool):
    """Each start of a kernel is fatal with a chance of 5 %, drawn from a fixed seed, in one of its cells."""
    begin = f"""
import os, pathlib, random
tries = pathlib.Path({str(root)!r}, "tries")
luck = random.Random(f"{{n}} {{len(list(tries.glob(f'{{n}}-*')))}}")
(tries / f"{{n}}-{{os.getpid()}}").touch()
fatal, cell = luck.random() < 0.05, luck.randrange(3)
"""
    (root / "tries").mkdir()
    path = save(root / "n.ipynb", begin, *(f"if fatal and cell == {i}: os.kill(os.getpid(), 9)" for i in range(3)))
    tasks = [Task(f"s{n}", path, {"n": n}) for n in range(200)]
    done = run(tasks, ["vi"], root / "out", root, pool=pool, jobs=2, retries=3)
    assert (done.status, len(done.outcomes)) == (0, 200)
    killed = len(list((root / "tries").iterdir())) - 200
    assert 4 <= killed <= 20
    assert sum(outcome.attempts - 1 for outcome in done.outcomes) == killed
    assert all((root / "out" / f"s{n}" / "vi" / "report.html").exists() for n in range(200))


def test_a_worker_that_is_killed_is_replaced(root):
    cell = f"""
import os, pathlib, signal
{PARENT}
if not os.path.exists('killed'):
    pathlib.Path('killed').touch()
    os.kill(parent(os.getppid()), signal.SIGKILL)
    import time; time.sleep(60)
"""
    path = save(root / "b.ipynb", cell)
    tasks = [Task(name, path if name == "b" else save(root / "a.ipynb", "1")) for name in "abcd"]
    done = run(tasks, ["vi"], root / "out", root, jobs=2)
    assert (done.status, len(done.outcomes)) == (0, 4)
    assert (root / "killed").exists()
    assert {o.job.scenario: o.attempts for o in done.outcomes}["b"] == 2


def test_without_the_process_that_forked_it_a_kernel_goes_on_and_the_next_starts_as_usual(root):
    cell = "import os; print(open(f'/proc/{os.getpid()}/cmdline').read())"
    first = save(root / "a.ipynb", "import os, signal; os.kill(os.getppid(), signal.SIGKILL)", cell)
    tasks = [Task("a", first), *(Task(name, save(root / f"{name}.ipynb", cell)) for name in "bc")]
    done = run(tasks, ["vi"], root / "out", root, jobs=1)
    assert [(o.job.scenario, o.reason) for o in done.outcomes] == [("a", ""), ("b", ""), ("c", "")]
    usual = ["ipykernel_launcher" in (root / "out" / n / "vi" / "report.ipynb").read_text() for n in "abc"]
    assert usual == [False, True, True]


SCRIPT = """
import signal, sys
from pathlib import Path
from ruralincome.batch import Task, execute, run
execute.fingerprint = lambda root: "somebody may edit the source while the tests run"
signal.signal(signal.SIGTERM, signal.default_int_handler)  # as the command does
if __name__ == "__main__":
    root = Path(sys.argv[1])
    tasks = [Task(f"s{n}", root / "n.ipynb", {"n": n}) for n in range(4)]
    sys.exit(run(tasks, ["vi"], root / "out", root, jobs=2).status)
"""


WAITING = """
import os, re, subprocess
if n > 1 and not os.path.exists('go'):
    child = subprocess.Popen(['sleep', '300'])
    child.wait() if n == 2 else re.match('(a+)+$', 'a' * 50 + 'b')  # the other holds the interpreter
"""


def start(root, mark):
    """A batch of four in a process of its own, two of which wait for a file `go`."""
    script = root / "batch.py"
    if not script.exists():
        save(
            root / "n.ipynb",
            WAITING,
        )
        script.write_text(SCRIPT)
    environment = {**os.environ, "MARK": mark}
    command = [sys.executable, str(script), str(root)]
    return subprocess.Popen(command, env=environment, start_new_session=True, stderr=subprocess.PIPE, text=True)


def statuses(root):
    try:
        jobs = json.loads((root / "out" / "manifest.json").read_text())["jobs"]
    except FileNotFoundError:
        return []
    return [jobs[name]["status"] for name in sorted(jobs)]


def test_without_the_server_that_forks_workers_a_batch_goes_on(root):
    cell = f"""
import os, pathlib, signal
{PARENT}
if n == 1 and not os.path.exists('killed'):
    pathlib.Path('killed').touch()
    os.kill(parent(parent(os.getppid())), signal.SIGKILL)
    import time; time.sleep(60)
"""
    save(root / "n.ipynb", cell)
    (root / "batch.py").write_text(SCRIPT)
    mark = f"ruralincome-test-{os.getpid()}-server"
    batch = start(root, mark)
    said = batch.communicate(timeout=60)[1]
    assert (batch.returncode, statuses(root)) == (0, ["ok"] * 4), said
    assert (root / "killed").exists()
    wait_for(lambda: not alive(mark), 10)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_nothing_stays_and_the_next_run_completes(root, number, monkeypatch):
    mark = f"ruralincome-test-{os.getpid()}-{number}"
    scratch = tempfile.mkdtemp(prefix="r")
    monkeypatch.setenv("TMPDIR", scratch)
    batch = start(root, mark)
    try:
        wait_for(lambda: statuses(root)[:2] == ["ok", "ok"])
        wait_for(lambda: sum("sleep" in command for _, command in alive(mark)) == 2)
        (os.killpg if number == signal.SIGINT else os.kill)(batch.pid, number)
        said = batch.communicate(timeout=30)[1]
        assert batch.returncode == (130 if number != signal.SIGKILL else -9)
        assert "Traceback" not in said
        wait_for(lambda: not alive(mark), 10)
        assert number == signal.SIGKILL or not list(Path(scratch).iterdir())
    finally:
        for pid, _ in alive(mark):
            os.kill(pid, signal.SIGKILL)
    assert statuses(root) == ["ok", "ok", "pending", "pending"]
    complete = (root / "out" / "s0" / "vi" / "report.html").stat().st_mtime_ns
    assert not list((root / "out").rglob("s2/vi/report.*"))
    (root / "go").touch()
    second = start(root, mark)
    assert "Traceback" not in second.communicate(timeout=60)[1]
    assert second.returncode == 0
    assert statuses(root) == ["ok"] * 4
    assert (root / "out" / "s0" / "vi" / "report.html").stat().st_mtime_ns == complete
    runs = json.loads((root / "out" / "manifest.json").read_text())["runs"]
    assert [r["status"] for r in runs] == ["interrupted", "ok"]
    assert not list((root / "out").rglob("*.part"))


def test_a_full_disk_is_told_for_each_report_that_did_not_fit(root):
    """A limit on the size of files stands in for the disk: a large report does not fit, small ones do."""
    for name, cell in (("large", "print('x' * 900_000)"), ("small", "1")):
        save(root / f"{name}.ipynb", cell)
    script = """
import resource, sys
from pathlib import Path
from ruralincome.batch import Outcome, Task, run
if __name__ == "__main__":
    root = Path(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
    done = run([Task(n, root / f"{n}.ipynb") for n in ("large", "small")], ["vi"], root / "out", root)
    print({o.job.scenario: (o.reason, o.message) for o in done.outcomes}, file=sys.stderr)
    sys.exit(done.status)
"""
    (root / "batch.py").write_text(script)
    command = [sys.executable, str(root / "batch.py"), str(root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "'small': ('', '')" in done.stderr
    assert "cannot be written (File too large)" in done.stderr
    assert [p.name for p in (root / "out" / "large" / "vi").iterdir()] == ["log.txt"]


@pytest.fixture
def disk(root):
    """A function that mounts a small disk as the output folder, or mounts it anew with other options."""
    (root / "out").mkdir()
    mounted = []

    def mount(options):
        again = ["-o", f"remount,{options}"] if mounted else ["-t", "tmpfs", "-o", options, "tmpfs"]
        done = subprocess.run(["mount", *again, root / "out"], capture_output=True, text=True)
        if done.returncode and not mounted:
            pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
        mounted.append(options)

    yield mount
    if mounted:
        subprocess.run(["umount", root / "out"], check=True)


def test_a_full_disk_costs_nothing_that_was_complete_and_the_next_run_completes(root, pool, disk):
    disk("size=1200k")
    path = save(root / "n.ipynb", "print('x' * 100_000)")
    tasks = [Task(f"s{n}", path, {"n": n}) for n in range(8)]
    assert run(tasks[:1], ["vi"], root / "out", root, pool=pool).status == 0
    first = {p: p.read_bytes() for p in (root / "out" / "s0").rglob("report.*")}
    done = run(tasks, ["vi"], root / "out", root, pool=pool, jobs=2)
    assert done.status == 1
    assert [job.name for job in done.skipped] == ["s0/vi"]
    failed = [o for o in done.outcomes if o.status == "failed"]
    assert 0 < len(failed) < 7
    assert len(done.outcomes) == 7
    assert {o.reason for o in failed} == {"output"}
    assert all(o.message.endswith("cannot be written (No space left on device)") for o in failed)
    assert {p: p.read_bytes() for p in first} == first
    for outcome in done.outcomes:
        there = {p.name for p in outcome.job.folder.glob("report.[hi]*")}
        assert there == ({"report.html", "report.ipynb"} if outcome.status == "ok" else set())
    disk("size=20m")
    again = run(tasks, ["vi"], root / "out", root, pool=pool)
    assert (again.status, len(again.skipped), len(again.outcomes)) == (0, 8 - len(failed), len(failed))
    assert {p: p.read_bytes() for p in first} == first


def test_a_read_only_disk_is_told_and_costs_its_reports_only(root, pool, disk):
    disk("size=20m")
    closed = root / "out" / "s1"
    closed.mkdir()
    subprocess.run(["mount", "--bind", closed, closed], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", closed], check=True)
        path = save(root / "n.ipynb", "n")
        tasks = [Task(f"s{n}", path, {"n": n}) for n in range(3)]
        done = run(tasks, ["vi"], root / "out", root, pool=pool)
    finally:
        subprocess.run(["umount", closed], check=True)
    assert (done.status, {o.job.scenario: o.reason for o in done.outcomes}) == (1, {"s0": "", "s1": "output", "s2": ""})
    assert (
        "cannot be written (Read-only file system)" in json.loads(done.manifest.read_text())["jobs"]["s1/vi"]["message"]
    )
    before = done.manifest.read_bytes()
    disk("ro")
    with pytest.raises(InputError, match=r"out: cannot be written \(Read-only file system\); choose another --output"):
        run(tasks, ["vi"], root / "out", root, pool=pool)
    assert done.manifest.read_bytes() == before
    disk("rw")
    again = run(tasks, ["vi"], root / "out", root, pool=pool)
    assert (again.status, [o.job.scenario for o in again.outcomes]) == (0, ["s1"])


def test_a_manifest_that_does_not_fit_is_told_and_the_reports_are_there(root, pool, monkeypatch):
    def full(contents):
        raise InputError(f"{next(iter(contents))}: cannot be written (No space left on device); nothing was changed")

    monkeypatch.setattr("ruralincome.batch.manifest.write_all", full)
    done = run([Task("a", save(root / "a.ipynb", "1"))], ["vi"], root / "out", root, pool=pool)
    assert done.status == 1
    assert "manifest.json: cannot be written (No space left on device)" in done.trouble
    assert (root / "out" / "a" / "vi" / "report.html").exists()


def test_a_file_where_a_folder_should_be_is_a_reason(root, pool):
    (root / "out").mkdir()
    (root / "out" / "a").write_text("a file where the folder should be")
    tasks = [Task("a", save(root / "a.ipynb", "1")), Task("b", root / "a.ipynb")]
    done = run(tasks, ["vi"], root / "out", root, pool=pool)
    assert {o.job.scenario: o.reason for o in done.outcomes} == {"a": "output", "b": ""}
    assert "cannot be written (Not a directory)" in str([o.message for o in done.outcomes])


def test_an_attempt_here_ends_as_one_in_a_worker(root):
    job = Job("a", "vi", save(root / "a.ipynb", "1 / 0"), {}, root / "out", "key")
    outcome = attempt(job, root, 60, 1)
    assert (outcome.status, outcome.reason) == ("failed", "error")


def test_a_cluster_survives_a_worker(root):
    """A worker of a dask cluster dies in the middle of a notebook; its scheduler gives the notebook to another."""
    distributed = pytest.importorskip("distributed")
    code = """
import os, pathlib, signal
if n == 1 and not os.path.exists('killed'):
    pathlib.Path('killed').touch()
    worker = int(open(f'/proc/{os.getppid()}/stat').read().rsplit(')', 1)[1].split()[1])
    os.kill(worker, signal.SIGKILL)
    import time; time.sleep(30)
"""
    path = save(root / "n.ipynb", code)
    tasks = [Task(f"s{n}", path, {"n": n}) for n in range(4)]
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as dask:
        done = run(tasks, ["vi"], root / "out", root, pool=partial(cluster, dask.scheduler_address))
    assert (root / "killed").exists()
    assert [(o.status, o.message) for o in done.outcomes] == [("ok", "")] * 4


CLUSTER = """
import signal, sys
from functools import partial
from pathlib import Path
from ruralincome.batch import Task, execute, run
from ruralincome.batch.cluster import cluster
execute.fingerprint = lambda root: sys.argv[3]
signal.signal(signal.SIGTERM, signal.default_int_handler)
if __name__ == "__main__":
    root = Path(sys.argv[1])
    done = run([Task("a", root / "n.ipynb")], ["vi"], root / "out", root, pool=partial(cluster, sys.argv[2]))
    sys.exit(done.status)
"""


def test_a_run_on_a_cluster_ends_when_told_and_what_it_left_overwrites_nothing(root):
    """The notebook of an interrupted run goes on, while a later run makes the report from other data."""
    distributed = pytest.importorskip("distributed")
    cell = """
import pathlib, time
data = pathlib.Path('data', 't.csv').read_text()
pathlib.Path('begun-' + data).touch()
while data == 'old' and not pathlib.Path('go').exists(): time.sleep(0.05)
print(data)
"""
    save(root / "n.ipynb", cell)
    (root / "batch.py").write_text(CLUSTER)
    (root / "data" / "t.csv").write_text("old")
    report, log = (root / "out" / "a" / "vi" / name for name in ("report.ipynb", "log.txt"))
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as dask:
        command = [sys.executable, str(root / "batch.py"), str(root), dask.scheduler_address]
        first = subprocess.Popen([*command, "1"], stderr=subprocess.PIPE, text=True)
        wait_for((root / "begun-old").exists)
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=5) == 130
        assert "Traceback" not in first.communicate()[1]
        (root / "data" / "t.csv").write_text("new")
        assert subprocess.run([*command, "2"], timeout=60).returncode == 0
        made, manifest = report.read_bytes(), (root / "out" / "manifest.json").read_bytes()
        assert b'"new\\n"' in made
        (root / "go").touch()
        wait_for(lambda: "a later run has asked for another report" in log.read_text())
    assert report.read_bytes() == made
    assert sorted(p.name for p in report.parent.iterdir()) == ["log.txt", "report.html", "report.ipynb"]
    assert (root / "out" / "manifest.json").read_bytes() == manifest
    assert subprocess.run([*command[:3], "nowhere", "2"], timeout=60).returncode == 0  # complete: no cluster is asked


def test_a_cluster_without_workers_is_told(monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr("ruralincome.batch.cluster.PATIENCE", 1)
    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None) as dask:
        words = r"--cluster .*: the scheduler has had no worker for 1 s; start one: dask worker "
        with pytest.raises(InputError, match=words), cluster(dask.scheduler_address):
            pass


@pytest.mark.parametrize("wanted", ["key", "another"])
def test_an_attempt_writes_only_what_the_manifest_still_asks_for(root, wanted):
    job = Job("a", "vi", save(root / "a.ipynb", "1"), {}, root / "out" / "a" / "vi", "key")
    run_ = {"version": 1, "runs": [], "jobs": {"a/vi": {"status": "pending", "key": wanted}}}
    job.folder.mkdir(parents=True)
    (root / "out" / "manifest.json").write_text(json.dumps(run_))
    outcome = attempt(job, root, 60, 1)
    there = {path.name for path in job.folder.iterdir()}
    if wanted == "key":
        assert (outcome.status, outcome.files.keys()) == ("ok", {"report.html", "report.ipynb"})
    else:
        assert (outcome.reason, there) == ("output", {"log.txt"})


def test_a_cluster_that_is_not_there_is_told(root):
    with pytest.raises(InputError, match=r"--cluster nowhere: no scheduler answers there"), cluster("nowhere"):
        pass


@pytest.mark.parametrize("shown", [{"scenario": "x"}, {"probability": 1}, [1, 2], None])
def test_a_result_of_another_shape_is_none(shown):
    from ruralincome.report.blocks import RESULT_MIME, displayed

    whole = {"scenario": "x", "probability": 0.5}
    for kind in (RESULT_MIME, "application/json"):
        assert displayed({"cells": [{"outputs": [{"data": {kind: shown}}]}]}) is None
        assert displayed({"cells": [{"outputs": [{"data": {kind: whole}}, {"data": {kind: shown}}]}]}) == whole
