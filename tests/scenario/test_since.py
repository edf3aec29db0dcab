"""What moved a probability after an earlier result: the terms, against P asked by hand."""

from pathlib import Path

import pytest

from ruralincome.models.walk import pooled
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.result import result
from ruralincome.scenario.since import Since, earlier, plainly
from ruralincome.target.likelihood import whole_percent

ROOT = Path(__file__).parents[2]


def ask(target, as_of=2020, since=None, **stated):
    return answer(
        Scenario.stated(target=target, as_of=as_of, series="vietnam_rural_income", **stated), "x", ROOT, since
    )


def then(found, **other):
    return earlier({**result(found), **other}, "2026-11-01", "ab")


@pytest.fixture(scope="module")
def corners():
    """P of the figures and the target of then (o) and now (n), all by the method of now."""
    targets = {"o": {"value": 3300.0, "year": 2021}, "n": {"value": 3600.0, "year": 2021}}
    return {
        known + goal: ask(target, 2018 if known == "o" else 2020) for known in "on" for goal, target in targets.items()
    }


def test_figures_and_target_add_what_the_mean_of_both_orders_gives(corners):
    now = ask(since=then(corners["oo"]), target={"value": 3600.0, "year": 2021})
    seen = {name: found.assessment.probability for name, found in corners.items()}
    terms = now.moved.terms
    # the class is that of today for both, so that what is known of it then is the method's
    assert sum(terms.values()) == pytest.approx(seen["nn"] - seen["oo"], abs=1e-12)
    figures = {"o": corners["oo"].evidence.series, "n": now.evidence.series}
    fits = {known: pooled(series, now.evidence.reference) for known, series in figures.items()}
    oo, on, no, nn = (fits[known].probability(2021, goal) for known in "on" for goal in (3300.0, 3600.0))
    assert terms["figures"] == pytest.approx((no - oo + nn - on) / 2, abs=1e-12)
    assert terms["target"] == pytest.approx((on - oo + nn - no) / 2, abs=1e-12)
    only = ask(since=then(corners["no"]), target={"value": 3600.0, "year": 2021}).moved
    assert only.terms["figures"] == 0
    assert only.terms["target"] == pytest.approx(seen["nn"] - seen["no"], abs=1e-12)
    assert only.terms["method"] == pytest.approx(0, abs=1e-12)
    assert now.provenance["since"] == {"day": "2026-11-01", "sha256": "ab"}
    assert result(now)["since"] == {"day": "2026-11-01", "sha256": "ab", "probability": seen["oo"], "terms": terms}
    assert "since" not in result(corners["nn"])


def test_what_neither_explains_is_the_methods(corners):
    other = then(corners["nn"], probability=0.5)
    moved = ask(since=other, target={"value": 3600.0, "year": 2021}).moved
    assert moved.terms == {"figures": 0, "target": 0, "method": pytest.approx(moved.after - 0.5)}
    assert plainly(other, result(corners["nn"])).terms == moved.terms
    assert plainly(then(corners["no"]), result(corners["nn"])).terms is None


@pytest.mark.parametrize(
    "other",
    [
        {"probability": None},
        {"unit": "kip"},
        {"prices": {"basis": "real", "year": 2020}},
        {"target": {"value": 3000.0, "year": 2019, "direction": 1}},
        {"target": {"value": 3000.0, "year": 2020, "direction": 1}},
    ],
)
def test_what_cannot_be_told_apart_has_no_terms(corners, other):
    moved = ask(since=then(corners["nn"], **other), target={"value": 3600.0, "year": 2021}).moved
    assert moved.terms is None
    assert moved.points == {}


@pytest.mark.parametrize(
    ("before", "after", "terms"),
    [(0.344, 0.414, (0.046, 0.02, 0.004)), (0.5, 0.5, (0.0, 0.0, 0.0)), (0.6, 0.2, (-0.133, -0.133, -0.134)),
     (0.004, 0.996, (0.5, 0.25, 0.242)), (0.345, 0.344, (-0.0004, -0.0003, -0.0003))],
)  # fmt: skip
def test_whole_points_add_up_to_the_percentages_as_they_are_printed(before, after, terms):
    found = Since("d", "h", before, after, dict(zip(("figures", "target", "method"), terms, strict=True)))
    assert sum(found.points.values()) == whole_percent(after) - whole_percent(before)
    assert all(abs(100 * term - found.points[cause]) < 1.01 for cause, term in found.terms.items())


def test_what_is_no_result_is_refused():
    with pytest.raises(KeyError):
        earlier({"a": 1}, "2026-11-01", "ab")


TARGET = {"value": 3600.0, "year": 2021, "direction": 1}


@pytest.mark.parametrize(
    "odd",
    [
        {"target": 5}, {"target": {"value": 3600.0, "year": 2021}}, {"target": TARGET | {"value": "much"}},
        {"target": TARGET | {"direction": 0}}, {"target": TARGET | {"year": "2021"}}, {"target": TARGET | {"value": 0}},
        {"observations": "abc"}, {"observations": 5}, {"observations": []}, {"observations": [[2016, 1.0], [2018]]},
        {"observations": [[2016, 1.0], [2016, 2.0]]}, {"observations": [[2016, "x"]]}, {"observations": [["x", 1.0]]},
        {"observations": [[2016, -1.0]]}, {"observations": [[2016, float("nan")]]}, {"observations": [None]},
        {"standard_errors": 5}, {"standard_errors": [0.1]}, {"samples": [[1]]}, {"samples": "abc"},
        {"prices": "real"}, {"prices": {"basis": "gold", "year": 2020}}, {"prices": {"basis": "real", "year": "x"}},
        {"base_stated": True, "base_year": "x"}, {"series": None}, {"unit": 5}, {"scenario": 5}, {"title": "x"},
        {"probability": ""}, {"probability": "0.3"}, {"probability": 7}, {"probability": []},
    ],
)  # fmt: skip
def test_a_result_of_which_a_part_is_of_another_type_is_refused(corners, odd):
    with pytest.raises((LookupError, TypeError, ValueError)):
        then(corners["nn"], **odd)


@pytest.mark.parametrize("key", ["series", "unit", "prices"])
def test_a_result_of_a_version_that_said_less_has_no_terms(corners, key):
    told = earlier({name: x for name, x in result(corners["nn"]).items() if name != key}, "2026-11-01", "ab")
    assert ask(since=told, target={"value": 3600.0, "year": 2021}).moved.terms is None


def test_what_a_result_need_not_say_may_be_none(corners):
    sizes = [[500, 1.2]] * len(corners["nn"].evidence.series.years)
    errors = [0.01 * value for value in corners["nn"].evidence.series.values]
    for more in ({"standard_errors": None, "samples": None}, {"standard_errors": errors, "samples": sizes}):
        moved = ask(since=then(corners["nn"], **more), target={"value": 3600.0, "year": 2021}).moved
        assert moved.terms is not None


def test_whole_points_go_to_the_largest_remainders():
    """49.6, 0.7 and -0.3 of 50: two of the three are rounded up, and -0.3 lacks as much to 0 as 0.7 to 1."""
    found = Since("d", "h", 0.5, 1.0, {"figures": 0.496, "target": 0.007, "method": -0.003})
    assert found.points == {"figures": 49, "target": 1, "method": 0}
