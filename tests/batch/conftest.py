"""What tests of a batch share: a root, notebooks, a batch in a process of its own, and the processes it leaves."""

import json
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import nbformat
import pytest

from ruralincome.batch.manifest import Manifest

SCRIPT = """
import signal, sys
from pathlib import Path
from ruralincome.batch import Task, run
signal.signal(signal.SIGTERM, signal.default_int_handler)  # as the command does
if __name__ == "__main__":
    root = Path(sys.argv[1])
    tasks = [Task(f"s{n}", root / "n.ipynb", {"n": n}) for n in range(4)]
    sys.exit(run(tasks, ["vi"], root / "out", root, jobs=2).status)
"""
WAITING = """
import os, re, subprocess
if n > 1 and not os.path.exists('go'):
    child = subprocess.Popen(['sleep', '3000'])
    child.wait() if n == 2 else re.match('(a+)+$', 'a' * 50 + 'b')  # the other holds the interpreter
"""
FOREVER = 1800.0
"""Seconds after which what is waited for will not come: no measure of speed, as the machine may be busy."""


@pytest.fixture(scope="session")
def kernelspec():
    """What a notebook says of its kernel."""
    return {"name": "python3", "display_name": "Python 3", "language": "python"}


@pytest.fixture
def notebook(tmp_path, kernelspec):
    """A notebook that declares rate, language, a and b."""
    v4 = nbformat.v4
    cell = v4.new_code_cell("rate: float = 1\nlanguage = 'vi'\na = b = None", metadata={"tags": ["parameters"]})
    path = tmp_path / "n.ipynb"
    made = v4.new_notebook(cells=[cell, v4.new_code_cell("rate")], metadata={"kernelspec": kernelspec})
    nbformat.write(made, path)
    return path


@pytest.fixture
def root(tmp_path):
    """A project folder without data."""
    (tmp_path / "data").mkdir()
    return tmp_path


@pytest.fixture(scope="session")
def save():
    """A function (path, *cells, parameters=...) that writes a notebook and returns its path."""

    def write(path, *cells, parameters="n = 0\nrate = 1\ntitle = None\nlanguage = 'vi'"):
        v4 = nbformat.v4
        first = v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
        made = v4.new_notebook(cells=[first, *(v4.new_code_cell(textwrap.dedent(cell)) for cell in cells)])
        made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(made, path)
        return path

    return write


@pytest.fixture(scope="session")
def texts():
    """A function: what the cells of an executed notebook in a folder printed or returned."""

    def found(folder):
        cells = json.loads((folder / "report.ipynb").read_text())["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", ())]
        return "".join("".join(o.get("text", o.get("data", {}).get("text/plain", ""))) for o in outputs)

    return found


@pytest.fixture(scope="session")
def alive():
    """A function: processes that carry a mark in the environment they started with, ours left out."""

    def found(mark):
        there = []
        for entry in Path("/proc").iterdir():
            try:
                ours = entry.name.isdigit() and mark.encode() in (entry / "environ").read_bytes()
                if ours and (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                    there.append((int(entry.name), (entry / "cmdline").read_text()))
            except OSError:
                continue
        return there

    return found


@pytest.fixture(scope="session")
def wait_for():
    """A function that returns what a condition says once it holds."""

    def wait(condition):
        end = time.monotonic() + FOREVER
        while time.monotonic() < end:
            if found := condition():
                return found
            time.sleep(0.05)
        raise AssertionError("it never came")

    return wait


@pytest.fixture(scope="session")
def start(save):
    """A function (root, mark): a batch of four in a process of its own, two of which wait for a file `go`."""

    def begin(root, mark):
        if not (root / "n.ipynb").exists():
            save(root / "n.ipynb", WAITING)
        (root / "batch.py").write_text(SCRIPT)
        # ipykernel looks for the name of the test, and leaves file descriptors alone where it sees one
        environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"} | {"MARK": mark}
        command = [sys.executable, str(root / "batch.py"), str(root)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, env=environment, start_new_session=True, text=True, **pipes)

    return begin


@pytest.fixture(scope="session")
def statuses():
    """A function: how the jobs of a root's manifest stand, by their names."""

    def found(root):
        jobs = Manifest(root / "out").jobs
        return [jobs[name]["status"] for name in sorted(jobs)]

    return found


@pytest.fixture
def kernel(root, save):
    """A function (name, *argv, **environment): a job whose notebook wants a kernel of that command."""
    from ruralincome.batch import Job

    def make(name, *argv, **environment):
        spec = root / "jupyter" / "kernels" / name
        spec.mkdir(parents=True)
        stated = {"argv": argv, "display_name": name, "language": "python", "env": environment}
        (spec / "kernel.json").write_text(json.dumps(stated))
        made = nbformat.read(save(root / f"{name}.ipynb", "1"), 4)
        made.metadata.kernelspec["name"] = name
        nbformat.write(made, root / f"{name}.ipynb")
        return Job(name, "vi", root / f"{name}.ipynb", {}, root / "out" / name, "key")

    return make
