"""The command that says what changed between results."""

import json
import os
from pathlib import Path

import pytest

from ruralincome.cli.ask import diff
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import read_scenario
from ruralincome.scenario.result import result
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def now():
    return result(answer(read_scenario(ROOT / "params" / "baseline.yaml"), "baseline", ROOT))


def write(folder, name, content):
    path = folder / name / "vi" / "result.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_two_folders_are_compared_in_markdown(tmp_path, now, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    then = now | {"probability": 0.3, "target": now["target"] | {"value": 50.0}}
    write(tmp_path / "a", "baseline", then)
    write(tmp_path / "a", "same", now | {"scenario": "same"})
    write(tmp_path / "b", "same", now | {"scenario": "same"})
    write(tmp_path / "b", "baseline", now | {"title": {"vi": "A | *b*\n<c>", "en": "A"}})
    write(tmp_path / "b", "new", now | {"scenario": "new", "title": {"vi": "Mới", "en": "New"}})
    diff(tmp_path / "a", tmp_path / "b", tmp_path / "changes.md", language="vi")
    said = capsys.readouterr().out
    assert (tmp_path / "changes.md").read_text(encoding="utf-8") == said
    (row,) = [line for line in said.splitlines() if line.startswith("| A")]
    title, before, after, figures, target, method = row.strip("| ").replace("\\|", "!").split(" | ")
    assert (title, before, figures) == ("A ! \\*b\\* \\<c\\>", "30%", "0")
    points = [int(cell.replace("−", "-")) for cell in (figures, target, method)]
    assert sum(points) == int(after.rstrip("%")) - 30
    assert points[1] > 0  # the earlier target was higher
    assert "1 kịch bản không đổi." in said
    assert said.endswith("Chỉ có ở lần sau:\n\n- Mới\n")


def test_two_files_are_compared_whatever_they_are_called(tmp_path, now, capsys):
    a = write(tmp_path, "a", now | {"scenario": "one", "probability": 0.5})
    b = write(tmp_path, "b", now | {"scenario": "two"})
    diff(a, b, language="en")
    assert "| Baseline | 50% |" in capsys.readouterr().out


def test_a_pipe_among_results_is_told_and_not_waited_for(tmp_path, now, capsys):
    for side in "ab":
        write(tmp_path / side, "x", now)
    pipe = write(tmp_path / "b", "y", now)
    pipe.unlink()
    os.mkfifo(pipe)
    assert diff(tmp_path / "a", tmp_path / "b", language="en") == 1
    assert f"{pipe} is a pipe, not a file; save what it gives to a file" in capsys.readouterr().out
    with pytest.raises(InputError, match="is a pipe, not a file"):
        diff(pipe, pipe, language="en")


def test_what_cannot_be_compared_is_refused(tmp_path, now):
    a, b = write(tmp_path / "a", "x", now), write(tmp_path / "b", "y", now | {"scenario": "y"})
    with pytest.raises(InputError, match="no scenario in common"):
        diff(a.parents[2], b.parents[2], language="vi")
    with pytest.raises(InputError, match=r"none\.json"):
        diff(tmp_path / "none.json", b, language="vi")
    b.write_text("[1]")
    with pytest.raises(InputError, match=r"result\.json"):
        diff(a, b, language="vi")
    b.write_text(json.dumps(now | {"version": 99}))
    with pytest.raises(InputError, match="version 99"):
        diff(a, b, language="vi")


def test_a_file_that_cannot_be_read_is_a_line_and_the_rest_goes_on(tmp_path, now, capsys):
    for side in ("a", "b"):
        write(tmp_path / side, "baseline", now)
        write(tmp_path / side, "other", now | {"scenario": "other", "version": 99 if side == "b" else 1})
    write(tmp_path / "a", "torn", now).write_text("{")
    folders = tmp_path / "a", tmp_path / "b"
    assert diff(*folders, tmp_path / "changes.md", language="en") == 1
    said = capsys.readouterr().out
    assert said == (tmp_path / "changes.md").read_text(encoding="utf-8")
    torn, later = said.splitlines()[-2:]
    assert said.count("Could not be compared:") == 1
    assert (torn.startswith("- "), "torn/vi/result.json" in torn, "version 99" in later) == (True, True, True)
    write(tmp_path / "c", "torn", now).write_text("{")
    with pytest.raises(InputError, match=r"c/torn/vi/result\.json"):
        diff(tmp_path / "c", tmp_path / "b", language="vi")


@pytest.mark.parametrize(
    "damage",
    [
        {"probability": float("nan")}, {"probability": 7.5}, {"probability": "x"}, {"probability": [0.3]},
        {"title": "x"}, {"title": {}}, {"scenario": ["x"]}, {"scenario": 5}, {"target": 5}, {"observations": "abc"},
        {"probability": ""}, {"prices": None}, {"title": {"en": 5}},
    ],
)  # fmt: skip
def test_a_result_that_is_damaged_is_named_and_is_neither_gone_nor_come(tmp_path, now, capsys, damage):
    for side in ("a", "b"):
        write(tmp_path / side, "baseline", now)
    write(tmp_path / "a", "other", now | {"scenario": "other", "title": {"vi": "Khác", "en": "Another"}})
    write(tmp_path / "b", "other", now | {"scenario": "other"} | damage)
    assert diff(tmp_path / "a", tmp_path / "b", language="en") == 1
    said = capsys.readouterr().out
    assert "b/other/vi/result.json: no result.json" in said.splitlines()[-1]
    assert "Another" not in said
    assert diff(tmp_path / "b", tmp_path / "a", language="en") == 1
    assert "Only" not in capsys.readouterr().out


def test_results_of_other_money_are_no_change_of_one(tmp_path, now, capsys):
    prices = {"basis": "real", "year": 2020}
    for side, told in (("a", now), ("b", now | {"prices": prices})):
        write(tmp_path / side, "baseline", now)
        write(tmp_path / side, "other", told | {"scenario": "other"})
    assert diff(tmp_path / "a", tmp_path / "b", language="en") == 1
    assert "Baseline, Baseline: the two results are not of one" in capsys.readouterr().out.splitlines()[-1]
    plain = tmp_path / "a" / "baseline" / "vi" / "result.json"
    for stated, what in (
        ({"series": "a"}, "series a → binh_thuan_rural_income"),
        ({"unit": "USD"}, "unit USD → million VND per person per year"),
        ({"prices": prices}, "prices of 2020 → current prices"),
    ):
        with pytest.raises(InputError, match=rf"not of one question \({what}\)"):
            diff(write(tmp_path, next(iter(stated)), now | stated), plain, language="en")
    for key in ("series", "unit", "prices"):  # of a version that did not say
        silent = {name: value for name, value in now.items() if name != key}
        with pytest.raises(InputError, match=r"not of one question \(.*– → "):
            diff(write(tmp_path, f"no_{key}", silent), plain, language="en")


def test_what_adds_up_is_said_of_terms_alone(tmp_path, now, capsys):
    a, b = write(tmp_path, "a", now | {"probability": None}), write(tmp_path, "b", now)
    diff(a, b, language="en")
    said = capsys.readouterr().out
    assert ("add up" in said, "cannot be told apart" in said) == (False, True)
