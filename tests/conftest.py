"""What tests of pages share: the scenario notebook executed without a kernel."""

import ast
import os
from contextlib import nullcontext
from multiprocessing.forkserver import ensure_running
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "scenario.ipynb"


@pytest.fixture(scope="session")
def executed():
    """A function (language, **parameters) -> the executed notebook, as a batch would leave it."""

    def run(language, **parameters):
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(ROOT)
            return _executed(language, **parameters)

    return run


@pytest.fixture(scope="session")
def pool():
    """Two worker processes, as `pool` of a batch; what breaks them must make its own."""
    told = os.environ.pop("PYTEST_CURRENT_TEST", "")  # ipykernel leaves file descriptors alone where it sees this
    from ruralincome.batch.workers import process_pool

    with process_pool(2) as executor:
        ensure_running()
        os.environ["PYTEST_CURRENT_TEST"] = told
        yield lambda: nullcontext(executor)


def _executed(language, **parameters):
    """The scenario notebook run here, without a kernel."""
    notebook = nbformat.read(NOTEBOOK, 4)
    names = {}
    for cell in notebook.cells:
        body = ast.parse(cell.source).body
        shown = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        if "parameters" in cell.metadata.get("tags", ()):
            names |= {"language": language, **parameters}
        if shown is not None:
            block = eval(compile(ast.Expression(shown.value), "cell", "eval"), names)
            cell.outputs = [new_output("execute_result", block._repr_mimebundle_(), execution_count=1)]
    return notebook
