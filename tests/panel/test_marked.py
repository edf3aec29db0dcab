"""What a table says of its figures: revisions as they were known, and statuses that a page tells of."""

import pandas as pd

from ruralincome.panel.histories import histories
from ruralincome.panel.marked import told
from ruralincome.report.words.phrases import told as worded
from ruralincome.series import Series, Vintage

COLUMNS = ["place", "year", "value", "published"]
ROWS = [
    ("A", 2018, 38.0, "2019-06-30"), ("A", 2019, 40.0, "2020-06-30"), ("A", 2019, 41.0, "2021-06-30"),
    ("A", 2020, 44.9, "2021-06-30"), ("B", 2018, 30.0, "2019-06-30"), ("B", 2019, 33.0, "2020-06-30"),
]  # fmt: skip


def test_a_figure_is_the_one_that_was_known():
    frame = pd.DataFrame(ROWS, columns=COLUMNS)
    assert histories(frame)[1].values.tolist() == [38.0, 41.0, 44.9, 30.0, 33.0]
    assert histories(frame, as_of=2019)[1].values.tolist() == [38.0, 40.0, 30.0, 33.0]
    days = ((2018, "2019-06-30"), (2019, "2021-06-30"), (2020, "2021-06-30"))
    old = Vintage(2019, 40.0, 41.0, "2020-06-30", "2021-06-30")
    series = Series("a", (2018, 2019, 2020), (38.0, 41.0, 44.9), published=days, vintages=(old,))
    assert series.until(2019).values == (38.0, 40.0)


def test_a_page_tells_of_figures_that_are_not_final():
    frame = pd.DataFrame(ROWS, columns=COLUMNS).assign(status=["", "p", "sơ bộ", "break", "final", "ước tính"])
    (words,) = (worded(one, "en") for one in told(frame))
    assert words.startswith("Figures that are not final, or come after a break: preliminary 2; estimates 1; ")
    assert told(frame.drop(columns="status")) == ()
