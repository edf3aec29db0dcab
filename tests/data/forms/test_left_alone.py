"""Ordinary tables that a rule of reading made for others must leave alone."""

import pytest

from ruralincome.data.forms.read import readings_of, rows_of
from ruralincome.data.forms.reading import Options

MONEY = "million_vnd_per_person_year"
LINE = "triệu đồng/người/năm"


def read(text, **options):
    return readings_of(text.encode(), "f.csv", Options(**options))


def of(text, **options):
    return [(one.place, one.indicator, one.unit, one.shown) for one in read(text, **options)]


@pytest.mark.parametrize("other", ["province", "comment_by", "who"])
def test_a_plain_table_with_a_gap_stands_as_it_is(tmp_path, other):
    (tmp_path / "f.csv").write_text(f"series,year,value,{other}\na,2021,42,VN\na,2022,,VN\nb,2021,46,BT\nb,2022,,BT\n")
    table = rows_of(tmp_path / "f.csv", ("series", "year", "value"))
    assert [row[:3] for row in table.rows] == [("a", "2021", "42"), ("b", "2021", "46")]
    assert [gap.facts["place"] for gap in table.said[0].facts["gaps"]] == ["a", "b"]
    (tmp_path / "f.csv").write_text(f"place,year,value,{other}\nA,2021,42,An\nA,2022,,An\nB,2021,46,Binh\n")
    assert len(rows_of(tmp_path / "f.csv", ("place", "year", "value")).rows) == 2


@pytest.mark.parametrize(
    ("above", "unit"),
    [
        ("Thu nhập bình quân và tốc độ tăng (%)\nĐơn vị tính: nghìn đồng/người/năm", "thousand_vnd_per_person_year"),
        ("Income (% of poverty line)\nUnit: thousand VND per person per month", "thousand_vnd_per_person_month"),
        ("Thu nhập theo quy mô (hộ)\nTriệu đồng/năm", "Triệu đồng/năm"),
        ("Sản lượng lúa (tấn) và thu nhập\ntriệu đồng/ha", "triệu đồng/ha"),
        ("Tỷ lệ hộ nghèo (%)", "percent"),
    ],
)
def test_a_line_of_a_unit_goes_before_brackets_of_a_title(above, unit):
    assert [one.unit for one in read(f"{above}\nXã;2020;2021\nA;41;42\n")] == [unit]


def test_who_has_an_income_is_not_its_unit():
    rows = "Thu nhập bình quân (hộ);40;41\nDân số (người);5;6\nTốc độ tăng thu nhập (%);7;8\n"
    units = [one.unit for one in read(f"Đơn vị tính: {LINE}\nChỉ tiêu;2020;2021\n{rows}")]
    assert units == [MONEY, "người", "percent"]


def test_a_unit_beside_what_stands_above_the_years_is_read():
    rows = "Xã;2019;2020\nA;40;41\n"
    assert of(f"Bảng 1\nĐVT: {LINE};Thu nhập;\n{rows}") == [("A", "Thu nhập", MONEY, ("40", "41"))]
    title = f"Thu nhập bình quân ({LINE})"
    assert of(f"{title};;Biểu 3\n{rows}")[0] == ("A", title, MONEY, ("40",))


def test_columns_under_other_units_are_other_figures():
    for years in ("2018;2019;2020;2021", "2018;2019;2018;2019"):
        assert of(f"Kinh tế xã\nXã;{LINE};;%;\n;{years}\nA;40;41;5;4\n") == [
            ("A", "Kinh tế xã", MONEY, ("40", "41")), ("A", "%", "percent", ("5", "4")),
        ]  # fmt: skip
    assert [one[2] for one in of("Xã;Triệu đồng;;Nghìn đồng;\n;2018;2019;2018;2019\nA;40;41;5;4\n")] == [
        "Triệu đồng", "Nghìn đồng",
    ]  # fmt: skip


