"""Reading a file: its form is told by its bytes, its figures come out as readings, whatever the form."""

import gc
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ruralincome.data import cells
from ruralincome.data.cells import COLUMNS, WITHOUT, Row, bare
from ruralincome.data.forms import heads, layout, statistical
from ruralincome.data.forms.figures import WORDS, decimal_sign, status_of
from ruralincome.data.forms.find import find
from ruralincome.data.forms.layout import MORE
from ruralincome.data.forms.reading import Options, Reading, collect
from ruralincome.data.table import Head, Sheet, Table, content_of, decoded, delimited, table_of, unpacked
from ruralincome.series import InputError
from ruralincome.series.names import clean, sound

SOURCE = re.compile(r"\W*(?:nguồn|source)[^:]{0,20}:\s*(.+)", re.IGNORECASE)
DECODED = ("published", "standard_error", "sample_size", "design_effect")  # columns that are never taken as they stand
LEFT = "unread plans totals parts carried hidden_sheets hidden_rows hidden_columns scaled real"  # always told
STANDS = re.compile(rf"\s*[0-9.]*\s*\|\s*(?:{cells.NUMBER})?\s*")  # year and value as the data package writes them
OTHER_FORM = ("data.workbook", "data.not_utf8", "data.no_column")  # what is said of a file that may have another form


def read_table(
    path: Path | str, sheet: str | None = None, columns: Mapping[str, str] | str | None = None, unit: str | None = None,
    decimal: str | None = None, year: str | None = None, indicator: str | None = None,
) -> list[Reading]:  # fmt: skip
    """The figures of a file, a reading for each place, indicator and unit: what it holds and how it was understood.
    Delimited text by any separator, long or with years as columns; workbooks (.xlsx, .xls, .ods); PX, JSON-stat, SDMX,
    Eurostat's TSV. sheet: the one to read of several; columns: heads by what they are ({"year": "Năm"}); unit: of all
    figures; decimal: "." or ",", where no figure shows it; year: "first" or "second", for 2019/20; indicator: the one
    meant. Raises InputError naming sheet, cell, text and remedy: no figure is changed or left out in silence."""
    named = columns if isinstance(columns, str | None) else ",".join(f"{key}={name}" for key, name in columns.items())
    options = Options(sheet or "", named or "", unit or "", decimal or "", year or "", indicator=indicator or "")
    return readings_of(content_of(Path(path), COLUMNS[:2]), Path(path).name, options)


def readings_of(content: bytes, file: str, options: Options | None = None) -> list[Reading]:
    """The readings of a file's bytes; `file` is its name in faults. Raises InputError as `read_table` does."""
    collects, options = gc.isenabled(), options or Options()
    gc.disable()  # it would look through many small tuples, all of which stay
    try:
        return _readings(_chosen(sheets_of(unpacked(content, file), file), file, options), options)
    finally:
        if collects:
            gc.enable()


