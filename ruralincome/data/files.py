"""Files that belong together: all of them written, or none; and a folder that one run writes at a time."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ruralincome.series import InputError


def write_all(contents: Mapping[Path, bytes | None], writer: str = "") -> None:
    """Write all files or none: each beside its place first, then all are renamed; a failure puts back what was.

    None as content is a file that shall not be there. writer: a name that keeps the parts of two writers apart, where
    there may be two. Raises InputError when a file cannot be written.
    """
    before = {path: path.read_bytes() if path.is_file() else None for path in contents}
    parts = {path: path.with_name(f".{path.name}{writer}.part") for path in contents}
    changed: list[Path] = []
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is not None:
                parts[path].write_bytes(content)
        for path, content in contents.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                parts[path].replace(path)
            changed.append(path)
    except BaseException as fault:
        with suppress(OSError):  # the first fault is the one to tell
            _put_back({path: before[path] for path in changed})
            for part in parts.values():
                part.unlink(missing_ok=True)
        if isinstance(fault, OSError):
            named = fault.filename or next(iter(contents))  # a full disk names none
            raise InputError(f"{named}: cannot be written ({fault.strerror}); nothing was changed") from None
        raise


def settle(last: Path) -> None:
    """Finish or undo what a crash left between the renames of `write_all`; last: the file that it was to write last.

    Its part is there only if every part had been written. Where another is still beside it, nothing had been renamed.
    """
    part = last.with_name(f".{last.name}.part")
    if not part.is_file():
        return
    others = [path for path in last.parent.parent.glob("*/.*.part") if path != part]
    if others:
        for path in (part, *others):
            path.unlink()
    else:
        part.replace(last)


@contextmanager
def hold(output: Path) -> Iterator[None]:
    """Hold an output folder; the operating system lets go when we end, even by kill -9.

    Raises InputError when the folder cannot be written or another run holds it.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
        handle = (output / ".lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{output}: cannot be written ({error.strerror}); choose another --output") from None
    with handle:
        try:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass  # Windows: no lock, as no scheduler of ours runs there
        except OSError:
            raise InputError(f"{output}: another run is writing here; wait for it or choose another --output") from None
        for part in (*output.glob(".*.part"), *output.glob("*/*/.*.part")):
            part.unlink(missing_ok=True)  # of a run that was killed
        yield


def short_folder(length: int = 50) -> str:
    """The folder for temporary files; another where its name is longer, as the path of a socket ends at 103 bytes."""
    usual = tempfile.gettempdir()
    places = (usual, os.environ.get("XDG_RUNTIME_DIR", ""), "/tmp", "/var/tmp")
    return next((p for p in places if p and len(os.fsencode(p)) <= length and os.access(p, os.W_OK | os.X_OK)), usual)


def csv_lines(fields: Sequence[str], rows: Sequence[Mapping[str, str]], *, header: bool) -> bytes:
    """Rows as CSV in UTF-8, one line each."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, fields, lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def json_text(content: Mapping[str, Any]) -> bytes:
    """JSON as the data package is written."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def one_line(text: str) -> str:
    """Words as one line, not too long, without what commands a terminal."""
    text = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]", "", text)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]


def _put_back(before: Mapping[Path, bytes | None]) -> None:
    for path, content in before.items():
        if content is None:
            path.unlink(missing_ok=True)
        elif not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)
