"""Workbooks of other kinds: .xls and .ods, the World Bank's Excel; heads of any kind; round trips of our own files."""

import gzip
import io
import re
import zipfile
from base64 import b85decode
from contextlib import suppress
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from ruralincome.data.files import csv_lines
from ruralincome.data.forms.find import find
from ruralincome.data.forms.read import readings_of, rows_of
from ruralincome.data.forms.reading import Options
from ruralincome.data.forms.workbook import template
from ruralincome.data.table import Sheet
from ruralincome.series import InputError

SERIES = {"An Bình": {2016: 32.6, 2018: 38.25, 2020: 44.9}, "Tân Hội": {2016: 30.1, 2018: 1234.5, 2020: 41.0}}
ROWS = [["Biểu 3. Số liệu"], ["Đơn vị tính: triệu đồng"], ["Xã", 2016, 2018, 2020]]
ROWS += [[place, *values.values()] for place, values in SERIES.items()]
XLS = (
    r"""ABzY8000000t4+>O-NKx6#nj;H;$S=Gp3aW(;#T2Qk0u0bW%v$B=!SI1U2T6gTpfh3v!cbLIgq7s%Rrf(8g-h4;2(G3=*tdL_sj-"""
    r"""(pp3XE!5XJ$NR{sSvXK)@xI}H@6I{rd-uL~|KH2;Kyv6#*(82JJv^ARbC9*brYPk&fBYc7ZFAPSW>d0V{8PxuriRS&;$i-nkK2&j"""
    r"""dlCk2n@@>>50nn$1X{YSXlM!1D0PS^u0tKM!gaC~pj2vABz#PGrSL6@d?dV6EEk3AC^o4MVLaSYwN3ZpHltj81>pPM6U{rZY(WX0"""
    r"""b1yz~NzKQ4(U6Em;>*(!H1jYFYPaU76-`9qNfc894&$300=_yU^-0LJFRfjH?B7%EzBKkLh6(h+J}Mo2kfJI~8HB14F+2;Nr1)CQ"""
    r"""pqCmPk_wUH+C;n`uYw`O$vR5b)lhylq%3lr!V7Zr;1eu#VmmmW&|x72)I`w2aqjkQQ`ChTtWe`etJ4Q{fCfG5cjIj^hFqTXWs>lx"""
    r"""OcMDrc=Culs8*a0$Pn_=GB9)V^XonBt>GhL>63+Fe)*{2Cx(r)tRQiLc)Y^wsS-uCaKGGjt>nvuiz$+>m8~T@(=;G4=fqn{<<tr$"""
    r"""!s{30H&A|Xdhh+<;8b`c<wu$)dy7ZjgojX0%UK8M`8R+XRimz5WjqKwSEZ+#_rj&WO*`3!Uq73z*T_Q5$~yzS59kP$CPGPs(h-I{"""
    r"""e`<sw5zLRVM!(_yb!@vJe3{rIYEK%qN7Npz_K5n+R<@1qV6JX*)MgsBDQZ)zO;NAd%(m(CKH?i-b-hu9yIet<a(^NhE?l^9;lhOr"""
    r"""7cQ19cmrz4W^R51?$z6SpZ=~hOKHyiO!D7iAG+z+L&v>cbm-#);^~a~&nkG8b1$_>jq|;baga(+pbPC%kFJdSFCEX+!sl7E(EsO#"""
    r"""P^RV2Wm3<-T>cL<Ww=EE761S"""
)
"""ROWS as Excel 97 has them, packed by gzip and in base 85: no library of the project writes this form."""


def xls():
    return gzip.decompress(b85decode(XLS))


def ods(rows, hidden=""):
    """An .ods of the parts that a reader needs."""
    cells = "".join("<table:table-row>" + "".join(map(_cell, row)) + "</table:table-row>" for row in rows)
    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" '
        f'xmlns:text="{space}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Biểu 3">{cells}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    stream, kind = io.BytesIO(), "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(stream, "w") as parts:
        parts.writestr("mimetype", kind)
        listed = f'<m:manifest xmlns:m="{space}:manifest:1.0"><m:file-entry m:full-path="/" m:media-type="{kind}"/>'
        parts.writestr("META-INF/manifest.xml", listed + "</m:manifest>")
        parts.writestr("content.xml", content)
    return stream.getvalue()


def _cell(cell):
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
    stated = f'office:value-type="float" office:value="{cell}"'
    return f"<table:table-cell {stated}><text:p>{cell}</text:p></table:table-cell>"


def xlsx(*sheets):
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("content", [xls(), ods(ROWS)], ids=["xls", "ods"])
def test_the_same_series_and_that_marks_cannot_be_seen(content):
    found = readings_of(content, "f")
    assert {one.place: dict(zip(one.years, one.values, strict=True)) for one in found} == SERIES
    assert "data.read_no_marks" in {said.code for said in found[0].understood}
    with pytest.raises(InputError, match=r"sheet 'Biểu 3', cell C2|no sheet"):
        readings_of(content, "f", Options(sheet="Biểu 4"))


