"""Places held to the lines of a standard."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ruralincome import Target, assess_panel, read_class
from ruralincome.data.forms.reading import Options
from ruralincome.panel.answers import ask, state
from ruralincome.panel.ready import Order, as_ordered, notes, ready
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]
LINE = "new-rural-income-2020"


def table(**groups):
    rows = [(place, group, year, value) for place, group in groups.items() for year, value in ((2016, 30), (2019, 38))]
    return pd.DataFrame(rows, columns=["place", "group", "year", "value"])


def test_each_place_has_the_line_of_its_group():
    frame = as_ordered(table(A="Tây Nguyên", B="đông nam bộ", C="Biển", D=None), Order(standard=LINE))
    found = assess_panel(frame, read_class("vietnam-provinces", 2020)).set_index("place")
    assert found["target"]["A"] == 41
    assert found["target"]["B"] == 59
    assert found["probability"]["A"] > found["probability"]["B"]
    assert found["refusal"]["C"] == found["refusal"]["D"] == "group_unknown"


@pytest.mark.parametrize(
    ("frame", "year", "code"),
    [
        (table(A="Tây Nguyên"), 2021, "places.standard_days"),
        (table(A="Tây Nguyên"), 2019, "places.standard_year"),
        (table(A="Tây Nguyên").drop(columns="group"), 2020, "places.no_group"),
    ],
)
def test_a_question_that_the_standard_does_not_answer(frame, year, code):
    with pytest.raises(InputError) as raised:
        as_ordered(frame, Order(standard=LINE, by=year))
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("own", "stated", "unit"),
    [
        (None, "usd_per_person_year", "usd_per_person_year"),
        (None, "triệu đồng/người/năm", "million_vnd_per_person_year"),
        (None, "giạ lúa", "giạ lúa"),
        ("", "usd_per_person_year", "usd_per_person_year"),
        ("triệu đồng", "million_vnd_per_person_year", "million_vnd_per_person_year"),
        ("thousand_vnd_per_person_month", "nghìn đồng", "thousand_vnd_per_person_month"),
        ("percent", "", "percent"),
        ("million_vnd_per_person_year", "usd_per_person_year", None),
        ("triệu đồng", "thousand_vnd_per_person_month", None),
        ("%", "million_vnd_per_person_year", None),
    ],
)
def test_the_unit_that_a_user_states_is_that_of_the_figures_unless_the_table_states_another(own, stated, unit):
    frame = table(A=None) if own is None else table(A=None).assign(unit=own)
    if unit:
        assert set(as_ordered(frame, Order(), Options(unit=stated), "a.csv")["unit"]) == {unit}
        return
    with pytest.raises(InputError) as raised:
        as_ordered(frame, Order(), Options(unit=stated), "a.csv")
    assert (raised.value.code, raised.value.facts["found"]) == ("data.other_unit", own)


@pytest.mark.parametrize(
    ("own", "codes"),
    [
        (("triệu đồng/người/năm", "million_vnd_per_person_year"), ["million_vnd_per_person_year"] * 2),
        (("triệu đồng/người/năm", "1.000 đ/người/tháng"), [
            "million_vnd_per_person_year", "thousand_vnd_per_person_month",
        ]),
        (("%", "phần trăm"), ["percent"] * 2),
        (("triệu đồng", "giạ lúa"), ["triệu đồng", "giạ lúa"]),
        (("", "USD/người/năm"), ["", "usd_per_person_year"]),
        (("", ""), ["", ""]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["object", "category"])
def test_units_in_words_are_codes_once_they_are_read(own, codes, kind):
    frame = table(A=None).assign(unit=pd.Series(own, dtype=kind))
    assert as_ordered(frame, Order())["unit"].tolist() == codes
    assert as_ordered(frame.assign(unit=pd.Series([own[0], None])), Order())["unit"].isna().tolist() == [False, True]


def test_two_spellings_of_a_unit_are_one_and_two_units_are_refused():
    frame, money = table(A=None, B=None).drop(columns="group"), "million_vnd_per_person_year"
    units = ["triệu đồng/người/năm", money, money, "thousand_vnd_per_person_month"]
    ordered = as_ordered(frame.assign(unit=units), Order())
    found = assess_panel(ordered, read_class("vietnam-provinces", 2020), target=Target(60, 2024)).set_index("place")
    assert (found["unit"]["A"], found["refusal"].fillna("").tolist()) == (money, ["", "units_mixed"])


def test_a_word_for_a_unit_is_of_one_unit_in_a_table():
    """Else the last of them would be that of all."""
    mixed = table(A=None, B=None)
    units = ["million_vnd_per_person_year"] * (len(mixed) - 1) + ["million_vnd_per_person_month"]
    with pytest.raises(InputError) as raised:
        as_ordered(mixed.assign(unit=units), Order(), Options(unit="triệu đồng"), "a.csv")
    assert (raised.value.code, raised.value.facts["found"]) == ("data.other_unit", units[-1])
    with pytest.raises(InputError):
        as_ordered(table(A=None).assign(unit="kg"), Order(), Options(unit="triệu đồng"), "a.csv")


def test_the_target_is_that_of_the_country_in_the_year_asked():
    assert Order(standard=LINE).target(None) == "45.000000@2020"
    assert Order().target("60@2024") == "60@2024"


def test_what_is_stated_of_borders_and_inflation_is_said_with_its_digits(tmp_path):
    path = tmp_path / "dear.yaml"
    keys = "reference: vietnam-provinces-real\nterms: {prices: nominal, inflation: 3.0}\n"
    path.write_text(keys + "target: {value: 60, year: 2027}\n", encoding="utf-8")
    asked = ask(*state([path], None, lambda _: (), ROOT), latest=2020, own_targets=False)
    frame = table(A=None)
    frames = frame, frame.assign(territory="2019-12-31"), frame.assign(unit="million_vnd_per_person_year")
    plain, stated, measured = (ready(one, Order(), asked) for one in frames)
    codes = [{said.code for said in notes(Order(), one, asked[0])} for one in (plain, stated, measured)]
    assert codes[1] - codes[0] == {"panel.redrawn.territory"}
    assert codes[0] - codes[2] == {"panel.no_unit"}
    (said,) = (said for said in notes(Order(), plain, asked[0]) if said.code == "panel.inflation.terms")
    assert [said.facts[name].digits for name in ("mean", "spread")] == [2, 1]
    assert (said.facts["mean"].value, said.facts["spread"].value) == (pytest.approx(0.03), 0)


def test_nothing_is_said_of_inflation_where_the_class_is_given_none(tmp_path):
    """Nothing of one at current prices, though its file may expect some; nothing where there is no class."""
    path = tmp_path / "plain.yaml"
    path.write_text("reference: vietnam-provinces\ntarget: {value: 60, year: 2027}\n", encoding="utf-8")
    (plain,) = ask(*state([path], None, lambda _: (), ROOT), latest=2020, own_targets=False)
    expects = replace(plain.reference, inflation=(0.03, 0.01))
    of_one = replace(plain, reference=expects, basis=replace(plain.basis, fitted=expects))
    for asked in (plain, of_one, replace(plain, basis=replace(plain.basis, fitted=None))):
        said = notes(Order(), ready(table(A=None), Order(), [asked]), asked)
        assert [one.code for one in said if "inflation" in one.code] == []
