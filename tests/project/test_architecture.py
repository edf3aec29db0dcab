"""The walls: which rooms there are, what each may import, who opens files, how large each may be."""

import ast
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "ruralincome"
FLOORS = (
    ("series",),
    ("data",),
    ("places", "rules"),
    ("reference",),
    ("models",),
    ("target",),
    ("scenario",),
    ("panel", "keep"),
    ("report",),
    ("batch", "explorer"),
    ("cli",),
)
"""The import table: a module imports its own room and rooms on lower floors."""
REPORT = ("target", "scenario.result", "series", "report")
"""All that the report may import: it is words and pages, and is handed the rest."""
CORE = (
    *("series", "rules", "models", "target", "scenario.shapes", "scenario.paths", "panel.joint"),
    *("places.boundaries", "places.names", "places.find", "places.across"),
)
"""What does no input or output, and knows no language and no clock."""
OUTSIDE = {"numpy", "scipy", "pandas", "statsmodels", "pydantic"}
"""Packages from elsewhere that the core may import."""
EDGES = (
    *("data", "keep", "batch", "cli", "panel.files", "scenario.file", "reference.vintages"),
    *("places.tables", "places.standard"),
)
"""The only modules that open files, beside report for its own words and templates."""
OPENS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob", "is_file"}

LINES = {
    "series": 374,
    "data": 580,
    "places": 0,
    "reference": 188,
    "rules": 766,
    "models": 1267,
    "target": 581,
    "scenario": 2300,
    "panel": 1114,
    "keep": 924,
    "report": 2490,
    "batch": 1116,
    "explorer": 342,
    "cli": 552,
}
"""Budget of lines a room; what stands beside the rooms has 100."""
HOUSE, WHOLE = 14_800, 20_000
LATER: dict[str, dict[str, int]] = {
    "figures in": {
        "series": 111,
        "data": 1840,
        "scenario": 52,
        "panel": 167,
        "keep": 81,
        "report": 42,
        "explorer": 116,
        "cli": 156,
    },
    "places have dates": {
        "series": 11,
        "data": 8,
        "places": 1007,
        "reference": 71,
        "target": 65,
        "scenario": 28,
        "panel": 532,
        "keep": 8,
        "report": 181,
        "cli": 62,
    },
    "a sceptic": {
        "series": 13,
        "reference": 240,
        "models": 286,
        "target": 78,
        "scenario": 92,
        "panel": 38,
        "keep": 120,
        "report": 90,
    },
    "pages": {"scenario": 161, "report": 36, "batch": 139, "cli": 94},
    "fast where it grows": {
        "series": 17,
        "reference": 8,
        "panel": 15,
        "data": 60,
        "scenario": 8,
        "batch": 19,
        "models": 17,
        "report": 12,
        "cli": 6,
    },
    "at home": {
        "series": 154,
        "data": 39,
        "models": 12,
        "target": 30,
        "scenario": 7,
        "explorer": 139,
        "keep": 103,
        "report": 89,
        "batch": 50,
        "cli": 127,
    },
    "hard to break": {
        "series": 51,
        "panel": 10,
        "data": 68,
        "scenario": 58,
        "keep": 83,
        "report": 31,
        "batch": 78,
        "cli": 71,
        "models": 18,
    },
}
"""What later work adds to the budget, by what it is for and by room."""
LONGEST = 300
NAMED = re.compile(r"ruralincome(\.\w+)+(:\w+)?")
"""A module of ours as a string."""


def modules():
    """Pairs (name within the package, path) of every module."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(path):
    """Everything a module imports, also within functions and for types only."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and NAMED.fullmatch(node.value):
            yield re.sub(r"[:\s].*", "", node.value)  # of import_module, of files, of an entry point


def ours(path):
    """What a module imports of the package, without the package's name."""
    return [i.removeprefix("ruralincome.") for i in imports(path) if i.startswith("ruralincome.")]


def within(name, rooms):
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def floor(name):
    return next(i for i, rooms in enumerate(FLOORS) if name.split(".")[0] in rooms)


def upward():
    """Imports that go up, across a floor, or out of what the report may know."""
    for name, path in modules():
        if "." not in name and name not in LINES:
            continue  # the package itself and its command
        room = name.split(".")[0]
        for imported in ours(path):
            if imported.split(".")[0] == "__version__" or imported.split(".")[0] == room:
                continue
            allowed = within(imported, REPORT) if room == "report" else floor(imported) < floor(name)
            if not allowed or (imported.split(".")[0] == "report" and room in ("panel", "keep")):
                yield f"{name} <- {imported}"


