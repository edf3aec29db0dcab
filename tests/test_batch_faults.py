"""What goes wrong at night: nothing complete is lost, the rest finishes, no process stays, the next run completes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from multiprocessing.forkserver import ensure_running
from pathlib import Path

import nbformat
import pytest

from ruralincome.batch import Task, run
from ruralincome.batch.execute import Settings, attempt, cluster, process_pool
from ruralincome.batch.plan import Job
from ruralincome.batch.server import serve
from ruralincome.report.failures import KNOWN

pytestmark = pytest.mark.slow
FAULTS = {
    "kill": "import os; os.kill(os.getpid(), 9)",
    "abort": "import os; os.abort()",
    "gone": "import os; os._exit(0)",
    "exit": "import sys; sys.exit(3)",
    "leave": "raise SystemExit(0)",
    "hang": "import subprocess; print(subprocess.Popen(['sleep', '1000']).pid, flush=True)\nwhile True: pass",
    "stuck": "import re; re.match('(a+)+$', 'a' * 50 + 'b')",  # holds the interpreter: no thread of it runs
    "greedy": "x = [bytearray(10**12)]",
    "loud": "for _ in range(100): print('x' * 1_000_000)",
    "good": "print('good')",
}


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    told = os.environ.pop("PYTEST_CURRENT_TEST")  # ipykernel leaves file descriptors alone where it sees this
    with serve(tmp_path_factory.mktemp("k")) as environment:
        with process_pool(1, environment):
            ensure_running()
        os.environ["PYTEST_CURRENT_TEST"] = told
        yield partial(process_pool, 2, environment)


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


def test_kernels_killed_at_random_cost_retries_only(root, pool):
    cell = f"""
import os, pathlib, random
tries = pathlib.Path({str(root)!r}, f"try-{{n}}-{{os.getpid()}}"); tries.touch()
if random.Random(n).random() < 0.2 and len(list(tries.parent.glob(f"try-{{n}}-*"))) < 4: os.kill(os.getpid(), 9)
"""
    path = save(root / "n.ipynb", cell)
    done = run([Task(f"s{n}", path, {"n": n}) for n in range(12)], ["vi"], root / "out", root, pool=pool, retries=3)
    assert (done.status, len(done.outcomes)) == (0, 12)
    assert {o.attempts for o in done.outcomes} == {1, 4}


def test_a_worker_that_is_killed_is_replaced(root, pool):
    cell = """
import os, pathlib, signal
worker = next(int(p) for p in open('workers').read().split())
if not os.path.exists('killed'):
    pathlib.Path('killed').touch()
    os.kill(worker, signal.SIGKILL)
    import time; time.sleep(60)
"""
    first = save(root / "first.ipynb", "1")
    second = save(root / "second.ipynb", cell)
    one = run([Task("a", first)], ["vi"], root / "o", root, pool=pool)
    assert one.status == 0

    class Recording:
        """A pool that notes its workers' process ids where the notebook finds them."""

        def __init__(self):
            self.inner = pool()

        def __enter__(self):
            executor = self.inner.__enter__()
            pids = {executor.submit(os.getpid).result() for _ in range(3)}
            (root / "workers").write_text(" ".join(map(str, [*pids])))
            return executor

        def __exit__(self, *error):
            return self.inner.__exit__(*error)

    tasks = [Task(name, second if name == "b" else first) for name in "abcd"]
    done = run(tasks, ["vi"], root / "out", root, pool=Recording, jobs=1)
    assert (done.status, len(done.outcomes)) == (0, 4)
    assert (root / "killed").exists()


def test_without_its_server_a_batch_goes_on(root, tmp_path_factory):
    cell = "import os; print(open(f'/proc/{os.getpid()}/cmdline').read())"
    last = save(
        root / "a.ipynb", "import os, signal; os.kill(os.getppid(), signal.SIGKILL); import time; time.sleep(9)"
    )
    with serve(tmp_path_factory.mktemp("k")) as environment:
        one = partial(process_pool, 1, environment)
        tasks = [Task("a", last), *(Task(name, save(root / f"{name}.ipynb", cell)) for name in "bc")]
        done = run(tasks, ["vi"], root / "out", root, pool=one, jobs=1)
    assert [(o.job.scenario, o.reason) for o in done.outcomes] == [("a", "died"), ("b", ""), ("c", "")]
    assert "ipykernel_launcher" in (root / "out" / "b" / "vi" / "report.ipynb").read_text()


