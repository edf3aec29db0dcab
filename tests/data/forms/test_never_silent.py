"""What a file says is never taken for another year, place, unit or indicator in silence."""

import json

import pytest

from ruralincome.data.forms.heads import period, total, unit
from ruralincome.data.forms.read import read_table, readings_of, rows_of
from ruralincome.data.forms.reading import Options
from ruralincome.series import InputError


def read(text, **options):
    return readings_of(text.encode(), "f.csv", Options(**options))


def fault(text, **options):
    with pytest.raises(InputError) as told:
        read(text, **options)
    return told.value.code


def test_an_indicator_without_a_name_hides_no_other():
    table = "Địa phương;Chỉ tiêu;2018;2019\nHuyện A;Thu nhập;38;41\nHuyện A;;35;36\nHuyện B;Thu nhập;30;31\n"
    assert [(one.place, one.values) for one in read(table)] == [
        ("Huyện A", (38, 41)), ("Huyện A", (35, 36)), ("Huyện B", (30, 31)),
    ]  # fmt: skip


def test_figures_that_could_be_years_are_no_heads():
    assert fault("Địa phương;'18;'19\nHuyện A;1950;2010\nHuyện B;2100;2150\n") == "data.no_heads"


def test_a_figure_without_a_year_is_refused_an_empty_row_is_not():
    with pytest.raises(InputError, match="row 3 column 1: '' is not a calendar year"):
        read("Năm;Thu nhập\n2018;38\n;41\n2020;43\n")
    assert read("Năm;Thu nhập\n2018;38\n;\n2020;43\n")[0].years == (2018, 2020)


