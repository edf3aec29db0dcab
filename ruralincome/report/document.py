"""To take away: the answer, its picture and its tables as a .docx that an office puts its letterhead on."""

import io
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ruralincome.report.answer.first import beside
from ruralincome.report.answer.sections import caveats
from ruralincome.report.answer.sentences import answered, further, question, support
from ruralincome.report.take import form, picture, tables, titled, worded
from ruralincome.report.templates import part
from ruralincome.report.words.phrases import class_title
from ruralincome.report.words.words import chance, number, percent, say, text
from ruralincome.scenario.result import Answer, result

PAGE, EDGE = (210, 297), 25
"""A4 and its margins, in millimetres."""


def document(answer: Answer, language: str) -> bytes:
    """The document: its heading is the answer; then what stands with it, the fan with alternative text, each table of
    `tables`, its head repeated on every page, what the data cannot say and the sources. Editable text, in styles of
    Word's own; the same bytes every time."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Mm

    found, paper, a = result(answer), Document(), answer.assessment
    facts = titled(found, language)
    about, spoken = paper.core_properties, "vi-VN" if language == "vi" else "en-GB"
    about.title, about.language, about.author = text(answer.scenario.title, language), spoken, "ruralincome"
    words = paper.styles.element.find(f".//{qn('w:lang')}")
    words.set(qn("w:val"), spoken)
    page = paper.sections[0]
    page.page_width, page.page_height = map(Mm, PAGE)
    page.left_margin = page.right_margin = Mm(EDGE)
    paper.add_heading(answered(a, language), 1)
    paper.add_paragraph(f"{text(answer.scenario.title, language)}. {say('take.about', language, **facts)}")
    names = {r.name: class_title(r, r.prices, language) for r in (one.reference for one in a.alternatives)}
    ends = {key: chance(p, language) for key, p in zip(("low", "high"), a.range or (), strict=False)}
    count = len(beside(answer)) + 1
    span = [say("report.models.range", language, classes=count, **ends)] if ends else []
    for said in (*support(answer, language), *span, *further(answer, language)):
        paper.add_paragraph(said)
    shape = paper.add_picture(io.BytesIO(picture(answer, "png", language)), Mm(PAGE[0] - 2 * EDGE))
    shape._inline.docPr.set("descr", f"{question(a, language)} {answered(a, language)}")
    for code, columns, rows in tables(found):
        if not rows:
            continue
        levels = any(form(code, column, row) == "level" for row in rows for column in columns[1:])
        paper.add_heading(say(f"take.{code}", language) + (f" ({facts['unit']})" if levels else ""), 2)
        grid = paper.add_table(1, len(columns), "Table Grid")
        grid.rows[0]._tr.get_or_add_trPr().append(grid._tbl.makeelement(qn("w:tblHeader"), {}))
        for cell, column in zip(grid.rows[0].cells, columns, strict=True):
            cell.paragraphs[0].add_run(say(f"take.column.{column}", language)).bold = True
        for row in rows:
            for cell, column, value in zip(grid.add_row().cells, columns, row, strict=True):
                shown = f"{names[value]} ({value})" if column == "class" else worded(code, column, value, language)
                cell.text = _shown(shown, form(code, column, row), found, language)
                if isinstance(value, float):
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for note in (1, 3, 4):
        paper.add_paragraph(say(f"take.note.{note}", language, **facts))
    for block in (caveats(answer, language), part("answer/grounds.sources", language, answer=answer)):
        heading, *lines = block.text.splitlines()
        paper.add_heading(heading, 2)
        for line in lines:
            paper.add_paragraph(line)
    stream = io.BytesIO()
    paper.save(stream)
    return _undated(stream)


def _shown(value: Any, kind: str, found: dict[str, Any], language: str) -> str:
    if not isinstance(value, float):
        return "" if value is None else str(value)
    if kind == "share":
        return percent(value, language)
    return number(value, language, found["decimals"] if kind == "level" else 2)


def _undated(packed: io.BytesIO) -> bytes:
    """The same parts without the time at which they were packed."""
    plain = io.BytesIO()
    with ZipFile(packed) as old, ZipFile(plain, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(ZipInfo(name), old.read(name), ZIP_DEFLATED)
    return plain.getvalue()