def _readings(sheet: Sheet, options: Options) -> list[Reading]:
    """All figures of a sheet. Raises InputError naming cell, text and remedy for what cannot be read for sure."""
    rows = layout.Rows(sheet, options)
    groups = rows.groups()
    of, said = apart({key.place for key in groups}), ("totals", "parts")
    totals, parts = ({key: groups.pop(key) for key in [*groups] if of.get(key.place) == kind} for kind in said)
    name, to_ask = bare(options.indicator), [] if groups else [bare(key.place) for key in parts]
    fits = {part for part in to_ask if name in part}
    one_fits = name and len(fits) == 1 and not any(name in bare(key.indicator) for key in totals)
    if not groups and (name in fits or one_fits or not totals):
        groups, parts = {key._replace(place="", indicator=key.place): own for key, own in parts.items()}, {}
    if not groups:  # the file is of all places together
        for key in [*totals]:
            named = key if heads.total(key.place, "countries") else key._replace(place="")
            groups.setdefault(named, []).extend(totals.pop(key))
    if not any(cell[1][0] for cells in groups.values() for cell in cells):
        raise InputError("data.only_plans" if rows.plans else "data.no_row", file=sheet.file, names=rows.plans[:5])
    code = "data.read_wide" if rows.found.periods else "data.read_long"
    told = [*sheet.said, InputError(code, row=rows.found.row + 1, last=rows.last + 1)]
    names: dict[str, Sequence[object]] = {"totals": [k.place for k in totals], "parts": [k.place for k in parts]}
    names |= {"plans": rows.plans, "unread": rows.unread}
    each = {key: tuple({str(one): one for one in said}.values()) for key, said in names.items() if said}
    told += [InputError(f"data.read_{key}", names=said) for key, said in each.items()]
    counts = {"carried": rows.carried, "notes": len(rows.below)}
    told += [InputError(f"data.read_{what}", count=count) for what, count in counts.items() if count]
    told += [InputError("data.read_comma" if rows.sign == "," else "data.read_point")] if rows.signed else []
    notes = [note for note in rows.below if re.fullmatch(WORDS["of_prices"], bare(note))]
    for i, one in enumerate(found := collect(groups, told, rows.below, sheet)):
        prices = (heads.says("prices", bare(t)) for t in (f"{one.indicator} {one.unit}", rows.heading, *notes))
        if next(filter(None, prices), "") == "real":
            found[i] = replace(one, understood=(*one.understood, InputError("data.read_real")))
    if not name:
        return found
    kinds = {one.indicator: bare(one.indicator) for one in found}
    kept = [x for x in found if name == kinds[x.indicator]] or [x for x in found if name in kinds[x.indicator]]
    if not kept:
        known = [kind or "''" for kind in dict.fromkeys([*kinds, *(key.place for key in parts if to_ask)])]
        raise InputError("data.no_indicator", file=sheet.file, indicator=options.indicator, known=known)
    return kept


def _chosen(sheets: Sequence[Sheet], file: str, options: Options) -> Sheet:
    """The sheet that is asked for, or the only one that holds a table."""
    known = {sheet.name: sheet for sheet in sheets}
    if options.sheet in known and (options.sheet or len(sheets) == 1):
        return known[options.sheet]
    if options.sheet:
        code, facts = ("data.no_sheet", {"known": [*known]}) if any(known) else ("data.no_sheets", {})
        raise InputError(code, file=file, sheet=options.sheet, **facts)
    found, faults = list[Sheet](), list[InputError]()
    for sheet in sheets if len(sheets) > 1 else ():
        try:
            found += [sheet] if find(sheet, options) else []
        except InputError as told:
            faults.append(told)
    if faults and not found:
        raise faults[0]
    if len(found) > 1:
        raise InputError("data.which_sheet", file=file, sheets=[sheet.name for sheet in found])
    return (found or sheets)[0]


def sheets_of(content: bytes, file: str) -> list[Sheet]:
    """The tables of a file's bytes as they lie there, by the form that the bytes tell."""
    begin = content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        from ruralincome.data.forms.workbook import sheets  # here, as only a workbook needs its reader

        return sheets(content, file)
    if begin.startswith(b"{"):
        return statistical.jsonstat(content, file)
    if begin.startswith(b"<"):
        return [statistical.sdmx(content, file)]
    if re.match(rb'(CHARSET|AXIS-VERSION|CODEPAGE|LANGUAGE|CREATION-DATE|MATRIX|TITLE|CONTENTS)="', begin):
        return [statistical.px(content, file)]
    if re.match(rb"[^\t\n]*\\TIME_PERIOD\t", begin):
        return [statistical.eurostat(decoded(content, file)[0], file)]
    return [statistical.with_names(delimited(content, file))]


