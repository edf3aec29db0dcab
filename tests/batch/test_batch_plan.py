"""Planning, the manifest, the lock and the scheduling of attempts: all that needs no kernel."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruralincome.batch import execute as execute_module
from ruralincome.batch.execute import LEFTOVERS, Outcome, execute
from ruralincome.batch.fingerprint import fingerprint, versions
from ruralincome.batch.manifest import RUNS_KEPT, Manifest
from ruralincome.batch.plan import Job, Plan, Task, plan, sizes
from ruralincome.batch.scratch import one_line, short_folder
from ruralincome.batch.workers import process_pool
from ruralincome.data.files import hold, write_all
from ruralincome.series import InputError

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


@pytest.fixture
def notebook(tmp_path):
    v4 = nbformat.v4
    cell = v4.new_code_cell("rate: float = 1\nlanguage = 'vi'\na = b = None", metadata={"tags": ["parameters"]})
    path = tmp_path / "n.ipynb"
    made = v4.new_notebook(cells=[cell, v4.new_code_cell("rate")], metadata={"kernelspec": KERNEL})
    nbformat.write(made, path)
    return path


def planned(tasks, output, languages=("vi", "en"), inputs="same", entries=None, force=False):
    return plan(tasks, languages, output, inputs, entries or {}, force)


def finish(jobs):
    """The manifest's entries, and the files, of jobs that ended well."""
    for job in jobs:
        job.folder.mkdir(parents=True, exist_ok=True)
        for name in ("report.html", "report.ipynb"):
            (job.folder / name).write_text("complete")
    return {job.name: {"status": "ok", "key": job.key, "files": sizes(job.folder)} for job in jobs}


def test_every_task_in_every_language(notebook, tmp_path):
    todo = planned([Task("a", notebook, {"rate": 2}), Task("b", notebook)], tmp_path)
    assert [job.name for job in todo.jobs] == ["a/vi", "a/en", "b/vi", "b/en"]
    assert todo.jobs[0].parameters == {"rate": 2, "language": "vi"}
    assert todo.jobs[3].folder == tmp_path / "b" / "en"
    assert len({job.key for job in todo.jobs}) == 4


def test_what_has_not_changed_is_skipped(notebook, tmp_path):
    tasks = [Task("a", notebook, {"rate": 2}), Task("b", notebook)]
    entries = finish(planned(tasks, tmp_path).jobs)
    assert planned(tasks, tmp_path, entries=entries).jobs == ()
    assert len(planned(tasks, tmp_path, entries=entries, force=True).jobs) == 4
    assert len(planned(tasks, tmp_path, entries=entries, inputs="other data").jobs) == 4
    changed = [Task("a", notebook, {"rate": 3}), tasks[1]]
    assert [job.name for job in planned(changed, tmp_path, entries=entries).jobs] == ["a/vi", "a/en"]
    (tmp_path / "b" / "en" / "report.html").unlink()
    assert [job.name for job in planned(tasks, tmp_path, entries=entries).jobs] == ["b/en"]
    notebook.write_text(notebook.read_text().replace('"rate"', '"rate + 1"'))
    assert len(planned(tasks, tmp_path, entries=entries).jobs) == 4


@pytest.mark.parametrize("name", ["report.html", "report.ipynb", "result.json"])
@pytest.mark.parametrize("content", [None, "", "complet"])
def test_a_report_with_a_file_that_is_lost_or_cut_is_made_again(notebook, tmp_path, name, content):
    tasks = [Task("a", notebook), Task("b", notebook)]
    jobs = planned(tasks, tmp_path, ["vi"]).jobs
    for job in jobs:
        job.folder.mkdir(parents=True)
        (job.folder / "result.json").write_text("complete")
    entries = json.loads(json.dumps(finish(jobs)))
    assert planned(tasks, tmp_path, ["vi"], entries=entries).jobs == ()
    path = jobs[0].folder / name
    path.unlink() if content is None else path.write_text(content)
    assert [job.name for job in planned(tasks, tmp_path, ["vi"], entries=entries).jobs] == ["a/vi"]


