"""index.html of a batch: every target with its chance on one page, in both languages, searched without a server."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from markupsafe import Markup

from ruralincome.report.blocks import Block
from ruralincome.report.pages.html import is_shared, page_title
from ruralincome.report.pages.scenarios import Ranking, asks, rankings, unproven
from ruralincome.report.templates import embedded, part, rendered, source
from ruralincome.report.words.words import LANGUAGES, catalogue, say, stored_fault, text
from ruralincome.scenario.result import VERSION
from ruralincome.series import InputError

STATUSES = ("ok", "failed", "pending")
MOST = 100
"""Rows that stand in the page as such; of more than so many all are data, which the search looks through."""

LEAST = 30
"""Fewest scored verdicts whose stated and observed shares are compared; fewer are counted, not drawn."""
Scored = Any
"""What `keep.score` gives: the page is handed it, and imports nothing of how verdicts are kept."""


@dataclass(frozen=True)
class Kept:
    """What a job left in its folder: its result, empty where there is none to show, and the names of other files.

    Of a result also `series_title` and `place`, its series in words.
    """

    result: Mapping[str, Any]
    files: Collection[str]


@dataclass(frozen=True)
class Panel:
    """A panel beside the batch. places, low, high: how many, and how many reach their target together (80 %)."""

    name: str
    languages: Sequence[str]
    count: tuple[int, int, int] | None = None


def index_page(
    manifest: Mapping[str, Any],
    kept: Mapping[str, Kept],
    ledger: Scored | InputError | None,
    panels: Sequence[Panel] = (),
) -> str:
    """The page for the batch that `manifest` records.

    kept: what each job left, by its folder; ledger: the scores of the ledger, or why it cannot be read.
    """
    halves, many = {}, dict[str, Any]()
    for language in LANGUAGES:
        jobs = [job for job in listed(manifest) if job.get("language") == language]
        shared = [job for job in jobs if is_shared(str(job["scenario"]))]
        asking = [job for job in jobs if job not in shared]
        known = {folder_of(job): job for job in asking if can_be_shown(kept[folder_of(job)].result)}
        results = ({**kept[folder].result, "name": folder} for folder in known)
        asked = [(asks(question, language), question) for question in rankings(results, by_target=True)]
        facts: dict[str, Any] = {
            "asking": asking,
            "shared": shared,
            "kept": kept,
            "jobs": known,
            "groups": list(_first(asked)),
            "missing": [job for job in asking if folder_of(job) not in known],
            "broken": [job for job in shared if _status(job) != "ok"],
            "counts": {status: sum(_status(job) == status for job in asking) for status in STATUSES},
            "run": last_run(manifest, language),
            "panels": [panel for panel in panels if language in panel.languages],
            "ledger": "" if ledger is None else Markup(ledger_block(ledger, language, f"{language}-").html),
            "most": MOST,
        }
        facts |= {"folder_of": folder_of, "status_of": _status, "page_title": page_title, "unproven": unproven}
        halves[language] = {x: Markup(part(f"index/half.{x}", language, **facts).html) for x in ("bar", "main")}
        if len(known) > MOST:
            many[language] = _data(asked, language)
    spoken = {job["language"] for job in listed(manifest)}
    opened = next((language for language in LANGUAGES if language in spoken), LANGUAGES[0])
    data, script = embedded(many) if many else "", source("index/index.js")
    return str(rendered("index/index.html.j2", halves=halves, language=opened, script=script, data=data, spoken=spoken))


def can_be_shown(result: Mapping[str, Any]) -> bool:
    """Can a result be shown? One of another make costs its own row alone."""
    try:
        target, ends, prices = result["target"], result["interval80"] or (0.0, 1.0), result["prices"]
        numbers = [*ends, target["value"], target["year"], result["decimals"]]
        numbers += [result[key] or 0.0 for key in ("median", "probability")]
        words = [result["series"], result["unit"], prices["basis"], *(text(result["title"], x) for x in LANGUAGES)]
        unproven(result)  # which reads its record
        whole = len(ends) == 2 and all(map(math.isfinite, numbers)) and all(isinstance(w, str) for w in words)
        return whole and "year" in prices and result.get("version", 1) <= VERSION
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        return False


def listed(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The jobs of a manifest that have a row."""
    return (job for job in manifest["jobs"].values() if "scenario" in job and job.get("language") in LANGUAGES)


def folder_of(job: Mapping[str, Any]) -> str:
    """A job's folder, relative to the page."""
    return str(job.get("folder", f"{job['scenario']}/{job['language']}"))


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
    message = stored_fault(run, language) or run.get("message", "")
    said = [say(f"batch.run.{run['status']}", language, **facts, **moments, message=message)]
    if len(runs) == 2:
        days = (datetime.fromisoformat(run["started"]) - datetime.fromisoformat(runs[0]["started"])).days
        said += [say("batch.run.gap", language, days=days)] if days > 1 else []
        said += [say("batch.run.before", language)] if runs[0]["status"] == "interrupted" else []
    return " ".join(said)


def ledger_block(found: Scored | InputError, language: str, mark: str = "") -> Block:
    """Scores, what came true of what was said, and the record of the official rules; or why the ledger cannot be read,
    so that no one takes the silence for "none". mark: begins the ids, where both languages stand on one page."""
    if isinstance(found, InputError):
        return part("ledger.broken", language, found=found, mark=mark)
    enough = found.scores is not None and found.scores.n >= LEAST
    facts = {"found": found, "enough": enough, "least": LEAST, "mark": mark}
    return part("ledger.kept", language, catalogue=catalogue(language), **facts)


def _status(job: Mapping[str, Any]) -> str:
    status = str(job.get("status") or "pending")
    return status if status in STATUSES else "pending"


def _first(asked: Sequence[tuple[str, Ranking]]) -> Iterator[tuple[str, Ranking, Sequence[Mapping[str, Any]]]]:
    """The questions with those of their results, the base first, that stand in the page as such."""
    left = MOST
    for name, question in asked:
        if left > 0:
            yield name, question, sorted(question.results, key=lambda r: r is not question.base)[:left]
        left -= len(question.results)


def _data(asked: Sequence[tuple[str, Ranking]], language: str) -> dict[str, Any]:
    """All rows for the search: questions in words, and of each scenario its folder, title, chance and question."""
    rows = [
        [r["name"], text(r["title"], language), r["probability"] and round(r["probability"], 4), k]
        for k, (_, question) in enumerate(asked)
        for r in question.results
    ]
    return {"questions": [name for name, _ in asked], "rows": rows}


def _moment(stamp: str, language: str) -> str:
    form = "HH:mm 'ngày' d/M/y (zzz)" if language == "vi" else "d MMMM y, HH:mm zzz"
    return str(format_datetime(datetime.fromisoformat(stamp), form, locale=language))
