"""Batches of real notebooks: what comes out, what is kept, what is left out the second time."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from ruralincome.batch import Task, results, run, tasks

PROJECT = Path(__file__).parents[2]
RESULT = """
from IPython.display import display
display({"application/vnd.ruralincome.result+json": {"scenario": "x", "probability": rate}}, raw=True)
"""


@pytest.fixture
def root(root, save):
    """A project folder with a notebook that works and one that fails at rate 0."""
    save(root / "good.ipynb", "1 / rate", RESULT)
    return root


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
    assert second.outcomes[0].code == "batch.cell"
    assert second.outcomes[0].message.startswith("cell 3: ZeroDivisionError: div")
    folder = root / "out" / "a" / "vi"
    assert (folder / "report.html").read_bytes() == before
    failed = nbformat.read(folder / "report.failed.ipynb", as_version=4)
    assert any("papermill-error-cell" in cell.source for cell in failed.cells)
    assert json.loads(second.manifest.read_text())["jobs"]["a/vi"]["status"] == "failed"
    tasks[0] = Task("a", root / "good.ipynb", {"rate": 4})
    third = run(tasks, ["vi"], root / "out", root, pool=pool)
    assert (third.status, len(third.outcomes)) == (0, 1)
    assert not (folder / "report.failed.ipynb").exists()


def test_a_retry_keeps_the_attempt_that_failed(root, pool, save):
    path = save(root / "n.ipynb", "import pathlib\np = pathlib.Path('tried')\nif not p.exists(): p.touch(); 1 / 0")
    done = run([Task("a", path)], ["vi"], root / "out", root, pool=pool, retries=2)
    assert (done.status, done.outcomes[0].attempts) == (0, 2)
    folder = root / "out" / "a" / "vi"
    assert (folder / "report.failed.ipynb").exists()
    assert [line.split(":")[1].split()[0] for line in (folder / "log.txt").read_text().splitlines()] == ["failed", "ok"]
    assert not (folder / "result.json").exists()


def test_what_no_page_can_show_is_no_end_of_a_good_notebook(root, pool, save):
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


def test_what_lies_beside_a_report_is_made_anew_with_it(root, pool, monkeypatch):
    tasks, asked = [Task(name, root / "good.ipynb") for name in "ab"], []
    monkeypatch.setattr(results, "take", lambda jobs, kinds, _: asked.append(({j.scenario for j in jobs}, kinds)) or ())
    assert run(tasks, ["vi"], root / "out", root, pool=pool, to=["svg"]).status == 0
    a, b = (root / "out" / name / "vi" for name in "ab")
    (a / "report.pdf").write_bytes(b"of the last")
    assert run(tasks, ["vi"], root / "out", root, pool=pool, force=True).status == 0
    assert not (a / "report.pdf").exists()
    assert asked == [({"a", "b"}, {a: ["svg"], b: ["svg"]}), ({"a", "b"}, {a: ["pdf"], b: []})]


def test_compare_runs_after_what_it_compares(root, pool, save, texts):
    look = """
        import json
        jobs = json.load(open("out/manifest.json"))["jobs"]
        print(sorted(name for name, job in jobs.items() if job["status"] == "ok"))
    """
    path = save(root / "c.ipynb", look)
    tasks = [Task("compare", path, stage=1), *(Task(n, root / "good.ipynb") for n in "ab")]
    assert run(tasks, ["vi"], root / "out", root, pool=pool).status == 0
    assert texts(root / "out" / "compare" / "vi") == "['a/vi', 'b/vi']\n"


def test_plain_papermill_runs_the_same_notebook(root):
    params = root / "p.yaml"
    params.write_text("rate: 4\n")
    command = [sys.executable, "-m", "papermill", "good.ipynb", "plain.ipynb", "-f", "p.yaml", "-p", "language", "en"]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    cells = json.loads((root / "plain.ipynb").read_text())["cells"]
    assert cells[-1]["outputs"][0]["data"]["application/vnd.ruralincome.result+json"]["probability"] == 4


@pytest.mark.slow
@pytest.mark.parametrize("count", [50, pytest.param(200, marks=pytest.mark.long)])
def test_many_notebooks_one_kernel_in_twenty_killed_cost_retries_only(root, pool, save, count):
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
    tasks = [Task(f"s{n}", path, {"n": n}) for n in range(count)]
    done = run(tasks, ["vi"], root / "out", root, pool=pool, jobs=2, retries=3)
    assert (done.status, len(done.outcomes)) == (0, count)
    killed = len(list((root / "tries").iterdir())) - count
    assert count / 50 <= killed <= count / 10
    assert sum(outcome.attempts - 1 for outcome in done.outcomes) == killed
    assert all((root / "out" / f"s{n}" / "vi" / "report.html").exists() for n in range(count))


def test_what_one_language_worked_out_the_other_takes(root, save, texts):
    """By kernels of a run, of the same task; nothing of it is left when the run has ended, or for another one."""
    cell = """
        import os
        from ruralincome.data.files import SHARED, handed_on, taken_over

        print(taken_over("all") or handed_on(os.getpid(), "all"), os.getpid(), os.environ[SHARED])
    """
    save(root / "shared.ipynb", cell)
    tasks = [Task(name, root / "shared.ipynb", {"rate": rate}) for name, rate in (("a", 1), ("b", 2))]
    assert run(tasks, ["vi", "en"], root / "out", root, jobs=1).status == 0
    for name in "ab":
        (by, own, folder), (same, other, _) = (texts(root / "out" / name / of).split() for of in ("vi", "en"))
        assert by == own == same != other
        assert not Path(folder).parent.parent.exists()
    assert run(tasks, ["en"], root / "again", root, jobs=1).status == 0
    by, own, _ = texts(root / "again" / "a" / "en").split()
    assert by == own


def test_a_notebook_of_ones_own_shares_nothing_unless_it_says_so(save, texts, tmp_path):
    """It may have changed what an answer rests on: here a parameter of its own, which the scenario does not know."""
    cell = """
        from dataclasses import replace
        from ruralincome.scenario import answer as room
        from ruralincome.scenario.file import Scenario

        examined = room.examined

        def other(*of):
            known = examined(*of)
            values = (known.series.values[0], known.series.last * rate)
            return replace(known, series=replace(known.series, values=values))

        room.examined = other
        print(room.answer(Scenario()).assessment.probability)
    """
    save(tmp_path / "own.ipynb", cell)
    todo = [Task(name, tmp_path / "own.ipynb", {"rate": rate}) for name, rate in (("low", 0.97), ("high", 1.03))]
    assert run(todo, ["vi", "en"], tmp_path / "out", PROJECT, jobs=2).status == 0
    low, high = ({texts(tmp_path / "out" / name / of) for of in ("vi", "en")} for name in ("low", "high"))
    assert len(low) == len(high) == 1
    assert float(low.pop()) < 0.3 < 0.5 < float(high.pop())


def test_a_report_that_took_its_answer_is_that_which_worked_it_out(tmp_path):
    """Of a scenario with draws, models of statsmodels, margins and a tornado: all but what leads to the other page."""
    files = [PROJECT / "params" / f"{name}.yaml" for name in ("covid_dip", "national_rural_2025")]
    todo = tasks(files, PROJECT, tmp_path, None, pages=False)
    both, alone = tmp_path / "both", tmp_path / "alone"
    assert run(todo, ["vi", "en"], both, PROJECT, jobs=1).status == 0
    assert run(todo, ["en"], alone, PROJECT, jobs=1).status == 0
    for path in files:
        here, there = (folder / path.stem / "en" for folder in (both, alone))
        assert (here / "result.json").read_bytes() == (there / "result.json").read_bytes()
        cells = [nbformat.read(folder / "report.ipynb", as_version=4)["cells"] for folder in (here, there)]
        outputs = [[o.get("data") for cell in each for o in cell["outputs"]] for each in cells]
        assert outputs[0] == outputs[1]
        assert len(outputs[0]) >= 8
