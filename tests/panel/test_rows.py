"""Rows: which places are one, look alike, or lack an area; revisions as they were known, and statuses told of."""

import unicodedata
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralincome.panel.files import read_panel
from ruralincome.panel.histories import histories
from ruralincome.panel.places import assess_panel
from ruralincome.panel.rows import REASONS, calendar, marks, numbered, places, read_rows
from ruralincome.reference.vintages import read_class
from ruralincome.report.words.phrases import told as worded
from ruralincome.series import Series, Vintage
from ruralincome.series.names import clean, sound
from ruralincome.target.target import Target

SHIPPED = read_class("vietnam-provinces", 2020)


def _panel(folder, text):
    (folder / "panel.csv").write_text(text, encoding="utf-8")
    return folder / "panel.csv"


def table(*rows, columns=("place", "year", "value", "target", "target_year")):
    return pd.DataFrame(rows, columns=list(columns))


GOOD = [("A", 2016, 32.6, 48.9, 2021), ("A", 2020, 44.9, 48.9, 2021)]


def test_composed_and_decomposed_names_are_one_place():
    name = "Xã Tân Thành"
    rows = [(unicodedata.normalize("NFC", name), 2016, 30.0), (f"  {unicodedata.normalize('NFD', name)} ", 2020, 40.0)]
    found = assess_panel(table(*rows, columns=("place", "year", "value")), SHIPPED, target=Target(50, 2022))
    assert found["place"].tolist() == [name]
    assert found["observations"].tolist() == [2]


def test_communes_of_one_name_in_two_districts_are_two_places():
    columns = ("district", "place", "year", "value")
    rows = [("Hàm Tân", "Tân Thành", 2016, 30.0), ("Hàm Thuận Nam", "Tân Thành", 2016, 50.0)]
    later = [("Hàm Thuận Nam", "Tân Thành", 2020, 60.0), ("Hàm Tân", "Tân Thành", 2020, 40.0)]
    found = assess_panel(table(*rows, *later, columns=columns), SHIPPED, target=Target(70, 2022))
    assert found["base"].tolist() == [30.0, 50.0]
    assert found["last"].tolist() == [40.0, 60.0]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (("P", "Q", "A"), ("P", "", "A"), True),
        (("P", "Q", "A"), ("", "Q", "A"), True),
        (("P", "Q", "A"), ("", "", "A"), True),
        (("P", "", "A"), ("", "Q", "A"), True),
        (("P", "Q", "Hòa"), ("P", "", "HOÀ"), True),
        (("P", "Q", "A"), ("P", "Q2", "A"), False),
        (("P", "Q", "A"), ("R", "", "A"), False),
        (("P", "Q", "A"), ("P", "", "B"), False),
    ],
)
def test_a_place_with_its_area_in_one_row_and_without_in_another_is_refused(one, other, alike):
    good = [("P", "Q", "Đúng", year, value) for year, value in ((2016, 32.6), (2020, 44.9))]
    rows = [(*one, 2016, 30.0), (*other, 2020, 40.0), *good, ("", "", "Riêng", 2020, 44.9)]
    frame = table(*rows, columns=("province", "district", "place", "year", "value"))
    reason = "area_missing" if alike else ""
    for missing in ("", None):
        found = assess_panel(frame.replace({"": missing}), SHIPPED, target=Target(48.9, 2021))
        assert found["refusal"].fillna("").tolist() == [reason, reason, "", ""]


@pytest.mark.parametrize("pair", [[None, ""], [np.nan, ""], [pd.NA, None]])
def test_a_missing_name_and_an_empty_one_are_one_name(pair):
    frame = table(*GOOD).assign(district=pd.Series(pair, dtype=object))
    assert assess_panel(frame, SHIPPED)["observations"].tolist() == [2]


def test_a_number_and_its_digits_are_one_name():
    frame = table(*GOOD).assign(place=pd.Series([1, "1"], dtype=object))
    assert assess_panel(frame, SHIPPED)[["place", "observations"]].to_numpy().tolist() == [["1", 2]]


def test_a_number_that_names_a_place_stays_whole_beside_a_gap():
    """Categories of whole numbers, some rows naming none: pandas makes numbers with a point of them."""
    district = pd.Series(pd.Categorical([3, 1, None, 3]))
    assert numbered(district)[1] == ["3", "1", ""]


