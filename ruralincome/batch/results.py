"""What the folders of a batch hold of each scenario, for the index and for the page that compares them."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from itertools import accumulate, chain, product
from pathlib import Path
from typing import Any

from ruralincome.batch.manifest import read_manifest
from ruralincome.batch.plan import FILES, Job
from ruralincome.data.files import all_or_none, parsed, write_all
from ruralincome.data.package import find_root, read_resource
from ruralincome.keep import LedgerScore, score
from ruralincome.report.document import brief, document
from ruralincome.report.pages import html, index
from ruralincome.report.take import drawn_of, numbers, picture, workbook
from ruralincome.report.words.words import text
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.series import InputError

LEFT = ("report.html", "report.failed.ipynb", "log.txt")  # files of a job that its row of the index leads to
MADE = (*chain(*FILES.values()),)
TAKEN = ("brief.html", "result.json", "numbers.csv", *(name for name in MADE if name != "brief.html"))
"""Files beside a report that it leads to."""
OURS = {"series", "observations", "target", "path", "models", "rules", "provenance"}
"""Keys by which a result is known as a scenario's, and not one of a notebook of somebody's own."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def read_results(manifest: str | Path, language: str) -> tuple[Mapping[str, Any], ...]:
    """What result.json holds of every scenario of one language, and `name`, `series_title` and `place` in words.
    manifest: path of manifest.json, from the root unless absolute. Raises InputError where it holds no result."""
    kept = {name: _result(folder) for name, folder in sorted(_folders(manifest, language, "ok").items())}
    found = tuple({**content, "name": name} for name, content in kept.items() if content.keys() >= OURS)
    if not found:
        raise InputError("batch.no_results", name=Path(manifest).name, language=language)
    return found


def failed(manifest: str | Path, language: str) -> tuple[str, ...]:
    """Scenarios of the batch that gave no result in this language, by name."""
    return tuple(sorted(_folders(manifest, language, "failed")))


def index_page(manifest: Mapping[str, Any], output: Path) -> str:
    """The page for the batch that `manifest` records, from what lies under `output`, and the ledger of the root."""
    folders = {folder: output / folder for folder in map(index.folder_of, index.listed(manifest))}
    left = {folder: [name for name in LEFT if (path / name).is_file()] for folder, path in folders.items()}
    kept = {folder: index.Kept(_result(path), left[folder]) for folder, path in folders.items()}
    return index.index_page(manifest, kept, _ledger(output), _panels(output))


def write_index(manifest: Mapping[str, Any], output: Path) -> None:
    """Write index.html beside the manifest. Raises InputError where it cannot be written."""
    write_all({output / "index.html": index_page(manifest, output).encode()})


def link(manifest: Mapping[str, Any], output: Path) -> None:
    """Give each page of the batch its ways to the others: read and written where they are not those its job notes."""
    jobs = [job for job in index.listed(manifest) if (output / index.folder_of(job) / "report.html").is_file()]
    folders = {f"{job['scenario']}/{job['language']}": output / index.folder_of(job) for job in jobs}
    results = {name: _result(folder) for name, folder in folders.items()}
    titles = {name: text(r["title"], name.rpartition("/")[2]) for name, r in results.items() if index.can_be_shown(r)}
    taken = {name: [file for file in TAKEN if (folder / file).is_file()] for name, folder in folders.items()}
    for name, parts in html.ways(jobs, titles, taken):
        job, path, digest = manifest["jobs"].get(name, {}), folders[name] / "report.html", html.digest(parts)
        if job.get("ways") != digest:
            page = html.with_ways(path.read_text(encoding="utf-8"), parts).encode()
            write_all({path: page})
            job |= {"ways": digest, "files": {**job.get("files", {}), "report.html": len(page)}}


def kept_beside(result: Any) -> dict[str, bytes | None]:
    """What is written with a report: the numbers of its result, and nothing of what was made of the last one."""
    found = dict[str, bytes | None].fromkeys(("numbers.csv", *MADE))
    with suppress(LookupError, TypeError, ValueError):  # of a notebook of one's own
        found["numbers.csv"] = numbers(result)
    return found


