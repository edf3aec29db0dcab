"""Questions: the results of a batch grouped by what they ask, read from the manifest; nothing is computed again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from ruralincome.data.package import find_root
from ruralincome.series import InputError

Result = Mapping[str, Any]
"""What result.json holds, and `name`, the scenario's."""


@dataclass(frozen=True)
class Question:
    """Scenarios that ask of one series, in one basis of prices, for one year; the most probable first.

    results: as result.json holds them, `name` being the scenario's; keys: a letter for each, used in the figure.
    """

    series: str
    unit: str
    basis: str
    price_year: int | None
    year: int
    results: tuple[Result, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """A, B, ... for the scenarios in their order, then AA, AB, ..."""
        letters = ["", *ascii_uppercase]
        return tuple(letters[i // 26] + ascii_uppercase[i % 26] for i in range(len(self.results)))


def questions(manifest: str | Path, language: str) -> tuple[Question, ...]:
    """The results of a batch by question, those with most scenarios first.

    manifest: path of manifest.json, from the root unless absolute. Raises InputError where it cannot be read or holds
    no result.
    """
    path = _path(manifest)
    found = [dict(json.loads(file.read_text(encoding="utf-8")), name=name) for name, file in _files(path, language)]
    if not found:
        raise InputError(f"{path.name}: holds no result of a scenario in '{language}'; run 'ruralincome run' first")
    groups: dict[tuple[str, str, str, int | None, int], list[Result]] = {}
    for result in found:
        prices = result["prices"]
        key = (result["series"], result["unit"], prices["basis"], prices["year"], result["target"]["year"])
        groups.setdefault(key, []).append(result)
    asked = [Question(*key, tuple(sorted(group, key=_rank))) for key, group in groups.items()]
    return tuple(sorted(asked, key=lambda q: (-len(q.results), q.year, q.basis, q.series)))


def missing(manifest: str | Path, language: str) -> tuple[str, ...]:
    """Scenarios of the batch that gave no result in this language, by name."""
    path = _path(manifest)
    have = {name for name, _ in _files(path, language)}
    jobs = _jobs(path)
    failed = {name for name, job in jobs.items() if name.endswith(f"/{language}") and job.get("status") == "failed"}
    return tuple(sorted(name.rsplit("/", 1)[0] for name in failed if name.rsplit("/", 1)[0] not in have))


def _path(manifest: str | Path) -> Path:
    return Path(manifest) if Path(manifest).is_absolute() else find_root() / manifest


def _rank(result: Result) -> tuple[float, str]:
    p = result["probability"]
    return (2.0 if p is None else -p, result["name"])


def _files(manifest: Path, language: str) -> list[tuple[str, Path]]:
    """Name and result.json of every job of the language that has one."""
    done = [name.rsplit("/", 1) for name, job in _jobs(manifest).items() if job.get("status") == "ok"]
    files = [(name, manifest.parent / name / lang / "result.json") for name, lang in done if lang == language]
    return sorted((name, file) for name, file in files if file.is_file())


def _jobs(manifest: Path) -> dict[str, Any]:
    try:
        jobs: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))["jobs"]
    except (OSError, ValueError, KeyError) as fault:
        raise InputError(f"{manifest.name}: cannot be read ({fault}); run 'ruralincome run' first") from None
    return jobs
