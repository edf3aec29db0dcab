"""Names as people type them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralincome.places import Boundaries, Place
from ruralincome.places.find import Finder
from ruralincome.places.names import rough, spoken
from ruralincome.places.tables import vietnam
from ruralincome.series import InputError
from ruralincome.series.names import clean, sound

FINDER = vietnam()
BEFORE, AFTER = "2025-06-30", "2025-07-01"


@pytest.mark.parametrize(
    "words",
    [
        "Phường 4, Thành phố Tân An, Tỉnh Long An",
        "P.4, TP. Tân An, Long An",
        "P4, tp Tân An",
        "phường 04, Tân An",
        'Phường "4", Tân An',
        "Phường “4”, TÂN AN",
        unicodedata.normalize("NFD", "Phường 4, Tân An"),
        "27691",
        " 27691 ",
    ],
)
def test_one_ward_in_many_spellings(words):
    assert FINDER.one(words, BEFORE).code == "27691"


@pytest.mark.parametrize(
    ("words", "day", "code"),
    [
        ("Xã Hoài Đức, Lâm Đồng", AFTER, "23194"),
        ("X. Hoài Ðức, T. Lâm Đồng", AFTER, "23194"),
        ("Xã Hoài Đức, Lâm Đồng", BEFORE, "24913"),
        ("TT Đức Tài", BEFORE, "23194"),
        ("TT.Đức Tài, H. Đức Linh", BEFORE, "23194"),
        ("Bà Rịa–Vũng Tàu", BEFORE, "77"),
        ("Bà Rịa - Vũng Tàu", BEFORE, "77"),
        ("TP.HCM", AFTER, "79"),
        ("TP. Hồ Chí Minh", AFTER, "79"),
        ("Thừa Thiên-Huế", BEFORE, "46"),
        ("Tỉnh Hoà Bình", BEFORE, "17"),
        ("Đăk Lăk", BEFORE, "66"),
        ("Xã Ea H’Leo, Huyện Ea H’leo", BEFORE, "24184"),
        ("Văn Miếu – Quốc Tử Giám", AFTER, "00226"),
        ("Đặc khu Phú Quý", AFTER, "23272"),
        ("Huyện Đức Linh", BEFORE, "600"),
        ("P.4.Tân An", BEFORE, "27691"),
        ("Phường 4 (Tân An)", BEFORE, "27691"),
        ("Hoài Đức - Lâm Đồng", AFTER, "23194"),
        ("'23194'", AFTER, "23194"),
        ("'23194", AFTER, "23194"),
        ("23194.0", AFTER, "23194"),
        ("Huyện đảo Phú Quý", BEFORE, "602"),
        ("TT Huế", BEFORE, "46"),
    ],
)
def test_a_name_finds_its_place(words, day, code):
    assert FINDER.one(words, day).code == code


def test_a_name_that_several_have_lists_them():
    with pytest.raises(InputError) as raised:
        FINDER.one("Đức Hạnh", BEFORE)
    assert raised.value.code == "places.several"
    line = str(raised.value)
    for told in ("01291", "Huyện Bảo Lâm", "23212 Xã Đức Hạnh, Huyện Đức Linh, Tỉnh Bình Thuận", "25228"):
        assert told in line
    assert "\n" not in line


def test_a_code_of_the_wrong_era_is_not_answered():
    with pytest.raises(InputError) as raised:
        FINDER.one("23197", AFTER)  # Đa Kai, which no new place is numbered by
    assert raised.value.code == "places.not_on"
    assert "Đa Kai" in str(raised.value)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Hoai Duc", "places.unknown_near"),
        ("Atlantis", "places.unknown"),
        ("9", "places.unknown_near"),
        ("", "places.unknown"),
    ],
)
def test_a_name_that_nobody_has(words, code):
    with pytest.raises(InputError) as raised:
        FINDER.one(words)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("xa hoai duc, lam dong", "23194"),
        ("X. Hoai Duc, T. Lam Dong", "23194"),
        ("dac khu phu qui", "23272"),
        ("P. Xuan Huong - Da Lat", "24781"),
        ("97", "00097"),
    ],
)
def test_without_marks_or_zeros_a_place_is_suggested_and_not_chosen(words, code):
    with pytest.raises(InputError) as raised:
        FINDER.one(words, AFTER)
    assert raised.value.code == "places.unknown_near"
    assert code in {place.code for place in FINDER.near(words, AFTER)}
    assert code in str(raised.value)


def test_a_kind_that_is_stated_must_be_the_place_s_own():
    assert {p.name for p in FINDER.find("Phường Bình Thuận", AFTER)} == {"Phường Bình Thuận"}
    assert "Tỉnh Bình Thuận" in {p.name for p in FINDER.find("Bình Thuận", BEFORE)}
    assert FINDER.find("Thị trấn Bình Thuận") == ()


def test_what_stands_today_comes_first():
    found = FINDER.find("23194")
    assert [p.name for p in found] == ["Xã Hoài Đức", "Thị trấn Đức Tài"]


def test_every_name_is_found_with_what_it_lies_in():
    table = FINDER.boundaries
    alone = 0
    for place in table.places[::29]:
        day = place.first or BEFORE
        found = FINDER.find(FINDER.full(place), day)
        assert place in found
        alone += len(found) == 1
    assert alone == len(table.places[::29])


@pytest.mark.parametrize("words", ["Phường", "Xã", "Thanh Hóa", "P", "4"])
def test_what_states_no_kind(words):
    assert spoken(words)[0] == ""


def test_before_the_table_begins_nothing_is_known():
    with pytest.raises(InputError) as raised:
        FINDER.one("Hà Nội", "1900-01-01")
    assert raised.value.code == "places.before"


def test_codes_have_any_letters():
    places = (Place("W-1", "West"), Place("Ea", "East", parent="W-1"), Place("12", "Twelve"))
    finder = Finder(Boundaries("ours", places, ()))
    assert [finder.one(code).name for code in ("W-1", "Ea", "12", "12.0", "West", "East, West")] == [
        "West", "East", "Twelve", "Twelve", "West", "East",
    ]  # fmt: skip


@given(st.data())
def test_words_of_which_nothing_is_known_find_nothing(data):
    """Words made of pieces of real names: what `known` leaves out is found by neither road."""
    places = FINDER.boundaries.places
    names = [data.draw(st.sampled_from(places)).name for _ in range(2)]
    words = data.draw(st.sampled_from(["{}", "{}, {}", "{} - {}", "{}.{}", "x{}", "TT {}", "{} 4", "P.{}"])).format(
        *names
    )
    words = data.draw(st.sampled_from([words, rough(sound(words)), words.upper(), words[3:], words.replace(" ", "")]))
    assert any(FINDER.known([clean(words)])) or not (FINDER.find(words) or FINDER.near(words))


def test_a_letter_that_is_several_is_known_however_it_is_written():
    """A syllable of Hangul is one letter as it is typed, and three as it sounds."""
    finder = Finder(Boundaries("ours", (Place("1", "각"), Place("2", "나")), ()))
    assert [*finder.known(["각", unicodedata.normalize("NFD", "각"), "가"])] == [True, True, False]
    assert finder.one("각").code == "1"


def test_the_names_of_the_table_are_known():
    assert all(FINDER.known([FINDER.full(place) for place in FINDER.boundaries.places[::7]]))
    assert [*FINDER.known(["Xã 0000012", "Atlantis", "23194", "P.4.Tân An"])] == [False, False, True, True]
