"""Batches of real notebooks in warm kernels: what comes out, what is kept, and the traps of forked kernels."""

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import nbformat
import pytest

from ruralincome.batch import Task, run

RESULT = """
from IPython.display import display
display({"application/vnd.ruralincome.result+json": {"scenario": "x", "probability": rate}}, raw=True)
"""


@pytest.fixture
def root(tmp_path):
    """A project folder with a notebook that works and one that fails at rate 0."""
    (tmp_path / "data").mkdir()
    save(tmp_path / "good.ipynb", "1 / rate", RESULT)
    return tmp_path


def save(path, *cells, parameters="rate = 1\ntitle = None\nlanguage = 'vi'"):
    v4 = nbformat.v4
    first = v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
    made = v4.new_notebook(cells=[first, *(v4.new_code_cell(textwrap.dedent(cell)) for cell in cells)])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, path)
    return path


def texts(folder):
    """What the cells of an executed notebook printed or returned."""
    cells = json.loads((folder / "report.ipynb").read_text())["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return "".join("".join(o.get("text", o.get("data", {}).get("text/plain", ""))) for o in outputs)


@pytest.fixture(autouse=True)
def sources_at_rest(monkeypatch):
    """Leave our own source out of the fingerprint: somebody may edit it while the tests run."""
    monkeypatch.setattr("ruralincome.batch.execute.fingerprint", lambda root: str([*(root / "data").iterdir()]))


def test_reports_results_and_what_is_left_out_the_second_time(root, pool):
    tasks = [Task(name, root / "good.ipynb", {"rate": rate}) for name, rate in (("a", 1), ("b", 2))]
    seen = []
    first = run(tasks, ["vi", "en"], root / "out", root, pool=pool)
    assert (first.status, first.trouble, len(first.outcomes)) == (0, None, 4)
    for name, rate in (("a", 1), ("b", 2)):
        for language in ("vi", "en"):
            folder = root / "out" / name / language
            assert json.loads((folder / "result.json").read_text()) == {"scenario": "x", "probability": rate}
            assert f'lang="{language}"' in (folder / "report.html").read_text()
            assert sorted(p.name for p in folder.iterdir()) == ["log.txt", "report.html", "report.ipynb", "result.json"]
            assert re.fullmatch(r"attempt 1, process \d+, [\d.]+ s: ok\n", (folder / "log.txt").read_text())
    manifest = json.loads((root / "out" / "manifest.json").read_text())
    assert manifest["runs"][0]["status"] == "ok"
    assert {"done": 4, "failed": 0, "skipped": 0}.items() <= manifest["runs"][0].items()
    assert manifest["jobs"]["a/vi"]["folder"] == "a/vi"
    again = run(tasks, ["vi", "en"], root / "out", root, pool=lambda: seen.append(1))
    assert (again.status, len(again.outcomes), len(again.skipped), seen) == (0, 0, 4, [])
    (root / "data" / "t.csv").write_text("changed")
    assert len(run(tasks[:1], ["vi"], root / "out", root, pool=pool).outcomes) == 1


def test_a_failure_is_kept_and_marked_and_costs_no_complete_report(root, pool):
    tasks = [Task("a", root / "good.ipynb", {"rate": 1}), Task("b", root / "good.ipynb", {"rate": 2})]
    assert run(tasks, ["vi"], root / "out", root, pool=pool).status == 0
    before = (root / "out" / "a" / "vi" / "report.html").read_bytes()
    tasks[0] = Task("a", root / "good.ipynb", {"rate": 0})
    second = run(tasks, ["vi"], root / "out", root, pool=pool)
    assert second.status == 1
    assert [job.name for job in second.skipped] == ["b/vi"]
    assert (second.outcomes[0].reason, second.outcomes[0].message[:30]) == ("error", "cell 3: ZeroDivisionError: div")
    folder = root / "out" / "a" / "vi"
    assert (folder / "report.html").read_bytes() == before
    failed = nbformat.read(folder / "report.failed.ipynb", as_version=4)
    assert any("papermill-error-cell" in cell.source for cell in failed.cells)
    assert json.loads(second.manifest.read_text())["jobs"]["a/vi"]["status"] == "failed"
    tasks[0] = Task("a", root / "good.ipynb", {"rate": 4})
    third = run(tasks, ["vi"], root / "out", root, pool=pool)
    assert (third.status, len(third.outcomes)) == (0, 1)
    assert not (folder / "report.failed.ipynb").exists()


def test_a_retry_keeps_the_attempt_that_failed(root, pool):
    path = save(root / "n.ipynb", "import pathlib\np = pathlib.Path('tried')\nif not p.exists(): p.touch(); 1 / 0")
    done = run([Task("a", path)], ["vi"], root / "out", root, pool=pool, retries=2)
    assert (done.status, done.outcomes[0].attempts) == (0, 2)
    folder = root / "out" / "a" / "vi"
    assert (folder / "report.failed.ipynb").exists()
    assert [line.split(":")[1].split()[0] for line in (folder / "log.txt").read_text().splitlines()] == ["failed", "ok"]
    assert not (folder / "result.json").exists()


def test_what_no_page_can_show_is_no_end_of_a_good_notebook(root, pool):
    """A formula that is none is shown as its source; what commands a terminal goes neither to a page nor to a line."""
    good = save(
        root / "n.ipynb",
        "from IPython.display import Latex, Markdown, display\ndisplay(Latex(r'$\\frac{1}{$'), Latex('$x^2$'))",
        "print('\\x1b[31mred\\x1b[0m\\x07')",
    )
    made = nbformat.read(good, 4)
    made.cells.append(nbformat.v4.new_markdown_cell(r"inline $\frac{1}{$ and $$\left($$ and $y$"))
    nbformat.write(made, good)
    bad = save(root / "b.ipynb", "raise ValueError('\\x1b[2J\\x1b[31mred\\x1b[0m\\x07')")
    done = run([Task("a", good), Task("b", bad)], ["vi"], root / "out", root, pool=pool)
    assert {o.job.scenario: o.message for o in done.outcomes} == {"a": "", "b": "cell 3: ValueError: red"}
    page = (root / "out" / "a" / "vi" / "report.html").read_text()
    assert r"<pre>\frac{1}{</pre>" in page
    assert r"<code>\frac{1}{</code>" in page
    assert page.count("<math") == 2
    assert "<pre>red\n</pre>" in page
    assert "\x1b" not in page + (root / "out" / "b" / "vi" / "log.txt").read_text()


def test_an_emptied_report_is_made_again(root, pool):
    tasks = [Task(name, root / "good.ipynb") for name in "ab"]
    assert run(tasks, ["vi"], root / "out", root, pool=pool).status == 0
    result = root / "out" / "a" / "vi" / "result.json"
    before = result.read_bytes()
    result.write_bytes(b"")
    again = run(tasks, ["vi"], root / "out", root, pool=pool)
    assert ([o.job.name for o in again.outcomes], result.read_bytes()) == (["a/vi"], before)


def test_compare_runs_after_what_it_compares(root, pool):
    look = """
        import json
        jobs = json.load(open("out/manifest.json"))["jobs"]
        print(sorted(name for name, job in jobs.items() if job["status"] == "ok"))
    """
    path = save(root / "c.ipynb", look)
    tasks = [Task("compare", path, stage=1), *(Task(n, root / "good.ipynb") for n in "ab")]
    assert run(tasks, ["vi"], root / "out", root, pool=pool).status == 0
    assert texts(root / "out" / "compare" / "vi") == "['a/vi', 'b/vi']\n"


def test_a_forked_kernel_is_a_kernel_like_any_other(root, pool):
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


def test_a_kernel_of_another_name_starts_as_usual_and_without_a_pool_ours_is_warm(root, monkeypatch):
    """In this process, which has not forked a nursery: a new one is made, as in the worker of a cluster."""
    from ruralincome.batch.execute import attempt
    from ruralincome.batch.plan import Job

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
        assert attempt(job, root, 60, 1).message == ""
    assert "utf8" in texts(root / "out" / "other")
    assert "kernels.nurse(" in texts(root / "out" / "k")


def test_plain_papermill_runs_the_same_notebook(root):
    params = root / "p.yaml"
    params.write_text("rate: 4\n")
    command = [sys.executable, "-m", "papermill", "good.ipynb", "plain.ipynb", "-f", "p.yaml", "-p", "language", "en"]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    cells = json.loads((root / "plain.ipynb").read_text())["cells"]
    assert cells[-1]["outputs"][0]["data"]["application/vnd.ruralincome.result+json"]["probability"] == 4


def test_the_stack_has_one_thread_and_leaves_no_trace_of_what_it_left_out():
    code = """
        import os, sys
        import ruralincome.batch.stack
        assert len(os.listdir("/proc/self/task")) == 1, os.listdir("/proc/self/task")
        assert {"pandas", "seaborn", "ipykernel.ipkernel", "papermill"} <= sys.modules.keys()
        assert {"ruralincome.report.answer.sections", "ruralincome.report.pages.html"} <= sys.modules.keys()
        assert not {"debugpy", "rfc3987_syntax", "matplotlib_inline.backend_inline"} & sys.modules.keys()
        import debugpy, jsonschema, nbformat.v4, rfc3987_syntax
        nbformat.validate(nbformat.v4.new_notebook())
    """
    environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")}
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], check=True, env=environment, cwd=Path(__file__).parents[2]
    )


def test_a_stack_that_started_a_thread_is_not_forked_from():
    code = """
        import threading, time
        threading.Thread(target=time.sleep, args=[30], daemon=True).start()
        try:
            import ruralincome.batch.stack
        except ImportError as error:
            assert "an import started a thread" in str(error)
        else:
            raise SystemExit("it was imported")
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, cwd=Path(__file__).parents[2])
