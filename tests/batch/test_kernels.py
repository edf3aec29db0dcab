"""Warm kernels: a fork is a kernel like any other, starts within the time, or starts as usual where it can be none."""

import asyncio
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from ruralincome.batch import Outcome, Task, run
from ruralincome.batch.execute import attempt
from ruralincome.batch.plan import Job

FOREVER = 1800


def test_a_forked_kernel_is_a_kernel_like_any_other(root, pool, save, start, texts):
    cells = [
        """
        import os, random, subprocess, sys, threading
        import numpy as np
        assert os.getcwd() == os.path.dirname(os.path.abspath("good.ipynb")) and sys.path[0] == ""
        assert __name__ == "__main__" and os.getsid(0) == os.getpid()
        assert os.environ["OPENBLAS_NUM_THREADS"] == "1" and sys.modules.get("debugpy", 0) == 0
        """,
        "import matplotlib\nassert matplotlib.get_backend() == 'module://matplotlib_inline.backend_inline' or 1 / 0",
        "%config InlineBackend.figure_formats = ['svg', 'png']\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "a = np.random.default_rng(1).normal(size=(400, 400)); assert np.isfinite(a @ a).all()",
        "t = [threading.Thread(target=lambda: a @ a) for _ in range(4)]",
        "[x.start() for x in t]; [x.join() for x in t];",
        "import asyncio\nawait asyncio.sleep(0.01)",
        "out = subprocess.run(['echo', 'hello'], capture_output=True, text=True); assert out.stdout == 'hello\\n'",
        "!echo from the shell",
        "os.write(1, b'to the descriptor\\n');",
        "import multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as p: print(p.map(abs, [-1, -2]))",
        "import atexit\natexit.register(lambda: open('left', 'a').write('at exit '));",
        "f = open('left', 'a'); f.write('unflushed ');",
        "print('random', np.random.random(), random.random(), np.random.default_rng().random())",
        "print('forked from', open(f'/proc/{os.getpid()}/cmdline').read())",
        "import warnings\nwith warnings.catch_warnings(record=True) as w: print('plain')\nassert not w",
    ]
    path = save(root / "k.ipynb", *cells)
    done = run([Task("a", path), Task("b", path)], ["vi"], root / "out", root, pool=pool)
    assert [(o.status, o.message) for o in done.outcomes] == [("ok", "")] * 2
    said = [texts(root / "out" / name / "vi") for name in "ab"]
    assert all("forked from" in text and "ipykernel_launcher" not in text for text in said)
    assert all(word in said[0] for word in ("from the shell", "to the descriptor", "[1, 2]", "plain"))
    numbers = [re.search(r"random (\S+) (\S+) (\S+)", text).groups() for text in said]
    assert not set(numbers[0]) & set(numbers[1])
    assert sorted((root / "left").read_text().split()) == ["at", "at", "exit", "exit", "unflushed", "unflushed"]
    page = (root / "out" / "a" / "vi" / "report.html").read_text()
    assert "<svg" in page
    mimes = {
        m
        for c in json.loads((root / "out/a/vi/report.ipynb").read_text())["cells"]
        for o in c.get("outputs", ())
        for m in o.get("data", {})
    }
    assert {"image/svg+xml", "image/png"} <= mimes


