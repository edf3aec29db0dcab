"""Worker processes on this machine: their memory, their folders, and what becomes of a batch when some are killed."""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ruralincome.batch import Task, run
from ruralincome.batch.workers import process_pool, short_folder

PARENT = "def parent(pid): return int(open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()[1])"


def test_sockets_of_kernels_stand_in_the_folder_of_their_run_which_removes_it(monkeypatch):
    with tempfile.TemporaryDirectory(prefix="x" * 36, dir="/tmp") as base:
        assert len(base) <= 50
        monkeypatch.setattr("tempfile.tempdir", base)
        with process_pool(1) as executor:
            folder = executor.submit(short_folder, 75).result()
        assert folder.startswith(f"{base}/ruralincome-")
        assert len(f"{folder}/k-12345678/kernel-ipc-12345") <= 103
        assert not list(Path(base).iterdir())


def test_sockets_stand_where_their_path_is_short(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    assert short_folder() == "/tmp"
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("x" * 60)))
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")
    assert short_folder() == "/tmp"
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/var")
    assert short_folder() == ("/var" if os.access("/var", os.W_OK) else "/tmp")


def test_what_a_run_that_was_killed_left_goes_with_the_next_and_nothing_else(monkeypatch, wait_for):
    with tempfile.TemporaryDirectory(prefix="x", dir="/tmp") as base:
        monkeypatch.setattr("tempfile.tempdir", base)
        script = "import sys, tempfile, time\nfrom ruralincome.batch.workers import process_pool\n"
        script += "tempfile.tempdir = sys.argv[1]\nwith process_pool(1): time.sleep(300)"
        runs = [subprocess.Popen([sys.executable, "-c", script, base]) for _ in range(2)]
        wait_for(lambda: len(list(Path(base).glob("*/.scratch"))) == 2)
        runs[0].kill()
        runs[0].wait()
        (Path(base) / "ruralincome-province").mkdir()  # somebody's
        with process_pool(1):
            assert len(list(Path(base).glob("*/.scratch"))) == 2  # its own, and that of the run that goes on
        assert len(list(Path(base).iterdir())) == 2
        runs[1].kill()
        runs[1].wait()


@pytest.mark.parametrize("jobs", [2, 8])
def test_all_notebooks_together_may_hold_four_fifths_of_the_memory(jobs):
    with process_pool(jobs) as executor:
        share, _ = executor.submit(resource.getrlimit, resource.RLIMIT_DATA).result()
    assert jobs * share == pytest.approx(0.8 * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), rel=1e-6)


@pytest.mark.slow
def test_a_worker_that_is_killed_is_replaced(root, save):
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


@pytest.mark.slow
def test_without_the_process_that_forked_it_a_kernel_goes_on_and_the_next_starts_as_usual(root, save):
    cell = "import os; print(open(f'/proc/{os.getpid()}/cmdline').read())"
    first = save(root / "a.ipynb", "import os, signal; os.kill(os.getppid(), signal.SIGKILL)", cell)
    tasks = [Task("a", first), *(Task(name, save(root / f"{name}.ipynb", cell)) for name in "bc")]
    done = run(tasks, ["vi"], root / "out", root, jobs=1)
    assert [(o.job.scenario, o.code) for o in done.outcomes] == [("a", ""), ("b", ""), ("c", "")]
    usual = ["ipykernel_launcher" in (root / "out" / n / "vi" / "report.ipynb").read_text() for n in "abc"]
    assert usual == [False, True, True]


@pytest.mark.slow
def test_without_the_server_that_forks_workers_a_batch_goes_on(root, save, alive, wait_for, start, statuses):
    cell = f"""
import os, pathlib, signal
{PARENT}
if n == 1 and not os.path.exists('killed'):
    pathlib.Path('killed').touch()
    os.kill(parent(parent(os.getppid())), signal.SIGKILL)
    import time; time.sleep(60)
"""
    save(root / "n.ipynb", cell)
    mark = f"ruralincome-test-{os.getpid()}-server"
    batch = start(root, mark)
    said = batch.communicate(timeout=1800)[1]
    assert (batch.returncode, statuses(root)) == (0, ["ok"] * 4), said
    assert (root / "killed").exists()
    wait_for(lambda: not alive(mark))
