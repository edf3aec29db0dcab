"""Workbooks: .xlsx, .xls and .ods as sheets, by calamine; what it does not see of an .xlsx is looked at in its parts.

A formula without a stored result is refused, as its figure is nowhere in the file; a hidden row or sheet is told of.
Raised footnote marks are parted from figures in .xlsx; in .xls and .ods they cannot be seen, and that is told, too.
"""

import io
import re
import zipfile
from datetime import date, datetime
from html import unescape
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from ruralincome.data.forms.sheet import Cell, Sheet
from ruralincome.data.forms.words import WORDS, tidy
from ruralincome.series import InputError

MOST = 1 << 30
"""Bytes that the parts of a workbook may take, unpacked."""
UNSOLVED = re.compile(rb'<c [^>]*?\br="([A-Z]+[0-9]+)"[^>]*?><f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>')
"""A formula whose result is not stored."""
ERROR = re.compile(rb'<c [^>]*?\br="([A-Z]+[0-9]+)"[^>]*?\bt="e"[^>]*?>(?:<f\b[^>]*?(?:/>|>[^<]*</f>))?<v>([^<]*)</v>')
HIDDEN = re.compile(rb'<row [^>]*?\br="([0-9]+)"[^>]*?\bhidden="(?:1|true)"')
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
RAISED = b'vertAlign val="superscript"'


def sheets(content: bytes, file: str) -> list[Sheet]:
    """The sheets of a workbook that are shown and not empty. Raises InputError as `_sheets` does, and for parts that
    cannot be understood."""
    try:
        return _sheets(content, file)
    except InputError:
        raise
    except (ElementTree.ParseError, zipfile.BadZipFile, LookupError, ValueError, TypeError, AttributeError) as fault:
        raise InputError("data.no_workbook", file=file, why=str(fault).partition("\n")[0]) from None


