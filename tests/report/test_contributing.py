"""The chart and the page of CONTRIBUTING.md, added as it says."""

import ast
import math
import re
from importlib.metadata import version
from pathlib import Path

import pytest

from ruralincome.report.blocks import figure, table
from ruralincome.report.charts.style import COLOURS, drawn, number_ticks
from ruralincome.report.templates import environment, rendered
from ruralincome.report.words.words import LANGUAGES, catalogue, chance, percent, say
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario

ROOT = Path(__file__).parents[2]
CONTEXT = {"math": math, "figure": figure, "COLOURS": COLOURS, "drawn": drawn, "number_ticks": number_ticks,
           "table": table, "rendered": rendered, "chance": chance, "percent": percent, "say": say,
           "version": version}  # fmt: skip


def written(heading, kind):
    """The code under a heading of CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.search(rf"## {heading}\n.*?```{kind}\n(.*?)```", text, re.S)[1]


def functions(heading):
    source = ast.parse("from __future__ import annotations\n" + written(heading, "python"))
    names = dict(CONTEXT)
    exec(compile(source, heading, "exec"), names)
    return names


@pytest.fixture
def words(monkeypatch):
    def write(code, sentence):
        for language in LANGUAGES:
            monkeypatch.setitem(catalogue(language), code, sentence)

    return write


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chart(words, language):
    for key in ("axis", "year", "growth", "note"):
        words(f"report.steps.{key}", key)
    words("report.steps.finding", "{growth} a year is needed up to {year}")
    words("report.steps.alt", "Bars. {finding}.")
    a = answer(
        Scenario.stated(series="binh_thuan_whole_province", target={"value": 5000, "year": 2024}), "x", ROOT
    ).assessment
    added = functions("A chart")
    html = added["steps"](a, language)
    assert html.count("<svg") == html.count("<table") == 1
    assert f"Bars. {percent(a.required_growth, language)} a year is needed up to 2024." in html

    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    added["draw_steps"](axes, a, language)
    paces = [100 * (math.exp(change / years) - 1) for years, change in a.series.steps]
    assert [bar.get_height() for bar in axes.patches] == pytest.approx(paces)
    assert axes.lines[-1].get_ydata()[0] == pytest.approx(100 * a.required_growth)


def test_the_page(words, tmp_path, monkeypatch):
    words("places.title", "Places <b>")
    (tmp_path / "places.html.j2").write_text(written("A page", "jinja"), encoding="utf-8")
    loader = environment().loader
    monkeypatch.setattr(loader, "searchpath", [*loader.searchpath, str(tmp_path)])
    html = functions("A page")["page"]([("Xã <i>", 0.512)], "", "vi")
    assert "<li>Xã &lt;i&gt;: 51%</li>" in html
    assert "<h1>Places &lt;b&gt;</h1>" in html
    assert '<html lang="vi">' in html
    assert "default-src 'none'" in html
    assert "<script" not in html
