"""A working folder: what is laid out, what is kept, and what a newer version may bring in."""

import json
import os
import shutil
from pathlib import Path

import pytest

from ruralincome.data.package import read_series, resource_names
from ruralincome.keep.folder import MARK, cells, init, update
from ruralincome.scenario.answer import answer
from ruralincome.scenario.check import check
from ruralincome.scenario.file import read_scenario
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]


def files(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def edit(notebook, **changes):
    """The notebook with its first cell changed."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    content["cells"][0].update(changes)
    notebook.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture(scope="module")
def laid(tmp_path_factory):
    folder = tmp_path_factory.mktemp("laid") / "office"
    init(folder)
    return folder


@pytest.fixture
def folder(laid, tmp_path):
    return shutil.copytree(laid, tmp_path / "office")


def test_a_laid_folder_answers_the_articles_case(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert check(sorted((folder / "params").glob("*.yaml")), folder) == []
    baseline = answer(read_scenario(folder / "params" / "baseline.yaml"))
    assert baseline.assessment.required_growth == pytest.approx(48.9 / 44.9 - 1)
    for kind in ("notebooks", "params", "data"):
        for shipped in (ROOT / kind).iterdir():
            if shipped.is_file() and shipped.name not in ("datapackage.json", "methods.ipynb"):
                assert (folder / kind / shipped.name).read_bytes() == shipped.read_bytes(), shipped


def test_a_notebook_that_cannot_run_in_a_laid_folder_is_not_laid_and_not_brought_in(folder):
    assert {p.name for p in (folder / "notebooks").glob("*.ipynb")} == {
        *("compare.ipynb", "explore.ipynb", "scenario.ipynb", "targets.ipynb")
    }
    update(folder)
    assert not (folder / "notebooks" / "methods.ipynb").exists()
    for path in (folder / "notebooks").glob("*.ipynb"):
        assert "benchmarks/results.json" not in path.read_text(encoding="utf-8")


def test_an_empty_one_has_the_national_series_and_no_scenario(tmp_path):
    done = init(tmp_path / "mine", empty=True)
    assert not [*(tmp_path / "mine" / "params").glob("*.yaml")]
    assert sorted(resource_names(tmp_path / "mine")) == ["vietnam_cpi", "vietnam_gdp_growth", "vietnam_rural_income"]
    assert read_series("vietnam_rural_income", tmp_path / "mine").origin >= 2020
    assert {p.name for p in done.written if p.suffix == ".ipynb"} == {
        "compare.ipynb",
        "explore.ipynb",
        "scenario.ipynb",
    }


def test_what_is_there_is_kept_and_said(tmp_path):
    (tmp_path / "Makefile").write_text("mine:\n", encoding="utf-8")
    done = init(tmp_path, empty=True)
    assert done.kept == (tmp_path / "Makefile",)
    assert (tmp_path / "Makefile").read_text(encoding="utf-8") == "mine:\n"


def test_a_project_is_not_laid_out_again(folder):
    before = files(folder)
    with pytest.raises(InputError, match="init --update"):
        init(folder)
    assert files(folder) == before


def test_update_brings_in_what_is_newer_and_keeps_what_was_changed(folder):
    notebooks = folder / "notebooks"
    edit(notebooks / "compare.ipynb", source='language = "en"')  # the user's own
    edit(notebooks / "targets.ipynb", outputs=[], execution_count=7)  # has been run, no more
    edit(notebooks / "scenario.ipynb", source="old = 1")  # as an older version laid it
    mark = json.loads((notebooks / MARK).read_text(encoding="utf-8"))
    mark["scenario.ipynb"] = cells((notebooks / "scenario.ipynb").read_bytes())
    (notebooks / MARK).write_text(json.dumps(mark), encoding="utf-8")
    own = (notebooks / "compare.ipynb").read_bytes()
    done = update(folder)
    assert done.kept == (notebooks / "compare.ipynb",)
    assert (notebooks / "compare.ipynb").read_bytes() == own
    assert (notebooks / "scenario.ipynb").read_bytes() == (ROOT / "notebooks" / "scenario.ipynb").read_bytes()
    assert {p.name for p in done.written} == {"scenario.ipynb", MARK}
    again = update(folder)
    assert (again.written, again.kept) == ((), done.kept)


def test_a_notebook_that_was_taken_away_stays_away(folder):
    (folder / "notebooks" / "targets.ipynb").unlink()
    update(folder)
    assert not (folder / "notebooks" / "targets.ipynb").exists()


def test_a_folder_of_an_older_version_has_no_mark_and_keeps_what_differs(folder):
    (folder / "notebooks" / MARK).unlink()
    (folder / "params" / "schema.json").write_text("{}", encoding="utf-8")
    edit(folder / "notebooks" / "compare.ipynb", source="x = 1")
    done = update(folder)
    assert done.kept == (folder / "notebooks" / "compare.ipynb",)
    assert {p.name for p in done.written} == {MARK, "schema.json"}


@pytest.mark.parametrize("empty", [False, True])
def test_a_folder_of_a_version_without_notebooks_gets_them(empty, tmp_path):
    notebooks = {p for p in init(tmp_path, empty=empty).written if p.parent.name == "notebooks"}
    shutil.rmtree(tmp_path / "notebooks")
    assert set(update(tmp_path).written) == notebooks
    assert update(tmp_path).written == ()


@pytest.mark.parametrize("mark", ["[1]", "null", "7", '["ab"]'])
def test_a_mark_that_is_no_mapping_is_no_mark(folder, mark):
    (folder / "notebooks" / MARK).write_text(mark, encoding="utf-8")
    edit(folder / "notebooks" / "compare.ipynb", source="x = 1")
    assert update(folder).kept == (folder / "notebooks" / "compare.ipynb",)


def test_what_is_no_notebook_any_more_is_its_users(folder):
    (folder / "notebooks" / "compare.ipynb").write_text("not JSON", encoding="utf-8")
    assert update(folder).kept == (folder / "notebooks" / "compare.ipynb",)


def test_what_is_no_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"no working folder .* ruralincome init "):
        update(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a file; state a folder"):
        init(tmp_path / "file")


@pytest.mark.skipif(os.name != "posix", reason="a folder without room is of Linux")
def test_a_folder_that_cannot_be_written_is_refused_and_nothing_is_left():
    with pytest.raises(InputError, match="/proc"):
        init(Path("/proc/office"))