SCRIPT = """
import sys
from pathlib import Path
from ruralincome.batch import Task, run, runs
runs.fingerprint = lambda root: "somebody may edit the source while the tests run"
if __name__ == "__main__":
    root = Path(sys.argv[1])
    tasks = [Task(f"s{n}", root / "n.ipynb", {"n": n}) for n in range(4)]
    sys.exit(run(tasks, ["vi"], root / "out", root, jobs=2).status)
"""


def start(root, mark):
    """A batch of four in a process of its own, two of which wait for a file `go`."""
    script = root / "batch.py"
    if not script.exists():
        save(
            root / "n.ipynb",
            "import os, subprocess\nif n > 1 and not os.path.exists('go'): subprocess.run(['sleep', '300'])",
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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_nothing_stays_and_the_next_run_completes(root, number):
    mark = f"ruralincome-test-{os.getpid()}-{number}"
    batch = start(root, mark)
    try:
        wait_for(lambda: statuses(root)[:2] == ["ok", "ok"])
        wait_for(lambda: sum("sleep" in command for _, command in alive(mark)) == 2)
        (os.killpg if number == signal.SIGINT else os.kill)(batch.pid, number)
        said = batch.communicate(timeout=30)[1]
        assert batch.returncode == (130 if number != signal.SIGKILL else -9)
        assert "Traceback" not in said
        wait_for(lambda: not alive(mark), 10)
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
from ruralincome.batch import Task, run
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


def test_a_manifest_that_does_not_fit_is_told_and_the_reports_are_there(root, pool, monkeypatch):
    def full(path, text):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ruralincome.batch.manifest.write", full)
    done = run([Task("a", save(root / "a.ipynb", "1"))], ["vi"], root / "out", root, pool=pool)
    assert done.status == 1
    assert done.trouble.endswith("manifest.json: cannot be written (No space left on device)")
    assert (root / "out" / "a" / "vi" / "report.html").exists()


def test_a_folder_that_became_read_only_is_a_reason(root, pool):
    (root / "out").mkdir()
    (root / "out" / "a").write_text("a file where the folder should be")
    tasks = [Task("a", save(root / "a.ipynb", "1")), Task("b", root / "a.ipynb")]
    done = run(tasks, ["vi"], root / "out", root, pool=pool)
    assert {o.job.scenario: o.reason for o in done.outcomes} == {"a": "output", "b": ""}
    assert "cannot be written (Not a directory)" in str([o.message for o in done.outcomes])


def test_an_attempt_here_ends_as_one_in_a_worker(root, tmp_path_factory):
    job = Job("a", "vi", save(root / "a.ipynb", "1 / 0"), {}, root / "out", "key")
    settings = Settings(root, tmp_path_factory.mktemp("k"))
    outcome = attempt(job, settings)
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
        done = run(tasks, ["vi"], root / "out", root, cluster=dask.scheduler_address)
    assert (root / "killed").exists()
    assert [(o.status, o.message) for o in done.outcomes] == [("ok", "")] * 4


def test_a_cluster_that_is_not_there_is_told(root):
    from ruralincome.series import InputError

    with pytest.raises(InputError, match=r"--cluster nowhere: no scheduler answers there"), cluster("nowhere"):
        pass
    task = Task("good", save(root / "good.ipynb", "1"))
    with pytest.raises(InputError, match="--cluster nowhere"):
        run([task], ["vi"], root / "out", root, cluster="nowhere")
    assert not (root / "out").exists()


def test_a_notebook_without_a_kernel_says_what_to_do(root, pool):
    path = save(root / "bare.ipynb", "1")
    bare = nbformat.read(path, 4)
    del bare.metadata["kernelspec"]
    nbformat.write(bare, path)
    done = run([Task("bare", path)], ["vi"], root / "out", root, pool=pool)
    assert done.outcomes[0].message.startswith("the notebook names no kernel; open it in JupyterLab")


@pytest.mark.parametrize("shown", [{"scenario": "x"}, {"probability": 1}, [1, 2], None])
def test_a_result_of_another_shape_is_none(shown):
    from ruralincome.batch.notebook import VENDOR, find_result

    whole = {"scenario": "x", "probability": 0.5}
    for kind in (VENDOR, "application/json"):
        assert find_result({"cells": [{"outputs": [{"data": {kind: shown}}]}]}) is None
        assert find_result({"cells": [{"outputs": [{"data": {kind: whole}}, {"data": {kind: shown}}]}]}) == whole
