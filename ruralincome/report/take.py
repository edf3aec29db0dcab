"""To take away: the numbers of a result as CSV and as a workbook, its fan as a picture.

The workbook follows the guidance of the UK Government Analysis Function on spreadsheets ("Making spreadsheets
accessible"): a cover, notes, then one named table a sheet under its title, numbers as numbers, no merged cells.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from itertools import product
from textwrap import fill
from typing import Any

from ruralincome.report.answer.sweeping import draw_map, map_words, mapped
from ruralincome.report.charts.fan import plot
from ruralincome.report.charts.style import style
from ruralincome.report.templates import part
from ruralincome.report.words.phrases import class_title, indicator, ranged, target_digits, unit_in
from ruralincome.report.words.words import number, say, text
from ruralincome.scenario.result import Answer
from ruralincome.series.names import FORMULA

Result = Mapping[str, Any]
"""What result.json holds; among others `name`, the scenario's, `series_title` and `place` of its series in words."""
Taken = tuple[str, tuple[str, ...], list[tuple[Any, ...]]]
"""A code, its columns and its rows; what is not known is None."""
RATES = {"probability", "growth", "inside80", "error"}
"""Columns of fractions, which a workbook shows as percentages."""
IN_UNIT = {"value", "low80", "median", "high80", "target"}


def tables(result: Result, names: Mapping[str, str] | None = None) -> Iterator[Taken]:
    """The numbers of result.json, table by table; last the cells of a sweep, where there is one. names: `class_titles`,
    for those who read words."""
    names = names or {}
    low, high = result["interval80"] or (None, None)
    stated = ("probability", "likelihood", "median", "low80", "high80", "required_growth", "historical_growth")
    found = {**result, "low80": low, "high80": high}
    yield "answer", ("measure", "value"), [(name, found[name]) for name in stated]
    yield "observations", ("year", "value"), [tuple(pair) for pair in result["observations"]]
    yield "forecast", ("year", "low80", "median", "high80"), [tuple(row) for row in result["path"] or ()]
    yield "targets", ("probability", "value"), [(int(k[1:]) / 100, level) for k, level in result["inverse"].items()]
    yield "rules", ("rule", "value", "verdict"), [(r["rule"], r["value"], r["verdict"]) for r in result["rules"]]
    fitted = [m for m in result["models"] if m["status"] == "fitted"]
    models = [(m["model"], m["probability"], m["median"], *m["interval80"]) for m in fitted]
    yield "models", ("model", "probability", "median", "low80", "high80"), models
    asked = [c for c in result["range"]["classes"] if not c.get("left_out")]  # those that could have been chosen
    classes = [(names.get(c["class"], c["class"]), *c["years"], c["probability"]) for c in asked]
    yield "classes", ("class", "first", "last", "probability"), classes
    if swept := result.get("sweep"):
        each = product(*(enumerate(swept[key]) for key in ("references", "shocks", "targets")))
        chances = swept["probability"]
        cells = [(names.get(a, a), shock, goal, chances[i][j][k]) for (i, a), (j, shock), (k, goal) in each]
        yield "sweep", ("class", "shock", "target", "probability"), cells


def numbers(result: Result) -> bytes:
    """The tables as one CSV, a number a line: table, row, column, value; codes, the same in every language. Of a sweep
    also the class, the shock and the target of each cell, in columns of their own."""
    found, stream = list(tables(result)), io.StringIO(newline="")
    write = csv.writer(stream, lineterminator="\n").writerow
    apart = ("class", "shock", "target") if found[-1][0] == "sweep" else ()
    write(("table", "row", "column", "value", *apart))
    for code, columns, rows in found:
        names = 3 if code == "sweep" else 1
        for row in rows:
            named, keys = "/".join(map(str, row[:names])), row[:3] if names > 1 else [""] * len(apart)
            for column, cell in zip(columns[names:], row[names:], strict=True):
                write((code, _safe(named), column, "" if cell is None else _safe(cell), *map(_safe, keys)))
    return stream.getvalue().encode("utf-8-sig")  # without a byte order mark a spreadsheet garbles names


