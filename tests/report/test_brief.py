"""The brief is one page of the report's own parts: read back, its numbers are those of result.json."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ruralincome.batch.results import BROWSERS
from ruralincome.report.answer.sections import verdict
from ruralincome.report.document import brief, document
from ruralincome.report.take import drawn_of
from ruralincome.report.templates import unmarked
from ruralincome.report.words.words import LANGUAGES, chance, number, say
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario, read_scenario
from ruralincome.scenario.result import result

ROOT = Path(__file__).parents[2]
docx = pytest.importorskip("docx")


@pytest.fixture(scope="module")
def found():
    return answer(Scenario(), "baseline", ROOT)


@pytest.fixture(scope="module")
def swept():
    return answer(read_scenario(ROOT / "params" / "shocks_and_targets.yaml"), "shocks_and_targets", ROOT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_brief_is_the_reports_first_screen_with_levels_and_what_moves_them(found, language):
    page, kept = brief(found, language), result(found)
    assert verdict(found, language).html in page
    words = unmarked(page)
    assert chance(kept["probability"], language) in words
    year = str(kept["target"]["year"])
    rows = [line.split(" · ") for line in words.splitlines() if " · " in line]
    head = next(row for row in rows if year in row)
    levels = {row[0]: row[head.index(year)] for row in rows if len(row) == len(head)}
    for code, level in kept["inverse"].items():
        assert levels[f"{code[1:]}%"] == number(level, language, kept["decimals"])
    widest = max(found.tornado.bars, key=lambda bar: bar.width)
    assert f"{chance(widest.p_low, language)} → {chance(widest.p_high, language)}" in words
    for code in ("report.sensitivity.heading", "report.caveats.heading", "report.provenance.sources"):
        assert say(code, language) in words
    assert re.findall(r'href="(?!https?:|#)([^"]*)"', page) == ["report.html"]
    assert "<details" not in page  # which not every browser prints
    kind = {"vi": f"Hiện {page.count('<li>') - 4} nguồn", "en": f"Show the sources ({page.count('<li>') - 4})"}
    assert kind[language] in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_brief_as_a_document_says_what_its_page_says(found, language):
    kept, page = result(found), unmarked(brief(found, language)).splitlines()
    paper = docx.Document(io.BytesIO(document(found, language, short=True)))
    (levels,) = paper.tables
    shown = [" · ".join(cell.text for cell in row.cells) for row in levels.rows]
    assert len(shown) == 5
    assert set(shown) <= set(page)
    first = next(k for k, one in enumerate(paper.paragraphs) if one.text.startswith(say("page.safe", language)))
    for one in paper.paragraphs[first : first + 4]:
        name, _, words = one.text.partition(": ")
        assert page[page.index(name) + 1] == words
    assert chance(kept["probability"], language) in paper.paragraphs[0].text
    assert len(paper.inline_shapes) == 1


def test_a_result_without_a_probability_has_a_brief_too():
    none = answer(Scenario.stated(models=["log_trend"]), "x", ROOT)
    assert say("page.none", "vi") in unmarked(brief(none, "vi"))
    assert not docx.Document(io.BytesIO(document(none, "vi", short=True))).tables


def test_a_sweep_takes_its_map_along_before_the_fan(swept, found):
    assert (drawn_of(swept), drawn_of(found)) == (("heat", "fan"), ("fan",))
    paper = docx.Document(io.BytesIO(document(swept, "en")))
    told = [one._inline.docPr.get("descr") for one in paper.inline_shapes]
    assert "shocks from −10.0 to +5.0" in told[0]
    assert say("take.sweep", "en") not in {one.text for one in paper.paragraphs}


@pytest.mark.long
def test_a_brief_is_one_page_on_paper(found, swept, tmp_path):
    office, count = shutil.which("soffice") or shutil.which("libreoffice"), shutil.which("pdfinfo")
    if office is None or count is None:
        pytest.skip("no LibreOffice or no pdfinfo: install them to count the pages of documents")
    long = answer(Scenario.stated(title={"vi": "W" * 200, "en": "W" * 200}), "x", ROOT)
    for k, one in enumerate((found, swept, long)):
        (tmp_path / f"{k}.docx").write_bytes(document(one, "vi", short=True))
    papers = sorted(map(str, tmp_path.glob("*.docx")))
    command = [office, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *papers]
    subprocess.run(command, check=True, timeout=1800, capture_output=True)
    for k in range(3):
        told = subprocess.run([count, str(tmp_path / f"{k}.pdf")], check=True, capture_output=True, text=True).stdout
        assert re.search(r"Pages:\s+1\n", told)


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["covid_and_drought", "national_pace"])
def test_a_brief_of_many_words_is_one_page_as_pdf(name, language, tmp_path):
    browser, count = next(filter(None, map(shutil.which, BROWSERS)), None), shutil.which("pdfinfo")
    if browser is None or count is None:
        pytest.skip("no Chromium or no pdfinfo: install them to count the pages of a brief")
    page, paper = tmp_path / "brief.html", tmp_path / "brief.pdf"
    page.write_text(brief(answer(read_scenario(ROOT / "params" / f"{name}.yaml"), name, ROOT), language), "utf-8")
    command = [browser, "--headless", "--no-sandbox", "--no-pdf-header-footer", f"--print-to-pdf={paper}", str(page)]
    subprocess.run(command, check=True, timeout=1800, capture_output=True)
    assert re.search(r"Pages:\s+1\n", subprocess.run([count, str(paper)], capture_output=True, text=True).stdout)
