"""The engine of papermill: anyone's notebook, with strict parameters and kernels that start warm."""

import subprocess
import sys

import nbformat
import papermill
import pytest
from nbformat import v4

from ruralincome.series import InputError

MODULES = "import sys; sorted({'pandas', 'statsmodels', 'seaborn'} & set(sys.modules))"


@pytest.fixture
def notebook(tmp_path):
    cells = [v4.new_code_cell("growth = 8\nyears: int = 1", metadata={"tags": ["parameters"]})]
    cells += [v4.new_code_cell(MODULES), v4.new_code_cell("growth * years")]
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
def test_notebooks_of_one_process_get_kernels_that_have_the_stack(notebook):
    for growth, years in ((3, 7), (5, 2)):
        done = run(notebook, growth=growth, years=years)
        assert value(done) == str(growth * years)
        if sys.platform == "linux":
            assert value(done, -2) == "['pandas', 'seaborn', 'statsmodels']"


def test_a_parameter_that_the_notebook_has_not_is_refused_before_a_cell_runs(notebook, tmp_path):
    with pytest.raises(InputError, match=r"'growht'.*growth"):
        run(notebook, growht=3)


def test_papermill_pays_little_for_an_engine_that_nobody_asked_for():
    heavy = "{'pandas', 'scipy', 'matplotlib', 'ruralincome.batch.kernels'}"
    code = f"import papermill, sys; print({heavy} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
