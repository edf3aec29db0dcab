"""Results by day: what is kept, which one a page is compared with, and that an unchanged run is still skipped."""

import json
from pathlib import Path

import nbformat
import pytest

from ruralincome.batch.manifest import before, keep
from ruralincome.batch.plan import Task, plan
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.result import result
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def content():
    return result(answer(Scenario(), "s", ROOT))


def write(folder, content):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.json").write_text(json.dumps(content), encoding="utf-8")


def test_a_result_is_kept_by_day_where_it_is_another(tmp_path, content):
    write(tmp_path / "s" / "vi", content)
    keep([tmp_path / "s" / "vi", tmp_path / "gone" / "vi"], "2026-11-01")
    write(tmp_path / "s" / "vi", content | {"provenance": {}, "since": {"day": "2026-11-01"}})
    keep([tmp_path / "s" / "vi"], "2026-11-02")
    write(tmp_path / "s" / "vi", content | {"probability": 0.5})
    keep([tmp_path / "s" / "vi"], "2026-11-03")
    assert [path.stem for path in sorted((tmp_path / "s" / "results").iterdir())] == ["2026-11-01", "2026-11-03"]
    assert before(tmp_path / "s", "2026-11-03")["probability"] == content["probability"]
    assert before(tmp_path / "s", "2026-11-04")["probability"] == 0.5
    assert before(tmp_path / "s", "2026-11-04", since="2026-11-02")["day"] == "2026-11-01"
    assert before(tmp_path / "s", "2026-11-01") is None
    for no_day in ("november", "2026-13-45", "2026-11-31", "20261103"):
        with pytest.raises(InputError, match=no_day):
            before(tmp_path / "s", "2026-11-04", since=no_day)
    (tmp_path / "s" / "results" / "2026-11-03.json").write_text("{}")
    with pytest.raises(InputError, match=r"2026-11-03\.json"):
        before(tmp_path / "s", "2026-11-04", since="2026-11-03")
    assert before(tmp_path / "s", "2026-11-04")["day"] == "2026-11-01"  # no night hangs on one damaged file


def test_a_damaged_file_does_not_end_the_keeping(tmp_path, content):
    write(tmp_path / "s" / "vi", content)
    (tmp_path / "s" / "results").mkdir()
    for text in ("{", "[1]", "null", ""):
        (tmp_path / "s" / "results" / "2026-11-01.json").write_text(text)
        keep([tmp_path / "s" / "vi"], "2026-11-02")
        assert before(tmp_path / "s", "2026-11-03")["day"] == "2026-11-02"
        (tmp_path / "s" / "results" / "2026-11-02.json").unlink()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"version": 99}, "batch.result_version"), (None, "batch.no_result"), ({"target": 5}, "batch.no_result"),
        ({"observations": "abc"}, "batch.no_result"), ({"target": {"value": 1.0, "year": 2021}}, "batch.no_result"),
    ],
)  # fmt: skip
def test_a_kept_result_that_cannot_be_read_costs_its_own_scenario_alone(tmp_path, content, kernelspec, changed, code):
    v4, notebook = nbformat.v4, tmp_path / "n.ipynb"
    cell = v4.new_code_cell("language = since = None", metadata={"tags": ["parameters"]})
    nbformat.write(v4.new_notebook(cells=[cell], metadata={"kernelspec": kernelspec}), notebook)
    for name in ("s", "t"):
        write(tmp_path / name / "vi", content)
        keep([tmp_path / name / "vi"], "2026-11-01")
    (tmp_path / "t" / "results" / "2026-11-01.json").write_text(json.dumps(changed and content | changed))

    def planned(*names, since="2026-11-01"):
        return plan(
            [Task(name, notebook) for name in names], ["vi", "en"], tmp_path, "x", {}, "2026-12-01", since=since
        )

    found = planned("s", "t")
    assert {job.scenario for job in found.jobs if "since" in job.parameters} == {"s"}
    assert [fault.code for fault in found.unread] == [code]
    assert planned("s", "t", since=None).unread == ()
    assert {job.scenario for job in planned("s", "t", since=None).jobs if "since" in job.parameters} == {"s"}
    with pytest.raises(InputError, match="2026-11-01"):
        planned("t")


def test_an_unchanged_run_is_skipped_whatever_day_it_is(tmp_path, content, kernelspec):
    v4, notebook = nbformat.v4, tmp_path / "n.ipynb"
    cell = v4.new_code_cell("language = since = None", metadata={"tags": ["parameters"]})
    nbformat.write(v4.new_notebook(cells=[cell], metadata={"kernelspec": kernelspec}), notebook)
    write(tmp_path / "s" / "vi", content)
    keep([tmp_path / "s" / "vi"], "2026-11-01")

    def planned(entries, day, since=None):
        return plan([Task("s", notebook)], ["vi"], tmp_path, "inputs", entries, day, since=since)

    (first,) = planned({}, "2026-11-02").jobs
    assert first.parameters["since"]["day"] == "2026-11-01"
    size = (tmp_path / "s" / "vi" / "result.json").stat().st_size
    entries = {"s/vi": {"status": "ok", "key": first.key, "files": {"result.json": size}}}
    assert planned(entries, "2026-12-01").skipped
    (picked,) = planned(entries, "2026-12-01", since="2026-11-20").jobs
    assert picked.key != first.key
    assert picked.parameters["since"] == first.parameters["since"]
    with pytest.raises(InputError, match="2026-10-01"):
        planned(entries, "2026-12-01", since="2026-10-01")
