"""Planning: what is to run, and what has not changed since it last did."""

import json
import re
import subprocess
import sys
from importlib import metadata

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruralincome import batch
from ruralincome.batch.plan import Task, fingerprint, plan, sizes, versions
from ruralincome.keep.folder import init
from ruralincome.report.words.words import fault as said
from ruralincome.series import InputError


def planned(tasks, output, languages=("vi", "en"), inputs="same", entries=None, force=False):
    return plan(tasks, languages, output, inputs, entries or {}, "", force)


def finish(jobs):
    """The manifest's entries, and the files, of jobs that ended well."""
    for job in jobs:
        job.folder.mkdir(parents=True, exist_ok=True)
        for name in ("report.html", "report.ipynb"):
            (job.folder / name).write_text("complete")
    return {job.name: {"status": "ok", "key": job.key, "files": sizes(job.folder)} for job in jobs}


def test_a_report_does_not_go_over_a_panel_of_its_name(notebook, tmp_path):
    (tmp_path / "b" / "vi").mkdir(parents=True)
    (tmp_path / "b" / "panel.csv").touch()
    with pytest.raises(InputError) as fault:
        planned([Task("a", notebook), Task("b", notebook)], tmp_path)
    assert fault.value.code == "batch.over_panel"
    assert str(tmp_path / "b") in said(fault.value, "vi")


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


@pytest.fixture(scope="module")
def free(kernelspec, tmp_path_factory):
    """A notebook whose parameters are no Python, which takes anything."""
    path = tmp_path_factory.mktemp("free") / "free.ipynb"
    cell = nbformat.v4.new_code_cell("%load_ext x", metadata={"tags": ["parameters"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernelspec}), path)
    return path


@given(stated=st.dictionaries(st.sampled_from(["rate", "a", "b"]), st.one_of(st.none(), st.integers(), st.text())))
@settings(max_examples=30, deadline=None)
def test_the_key_is_of_the_content_not_of_its_order(free, stated):
    turned = dict(reversed(stated.items()))
    keys = {planned([Task("a", free, each)], free.parent).jobs[0].key for each in (stated, turned)}
    assert len(keys) == 1


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
    installed = metadata.metadata

    def other(name):
        about = installed(name)
        if name == "numpy":
            about.replace_header("Version", "0")
        return about

    monkeypatch.setattr(metadata, "metadata", other)
    assert fingerprint(tmp_path) != first


def test_the_fingerprint_is_of_the_files_of_classes_that_params_name_and_of_the_members_of_pools(tmp_path):
    (tmp_path / "classes").mkdir()
    files = {name: tmp_path / "classes" / f"{name}.json" for name in ("own", "pool", "member", "other", "năm")}
    for name, path in files.items():
        path.write_text(json.dumps({"members": ["classes/member.json", "international"] if name == "pool" else name}))
    used = ["classes/năm.json", "international"]
    stated = [{"reference": "classes/own.json"}, {"reference": "classes/pool.json", "sweep": {"references": used}}]
    tasks = [Task(str(i), tmp_path / "n.ipynb", each) for i, each in enumerate(stated)]
    known = fingerprint(tmp_path, tasks)
    assert fingerprint(tmp_path, tasks) == known
    for name, path in files.items():
        path.write_text(path.read_text() + " ")
        assert (fingerprint(tmp_path, tasks) != known) == (name != "other"), name
        known = fingerprint(tmp_path, tasks)
    (tmp_path / "classes/own.json").unlink()  # which is told when the report is made
    assert fingerprint(tmp_path, tasks) != known


def test_the_fingerprint_leaves_out_what_is_compiled(tmp_path):
    first = fingerprint(tmp_path)
    folder = tmp_path / "data" / "__pycache__"
    folder.mkdir(parents=True)
    for name in ("a.pyc", "03a7f5.pycq1w2.tmp"):
        (folder / name).write_text("of a process that was killed")
    assert fingerprint(tmp_path) == first


def test_the_page_of_methods_is_none_of_a_folder_without_benchmarks(tmp_path):
    init(tmp_path)
    found = [task.name for task in batch.tasks([], tmp_path, tmp_path / "reports", None, True)]
    assert found == ["targets", "compare"]
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "results.json").write_text("{}")
    (tmp_path / "notebooks" / "methods.ipynb").write_text("{}")  # as a clone has both
    found = [task.name for task in batch.tasks([], tmp_path, tmp_path / "reports", None, True)]
    assert found == ["methods", "targets", "compare"]


def test_versions_reach_what_our_dependencies_depend_on():
    found = versions()
    assert {"ruralincome", "pandas", "numpy", "papermill", "nbclient"} <= found.keys()
    assert "pytest" not in found
    assert found == {name: metadata.version(name) for name in found}  # by the library's own parser
    asked = (metadata.requires(name) or () for name in found if name != "ruralincome")
    needed = {re.split(r"[^\w.-]", line)[0].lower() for lines in asked for line in lines if "extra ==" not in line}
    there = {name for name in needed if [*metadata.distributions(name=name)]}
    assert there <= found.keys()


def test_wrong_input_is_one_line_with_a_remedy(notebook, kernelspec, tmp_path):
    text = tmp_path / "text.ipynb"
    text.write_text("hello")
    bare, other = tmp_path / "bare.ipynb", tmp_path / "other.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), bare)
    nbformat.write(nbformat.v4.new_notebook(metadata={"kernelspec": kernelspec | {"name": "ir"}}), other)
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
        assert said(caught.value, "vi") != str(caught.value)


@pytest.mark.parametrize(
    ("source", "tags", "fault"),
    [
        ("rate = 2\nlanguage = 'vi'", [], "batch.parameter_none"),
        ("", ["parameters"], "batch.parameter_none"),
        ("%load_ext x\nother = 1", ["parameters"], ""),
        ("language, (rate, *rest) = 'vi', (1, 2)", ["parameters"], ""),
        ("language = rate = None", ["parameters", "remove-cell"], ""),
    ],
)
def test_only_a_cell_with_the_tag_declares_and_one_that_is_not_python_takes_anything(
    kernelspec, tmp_path, source, tags, fault
):
    """papermill would put the parameters of every scenario where nothing reads them, and each report were the same."""
    path = tmp_path / "free.ipynb"
    cells = [nbformat.v4.new_code_cell(source, metadata={"tags": tags})]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec}), path)
    asked = [Task("a", path, {"rate": 1})]
    if not fault:
        assert planned(asked, tmp_path).jobs[0].parameters["rate"] == 1
        return
    with pytest.raises(InputError) as told:
        planned(asked, tmp_path)
    assert told.value.code == fault
    assert "tag the cell that sets them 'parameters'" in str(told.value)
