"""Numbers that are written by hand are those of the files they come from; the version is one wherever it is named."""

import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
RESULTS = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
ORIGINS = json.loads((ROOT / "benchmarks" / "origins.json").read_text(encoding="utf-8"))
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
SHIPS = re.compile(r"ruralincome-([0-9][^-]*)-py3")


def text(*names):
    return ROOT.joinpath(*names).read_text(encoding="utf-8")


def test_the_version_is_one_wherever_it_is_named():
    named = {
        "package": version("ruralincome"),
        "citation": yaml.safe_load(text("CITATION.cff"))["version"],
        "recipe": yaml.safe_load(text("packaging", "recipe.yaml"))["context"]["version"],
    }
    for name in ("action.yml", "docs/en/scheduling.md", "docs/vi/scheduling.md"):
        (named[name],) = SHIPS.findall(text(name))
    assert named == dict.fromkeys(named, VERSION)


def test_the_list_of_changes_opens_with_the_version_at_hand_and_dates_those_before():
    heads = re.findall(r"^## (\S+) \((.+)\)$", text("CHANGELOG.md"), re.M)
    base, _, development = VERSION.partition(".dev")
    assert heads[0][0] == base
    assert (heads[0][1] == "unreleased") == bool(development)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for _, day in heads[1:])


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", r"given (\d+)%, (\d+) in a hundred were"),
        ("vi", r"được cho (\d+)%, cứ một trăm thì (\d+) mục tiêu đã đạt"),
    ],
)
def test_what_came_true_of_the_chance_that_the_guide_names_is_the_benchmarks(language, said):
    stated, came = map(int, re.search(said, text("docs", language, "probability.md")).groups())
    (own,) = [one for one in RESULTS["overall"]["bins"] if round(100 * one["stated"]) == stated]
    assert came == round(100 * own["observed"])


@pytest.mark.parametrize("group", ["income", "general"])
def test_the_scores_of_the_walk_with_memory_are_the_benchmarks(group):
    decision = text("docs", "decisions", "0015-a-walk-with-memory.md")
    cells = re.search(rf"^\| {group}, with memory \| (.+) \|$", decision, re.M)[1].split(" | ")
    ours = [row for row in RESULTS["tables"]["ruralincome"] if row["group"] == group.upper()]
    assert cells == [f"{one['crps']:.2f}, {one['c80']:.0f}, {one['calibration_error_%']:.1f}" for one in ours]
    best = [f"{row['crps']:.2f}" for row in RESULTS["tables"]["LightGBM"] if row["group"] == group.upper()]
    assert f"{group if group == 'general' else 'incomes'} {' '.join(best)}" in " ".join(decision.split())


def test_the_rules_for_the_headline_are_scored_as_the_origins_say():
    shown = text("docs", "decisions", "0055-the-headline-is-a-pool.md").split("<!-- origins -->")[1].split("<!-- /")[0]
    rows = {row.split(" | ")[0].removeprefix("| "): row.split(" | ")[1:] for row in shown.strip().splitlines()[2:]}
    assert set(rows) == {one["rule"] for one in ORIGINS}
    for one in ORIGINS:
        chance, each, mean, held, *_ = rows[one["rule"]]
        assert abs(float(chance) - 100 * one["probability"]) <= 0.501
        assert each == " / ".join(f"{test['crps']:.2f}" for test in one["tests"])
        assert float(mean) == one["crps"]
        assert held == " / ".join(str(test["inside80"]) for test in one["tests"])
