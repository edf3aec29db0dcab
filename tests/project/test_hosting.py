"""What a host of repositories reads: workflows by their schema, hooks that exist, line ends that do not change."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = [*(ROOT / ".github" / "workflows").glob("*.yml"), ROOT / "docs" / "schedule" / "ci.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_a_workflow_keeps_to_the_published_schema(path):
    command = [Path(sys.executable).with_name("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", path]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_action_keeps_to_the_published_schema():
    command = [Path(sys.executable).with_name("check-jsonschema"), "--builtin-schema", "vendor.github-actions"]
    assert subprocess.run([*command, ROOT / "action.yml"], capture_output=True, check=False).returncode == 0


def test_the_action_installs_what_stands_beside_it_and_publishes_where_asked():
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    _, install, run, keep, publish = action["runs"]["steps"]
    assert action["inputs"]["package"]["default"] == ""
    assert install["env"]["PACKAGE"] == "${{ inputs.package || format('{0}[all]', github.action_path) }}"
    assert (run["id"], publish["id"]) == ("run", "publish")
    assert keep["uses"].startswith("actions/upload-pages-artifact@")
    assert publish["uses"].startswith("actions/deploy-pages@")
    assert (action["inputs"]["publish"]["default"], "inputs.publish == 'true'" in publish["if"]) == ("false", True)
    assert action["outputs"]["page-url"]["value"] == "${{ steps.publish.outputs.page_url }}"


def test_the_hook_for_other_repositories_finds_params_files_and_nothing_else():
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    names = ["params/a.yaml", "office/params/b.yaml", "params/schema.json", "params/x/c.yaml", "myparams/d.yaml"]
    assert [bool(re.search(hook["files"], name)) for name in names] == [True, True, False, False, False]
    assert (hook["entry"], hook["language"]) == ("ruralincome check", "python")


def test_the_recipe_asks_for_what_the_project_asks_for():
    recipe = yaml.safe_load((ROOT / "packaging" / "recipe.yaml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = {*project["dependencies"], *extras["notebooks"], *extras["excel"], *extras["documents"]}
    assert {line.replace(" ", "") for line in recipe["requirements"]["run"][1:]} == asked
    assert recipe["context"]["version"] == project["version"]
    assert [recipe["requirements"][k][0].replace(" ", "") for k in ("host", "run")] == [
        f"python{project['requires-python']}"
    ] * 2
    (command,) = (f"{name} = {at}" for name, at in project["scripts"].items())
    assert recipe["build"]["python"]["entry_points"] == [command]
    assert recipe["about"]["license"] == project["license"]
    assert (ROOT / "packaging" / recipe["source"]["path"] / recipe["about"]["license_file"]).is_file()
    named = set(re.findall(r"\${{ *(\w+) *}}", (ROOT / "packaging" / "recipe.yaml").read_text(encoding="utf-8")))
    assert named <= {*recipe["context"], "PYTHON"}


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
