"""The contract of every registered shape, tried on the one that the documentation shows; and adding another."""

import re
from pathlib import Path
from typing import Annotated, Literal, get_args

import numpy as np
import pandas as pd
import pytest
import yaml
from pydantic import Field
from steps import changed, faults

from ruralincome.models.walk import pooled
from ruralincome.panel.answers import Everywhere
from ruralincome.panel.places import assess_panel
from ruralincome.reference.vintages import read_class
from ruralincome.report.words.phrases import adjusted, told
from ruralincome.report.words.words import LANGUAGES, catalogue, fault
from ruralincome.scenario import paths
from ruralincome.scenario.answer import answer
from ruralincome.scenario.conditional import lead
from ruralincome.scenario.evidence import gather
from ruralincome.scenario.file import Scenario, schema
from ruralincome.scenario.shapes import SHAPES, Adjustment, Pace, Span
from ruralincome.series import InputError, Said, Series, Shown

ROOT = Path(__file__).parents[2]
OBSERVED = {2016: 32.6, 2020: 44.9}


def kind_of(shape):
    return get_args(shape.model_fields["kind"].annotation)[0]


def shown():
    """Every adjustment that the documentation shows, without its illustrations of extending."""
    text = (ROOT / "docs" / "en" / "scenarios.md").read_text(encoding="utf-8")
    for block in re.findall(r"```yaml\n(.*?)```", text, re.S):
        yield from (step for step in yaml.safe_load(block).get("adjustments", ()))


EXAMPLES = {}
for step in shown():
    EXAMPLES.setdefault(step["kind"], step)


def asked(*steps, end=2025):
    scenario = Scenario.stated(adjustments=list(steps), target={"value": 67.35, "year": end}, redrawn="old")
    return scenario, gather(scenario, ROOT)


