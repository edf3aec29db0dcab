"""One notebook: why it failed, as a code and facts, and what is kept of it."""

import json
import os
import re
import sys
from pathlib import Path

import nbformat
import papermill
import pytest

from ruralincome.batch import Task, run
from ruralincome.batch.execute import attempt
from ruralincome.batch.plan import Job
from ruralincome.report.blocks import failure

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
    "greedier": "import numpy as np\nx = []\nwhile True: x.append(np.empty(10**8))",
    "loud": "for _ in range(100): print('x' * 1_000_000)",
    "good": "print('good')",
}


def test_each_fault_is_told_and_the_others_finish(root, pool, save, wait_for):
    codes = {
        "kill": "batch.died",
        "abort": "batch.died",
        "gone": "batch.died",
        "exit": "batch.left",
        "leave": "batch.left",
        "hang": "batch.timeout",
        "stuck": "batch.timeout",
        "greedy": "batch.memory",
        "greedier": "batch.memory",
        "loud": "",
        "good": "",
    }
    tasks = {name: Task(name, save(root / f"{name}.ipynb", "print('before')", cell)) for name, cell in FAULTS.items()}
    hung = [tasks.pop(name) for name in ("hang", "stuck")]
    rest = run([*tasks.values()], ["vi"], root / "out", root, pool=pool)
    done = run(hung, ["vi"], root / "out", root, pool=pool, timeout=12)
    assert {outcome.job.scenario: outcome.code for outcome in (*rest.outcomes, *done.outcomes)} == codes
    assert (rest.status, done.status) == (1, 1)
    jobs = json.loads(done.manifest.read_text())["jobs"]
    assert jobs["hang/vi"]["fault"] == {"code": "batch.timeout", "facts": {"seconds": 12}}
    assert jobs["hang/vi"]["message"] == "not done after 12 s"
    assert jobs["exit/vi"]["message"] == "cell 4: it ends the notebook before its end"
    for name, code in codes.items():
        kept = root / "out" / name / "vi" / ("report.failed.ipynb" if code else "report.ipynb")
        assert "before" in kept.read_text()
        assert kept.stat().st_size < 3_000_000
    assert "[...]" in (root / "out" / "loud" / "vi" / "report.html").read_text()
    cell = json.loads((root / "out" / "hang" / "vi" / "report.failed.ipynb").read_text())["cells"][-1]
    child = Path(f"/proc/{int(''.join(cell['outputs'][0]['text']))}/stat")
    wait_for(lambda: not child.exists() or "Z" in child.read_text())


REFUSED = """
from ruralincome.series import Faults, InputError
inner = InputError("series.no_level", name="x", value=float("inf"), year=2020)
raise Faults([InputError("batch.cell_refused", cell=7, fault=inner), InputError("batch.nothing")])
"""


def test_a_fault_of_the_input_crosses_from_its_kernel_as_a_code_and_facts(root, pool, save):
    tasks = [Task("a", save(root / "a.ipynb", REFUSED)), Task("b", save(root / "b.ipynb", "1 / 0"))]
    done = run(tasks, ["vi"], root / "out", root, pool=pool)
    faults = {outcome.job.scenario: outcome.fault for outcome in done.outcomes}
    assert (faults["b"].code, faults["b"].facts["kind"]) == ("batch.cell", "ZeroDivisionError")
    assert faults["a"].code == "batch.cell_refused"
    first, second = faults["a"].facts["fault"].faults
    assert (first.code, first.facts["fault"].facts["value"]) == ("batch.cell_refused", float("inf"))
    assert second.code == "batch.nothing"
    job = json.loads(done.manifest.read_text())["jobs"]["a/vi"]
    assert failure(job, "en").startswith("cell 3: cell 7: x: value inf in 2020 is no level of anything")
    assert failure(job, "vi").startswith("ô 3 của sổ tay: ô 7 của sổ tay: x: giá trị inf năm 2020 không thể là")


def test_a_notebook_of_many_cells_ends_when_its_time_is_over(root, pool, save):
    path = save(root / "n.ipynb", *["import time; time.sleep(0.9); print('ran')"] * 300)
    (outcome,) = run([Task("a", path)], ["vi"], root / "out", root, pool=pool, timeout=15.5).outcomes
    assert (outcome.code, outcome.fault.facts) == ("batch.timeout", {"seconds": 15.5})
    assert (root / "out" / "a" / "vi" / "report.failed.ipynb").read_text().count('"ran') < 300


def test_a_fraction_of_a_second_is_a_time_and_a_good_notebook_needs_no_more(root, pool, save):
    path = save(root / "n.ipynb", "1")
    done = run([Task("a", path)], ["vi"], root / "out", root, pool=pool, timeout=300.5)
    assert [o.message for o in done.outcomes] == [""]


def test_a_long_name_of_the_folder_for_temporary_files_costs_nothing(root, monkeypatch, save, start):
    long = root / ("x" * 90)
    long.mkdir()
    monkeypatch.setenv("TMPDIR", str(long))
    save(root / "n.ipynb", f"import tempfile; assert tempfile.gettempdir() == {str(long)!r}")
    batch = start(root, f"ruralincome-test-{os.getpid()}-long")
    said = batch.communicate(timeout=1800)[1]
    assert (batch.returncode, said) == (0, "")


