"""Standard errors in a panel: each place as its series alone, and refusals of what cannot stand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ruralincome.models.walk import pooled, random_walk_with_drift
from ruralincome.panel.files import read_panel
from ruralincome.panel.places import assess_panel
from ruralincome.reference.vintages import read_class
from ruralincome.series import Series
from ruralincome.target.target import Target, assess

CLASS, TARGET = read_class("vietnam-provinces", 2020), Target(60.0, 2022)
ROWS = [
    *(("A", 2016, 32.6, 1.1), ("A", 2018, 39.0, 1.4), ("A", 2020, 44.9, 2.0)),
    *(("B", 2016, 30.0, np.nan), ("B", 2020, 44.0, np.nan)),
    *(("C", 2019, 40.0, 0.0), ("C", 2020, 44.0, 3.0)),
]


def frame(rows):
    return pd.DataFrame(rows, columns=["place", "year", "value", "standard_error"])


def alone(name, rows=ROWS):
    _, years, values, errors = zip(*(row for row in rows if row[0] == name), strict=True)
    return Series(name, years, values, standard_errors=None if np.isnan(errors).any() else errors)


def test_each_place_is_answered_as_its_series_alone():
    found = assess_panel(frame(ROWS), CLASS, target=TARGET).set_index("place")
    for name, row in found.iterrows():
        single = assess(alone(name), TARGET, [pooled(alone(name), CLASS)])
        assert row["probability"] == pytest.approx(single.probability, abs=1e-12)
        assert (row["low80"], row["high80"]) == pytest.approx(single.lead.interval(2022), rel=1e-9)
    plain = assess_panel(frame(ROWS).drop(columns="standard_error"), CLASS, target=TARGET).set_index("place")
    assert found.loc["B", "probability"] == pytest.approx(plain.loc["B", "probability"], abs=1e-12)
    assert found.loc["A", "high95"] / found.loc["A", "low95"] > plain.loc["A", "high95"] / plain.loc["A", "low95"]


def test_a_place_that_is_a_mean_of_several_keeps_its_errors():
    stated = frame(ROWS).assign(squares=[0.2] * 3 + [np.nan] * 4)
    found = assess_panel(stated, CLASS, target=TARGET).set_index("place")["probability"]
    assert found["C"] == pytest.approx(pooled(alone("C"), CLASS).probability(2022, 60.0), abs=1e-12)
    without = assess_panel(stated.drop(columns="standard_error"), CLASS, target=TARGET).set_index("place")
    assert found["A"] != pytest.approx(without.loc["A", "probability"], abs=1e-4)


def test_the_walk_on_the_history_alone_refuses_survey_errors_by_name():
    found = assess_panel(frame([*ROWS, ("B", 2018, 41.0, np.nan)]), None, target=TARGET, model="random_walk_with_drift")
    assert found["refusal"].astype("object").fillna("").tolist() == ["survey_errors", "", "too_few"]
    assert found["probability"].notna().tolist() == [False, True, False]
    refused = random_walk_with_drift(alone("A"))
    assert (refused.reason, refused.facts) == ("survey_errors", {"observations": 3})
    sure = replace(alone("A"), standard_errors=(0.0, 0.0, 0.0))
    assert random_walk_with_drift(sure).probability(2022, 60.0) > 0


@pytest.mark.parametrize("error", [-1.0, 44.9, 60.0, np.nan, np.inf])
def test_an_error_that_cannot_stand_refuses_its_place_alone(error):
    found = assess_panel(frame([*ROWS[:2], ("A", 2020, 44.9, error), *ROWS[3:]]), CLASS, target=TARGET)
    assert found["refusal"].tolist()[0] == "errors_wrong"
    assert found["probability"].notna().tolist() == [False, True, True]


def test_errors_are_read_from_a_file_and_a_word_among_them_is_a_fault_of_its_row(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text(
        "place,year,value,standard_error\nA,2016,32.6,1.1\nA,2020,44.9,2.0\nB,2016,30,x\nB,2020,44,1\n", "utf-8"
    )
    found = assess_panel(read_panel(path), CLASS, target=TARGET).set_index("place")
    assert found["refusal"].astype("object").tolist()[1] == "errors_wrong"
    series = Series("A", (2016, 2020), (32.6, 44.9), standard_errors=(1.1, 2.0))
    assert found.loc["A", "probability"] == pytest.approx(pooled(series, CLASS).probability(2022, 60.0), abs=1e-12)
