"""What is imported once, for workers and kernels to be forks of."""

import difflib
import os
import subprocess
import sys
import textwrap
from pathlib import Path


def test_the_stack_has_one_thread_and_leaves_no_trace_of_what_it_left_out():
    code = """
        import os, sys
        import ruralincome.batch.stack
        assert len(os.listdir("/proc/self/task")) == 1, os.listdir("/proc/self/task")
        assert {"ipykernel.ipkernel", "papermill"} <= sys.modules.keys()
        from ruralincome.batch.kernels import SLOW
        assert not set(SLOW) & sys.modules.keys()  # which most reports do without
        import importlib
        for name in SLOW:  # as a nursery does when a notebook has
            importlib.import_module(name)
        assert len(os.listdir("/proc/self/task")) == 1, os.listdir("/proc/self/task")
        assert {"ruralincome.report.answer.sections", "ruralincome.report.pages.html"} <= sys.modules.keys()
        assert not {"debugpy", "rfc3987_syntax", "matplotlib_inline.backend_inline", "numpy.f2py"} & sys.modules.keys()
        import debugpy, jsonschema, nbformat.v4, rfc3987_syntax
        nbformat.validate(nbformat.v4.new_notebook())
    """
    environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")}
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], check=True, env=environment, cwd=Path(__file__).parents[2]
    )


def test_a_stack_that_started_a_thread_is_not_forked_from(start):
    code = """
        import threading, time
        threading.Thread(target=time.sleep, args=[600], daemon=True).start()
        try:
            import ruralincome.batch.stack
        except ImportError as error:
            assert "an import started a thread" in str(error)
        else:
            raise SystemExit("it was imported")
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, cwd=Path(__file__).parents[2])


def test_scipy_keeps_its_docstrings_and_lacks_only_the_note_that_takes_a_third_of_its_time():
    told = "import scipy.stats\nprint(scipy.stats.linregress.__doc__)"
    plain, lean = (
        subprocess.run(
            [sys.executable, "-c", f"{before}\n{told}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for before in ("", "import ruralincome.batch.stack")
    )
    lost = [line.strip() for line in difflib.ndiff(lean, plain) if line[0] in "-+"]
    assert lost[0] == "+ **Array API Standard Support**"
    assert all(line.startswith("+") for line in lost)
    assert len(lean) > 100
