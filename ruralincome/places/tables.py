"""Tables of places as files: Viet Nam's, which ships, and a user's own in the same form."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar, cast

from ruralincome.data import cells
from ruralincome.data.forms.heads import role
from ruralincome.data.table import Table, content_of, table_of
from ruralincome.places.across import People, ends
from ruralincome.places.boundaries import SHOWN, Boundaries, Link, LinkKind, Place, sound_day
from ruralincome.places.find import Finder, Named
from ruralincome.series import Faults, InputError
from ruralincome.series.names import clean

PLACES = ("code", "name"), ("parent", "level", "first", "until", "also")
LINKS = ("old", "new", "day"), ("kind", "share", "basis")
"""The columns that each table needs, and those that it may have."""
VIETNAM = Path(__file__).parent / "vietnam"
VIETNAM_FIRST = "2025-07-01"  # when the first of its places ended: who asks of earlier years need not read the table
VIETNAM_BEGINS = "2008-08-01"  # since then there were 63 provinces
SOURCE = (
    "vietnamadminunits 1.0.4 (MIT, Copyright (c) 2025 Tran Ngoc Minh Hieu), corrected by the text of the resolutions "
    "1654-1687/NQ-UBTVQH15; shares of people by the NSO conversion table"
)
Made = TypeVar("Made")


def vietnam() -> Finder:
    """Viet Nam's provinces, districts and communes before and after 1 July 2025, by code and by name."""
    return _shipped("provinces.csv", "communes.csv.gz")


def vietnam_provinces() -> Finder:
    """Viet Nam's provinces alone, which are read at once."""
    return _shipped("provinces.csv")


@lru_cache
def vietnam_people() -> People:
    """People of Viet Nam's old provinces, as published: the weights that ship."""
    path, found = VIETNAM / "people.csv", dict[int, dict[str, float]]()
    for row in table_of(content_of(path), path.name, ("code", "year", "people")).records():
        found.setdefault(row.year(), {})[row.text("code")] = row.number("people")
    return found


def read_boundaries(folder: Path) -> Finder:
    """A country's table from a folder with places.csv (code, name, and parent, level, first, until, also: other names,
    by semicolons) and links.csv (old, new, day, and kind: whole or divided, share, basis), or .csv.gz. Raises Faults,
    one for each row that cannot stand."""
    found = {}
    for name in ("places.csv", "links.csv"):
        found[name] = [path for path in (folder / name, folder / f"{name}.gz") if path.is_file()][:1]
        if not found[name]:
            raise InputError("places.no_table", folder=folder, name=name)
    return _read(folder.name, found["places.csv"], found["links.csv"], str(folder))


def named(table: Table, on: str) -> Iterator[Named]:
    """How each row of a table names its place: by `code`, or by `place` with `district` and `province`; heads may be
    Vietnamese ones (Mã xã, Tên xã, Huyện, Tỉnh, Năm). on: the day whose places they are; else the end of the row's
    `year`; one whose year is none says so. Raises InputError for a table with neither."""
    known, heads = ("code", "place", "district", "province", "year"), table.head.columns
    called = [said if (said := role(head)) in known else head for head in heads]
    columns = tuple(c if called.count(c) == 1 else own for c, own in zip(called, heads, strict=True))
    table = replace(table, head=replace(table.head, columns=columns))
    if "code" not in columns and "place" not in columns:
        raise InputError("places.no_names", file=table.head.file, columns=columns)
    if not on and "year" not in columns:
        raise InputError("places.no_date", file=table.head.file)
    for row in table.records():
        code, name = row.text("code"), ", ".join(filter(None, map(row.text, ("place", "district", "province"))))
        words, beside = code or name, name if code and row.text("place") else ""
        try:
            year = row.year() if "year" in columns else None
            yield Named(words, sound_day(on) if on else ends(year or 0), year, beside=beside)
        except InputError as fault:
            yield Named(words, on, fault=fault)


@lru_cache
def _shipped(*names: str) -> Finder:
    links = [VIETNAM / name.replace(".", "_links.", 1) for name in names]
    return _read("vietnam", [VIETNAM / name for name in names], links, SOURCE, VIETNAM_BEGINS)


def _read(name: str, places: list[Path], links: list[Path], source: str, begins: str = "") -> Finder:
    faults: list[InputError] = []
    of_places = [place for path in places for place in _each(path, PLACES, _place, faults)]
    of_links = [link for path in links for link in _each(path, LINKS, _link, faults)]
    if faults:
        raise Faults(faults[:SHOWN])
    return Finder(Boundaries(name, tuple(of_places), tuple(of_links), source, begins))


def _each(
    path: Path, columns: tuple[tuple[str, ...], tuple[str, ...]], make: Callable[..., Made], faults: list[InputError]
) -> Iterator[Made]:
    """What `make` makes of the cells of each row, those of columns that the table lacks being empty."""
    table, wanted = table_of(content_of(path, columns[0]), path.name, *columns), [*columns[0], *columns[1]]
    at = [table.head.columns.index(name) if name in table.head.columns else None for name in wanted]
    for row, number in zip(table.rows, table.at, strict=True):
        try:
            yield make(*("" if i is None else row[i].strip() for i in at))
        except InputError as fault:
            faults.append(InputError("places.row", file=path.name, row=number, fault=fault))


def _place(code: str, name: str, parent: str, level: str, first: str, until: str, also: str) -> Place:
    others = tuple(filter(None, (clean(other) for other in also.split(";")))) if also else ()
    return Place(code, clean(name), parent, level, first, until, others)


def _link(old: str, new: str, when: str, kind: str, share: str, basis: str) -> Link:
    whole = 1.0 if kind in ("", "whole") else None
    return Link(old, new, when, cast("LinkKind", kind or "whole"), cells.read_number(share) if share else whole, basis)