def test_a_file_of_the_whole_country_is_of_no_place_within_it(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("Địa phương;2018;2020\nCẢ NƯỚC;50,1;55,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="is of CẢ NƯỚC, not of Huyện A"):
        rows_of(path, ("year", "value"), place="Huyện A")
    assert len(rows_of(path, ("year", "value"), place="Cả nước").rows) == 2
    path.write_text("Địa phương;2018;2020\nTổng số;50,1;55,2\n", encoding="utf-8")
    assert len(rows_of(path, ("year", "value"), place="Huyện A").rows) == 2


def test_heads_that_stand_once_more_are_no_place():
    table = "Địa phương;2018;2019\nHuyện A;38;41\nNông thôn\nĐịa phương;2018;2019\nHuyện B;28;29\n"
    assert {one.place for one in read(table)} == {"Huyện A", "Huyện B"}


@pytest.mark.parametrize("name", ["Chung Chải", "Tổng Cọt"])
def test_a_commune_whose_name_begins_as_a_total_is_none(name):
    assert not total(name)


@pytest.mark.parametrize("name", ["Chung", "Tổng số", "Tổng cộng (ha)", "Tổng: ", "Cả nước", "TOTAL"])
def test_a_total_is_one(name):
    assert total(name)


@pytest.mark.parametrize(
    ("words", "about", "code"),
    [
        ("triệu đồng", "Thu nhập đầu người năm 2020 (cập nhật đến tháng 6/2021)", "triệu đồng"),
        ("triệu đồng", "Thu nhập đầu người một tháng", "million_vnd_per_person_month"),
        ("trăm nghìn đồng/người/năm", "", "trăm nghìn đồng/người/năm"),
        ("10.000 đồng/người/năm", "", "10.000 đồng/người/năm"),
        ("1.000 đồng/người/năm", "", "thousand_vnd_per_person_year"),
    ],
)
def test_a_unit_is_of_the_scale_and_the_time_that_its_words_say(words, about, code):
    assert unit(words, about) == code


def test_a_ratio_is_no_year():
    assert period("2020 (%)") is None


def test_a_unit_of_the_file_is_not_renamed():
    table = "Đơn vị tính: nghìn đồng/người/tháng\nNăm;Giá trị\n2018;75\n2020;80\n"
    assert fault(table, unit="triệu đồng/người/năm") == "data.other_unit"
    assert read(table, unit="nghìn đồng/người/tháng")[0].unit == "thousand_vnd_per_person_month"


@pytest.mark.parametrize("text", ["year,value\n2018,32.600\n2020,44.900\n", "place,2018,2020\nHuyện B,38.2,43.5\n"])
def test_a_plain_table_is_not_decided_either(text, tmp_path):
    (tmp_path / "f.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as told:
        rows_of(tmp_path / "f.csv", ("year", "value"), place="Huyện A")
    assert told.value.code == ("data.which_decimal" if "year" in text else "data.other_place")


def test_what_cannot_be_understood_is_refused_by_name(tmp_path):
    assert fault("Năm;Giá trị\n2018;1e400\n2019;4\n") == "data.at"
    (tmp_path / "f.px").write_bytes(b'CHARSET="ANSI";CODEPAGE="a\x00";\nDATA=1;')
    with pytest.raises(InputError):
        read_table(tmp_path / "f.px")


@pytest.mark.parametrize("value", [[1, 2, 3], [1, 2, 3, 4, 5], {"7": 1}, [True, 1, 2, 3]])
def test_a_cube_that_does_not_fit_is_refused(value):
    each = {"category": {"index": ["2018", "2019"]}}
    cube = {"class": "dataset", "id": ["time", "geo"], "size": [2, 2], "dimension": {"time": each, "geo": each}}
    assert fault(json.dumps({**cube, "value": value})) == "data.form"


def test_what_is_not_read_is_told_by_every_command(tmp_path):
    (tmp_path / "f.csv").write_text(
        "Địa phương;2018;2020;So với 2018 (%)\nA;38,2;43,5;45,1\nTổng số;38;43;45\n", encoding="utf-8"
    )
    said = rows_of(tmp_path / "f.csv", ("year", "value")).said
    assert {one.code: [*one.facts.values()] for one in said} == {
        "data.read_totals": [("Tổng số",)], "data.read_unread": [("So với 2018 (%)",)],
    }  # fmt: skip


def test_a_file_without_sheets_says_so():
    assert fault("Năm;Giá trị\n2018;38\n2019;41\n", sheet="Biểu 4") == "data.no_sheets"


def test_a_table_under_heads_of_its_own_has_the_title_above_them():
    table = "Thành thị\nĐịa phương;2018;2019\nHuyện A;38;41\nHuyện B;30;31\n\nNông thôn\n"
    table += "Địa phương;2018;2019\nHuyện A;28;29\nHuyện B;25;26\n"
    assert [(one.place, one.indicator, one.values[0]) for one in read(table)] == [
        ("Huyện A", "Thành thị", 38), ("Huyện B", "Thành thị", 30),
        ("Huyện A", "Nông thôn", 28), ("Huyện B", "Nông thôn", 25),
    ]  # fmt: skip


def test_regions_beside_places_are_left_out_and_told_of():
    table = "Địa phương;2018;2019\nĐồng bằng sông Hồng;38;41\nHà Nội;48;51\nTây Nguyên;30;31\nWorld;9;10\n"
    (one,) = read(table)
    assert one.place == "Hà Nội"
    told = {said.code: said.facts for said in one.understood}["data.read_totals"]
    assert told["names"] == ("Đồng bằng sông Hồng", "Tây Nguyên", "World")
    alone = read("Địa phương;2018;2019\nĐồng bằng sông Hồng;38;41\nTây Nguyên;30;31\n")
    assert [one.place for one in alone] == ["Đồng bằng sông Hồng", "Tây Nguyên"]


@pytest.mark.parametrize(
    ("below", "places"), [("A;1;2;3\nB;4;5;6", ["A", "B"]), ("A;1;2;3\nHuyện B;4;5;6", ["Huyện B"])]
)
def test_a_row_that_numbers_the_columns_is_no_place_and_a_place_is_none(below, places):
    assert [one.place for one in read(f"Địa phương;2018;2019;2020\n{below}\n")] == places


@pytest.mark.parametrize(
    ("title", "head", "real"),
    [
        ("Thu nhập theo giá so sánh 2010", "Địa phương", True),
        ("", "GDP per capita (constant 2015 US$)", True),
        ("GRDP theo giá so sánh 2010", "Thu nhập theo giá hiện hành", False),
        ("Thu nhập", "Địa phương", False),
    ],
)
def test_constant_prices_are_told_of(title, head, real):
    (one,) = read(f"{title}\nChỉ tiêu;2018;2019\n{head};38;41\n")
    assert ("data.read_real" in {said.code for said in one.understood}) == real


def test_two_figures_of_a_file_without_names_are_told_by_the_file():
    with pytest.raises(InputError, match=r"f\.csv has two figures for 2020"):
        read("Năm;Giá trị\n2020;38,1\n2020;39,2\n")
