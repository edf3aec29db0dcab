"""A report as an HTML file that stands alone."""

import ast
import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from ruralincome.report.pages.html import page_title, render
from ruralincome.report.words.words import LANGUAGES
from ruralincome.scenario.file import Scenario

ROOT = Path(__file__).parents[3]
NOTEBOOK = ROOT / "notebooks" / "scenario.ipynb"
TITLE = {"vi": "Thử <b>đậm</b> & 'nháy'", "en": 'Try <script>alert(1)</script> & "quotes"'}


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


def test_a_report_is_one_well_formed_page(report, parsed):
    language, html, _ = report
    page = parsed(html)
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


def test_a_report_asks_nothing_of_the_network(report, parsed):
    _, html, _ = report
    page = parsed(html)
    assert page.all("script") == page.all("link") == page.all("img") == []
    assert not [attrs for _, attrs in page.tags if "src" in attrs]
    assert not re.search(r"url\((?!#)|@import", html)
    policy = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy
    assert policy[0].startswith("default-src 'none'")


def test_every_figure_has_words_and_a_table(report, parsed):
    _, html, _ = report
    page = parsed(html)
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
