"""index.html of a batch: every scenario on one page, in both languages, sorted and filtered without a server."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ruralincome.report.pages.html import TEMPLATES, is_shared, page_title
from ruralincome.report.pages.lastrun import last_run
from ruralincome.report.words.failures import failure
from ruralincome.report.words.phrases import target_digits
from ruralincome.report.words.words import LANGUAGES, chance, number, percent, quantity, say

STATUSES = ("ok", "failed", "pending")


@dataclass(frozen=True)
class Row:
    """One scenario in one language: cells as text, and the numbers a browser sorts by (empty where there are none).

    link: the report, relative to the page, empty where there is none; reason: why it failed, in words;
    traces: name and link of what a failed run left to look into.
    """

    title: str
    link: str
    status: str
    reason: Markup
    target: str
    probability: str
    likelihood: str
    required: str
    achieved: str
    chart: Markup
    keys: Mapping[str, float | str]
    traces: tuple[tuple[str, str], ...] = ()


def index_page(manifest: Mapping[str, Any], output: Path) -> str:
    """The page for the batch that `manifest` records, whose reports lie under `output`."""
    script = _source("index.js")
    both = {}
    for language in LANGUAGES:
        jobs = [job for job in manifest["jobs"].values() if job.get("language") == language and "scenario" in job]
        rows = [_row(job, output, language) for job in jobs]
        pages = [row for row in rows if not row.target and row.status == "ok"]
        shared = {id(row) for row, job in zip(rows, jobs, strict=True) if is_shared(str(job["scenario"]))}
        asking = [row for row in rows if row not in pages and id(row) not in shared]
        both[language] = {
            "rows": [row for row in rows if row not in pages],
            "pages": pages,
            "scenarios": len(asking),
            "counts": {status: sum(row.status == status for row in asking) for status in STATUSES},
            "run": last_run(manifest, language),
            "ledger": _ledger(output, language),
        }
    return str(
        _template().render(
            both=both,
            opened=next((x for x in LANGUAGES if both[x]["rows"] or both[x]["pages"]), LANGUAGES[0]),
            languages=LANGUAGES,
            say=say,
            style=Markup(_source("../report/style.css") + _source("index.css")),
            script=Markup(script),
            digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


def _row(job: Mapping[str, Any], output: Path, language: str) -> Row:
    folder = str(job.get("folder", f"{job['scenario']}/{language}"))
    result = _result(output / folder / "result.json")
    status = str(job.get("status") or "pending")
    status = status if status in STATUSES else "pending"
    link = f"{folder}/report.html" if (output / folder / "report.html").is_file() else ""
    title = result.get("title", {}).get(language) or page_title(str(job["scenario"]), language)
    left = [name for name in ("report.failed.ipynb", "log.txt") if (output / folder / name).is_file()]
    traces = tuple((name, f"{folder}/{name}") for name in left) if status == "failed" else ()
    common: dict[str, Any] = {
        "title": title,
        "link": link,
        "status": status,
        "reason": failure(job, language),
        "traces": traces,
    }
    if not result:
        empty: dict[str, Any] = dict.fromkeys(("target", "probability", "likelihood", "required", "achieved"), "")
        return Row(**common, **empty, chart=Markup(), keys={"title": title, "status": STATUSES.index(status)})
    probability, target = result["probability"], result["target"]
    achieved = result["historical_growth"]
    return Row(
        **common,
        target=f"{target['year']}: {_level(result, target['value'], language)}",
        probability=say("index.refused", language) if probability is None else chance(probability, language),
        likelihood="" if probability is None else say(f"likelihood.{result['likelihood']}", language),
        required=percent(result["required_growth"], language),
        achieved="–" if achieved is None else percent(achieved, language),
        chart=_chart(result, language),
        keys={
            "title": title,
            "target": target["year"],
            "probability": -1 if probability is None else round(probability, 6),
            "required": round(result["required_growth"], 6),
            "achieved": -1 if achieved is None else round(achieved, 6),
            "status": STATUSES.index(status),
        },
    )


def _level(result: Mapping[str, Any], value: float, language: str) -> str:
    shown = quantity(value, result["unit"], language, target_digits(value, int(result["decimals"])))
    year = result.get("prices", {}).get("year")
    return shown if year is None else say("report.constant_prices", language, amount=shown, year=year)


def _chart(result: Mapping[str, Any], language: str) -> Markup:
    """The 80 % interval and the median of the target year, as shares of the target, from 0.6 to 1.4."""
    if result["median"] is None:
        return Markup()
    goal = float(result["target"]["value"])
    low, high, middle = (_across(x / goal) for x in (*result["interval80"], result["median"]))
    shown = [number(x, language, int(result["decimals"])) for x in (result["median"], *result["interval80"])]
    words = say("index.chart.alt", language, median=shown[0], low=shown[1], high=shown[2])
    return Markup(
        '<svg role="img" aria-label="{words}" viewBox="0 0 120 20" width="120" height="20">'
        '<line x1="{low}" x2="{high}" y1="10" y2="10" class="interval"/><circle cx="{middle}" cy="10" r="4.5"/>'
        '<line x1="60" x2="60" y1="1" y2="19" class="goal"/></svg>'
    ).format(words=words, low=low, high=high, middle=middle)


def _across(share: float) -> str:
    return f"{min(max((share - 0.6) / 0.8, 0.02), 0.98) * 120:.1f}"


def _result(path: Path) -> dict[str, Any]:
    """The result of a job; empty where there is none or it is of another make."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    wanted = {"target", "probability", "required_growth", "median", "unit", "decimals", "title"}
    return found if isinstance(found, dict) and wanted <= found.keys() else {}


def _ledger(output: Path, language: str) -> Markup:
    """The ledger at the root, scored by the outturns.csv beside it; empty where there is none."""
    from ruralincome.data.package import find_root
    from ruralincome.series import InputError

    try:
        root = find_root(output)
    except InputError:
        return Markup()
    book, outturns = root / "ledger.jsonl", root / "outturns.csv"
    if not book.exists():
        return Markup()
    from ruralincome.keep import score
    from ruralincome.report.pages.ledger import ledger_block, ledger_fault

    try:
        html = ledger_block(score(book, outturns if outturns.exists() else None), language).html
    except InputError as fault:
        html = ledger_fault(fault, language).html
    return Markup(str(html).replace('id="', f'id="{language}-').replace('labelledby="', f'labelledby="{language}-'))


@cache
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    return environment.from_string(_source("index.html.j2"))


def _source(name: str) -> str:
    return (TEMPLATES / "index" / name).read_text(encoding="utf-8")
