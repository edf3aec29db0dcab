"""Results of a batch: what its folders hold of each scenario, for the page that compares them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruralincome.data.package import find_root, read_resource
from ruralincome.series import InputError


def read_results(manifest: str | Path, language: str) -> tuple[Mapping[str, Any], ...]:
    """What result.json holds of every scenario of one language, and `name`, `series_title` and `place` in words.

    manifest: path of manifest.json, from the root unless absolute. A result without a version is one of 0.1, and has
    the same keys. Raises InputError where the manifest cannot be read or holds no result.
    """
    path, found = _path(manifest), []
    for name, file in _files(path, language):
        content = json.loads(file.read_text(encoding="utf-8"))
        series = read_resource(content["series"], find_root())
        found.append({**content, "name": name, "series_title": series.words("titles"), "place": series.words("place")})
    if not found:
        raise InputError("batch.no_results", name=path.name, language=language)
    return tuple(found)


def failed(manifest: str | Path, language: str) -> tuple[str, ...]:
    """Scenarios of the batch that gave no result in this language, by name."""
    path = _path(manifest)
    have = {name for name, _ in _files(path, language)}
    torn = {name for name, job in _jobs(path).items() if job.get("status") == "failed"}
    names = [name.rsplit("/", 1) for name in torn]
    return tuple(sorted(name for name, spoken in names if spoken == language and name not in have))


def _path(manifest: str | Path) -> Path:
    return Path(manifest) if Path(manifest).is_absolute() else find_root() / manifest


def _files(manifest: Path, language: str) -> list[tuple[str, Path]]:
    """Name and result.json of every job of the language that has one."""
    done = [name.rsplit("/", 1) for name, job in _jobs(manifest).items() if job.get("status") == "ok"]
    files = [(name, manifest.parent / name / lang / "result.json") for name, lang in done if lang == language]
    return sorted((name, file) for name, file in files if file.is_file())


def _jobs(manifest: Path) -> dict[str, Any]:
    try:
        jobs: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))["jobs"]
    except (OSError, ValueError, KeyError) as fault:
        raise InputError("batch.no_manifest", name=manifest.name, reason=str(fault)) from None
    return jobs
