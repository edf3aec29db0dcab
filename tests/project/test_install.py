"""The wheel is enough: built, installed beside nothing of the clone, it lays out a folder and answers in it."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def run(folder, *command, **more):
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "RURALINCOME_LANGUAGE")}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=clean | more)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The wheel and the sdist, built by the project's own build backend."""
    out = tmp_path_factory.mktemp("dist")
    for kind in ("wheel", "sdist"):
        run(ROOT, sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(out))
    return {path.suffix: path for path in out.iterdir()}


@pytest.fixture(scope="module", params=[".whl", pytest.param(".gz", marks=pytest.mark.long)])
def office(request, built, tmp_path_factory):
    """A folder with an environment that has the built package, and what it depends on from ours."""
    folder = tmp_path_factory.mktemp("office")
    venv.create(folder / "env", symlinks=True)
    python = folder / "env" / "bin" / "python"
    site = run(folder, str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    below = sysconfig.get_path("purelib")
    Path(site, "below.pth").write_text(f"import site; site.addsitedir({below!r})\n", encoding="utf-8")
    offline = ("--no-deps", "--no-build-isolation", "--offline", "--quiet", "--no-cache")
    run(folder, str(BIN / "uv"), "pip", "install", "--python", str(python), *offline, str(built[request.param]))
    return folder


@pytest.mark.slow
def test_an_installed_package_lays_out_a_folder_and_answers(office):
    command = str(office / "env" / "bin" / "ruralincome")
    where = run(office, str(office / "env" / "bin" / "python"), "-c", "import ruralincome; print(ruralincome.__file__)")
    assert Path(where.strip()).is_relative_to(office)
    run(office, command, "init", "case")
    case = office / "case"
    assert json.loads(run(case, command, "assess", "--json"))["target"]["value"] == 48.9
    run(case, command, "run", "params/baseline.yaml", "--language", "vi")
    assert "48,9" in (case / "reports" / "baseline" / "vi" / "report.html").read_text(encoding="utf-8")
    (case / "panel.csv").write_text("place,year,value\nXã A,2018,30\nXã A,2020,35\n", encoding="utf-8")
    run(case, command, "panel", "panel.csv", "--target", "40@2021", "--output", "out")
    assert "Xã A" in (case / "out" / "panel" / "panel.csv").read_text(encoding="utf-8")
    assert "ruralincome" in run(office, str(office / "env" / "bin" / "python"), "-m", "ruralincome", "--version")


def test_the_wheel_ships_what_a_folder_is_laid_from(built):
    names = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", built[".whl"]], capture_output=True, text=True, check=True
    ).stdout
    for kind in ("notebooks", "data", "params"):
        for path in (ROOT / kind).iterdir():
            assert f"ruralincome/keep/starter/{kind}/{path.name} " in names, path
    assert "tests/" not in names


@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_the_ten_lines_of_the_readme_work_anywhere(name, tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.S)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ("8,91%" if "vi" in name else "8.91%") in done.stdout, done.stderr
