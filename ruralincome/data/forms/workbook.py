"""Workbooks: .xlsx, .xls and .ods as sheets, by calamine; what it misses of an .xlsx is looked at in its parts."""

import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from posixpath import join, normpath
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from ruralincome.data.cells import bare, tidy
from ruralincome.data.forms.figures import FLAGS, WORDS
from ruralincome.data.forms.heads import SCALE
from ruralincome.data.table import Cell, Sheet, letters
from ruralincome.series import InputError

MOST = 1 << 30  # bytes that the parts of a workbook may take, unpacked
TELLING = (b"<f", b":f ", b":f>", b't="e"', b"t='e'", b"hidden=", b"vertAlign")  # what calamine does not tell
PERCENT = {"9": "0%", "10": "0%"}  # the formats of Excel's own that scale what they show
YEAR = "yyyy"  # what stands for the year in a mark where a format shows but that of a day
LITERAL = re.compile(WORDS["cells"]["literal"])
BROKEN = ElementTree.ParseError, zipfile.BadZipFile, OSError, LookupError, ValueError, TypeError


def sheets(content: bytes, file: str) -> list[Sheet]:
    """The sheets of a workbook that are shown and not empty. Raises InputError for what is no workbook, parts that
    cannot be understood, and a formula without a stored result."""
    try:
        parts, book, found = _Parts(content, file), CalamineWorkbook.from_filelike(io.BytesIO(content)), list[Sheet]()
        hidden = [meta.name for meta in book.sheets_metadata if meta.visible != SheetVisibleEnum.Visible]
        unseen = [InputError("data.read_hidden_sheets", sheets=hidden)] if hidden else []
        for meta in book.sheets_metadata:
            if meta.visible == SheetVisibleEnum.Visible and "Work" in str(meta.typ):
                sheet = book.get_sheet_by_name(meta.name)
                cells = sheet.to_python(skip_empty_area=False)
                rows = [[x if type(x) is float or type(x) is str else _cell(x) for x in row] for row in cells]
                marks, said = parts.of(meta.name, rows)
                merged = tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())
                if any(cell != "" for row in rows for cell in row):
                    told = (InputError("data.read_sheet", sheet=meta.name), *unseen, *said)
                    found.append(Sheet(file, rows, meta.name, marks, merged, told))
    except InputError:
        raise
    except (CalamineError, *BROKEN) as fault:
        code, why = "data.locked" if "password" in str(fault).lower() else "data.no_workbook", str(fault)
        raise InputError(code, file=file, why=why.partition("\n")[0]) from None
    if not found:
        raise InputError("data.empty", file=file)
    return found


def template() -> bytes:
    """The bytes of an .xlsx to fill in, its heads in both languages: template.xlsx beside this module."""
    return Path(__file__).with_name("template.xlsx").read_bytes()


def _cell(cell: Any) -> Cell:
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return float(cell)
    return cell.strftime("%Y-%m-%d") if isinstance(cell, date) else str(cell)


