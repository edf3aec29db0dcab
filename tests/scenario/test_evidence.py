"""Evidence: what a scenario rests on, and what its pages name."""

import json
import math
import shutil
from pathlib import Path

import pytest
from steps import faults

from ruralincome.reference.vintages import read_class
from ruralincome.report.words.phrases import class_record
from ruralincome.scenario.answer import answer
from ruralincome.scenario.evidence import at_home, gather, others, usual
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.keys import Terms
from ruralincome.scenario.result import result
from ruralincome.series import InputError, Series
from ruralincome.target.likelihood import whole_percent

ROOT = Path(__file__).parents[2]


def test_every_table_read_is_named_with_its_source_and_its_hash():
    found = gather(Scenario.stated(extends="gdp_stays_low", terms={"prices": "real"}), ROOT)
    names = {"binh_thuan_rural_income", "vietnam_rural_income", "vietnam_gdp_growth", "vietnam_cpi"}
    assert names <= found.tables.keys()
    for table in found.tables.values():
        assert table.sources
        assert table.descriptor.titles is not None
        assert len(table.sha256) == 64
        assert (ROOT / table.label).is_file()
    assert found.deflator == "vietnam_cpi"


def test_the_series_of_another_coverage_is_named_but_no_input():
    found = gather(Scenario(), ROOT)
    assert found.whole.name == "binh_thuan_whole_province"
    assert found.whole.name in found.tables
    assert list(found.inputs) == ["data/binh_thuan_rural_income.csv", "data/vietnam_cpi.csv"]
    early = gather(Scenario.stated(as_of=2016, hindsight=True), ROOT)
    assert early.whole is None or early.whole.origin <= 2016
    step = [{"kind": "pace", "series": "binh_thuan_whole_province", "between": [2016, 2020]}]
    named = gather(Scenario.stated(adjustments=step), ROOT)
    assert "data/binh_thuan_whole_province.csv" in named.inputs
    assert gather(Scenario.stated(extends="national_rural_2020"), ROOT).whole is None


def test_the_class_is_kept_as_its_file_has_it():
    found = gather(Scenario(), ROOT)
    assert (found.fitted.prices, found.reference.prices) == ("real", "nominal")


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"target": {"value": 48.9, "year": 2020}}, "evidence.target_year_known"),
        ({"target": {"value": 48.9, "year": 2100}}, "evidence.target_year_far"),
        ({"terms": {"prices": "nominal", "year": 2018}}, "evidence.year_without_use"),
        ({"terms": {"prices": "real", "year": 1980}}, "evidence.deflator_year"),
        ({"terms": {"prices": "real"}, "reference": "vietnam-provinces"}, "data.at"),
    ],
)
def test_faults_are_codes(stated, code):
    with pytest.raises(InputError) as caught:
        gather(Scenario.stated(**stated), ROOT)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "unit", ["thousand_thb_per_person_month", "usd_per_person_year", "eur_per_person_year", "xof_per_household_year"]
)
def test_a_class_of_one_country_is_refused_for_the_money_of_another(unit):
    series = Series("x", (2016, 2020), (32.6, 44.9), unit=unit)
    for name in ("vietnam-provinces", "vietnam-pool"):
        with pytest.raises(InputError, match=r"its places are of VN, the series is in .*; name an international class"):
            at_home(read_class(name, 2020), series.unit)
    at_home(read_class("international", 2020), series.unit)


@pytest.mark.parametrize("unit", ["million_vnd_per_person_year", "percent"])
def test_money_of_the_class_and_what_is_no_money_are_taken(unit):
    at_home(read_class("vietnam-provinces", 2020), unit)


def test_a_class_of_other_figures_is_refused():
    with pytest.raises(InputError, match="reference: general is a class of other figures than incomes"):
        gather(Scenario.stated(reference="general"), ROOT)
    with pytest.raises(InputError, match="reference: vietnam-pool is a class of incomes, the series is not"):
        gather(Scenario(), ROOT, Series("x", (2016, 2020), (32.6, 44.9), kind="general"))
    (fault,) = faults(Scenario.stated(sweep={"references": ["general", "international"]}), ROOT)
    assert "sweep.references: general is a class of other figures" in str(fault)
    with pytest.raises(InputError, match="class of other figures than incomes"):
        at_home(read_class("general", 2020), "million_vnd_per_person_year", panel=True)
    at_home(read_class("general", 2020), "percent", panel=True)
    own = Series("x", (2016, 2020), (32.6, 44.9), kind="general")
    assert gather(Scenario.stated(reference="general"), ROOT, own).reference.name == "general"


