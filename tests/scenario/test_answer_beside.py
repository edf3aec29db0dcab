"""What an answer says beside itself, by hand: the same without its adjustments, and on the figures first published."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ruralincome.data.package import read_series
from ruralincome.models.forecast import Forecast
from ruralincome.scenario.answer import answer, compose
from ruralincome.scenario.conditional import stated
from ruralincome.scenario.evidence import gather
from ruralincome.scenario.file import Scenario
from ruralincome.series.series import Vintage

ROOT = Path(__file__).parents[2]


def ask(**stated):
    return answer(Scenario.stated(**stated), root=ROOT)


@pytest.mark.parametrize("way", [1, -1])
def test_a_draw_that_falls_on_the_target_reaches_it(way):
    """By hand: three of four draws reach it with the adjustments, one without; in pairs 0, 1, 1, 0."""
    found = ask(adjustments=[{"kind": "shock", "years": [2021], "points": -3.0}])
    with_them, without = (
        Forecast(2020, 44.9, 48.9 + way * np.array([away]).T)
        for away in ([-1.0, 0.0, 0.0, 1.0], [-1.0, -1.0, -1.0, 1.0])
    )
    asked = replace(found.assessment.target, direction=way)
    outlooks = (replace(found.assessment.lead, view=with_them),)
    gap = replace(
        found,
        assessment=replace(found.assessment, target=asked, outlooks=outlooks),
        lead=SimpleNamespace(drawn=lambda: without),
    ).difference
    assert gap.probability == 0.5
    assert gap.error == pytest.approx(np.sqrt(4 * 0.5**2 / 3) / 2)


def test_the_verdicts_before_a_figure_was_revised_are_those_on_the_figures_first_published():
    """2020 was 43.0, then 44.0, then 44.9: growth (43 / 32.6)^(1/4) against (48.9 / 32.6)^(1/5), and the chance that
    such a place has, as who asked then was told; errors are the same shares of the figures."""
    old = Vintage(2020, 43.0, 44.0, "2021-03-01", "2021-06-01"), Vintage(2020, 44.0, 44.9, "2021-06-01", "2021-09-01")
    published = replace(read_series("binh_thuan_rural_income", ROOT), standard_errors=(0.326, 0.449))
    revised = replace(published, published=((2020, "2021-09-01"),), vintages=old)
    first = replace(published, values=(32.6, 43.0), standard_errors=(0.326, 0.43))
    scenario = Scenario.stated(
        target={"value": 47.5, "year": 2021}, adjustments=[{"kind": "accelerate", "factor": 1.0}]
    )

    def asked(own, **more):
        evidence = gather(scenario, ROOT, own=own)
        evidence = replace(evidence, series=replace(evidence.series, **more))
        return compose(scenario, evidence, stated(scenario, evidence))

    found, then = asked(revised), asked(first)
    assert [(v.rule, v.label) for v in found.before] == [(v.rule, v.label) for v in then.assessment.verdicts]
    by, now = ({v.rule: v for v in verdicts} for verdicts in (found.before, found.assessment.verdicts))
    assert by["obr"].value == pytest.approx(then.assessment.probability, abs=1e-9)
    assert by["obr"].value < 0.5 < now["obr"].value
    paces = [(43 / 32.6) ** (1 / 4) - 1, (47.5 / 32.6) ** (1 / 5) - 1]
    assert by["eurostat"].value == pytest.approx(paces[0] / paces[1])
    assert asked(revised, statuses=((2020, "break"),)).before == ask().before == ()
