"""index.html of a batch: every target with its chance on one page, in both languages, searched without a server."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from markupsafe import Markup

from ruralincome.report.charts import pictures
from ruralincome.report.pages.html import is_shared, page_title
from ruralincome.report.pages.ledger import Scored, ledger_block, ledger_fault
from ruralincome.report.pages.rankings import Ranking, rankings
from ruralincome.report.pages.scenarios import asks
from ruralincome.report.tables import NONE, heads
from ruralincome.report.templates import embedded, rendered, source
from ruralincome.report.words.failures import failure, stored_fault
from ruralincome.report.words.phrases import signed, target_digits
from ruralincome.report.words.words import LANGUAGES, chance, number, say, text
from ruralincome.scenario.result import VERSION
from ruralincome.series import InputError

STATUSES = ("ok", "failed", "pending")
MOST = 100
"""Rows that stand in the page as such; of more than so many all are data, which the search looks through."""


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
    count: tuple[int, int, int] | None = field(default=None)


def index_page(
    manifest: Mapping[str, Any],
    kept: Mapping[str, Kept],
    ledger: Scored | InputError | None,
    panels: Sequence[Panel] = (),
) -> str:
    """The page for the batch that `manifest` records.

    kept: what each job left, by its folder; ledger: the scores of the ledger, or why it cannot be read.
    """
    both, many = {}, dict[str, Any]()
    for language in LANGUAGES:
        jobs = [job for job in listed(manifest) if job.get("language") == language]
        shared = [job for job in jobs if is_shared(str(job["scenario"]))]
        asking = [job for job in jobs if job not in shared]
        known = {folder_of(job): job for job in asking if sound(kept[folder_of(job)].result)}
        asked = rankings({**kept[folder].result, "name": folder} for folder in known)
        left, groups = MOST, []
        for question in asked:
            groups.append(_group(question, known, left, language))
            left = max(left - len(question.results), 0)
        both[language] = {
            "groups": [group for group in groups if group],
            "failures": [_failure(job, kept, language) for job in asking if folder_of(job) not in known],
            "pages": [_failure(job, kept, language) for job in shared],
            "panels": [_panel(panel, language) for panel in panels if language in panel.languages],
            "scenarios": len(asking),
            "counts": {status: sum(_status(job) == status for job in asking) for status in STATUSES},
            "run": last_run(manifest, language),
            "ledger": _ledger(ledger, language),
            "shown": MOST,
            "all": number(len(known), language, 0) if len(known) > MOST else "",
        }
        if len(known) > MOST:
            many[language] = _data(asked, language)
    opened = next((x for x in LANGUAGES if both[x]["scenarios"] or both[x]["pages"]), LANGUAGES[0])
    data = embedded(many) if many else ""
    script = source("index/index.js")
    return str(rendered("index/index.html.j2", both=both, language=opened, script=script, data=data))


def sound(result: Mapping[str, Any]) -> bool:
    """Can a result be shown? One of another make costs its own row alone."""
    try:
        target, ends = result["target"], result["interval80"] or (0.0, 1.0)
        numbers = [*ends, target["value"], target["year"], result["decimals"]]
        numbers += [result[key] or 0.0 for key in ("median", "probability")]
        words = [
            result["series"],
            result["unit"],
            result["prices"]["basis"],
            *(text(result["title"], language) for language in LANGUAGES),
        ]
        whole = len(ends) == 2 and all(map(math.isfinite, numbers)) and all(isinstance(w, str) for w in words)
        return whole and {"year"} <= result["prices"].keys() and result.get("version", 1) <= VERSION
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


def _status(job: Mapping[str, Any]) -> str:
    status = str(job.get("status") or "pending")
    return status if status in STATUSES else "pending"


def _group(question: Ranking, jobs: Mapping[str, Any], most: int, language: str) -> dict[str, Any]:
    """A question with its rows on one scale, the base first; empty where no room is left for a row."""
    results = sorted(question.results, key=lambda r: r is not question.base)[:most]
    if not results:
        return {}
    scale, base = _scale(question), question.base
    rows = [_row(one, question, scale, jobs[one["name"]], language) for one in results]
    first = (base or results[0])["target"]["value"]
    goal = (first, number(first, language, target_digits(first, int(results[0]["decimals"]))))
    head = heads("index", language, "column.title", "column.chart", "column.probability", "points")
    shown = pictures.rows(say("index.note", language), head, pictures.axis(scale, language, goal), rows)
    heading = asks(question, language)
    if base is not None:
        heading = say("index.group", language, question=heading, chance=chance(base["probability"], language))
    return {"heading": heading, "table": shown}


def _scale(question: Ranking) -> pictures.Scale:
    ends = [end for r in question.results for end in r["interval80"] or ()]
    return pictures.Scale.around([*ends, *(r["target"]["value"] for r in question.results)])


def _row(
    result: Mapping[str, Any], question: Ranking, scale: pictures.Scale, job: Mapping[str, Any], language: str
) -> dict[str, Any]:
    """A scenario: its name, its forecast against its target, its chance and how far that is from the base's."""
    base, own, p = question.base, result is question.base, result["probability"]
    low, high = result["interval80"] or (None, None)
    dots = [] if result["median"] is None else [(result["median"], True)]
    plot = pictures.mark(scale, low, high, dots, target=result["target"]["value"], base=own)
    points = say("compare.base", language) if own else NONE
    if p is not None and base is not None and not own:
        points = signed(100 * (p - base["probability"]), language, 0)
    tags = {"pending": ["index.stale"], "failed": ["index.failed.tag"]}.get(_status(job), [])
    return {
        "name": text(result["title"], language),
        "link": f"{result['name']}/report.html",
        "tags": [say(tag, language) for tag in tags],
        "note": failure(job, language) if tags else "",
        "plot": plot,
        "cells": [say("index.refused", language) if p is None else chance(p, language), points],
        "base": own,
    }


