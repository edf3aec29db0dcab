"""What a batch did, written as it goes: manifest.json, one lock for each output folder, files complete or absent."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ruralincome.series import InputError

RUNS_KEPT = 50


def write(path: Path, text: str) -> None:
    """Write a file that is complete or absent, whoever reads it and whenever we are killed.

    Two writers (a worker thought lost, and its replacement) do not meet: the last complete file stays.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def lock(output: Path) -> Iterator[None]:
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


class Manifest:
    """The record in DIR/manifest.json: `runs`, newest last, and `jobs` by `scenario/language`.

    A run stands there as "running" from its start, so that one cut off by a power cut shows: the next run marks it
    "interrupted". A folder that fills up does not stop a batch: `trouble` says why the record is behind.
    """

    def __init__(self, output: Path) -> None:
        self.path = output / "manifest.json"
        self.trouble: str | None = None
        self.content: dict[str, Any] = {"version": 1, "runs": [], "jobs": {}}
        with contextlib.suppress(OSError, ValueError):
            found = json.loads(self.path.read_text(encoding="utf-8"))
            if isinstance(found, dict) and found.get("version") == 1:
                self.content = found
        self.jobs: dict[str, dict[str, Any]] = self.content["jobs"]

    def begin(self, names: list[str], to_run: Mapping[str, Mapping[str, Any]]) -> None:
        """Note a run over these jobs, and that those of `to_run` wait; forget jobs whose folder is gone."""
        for run in self.content["runs"]:
            run["status"] = "interrupted" if run["status"] == "running" else run["status"]
        for name in [n for n in self.jobs if not (self.path.parent / n).is_dir()]:
            del self.jobs[name]
        for name, entry in to_run.items():
            self.jobs[name] = {**self.jobs.get(name, {}), **entry, "status": "pending"}
        run = {"started": _now(), "finished": None, "status": "running", "jobs": names}
        self.content["runs"] = [*self.content["runs"], run][-RUNS_KEPT:]
        self._save()

    def record(self, name: str, entry: Mapping[str, Any]) -> None:
        """Note how a job ended."""
        self.jobs[name] = {**entry, "finished": _now()}
        self._save()

    def finish(self, status: str, **counts: int) -> None:
        """Note how the run ended: ok, failed or interrupted."""
        self.content["runs"][-1] |= {"finished": _now(), "status": status, **counts}
        self._save()

    def _save(self) -> None:
        try:
            write(self.path, json.dumps(self.content, ensure_ascii=False, indent=1))
            self.trouble = None
        except OSError as error:
            self.trouble = f"{self.path}: cannot be written ({error.strerror})"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
