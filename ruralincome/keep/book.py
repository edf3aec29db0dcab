"""The book of a ledger: verdicts kept, one a line.

A line is a JSON object, an `Entry`: each carries the hash of the line before and of itself, so that no line but the
last can be changed or taken out unnoticed. Lines are only ever appended, each with one write that reaches the disk
before the lock is let go.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruralincome.keep.entry import FIRST, Entry, chained, entry_of, intact
from ruralincome.series import InputError


@dataclass(frozen=True)
class Book:
    """The entries of a ledger, and the torn last line that a crash left, if any."""

    entries: tuple[Entry, ...]
    torn: str | None = None


@dataclass(frozen=True)
class Added:
    """What `add` did: new is False where the same verdict was there already; torn: a broken line set aside, if any."""

    entry: Entry
    new: bool
    torn: str | None = None


def add(result: Path | Mapping[str, Any], ledger: Path, today: date) -> Added:
    """Keep the verdict of a result.json (or its object) at the end of `ledger`.

    The same verdict again changes nothing. A last line torn by a crash is moved to LEDGER.torn first. Raises
    InputError for a result that is not one, a ledger whose earlier lines were changed, or one that cannot be written.
    """
    entry = entry_of(_read_result(result) if isinstance(result, Path) else result, today)
    try:
        return _append(entry, ledger)
    except OSError as fault:
        why = fault.strerror or str(fault)
        raise InputError(f"{ledger} cannot be written ({why}); make it a file that you may write to") from None


def read(ledger: Path) -> Book:
    """All entries, oldest first; a torn last line is left where it is and reported.

    Raises InputError for a missing ledger, and for a line that is not an entry, was changed after it was written, or
    does not follow the line before.
    """
    try:
        content = ledger.read_bytes()
    except FileNotFoundError:
        raise InputError(f"no ledger {ledger.name}; keep a verdict by 'ruralincome ledger add RESULT'") from None
    except OSError as fault:
        raise InputError(f"{ledger} cannot be read ({fault.strerror}); make it a file that you may read") from None
    whole, torn = _split(content)
    return Book(tuple(_entries(whole, ledger)), torn)


def _append(entry: Entry, ledger: Path) -> Added:
    """The entry at the end of the ledger, unless its verdict is there already."""
    ledger.parent.mkdir(parents=True, exist_ok=True)
    with ledger.open("a+b", buffering=0) as stream, _locked(stream.fileno()):
        stream.seek(0)
        content = stream.read()
        whole, torn = _split(content)
        kept = list(_entries(whole, ledger))
        known = {one.key: one for one in kept}
        if torn is not None:
            _set_aside(ledger, torn)
            stream.truncate(len(whole))
        if entry.key in known:
            return Added(known[entry.key], False, torn)
        entry = chained(entry, kept[-1].hash if kept else FIRST)
        line = json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True, allow_nan=False).encode()
        unended = torn is None and content and not content.endswith(b"\n")
        stream.write((b"\n" if unended else b"") + line + b"\n")
        os.fsync(stream.fileno())
    return Added(entry, True, torn)


def _read_result(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise InputError(f"{path.name} cannot be read as a result ({fault}); name a result.json") from None
    if not isinstance(content, dict):
        raise InputError(f"{path.name} is not a result; name the result.json of a scenario")
    return content


def _split(content: bytes) -> tuple[bytes, str | None]:
    """The lines written in full, and the last one where it was not."""
    lines = content.split(b"\n")
    last = next((i for i in range(len(lines) - 1, -1, -1) if lines[i]), None)
    if last is None:
        return b"", None
    whole = b"".join(line + b"\n" for line in lines[:last])
    try:
        json.loads(lines[last])
    except ValueError:
        return whole, lines[last].decode(errors="replace")
    return whole + lines[last] + b"\n", None


def _entries(whole: bytes, ledger: Path) -> Iterator[Entry]:
    previous = FIRST
    for row, line in enumerate(whole.split(b"\n")[:-1], start=1):
        try:
            entry = Entry(**json.loads(line))
            same = intact(entry)
        except (TypeError, ValueError):
            raise InputError(f"{ledger.name} line {row} is not an entry; restore the ledger from git") from None
        if not same:
            raise InputError(f"{ledger.name} line {row} was changed after it was kept; restore the ledger from git")
        if entry.previous != previous:
            raise InputError(
                f"{ledger.name} line {row} does not follow the line before: a line was changed, deleted or moved; "
                "restore the ledger from git"
            )
        previous = entry.hash
        yield entry


def _set_aside(ledger: Path, torn: str) -> None:
    with ledger.with_name(ledger.name + ".torn").open("a", encoding="utf-8") as aside:
        aside.write(torn + "\n")
        aside.flush()
        os.fsync(aside.fileno())


@contextmanager
def _locked(descriptor: int) -> Iterator[None]:
    """Alone with the file: other writers wait. The system lets go if we die."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        locking: Any = msvcrt
        os.lseek(descriptor, 0, os.SEEK_SET)
        locking.locking(descriptor, locking.LK_LOCK, 1)
        try:
            yield
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
            locking.locking(descriptor, locking.LK_UNLCK, 1)
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
