"""What a host of repositories reads: workflows by their schema, hooks that exist, line ends that do not change."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = [ROOT / ".github" / "workflows" / "ci.yml", ROOT / "docs" / "schedule" / "ci.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.parent.name)
def test_a_workflow_keeps_to_the_published_schema(path):
    command = [Path(sys.executable).with_name("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", path]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_every_hook_runs_a_command_of_the_environment():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    assert {"ruff", "nbstripout", "params", "large"} <= {hook["id"] for hook in hooks}
    for hook in hooks:
        command = hook["entry"].split()[0]
        if command.startswith(".venv/bin/"):
            assert Path(sys.executable).with_name(Path(command).name).exists(), command


def test_a_checkout_changes_no_line_ends(tmp_path):
    shutil.copy(ROOT / ".gitattributes", tmp_path)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    git = ["git", "-c", "core.autocrlf=true", "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "t"], ["clone", "-q", ".", "again"]):
        subprocess.run([*git, *words], cwd=tmp_path, check=True, capture_output=True)
    for path in (ROOT / "data").glob("*.csv"):
        assert (tmp_path / "again" / "data" / path.name).read_bytes() == path.read_bytes()