def test_every_shape_is_shown_and_stands_in_the_schema():
    kinds = [kind_of(shape) for shape in SHAPES]
    assert set(EXAMPLES) == set(kinds)
    assert len(set(kinds)) == len(kinds)
    for shape in SHAPES:
        assert f'"{shape.__name__}": {{' in schema()
        assert shape.__doc__
        assert shape.__doc__.rstrip().endswith(".")


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
class TestEveryShape:
    def test_it_acts_within_the_forecast_and_states_its_years(self, kind):
        scenario, evidence = asked(EXAMPLES[kind])
        (step,) = scenario.adjustments
        acts = step.acts(evidence.series.origin, evidence.spec.year)
        assert list(acts) == sorted(set(acts))
        assert set(acts) <= set(range(2021, 2026))
        assert {year for _, year in step.stated_years()} <= set(range(2021, 2026))
        assert set(step.expected(evidence, evidence.series.origin, evidence.spec.year)) <= set(acts)

    def test_its_draws_keep_their_number_and_stay_positive_and_nothing_before_changes(self, kind):
        scenario, evidence = asked({"kind": "shock", "years": [2021], "points": -2.0}, EXAMPLES[kind])
        plain = lead(evidence, 1, 256).forecast
        before = changed(plain, scenario.adjustments[:1], evidence, 1)
        after = changed(plain, scenario.adjustments, evidence, 1)
        assert after.paths.shape == plain.paths.shape
        assert np.isfinite(after.paths).all()
        assert (after.paths > 0).all()
        begin = scenario.adjustments[1].acts(2020, 2025)[0] - 2021
        np.testing.assert_array_equal(after.paths[:, :begin], before.paths[:, :begin])
        assert not np.array_equal(after.paths[:, begin], before.paths[:, begin])

    def test_what_it_needs_is_gathered_and_serves_it(self, kind):
        scenario, evidence = asked(EXAMPLES[kind])
        (step,) = scenario.adjustments
        for key, name, of_rates in step.needs():
            assert name in (evidence.rates if of_rates else evidence.companions)
            assert key in type(step).model_fields
        step.serve(evidence)
        assert faults(scenario, ROOT) == [] or step.goes_back

    def test_its_closed_form_is_what_the_draws_say(self, kind):
        steps = {**EXAMPLES[kind], "sd": 0.0} if "sd" in EXAMPLES[kind] else EXAMPLES[kind]
        compared = 0
        for end in (2021, 2025):
            years = {key: min(EXAMPLES[kind][key], end) for key in ("first_year", "last_year", "year") if key in steps}
            listed = {"years": [2021]} if "years" in steps else {}
            scenario, evidence = asked({**steps, **years, **listed}, end=end)
            (step,) = scenario.adjustments
            move = step.closed(Everywhere(evidence.reference, evidence.companions))
            if isinstance(move, InputError):
                assert all("assess" in fault(move, language) for language in LANGUAGES)
                return
            rows = [("a", year, value, evidence.goal, end) for year, value in OBSERVED.items()]
            frame = pd.DataFrame(rows, columns=["place", "year", "value", "target", "target_year"])
            row = assess_panel(frame, evidence.reference, moves=[move]).iloc[0]
            plain = pooled(evidence.series, evidence.reference).forecast(end, np.random.default_rng(3), 1 << 14)
            drawn = changed(plain, [step], evidence, 3)
            if row["refusal"] != "no_closed_form":
                assert row["median"] == pytest.approx(drawn.median(end), rel=1e-3)
                assert row["probability"] == pytest.approx(drawn.probability(end, evidence.goal), abs=2e-3)
                compared += 1
        assert compared

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_has_words_for_one_place_and_for_many(self, kind, language):
        _, evidence = asked(EXAMPLES[kind])
        (step,) = asked(EXAMPLES[kind])[0].adjustments
        sentence = told(step.said(evidence), language, evidence.series)
        assert re.search(r"\d{4}", sentence)
        assert "{" not in sentence
        known = Everywhere(evidence.reference, evidence.companions)
        assert isinstance(step.closed(known), InputError) or ": " in adjusted([step.said(known)], language)

    def test_its_own_spread_widens_and_has_no_closed_form(self, kind):
        if "sd" not in next(shape for shape in SHAPES if kind_of(shape) == kind).model_fields:
            return
        example = {key: value for key, value in EXAMPLES[kind].items() if key != "sd"}
        first, wide = ({"kind": "shock", "years": [2021], "points": -2.0}, {**example, "sd": 5.0})
        widths = []
        for step in (example, wide):
            scenario, evidence = asked(first, step)
            drawn = changed(lead(evidence, 1, 1024).forecast, scenario.adjustments, evidence, 1)
            widths.append(sum(np.diff(drawn.interval(year))[0] for year in scenario.adjustments[1].acts(2020, 2025)))
        assert widths[1] > widths[0]
        assert isinstance(asked(wide)[0].adjustments[0].closed(Everywhere(evidence.reference, {})), InputError)


def test_the_pace_of_a_series():
    series = Series("a", (2016, 2018, 2020), (32.6, 37.0, 44.9))
    known = Everywhere(read_class("vietnam-provinces", 2020), {"a": series})
    assert Pace(kind="pace", series="a").rate(known) == pytest.approx((44.9 / 32.6) ** 0.25 - 1)
    later = Pace(kind="pace", series="a", between=[2018, 2020])
    assert later.rate(known) == pytest.approx((44.9 / 37.0) ** 0.5 - 1)


# A shape of one's own, added as CONTRIBUTING.md says; only its registration is another, since it lives here.


class Plateau(Span):
    """The median rises to a level within the first year and stays there."""

    kind: Literal["plateau"]
    rise: float = Field(gt=0, le=10, description="Rise in percent")

    def draw(self, forecast, plain, evidence, rng):
        first, last = self.ends(evidence.series.origin, evidence.spec.year)
        level = evidence.series.last * (1 + self.rise / 100)
        return paths.follow(forecast, first, [level] * (last - first + 1), self.sd, rng)

    def move(self, known):
        return InputError("shape.coefficients_not_closed")

    def facts(self, known):
        return Said("adjustment.plateau", {"rise": Shown(self.rise, digits=1), "year": self.until(known)})


class Wider(Scenario):
    adjustments: list[Annotated[Adjustment | Plateau, Field(discriminator="kind")]] = []  # noqa: RUF012


