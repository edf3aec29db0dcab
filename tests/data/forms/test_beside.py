"""What stands beside figures and among them: plans, remarks, parts of places, second tables, columns without heads."""

from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import Workbook

from ruralincome.data.forms.figures import status_of
from ruralincome.data.forms.read import readings_of, rows_of
from ruralincome.data.forms.reading import Options
from ruralincome.series import InputError

FIRST = "Thu nhập bình quân đầu người\nĐơn vị tính: triệu đồng/người/năm\nĐịa phương;2018;2019\nHuyện A;38;41\n"


def read(text, **options):
    return readings_of(text.encode(), "f.csv", Options(**options))


def told(found):
    return {said.code: next(iter(said.facts.values())) for said in found[0].understood}


def rows(tmp_path, text, also=("status",)):
    (tmp_path / "f.csv").write_text(text, encoding="utf-8")
    table = rows_of(tmp_path / "f.csv", ("place", "year", "value"), also)
    return table.rows, {said.code: next(iter(said.facts.values())) for said in table.said}


def sheet(rows, formats, **options):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, code in formats.items():
        book.active[cell].number_format = code
    stream = BytesIO()
    book.save(stream)
    return readings_of(stream.getvalue(), "f.xlsx", Options(**options))


def test_a_second_table_is_in_its_own_unit():
    below = "\nThu nhập của người nghèo\nĐơn vị tính: nghìn đồng/người/tháng\nĐịa phương;2018;2019\nHuyện A;900;950\n"
    assert [(one.indicator, one.unit) for one in read(FIRST + below)] == [
        ("Thu nhập bình quân đầu người", "million_vnd_per_person_year"),
        ("Thu nhập của người nghèo", "thousand_vnd_per_person_month"),
    ]


@pytest.mark.parametrize(
    ("below", "words"),
    [
        ("\nDân số\nĐịa phương;2018;2019\nHuyện A;900;950\n", "row 7 column 1: the table 'Dân số' states no unit"),
        ("\nĐịa phương;2020;2021\nHuyện A;900;950\n", "row 6 column 2: another table, of other years"),
        ("\nĐịa phương;2020\nHuyện A;900\n", "row 6 column 2: another table, of other years"),
        ("Đơn vị tính: nghìn đồng/hộ/tháng\n", "but nghìn đồng/hộ/tháng below it"),
    ],
)
def test_a_second_table_or_unit_that_is_not_clear_is_refused(below, words):
    with pytest.raises(InputError, match=words):
        read(FIRST + below)


@pytest.mark.parametrize(
    "title", ["Thu nhập của hộ nghèo", "Dân số", "Dân số\nĐơn vị tính: người", "Đơn vị tính: người"]
)
@pytest.mark.parametrize(
    ("table", "row"), [(FIRST, "Huyện B;12;15,5\n"), ("Địa phương;Năm;Giá trị\nA;2018;38\n", "A;2020;9,5\n")]
)
def test_a_second_table_without_heads_of_its_own_is_refused(title, table, row):
    with pytest.raises(InputError, match=f"column 1: a second table seems to begin with '{title.splitlines()[0]}'"):
        read(f"{table}\n{title}\n{row}")


@pytest.mark.parametrize(
    "line", ["Huyện B", "Phân theo nhóm thu nhập", "(Tiếp theo)", "Đơn vị tính: triệu đồng/người/năm"]
)
def test_other_lines_between_rows_begin_no_table(line):
    found = read(f"{FIRST}{line}\nXã B;12;15,5\n")
    assert [(one.indicator, one.unit, one.values) for one in found] == [
        ("Thu nhập bình quân đầu người", "million_vnd_per_person_year", values) for values in ((38, 41), (12, 15.5))
    ]
    assert len(read("Chỉ tiêu;2018;2019\nThu nhập;38;41\nDân số;;\nTỷ lệ;3;4\n")) == 2


@pytest.mark.parametrize(("note", "years"), [("Số kế hoạch", (2018,)), ("Số ước tính", (2018, 2019))])
def test_a_note_explains_the_mark_of_a_head(note, years):
    (one,) = read(f"Địa phương;2018;2019(*)\nA;38;41\n(*) {note}\n")
    assert one.years == years
    assert one.status == ("final", "estimate")[: len(years)]