class _Parts:
    """The parts of an .xlsx: where its sheets lie, its texts with marks, its telling formats; none of another form."""

    def __init__(self, content: bytes, file: str) -> None:
        self.file, self.paths = file, dict[str, str]()
        if not content.startswith(b"PK"):
            return
        self.zip = zipfile.ZipFile(io.BytesIO(content))
        if sum(part.file_size for part in self.zip.infolist()) > MOST:
            raise InputError("data.large", file=file)
        links = {x.get("Id"): x.get("Target", "") for x in self._all("_rels/workbook.xml.rels", "Relationship")}
        for sheet in self._all("workbook.xml", "sheet"):
            link = next((value for key, value in sheet.items() if key.endswith("}id")), "")
            self.paths[sheet.get("name", "")] = normpath(join("/xl", links[link]))[1:]
        texts = enumerate(self._all("sharedStrings.xml", "si", b"vertAlign"))
        self.texts = {str(i): told for i, text in texts if (told := _parted(text))[1]}
        codes = PERCENT | {one.get("numFmtId"): one.get("formatCode", "") for one in self._all("styles.xml", "numFmt")}
        ways = [_shown(codes.get(one.get("numFmtId"), "")) for xfs in self._all("styles.xml", "cellXfs") for one in xfs]
        self.formats = {str(i): way for i, way in enumerate(ways) if any(way)}

    def _all(self, name: str, tag: str, telling: bytes = b"") -> list[ElementTree.Element]:
        """The elements of a tag in a part, where it is there and holds what is telling."""
        part = self.zip.read(f"xl/{name}") if f"xl/{name}" in self.zip.namelist() else b""
        found = ElementTree.fromstring(part).iter() if part and telling in part else ()
        return [one for one in found if one.tag.endswith(f"}}{tag}")]

    def of(self, name: str, rows: list[list[Cell]]) -> tuple[dict[tuple[int, int], str], list[InputError]]:
        """The marks of a sheet and what is to be said of it. Its errors (#N/A), which calamine leaves empty, the texts
        beside raised marks, and numbers as their formats scale them are put into its rows."""
        if not self.paths:
            return {}, [InputError("data.read_no_marks")]
        marks, scaled, part = dict[tuple[int, int], str](), 0, self.zip.read(self.paths[name])
        styled = self.formats and re.search(rf"\bs=[\"'](?:{'|'.join(self.formats)})[\"']".encode(), part)
        if not (self.texts or styled or any(sign in part for sign in TELLING)):
            return {}, []
        from openpyxl.utils.cell import coordinate_to_tuple  # here, as most workbooks need no second look

        root = ElementTree.fromstring(part)
        space = root.tag[: root.tag.find("}") + 1]
        for cell in root.iter(f"{space}c"):
            kind, value, rich = cell.get("t", "n"), cell.findtext(f"{space}v") or "", cell.find(f"{space}is")
            if not value and cell.find(f"{space}f") is not None:
                where = InputError("data.sheet_cell", file=self.file, sheet=name, cell=cell.get("r"))
                raise InputError("data.no_result", where=where)
            row, column = (i - 1 for i in coordinate_to_tuple(cell.get("r", "")))
            mark, power = self.formats.get(cell.get("s", ""), ("", 0)) if kind == "n" else ("", 0)
            if kind in ("s", "inlineStr"):
                value, mark = _parted(rich) if rich is not None else self.texts.get(value, ("", ""))
            held = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
            if YEAR in mark and isinstance(held, str):
                rows[row][column] = mark.replace(YEAR, held[:4])
            if held is None or not (mark or power or kind == "e") or (kind == "n" and isinstance(held, str)):
                continue
            rows[row][column] = float(Decimal(f"{held:.15g}").scaleb(power)) if isinstance(held, float) else value
            marks |= {(row, column): mark} if mark else {}
            scaled += power != 0
        hidden = [one for one in root.iter() if one.get("hidden") in ("1", "true")]
        lines = [one.get("r", "") for one in hidden if one.tag == f"{space}row"]
        spans = [(int(one.get("min", "1")), int(one.get("max", "1"))) for one in hidden if one.tag == f"{space}col"]
        columns = [letters(c) for first, last in spans for c in range(first - 1, min(last, max(map(len, rows))))]
        told = ("hidden_rows", lines), ("hidden_columns", columns), ("scaled", [""] * scaled)
        said = [InputError(f"data.read_{what}", names=names[:10], count=len(names)) for what, names in told if names]
        return marks, said


def _parted(text: ElementTree.Element) -> tuple[str, str]:
    """A text without what is raised or lowered behind it, and that, as a mark."""
    space, parts = text.tag[: text.tag.find("}") + 1], ["", ""]
    for run in text.iter(f"{space}r"):
        where = run.find(f"{space}rPr/{space}vertAlign")
        parts[where is not None and where.get("val") != "baseline"] += run.findtext(f"{space}t") or ""
    mark = tidy(parts[1]) if parts[0].strip() else ""
    return parts[0], f"{mark})" if mark.isdigit() else mark


def _shown(code: str) -> tuple[str, int]:
    """What a number format makes of a number: the mark beside it, and the power of ten by which it is shown larger."""
    first = code.split(";")[0]
    mark, left = tidy("".join(map("".join, LITERAL.findall(first)))), LITERAL.sub("", first)
    if re.fullmatch(r"\W*y+\W*", left, re.I):  # "KH "yyyy
        return tidy(LITERAL.sub(lambda m: m[1] or m[2] or "", first.replace(left.strip(), YEAR))), 0
    flag = re.fullmatch(r"\(?(\*+|[a-z]{1,3}|[0-9]\))\)?", mark) or mark.casefold() in FLAGS
    known = flag or SCALE.search(bare(mark))  # 0.0" triệu"
    thousands = re.search(r"[0#?](,+)(?![0#?,])", left)
    return mark if known else "", 2 * left.count("%") - 3 * (len(thousands[1]) if thousands else 0)
