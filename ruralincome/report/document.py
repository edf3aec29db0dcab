"""To take away: an answer as a .docx that an office puts its letterhead on, and the brief, one A4 page of it."""

import io
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ruralincome.report.answer.needs import held
from ruralincome.report.answer.sections import caveats, sensitivity, verdict
from ruralincome.report.answer.sentences import answered, further, question, support
from ruralincome.report.answer.sweeping import map_words, mapped
from ruralincome.report.blocks import Number
from ruralincome.report.take import Result, class_titles, drawn_of, form, picture, span, tables, titled, worded
from ruralincome.report.templates import part, rendered
from ruralincome.report.words.words import number, percent, say, text
from ruralincome.scenario.result import Answer, result

PAGE, EDGE = (210, 297), 20
"""A4 and its margins, in millimetres."""
Listed = tuple[str, list[str], list[list[str]]]
"""The heading of a table, its head and its rows; cells that are a `Number` stand flush right."""
SMALL, SMALLER, WIDE = 8.5, 7, 80
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
        page.top_margin = page.bottom_margin = Mm(EDGE - 8)
        for name in ("Normal", "Heading 1", "Heading 2"):
            style = paper.styles[name]
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(2), Pt(1)
            style.font.size = Pt({"Normal": SMALL, "Heading 1": 15}.get(name, 11))
    paper.add_heading(answered(a, language), 1)
    named = text(answer.scenario.title, language)
    paper.add_paragraph(f"{named[:120] if short else named}. {say('take.about', language, **facts)}")
    told = [*support(answer, language), *span(found, language), *further(answer, language)]
    for said in verdict(answer, language, short=True).text.splitlines() if short else told:
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
    for heading, head, rows in _levels(answer, language) if short else _tables(answer, language, found, facts["unit"]):
        paper.add_heading(heading, 2)
        grid = paper.add_table(1 + len(rows), len(head), "Table Grid")
        grid.autofit = not short
        for column in grid.columns if short else ():
            column.width = Mm(24)
        grid.rows[0]._tr.get_or_add_trPr().append(grid._tbl.makeelement(qn("w:tblHeader"), {}))
        for line, each in zip(grid.rows, (head, *rows), strict=True):
            for cell, words in zip(line.cells, each, strict=True):
                cell.paragraphs[0].add_run(words).bold = each is head or None
                if isinstance(words, Number):
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
    sources, doubts = part("answer/grounds.sources", language, answer=answer), caveats(answer, language).text
    parts = [one.html for one in (sensitivity(answer, language, short=True), held(answer, language), sources)]
    facts: dict[str, Any] = {"parts": parts, "doubts": doubts.splitlines()[:2], "spoken": spoken}
    facts["title"] = say("page.brief.of", language, answer=answered(answer.assessment, language))
    facts["made"] = say("page.made.shared", language, version=version("ruralincome"))
    return str(rendered("brief.html.j2", language=language, verdict=verdict(answer, language).html, **facts))


def _tables(answer: Answer, language: str, found: Result, unit: str) -> Iterator[Listed]:
    """The tables of a result in words. The cells of a sweep are its picture; a workbook has their numbers."""
    for code, columns, rows in tables(found, class_titles(answer, language)):
        if rows and code != "sweep":
            shapes = [[form(code, column, row) for column in columns] for row in rows]
            levels = f" ({unit})" if any("level" in shape[1:] for shape in shapes) else ""
            each = zip(rows, shapes, strict=True)
            cells = [[_shown(code, *one, found, language) for one in zip(columns, *pair, strict=True)] for pair in each]
            yield say(f"take.{code}", language) + levels, [say(f"take.column.{c}", language) for c in columns], cells


def _levels(answer: Answer, language: str) -> Iterator[Listed]:
    """The levels that a brief's page has, by chance and year; none without a probability."""
    if words := held(answer, language).text:
        heading, head, *rows = words.splitlines()
        each = (row.split(" · ") for row in rows)
        yield heading, head.split(" · "), [[share, *map(Number, levels)] for share, *levels in each]


def _shown(code: str, column: str, value: Any, kind: str, found: Result, language: str) -> str:
    if not isinstance(value, float):
        words = worded(code, column, value, language)
        return "" if words is None else str(words)
    if kind == "share":
        return Number(percent(value, language))
    return Number(number(value, language, found["decimals"] if kind == "level" else 2))


def _undated(packed: io.BytesIO) -> bytes:
    """The same parts without the time at which they were packed."""
    plain = io.BytesIO()
    with ZipFile(packed) as old, ZipFile(plain, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(ZipInfo(name), old.read(name), ZIP_DEFLATED)
    return plain.getvalue()
