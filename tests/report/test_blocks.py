"""Blocks and tables: what is not markup is escaped."""

from pathlib import Path

from ruralincome.report.blocks import bullets, details, formula, paragraph, section
from ruralincome.report.tables import table

ROOT = Path(__file__).parents[2]


def test_blocks_escape_what_is_not_markup():
    assert "&lt;i&gt;" in section("s", "<i>", paragraph("<i>"))
    assert "&lt;i&gt;" in details("<i>", "<i>")
    assert bullets([]) == ""
    assert bullets(["<i>"]) == "<ul><li>&lt;i&gt;</li></ul>"
    assert "<mfrac>" in formula(r"\frac{a}{b}")
    assert 'display="inline"' in formula("x", display=False)


def test_tables_have_scopes_and_spans():
    html = table("Cap", ["a", "b", "c"], [["1", "<2>", "3"], ["4", "long"]], numeric={1})
    assert html.count('scope="col"') == 3
    assert html.count('scope="row"') == 2
    assert "<caption>Cap</caption>" in html
    assert "&lt;2&gt;" in html
    assert '<td colspan="2">long</td>' in html
    assert 'class="stack"' in html
    assert 'class="pairs"' in table("Cap", ["a", "b"], [["1", "2"]], numeric={1})