@pytest.mark.parametrize("unseen", ["\u200b", "\u00ad", "\ufeff", "\u2060", "\u200e", "\0", "\x7f"])
def test_what_is_not_seen_is_no_difference_between_names(unseen):
    rows = [("Xã Hòa", 2016, 30.0, 50, 2021), (f"Xã{unseen} Ho{unseen}\u0300a{unseen}", 2020, 40.0, 50, 2021)]
    assert assess_panel(table(*rows), SHIPPED)[["place", "observations"]].to_numpy().tolist() == [["Xã Hòa", 2]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Xã Hòa Bình", "Xã Hoà Bình"),
        ("Xã Hòa Bình", "XÃ HÒA BÌNH"),
        ("Ea H'leo", "Ea H\u2019leo"),
        ("Phan Rang-Tháp Chàm", "Phan Rang \u2013 Tháp Chàm"),
        ("Đông Hà", "\u00d0ông Hà"),
        ("가'\u11a8", "각"),  # a syllable of Hangul, whole and in parts
    ],
)
def test_names_that_look_alike_are_refused_not_matched(one, other):
    rows = [(one, 2016, 30.0, 50, 2021), (other, 2020, 40.0, 50, 2021), *GOOD]
    found = assess_panel(table(*rows), SHIPPED)
    assert found["refusal"].fillna("").tolist() == ["names_alike", "names_alike", ""]
    assert found["growth"].isna().tolist() == [True, True, False]
    apart = table(*((d, *row) for d, row in zip("PQR", rows, strict=False)), columns=("district", *table().columns))
    assert assess_panel(apart, SHIPPED)["refusal"].isna().all()


WORD = st.text(
    st.sampled_from("aAoòóọOÒấậẤđĐÐd-'\u2019\u2013 x1\u03a3\u03c2\u200b\u00ad\ufeff\u2060\0"), min_size=1, max_size=5
)


@given(
    st.lists(WORD.map(clean).filter(lambda name: name and clean(name) == name), min_size=1, max_size=30, unique=True),
    st.booleans(),
)
def test_names_that_look_alike_are_found_as_by_comparing_every_pair(shown, long):
    """A name of more letters than the hash takes has all names compared as written."""
    shown = [*shown, "x" * 300] if long else shown
    _, _, alike, _ = places(pd.DataFrame({"place": shown}))
    count = Counter(map(sound, shown))
    assert alike.tolist() == [count[sound(name)] > 1 for name in shown]


@given(st.lists(st.text("aé\u0301e \t\u00a0|x\u200b\u00ad\ufeff\u2060\0", max_size=4), min_size=1, max_size=12))
def test_names_are_cleaned_one_by_one_or_known_to_be_clean_all_together(names):
    code, shown, _, _ = places(pd.DataFrame({"place": names}))
    assert shown["place"].iloc[code].tolist() == [clean(name) for name in names]


@pytest.mark.parametrize(("one", "other"), [("Xã Mỹ", "Xã My"), ("Hòa 1", "Hòa 2"), ("Tân", "Tấn"), ("Đa", "Da")])
def test_names_of_other_letters_or_tones_are_two_places(one, other):
    found = assess_panel(table((one, 2020, 30.0, 50, 2021), (other, 2020, 40.0, 50, 2021)), SHIPPED)
    assert found["refusal"].isna().all()


COLUMNS = ["place", "year", "value", "published"]
ROWS = [
    ("A", 2018, 38.0, "2019-06-30"), ("A", 2019, 40.0, "2020-06-30"), ("A", 2019, 41.0, "2021-06-30"),
    ("A", 2020, 44.9, "2021-06-30"), ("B", 2018, 30.0, "2019-06-30"), ("B", 2019, 33.0, "2020-06-30"),
]  # fmt: skip


