"""The same two series in the forms of a table come out equal; a doubt is refused by its cell, with a remedy."""

import io

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

import ruralincome as ri
from ruralincome.data.forms.read import readings_of
from ruralincome.data.forms.reading import Options

SERIES = {"An Bình": {2016: 32.6, 2018: 38.25, 2020: 44.9}, "Tân Hội": {2016: 30.1, 2018: 1234.5, 2020: 41.0}}
YEARS = (2016, 2018, 2020)


def shown(value, comma=True, thousands="."):
    text = f"{value:,.2f}".replace(",", "T").replace(".", "," if comma else ".")
    return text.replace("T", thousands)


def wide(separator=";", comma=True, heads=YEARS, first="Xã", thousands="."):
    lines = [separator.join([first, *map(str, heads)])]
    lines += [separator.join([p, *(shown(v, comma, thousands) for v in row.values())]) for p, row in SERIES.items()]
    return "\n".join(lines)


def long(separator=",", comma=False, heads=("Xã", "Năm", "Giá trị")):
    rows = [separator.join(heads)]
    rows += [separator.join([p, str(t), shown(v, comma, "")]) for p, row in SERIES.items() for t, v in row.items()]
    return "\n".join(rows)


def across(separator="\t"):
    rows = [separator.join(["Năm", *SERIES])]
    rows += [separator.join([str(t), *(shown(SERIES[p][t], False, "") for p in SERIES)]) for t in YEARS]
    return "\n".join(rows)


def workbook(top=0, as_text=False, **more):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Biểu 3"
    for line in range(top):
        sheet.cell(line + 1, 1, ["Biểu 3. Số liệu", "Đơn vị tính: triệu đồng", None][line % 3])
    sheet.append(["Xã", *YEARS]) if not top else None
    row = sheet.max_row if not top else top + 1
    for c, head in enumerate(["Xã", *YEARS], 1):
        sheet.cell(row, c, head)
    for r, (place, values) in enumerate(SERIES.items(), row + 1):
        sheet.cell(r, 1, place)
        for c, value in enumerate(values.values(), 2):
            sheet.cell(r, c, shown(value) if as_text else value)
    for name, value in more.items():
        sheet[name] = value
    return book


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


TITLED = "Biểu 3. Số liệu kinh tế\nĐơn vị tính: triệu đồng\n\n"
FORMS = {
    "wide ;": wide(),
    "wide tab": wide("\t"),
    "wide |": wide("|"),
    "wide , point": wide(",", comma=False, thousands=""),
    "wide ; point": wide(comma=False, thousands=","),
    "wide thousands spaced": wide(thousands=" "),
    "wide thousands narrow": wide(thousands="\u202f"),
    "wide Năm": wide(heads=[f"Năm {t}" for t in YEARS]),
    "wide World Bank heads": wide(heads=[f"{t} [YR{t}]" for t in YEARS], first="Country Name"),
    "wide titled": TITLED + wide(),
    "wide numbered": wide().replace("\nAn", "\nA;1;2;3\nAn"),
    "wide STT": "STT;" + wide().replace("\nAn", "\n1;An").replace("\nTân", "\n2;Tân"),
    "wide with total": wide().replace("\nAn", "\nTổng số;1,5;2,5;3,5\nAn"),
    "wide with notes": wide() + "\n\nNguồn: Chi cục Thống kê\n",
    "wide sep=": "sep=;\n" + wide(),
    "wide quoted": wide().replace("An Bình", '"An Bình"'),
    "long ,": long(),
    "long ;": long(";", comma=True),
    "long tab": long("\t", comma=True),
    "long English": long(heads=("place", "year", "value")),
    "long SDMX names": long(heads=("REF_AREA", "TIME_PERIOD", "OBS_VALUE")),
    "across": across(),
    "across ;": across(";"),
    "UTF-16": wide().encode("utf-16"),
    "UTF-8 with mark": wide().encode("utf-8-sig"),
    "cp1258": "\n".join(wide().split("\n")).replace("ộ", "o\u0323\u0302").encode("utf-8"),
    "xlsx": saved(workbook()),
    "xlsx titled": saved(workbook(3)),
    "xlsx text": saved(workbook(3, as_text=True)),
}


def cp1258(text):
    import unicodedata

    out = []
    for letter in text:
        try:
            letter.encode("cp1258")
            out.append(letter)
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tone = (
                parts[-1] if parts[-1] in "\u0300\u0301\u0303\u0309\u0323" else next(c for c in parts if c in "\u0323")
            )
            out.append(unicodedata.normalize("NFC", parts.replace(tone, "")) + tone)
    return "".join(out).encode("cp1258")


FORMS["cp1258"] = cp1258(wide())


def of(content, name="f.csv", **options):
    return readings_of(content.encode() if isinstance(content, str) else content, name, Options(**options))


@pytest.mark.parametrize("form", FORMS)
def test_the_same_series_in_every_form(form):
    found = {reading.place: dict(zip(reading.years, reading.values, strict=True)) for reading in of(FORMS[form])}
    assert found == SERIES
    assert {status for reading in of(FORMS[form]) for status in reading.status} == {"final"}


def test_an_empty_cell_leaves_the_other_years_standing():
    reading = of(wide().replace("38,25", ""))[0]
    assert reading.values == (32.6, None, 44.9)
    assert reading.status == ("final", "not_available", "final")


def test_a_raised_mark_is_parted_from_its_figure():
    text = CellRichText("44,9", TextBlock(InlineFont(vertAlign="superscript"), "1"))
    reading = of(saved(workbook(3, D5=text)), "f.xlsx")[0]
    assert reading.values[-1] == 44.9
    assert "2020: 1)" in reading.notes


