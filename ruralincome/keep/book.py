"""The book of a ledger: verdicts kept, one a line.

A line is a JSON object, an `Entry`: each carries the hash of the line before and of itself, so that no line but the
last can be changed or taken out unnoticed. What the last is says the head, a file beside it with the count of lines,
the hash of the last and the bytes. A verdict is added behind the others, after the head and the last lines were held
against each other: to add to a long book costs what it costs to add to a short one."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, dataclasses

from ruralincome.data.files import WAIT, hold, json_text, no_pipe, parsed, write_all, write_fault
from ruralincome.rules import Standing
from ruralincome.series import InputError

FIRST = ""
"""What the first entry has for the hash of the entry before."""
TAIL = 1 << 13
"""Bytes at the end of a book that are read before a verdict is added."""
SHORT = 16
"""Letters of a key by which a verdict is looked up among those that are there."""
Stored = Annotated[float, Field(strict=True)]


def _count(value: Any) -> Any:
    if isinstance(value, str | bool):
        raise ValueError("no number")  # as pydantic asks
    return value


Year = Annotated[int, Field(ge=1000, le=9999), BeforeValidator(_count)]
"""A year, also as another tool prints it: 2020.0."""


def _at(*path: str, default: Any = ...) -> Any:
    return Field(default, validation_alias=AliasPath(*path))


def _lead(models: Any) -> Any:
    """The code of the lead model, the first; empty where there is none."""
    match models:
        case []:
            return ""
        case [{"model": lead}, *_]:
            return lead
    return models


def _by_rule(rules: Any) -> Any:
    return {one["rule"]: one["outlook"] for one in rules} if isinstance(rules, list) else rules


def _sha256(content: Any) -> Any:
    """The hash of an object; a text is one already."""
    if isinstance(content, str):
        return content
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class Entry(BaseModel):
    """One verdict kept, as its line has it, or as a result.json says it.

    probability is None where it was refused; inputs: hash of the hashes of all input files. interval: lower end of the
    80 % interval, median and upper end, None where it was not kept (before 0.2) or refused. key: hash of what was said,
    without its date, so that the same verdict is known again; previous: hash of the entry before; hash: of all the
    rest, the date and `previous` included."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, allow_inf_nan=False, defer_build=True)

    key: str = ""
    date: str
    scenario: str
    series: str
    as_of: Year
    target: Annotated[Stored, Field(gt=0)] = _at("target", "value")
    year: Year = _at("target", "year")
    direction: Annotated[Literal[1, -1], BeforeValidator(_count)] = _at("target", "direction", default=1)
    probability: Annotated[Stored, Field(ge=0, le=1)] | None
    model: Annotated[str, BeforeValidator(_lead)] = Field(validation_alias="models")
    version: str = _at("provenance", "versions", "ruralincome")
    inputs: Annotated[str, BeforeValidator(_sha256)] = _at("provenance", "inputs")
    outlooks: Annotated[Mapping[str, Standing], BeforeValidator(_by_rule)] = Field(validation_alias="rules")
    previous: str = FIRST
    hash: str = ""
    interval: tuple[Stored, Stored, Stored] | None = None

    @property
    def plain(self) -> dict[str, Any]:
        """What is written down: an entry of before 0.2 has no interval, and its hash knows none."""
        return self.model_dump(exclude={"interval"} if self.interval is None else None)

    @property
    def in_time(self) -> bool:
        """Was it written down before the target's year was over?"""
        return int(self.date[:4]) <= self.year


@dataclass(frozen=True)
class Added:
    """What `add` did: new is False where the same verdict was there already."""

    entry: Entry
    new: bool


@dataclasses.dataclass(frozen=True, config=ConfigDict(strict=True, extra="forbid", defer_build=True))
class _Head:
    count: Annotated[int, Field(ge=0)] = 0
    hash: str = FIRST
    bytes: Annotated[int, Field(ge=0)] = 0


def add(result: Path | Mapping[str, Any], ledger: Path, today: date) -> Added:
    """Keep the verdict of a result.json (or its object) at the end of `ledger`; the same again changes nothing. Raises
    InputError for a result that is not one, a ledger whose end is not as it was kept, or one that cannot be written."""
    entry = _entry(result, today)
    with hold(ledger.parent, wait=WAIT):
        head, keys = _end(ledger)
        short = f"{entry.key[:SHORT]}\n".encode()
        if short in keys and (known := next((one for one in read_book(ledger) if one.key == entry.key), None)):
            return Added(known, False)
        entry = entry.model_copy(update={"previous": head.hash})
        entry = entry.model_copy(update={"hash": _digest(entry, "hash")})
        line = _line(entry) + b"\n"
        _append(ledger, line, head.bytes, durable=True)
        _append(_beside(ledger, "keys"), short, len(keys))
        now = _Head(head.count + 1, entry.hash, head.bytes + len(line))
        write_all({_beside(ledger, "head"): json_text(asdict(now))})
    return Added(entry, True)


