"""Charts on axes: what they draw, and that a page holds each once."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ruralincome.report.answer import needs
from ruralincome.report.charts.style import COLOURS, DARK, ELSEWHERE, drawn
from ruralincome.report.templates import environment
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def article():
    return answer(Scenario(), "baseline", ROOT)


@pytest.fixture
def axes():
    from matplotlib.figure import Figure

    return Figure().add_subplot()


def test_the_growth_needed_stands_among_that_of_other_places(article, axes):
    a = article.assessment
    reference = a.reference.into(a.series.prices)
    share = reference.percentile(a.required_growth, 1)
    assert f"higher than {share:.0%} of one-year growth" in needs.percentile(a, "en")
    needs.draw_percentile(axes, a, "en")
    curve = axes.lines[0].get_xydata()
    assert np.allclose(curve[:, 0], 100 * np.array(reference.growth[1]))
    needed, achieved = (np.array(c.get_offsets())[0] for c in axes.collections)
    assert needed == pytest.approx((100 * a.required_growth, 100 * share))
    assert achieved[0] == pytest.approx(100 * a.historical_growth)


def test_no_words_on_four_years_where_the_class_has_none(article):
    a = article.assessment
    bare = replace(a, reference=replace(a.reference, growth={1: a.reference.growth[1]}))
    assert "Kept up" in needs.percentile(a, "en")
    assert "Kept up" not in needs.percentile(bare, "en")
    assert needs.percentile(replace(a, reference=replace(a.reference, growth={2: a.reference.growth[1]})), "en") == ""
    assert needs.percentile(replace(a, reference=None), "en") == ""


def test_a_chart_on_axes_is_one_svg_whose_ids_are_its_own(article):
    html = needs.percentile(article.assessment, "vi")
    assert html.count("<svg") == 1
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for used in re.findall(r'(?:href="#|url\(#)([^")]+)', html):
        assert used in ids
    assert "currentColor" in html
    assert "cần có" in html


def test_the_same_chart_is_the_same_bytes():
    assert drawn("a", "words", lambda axes: axes.plot([1, 2])) == drawn("a", "words", lambda axes: axes.plot([1, 2]))


def test_every_role_has_a_colour_in_the_light_in_the_dark_and_elsewhere():
    assert COLOURS.keys() == DARK.keys() == ELSEWHERE.keys()


@pytest.mark.parametrize("at", [0, 9, 19])
def test_no_number_of_the_histogram_runs_over_its_ends(at):
    page = '{% import "charts.html.j2" as charts with context %}{{ charts.bars(counts) }}'
    counts = [0] * at + [4473] + [0] * (19 - at)
    html = environment().from_string(page).render(language="vi", counts=counts)
    number = next(text for text in re.findall("<text[^>]*>[^<]*", html) if text.endswith(">4.473"))
    assert {0: 'x="0.0%"', 9: 'x="47.5%"', 19: 'x="100.0%"'}[at] in number
    assert ("text-anchor" in number) == (at > 0)
    assert ('"end"' in number) == (at == 19)
