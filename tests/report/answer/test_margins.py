"""The section on margins: every rule that has a label, and the likelihood word where the model can be fitted again."""

import re

import pytest
from markupsafe import Markup

from ruralincome.report.answer.sections import flips, latest_flips, rules_panel
from ruralincome.report.words.words import LANGUAGES, say
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.target.likelihood import likelihood


def told(answered, language):
    """What the parts say, a line a row."""
    html = rules_panel(answered, language).html
    at = html.find(say("margin.heading", language))
    return "\n".join(Markup(row).striptags() for row in re.split("<tr>|<p>", html[at:])) if at >= 0 else ""


def test_a_lead_that_is_fitted_one_by_one_has_its_word_too():
    stated = {"series": "vietnam_rural_income", "as_of": 2020, "target": {"value": 3600.0, "year": 2021}}
    a = answer(Scenario(models=["log_trend"], **stated))
    line = next(line for line in told(a, "en").split("\n") if line.startswith(say("margin.likelihood", "en")))
    word = say(f"likelihood.{likelihood(a.assessment.lead.probability(a.assessment.target))}", "en")
    assert word in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_section(language):
    text = told(answer(Scenario()), language)
    assert "{" not in text
    assert ("−0,51: tiến bộ vừa phải" if language == "vi" else "−0.51: moderate progress") in text
    one = answer(Scenario(as_of=2016, reference="vietnam-provinces", hindsight=True))
    assert told(one, language) == ""
    assert latest_flips(one) == flips(one) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scenario_that_changes_the_forecast_is_said_to_leave_the_likelihood_out(language):
    plain = told(answer(Scenario()), language)
    changed = told(answer(Scenario(adjustments=[{"kind": "halt", "illustration": True}])), language)
    note, obr = say("margin.no_word", language), say("rule.obr.name", language)
    assert note not in plain
    assert obr in plain
    assert note in changed
    assert f"\n{obr}" not in changed
