"""The book of a ledger: verdicts kept, one a line.

A line is a JSON object, an `Entry`: each carries the hash of the line before and of itself, so that no line but the
last can be changed or taken out unnoticed. A verdict is added by writing the file anew beside its place, whole or not
at all.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruralincome.data.files import WAIT, hold, write_all
from ruralincome.keep.entry import FIRST, Entry, chained, entry_of, intact
from ruralincome.series import InputError


@dataclass(frozen=True)
class Added:
    """What `add` did: new is False where the same verdict was there already."""

    entry: Entry
    new: bool


def add(result: Path | Mapping[str, Any], ledger: Path, today: date) -> Added:
    """Keep the verdict of a result.json (or its object) at the end of `ledger`; the same again changes nothing.

    Raises InputError for a result that is not one, a ledger that `read` refuses, or one that cannot be written.
    """
    entry = entry_of(_read_result(result) if isinstance(result, Path) else result, today)
    with hold(ledger.parent, wait=WAIT):
        kept = read(ledger) if ledger.exists() else ()
        if known := next((one for one in kept if one.key == entry.key), None):
            return Added(known, False)
        entry = chained(entry, kept[-1].hash if kept else FIRST)
        write_all({ledger: b"".join(_line(one) + b"\n" for one in (*kept, entry))}, durable=True)
    return Added(entry, True)


def read(ledger: Path) -> tuple[Entry, ...]:
    """All entries, oldest first.

    Raises InputError for a missing ledger, and for a line that is not an entry, was changed after it was written, or
    does not follow the line before; for a last line that was cut off, which versions before 0.2 could leave.
    """
    try:
        lines = ledger.read_bytes().split(b"\n")
    except FileNotFoundError:
        raise InputError("keep.no_ledger", ledger=ledger.name) from None
    except OSError as fault:
        raise InputError("data.unreadable", file=ledger, why=fault.strerror) from None
    entries: list[Entry] = []
    for row, line in enumerate(filter(None, lines), start=1):
        facts = {"ledger": ledger.name, "row": row}
        try:
            entry = Entry(**json.loads(line))
            same = intact(entry) and _line(entry) == line
        except (TypeError, ValueError):
            cut = line == lines[-1]  # a line written in full ends with a line feed
            raise InputError("keep.cut_line" if cut else "keep.no_entry", **facts) from None
        if not same:
            raise InputError("keep.changed_line", **facts)
        if entry.previous != (entries[-1].hash if entries else FIRST):
            raise InputError("keep.line_order", **facts)
        entries.append(entry)
    return tuple(entries)


def _line(entry: Entry) -> bytes:
    return json.dumps(entry.plain, ensure_ascii=False, sort_keys=True, allow_nan=False).encode()


def _read_result(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise InputError("keep.unread_result", file=path.name, why=str(fault)) from None
    if not isinstance(content, dict):
        raise InputError("keep.no_result", file=path.name)
    return content
