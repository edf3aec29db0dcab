"""Ordinary tables that a rule of reading must leave alone: each stands for a kind that one has once taken too far."""

import pytest

from ruralincome.data.forms.read import readings_of
from ruralincome.data.forms.reading import Options
from ruralincome.series import InputError

INCOME = "Thu nhập bình quân đầu người\nĐơn vị tính: triệu đồng/người/năm\n"
TABLE = "Địa phương;2021;2022\nXã A;30;31\nXã B;20;25\n"


def read(text):
    return readings_of(text.encode(), "f.csv", Options())


def told(found):
    return {said.code: next(iter(said.facts.values()), None) for said in found[0].understood}


def statuses(found):
    return [(one.shown, one.status) for one in found]


@pytest.mark.parametrize(
    "title",
    [
        "KẾ HOẠCH NĂM 2023", "Biểu số 01: KẾ HOẠCH 5 NĂM 2021-2025", "Dự kiến kế hoạch 2023", "Mục tiêu 1: Thu nhập",
        "Mục tiêu 48.9 triệu đồng/người/năm vào 2021", "Mục tiêu phát triển bền vững: thu nhập", "Mục tiêu 4.1 - tỷ lệ",
        "Targets and indicators: SDG 1.2", "Target population: rural households", "Planned economies: income",
        "Data excludes forecasts", "Income, base year for projections", "Income; IMF estimates and projections",
        "Forecast error of income", "Kế hoạch hóa gia đình: tỷ lệ", "Kế hoạch Tài chính huyện: thu nhập",
        "Kế hoạch 2021-2025\nDự báo ở biểu sau", "Dự kiến kết quả thu nhập 2022", "Kế hoạch thu nhập 2022 và thực hiện",
    ],
)  # fmt: skip
def test_a_title_with_a_word_of_plans_is_read(title):
    assert [one.shown for one in read(f"{title}\n{TABLE}")] == [("30", "31"), ("20", "25")]


def test_heads_that_tell_plans_apart_go_before_the_title():
    (one,) = found = read("Kế hoạch thu nhập 2023\nXã;TH 2021;TH 2022;KH 2023\nA;40.1;42.3;44.1\n")
    assert (one.shown, told(found)["data.read_plans"]) == (("40.1", "42.3"), ("KH 2023",))


def test_rows_under_the_word_alone_are_plans():
    for line in ("Mục tiêu phấn đấu", "Dự kiến sáp nhập năm 2025", "Kế hoạch hóa gia đình"):
        assert [one.shown for one in read(f"{TABLE}{line}\nXã C;5;6\n")] == [("30", "31"), ("20", "25"), ("5", "6")]
    for table in (f"{TABLE}Kế hoạch\nXã C;5;6\n", "Địa phương;2021;2022\nKế hoạch\nXã C;5;6\nThực hiện\nXã C;7;8\n"):
        found = read(table)
        assert found[-1].shown == (("20", "25") if len(found) == 2 else ("7", "8"))
        assert [*map(str, told(found)["data.read_plans"])] == ["2021: 5 (Kế hoạch)", "2022: 6 (Kế hoạch)"]


def test_a_remark_that_names_another_year_is_of_that_year():
    found = read("Xã;2019;Ghi chú;2020;2021;Ghi chú\nA;40;;41;42;ước 2020\nB;40;ước 2021;41;42;\nC;1;;2;3;sơ bộ\n")
    assert [one.status for one in found] == [
        ("final", "estimate", "final"), ("final", "final", "estimate"), ("final", "final", "preliminary"),
    ]  # fmt: skip
    (one,) = read("Xã;2019;Ghi chú;2020;Ghi chú;2021\nA;40;KH 2021;41;;42\n")
    assert (one.years, one.shown) == ((2019, 2020), ("40", "41"))
    with pytest.raises(InputError, match="KH 2025"):
        read("Xã;2019;Ghi chú;2020;Ghi chú\nA;40;KH 2025;41;\n")


def test_what_a_mark_is_says_nothing_of_figures_without_it():
    (one,) = read("Xã;2020;2021;2022;2022(*)\nA;40.1;42.3;44.1;45\n(*) Kế hoạch năm 2022\n")
    assert one.shown == ("40.1", "42.3", "44.1")
    for note, kept in (
        ("Số kế hoạch", (("40.1",), ("final",))),
        ("Ước tính", (("40.1", "44.1"), ("final", "estimate"))),
    ):
        found = read(f"Xã;2021;2022\nA;40.1;44.1(*)\nB;41.1;45.2\n(*) {note} năm 2022\n")
        assert statuses(found) == [kept, (("41.1", "45.2"), ("final", "final"))]


