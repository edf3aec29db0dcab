"""The files for schedulers say what our command understands."""

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SCHEDULE = ROOT / "docs" / "schedule"


def unit(name):
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(SCHEDULE / name)
    return parser


def understood(command):
    """Whether our command takes these options; it plans, and runs nothing."""
    words = shlex.split(command)
    assert words[0].endswith(".venv/bin/ruralincome")
    assert words[1] == "run"
    from typer.testing import CliRunner

    from ruralincome.cli import app

    told = CliRunner().invoke(app, ["run", *words[2:], "--dry-run", "--output", "/nowhere"])
    assert told.exit_code == 0, told.output


def test_cron_runs_a_command_that_is_ours():
    lines = [x for x in (SCHEDULE / "crontab").read_text().splitlines() if not x.startswith("#")]
    assert len(lines) == 1
    assert re.match(r"15 2 \* \* \* cd \"\$HOME/ruralincome\" && ", lines[0])
    understood(lines[0].split("&& ")[1].split(" >> ")[0])
    subprocess.run(["sh", "-n", "-c", lines[0].split(maxsplit=5)[5]], check=True)


def test_systemd_runs_the_same_and_makes_up_for_a_night_missed():
    service, timer = unit("ruralincome.service")["Service"], unit("ruralincome.timer")["Timer"]
    understood(service["ExecStart"].replace("%h", "/home/x"))
    assert (service["Type"], service["KillMode"]) == ("oneshot", "mixed")
    assert timer["Persistent"] == "true"
    if shutil.which("systemd-analyze"):
        subprocess.run(["systemd-analyze", "calendar", timer["OnCalendar"]], check=True, capture_output=True)


def test_the_ci_schedule_is_one():
    found = yaml.safe_load((SCHEDULE / "ci.yml").read_text())
    assert found[True]["schedule"] == [{"cron": "15 2 * * *"}]  # YAML 1.1 reads the key `on` as true
    steps = found["jobs"]["reports"]["steps"]
    assert {"run": "make run"} in steps
    assert "run:" in (ROOT / "Makefile").read_text()


def test_the_ci_schedule_keeps_what_a_failed_night_made():
    steps = yaml.safe_load((SCHEDULE / "ci.yml").read_text())["jobs"]["reports"]["steps"]
    used = {step["uses"]: step for step in steps if "uses" in step}
    assert "actions/cache@v4" not in used  # it saves after a success only
    save, restore = used["actions/cache/save@v4"], used["actions/cache/restore@v4"]
    assert save["if"] == "always()"
    assert save["with"] == {name: restore["with"][name] for name in ("path", "key")}
    assert steps.index(restore) < steps.index({"run": "make run"}) < steps.index(save)
    assert "github.run_attempt" in save["with"]["key"]  # a key is saved once, and a run may be run again


def notice(manifest):
    environment = {k: v for k, v in os.environ.items() if k != "MAILTO"}
    command = ["sh", SCHEDULE / "notify.sh", manifest]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stderr


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        ([{"status": "failed"}], "b/vi: the kernel ended\nc/vi: not run\n"),
        ([{"status": "interrupted"}], "the run was interrupted\nb/vi: the kernel ended\nc/vi: not run\n"),
        ([{"status": "failed"}, {"status": "refused", "message": "x"}], "the run was refused: x\n"),
        ([{"status": "ok"}], "a run was refused, and could not be noted in the manifest; its log says why\n"),
        (None, "a run was refused, and could not be noted in the manifest; its log says why\n"),
    ],
)
def test_the_notice_says_why_not_every_report_was_made(tmp_path, runs, words):
    bad = {"status": "failed", "message": "the kernel ended"}
    jobs = {"a/vi": {"status": "ok"}, "b/vi": bad, "c/vi": {"status": "pending"}}
    if runs:
        (tmp_path / "manifest.json").write_text(json.dumps({"runs": runs, "jobs": jobs}))
    assert notice(tmp_path / "manifest.json") == words


def test_the_notice_names_what_failed(tmp_path):
    jobs = {"a/vi": {"status": "ok"}, "b/vi": {"status": "failed", "message": "the kernel ended"}}
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"jobs": jobs}))
    assert notice(manifest) == "b/vi: the kernel ended\n"


@pytest.mark.parametrize("page", ["en", "vi"])
def test_the_guide_names_files_that_are_there(page):
    text = (ROOT / "docs" / page / "scheduling.md").read_text()
    named = set(re.findall(r"schedule/([\w.]+)", text))
    assert named == {path.name for path in SCHEDULE.iterdir()}
    options = set(re.findall(r"--[a-z][a-z-]+", text)) - {"--user", "--now", "--engine"}
    from typer.testing import CliRunner

    from ruralincome.cli import app

    shown = CliRunner().invoke(app, ["run", "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"}).output
    assert {option for option in options if option not in shown} == set()


@pytest.mark.parametrize("page", ["en", "vi"])
def test_the_line_for_a_folder_that_was_laid_needs_nothing_of_a_clone(page, tmp_path):
    text = (ROOT / "docs" / page / "scheduling.md").read_text()
    (line,) = [x.split(maxsplit=5)[5] for x in text.splitlines() if "$HOME/office" in x and x.startswith("15 2 ")]
    understood(line.split("&& ")[1].split(" >> ")[0])
    command = tmp_path / ".venv" / "bin" / "ruralincome"
    command.parent.mkdir(parents=True)
    (tmp_path / "office").mkdir()
    for status, told in ((0, ""), (1, "said\n")):
        command.write_text(f"#!/bin/sh\necho said\nexit {status}\n")
        command.chmod(0o755)
        (tmp_path / "office" / "run.log").unlink(missing_ok=True)
        bare = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(["/bin/sh", "-c", line], env=bare, capture_output=True, text=True, check=True)
        assert (done.stdout, done.stderr) == (told, "")
