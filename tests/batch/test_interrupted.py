"""A batch that is interrupted or killed: no process stays, nothing complete is lost, the next run completes."""

import json
import os
import signal
import tempfile
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
FOREVER = 1800


def test_ctrl_c_while_the_server_that_forks_workers_starts_is_no_traceback(root, save, alive, wait_for, start):
    """At five moments of its start, which takes a second or more."""
    save(root / "n.ipynb", "1")
    for pause in (0, 0.05, 0.2, 0.5, 1):
        mark = f"ruralincome-test-{os.getpid()}-{pause}"
        batch = start(root, mark)
        try:
            wait_for(lambda mark=mark: any("forkserver" in command for _, command in alive(mark)))
            time.sleep(pause)
            os.killpg(batch.pid, signal.SIGINT)
            assert batch.communicate(timeout=FOREVER)[1] == ""
            assert batch.returncode in (130, 0)
            wait_for(lambda mark=mark: not alive(mark))
        finally:
            for pid, _ in alive(mark):
                os.kill(pid, signal.SIGKILL)


def test_what_left_its_session_ends_with_a_runner_whose_whole_group_is_killed(root, save, alive, wait_for, start):
    """As `timeout -s KILL` kills: no process of the runner's is left to end what a kernel began."""
    mark = f"ruralincome-test-{os.getpid()}-group"
    away = "import subprocess, time; subprocess.Popen(['sleep', '999'], start_new_session=True)"
    save(root / "n.ipynb", f"{away}; subprocess.Popen(['sh', '-c', 'setsid sleep 998 & sleep 997']); time.sleep(996)")
    batch = start(root, mark)
    try:
        wait_for(
            lambda: {f"sleep {n}" for n in (997, 998, 999)} <= {c.replace("\0", " ").strip() for _, c in alive(mark)}
        )
        os.killpg(batch.pid, signal.SIGKILL)
        batch.communicate(timeout=FOREVER)
        wait_for(lambda: not alive(mark))
    finally:
        for pid, _ in alive(mark):
            os.kill(pid, signal.SIGKILL)


LONG = pytest.param(signal.SIGTERM, marks=pytest.mark.long)


@pytest.mark.parametrize("number", [signal.SIGINT, LONG, signal.SIGKILL])
def test_interrupted_nothing_stays_and_the_next_run_completes(
    root, number, monkeypatch, alive, wait_for, start, statuses
):
    mark = f"ruralincome-test-{os.getpid()}-{number}"
    scratch = tempfile.mkdtemp(prefix="r")
    monkeypatch.setenv("TMPDIR", scratch)
    batch = start(root, mark)
    try:
        wait_for(lambda: statuses(root)[:2] == ["ok", "ok"])
        wait_for(lambda: sum("sleep" in command for _, command in alive(mark)) == 2)
        (os.killpg if number == signal.SIGINT else os.kill)(batch.pid, number)
        said = batch.communicate(timeout=FOREVER)[1]
        assert batch.returncode == (130 if number != signal.SIGKILL else -9)
        assert "Traceback" not in said
        wait_for(lambda: not alive(mark))
        assert number == signal.SIGKILL or not list(Path(scratch).iterdir())
    finally:
        for pid, _ in alive(mark):
            os.kill(pid, signal.SIGKILL)
    assert statuses(root) == ["ok", "ok", "pending", "pending"]
    complete = (root / "out" / "s0" / "vi" / "report.ipynb").stat().st_mtime_ns  # the page gets its links to the others
    assert not list((root / "out").rglob("s2/vi/report.*"))
    (root / "go").touch()
    second = start(root, mark)
    assert "Traceback" not in second.communicate(timeout=FOREVER)[1]
    assert second.returncode == 0
    assert statuses(root) == ["ok"] * 4
    assert (root / "out" / "s0" / "vi" / "report.ipynb").stat().st_mtime_ns == complete
    runs = json.loads((root / "out" / "manifest.json").read_text())["runs"]
    assert [r["status"] for r in runs] == ["interrupted", "ok"]
    assert not list((root / "out").rglob("*-part"))