def rows_of(
    path: Path, needed: Sequence[str], also: Sequence[str] = (), label: str = "", place: str = "",
    options: Options | None = None, gaps: bool = False,
) -> Table:  # fmt: skip
    """A table with the columns `needed`, of any form that `read_table` reads; of plain text, as it stands. gaps:
    keep years without a figure; else they are left out, and that is said. place: the one meant, where no column asks.
    Of revised figures the last is used, unless the day is asked for. Raises InputError as `read_table` does."""
    file, options = label or path.name, options or Options()
    content, plain, told = content_of(path, needed), None, None
    if not options.layout:
        try:
            plain = table_of(content, file, needed, also)
            named = [(heads.role(column), column) for column in plain.head.columns]
            more = [one for one in (*MORE, "part", "remark") if one != "code" or one in also]
            odd = [role != column or role in DECODED for role, column in named if role in more]
            plain = plain if gaps or "value" not in needed else _without_gaps(plain)
            words = dict(zip(plain.head.columns, zip(*plain.rows, strict=True), strict=False))
            if any(odd) or (place and "place" in plain.head.columns) or laid_out(words):
                plain = None  # its cells say what is wrong with them
            elif all(STANDS.fullmatch("|".join(r.cells.get(n, "") for n in COLUMNS[:2])) for r in plain.records()):
                if "value" in needed:
                    decimal_sign([(row.text("value"), row.where) for row in plain.records()])
                return plain
        except InputError as fault:
            if fault.code not in OTHER_FORM:
                raise
            told = fault
    try:
        table = _as_table(readings_of(content, file, options), needed, also, file, place, gaps)
        return replace(table, sha256=hashlib.sha256(content).hexdigest())
    except InputError as fault:
        if plain:
            return plain
        raise (told if told and fault.code in ("data.no_row", "data.no_heads", "data.no_values") else fault) from None


def brought(
    path: Path, place: str, source: str, options: Options | None = None, gaps: bool = False
) -> tuple[list[Row], tuple[InputError, ...]]:
    """The figures of one place as the data package keeps them, unit beside them, and what is to be told of them. Each
    row has its status in our words and its source, `source` where it states none. Raises InputError as `rows_of`."""
    table, rows = rows_of(path, COLUMNS[:2], (*COLUMNS[2:], "unit"), place=place, options=options, gaps=gaps), []
    for row in table.records():
        status = status_of(row.text("status")) or row.text("status") or "final"
        if not row.text("value") and status not in WITHOUT:
            status = "not_available"
        stated = {name: row.text(name) for name in (*COLUMNS, "unit")}
        rows.append(Row(row.where, stated | {"status": status, "source": stated["source"] or source}))
    left = [(place, row.text("year"), row.text("status")) for row in rows if not row.text("value")]
    return rows, (*table.said, *gaps_told(path.name, left))


def laid_out(said: Mapping[str, Iterable[str]]) -> bool:
    """Whether a plain table has more than places' figures: other names, plans, remarks that say a status."""
    places, status, remarks = ({*map(clean, said.get(key, ()))} for key in ("place", "status", "remark"))
    odd = "" in places or any(apart(places).values()) or any(status_of(word) == "plan" for word in status)
    return odd or any(status_of(word, table="remarks") not in (None, "final") for word in remarks)


def apart(names: Iterable[str]) -> dict[str, str]:
    """What some of the names of a table are, each given once: "totals" of all places together and, where there are
    other places, of several regions; "parts" of a part of the place above; empty of places (NAM, Namibia, of codes)."""
    names = [*names]
    likely = filter(heads.LIKELY.match, names)  # few of many
    kinds = {n: "totals" if heads.total(n) else "parts" if heads.is_part(n) else "" for n in likely}
    told = [n for n in kinds if kinds[n] == "parts"]
    codes = [n for n in names if re.fullmatch("[A-Z]{3}", n)] if len(told) == 1 else []
    kinds |= dict.fromkeys(told if {*told} & {*codes} and 2 * len(codes) > len(names) + 1 else (), "")
    regions = [n for n in kinds if not kinds[n] and heads.total(n, "regions")]
    places = len(names) - sum(map(bool, kinds.values()))
    return kinds | dict.fromkeys(regions if 1 < len(regions) < places else (), "totals")


