"""The shipped scenarios: each runs, and its numbers come from figures in data/ or are marked an illustration."""

import hashlib
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from ruralincome.data.package import read_rates, read_resource, read_series
from ruralincome.scenario.answer import answer
from ruralincome.scenario.check import check
from ruralincome.scenario.file import Scenario, read_params, read_scenario

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "params").glob("*.yaml"))
NAMES = [path.stem for path in FILES]


def scenario(name):
    return read_scenario(ROOT / "params" / f"{name}.yaml")


@cache
def answered(name):
    return answer(scenario(name), name, ROOT)


def pace(series, first, last):
    """Compound growth a year in percent."""
    found = read_series(series, ROOT)
    return 100 * ((found.value(last) / found.value(first)) ** (1 / (last - first)) - 1)


def test_there_are_at_least_twelve_and_all_are_valid():
    assert len(FILES) >= 12
    assert check(FILES, ROOT) == []


def test_the_schema_accepts_them_in_any_editor():
    tool = Path(sys.executable).parent / "check-jsonschema"
    command = [str(tool), "--schemafile", str(ROOT / "params" / "schema.json"), *map(str, FILES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_each_says_what_it_is_in_both_languages(name):
    stated = read_params(ROOT / "params" / f"{name}.yaml")
    for key in ("title", "reasoning"):
        words = stated[key]
        assert set(words) == {"vi", "en"}
        assert words["vi"] != words["en"]
    assert re.search(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", stated["title"]["vi"])
    assert stated["reasoning"]["en"].endswith(".")
    assert stated["reasoning"]["vi"].endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_each_gives_an_answer(name):
    found = answered(name)
    assert 0 < found.assessment.probability < 1
    later = name.startswith(("national_rural_2025", "national_rural_2030")) and not name.endswith("_2020")
    assert found.evidence.as_of == (2024 if later else 2020)
    assert found.evidence.reference.last_year <= 2020


def test_titles_are_told_apart():
    for language in ("vi", "en"):
        titles = [getattr(scenario(name).title, language) for name in NAMES]
        assert len(set(titles)) == len(titles)


def test_defaults_are_the_articles_case_and_the_baseline_adds_only_what_was_known():
    stated = read_params(ROOT / "params" / "baseline.yaml")
    assert set(stated) == {"title", "reasoning", "as_of"}
    assert scenario("baseline").target == Scenario().target


# The figures behind the numbers. Each is computed here from data/, so that file and figure cannot drift apart.


@pytest.mark.parametrize("name", ["covid_dip", "covid_fast_2025", "covid_delayed_2025", "covid_never_2025"])
def test_the_covid_dip_is_the_national_one(name):
    usual, hit = pace("vietnam_rural_income", 2012, 2018), pace("vietnam_rural_income", 2019, 2020)
    assert (round(usual, 1), round(hit, 1), round(hit - usual, 1)) == (11.2, 2.4, -8.8)
    (step,) = scenario(name).adjustments
    assert step.points == round(hit - usual, 1)
    words = scenario(name).reasoning
    assert "8,8 điểm" in words.vi
    assert "8.8 points" in words.en


def test_paces_are_those_of_the_series_named():
    national, trend = scenario("national_pace"), scenario("trend_continues")
    assert (national.adjustments[0].series, national.adjustments[0].between) == ("vietnam_rural_income", [2016, 2020])
    assert f"{pace('vietnam_rural_income', 2016, 2020):.1f}%" in national.reasoning.en
    assert f"{pace('binh_thuan_rural_income', 2016, 2020):.1f}%" in trend.reasoning.en


def test_the_targets_are_the_articles_and_one_and_a_half_times_2020():
    targets = {row.cells["id"]: row.cells for row in read_resource("targets", ROOT).table.records()}
    article = targets["binh_thuan_rural_income"]
    assert (Scenario().target.value, Scenario().target.year) == (float(article["value"]), int(article["deadline"]))
    province, national = read_series("binh_thuan_rural_income", ROOT), read_series("vietnam_rural_income", ROOT)
    assert scenario("target_2025").target.value == pytest.approx(1.5 * province.value(2020))
    assert scenario("national_rural_2020").target.value == pytest.approx(1.5 * national.value(2020))
    for end, times in (("low", 2.5), ("high", 3)):
        assert scenario(f"national_rural_2030_{end}").target.value == pytest.approx(times * national.value(2020))


@pytest.mark.parametrize("name", [name for name in NAMES if scenario(name).target.year > 2021])
def test_a_target_that_is_measured_from_2020_says_so(name):
    assert scenario(name).target.base_year == answered(name).assessment.base_year == 2020


def test_the_living_targets_stand_side_by_side_as_of_2020_and_of_the_last_year():
    for then, now in (("2020", "2025"), ("2030_low_2020", "2030_low"), ("2030_high_2020", "2030_high")):
        one, other = (answered(f"national_rural_{name}") for name in (then, now))
        assert (one.evidence.as_of, other.evidence.as_of) == (2020, 2024)
        assert one.assessment.target == other.assessment.target
    assert {v.label for v in answered("national_rural_2020").assessment.verdicts if v.rule != "obr"} == {
        "not_available"
    }


def test_the_best_fifth_is_of_the_span_and_the_years_it_names():
    reference = answered("best_fifth").evidence.reference.members[0]
    assert max(reference.growth) == 5
    words = scenario("best_fifth").reasoning
    assert "five-year" in words.en
    assert "năm năm" in words.vi
    assert f"{reference.first_year}–{reference.last_year}" in words.en
    assert f"{reference.series} provinces" in words.en


def test_the_linear_amount_is_that_of_2016_to_2020():
    series = read_series("binh_thuan_rural_income", ROOT)
    (step,) = scenario("linear_2025").adjustments
    assert step.amount == pytest.approx((series.value(2020) - series.value(2016)) / 4)


def test_the_slow_year_repeats_the_rates_of_2020():
    (step,) = scenario("gdp_stays_low").adjustments
    for driver in step.drivers:
        assert driver.percent == round(100 * read_rates(driver.series, ROOT)[2020], 1)


def test_the_required_growth_in_words_is_the_one_computed():
    found = answered("what_it_takes").assessment
    assert f"{100 * found.required_growth:.1f}%" in scenario("what_it_takes").reasoning.en


def test_the_sweep_covers_the_loss_of_2020_and_the_target():
    sweep = scenario("shocks_and_targets").sweep
    loss = pace("vietnam_rural_income", 2019, 2020) - pace("vietnam_rural_income", 2012, 2018)
    assert sweep.shock.first < loss < sweep.shock.last
    assert 48.9 in sweep.target.numbers
    assert 0.0 in sweep.shock.numbers


def test_what_has_no_figure_behind_it_is_marked_in_file_and_words():
    resting = {"shock", "disruption", "halt", "accelerate", "percent_of_baseline"}
    marked = set()
    for name in NAMES:
        found = scenario(name)
        for step in found.adjustments:
            assert step.illustration or step.kind not in resting, name
            if step.illustration:
                marked.add(name)
                assert "minh họa" in found.reasoning.vi, name
                assert "illustration" in found.reasoning.en, name
    assert {"drought_2021", "covid_and_drought", "disruption_2025", "halt"} == marked


def test_what_the_scenarios_say_of_each_other():
    chance = {name: answered(name).assessment.probability for name in NAMES}
    assert chance["covid_and_drought"] < chance["covid_dip"] < chance["baseline"] < chance["best_fifth"]
    assert chance["covid_never_2025"] < chance["covid_delayed_2025"] < chance["covid_fast_2025"]
    assert chance["what_it_takes"] == pytest.approx(0.5, abs=1e-3)
    assert chance["real_terms"] == pytest.approx(chance["baseline"], abs=0.01)
    assert chance["real_target"] < chance["baseline"]


def test_nothing_published_after_as_of_changes_an_answer(tmp_path):
    """Every shipped scenario as of 2020 gives the same answer from a data package that ends in 2020."""
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    (tmp_path / "data").mkdir()
    cut = 0
    for entry in package["resources"]:
        lines = (ROOT / "data" / entry["path"]).read_text(encoding="utf-8").splitlines(keepends=True)
        if entry["name"] not in ("targets", "later_targets"):
            kept = [line for line in lines if not line[:4].isdigit() or int(line[:4]) <= 2020]
            cut += len(lines) - len(kept)
            lines = kept
        content = "".join(lines).encode()
        (tmp_path / "data" / entry["path"]).write_bytes(content)
        entry["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    (tmp_path / "data" / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    assert cut > 10
    for name in (name for name in NAMES if (scenario(name).as_of or 2020) <= 2020):
        then, now = answer(scenario(name), name, tmp_path), answered(name)
        assert then.assessment.probability == now.assessment.probability, name
        assert then.estimated == now.estimated


@pytest.mark.parametrize("name", NAMES)
def test_the_parameters_a_report_prints_make_the_same_scenario_again(name):
    from ruralincome.report.answer.sections import params_text

    found = answered(name)
    again = Scenario.model_validate(yaml.safe_load(params_text(found)))
    assert again == scenario(name).model_copy(update={"extends": None})
