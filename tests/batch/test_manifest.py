"""The manifest: what a batch did, what went wrong as codes and facts, and what is not ours begun anew."""

import json
import os

import pytest

from ruralincome.batch.manifest import RUNS_KEPT, Manifest, one_line, read_manifest, wanted
from ruralincome.batch.results import index_page
from ruralincome.report.blocks import failure
from ruralincome.series import InputError


def test_a_run_that_was_cut_off_shows_as_interrupted(tmp_path):
    (tmp_path / "a" / "vi").mkdir(parents=True)
    first = Manifest(tmp_path)
    first.begin(["a/vi", "gone/vi"], {"a/vi": {"scenario": "a"}, "gone/vi": {}})
    assert first.jobs["a/vi"] == {"scenario": "a", "status": "pending"}
    first.ended("a/vi", {"status": "ok", "key": "k"})
    first.ended("gone/vi", {"status": "ok", "key": "k"})
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


def test_a_job_that_ends_costs_a_line_which_every_reader_folds_in(tmp_path):
    names = [f"s{i}/vi" for i in range(3)]
    for name in names:
        (tmp_path / name).mkdir(parents=True)
    first = Manifest(tmp_path)
    first.begin(names, {name: {"key": "k"} for name in names})
    whole, lines = (tmp_path / "manifest.json").read_bytes(), tmp_path / "manifest.jsonl"
    for name in names[:2]:
        first.ended(name, {"status": "ok", "key": "k"})
    assert (tmp_path / "manifest.json").read_bytes() == whole
    assert len(lines.read_text().splitlines()) == 2
    lines.write_bytes(lines.read_bytes()[:-9])  # the machine stopped while it wrote the second
    assert [read_manifest(first.path)["jobs"][name]["status"] for name in names] == ["ok", "pending", "pending"]
    kept = lines.read_bytes()
    second = Manifest(tmp_path)
    second.begin(names, {name: {"key": "other"} for name in names})
    assert not lines.exists()
    lines.write_bytes(kept)  # it stopped before this went; the lines are of the run before
    assert {job["status"] for job in Manifest(tmp_path).jobs.values()} == {"pending"}
    assert (wanted(tmp_path, "s0/vi"), wanted(tmp_path / "none", "s0/vi")) == ("other", None)
    second.finish("ok")
    assert not lines.exists()
    assert list(json.loads(second.path.read_text())["jobs"]) == names


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
    (tmp_path / "manifest.json").write_text(text)
    manifest = Manifest(tmp_path)
    manifest.begin(["a/vi"], {"a/vi": {}})
    manifest.finish("ok")
    assert (manifest.trouble, list(manifest.jobs), len(manifest.content["runs"])) == (None, ["a/vi"], 1)
    assert "Last run" in index_page(Manifest(tmp_path).content, tmp_path)


def test_what_0_1_kept_of_a_fault_is_still_shown(tmp_path):
    job = {"scenario": "a", "language": "en", "status": "failed", "reason": "timeout", "message": "not done after 12 s"}
    run = {**RUN, "status": "refused", "message": "a.yaml: <b> is not known"}
    (tmp_path / "manifest.json").write_text(json.dumps({"version": 1, "runs": [run], "jobs": {"a/en": job}}))
    page = index_page(Manifest(tmp_path).content, tmp_path)
    assert "not done after 12 s" in page
    assert "was refused, and every report is as it was: a.yaml: &lt;b&gt; is not known" in page


@pytest.mark.parametrize(
    "found",
    [None, 3, {}, {"code": "batch.timeout"}, {"code": "batch.timeout", "facts": {}}, {"code": 1, "facts": {"x": {}}}],
)
def test_a_fault_of_another_make_is_said_by_its_message(found):
    told = failure({"status": "failed", "fault": found, "message": "of <another> make"}, "vi")
    quoted = '<code lang="en">of &lt;another&gt; make</code>'
    assert told == f"Sổ tay báo lỗi khi chạy.<br>Thông báo gốc bằng tiếng Anh: {quoted}"
    assert failure({"status": "failed", "fault": found}, "en") == "The notebook failed."
    assert failure({"status": "ok", "message": "x"}, "vi") == ""


def test_a_manifest_that_cannot_be_written_is_no_end(tmp_path):
    (tmp_path / "file").write_text("")
    manifest = Manifest(tmp_path / "file")
    manifest.begin(["a"], {"a": {}})
    assert "cannot be written (" in str(manifest.trouble)


def test_words_of_a_notebook_command_no_terminal():
    assert one_line("\x1b[31mred\x1b[0m\x1b]0;title\x07\n\tand \x9b31m more\udc80 Bình Thuận") == (
        "red ]0;title and 31m more Bình Thuận"
    )
    assert len(one_line("x" * 1000)) == 300


def test_a_pipe_for_a_manifest_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "manifest.json")
    with pytest.raises(InputError, match="pipe"):
        read_manifest(tmp_path / "manifest.json")
    assert Manifest(tmp_path).jobs == {}
