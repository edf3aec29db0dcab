"""The notebooks: stripped, calls of the library only, and run by plain papermill with nothing but a params file."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ruralincome.report.blocks import displayed
from ruralincome.scenario.file import Scenario

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def cells(path, kind="code"):
    return [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == kind]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_no_outputs_and_no_code_of_their_own(path):
    for cell in cells(path):
        assert not cell["outputs"], "strip it: nbstripout --keep-id"
        assert cell["execution_count"] is None
        tree = ast.parse("".join(cell["source"]))
        own = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
        assert not any(isinstance(node, own) for node in ast.walk(tree))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_one_parameters_cell_with_a_language(path):
    tagged = [c for c in cells(path) if "parameters" in c["metadata"].get("tags", ())]
    assert len(tagged) == 1
    assert 'language = "vi"' in "".join(tagged[0]["source"])


def test_the_scenario_notebooks_parameters_are_the_scenarios_fields():
    (cell,) = [c for c in cells(ROOT / "notebooks" / "scenario.ipynb") if "parameters" in c["metadata"].get("tags", ())]
    stated = [target.id for node in ast.parse("".join(cell["source"])).body for target in node.targets]
    assert sorted(stated) == sorted([*Scenario.model_fields, "language", "since"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "language"), [("baseline", "vi"), pytest.param("covid_dip", "en", marks=pytest.mark.long)]
)
def test_plain_papermill_runs_a_params_file(name, language, tmp_path):
    out = tmp_path / "out.ipynb"
    command = ["-m", "papermill", "notebooks/scenario.ipynb", str(out), "-f", f"params/{name}.yaml"]
    subprocess.run(
        [sys.executable, *command, "-p", "language", language, "--no-progress-bar"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    result = displayed(json.loads(out.read_text(encoding="utf-8")))
    assert result["required_growth"] == pytest.approx(0.0890869, abs=1e-6)
    assert 0 < result["probability"] < 1
