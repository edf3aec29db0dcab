"""The two commands: what they say where the machine lacks something, and that they end in what the README says."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path):
    for name in ("Makefile", "requirements.lock", "requirements-uv.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def python(place, body):
    """A stand-in for python3 that answers -c CODE as told."""
    path = place / "python3"
    path.write_text(f'#!/bin/sh\ncase "$2" in\n{body}\nesac\nexit 0\n')
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("*version_info*) exit 1;;", "needs Python 3.11 or later"),
        ("*ensurepip*) exit 1;;", "apt-get install python3-venv"),
    ],
)
def test_a_python_that_will_not_do_gets_one_sentence_with_the_remedy(place, body, words):
    run = subprocess.run(
        ["make", "run", f"PYTHON={python(place, body)}"], cwd=place, capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    said = [line for line in run.stderr.splitlines() if not line.startswith(("make:", "make["))]
    assert len(said) == 1
    assert words in said[0]
    assert not (place / ".venv").exists()


def test_the_commands_hang_off_one_stamp_and_never_activate():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("run", "lab", "explore", "bench", "lock"):
        assert f"\n{target}: $(STAMP)" in makefile
    for target in ("test", "docs", "mutate"):  # the page of the architecture is written from a test
        assert f"\n{target}: $(DEV)" in makefile
    assert "\n$(DEV): requirements-dev.lock $(STAMP)" in makefile
    assert "\ndocs: $(DEV) $(VENV)/.docs" in makefile
    assert "\n$(VENV)/.docs: requirements-docs.lock $(STAMP)" in makefile
    assert "activate" not in makefile
    assert "--require-hashes" in makefile


def test_each_environment_gets_its_packages_by_one_command_that_uv_takes():
    """An option that stands twice is refused; the environment of the benchmarks has its own, that below it another."""
    for target in ("bench", "dev", "docs"):
        done = ["make", "-n", "-B", f".venv/.{target}"]
        said = subprocess.run(done, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        below, itself, last = [line for line in said.splitlines() if "uv pip install" in line]
        assert below.endswith("requirements.lock")
        assert last.endswith(f"requirements-{target}.lock")
        assert [line.count("--python") for line in (below, itself, last)] == [1, 1, 1]
        assert all("--python .venv/bin/python " in line for line in (below, itself))
        assert f"--python .venv/{'bench/' if target == 'bench' else ''}bin/python " in last


def test_the_environment_of_the_checks_of_sktime_shares_nothing():
    done = ["make", "-n", "-B", ".venv/.sktime"]
    said = subprocess.run(done, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    *_, packages, itself = [line for line in said.splitlines() if "uv pip install" in line]
    assert packages.endswith("requirements-sktime.lock")
    assert all(
        line.count("--python") == 1 and "--python .venv/sktime/bin/python " in line for line in (packages, itself)
    )


def test_ci_runs_what_the_readme_says():
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith("make test")
