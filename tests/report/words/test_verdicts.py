"""Words of verdicts on a page: numbers as their rules declare, targets met, trends away."""

import pytest

from ruralincome.report.answer.sections import headline, key_numbers, rules_panel
from ruralincome.report.words.verdicts import explanation
from ruralincome.report.words.words import LANGUAGES, catalogue, say
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.target.target import RULES


def test_catalogues_hold_the_same_codes():
    vi, en = catalogue("vi"), catalogue("en")
    own = ("rule.", "label.", "outlook.", "note.", "how.", "explain.")
    assert {c for c in vi if c.startswith(own)} == {c for c in en if c.startswith(own)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_panel_tells_every_pair(language):
    answered = answer(Scenario())
    page = rules_panel(answered, language).html
    pairs = answered.assessment.pairs
    assert say("panel.every", language, count=sum(n for _, n in pairs)) in page
    for found, _ in pairs:
        assert explanation(found, language) in page
    between = next(found for found, _ in pairs if found.facts.get("passing") == "escap_anticipated")
    assert "UN ESCAP" in explanation(between, language)  # two rules that are not Eurostat


def asked(language="en", **target):
    answered = answer(Scenario(target=target, redrawn="old"))
    needs = key_numbers(answered, language).text
    return headline(answered, language).text, needs, rules_panel(answered, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "target",
    [
        {"value": 40, "year": 2025},
        {"value": 32.6, "year": 2025},
        {"value": 30, "year": 2025, "base_year": 2020},
        {"value": 46, "year": 2025, "direction": -1},
    ],
)
def test_a_target_met_already_reads_as_met(language, target):
    first, _, panel = asked(language, **target)
    assert say("rule.none.value", language) not in panel.text
    assert say("label.not_available", language) not in panel.text
    assert panel.text.count("●") == len(RULES)
    assert say("panel.agree.good", language, good=len(RULES)) in panel.html
    assert say("panel.every", language, count=0)[:20] not in panel.html
    assert ("is still" if language == "en" else "vẫn") in first or "direction" in target


def test_rules_with_a_number_give_it_when_the_target_is_met():
    text = asked(value=40, year=2025)[2].text
    assert "EEA distance to path · 27.6 index points above the path (base = 100) · target achieved" in text
    assert "UN ESCAP current status · 16.6 out of 10 · target achieved" in text
    assert "McArthur–Rasmussen, straight line · 374.0% of the starting gap closed · target achieved" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_met_and_a_trend_away_are_reconciled(language):
    text = asked(language, value=46, year=2025, direction=-1)[2].text
    outcome, trend = (say(f"label.{code}", language) for code in ("target_achieved", "movement_away"))
    assert say("label.both", language, outcome=outcome, trend=trend) in text
    assert f"Eurostat · {trend}" not in text


def test_growth_under_a_ceiling():
    first, needs, panel = asked(value=30, year=2025, direction=-1)
    assert "It must fall by at least 7.7% a year from 2020 to 2025. From 2016 to 2020 it grew by 8.3% a year." in first
    assert "36.99 above the target" in first
    assert "The chance that it is at 30.0 million" in first
    assert "Growth at most, 2020–2025: −7.75% a year" in needs
    assert "41.3 index points above the path (base = 100) · off the path" in panel.text
    assert "Defra years to target · never at this pace" in panel.text
    assert "of the fall needed" in panel.text
    assert say("panel.agree.behind", "en", behind=len(RULES)) in panel.html
    first, _, _ = asked("vi", value=46, year=2025, direction=-1)
    assert "mỗi năm chỉ được tăng nhiều nhất 0,5%" in first
    assert "cao hơn mục tiêu 20,99" in first


def test_growth_that_keeps_a_target():
    first, needs, _ = asked(value=40, year=2025)
    assert "will it still be at 40.0" in first
    assert "even a fall of 2.3% a year from 2020 to 2025 would keep it" in first
    assert "Least growth that keeps the target, 2020–2025: −2.28% a year" in needs
    assert "it holds if there is no fall" in asked(value=44.9, year=2025)[0]
