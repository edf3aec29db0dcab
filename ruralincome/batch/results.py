"""What the folders of a batch hold of each scenario, for the index and for the page that compares them."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from ruralincome.batch.manifest import read
from ruralincome.batch.plan import FILES, Job
from ruralincome.data.files import parsed, write_all
from ruralincome.data.package import find_root, read_resource
from ruralincome.keep import LedgerScore, score
from ruralincome.report.document import document
from ruralincome.report.pages import html, index
from ruralincome.report.take import numbers, picture, workbook
from ruralincome.report.words.words import text
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.series import InputError

LEFT = ("report.html", "report.failed.ipynb", "log.txt")
"""Files of a job's folder that its row of the index leads to."""
TAKEN = ("result.json", "numbers.csv", *FILES.values())
"""Files beside a report that it leads to."""
OURS = {"series", "observations", "target", "path", "models", "rules", "provenance"}
"""Keys by which a result is known as a scenario's, and not one of a notebook of somebody's own."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def read_results(manifest: str | Path, language: str) -> tuple[Mapping[str, Any], ...]:
    """What result.json holds of every scenario of one language, and `name`, `series_title` and `place` in words.

    manifest: path of manifest.json, from the root unless absolute. A result without a version is one of 0.1, and has
    the same keys. Raises InputError where the manifest cannot be read or holds no result.
    """
    found = []
    for name, file in sorted(_files(manifest, language, "ok").items()):
        content = _result(file, file.parents[2])
        if content.keys() >= OURS:
            found.append({**content, "name": name})
    if not found:
        raise InputError("batch.no_results", name=Path(manifest).name, language=language)
    return tuple(found)


def failed(manifest: str | Path, language: str) -> tuple[str, ...]:
    """Scenarios of the batch that gave no result in this language, by name."""
    return tuple(sorted(_files(manifest, language, "failed")))


def index_page(manifest: Mapping[str, Any], output: Path) -> str:
    """The page for the batch that `manifest` records, from what lies under `output`, and the ledger of the root."""
    folders = {folder: output / folder for folder in map(index.folder_of, index.listed(manifest))}
    kept = {
        folder: index.Kept(_result(path / "result.json", output), [n for n in LEFT if (path / n).is_file()])
        for folder, path in folders.items()
    }
    return index.index_page(manifest, kept, _ledger(output), _panels(output))


def write_index(manifest: Mapping[str, Any], output: Path) -> None:
    """Write index.html beside the manifest. Raises InputError where it cannot be written."""
    write_all({output / "index.html": index_page(manifest, output).encode()})


def link(manifest: Mapping[str, Any], output: Path) -> None:
    """Give each page of the batch its ways to the others, where they are not what they were.

    The manifest's jobs note the ways, so that a page is read and written only where they changed.
    """
    jobs = [job for job in index.listed(manifest) if (output / index.folder_of(job) / "report.html").is_file()]
    titles = {
        f"{job['scenario']}/{job['language']}": text(found["title"], job["language"])
        for job in jobs
        if index.sound(found := _result(output / index.folder_of(job) / "result.json", output))
    }
    taken = {
        f"{job['scenario']}/{job['language']}": [n for n in TAKEN if (output / index.folder_of(job) / n).is_file()]
        for job in jobs
    }
    for name, parts in html.ways(jobs, titles, taken):
        job = manifest["jobs"].get(name, {})
        path = output / name / "report.html"
        if job.get("ways") == html.digest(parts) or not path.is_file():
            continue
        page = html.joined(path.read_text(encoding="utf-8"), parts).encode()
        write_all({path: page})
        job |= {"ways": html.digest(parts), "files": {**job.get("files", {}), "report.html": len(page)}}


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
            if {"svg", "png", "docx"} & {*wanted}:
                stated = {key: value for key, value in job.parameters.items() if key in Scenario.model_fields}
                found = answer(Scenario.stated(**stated), job.scenario, root)
                pictures = [kind for kind in wanted if kind in ("svg", "png")]
                made |= {job.folder / FILES[kind]: picture(found, kind, job.language) for kind in pictures}
                if "docx" in wanted:
                    made[job.folder / FILES["docx"]] = document(found, job.language)
            write_all(made)
            if "pdf" in wanted and browser:
                _print(browser, job.folder)
        except (InputError, OSError, LookupError, ValueError, subprocess.SubprocessError) as fault:
            yield InputError(
                "batch.not_taken", name=job.name, why=fault if isinstance(fault, InputError) else str(fault)
            )


def _files(manifest: str | Path, language: str, status: str) -> dict[str, Path]:
    """Where the result of each scenario of that language and status lies, if it has one."""
    path = Path(manifest) if Path(manifest).is_absolute() else find_root() / manifest
    try:
        jobs = [(*name.rsplit("/", 1), job.get("status")) for name, job in read(path)["jobs"].items()]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as fault:
        raise InputError("batch.no_manifest", name=path.name, reason=str(fault)) from None
    return {name: path.parent / name / language / "result.json" for name, *of in jobs if of == [language, status]}


@cache
def _words(series: str, root: Path) -> dict[str, Any]:
    """A series in words; its name alone where its table is no longer there."""
    for folder in (root, None):  # reports may lie outside the project
        with suppress(InputError):
            resource = read_resource(series, find_root(folder))
            return {"series_title": resource.descriptor.titles, "place": resource.descriptor.place}
    return {"series_title": None, "place": None}


def _panels(output: Path) -> list[index.Panel]:
    """Panels beside the batch, and how many places reach their target together, where counts.csv says it."""
    found = []
    for path in sorted(output.glob("*/panel.csv")):
        spoken = [folder.name for folder in sorted(path.parent.iterdir()) if (folder / "report.html").is_file()]
        count = None
        with suppress(OSError, ValueError, LookupError):
            lines = (path.parent / "counts.csv").read_text(encoding="utf-8").splitlines()[1:]
            below = list(accumulate(float(line.split(",")[1]) for line in lines))  # of 0, 1, 2, ... places
            count = (len(below) - 1, sum(p < 0.1 for p in below), sum(p < 0.9 for p in below)) if below else None
        found.append(index.Panel(path.parent.name, spoken, count))
    return found


def _result(path: Path, output: Path) -> dict[str, Any]:
    """The result of a job with its series in words; empty where there is none or it is of another make."""
    with suppress(OSError, ValueError):
        found = parsed(path.read_text(encoding="utf-8"))
        if isinstance(found, dict):
            series = found.get("series")
            return {**found, **_words(series, output)} if isinstance(series, str) else found
    return {}


def _ledger(output: Path) -> LedgerScore | InputError | None:
    """The ledger at the root, scored by the outturns.csv beside it, or what is wrong with it; None where none is."""
    with suppress(InputError):
        root = find_root(output)
        book, outturns = root / "ledger.jsonl", root / "outturns.csv"
        try:
            return score(book, outturns if outturns.exists() else None) if book.exists() else None
        except InputError as fault:
            return fault
    return None


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
