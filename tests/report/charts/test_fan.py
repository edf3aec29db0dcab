"""The fan: its numbers, the same on axes and in the picture that pages are made of; labels that do not touch."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import ruralincome as ri
from ruralincome.report.charts import pictures
from ruralincome.report.charts.fan import BANDS, MEDIAN, SHARES, Fan, plot
from ruralincome.report.charts.style import parted
from ruralincome.report.templates import environment
from ruralincome.report.words.words import LANGUAGES
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.target.likelihood import whole_percent

ROOT = Path(__file__).parents[3]
QUESTIONS = {
    "the article's": {},
    "years ahead": {"target": {"value": 67.35, "year": 2025}, "redrawn": "old"},
    "a falling one": {"target": {"value": 40.0, "year": 2021, "direction": -1}},
    "with adjustments": {"extends": "covid_dip"},
    "a long history": {"series": "binh_thuan_whole_province", "target": {"value": 5000, "year": 2024}},
}


def charted(call, language, **facts):
    """What a macro of charts draws."""
    page = '{% import "charts.html.j2" as charts with context %}{{ charts.' + call + " }}"
    return environment().from_string(page).render(language=language, **facts)


@pytest.fixture(scope="module", params=QUESTIONS.values(), ids=QUESTIONS)
def found(request):
    return answer(Scenario.stated(**request.param), "x", ROOT)


@pytest.fixture(scope="module")
def refused():
    return answer(Scenario(models=["log_trend"]), "refused", ROOT)


def test_the_numbers_are_the_assessments(found):
    a, fan = found.assessment, Fan.of(found.assessment)
    year, end = a.target.year, fan.quantiles[-1]
    assert end[MEDIAN] == a.lead.median(year)
    for level in BANDS:
        low, high = fan.band(level)
        assert (low[-1][1], high[-1][1]) == pytest.approx(a.lead.interval(year, level), rel=1e-12)
        assert low[0] == high[0] == (a.series.origin, a.series.last)
    assert fan.required[-1] == (year, a.target.value)
    assert fan.trend[-1] == (year, pytest.approx(a.projection))
    assert fan.observed == tuple(zip(a.series.years, a.series.values, strict=True))


def test_axes_hold_the_numbers(found):
    fan = Fan.of(found.assessment)
    ax = plot(found.assessment, language="en")
    lines = [line.get_xydata() for line in ax.lines]
    for points in (fan.median, fan.required, fan.trend):
        assert any(np.array_equal(line, points) for line in lines)
    observed, target = (np.array(c.get_offsets()) for c in ax.collections[-2:])
    assert np.array_equal(observed, fan.observed)
    assert np.array_equal(target, [(fan.year, fan.target)])
    for filled, level in zip(ax.collections, BANDS, strict=False):
        drawn = {(x, y) for x, y in filled.get_paths()[0].vertices}
        assert drawn == {point for ends in fan.band(level) for point in ends}
    words = {text.get_text() for text in ax.texts}
    assert {words_of for _, _, words_of in fan.ends("en")} <= words


def test_the_picture_holds_the_numbers(found):
    a, fan = found.assessment, Fan.of(found.assessment)
    frame = pictures.Frame.around(fan)
    where = pictures.fan_parts(fan, frame, "en")

    def level(y):
        return frame.high - (y - frame.top) / (frame.bottom - frame.top) * (frame.high - frame.low)

    def levels(points):
        return [level(float(point.split(",")[1])) for point in points.split()]

    step = 0.005 * (frame.high - frame.low) / (frame.bottom - frame.top) + 1e-9  # places are written to 0.01 per cent
    for name in ("median", "required", "trend", "observed"):
        assert levels(where[name]) == pytest.approx([y for _, y in getattr(fan, name)], abs=step)
    for (points, _), of in zip(where["bands"], BANDS, strict=True):
        low, high = fan.band(of)
        assert levels(points) == pytest.approx([y for _, y in (*low, *reversed(high))], abs=step)
    assert [(year, value) for year, value, *_ in where["dots"]] == list(fan.observed)
    assert [level(y) for *_, y, _ in where["dots"]] == pytest.approx(fan.series.values)
    assert level(where["target"][1]) == pytest.approx(fan.target)
    inside = [(y < where["target"][1]) == (fan.direction > 0) for _, y, reached in where["outcomes"] if reached]
    assert inside == [True] * fan.reached
    assert fan.reached == whole_percent(a.lead.probability(a.target))
    assert sorted(fan.outcomes) == list(fan.outcomes)
    below = sum(outcome < a.target.value for outcome in fan.outcomes)
    assert abs((100 - below if fan.direction > 0 else below) - fan.reached) <= 1


def test_years_stand_in_order_and_the_future_has_half_the_width(found):
    fan = Fan.of(found.assessment)
    frame = pictures.Frame.around(fan)
    places = [frame.x(year) for year in range(fan.series.years[0], fan.year + 1)]
    assert all(a < b for a, b in pairwise(places))
    assert (places[0], places[-1]) == (frame.left, frame.right)
    assert frame.x(fan.series.origin) <= (frame.left + frame.right) / 2


def test_without_a_forecast_no_band_is_drawn(refused):
    fan = Fan.of(refused.assessment)
    assert fan.quantiles is None
    assert fan.median == () == fan.band(0.8)[0]
    assert [role for _, role, _ in fan.ends("vi")] == ["target"]
    assert pictures.fan_parts(fan, pictures.Frame.around(fan), "vi")["bands"] == []
    assert len(plot(refused.assessment).collections) == 2


def test_an_answer_draws_itself_on_given_axes(found):
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    assert found.plot(ax=ax, language="en") is ax
    assert ax.get_title(loc="left") or ax.get_title()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chart_of_a_report_is_one_picture_with_words(found, language):
    html = charted("fan_figure(a)", language, a=found.assessment)
    assert html.count('role="img"') == 1
    assert html.count("aria-label=") == 1
    assert 'id="' not in html[html.index("<svg") : html.rindex("</svg>")]
    assert html.index('class="title"') < html.index("<svg") < html.index("<figcaption>")


def test_a_place_is_drawn_like_a_report():
    series = ri.Series("Xã A", (2016, 2020), (30.0, 40.0))
    quantiles = np.array([[35, 38, 40, 43, 45, 48, 52.0], [36, 39, 42, 46, 49, 54, 60]])
    fan = Fan.of_place(series, 50.0, quantiles)
    assert (fan.year, fan.target, len(SHARES)) == (2022, 50.0, quantiles.shape[1])
    assert fan.median == ((2020, 40.0), (2021, 43.0), (2022, 46.0))
    html = charted('small_fan("in words <", fan, ("40,0", "50,0"))', "vi", fan=fan)
    assert 'aria-label="in words &lt;"' in html
    assert "50,0</text>" in html


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.floats(1.0, 1000.0), min_size=1, max_size=12),
    st.floats(0.5, 3.0),
    st.integers(1, 12),
    st.sampled_from(LANGUAGES),
)
def test_labels_of_any_fan_do_not_touch_and_stay_inside(values, times, ahead, language):
    assume(len(values) < 5 or len({*values}) > 1)  # one that never moved is refused, and has no fan
    years = tuple(range(2020 - len(values) + 1, 2021))
    series = ri.Series("any", years, tuple(values), unit="million_vnd_per_person_year")
    reference = ri.read_class(Scenario().reference, 2020).into(series.prices)
    target = ri.Target(series.last * times, 2020 + ahead)
    fan = Fan.of(ri.assess(series, target, [ri.pooled(series, reference)], reference=reference))
    where = pictures.fan_parts(fan, pictures.Frame.around(fan), language)
    above, below = (y for y, *_ in where["shares"])
    assert 0 < above < where["target"][1] < below < 96
    taken = {(round(x, 3), round(y, 3)) for x, y, _ in where["outcomes"]}
    assert len(taken) == 100
    assert max(x for x, _, _ in where["outcomes"]) < 30
    assert len(where["grid"]) <= 4
    assert "<svg" in charted('drawn_fan("x", where)', language, where=where)


@pytest.mark.parametrize(
    ("lead", "others", "said"),
    [
        (0.02, [0.002, 0.03], ["< 1% – 3%"]),
        (0.97, [0.995], ["97% – &gt; 99%"]),
        (0.36, [0.34], ["34%", "36%"]),
        (0.36, [0.2, 0.56], ["20%", "56%"]),
        (0.02, [0.99], ["2%", "99%"]),
        (0.5, [0.5], ["50%"]),
    ],
)
def test_the_ends_of_a_strip_are_said_once_each_at_places_of_their_own(lead, others, said):
    html = charted("strip('x', lead, others)", "en", lead=lead, others=others)
    found = re.findall(r'<text x="([\d.]+)%" y="21%"([^>]*)>([^<]*)</text>', html)
    assert [words.replace("&lt;", "<") for *_, words in found] == [words.replace("&lt;", "<") for words in said]
    ends = [(float(x), "end" in look, "middle" in look) for x, look, _ in found]
    assert len(ends) == len(set(ends))


def test_labels_are_parted():
    assert parted([1.0, 5.0, 9.0], 1.0) == [1.0, 5.0, 9.0]
    near = parted([5.1, 4.9, 5.0], 1.0)
    assert near == pytest.approx([6.0, 4.0, 5.0], abs=1e-3)
    assert parted([1.0, 1.0], 2.0, low=1.0) == pytest.approx([1.0, 3.0], abs=1e-3)
    assert parted([], 1.0) == []


@pytest.mark.parametrize("value", [0.045, 20.0, 35.0, 48.9, 60.0, 120.0, 500.0, 44_800.0])
def test_what_is_said_of_the_outcomes_keeps_off_the_line_of_a_target_far_away(value):
    fan = Fan.of(answer(Scenario.stated(target={"value": value, "year": 2021}), "far", ROOT).assessment)
    frame = pictures.Frame.around(fan)
    placed, goal = pictures.fan_parts(fan, frame, "en"), frame.y(fan.target)
    above, below = (y for y, *_ in placed["shares"])
    assert above <= goal - 8
    assert below >= goal + 8
    assert len(placed["outcomes"]) == 100
    assert all(1 < y < pictures.FLOOR + 1 for _, y, _ in placed["outcomes"])  # years stand below
    for y in (above, below):
        assert not any(x > 20 and y - 6 < at < y + 8 for x, at, _ in placed["outcomes"])
