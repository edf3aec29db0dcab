"""The page that `ruralincome panel` writes."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from panels import panel_csv

from ruralincome.cli.panel import run_panel
from ruralincome.report.pages.panelpage import STATIC, page
from ruralincome.report.words.words import LANGUAGES, catalogue

ROOT = Path(__file__).parents[2]


class _Page(HTMLParser):
    """Tags open and closed, addresses, ids, words of pictures."""

    VOID = frozenset({"meta", "input", "br", "rect", "line", "circle", "polyline", "polygon"})

    def __init__(self):
        super().__init__()
        self.open, self.addresses, self.ids, self.pictures = [], [], [], []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.addresses += [found[k] for k in ("src", "href") if k in found]
        self.ids += [found["id"]] if "id" in found else []
        if tag == "svg" and "role" in found:
            self.pictures.append(found.get("aria-label", ""))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_and_asks_nothing_of_the_network(run, language):
    _, folder, _ = run(panel_csv(150, bad=True))
    content = (folder / language / "report.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(content)
    assert page.open == []
    other = next(one for one in LANGUAGES if one != language)
    assert sorted(page.addresses) == ["#main", f"../{other}/report.html"]
    assert len(page.ids) == len(set(page.ids))
    assert len(page.pictures) == 9  # the bars and eight places, each once
    assert all(page.pictures)
    assert f'<html lang="{language}">' in content
    assert "Xã &lt;149&gt;" in content
    assert not re.search(r"Xã <\d", content)
    assert content.count('<th scope="row">Xã') >= STATIC
    data = json.loads(re.search(r'id="places">(.*?)</script>', content, re.S)[1])
    assert len(data["rows"]) == 151
    assert len({len(row) for row in data["rows"]}) == 1


def test_a_panel_too_large_for_a_page_shows_those_nearest_to_the_line(tmp_path):
    path = tmp_path / "xa.csv"
    path.write_text(panel_csv(40), encoding="utf-8")
    run_panel(path, "48.9@2021", output=tmp_path, page=lambda panel, language: page(replace(panel, most=5), language))
    content = (tmp_path / "xa" / "en" / "report.html").read_text(encoding="utf-8")
    assert "the 5 places nearest to the line, of 40" in content
    shown = json.loads(re.search(r'id="places">(.*?)</script>', content, re.S)[1])["rows"]
    probability = pd.read_csv(tmp_path / "xa" / "panel.csv")["probability"]
    assert sorted(abs(row[11] - 0.5) for row in shown) == pytest.approx(sorted(abs(probability - 0.5))[:5], abs=1e-5)


def test_a_panel_in_which_nobody_can_be_answered_still_has_a_page(run):
    status, folder, _ = run("place,year,value\nA,2020,-1\n")
    assert status == 1
    assert catalogue("vi")["panel.answer.none"] in (folder / "vi" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("target", ["30@2021", "48.9@2021", "200@2021"])
def test_why_a_count_is_not_those_over_one_half_is_said_where_they_are_more(run, target):
    _, folder, _ = run(panel_csv(60), target=target)
    counts, chances = pd.read_csv(folder / "counts.csv"), pd.read_csv(folder / "panel.csv")["probability"]
    likely, table = (chances > 0.5).sum(), counts.set_index("count")["probability"]
    asked = f"<dt>Why not {likely}</dt>"
    page = (folder / "en" / "report.html").read_text(encoding="utf-8")
    assert ("<dt>Why not" in page) == (asked in page) == (table[table.index >= likely].sum() < 0.495)


def test_both_languages_say_the_same_codes_with_the_same_facts():
    codes = [{c: s for c, s in catalogue(x).items() if c.startswith("panel.")} for x in LANGUAGES]
    assert codes[0].keys() == codes[1].keys()
    for code, words in codes[0].items():
        assert set(re.findall(r"{\w+}", words)) == set(re.findall(r"{\w+}", codes[1][code])), code


def test_the_page_says_what_the_scenario_does(run, tmp_path):
    """Adjustments in words; the file's name where it states no title; and that less is better."""
    steps = {
        "giảm_nghèo": "{kind: pace, percent: -2.0, last_year: 2022}, {kind: accelerate, factor: 1.5, first_year: 2023}",
        "b": "{kind: disruption, keep: [0.5, 0.25]}", "c": "{kind: linear, amount: -1.25}", "d": "{kind: path}",
    }  # fmt: skip
    for name, step in steps.items():
        asked = f"target: {{value: 30, year: 2024, direction: -1}}\nadjustments: [{step}]\n"
        (tmp_path / f"{name}.yaml").write_text(asked, encoding="utf-8")
    halt = tmp_path / "halt.yaml"
    halt.write_text(
        "title: {vi: Dừng, en: Stop}\nadjustments: [{kind: halt}]\ntarget: {year: 2022}\n", encoding="utf-8"
    )
    _, folder, _ = run(panel_csv(), target=None, scenarios=[*(tmp_path / f"{name}.yaml" for name in steps), halt])
    pages = {x: (folder / x / "report.html").read_text(encoding="utf-8") for x in LANGUAGES}
    for words in (
        "Scenario: giảm_nghèo.",
        "The scenario changes: up to 2022: growth of −2.0% a year; from 2023 to the target year: ",
        ": the forecast pace times 1.50",
        "b (the first 2 years: a lasting disruption keeps 50%, 25% of the forecast pace)",
        "c (every year up to the target: −1.25 more every year)",
        "equal growth a year to the target in the target year",
        "its figure is at most the target",
        "at most 30.0 (2024)",
        "Stop (every year up to the target: no growth)",
    ):
        assert words in pages["en"]
    for words in (
        "càng thấp càng tốt",
        "không quá 30,0 (2024)",
        "từ năm 2023 đến năm mục tiêu: nhịp tăng dự báo nhân với",
    ):
        assert words in pages["vi"]
    assert "Baseline" not in pages["en"]
