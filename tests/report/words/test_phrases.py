"""Short phrases that several sections share."""

from dataclasses import replace
from pathlib import Path

import pytest

from ruralincome.report.words.phrases import (
    indicator,
    level_digits,
    place_names,
    short_amount,
    signed,
    target_amount,
    target_digits,
)
from ruralincome.report.words.words import LANGUAGES
from ruralincome.series import Series, Text

ROOT = Path(__file__).parents[3]


def test_kinds_of_places_are_small_within_a_vietnamese_sentence():
    names = ("Tỉnh Lâm Đồng", "Thành phố Hồ Chí Minh", "Thành phố Đà Nẵng", "Phường 1", "Xã Hàm Thạnh", "Lâm Đồng")
    said = "tỉnh Lâm Đồng, Thành phố Hồ Chí Minh, thành phố Đà Nẵng, Phường 1, xã Hàm Thạnh, Lâm Đồng"
    assert place_names(names, "vi") == said
    assert place_names(names, "en") == ", ".join(names)


def test_phrases():
    bare = Series("x", (2020,), (1.0,))
    assert indicator(bare, "vi") == "x"
    titled = Series("x", (2020,), (1.0,), title=Text("A", "B"))
    assert indicator(titled, "en") == "B"
    assert signed(3.04, "vi", 1) == "+3,0"
    assert signed(-0.04, "en", 1) == "0.0"
    assert target_digits(67.35, 1) == 2
    assert target_digits(48.9, 1) == 1
    assert target_digits(47.384159, 1) == 2
    assert target_digits(5223.0, 0) == 0
    assert (target_digits(0.045, 1), target_digits(1_354_321_000.0, 0)) == (3, 0)
    assert [level_digits(x, 1) for x in (48.93, 5.04, 0.0451, 1.3533626e9, 0.0)] == [1, 2, 3, -6, 1]
    yen = Series("x", (2020,), (1e9,), unit="vnd_per_person_year")
    assert short_amount(1.3533626e9, yen, "vi") == "1.353.000.000 đồng"
    assert short_amount(1.3533626e9, yen, "en") == "1,353,000,000 VND"
    monthly = replace(yen, unit="billion_eur_per_household_month")
    assert short_amount(2.0, monthly, "vi") == "2,0 tỷ EUR/tháng"
    assert target_amount(2.0, yen, "vi").endswith("đồng/người/năm")
    income = Series("x", (2020,), (44.9,), unit="million_vnd_per_person_year")
    assert target_amount(67.35, income, "vi") == "67,35 triệu đồng/người/năm"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("place", "apart"), [("عمّان", True), ("חיפה", True), ("Bình Thuận", False), ("東京", False)])
def test_a_place_written_from_right_to_left_moves_no_year_beside_it(language, place, apart):
    series = Series("s", (2020,), (1.0,), title=Text(vi="Thu nhập", en="Income"), place=Text(vi=place, en=place))
    assert indicator(series, language).endswith(f"\u2068{place}\u2069" if apart else f" {place}")