def test_a_territory_is_a_place_unless_it_is_a_day():
    long = "Territory,Year,Income\nGuam,2018,40\nGuam,2019,41\nSamoa,2020,42\nSamoa,2021,43\n"
    for table in (long, "Territory,2019,2020\nGuam,40,41\nSamoa,42,43\n"):
        assert [(one.place, one.shown) for one in read(table)] == [("Guam", ("40", "41")), ("Samoa", ("42", "43"))]
    (one,) = read("year,value,territory\n2019,40,2025-07-01\n2020,41,\n")
    assert (one.place, one.shown, one.cells[0].more["territory"]) == ("", ("40", "41"), "2025-07-01")


@pytest.mark.parametrize("unit", ["trđ", "lượt khách", "tạ/ha", "điểm", "xã", "USD/người"])
def test_the_same_words_in_each_row_of_don_vi_are_a_unit(unit):
    (one,) = read(f"Đơn vị tính: nghìn đồng\nNăm;Giá trị;Đơn vị\n2021;46;{unit}\n2022;50;{unit}\n")
    assert (one.place, one.unit) == ("", unit)


def test_a_part_is_there_when_it_is_asked_for():
    table = "Năm;Tổng số;Thành thị;Nông thôn\n2018;30;40;20\n2019;31;41;21\n"
    assert of(table, indicator="Nông thôn") == [("", "Nông thôn", "", ("20", "21"))]
    for total in ("Tổng số hộ", "Total income"):
        assert [one[1] for one in of(f"Năm;{total};Nông thôn\n2018;30;40\n2019;31;41\n")] == [total, "Nông thôn"]


def test_heads_of_places_with_one_unit_are_of_places():
    heads = [f"Xã Hàm Minh ({LINE})", f"Xã Tân Lập ({LINE})"]
    assert [one.place for one in read(f"Năm;{';'.join(heads)}\n2018;40;41\n2019;42;43\n")] == heads
    assert [one.place for one in read("Năm;Growth Hub;Hanoi\n2018;40;41\n2019;42;43\n")] == ["Growth Hub", "Hanoi"]
    assert [one.unit for one in read("Năm;Lúa (tấn);Trâu bò (ha)\n2018;4;5\n2019;6;7\n")] == ["tấn", "ha"]


@pytest.mark.parametrize(
    ("names", "places"),
    [
        (("HTN", "NAM", "NỮ"), ["HTN"]),
        (("HCM", "NAM", "NU", "BTN"), ["HCM", "BTN"]),
        (("NAM", "VNM"), ["NAM", "VNM"]),
        (("Huyện A", "Huyện B", "NAM"), ["Huyện A", "Huyện B"]),
    ],
)
def test_nam_is_a_place_among_codes_and_men_beside_women(names, places):
    rows = "".join(f"{name};4{i};5{i}\n" for i, name in enumerate(names))
    assert [one.place for one in read(f"Xã;2019;2020\n{rows}")] == places


@pytest.mark.parametrize("told", ["GSO 2025-07-01", "01/07/2025", "trước 01/7/2025", "old"])
def test_a_territory_that_is_told_in_words_is_no_place(told):
    assert of(f"year,value,territory\n2020,40,{told}\n2021,41,{told}\n")[0][0] == ""
    assert of(f"District,Year,Income,Territory\nTuy Phong,2020,40,{told}\nTuy Phong,2021,41,x\n")[0][0] == "Tuy Phong"


@pytest.mark.parametrize("between", [",,", "Xã,2020,2021"])
def test_an_empty_line_or_heads_end_a_block_of_plans(between):
    found = of(f"Thu nhập\nXã,2020,2021\nA,40,41\nDự kiến,,\nB,45,46\n{between}\nC,40,41\n")
    assert [(place, shown) for place, _, _, shown in found if any(shown)] == [("A", ("40", "41")), ("C", ("40", "41"))]
