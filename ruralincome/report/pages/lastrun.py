"""What the index says of the runs of a batch: when the last one was, how it ended, whether one was missed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from babel.dates import format_datetime

from ruralincome.report.words.failures import stored_fault
from ruralincome.report.words.words import say


def last_run(manifest: Mapping[str, Any], language: str) -> str:
    """Sentences on the last run that a manifest records, empty where it records none.

    A run that did not start when it should shows as the days between the last two, one that was cut off as such.
    """
    runs = manifest.get("runs", [])[-2:]
    if not runs:
        return ""
    run = runs[-1]
    facts = {name: run.get(name, 0) for name in ("done", "skipped", "failed")}
    moments = {name: _moment(run[name], language) for name in ("started", "finished") if run.get(name)}
    said = [
        say(
            f"batch.run.{run['status']}",
            language,
            **facts,
            **moments,
            message=stored_fault(run, language) or run.get("message", ""),
        )
    ]
    if len(runs) == 2:
        days = (datetime.fromisoformat(run["started"]) - datetime.fromisoformat(runs[0]["started"])).days
        said += [say("batch.run.gap", language, days=days)] if days > 1 else []
        said += [say("batch.run.before", language)] if runs[0]["status"] == "interrupted" else []
    return " ".join(said)


def _moment(stamp: str, language: str) -> str:
    form = "HH:mm 'ngày' d/M/y (zzz)" if language == "vi" else "d MMM y, HH:mm zzz"
    return str(format_datetime(datetime.fromisoformat(stamp), form, locale=language))