def workbook(result: Result, language: str, answer: Answer) -> bytes:
    """The tables as an .xlsx in words of a language; answer: whose classes and sources it names."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book, sheets = Workbook(), list(tables(result, class_titles(answer, language)))
    titles, names = ([say(f"take.{at}{code}", language) for code, *_ in sheets] for at in ("", "sheet."))
    title = text(result["title"], language)
    book.properties.title, book.properties.language, book.properties.creator = title, language, "ruralincome"
    facts = titled(result, language)
    contents = [f"{name}: {words}" for name, words in zip(names, titles, strict=True)]
    about = [title, say("take.about", language, **facts), *span(result, language)]
    about += part("answer/grounds.sources", language, answer=answer).text.splitlines()
    cover, notes = book.active, book.create_sheet(say("take.sheet.notes", language))
    cover.title = say("take.sheet.cover", language)
    for sheet, lines in (
        (cover, [*about, say("take.contents", language), *contents]),
        (notes, [say(f"take.note.{k}", language, **facts) for k in range(6)]),
    ):
        for k, words in enumerate(lines, start=1):
            sheet.cell(k, 1, _safe(words)).alignment = Alignment(wrap_text=True, vertical="top")
            sheet.row_dimensions[k].height = (20 if k == 1 else 15) * -(-len(words) // (60 if k == 1 else 85))
        sheet["A1"].font, sheet.column_dimensions["A"].width = Font(bold=True, size=14), 90
    for table, name, words in zip(sheets, names, titles, strict=True):
        _sheet(book.create_sheet(name), table, f"{words} ({facts['unit']})", result, language)
    for k, sheet in enumerate(book):  # on paper one page wide, and of a table its head on every page
        page, sheet.print_title_rows = sheet.page_setup, "3:3" if k > 1 else None
        page.orientation, page.fitToPage, page.fitToHeight = "landscape", True, 0
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def class_titles(answer: Answer, language: str) -> dict[str, str]:
    """The classes of an answer by name: each in words, and its name, by which result.json and numbers.csv know it."""
    known = answer.classes | {one.reference.name: one.reference for one in answer.assessment.alternatives}
    return {name: f"{class_title(r, r.prices, language)} ({name})" for name, r in known.items()}


def titled(result: Result, language: str) -> dict[str, Any]:
    """What a cover and its notes state: target, unit, years."""
    target, years = result["target"], [observed[0] for observed in result["observations"]]
    return {
        "value": number(target["value"], language, target_digits(target["value"], result["decimals"])),
        "unit": unit_in(result["unit"], result["prices"]["basis"], result["prices"]["year"], language),
        "year": target["year"], "as_of": result["as_of"], "first": years[0], "last": years[-1],
    }  # fmt: skip


def span(result: Result, language: str) -> list[str]:
    """The range over the classes that could have been chosen, as a sentence; empty where fewer than two give one."""
    asked = [result["probability"], *(c["probability"] for c in result["range"]["classes"] if not c.get("left_out"))]
    known = [p for p in asked if p is not None]
    several = asked[0] is not None and len(known) > 1
    return [ranged("report.models.range", known, language, classes=len(known))] if several else []


def form(code: str, column: str, row: tuple[Any, ...]) -> str:
    """How a number of a table is shown: as a share, as a level in the unit, or as another number."""
    measure = row[0] if column == "value" and code == "answer" else column
    if measure in RATES or str(measure).endswith("growth"):
        return "share"
    return "level" if measure in IN_UNIT and code != "rules" else "other"


def drawn_of(answer: Answer) -> tuple[str, ...]:
    """The pictures of an answer, the one that its page opens with first: the heat map of a sweep, and the fan."""
    return ("heat", "fan") if mapped(answer) else ("fan",)


def picture(answer: Answer, kind: str, language: str, what: str = "fan") -> bytes:
    """A picture of an answer (`drawn_of`) as svg or png, with its title, unit and source in it."""
    from matplotlib.figure import Figure

    a, stream = answer.assessment, io.BytesIO()
    figure = Figure((7.2, 4.6), dpi=200, layout="constrained", facecolor="white")
    cells = mapped(answer) if what == "heat" else None
    with style():
        draw_map(answer, figure.add_subplot(), language) if cells else plot(a, figure.add_subplot(), language)
    said = map_words(answer, cells, language)["finding"] if cells else text(answer.scenario.title, language)
    figure.suptitle(fill(f"{indicator(a.series, language)}. {said}", 80), x=0.01, ha="left")
    sources = "; ".join(text(one.titles, language) or one.title for one in a.series.sources)
    figure.supxlabel(fill(say("take.source", language, source=sources), 130), fontsize=7, x=0.01, ha="left")
    figure.savefig(stream, format=kind, metadata={"Date": None} if kind == "svg" else {})
    return stream.getvalue()


def _sheet(sheet: Any, table: Taken, title: str, result: Result, lang: str) -> None:
    """One sheet: its title in A1, what is in it in A2, and from A3 on the table by its name."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.table import Table as Named

    code, columns, rows = table
    sheet["A1"], sheet["A2"], sheet["A1"].font = title, say("take.one", lang), Font(bold=True, size=14)
    for j, column in enumerate(columns, start=1):
        head = sheet.cell(3, j, say(f"take.column.{column}", lang))
        head.font, sheet.column_dimensions[head.column_letter].width = Font(bold=True), 44 if j == 1 else 18
        for i, row in enumerate(rows, start=4):
            cell = sheet.cell(i, j, worded(code, column, row[j - 1], lang))
            if isinstance(row[j - 1], float):
                levels = "0." + "0" * result["decimals"] if result["decimals"] else "0"
                cell.number_format = {"share": "0.0%", "level": levels, "other": "0.00"}[form(code, column, row)]
    last = sheet.cell(3 + max(len(rows), 1), len(columns)).coordinate
    sheet.add_table(Named(displayName=code, name=code, ref=f"A3:{last}"))


def worded(code: str, column: str, value: Any, language: str) -> Any:
    """A cell: numbers as numbers, codes of ours in words, text from outside as text."""
    if not isinstance(value, str):
        return value
    prefixes = {"rule": "rule.{}.name", "model": "model.{}.name", "verdict": "label.{}", "measure": "take.measure.{}"}
    if column == "value" and code == "answer":
        return say(f"likelihood.{value}", language)
    return say(prefixes[column].format(value), language) if column in prefixes else _safe(value)


def _safe(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
