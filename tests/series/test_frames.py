"""A series from a frame and back: the same figures, or one line that says what to mend."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralincome.series import InputError, Series

YEARS, VALUES = (2016, 2018, 2020), (32.6, 38.0, 44.9)
WANTED = Series("series", YEARS, VALUES, unit="million_vnd_per_person_year")
FRAME = pd.DataFrame({"Năm": YEARS, "Thu nhập": VALUES})


@pytest.mark.parametrize(
    ("frame", "named"),
    [
        (FRAME, {"year": "Năm", "value": "Thu nhập"}),
        (FRAME, {"year": "Năm"}),
        (FRAME[::-1], {"year": "Năm"}),
        (FRAME.set_index("Năm"), {}),
        (pd.Series(VALUES, index=YEARS), {}),
        (pd.Series(VALUES, index=pd.PeriodIndex([f"{y}" for y in YEARS], freq="Y")), {}),
        (pd.Series(VALUES, index=pd.PeriodIndex([f"{y}" for y in YEARS], freq="Y-JUN")), {}),
        (FRAME.astype({"Năm": float}), {"year": "Năm"}),
        (FRAME.convert_dtypes(), {"year": "Năm"}),
        (FRAME.assign(place="x"), {"year": "Năm", "value": "Thu nhập"}),
    ],
)
def test_the_forms_in_which_a_frame_holds_a_series(frame, named):
    assert Series.from_frame(frame, unit="million_vnd_per_person_year", **named) == WANTED


def test_standard_errors_come_along():
    frame = FRAME.assign(se=[0.5, 0.6, 0.7])
    found = Series.from_frame(frame, year="Năm", value="Thu nhập", standard_error="se")
    assert found.standard_errors == (0.5, 0.6, 0.7)
    assert list(found.to_frame().columns) == ["year", "value", "standard_error"]


@given(st.dictionaries(st.integers(1900, 2100), st.floats(0.1, 1e6), min_size=1, max_size=8))
def test_there_and_back(figures):
    years = sorted(figures)
    made = Series("series", tuple(years), tuple(figures[year] for year in years))
    assert Series.from_frame(made.to_frame(), year="year") == made


@pytest.mark.parametrize(
    ("frame", "named", "words"),
    [
        (FRAME, {"year": "Year"}, "which column holds the values"),
        (FRAME, {"year": "Year", "value": "Thu nhập"}, r"no column 'Year' \(year=\); it has .*Năm"),
        (FRAME, {"year": "Năm", "value": "income"}, r"no column 'income' \(value=\)"),
        (FRAME.assign(more=1), {"year": "Năm"}, "state value= as one of"),
        (
            FRAME.astype({"Năm": str}),
            {"year": "Năm"},
            r"'2016' is no calendar year as a whole number; state the column.*\(year=\)",
        ),
        (pd.Series([32.6, 44.9]), {}, "0 is no calendar year"),
        (pd.Series([32.6, 44.9], index=[201601, 201602]), {}, "201601 is no calendar year"),
        (FRAME.assign(Năm=[2016.5, 2018, 2020]), {"year": "Năm"}, "2016.5.* is no calendar year"),
        (FRAME.assign(Năm=[np.nan, 2018, 2020]), {"year": "Năm"}, "nan.* is no calendar year"),
        (FRAME.assign(Năm=[2016, 2018, 2018]), {"year": "Năm"}, "2018"),
        (FRAME.assign(**{"Thu nhập": [32.6, np.nan, 44.9]}), {"year": "Năm"}, "in 2018 is nan, no number; .*dropna"),
        (FRAME.assign(**{"Thu nhập": ["32,6", "38", "44,9"]}), {"year": "Năm"}, "in 2016 is '32,6', no number"),
        (pd.Series(VALUES, index=pd.PeriodIndex(["2016Q1", "2016Q2", "2016Q3"], freq="Q")), {}, "frequency Q.*a year"),
        (pd.Series(VALUES, index=pd.PeriodIndex(["2016-01", "2016-02", "2016-03"], freq="M")), {}, "frequency M"),
        (pd.Series(VALUES, index=pd.to_datetime([f"{y}-12-31" for y in YEARS])), {}, "days .2016-12-31.*index.year"),
        (pd.DataFrame({"year": [], "value": []}), {"year": "year"}, "0"),
    ],
)
def test_what_cannot_be_a_series_is_one_line_with_its_remedy(frame, named, words):
    with pytest.raises(InputError, match=words):
        Series.from_frame(frame, **named)


@pytest.mark.parametrize("given", [None, [32.6, 44.9], {2016: 32.6}, np.array([32.6])])
def test_what_is_no_table_is_refused(given):
    with pytest.raises(InputError, match=f"{type(given).__name__} is no table: give a DataFrame"):
        Series.from_frame(given)


def test_what_a_frame_holds_is_not_stated_again():
    with pytest.raises(TypeError, match="multiple values"):
        Series.from_frame(pd.Series({2016: 32.6, 2020: 44.9}), values=(3, 4))
