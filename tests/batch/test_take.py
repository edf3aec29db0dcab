"""What is made beside reports to take away, and what is not is told."""

import json
from itertools import chain
from pathlib import Path

from ruralincome.batch import results as module
from ruralincome.batch.plan import FILES, Job
from ruralincome.batch.results import kept_beside, take
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.result import result

ROOT = Path(__file__).parents[2]


def job(folder):
    (folder / "s" / "en").mkdir(parents=True, exist_ok=True)
    return Job(
        "s", "en", ROOT / "notebooks" / "scenario.ipynb", {"language": "en", "since": None}, folder / "s" / "en", "k"
    )


def test_a_report_made_anew_leaves_nothing_of_its_last(tmp_path):
    kept = result(answer(Scenario(), "s", ROOT))
    found = kept_beside(kept)
    assert b"answer,probability" in found["numbers.csv"]
    assert {name for name, content in found.items() if content is None} == {*chain(*FILES.values())}
    assert kept_beside({"mine": 1})["numbers.csv"] is None
    assert kept_beside(None)["numbers.csv"] is None


def test_what_is_wanted_is_made_once_and_a_missing_browser_is_told_once(tmp_path, monkeypatch):
    one, kept = job(tmp_path), result(answer(Scenario(), "s", ROOT))
    (one.folder / "result.json").write_text(json.dumps(kept))
    (one.folder / "numbers.csv").write_bytes(kept_beside(kept)["numbers.csv"])
    monkeypatch.setattr(module.shutil, "which", lambda _: None)
    (told,) = take([one], {one.folder: ["xlsx", "svg", "pdf", "docx"]}, ROOT)
    assert told.code == "batch.no_chromium"
    names = {path.name: path.stat().st_mtime_ns for path in one.folder.iterdir()}
    papers = {"report.docx", "brief.docx", "brief.html"}  # a brief can be printed by hand
    assert names.keys() == {"result.json", "numbers.csv", "tables.xlsx", "fan.svg", *papers}
    assert list(take([one], {one.folder: ["xlsx", "svg"]}, ROOT)) == []
    assert {path.name: path.stat().st_mtime_ns for path in one.folder.iterdir()} == names
    (one.folder / "result.json").write_text("{}")
    (one.folder / "tables.xlsx").unlink()
    (told,) = take([one], {one.folder: ["xlsx"]}, ROOT)
    assert told.code == "batch.not_taken"
