"""`ruralincome run` as somebody uses it: what it says on a pipe, keeps, refuses and calls."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.slow
FOREVER = 1800  # a deadline is no measure: at load 15 a command took more than two minutes
ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path):
    """A root with two params files and a notebook of one's own, which fails where seed is 13."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "params").mkdir()
    for name, seed in (("lucky", 7), ("unlucky", 13)):
        (tmp_path / "params" / f"{name}.yaml").write_text(f"seed: {seed}\n")
    notebook(tmp_path, "assert seed != 13, 'of bad luck'\nprint(name)")
    return tmp_path


def notebook(place, source, parameters="seed = None\nname = None\nlanguage = 'vi'"):
    v4 = nbformat.v4
    first = v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
    made = v4.new_notebook(cells=[first, v4.new_code_cell(source)])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, place / "own.ipynb")


def command(place, *arguments):
    run = [sys.executable, "-c", "from ruralincome.cli import main; main()", "run", "--notebook", "own.ipynb"]
    return subprocess.run(
        [*run, *arguments], cwd=place, capture_output=True, text=True, timeout=FOREVER, env=os.environ
    )


def test_one_s_own_notebook_from_the_plan_to_the_index(place):
    planned = command(place, "--dry-run", "--language", "vi")
    assert (planned.returncode, planned.stdout) == (0, "run   lucky/vi\nrun   unlucky/vi\n")
    assert not (place / "reports").exists()
    told = ["--on-failure", "sh -c 'cat $0 > told.json'"]
    first = command(place, "--language", "vi", "--retries", "1", *told)
    assert first.returncode == 1
    lines = first.stderr.splitlines()
    assert sorted(line[6:] for line in lines[:2])[0].startswith("failed  unlucky/vi  ")
    assert [line[:6] for line in lines[:2]] == ["[1/2] ", "[2/2] "]
    assert lines[2:] == ["error: unlucky/vi: cell 3: AssertionError: of bad luck"]
    assert first.stdout == f"1 done, 0 unchanged, 1 failed: {place}/reports/index.html\n"
    assert "\x1b" not in first.stdout + first.stderr
    manifest = json.loads((place / "reports" / "manifest.json").read_text())
    assert json.loads((place / "told.json").read_text()) == manifest
    assert (manifest["jobs"]["unlucky/vi"]["attempts"], manifest["jobs"]["unlucky/vi"]["fault"]["code"]) == (
        2,
        "batch.cell",
    )
    assert "lucky" in (place / "reports" / "lucky" / "vi" / "report.html").read_text()
    assert "of bad luck" in (place / "reports" / "index.html").read_text()
    assert len((place / "reports" / "unlucky" / "vi" / "log.txt").read_text().splitlines()) == 2
    again = command(place, "--language", "vi", "--on-failure", "no-such-command")
    assert again.returncode == 1
    assert again.stdout.startswith("0 done, 1 unchanged, 1 failed")
    assert "error: --on-failure no-such-command: cannot be run (" in again.stderr
    notebook(place, "print(name)")
    whole = command(place, "--language", "vi", "--on-failure", "sh -c 'touch called'")
    assert (whole.returncode, whole.stdout.split(":")[0]) == (0, "2 done, 0 unchanged, 0 failed")
    assert not (place / "called").exists()
    forced = command(place, "--language", "vi", "--force", "--dry-run")
    assert forced.stdout == "run   lucky/vi\nrun   unlucky/vi\n"


def test_what_is_refused_before_anything_runs(place):
    from ruralincome.data.files import hold

    notebook(place, "1", parameters="sead = None\nname = None")
    wrong = command(place)
    assert wrong.returncode == 2
    assert wrong.stderr == "error: lucky: own.ipynb has no parameter 'seed': did you mean 'sead'?\n"
    notebook(place, "1")
    cluster = command(place, "--cluster", "tcp://127.0.0.1:9")
    assert (cluster.returncode, cluster.stderr.count("\n")) == (2, 1)
    assert cluster.stderr.startswith("error: --cluster tcp://127.0.0.1:9: no scheduler answers there (")
    assert not (place / "reports").exists()
    with hold(place / "reports"):
        second = command(place)
    assert second.returncode == 2
    assert second.stderr.endswith("reports: another run is writing here; wait for it or choose another folder\n")


def test_a_night_that_was_refused_is_noted_told_and_costs_no_report(place):
    told = ["--language", "vi", "--on-failure", "sh -c 'echo $0 >> told'"]
    assert command(place, *told, "params/lucky.yaml").returncode == 0
    assert not (place / "told").exists()
    reports = place / "reports"
    before = {path: path.read_bytes() for path in reports.rglob("*/*") if path.is_file()}
    entry = json.loads((reports / "manifest.json").read_text())["jobs"]
    (place / "params" / "lucky.yaml").write_text("sead: 7\n")
    refused = command(place, *told)
    assert (refused.returncode, (place / "told").read_text()) == (2, f"{reports}/manifest.json\n")
    manifest = json.loads((reports / "manifest.json").read_text())
    assert [run["status"] for run in manifest["runs"]] == ["ok", "refused"]
    assert f"error: {manifest['runs'][-1]['message']}" == refused.stderr.splitlines()[0]
    assert manifest["jobs"] == entry
    assert {path: path.read_bytes() for path in before} == before
    assert "was refused, and every report is as it was: " in (reports / "index.html").read_text()
    assert command(place, *told, "--dry-run").returncode == 2
    assert len((place / "told").read_text().splitlines()) == 1
    elsewhere = command(place, *told, "--output", "elsewhere")  # no folder is made for it
    assert (elsewhere.returncode, (place / "elsewhere").exists()) == (2, False)
    assert (place / "told").read_text().splitlines()[1] == str(place / "elsewhere" / "manifest.json")


def test_a_time_without_end_is_refused(place):
    wrong = command(place, "--timeout", "inf")
    assert wrong.returncode == 2
    assert wrong.stderr == "error: --timeout inf: state a number of seconds, such as 600 or 2.5\n"
    assert not (place / "reports").exists()


def test_interrupted_it_says_how_many_are_left_and_tells(place):
    notebook(place, "import os, time\nif seed == 13: open('begun', 'w').close(); time.sleep(300)")
    run = [sys.executable, "-c", "from ruralincome.cli import main; main()", "run", "--notebook", "own.ipynb"]
    told = ["--language", "vi", "--jobs", "2", "--on-failure", "touch told"]
    going = subprocess.Popen([*run, *told], cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + FOREVER
    while not ((place / "begun").exists() and (place / "reports" / "lucky" / "vi" / "report.html").exists()):
        assert time.monotonic() < end
        time.sleep(0.05)
    time.sleep(0.5)
    going.send_signal(signal.SIGTERM)
    out, error = going.communicate(timeout=FOREVER)
    assert going.returncode == 130
    assert out.startswith("interrupted: 1 done, 0 unchanged, 0 failed, 1 left: ")
    assert "Traceback" not in error
    assert (place / "told").exists()
