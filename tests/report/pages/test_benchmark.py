"""The benchmark beside an answer, and what other software reached, worked out by hand from small results."""

from dataclasses import replace
from pathlib import Path

import pytest

from ruralincome.report.blocks import Block
from ruralincome.report.pages import methods
from ruralincome.report.pages.methods import best_other, left_out
from ruralincome.report.words.phrases import class_record
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.series import Series

ROOT = Path(__file__).parents[3]
OURS = {"group": "INCOME", "history": "n8", "n": 100, "crps": 5.0, "c50": 50.0, "c80": 80.0, "c95": 95.0}
OURS |= {"calibration_error_%": 2.0}


def results(**peers):
    row = {"group": "INCOME", "history": "n8", "n": 100, "crps": 6.0, "fail_%": 0.0, "zero_width": 0.0}
    tables = {"ruralincome": [OURS], **{name: [row | stated] for name, stated in peers.items()}}
    return {"tables": tables, "fifth": [{"group": "INCOME", "history": "n8", "crps": 4.5}]}


def test_the_best_other_answered_every_history_and_never_without_width():
    assert best_other(results(a={}, b={"crps": 5.5}), OURS) == 5.5
    assert best_other(results(a={}, b={"crps": 5.5, "zero_width": 0.8}), OURS) == 6.0
    assert best_other(results(a={}, b={"crps": 5.5, "fail_%": 1.0}), OURS) == 6.0
    assert best_other(results(a={}, b={"crps": 5.5, "n": 20}), OURS) == 6.0
    assert best_other(results(a={"crps": None, "fail_%": 100.0, "zero_width": None}), OURS) is None


def test_what_is_left_out_is_said_where_it_is_better_than_the_best():
    better = left_out(results(a={}, b={"crps": 5.5, "n": 20}), "vi")
    assert "một phần năm" in better
    assert "Thu nhập và GDP bình quân đầu người: 8 số liệu 5,50 (4,50)." in better
    assert "8 observations 5.50 (4.50)." in left_out(results(b={"crps": 5.5, "n": 20}), "en")
    for worse in ({"crps": 6.5, "n": 20}, {"crps": 5.5, "n": 20, "zero_width": 1.0}):
        assert left_out(results(a={}, b=worse), "en").endswith("chosen without it.")


@pytest.fixture(scope="module")
def article():
    return answer(Scenario(), "baseline", ROOT)


def test_the_track_record_beside_the_answer(article):
    rows = [{"group": "INCOME", "history": h, "c50": 51.0, "c80": 79.4, "c95": 94.0} for h in ("gap4", "n3")]
    line = {"stated": [0.0, 1.0], "observed": [0.0, 0.8], "low": [0.0, 0.9], "high": [0.1, 1.0]}
    overall = {"calibration_error_%": 1.24, "line": line}
    found = {"histories": 12000, "overall": overall, "tables": {"ruralincome": rows}}
    said = methods.track_record(replace(article, benchmark=found), "vi")
    assert "có thể hơi cao" in methods.fared(replace(article, benchmark=found), "vi")
    assert "có thể hơi cao" in said.html
    trials = article.records[0].trials
    assert said.html.count("ri-mark") == len(trials) > 1
    assert all(f"{one.origin} → {one.year}" in said.html for one in trials)
    assert str(len(trials)) in class_record(article.records[0], "vi")
    assert "12.000 đoạn lịch sử" in said.text
    assert "1,2 điểm phần trăm" in said.text
    assert "2 số liệu cách nhau 4 năm" in said.text
    assert "79%" in said.html
    assert methods.track_record(replace(article, benchmark=None), "vi") == Block("", "")


@pytest.mark.parametrize(
    ("years", "code"), [((2016, 2020), "gap4"), ((2019, 2020), "n2"), (tuple(range(2000, 2009)), "n8"), ((2020,), "n2")]
)
def test_a_history_is_compared_with_its_like(years, code):
    assert methods.history(Series("x", years, tuple(1.0 for _ in years))) == code
