"""What each command may load."""

import subprocess
import sys
import textwrap
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
    *("jupyter_client", "ipywidgets", "distributed", "dask", "numpy.f2py", "numpy.ma", "latex2mathml"),
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


def said(code):
    told = [sys.executable, "-c", code]
    return subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def test_scipy_is_imported_without_parts_of_numpy_and_numpy_is_as_it_was():
    parts = "print(*sorted({'numpy.f2py', 'numpy.ma', 'numpy.polynomial'} & {*sys.modules}))"
    lists = "print(sorted(dir(numpy)) == names, sorted(numpy.__all__) == every)"
    begin = "import sys, numpy\nnames, every = sorted(dir(numpy)), sorted(numpy.__all__)\n"
    use = "import scipy.special\nprint(round(scipy.special.stdtr(4, 2.132), 3), numpy.ma.masked, numpy.f2py.__name__)"
    found = said(f"{begin}from ruralincome.models import lean\nlean()\n{parts}\n{lists}\n{use}")
    assert found == ["", "True True", "0.95 -- numpy.f2py"]
    plain = said(f"{begin}import scipy.special\n{parts}")
    assert plain == ["numpy.f2py numpy.ma numpy.polynomial"], "scipy does it by itself: lean is needed no more"


def test_numpy_is_as_it_was_also_where_scipy_cannot_be_imported():
    code = """
        import sys, numpy
        names, every, listed = sorted(dir(numpy)), sorted(numpy.__all__), numpy.__dir__
        sys.modules["scipy.special"] = None
        from ruralincome.models import lean
        try:
            lean()
        except ImportError as fault:
            print(fault.name, numpy.__dir__ is listed, sorted(dir(numpy)) == names, sorted(numpy.__all__) == every)
    """
    assert said(textwrap.dedent(code)) == ["scipy.special True True True"]


def test_nothing_is_gone_through_for_garbage_once_a_command_has_ended():
    code = "import atexit, gc, sys\natexit.register(lambda: print('kept', gc.get_freeze_count() > 50_000))\n"
    code += "from ruralincome.cli import main\nsys.argv = ['ruralincome', 'assess', '--json']\nmain()"
    assert said(code)[-1] == "kept True"
