"""The pages: one report and the index as HTML files that stand alone."""

import ast
import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from ruralincome.batch.index import index_page
from ruralincome.report.pages.html import page_title, render
from ruralincome.report.words.words import LANGUAGES
from ruralincome.scenario.file import Scenario

ROOT = Path(__file__).parents[3]
NOTEBOOK = ROOT / "notebooks" / "scenario.ipynb"
VOID = {"meta", "link", "input", "br", "img", "hr"}
TITLE = {"vi": "Thử <b>đậm</b> & 'nháy'", "en": 'Try <script>alert(1)</script> & "quotes"'}


class Page(HTMLParser):
    """Tags with their attributes, in order; faults of nesting."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.faults = [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.faults += [f"{tag} {name} twice" for name, n in Counter(name for name, _ in attrs).items() if n > 1]
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module", params=LANGUAGES)
def report(request, executed):
    language = request.param
    notebook = executed(language, title=TITLE, adjustments=[{"kind": "shock", "years": [2021], "points": -3}])
    return language, render(notebook, language, TITLE[language]), notebook


def test_the_notebook_holds_calls_and_nothing_else():
    notebook = nbformat.read(NOTEBOOK, 4)
    parameters = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", ())]
    assert len(parameters) == 1
    assigned = {t.id for node in ast.parse(parameters[0].source).body for t in node.targets}
    assert assigned == {*Scenario.model_fields, "language"}
    for cell in notebook.cells:
        assert cell.cell_type == "code"
        assert cell.outputs == []
        assert cell.execution_count is None
        kinds = {type(node) for node in ast.walk(ast.parse(cell.source))}
        assert not kinds & {ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda}
    assert notebook.metadata.kernelspec.name == "python3"


def test_a_report_is_one_well_formed_page(report):
    language, html, _ = report
    page = Page(html)
    assert html.startswith("<!DOCTYPE html>")
    assert page.faults == []
    assert page.open == []
    assert page.all("html") == [{"lang": language}]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("nav")) == len(page.all("title")) == 1
    ids = Counter(attrs["id"] for _, attrs in page.tags if "id" in attrs)
    assert [name for name, count in ids.items() if count > 1] == []
    targets = [a["href"][1:] for a in page.all("a") + page.all("use") if a["href"].startswith("#")]
    assert set(targets) <= ids.keys()
    assert len(html.encode()) < 400_000


def test_a_report_asks_nothing_of_the_network(report):
    _, html, _ = report
    page = Page(html)
    assert page.all("script") == page.all("link") == page.all("img") == []
    assert not [attrs for _, attrs in page.tags if "src" in attrs]
    assert not re.search(r"url\((?!#)|@import", html)
    policy = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy
    assert policy[0].startswith("default-src 'none'")


def test_every_figure_has_words_and_a_table(report):
    _, html, _ = report
    page = Page(html)
    assert len(page.all("figure")) >= 4
    assert len(page.all("figcaption")) == len(page.all("figure"))
    pictures = [svg for svg in page.all("svg") if "role" in svg]
    assert len(pictures) == len(page.all("figure"))  # one for all widths
    assert all(svg["role"] == "img" and len(svg["aria-label"]) > 40 for svg in pictures)
    for part in html.split("<figure")[1:]:
        inside = part[: part.index("</figure>")]
        assert "<details><summary>" in inside
        assert "<caption>" in inside
    assert all("scope" in head for head in page.all("th"))


def test_a_title_is_text(report):
    language, html, _ = report
    assert "<script" not in html
    assert "<b>đậm" not in html
    heading = re.search(r"<h1>(.*?)</h1>", html)[1]
    assert (
        heading
        == {
            "vi": "Thử &lt;b&gt;đậm&lt;/b&gt; &amp; &#39;nháy&#39;",
            "en": "Try &lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;quotes&#34;",
        }[language]
    )


def test_sections_stand_in_the_contents(report):
    _, html, _ = report
    contents = html[html.index("<nav") : html.index("</nav>")]
    assert len(re.findall("<li>", contents)) == html.count("<h2 id=") >= 8


def test_the_same_notebook_gives_the_same_bytes(report):
    language, html, notebook = report
    assert render(notebook, language, TITLE[language]) == html


def test_code_is_there_but_hidden(report):
    _, html, _ = report
    assert '<pre class="code"><code>from ruralincome.report.answer import' in html
    assert ".code { display: none; }" in html
    assert '<input type="checkbox" id="show-code">' in html


def test_other_outputs_of_a_notebook():
    outputs = [
        new_output("stream", name="stdout", text="a <b>\n"),
        new_output("stream", name="stderr", text="warned"),
        new_output("error", ename="E", evalue="v", traceback=["\x1b[31mE\x1b[0m: <v>"]),
        new_output("display_data", {"image/png": "QUJD"}, metadata={"image/png": {"alt": "a <chart>"}}),
        new_output("display_data", {"image/png": "QUJD"}),
        new_output("display_data", {"image/svg+xml": "<?xml version='1.0'?><svg width='1'></svg>"}),
        new_output("display_data", {"text/latex": "$x^2$", "text/plain": "x"}),
        new_output("display_data", {"text/plain": "1 < 2"}),
    ]
    cells = [new_markdown_cell("# Đầu đề\n\nA <i>b</i> $x$\n\n$$y^2$$"), new_code_cell("1 < 2", outputs=outputs)]
    html = render(new_notebook(cells=cells), "vi", "methods")
    assert "<h1>Phương pháp</h1>" in html
    assert "<pre>a &lt;b&gt;\n</pre>" in html
    assert "warned" not in html
    assert "\x1b" not in html
    assert "E: &lt;v&gt;" in html
    assert 'src="data:image/png;base64,QUJD" alt="a &lt;chart&gt;"' in html
    assert 'alt="Hình do sổ tay tính toán vẽ"' in html
    assert '<svg role="img" aria-label="Hình do sổ tay tính toán vẽ" width=' in html
    assert html.count("<math") == 3
    assert "<pre>1 &lt; 2</pre>" in html
    assert "<i>b" not in html
    assert page_title("my_scenario", "vi") == "my_scenario"


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


def test_the_index_compares_scenarios_in_both_languages(batch):
    html = index_page(*batch)
    page = Page(html)
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


def test_the_index_has_no_dead_link_and_one_script_it_vouches_for(batch):
    import base64
    import hashlib

    manifest, output = batch
    html = index_page(manifest, output)
    page = Page(html)
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


def test_the_index_opens_on_the_language_that_was_run_and_leads_to_what_a_failure_left(tmp_path):
    job = {"scenario": "mine", "language": "en", "status": "failed", "reason": "error", "message": "no"}
    folder = tmp_path / "mine" / "en"
    folder.mkdir(parents=True)
    for name in ("log.txt", "report.failed.ipynb"):
        (folder / name).write_text("x")
    page = Page(html := index_page({"jobs": {"mine/en": job}}, tmp_path))
    assert page.faults == []
    assert '<html lang="en">' in html
    assert ["checked" in i for i in page.all("input") if i.get("name") == "language"] == [False, True]
    assert {"mine/en/log.txt", "mine/en/report.failed.ipynb"} <= {a["href"] for a in page.all("a")}
    assert "Scenarios: 1; done 0, failed 1, not run 0." in html
    done = index_page({"jobs": {"mine/en": {**job, "status": "ok"}}}, tmp_path)
    assert "log.txt" not in done
    assert '<html lang="vi">' in index_page({"jobs": {}}, tmp_path)