@pytest.mark.parametrize("status", ["failed", "pending", "interrupted"])
def test_what_did_not_end_well_runs_again(notebook, tmp_path, status):
    tasks = [Task("a", notebook)]
    entries = finish(planned(tasks, tmp_path, ["vi"]).jobs)
    entries["a/vi"]["status"] = status
    assert len(planned(tasks, tmp_path, ["vi"], entries=entries).jobs) == 1


def test_a_later_stage_runs_when_an_earlier_one_does(notebook, tmp_path):
    tasks = [Task("compare", notebook, stage=1), Task("a", notebook), Task("b", notebook)]
    todo = planned(tasks, tmp_path, ["vi"])
    assert [job.name for job in todo.jobs] == ["a/vi", "b/vi", "compare/vi"]
    entries = finish(todo.jobs)
    assert planned(tasks, tmp_path, ["vi"], entries=entries).jobs == ()
    entries["b/vi"]["status"] = "failed"
    names = [job.name for job in planned(tasks, tmp_path, ["vi"], entries=entries).jobs]
    assert names == ["b/vi", "compare/vi"]
    entries |= finish(planned(tasks, tmp_path, ["vi"], entries=entries).jobs)
    assert planned(tasks, tmp_path, ["vi"], entries=entries).jobs == ()
    entries["a/vi"]["status"] = "failed"
    entries |= finish(planned(tasks, tmp_path, ["vi"], entries=entries).jobs)
    assert planned(tasks, tmp_path, ["vi"], entries=entries).jobs == ()
    entries["b/vi"]["status"] = "failed"
    fewer = [job.name for job in planned(tasks[:2], tmp_path, ["vi"], entries=entries).jobs]
    assert fewer == ["compare/vi"]  # it compares other scenarios than it did


@given(st.dictionaries(st.sampled_from(["rate", "a", "b"]), st.one_of(st.none(), st.integers(), st.text())))
@settings(max_examples=30, deadline=None)
def test_the_key_is_of_the_content_not_of_its_order(given):
    path = Path(__file__).parent / "absent.ipynb"
    jobs = []
    for mapping in (given, dict(reversed(given.items()))):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("ruralincome.batch.plan.declared", lambda _: ("hash", None))
            jobs += plan([Task("a", path, mapping)], ["vi"], Path("out"), "", {}).jobs
    assert jobs[0].key == jobs[1].key


