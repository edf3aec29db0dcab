"""Heads that are another thing than they look without accents: Nam are men and no Năm, Chi tiêu is what is spent."""

import pytest

from ruralincome.data.forms.read import readings_of
from ruralincome.data.forms.reading import Options
from ruralincome.series import InputError


def read(text, **options):
    return readings_of(text.encode(), "f.csv", Options(**options))


def figures(found):
    return [(one.place, one.indicator, one.years, one.shown) for one in found]


def test_men_beside_women_over_years_are_no_head_of_years():
    found = read("Dân số\nXã;Nam;;Nữ;\n;2018;2019;2018;2019\nA;450;460;470;480\nB;250;260;270;280\n")
    assert figures(found) == [
        ("A", "Nam", (2018, 2019), ("450", "460")),
        ("A", "Nữ", (2018, 2019), ("470", "480")),
        ("B", "Nam", (2018, 2019), ("250", "260")),
        ("B", "Nữ", (2018, 2019), ("270", "280")),
    ]


@pytest.mark.parametrize("men", ["Nam", "NAM", "nam", "Nam - Male"])
@pytest.mark.parametrize("years", ["Năm", "NĂM", "Năm - Year"])
def test_men_beside_years_are_a_column_of_figures(men, years):
    found = read(f"{years};{men};Nữ\n2018;450;470\n2019;460;480\n")
    assert [(one.indicator, one.shown) for one in found] == [(men, ("450", "460")), ("Nữ", ("470", "480"))]
    found = read(f"Xã;{years};{men}\nA;2018;1950\nA;2019;1960\n")  # so many men, no year
    assert figures(found) == [("A", men, (2018, 2019), ("1950", "1960"))]


def test_men_under_a_wider_head_and_above_one():
    found = read("Năm;Tỷ lệ biết chữ;;\n;Tổng số;Nam;Nữ\n2018;920;450;470\n2019;940;460;480\n")
    assert [(one.indicator, one.shown) for one in found][-2:] == [
        ("Tỷ lệ biết chữ; Nam", ("450", "460")),
        ("Tỷ lệ biết chữ; Nữ", ("470", "480")),
    ]
    found = read("Năm;Nam;;Nữ;\n;Thành thị;Nông thôn;Thành thị;Nông thôn\n2018;100;350;110;360\n2019;110;350;120;360\n")
    assert [(one.place or one.indicator, one.shown[0]) for one in found] == [
        ("Nam; Thành thị", "100"), ("Nam; Nông thôn", "350"), ("Nữ; Thành thị", "110"), ("Nữ; Nông thôn", "360"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "head", ["Xa;Nam;Gia tri", "Xã;Nam;Giá trị", "xã;nam;giá trị", "Xã;Năm;Giá trị", "Xa;Năm;Gia tri"]
)
def test_a_head_of_years_may_lack_its_accent_where_years_stand_below_it(head):
    assert figures(read(f"{head}\nHàm Đức;2018;30\nHàm Đức;2019;31\n"))[0][2:] == ((2018, 2019), ("30", "31"))


@pytest.mark.parametrize("head", ["Nam", "Năm"])
def test_over_the_years_the_head_of_years_names_nothing(head):
    accents = head != "Nam"  # a file written without any
    title, place = ("Thu nhập", "Xã") if accents else ("Thu nhap", "Xa")
    found = read(f"{title}\n{place};{head};\n;2018;2019\nA;30;31\nB;20;21\n")
    assert figures(found) == [("A", title, (2018, 2019), ("30", "31")), ("B", title, (2018, 2019), ("20", "21"))]


@pytest.mark.parametrize("spent", ["Chi tiêu", "CHI TIÊU", "Chi tiêu - Expenditure"])
def test_what_is_spent_is_a_column_of_figures(spent):
    found = read(f"Năm;Thu nhập;{spent}\n2018;30;20\n2019;31;21\n")
    assert [(one.indicator, one.shown) for one in found] == [("Thu nhập", ("30", "31")), (spent, ("20", "21"))]
    found = read(f"Xã;Năm;{spent}\nA;2018;20\nA;2019;21,5\nB;2018;..\nB;2019;18,5\n")
    assert [(one.place, one.shown) for one in found] == [("A", ("20", "21.5")), ("B", ("", "18.5"))]
    found = read(f";Thu nhập;{spent}\n2018;30;20\n2019;31;21\n")
    assert [one.shown for one in found] == [("30", "31"), ("20", "21")]


def test_what_is_spent_above_or_below_a_part():
    parts = ";Thành thị;Nông thôn;Thành thị;Nông thôn"
    found = read(f"Năm;Thu nhập;;Chi tiêu;\n{parts}\n2018;40;30;25;20\n2019;41;31;26;21\n")
    assert [(one.indicator, one.shown[0]) for one in found][2:] == [
        ("Chi tiêu; Thành thị", "25"),
        ("Chi tiêu; Nông thôn", "20"),
    ]
    found = read(
        "Năm;Thành thị;;Nông thôn;\n;Thu nhập;Chi tiêu;Thu nhập;Chi tiêu\n2018;40;25;30;20\n2019;41;26;31;21\n"
    )
    assert [(one.indicator, one.shown[0]) for one in found] == [
        ("Thành thị; Thu nhập", "40"), ("Thành thị; Chi tiêu", "25"),
        ("Nông thôn; Thu nhập", "30"), ("Nông thôn; Chi tiêu", "20"),
    ]  # fmt: skip


@pytest.mark.parametrize("head", ["Chỉ tiêu", "Chi tieu", "Chi tiêu", "CHỈ TIÊU"])
def test_a_head_of_indicators_has_words_below_it(head):
    rows = "Thu nhập;A;2018;30\nThu nhập;A;2019;31\nTrâu, bò;A;2018;500\nTrâu, bò;A;2019;510\n"
    found = read(f"{head};Xã;Năm;Giá trị\n{rows}")
    assert [(one.indicator, one.shown) for one in found] == [("Thu nhập", ("30", "31")), ("Trâu, bò", ("500", "510"))]
    found = read(f"{head};2018;2019\n1. Thu nhập;30;31\n2. Trâu, bò;500;510\n")
    assert [one.indicator for one in found] == ["1. Thu nhập", "2. Trâu, bò"]


def test_a_column_that_is_stated_is_found_by_its_accents():
    table = "Năm;Nam;Nữ\n2018;450;470\n2019;460;480\n"
    assert [one.shown for one in read(table, columns="year=Năm,value=Nam")] == [("450", "460")]
    assert [one.shown for one in read(table, columns="year=Năm,value=Nữ")] == [("470", "480")]
    table = "Chỉ tiêu;Năm;Chi tiêu\nGạo;2018;20\nGạo;2019;21\n"
    (one,) = read(table, columns="indicator=Chỉ tiêu,value=Chi tiêu,year=nam")
    assert (one.indicator, one.shown) == ("Gạo", ("20", "21"))
    with pytest.raises(InputError):
        read(table, columns="value=Chi tiền")
