"""Answers to one question about a table: places one by one and together."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ruralincome.panel.answers import answer_panel, ask, latest_year, state
from ruralincome.panel.files import read_panel
from ruralincome.panel.joint import reaching
from ruralincome.panel.places import QUANTILES
from ruralincome.panel.ready import Order, as_ordered
from ruralincome.panel.rows import REASONS
from ruralincome.reference.vintages import read_class
from ruralincome.report.words.words import catalogue
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import read_scenario
from ruralincome.series import InputError, Text

ROOT = Path(__file__).parents[2]


def table(places=12, **columns):
    rows = [(f"Xã {i}", year, 30 + i / 4 + (year - 2016) * 3.1) for i in range(places) for year in (2016, 2018, 2020)]
    return pd.DataFrame(rows, columns=["place", "year", "value"]).assign(**columns)


def answers(frame, target="60@2024"):
    (asked,) = ask(*state([], target), latest=latest_year(frame), own_targets=False)
    return answer_panel(frame, asked)


def test_the_nearest_are_given_year_by_year_up_to_their_target():
    found = answers(table())
    assert len(found.nearest()) == 8
    for series, at, quantiles in found.nearest():
        assert series.name == found.rows["place"][at]
        assert quantiles.shape == (4, 7)
        assert np.median(quantiles[-1]) == pytest.approx(found.rows["median"][at])
    for i, year in enumerate(range(2021, 2025)):  # as a panel that is asked for that year alone says
        asked = answers(table(), f"60@{year}").rows
        for _, at, quantiles in found.nearest():
            assert quantiles[i].tolist() == sorted(asked.loc[at, [*QUANTILES]])


def test_places_together():
    found = answers(table(population=1000, province="A"))
    assert (found.answered, found.refused, found.reason, found.target) == (12, 0, "", (60.0, 2024))
    assert found.count.expected == pytest.approx(found.rows["probability"].sum(), rel=0.03)
    assert list(found.totals()) == [("province",), ()]
    assert answers(table()).totals() == {}


def test_a_class_without_inflation_counts_by_its_own_correlation_over_the_years_ahead(tmp_path):
    known = read_class("vietnam-provinces", 2020)
    for year in (2021, 2024):
        found = put(tmp_path, "reference: vietnam-provinces\n", target=f"{{value: 45, year: {year}}}")
        alike = known.correlated(np.array(known.rhos), year - 2020, 0.0)
        count = reaching(found.rows, lambda *_, alike=alike: alike[:, None])
        assert found.count.mean == pytest.approx(count.mean)
        assert np.std(count.mean) > 0.5  # shocks in common count for something


def test_where_nobody_is_answered_the_commonest_reason_is_said():
    found = answers(table(), "60@2019")
    assert (found.answered, found.reason, found.count, found.nearest()) == (0, "target_not_ahead", None, [])


def test_a_table_without_a_year_is_an_error():
    with pytest.raises(InputError, match="no row has a year of four digits"):
        latest_year(table(year="năm"))


def test_every_reason_has_its_sentence():
    assert {f"panel.refusal.{reason}" for reason in REASONS if reason} <= catalogue("en").keys()


def test_a_later_year_without_a_value_is_not_the_last(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("place,year,value\nA,2012,30\nA,2014,35.1\nB,2014,30\nB,2025,\n", encoding="utf-8")
    assert latest_year(read_panel(path)) == 2014


def put(tmp_path, keys, frame=None, name="asked", target="{value: 60, year: 2024}", root=ROOT):
    """The answers of a params file for the table."""
    path = tmp_path / "params" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"target: {target}\n{keys}", encoding="utf-8")
    asked = ask(*state([path], None, lambda _: (), root), latest=2020, own_targets=False)
    return answer_panel(table() if frame is None else frame, asked[0])


def test_a_level_out_of_all_proportion_is_refused_as_of_one_place(tmp_path):
    keys = "adjustments: [{kind: path, value: 9.0e+6}]\n"
    found = put(tmp_path, keys, table(unit="million_vnd_per_person_year"))
    assert set(found.rows["refusal"]) == {"level_far"}
    with pytest.raises(InputError, match="more than 1000 times the last observation"):
        answer(read_scenario(tmp_path / "params" / "asked.yaml"), root=ROOT)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (
            "adjustments: [{kind: shock, years: [2021], points: -48},"
            " {kind: dip, year: 2021, points: -47, recovery: never}]\n",
            "95 points",
        ),
        ("adjustments: [{kind: pace, series: nothing}]\n", "no series 'nothing'"),
        ("reference: nowhere\n", "no reference class 'nowhere'"),
    ],
)
def test_what_check_refuses_of_a_scenario_is_refused_of_a_panel(tmp_path, keys, words):
    with pytest.raises(InputError, match=words):
        put(tmp_path, keys)


def test_a_panel_is_called_as_its_file_or_by_the_title_that_it_states(tmp_path):
    assert put(tmp_path, "").asked.title == Text("asked", "asked")
    assert put(tmp_path, "title: {vi: Khô hạn, en: Drought}\n").asked.title == Text("Khô hạn", "Drought")


def test_a_level_in_another_unit_than_the_table_s_is_refused_by_both_names(tmp_path):
    with pytest.raises(InputError) as found:
        put(tmp_path, "adjustments: [{kind: path, value: 55}]\n", table(unit="usd_per_person_year"))
    facts = found.value.facts
    assert (found.value.code, facts["unit"], facts["stated"]) == (
        *("panel.unit", "usd_per_person_year", "million_vnd_per_person_year"),
    )


@pytest.mark.parametrize(
    ("words", "others"),
    [
        ("triệu đồng/người/năm", ("Triệu đồng / người / năm", "million_vnd_per_person_year", "tr.đ/người/năm")),
        ("%", ("%", "percent", "phần trăm")),
        ("tấn/ha", ("tấn/ha", "Tấn / ha")),
    ],
)
def test_a_unit_of_the_data_package_in_words_is_that_of_the_table(tmp_path, words, others):
    described = (ROOT / "data" / "datapackage.json").read_text(encoding="utf-8")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    package = described.replace('"million_vnd_per_person_year"', f'"{words}"').replace(
        '"kind": "income"', '"kind": "general"'
    )
    (tmp_path / "data" / "datapackage.json").write_text(package, encoding="utf-8")
    keys, target = "reference: vietnam-provinces\nseries: binh_thuan_rural_income\n", "{value: 60, year: 2024}"
    for unit in others:
        frame = as_ordered(table(unit=unit), Order())
        assert put(tmp_path, keys, frame, target=target, root=tmp_path).answered == 12, unit
    with pytest.raises(InputError) as found:
        put(tmp_path, keys, as_ordered(table(unit="kg/ha"), Order()), target=target, root=tmp_path)
    assert (found.value.code, found.value.facts["stated"]) == ("panel.unit", words)


def test_terms_state_the_inflation_ahead_and_no_prices_of_a_year(tmp_path):
    stated = "reference: vietnam-provinces-real\nterms: {prices: nominal, inflation: 3.0}\n"
    inflation = put(tmp_path, stated).asked.basis.inflation
    assert (inflation.mean, inflation.sd) == (pytest.approx(np.log(1.03)), 0)
    for terms in ("prices: real", "prices: nominal, year: 2018"):
        with pytest.raises(InputError) as found:
            put(tmp_path, f"terms: {{{terms}}}\n")
        assert found.value.code == "panel.terms"


@pytest.mark.parametrize(("last", "cells"), [(10.0, 1), (49.8, 200), (50.0, 201)])
def test_a_sweep_is_asked_cell_by_cell_and_of_two_hundred_at_most(tmp_path, last, cells):
    path, first = tmp_path / "wide.yaml", 10.0
    grid = f"sweep: {{target: {{first: {first}, last: {last}, step: 0.2}}}}\n"
    path.write_text("target: {value: 60, year: 2024}\n" + grid, encoding="utf-8")
    (stated,) = state([path], None, lambda _: (), ROOT)
    if cells > 200:
        with pytest.raises(InputError) as found:
            ask(stated, latest=2020, own_targets=False)
        assert (found.value.code, found.value.facts["cells"]) == ("panel.cells", cells)
        return
    asked = ask(stated, latest=2020, own_targets=False)
    assert [one.cell for one in asked] == [False] + [True] * cells
    with pytest.raises(InputError) as found:
        ask(stated, latest=2020, own_targets=True)
    assert found.value.code == "panel.targets_twice"


@pytest.mark.parametrize(
    ("grid", "cells"),
    [
        (
            "shock: {first: -5, last: 0, step: 5}, target: {first: 50, last: 55, step: 5}",
            [(-5, 50), (-5, 55), (0, 50), (0, 55)],
        ),
        ("shock: {first: -5, last: 0, step: 5}", [(-5, 60), (0, 60)]),
    ],
)
def test_each_cell_is_asked_of_its_own_target_after_its_own_shock(tmp_path, grid, cells):
    path = tmp_path / "grid.yaml"
    path.write_text(f"target: {{value: 60, year: 2024}}\nsweep: {{{grid}}}\n", encoding="utf-8")
    _, *asked = ask(*state([path], None, lambda _: (), ROOT), latest=2020, own_targets=False)
    assert [(one.shock, one.basis.target.value) for one in asked] == cells
    assert [[move.numbers for move in one.basis.hit] for one in asked] == [
        [(-0.05,)] if shock else [] for shock, _ in cells
    ]


@pytest.mark.parametrize(("year", "far"), [(2070, False), (2071, True)])
def test_a_target_lies_fifty_years_ahead_at_most(year, far):
    (stated,) = state([], f"60@{year}")
    if not far:
        assert len(ask(stated, latest=2020, own_targets=False)) == 1
        return
    with pytest.raises(InputError) as found:
        ask(stated, latest=2020, own_targets=False)
    assert found.value.code == "panel.year_far"
