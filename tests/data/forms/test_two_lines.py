"""Heads and titles in two lines: units and plans over some of the columns, what is counted above for whom."""

import pytest

from ruralincome.data.forms.read import readings_of
from ruralincome.data.forms.reading import Options

MONEY = "million_vnd_per_person_year"
LINE = "triệu đồng/người/năm"
YEARS = ";2018;2019;2018;2019\nA;30;31;10;9\n"


def read(text):
    return readings_of(text.encode(), "f.csv", Options())


def of(text):
    return [(one.indicator, one.unit, one.years, one.shown) for one in read(text)]


def kinds(text):
    return [(one.indicator, one.unit) for one in read(text)]


@pytest.mark.parametrize("said", [LINE, f"({LINE})", f"ĐVT: {LINE}"])
def test_a_unit_over_the_first_columns_is_theirs(said):
    assert kinds(f"Thu nhập\nXã;{said};;Dân số;\n{YEARS}") == [("Thu nhập", MONEY), ("Dân số", "")]


@pytest.mark.parametrize(
    ("heads", "found"),
    [
        (f"Xã;ĐVT: {LINE};;;", [("Thu nhập", MONEY)]),
        (f"Xã;Thực hiện;;;ĐVT: {LINE}", [("Thực hiện", MONEY), ("Thu nhập", MONEY)]),
        (f"ĐVT: {LINE};Thực hiện;;;", [("Thực hiện", MONEY)]),
        (f"Xã;{LINE};;%;", [("Thu nhập", MONEY), ("%", "percent")]),
    ],
)
def test_a_unit_of_all_columns_or_of_each_stays_that(heads, found):
    assert kinds(f"Thu nhập\n{heads}\n;2018;2019;2020;2021\nA;30;31;10;9\n") == found


def test_a_unit_in_brackets_under_what_is_counted_is_no_indicator():
    table = f"Kinh tế\nXã;Thu nhập;;Dân số;\n;({LINE});;(người);\n{YEARS}"
    assert kinds(table) == [("Thu nhập", MONEY), ("Dân số", "người")]
    assert kinds(f"Kinh tế\nXã;({LINE});;;\n;Thu nhập;;Dân số;\n{YEARS}") == [("Thu nhập", MONEY), ("Dân số", MONEY)]
    lying = "Kinh tế\nNăm;Thu nhập;;({})\n;Xã nghèo;Xã khác;Xã giàu\n2018;3;4;5\n2019;4;5;6\n"
    assert [(one.place, one.indicator) for one in read(lying.format(LINE))] == [
        ("", "Thu nhập; Xã nghèo"), ("", "Thu nhập; Xã khác"), ("", f"Xã giàu ({LINE})"),
    ]  # fmt: skip


def test_for_whom_is_no_indicator_without_what_is_counted():
    named = ["Thu nhập bình quân; Xã nghèo", "Thu nhập bình quân; Xã khác"]
    assert [name for name, _ in kinds(f"Xã;Thu nhập bình quân;;;\n;Xã nghèo;;Xã khác;\n{YEARS}")] == named
    below = "Thu nhập bình quân\nXã khác\nXã;2018;2019\nA;35;36\n"
    found = of(f"Thu nhập bình quân\nXã nghèo\nXã;2018;2019\nA;30;31\n{below}")
    assert [name for name, *_ in found] == ["Thu nhập bình quân", named[1]]


@pytest.mark.parametrize(
    ("table", "names"),
    [
        (f"Xã;Thu nhập;;;\n;Thực hiện;;Kế hoạch;\n{YEARS}", ["Thực hiện"]),
        (f"Biểu 2\nThu nhập\nXã;Kinh;;Chăm;\n{YEARS}", ["Kinh", "Chăm"]),
        (f"Kinh tế\nXã;Khu vực I;;Khu vực II;\n;Thu nhập;;Dân số;\n{YEARS}", ["Thu nhập", "Dân số"]),
        (
            "Thu nhập\nXã;2018;2019\nA;30;31\nThu nhập hộ nghèo\nXã;2018;2019\nA;20;21\n",
            ["Thu nhập", "Thu nhập hộ nghèo"],
        ),
        ("Thành thị\nXã;2018;2019\nA;30;31\nNông thôn\nXã;2018;2019\nA;20;21\n", ["Thành thị", "Nông thôn"]),
    ],
)
def test_other_heads_and_titles_in_two_lines_are_read_as_one(table, names):
    assert [name for name, _ in kinds(table)] == names


@pytest.mark.parametrize("between", [";triệu đồng;;;", ";;;;", ";Thu nhập;;;", ";Năm;;;"])
def test_a_plan_two_lines_above_the_years_is_one(between):
    found = read(f"Thu nhập\nXã;Thực hiện;;Dự báo;\n{between}\n;2018;2019;2020;2021\nA;30;31;10;9\n")
    assert [one.years for one in found] == [(2018, 2019)]
    assert ("Dự báo",) in [said.facts.get("names") for said in found[0].understood]


@pytest.mark.parametrize("above", ["UBND HUYỆN A;;;Kế hoạch 2021-2025", ";;Dự báo;", "TỈNH X;;;KẾ HOẠCH"])
def test_who_writes_and_a_title_two_lines_above_mark_no_plan(above):
    assert of(f"{above}\nThu nhập;;;\nXã;2018;2019;2020\nA;38;40;42\n")[0][2:] == (
        (2018, 2019, 2020),
        ("38", "40", "42"),
    )


@pytest.mark.parametrize("line", ["Huyện B", "Nông thôn", "- Miền núi", "Dân số"])
def test_a_line_within_a_block_of_plans_parts_them(line):
    table = "Thu nhập\nChỉ tiêu;Xã;2021;2022\nx;Xã A;30;31\nKế hoạch\n{}\nx;Xã B;5;6\n{}\nx;Xã C;7;8\n{}x;Xã D;3;4\n"
    for end, known in (("Thực hiện\n", ["Xã A", "Xã D"]), (";;;\n", ["Xã A", "Xã D"]), ("", ["Xã A"])):
        found = read(table.format(line, line, end))
        assert [one.place for one in found] == known
        told = {said.code: said.facts["names"] for said in found[0].understood if "names" in said.facts}
        assert "2021: 5 (Kế hoạch)" in told["data.read_plans"]
    found = read(f"Thu nhập\nChỉ tiêu;Xã;2021;2022\nx;Xã A;30;31\n{line}\nx;Xã B;5;6\n")
    assert [one.place for one in found] == ["Xã A", "Xã B"]
