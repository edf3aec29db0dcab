"""Figures of surveys: "already reached" is a chance where standard errors are stated, and a size alone is told."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import NormalDist

import pytest

from ruralincome.report.answer.first import opening, verdict
from ruralincome.scenario.answer import compose
from ruralincome.scenario.conditional import stated
from ruralincome.scenario.evidence import gather
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.keys import TargetSpec
from ruralincome.scenario.result import result
from ruralincome.series import Series

ROOT = Path(__file__).parents[3]
LONG_AN = Series("long_an", (2016, 2020), (32.6, 44.9), "million_vnd_per_person_year")
SURE, SIZED = replace(LONG_AN, standard_errors=(0.0, 0.0)), replace(LONG_AN, samples=((400.0, 1.5), (400.0, 1.5)))
SURVEYED = replace(LONG_AN, standard_errors=(0.5, 0.6))


@cache
def asked(series, value, direction=1):
    spec = TargetSpec(value=value, year=2021, direction=direction)
    scenario = Scenario(target=spec, models=["pooled"], as_of=2020)
    evidence = gather(scenario, ROOT, own=series)
    return compose(scenario, evidence, stated(scenario, evidence))


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("value", [44.0, 44.5, 44.9, 45.5])
def test_that_a_target_is_reached_already_is_a_chance_as_its_survey_errs(value, direction):
    found = asked(SURVEYED, value, direction)
    near = NormalDist(44.9, 0.6).cdf(value)  # two figures tell little more of the level than the last one does
    assert found.assessment.reached == pytest.approx(1 - near if direction > 0 else near, abs=0.03)
    assert result(found)["reached"] == found.assessment.reached


@pytest.mark.parametrize(("value", "said"), [
    (44.5, {"en": ("will it reach 44.5", "By its published figure the target is reached: even a fall",
                   "the chance that 44.5 million VND per person per year was reached already in 2020 is 75%."),
            "vi": ("có đạt 44,5", "Theo số liệu công bố, mục tiêu đã đạt", "ngay từ năm 2020 là 75%.")}),
    (48.9, {"en": ("It needs growth of 8.9%", "was reached already in 2020 is < 1%."),
            "vi": ("tăng 8,9%", "ngay từ năm 2020 là < 1%.")}),
])  # fmt: skip
@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_chance_is_said_in_the_terminal_and_at_the_head_of_the_page(value, said, language):
    found = asked(SURVEYED, value)
    for words in said[language]:
        assert words in opening(found, language)
    assert said[language][-1] in verdict(found, language).html.replace("&lt;", "<").replace("\xa0", " ")
    assert "still" not in opening(found, language)
    head = {"en": "Stay at", "vi": "Giữ mức"}[language]
    assert head not in verdict(found, language).html


def test_without_errors_nothing_changes():
    plain = asked(LONG_AN, 44.5)
    assert "The target is reached already: even a fall of" in opening(plain, "en")
    assert "will it still be at 44.5" in opening(plain, "en")
    assert "Giữ mức" in verdict(plain, "vi").html
    for series in (SURE, SIZED):
        found = asked(series, 44.5)
        assert (found.assessment.reached, "reached" in result(found)) == (None, False)
        assert found.assessment.probability == plain.assessment.probability
    assert opening(asked(SURE, 44.5), "en") == opening(plain, "en")


@pytest.mark.parametrize(("language", "said"), [("en", "State standard_error"), ("vi", "hãy ghi standard_error")])
def test_a_size_of_a_sample_alone_is_said_to_be_no_standard_error(language, said):
    both = replace(SIZED, standard_errors=(0.5, 0.6))
    for series, there in ((SIZED, True), (LONG_AN, False), (both, False)):
        found = asked(series, 48.9)
        assert (said in opening(found, language)) is (said in verdict(found, language).html) is there
    assert asked(both, 48.9).assessment.reached == asked(SURVEYED, 48.9).assessment.reached
