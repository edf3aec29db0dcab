"""The book of a ledger: verdicts kept, one a line.

A line is a JSON object: `key`, the hash of all the rest but the date, and what was said of the target. Lines are only
ever appended, each with one write that reaches the disk before the lock is let go.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruralincome.series import InputError


@dataclass(frozen=True)
class Entry:
    """One verdict kept. probability is None where it was refused; inputs: hash of the hashes of all input files."""

    key: str
    date: str
    scenario: str
    series: str
    as_of: int
    target: float
    year: int
    direction: int
    probability: float | None
    model: str
    version: str
    inputs: str
    outlooks: Mapping[str, str]

    @property
    def in_time(self) -> bool:
        """Was it written down before the target's year was over?"""
        return int(self.date[:4]) <= self.year


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
    InputError for a result that is not one, or a ledger whose earlier lines were changed.
    """
    entry = _entry(_read_result(result) if isinstance(result, Path) else result, today)
    ledger.parent.mkdir(parents=True, exist_ok=True)
    with ledger.open("a+b", buffering=0) as stream, _locked(stream.fileno()):
        stream.seek(0)
        content = stream.read()
        whole, torn = _split(content)
        known = {kept.key: kept for kept in _entries(whole, ledger)}
        if torn is not None:
            _set_aside(ledger, torn)
            stream.truncate(len(whole))
        if entry.key in known:
            return Added(known[entry.key], False, torn)
        line = json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True, allow_nan=False).encode()
        unended = torn is None and content and not content.endswith(b"\n")
        stream.write((b"\n" if unended else b"") + line + b"\n")
        os.fsync(stream.fileno())
    return Added(entry, True, torn)


def read(ledger: Path) -> Book:
    """All entries, oldest first; a torn last line is left where it is and reported.

    Raises InputError for a missing ledger, and for a line that is not an entry or was changed after it was written.
    """
    if not ledger.is_file():
        raise InputError(f"no ledger {ledger.name}; keep a verdict by 'ruralincome ledger add RESULT'")
    whole, torn = _split(ledger.read_bytes())
    return Book(tuple(_entries(whole, ledger)), torn)


def _read_result(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise InputError(f"{path.name} cannot be read as a result ({fault}); name a result.json") from None
    if not isinstance(content, dict):
        raise InputError(f"{path.name} is not a result; name the result.json of a scenario")
    return content


def _entry(result: Mapping[str, Any], today: date) -> Entry:
    try:
        provenance = result["provenance"]
        said: dict[str, Any] = {
            "scenario": str(result["scenario"]),
            "series": str(result["series"]),
            "as_of": int(result["as_of"]),
            "target": float(result["target"]["value"]),
            "year": int(result["target"]["year"]),
            "direction": int(result["target"].get("direction", 1)),
            "probability": None if result["probability"] is None else float(result["probability"]),
            "model": str(result["models"][0]["model"]) if result["models"] else "",
            "version": str(provenance["versions"]["ruralincome"]),
            "inputs": _digest(provenance["inputs"]),
            "outlooks": {rule["rule"]: rule.get("outlook", rule["verdict"]) for rule in result["rules"]},
        }
    except KeyError as fault:
        raise InputError(f"the result has no {fault.args[0]!r}; name the result.json of a scenario") from None
    except (TypeError, ValueError, AttributeError) as fault:
        raise InputError(f"the result cannot be kept ({fault}); name the result.json of a scenario") from None
    chance = said["probability"]
    if chance is not None and not 0 <= chance <= 1:
        raise InputError(f"the result's probability {chance!r} is not between 0 and 1; run the scenario again")
    return Entry(_digest(said), today.isoformat(), **said)


def _digest(content: Mapping[str, Any]) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


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
    for row, line in enumerate(whole.splitlines(), start=1):
        try:
            entry = Entry(**json.loads(line))
            said = {name: value for name, value in asdict(entry).items() if name not in ("key", "date")}
            same = entry.key == _digest(said) and date.fromisoformat(entry.date)
        except (TypeError, ValueError):
            raise InputError(f"{ledger.name} line {row} is not an entry; restore the ledger from git") from None
        if not same:
            raise InputError(f"{ledger.name} line {row} was changed after it was kept; restore the ledger from git")
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
