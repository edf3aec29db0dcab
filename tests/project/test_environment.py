"""pyproject.toml, environment.yml and the lock agree, and the lock names no address."""

import re
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.lock").read_text()


def ranges(lines):
    found = {}
    for line in lines:
        requirement = Requirement(line)
        found[requirement.name.lower()] = str(requirement.specifier)
    return found


def test_environment_has_the_same_direct_dependencies_and_ranges():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert conda[-1] == {"pip": ["-e ."]}
    stated = ranges(line for line in conda if isinstance(line, str) and line != "pip")
    python = stated.pop("python")
    assert set(PROJECT["requires-python"].split(",")) <= set(python.split(","))
    assert stated == ranges(PROJECT["dependencies"])


def test_the_lock_holds_every_direct_dependency_within_its_range():
    pins = dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", LOCK, re.M))
    pins = {name.lower().replace("_", "-"): version for name, version in pins.items()}
    extras = PROJECT["optional-dependencies"]
    for line in PROJECT["dependencies"] + extras["dev"] + extras["cluster"]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(pins[requirement.name.lower()]), line


def test_the_lock_has_hashes_and_no_address():
    assert "://" not in LOCK
    entries = re.split(r"\n(?=[A-Za-z0-9])", LOCK.strip())
    assert len(entries) > 50
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_benchmarks_lock_lies_within_the_first():
    bench = (ROOT / "requirements-bench.lock").read_text()
    assert "://" not in bench
    pin = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.M)
    shared = set(pin.findall(LOCK))
    names = {name for name, _ in shared}
    own = set(pin.findall(bench))
    assert {p for p in own if p[0] in names} <= shared
    assert "statsforecast" in {name for name, _ in own}


def test_heavy_imports_of_the_library_are_declared():
    declared = set(ranges(PROJECT["dependencies"]))
    assert {"pandas", "statsmodels", "seaborn", "papermill", "pydantic", "typer", "babel", "nbconvert"} <= declared
