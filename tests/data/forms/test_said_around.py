"""What stands around figures: remarks by the year, notes of whole years, titles, heads of groups, units of columns."""

import pytest

from ruralincome.data.forms.figures import status_of
from ruralincome.data.forms.heads import is_part
from ruralincome.data.forms.read import readings_of, rows_of
from ruralincome.data.forms.reading import Options
from ruralincome.series import InputError

INCOME = "Thu nhập bình quân đầu người\nĐơn vị tính: triệu đồng/người/năm\n"
HEADS = INCOME + "Địa phương;2021;2022\n"
ROWS = "Xã A;30;31\nXã B;20;25\n"


def read(text, **options):
    return readings_of(text.encode(), "f.csv", Options(**options))


def told(found):
    return {said.code: next(iter(said.facts.values()), None) for said in found[0].understood}


def figures(found):
    return [(one.place, one.indicator, one.unit, one.shown) for one in found]


def test_a_remark_between_years_is_of_the_year_before_it():
    found = read(INCOME + "Địa phương;2021;Ghi chú;2022;Ghi chú\nXã A;30;;31;sơ bộ\nXã B;20;ước;25;kế hoạch\n")
    assert [(one.shown, one.status) for one in found] == [
        (("30", "31"), ("final", "preliminary")), (("20",), ("estimate",)),
    ]  # fmt: skip
    assert [*map(str, told(found)["data.read_plans"])] == ["2022: 25 (kế hoạch)"]


def test_remarks_of_two_columns_are_both_read():
    (one,) = read("place,year,value,note,comment\nA,2018,30,,\nA,2019,31,mới,IMF forecast\nA,2020,33,sơ bộ,xem sau\n")
    assert (one.years, one.status) == ((2018, 2020), ("final", "preliminary"))
    assert one.notes == ("2020: sơ bộ", "2020: xem sau")


@pytest.mark.parametrize(
    ("note", "kept", "status"),
    [
        ("Ghi chú: năm 2022 là số kế hoạch", ("30",), ("final",)),
        ("Ghi chú: Số liệu năm 2021, 2022 là sơ bộ.", ("30", "31"), ("preliminary", "preliminary")),
        ("Note: 2020-2022 preliminary", ("30", "31"), ("preliminary", "preliminary")),
        ("Ghi chú: năm 2022 đạt 103% kế hoạch", ("30", "31"), ("final", "final")),
    ],
)
def test_a_note_below_says_what_a_whole_year_is(note, kept, status):
    for table in (f"{HEADS}{ROWS}{note}\n", f"Địa phương;Năm;Giá trị\nXã A;2021;30\nXã A;2022;31\n{note}\n"):
        assert (read(table)[0].shown, read(table)[0].status) == (kept, status)


@pytest.mark.parametrize(
    "title", ["Dự báo thu nhập bình quân đầu người", "Bảng 2. Kế hoạch thu nhập 2025-2030", "Income projections"]
)
def test_a_table_of_plans_by_its_title_is_refused(title):
    with pytest.raises(InputError, match=f"row 1 column 1: the title '{title}' says that these are plans"):
        read(f"{title}\n{HEADS}{ROWS}")


@pytest.mark.parametrize(
    "title",
    [
        "Kết quả thực hiện kế hoạch", "Mục tiêu quốc gia nông thôn mới", "Chỉ tiêu thu nhập", "Mục tiêu 2025: 60",
        "SỞ KẾ HOẠCH VÀ ĐẦU TƯ", "Thu nhập thực hiện 2021 và dự báo 2025", "Kế hoạch số 12/KH-UBND",
    ],
)  # fmt: skip
def test_a_title_that_only_speaks_of_plans_is_none_of_them(title):
    assert [one.shown for one in read(f"{title}\n{HEADS}{ROWS}")] == [("30", "31"), ("20", "25")]


