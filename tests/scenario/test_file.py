"""Params files: what they hold, how they build on each other, and the schema that editors check them by."""

import json
import re
from pathlib import Path

import pytest
import yaml
from steps import faults

from ruralincome.scenario.file import SCHEMA_LINE, STEPS, Scenario, read_params, read_scenario, resolve, schema
from ruralincome.scenario.keys import CELLS, Grid
from ruralincome.scenario.shapes import SHAPES, Dip, Shock
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]


def test_an_empty_file_is_the_articles_case(params):
    scenario = read_scenario(params("empty", "# nothing\n"))
    assert scenario == Scenario() == Scenario.stated(title=None, adjustments=None)
    assert (scenario.series, scenario.target.value, scenario.target.year) == ("binh_thuan_rural_income", 48.9, 2021)
    assert scenario.reference == "vietnam-pool"


def test_files_build_on_each_other(params):
    params("base", "as_of: 2020\ntitle: {vi: Gốc, en: Base}\ntarget: {value: 67.35, year: 2025}\n")
    shock = "adjustments: [{kind: shock, years: [2021], points: -3}]\n"
    params("dry", f"extends: base\n{shock}")
    params(
        "dip",
        "extends: base\nadjustments: [{kind: dip, year: 2022, points: -8.8, recovery: fast}]\ntarget: {value: 60}\n",
    )
    both = read_scenario(params("both", "extends: [dry, dip]\ntarget: {year: 2024}\n"))
    assert [type(a) for a in both.adjustments] == [Shock, Dip]
    assert (both.target.value, both.target.year, both.as_of) == (60, 2024, 2020)
    assert both.title.en == "Baseline"  # a title says what one file is; it is not handed on


def test_a_cycle_is_named_in_full(params):
    params("a", "extends: b\n")
    params("b", "extends: [c]\n")
    path = params("c", "extends: a\n")
    words = r"params/b\.yaml: extends: 'c' comes back to itself \(c -> a -> b -> c\); take one of them out"
    with pytest.raises(InputError, match=words):
        read_scenario(path)
    with pytest.raises(InputError, match=r"'own' comes back to itself \(own -> own\)"):
        read_scenario(params("own", "extends: own\n"))


@pytest.mark.parametrize("stated", ["3", "[1, 2]", "[]", "{a: b}"])
def test_extends_wants_names(params, stated):
    with pytest.raises(InputError, match="is not the name of a params file; write extends: baseline"):
        read_scenario(params("x", f"extends: {stated}\n"))


@pytest.mark.parametrize("way", ["./own", "../params/own", "a/b", "x" * 300])
def test_extends_wants_a_name_and_not_a_way_to_a_file(params, way):
    with pytest.raises(InputError, match="is not the name of a params file"):
        read_scenario(params("own", f"extends: {way}\n"))


def test_files_named_twice_or_without_end_are_a_sentence(params):
    params("base", "adjustments: [{kind: shock, year: 2021, points: -1}]\n")
    with pytest.raises(InputError, match=r"params/twice\.yaml: extends: 'base' stands twice"):
        read_scenario(params("twice", "extends: [base, base]\n"))
    for i in range(24):  # each of two that extend the same two: 2^24 ways to the first, and adjustments
        below = f"[p{i - 1}, q{i - 1}]" if i else "base"
        params(f"p{i}", f"extends: {below}\n")
        last = params(f"q{i}", f"extends: {below}\n")
    with pytest.raises(InputError, match="add up to more than 1000 adjustments"):
        read_scenario(last)
    for i in range(60):
        last = params(f"c{i}", f"extends: c{i - 1}\n" if i else "{}\n")
    with pytest.raises(InputError, match="more than 40 files extend one another"):
        read_scenario(last)


def test_a_missing_parent_is_named(params):
    with pytest.raises(InputError, match=r"params/x\.yaml: extends: no file nowhere\.yaml beside it"):
        read_scenario(params("x", "extends: nowhere\n"))


def test_parameters_of_a_notebook_extend_files_of_the_root(monkeypatch):
    monkeypatch.chdir(ROOT / "notebooks")
    found = Scenario.stated(extends="covid_dip", seed=7)
    assert [a.kind for a in found.adjustments] == ["dip"]
    assert found.seed == 7
    assert resolve({"seed": 1}, None) == {"seed": 1}


def test_a_file_that_is_not_there_or_not_text(params, tmp_path):
    with pytest.raises(InputError, match="no such file; name a params file"):
        read_scenario(tmp_path / "params" / "none.yaml")
    path = tmp_path / "params" / "latin.yaml"
    path.write_bytes(b"title: \xe9\n")
    with pytest.raises(InputError, match="not readable as YAML"):
        read_params(path)


def test_a_grid_holds_both_ends_and_no_crumbs():
    assert Grid(first=46.0, last=46.3, step=0.1).numbers == (46.0, 46.1, 46.2, 46.3)
    assert Grid(first=-1.0, last=1.0, step=0.75).numbers == (-1.0, -0.25, 0.5)
    assert Grid(first=1.0, last=1.0, step=1.0).size == 1


def test_the_schema_is_the_one_that_editors_check_by():
    assert (ROOT / "params" / "schema.json").read_text(encoding="utf-8") == schema(), (
        "run: python -m ruralincome.scenario.file"
    )
    document = json.loads(schema())
    assert document["additionalProperties"] is False
    assert set(document["properties"]) == set(Scenario.model_fields)
    assert all("description" in p for p in document["properties"].values())


# What only the data can tell: `check` finds it before anything runs.


def test_every_shipped_file_points_editors_to_the_schema():
    for path in (ROOT / "params").glob("*.yaml"):
        assert path.read_text(encoding="utf-8").splitlines()[0] == SCHEMA_LINE, path.name


@pytest.mark.parametrize("name", ["en/scenarios.md", "vi/scenarios.md"])
def test_what_the_documentation_shows_is_valid_and_shows_every_kind(name):
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.S)
    shown = set()
    for block in blocks:
        stated = yaml.safe_load(block)
        parameters = {"target": {"value": 67.35, "year": 2025}, "redrawn": "old", **stated}
        if "extends" in stated:
            parameters = resolve(parameters, ROOT / "params" / "shown.yaml")
        found = Scenario.stated(**{k: v for k, v in parameters.items() if k != "extends"})
        assert faults(found, ROOT) == [], block
        shown |= {a.kind for a in found.adjustments}
    kinds = {m.model_fields["kind"].annotation.__args__[0] for m in SHAPES}
    assert shown == kinds
    assert f"{CELLS:,}" in text.replace("20.000", "20,000")


def test_adjustments_of_files_come_together_up_to_a_thousand(params):
    path = params("x", "{}\n")
    base = params("base", "{}\n")
    known = {base: {"adjustments": [{"kind": "halt"}] * (STEPS - 1)}}
    stated = {"extends": "base", "adjustments": [{"kind": "halt"}]}
    assert len(resolve(stated, path, known=known)["adjustments"]) == STEPS == 1000
    with pytest.raises(InputError, match="more than 1000 adjustments"):
        resolve({**stated, "adjustments": stated["adjustments"] * 2}, path, known=known)
