"""Faults as JSON: what a kernel tells comes back the same, and nothing in it commands a terminal."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralincome.series.faults import Faults, InputError, from_json, plain

words = st.text(st.characters(exclude_categories=("C", "Z")))
facts = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | words,
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["name", "year", "known", "value"]), facts))
def test_there_and_back(stated):
    back = from_json(json.loads(json.dumps(InputError("series.lengths", **stated).to_json())))
    assert (type(back), back.code, back.facts) == (InputError, "series.lengths", stated)


def test_numbers_of_numpy_and_what_is_no_number_come_back_as_numbers():
    fault = InputError("x", years=[np.int64(2016), 2020], value=np.float64(32.6), error=math.nan, most=-math.inf)
    back = from_json(json.loads(json.dumps(fault.to_json(), allow_nan=False))).facts
    assert (back["years"], back["value"], back["most"]) == ((2016, 2020), 32.6, -math.inf)
    assert math.isnan(back["error"])


def test_faults_within_faults_keep_their_order_and_their_facts():
    inner = Faults([InputError("a", year=2016), InputError("b", its=InputError("c", names=("x", "y")))])
    back = from_json(json.loads(json.dumps(inner.to_json())))
    assert [type(back), *(f.code for f in back.faults)] == [Faults, "a", "b"]
    assert back.faults[0].facts == {"year": 2016}
    assert (back.faults[1].facts["its"].code, back.faults[1].facts["its"].facts) == ("c", {"names": ("x", "y")})


@pytest.mark.parametrize(
    ("text", "told"),
    [("Bình Thuận", "Bình Thuận"), ("a\x1b[31mb\nc", "a [31mb c"), ("half \ud800", "half  "), ("", "")],
)
def test_what_commands_a_terminal_is_a_space(text, told):
    assert plain(text) == told
    assert InputError("x", name=text).to_json()["facts"] == {"name": told}
