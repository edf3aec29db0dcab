"""Cells: what is a number, a year, a value with its year; and that a column is read as its cells are."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralincome.data.cells import FAULTS, decimals, goal, read_number, read_numbers, year
from ruralincome.series import InputError

SOUND = {
    "44.9": 44.9,
    " 44.9 ": 44.9,
    "+5": 5.0,
    "-0.3": -0.3,
    "0032.60": 32.6,
    "5.": 5.0,
    ".5": 0.5,
    "1.5e+03": 1500.0,
}
ODD = {
    "48,9": ("data.comma", "write 48.9"),
    "47,900": ("data.thousands", "may be read in two ways"),
    "1.234,5": ("data.thousands", "may be read in two ways"),
    "1 234": ("data.thousands", "may be read in two ways"),
    "1.234.567": ("data.thousands", "may be read in two ways"),
    "３２.６": ("data.digits", "write 32.6"),
    "nan": ("data.not_number", "leave the row out"),
    "-inf": ("data.not_number", "leave the row out"),
    "1e999": ("data.not_number", "leave the row out"),
    "1_000": ("data.not_number", "leave the row out"),
    "0x1A": ("data.not_number", "leave the row out"),
    "": ("data.not_number", "leave the row out"),
    "..": ("data.not_number", "leave the row out"),
    "44.9 (*)": ("data.not_number", "leave the row out"),
}


@pytest.mark.parametrize(("cell", "value"), SOUND.items())
def test_a_number_is_read(cell, value):
    assert read_number(cell) == value


@pytest.mark.parametrize(("cell", "told"), ODD.items())
def test_what_is_no_number_is_told_and_never_guessed(cell, told):
    with pytest.raises(InputError) as fault:
        read_number(cell)
    assert fault.value.code == told[0]
    assert told[1] in str(fault.value)
    assert "47.900" not in str(fault.value)


def test_a_column_is_read_as_its_cells_are():
    cells = [*SOUND, *ODD]
    found, fault = read_numbers(pd.Series(cells, dtype=object))
    assert found[: len(SOUND)].tolist() == list(SOUND.values())
    assert np.isnan(found[len(SOUND) :]).all()
    odd = {cell: FAULTS[code] for cell, code in zip(ODD, fault[len(SOUND) :], strict=True)}
    assert odd[""] == ""  # nothing is no fault of a column: the place says that a value is missing
    assert {cell for cell, kind in odd.items() if kind == "comma"} == {"48,9", "47,900", "1.234,5"}
    assert all(kind for cell, kind in odd.items() if cell)


@given(st.text(st.sampled_from("0123456789.,-+eE _ ３"), max_size=8))
def test_one_cell_and_a_column_agree(cell):
    (found,), (fault,) = read_numbers(pd.Series([cell, "x"], dtype=object).iloc[:1])
    try:
        assert read_number(cell) == found
    except InputError:
        assert math.isnan(found)
        assert fault or not cell.strip()


def test_a_column_of_numbers_has_no_infinite_one():
    found, fault = read_numbers(pd.Series([1.5, np.inf, np.nan]))
    assert (found[0], np.isnan(found[1:]).all(), fault.tolist()) == (1.5, True, [0, 1, 0])


@pytest.mark.parametrize("cell", ["2020", " 2020 ", "2020.0"])
def test_a_year(cell):
    assert year(cell) == 2020


@pytest.mark.parametrize("cell", ["", "20", "0203", "２０２０", "2020*", "2020.5", "-2020", "20_20", "2019/20"])
def test_what_is_no_year(cell):
    with pytest.raises(InputError, match="is not a calendar year of four digits"):
        year(cell)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("4,5@2025", "write 4.5@2025"),
        ("47,900@2025", "write VALUE@YEAR"),
        ("48.9", "write VALUE@YEAR"),
        ("48.9@soon", "write VALUE@YEAR"),
        ("@2021", "write VALUE@YEAR"),
    ],
)
def test_a_target_is_a_value_and_a_year(words, told):
    assert goal(" 48.9 @ 2021") == (48.9, 2021)
    with pytest.raises(InputError, match=f"target '{words}' is not a value and a year; {told}"):
        goal(words)


@pytest.mark.parametrize(("cell", "digits"), [("44.9", 1), ("44", 0), ("44.90", 2), ("4.49e1", 1), ("3e3", 0)])
def test_digits_are_counted_as_published(cell, digits):
    assert decimals(cell) == digits