def _sheets(content: bytes, file: str) -> list[Sheet]:
    """The sheets of a workbook that are shown and not empty.

    Raises InputError for what is no workbook, and a formula without a stored result.
    """
    parts = _parts(content, file) if content.startswith(b"PK") else None
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = [m for m in book.sheets_metadata if m.visible == SheetVisibleEnum.Visible and "Work" in str(m.typ)]
        hidden = [m.name for m in book.sheets_metadata if m.visible != SheetVisibleEnum.Visible]
        found = []
        for meta in shown:
            sheet = book.get_sheet_by_name(meta.name)
            rows = [
                [cell if type(cell) is float or type(cell) is str else _cell(cell) for cell in row]
                for row in sheet.to_python(skip_empty_area=False)
            ]
            merged = tuple((a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or ())
            if any(cell != "" for row in rows for cell in row):
                found.append((meta.name, rows, merged))
    except (CalamineError, ValueError, OSError) as fault:
        code = "data.locked" if "password" in str(fault).lower() else "data.no_workbook"
        raise InputError(code, file=file, why=str(fault)) from None
    if not found:
        raise InputError("data.empty", file=file)
    marks = _marks(content, parts) if parts is not None else {}
    made = []
    for name, rows, merged in found:
        said = [InputError("data.read_sheet", sheet=name)]
        said += [InputError("data.read_hidden_sheets", sheets=hidden)] if hidden else []
        sheet_marks = marks.get(name, {})
        for (row, column), (_, base) in sheet_marks.items():
            rows[row][column] = rows[row][column] if base is None else base
        said += (
            [InputError("data.read_no_marks")] if parts is None else _looked_at(rows, file, name, _xml_of(parts, name))
        )
        made.append(Sheet(file, rows, name, {at: mark for at, (mark, _) in sheet_marks.items()}, merged, tuple(said)))
    return made


def template() -> bytes:
    """The bytes of an .xlsx to fill in, its heads in both languages."""
    from openpyxl import Workbook  # here, as few commands write one
    from openpyxl.styles import Font

    words, book = WORDS["template"], Workbook()
    sheet, told = book.active, book.create_sheet(words["sheets"][1])
    sheet.title = words["sheets"][0]
    for row in ([words["title"]], [], [*words["heads"]]):
        sheet.append(row)
    for cell in (*sheet[1], *sheet[3]):
        cell.font = Font(bold=True)
    for cell, width in zip(sheet[3], words["heads"].values(), strict=True):
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = "A4"
    for pair in words["help"]:
        told.append(pair)
    for column in "AB":
        told.column_dimensions[column].width = 100
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(cell: Any) -> Cell:
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    return str(cell)


def _parts(content: bytes, file: str) -> zipfile.ZipFile | None:
    """The parts of an .xlsx; None of an .ods."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as fault:
        raise InputError("data.no_workbook", file=file, why=str(fault)) from None
    if sum(part.file_size for part in parts.infolist()) > MOST:
        raise InputError("data.large", file=file)
    return parts if "xl/workbook.xml" in parts.namelist() else None


def _xml_of(parts: zipfile.ZipFile, name: str) -> bytes:
    """The part that holds a sheet, by the workbook's own list."""
    links = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    for entry in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter(f"{MAIN}sheet"):
        if entry.get("name") == name:
            target = targets[entry.get(RELATION)]
            path = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            return parts.read(path) if path in parts.namelist() else b""
    return b""


def _looked_at(rows: list[list[Cell]], file: str, name: str, content: bytes) -> list[InputError]:
    """Put in a sheet's errors (#N/A), which calamine leaves empty; what is to be said of its hidden rows."""
    from openpyxl.utils.cell import coordinate_to_tuple

    if b"<f" in content and (unsolved := UNSOLVED.search(content)):
        where = InputError("data.sheet_cell", file=file, sheet=name, cell=unsolved[1].decode())
        raise InputError("data.no_result", where=where)
    for at, value in ERROR.findall(content) if b't="e"' in content else ():
        row, column = coordinate_to_tuple(at.decode())
        if row <= len(rows) and column <= len(rows[row - 1]):
            rows[row - 1][column - 1] = unescape(value.decode())
    hidden = [int(number) for number in HIDDEN.findall(content)] if b'hidden="' in content else []
    return [InputError("data.read_hidden_rows", rows=hidden[:10], count=len(hidden))] if hidden else []


def _marks(content: bytes, parts: zipfile.ZipFile) -> dict[str, dict[tuple[int, int], tuple[str, str | None]]]:
    """Marks by sheet and cell, with the text left beside a raised one; a second look, where there may be any."""
    texts = [n for n in parts.namelist() if n == "xl/sharedStrings.xml" or n.startswith("xl/worksheets/sheet")]
    styles = parts.read("xl/styles.xml") if "xl/styles.xml" in parts.namelist() else b""
    formats = [unescape(f.decode()) for f in re.findall(rb'formatCode="([^"]*)"', styles)]
    if not any(map(_by_format, formats)) and not any(RAISED in parts.read(name) for name in texts):
        return {}
    from openpyxl import load_workbook  # here, as most workbooks hold no marks
    from openpyxl.cell.rich_text import CellRichText, TextBlock

    found: dict[str, dict[tuple[int, int], tuple[str, str | None]]] = {}
    for sheet in load_workbook(io.BytesIO(content), rich_text=True, data_only=True).worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                at = (cell.row - 1, cell.column - 1) if cell.row and cell.column else (0, 0)
                if isinstance(cell.value, CellRichText):
                    raised = [isinstance(p, TextBlock) and p.font.vertAlign == "superscript" for p in cell.value]
                    mark = tidy("".join(str(p) for p, up in zip(cell.value, raised, strict=True) if up))
                    base = "".join(str(p) for p, up in zip(cell.value, raised, strict=True) if not up)
                    if mark:
                        found.setdefault(sheet.title, {})[at] = (f"{mark})" if mark.isdigit() else mark, base)
                elif isinstance(cell.value, int | float) and (mark := _by_format(cell.number_format)):
                    found.setdefault(sheet.title, {})[at] = (mark, None)
    return found


def _by_format(code: str) -> str:
    """The mark that a number format writes behind a number: p in 0.0"p"."""
    literal = re.search(r'[0#?]\s*(?:"([^"]+)"|\\(\S))', code.split(";")[0])
    mark = tidy(literal[1] or literal[2]) if literal else ""
    return mark if re.fullmatch(r"\(?(\*+|[a-z]{1,3}|[0-9]\))\)?", mark) else ""