def test_wrong_input_is_one_line_with_a_remedy(notebook, tmp_path):
    text = tmp_path / "text.ipynb"
    text.write_text("hello")
    bare, other = tmp_path / "bare.ipynb", tmp_path / "other.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), bare)
    nbformat.write(nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL | {"name": "ir"}}), other)
    cases = [
        ([Task("a", notebook, {"rat": 1})], "a: n.ipynb has no parameter 'rat': did you mean 'rate'?"),
        ([Task("a", notebook, {"zzz": 1})], "it has a, b, language, rate"),
        ([Task("a", tmp_path / "absent.ipynb")], "absent.ipynb: the notebook cannot be read"),
        ([Task("a", text)], "not a Jupyter notebook; name a file that JupyterLab opens"),
        (
            [Task("a", bare)],
            "bare.ipynb: the notebook names no kernel; open it in JupyterLab, choose Python 3 and save it",
        ),
        ([Task("a", other)], "other.ipynb: the notebook wants the kernel 'ir', which is not installed; open it in"),
        ([Task("a", notebook), Task("a", notebook)], "2 scenarios are called 'a'"),
        ([], "nothing to run: name at least one params file"),
    ]
    for tasks, words in cases:
        with pytest.raises(InputError) as caught:
            planned(tasks, tmp_path)
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_notebook_without_a_parameters_cell_takes_anything(tmp_path):
    path = tmp_path / "free.ipynb"
    cells = [nbformat.v4.new_code_cell("1")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
    assert planned([Task("a", path, {"anything": 1})], tmp_path, ["vi"]).jobs[0].parameters["anything"] == 1


def test_the_fingerprint_is_of_data_and_of_versions(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    table = tmp_path / "data" / "t.csv"
    table.write_text("1")
    first = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == first
    table.write_text("2")
    assert fingerprint(tmp_path) != first
    table.write_text("1")
    (tmp_path / "data" / ".ipynb_checkpoints").mkdir()
    for name in (".DS_Store", ".t.csv.swp", ".ipynb_checkpoints/t-checkpoint.csv"):
        (tmp_path / "data" / name).write_text("junk")
    assert fingerprint(tmp_path) == first
    (tmp_path / "data" / "t.2.csv").write_text("a name with a dot in it")
    assert fingerprint(tmp_path) != first
    (tmp_path / "data" / "t.2.csv").unlink()
    monkeypatch.setattr("ruralincome.batch.fingerprint.versions", lambda: {"numpy": "0"})
    assert fingerprint(tmp_path) != first


def test_versions_reach_what_our_dependencies_depend_on():
    found = versions()
    assert {"ruralincome", "pandas", "numpy", "papermill", "nbclient"} <= found.keys()
    assert "pytest" not in found


def test_planning_a_thousand_unchanged_scenarios_imports_nothing_heavy(notebook, tmp_path):
    tasks = [Task(f"s{i}", notebook, {"rate": i}) for i in range(1000)]
    entries = finish(planned(tasks, tmp_path, ["vi"], fingerprint(tmp_path)).jobs)
    (tmp_path / "manifest.json").write_text(json.dumps({"version": 1, "runs": [], "jobs": entries}))
    code = f"""
import sys
from pathlib import Path
from ruralincome.batch import Task, preview
tasks = [Task(f"s{{i}}", Path({str(notebook)!r}), {{"rate": i}}) for i in range(1000)]
found = preview(tasks, ["vi"], Path({str(tmp_path)!r}), Path({str(tmp_path)!r}))
heavy = {{"papermill", "nbconvert", "jupyter_client", "numpy", "pandas"}} & sys.modules.keys()
print(len(found.jobs), len(found.skipped), sorted(heavy))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split(maxsplit=2) == ["0", "1000", "[]\n"]


def test_two_writers_of_a_report_keep_their_parts_apart(tmp_path, monkeypatch):
    """A worker thought lost writes on, half-way, while its replacement completes the report."""
    report, result = tmp_path / "report.html", tmp_path / "result.json"
    result.write_text("of an earlier run")
    replace = Path.replace

    def late(self, target):
        if self.name == ".report.html.1.part":
            (tmp_path / ".report.html.1.part").write_text("half")
            monkeypatch.setattr(Path, "replace", replace)
            write_all({report: b"whole", result: None}, ".2")
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", late)
    with pytest.raises(InputError):
        write_all({report: b"other"}, ".1")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"report.html": "whole"}


def test_two_runs_do_not_meet(tmp_path):
    part = tmp_path / "a" / "vi" / ".report.html.1.part"
    part.parent.mkdir(parents=True)
    part.write_text("half")
    with hold(tmp_path, LEFTOVERS):
        assert not part.exists()
        with pytest.raises(InputError, match="another run is writing here; wait for it or choose another --output"):
            hold(tmp_path).__enter__()
    with hold(tmp_path):
        pass


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(InputError, match=r"cannot be written \(Not a directory\); choose another --output"),
        hold(tmp_path / "file" / "out"),
    ):
        pass


def test_a_run_that_was_cut_off_shows_as_interrupted(tmp_path):
    (tmp_path / "a" / "vi").mkdir(parents=True)
    first = Manifest(tmp_path)
    first.begin(["a/vi", "gone/vi"], {"a/vi": {"scenario": "a"}, "gone/vi": {}})
    assert first.jobs["a/vi"] == {"scenario": "a", "status": "pending"}
    first.record("a/vi", {"status": "ok", "key": "k"})
    first.record("gone/vi", {"status": "ok", "key": "k"})
    second = Manifest(tmp_path)
    assert second.jobs["a/vi"]["key"] == "k"
    second.begin(["a/vi"], {})
    second.finish("ok", done=1)
    runs = json.loads((tmp_path / "manifest.json").read_text())["runs"]
    assert [run["status"] for run in runs] == ["interrupted", "ok"]
    assert list(second.jobs) == ["a/vi"]
    for _ in range(RUNS_KEPT + 3):
        second.begin([], {})
    assert len(second.content["runs"]) == RUNS_KEPT


RUN = {"started": "2026-11-20T02:00:00+00:00", "finished": None, "status": "ok", "jobs": []}
SHAPES = [
    {},
    {"runs": []},
    {"jobs": {}},
    {"runs": [], "jobs": []},
    {"runs": {}, "jobs": {"x": 3}},
    {"runs": [], "jobs": None},
    {"runs": None, "jobs": {}},
    {"runs": [3], "jobs": {}},
    {"runs": [{}], "jobs": {}},
    {"runs": [{**RUN, "status": ["ok"]}], "jobs": {}},
    {"runs": [{**RUN, "status": "better"}], "jobs": {}},
    {"runs": [{**RUN, "started": "yesterday"}], "jobs": {}},
    {"runs": [{**RUN, "started": "2026-11-20T02:00:00"}], "jobs": {}},
    {"runs": [{**RUN, "finished": 3}], "jobs": {}},
]
NOT_OURS = ["", "{", "[]", "3", "[" * 100_000, '{"version": 99, "jobs": 1}']


@pytest.mark.parametrize("text", [*NOT_OURS, *(json.dumps({"version": 1, **shape}) for shape in SHAPES)])
def test_a_manifest_that_is_not_ours_is_begun_anew(tmp_path, text):
    from ruralincome.batch.index import index_page

    (tmp_path / "manifest.json").write_text(text)
    record = Manifest(tmp_path)
    record.begin(["a/vi"], {"a/vi": {}})
    record.finish("ok")
    assert (record.trouble, list(record.jobs), len(record.content["runs"])) == (None, ["a/vi"], 1)
    assert "Last run" in index_page(Manifest(tmp_path).content, tmp_path)


def test_a_run_that_was_refused_is_noted_and_shown(tmp_path):
    from ruralincome.batch.index import index_page

    (tmp_path / "a" / "vi").mkdir(parents=True)
    record = Manifest(tmp_path)
    record.begin(["a/vi"], {"a/vi": {"scenario": "a", "language": "vi"}})
    record.record("a/vi", {"scenario": "a", "language": "vi", "status": "ok", "key": "k"})
    record.finish("ok")
    before = dict(record.jobs)
    record = Manifest(tmp_path)
    record.begin([], {})
    record.finish("refused", message="a.yaml: <b> is not known")
    again = Manifest(tmp_path)
    assert [run["status"] for run in again.content["runs"]] == ["ok", "refused"]
    assert again.jobs == before
    page = index_page(again.content, tmp_path)
    assert "was refused, and every report is as it was: a.yaml: &lt;b&gt; is not known" in page


def test_words_of_a_notebook_command_no_terminal():
    assert one_line("\x1b[31mred\x1b[0m\x1b]0;title\x07\n\tand \x9b31m more\udc80 Bình Thuận") == (
        "red ]0;title and 31m more Bình Thuận"
    )
    assert len(one_line("x" * 1000)) == 300


def test_sockets_stand_where_their_path_is_short(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    assert short_folder() == "/tmp"
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("x" * 60)))
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")
    assert short_folder() == "/tmp"
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/var")
    assert short_folder() == ("/var" if os.access("/var", os.W_OK) else "/tmp")


def test_sockets_of_kernels_stand_in_the_folder_of_their_run_which_removes_it(monkeypatch):
    with tempfile.TemporaryDirectory(prefix="x" * 36, dir="/tmp") as base:
        assert len(base) <= 50
        monkeypatch.setattr("tempfile.tempdir", base)
        with process_pool(1) as executor:
            folder = executor.submit(short_folder, 75).result()
        assert folder.startswith(f"{base}/ruralincome-")
        assert len(f"{folder}/k-12345678/kernel-ipc-12345") <= 103
        assert not list(Path(base).iterdir())


@pytest.mark.parametrize("jobs", [2, 8])
def test_all_notebooks_together_may_hold_four_fifths_of_the_memory(jobs):
    with process_pool(jobs) as executor:
        share, _ = executor.submit(resource.getrlimit, resource.RLIMIT_DATA).result()
    assert jobs * share == pytest.approx(0.8 * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), rel=1e-6)


def test_a_manifest_that_cannot_be_written_is_no_end(tmp_path):
    (tmp_path / "file").write_text("")
    record = Manifest(tmp_path / "file")
    record.begin(["a"], {"a": {}})
    assert "cannot be written (" in record.trouble


class Inline(Executor):
    """Runs each call when it is submitted; breaks as told."""

    def __init__(self, breaks):
        self.breaks = breaks

    def submit(self, function, /, *args):
        future = Future()
        try:
            if next(self.breaks):
                raise BrokenExecutor("a worker died")
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)
        return future


def run_all(jobs, results, breaks, retries=0, at_once=2):
    """Outcomes of a plan whose attempts end as `results` says, on executors that break as `breaks` says."""
    made = []

    @contextmanager
    def pool():
        made.append(1)
        yield Inline(breaks)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execute_module, "attempt", results)
        outcomes = list(execute(Plan(tuple(jobs)), Path(), pool, at_once, 600, retries))
    return outcomes, len(made)


def job(name, stage=0):
    return Job(name, "vi", Path("n.ipynb"), {}, Path("out") / name, "key", stage)


def never():
    while True:
        yield False


def test_attempts_are_counted_and_end():
    def attempt(job, root, timeout, number):
        return Outcome(job, "ok" if number == 3 else "failed", number, reason="died")

    outcomes, _ = run_all([job("a")], attempt, never(), retries=3)
    assert [(o.status, o.attempts) for o in outcomes] == [("ok", 3)]
    outcomes, _ = run_all([job("a"), job("b")], attempt, never(), retries=1)
    assert [(o.status, o.attempts) for o in outcomes] == [("failed", 2)] * 2


def test_the_log_of_an_earlier_run_goes_when_the_first_attempt_loses_its_worker(tmp_path):
    given = Job("a", "vi", Path("n.ipynb"), {}, tmp_path, "key")
    (tmp_path / "log.txt").write_text("of an earlier run\n")

    def attempt(job, root, timeout, number):
        with (tmp_path / "log.txt").open("a") as log:
            log.write(f"attempt {number}\n")
        return Outcome(job, "ok", number)

    run_all([given], attempt, iter([True, False]))
    assert (tmp_path / "log.txt").read_text() == "attempt 2\n"


def test_an_error_of_the_executor_is_an_outcome():
    def attempt(job, root, timeout, number):
        raise KeyError("unexpected\nthing")

    outcomes, _ = run_all([job("a")], attempt, never())
    assert (outcomes[0].status, outcomes[0].reason) == ("failed", "worker")
    assert "\n" not in outcomes[0].message


def test_a_job_that_always_loses_its_worker_is_given_up():
    def always():
        while True:
            yield True

    outcomes, pools = run_all([job("a")], None, always())
    assert (outcomes[0].status, outcomes[0].reason, outcomes[0].attempts) == ("failed", "worker", 4)
    assert pools == 4


def test_a_job_that_kills_its_worker_costs_its_neighbours_no_last_chance():
    """The first attempt of each takes its neighbours along; after that it runs alone."""

    class Together(Executor):
        """Runs what was submitted in one go; one job's end is the end of all."""

        def __init__(self):
            self.given = []

        def submit(self, function, /, *args):
            future = Future()
            self.given.append((future, args))
            if len(self.given) == 2 or args[0].name == "killer/vi" or args[3] > 1:
                killed = any(args[0].name == "killer/vi" for _, args in self.given)
                for each, args in self.given:
                    each.set_exception(BrokenExecutor("gone")) if killed else each.set_result(function(*args))
                self.given = []
            return future

    def attempt(job, root, timeout, number):
        return Outcome(job, "ok", number)

    @contextmanager
    def pool():
        yield Together()

    jobs = [job("a"), job("killer"), job("b"), job("c")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execute_module, "attempt", attempt)
        outcomes = list(execute(Plan(tuple(jobs)), Path(), pool, 2, 600))
    assert {o.job.scenario: o.status for o in outcomes} == {"a": "ok", "b": "ok", "c": "ok", "killer": "failed"}


@given(st.lists(st.booleans(), max_size=6), st.integers(1, 12), st.integers(1, 4), st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_every_job_ends_once_whatever_breaks(breaks, count, at_once, retries):
    stages = []

    def attempt(job, root, timeout, number):
        stages.append(job.stage)
        return Outcome(job, "ok", number)

    jobs = [job(f"s{i}", stage=i % 2) for i in range(count)]
    lossless = iter([*breaks[:3], *[False] * 200])
    outcomes, _ = run_all(jobs, attempt, lossless, retries, at_once)
    assert Counter(o.job.name for o in outcomes) == Counter(j.name for j in jobs)
    assert all(o.status == "ok" for o in outcomes)
    assert stages == sorted(stages)
    assert sum(o.attempts - 1 for o in outcomes) <= sum(breaks[:3]) * at_once


def test_a_kernel_that_a_fork_cannot_be_is_not_asked_for(monkeypatch):
    from ruralincome.batch import kernels

    asked = []

    class Gone:
        def send(self, request):
            asked.append(request)
            raise BrokenPipeError

        def close(self): ...

    monkeypatch.setattr(kernels, "_here", threading.local())  # what other tests here began is not this one's
    monkeypatch.setattr(kernels, "begin", lambda new: Gone())
    ours = [sys.executable, "-m", "ipykernel_launcher", "-f", "k.json"]
    environment = dict(os.environ)
    for cmd, env in (
        (["/usr/bin/R", *ours[1:]], environment),
        ([sys.executable, "-m", "xonsh_kernel", "-f", "k.json"], environment),
        (ours, environment | {"OPENBLAS_NUM_THREADS": "7"}),
        (ours, environment | {"MPLBACKEND": "another"}),
    ):
        assert kernels.fork_kernel(cmd, env, ".", []) is None
    assert asked == []
    assert kernels.fork_kernel(ours, environment, ".", []) is None
    assert asked == [(["-f", "k.json"], environment, ".")]


def test_a_nursery_whose_kernel_still_runs_is_asked_for_no_second_one(monkeypatch):
    from ruralincome.batch import kernels

    class One:
        answers = 7
        ended = False

        def send(self, request): ...

        def recv(self):
            return -0 if self.ended else self.answers

        def poll(self, timeout):
            return self.ended

    one = One()
    monkeypatch.setattr(kernels, "_here", threading.local())
    monkeypatch.setattr(kernels, "begin", lambda new: setattr(kernels._here, "nursery", one) or one)
    monkeypatch.setattr(kernels.ForkedKernel, "kill", lambda *_: None)
    ours = [sys.executable, "-m", "ipykernel_launcher", "-f", "k.json"]
    first = kernels.fork_kernel(ours, dict(os.environ), ".", [])
    assert first.pid == 7
    assert kernels.fork_kernel(ours, dict(os.environ), ".", []) is None
    one.ended = True
    assert first.poll() == 0
    one.ended = False
    assert kernels.fork_kernel(ours, dict(os.environ), ".", []).pid == 7
