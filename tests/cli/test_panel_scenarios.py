"""`ruralincome panel` with params files: what they ask, sweeps, units."""

import re
from pathlib import Path

import pandas as pd
import pytest
from panels import panel_csv

from ruralincome.data.package import read_series
from ruralincome.report.words.words import LANGUAGES, catalogue
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]


def test_a_scenario_gives_target_class_and_adjustments(run, params):
    asked = "target: {value: 48.9, year: 2022}\nreference: vietnam-provinces\n"
    _, folder, _ = run(panel_csv(), target=None, scenarios=[params(asked)])
    plain = pd.read_csv(folder / "panel.csv")
    pace = "adjustments: [{kind: pace, percent: 2.0}]\n"
    _, folder, _ = run(panel_csv(), target=None, scenarios=[params(asked + pace)])
    slow = pd.read_csv(folder / "panel.csv")
    assert set(plain["target_year"]) == {2022}
    assert slow["median"].to_numpy() == pytest.approx(slow["last"].to_numpy() * 1.02**2, rel=1e-5)
    assert (slow["probability"] < plain["probability"]).all()


def test_a_quantile_of_the_class_and_the_pace_of_a_series(run, params):
    for step in ("quantile: 0.5", "best: 0.2", "series: binh_thuan_rural_income"):
        asked = f"reference: vietnam-provinces\nadjustments: [{{kind: pace, {step}}}]\n"
        status, folder, _ = run(panel_csv(), scenarios=[params(asked)])
        assert status == 0
    found = pd.read_csv(folder / "panel.csv")
    growth = (44.9 / 32.6) ** 0.25
    assert found["median"].to_numpy() == pytest.approx(found["last"].to_numpy() * growth, rel=1e-5)


def test_the_pace_of_a_series_knows_no_later_year_than_the_question(run, params):
    """Rural incomes of the whole country as they stood in 2018, though the table goes to later years."""
    steps = "adjustments: [{kind: pace, series: vietnam_rural_income}]\n"
    asked = f"as_of: 2018\ntarget: {{value: 48.9, year: 2021}}\n{steps}"
    early = "".join(line for line in panel_csv().splitlines(keepends=True) if ",2020," not in line)
    _, folder, _ = run(early, target=None, scenarios=[params(asked)])
    known = read_series("vietnam_rural_income", ROOT).until(2018)
    found = pd.read_csv(folder / "panel.csv")
    assert found["median"].to_numpy() == pytest.approx(found["last"].to_numpy() * (1 + known.growth) ** 3, rel=1e-5)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("adjustments: [{kind: halt}, {kind: pace, percent: 3}]\n", r"adjustments\[1\] \(pace\)"),
        ("adjustments: [{kind: shock, years: [2021], points: -3, sd: 1}]\n", r"adjustments\[0\] \(shock\)"),
        ("adjustments: [{kind: return, last_year: 2021}]\n", r"adjustments\[0\] \(return\)"),
        (
            "adjustments: [{kind: halt}, {kind: dip, year: 2022, points: -3, recovery: never}]\ntarget: {year: 2023}\n",
            r"adjustments\[1\] \(dip\): .* one year ahead only",
        ),
        ("terms: {prices: real}\n", "terms"),
        ("models: [log_trend]\n", "log_trend"),
        ("reference: nowhere\n", "nowhere"),
        ("targets: 1\n", "unknown key"),
    ],
)
def test_what_a_scenario_cannot_ask_of_a_panel_is_refused_by_name(run, params, tmp_path, content, words):
    with pytest.raises(InputError, match=words):
        run(panel_csv(), scenarios=[params(content)], target=None)
    assert not (tmp_path / "out").exists()


def test_stated_inflation_moves_a_real_class(run, params):
    medians = []
    for rate in (2, 8):
        terms = f"terms: {{prices: nominal, inflation: {rate}.0}}\nreference: vietnam-provinces-real\n"
        _, folder, _ = run(panel_csv(), scenarios=[params(terms)])
        medians.append(pd.read_csv(folder / "panel.csv")["median"])
    assert (medians[1] > medians[0]).all()


def test_nothing_after_as_of_is_known(run, params):
    late = "Lâm Đồng,Huyện 0,Xã <0>,2000,2021,99\n"
    _, folder, _ = run(panel_csv(extra=late), scenarios=[params("as_of: 2020\n")])
    assert pd.read_csv(folder / "panel.csv")["last_year"].max() == 2020


def test_several_scenarios_and_a_sweep_ask_every_place_again(run, tmp_path):
    halt, grid = tmp_path / "halt.yaml", tmp_path / "grid.yaml"
    halt.write_text("adjustments: [{kind: halt}]\n", encoding="utf-8")
    classes = "[vietnam-provinces, vietnam-provinces-real]"
    sweep = "shock: {first: -3, last: 0, step: 3}, target: {first: 48, last: 50, step: 1}, references: " + classes
    grid.write_text(f"sweep: {{{sweep}}}\n", encoding="utf-8")
    status, folder, said = run(panel_csv(bad=True), target=None, scenarios=[grid, halt])
    assert status == 1
    assert "14 questions, 14 with refusals" in said.out
    assert (folder / "scenarios.csv").read_bytes().count(b"\xef\xbb\xbf") == 1
    found = pd.read_csv(folder / "scenarios.csv")
    assert len(found) == 14 * 13
    lead = pd.read_csv(folder / "panel.csv")
    pd.testing.assert_series_equal(found["probability"][:13], lead["probability"])
    cells = found.iloc[13:].groupby(["scenario", "reference", "shock", "target"])["probability"].mean()
    assert len(cells) == 13
    by_target = cells["grid"]["vietnam-provinces"].unstack("target")
    assert (by_target.diff(axis=1).iloc[:, 1:] < 0).all(axis=None)
    assert (by_target.loc[-3.0] < by_target.loc[0.0]).all()
    assert cells["halt"].iloc[0] < cells["grid"].max()
    assert set(found["refusal"].dropna()) == {"decimal_comma"}
    for language in LANGUAGES:
        page = (folder / language / "report.html").read_text(encoding="utf-8")
        assert page.count("<tr>") > 14
        assert catalogue(language)["panel.questions.heading"] in page
    status, folder, _ = run(panel_csv())
    assert not (folder / "scenarios.csv").exists()  # it would be of other figures


