"""What is taken away holds the numbers of result.json: the files are read back."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest

from ruralincome.report.take import class_titles, numbers, picture, tables, workbook
from ruralincome.report.words.words import LANGUAGES, chance, day, text
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.result import result

ROOT = Path(__file__).parents[2]
openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture(scope="module")
def found():
    title = {"vi": "=1+1 " + "dài " * 50, "en": "=1+1 long"}
    return answer(Scenario.stated(title=title, target={"value": 67.35, "year": 2025}, redrawn="old"), "x", ROOT)


def test_the_csv_holds_every_number_to_its_last_digit(found):
    kept = result(found)
    rows = list(csv.reader(io.StringIO(numbers(kept).decode("utf-8-sig"))))
    read = {(table, row, column): value for table, row, column, value in rows[1:]}  # without a sweep no more columns
    assert rows[0] == ["table", "row", "column", "value"]
    assert len(read) == len(rows) - 1
    assert float(read["answer", "probability", "value"]) == kept["probability"]
    for year, low, median, high in kept["path"]:
        seen = [float(read["forecast", str(year), column]) for column in ("low80", "median", "high80")]
        assert seen == [low, median, high]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_is_a_cover_notes_and_one_named_table_a_sheet(found, language):
    kept = result(found)
    book = openpyxl.load_workbook(io.BytesIO(workbook(kept, language, found)))
    cover, notes, *sheets = book.worksheets
    assert cover["A1"].value.startswith("'=1+1")
    assert cover["A1"].data_type == "s"
    assert notes["A2"].value
    assert cover.row_dimensions[5].height >= 30  # a wrapped line lies on no other
    low, high = (chance(kept["range"][end], language) for end in ("low", "high"))
    assert low in cover["A3"].value
    assert high in cover["A3"].value
    lines, named = [row[0].value for row in cover], class_titles(found, language)
    for source in found.evidence.series.sources:
        (line,) = (line for line in lines if f"{text(source.titles, language)} {source.path}" in line)
        assert day(source.accessed, language) in line
    assert (book.properties.language, book.properties.creator) == (language, "ruralincome")
    for sheet, (code, columns, rows) in zip(sheets, tables(kept, named), strict=True):
        assert not sheet.merged_cells.ranges
        assert list(sheet.tables) == [code]
        assert (sheet.print_title_rows, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == ("$3:$3", None, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet["A1"].value
        head, *cells = [[cell.value for cell in row] for row in sheet[sheet.tables[code].ref]]
        assert len(head) == len(set(head)) == len(columns)
        for row, shown in zip(rows, cells, strict=True):
            for value, cell in zip(row, shown, strict=True):
                assert isinstance(cell, str) if isinstance(value, str) else cell == pytest.approx(value, rel=1e-14)
    first = {"vi": "Các tỉnh, thành phố của Việt Nam, giá hiện hành", "en": "Provinces of Viet Nam, current prices"}
    (sheet,) = (sheet for sheet in sheets if "classes" in sheet.tables)
    assert f"{first[language]} (vietnam-provinces)" in [cell.value for cell in sheet["A"]]


def test_every_cell_of_a_sweep_is_taken_along():
    stated = {"shock": {"first": -4, "last": 4, "step": 2}, "target": {"first": 47, "last": 49, "step": 0.5}}
    swept = answer(Scenario.stated(sweep={**stated, "references": ["vietnam-provinces", "vietnam-pool"]}), "x", ROOT)
    kept, cells = result(swept), swept.cells
    book = openpyxl.load_workbook(io.BytesIO(workbook(kept, "vi", swept)))
    _, *rows = book.worksheets[-1][book.worksheets[-1].tables["sweep"].ref]
    assert len(rows) == cells.probability.size == 50
    known = {words: name for name, words in class_titles(swept, "vi").items()}
    named = {(known[i], a, b): p for i, a, b, p in ([cell.value for cell in row] for row in rows)}
    lines = [row for row in csv.DictReader(io.StringIO(numbers(kept).decode("utf-8-sig"))) if row["table"] == "sweep"]
    read = {row["row"]: float(row["value"]) for row in lines}
    apart = {(row["class"], float(row["shock"]), float(row["target"])): float(row["value"]) for row in lines}
    assert apart == named
    for i, name in enumerate(cells.references):
        for j, shock in enumerate(cells.shocks):
            for k, goal in enumerate(cells.targets):
                p = cells.probability[i, j, k]
                assert named[name, shock, goal] == kept["sweep"]["probability"][i][j][k] == pytest.approx(p, abs=1e-6)
                assert read[f"{name}/{shock}/{goal}"] == named[name, shock, goal]
    assert rows[0][3].number_format == "0.0%"
    assert picture(swept, "svg", "en", "heat") != picture(swept, "svg", "en")


def test_a_result_without_a_probability_can_be_taken_away_too():
    none = answer(Scenario.stated(models=["log_trend"]), "x", ROOT)
    kept = result(none)
    assert kept["probability"] is None
    assert "answer,probability,value,\n" in numbers(kept).decode()
    assert len(openpyxl.load_workbook(io.BytesIO(workbook(kept, "vi", none))).worksheets) == 9


def test_a_picture_stands_alone(found):
    svg = picture(found, "svg", "en").decode()
    assert svg.startswith("<?xml")
    assert "<dc:date>" not in svg
    assert picture(found, "png", "vi").startswith(b"\x89PNG")


@pytest.mark.long
def test_libreoffice_reads_the_numbers_of_the_workbook(found, tmp_path):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("no LibreOffice: install it (Debian: apt-get install libreoffice-calc) to open workbooks with it")
    (tmp_path / "t.xlsx").write_bytes(workbook(result(found), "vi", found))
    command = [office, "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,,,,,,,,,-1"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "t.xlsx")], check=True, timeout=1800)
    assert len(list(tmp_path.glob("*.csv"))) == 9
