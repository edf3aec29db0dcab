"""A report as an HTML file that stands alone."""

import ast
import base64
import hashlib
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
    assert assigned == {*Scenario.model_fields, "language", "since"}
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
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
    ids = Counter(attrs["id"] for _, attrs in page.tags if "id" in attrs)
    assert [name for name, count in ids.items() if count > 1] == []
    targets = [a["href"][1:] for a in page.all("a") + page.all("use") if a["href"].startswith("#")]
    assert set(targets) <= ids.keys()
    assert len(html.encode()) < 150_000


def test_a_report_asks_nothing_of_the_network(report, parsed):
    _, html, _ = report
    page = parsed(html)
    assert page.all("link") == page.all("img") == []
    assert page.all("script") == [{"type": "application/json", "id": "quantiles"}, {}]
    assert not [attrs for _, attrs in page.tags if "src" in attrs]
    assert not re.search(r"url\((?!#)|@import", html)
    policy = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy
    assert policy[0].startswith("default-src 'none'")
    script = html[html.rindex("<script>") + 8 : html.rindex("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy[0]


def test_every_figure_has_words_and_every_mark_stands_beside_its_numbers(report, parsed):
    _, html, _ = report
    page = parsed(html)
    assert len(page.all("figcaption")) == len(page.all("figure")) == 2
    pictures = [svg for svg in page.all("svg") if "role" in svg]
    assert len(pictures) == len(page.all("figure")) + 2  # the strip of classes and that of rules
    assert all(svg["role"] == "img" and len(svg["aria-label"]) > 20 for svg in pictures)
    hidden = [svg for svg in page.all("svg") if svg.get("aria-hidden") == "true"]
    assert len(hidden) >= html.count("ri-mark") > 10
    assert all("scope" in head for head in page.all("th"))


def test_a_title_is_text(report):
    language, html, _ = report
    assert "<script>alert" not in html
    assert "<b>đậm" not in html
    escaped = {
        "vi": "Thử &lt;b&gt;đậm&lt;/b&gt; &amp; &#39;nháy&#39;",
        "en": "Try &lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;quotes&#34;",
    }[language]
    assert f"<title>{escaped}</title>" in html
    assert escaped in html[html.index('class="kicker"') : html.index("</h1>")]


def test_what_is_folded_says_what_is_found_in_it(report):
    _, html, _ = report
    folded = re.findall(r'<details class="ri[^>]*><summary><h2>(.+?)</h2><span>(.+?)</span></summary>', html)
    assert len(folded) == html.count('<details class="ri') >= 9
    assert all(len(finding) > 20 for _, finding in folded)


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
    outputs += [
        new_output("display_data", {"image/jpeg": "REVG\n", "text/plain": "<Image object>"}),
        new_output("display_data", {"image/gif": "R0hJ"}),
        new_output("display_data", {"image/svg+xml": "<!-- --><SVG height='3'></SVG>"}),
        new_output("display_data", {"image/svg+xml": "none", "text/plain": "no drawing"}),
        new_output("display_data", {"text/markdown": "## Kết quả\n\n|a|b|\n|-|-|\n|1|2|", "text/plain": "<Markdown>"}),
    ]
    cells = [new_markdown_cell("# Đầu đề\n\nA <i>b</i> $x$\n\n$$y^2$$"), new_code_cell("1 < 2", outputs=outputs)]
    text = "![ảnh](attachment:my%20map.png) ![c](<plan a.gif>) ![gone](attachment:no.png) ![far](https://x.org/y.png)"
    attached = {"my map.png": {"image/png": "TUFQ"}, "plan a.gif": {"image/gif": "UExB"}}
    cells.append(new_markdown_cell(text, attachments=attached))
    hidden = {"cell": "hid_all", "input": "hid_code", "output": "print('hid_out')"}
    for what, code in hidden.items():
        shown = [new_output("stream", name="stdout", text=f"out of {what}")]
        cells.append(new_code_cell(code, metadata={"tags": [f"remove-{what}"]}, outputs=shown))
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
    for picture in ("jpeg;base64,REVG", "gif;base64,R0hJ", "png;base64,TUFQ", "gif;base64,UExB"):
        assert f'<img src="data:image/{picture}"' in html
    assert html.count("<svg role=") == 2
    assert "<pre>no drawing</pre>" in html
    assert "object" not in html.partition("<main")[2].replace("object-", "")
    assert re.search(r"<h2[^>]*>Kết quả</h2>\s*<table>.*<td>2</td>", html, re.DOTALL)
    assert "gone (attachment:no.png) far (https://x.org/y.png)" in html
    said = ("hid_all", "out of cell", "hid_code", "out of input", "hid_out", "out of output")
    assert [word for word in said if word in html] == ["out of input", "hid_out"]
    assert "<i>b" not in html
    assert page_title("my_scenario", "vi") == "my_scenario"
