"""What a batch did: manifest.json, beside it manifest.jsonl with the jobs that ended since, and results by day."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruralincome.data.files import json_text, no_pipe, parsed, write_all
from ruralincome.report.words.words import text
from ruralincome.series import InputError
from ruralincome.series.faults import plain

RUNS_KEPT = 50
RUNS = {"running", "ok", "failed", "interrupted", "refused"}
UNFIT = (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError)  # of what is no manifest of ours
DAY = re.compile(r"\d{4}-(?!02-3|(?:0[469]|11)-31)(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
PASSING = ("provenance", "since")  # keys of a result that say how it came: two that differ in no other are one


class Manifest:
    """DIR/manifest.json: `runs`, newest last, and `jobs` by `scenario/language`.

    Of what went wrong each keeps `fault`, a code and facts for the words of either language, and `message`, an English
    line for logs, which is all that 0.1 kept. A run is "running" from its start, so that one cut off by a power cut
    shows: the next marks it "interrupted". A job that ends costs a line of manifest.jsonl, however many there are,
    folded in when a stage or the run ends, and by who reads. A full folder does not stop a batch: see `trouble`."""

    def __init__(self, output: Path) -> None:
        self.path, self.lines = output / "manifest.json", output / "manifest.jsonl"
        self.trouble: InputError | None = None
        self.content: dict[str, Any] = {"version": 1, "runs": [], "jobs": {}}
        with suppress(*UNFIT):
            found = read_manifest(self.path)
            moments = [run[name] for run in found["runs"] for name in ("started", "finished") if run[name] is not None]
            whole = [isinstance(job, dict) for job in found["jobs"].values()]
            whole += [datetime.fromisoformat(moment).tzinfo is not None for moment in moments]
            if all(whole) and found["version"] == 1 and {run["status"] for run in found["runs"]} <= RUNS:
                self.content = found
        self.jobs: dict[str, dict[str, Any]] = self.content["jobs"]

    def begin(self, names: list[str], to_run: Mapping[str, Mapping[str, Any]]) -> None:
        """Note a run over these jobs, and that those of `to_run` wait; forget jobs whose folder is gone."""
        for run in self.content["runs"]:
            run["status"] = "interrupted" if run["status"] == "running" else run["status"]
        for name in [name for name in self.jobs if not (self.path.parent / name).is_dir()]:
            del self.jobs[name]
        for name, entry in to_run.items():
            self.jobs[name] = {**self.jobs.get(name, {}), **entry, "status": "pending"}
        run = {"started": _now(), "finished": None, "status": "running", "jobs": names}
        self.content["runs"] = [*self.content["runs"], run][-RUNS_KEPT:]
        self.save()

    def ended(self, name: str, entry: Mapping[str, Any]) -> None:
        """Note how a job ended."""
        self.jobs[name] = {**entry, "finished": _now()}
        if self.trouble:
            return self.save()  # a line would go on from what is not there
        line = {"run": self.content["runs"][-1]["started"], "name": name, "job": self.jobs[name]}
        try:
            with self.lines.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(line) + "\n")
        except OSError as error:
            self.trouble = InputError("data.unwritten", file=self.lines, why=error.strerror)

    def finish(self, status: str, **told: Any) -> None:
        """Note how the run ended: ok, failed, interrupted or refused, and what is told of it."""
        self.content["runs"][-1] |= {"finished": _now(), "status": status, **told}
        self.save()

    def save(self) -> None:
        """Write manifest.json, the jobs that have ended folded in."""
        try:
            write_all({self.path: json_text(self.content), self.lines: None})
            self.trouble = None
        except InputError as error:
            self.trouble = error


def read_manifest(path: Path) -> dict[str, Any]:
    """A manifest.json, with the jobs that have ended since it was written: a line of another run was folded in before,
    and one that was torn is as if not written. Raises one of UNFIT for a file that is no manifest or cannot be read."""
    content: dict[str, Any] = json.loads(no_pipe(path).read_text(encoding="utf-8"))
    started = [run["started"] for run in content.get("runs", ())[-1:]]
    with suppress(*UNFIT):
        for line in map(json.loads, path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()):
            if [line["run"]] == started:
                content["jobs"][line["name"]] = line["job"]
    return content


def wanted(output: Path, name: str) -> str | None:
    """The key of the report that the last run wants of a job; None where no manifest says."""
    with suppress(OSError):
        found = (output / "manifest.json").stat()
        return _keys(output, found.st_ino, found.st_mtime_ns).get(name)
    return None


def one_line(text: str) -> str:
    """Words as one line fit for a log: not too long, without what commands a terminal."""
    text = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]", "", text)
    return " ".join(plain(text).split())[:300]


def before(folder: Path, day: str, since: str | None = None) -> dict[str, Any] | None:
    """The result of a scenario, whose folder that is, from the last day before `day`, or up to `since` if stated; None
    where none is kept. A file there that is no result is passed over, as no night hangs on it, unless `since` is
    stated: then it raises InputError, as for `since` that is no day."""
    if since and not DAY.fullmatch(since):
        raise InputError("batch.since_day", day=since)
    for path in (path for path in _days(folder)[::-1] if (path.stem <= since if since else path.stem < day)):
        with nullcontext() if since else suppress(InputError):
            return read_result(path, path.stem)
    return None


def read_result(path: Path, day: str = "") -> dict[str, Any]:
    """A result.json as `since.earlier` gives it. Raises InputError for a file that cannot be read or is none."""
    from ruralincome.scenario.result import VERSION  # here, as plans are made and checked without numpy
    from ruralincome.scenario.since import earlier
    from ruralincome.target.likelihood import whole_percent

    no_pipe(path)
    try:
        found = parsed(content := path.read_bytes())
        given = earlier(found, day, hashlib.sha256(content).hexdigest())
        known = found.get("version", 1) <= VERSION
        _ = hash(given["scenario"]), text(given["title"], "en"), whole_percent(given["probability"] or 0.0)
    except OSError as error:
        raise InputError("batch.result_unread", file=path, why=error.strerror) from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise InputError("batch.no_result", file=path) from None
    if not known:
        raise InputError("batch.result_version", file=path, version=found["version"])
    return given


def keep(folders: Iterable[Path], day: str) -> None:
    """Keep under `day` the results in folders of jobs, where not kept last. Raises InputError where it cannot write."""
    new = dict[Path, bytes | None]()
    for folder in folders:
        with suppress(OSError):
            content, last = (folder / "result.json").read_bytes(), _days(folder.parent)[-1:]
            if not last or _lasting(content) != _lasting(last[0].read_bytes()):
                new[folder.parent / "results" / f"{day}.json"] = content
    write_all(new)


@lru_cache(maxsize=1)
def _keys(output: Path, *_: int) -> dict[str, str | None]:
    """Keys by job of the manifest in a folder, read once while that is the same file."""
    return {name: job.get("key") for name, job in Manifest(output).jobs.items()}


def _now() -> str:
    """The moment, fine enough to tell one run, and so its lines, from the next."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _days(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "results").glob("*.json") if DAY.fullmatch(path.stem))


def _lasting(content: bytes) -> Mapping[str, Any] | bytes:
    """What two results are compared by; all of what is none."""
    with suppress(ValueError, TypeError):
        return {key: value for key, value in dict(parsed(content)).items() if key not in PASSING}
    return content
