"""Reading a file: its form is told by its bytes, its figures come out as readings, whatever the form."""

import gc
import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path

from ruralincome.data import cells, table
from ruralincome.data.forms import heads, jsonstat, layout, px, sdmx
from ruralincome.data.forms.find import DEEP, find
from ruralincome.data.forms.reading import Options, Reading
from ruralincome.data.forms.rows import MORE
from ruralincome.data.forms.sheet import Sheet, decoded, delimited, unpacked
from ruralincome.series import InputError
from ruralincome.series.names import sound

SOURCE = re.compile(r"(?:nguồn|source)[^:]{0,20}:\s*(.+)", re.IGNORECASE)
CARRIED = MORE
DECODED = ("published", "standard_error", "sample_size", "design_effect")
"""Columns that are read with the rest, and those of them that are never taken as they stand."""
SHOWN = 5
"""Gaps that a note names."""
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
    named = columns if isinstance(columns, str | None) else ",".join(f"{key}={name}" for key, name in columns.items())
    options = Options(sheet or "", named or "", unit or "", decimal or "", year or "")
    return read_file(Path(path), options)


def read_file(path: Path, options: Options) -> list[Reading]:
    """The readings of a file under what is stated of it. Raises InputError as `read_table` does."""
    return readings_of(_content(path), path.name, options)


def readings_of(content: bytes, file: str, options: Options | None = None) -> list[Reading]:
    """The readings of a file's bytes; `file` is its name in faults. Raises InputError as `read_table` does."""
    collects = gc.isenabled()
    gc.disable()  # it would look through many small tuples, all of which stay
    try:
        return _readings(content, file, options or Options())
    finally:
        if collects:
            gc.enable()


def _readings(content: bytes, file: str, options: Options) -> list[Reading]:
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
    path: Path,
    needed: Sequence[str],
    also: Sequence[str] = (),
    label: str = "",
    place: str = "",
    options: Options | None = None,
    gaps: bool = False,
) -> table.Table:
    """A table with the columns `needed`, of any form that `read_table` reads; of plain text, as it stands.

    Figures come as decimal texts. gaps: keep the rows of years without a figure, whose status tells why; else they are
    left out, and that is said. place: the one that is meant, where the file holds several and none is asked for by a
    column. Of figures that were revised the last is used, unless the day of publication is asked for. Raises
    InputError as `read_table` does.
    """
    file, options = label or path.name, options or Options()
    told = None
    if not options.layout:
        try:
            found = table.read_delimited(path, needed, also, label)
        except InputError as fault:
            if fault.code not in OTHER_FORM:
                raise
            told = fault
        else:
            known = {role: column for column in found.head.columns if (role := heads.role(column)) in CARRIED}
            as_it_is = all(role == column and role not in DECODED for role, column in known.items())
            if as_it_is and all(_plain(row, found.head.columns) for row in found.rows):
                return found if gaps else _without_gaps(found, needed)
            with suppress(InputError) if as_it_is else nullcontext():  # its cells say what is wrong with them
                return _as_table(readings_of(_content(path), file, options), path, needed, also, file, place, gaps)
            return found if gaps else _without_gaps(found, needed)
    try:
        content = _content(path)
        for sheet in sheets_of(unpacked(content, path.name), path.name) if "group" in also else ():
            if told and "group" in {heads.bare(c) for row in sheet.rows[:DEEP] for c in row if isinstance(c, str)}:
                raise told  # which a reading does not carry
        return _as_table(readings_of(content, file, options), path, needed, also, file, place, gaps)
    except InputError as fault:
        raise (told if told and fault.code in ("data.no_row", "data.no_heads", "data.no_values") else fault) from None


def _plain(row: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether year and value of a row are as the data package writes them."""
    known = dict(zip(columns, row, strict=True))
    value, year = known.get("value", "").strip(), known.get("year", "").strip()
    return bool(re.fullmatch(cells.NUMBER, value) or not value) and bool(re.fullmatch(r"[0-9.]*", year))


def _without_gaps(found: table.Table, needed: Sequence[str]) -> table.Table:
    """A plain table without the rows that state no value, of which it is told."""
    kept = [i for i, row in enumerate(found.records()) if row.text("value") or not row.text("year")]
    gaps = [row for row in found.records() if not row.text("value") and row.text("year")]
    if "value" not in needed or not gaps:
        return found
    named = [_gap(row.text("place") or row.text("series"), row.text("year"), "not_available") for row in gaps]
    said = (InputError("data.read_gaps", file=found.head.file, count=len(gaps), gaps=named[:SHOWN]),)
    return replace(found, rows=tuple(found.rows[i] for i in kept), at=tuple(found.at[i] for i in kept), said=said)


def _gap(place: str, year: str, status: str) -> InputError:
    return InputError("data.gap", place=place, year=year, status=InputError(f"data.status_{status}"))


def _as_table(
    readings: Sequence[Reading], path: Path, needed: Sequence[str], also: Sequence[str], file: str, place: str,
    whole: bool,
) -> table.Table:  # fmt: skip
    if place and "place" not in needed:
        readings = [one for one in readings if sound(one.place) == sound(place)] or readings
    kinds = list(dict.fromkeys(" ".join(filter(None, (one.indicator, one.unit))) for one in readings))
    if len(kinds) > 1 and "series" not in needed:
        raise InputError("data.several", file=file, names=kinds[:5])
    places = sorted({one.place for one in readings})
    if not {"series", "place"} & {*needed} and len(places) > 1:
        raise InputError("data.several_places", file=file, names=places[:5])
    columns = [*needed, *(c for c in also if c in ("status", "unit") or c in CARRIED)]
    rows, at = list[tuple[str, ...]](), list[InputError]()
    left, revised = list[InputError](), list[InputError]()
    for one in readings:
        stated = next((m[1] for note in one.notes if (m := SOURCE.match(note))), "")
        apart = "province" in columns and any("place" in line.more for line in one.lines)
        before: dict[int, str] = {}
        for year, column, figure, line in one.cells():
            where = Sheet(file, [], one.sheet).at(line.row, column)
            if not figure.shown and not whole:
                left.append(_gap(one.place, str(year), figure.status))
                continue
            if year in before and "published" not in columns:
                facts = {"file": file, "place": one.place, "year": str(year), "old": rows[-1][columns.index("value")]}
                revised.append(InputError("data.read_revised", published=before[year], new=figure.shown, **facts))
                del rows[-1], at[-1]
            before[year] = line.more.get("published", "")
            given = {"year": str(year), "value": figure.shown, "status": figure.status, "unit": one.unit}
            given |= {"source": stated, **line.more, "series": one.place or one.indicator}
            given["place"] = line.more["place"] if apart else one.place
            rows.append(tuple(given.get(name, "") for name in columns))
            at.append(where)
    if left:
        revised.append(InputError("data.read_gaps", file=file, count=len(left), gaps=left[:SHOWN]))
    head = table.Head(file, tuple(columns), tuple(columns))
    sha256 = hashlib.sha256(unpacked(_content(path), file)).hexdigest()
    return table.Table(head, tuple(rows), tuple(at), sha256, tuple(revised))


def _content(path: Path) -> bytes:
    if path.is_dir():
        raise InputError("data.folder", file=path)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError("data.no_file", file=path, columns=("year", "value")) from None
    except OSError as fault:
        raise InputError("data.unreadable", file=path, why=fault.strerror) from None
