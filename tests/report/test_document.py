"""The document that is taken away is read back: its heading, its tables' heads and numbers, its alternative text."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest

from ruralincome.report.document import document
from ruralincome.report.take import tables
from ruralincome.report.words.phrases import class_record
from ruralincome.report.words.words import LANGUAGES, chance, say, text
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.result import result

ROOT = Path(__file__).parents[2]
docx = pytest.importorskip("docx")


def asked(**stated):
    return answer(Scenario.stated(title={"vi": "<b>Thử</b> & mẫu", "en": "<b>A try</b>"}, **stated), "x", ROOT)


@pytest.fixture(scope="module")
def found():
    return asked(target={"value": 67.35, "year": 2025}, redrawn="old")


def number(shown, language):
    """A number as it was printed, a share as a fraction."""
    plain = shown.replace("\N{MINUS SIGN}", "-").rstrip("%")
    plain = plain.replace(".", "").replace(",", ".") if language == "vi" else plain.replace(",", "")
    return float(plain) / (100 if shown.endswith("%") else 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_holds_the_numbers_of_the_result(found, language):
    paper = docx.Document(io.BytesIO(document(found, language)))
    kept = [table for table in tables(result(found)) if table[2]]
    assert len(paper.tables) == len(kept)
    for shown, (_, columns, rows) in zip(paper.tables, kept, strict=True):
        assert shown.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
        assert len({cell.text for cell in shown.rows[0].cells}) == len(columns)
        for line, row in zip(shown.rows[1:], rows, strict=True):
            for cell, value in zip(line.cells, row, strict=True):
                if isinstance(value, float):
                    digits = len(cell.text.rstrip("%").replace(".", ",").partition(",")[2])
                    error = 0.51 * 10.0 ** -(digits + 2 * cell.text.endswith("%"))
                    assert number(cell.text, language) == pytest.approx(value, abs=error)


@pytest.mark.parametrize(
    ("language", "spoken", "said"), [("vi", "vi-VN", "67,35 triệu"), ("en", "en-GB", "67.35 million")]
)
def test_its_heading_is_the_answer_and_its_picture_has_words(found, language, spoken, said):
    content = document(found, language)
    assert content == document(found, language)
    paper = docx.Document(io.BytesIO(content))
    first, title = paper.paragraphs[:2]
    assert (first.style.name, said in first.text) == ("Heading 1", True)
    assert title.text.startswith("<b>")
    heads = {one.text for one in paper.paragraphs if one.style.name == "Heading 2"}
    assert {say(f"take.{code}", language) for code in ("rules", "classes")} <= heads  # the unit is that of levels alone
    (picture,) = paper.inline_shapes
    assert said in picture._inline.docPr.get("descr")
    assert (paper.core_properties.language, paper.core_properties.author) == (spoken, "ruralincome")
    assert set(paper.styles.element.xpath("//w:lang/@w:val")) == {spoken}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_how_far_to_trust_the_answer_and_whence_the_figures_are(found, language):
    paper = docx.Document(io.BytesIO(document(found, language)))
    words = [paragraph.text for paragraph in paper.paragraphs]
    low, high = (chance(p, language) for p in found.assessment.range)
    assert any(low in line and high in line for line in words[:8])
    assert class_record(found.records[0], language, found.assessment.horizon) in words
    for code in ("report.caveats.heading", "report.caveats.target_is_question", "report.provenance.sources"):
        assert say(code, language) in words
    for source in found.evidence.series.sources:
        assert any((text(source.titles, language) or source.title) in line for line in words[-9:])
    (classes,) = (table for table in paper.tables if "(vietnam-provinces)" in table.columns[0].cells[-2].text)
    assert not any("(general)" in cell.text for cell in classes.columns[0].cells)


def test_a_result_without_a_probability_is_a_document_too():
    paper = docx.Document(io.BytesIO(document(asked(models=["log_trend"]), "vi")))
    assert "không" in paper.paragraphs[0].text.lower()


@pytest.mark.long
def test_libreoffice_opens_the_document(found, tmp_path):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("no LibreOffice: install it (Debian: apt-get install libreoffice-writer) to open documents with it")
    (tmp_path / "t.docx").write_bytes(document(found, "vi"))
    command = [office, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "t.docx")], check=True, timeout=1800)
    assert "67,35 triệu đồng/người/năm" in (tmp_path / "t.txt").read_text(encoding="utf-8-sig")
