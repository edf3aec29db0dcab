"""Commands on places: what a name means, what a place was made of, what became of the places of a table."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from ruralincome.cli.terminal import say, spoken, tell
from ruralincome.data.spoken import language
from ruralincome.places.boundaries import Place, sound_day
from ruralincome.report.words import words
from ruralincome.series import InputError

ADDED = ("new_code", "new_name", "kind")  # columns that `map` adds


def find(name: str, on: str | None = None, table: Path | None = None) -> None:
    """Which places a name or a code may mean, and what became of each."""
    finder, when = _asked(table, on)
    found = finder.find(name, when if on else None)
    if not found or (on and on < finder.boundaries.begins):
        finder.one(name, on)  # says why
    for place in found:
        _show(finder, place)


def parts(place: str, on: str | None = None, table: Path | None = None) -> None:
    """What a place was made of; codes are used again, so the answer says of which day it is."""
    finder, when = _asked(table, on)
    found = finder.one(place, when)
    tell("places.as_of", day=words.day(when, language()))
    _show(finder, found)


def map_file(
    file: Path, output: Annotated[Path, typer.Option()], on: str | None = None, to: str | None = None,
    table: Path | None = None,
) -> int:  # fmt: skip
    """Add new_code, new_name and kind to the rows of a table; what was not mapped goes beside it, as NAME.unmapped.csv.
    The exit status is 1 where a row could not be mapped."""
    from ruralincome.data.files import write_all
    from ruralincome.data.forms.read import OTHER_FORM, rows_of
    from ruralincome.data.table import content_of, table_of
    from ruralincome.places.find import map_rows
    from ruralincome.places.tables import named

    if output.resolve() == file.resolve():
        raise InputError("places.over_itself", file=file)
    finder, when = _asked(table, to)
    try:
        rows = table_of(content_of(file, ("code",)), file.name)  # all columns of a text as they stand
    except InputError as fault:
        if fault.code not in OTHER_FORM:
            raise
        rows = rows_of(file, ("place", "year", "value"), ("district", "province"), gaps=True)
    if taken := next((head for head in rows.head.heads if head.strip().lower() in ADDED), None):
        raise InputError("places.head_taken", file=file, head=taken)
    if not rows.rows:
        raise InputError("data.no_row", file=file.name)
    left, records, each = [], [], named(rows, "" if on is None else sound_day(on))
    for row, mapped, number in zip(rows.rows, map_rows(finder, each, when), rows.at, strict=True):
        records.append((*row, *(("", "") if mapped.new is None else (mapped.new.code, mapped.new.name)), mapped.kind))
        if mapped.fault is not None:
            left.append((spoken(number), mapped.kind, spoken(mapped.fault)))
    beside, unmapped = output.with_suffix(".unmapped.csv"), _text(("row", "kind", "why"), left) if left else None
    write_all({output: _text((*rows.head.heads, *ADDED), records), beside: unmapped})
    tell("places.mapped", count=len(records) - len(left), file=output)
    if left:
        tell("places.left", count=len(left), first=left[0][2], file=beside)
    return int(bool(left))


def _text(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file, of which two columns may have one head."""
    from ruralincome.data.files import csv_lines

    keys = [*map(str, range(len(heads)))]
    return csv_lines(keys, (dict(zip(keys, row, strict=True)) for row in (heads, *rows)), False, "utf-8-sig")


def _asked(table: Path | None, stated: str | None) -> tuple[Any, str]:
    """The country's places, and the day stated, or today."""
    from ruralincome.places.tables import read_boundaries, vietnam

    finder = vietnam() if table is None else read_boundaries(table)
    return finder, date.today().isoformat() if stated is None else sound_day(stated)


def _show(finder: Any, place: Place) -> None:
    """A place, its days, its parts, and what it became."""
    print(*map(spoken, finder.listed((place,))))
    for word, found in (("made", finder.boundaries.parts(place)), ("became", finder.boundaries.heirs(place))):
        for other in found:
            share = {1.0: "all", 0.0: "none", None: "some"}.get(other.share, "share")
            how = say(f"places.{share}", share=round((other.share or 0) * 100, 4))
            how = f"{how}; {other.basis.replace('NSO conversion table', say('places.nso'))}".rstrip("; ")
            print("  " + say(f"places.{word}", place=f"{other.place.code} {finder.full(other.place)}", how=how))
    if place.until and not finder.boundaries.heirs(place):
        for count, heir in finder.boundaries.scattered(place):
            print("  " + say("places.scattered", count=count, place=f"{heir.code} {finder.full(heir)}"))
