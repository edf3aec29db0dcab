"""Files that belong together: all of them written, or none."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruralincome.series import InputError


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write all files or none: each beside its place first, then all are renamed; a failure puts back what was."""
    before = {path: path.read_bytes() if path.is_file() else None for path in contents}
    parts = {path: path.with_name(f".{path.name}.part") for path in contents}
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            parts[path].write_bytes(content)
        for path, part in parts.items():
            part.replace(path)
    except BaseException as fault:
        _put_back(before)
        for part in parts.values():
            part.unlink(missing_ok=True)
        if isinstance(fault, OSError):
            raise InputError(f"{fault.filename}: cannot be written ({fault.strerror}); nothing was changed") from None
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


def _put_back(before: Mapping[Path, bytes | None]) -> None:
    for path, content in before.items():
        if content is None:
            path.unlink(missing_ok=True)
        elif not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)
