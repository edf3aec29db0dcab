"""The workers of a dask cluster."""

import signal
import subprocess
import sys
from functools import partial

import pytest

from ruralincome.batch import Task, run
from ruralincome.batch.workers import cluster
from ruralincome.series import InputError

pytestmark = pytest.mark.slow


def test_a_cluster_survives_a_worker(root, save):
    """A worker of a dask cluster dies in the middle of a notebook; its scheduler gives the notebook to another."""
    distributed = pytest.importorskip("distributed")
    code = """
import os, pathlib, signal
if n == 1 and not os.path.exists('killed'):
    pathlib.Path('killed').touch()
    worker = int(open(f'/proc/{os.getppid()}/stat').read().rsplit(')', 1)[1].split()[1])
    os.kill(worker, signal.SIGKILL)
    import time; time.sleep(300)
"""
    path = save(root / "n.ipynb", code)
    tasks = [Task(f"s{n}", path, {"n": n}) for n in range(4)]
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as dask:
        done = run(tasks, ["vi"], root / "out", root, pool=partial(cluster, dask.scheduler_address))
    assert (root / "killed").exists()
    assert [(o.status, o.message) for o in done.outcomes] == [("ok", "")] * 4


CLUSTER = """
import signal, sys
from functools import partial
from pathlib import Path
from ruralincome.batch import Task, run
from ruralincome.batch.workers import cluster
signal.signal(signal.SIGTERM, signal.default_int_handler)
if __name__ == "__main__":
    root = Path(sys.argv[1])
    done = run([Task("a", root / "n.ipynb")], ["vi"], root / "out", root, pool=partial(cluster, sys.argv[2]))
    sys.exit(done.status)
"""


@pytest.mark.long
def test_a_run_on_a_cluster_ends_when_told_and_what_it_left_overwrites_nothing(root, save, wait_for):
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
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as dask:
        command = [sys.executable, str(root / "batch.py"), str(root), dask.scheduler_address]
        first = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        wait_for((root / "begun-old").exists)
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=1800) == 130
        assert "Traceback" not in first.communicate()[1]
        (root / "data" / "t.csv").write_text("new")
        assert subprocess.run(command, timeout=1800).returncode == 0
        made, manifest = report.read_bytes(), (root / "out" / "manifest.json").read_bytes()
        assert b'"new\\n"' in made
        (root / "go").touch()
        wait_for(lambda: "a later run has asked for another report" in log.read_text())
    assert report.read_bytes() == made
    assert sorted(p.name for p in report.parent.iterdir()) == ["log.txt", "report.html", "report.ipynb"]
    assert (root / "out" / "manifest.json").read_bytes() == manifest
    assert subprocess.run([*command[:3], "nowhere"], timeout=1800).returncode == 0  # complete: no cluster is asked


def test_a_cluster_without_workers_is_told():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as dask:
        words = r"--cluster .*: the scheduler has had no worker for 1 s; start one: dask worker "
        with pytest.raises(InputError, match=words), cluster(dask.scheduler_address, patience=1):
            pass


def test_a_cluster_that_is_not_there_is_told(root):
    with pytest.raises(InputError, match=r"--cluster nowhere: no scheduler answers there"), cluster("nowhere"):
        pass
