"""To take away: an answer as a .docx that an office puts its letterhead on, and the brief, one A4 page of it."""

import io
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ruralincome.report.answer.needs import held
from ruralincome.report.answer.sections import caveats, sensitivity, verdict
from ruralincome.report.answer.sentences import answered, further, question, support
from ruralincome.report.answer.sweeping import map_words, mapped
from ruralincome.report.take import drawn_of, form, picture, span, tables, titled, worded
from ruralincome.report.templates import part, rendered
from ruralincome.report.words.phrases import class_title, expected_inflation
from ruralincome.report.words.words import number, percent, say, text
from ruralincome.scenario.result import Answer, result

PAGE, EDGE = (210, 297), 20
"""A4 and its margins, in millimetres."""
SMALL, SMALLER, WIDE = 9, 7.5, 100
"""A brief's letters and those of its sources in points, its picture in millimetres: what keeps it on one page."""


def document(answer: Answer, language: str, short: bool = False) -> bytes:
    """The document: its heading is the answer; then what stands with it, its pictures with alternative text, each table
    of `tables`, its head repeated on every page, what moves the answer, what the data cannot say and the sources.
    Editable text, in styles of Word's own; the same bytes every time. short: the brief, on one page."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    found, paper, a = result(answer), Document(), answer.assessment
    facts = titled(found, language)
    about, spoken = paper.core_properties, "vi-VN" if language == "vi" else "en-GB"
    about.title, about.language, about.author = text(answer.scenario.title, language), spoken, "ruralincome"
    paper.styles.element.find(f".//{qn('w:lang')}").set(qn("w:val"), spoken)
    page = paper.sections[0]
    page.page_width, page.page_height = map(Mm, PAGE)
    page.left_margin = page.right_margin = Mm(EDGE)
    if short:
        page.top_margin = page.bottom_margin = Mm(EDGE - 5)
        for name in ("Normal", "Heading 1", "Heading 2"):
            style = paper.styles[name]
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(4), Pt(2)
            style.font.size = Pt({"Normal": SMALL, "Heading 1": 15}.get(name, 11))
    paper.add_heading(answered(a, language), 1)
    named = text(answer.scenario.title, language)
    paper.add_paragraph(f"{named[:120] if short else named}. {say('take.about', language, **facts)}")
    names = {r.name: class_title(r, r.prices, language) for r in (one.reference for one in a.alternatives)}
    told = [*support(answer, language), *span(found, language), *further(answer, language)]
    if short:
        told = [" ".join(one for one in told if one != expected_inflation(answer.evidence, language))]
    for said in told:
        paper.add_paragraph(said)
    for what in drawn_of(answer)[: 1 if short else None]:
        width = WIDE if short else PAGE[0] - 2 * EDGE
        shape = paper.add_picture(io.BytesIO(picture(answer, "png", language, what)), Mm(width))
        cells = mapped(answer) if what == "heat" else None
        asked = f"{question(a, language)} {answered(a, language)}"
        shows = map_words(answer, cells, language) if cells else {"alt": asked}
        shape._inline.docPr.set("descr", shows["alt"])
        if cells:
            paper.add_paragraph(f"{shows['finding']}. {shows['apart']}".strip())
    for code, columns, rows in tables(found):
        if not rows or code == "sweep" or (short and (code != "targets" or a.probability is None)):
            continue  # the cells of a sweep are its picture; a workbook has their numbers
        levels = any(form(code, column, row) == "level" for row in rows for column in columns[1:])
        paper.add_heading(say(f"take.{code}", language) + (f" ({facts['unit']})" if levels else ""), 2)
        grid = paper.add_table(1, len(columns), "Table Grid")
        grid.autofit = not short
        for column in grid.columns if short else ():
            column.width = Mm(40)
        grid.rows[0]._tr.get_or_add_trPr().append(grid._tbl.makeelement(qn("w:tblHeader"), {}))
        for cell, column in zip(grid.rows[0].cells, columns, strict=True):
            cell.paragraphs[0].add_run(say(f"take.column.{column}", language)).bold = True
        for row in rows:
            for cell, column, value in zip(grid.add_row().cells, columns, row, strict=True):
                shown = f"{names[value]} ({value})" if column == "class" else worded(code, column, value, language)
                cell.text = _shown(shown, form(code, column, row), found, language)
                if isinstance(value, float):
                    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for note in () if short else (1, 3, 4):
        paper.add_paragraph(say(f"take.note.{note}", language, **facts))
    parts = [moved] if (moved := sensitivity(answer, language, short=True).text.splitlines()) else []
    parts += [caveats(answer, language).text.splitlines()[: 2 if short else None]]  # a heading, it in short, and all
    parts += [part("answer/grounds.sources", language, answer=answer).text.splitlines()]
    for k, (heading, *lines) in enumerate(parts, start=1):
        paper.add_heading(heading, 2)
        for line in lines:
            added = paper.add_paragraph(line, "List Bullet" if len(lines) > 1 else None)
            if short and k == len(parts):
                added.runs[0].font.size = Pt(SMALLER)
    stream = io.BytesIO()
    paper.save(stream)
    return _undated(stream)


def brief(answer: Answer, language: str, spoken: Sequence[str] = ()) -> str:
    """The first screen of the report, which levels are safer, what moves the answer, what to mind and the sources.
    spoken: languages in which it is made, to the others of which it leads."""
    sources = part("answer/grounds.sources", language, answer=answer)
    parts = (sensitivity(answer, language, short=True), held(answer, language), sources)
    return str(
        rendered(
            "brief.html.j2",
            language=language,
            title=say("page.brief.of", language, answer=answered(answer.assessment, language)),
            verdict=verdict(answer, language).html,
            parts=[found.html for found in parts],
            doubts=caveats(answer, language).text.splitlines()[:2],
            spoken=spoken,
            made=say("page.made.shared", language, version=version("ruralincome")),
        )
    )


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
