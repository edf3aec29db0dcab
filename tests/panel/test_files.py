"""Reading a long CSV: what is odd about a file is an error, what is odd about a row goes with the row."""

import os
import signal
import unicodedata
from itertools import repeat

import pandas as pd
import pytest

from ruralincome.data.forms.reading import Options
from ruralincome.panel.answers import latest_year
from ruralincome.panel.files import read_panel
from ruralincome.panel.places import assess_panel
from ruralincome.panel.rows import statuses
from ruralincome.reference.vintages import read_class
from ruralincome.series import InputError
from ruralincome.target.target import Target

HEAD = "place,year,value,target,target_year\n"
GOOD = "Xã Đúng,2016,32.6,48.9,2021\nXã Đúng,2020,44.9,48.9,2021\n"


def saved(tmp_path, content, encoding="utf-8"):
    path = tmp_path / "panel.csv"
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return path


def answered(path, **options):
    frame = read_panel(path, **options)
    return assess_panel(frame, read_class("vietnam-provinces", 2020), target=Target(48.9, 2021))


def test_byte_order_mark_carriage_returns_blank_lines_and_capitals_do_not_matter(tmp_path):
    plain = answered(saved(tmp_path, HEAD + GOOD))
    odd = "\r\n" + (HEAD.upper() + "\n" + GOOD).replace("\n", "\r\n")
    found = answered(saved(tmp_path, odd, "utf-8-sig"))
    pd.testing.assert_frame_equal(found, plain)
    assert found["refusal"].isna().all()


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators(tmp_path, separator):
    found = answered(saved(tmp_path, (HEAD + GOOD).replace(",", separator)))
    assert found["last"].tolist() == [44.9]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ('Xã Sai,2016,"32,6",48.9,2021', "decimal_comma"),
        ("Xã Sai,2016,32,6,48.9,2021", "too_many_cells"),
        ("Xã Sai,2016,khoảng 30,48.9,2021", "value_text"),
        ("Xã Sai,2016,nan,48.9,2021", "value_missing"),
        ("Xã Sai,2016,NA,48.9,2021", "value_missing"),
        ("Xã Sai,2016,True,48.9,2021", "value_text"),
        ("Xã Sai,2016,inf,48.9,2021", "value_text"),
        ("Xã Sai,2016,,48.9,2021", "value_missing"),
        ("Xã Sai,2016", "value_missing"),
        ("Xã Sai,sau 2016,32.6,48.9,2021", "year_text"),
        ("Xã Sai,2016?,32.6,48.9,2021", "year_text"),
        ("Xã Sai,,32.6,48.9,2021", "year_text"),
        ('Xã Sai,2016,32.6,"48,9",2021', "decimal_comma"),
        ("Xã Sai,2016,32.6,cao,2021", "target_text"),
        ("Xã Sai,2016,32.6,48.9,sớm", "target_text"),
        (",2016,32.6,48.9,2021", "no_name"),
    ],
)
@pytest.mark.parametrize("rows_at_a_time", [1, 100])
def test_a_bad_cell_refuses_its_place_alone(tmp_path, rows, reason, rows_at_a_time):
    found = answered(saved(tmp_path, f"{HEAD}{rows}\n{GOOD}"), rows=rows_at_a_time)
    assert found["refusal"].tolist()[0] == reason
    plain = answered(saved(tmp_path, HEAD + GOOD))
    assert found.iloc[1]["probability"] == plain.iloc[0]["probability"]


def test_one_name_in_two_forms_is_one_place_whatever_the_piece(tmp_path):
    rows = GOOD.splitlines()
    content = HEAD + unicodedata.normalize("NFC", rows[0]) + "\n" + unicodedata.normalize("NFD", rows[1]) + "\n"
    found = answered(saved(tmp_path, content), rows=1)
    assert found["place"].tolist() == ["Xã Đúng"]
    assert found["observations"].tolist() == [2]


