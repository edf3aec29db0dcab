"""`ruralincome places`: find, parts, map."""

import csv

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from ruralincome.cli import app
from ruralincome.cli.terminal import spoken
from ruralincome.series import InputError

RUN = CliRunner()


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("RURALINCOME_LANGUAGE", "en")


def said(*arguments, status=0):
    found = RUN.invoke(app, ["places", *map(str, arguments)], standalone_mode=False)
    assert (found.return_value or 0) == status, found.exception
    return found.output


@pytest.mark.parametrize("what", ["23194", "Xã Hoài Đức, Lâm Đồng", "xã hoài đức, T. Lâm Đồng"])
def test_parts_of_a_new_commune(what):
    text = said("parts", what, "--on", "2026-01-01")
    assert text.startswith("As of 1 January 2026:\n23194 Xã Hoài Đức, Tỉnh Lâm Đồng (from 2025-07-01)\n")
    for name in ("Đức Tài", "Đức Tín", "Đức Hạnh"):
        assert name in text
    assert text.count("all its people; 1671/NQ-UBTVQH15") == 3


def test_a_code_of_an_earlier_day(monkeypatch):
    monkeypatch.setenv("RURALINCOME_LANGUAGE", "vi")
    text = said("parts", "23194", "--on", "2020-12-31")
    assert "Tại ngày 31/12/2020:" in text
    assert "Thị trấn Đức Tài" in text
    assert "nhập vào: 23194 Xã Hoài Đức" in text


def test_vietnamese_answers_are_vietnamese_throughout(monkeypatch):
    monkeypatch.setenv("RURALINCOME_LANGUAGE", "vi")
    text = said("find", "09832")
    assert "09832 Xã Hoài Đức, Thành phố Hà Nội (từ 01/07/2025)" in text
    assert "(chỉ đất đai; 1656/NQ-UBTVQH15; bảng chuyển đổi của Cục Thống kê)" in text
    assert "NSO" not in text
    fault = InputError("places.ends_first", code="1", first="2025-07-01", until="2020-01-01")
    assert spoken(fault) == "1: ngày kết thúc 01/01/2020 không sau ngày bắt đầu 01/07/2025; hãy sửa một trong hai"
    assert "'20250701'" in spoken(InputError("places.no_day", words="20250701"))  # as it was typed


def test_a_link_without_a_basis_is_shown_without_one(tmp_path):
    (tmp_path / "places.csv").write_text("code,name,first,until\n1,A,,2020-01-01\n2,B,2020-01-01,\n", encoding="utf-8")
    (tmp_path / "links.csv").write_text("old,new,day\n1,2,2020-01-01\n", encoding="utf-8")
    assert "became: 2 B (all its people)\n" in said("find", "A", "--table", tmp_path)


def test_find_shows_old_and_new():
    text = said("find", "Xã Hoài Đức, Lâm Đồng")
    assert "made of: 23194 Thị trấn Đức Tài" in text
    assert "24913 Xã Hoài Đức, Huyện Lâm Hà, Tỉnh Lâm Đồng (before 2025-07-01)" in text


def test_what_became_of_a_district():
    text = said("parts", "Huyện Đức Linh", "--on", "2024-01-01")
    assert text.count("3 of its units went into") == 4
    assert "23194 Xã Hoài Đức, Tỉnh Lâm Đồng" in text


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("parts", "97", "--on", "2026-01-01"), "places.unknown_near"),
        (("map", "none.csv", "--output", "x.csv"), "data.no_file"),
        (("map", "x.csv", "--output", "./x.csv"), "places.over_itself"),
        (("find", "Atlantis"), "places.unknown"),
        (("parts", "Hoài Đức", "--on", "2026-01-01"), "places.several"),
        (("parts", "23197", "--on", "2026-01-01"), "places.not_on"),
        (("parts", "23194", "--on", "hôm nay"), "places.no_day"),
        (("parts", "23194", "--on", "2025-02-31"), "places.no_day"),
        (("parts", "23194", "--on", ""), "places.no_day"),
        (("find", "23194", "--on", ""), "places.no_day"),
        (("find", "Hà Nội", "--on", "1900-01-01"), "places.before"),
        (("find", "Hà Nội", "--table", "."), "places.no_table"),
    ],
)
def test_what_cannot_be_answered(arguments, code):
    fault = RUN.invoke(app, ["places", *arguments]).exception
    assert isinstance(fault, InputError)
    assert fault.code == code


def test_a_table_of_heads_alone_is_not_mapped(tmp_path):
    table, out = tmp_path / "old.csv", tmp_path / "new.csv"
    table.write_text("code,year\n", encoding="utf-8")
    fault = RUN.invoke(app, ["places", "map", str(table), "--output", str(out)]).exception
    assert fault.code == "data.no_row"
    assert not out.exists()


def test_map_adds_columns_and_reports_the_rest(tmp_path):
    table, out = tmp_path / "old.csv", tmp_path / "new.csv"
    table.write_text("Code,note\n23212,=1\n00007,b\n99999,c\n", encoding="utf-8")
    text = said("map", table, "--output", out, "--on", "2025-06-30", status=1)
    rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert [tuple(r.values()) for r in rows] == [
        ("23212", "'=1", "23194", "Xã Hoài Đức", "whole"),
        ("00007", "b", "", "", "divided"),
        ("99999", "c", "", "", "unmapped"),
    ]
    left = list(csv.DictReader((tmp_path / "new.unmapped.csv").read_text("utf-8-sig").splitlines()))
    assert [(r["row"], r["kind"]) for r in left] == [("3", "divided"), ("4", "unmapped")]
    assert "1 rows mapped" in text
    assert "2 rows not mapped" in text
    table.write_text("code\n23212\n", encoding="utf-8")
    said("map", table, "--output", out, "--on", "2025-06-30")
    assert not (tmp_path / "new.unmapped.csv").exists()


def test_map_reads_a_workbook_with_vietnamese_heads(tmp_path):
    book, out = Workbook(), tmp_path / "new.csv"
    heads = ("Xã", "Tỉnh", "Năm", "Giá trị")
    rows = ("Xã Đức Tín", "Bình Thuận", 2020, 44.9), ("Xã Không Có", "Bình Thuận", 2020, 40)
    for row in (("Bảng 1. Thu nhập",), heads, *rows):
        book.active.append(row)
    book.save(tmp_path / "old.xlsx")
    said("map", tmp_path / "old.xlsx", "--output", out, status=1)
    found = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert [(row["place"], row["value"], row["new_code"]) for row in found] == [
        ("Xã Đức Tín", "44.9", "23194"),
        ("Xã Không Có", "40", ""),
    ]
    left = (tmp_path / "new.unmapped.csv").read_text("utf-8-sig")
    assert "B4" in left or "D4" in left


def test_the_heads_of_a_table_stay_as_they_are(tmp_path):
    table, out = tmp_path / "old.csv", tmp_path / "new.csv"
    table.write_text("code,note,note\n23212,a,b\n", encoding="utf-8")
    said("map", table, "--on", "2025-06-30", "--output", out)
    assert out.read_text("utf-8-sig").splitlines() == [
        "code,note,note,new_code,new_name,kind", "23212,a,b,23194,Xã Hoài Đức,whole",
    ]  # fmt: skip
    table.write_text("code,Kind\n23212,a\n", encoding="utf-8")
    fault = RUN.invoke(app, ["places", "map", str(table), "--on", "2025-06-30", "--output", str(out)]).exception
    assert fault.code == "places.head_taken"