def test_a_figure_is_the_one_that_was_known():
    frame = pd.DataFrame(ROWS, columns=COLUMNS)
    assert histories(frame)[1].values.tolist() == [38.0, 41.0, 44.9, 30.0, 33.0]
    assert histories(frame, as_of=2019)[1].values.tolist() == [38.0, 40.0, 30.0, 33.0]
    days = ((2018, "2019-06-30"), (2019, "2021-06-30"), (2020, "2021-06-30"))
    old = Vintage(2019, 40.0, 41.0, "2020-06-30", "2021-06-30")
    series = Series("a", (2018, 2019, 2020), (38.0, 41.0, 44.9), published=days, vintages=(old,))
    assert series.until(2019).values == (38.0, 40.0)


def test_a_page_tells_of_figures_that_are_not_final():
    frame = pd.DataFrame(ROWS, columns=COLUMNS).assign(status=["", "p", "sơ bộ", "break", "final", "ước tính"])
    (words,) = (worded(one, "en") for one in marks(frame))
    assert words.startswith("Figures that are not final, or come after a break: preliminary 2; estimates 1; ")
    assert marks(frame.drop(columns="status")) == ()


def test_totals_within_provinces_and_districts_are_left_out_too(tmp_path):
    head, rows = (
        "province,district,place,year,value\n",
        [("D1", "A", 30), ("D1", "Toàn huyện", 29), ("D2", "Nữ (năm 2019)", 20)],
    )
    text = "".join(f"P,{d},{p},{y},{v + y - 2018}\n" for d, p, v in rows for y in (2018, 2019))
    told = []
    assert read_panel(_panel(tmp_path, head + text), remark=told.append)["place"].tolist() == ["A", "A"]
    assert {one.code for one in told} >= {"data.read_totals", "data.read_parts"}


def test_a_remark_that_a_figure_is_early_takes_no_break_and_no_plan_away(tmp_path):
    rows = "A,2015,20,,\nA,2018,30,,\nA,2019,60,break,preliminary\nA,2020,66,,\nA,2021,70,plan,sơ bộ\n"
    frame = read_panel(_panel(tmp_path, f"place,year,value,status,remark\n{rows}"))
    assert [*frame["status"]][2] == "break"
    assert frame["year"].max() == 2020


def test_another_form_keeps_whose_borders_a_figure_is_of_and_all_remarks(tmp_path):
    rows = "A;2018;30,5;2025-07-01;;\n;2020;31,5;2025-07-01;;\nA;2021;32,5;2025-07-01;;forecast\n"
    table = read_panel(_panel(tmp_path, f"place;year;value;territory;note;comment\n{rows}"))
    assert table[["place", "year", "value", "territory"]].to_numpy().tolist() == [
        ["A", 2018, 30.5, "2025-07-01"], ["A", 2020, 31.5, "2025-07-01"],
    ]  # fmt: skip


def test_a_calendar_year_has_four_digits_and_no_part():
    years = [999, 1000, 2016, 2016.5, 9999, 10000, np.nan]
    assert calendar(pd.Series(years)).tolist() == [0, 1000, 2016, 0, 9999, 0, 0]
    assert calendar(pd.Series([str(year) for year in years])).tolist() == [0, 1000, 2016, 0, 9999, 0, 0]
    rows = pd.DataFrame(
        {"place": "A", "year": [9996, 9999], "value": [30.0, 36.0], "target": 40.0, "target_year": 10000}
    )
    found = assess_panel(rows)
    assert found["last_year"].tolist() == [9999]
    assert found["target_year"].isna().all()


def test_a_fault_that_is_missing_is_none():
    rows = pd.DataFrame({"place": ["A", "B"], "year": 2016, "value": 30.0, "fault": [None, "redrawn"]})
    assert read_rows(rows)[1].tolist() == [0, REASONS.index("redrawn")]


@pytest.mark.parametrize(("top", "refusal"), [(99.9, "past_limit"), (100.0, "past_limit"), (101.0, None)])
def test_a_share_that_has_come_to_a_hundred_is_still_a_share(top, refusal):
    """A figure beyond it is per cent of something else, which knows no limit."""
    rows = pd.DataFrame({"place": "A", "year": [2016, 2018, 2020], "value": [90.0, 97.0, top], "unit": "percent"})
    found = assess_panel(rows.assign(target=100.0, target_year=2024), model="random_walk_with_drift")
    assert found["refusal"].astype("object").where(found["refusal"].notna(), None).tolist() == [refusal]
