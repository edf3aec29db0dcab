"""The page of announced targets: one line each, every status in words, several of one series together."""

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from ruralincome.report.pages import targets
from ruralincome.report.words.words import LANGUAGES, catalogue
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.targets import together, tracked_targets
from ruralincome.target.tracker import track

ROOT = Path(__file__).parents[3]


def test_page_in_both_languages():
    found = tracked_targets(2020, ROOT)
    assert {one.status for one in found} == {"assessed", "met", "pace", "pace_at_most"}
    income = next(one for one in found if one.row.id == "binh_thuan_rural_income")
    assert 0 < income.probability < 1
    for language in LANGUAGES:
        block = targets.page(found, language)
        assert "{" not in block.text
        for one in found:
            assert str(getattr(one.row.indicator, language)) in block.html
    vi = targets.page(found, "vi").text
    assert "48,9 triệu đồng/người/năm" in vi
    assert "2 xã/năm" in vi
    assert "3–5 sản phẩm" in vi
    assert "Mới có một số liệu (năm 2020)" in vi
    en = targets.page(found, "en").text
    assert "at most 30 percentage points a year" in en
    assert "14 targets" in en


def test_every_status_has_a_page():
    communes = next(one.row for one in tracked_targets(2020, ROOT) if one.row.baseline_value and one.row.is_count)
    missed = track(replace(communes, deadline=communes.baseline_year, value=communes.baseline_value + 1), 2020)
    states = [*tracked_targets(2023, ROOT), missed]
    assert {"no_outcome", "missed", "met"} <= {s.status for s in states}
    for language in LANGUAGES:
        assert targets.page(states, language).html


def test_catalogues_hold_the_same_codes():
    own = ("tracker.",)
    vi, en = catalogue("vi"), catalogue("en")
    assert {c for c in vi if c.startswith(own)} == {c for c in en if c.startswith(own)}


def test_two_targets_of_one_series_together():
    goals = [{"value": 48.9, "year": 2021}, {"value": 67.35, "year": 2025}]
    found = together("binh_thuan_rural_income", goals, 2020, ROOT, redrawn="old")
    block = targets.together(found, "vi")
    assert "67,35 triệu đồng/người/năm, năm 2025" in block.html
    assert "Khả năng đạt cả 2 mục tiêu là" in block.text
    alone = [answer(Scenario.stated(target=goal, redrawn="old"), "x", ROOT).assessment.probability for goal in goals]
    (said,) = [line for line in block.text.splitlines() if "cả 2 mục tiêu" in line]
    both, either, product = (int(share) / 100 for share in re.findall(r"(\d+)%", said))
    assert product == pytest.approx(math.prod(alone), abs=0.006)
    assert product < both < min(alone)
    assert either == pytest.approx(sum(alone) - both, abs=0.011)
    assert "at least one" in targets.together(found, "en").text
