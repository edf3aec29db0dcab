"""Reports and their index are made without a network: the command runs where there is none."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ALONE = ("unshare", "--map-root-user", "--net")


@pytest.mark.slow
def test_a_report_and_its_index_are_made_without_a_network(tmp_path):
    if not shutil.which("unshare") or subprocess.run([*ALONE, "true"], capture_output=True).returncode:
        pytest.skip("no network can be taken away here: unshare is missing or not allowed")
    run = [sys.executable, "-m", "ruralincome", "run", "params/halt.yaml", "--language", "vi", "--output", tmp_path]
    done = subprocess.run([*ALONE, *run], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "manifest.json").read_text())["jobs"]["halt/vi"]["status"] == "ok"
    for page in (tmp_path / "index.html", tmp_path / "halt" / "vi" / "report.html"):
        assert "<main" in page.read_text(encoding="utf-8")