def test_a_class_without_a_record_is_answered_and_says_so(tmp_path):
    plain = read_class("vietnam-provinces", 2020).to_json()
    plain.pop("record", None)
    for part in ("data", "params"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / "mine.json").write_text(json.dumps(plain), encoding="utf-8")
    found = answer(Scenario.stated(reference="mine.json"), root=tmp_path)
    assert [one.trials for one in found.records] == [()]
    assert result(found)["record"] == [{"class": "vietnam-provinces", "tests": [], "inside80": None, "error": None}]
    assert "has no record" in class_record(found.records[0], "en")


def test_the_answer_of_the_first_release_is_had_again_by_the_recipe_of_the_changes(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    name = "vietnam-provinces-real-2020.json"
    stated = json.loads((ROOT / "ruralincome" / "reference" / "classes" / name).read_text(encoding="utf-8"))
    old = {key: value for key, value in stated.items() if key not in ("country", "fading")}
    (tmp_path / name).write_text(json.dumps(old), encoding="utf-8")
    asked = Scenario.stated(reference=name, terms={"prices": "nominal", "inflation": 3.15, "sd": 0.4})
    assert whole_percent(answer(asked, root=tmp_path).assessment.probability) == 51


def test_the_inflation_ahead_is_that_of_the_folder_that_is_asked(tmp_path):
    real = read_class("vietnam-provinces-real", 2020)
    assert usual(real, "nominal", 2020, ROOT) == usual(real, "nominal", 2020) is not None
    assert usual(real, "nominal", 2020, tmp_path) is None  # it knows none: the class's own holds
    assert usual(real, "real", 2020, ROOT) is None
    assert usual(read_class("vietnam-provinces", 2020), "nominal", 2020, ROOT) is None


def test_the_inflation_of_a_class_is_that_of_the_terms_else_that_of_their_deflator(tmp_path):
    """3.22 % was the inflation of 2020; a stated one needs no deflator, and its spread is as stated."""
    real = read_class("vietnam-provinces-real", 2020)
    known = usual(real, "nominal", 2020, ROOT, Terms(prices="nominal"))
    assert (known.mean, known.sd) == (pytest.approx(math.log(1.0322093436652514), abs=1e-12), 0.015)
    assert usual(real, "nominal", 2020, ROOT, Terms(prices="nominal", sd=0.4)).sd == pytest.approx(0.004)
    told = usual(real, "nominal", 2020, tmp_path, Terms(prices="nominal", inflation=4.0, sd=0.5))
    assert (told.mean, told.sd) == (pytest.approx(math.log(1.04)), pytest.approx(0.005))


def test_a_year_is_asked_of_up_to_a_redrawing_that_nothing_was_said_of():
    """The province was redrawn on 1 July 2025: at the end of 2024 it is itself, at that of 2026 another one."""
    found = gather(Scenario(), ROOT)
    assert [found.askable(year) for year in (2021, 2024, 2026)] == [True, True, False]
    told = gather(Scenario.stated(target={"value": 75.0, "year": 2026}, redrawn="old"), ROOT)
    assert [told.askable(year) for year in (2024, 2026, 2028)] == [True, True, True]


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({}, {"vietnam-provinces": "", "vietnam-provinces-real": "", "international-gdp": "measure"}),
        (
            {"terms": {"prices": "real"}},
            {"vietnam-provinces": "prices", "vietnam-provinces-real": "", "international-gdp": "measure"},
        ),
    ],
)
def test_why_a_class_could_not_have_been_chosen(keys, why):
    found = {one.name: said for one, said in others("vietnam-pool", gather(Scenario.stated(**keys), ROOT), ROOT)}
    assert found.items() >= {**why, "general": "kind"}.items()
    assert "vietnam-pool" not in found
