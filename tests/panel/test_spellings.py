"""Places that a table names in several ways: one place where the table of places has them under one code."""

import pandas as pd
import pytest

from ruralincome import Target, assess_panel, read_class
from ruralincome.panel.answers import ask, state
from ruralincome.panel.files import read_panel
from ruralincome.panel.histories import histories
from ruralincome.panel.ready import Order, as_ordered, ready
from ruralincome.panel.rows import retold
from ruralincome.places.tables import vietnam

HERE = "Bình Thuận"


def table(*names, years=(2016, 2018, 2020), **columns):
    rows = [(name, HERE, year, 30.0 + year - 2016) for name, year in zip(names, years, strict=False)]
    return pd.DataFrame(rows, columns=["place", "province", "year", "value"]).assign(**columns)


def answered(frame, target="48@2022"):
    found = ready(frame, Order(), ask(*state([], target), latest=2020, own_targets=False)).frame
    return assess_panel(found, read_class("vietnam-provinces", 2020), target=Target(48, 2022))


@pytest.mark.parametrize("people", [{}, {"population": 8000}])
@pytest.mark.parametrize(
    "names",
    [
        ("Xã Đức Hạnh", "xã Đức Hạnh", "Đức Hạnh"),
        ("Đức Hạnh", "X. Đức Hạnh", "XÃ ĐỨC HẠNH"),
        ("Xã Vũ Hoà", "Xã Vũ Hòa", "Vũ Hoà"),
        ("23212", '"23212"', "23212.0"),
        ("Xã Đức Hạnh", "23212", "Đức Hạnh"),
    ],
)
def test_spellings_of_one_place_are_one_history(names, people):
    found = answered(table(*names, **people))
    assert found[["place", "observations"]].to_numpy().tolist() == [[names[0], 3]]
    assert found["refusal"].isna().all()
    if people:
        assert found["population"].tolist() == [8000]  # and not three times as many


def test_a_code_beside_its_province_is_found_and_one_of_another_province_is_not():
    finder = vietnam()
    assert [place.code for place in finder.find("23212, Bình Thuận", "2020-12-31")] == ["23212"]
    assert finder.find("23212, Lâm Đồng", "2020-12-31") == ()


def test_a_province_in_two_spellings_and_a_code_beside_some_rows_are_one_place():
    frame = table("Xã Đức Hạnh", "Đức Hạnh", "Đức Hạnh")
    frame.loc[1, "province"] = f"Tỉnh {HERE}"
    assert answered(frame)["observations"].tolist() == [3]
    assert answered(frame.assign(code=["23212", "", '"23212"']))["observations"].tolist() == [3]


def test_two_figures_of_a_year_under_two_spellings_are_refused_with_the_reason():
    found = answered(table("Xã Đức Hạnh", "Đức Hạnh", "Xã Đức Hạnh", years=(2016, 2016, 2020)))
    assert found[["place", "refusal"]].to_numpy().tolist() == [["Xã Đức Hạnh", "year_twice"]]


@pytest.mark.parametrize(
    "names",
    [
        ("Thị trấn Đức Tài", "Xã Đức Hạnh", "Đức Tín"),
        ("Ward 4", "Ward 5", "4th Ward"),
        ("P 1", "1", "01"),  # nobody's names here: a table's own
        ("Xã Thuận Hòa", "Thị trấn Thuận Hòa", "Phường Thuận Hòa"),
    ],
)
def test_other_names_stay_other_places(names):
    frame = table(*names, *names, years=(2016, 2016, 2016, 2020, 2020, 2020)).assign(province="Elsewhere")
    found = answered(frame)
    assert sorted(found["place"]) == sorted(names)
    assert answered(frame.drop(columns="province"))["place"].nunique() == 3


@pytest.mark.parametrize("names", [("Thôn 1", "Thôn 2"), ("Hộ nghèo", "Hộ khá"), ("Kinh", "Chăm")])
def test_parts_of_a_commune_under_its_code_stay_apart(names):
    frame = table(*names, *names, years=(2016, 2017, 2019, 2020)).assign(code="23212", population=[500, 800] * 2)
    found = answered(frame)
    assert found["place"].tolist() == [*names]
    assert found[["observations", "population"]].to_numpy().tolist() == [[2, 500], [2, 800]]


def test_a_province_and_the_city_whose_name_it_bears_today_stay_apart():
    names = ("Thừa Thiên Huế", "Thừa Thiên Huế", "Thành phố Huế", "Thành phố Huế")
    frame = table(*names, years=(2016, 2018, 2019, 2020)).drop(columns="province")
    assert answered(frame)[["place", "observations"]].to_numpy().tolist() == [[names[0], 2], [names[2], 2]]


def test_names_are_looked_up_only_where_they_may_be_of_one_place():
    """So that a table of one way of spelling costs nothing."""
    assert not retold(table("Xã Đức Hạnh", "Xã Đức Tín", "Thị trấn Đức Tài"))
    assert not retold(table("Xã Phú Hòa", "Thị trấn Phú Hòa", "Xã Phù Hóa"))
    assert not retold(table("Ward 1", "Ward 2", "P"))
    assert retold(table("Xã Đức Hạnh", "Đức Hạnh"))


def test_people_stated_beside_no_figure_count(tmp_path):
    """A census year without an income is a row too; what the latest year known states holds."""
    rows = [("A", 2016, 30, ""), ("A", 2019, "", 9100), ("A", 2020, 38, ""), ("B", 2016, 30, 5), ("B", 2020, 38, "")]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["place,year,value,population", *(",".join(map(str, row)) for row in rows)]), "utf-8")
    frame = read_panel(path)
    assert histories(frame)[0]["population"].tolist() == [9100, 5]
    assert histories(frame, as_of=2018)[0]["population"].isna().tolist() == [True, False]
    found = assess_panel(frame, read_class("vietnam-provinces", 2020), target=Target(48, 2022))
    assert found["observations"].tolist() == [2, 2]


def test_a_group_that_the_standard_does_not_have_is_named_with_those_that_it_has():
    order = Order(standard="new-rural-income-2020")
    frame = as_ordered(table("A", "A", "B", years=(2016, 2019, 2016), group=["Biển", "Biển", None]), order)
    said = ready(frame, order, ask(*state([], "45@2020"), latest=2019, own_targets=True))
    whys = said.why(pd.DataFrame({"province": [HERE, HERE], "place": ["A", "B"]}))
    assert [why.code for why in whys] == ["places.standard_group", "places.standard_ungrouped"]
    assert whys[0].facts["group"] == "Biển"
    assert "Tây Nguyên" in whys[1].facts["groups"]
    assert "write one of" in str(whys[0])
    assert "Tây Nguyên" in str(whys[1])