def test_a_unit_below_the_table_is_its_unit_and_an_office_is_none():
    table = "Thu nhập\nĐịa phương;2018;2019\nHuyện A;38;41\n"
    assert read(f"{table}Đơn vị: nghìn đồng/hộ/tháng\n")[0].unit == "thousand_vnd_per_household_month"
    assert read(f"{table}Đơn vị: UBND huyện Đông Anh\n")[0].unit == ""


@pytest.mark.parametrize(
    ("head", "words"),
    [("", "without a head"), ("2020**", "unknown mark '\\*\\*'"), ("2020 (triệu đồng)", "holds a year")],
)
def test_figures_under_no_head_or_one_not_understood_are_refused(head, words):
    with pytest.raises(InputError, match=words):
        read(f"Địa phương;2018;{head};2019\nHuyện A;38;40;41\nHuyện B;30;31;32\n")


@pytest.mark.parametrize("numbers", ["1 2 3", "1. 2. 3.", "01 02 03", "1 2 4", "1 1 2", "I 1 2", "1a 1b 2"])
def test_a_column_that_counts_the_rows_needs_no_head(numbers):
    rows = ("Huyện A;38;41", "Huyện B;30;31", "Huyện C;20;21")
    table = ";Địa phương;2018;2019\n" + "\n".join(map(";".join, zip(numbers.split(), rows, strict=True)))
    assert [(one.place, one.indicator, one.values[0]) for one in read(table)] == [
        ("Huyện A", "", 38), ("Huyện B", "", 30), ("Huyện C", "", 20),
    ]  # fmt: skip


@pytest.mark.parametrize("numbers", [(40, 41), (3, 2), (1, 30)])
def test_figures_before_the_places_need_a_head(numbers):
    with pytest.raises(InputError, match="row 2 column 1: figures stand in a column without a head"):
        read(";Địa phương;2018;2019\n{};Huyện A;38;41\n{};Huyện B;30;31\n".format(*numbers))


@pytest.mark.parametrize(
    "title", ["(Tiếp theo) Thu nhập bình quân đầu người", "(Tiếp theo)", "Thu nhập bình quân đầu người (Cont.)"]
)
def test_a_table_that_goes_on_keeps_its_unit(title):
    found = read(f"{FIRST}{title}\nĐịa phương;2018;2019\nB;30;31\n")
    assert [(one.place, one.indicator, one.values) for one in found] == [
        ("Huyện A", "Thu nhập bình quân đầu người", (38, 41)), ("B", "Thu nhập bình quân đầu người", (30, 31)),
    ]  # fmt: skip
    assert {one.unit for one in found} == {"million_vnd_per_person_year"}


def test_what_stands_below_a_merged_head_names_a_column_that_is_not_read():
    table = "Xã;Thực hiện 2022;Ước TH 2023;KH 2024;So sánh (%);\n;;;;2023/2022;KH2024/2023\nXã A;38;41;45;107;109\n"
    assert read(table)[0].years == (2022, 2023)
    assert told(read(table))["data.read_unread"] == ("So sánh (%)", "KH2024/2023")


def test_plans_are_left_out_and_told_of(tmp_path):
    found, said = rows(tmp_path, "Địa phương;2018;2020;2025F\nHuyện A;38;43;60\n")
    assert [year for _, year, *_ in found] == ["2018", "2020"]
    assert said == {"data.read_plans": ("2025F",)}
    found, said = rows(tmp_path, "place,year,value,status\nA,2018,38.2,\nA,2020,43.5,p\nA,2025,60,kế hoạch\n")
    assert found == (("A", "2018", "38.2", "final"), ("A", "2020", "43.5", "preliminary"))
    assert [*map(str, said.pop("data.read_plans"))] == ["2025: 60 (kế hoạch)"]
    assert said == {}
    for plan in ("Kế hoạch", "Số kế hoạch", "Kế hoạch giao", "Kế hoạch 2018-2019", "Mục tiêu"):
        (one,) = read(f";Thực hiện;;{plan};\nĐịa phương;2018;2019;2018;2019\nHuyện A;38;41;50;55\n")
        assert one.values == (38, 41)
    with pytest.raises(InputError, match="holds plans or forecasts alone"):
        read("Địa phương;Năm;Giá trị;Trạng thái\nA;2025;60;kế hoạch\n")