def test_a_shape_is_added_by_writing_its_class(monkeypatch):
    monkeypatch.setitem(catalogue("en"), "adjustment.plateau", "a rise of {rise}% that stays to {year}")
    step = {"kind": "plateau", "rise": 8.0}
    scenario = Wider.stated(adjustments=[step], target={"value": 48.9, "year": 2023})
    assert faults(scenario, ROOT) == []
    found = answer(scenario, root=ROOT)
    assert found.assessment.lead.median(2023) == pytest.approx(44.9 * 1.08)
    said = told(scenario.adjustments[0].said(found.evidence), "en", found.evidence.series)
    assert said == "2021–2023: a rise of 8.0% that stays to 2023"
    twice = Wider.stated(adjustments=[step, {"kind": "halt"}], target={"value": 48.9, "year": 2023})
    assert "sets growth in 2021-2023, which adjustments[0] (plateau) sets" in str(faults(twice, ROOT)[0])


@pytest.mark.parametrize(
    ("stated", "many", "one"),
    [
        ({}, ("panel.changes.all", 0, 0), ("many", "2021–2023")),
        ({"first_year": 2022}, ("panel.changes.from", 2022, 0), ("many", "2022–2023")),
        ({"last_year": 2022}, ("panel.changes.to", 0, 2022), ("many", "2021–2022")),
        ({"last_year": 2021}, ("panel.changes.to", 0, 2021), ("one", 2021)),
    ],
)
def test_the_years_of_a_path_are_those_of_the_place_or_as_stated_for_many(stated, many, one):
    step = Pace(kind="pace", percent=5, **stated)
    found = step.when(Everywhere(read_class("international", 2020), {}))
    assert (found.code, found.facts["first"], found.facts["last"]) == many
    evidence = asked({"kind": "pace", "percent": 5, **stated}, end=2023)[1]
    code, years = one
    assert step.when(evidence) == Said(f"adjustment.when.{code}", {"years": years})
    both = Pace(kind="pace", percent=5, first_year=2021, last_year=2022).when(Everywhere(None, {}))
    assert both == Said("adjustment.when.many", {"years": "2021–2022"})


def test_numbers_of_a_sentence_have_the_digits_they_are_stated_with():
    evidence = asked({"kind": "pace", "percent": 5.25}, end=2023)[1]
    for stated, name, shown in (
        ({"kind": "pace", "percent": 5.25}, "rate", Shown(0.0525, "percent", 1)),
        ({"kind": "dip", "year": 2021, "points": -8.85, "recovery": "fast"}, "points", Shown(8.85, "number", 1)),
        ({"kind": "shock", "years": [2021], "points": -1.25}, "points", Shown(-1.25, "signed", 1)),
        ({"kind": "accelerate", "factor": 1.55}, "factor", Shown(1.55, "number", 2)),
    ):
        (step,) = Scenario.stated(adjustments=[stated], target={"year": 2023, "value": 60.0}).adjustments
        assert step.facts(evidence).facts[name] == shown


@pytest.mark.parametrize(("recovery", "by", "after"), [
    ("fast", None, Said("adjustment.dip.fast")), ("never", None, Said("adjustment.dip.never")),
    ("fast", 2023, Said("adjustment.dip.by", {"year": 2023})),
])  # fmt: skip
def test_a_dip_says_by_when_it_is_made_good_where_that_is_stated(recovery, by, after):
    scenario, evidence = asked(
        {"kind": "dip", "year": 2021, "points": -8.0, "recovery": recovery, "recovery_year": by}, end=2023
    )
    assert scenario.adjustments[0].facts(evidence).facts["after"] == after


def test_a_percentage_of_the_baseline_names_its_year_or_for_many_the_baseline_of_each():
    scenario, evidence = asked({"kind": "percent_of_baseline", "percent": 150.0}, end=2023)
    (step,), many = scenario.adjustments, Everywhere(evidence.reference, {})
    assert step.facts(evidence).facts == {"percent": Shown(1.5, "percent"), "base": 2016, "year": 2023}
    assert step.facts(many).facts["base"] == Said("panel.changes.base")
    stated = step.model_copy(update={"base_year": 2020})
    assert stated.facts(evidence).facts["base"] == stated.facts(many).facts["base"] == 2020