def test_what_a_cell_prints_to_descriptors_stays_in_its_output(root, save, start):
    shouts = "import os, subprocess\nos.write(1, b'first\\n'); os.write(2, b'second\\n')"
    last = "subprocess.run('echo third; echo fourth >&2', shell=True);"
    save(root / "n.ipynb", shouts, *[last] * 20, "!echo fifth")
    batch = start(root, f"ruralincome-test-{os.getpid()}-shouts")
    assert (batch.communicate(timeout=1800), batch.returncode) == (("", ""), 0)
    kept = (root / "out" / "s0" / "vi" / "report.ipynb").read_text()
    words = {
        "first\\n": 1,
        "second\\n": 1,
        "third\\n": 20,
        "fourth\\n": 20,
        "fifth\\r\\n": 1,
    }  # that in a terminal of its own
    assert {word: kept.count(f'"{word}"') for word in words} == words


def test_an_attempt_here_ends_as_one_in_a_worker(root, save):
    job = Job("a", "vi", save(root / "a.ipynb", "1 / 0"), {}, root / "out", "key")
    outcome = attempt(job, root, 300, 1)
    assert (outcome.status, outcome.code) == ("failed", "batch.cell")


@pytest.mark.parametrize("wanted", ["key", "another"])
def test_an_attempt_writes_only_what_the_manifest_still_asks_for(root, wanted, save):
    job = Job("a", "vi", save(root / "a.ipynb", "1"), {}, root / "out" / "a" / "vi", "key")
    run_ = {"version": 1, "runs": [], "jobs": {"a/vi": {"status": "pending", "key": wanted}}}
    job.folder.mkdir(parents=True)
    (root / "out" / "manifest.json").write_text(json.dumps(run_))
    outcome = attempt(job, root, 300, 1)
    there = {path.name for path in job.folder.iterdir()}
    if wanted == "key":
        assert (outcome.status, outcome.files.keys()) == ("ok", {"report.html", "report.ipynb"})
    else:
        assert (outcome.code, there) == ("batch.superseded", {"log.txt"})


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers")
def test_nothing_that_a_notebook_started_outlives_it(root, pool, save, texts, alive, wait_for):
    """Children with a session of their own, one that ignores to be told, one of a child."""
    mark = f"away-of-{os.getpid()}"
    away = f"""
        import os, subprocess, sys
        os.environ["AWAY"] = "{mark}"
        code = "import os, time; os.fork(); os.fork() or os.setsid(); time.sleep(999)"
        print(subprocess.Popen([sys.executable, '-c', code], start_new_session=True).pid)
        print(subprocess.Popen(['sleep', '999'], start_new_session=True).pid)
    """
    path = save(root / "away.ipynb", away, "import time; time.sleep(1)")
    done = run([Task("away", path)], ["vi"], root / "out", root, pool=pool)
    assert done.status == 0
    printed = texts(root / "out" / "away" / "vi")
    assert len(printed.split()) == 2
    wait_for(lambda: not alive(mark))


def test_a_report_has_its_pictures_within_and_names_no_folder_of_the_machine(root, pool, save):
    folder = root / "mine"
    folder.mkdir()
    (folder / "plan é.png").write_bytes(b"\x89PNG")
    ways = (
        "p = Path.cwd(); away = p.parent / ('away' + ' é'); print(p / 'x', [p], p.as_uri(), away / 'z', away.as_uri())"
    )
    path = save(
        folder / "own.ipynb", f"import os; from pathlib import Path; {ways}; print(p, os.path.expanduser('~/y'))"
    )
    notebook = nbformat.read(path, 4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("![p](plan%20é.png) ![q](no.png) ![r](https://x.org/a.png)"))
    nbformat.write(notebook, path)
    bad = save(folder / "bad.ipynb", "import os; open(os.getcwd() + '/none')")
    out = root.parent / "away é"  # beside the project
    run([Task("own", path), Task("bad", bad)], ["vi"], out, root, pool=pool)
    html = (out / "own" / "vi" / "report.html").read_text()
    assert 'src="data:image/png;base64,iVBORw' in html
    for kept in out.rglob("*.*"):
        if kept.is_file():
            assert not re.search(rf"{root}(?![\w.-])|away(%20| é)", kept.read_text()), kept
            assert f"{Path.home()}/" not in kept.read_text(), kept


@pytest.mark.parametrize("shown", [{"scenario": "x"}, {"probability": 1}, [1, 2], None, {}])
def test_a_result_of_another_shape_is_none(shown):
    from ruralincome.report.blocks import RESULT_MIME, displayed

    whole = {"scenario": "x", "probability": 0.5}
    for kind in (RESULT_MIME, "application/json"):
        said = shown if shown and isinstance(shown, dict) and kind == RESULT_MIME else None  # by that type all is one
        assert displayed({"cells": [{"outputs": [{"data": {kind: shown}}]}]}) == said
        last = {"cells": [{"outputs": [{"data": {kind: whole}}, {"data": {kind: shown}}]}]}
        assert displayed(last) == (said or whole)


def test_papermill_still_writes_a_notebook_where_a_file_is_asked_for(tmp_path):
    import ruralincome.batch.notebook  # noqa: F401 - which keeps it from writing where none is

    (tmp_path / "empty.ipynb").write_text('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}', "utf-8")
    asked = {"prepare_only": True, "kernel_name": "python3", "language": "python", "progress_bar": False}
    papermill.execute_notebook(str(tmp_path / "empty.ipynb"), str(tmp_path / "out.ipynb"), **asked)
    assert json.loads((tmp_path / "out.ipynb").read_text("utf-8"))["nbformat"] == 4
    assert papermill.execute_notebook(str(tmp_path / "empty.ipynb"), None, **asked)["cells"] == []
    with pytest.raises(FileNotFoundError, match="output folder"):
        papermill.execute_notebook(str(tmp_path / "empty.ipynb"), str(tmp_path / "nowhere" / "out.ipynb"), **asked)