def test_other_columns_are_left_out_and_order_is_free(tmp_path):
    content = "ghi chú,value,colour,year,place\nx,32.6,y,2016,A\nx,44.9,,2020,A\n"
    frame = read_panel(saved(tmp_path, content))
    assert set(frame) == {"place", "year", "value", "fault"}


def test_the_piece_changes_nothing(tmp_path):
    content = (
        HEAD + "".join(f"Xã {i % 7},{2010 + i // 7},{30 + i},99,2025\n" for i in range(60)) + "Xã 3,2000,x,99,2025\n"
    )
    path = saved(tmp_path, content)
    heard = []
    frames = [
        assess_panel(read_panel(path, rows=n, tell=heard.append), model="random_walk_with_drift") for n in (7, 999)
    ]
    pd.testing.assert_frame_equal(*frames)
    assert sum(heard) == 2 * 61


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        (HEAD, "no rows"),
        ("place,year\nA,2016\n", "column 'value' is missing; its columns are place, year"),
        ("place,year,value,value\nA,2016,1,2\n", "column 'value' stands twice"),
        (HEAD + 'Xã "A,2016\n"B,2020,44.9,48.9,2021\n', "quotation mark left open"),
        (HEAD + '"Xã A,2016,32.6,48.9,2021\n' + GOOD + 'Xã B",2016,32.6,48.9,2021\n', "row 2: .* line break"),
        (HEAD + GOOD + 'Xã A,2016,32.6,48.9,2021,"\nXã B,2016,32.6,48.9,2021\n', "row 4: .* line break"),
        (b"PK\x03\x04" + bytes(40), "or as 'CSV UTF-8'"),
        ("sep=;\n" + HEAD + GOOD, "column 'place' is missing"),
        ("sep=,\n", "is empty"),
        ((HEAD + 'A,2016,32.6,48.9,"2021\n').encode() + b"B\xe3,2016,1,2,3\n", "row 2: .* line break|not UTF-8"),
        ((HEAD + GOOD).encode() + b"X\xe3,2016,32.6,48.9,2021\n", "not UTF-8"),
    ],
)
def test_a_file_that_is_no_such_table_is_an_error_with_a_remedy(tmp_path, content, words):
    with pytest.raises(InputError, match=words):
        read_panel(saved(tmp_path, content))


NOTED = "place,year,value,note\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (['A,2016,32.6,"see report', 'A,2020,44.9,end"'], 2),
        (["A,2016,32.6,", 'B,2020,44.9,"x""', 'A,2020,44.9,"'], 3),
        (["", 'B,2020,44.9,"a, b"" c', 'A,2020,44.9,""'], 3),
        (['"A",2016,32.6,"a ""b"" c"', '"A",2020,44.9,"""x', '"B",2020,1,"'], 3),
    ],
)
def test_a_quotation_mark_left_open_in_a_column_that_is_not_read_swallows_no_rows(tmp_path, rows, line, end):
    path = saved(tmp_path, (NOTED + "\n".join(rows) + "\n").replace("\n", end))
    with pytest.raises(InputError, match=f"row {line}: a quoted cell runs over a line break"):
        read_panel(path)


def test_quotation_marks_that_close_or_stand_inside_a_cell_are_read(tmp_path):
    rows = ['"A",2016,32.6,"a ""b"", c"', "", 'A,2018,40,5" pipe', 'A,2019,41,x "y', '"A"B",2020,44.9,""', "  "]
    assert len(read_panel(saved(tmp_path, NOTED + "\n".join(rows) + "\n"))) == 4