def test_a_cell_of_ods_is_named_where_it_cannot_be_read():
    with pytest.raises(InputError, match=r"sheet 'Biểu 3', cell C4.*'nhiều'"):
        readings_of(ods([*ROWS[:3], ["An Bình", 32.6, "nhiều", 44.9]]), "f.ods")


def test_the_world_banks_excel():
    head = ["Country Name", "Country Code", "Indicator Name", "Indicator Code", "2016", "2018", "2020"]
    name = "GNI per capita (current US$)"
    data = [["Data Source", "World Development Indicators"], ["Last Updated Date", "2024-01-01"], [], head]
    data += [[place, "X", name, "NY", *row.values()] for place, row in SERIES.items()]
    meta = [["Country Code", "Region", "IncomeGroup", "SpecialNotes", "TableName"], ["X", "Y", "Low", "", "An Bình"]]
    found = readings_of(xlsx(("Data", data), ("Metadata - Countries", meta)), "API.xlsx")
    assert {one.place: dict(zip(one.years, one.values, strict=True)) for one in found} == SERIES
    assert {one.indicator for one in found} == {name}


def filled(rows):
    book = openpyxl.load_workbook(io.BytesIO(template()))
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


UNIT, LAST = "triệu đồng/người/năm", ("Niên giám", "2021-06-30", 0.5, 900, 1.4)


def test_the_template_is_read_as_it_is_filled_in_and_empty_it_says_so():
    with pytest.raises(InputError, match="no row"):
        readings_of(template(), "t.xlsx")
    (one,) = readings_of(
        filled([["Xã A", 2016, 32.6, UNIT, None, *LAST], ["Xã A", 2018, None, UNIT, "confidential"]]), "t"
    )
    assert (one.place, one.unit) == ("Xã A", "million_vnd_per_person_year")
    assert (one.values, one.status) == ((32.6, None), ("final", "confidential"))
    more = one.cells[0].more
    assert (more["source"], more["published"], more["standard_error"]) == ("Niên giám", "2021-06-30", "0.5")
    assert (more["sample_size"], more["design_effect"]) == ("900", "1.4")


STATUSES = st.sampled_from(["final", "preliminary", "estimate", "break"])
FIGURES = st.tuples(st.integers(1, 10**7), STATUSES).map(lambda pair: (pair[0] / 1000, pair[1]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.integers(1990, 2030), FIGURES, min_size=2, max_size=8))
def test_our_own_xlsx_and_csv_come_back_as_they_went(figures):
    rows = [["Xã A", year, value, UNIT, status] for year, (value, status) in figures.items()]
    first = readings_of(filled(rows), "t.xlsx")
    back = [[one.place, c.year, float(c.figure.shown), one.unit, c.figure.status] for one in first for c in one.cells]
    again = readings_of(filled(back), "t.xlsx")
    shown = [(one.place, one.unit, one.years, one.values, one.status) for one in first]
    assert shown == [(one.place, one.unit, one.years, one.values, one.status) for one in again]
    table = [
        dict(zip(("place", "year", "value", "status"), map(str, (r[0], r[1], r[2], r[4])), strict=True)) for r in rows
    ]
    (one,) = readings_of(csv_lines(["place", "year", "value", "status"], table), "t.csv", Options(decimal="."))
    assert (one.years, one.values, one.status) == shown[0][2:]


WORDS = st.sampled_from(
    [
        "Năm",
        "Year",
        "Giá trị",
        "Thu nhập",
        "Xã",
        "Tỉnh",
        "ĐVT",
        "2016",
        "2018",
        "Sơ bộ 2020",
        "2019/20",
        "Quý I/2020",
        "",
        "x",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS | st.text(max_size=8), min_size=1, max_size=6), st.lists(st.integers(0, 3000), max_size=6))
def test_any_line_of_heads_is_read_or_refused(heads, figures):
    rows = [[*map(str, heads)], ["2016", *map(str, figures)], ["2017", *map(str, figures)]]
    text = "\n".join(";".join(re.sub(r'[;"\n]', " ", cell) for cell in row) for row in rows)
    for read in (lambda: find(Sheet("f", rows), Options()), lambda: readings_of(text.encode(), "f.csv")):
        with suppress(InputError):
            read()


def test_a_table_of_places_brings_its_targets_people_and_provinces(tmp_path):
    path = tmp_path / "f.xlsx"
    head = ["Tỉnh", "Huyện", "Xã", "Năm", "Giá trị", "Dân số", "Mục tiêu 2025"]
    rows = [
        head,
        ["Tỉnh A", "Huyện B", "Xã C", 2016, 32.6, 1000, 55],
        ["Tỉnh A", "Huyện B", "Xã C", 2020, 44.9, 1100, 55],
    ]
    path.write_bytes(xlsx(("Biểu", rows)))
    also = ("province", "district", "target", "target_year", "population")
    table = rows_of(path, ("place", "year", "value"), also)
    assert dict(zip(table.head.columns, table.rows[1], strict=True)) == {
        "place": "Xã C", "year": "2020", "value": "44.9", "province": "Tỉnh A", "district": "Huyện B",
        "target": "55", "target_year": "2025", "population": "1100",
    }  # fmt: skip
    assert "cell E3" in str(list(table.records())[1].where)


