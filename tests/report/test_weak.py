"""What the reports say of other software and of weak spots, worked out by hand from small results."""

from ruralincome.report.pages.benchmark import best_other, left_out
from ruralincome.report.pages.methods import spans_of, weak_cells, weak_line

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


def test_weak_cells_are_those_beyond_the_bounds():
    def said(**row):
        return list(weak_cells({"tables": {"ruralincome": [OURS | row]}}, "en"))

    assert said() == []
    assert said(c80=85.0, c50=45.0, c95=92.0) == []
    (wide,) = said(c80=85.1)
    assert wide == (
        "Income and GDP per head: the 80% interval is too wide, holding more than 85% of outcomes, after "
        "8 observations (85.1%)."
    )
    assert "too narrow, holding less than 75%" in said(c80=74.9)[0]
    assert "less than 45% or more than 55%" in said(c50=55.2)[0]
    assert "the 95% interval holds less than 92% of outcomes after 8 observations (91.8%)" in said(c95=91.8)[0]
    assert said(**{"calibration_error_%": 4.1})[0].endswith("after 8 observations (4.1).")
    both = {"tables": {"ruralincome": [OURS | {"c95": 91.0}, OURS | {"history": "n12", "c95": 90.0}]}}
    (together,) = weak_cells(both, "vi")
    assert "khi có 8 số liệu (91,0%); 12 số liệu (90,0%)." in together


def test_the_reliability_line_beyond_its_band_is_said_with_its_direction():
    line = {"stated": [0.1, 0.2, 0.3, 0.995], "low": [0.05, 0.15, 0.25, 0.9], "high": [0.15, 0.25, 0.35, 1.0]}
    assert list(weak_line(line | {"observed": [0.1, 0.2, 0.3, 0.95]}, "en")) == []
    fewer, more = weak_line(line | {"observed": [0.2, 0.1, 0.2, 0.8]}, "vi")
    assert "xác suất nêu ra là 20–99%, đường liền nằm dưới vùng tô" in fewer
    assert "xác suất nêu ra là 10%, đường liền nằm trên vùng tô" in more


def test_stretches_outside_bridge_one_point_and_no_more():
    stated = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert spans_of(stated, [True, False, True, False, False, True]) == [(0.1, 0.3), (0.6, 0.6)]
    assert spans_of(stated, [False] * 6) == []