def test_a_remark_tells_the_status_and_is_a_note(tmp_path):
    table = (
        "Địa phương;Năm;Thu nhập;Ghi chú\nA;2018;38,2;theo địa giới mới\nA;2020;43,5;sơ bộ\nA;2021;45;Kế hoạch giao\n"
    )
    (one,) = read(table)
    assert (one.values, one.status) == ((38.2, 43.5), ("final", "preliminary"))
    assert one.notes == ("2018: theo địa giới mới", "2020: sơ bộ")
    found, said = rows(tmp_path, "place,year,value,note\nA,2018,38.2,\nA,2020,43.5,ước tính\nA,2021,45.1,plan\n")
    assert [cells[3] for cells in found] == ["final", "estimate"]
    assert "data.read_plans" in said


@pytest.mark.parametrize(
    "words",
    [
        "Mục tiêu hoàn thành", "target met", "Kế hoạch hoàn thành 105%", "KH: 40", "vượt kế hoạch", "Plan fulfilled",
        "Dự kiến công bố lại năm 2022", "KH 58; vượt 2 triệu", "Kế hoạch năm: 58 trđ", "Muc tieu 2025: 70",
        "Xã Tân Ước sáp nhập", "không phải số sơ bộ", "Phương pháp ước lượng mới",
    ],
)  # fmt: skip
def test_a_remark_that_says_more_than_a_plan_or_a_status_is_a_note(words, tmp_path):
    found, said = rows(tmp_path, f"place,year,value,note\nA,2018,38.2,\nA,2020,43.5,{words}\n")
    assert [cells[1::2] for cells in found] == [("2018", "final"), ("2020", "final")]
    assert "data.read_plans" not in said
    (one,) = read(f"Địa phương;Năm;Thu nhập;Ghi chú\nA;2018;38,2;\nA;2020;43,5;{words.replace(';', ',')}\n")
    assert one.notes == (f"2020: {words.replace(';', ',')}",)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        *((plan, "plan") for plan in ("số kế hoạch", "kế hoạch năm 2025", "KH 2025", "dự báo", "Plan")),
        *((early, "preliminary") for early in ("số sơ bộ", "Sơ bộ năm 2023", "2020 là số sơ bộ", "Prel.")),
        *((told, "estimate") for told in ("ước tính", "số liệu ước tính", "Ước TH 2023")),
    ],
)
def test_a_remark_that_is_nothing_but_a_plan_or_a_status_is_that(words, status):
    assert status_of(words, table="remarks") == status


def test_a_remark_in_a_row_of_years_says_of_which_it_is():
    wide = "Địa phương;2018;2020;Ghi chú\nA;38;43;{}\n"
    assert read(wide.format("2020 là số sơ bộ"))[0].status == ("final", "preliminary")
    assert read(wide.format("thay số sơ bộ 2020"))[0].status == ("final", "final")
    assert read(wide.format("đạt kế hoạch"))[0].notes == ("2018: đạt kế hoạch", "2020: đạt kế hoạch")
    assert read(wide.format("KH 2020: 40"))[0].notes == ("2020: KH 2020: 40",)
    with pytest.raises(InputError, match=r"row 2 column 4: .sơ bộ. does not say of which year"):
        read(wide.format("sơ bộ"))


@pytest.mark.parametrize(
    "table", ["Địa phương;2018\nA;38\n{0};48\n{1};30\n", "place,year,value\nA,2018,38\n{0},2018,48\n{1},2018,30\n"]
)
@pytest.mark.parametrize(
    "parts",
    [
        ("- Thành thị", "− Nông thôn"), ("Nam", "Nữ"), ("1. Urban", "2. Rural"), ("I. Thành thị", "1.1 Nông thôn"),
        ("KV thành thị", "‐ Nông thôn"), ("Urban areas", "Rural areas"),
    ],
)  # fmt: skip
def test_parts_of_a_place_are_no_places(table, parts, tmp_path):
    found, said = rows(tmp_path, table.format(*parts))
    assert [place for place, *_ in found] == ["A"]
    assert said["data.read_parts"] == parts