def test_columns_of_figures_that_are_not_read_are_told_of():
    text = "Xã;2016;2018;Tỷ lệ nghèo\nA;1,5;2,5;3,5\nB;1,5;2,5;4,5\n"
    said = {told.code: told for told in readings_of(text.encode(), "f.csv")[0].understood}
    assert said["data.read_unread"].facts["names"] == ("Tỷ lệ nghèo",)


def test_signatures_below_a_table_are_none_of_it():
    rows = [["Chỉ tiêu", "Năm 2019", "Ước thực hiện 2021"], ["Thu nhập bình quân đầu người", 41.2, 47.5], []]
    below = [["Nơi nhận:", None, "TM. ỦY BAN NHÂN DÂN"], ["- Lưu", "", "CHỦ TỊCH"]]
    (one,) = readings_of(xlsx(("Biểu", [*rows, *below])), "f")
    assert (one.years, one.status) == ((2019, 2021), ("final", "estimate"))


def test_a_number_that_its_separator_parted_is_no_figure():
    with pytest.raises(InputError, match="row 2 column 3: figures stand in a column without a head"):
        readings_of(b"Year,Income\n2018,$1,200\n2019,$1,300\n", "f.csv")


def changed(content, part, change):
    """A workbook one part of which is written in another way."""
    stream, source = io.BytesIO(), zipfile.ZipFile(io.BytesIO(content))
    with zipfile.ZipFile(stream, "w") as parts:
        for name in source.namelist():
            text = source.read(name).decode()
            parts.writestr(name, change(text) if name.endswith(part) else text)
    return stream.getvalue()


def marked(unit, cells, value=43.5):
    """A table whose last cells are as `cells` makes them."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in ([f"Đơn vị tính: {unit}"], ["Địa phương", 2018, 2019, 2020], ["Huyện A", 38.2, 41, value]):
        book.active.append(row)
    cells(book.active)
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("code", "unit", "value", "shown", "status"),
    [
        ('General"p"', "triệu đồng", 43.5, "43.5", "preliminary"),
        ('0.0" sơ bộ"', "triệu đồng", 43.5, "43.5", "preliminary"),
        ('#,##0.0_)"*"', "triệu đồng", 43.5, "43.5", "preliminary"),
        ('"*"0.0', "triệu đồng", 43.5, "43.5", "preliminary"),
        ('#,##0.0_);_(* "-"??_)', "triệu đồng", 43.5, "43.5", "final"),
        ("0.0%", "%", 0.082, "8.2", "final"),
        ("#,##0,", "nghìn đồng", 3_820_400, "3820.4", "final"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(code, unit, value, shown, status):
    (one,) = readings_of(marked(unit, lambda sheet: setattr(sheet["D3"], "number_format", code), value), "f.xlsx")
    assert (one.shown[2], one.status[2]) == (shown, status)
    assert ("data.read_scaled" in {said.code for said in one.understood}) == (value != 43.5)


@pytest.mark.parametrize(
    ("at", "text", "way", "mark"), [("D2", "2020", "superscript", "(*)"), ("D3", "43,5", "subscript", "1")]
)
def test_marks_of_heads_and_lowered_ones_are_parted_from_the_text(at, text, way, mark):
    rich = CellRichText(text, TextBlock(InlineFont(vertAlign=way), mark))
    (one,) = readings_of(marked("triệu đồng", lambda sheet: setattr(sheet[at], "value", rich)), "f.xlsx")
    assert (one.years[2], one.values[2]) == (2020, 43.5)
    assert one.status[2] == "preliminary" if mark == "(*)" else "2020: 1)" in one.notes


def test_a_hidden_column_is_told_of():
    (one,) = readings_of(marked("%", lambda sheet: setattr(sheet.column_dimensions["C"], "hidden", True)), "f.xlsx")
    assert {said.code: said.facts.get("names") for said in one.understood}["data.read_hidden_columns"] == ["C"]


@pytest.mark.parametrize(("value", "code"), [("=B3*1.1", "data.no_result"), ("#DIV/0!", "data.at")])
def test_names_with_a_prefix_hide_neither_formulas_nor_errors(value, code):
    content = marked("%", lambda sheet: setattr(sheet["D3"], "value", value))
    named = changed(
        content, "sheet1.xml", lambda text: re.sub(r"(</?)(?=\w)", r"\1x:", text).replace("xmlns=", "xmlns:x=")
    )
    with pytest.raises(InputError) as fault:
        readings_of(named, "f.xlsx")
    assert fault.value.code == code