def take(jobs: Sequence[Job], asked: Mapping[Path, Sequence[str]], root: Path) -> Iterator[InputError]:
    """Make what is not there yet of each report; yields why something could not be made. asked: kinds by its folder."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    lacking = [(job, [k for k in asked[job.folder] if not (job.folder / FILES[k][0]).is_file()]) for job in jobs]
    if browser is None and any("pdf" in kinds for _, kinds in lacking):
        yield InputError("batch.no_chromium")
    for job, kinds in lacking:
        if not kinds or not (job.folder / "numbers.csv").is_file():
            continue
        try:
            made = dict[Path, bytes | None]()
            stated = {key: value for key, value in job.parameters.items() if key in Scenario.model_fields}
            found = answer(Scenario.stated(**stated), job.scenario, root)
            if "xlsx" in kinds:
                content = parsed((job.folder / "result.json").read_bytes())
                made[job.folder / "tables.xlsx"] = workbook(content, job.language, found)
            for kind, what in product({"svg", "png"}.intersection(kinds), drawn_of(found)):
                made[job.folder / f"{what}.{kind}"] = picture(found, kind, job.language, what)
            for name in FILES["docx"] if "docx" in kinds else ():
                made[job.folder / name] = document(found, job.language, name.startswith("brief"))
            if "pdf" in kinds:
                same = [j for j in jobs if j.scenario == job.scenario and (j.folder / "numbers.csv").is_file()]
                made[job.folder / "brief.html"] = brief(found, job.language, [j.language for j in same]).encode()
            write_all(made)
            if "pdf" in kinds and browser:
                with all_or_none(f".job{os.getpid()}") as put:
                    for name in ("report", "brief"):
                        put(job.folder / f"{name}.pdf", partial(_print, browser, f"{name}.html"))
        except (InputError, OSError, ImportError, LookupError, ValueError, subprocess.SubprocessError) as fault:
            why = fault if isinstance(fault, InputError) else str(fault)
            yield InputError("batch.not_taken", name=job.name, why=why)


def _folders(manifest: str | Path, language: str, status: str) -> dict[str, Path]:
    """The folder of each scenario of that language and status."""
    path = Path(manifest) if Path(manifest).is_absolute() else find_root() / manifest
    try:
        jobs = [(*name.rsplit("/", 1), job.get("status")) for name, job in read_manifest(path)["jobs"].items()]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as fault:
        raise InputError("batch.no_manifest", name=path.name, reason=str(fault)) from None
    return {name: path.parent / name / language for name, *of in jobs if of == [language, status]}


@cache
def _words(series: str, root: Path) -> dict[str, Any]:
    """A series in words; its name alone where its table is no longer there."""
    for folder in (root, None):  # reports may lie outside the project
        with suppress(InputError):
            told = read_resource(series, find_root(folder)).descriptor
            return {"series_title": told.titles, "place": told.place}
    return {"series_title": None, "place": None}


def _panels(output: Path) -> list[index.Panel]:
    """Panels beside the batch, and how many places reach their target together, where counts.csv says it."""
    found = []
    for path in sorted(output.glob("*/panel.csv")):
        spoken, count = [page.parent.name for page in sorted(path.parent.glob("*/report.html"))], None
        with suppress(OSError, ValueError, LookupError):
            lines = (path.parent / "counts.csv").read_text(encoding="utf-8").splitlines()[1:]
            below = list(accumulate(float(line.split(",")[1]) for line in lines))  # of 0, 1, 2, ... places
            count = (len(below) - 1, sum(p < 0.1 for p in below), sum(p < 0.9 for p in below)) if below else None
        found.append(index.Panel(path.parent.name, spoken, count))
    return found


def _result(folder: Path) -> dict[str, Any]:
    """The result in a job's folder with its series in words; empty where there is none or it is of another make."""
    with suppress(OSError, ValueError):
        found = parsed((folder / "result.json").read_bytes())
        if isinstance(found, dict):
            series = found.get("series")
            return {**found, **_words(series, folder.parents[1])} if isinstance(series, str) else found
    return {}


def _ledger(output: Path) -> LedgerScore | InputError | None:
    """The ledger at the root, scored by the outturns.csv beside it, or what is wrong with it; None where none is."""
    try:
        book = find_root(output) / "ledger.jsonl"
        outturns = book.with_name("outturns.csv")
        return score(book, outturns if outturns.exists() else None) if book.exists() else None
    except InputError as fault:
        return None if fault.code == "data.no_root" else fault


def _print(browser: str, name: str, part: Path) -> None:
    """A page beside it on paper by Chromium, which tags it. Raises OSError or SubprocessError where that fails."""
    flags = ["--headless", "--disable-gpu", "--no-pdf-header-footer", "--generate-pdf-document-outline"]
    flags += ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    page = part.with_name(name).absolute().as_uri()
    subprocess.run([browser, *flags, f"--print-to-pdf={part}", page], check=True, capture_output=True, timeout=120)
