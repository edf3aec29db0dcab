"""A sweep in a report."""

from pathlib import Path

from ruralincome.report.answer import sweeping
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