def test_a_cell_of_a_sweep_is_the_scenario_that_says_the_same(run, tmp_path):
    grid, alone = tmp_path / "grid.yaml", tmp_path / "alone.yaml"
    grid.write_text("sweep: {shock: {first: -4, last: -4, step: 1}, target: {first: 50, last: 50, step: 1}}\n")
    alone.write_text("target: {value: 50}\nadjustments: [{kind: shock, years: [2021], points: -4}]\n")
    _, folder, _ = run(panel_csv(), target=None, scenarios=[grid, alone])
    found = pd.read_csv(folder / "scenarios.csv")
    cell, single = (found.iloc[at : at + 12][["median", "probability"]].to_numpy() for at in (12, 24))
    assert cell.tolist() == single.tolist()


@pytest.mark.parametrize(
    ("content", "table", "words"),
    [
        ("sweep: {shock: {first: -10, last: 10, step: 0.1}}\n", panel_csv(), "at most 200 cells"),
        (
            "sweep: {target: {first: 48, last: 50, step: 1}}\n",
            panel_csv().replace("value\n", "value,target,target_year\n"),
            "targets of its own",
        ),
    ],
)
def test_a_sweep_that_a_panel_cannot_take_is_refused_by_name(run, params, tmp_path, content, table, words):
    with pytest.raises(InputError, match=words):
        run(table, target=None, scenarios=[params(content)])
    assert not (tmp_path / "out").exists()


def test_two_params_files_of_one_name_are_an_error(run, params):
    path = params("")
    with pytest.raises(InputError, match="'mine' stands twice"):
        run(panel_csv(), target=None, scenarios=[path, path])


def with_unit(unit, places=4):
    lines = panel_csv(places).splitlines()
    return "\n".join([f"{lines[0]},unit", *(f"{line},{unit}" for line in lines[1:])]) + "\n"


@pytest.mark.parametrize(
    "unit", ["million_vnd_per_person_year", "triệu đồng / người / năm", "Million VND per person per year"]
)
def test_a_table_in_the_unit_of_the_scenario_is_answered_and_told_in_each_language(run, params, unit):
    status, folder, _ = run(with_unit(unit), target=None, scenarios=[params("")])
    assert status == 0
    for language, words in zip(LANGUAGES, ("triệu đồng/người/năm", "million VND per person per year"), strict=True):
        page = (folder / language / "report.html").read_text(encoding="utf-8")
        assert catalogue(language)["panel.unit"].format(unit=words) in page


def test_a_table_in_another_unit_than_the_scenario_is_an_error(run, params, tmp_path):
    with pytest.raises(InputError, match="the table is in 'USD' and mine states its numbers in 'million_vnd"):
        run(with_unit("USD"), target=None, scenarios=[params("")])
    assert not (tmp_path / "out").exists()
    levels = params("adjustments: [{kind: linear, amount: 2.0}]\n")
    with pytest.raises(InputError, match="the table is in 'USD'"):
        run(with_unit("USD"), scenarios=[levels])
    assert run(with_unit("USD"), scenarios=[params("adjustments: [{kind: halt}]\n")])[0] == 0  # has no unit


def test_totals_of_a_scenario_that_is_to_fall_count_what_falls(run, params):
    for direction in (1, -1):
        asked = f"target: {{value: 20, year: 2022, direction: {direction}}}\nreference: vietnam-provinces\n"
        _, folder, _ = run(panel_csv(), target=None, scenarios=[params(asked)])
        totals, found = (pd.read_csv(folder / f"{name}.csv") for name in ("totals", "panel"))
        assert ((found["probability"] > 0.5) == (direction > 0)).all()
        assert ((totals["probability"] > 0.5) == (direction > 0)).all()
        assert (totals["reach_median"] == (totals["places"] if direction > 0 else 0)).all()


def test_the_folder_one_stands_in_changes_nothing_and_a_class_left_to_its_own_inflation_says_so(
    run, tmp_path, monkeypatch
):
    baseline = Path(__file__).parents[2] / "params" / "baseline.yaml"
    _, folder, _ = run(panel_csv(), scenarios=[baseline])
    first = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    monkeypatch.chdir(tmp_path)
    run(panel_csv(), scenarios=[baseline])
    assert first == {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    page = (folder / "en" / "report.html").read_text(encoding="utf-8")
    assert re.search(r"rise of consumer prices in 2020: 3\.2[23]% a year", page)
    run(panel_csv())  # no project anywhere
    assert "that its own file expects" in (folder / "en" / "report.html").read_text(encoding="utf-8")
