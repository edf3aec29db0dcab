"""The core without its extras: it answers, and what needs an extra says which."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JUPYTER = {"papermill", "nbconvert", "nbclient", "nbformat", "jupyter_client", "ipykernel", "IPython", "traitlets"}
DRAWING = {"ipywidgets", "matplotlib", "seaborn", "jupyterlab", "voila"}
SHEETS = {"openpyxl", "python_calamine"}
ALL = JUPYTER | DRAWING | SHEETS | {"distributed", "dask"}


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """An environment in which no extra can be imported, in child processes neither."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "sitecustomize.py").write_text(f"import sys\nsys.modules |= dict.fromkeys({ALL})\n", encoding="utf-8")
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}


def python(alone, *arguments):
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, env=alone
    )


def test_the_core_answers_without_any_extra(alone):
    done = python(
        alone,
        "-c",
        "import pandas as pd\nimport ruralincome as ri\n"
        "series = ri.read_series('binh_thuan_rural_income')\n"
        "found = ri.read_class('vietnam-provinces', as_of=2020)\n"
        "answer = ri.assess(series, ri.Target(48.9, 2021), ri.fit_all(series, found), reference=found)\n"
        "frame = pd.DataFrame({'place': ['A', 'A'], 'year': [2018, 2020], 'value': [30.0, 35.0]})\n"
        "rows = ri.assess_panel(frame, found, target=ri.Target(40.0, 2021))\n"
        "print(f'{answer.required_growth:.5f}', len(answer.verdicts) > 5, len(rows))",
    )
    assert done.stdout.split() == [f"{48.9 / 44.9 - 1:.5f}", "True", "1"], done.stderr


def test_the_explorer_names_the_extra_that_it_wants(alone):
    done = python(
        alone, "-c", "import ruralincome as ri\ntry:\n    ri.explore\nexcept ri.InputError as fault:\n    print(fault)"
    )
    assert "pip install 'ruralincome[notebooks]'" in done.stdout, done.stderr


@pytest.mark.parametrize("arguments", [("assess",), ("check",), ("doctor",), ("places", "find", "Hoài Đức")], ids=str)
def test_commands_that_need_no_extra(alone, arguments):
    done = python(alone, "-m", "ruralincome", *arguments)
    assert done.returncode == 0, done.stderr
    if arguments == ("doctor",):
        lines = [line.partition(":")[0] for line in done.stdout.splitlines() if "pip install 'ruralincome[note" in line]
        assert lines == ["notebooks", "kernels", "font of charts"]


def test_a_panel_needs_no_extra(alone, tmp_path):
    (tmp_path / "panel.csv").write_text("place,year,value\nA,2018,30\nA,2020,35\n", encoding="utf-8")
    done = python(
        alone,
        "-m",
        "ruralincome",
        "panel",
        str(tmp_path / "panel.csv"),
        "--target",
        "40@2021",
        "--output",
        str(tmp_path / "out"),
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "panel" / "panel.csv").is_file()


def test_what_needs_an_extra_names_it(alone, tmp_path):
    done = python(alone, "-m", "ruralincome", "run", "params/baseline.yaml", "--output", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "pip install 'ruralincome[notebooks]'" in done.stderr
    assert "Traceback" not in done.stderr
    (tmp_path / "figures.xlsx").write_bytes(b"PK\x03\x04")
    done = python(alone, "-m", "ruralincome", "read", str(tmp_path / "figures.xlsx"))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "pip install 'ruralincome[excel]'" in done.stderr