@pytest.mark.parametrize(("other", "unit"), [("Dân số (nghìn người)", "nghìn người"), ("Tốc độ tăng (%)", "percent")])
def test_a_group_of_columns_has_the_unit_of_its_head(other, unit):
    table = f"{INCOME}Địa phương;Thu nhập;;{other};\n;2018;2019;2018;2019\nXã A;30;31;10;9\n"
    income = ("Xã A", "Thu nhập", "million_vnd_per_person_year", ("30", "31"))
    assert figures(read(table)) == [income, ("Xã A", other, unit, ("10", "9"))]
    lying = f"{INCOME}Năm;Thu nhập;{other}\n2018;30;10\n2019;31;9\n"
    assert figures(read(lying)) == [("", *income[1:]), ("", other, unit, ("10", "9"))]


def test_heads_of_groups_are_no_title():
    found = read("Xã;Thu nhập (triệu đồng/người/năm);;Dân số (người);\n;2018;2019;2018;2019\nA;30;31;10;9\n")
    assert [(one.indicator, one.unit) for one in found] == [
        ("Thu nhập (triệu đồng/người/năm)", "million_vnd_per_person_year"), ("Dân số (người)", "người"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "note", "real"),
    [
        ("Thu nhập", "Ghi chú: Số liệu theo giá so sánh 2010", True),
        ("Thu nhập (giá 2010)", "", True),
        ("Thu nhập theo giá hiện hành", "Ghi chú: GRDP theo giá so sánh", False),
        ("Đánh giá 2010, toàn quốc 2010", "Nguồn: đánh giá năm 2010", False),
    ],
)
def test_constant_prices_are_told_of_wherever_they_are_said(title, note, real):
    assert ("data.read_real" in told(read(f"{title}\n{HEADS}{ROWS}{note}\n"))) == real


def test_a_column_of_offices_is_of_places_and_one_of_units_is_not():
    for table in ("STT;Đơn vị;2021;2022\n1;Xã A;30;31\n2;Xã B;20;25\n", "Đơn vị;2021;2022\nXã A;30;31\nXã B;20;25\n"):
        unit = "million_vnd_per_person_year"
        assert [(one.place, one.unit, one.shown) for one in read(INCOME + table)] == [
            ("Xã A", unit, ("30", "31")), ("Xã B", unit, ("20", "25")),
        ]  # fmt: skip
    assert [one.place for one in read("Đơn vị;2021;2022\nTân Ước;30;31\nHàm Đức;3;4\n")] == ["Tân Ước", "Hàm Đức"]
    assert [one.place for one in read("Đơn vị;2021;2022\nXã Tỷ;30;31\n")] == ["Xã Tỷ"]
    for unit in ("trđ", "USD/người", "đồng", "Lần", "Con", "Triệu VNĐ/người"):
        assert [one.place for one in read(f"Năm;Thu nhập;Đơn vị\n2018;30;{unit}\n2019;31;{unit}\n")] == [""]
    for table in ("Nội dung;Đơn vị;2021;2022\nThu nhập;Triệu đồng;3;4\nTrâu;Con;7;8\n", "Đơn vị;2021;2022\nTấn;3;4\n"):
        assert not {"Triệu đồng", "Con", "Tấn"} & {one.place for one in read(table)}


@pytest.mark.parametrize(
    ("head", "note", "status"),
    [
        ("2022**", "** Số sơ bộ", "preliminary"),
        ("2022(**)", "** Theo chuẩn mới", "final"),
        ("2022 *", "(*) Ước", "estimate"),
        ("2022 (1)", "(1) Số sơ bộ", "preliminary"),
        ("2022 (1)", "(1) Theo kế hoạch 12", "final"),
    ],
)
def test_the_mark_of_a_head_is_what_a_note_says(head, note, status):
    table = f"{INCOME}Địa phương;2021;{head}\n{ROWS}{note}\n"
    assert [one.status for one in read(table)] == [("final", status)] * 2
    with pytest.raises(InputError, match=r"row 3 column 3: '2022\*\*' has the unknown mark"):
        read(f"{INCOME}Địa phương;2021;2022**\n{ROWS}")


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("Đơn vị tính: Nghìn đồng - Unit: Thous. dongs", "thousand_vnd_per_person_month"),
        ("ĐVT: 1.000đ", "thousand_vnd_per_person_month"),
        ("ĐVT: 1.000 đ/người/tháng", "thousand_vnd_per_person_month"),
        ("ĐVT: triệu đ", "million_vnd_per_person_month"),
        ("ĐVT: 10.000đ", "10.000đ"),
    ],
)
def test_a_line_of_a_unit_says_it_in_two_languages_or_short(line, unit):
    title = "Thu nhập bình quân đầu người một tháng"
    (one, _) = read(f"CỤC THỐNG KÊ TỈNH BẾN TRE\n{title}\n{line}\nĐịa phương;2021;2022\n{ROWS}")
    assert (one.indicator, one.unit) == (title, unit)


