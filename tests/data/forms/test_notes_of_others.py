"""Notes that speak of something else than the figures, beside those that speak of them; parts that are asked for."""

import pytest

from ruralincome.data.forms.read import readings_of, rows_of
from ruralincome.data.forms.reading import Options
from ruralincome.series import InputError

TITLE = "Thu nhập bình quân đầu người\nĐơn vị tính: triệu đồng/người/năm\n"
TABLE = f"{TITLE}Địa phương|2021|2022\nXã A|30|31\nXã B|20|25\n"
PARTS = "Năm;Tổng số - Total;Thành thị - Urban;Nông thôn - Rural\n2018;30;40;20\n2019;31;41;21\n"


def read(text, **options):
    return readings_of(text.encode(), "f.csv", Options(**options))


def told(found):
    return {said.code: next(iter(said.facts.values()), None) for said in found[0].understood}


@pytest.mark.parametrize(
    "note",
    [
        "Ghi chú: Chuẩn nghèo theo giá so sánh 2010", "Ghi chú: Năng suất lao động tính theo giá so sánh 2010",
        "Note: Labour productivity at constant 2010 prices", "Note: Poverty line in constant 2017 US$",
        "Ghi chú: Giá trị sản xuất theo giá so sánh 2010; thu nhập theo giá hiện hành", "Số liệu GRDP theo giá so sánh",
        "Ghi chú: Chuẩn nghèo về thu nhập theo giá so sánh 2010", "(*) Theo giá so sánh 2010",
        "Nguồn: Niên giám 2020, theo giá so sánh 2010", "Data from database: World Development Indicators",
        "Thu nhập theo giá hiện hành", "Đánh giá theo giá so sánh 2010",
    ],
)  # fmt: skip
def test_a_note_of_something_else_sets_no_constant_prices(note):
    assert "data.read_real" not in told(read(f"{TABLE}{note}\n"))


@pytest.mark.parametrize(
    "note",
    [
        "Ghi chú: Số liệu theo giá so sánh 2010", "Ghi chú: Số liệu sơ bộ. Theo giá so sánh 2010.",
        "Ghi chú: Chuẩn nghèo theo giá hiện hành; thu nhập theo giá so sánh 2010",
        "Ghi chú: Thu nhập theo giá so sánh 2010; GRDP theo giá hiện hành", "Note: chain-linked volumes",
        "Ghi chú: Thu nhập và chuẩn nghèo theo giá so sánh 2010", "Số liệu theo giá so sánh 2010",
        "Các số liệu trong bảng được tính theo giá so sánh năm 2010.", "Thu nhập được tính theo giá so sánh 2010",
        "Theo giá cố định 2010", "Figures are at constant 2010 prices", "Data in constant 2015 US$",
    ],
)  # fmt: skip
def test_a_note_that_the_figures_are_in_constant_prices_needs_no_word_for_a_note(note):
    assert "data.read_real" in told(read(f"{TABLE}{note}\n"))


@pytest.mark.parametrize(
    "note", ["Ghi chú: Dự báo (dân số) 2022", "Ghi chú: Kế hoạch (GRDP) 2022", "Ghi chú: Sơ bộ (dân số) 2022"]
)
def test_a_note_of_what_the_table_does_not_count_says_nothing_of_its_years(note):
    assert [one.status for one in read(f"{TABLE}{note}\n")] == [("final", "final")] * 2
    counted = TABLE.replace("Thu nhập bình quân đầu người", "Dân số và GRDP").replace("triệu đồng/người/năm", "người")
    assert all(one.status != ("final", "final") for one in read(f"{counted}{note}\n"))


@pytest.mark.parametrize(
    ("note", "status"),
    [
        ("Ghi chú: Số sơ bộ của Cục Thống kê về dân số năm 2022", "final"),
        ("Ghi chú: Số sơ bộ của Cục Thống kê tỉnh năm 2022", "preliminary"),
        ("Ghi chú: Số sơ bộ của Cục Thống kê về thu nhập năm 2022", "preliminary"),
        ("Ghi chú: Dân số năm 2022 là số dự báo", "final"),
    ],
)
def test_whose_preliminary_figures_are_of_what(note, status):
    assert [one.status[1] for one in read(f"{TABLE}{note}\n")] == [status] * 2


@pytest.mark.parametrize(
    ("note", "known"),
    [("Đạt 103% kế hoạch", 2), ("Tính theo dân số dự báo", 2), ("Số kế hoạch", 1), ("Theo dự báo của tỉnh", 1)],
)
def test_a_mark_of_a_plan_is_one_where_its_note_says_that_the_figure_is(note, known):
    assert len(read(f"Xã|2021|2022\nA|40|44(**)\n** {note}\n")[0].years) == known


@pytest.mark.parametrize("note", ["KH 2022", "Ghi chú: KH 2022", "Note: 2022 planned"])
def test_a_year_that_a_note_calls_planned_is_left_out_and_told(tmp_path, note):
    (tmp_path / "f.csv").write_text(TABLE + note + "\n", encoding="utf-8")
    table = rows_of(tmp_path / "f.csv", ("place", "year", "value"))
    planned = ":" in note
    assert [row[1] for row in table.rows] == (["2021", "2021"] if planned else ["2021", "2022", "2021", "2022"])
    assert [said.code for said in table.said] == ["data.read_plans"] * planned
    assert not planned or table.said[0].facts["names"][0].startswith("2022: 31 (")


def test_a_part_can_be_asked_for_by_some_of_its_head():
    for asked in ("Nông thôn", "rural", "Nông thôn - Rural"):
        (one,) = read(PARTS, indicator=asked)
        assert (one.indicator, one.shown) == ("Nông thôn - Rural", ("20", "21"))
    (one,) = read(f"Thu nhập nông thôn\n{PARTS}", indicator="nông thôn")
    assert (one.indicator, one.shown) == ("Thu nhập nông thôn", ("30", "31"))


@pytest.mark.parametrize("asked", ["thôn miền núi", "thị trấn", "-"])
def test_a_part_that_is_not_there_is_refused_with_those_that_are(asked):
    table = f"Thu nhập\n{PARTS}"
    with pytest.raises(InputError, match="choose one of Thu nhập, Thành thị - Urban, Nông thôn - Rural"):
        read(table, indicator=asked)
    with pytest.raises(InputError, match="choose one of '', Thành thị - Urban"):
        read(PARTS, indicator="-")


def test_parts_under_places_are_none_to_ask_for():
    table = "Thu nhập\nĐịa phương;2018;2019\nHuyện A;30;31\n- Nông thôn;20;21\n"
    with pytest.raises(InputError, match=r"choose one of Thu nhập$"):
        read(table, indicator="Nông thôn")
    assert told(read(table))["data.read_parts"] == ("- Nông thôn",)
