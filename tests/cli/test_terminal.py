"""The terminal: errors, progress and summaries in the language of whoever sits there."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ruralincome.batch.manifest import Manifest
from ruralincome.batch.results import index_page
from ruralincome.cli import app, terminal
from ruralincome.cli.terminal import Screen
from ruralincome.data.spoken import language as language_of_terminal
from ruralincome.report.words.words import LANGUAGES
from ruralincome.series import Faults, InputError

ROOT = Path(__file__).parents[2]
NAMES = ("RURALINCOME_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.mark.parametrize(
    ("stated", "spoken"),
    [
        ({}, "en"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LC_MESSAGES": "vi"}, "vi"),
        ({"LC_ALL": "C.UTF-8", "LANG": "vi_VN.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"RURALINCOME_LANGUAGE": "vi", "LC_ALL": "en_GB.UTF-8"}, "vi"),
        ({"RURALINCOME_LANGUAGE": "en", "LC_ALL": "vi_VN.UTF-8"}, "en"),
        ({"RURALINCOME_LANGUAGE": "xx", "LC_ALL": "vi_VN.UTF-8"}, "vi"),  # in which the command refuses it
        ({"RURALINCOME_LANGUAGE": "VI"}, "vi"),
        ({"RURALINCOME_LANGUAGE": "vi_VN", "LC_ALL": "en_GB.UTF-8"}, "vi"),
    ],
)
def test_the_language_is_stated_or_that_of_the_locale(monkeypatch, stated, spoken):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in stated.items():
        monkeypatch.setenv(name, value)
    assert language_of_terminal() == spoken


def test_a_fault_is_a_line_each_that_says_it_is_one_and_what_it_is_about(monkeypatch, capsys):
    several = Faults([InputError("batch.nothing"), InputError("cli.kind", kind="x")])
    said = {}
    for language in LANGUAGES:
        monkeypatch.setenv("RURALINCOME_LANGUAGE", language)
        terminal.complain(several, "a/vi")
        said[language] = capsys.readouterr().err.splitlines()
    assert said["en"][1] == "error: a/vi: kind 'x' is not known; choose income or general"
    assert said["vi"][1] == "lỗi: a/vi: không có loại 'x'; hãy chọn income hoặc general"
    assert [len(lines) for lines in said.values()] == [2] * len(LANGUAGES)


def test_whole_numbers_are_written_as_the_language_does(monkeypatch):
    facts = {"places": 12345, "refused": 0, "file": "panel.csv"}
    assert terminal.say("cli.panel.places", **facts) == "12,345 places, 0 refused: panel.csv"
    monkeypatch.setenv("RURALINCOME_LANGUAGE", "vi")
    assert terminal.say("cli.panel.places", **facts) == "12.345 nơi, 0 nơi không tính được: panel.csv"


@pytest.mark.parametrize(
    ("arguments", "status", "english", "vietnamese"),
    [
        (["check", "params/baseline.yaml"], 0, "1 params file is valid", "1 tệp tham số hợp lệ"),
        (["assess", "--language", "xx"], 2, "error: language 'xx' is not", "lỗi: chưa có ngôn ngữ 'xx'"),
        (["nothing"], 2, "see ruralincome --help", "xem ruralincome --help"),
        (
            ["run", "params/baseline.yaml", "--language", "vi", "--dry-run", "--force"],
            0,
            "run   baseline/vi",
            "chạy  baseline/vi",
        ),
    ],
)
def test_the_command_ends_alike_in_both_languages(arguments, status, english, vietnamese):
    for language, words in (("en", english), ("vi", vietnamese)):
        environment = os.environ | {"RURALINCOME_LANGUAGE": language}
        run = [sys.executable, "-m", "ruralincome", *arguments]
        done = subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, words in done.stdout + done.stderr) == (status, True), done


def ended(*arguments, cwd=ROOT, shell="", **settings):
    """How a command ends: status, and the lines of its standard error."""
    line = shlex.join([sys.executable, "-m", "ruralincome", *arguments]) + shell
    environment = os.environ | {"RURALINCOME_LANGUAGE": "en", "PYTHONPATH": str(ROOT), **settings}
    done = subprocess.run(["sh", "-c", line], cwd=cwd, env=environment, capture_output=True, check=False)
    return done.returncode, done.stderr.decode().splitlines()


@pytest.mark.parametrize(
    ("shell", "settings", "words"),
    [
        (" > /dev/full", {}, "the answer cannot be written (No space left on device)"),
        (" >&-", {}, "the answer cannot be written (Bad file descriptor)"),
        ("", {"PYTHONIOENCODING": "latin-1"}, "the encoding of the output, iso8859-1, has no"),
    ],
)
def test_an_output_that_takes_no_answer_is_one_line(shell, settings, words):
    status, (line,) = ended("assess", "params/covid_dip.yaml", shell=shell, **settings)
    assert (status, words in line) == (1, True), line


def test_what_is_said_aside_stops_nothing():
    for shell in (" 2> /dev/full", " 2>&-"):
        assert ended("check", "params/none.yaml", shell=shell) == (2, [])


def test_a_folder_that_is_gone_is_one_line(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    status, (line,) = ended(
        "check", cwd=ROOT, shell=f"; cd {gone}; rmdir {gone}; exec {sys.executable} -m ruralincome check"
    )
    assert (status, line) == (2, "error: the working folder is gone; change to one that is there")


def test_no_data_commands_the_terminal(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("RURALINCOME_LANGUAGE", "en")
    terminal.complain(InputError("file.extends_nothing", where="p", parent="a\x1b[2J\nerror: b\x9b5m\u202ec"))
    assert (
        capsys.readouterr().err
        == "error: p: extends: no file a [2J error: b 5m c.yaml beside it; name a params file without .yaml\n"
    )
    screen = Screen(sys.stdout)
    print("Bình\x1b]0;mine\x07 \x85 Thuận\nở\u200f dưới", file=screen)
    assert capsys.readouterr().out == "Bình ]0;mine    Thuận\nở  dưới\n"


def test_what_nobody_foresaw_is_one_line_and_the_night_is_noted(tmp_path, monkeypatch, capsys):
    from ruralincome import cli

    def odd():
        raise ZeroDivisionError("of the sums")

    monkeypatch.setattr(os, "cpu_count", odd)
    (tmp_path / "manifest.json").write_text('{"version": 1, "runs": [], "jobs": {}}')
    monkeypatch.setattr(sys, "argv", ["ruralincome", "run", str(ROOT / "params/halt.yaml"), "--output", str(tmp_path)])
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("RURALINCOME_LANGUAGE", "en")
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert (left.value.code, capsys.readouterr().err.count("\n")) == (1, 1)
    run = json.loads((tmp_path / "manifest.json").read_text())["runs"][-1]
    assert (run["status"], run["fault"]["facts"]["kind"]) == ("refused", "ZeroDivisionError")


@pytest.mark.parametrize(
    ("options", "there", "steps"),
    [
        (["office"], True, "cd office; ruralincome run; jupyter lab notebooks/explore.ipynb"),
        ([], True, "ruralincome run; jupyter lab notebooks/explore.ipynb"),
        (["office"], False, "cd office; ruralincome assess params/baseline.yaml"),
        (["office", "--empty"], False, "cd office; ruralincome new"),
    ],
)
def test_a_folder_is_laid_with_the_next_steps_that_can_be_taken(tmp_path, monkeypatch, options, there, steps):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RURALINCOME_LANGUAGE", "en")
    monkeypatch.setattr("ruralincome.cli.keep.find_spec", lambda name: name if there else None)
    told = CliRunner().invoke(app, ["init", *options])
    assert told.output.endswith(f"; next: {steps}\n")


def test_a_run_that_was_refused_is_noted_and_shown_in_both_languages(tmp_path):
    (tmp_path / "a" / "vi").mkdir(parents=True)
    manifest = Manifest(tmp_path)
    manifest.begin(["a/vi"], {"a/vi": {"scenario": "a", "language": "vi"}})
    manifest.ended("a/vi", {"scenario": "a", "language": "vi", "status": "ok", "key": "k"})
    manifest.finish("ok")
    before = dict(manifest.jobs)
    status, _ = ended("run", "--output", str(tmp_path), "--to", "<b>")
    again = Manifest(tmp_path)
    assert (status, [run["status"] for run in again.content["runs"]]) == (2, ["ok", "refused"])
    assert again.content["runs"][-1]["message"].startswith("--to <b>: no such kind")
    assert again.jobs == before
    page = index_page(again.content, tmp_path)
    assert "was refused, and every report is as it was: --to &lt;b&gt;: no such kind" in page
    assert "bị từ chối, mọi báo cáo vẫn như cũ: --to &lt;b&gt;" in page
