"""The terminal: errors, progress and summaries in the language of whoever sits there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ruralincome.cli import terminal
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
        ({"RURALINCOME_LANGUAGE": "xx", "LC_ALL": "vi_VN.UTF-8"}, "vi"),
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
