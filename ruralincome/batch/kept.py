"""Results by day: DIR/NAME/results/DAY.json holds the result that a scenario had from that day on. No page is kept."""

import hashlib
import re
from collections.abc import Iterable
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

    None where none is kept. Raises InputError for a file there that is no result, and for `since` that is no day.
    """
    if since and not DAY.fullmatch(since):
        raise InputError("batch.since_day", day=since)
    found = [path for path in _kept(folder) if (path.stem <= since if since else path.stem < day)]
    return read(found[-1], found[-1].stem) if found else None


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
        with suppress(OSError, ValueError):
            content, last = (folder / "result.json").read_bytes(), _kept(folder.parent)[-1:]
            if not last or _lasting(last[0].read_bytes()) != _lasting(content):
                new[folder.parent / "results" / f"{day}.json"] = content
    write_all(new)


def _kept(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "results").glob("*.json") if DAY.fullmatch(path.stem))


def _lasting(content: bytes) -> dict[str, Any]:
    return {key: value for key, value in dict(parsed(content)).items() if key not in PASSING}
