"""Scenarios side by side: read from a batch's manifest, grouped by question, ranked; the heat map of a sweep."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ruralincome.batch.results import failed, read_results
from ruralincome.report.answer.sweeping import even_target, first_map
from ruralincome.report.pages import scenarios
from ruralincome.report.pages.scenarios import changes, forecasts, overview, rankings
from ruralincome.report.words.words import LANGUAGES, catalogue, chance, say
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario, read_scenario
from ruralincome.scenario.result import result
from ruralincome.series import InputError

ROOT = Path(__file__).parents[3]
SHOWN = ("baseline", "covid_dip", "best_fifth", "target_2025", "covid_never_2025", "real_terms", "national_rural_2020")


@pytest.fixture(scope="module")
def answers():
    return {name: answer(read_scenario(ROOT / "params" / f"{name}.yaml"), name, ROOT) for name in SHOWN}


@pytest.fixture(scope="module")
def batch(answers, tmp_path_factory):
    """A batch's folder, with a failed report, a page that is no scenario, and one language only for one scenario."""
    output = tmp_path_factory.mktemp("reports")
    jobs = {"methods/vi": {"status": "ok"}, "broken/vi": {"status": "failed"}, "broken/en": {"status": "failed"}}
    for name, found in answers.items():
        for language in ("vi", "en") if name != "best_fifth" else ("vi",):
            folder = output / name / language
            folder.mkdir(parents=True)
            (folder / "result.json").write_text(json.dumps(result(found), ensure_ascii=False), encoding="utf-8")
            jobs[f"{name}/{language}"] = {"status": "ok"}
    (output / "manifest.json").write_text(json.dumps({"version": 1, "jobs": jobs}), encoding="utf-8")
    return output / "manifest.json"


@pytest.fixture(scope="module")
def asked(batch):
    return rankings(read_results(batch, "vi"))


def test_results_are_grouped_by_question_and_ranked(asked):
    names = [[r["name"] for r in q.results] for q in asked]
    assert names[0] == ["best_fifth", "baseline", "covid_dip"]
    assert names[1] == ["target_2025", "covid_never_2025"]
    assert sorted(n for group in names[2:] for n in group) == ["national_rural_2020", "real_terms"]
    assert asked[0].base["name"] == "baseline"
    real = next(q for q in asked if q.basis == "real")
    assert (real.price_year, real.year) == (2020, 2021)


def test_a_language_has_its_own_results_and_failures_are_named(batch):
    assert [r["name"] for r in rankings(read_results(batch, "en"))[0].results] == ["baseline", "covid_dip"]
    assert failed(batch, "vi") == ("broken",)


def test_a_manifest_that_cannot_serve_is_refused(batch, tmp_path):
    with pytest.raises(InputError, match=r"manifest\.json: cannot be read .*; run 'ruralincome run' first"):
        read_results(tmp_path / "manifest.json", "vi")
    (tmp_path / "manifest.json").write_text('{"jobs": {}}', encoding="utf-8")
    with pytest.raises(InputError, match="holds no result of a scenario in 'vi'"):
        read_results(tmp_path / "manifest.json", "vi")


def test_a_relative_manifest_is_looked_for_under_the_root(monkeypatch):
    monkeypatch.chdir(ROOT / "notebooks")
    with pytest.raises(InputError, match=r"none\.json: cannot be read"):
        read_results("reports-that-are-not-there/none.json", "vi")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_block_says_its_numbers(batch, language):
    asked = rankings(read_results(batch, language))
    overview = scenarios.overview(asked, language, ["broken"])
    assert "broken" in overview.text
    low, high = (chance(f([r["probability"] for r in asked[0].results]), language) for f in (min, max))
    heading = overview.text.splitlines()[1]
    assert low in heading
    assert high in heading
    assert heading in overview.html
    changes, forecasts = scenarios.changes(asked, language), scenarios.forecasts(asked, language)
    assert changes.html.count("<table") == 2  # two questions of several scenarios
    assert forecasts.html.count("<table") == len(asked)
    for one in asked[0].results:
        assert one["title"][language] in changes.html
        assert chance(one["probability"], language) in changes.html
        assert f'href="../../{one["name"]}/{language}/report.html"' in forecasts.html
    for block in (overview, changes, forecasts):
        assert "{" not in block.text


