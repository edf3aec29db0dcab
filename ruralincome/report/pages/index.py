"""index.html of a batch: every scenario on one page, in both languages, sorted and filtered without a server."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from markupsafe import Markup

from ruralincome.report.charts import pictures
from ruralincome.report.pages.html import is_shared, page_title
from ruralincome.report.pages.ledger import Scored, ledger_block, ledger_fault
from ruralincome.report.tables import NONE
from ruralincome.report.templates import rendered, source
from ruralincome.report.words.failures import failure, stored_fault
from ruralincome.report.words.phrases import target_digits
from ruralincome.report.words.words import LANGUAGES, chance, percent, quantity, say, text
from ruralincome.series import InputError

STATUSES = ("ok", "failed", "pending")


@dataclass(frozen=True)
class Kept:
    """What a job left in its folder: its result, empty where there is none, and the names of other files."""

    result: Mapping[str, Any]
    files: Collection[str]


def index_page(manifest: Mapping[str, Any], kept: Mapping[str, Kept], ledger: Scored | InputError | None) -> str:
    """The page for the batch that `manifest` records.

    kept: what each job left, by its folder; ledger: the scores of the ledger, or why it cannot be read.
    """
    both = {}
    for language in LANGUAGES:
        jobs = [job for job in listed(manifest) if job.get("language") == language]
        rows = [_row(job, kept, language) for job in jobs]
        pages = [row for row in rows if not row["target"] and row["status"] == "ok"]
        asking = [row for row in rows if row not in pages and not row["shared"]]
        both[language] = {
            "rows": [row for row in rows if row not in pages],
            "pages": pages,
            "scenarios": len(asking),
            "counts": {status: sum(row["status"] == status for row in asking) for status in STATUSES},
            "run": last_run(manifest, language),
            "ledger": _ledger(ledger, language),
        }
    opened = next((x for x in LANGUAGES if both[x]["rows"] or both[x]["pages"]), LANGUAGES[0])
    return str(rendered("index/index.html.j2", both=both, language=opened, script=source("index/index.js")))


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


def _row(job: Mapping[str, Any], kept: Mapping[str, Kept], language: str) -> dict[str, Any]:
    """One scenario in one language: cells as text, and `keys`, the numbers a browser sorts by, where there are any."""
    folder = folder_of(job)
    result, files = kept[folder].result, kept[folder].files
    status = str(job.get("status") or "pending")
    status = status if status in STATUSES else "pending"
    try:
        shown = _answer(result, language) if result else {}
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):  # of another make
        shown = {}
    title = shown.pop("title", "") or page_title(str(job["scenario"]), language)
    left = [name for name in files if name != "report.html"] if status == "failed" else []
    row: dict[str, Any] = {
        "title": title,
        "link": f"{folder}/report.html" if "report.html" in files else "",
        "status": status,
        "shared": is_shared(str(job["scenario"])),
        "reason": failure(job, language),
        "traces": [(name, f"{folder}/{name}") for name in left],
        "target": "",
        "keys": {"title": title, **shown.pop("keys", {}), "status": STATUSES.index(status)},
    }
    return row | shown


def _answer(result: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What a row says of a result, whatever made it. Raises what a result of another make leads to."""
    probability, target, achieved = result["probability"], result["target"], result["historical_growth"]
    numbers = {"probability": probability, "required": result["required_growth"], "achieved": achieved}
    return {
        "title": text(result["title"], language),
        "target": f"{int(target['year'])}: {_level(result, target['value'], language)}",
        "probability": say("index.refused", language) if probability is None else chance(probability, language),
        "likelihood": "" if probability is None else say(f"likelihood.{result['likelihood']}", language),
        "required": percent(result["required_growth"], language),
        "achieved": NONE if achieved is None else percent(achieved, language),
        "chart": _chart(result),
        "keys": {
            "target": target["year"],
            **{name: -1 if value is None else round(value, 6) for name, value in numbers.items()},
        },
    }


def _level(result: Mapping[str, Any], value: float, language: str) -> str:
    shown = quantity(value, result["unit"], language, target_digits(value, int(result["decimals"])))
    year = result.get("prices", {}).get("year")
    return shown if year is None else say("report.constant_prices", language, amount=shown, year=year)


def _chart(result: Mapping[str, Any]) -> Markup:
    """The 80 % interval and the median of the target year, beside the target."""
    if result["median"] is None:
        return Markup()
    median, (low, high) = result["median"], result["interval80"]
    goal = float(result["target"]["value"])
    return pictures.mark(pictures.Scale(0.6 * goal, 1.4 * goal), low, high, [(median, True)], target=goal)


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