def _failure(job: Mapping[str, Any], kept: Mapping[str, Kept], language: str) -> dict[str, Any]:
    """A page that has no result: its title and link, why it failed, and what it left."""
    folder, status = folder_of(job), _status(job)
    files, name = kept[folder].files, str(job["scenario"])
    link = f"{folder}/report.html" if "report.html" in files else ""
    left = [file for file in files if file != "report.html"] if status == "failed" else []
    why = failure(job, language) or (say("index.unread", language) if status == "ok" and not is_shared(name) else "")
    traces = [(file, f"{folder}/{file}") for file in left]
    title = page_title(name, language)
    return {"title": title, "link": link, "status": status, "reason": why, "traces": traces}


def _panel(panel: Panel, language: str) -> dict[str, str]:
    said = ""
    if panel.count is not None:
        places, low, high = (number(count, language, 0) for count in panel.count)
        said = say("index.panel.count", language, places=places, low=low, high=high)
    return {"title": panel.name, "link": f"{panel.name}/{language}/report.html", "said": said}


def _data(asked: Sequence[Ranking], language: str) -> dict[str, Any]:
    """All rows for the search: questions in words, and of each scenario its folder, title, chance and question."""
    rows = [
        [r["name"], text(r["title"], language), r["probability"] and round(r["probability"], 4), k]
        for k, question in enumerate(asked)
        for r in question.results
    ]
    return {"questions": [asks(question, language) for question in asked], "rows": rows}


def _ledger(found: Scored | InputError | None, language: str) -> Markup:
    """The block of the ledger, its ids marked by the language, since both stand on one page."""
    if found is None:
        return Markup()
    block = ledger_fault(found, language) if isinstance(found, InputError) else ledger_block(found, language)
    return Markup(
        str(block.html).replace('id="', f'id="{language}-').replace('labelledby="', f'labelledby="{language}-')
    )


def _moment(stamp: str, language: str) -> str:
    form = "HH:mm 'ngày' d/M/y (zzz)" if language == "vi" else "d MMM y, HH:mm zzz"
    return str(format_datetime(datetime.fromisoformat(stamp), form, locale=language))
