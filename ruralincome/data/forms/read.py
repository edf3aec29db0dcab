"""Reading a file: its form is told by its bytes, its figures come out as readings, whatever the form."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ruralincome.data import cells, table
from ruralincome.data.forms import heads, jsonstat, layout, px, sdmx
from ruralincome.data.forms.find import DEEP, find
from ruralincome.data.forms.reading import Options, Reading
from ruralincome.data.forms.sheet import Sheet, decoded, delimited, unpacked
from ruralincome.series import InputError
from ruralincome.series.names import sound

SOURCE = re.compile(r"(?:nguồn|source)[^:]{0,20}:\s*(.+)", re.IGNORECASE)
FIELDS = ("year", "value", "status", "unit")
OTHER_FORM = ("data.workbook", "data.not_utf8", "data.no_column")
"""What the reader of plain tables says of a file that may have another form."""


def read_table(
    path: Path | str,
    sheet: str | None = None,
    columns: Mapping[str, str] | str | None = None,
    unit: str | None = None,
    decimal: str | None = None,
    year: str | None = None,
) -> list[Reading]:
    """The figures of a file, a reading for each place, indicator and unit: what it holds and how it was understood.

    Delimited text by any separator, long or with years as columns; workbooks (.xlsx, .xls, .ods); PX, JSON-stat,
    SDMX, Eurostat's TSV. sheet: the one to read where several hold a table; columns: heads by what they are
    ({"year": "Năm", "value": "Thu nhập"}, or the same as year=Năm,value=Thu nhập); unit: of all figures; decimal: "."
    or ",", where no figure shows it; year: "first" or "second", for 2019/20.
    Raises InputError naming sheet, cell, text and remedy: no figure is guessed, changed or left out in silence.
    """
    options = Options(sheet or "", _columns(columns), unit or "", decimal or "", year or "")
    where = Path(path)
    return readings_of(_content(where), where.name, options)


def readings_of(content: bytes, file: str, options: Options | None = None) -> list[Reading]:
    """The readings of a file's bytes; `file` is its name in faults. Raises InputError as `read_table` does."""
    options = options or Options()
    sheets = sheets_of(unpacked(content, file), file)
    if options.sheet:
        chosen = [sheet for sheet in sheets if sheet.name == options.sheet]
        if not chosen:
            raise InputError("data.no_sheet", file=file, sheet=options.sheet, known=[s.name for s in sheets])
        return layout.readings(chosen[0], options)
    if len(sheets) > 1:
        found, fault = [], None
        for sheet in sheets:
            try:
                found += [sheet] if find(sheet, options) else []
            except InputError as told:
                fault = fault or told
        if not found and fault:
            raise fault
        if len(found) > 1:
            raise InputError("data.which_sheet", file=file, sheets=[s.name for s in found])
        sheets = found or sheets[:1]
    return layout.readings(sheets[0], options)


def sheets_of(content: bytes, file: str) -> list[Sheet]:
    """The tables of a file's bytes as they lie there, by the form that the bytes tell."""
    begin = content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        from ruralincome.data.forms.workbook import sheets  # here, as only a workbook needs its reader

        return sheets(content, file)
    if begin.startswith(b"{"):
        return jsonstat.sheets(content, file)
    if begin.startswith(b"<"):
        return [sdmx.sheet(content, file)]
    if re.match(rb'(CHARSET|AXIS-VERSION|CODEPAGE|LANGUAGE|CREATION-DATE|MATRIX|TITLE|CONTENTS)="', begin):
        return [px.sheet(content, file)]
    if re.match(rb"[^\t\n]*\\TIME_PERIOD\t", begin):
        return [sdmx.eurostat(decoded(content, file)[0], file)]
    return [delimited(content, file)]