def test_names_that_differ_from_parts_by_their_accents_are_places():
    table = "Địa phương;2018;2019\nA;38;41\nNậm;30;31\nNăm;20;21\nNú;10;11\n"
    assert [one.place for one in read(table)] == ["A", "Nậm", "Năm", "Nú"]


@pytest.mark.parametrize(
    "table", ["Country;2018\nNAM;38\nLAO;30\nWLD;48\n", "place,year,value\nNAM,2018,38\nLAO,2018,30\nVNM,2018,48\n"]
)
def test_namibia_is_a_country_where_places_are_codes(table, tmp_path):
    found, said = rows(tmp_path, table)
    assert [place for place, *_ in found][:2] == ["NAM", "LAO"]
    assert "data.read_parts" not in said


def test_a_table_of_parts_alone_is_of_one_place():
    found = read("Khu vực;2018;2019\nThành thị;38;41\nNông thôn;30;31\n")
    assert [(one.place, one.indicator) for one in found] == [("", "Thành thị"), ("", "Nông thôn")]


def test_the_plain_form_leaves_out_all_places_together_too(tmp_path):
    found, said = rows(tmp_path, "place,year,value\nA,2018,38.2\n,2020,41.5\nCả nước,2018,50.1\n")
    assert [cells[:2] for cells in found] == [("A", "2018"), ("A", "2020")]
    assert said == {"data.read_totals": ("Cả nước",), "data.read_carried": 1}


def test_a_single_year_beside_the_word_year_is_of_names_below():
    (one,) = read("Năm;2021\nname;49,5\n")
    assert (one.place, one.years, one.values) == ("name", (2021,), (49.5,))


def test_a_day_stands_for_its_year_where_it_shows_as_one():
    table = [["Địa phương", datetime(2018, 6, 1), datetime(2019, 12, 31)], ["A", 38, 41]]
    assert sheet(table, {"B1": "yyyy"})[0].years == (2018, 2019)
    with pytest.raises(InputError, match="cell B1: '2018-06-01' is a day"):
        sheet(table, {})


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ('"KH "yyyy', ()), ('yyyy"F"', ()), ('"Sơ bộ "yyyy', ("preliminary",)), ('yyyy" (sb)"', ("preliminary",)),
        ('"Năm "yyyy', ("final",)),
    ],
)  # fmt: skip
def test_what_a_format_writes_beside_the_year_is_its_mark(code, status):
    table = [["Địa phương", datetime(2018, 6, 1), datetime(2019, 6, 1)], ["A", 38, 41]]
    assert sheet(table, {"B1": "yyyy", "C1": code})[0].status[1:] == status


@pytest.mark.parametrize("mark", ["triệu", "trđ", "tr.đ", "million", "triệu đồng"])
def test_a_scale_that_a_format_writes_is_that_of_the_unit_that_is_stated(mark):
    table = [["Địa phương", 2018, 2019], ["A", 38, 41]]
    for unit in ("triệu đồng/người/năm", "million_vnd_per_person_year"):
        assert sheet(table, {"C2": f'0.0" {mark}"'}, unit=unit)[0].values == (38, 41)
    for other in ("nghìn đồng/người/năm", "triệu USD/người/năm" if "đ" in mark else "tỷ đồng/người/năm"):
        with pytest.raises(InputError, match="cell C2"):
            sheet(table, {"C2": f'0.0" {mark}"'}, unit=other)


def test_a_scale_that_a_format_writes_is_the_units_or_refused():
    table = [["Địa phương", 2018, 2019], ["A", 38, 41]]
    with pytest.raises(InputError, match=r"cell C2.*triệu"):
        sheet(table, {"C2": '0.0" triệu"'})
    unit = [["Đơn vị tính: triệu đồng/người/năm"], *table]
    assert sheet(unit, {"C3": '0.0" triệu"'})[0].values == (38, 41)


def test_an_indicator_without_a_name_is_shown_as_one(tmp_path):
    with pytest.raises(InputError, match=r"several indicators or units \(Thu nhập, ''\)"):
        rows(tmp_path, "Địa phương;Chỉ tiêu;2018;2019\nA;Thu nhập;38;41\nA;;35;36\n")