@pytest.mark.parametrize(
    "letterhead", ["UBND TỈNH BẾN TRE", "CHI CỤC THỐNG KÊ\nHà Nội, ngày 30 tháng 6 năm 2023\nBiểu số 3"]
)
def test_who_writes_is_no_indicator(letterhead):
    assert {one.indicator for one in read(f"{letterhead}\n{HEADS}{ROWS}")} == {"Thu nhập bình quân đầu người"}
    assert {one.indicator for one in read(f"{letterhead}\nĐịa phương;2021;2022\n{ROWS}")} == {letterhead.split("\n")[0]}


def test_a_table_lying_down_has_the_same_figures():
    standing = read("Khu vực;2018;2019\nTổng số;30;31\nThành thị;40;41\nNông thôn;20;21\n")
    lying = read("Năm;Tổng số;Thành thị;Nông thôn\n2018;30;40;20\n2019;31;41;21\n")
    assert figures(lying) == figures(standing) == [("", "", "", ("30", "31"))]
    assert told(lying)["data.read_parts"] == told(standing)["data.read_parts"] == ("Thành thị", "Nông thôn")


def test_a_series_of_outturns_holds_one_indicator(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("Địa phương;Chỉ tiêu;2021;2022\nA;Thu nhập;30;\nA;Dân số;;9998\n", encoding="utf-8")
    with pytest.raises(InputError, match="several indicators or units"):
        rows_of(path, ("series", "year", "value"))
    table = rows_of(path, ("series", "year", "value"), options=Options(indicator="thu nhập"))
    assert table.rows == (("A", "2021", "30"),)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("IMF's forecast", "plan"), ("Dự báo của IMF", "plan"), ("Kế hoạch (tỉnh giao)", "plan"),
        ("Sơ bộ, chưa công bố", "preliminary"), ("Provisional (GSO)", "preliminary"), ("Kế hoạch (đã đạt)", None),
        ("Theo kế hoạch của tỉnh", None), ("above forecast", None),
    ],
)  # fmt: skip
def test_a_remark_that_says_whose_plan_it_is_is_that(words, status):
    assert status_of(words, table="remarks") == status


@pytest.mark.parametrize(
    "name",
    [
        "a) Thành thị", "IV. Nông thôn", "1.2. Nam", "Trong đó: Nữ", "KV nông thôn", "Đô thị", "- đô thị",
        "Chia ra: Nam", "Of which: Urban areas", "– Khu vực thành thị", "* NỮ", "Males", "female", "RURAL",
        "… Nam giới",
    ],
)  # fmt: skip
def test_a_part_is_known_however_it_begins(name):
    assert is_part(name) == ("…" not in name)


def test_a_cell_that_stands_often_is_told_where_it_stands_first():
    for cells, row in ((("5", "32.600", "44.900", "32.600"), 3), (("44.900", "5", "32.600", "44.900"), 2)):
        table = "".join(f"{year};{cell}\n" for year, cell in enumerate(cells, 2018))
        with pytest.raises(InputError, match=f"row {row} column 2: '{cells[row - 2]}'"):
            read(f"Năm;Giá trị\n{table}")


def test_a_part_with_its_year_is_a_part():
    names = {"Nữ (năm 2019)": True, "Nữ, năm 2020": True, "- Nam: năm 2020": True, "- Nậm": False, "Năm": False}
    assert {name: is_part(name) for name in names} == names
