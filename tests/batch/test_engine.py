"""The engine of papermill: anyone's notebook, with strict parameters and kernels that start warm."""

import subprocess
import sys

import nbformat
import papermill
import pytest
from nbformat import v4

from ruralincome.series import InputError

MODULES = "import sys; sorted({'pandas', 'statsmodels', 'seaborn'} & set(sys.modules))"

IMPORTS = "import seaborn\nfrom statsmodels.regression.linear_model import OLS"


@pytest.fixture
def notebook(tmp_path):
    cells = [v4.new_code_cell("growth = 8\nyears: int = 1", metadata={"tags": ["parameters"]})]
    cells += [v4.new_code_cell(MODULES), v4.new_code_cell(IMPORTS), v4.new_code_cell("growth * years")]
    path = tmp_path / "mine.ipynb"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(v4.new_notebook(cells=cells, metadata=kernel), path)
    return path


def run(path, **parameters):
    options = {"engine_name": "ruralincome", "progress_bar": False}
    return papermill.execute_notebook(str(path), None, parameters, **options)


def value(notebook, cell=-1):
    return notebook.cells[cell].outputs[0].data["text/plain"]


@pytest.mark.slow
def test_what_a_notebook_imports_is_there_for_those_after_it_in_one_process(notebook):
    for growth, years, there in ((3, 7, "[]"), (5, 2, "['pandas', 'seaborn', 'statsmodels']")):
        done = run(notebook, growth=growth, years=years)
        assert value(done) == str(growth * years)
        if sys.platform == "linux":
            assert value(done, -3) == there


def test_a_parameter_that_the_notebook_has_not_is_refused_before_a_cell_runs(notebook, tmp_path):
    with pytest.raises(InputError, match=r"'growht'.*growth"):
        run(notebook, growht=3)


DECLARED = """
year = 2020
rate: float = 0.5
code = '01'
flag = False
ages: list[int] = [1, 2]
limit: int | None = None
name: str = None
share: float = None
free = None
made = 3 * 2
"""


@pytest.fixture
def declaring(notebook):
    cells = [v4.new_code_cell(DECLARED, metadata={"tags": ["parameters"]}), v4.new_code_cell("code, year, ages, name")]
    nbformat.write(v4.new_notebook(cells=cells, metadata=nbformat.read(notebook, 4).metadata), notebook)
    return notebook


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("year", "abc", "year = 'abc'.*declares: int"),
        ("year", None, "year = None.*declares: int"),
        ("year", True, "year = True.*declares: int"),
        ("year", 2020.7, "year = 2020.7.*declares: int"),
        ("year", float("nan"), "year = nan.*declares: int"),
        ("rate", "abc", "rate = 'abc'.*float, int"),
        ("code", 1, "code is a text, and 1 is none.*-r code"),
        ("code", None, "code is a text, and None is none.*-r code"),
        ("code", ["01"], r"code = \['01'\].*str"),
        ("flag", "no", "flag = 'no'.*bool"),
        ("ages", 3, "ages = 3.*list"),
        ("limit", 2.5, "limit = 2.5.*None, int"),
    ],
)
def test_a_value_of_another_type_is_refused_and_nothing_written(declaring, tmp_path, name, value, told):
    output = tmp_path / "out.ipynb"
    with pytest.raises(InputError, match=told):
        papermill.execute_notebook(str(declaring), str(output), {name: value}, engine_name="ruralincome")
    assert not output.exists()


def test_the_command_refuses_in_one_line(declaring, tmp_path):
    command = [sys.executable, "-m", "papermill", "--engine", "ruralincome", declaring, tmp_path / "out.ipynb"]
    run = subprocess.run([*command, "-p", "code", "01"], capture_output=True, text=True, check=False)
    lines = [line for line in run.stderr.splitlines() if "put Notebook" not in line]
    assert (run.returncode, len(lines)) == (2, 1), run.stderr
    assert "-r code" in lines[0]
    assert not (tmp_path / "out.ipynb").exists()


@pytest.mark.slow
def test_values_of_the_declared_type_run(declaring):
    given = {"year": 2021, "rate": 1, "code": "01", "flag": True, "limit": None, "free": "x", "made": "y"}
    given |= {"ages": (1, (2, "a")), "name": None, "share": None}
    assert value(run(declaring, **given)) == "('01', 2021, [1, [2, 'a']], None)"


def test_papermill_pays_little_for_an_engine_that_nobody_asked_for():
    heavy = "{'pandas', 'scipy', 'matplotlib', 'ruralincome.batch.kernels'}"
    code = f"import papermill, sys; print({heavy} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
