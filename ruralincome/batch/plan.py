"""What is to run, and what has not changed since it last did."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruralincome.batch.parameters import check_given, declared
from ruralincome.series import InputError

Entries = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Task:
    """One notebook over one set of parameters, in every language asked for.

    parameters: the raw mapping of a params file; the batch adds `language`, nothing else.
    stage: tasks of a later stage start when all earlier ones have ended (compare reads their results).
    """

    name: str
    notebook: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    stage: int = 0


@dataclass(frozen=True)
class Job:
    """One task in one language: what a worker gets. key: the hash of all that its report rests on."""

    scenario: str
    language: str
    notebook: Path
    parameters: Mapping[str, Any]
    folder: Path
    key: str
    stage: int = 0

    @property
    def name(self) -> str:
        """`scenario/language`, the job's name in the manifest."""
        return f"{self.scenario}/{self.language}"


@dataclass(frozen=True)
class Plan:
    """The jobs to run, and those whose report is complete and rests on the same inputs."""

    jobs: tuple[Job, ...]
    skipped: tuple[Job, ...] = ()


def plan(
    tasks: Sequence[Task], languages: Sequence[str], output: Path, inputs: str, entries: Entries, force: bool = False
) -> Plan:
    """Divide tasks x languages into jobs to run and jobs to skip.

    inputs: the `fingerprint` of data, package and environment. entries: the manifest's jobs. A job is skipped when
    its entry says ok under the same key, its files are there in full, and nothing of an earlier stage runs.
    Raises InputError for no tasks, a name used twice, a notebook that is missing or has not the parameter.
    """
    if not tasks or not languages:
        raise InputError("batch.nothing")
    for name, times in Counter(task.name for task in tasks).items():
        if times > 1:
            raise InputError("batch.name_twice", times=times, name=name)
    notebooks = {path: declared(path) for path in {t.notebook for t in tasks}}
    jobs: list[Job] = []
    skipped: list[Job] = []
    for stage in sorted({t.stage for t in tasks}):
        earlier, waits = sorted(job.key for job in (*jobs, *skipped)), bool(jobs)
        for task in (t for t in tasks if t.stage == stage):
            digest, known = notebooks[task.notebook]
            check_given(task.name, task.notebook, task.parameters, known)
            for language in languages:
                stated = {**task.parameters, "language": language}
                text = json.dumps([digest, stated, inputs, earlier], sort_keys=True, default=str)
                key = hashlib.sha256(text.encode()).hexdigest()
                job = Job(task.name, language, task.notebook, stated, output / task.name / language, key, stage)
                entry = entries.get(job.name, {})
                same = entry.get("status") == "ok" and entry.get("key") == key and not waits and not force
                complete = same and sizes(job.folder) == entry.get("files")
                (skipped if complete else jobs).append(job)
    return Plan(tuple(jobs), tuple(skipped))


def sizes(folder: Path) -> dict[str, int]:
    """The size in bytes of each file of a report that is there."""
    paths = (folder / name for name in ("report.html", "report.ipynb", "result.json"))
    return {path.name: path.stat().st_size for path in paths if path.is_file()}
