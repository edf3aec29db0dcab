"""The book of a ledger: verdicts kept, one a line.

A line is a JSON object, an `Entry`: each carries the hash of the line before and of itself, so that no line but the
last can be changed or taken out unnoticed. What the last is says the head, a file beside it with the count of lines,
the hash of the last and the bytes; so lines that were cut off show. A verdict is added behind the others, after the
head and the last lines were held against each other: to add to a long book costs what it costs to add to a short one.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruralincome.data.files import WAIT, hold, json_text, parsed, write_all
from ruralincome.keep.entry import FIRST, Entry, chained, entry_of, intact
from ruralincome.series import InputError

TAIL = 1 << 13
"""Bytes at the end of a book that are read before a verdict is added."""
SHORT = 16
"""Letters of a key by which a verdict is looked up among those that are there."""


@dataclass(frozen=True)
class Added:
    """What `add` did: new is False where the same verdict was there already."""

    entry: Entry
    new: bool


@dataclass(frozen=True)
class _Head:
    count: int = 0
    hash: str = FIRST
    bytes: int = 0


def add(result: Path | Mapping[str, Any], ledger: Path, today: date) -> Added:
    """Keep the verdict of a result.json (or its object) at the end of `ledger`; the same again changes nothing.

    Raises InputError for a result that is not one, a ledger whose end is not as it was kept, or one that cannot be
    written.
    """
    entry = entry_of(_read_result(result) if isinstance(result, Path) else result, today)
    with hold(ledger.parent, wait=WAIT):
        head, keys = _end(ledger)
        short = f"{entry.key[:SHORT]}\n".encode()
        if short in keys and (known := next((one for one in read(ledger) if one.key == entry.key), None)):
            return Added(known, False)
        entry = chained(entry, head.hash)
        line = _line(entry) + b"\n"
        _append(ledger, line, head.bytes, durable=True)
        _append(_beside(ledger, "keys"), short, len(keys))
        now = _Head(head.count + 1, entry.hash, head.bytes + len(line))
        write_all({_beside(ledger, "head"): json_text(asdict(now))})
    return Added(entry, True)


def read(ledger: Path) -> tuple[Entry, ...]:
    """All entries, oldest first.

    Raises InputError for a missing ledger, and for a line that is not an entry, was changed after it was written, or
    does not follow the line before; for a last line that was cut off, and for lines that its head knows and are gone.
    """
    head = _head(ledger)
    try:
        content = ledger.read_bytes()
    except FileNotFoundError:
        if head:
            raise InputError("keep.lines_gone", ledger=ledger.name, count=head.count, found=0) from None
        raise InputError("keep.no_ledger", ledger=ledger.name) from None
    except OSError as fault:
        raise InputError("data.unreadable", file=ledger, why=fault.strerror) from None
    entries = _entries(content.split(b"\n"), ledger.name, 0, FIRST)
    if head and (len(entries) < head.count or (head.count and entries[head.count - 1].hash != head.hash)):
        raise InputError("keep.lines_gone", ledger=ledger.name, count=head.count, found=len(entries))
    return entries


def _entries(lines: Sequence[bytes], name: str, before: int, previous: str | None) -> tuple[Entry, ...]:
    """The entries of lines that follow `before` others, the last of which had the hash `previous`, if that is known."""
    entries: list[Entry] = []
    for row, line in enumerate(filter(None, lines), start=before + 1):
        facts = {"ledger": name, "row": row}
        try:
            entry = Entry(**json.loads(line))
            same = intact(entry) and _line(entry) == line
        except (TypeError, ValueError, RecursionError):
            cut = line == lines[-1]  # a line written in full ends with a line feed
            raise InputError("keep.cut_line" if cut else "keep.no_entry", **facts) from None
        if not same:
            raise InputError("keep.changed_line", **facts)
        if previous is not None and entry.previous != previous:
            raise InputError("keep.line_order", **facts)
        entries.append(entry)
        previous = entry.hash
    return tuple(entries)


def _end(ledger: Path) -> tuple[_Head, bytes]:
    """The head of a book and the keys of its lines, after its last lines were read; all of it, where they differ."""
    head, keys = _head(ledger), b""
    try:
        keys = _beside(ledger, "keys").read_bytes()
        size = ledger.stat().st_size
        if head and (size, len(keys)) == (head.bytes, head.count * (SHORT + 1)):
            with ledger.open("rb") as stream:
                stream.seek(max(0, size - TAIL))
                lines = stream.read().split(b"\n")
            lines = lines if size <= TAIL else lines[1:]
            before = head.count - len(list(filter(None, lines)))
            entries = _entries(lines, ledger.name, before, FIRST if size <= TAIL else None)
            if entries and entries[-1].hash == head.hash:
                return head, keys
    except OSError:
        pass
    if not ledger.exists() and not head:
        return _Head(), b""
    entries = read(ledger)  # a book of an earlier version, or one whose last line was kept and its head not yet
    if (content := ledger.read_bytes()) and not content.endswith(b"\n"):
        _append(ledger, b"\n", len(content))
    keys = "".join(f"{entry.key[:SHORT]}\n" for entry in entries).encode()
    write_all({_beside(ledger, "keys"): keys})
    return _Head(len(entries), entries[-1].hash if entries else FIRST, ledger.stat().st_size), keys


def _head(ledger: Path) -> _Head | None:
    """What was kept of the end of a book; None where nothing was."""
    try:
        return _Head(**parsed(_beside(ledger, "head").read_bytes()))
    except OSError:
        return None
    except (ValueError, TypeError):
        raise InputError("keep.no_head", head=_beside(ledger, "head").name) from None


def _beside(ledger: Path, what: str) -> Path:
    return ledger.with_suffix(f".{what}")


def _append(path: Path, content: bytes, size: int, durable: bool = False) -> None:
    """Add to a file of so many bytes, durable: down to the disk; a failure leaves it as it was."""
    try:
        with path.open("ab") as stream:
            try:
                stream.write(content)
                stream.flush()
                if durable:
                    os.fsync(stream.fileno())
            except OSError:
                stream.truncate(size)
                raise
    except OSError as fault:
        raise InputError("data.unwritten", file=path, why=fault.strerror) from None


def _line(entry: Entry) -> bytes:
    return json.dumps(entry.plain, ensure_ascii=False, sort_keys=True, allow_nan=False).encode()


def _read_result(path: Path) -> Mapping[str, Any]:
    try:
        content = parsed(path.read_bytes())
    except (OSError, ValueError) as fault:
        raise InputError("keep.unread_result", file=path.name, why=str(fault)) from None
    if not isinstance(content, dict):
        raise InputError("keep.no_result", file=path.name)
    return content
