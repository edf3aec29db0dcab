"""What a batch did, written as it goes: manifest.json."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ruralincome.batch.scratch import one_line
from ruralincome.data.files import json_text, write_all
from ruralincome.series import InputError

RUNS_KEPT = 50
RUNS = {"running", "ok", "failed", "interrupted", "refused"}


class Manifest:
    """DIR/manifest.json: `runs`, newest last, and `jobs` by `scenario/language`.

    Of what went wrong each keeps `fault`, a code and facts for the words of either language, and `message`, an English
    line for logs, which is all that 0.1 kept. A run stands there as "running" from its start, so that one cut off by a
    power cut shows: the next run marks it "interrupted". A folder that fills up does not stop a batch: `trouble` says
    why the manifest is behind.
    """

    def __init__(self, output: Path) -> None:
        self.path = output / "manifest.json"
        self.trouble: InputError | None = None
        self.content: dict[str, Any] = {"version": 1, "runs": [], "jobs": {}}
        with contextlib.suppress(OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
            found = json.loads(self.path.read_text(encoding="utf-8"))
            moments = [run[name] for run in found["runs"] for name in ("started", "finished") if run[name] is not None]
            whole = all(isinstance(job, dict) for job in found["jobs"].values())
            whole = whole and all(datetime.fromisoformat(moment).tzinfo for moment in moments)
            if whole and found["version"] == 1 and {run["status"] for run in found["runs"]} <= RUNS:
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

    def ended(self, name: str, entry: Mapping[str, Any]) -> None:
        """Note how a job ended."""
        self.jobs[name] = {**entry, "finished": _now()}
        self._save()

    def finish(self, status: str, **counts: int) -> None:
        """Note how the run ended: ok, failed or interrupted, and how many jobs did."""
        self.content["runs"][-1] |= {"finished": _now(), "status": status, **counts}
        self._save()

    def refuse(self, fault: InputError) -> None:
        """Note a run that was refused before it did anything, and why."""
        self.begin([], {})
        told = {"fault": fault.to_json(), "message": one_line(str(fault).partition("\n")[0])}
        self.content["runs"][-1] |= {"finished": _now(), "status": "refused", **told}
        self._save()

    def _save(self) -> None:
        try:
            write_all({self.path: json_text(self.content)})
            self.trouble = None
        except InputError as error:
            self.trouble = error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
