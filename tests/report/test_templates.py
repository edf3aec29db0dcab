"""Templates: compiled once, and kept where Python keeps what it compiles."""

import os
import subprocess
import sys
from pathlib import Path

from ruralincome.report.templates import CONTROL
from ruralincome.report.words.phrases import isolated

ROOT = Path(__file__).parents[2]
PAGE = """
import jinja2.environment, ruralincome.report.templates as ours
made = jinja2.environment.Environment.compile
seen = []
jinja2.environment.Environment.compile = lambda self, *a, **k: seen.append(1) or made(self, *a, **k)
ours.environment().get_template("values.html.j2").module
print(len(seen) > 0)
"""


def compiled(folder, *flags):
    """Whether a process compiled the template, where Python keeps its bytecode in a folder."""
    settings = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    settings |= {"PYTHONPYCACHEPREFIX": str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, *flags, "-c", PAGE]
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=True).stdout.strip() == "True"


def test_a_template_is_compiled_once(tmp_path):
    assert [compiled(tmp_path / "a") for _ in range(2)] == [True, False]
    assert {path.suffix for path in (tmp_path / "a").rglob("*") if path.is_file()} == {".pyc"}


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path):
    assert [compiled(tmp_path / "b", "-B") for _ in range(2)] == [True, True]
    assert not (tmp_path / "b").exists()


def test_a_compiled_template_that_is_torn_or_foreign_is_compiled_anew(tmp_path):
    assert compiled(tmp_path)
    kept = [p for p in tmp_path.rglob("*.pyc") if len(p.stem) == 40]  # Python's own have the module's name
    whole = {path: path.read_bytes() for path in kept}
    other = max(whole.values(), key=len)
    for spoilt in (
        lambda c: c[:30],
        lambda c: c[:62],
        lambda c: c[:-9],
        lambda c: c[:200] + b"?" + c[201:],
        lambda _: b"",
    ):
        for path, content in whole.items():
            path.write_bytes(spoilt(content))
        assert compiled(tmp_path)
        assert {path: path.read_bytes() for path in kept} == whole
    for path in kept:
        path.write_bytes(other if whole[path] != other else b"a foreign file")
    assert [compiled(tmp_path) for _ in range(2)] == [True, False]


def test_where_nothing_can_be_written_templates_are_compiled_each_time(tmp_path):
    assert compiled(tmp_path)
    for path in [p for p in tmp_path.rglob("*.pyc") if len(p.stem) == 40]:
        path.unlink()
        path.mkdir()  # no file can be written there, whoever asks
    assert [compiled(tmp_path) for _ in range(2)] == [True, True]


def test_a_page_keeps_the_marks_that_set_a_name_apart_and_none_that_is_not_closed():
    assert CONTROL.sub(" ", isolated("חיפה") + " 2020") == "\u2068חיפה\u2069 2020"
    assert CONTROL.sub(" ", isolated("חי\u2069\u202eפה") + " 2020") == "\u2068חי  פה\u2069 2020"
    assert CONTROL.sub(" ", "a\u2068b <td>\u2069") == "a b <td>\u2069"