def test_differences_are_those_of_the_answers(asked, answers):
    moved = answers["covid_dip"].difference
    (line,) = [line for line in scenarios.changes(asked, "en").text.splitlines() if "COVID-19 dip in 2021" in line]
    assert line.endswith(f"−{abs(100 * moved.probability):.0f}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chance_by_a_class_without_a_record_says_so_in_its_row(asked, language):
    (first, *others) = asked[0].results
    untried = replace(asked[0], results=({**first, "record": [{"class": "own", "tests": []}]}, *others))
    words = say("compare.unproven", language)
    assert scenarios.changes([untried], language).html.count(words) == 1
    assert words not in scenarios.changes(asked, language).html
    assert not scenarios.unproven({**first, "record": None})


def test_what_has_nothing_to_compare_is_left_out(asked):
    alone = [q for q in asked if len(q.results) == 1]
    block = scenarios.changes(alone, "vi")
    assert (block.html, block.text) == ("", "")


def test_a_refused_scenario_has_a_row_without_numbers(asked):
    refused = {**asked[0].results[0], "name": "refused", "path": None, "probability": None, "median": None}
    refused |= {"interval80": None, "refusal": {"reason": "no_class", "facts": {}}, "difference": None}
    one = [type(asked[0])(*_fields(asked[0]), (*asked[0].results, refused))]
    assert "no probability" in scenarios.forecasts(one, "en").text
    assert refused["name"] not in scenarios.changes(one, "en").text
    none = [type(asked[0])(*_fields(asked[0]), (refused,))]
    assert "none of them with a probability" in scenarios.overview(none, "en").text
    assert scenarios.forecasts(none, "en").html.count("<tr>") == 2


def _fields(question):
    return question.series, question.unit, question.basis, question.price_year, question.year


def test_the_notebook_shows_every_block_and_stores_nothing():
    notebook = json.loads((ROOT / "notebooks" / "compare.ipynb").read_text(encoding="utf-8"))
    source = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    for name in ("overview", "changes", "forecasts"):
        assert f"scenarios.{name}(" in source
    assert not any(word in source for word in ("def ", "class ", "lambda"))
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in notebook["cells"])
    assert notebook["cells"][0]["metadata"]["tags"] == ["parameters"]


def test_both_languages_have_the_same_words():
    codes = [{c for c in catalogue(language) if c.startswith(("compare.", "sweep."))} for language in ("vi", "en")]
    assert codes[0] == codes[1]
    assert len(codes[0]) > 20


class TestHeatMap:
    """The picture of a sweep."""

    def ask(self, **sweep):
        return answer(Scenario.stated(sweep=sweep), root=ROOT)

    def draw(self, found, language="vi"):
        return first_map(found, language)

    def test_the_even_line_crosses_no_shock_at_the_median(self):
        sweep = {"shock": {"first": -4, "last": 4, "step": 2}, "target": {"first": 46, "last": 52, "step": 0.1}}
        found = self.ask(**sweep)
        assert even_target(found.cells) == pytest.approx(found.assessment.lead.median(2021), abs=0.02)
        for language in ("vi", "en"):
            html = self.draw(found, language)
            assert html.count("<svg") == 1
            assert "63" in html

    def test_a_range_without_an_even_chance_says_so(self):
        found = self.ask(shock={"first": -4, "last": 4, "step": 2}, target={"first": 80, "last": 90, "step": 1})
        assert even_target(found.cells) is None
        assert "at no target of the range" in self.draw(found, "en")
        shifted = self.ask(shock={"first": -4, "last": -2, "step": 1}, target={"first": 46, "last": 52, "step": 1})
        assert even_target(shifted.cells) is None

    def test_one_row_or_column_is_no_map(self):
        assert self.draw(self.ask(shock={"first": -4, "last": 4, "step": 2})) == ""

    def test_the_probabilities_drawn_are_those_of_the_cells(self):
        found = self.ask(shock={"first": -4, "last": 4, "step": 4}, target={"first": 48, "last": 50, "step": 1})
        assert found.cells.probability.shape == (1, 3, 3)
        assert np.isfinite(found.cells.probability).all()


def test_each_target_of_a_year_is_a_question_of_its_own_and_its_base_is_the_baseline_by_name(batch):
    first, second = read_results(batch, "en")[:2]
    plain = {"scenario": "arab", "name": "arab/en", "baseline": None, "target": first["target"] | {"value": 60.0}}
    found = [first | {"name": "baseline/en"}, second, first | plain, first | plain | {"target": first["target"]}]
    mine, other = rankings(found, by_target=True)
    assert mine.base["name"] == "baseline/en"
    assert [(q.goals, len(q.results)) for q in (mine, other)] == [([first["target"]["value"]], 3), ([60.0], 1)]
    assert [len(q.results) for q in rankings(found)] == [4]
    old = first | {"target": {key: x for key, x in first["target"].items() if key != "direction"}}
    assert len(rankings([first, old], by_target=True)) == 1  # a result of 0.1 states no direction


def test_scenarios_of_other_targets_name_them_and_are_not_called_assumptions(batch):
    first = read_results(batch, "en")[0]
    (asked,) = rankings([first, first | {"name": "more", "target": first["target"] | {"value": 60.0}}])
    page = str(overview([asked], "en").html) + str(changes([asked], "en").html) + str(forecasts([asked], "en").html)
    assert "depending on target and assumptions" in page
    assert page.count("Target: 60.0 million VND.") == page.count("Target: 48.9 million VND.") == 2
    assert "Target:" not in str(changes(rankings([first, first | {"name": "again"}]), "en").html)
