"""What is made beside reports to take away: numbers.csv with each, by `--to` a workbook, pictures and a PDF."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ruralincome.batch.plan import FILES, Job
from ruralincome.data.files import parsed, write_all
from ruralincome.report.take import numbers, picture, workbook
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.series import InputError

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def beside(result: Any) -> dict[str, bytes | None]:
    """What is written with a report: the numbers of its result, and nothing of what was made of the last one."""
    found: bytes | None = None
    with suppress(LookupError, TypeError, ValueError):  # of a notebook of one's own
        found = numbers(result)
    return {"numbers.csv": found, **dict.fromkeys(FILES.values())}


def take(jobs: Sequence[Job], kinds: Sequence[str], root: Path) -> Iterator[InputError]:
    """Make what is not there yet of each report of a scenario; yields why something could not be made."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if "pdf" in kinds and browser is None:
        yield InputError("batch.no_chromium")
    for job in jobs:
        wanted = [kind for kind in kinds if not (job.folder / FILES[kind]).is_file()]
        if not wanted or not (job.folder / "numbers.csv").is_file():
            continue
        made = dict[Path, bytes | None]()
        try:
            if "xlsx" in wanted:
                result = parsed((job.folder / "result.json").read_bytes())
                made[job.folder / FILES["xlsx"]] = workbook(result, job.language)
            if {"svg", "png"} & {*wanted}:
                stated = {key: value for key, value in job.parameters.items() if key in Scenario.model_fields}
                found = answer(Scenario.stated(**stated), job.scenario, root)
                pictures = [kind for kind in wanted if kind in ("svg", "png")]
                made |= {job.folder / FILES[kind]: picture(found, kind, job.language) for kind in pictures}
            write_all(made)
            if "pdf" in wanted and browser:
                _print(browser, job.folder)
        except (InputError, OSError, LookupError, ValueError, subprocess.SubprocessError) as fault:
            yield InputError(
                "batch.not_taken", name=job.name, why=fault if isinstance(fault, InputError) else str(fault)
            )


def _print(browser: str, folder: Path) -> None:
    """A report on paper by Chromium, which tags it. Raises OSError or SubprocessError where that fails."""
    last, part = folder / FILES["pdf"], folder / ".report.pdf.part"
    flags = ["--headless", "--disable-gpu", "--no-pdf-header-footer", "--generate-pdf-document-outline"]
    flags += ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    page = (folder / "report.html").absolute().as_uri()
    try:
        subprocess.run([browser, *flags, f"--print-to-pdf={part}", page], check=True, capture_output=True, timeout=120)
        part.replace(last)
    finally:
        part.unlink(missing_ok=True)
