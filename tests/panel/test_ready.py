"""Places held to the lines of a standard."""

import pandas as pd
import pytest

from ruralincome import assess_panel, read_class
from ruralincome.panel.ready import Order, held
from ruralincome.series import InputError

LINE = "new-rural-income-2020"


def table(**groups):
    rows = [(place, group, year, value) for place, group in groups.items() for year, value in ((2016, 30), (2019, 38))]
    return pd.DataFrame(rows, columns=["place", "group", "year", "value"])


def test_each_place_has_the_line_of_its_group():
    frame = held(table(A="Tây Nguyên", B="đông nam bộ", C="Biển", D=None), Order(standard=LINE))
    found = assess_panel(frame, read_class("vietnam-provinces", 2020)).set_index("place")
    assert found["target"]["A"] == 41
    assert found["target"]["B"] == 59
    assert found["probability"]["A"] > found["probability"]["B"]
    assert found["refusal"]["C"] == found["refusal"]["D"] == "group_unknown"


@pytest.mark.parametrize(
    ("frame", "year", "code"),
    [
        (table(A="Tây Nguyên"), 2021, "places.standard_days"),
        (table(A="Tây Nguyên"), 2019, "places.standard_year"),
        (table(A="Tây Nguyên").drop(columns="group"), 2020, "places.no_group"),
    ],
)
def test_a_question_that_the_standard_does_not_answer(frame, year, code):
    with pytest.raises(InputError) as raised:
        held(frame, Order(standard=LINE, by=year))
    assert raised.value.code == code
