"""A report is made of its answer alone: from a folder far from the project it is the same bytes."""

import ast
from pathlib import Path

import nbformat
import pytest

from ruralincome.report.words.words import LANGUAGES
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import read_scenario

ROOT = Path(__file__).parents[2]
PARAMS = sorted((ROOT / "params").glob("*.yaml"))


@pytest.fixture(scope="module")
def shown():
    """The expression of every block of the scenario notebook, and the names that its cells import."""
    cells = [ast.parse(cell.source).body for cell in nbformat.read(ROOT / "notebooks" / "scenario.ipynb", 4).cells[1:]]
    names = {}
    imported = [line for cell in cells for line in cell if isinstance(line, ast.ImportFrom)]
    exec(compile(ast.Module(imported, []), "cell", "exec"), names)
    return [compile(ast.Expression(cell[-1].value), "cell", "eval") for cell in cells], names


def blocks(shown, answered):
    """What the notebook displays of an answer, in both languages."""
    cells, names = shown
    known = [{**names, "answered": answered, "language": language} for language in LANGUAGES]
    return [eval(cell, facts) for facts in known for cell in cells]


@pytest.mark.parametrize("path", PARAMS, ids=[path.stem for path in PARAMS])
def test_every_block_is_the_same_bytes_made_from_anywhere(path, shown, tmp_path, monkeypatch):
    scenario = read_scenario(path)
    monkeypatch.chdir(tmp_path)
    there = blocks(shown, answer(scenario, path.stem, ROOT))
    monkeypatch.chdir(ROOT)
    assert there == blocks(shown, answer(scenario, path.stem))
