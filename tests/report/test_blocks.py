"""Blocks and tables: what is not markup is escaped."""

from pathlib import Path

from ruralincome.report.blocks import figure, formula, marked, table
from ruralincome.report.templates import unmarked
from ruralincome.report.words.words import catalogue

ROOT = Path(__file__).parents[2]


def test_blocks_escape_what_is_not_markup(monkeypatch):
    shown = figure("f", "<i>", table("<b>", ["a"], []), ["<u>"], "", "vi")
    assert all(f"&lt;{x}&gt;" in shown for x in "ibu")
    monkeypatch.setitem(catalogue("vi"), "x", "<i> {a} {b}")
    assert marked("x", "vi", a="<u>", b=table("t", ["h"], [])).startswith("&lt;i&gt; &lt;u&gt; <table")
    assert "<mfrac>" in formula(r"\frac{a}{b}")
    assert 'display="inline"' in formula("x", display=False)


def test_what_a_piece_of_a_page_says_without_its_markup():
    rows = table("Cap", ["a", "b", "c"], [["1 &", "", "3"]])
    html = f"<h2>Head</h2><p>One <b>two</b>\n three.</p><svg><svg>x</svg><text>9</text></svg><ul><li>i</li></ul>{rows}"
    assert unmarked(html) == "Head\nOne two three.\ni\nCap\na · b · c\n1 & · 3"


def test_tables_have_scopes_and_spans():
    html = table("Cap", ["a", "b", "c"], [["1", "<2>", "3"], ["4", "long"]], numeric={1})
    assert html.count('scope="col"') == 3
    assert html.count('scope="row"') == 2
    assert "<caption>Cap</caption>" in html
    assert "&lt;2&gt;" in html
    assert '<td colspan="2">long</td>' in html
    assert 'class="stack"' in html
    assert 'class="pairs"' in table("Cap", ["a", "b"], [["1", "2"]], numeric={1})