@pytest.mark.parametrize("line", ["Source: IMF projections 2022", "Nguồn: Kế hoạch 2022", "Nguồn: Số liệu sơ bộ 2022"])
def test_a_line_of_a_source_says_nothing_of_a_year(line):
    assert statuses(read(f"{TABLE}{line}\n"))[0] == (("30", "31"), ("final", "final"))
    assert statuses(read(f"{TABLE}Note: 2022 estimate\n{line}\n"))[0] == (("30", "31"), ("final", "estimate"))


@pytest.mark.parametrize(
    "line", ["Số liệu năm 2022 là số ước tính", "Năm 2021 và 2022 là ước tính", "2021-2022: số ước tính"]
)
def test_a_line_of_a_year_and_what_it_is_needs_no_word_for_a_note(line):
    assert {one.status[1] for one in read(f"{TABLE}{line}\n")} == {"estimate"}
    assert {one.status[1] for one in read(f"{TABLE}Kế hoạch 2022\n")} == {"final"}


def test_a_note_of_a_year_is_told_in_its_words():
    assert told(found := read(f"{TABLE}Ghi chú: 2022 ước\n"))["data.read_marks"].code == "data.status_estimate"
    assert found[0].figures[1].notes == ("2022 ước",)
    plans = told(read(f"{TABLE}Ghi chú: năm 2022 là số kế hoạch\n"))["data.read_plans"]
    assert [*map(str, plans)] == ["2022: 31 (năm 2022 là số kế hoạch)", "2022: 25 (năm 2022 là số kế hoạch)"]


@pytest.mark.parametrize(
    "note",
    [
        "Nguồn: Niên giám 2020 (GRDP theo giá so sánh 2010)", "Note: population held constant between surveys",
        "Ghi chú: Tốc độ tăng GRDP theo giá so sánh 2010", "Note: constant sample since 2018",
    ],
)  # fmt: skip
def test_constant_prices_of_something_else_are_none_of_the_figures(note):
    assert "data.read_real" not in told(read(f"{INCOME}{TABLE}{note}\n"))
    assert "data.read_real" in told(read(f"{INCOME}{TABLE}Note: in constant 2010 prices\n"))


def test_two_marks_of_one_star_have_each_their_meaning():
    for notes in ("* Sơ bộ\n(*) Ước tính\n", "(*) Ước tính\n* Sơ bộ\n"):
        assert read(f'Xã;2020;2021\nA;"40,1*";"42,3(*)"\n{notes}')[0].status == ("preliminary", "estimate")
        assert read(f"Xã;2020*;2021(*)\nA;40;42\n{notes}")[0].status == ("preliminary", "estimate")


@pytest.mark.parametrize(
    "title",
    [
        "Tình hình dân số huyện X", "Tính chung các xã", "Xã hội hóa: vốn", "Xa lộ", "Phong trào nông thôn mới: tỷ lệ",
        "Phong Điền: GRDP", "Phương pháp A", "Ngày công lao động", "Cục bộ", "Ministry of X: population",
        "Tỉnh Bình Thuận – Dân số các xã", "Số 1: Dân số",
    ],
)  # fmt: skip
def test_a_title_that_begins_like_an_office_is_the_indicator(title):
    assert {one.indicator for one in read(f"{title}\nTừ năm 2018 đến 2019\n{TABLE}")} == {title}


@pytest.mark.parametrize(
    "line",
    [
        "TỈNH BÌNH THUẬN",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 12/BC-UBND",
        "Xã Hàm Minh",
        "PHÒNG TÀI CHÍNH - KẾ HOẠCH",
        "Kế hoạch 2021-2025",
    ],
)
def test_an_office_above_the_title_is_none(line):
    assert {one.indicator for one in read(f"{line}\n{INCOME}{TABLE}")} == {"Thu nhập bình quân đầu người"}


def test_a_remark_on_an_empty_cell_stays():
    found = read("Xã;2019;2020;Ghi chú\nA;40;;ước 2020\nB;41;c;sơ bộ 2020\n")
    assert [(one.figures[1].status, one.figures[1].notes) for one in found] == [
        ("not_available", ("ước 2020",)), ("confidential", ("c", "sơ bộ 2020")),
    ]  # fmt: skip


def test_letters_that_the_file_explains_count_in_joined_flags():
    assert read("geo;2019;2020\nA;40 ep;41 e\ne : preliminary\n")[0].status == ("preliminary", "preliminary")