def test_a_mark_of_a_number_format_is_read():
    book = workbook()
    book.active["D3"].number_format = '0.0"p"'
    assert of(saved(book))[1].status == ("final", "final", "preliminary")


def test_merged_heads_part_what_they_stand_over():
    book = workbook(3, B3="Chung", E3="Nông thôn", E4=2016, F4=2018, E5=1.5, F5=2.5)
    book.active.merge_cells("B3:D3")
    book.active.merge_cells("E3:F3")
    found = {(reading.place, reading.indicator): reading.values for reading in of(saved(book))}
    assert found["An Bình", "Chung"] == (32.6, 38.25, 44.9)
    assert found["An Bình", "Nông thôn"] == (1.5, 2.5)


TWO_LINES = """Biểu 5. Thu nhập bình quân đầu người một tháng
ĐVT: nghìn đồng
Xã;Năm;Khu vực;;Ghi chú
;;Thành thị;Nông thôn;
An Bình;2016;2.500,5;1.800,5;a
;2018;2.900;2.100,5;
Tân Hội;2018;2.700;2.000;b
"""


def test_a_long_table_with_heads_in_two_lines():
    found = {(one.place, one.indicator): dict(zip(one.years, one.values, strict=True)) for one in of(TWO_LINES)}
    assert found["An Bình", "Khu vực; Thành thị"] == {2016: 2500.5, 2018: 2900.0}
    assert found["Tân Hội", "Khu vực; Nông thôn"] == {2018: 2000.0}
    assert {one.unit for one in of(TWO_LINES)} == {"thousand_vnd_per_person_month"}


def test_hidden_rows_and_sheets_are_told_of():
    book = workbook()
    book.active.row_dimensions[2].hidden = True
    book.create_sheet("ẩn").sheet_state = "hidden"
    book["ẩn"].append(["Xã", 2016, 2018])
    codes = {said.code for said in of(saved(book))[0].understood}
    assert {"data.read_hidden_rows", "data.read_hidden_sheets"} <= codes


REFUSED = {
    "formula": (saved(workbook(B2="=C2*2")), "data.no_result", ("'Biểu 3'", "cell B2", "save it again")),
    "text": (saved(workbook(B2="nhiều")), "data.at", ("'Biểu 3'", "cell B2", "'nhiều'", "correct it")),
    "brackets": (wide().replace("38,25", "(38,25)"), "data.at", ("row 2 column 3", "'(38,25)'")),
    "two signs": (wide().replace("38,25", "38.25"), "data.two_decimals", ("row 2", "--decimal")),
    "which sign": ("Xã;2016;2018\nA;32.600;44.900", "data.which_decimal", ("row 2 column 2", "'32.600'", "--decimal")),
    "which year": (wide(heads=("2015/16", "2017/18", "2019/20")), "data.at", ("row 1 column 2", "--year first")),
    "quarter": (wide(heads=("Quý I/2020", "Quý II/2020", "Quý III/2020")), "data.at", ("row 1", "part of a year")),
    "twice": (long() + "\nAn Bình,2016,1.0", "data.two_figures", ("row 8", "2016", "32.60", "1.0")),
    "no heads": ("a;b\nc;d", "data.no_heads", ("--columns",)),
    "empty": ("", "data.empty", ("f.csv",)),
    "not a workbook": (b"PK\x03\x04nothing", "data.no_workbook", ("f.csv", "CSV UTF-8")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_names_the_cell_and_the_remedy(case):
    content, code, words = REFUSED[case]
    with pytest.raises(ri.InputError) as fault:
        of(content)
    assert fault.value.code == code
    for word in words:
        assert word in str(fault.value)


def test_two_sheets_ask_which_and_take_the_answer():
    book = workbook()
    second = book.create_sheet("Biểu 4")
    second.append(["Xã", 2016, 2018])
    second.append(["An Bình", 1, 2])
    with pytest.raises(ri.InputError, match="--sheet"):
        of(saved(book))
    assert of(saved(book), sheet="Biểu 4")[0].values == (1, 2)
    with pytest.raises(ri.InputError, match="choose one of Biểu 3, Biểu 4"):
        of(saved(book), sheet="Biểu 5")


def test_columns_may_be_named(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("đợt;Kỳ công bố;kết quả;khác\n1;2016;32,6;x\n2;2020;44,9;y\n", encoding="utf-8")
    reading = ri.read_table(path, columns="year=Kỳ công bố,value=kết quả", unit="triệu đồng/người/năm")[0]
    assert reading.values == (32.6, 44.9)
    assert reading.unit == "million_vnd_per_person_year"
    with pytest.raises(ri.InputError, match="--columns"):
        ri.read_table(path, columns="year=Nam cong bo")
    with pytest.raises(ri.InputError, match="KIND=HEAD"):
        ri.read_table(path, columns="yeer=Năm")


def test_a_file_of_an_office_in_one_reading():
    text = (
        "Thu nhập bình quân đầu người một tháng phân theo địa phương\nĐVT: Nghìn đồng\n"
        "Tỉnh, thành phố;2016;2018;Sơ bộ 2020\nCẢ NƯỚC;3.049;3.874;4.249\nBình Thuận;2.714,3;..;3.981 e\n(*) Số sơ bộ\n"
    )
    (reading,) = of(text)
    assert (reading.place, reading.unit) == ("Bình Thuận", "thousand_vnd_per_person_month")
    assert reading.values == (2714.3, None, 3981.0)
    assert reading.status == ("final", "not_available", "estimate")
    assert "CẢ NƯỚC" in " ".join(map(str, reading.understood))
    assert set(reading.to_json()) == {"place", "indicator", "unit", "years", "values", "status", "notes", "understood"}
