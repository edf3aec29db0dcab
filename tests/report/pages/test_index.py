"""The index of a batch as an HTML file that stands alone."""

import json
import re
from collections import Counter

import pytest

from ruralincome.batch.results import index_page
from ruralincome.report.words.words import LANGUAGES


@pytest.fixture
def batch(tmp_path):
    """A folder of results as a batch leaves it: one done, one refused, one failed, one common page."""
    common = {
        "title": {"vi": "Cơ sở <i>", "en": "Base <i>"},
        "unit": "million_vnd_per_person_year",
        "decimals": 1,
        "target": {"value": 67.35, "year": 2025, "direction": 1},
        "required_growth": 0.0845,
        "historical_growth": 0.0833,
        "prices": {"basis": "nominal", "year": None},
    }
    done = common | {"probability": 0.46, "likelihood": "about_as_likely_as_not", "median": 66, "interval80": [54, 82]}
    none = common | {"probability": None, "likelihood": None, "median": None, "interval80": None}
    none |= {"historical_growth": None, "prices": {"basis": "real", "year": 2020}}
    jobs = {}
    for name, result in (("done", done), ("refused", none), ("failed", None), ("methods", None)):
        for language in LANGUAGES:
            folder = tmp_path / name / language
            folder.mkdir(parents=True)
            if name != "failed":
                (folder / "report.html").write_text("x")
            if result is not None:
                (folder / "result.json").write_text(json.dumps(result))
            status = "failed" if name == "failed" else "ok"
            jobs[f"{name}/{language}"] = {
                "scenario": name,
                "language": language,
                "status": status,
                "reason": "error" if name == "failed" else "",
                "message": "no <5>" if name == "failed" else "",
                "folder": f"{name}/{language}",
            }
    return {"version": 1, "runs": [], "jobs": jobs}, tmp_path


def test_the_index_compares_scenarios_in_both_languages(batch, parsed):
    html = index_page(*batch)
    page = parsed(html)
    assert page.faults == []
    assert page.open == []
    assert len(page.all("h1")) == len(page.all("main")) == 1
    for shown in ("46%", "có thể đạt, có thể không", "about as likely as not", "8,5%", "8.5%", "67,35 triệu", "67.35"):
        assert shown in html, shown
    assert "Cơ sở &lt;i&gt;" in html
    assert "không đưa ra" in html
    assert "(giá năm 2020)" in html
    assert 'Thông báo gốc bằng tiếng Anh: <code lang="en">no &lt;5&gt;</code>' in html
    assert "Scenarios: 3; done 2, failed 1, not run 0." in html
    assert "3 kịch bản: 2 hoàn thành, 1 lỗi, 0 chưa chạy." in html
    assert 'href="methods/vi/report.html">Phương pháp</a>' in html
    assert all("scope" in head for head in page.all("th"))
    ids = Counter(attrs["id"] for _, attrs in page.tags if "id" in attrs)
    assert max(ids.values()) == 1


def test_the_index_has_no_dead_link_and_one_script_it_vouches_for(batch, parsed):
    import base64
    import hashlib

    manifest, output = batch
    html = index_page(manifest, output)
    page = parsed(html)
    for link in page.all("a"):
        if not link["href"].startswith("#"):
            assert (output / link["href"]).is_file(), link
    script = re.search(r"<script>(.*?)</script>", html, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html
    assert not re.search(r"\ssrc=|url\((?!#)|@import|https?://(?!www\.w3\.org)", html)


def test_the_index_survives_what_a_batch_may_leave(batch):
    manifest, output = batch
    (output / "done" / "vi" / "result.json").write_text("{ torn")
    manifest["jobs"]["done/en"]["status"] = "pending"
    manifest["jobs"]["failed/vi"]["reason"] = "of another make"
    html = index_page(manifest, output)
    assert "not run 1" in html
    assert "Sổ tay báo lỗi khi chạy." in html


@pytest.mark.parametrize(
    "odd",
    [
        {"unit": "litres"},
        {"title": "one word"},
        {"likelihood": "hopeful"},
        {"target": [1]},
        {"median": "high"},
        {"required_growth": None},
        {"historical_growth": 1e999},
        {"decimals": {}},
    ],
)
def test_a_result_of_another_make_costs_its_row_alone(batch, odd):
    manifest, output = batch
    path = output / "done" / "vi" / "result.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | odd))
    html = index_page(manifest, output)
    assert "done/vi/report.html" in html
    assert "Base &lt;i&gt;" in html
    assert "có thể đạt, có thể không" not in html


def test_the_index_opens_on_the_language_that_was_run_and_leads_to_what_a_failure_left(tmp_path, parsed):
    job = {"scenario": "mine", "language": "en", "status": "failed", "reason": "error", "message": "no"}
    folder = tmp_path / "mine" / "en"
    folder.mkdir(parents=True)
    for name in ("log.txt", "report.failed.ipynb"):
        (folder / name).write_text("x")
    page = parsed(html := index_page({"jobs": {"mine/en": job}}, tmp_path))
    assert page.faults == []
    assert '<html lang="en">' in html
    assert ["checked" in i for i in page.all("input") if i.get("name") == "language"] == [False, True]
    assert {"mine/en/log.txt", "mine/en/report.failed.ipynb"} <= {a["href"] for a in page.all("a")}
    assert "Scenarios: 1; done 0, failed 1, not run 0." in html
    done = index_page({"jobs": {"mine/en": {**job, "status": "ok"}}}, tmp_path)
    assert "log.txt" not in done
    assert '<html lang="vi">' in index_page({"jobs": {}}, tmp_path)
