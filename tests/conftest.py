"""What tests share: the scenario notebook executed without a kernel, and verdicts kept in a ledger."""

import ast
import os
from contextlib import nullcontext
from datetime import date
from multiprocessing.forkserver import ensure_running
from pathlib import Path

import nbformat
import pytest
from hypothesis import settings
from nbformat.v4 import new_output

os.environ["RURALINCOME_LANGUAGE"] = "en"  # what the command says is the same wherever the tests run
settings.register_profile("busy", deadline=None)  # a machine may be busy
settings.load_profile("busy")
ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "scenario.ipynb"


def pytest_runtest_setup():
    """A guide or a notebook that was run may have set its language."""
    os.environ["RURALINCOME_LANGUAGE"] = "en"


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


@pytest.fixture
def result():
    """A function (**changes) -> the object of a result.json, as far as the ledger reads it."""

    def made(**changes):
        kept = {
            "scenario": "baseline",
            "series": "binh_thuan_rural_income",
            "as_of": 2020,
            "target": {"value": 48.9, "year": 2021, "direction": 1},
            "probability": 0.37,
            "rules": [
                {"rule": "eurostat", "value": 0.99, "verdict": "significant_progress", "outlook": "on_track"},
                {"rule": "sdsn", "value": 0.94, "verdict": "moderately_improving", "outlook": "behind"},
            ],
            "models": [{"model": "pooled", "status": "fitted", "probability": 0.37}],
            "provenance": {"inputs": {"data/a.csv": "00ff"}, "versions": {"ruralincome": "0.1.0"}, "seed": 0},
        }
        return {**kept, **changes}

    return made


@pytest.fixture
def keep(result):
    """A function that keeps verdicts with these probabilities, on targets of 10 in the years from 2021 on."""

    from ruralincome.keep import add

    def kept(ledger, chances, today=date(2021, 3, 1)):
        for year, chance in enumerate(chances, start=2021):
            add(result(probability=chance, target={"value": 10.0, "year": year}), ledger, today)

    return kept


@pytest.fixture
def outturns():
    """A function (path, *rows) -> the path of a file of outturns with these rows."""

    def written(path, *rows):
        path.write_text("series,year,value\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        return path

    return written