def _without_gaps(found: Table) -> Table:
    """A plain table without the rows that state no value, of which it is told."""
    gaps = {i: row for i, row in enumerate(found.records()) if row.text("year") and not row.text("value")}
    named = [(row.text("place") or row.text("series"), row.text("year"), "not_available") for row in gaps.values()]
    rows = tuple(row for i, row in enumerate(found.rows) if i not in gaps)
    at = tuple(where for i, where in enumerate(found.at) if i not in gaps)
    return replace(found, rows=rows, at=at, said=gaps_told(found.head.file, named)) if gaps else found


def gaps_told(file: str, gaps: Sequence[tuple[str, str, str]]) -> tuple[InputError, ...]:
    """What is said of years without a figure: (place, year, status) of each."""
    named = [InputError("data.gap", place=p, year=y, status=InputError(f"data.status_{s}")) for p, y, s in gaps[:5]]
    return (InputError("data.read_gaps", file=file, count=len(gaps), gaps=named),) if gaps else ()


def _as_table(
    readings: Sequence[Reading], needed: Sequence[str], also: Sequence[str], file: str, place: str, gaps: bool
) -> Table:
    if place and "place" not in needed:
        meant, known = bare(place).replace(" ", ""), {one.place: bare(one.place).replace(" ", "") for one in readings}
        near = any(name in meant or meant in name for name in known.values())
        own = [one for one in readings if sound(one.place) == sound(place)]
        if not own and not (near and len(known) == 1):
            raise InputError("data.other_place", file=file, place=place, known=[*known][:5])
        readings = own or readings
    kinds = dict[str, dict[str, None]]()  # of all, or of each series
    for one in readings:
        of = kinds.setdefault((one.place or one.indicator) if "series" in needed else "", {})
        of[" ".join(filter(None, (one.indicator, one.unit)))] = None
    if len(names := [*max(kinds.values(), key=len)]) > 1:
        raise InputError("data.several", file=file, names=[kind or "''" for kind in names[:5]])
    places = sorted({one.place for one in readings})
    if not {"series", "place"} & {*needed} and len(places) > 1:
        raise InputError("data.several_places", file=file, names=places[:5])
    columns = (*needed, *(c for c in also if c in ("status", "unit", *MORE)))
    rows, left = list[tuple[str, ...]](), list[tuple[str, str, str]]()
    at, revised = list[InputError](), list[InputError]()
    for one in readings:
        stated = next((m[1] for note in one.notes if (m := SOURCE.match(note))), "")
        sheet, before = Sheet(file, [], one.sheet), None
        people = {cell.more.get("population") for cell in one.cells if cell.figure.shown or "population" not in columns}
        for cell in one.cells:
            year, shown = str(cell.year), cell.figure.shown
            if not shown and not gaps:
                left.append((one.place, year, cell.figure.status))
                if cell.more.get("population") in {None, *people}:  # of a census between, people count
                    continue
            if before and before.year == cell.year and "published" not in columns:
                facts = {"file": file, "place": one.place, "year": year, "new": cell.figure.number}
                revised.append(InputError("data.read_revised", old=before.figure.number, published=before.day, **facts))
                del rows[-1], at[-1]
            before = cell
            given = {"year": year, "value": shown, "status": cell.figure.status, "unit": one.unit, "source": stated}
            given |= {"place": one.place, **cell.more, "series": one.place or one.indicator}
            given["place"] = given["place"] if "province" in columns else one.place
            rows.append(tuple([given.get(name, "") for name in columns]))
            at.append(sheet.at(cell.row, cell.column))
    told = [said for said in readings[0].understood if said.code.removeprefix("data.read_") in LEFT.split()]
    return Table(Head(file, columns, columns), tuple(rows), tuple(at), "", (*told, *revised, *gaps_told(file, left)))
