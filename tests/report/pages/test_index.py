"""The index of a batch as an HTML file that stands alone."""

import json
import re
import shutil
from collections import Counter

import pytest

from ruralincome.batch.results import index_page, link
from ruralincome.report.pages.html import ways
from ruralincome.report.pages.index import Kept
from ruralincome.report.pages.index import index_page as page_of
from ruralincome.report.words.words import LANGUAGES, say


@pytest.fixture
def batch(tmp_path):
    """A folder of results as a batch leaves it: one done, one refused, one failed, one common page."""
    common = {
        "title": {"vi": "Cơ sở <i>", "en": "Base <i>"},
        "series": "binh_thuan_rural_income",
        "baseline": None,
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
    for shown in ("giá hiện hành, mục tiêu 67,35 triệu đồng: 46%", "prices, target 67.35 million VND: 46%"):
        assert shown in html, shown
    assert "Cơ sở &lt;i&gt;" in html
    assert "không đưa ra" in html
    assert "giá năm 2020" in html
    assert 'Thông báo gốc bằng tiếng Anh: <code lang="en">no &lt;5&gt;</code>' in html
    assert "Scenarios: 3; done 2, failed 1, not run 0." in html
    assert "3 kịch bản: 2 hoàn thành, 1 lỗi, 0 chưa chạy." in html
    assert 'href="methods/vi/report.html">Phương pháp</a>' in html
    assert all("scope" in head for head in page.all("th"))
    ids = Counter(attrs["id"] for _, attrs in page.tags if "id" in attrs)
    assert max(ids.values()) == 1


def test_a_scenario_alone_in_its_group_is_called_no_base(batch):
    manifest, folder = batch
    alone = index_page(manifest, folder)
    for language in LANGUAGES:
        shutil.copytree(folder / "done" / language, folder / "more" / language)
        job = manifest["jobs"][f"done/{language}"] | {"scenario": "more", "folder": f"more/{language}"}
        manifest["jobs"][f"more/{language}"] = job
    both = index_page(manifest, folder)
    for words in (">cơ sở</td>", ">base</td>", "kịch bản cơ sở, điểm phần trăm", "difference to the base"):
        assert (words in alone, words in both) == (False, True), words


def test_the_index_has_no_dead_link_and_one_script_it_vouches_for(batch, parsed):
    import base64
    import hashlib

    manifest, output = batch
    html = index_page(manifest, output)
    page = parsed(html)
    for way in page.all("a"):
        if not way["href"].startswith("#"):
            assert (output / way["href"]).is_file(), way
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


def test_what_is_out_of_date_failed_or_of_another_version_is_marked(batch):
    manifest, output = batch
    manifest["jobs"]["done/en"]["status"] = "pending"
    manifest["jobs"]["done/vi"]["status"] = "failed"
    manifest["jobs"]["done/vi"]["fault"] = {"code": "batch.timeout", "facts": {"seconds": 5}}
    path = output / "refused" / "vi" / "result.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": 99}))
    html = index_page(manifest, output)
    assert '<span class="tag">to be run again</span>' in html
    assert '<span class="tag">lỗi: kết quả lần trước</span>' in html
    assert "quá thời gian cho phép: sau 5 giây" in html
    assert "Kết quả không đọc được: do một phiên bản khác lập." in html


def test_ten_thousand_scenarios_are_three_megabytes_and_a_hundred_rows_without_a_script(batch):
    _, output = batch
    result = json.loads((output / "done" / "vi" / "result.json").read_text())
    jobs = {
        f"s{k}/{x}": {"scenario": f"s{k}", "language": x, "status": "ok", "folder": f"s{k}/{x}"}
        for k in range(10_000)
        for x in LANGUAGES
    }
    kept = {
        job["folder"]: Kept(result | {"series_title": None, "place": None, "name": job["scenario"]}, ["report.html"])
        for job in jobs.values()
    }
    html = page_of({"jobs": jobs, "runs": []}, kept, None)
    assert len(html.encode()) < 3_000_000
    assert html.count("<tr") == 2 * (1 + 100)
    assert "Trang hiện 100 trong 10.000 kịch bản" in html
    assert html.count('"s9999/') == 2


