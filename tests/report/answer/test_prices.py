"""Prices in a report: which ones its numbers are in, and the inflation that was assumed."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ruralincome.report.answer import sections, sweeping
from ruralincome.report.words.phrases import class_record, expected_inflation
from ruralincome.report.words.words import LANGUAGES
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario

ROOT = Path(__file__).parents[3]


def test_real_terms_are_named():
    real = answer(Scenario.stated(extends="real_terms"), "real", ROOT)
    assert "giá năm 2020" in sections.verdict(real, "vi").text
    assert "prices of 2020" in sections.verdict(real, "en").text
    html = sections.verdict(real, "en").html
    assert "restated in constant prices" in html
    assert re.search(r"<span>47\.\d\d million VND \(2020 prices\) by the end of 2021:</span>", html)


@pytest.mark.parametrize(
    ("terms", "prices"),
    [
        (None, {"vi": "giá hiện hành", "en": "current prices"}),
        ({"prices": "real"}, {"vi": "giá năm 2020", "en": "prices of 2020"}),
    ],
)
def test_every_table_and_figure_says_the_prices_of_its_numbers(terms, prices):
    grid = {"shock": {"first": -4, "last": 4, "step": 2}, "target": {"first": 46, "last": 52, "step": 1}}
    steps = [{"kind": "linear", "amount": 3.075}] if terms is None else [{"kind": "pace", "percent": 5.0}]
    found = answer(Scenario.stated(terms=terms, adjustments=steps, sweep=grid), "x", ROOT)
    assert ("real" if terms else "nominal") == found.evidence.series.prices
    blocks = (sections.verdict, sections.key_numbers, sections.rules_panel, sections.models_table,
              sections.against_baseline, sections.sensitivity, sweeping.sweep)  # fmt: skip
    for language in LANGUAGES:
        page = " ".join(block(found, language).html for block in blocks)
        captions = re.findall(r"<caption>(.*?)</caption>", page)
        assert len(captions) >= 9
        assert [c for c in captions if prices[language] not in c] == []
        figures = re.findall(r"<figure.*?</figure>", page, re.S)
        assert [f[:60] for f in figures if prices[language] not in f] == []
        if terms:
            said = sections.verdict(found, language).text
            assert prices[language] in said
            words = re.sub(r"<svg.*?</svg>", "", page, flags=re.S) + said
            amounts = re.findall(r"[\d,.]+ (?:triệu đồng/người/năm|million VND per person per year)(.{0,16})", words)
            marked = (" (giá", " (prices of 2020", ", giá năm 2020", ", prices of 2020", " (current")
            assert [a for a in amounts if not a.startswith(marked)] == []


def test_a_class_in_constant_prices_says_whose_inflation_it_was_given():
    evidence = answer(Scenario(reference="vietnam-provinces-real"), "x", ROOT).evidence
    assert "from the table “Inflation, consumer prices, annual average”" in expected_inflation(evidence, "en")
    bare = replace(evidence, fitted=replace(evidence.fitted, inflation=None))
    assert expected_inflation(bare, "vi") == expected_inflation(evidence, "vi")
    assert expected_inflation(bare, "vi").startswith("Nhóm tham chiếu tính theo giá so sánh")
    own = expected_inflation(replace(evidence, usual=None), "en")
    assert own.startswith("The reference class is in constant prices")
    assert own.endswith("as the class itself states it.")


def test_what_a_terminal_says_holds_the_record_of_the_class_and_its_inflation():
    found = answer(Scenario(), "x", ROOT)
    for block in (sections.verdict, sections.headline):
        lines = block(found, "vi").text.splitlines()
        assert lines[-2:] == [class_record(found.records[0], "vi"), expected_inflation(found.evidence, "vi")]
    assert lines[-1].startswith("Một phần của nhóm tham chiếu")


def test_the_inflation_named_is_the_one_assumed():
    assert "3.2% a year" in sections.models_table(answer(Scenario(), "x", ROOT), "en").html
    stated = Scenario.stated(terms={"prices": "nominal", "inflation": 6.0, "sd": 1.0})
    assert (
        "the inflation that the scenario assumes is added there: 6.0% a year"
        in sections.models_table(answer(stated, "x", ROOT), "en").html
    )
    real = answer(Scenario.stated(terms={"prices": "real"}), "x", ROOT)
    assert "in equal shares, here without inflation" in sections.parameters(real, "en").text
    assert "is added" not in sections.models_table(real, "en").html
