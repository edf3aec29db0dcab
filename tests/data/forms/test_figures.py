"""Cells as offices write them: the right figure and status, or a refusal by name; the decimal sign by the column."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralincome.data.forms.figures import decimal_sign, read_figure
from ruralincome.series import InputError

AT = InputError("data.text_cell", file="f.csv", row=2, column=3)
READ = {
    ("44,9 (*)", ","): ("44.9", "preliminary"),
    ("44.9 p", "."): ("44.9", "preliminary"),
    ("44.9p", "."): ("44.9", "preliminary"),
    ("1.234,5", ","): ("1234.5", "final"),
    ("1 234,5", ","): ("1234.5", "final"),
    ("1\u00a0234,5", ","): ("1234.5", "final"),
    ("1\u202f234.5", "."): ("1234.5", "final"),
    ("12 345", "."): ("12345", "final"),
    ("12 345", ","): ("12345", "final"),
    ("2.767.229,12", ","): ("2767229.12", "final"),
    ("519.4sb", "."): ("519.4", "preliminary"),
    ("7 902.3", "."): ("7902.3", "final"),
    ("32.600", ","): ("32600", "final"),
    ("32.600", "."): ("32.600", "final"),
    ("-0,3", ","): ("-0.3", "final"),
    ("−0,3", ","): ("-0.3", "final"),
    ("44,9 b", ","): ("44.9", "break"),
    ("44,9 e", ","): ("44.9", "estimate"),
    ("44,9 bp", ","): ("44.9", "break"),
    ("44,9 1)", ","): ("44.9", "final"),
    ("44,9²", ","): ("44.9", "final"),
    ("44,9 r", ","): ("44.9", "final"),
    ("3,5%", ","): ("3.5", "final"),
    (".5", "."): ("0.5", "final"),
    ("..", "."): ("", "not_available"),
    ("-", "."): ("", "not_available"),
    ("…", "."): ("", "not_available"),
    ("na", "."): ("", "not_available"),
    ("", "."): ("", "not_available"),
    (":", "."): ("", "not_available"),
    (": u", "."): ("", "not_available"),
    ("#N/A", "."): ("", "not_available"),
    ("ERROR: #N/A", "."): ("", "not_available"),
    (": c", "."): ("", "confidential"),
    ("c", "."): ("", "confidential"),
}
REFUSED = {
    ("(123)", "."): "data.brackets",
    ("#REF!", "."): "data.error_cell",
    ("about 5", "."): "data.no_figure",
    ("44.9 quả", "."): "data.mark",
    ("44,9", "."): "data.other_decimal",
    ("1.23.4", ","): "data.other_decimal",
    ("44,9 123", ","): "data.no_figure",
    ("1_000", "."): "data.mark",
    ("0x1A", "."): "data.mark",
    ("３２", "."): "data.no_figure",
}
COLUMNS = {
    ("2.600", "944,9"): ",",
    ("32.600", "44.9"): ".",
    ("1.234.567", "12"): ",",
    ("1,234.5",): ".",
    ("2.767.229,12",): ",",
    ("7 902.3",): ".",
    ("0.600",): ".",
    ("12345.678",): ".",
    ("12", "345"): ".",
    ("..", "44,9 (*)"): ",",
}


@pytest.mark.parametrize(("cell", "read"), READ.items())
def test_a_cell_is_figure_and_status(cell, read):
    found = read_figure(*cell)
    assert (found.shown, found.status) == read


@pytest.mark.parametrize(("cell", "code"), REFUSED.items())
def test_what_is_not_sure_is_refused_by_name(cell, code):
    with pytest.raises(InputError) as fault:
        read_figure(*cell)
    assert fault.value.code == code
    assert cell[0] in str(fault.value)


@pytest.mark.parametrize(("column", "sign"), COLUMNS.items())
def test_the_column_decides_the_decimal_sign(column, sign):
    assert decimal_sign([(cell, AT) for cell in column]) == sign


@pytest.mark.parametrize("column", [("32.600",), ("32.6", "44,900"), ("32,600", "47,900"), ("12", "32.600", "..")])
def test_where_no_cell_decides_the_user_is_asked(column):
    with pytest.raises(InputError, match="--decimal") as fault:
        decimal_sign([(cell, AT) for cell in column])
    assert fault.value.code == "data.which_decimal"
    assert decimal_sign([(cell, AT) for cell in column], ".") == "."


def test_two_signs_in_a_column_are_refused():
    with pytest.raises(InputError, match="'44,9'") as fault:
        decimal_sign([("32.6", AT), ("44,9", AT)])
    assert fault.value.code == "data.two_decimals"


def test_the_legend_of_the_file_says_what_a_mark_is():
    assert read_figure("-", legend={"-": "zero"}).status == "zero"
    assert read_figure("-", legend={"-": "zero"}).shown == "0"
    assert read_figure("44.9 sb", legend={"sb": "break"}).status == "break"
    assert read_figure("44.9 k", legend={"k": None}).notes == ("k",)


@given(st.integers(0, 10**9), st.integers(0, 99), st.sampled_from([(".", ","), (",", "."), (" ", ","), (" ", ".")]))
def test_every_way_to_write_a_number_comes_back(whole, cents, signs):
    between, sign = signs
    text = f"{whole:,}".replace(",", between) + f"{sign}{cents:02}"
    assert decimal_sign([(text, AT)]) == sign
    assert float(read_figure(text, sign).shown) == float(f"{whole}.{cents:02}")


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text):
    try:
        found = read_figure(text)
    except InputError:
        return
    assert re.fullmatch(r"-?[0-9]*\.?[0-9]*(?:[eE][-+]?[0-9]+)?", found.shown)
