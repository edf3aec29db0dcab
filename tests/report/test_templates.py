"""Templates: compiled once, and kept where Python keeps what it compiles."""

import os
import subprocess
import sys
from pathlib import Path

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