def read_book(ledger: Path) -> tuple[Entry, ...]:
    """All entries, oldest first. Raises InputError for a missing ledger, and for a line that is not an entry, was
    changed after it was written, or does not follow the line before; for a last line that was cut off, and for lines
    that its head knows and are gone."""
    head, content = _head(ledger), b""
    try:
        content = no_pipe(ledger).read_bytes()
    except FileNotFoundError:
        if not head:
            raise InputError("keep.no_ledger", ledger=ledger.name) from None
    except OSError as fault:
        raise InputError("data.unreadable", file=ledger, why=fault.strerror) from None
    entries = _entries(content.split(b"\n"), ledger.name, 0, FIRST)
    if head and (len(entries) < head.count or (head.count and entries[head.count - 1].hash != head.hash)):
        raise InputError("keep.lines_gone", ledger=ledger.name, count=head.count, found=len(entries))
    return entries


BOOK = {"key", "previous", "hash", "year", "direction", "model", "version", "inputs", "outlooks", "interval"}
"""Keys of a line of the book that a result says elsewhere."""


def _entry(result: Path | Mapping[str, Any], today: date) -> Entry:
    """The entry of a result, not yet chained. Raises InputError naming what cannot be kept."""
    found: Any = result
    if isinstance(result, Path):
        try:
            found = parsed(no_pipe(result).read_bytes())
        except (OSError, ValueError) as fault:
            raise InputError("keep.unread_result", file=result.name, why=fault) from None
        if not isinstance(found, dict):
            raise InputError("keep.no_result", file=result.name)
    try:
        ends, middle = found.get("interval80"), found.get("median")
        low, high = ends or (None, None)
        interval = (low, middle, high) if ends and middle is not None else None
        said = {key: value for key, value in found.items() if key not in BOOK}
        entry = Entry.model_validate({**said, "date": today.isoformat(), "interval": interval})
        return entry.model_copy(update={"key": _digest(entry)})
    except ValidationError as error:
        first = error.errors()[0]
        code = "keep.result_lacks" if first["type"] == "missing" else "keep.result_wrong"
        raise InputError(code, key=".".join(map(str, first["loc"])), value=str(first["input"])) from None
    except (KeyError, TypeError, ValueError) as fault:
        raise InputError("keep.result_odd", why=str(fault)) from None


def _entries(lines: Sequence[bytes], name: str, before: int, previous: str | None) -> tuple[Entry, ...]:
    """The entries of lines that follow `before` others, the last of which had the hash `previous`, if that is known."""
    entries: list[Entry] = []
    for row, line in enumerate(filter(None, lines), start=before + 1):
        facts = {"ledger": name, "row": row}
        try:
            entry = Entry.model_validate_json(line)
            date.fromisoformat(entry.date)
            same = (entry.key, entry.hash, line) == (_digest(entry), _digest(entry, "hash"), _line(entry))
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
    head = _head(ledger)
    with suppress(OSError):
        keys, size = no_pipe(_beside(ledger, "keys")).read_bytes(), ledger.stat().st_size
        if head and (size, len(keys)) == (head.bytes, head.count * (SHORT + 1)):
            with ledger.open("rb") as stream:
                stream.seek(max(0, size - TAIL))
                lines = [*filter(None, stream.read().split(b"\n")[size > TAIL :])]
            entries = _entries(lines, ledger.name, head.count - len(lines), None if size > TAIL else FIRST)
            if entries and entries[-1].hash == head.hash:
                return head, keys
    if not head and not ledger.exists():
        return _Head(), b""
    entries = read_book(ledger)  # a book of an earlier version, or one whose last line was kept and its head not yet
    if (content := no_pipe(ledger).read_bytes()) and not content.endswith(b"\n"):
        _append(ledger, b"\n", len(content))
    keys = "".join(f"{entry.key[:SHORT]}\n" for entry in entries).encode()
    write_all({_beside(ledger, "keys"): keys})
    return _Head(len(entries), entries[-1].hash if entries else FIRST, ledger.stat().st_size), keys


def _head(ledger: Path) -> _Head | None:
    """What was kept of the end of a book; None where nothing was."""
    try:
        return _Head(**parsed(no_pipe(_beside(ledger, "head")).read_bytes()))
    except OSError:
        return None
    except (ValueError, TypeError):
        raise InputError("keep.no_head", head=_beside(ledger, "head").name) from None


def _beside(ledger: Path, what: str) -> Path:
    return ledger.with_suffix(f".{what}")


def _append(path: Path, content: bytes, size: int, durable: bool = False) -> None:
    """Add to a file of so many bytes, durable: down to the disk; a failure leaves it as it was."""
    with write_fault(path), path.open("ab") as stream:
        try:
            stream.write(content)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        except OSError:
            stream.truncate(size)
            raise


def _line(entry: Entry) -> bytes:
    return json.dumps(entry.plain, ensure_ascii=False, sort_keys=True, allow_nan=False).encode()


def _digest(entry: Entry, *but: str) -> str:
    """The hash of an entry but for some of its parts; unless they are stated, of what it says."""
    but = but or ("key", "date", "previous", "hash")
    return str(_sha256({name: value for name, value in entry.plain.items() if name not in but}))