def test_a_pipe_is_refused_as_it_cannot_be_read_twice(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(InputError, match="is a pipe, not a file; save what it gives to a file"):
        read_panel(pipe)


@pytest.mark.parametrize(
    ("first", "separator"), [("sep=,", ","), ("\nSEP=;\n", ";"), ('"sep=\t"', "\t"), ("sep=,,,,", ",")]
)
def test_the_line_that_tells_a_spreadsheet_the_separator_is_understood(tmp_path, first, separator):
    found = answered(saved(tmp_path, first + "\r\n" + (HEAD + GOOD).replace(",", separator), "utf-8-sig"))
    assert found["last"].tolist() == [44.9]


@pytest.mark.parametrize("seconds", [0.03, 0.05, 0.08])
def test_an_interruption_while_the_file_is_read_is_one(tmp_path, seconds):
    """The parser would say that reading failed, and that a quotation mark is open."""
    path = saved(tmp_path, HEAD + GOOD * 50_000)
    before = signal.signal(signal.SIGVTALRM, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            all((signal.setitimer(signal.ITIMER_VIRTUAL, seconds), *map(read_panel, repeat(path))))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def test_a_file_that_is_not_there_and_a_folder(tmp_path):
    with pytest.raises(InputError, match="name a table"):
        read_panel(tmp_path / "none.csv")
    with pytest.raises(InputError, match="is a folder"):
        read_panel(tmp_path)


@pytest.mark.parametrize("rows_at_a_time", [1, 100])
@pytest.mark.parametrize(("people", "reason"), [("9.900", "population_text"), ("9900", ""), ("9900.0", ""), ("", "")])
def test_a_population_with_a_thousands_point_is_refused_not_misread(tmp_path, people, reason, rows_at_a_time):
    rows = f"Xã A,{people},2016,32.6\nXã A,{people},2020,44.9\nXã B,8000,2020,44.9\n"
    found = answered(saved(tmp_path, "place,population,year,value\n" + rows), rows=rows_at_a_time)
    assert found["refusal"].fillna("").tolist() == [reason, ""]


def test_a_year_beyond_all_numbers_refuses_its_place_and_warns_of_nothing(tmp_path):
    found = answered(saved(tmp_path, f"{HEAD}Xã Sai,1e308,32.6,48.9,2021\n{GOOD}"))
    assert found["refusal"].tolist()[0] == "year_text"


def test_what_is_told_of_empty_cells_and_the_last_year_that_has_a_figure(tmp_path):
    told = []
    path = saved(tmp_path, f"{HEAD}{GOOD}Xã Đúng,2025,,48.9,2021\n")
    frame = read_panel(path, remark=told.append)
    assert "Xã Đúng 2025" in str(told[0])
    assert latest_year(frame) == 2020
    read_panel(
        saved(tmp_path, HEAD + GOOD + "".join(f"Xã Đúng,{y},,48.9,2021\n" for y in range(2001, 2008))),
        remark=told.append,
    )
    assert told[1].facts["count"] == 7
    assert [gap.facts["year"] for gap in told[1].facts["gaps"]] == ["2001", "2002", "2003", "2004", "2005"]


def test_a_column_of_figures_that_is_not_read_is_told(tmp_path):
    told = []
    read_panel(
        saved(tmp_path, "place,year,value,base_year,note\nA,2018,32.6,2016,x\nA,2020,44.9,2016,\n"), remark=told.append
    )
    assert [one.facts["names"] for one in told] == [["base_year"]]
    read_panel(saved(tmp_path, ",place,year,value\n45.1,A,2018,30\n46.2,A,2020,33\n"), remark=told.append)
    assert told[1].facts["names"] == [""]


@pytest.mark.parametrize("more", ["", "C,2018,47.5\n", "C,2018,1234.5\n", "C,2018,0.125\n"])
def test_a_point_that_no_value_explains_is_asked_for(tmp_path, more):
    path = saved(tmp_path, f"place,year,value\nA,2018,\nA,2019,32.600\nA,2020,44.900\n{more}")
    if more:
        assert read_panel(path)["value"].tolist()[:2] == [32.6, 44.9]
    else:
        with pytest.raises(InputError, match=r"row 3: '32\.600' may be read in two ways.*--decimal"):
            read_panel(path)
    assert read_panel(path, options=Options(decimal="."))["value"].tolist()[0] == 32.6


def test_more_than_figures_of_places_is_read_as_every_command_reads_it(tmp_path):
    told = []
    rows = "A,2018,32.6,\nA,2020,44.9,sơ bộ\nA,2025,60.5,kế hoạch\n- Nông thôn,2018,30,\nCả nước,2018,40,\n"
    frame = read_panel(saved(tmp_path, f"place,year,value,ghi chú\n{rows}"), remark=told.append)
    assert frame["place"].tolist() == ["A", "A"]
    assert frame["year"].tolist() == [2018, 2020]
    assert frame["status"].tolist() == ["final", "preliminary"]
    said = {"read_plans", "read_parts", "read_totals"}
    assert said <= {one.code.removeprefix("data.") for one in told}


def test_a_name_that_is_written_once_holds_below(tmp_path):
    frame = read_panel(saved(tmp_path, "place,year,value\nA,2018,32.6\n,2020,44.9\nB,2018,30.5\n,2020,41\n"))
    assert frame["place"].tolist() == ["A", "A", "B", "B"]


def test_a_file_of_one_place_that_it_does_not_name_is_refused(tmp_path):
    with pytest.raises(InputError, match="names no place; add a column Place"):
        read_panel(saved(tmp_path, "Năm;Giá trị\n2018;38,2\n2020;43,5\n"))


def test_one_row_without_a_name_costs_its_own_place_and_no_other(tmp_path):
    frame = read_panel(
        saved(tmp_path, "place,year,value\nA,2018,32.6\nA,2020,44.9\n,2018,30\nB,2018,31.5\nB,2020,41.2\n")
    )
    found = assess_panel(frame, read_class("vietnam-provinces", 2020), target=Target(60.0, 2025))
    assert [reason if reason == reason else "" for reason in found["refusal"]].count("no_name") == 1
    assert found["probability"].notna().sum() == 2


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("place,year,value", "A,2018,32.6\nA,2020,44.9\nCả nước,2018,40.5\nB,2020,41.2\n- Thành thị,2020,43.1\n"),
        ("place,year,value", "A,2018,38\n1. Urban,2018,48\n2. Rural,2018,30\nTây Nguyên,2018,35\n"),
        ("place,year,value", "A,2018,38\nTây Nguyên,2018,35\nĐông Nam Bộ,2018,51.5\nCả nước,2018,41\n"),
        ("place,year,value,status", "A,2018,38.2,\nA,2020,43.5,p\nA,2025,60,kế hoạch\nCả nước,2018,40.5,\n"),
        ("place,year,value,note", "A,2018,38.2,\nA,2020,43.5,ước tính\nA,2021,45.1,plan\nB,2020,41.5,target met\n"),
        (
            "place,year,value,ghi chú",
            "A,2018,32.6,địa giới mới\nA,2020,44.9,sơ bộ\nA,2025,60.5,kế hoạch\nNam,2018,30,\n",
        ),
    ],
)
def test_what_is_left_out_and_told_is_the_same_as_where_the_file_is_read_as_any_other(head, rows, tmp_path):
    path, told, heard = saved(tmp_path, f"{head}\n{rows}"), [], []
    found = read_panel(path, remark=told.append)
    other = read_panel(path, remark=heard.append, options=Options(decimal="."))
    columns = ["place", "year", "value"]
    assert found[columns].to_numpy().tolist() == other[columns].to_numpy().tolist()
    assert statuses(found).tolist() == statuses(other).tolist()
    assert {str(one) for one in told} == {str(one) for one in heard}


@pytest.mark.parametrize("cell", ["abc", "inf", "32,6,7", "20x8"])
@pytest.mark.parametrize("more", ["Cả nước,2018,50.1,\n", "- Nông thôn,2018,30,\n", "A,2030,60,\n,2018,30.1,\n"])
def test_beside_rows_that_are_left_out_a_bad_cell_costs_its_own_place_alone(cell, more, tmp_path):
    bad = f"C,2018,{cell}\n" if cell != "20x8" else "C,20x8,31.5\n"
    frame = read_panel(saved(tmp_path, f"place,year,value,territory\nA,2018,32.6,2025-07-01\n{bad}{more}"))
    assert {"A", "C"} <= set(frame["place"]) <= {"A", "C", ""}
    assert (frame.loc[frame["place"] == "C", "fault"] != "").all()
    assert frame["territory"].tolist()[0] == "2025-07-01"
