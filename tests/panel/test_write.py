"""Rows as CSV: the bytes that pandas writes."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralincome.panel.files import BLOCK, DECIMALS, csv_rows
from ruralincome.series.names import FORMULA


def written(frame):
    """By pandas, numbers rounded."""
    rounded = frame.assign(**{name: frame[name].round(DECIMALS) for name in frame.columns[frame.dtypes == "float64"]})
    stream = io.StringIO()
    rounded.to_csv(stream, index=False, lineterminator="\n")
    return stream.getvalue().encode("utf-8-sig")


FLOATS = st.one_of(st.floats(), st.floats(-1e9, 1e9), st.integers(-(10**9), 10**9).map(lambda n: n / 10**6))
WORDS = st.text('abcĐ ,"\n;1', max_size=4)


@given(st.lists(st.tuples(WORDS, FLOATS, st.one_of(st.none(), st.integers(0, 9999))), min_size=1, max_size=20))
def test_it_is_what_pandas_writes(rows):
    frame = pd.DataFrame(rows, columns=["place", "level", "year"]).astype({"level": float, "year": "Int64"})
    frame["label"] = pd.Categorical(frame["place"].where(frame["year"] > 5000))
    with np.errstate(over="ignore", invalid="ignore"):
        for shown in (frame, frame[["label", "level"]]):  # a text at the end, and a number
            assert b"".join(csv_rows(shown)) == written(shown)


def test_many_rows_are_written_in_blocks():
    levels = np.random.default_rng(0).lognormal(0, 6, BLOCK + 5)
    frame = pd.DataFrame({"place": [f"Xã {i}" for i in range(len(levels))], "level": levels})
    assert b"".join(csv_rows(frame)) == written(frame)


@pytest.mark.parametrize(("name", "said"), [("=1+1", b"'=1+1"), ("-5", b"-5"), ("@a,b", b'"\'@a,b"')])
def test_no_cell_is_run_by_a_spreadsheet(name, said):
    frame = pd.DataFrame({"place": [name], "population": [1000.0]})
    assert b"".join(csv_rows(frame, head=False)) == said + b",1000\n"


def test_a_column_with_marks_of_every_kind_is_quoted_as_pandas_does():
    frame = pd.DataFrame({"place": ["b,c", 'd "e"', "f\rg", *(f"{c}1a" for c in FORMULA)]})
    shielded = frame.assign(place=[*frame["place"][:3], *("'" + frame["place"][3:])])
    assert b"".join(csv_rows(frame)) == written(shielded)
