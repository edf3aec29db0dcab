"""Results by day: DIR/NAME/results/DAY.json holds the result that a scenario had from that day on. No page is kept."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ruralincome.data.files import parsed, write_all
from ruralincome.scenario.since import earlier
from ruralincome.series import InputError

DAY = re.compile(r"\d{4}-\d\d-\d\d")
PASSING = ("provenance", "since")
"""Keys of a result that say how it came: two that differ in no other are one result."""


def before(folder: Path, day: str, since: str | None = None) -> dict[str, Any] | None:
    """The result of a scenario, whose folder that is, from the last day before `day`, or up to `since` if stated.

    None where none is kept. A file there that is no result is passed over, as no night hangs on it, unless `since` is
    stated: then it raises InputError, as for `since` that is no day.
    """
    if since and not DAY.fullmatch(since):
        raise InputError("batch.since_day", day=since)
    for path in _kept(folder)[::-1]:
        if path.stem <= since if since else path.stem < day:
            try:
                return read(path, path.stem)
            except InputError:
                if since:
                    raise
    return None


def read(path: Path, day: str = "") -> dict[str, Any]:
    """A result.json as `since.earlier` gives it. Raises InputError for a file that cannot be read or is none."""
    try:
        content = path.read_bytes()
        return earlier(parsed(content), day, hashlib.sha256(content).hexdigest())
    except OSError as error:
        raise InputError("batch.result_unread", file=path, why=error.strerror) from None
    except (ValueError, LookupError, TypeError):
        raise InputError("batch.no_result", file=path) from None


def keep(folders: Iterable[Path], day: str) -> None:
    """Keep under `day` the results that lie in these folders of jobs, where they are not what was kept last.

    Raises InputError where they cannot be written.
    """
    new = dict[Path, bytes | None]()
    for folder in folders:
        with suppress(OSError):
            content, last = (folder / "result.json").read_bytes(), _kept(folder.parent)[-1:]
            if not last or _lasting(content) != _lasting(last[0].read_bytes()):
                new[folder.parent / "results" / f"{day}.json"] = content
    write_all(new)


def _kept(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "results").glob("*.json") if DAY.fullmatch(path.stem))


def _lasting(content: bytes) -> Mapping[str, Any] | bytes:
    """What two results are compared by; all of what is none."""
    try:
        return {key: value for key, value in dict(parsed(content)).items() if key not in PASSING}
    except (ValueError, TypeError):
        return content
