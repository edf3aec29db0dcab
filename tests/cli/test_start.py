"""What each command may load."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


MAY_LOAD = {
    ("--help",): set(),
    ("check", "params/baseline.yaml"): {"pydantic", "yaml"},
    ("check",): {"pydantic", "yaml", "numpy"},  # since one of the files has an elasticity, whose estimate is checked
    ("assess",): {"numpy", "scipy", "pydantic", "yaml", "babel", "markupsafe", "jinja2"},
    ("assess", "--json"): {"numpy", "scipy", "pydantic", "yaml"},
}
LARGE = [
    *("numpy", "scipy", "scipy.stats", "scipy.optimize", "pandas", "statsmodels", "matplotlib", "seaborn", "pydantic"),
    *("yaml", "babel", "rich", "jinja2", "markupsafe", "papermill", "nbconvert", "nbclient", "nbformat", "IPython"),
    *("jupyter_client", "ipywidgets", "distributed", "dask"),
]


@pytest.mark.parametrize("arguments", MAY_LOAD, ids=" ".join)
def test_what_a_command_may_load(arguments):
    code = (
        "import sys, contextlib\nfrom ruralincome.cli import main\n"
        "with contextlib.suppress(SystemExit):\n    main()\n"
        f"print('LOADED', *sorted(set({LARGE}) & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(run.stdout.split("LOADED")[-1].split()) <= MAY_LOAD[arguments]


def test_the_batch_starts_its_workers_before_numbers_are_needed():
    code = "import sys, ruralincome.batch; print(*{'numpy', 'scipy', 'pandas'} & {*sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_the_ledger_is_kept_without_what_classes_are_fitted_by():
    code = "import sys, ruralincome.keep; print(*{'scipy.optimize', 'scipy.stats', 'pandas'} & {*sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
