"""Disks that are full, closed or in the way: each report that did not fit is told, the others are there."""

import json
import subprocess
import sys

import pytest

from ruralincome.batch import Task, run
from ruralincome.series import InputError

pytestmark = pytest.mark.slow


def test_a_full_disk_is_told_for_each_report_that_did_not_fit(root, save):
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
    print({o.job.scenario: (bool(o.fault), o.message) for o in done.outcomes}, file=sys.stderr)
    sys.exit(done.status)
"""
    (root / "batch.py").write_text(script)
    command = [sys.executable, str(root / "batch.py"), str(root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 1
    assert "'small': (False, '')" in done.stderr
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


def test_a_full_disk_costs_nothing_that_was_complete_and_the_next_run_completes(root, pool, disk, save):
    disk("size=1200k")
    path = save(root / "n.ipynb", "print('x' * 100_000)")
    tasks = [Task(f"s{n}", path, {"n": n}) for n in range(8)]
    assert run(tasks[:1], ["vi"], root / "out", root, pool=pool).status == 0
    first = {p: p.read_bytes() for p in (root / "out" / "s0").rglob("report.ipynb")}  # a page gets its links later
    done = run(tasks, ["vi"], root / "out", root, pool=pool, jobs=2)
    assert done.status == 1
    assert [job.name for job in done.skipped] == ["s0/vi"]
    failed = [o for o in done.outcomes if o.status == "failed"]
    assert 0 < len(failed) < 7
    assert len(done.outcomes) == 7
    assert all("cannot be written (No space left on device)" in o.message for o in failed)
    assert {p: p.read_bytes() for p in first} == first
    for outcome in done.outcomes:
        there = {p.name for p in outcome.job.folder.glob("report.[hi]*")}
        assert there == ({"report.html", "report.ipynb"} if outcome.status == "ok" else set())
    disk("size=20m")
    again = run(tasks, ["vi"], root / "out", root, pool=pool)
    assert (again.status, len(again.skipped), len(again.outcomes)) == (0, 8 - len(failed), len(failed))
    assert {p: p.read_bytes() for p in first} == first


def test_a_read_only_disk_is_told_and_costs_its_reports_only(root, pool, disk, save):
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
    assert (done.status, [o.job.scenario for o in done.outcomes if o.fault]) == (1, ["s1"])
    assert (
        "cannot be written (Read-only file system)" in json.loads(done.manifest.read_text())["jobs"]["s1/vi"]["message"]
    )
    before = done.manifest.read_bytes()
    disk("ro")
    with pytest.raises(
        InputError, match=r"out: cannot be written \(Read-only file system\); choose a folder that you may"
    ):
        run(tasks, ["vi"], root / "out", root, pool=pool)
    assert done.manifest.read_bytes() == before
    disk("rw")
    again = run(tasks, ["vi"], root / "out", root, pool=pool)
    assert (again.status, [o.job.scenario for o in again.outcomes]) == (0, ["s1"])


def test_a_manifest_that_cannot_be_written_is_told_and_the_reports_are_there(root, pool, save):
    (root / "out" / "manifest.json").mkdir(parents=True)
    done = run([Task("a", save(root / "a.ipynb", "1"))], ["vi"], root / "out", root, pool=pool)
    assert done.status == 1
    assert "manifest.json: cannot be written (Is a directory)" in str(done.trouble)
    assert (root / "out" / "a" / "vi" / "report.html").exists()


def test_a_file_where_a_folder_should_be_is_a_reason(root, pool, save):
    (root / "out").mkdir()
    (root / "out" / "a").write_text("a file where the folder should be")
    tasks = [Task("a", save(root / "a.ipynb", "1")), Task("b", root / "a.ipynb")]
    done = run(tasks, ["vi"], root / "out", root, pool=pool)
    assert [o.job.scenario for o in done.outcomes if o.fault] == ["a"]
    assert "cannot be written (Not a directory)" in str([o.message for o in done.outcomes])