def test_panels_are_listed_with_how_many_places_get_there(batch):
    manifest, output = batch
    folder = output / "communes"
    (folder / "vi").mkdir(parents=True)
    (folder / "vi" / "report.html").write_text("x")
    (folder / "panel.csv").write_text("place\n")
    (folder / "counts.csv").write_text("count,probability\n0,0.05\n1,0.1\n2,0.5\n3,0.3\n4,0.05\n")
    html = index_page(manifest, output)
    assert '<a href="communes/vi/report.html">communes</a> 1–3 trong 4 địa phương' in html
    assert "communes/en" not in html


def test_every_page_of_a_batch_leads_to_the_others(batch, parsed):
    manifest, output = batch
    jobs = [job for job in manifest["jobs"].values() if job["scenario"] != "failed"]
    found = dict(ways(jobs, {"done/vi": "Cơ sở <i>"}))
    assert found.keys() == {f"{n}/{x}" for n in ("done", "refused", "methods") for x in LANGUAGES}
    for name, parts in found.items():
        (output / name).mkdir(parents=True, exist_ok=True)
        for way in parsed(parts["bar"] + parts["beside"]).all("a"):
            target = (output / name / way["href"]).resolve()
            assert target == output / "index.html" or target.is_file(), way
        assert say("page.apart", name[-2:]) in parts["beside"]  # who gets the page alone is told
    assert 'rel="next" href="../../refused/vi/report.html"' in found["done/vi"]["beside"]
    assert "Cơ sở &lt;i&gt;" in found["refused/vi"]["beside"]
    assert 'href="../en/report.html" lang="en"' in found["done/vi"]["bar"]


def test_a_page_is_read_and_written_only_where_its_ways_changed(batch):
    manifest, output = batch
    page = output / "done" / "vi" / "report.html"
    page.write_text("<body><!-- bar -->alone<!-- /bar --><p>x</p><!-- beside --><!-- /beside --></body>")
    manifest["jobs"]["done/vi"]["files"] = {"report.html": 1}
    link(manifest, output)
    first = page.read_bytes()
    assert b"alone" not in first
    assert manifest["jobs"]["done/vi"]["files"] == {"report.html": len(first)}
    page.write_text("changed by hand")
    link(manifest, output)
    assert page.read_text() == "changed by hand"
    del manifest["jobs"]["refused/vi"]
    page.write_bytes(first)
    link(manifest, output)
    assert b"refused" not in page.read_bytes()


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
    assert "hidden" in next(one for one in page.all("fieldset"))  # there is nothing in the other language
    assert {"mine/en/log.txt", "mine/en/report.failed.ipynb"} <= {a["href"] for a in page.all("a")}
    assert "Scenarios: 1; done 0, failed 1, not run 0." in html
    done = index_page({"jobs": {"mine/en": {**job, "status": "ok"}}}, tmp_path)
    assert "log.txt" not in done
    assert '<html lang="vi">' in index_page({"jobs": {}}, tmp_path)


def test_no_control_character_of_a_title_reaches_the_page(batch):
    manifest, output = batch
    path = output / "done" / "en" / "result.json"
    odd = {"title": {"vi": "a", "en": "Base\x1b[31m \x9b2J\x07 line"}}
    path.write_text(json.dumps(json.loads(path.read_text()) | odd))
    html = index_page(manifest, output)
    assert "Base [31m  2J  line" in html
    assert not set(html) & {"\x1b", "\x9b", "\x07"}


@pytest.mark.parametrize("mark", "\u200b\u200f\u202a\u202d\u202e\u2028\u2066\u2067\u2068\ufeff\xad\U000e0041")
def test_no_mark_that_turns_text_around_or_is_not_seen_reaches_the_page(batch, mark):
    manifest, output = batch
    path = output / "done" / "en" / "result.json"
    odd = {"title": {"vi": "a", "en": f"Base{mark}line"}}
    path.write_text(json.dumps(json.loads(path.read_text()) | odd))
    html = index_page(manifest, output)
    assert "Base line" in html
    assert mark not in html
