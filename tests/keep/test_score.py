"""Scores of kept verdicts: by hand, and every way in which an outturn cannot stand."""

import math
from datetime import date

import numpy as np
import pytest

from ruralincome.keep import add, read_outturns, score
from ruralincome.keep.score import LEAST
from ruralincome.series import InputError

TODAY = date(2021, 3, 1)


def test_scores_by_hand(tmp_path, outturns, keep):
    ledger = tmp_path / "ledger.jsonl"
    chances = [0.1, 0.4, 0.4, 0.8, 0.9, 0.3]  # the vector of arithmetic.json, brier_corp
    keep(ledger, chances)
    happened = [0, 0, 1, 1, 1, 1]
    rows = [f"binh_thuan_rural_income,{2021 + k},{10.0 if o else 9.9}" for k, o in enumerate(happened)]
    found = score(ledger, outturns(tmp_path / "o.csv", *rows))
    assert (found.entries, found.pending, found.refused) == (6, 0, 0)
    assert found.scores.brier == pytest.approx(0.17833333333333334)
    given_to_outcome = [p if o else 1 - p for p, o in zip(chances, happened, strict=True)]
    assert found.scores.log == pytest.approx(-math.log(math.prod(given_to_outcome)) / 6)
    assert found.scores.climate == pytest.approx(4 / 6 * 2 / 6)
    assert (found.scores.n, found.scores.targets) == (6, 6)
    bins = {b.word: (b.count, b.probability, b.frequency) for b in found.scores.reliability}
    assert bins == {
        "very_likely": (1, 0.9, 1.0),
        "likely": (1, 0.8, 1.0),
        "about_as_likely_as_not": (2, 0.4, 0.5),
        "unlikely": (2, pytest.approx(0.2), 0.5),
    }
    eurostat, sdsn = found.rules  # in the order of the rules panel
    assert (eurostat.rule, eurostat.on_track, eurostat.on_track_met, eurostat.others_met) == (
        "eurostat",
        6,
        4 / 6,
        None,
    )
    assert (sdsn.on_track, sdsn.others, sdsn.others_met) == (0, 6, 4 / 6)


def test_pending_refused_and_hindsight(tmp_path, result, outturns, keep):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.3, None, 0.6])
    add(result(probability=0.2, target={"value": 10.0, "year": 2021}), ledger, date(2026, 1, 1))  # after the fact
    found = score(
        ledger, outturns(tmp_path / "o.csv", "binh_thuan_rural_income,2021,12", "binh_thuan_rural_income,2022,12")
    )
    assert (found.entries, found.pending, found.refused) == (4, 1, 1)
    assert (found.scores.n, found.scores.targets, found.in_time.n) == (2, 1, 1)
    assert found.in_time.brier == pytest.approx(0.49)


def test_falling_target_and_certain_error(tmp_path, result, outturns):
    ledger = tmp_path / "ledger.jsonl"
    add(result(probability=0.0, target={"value": 10.0, "year": 2021, "direction": -1}), ledger, TODAY)
    found = score(ledger, outturns(tmp_path / "o.csv", "binh_thuan_rural_income,2021,9"))
    assert found.scores.brier == 1
    assert found.scores.log == pytest.approx(-math.log(LEAST))


def test_nothing_to_score_yet(tmp_path, outturns, keep):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.3])
    found = score(ledger, outturns(tmp_path / "o.csv"))
    assert (found.scores, found.in_time, found.pending, found.rules) == (None, None, 1, ())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("place,year,value\n", "column 'series' is missing"),
        ("series,year,value\nx,2021,48,9\n", "row 2 has not one cell a column; is there a decimal comma"),
        ("series,year,value\nx,2021,abc\n", "row 2: value 'abc' is not a number"),
        ("series,year,value\nx,20_21,48.9\n", "row 2: year '20_21' is not a calendar year"),
        ("series,year,value\nx,2021,0\n", "row 2: value 0 is not positive"),
        ("series,year,value\n,2021,3\n", "row 2: series is empty"),
        ("series,year,value,year\nx,2021,1,2022\n", "column 'year' stands twice"),
        ("", "is empty; the first line"),
        ("series,year,value\nx,2021,1\nx,2021,2\n", "row 3: x 2021 stands twice, 1 and 2"),
    ],
)
def test_faulty_outturns(tmp_path, content, message):
    path = tmp_path / "o.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_outturns(path)
    with pytest.raises(InputError, match=r"no file .*none\.csv"):
        read_outturns(tmp_path / "none.csv")


@pytest.mark.parametrize("value", ["46100", "0.0461"])
def test_an_outturn_in_another_unit_is_refused(tmp_path, result, outturns, value):
    ledger = tmp_path / "ledger.jsonl"
    add(result(), ledger, TODAY)
    with pytest.raises(InputError, match=r"o\.csv: binh_thuan_\w+ 2021: .* is far from the target 48\.9; state it"):
        score(ledger, outturns(tmp_path / "o.csv", f"binh_thuan_rural_income,2021,{value}"))


def pooled_neighbours(pairs):
    """Pool adjacent violators by the textbook: blocks of (sum, count), merged while one is below that before it."""
    blocks = []
    for p in sorted({p for p, _ in pairs}):
        same = [o for q, o in pairs if q == p]
        blocks.append([sum(same), len(same), [p]])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] >= blocks[-1][0] / blocks[-1][1]:
            total, count, held = blocks.pop()
            blocks[-1] = [blocks[-1][0] + total, blocks[-1][1] + count, blocks[-1][2] + held]
    return [(held[0], held[-1], total / count, count) for total, count, held in blocks]


def test_the_curve_is_that_of_the_textbook_and_the_brier_score_comes_apart(tmp_path, outturns, keep):
    chances = np.random.default_rng(5).choice(np.arange(1, 20) / 20, 60).tolist()
    came = (np.random.default_rng(6).random(60) < np.array(chances) ** 1.5).tolist()
    keep(tmp_path / "l.jsonl", chances)
    rows = [f"binh_thuan_rural_income,{2021 + i},{12 if o else 8}" for i, o in enumerate(came)]
    found = score(tmp_path / "l.jsonl", outturns(tmp_path / "o.csv", *rows)).scores
    for step, known in zip(found.curve, pooled_neighbours(list(zip(chances, came, strict=True))), strict=True):
        assert step == pytest.approx(known)
    assert found.brier == pytest.approx(found.off - found.told + found.climate)
    assert found.off >= 0 <= found.told
