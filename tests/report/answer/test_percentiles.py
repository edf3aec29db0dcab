"""Charts on axes: what they draw, and that a page holds each once."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ruralincome.report.answer import needs
from ruralincome.report.charts.pictures import percentile_parts
from ruralincome.report.charts.style import COLOURS, DARK, ELSEWHERE, drawn
from ruralincome.report.templates import environment
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def article():
    return answer(Scenario(), "baseline", ROOT)


def test_the_growth_needed_stands_among_that_of_other_places(article):
    a = article.assessment
    reference = a.reference.into(a.series.prices)
    share = reference.percentile(a.required_growth, 1)
    assert f"higher than {share:.0%} of one-year growth" in needs.percentile(a, "en")
    found = percentile_parts(a, reference, "vi")
    (x, y, role, words, *_), (x1, y1, *_) = found["marks"]
    assert (role, words) == ("target", "cần có 8,9%")
    places = np.array([point.split(",") for point in found["curve"].split()], dtype=float)
    assert np.all(np.diff(places[:, 0]) >= 0)
    assert (found["floor"] - y) / (found["floor"] - found["grid"][-1][0]) == pytest.approx(share, abs=1e-3)
    # both points lie on the curve, which is that of the class's own quantiles
    for at, height in ((x, y), (x1, y1)):
        assert np.interp(at, *places.T) == pytest.approx(height, abs=1)
    per_point = (x - x1) / (a.required_growth - a.historical_growth)
    ends = np.quantile(reference.growth[1], [0.05, 0.95])
    assert (places[-1, 0] - places[0, 0]) / per_point == pytest.approx(ends[1] - ends[0], rel=0.02)


def test_no_words_on_four_years_where_the_class_has_none(article):
    a = article.assessment
    bare = replace(a, reference=replace(a.reference, growth={1: a.reference.growth[1]}))
    assert "Kept up" in needs.percentile(a, "en")
    assert "Kept up" not in needs.percentile(bare, "en")
    assert needs.percentile(replace(a, reference=replace(a.reference, growth={2: a.reference.growth[1]})), "en") == ""
    assert needs.percentile(replace(a, reference=None), "en") == ""


def test_a_chart_on_axes_is_one_svg_whose_ids_are_its_own():
    html = drawn("a", "words", lambda axes: axes.plot([1, 2]))
    assert html.count("<svg") == 1
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for used in re.findall(r'(?:href="#|url\(#)([^")]+)', html):
        assert used in ids
    assert "currentColor" in html


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
