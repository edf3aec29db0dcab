"""An answer that another process worked out says the same to the last word, and only to the scenario it is of."""

import pickle
from copy import copy, deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from ruralincome.report.answer import sections, sweeping
from ruralincome.rules import RULES
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario, read_scenario
from ruralincome.scenario.result import result

ROOT = Path(__file__).parents[2]
SECTIONS = (
    *(sections.verdict, sections.other_targets, sections.against_baseline, sections.key_numbers, sections.rules_panel),
    *(sections.models_table, sections.sensitivity, sections.caveats, sections.parameters, sections.provenance),
    sweeping.sweep,
)


def pages(found):
    return [section(found, language) for language in ("vi", "en") for section in SECTIONS]


@pytest.mark.parametrize(
    "name", ["baseline", "gdp_stays_low", "national_rural_2025", "shocks_and_targets", "real_terms"]
)
def test_an_answer_of_another_process_gives_the_same_pages(name):
    found = answer(read_scenario(ROOT / "params" / f"{name}.yaml"), name, ROOT)
    early = pickle.loads(pickle.dumps(found))
    told = pages(found)
    late = pickle.loads(pickle.dumps(found))  # with all that the pages asked for
    assert {"margins", "tornado"} <= vars(late).keys()
    assert not {"margins", "tornado"} & vars(early).keys()
    assert pages(early) == told
    assert pages(late) == told
    assert result(early) == result(late) == result(found)


def test_a_rule_of_another_process_is_ours():
    for rule in RULES:
        assert pickle.loads(pickle.dumps(rule)) is rule


def test_a_rule_that_is_none_of_ours_stays_itself_or_goes_nowhere():
    mine = replace(RULES[0], line=0.5, code="mine")
    assert (copy(mine).line, copy(mine).code, deepcopy(RULES)) == (0.5, "mine", RULES)
    with pytest.raises(pickle.PicklingError):
        pickle.dumps(mine)


def test_the_repr_of_a_scenario_tells_all_that_it_states():
    """By which an answer is looked for: scenarios that differ in a key have none in common."""
    plain, seen = read_scenario(ROOT / "params" / "baseline.yaml"), set()
    for path in sorted((ROOT / "params").glob("*.yaml")):
        seen.add(repr(read_scenario(path)))
    assert len(seen) == len([*(ROOT / "params").glob("*.yaml")])
    for key in Scenario.model_fields:
        assert repr(plain) != repr(plain.model_copy(update={key: "another"})), key
    dip = {"kind": "dip", "year": 2021, "points": -1.0, "sd": 0.5, "recovery": "never"}
    told = {
        repr(Scenario.stated(adjustments=[{**dip, **other}])) for other in ({}, {"points": -1.0000000001}, {"sd": 0.6})
    }
    assert len(told) == 3
