"""A sweep in a report."""

from pathlib import Path

import pytest

from ruralincome.report.answer import sweeping
from ruralincome.report.words.words import chance
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario

ROOT = Path(__file__).parents[3]


def test_a_sweep_is_thinned_but_keeps_its_ends():
    sweep = {"shock": {"first": -8, "last": 4, "step": 0.5}, "target": {"first": 46, "last": 52, "step": 0.25}}
    found = answer(Scenario.stated(sweep=sweep), "sweep", ROOT)
    html = sweeping.sweep(found, "vi").html
    shown = html[html.rindex("<table") :]
    assert shown.count("<tr>") <= sweeping.ROWS + 1
    for end in ("−8,0", "+4,0", "46,0", "52,0"):
        assert end in shown


def test_the_map_is_of_the_class_of_the_number_or_says_of_which_it_is():
    ranges = {"shock": {"first": -4, "last": 4, "step": 1}, "target": {"first": 46, "last": 50, "step": 0.5}}
    both = ["vietnam-provinces", "vietnam-pool"]
    for asked, drawn in ((both, 1), (both[:1], 0)):
        found = answer(Scenario.stated(sweep={**ranges, "references": asked}), "x", ROOT)
        assert sweeping.drawn_class(found, found.cells) == drawn
        words = sweeping.map_words(found, found.cells, "en")
        said, apart = words["finding"], words["apart"]
        assert sweeping.class_named(asked[drawn], found, "en") in said
        own = f"the {chance(found.assessment.probability, 'en')} beside it"
        assert (own in apart, bool(apart)) == ((False, False) if drawn else (True, True))
        assert apart in sweeping.first_map(found, "en")


def test_without_a_case_of_no_shock_the_map_claims_none():
    """Where shocks lie on both sides of none, it is read between them; the cross is told of only where it is drawn."""
    even = []
    for shocks in ((-5, 4, 3), (-4, 4, 1), (-6, -2, 2)):
        ranges = {"shock": dict(zip(("first", "last", "step"), shocks, strict=True))}
        ranges |= {"target": {"first": 46, "last": 50, "step": 0.5}}
        found = answer(Scenario.stated(sweep=ranges), "x", ROOT)
        even.append(sweeping.even_target(found.cells, sweeping.drawn_class(found, found.cells)))
        words, whole = sweeping.map_words(found, found.cells, "en"), str(sweeping.first_map(found, "en"))
        assert ("cross:" in whole) == (even[-1] is not None)
        assert ("a case without a shock is not among them" in words["finding"]) == (even[-1] is None)
    assert even[0] == pytest.approx(even[1], abs=0.1)
    assert even[2] is None
