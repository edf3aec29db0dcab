"""The walls: what each part may import, and what must not be in the tree."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ruralincome"
CORE_ORDER = (
    "series",
    "likelihood",
    "reference",
    "forecast",
    "models",
    "prices",
    "rules",
    "explain",
    "inverse",
    "margins",
    "target",
    "tracker",
    "adjustments",
    "elasticity",
    "backtest",
    "panel",
)
"""The core from the bottom up; a module imports only those before it (or its own package)."""
OUTSIDE = {"numpy", "scipy", "pandas", "statsmodels"}


def modules():
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        yield parts[0], path


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize(("name", "path"), [(n, p) for n, p in modules() if n in CORE_ORDER], ids=str)
def test_core_imports_only_what_lies_below(name, path):
    allowed = set(CORE_ORDER[: CORE_ORDER.index(name) + 1])
    for imported in imports(path):
        first, *rest = imported.split(".")
        if first == "ruralincome":
            assert rest[0] in allowed, f"{path.name} ({name}) must not import {imported}"
        else:
            assert first in OUTSIDE or first in sys.stdlib_module_names, f"{path.name} imports {imported}"
            assert first not in {"datetime", "time", "locale", "gettext"}, f"{path.name} knows a clock or a language"


def test_nobody_imports_the_command_line():
    for name, path in modules():
        if name != "cli":
            assert not any(i.startswith("ruralincome.cli") for i in imports(path)), path


def test_nothing_private_crosses_modules():
    for _, path in modules():
        for imported in imports(path):
            if imported.startswith("ruralincome"):
                last = imported.rsplit(".", 1)[-1]
                assert not last.startswith("_") or last.startswith("__"), f"{path.name} imports {imported}"


def test_the_core_opens_no_file():
    for name, path in modules():
        if name in CORE_ORDER:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    assert called not in {"open", "print", "read_text", "write_text"}, f"{path.name}:{node.lineno}"


def test_no_file_is_too_long_to_read_in_one_sitting():
    long = {p.name: n for _, p in modules() if (n := len(p.read_text(encoding="utf-8").splitlines())) > 320}
    assert not long


def test_the_repository_names_no_machine():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    home = str(Path.home()) + "/"
    for name in filter(None, listed.decode().split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix in {
            ".py",
            ".md",
            ".yaml",
            ".yml",
            ".toml",
            ".json",
            ".ipynb",
            ".lock",
            ".po",
        }:
            content = path.read_text(encoding="utf-8")
            assert home not in content or home == "//", name
            assert f"{ROOT}/" not in content, name
