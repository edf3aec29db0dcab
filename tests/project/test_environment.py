"""pyproject.toml, environment.yml and the lock agree, and the lock names no address."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
EXTRAS = PROJECT["optional-dependencies"]
NEEDED = [*PROJECT["dependencies"], *EXTRAS["notebooks"], *EXTRAS["excel"], *EXTRAS["documents"]]
LOCKS = {
    name: (ROOT / f"requirements{name}.lock").read_text() for name in ("", "-uv", "-dev", "-bench", "-docs", "-sktime")
}


def pins(lock):
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock, re.M)
    return {(name.lower().replace("_", "-"), version) for name, version in found}


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
    assert stated == ranges(NEEDED)


def test_all_is_every_extra():
    named = Requirement(EXTRAS["all"][0])
    assert (len(EXTRAS["all"]), named.name, named.extras) == (1, "ruralincome", EXTRAS.keys() - {"all"})


@pytest.mark.parametrize(
    ("lock", "lines"),
    [
        ("", NEEDED + EXTRAS["cluster"] + GROUPS["build"]),
        ("-uv", ["uv"]),
        ("-dev", GROUPS["dev"]),
        ("-bench", GROUPS["bench"]),
        ("-docs", GROUPS["docs"]),
        ("-sktime", PROJECT["dependencies"] + GROUPS["sktime"] + GROUPS["build"]),
    ],
)
def test_each_lock_holds_what_is_asked_for_within_its_range(lock, lines):
    found = dict(pins(LOCKS[lock]))
    for line in lines:
        requirement = Requirement(line)
        assert requirement.specifier.contains(found[requirement.name.lower()]), line


def test_the_locks_have_hashes_and_no_address():
    for lock in LOCKS.values():
        assert "://" not in lock
        assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=[A-Za-z0-9])", lock.strip()))
    assert len(pins(LOCKS[""])) > 50


def test_what_tests_and_benchmarks_add_lies_within_what_running_needs():
    shared = pins(LOCKS[""])
    names = {name for name, _ in shared}
    for lock in ("-dev", "-bench", "-docs"):
        assert {pin for pin in pins(LOCKS[lock]) if pin[0] in names} <= shared


def test_heavy_imports_of_the_library_are_declared():
    assert {"pandas", "statsmodels", "seaborn", "papermill", "pydantic", "typer", "babel", "nbconvert"} <= set(
        ranges(NEEDED)
    )