def test_an_import_by_its_name_is_seen(tmp_path):
    path = tmp_path / "hidden.py"
    path.write_text('import_module("ruralincome.report.words")\nstarts = "ruralincome.cli.ask:main"\n', "utf-8")
    assert sorted(ours(path)) == ["cli.ask", "report.words"]


def test_a_computed_name_is_imported_where_public_and_moved_names_are_found_alone():
    found = set()
    for name, path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if getattr(called, "id", getattr(called, "attr", "")) in ("import_module", "__import__"):
                found |= set() if isinstance(node.args[0], ast.Constant) else {name}
    assert found <= {"", "series.renamed", "batch.kernels", "batch.stack"}, found


def test_the_listing_reads_as_a_sentence():
    found = {p.name for p in PACKAGE.iterdir() if p.name != "__pycache__"}
    assert found == {*LINES, "__init__.py", "__main__.py", "py.typed"}
    assert set(LINES) == set(chain(*FLOORS))


def test_every_import_goes_down():
    assert sorted(upward()) == []
    assert [name for name, path in modules() if "ruralincome" in imports(path)] == [], "all rooms at once, by the back"


@pytest.mark.parametrize("room", LINES)
def test_each_room_says_in_one_line_what_it_is_for(room):
    doc = ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text(encoding="utf-8")))
    assert doc
    assert re.match(r"\w+: .+\.$", doc.split("\n")[0])


def test_the_core_imports_no_clock_and_no_language():
    for name, path in modules():
        if within(name, CORE):
            for first in {i.split(".")[0] for i in imports(path)} - {"ruralincome"}:
                assert first in OUTSIDE or first in sys.stdlib_module_names, f"{name} imports {first}"
                assert first not in {"datetime", "time", "locale", "gettext"}, f"{name} knows a clock or a language"


def test_only_edges_open_files():
    found = []
    for name, path in modules():
        if not within(name, EDGES):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                called = node.func if isinstance(node, ast.Call) else None
                if getattr(called, "id", getattr(called, "attr", "")) in OPENS:
                    found.append(f"{name}:{node.lineno} {ast.unparse(called)}")
    own = re.compile(
        r"report\.(words\.words|templates|pages\.\w+|charts\.\w+):\d+ .*(entry|files|TEMPLATES|LOCALE|folder)"
    )
    assert [f for f in found if not own.match(f)] == []


def test_nothing_private_crosses_modules():
    for _, path in modules():
        for imported in imports(path):
            if imported.startswith("ruralincome"):
                last = imported.rsplit(".", 1)[-1]
                assert not last.startswith("_") or last.startswith("__"), f"{path.name} imports {imported}"


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def test_every_file_can_be_read_in_one_sitting():
    long = [f"{p.relative_to(ROOT)} {lines(p)}" for _, p in modules() if lines(p) > LONGEST]
    long += [f"{p.relative_to(ROOT)} {lines(p)}" for p in (ROOT / "tests").rglob("*.py") if lines(p) > LONGEST]
    assert long == []


def test_each_room_keeps_within_its_lines():
    sizes = dict.fromkeys(LINES, 0)
    for name, path in modules():
        if (room := name.split(".")[0]) in LINES:
            sizes[room] += lines(path)
    budget = {room: LINES[room] + sum(more.get(room, 0) for more in LATER.values()) for room in LINES}
    assert {room: (sizes[room], budget[room]) for room in LINES if sizes[room] > budget[room]} == {}
    assert sum(LINES.values()) + 100 <= HOUSE


def test_the_whole_keeps_within_its_lines():
    assert sum(LINES.values()) + sum(sum(more.values()) for more in LATER.values()) + 100 <= WHOLE


def test_the_repository_names_no_machine():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    home = str(Path.home()) + "/"
    kinds = {".py", ".md", ".yaml", ".yml", ".toml", ".json", ".ipynb", ".lock", ".po", ".sh"}
    for name in filter(None, listed.decode().split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix in kinds:
            content = path.read_text(encoding="utf-8")
            assert home not in content or home == "//", name
            assert f"{ROOT}/" not in content, name


def test_the_repository_holds_no_link():
    """A link leads out of a checkout, and one of the name of an ignored folder takes its place there."""
    listed = subprocess.run(["git", "ls-files", "-sz"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    assert [entry for entry in listed.split("\0") if entry.startswith("120000")] == []