def test_a_kernel_of_another_name_starts_as_usual_and_without_a_pool_ours_is_warm(root, monkeypatch, save, texts):
    """In this process, which has not forked a nursery: a new one is made, as in the worker of a cluster."""
    from ruralincome.batch.execute import attempt

    path = save(root / "k.ipynb", "import os\nprint(open(f'/proc/{os.getpid()}/cmdline').read())")
    spec = root / "jupyter" / "kernels" / "other"
    spec.mkdir(parents=True)
    command = [sys.executable, "-X", "utf8", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": command, "display_name": "other", "language": "python"}))
    other = nbformat.read(path, 4)
    other.metadata.kernelspec = {"name": "other", "display_name": "other", "language": "python"}
    nbformat.write(other, root / "other.ipynb")
    monkeypatch.setenv("JUPYTER_PATH", str(root / "jupyter"))
    for name in ("other", "k"):
        job = Job(name, "vi", root / f"{name}.ipynb", {}, root / "out" / name, "key")
        assert attempt(job, root, FOREVER, 1).message == ""
    assert "utf8" in texts(root / "out" / "other")
    assert "kernels.nurse(" in texts(root / "out" / "k")


def test_what_one_kernel_imports_is_there_for_the_next_and_none_of_it_is_walked_over(root, save, texts):
    told = "import gc, sys\nprint('pandas' in sys.modules, 'objects', len(gc.get_objects()))"
    path = save(root / "k.ipynb", told, "import pandas\nprint('then', len(gc.get_objects()))")
    done = run([Task(name, path) for name in "abc"], ["vi"], root / "out", root, jobs=1)
    assert [(o.status, o.message) for o in done.outcomes] == [("ok", "")] * 3
    said = [texts(root / "out" / name / "vi") for name in "abc"]
    assert ["True objects" in text for text in said] == [False, True, True]
    first, then = (int(re.search(rf"{word} (\d+)", said[0])[1]) for word in ("objects", "then"))
    later = [int(re.search(r"objects (\d+)", text)[1]) for text in said[1:]]
    assert max(later) < (first + then) / 2, (first, then, later)


@pytest.mark.slow
def test_the_start_of_a_kernel_is_within_the_time(root, monkeypatch, kernel):
    """One that never answers, one that hangs while it is forked, and a good one after them."""
    startup = root / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "hang.py").write_text("import time; time.sleep(300)")
    monkeypatch.setenv("JUPYTER_PATH", str(root / "jupyter"))
    ours = (sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}")
    for job in (kernel("mute", "sleep", "300"), kernel("slow", *ours, IPYTHONDIR=str(root / "ipython"))):
        outcome = attempt(job, root, 4, 1)
        assert outcome.code == "batch.timeout"  # else the client would have given up after a minute: died
    assert attempt(kernel("good", *ours), root, FOREVER, 1).message == ""


@pytest.mark.slow
def test_the_time_is_kept_where_a_loop_runs_and_kernels_begin_in_another_thread(root, monkeypatch, kernel):
    monkeypatch.setenv("JUPYTER_PATH", str(root / "jupyter"))

    async def within() -> Outcome:
        return attempt(kernel("mute", "sleep", "300"), root, 2, 1)

    with ThreadPoolExecutor(1) as thread:  # a browser of another test may have a loop in this one
        outcome = thread.submit(asyncio.run, within()).result()
    assert outcome.code == "batch.timeout"


class Gone:
    """The pipe of a nursery that is gone."""

    def send(self, request):
        raise BrokenPipeError

    def close(self): ...


class Answers:
    """The pipe of a nursery that forks what is asked for; `ended` says whether its kernel did."""

    ended = False

    def send(self, request): ...

    def recv(self):
        return -0 if self.ended else FAR_PID

    def poll(self, timeout):
        return self.ended


FAR_PID = 2**31 - 1  # no process has it


def test_a_kernel_that_a_fork_cannot_be_is_not_asked_for():
    from ruralincome.batch.kernels import can_be_forked

    ours = [sys.executable, "-m", "ipykernel_launcher", "-f", "k.json"]
    environment = dict(os.environ)
    assert can_be_forked(ours, environment)
    for cmd, env in (
        (["/usr/bin/R", *ours[1:]], environment),
        ([sys.executable, "-m", "xonsh_kernel", "-f", "k.json"], environment),
        (ours, environment | {"OPENBLAS_NUM_THREADS": "7"}),
        (ours, environment | {"MPLBACKEND": "another"}),
    ):
        assert not can_be_forked(cmd, env)


def test_a_nursery_that_is_gone_forks_nothing_and_one_whose_kernel_still_runs_no_second():
    from ruralincome.batch.kernels import Nursery

    assert Nursery(Gone()).fork([], {}, ".", []) is None
    nursery = Nursery(answers := Answers())
    first = nursery.fork([], {}, ".", [])
    assert first.pid == FAR_PID
    assert nursery.fork([], {}, ".", []) is None
    answers.ended = True
    assert first.poll() == 0
    answers.ended = False
    assert nursery.fork([], {}, ".", []).pid == FAR_PID


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="a system without /proc")
def test_a_nursery_closes_the_pipes_of_its_worker_and_leaves_it_its_files(tmp_path):
    script = """
import os, sys
from multiprocessing import Pipe
from pathlib import Path
from ruralincome.batch.kernels import nurse
ours, theirs = Pipe()
alive, held = os.pipe()
font = open(sys.argv[1])
if (pid := os.fork()) == 0:
    nurse(theirs.fileno(), alive)
theirs.close()
ours.send(([], {}, ".", []))  # which it reads when it has closed what it closes
ours.recv()
left = [os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()]
print(*(left.count(one) for one in [sys.argv[1], *(os.readlink(f"/proc/self/fd/{n}") for n in (held, ours.fileno()))]))
"""
    (tmp_path / "font").write_text("")
    command = [sys.executable, "-c", script, str(tmp_path / "font")]
    said = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (said.stdout, said.stderr) == ("1 1 0\n", "")