def rows_of(
    path: Path, needed: Sequence[str], also: Sequence[str] = (), label: str = "", place: str = ""
) -> table.Table:
    """A table with the columns `needed`, of any form that `read_table` reads; of plain text, as it stands.

    Figures come as decimal texts; a year without a figure has no row. place: the one that is meant, where the file
    holds several and none is asked for by a column. Raises InputError as `read_table` does.
    """
    try:
        found = table.read_table(path, needed, also, label)
    except InputError as fault:
        if fault.code not in OTHER_FORM:
            raise
        told = fault
    else:
        if all(_plain(row, found.head.columns) for row in found.rows):
            return found
        with suppress(InputError):  # its cells say what is wrong with them
            other = _as_table(readings_of(_content(path), label or path.name), path, needed, also, label, place)
            if len(other.rows) == len(found.rows):
                return other  # else a cell is empty, and no row is left out in silence
        return found
    try:
        content = _content(path)
        for sheet in sheets_of(unpacked(content, path.name), path.name):
            words = {heads.bare(cell) for row in sheet.rows[:DEEP] for cell in row if isinstance(cell, str)}
            if words & ({*also} - {"status", "source", "unit"}):
                raise told  # columns that a reading does not carry
        return _as_table(readings_of(content, label or path.name), path, needed, also, label, place)
    except InputError as fault:
        raise (told if fault.code in ("data.no_row", "data.no_heads", "data.no_values") else fault) from None


def _plain(row: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether year and value of a row are as the data package writes them."""
    known = dict(zip(columns, row, strict=True))
    value, year = known.get("value", "").strip(), known.get("year", "").strip()
    return bool(re.fullmatch(cells.NUMBER, value)) and bool(re.fullmatch(r"[0-9.]*", year))


def _as_table(
    readings: Sequence[Reading], path: Path, needed: Sequence[str], also: Sequence[str], label: str, place: str
) -> table.Table:
    file, by_name = label or path.name, "series" in needed
    if place and "place" not in needed:
        readings = [one for one in readings if sound(one.place) == sound(place)] or readings
    kinds = list(dict.fromkeys(" ".join(filter(None, (one.indicator, one.unit))) for one in readings))
    if len(kinds) > 1 and not by_name:
        raise InputError("data.several", file=file, names=kinds[:5])
    places = sorted({one.place for one in readings})
    if not by_name and "place" not in needed and len(places) > 1:
        raise InputError("data.several_places", file=file, names=places[:5])
    columns = [*needed, *(c for c in also if c in ("status", "source", "unit"))]
    rows = []
    for reading in readings:
        stated = next((m[1] for note in reading.notes if (m := SOURCE.match(note))), "")
        for i, year in enumerate(reading.years):
            if reading.shown[i]:
                given = dict(zip(FIELDS, (str(year), reading.shown[i], reading.status[i], reading.unit), strict=True))
                given |= {"place": reading.place, "series": reading.place or reading.indicator}
                given["source"] = reading.sources[i] or stated
                rows.append(tuple(given.get(column, "") for column in columns))
    head = table.Head(file, tuple(columns), tuple(columns))
    return table.Table(head, tuple(rows), tuple(range(2, len(rows) + 2)), hashlib.sha256(_content(path)).hexdigest())


def _columns(stated: Mapping[str, str] | str | None) -> tuple[tuple[str, str], ...]:
    if isinstance(stated, str):
        pairs = [part.partition("=") for part in re.split(r",(?=\s*[a-z]+=)", stated) if part.strip()]
        stated = {key.strip(): name.strip() for key, _, name in pairs}
    for key, name in (stated or {}).items():
        if key not in heads.ROLES or key == "aside" or not name:
            known = [role for role in heads.ROLES if role != "aside"]
            raise InputError("data.columns", key=key, known=known)
    return tuple((stated or {}).items())


def _content(path: Path) -> bytes:
    if path.is_dir():
        raise InputError("data.folder", file=path)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError("data.no_file", file=path, columns=("year", "value")) from None
    except OSError as fault:
        raise InputError("data.unreadable", file=path, why=fault.strerror) from None
