"""Names: what a spreadsheet would run is shielded, and read back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralincome.series.names import bared, clean, each_letter, shielded


@pytest.mark.parametrize("text", ["=1+1", "@sum(a)", "+84 252 123", "-2+3", "＝A1", "=", "-"])
def test_a_formula_is_shielded_and_read_back(text):
    told = shielded(text)
    assert told == (f"'{text}" if len(text) > 1 else text)
    assert (bared(told), clean(told)) == (text, text)


@pytest.mark.parametrize("text", ["-0.51", "+3", "-1,5", "-2e-07", "-3.5%", "Ea H'leo", "'quoted'", "", "Bình - Thuận"])
def test_a_number_and_any_other_text_stay(text):
    assert (shielded(text), bared(text)) == (text, text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Bi\u0300nh  Thua\u0323\u0302n ", "Bình Thuận"),  # the letters and their marks apart
        ("\ufeffBình\u200b Thu\u00adận", "Bình Thuận"),
        ("Bình\tThuận\n", "Bình Thuận"),
        ("Ea H'leo", "Ea H'leo"),
    ],
)
def test_a_name_is_one_however_it_was_typed(text, name):
    assert clean(text) == name


@given(st.lists(st.text(st.characters(exclude_characters="\0\n"), max_size=8), max_size=9))
def test_letters_are_looked_up_one_by_one(words):
    """As by a loop; some become several (ß is ss), and some go."""
    plain = ["".join("" if c in "aeiou" else c.casefold() for c in word) for word in words]
    assert [*each_letter(words, lambda c: "" if c in "aeiou" else c.casefold())] == plain


def test_many_words_are_looked_up_in_blocks():
    words = [f"Xã {i}" for i in range(40_000)]
    assert [*each_letter(words, str.upper)] == [word.upper() for word in words]
