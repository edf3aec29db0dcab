"""Rows mapped from one day to another."""

import pytest
from redrawing import ours

from ruralincome.data.table import content_of, table_of
from ruralincome.places.find import Named, map_rows
from ruralincome.places.tables import named, read_boundaries, vietnam
from ruralincome.series import Faults, InputError

BEFORE, AFTER = "2025-06-30", "2025-07-01"


def read_delimited(path, needed, also=()):
    return table_of(content_of(path, needed), path.name, needed, also)


def mapped(*rows, to=AFTER):
    return list(map_rows(vietnam(), rows, to))


def test_a_whole_unit_a_divided_one_and_one_that_nobody_knows():
    whole, divided, unknown = mapped(Named("23212", BEFORE), Named("Phường Cống Vị", BEFORE), Named("Atlantis", BEFORE))
    assert (whole.kind, whole.new.code, whole.new.name) == ("whole", "23194", "Xã Hoài Đức")
    assert (divided.kind, divided.new) == ("divided", None)
    assert "Phường Giảng Võ" in str(divided.fault)
    assert (unknown.kind, unknown.fault.code) == ("unmapped", "places.unknown")


def test_a_code_is_of_its_day():
    old, new = mapped(Named("24913", BEFORE), Named("24913", AFTER))
    assert old.new.code == "24916"
    assert new.fault.code == "places.not_on"  # no new place bears it


def test_a_district_has_no_heir():
    (found,) = mapped(Named("600", BEFORE))
    assert found.fault.code == "places.no_heir_of"
    for code in ("23200", "23191", "23194", "23227"):  # its twelve units are in four
        assert f"{code} Xã" in str(found.fault)


def test_a_place_in_two_rows_of_one_year_is_in_neither():
    one, two, other = mapped(
        Named("23212", BEFORE, 2020), Named("Xã Đức Hạnh, Huyện Đức Linh", BEFORE, 2020), Named("23212", BEFORE, 2021)
    )
    assert one.fault.code == two.fault.code == "places.row_twice"
    assert other.kind == "whole"


@pytest.mark.parametrize(
    ("text", "on", "code"), [("value\n1\n", BEFORE, "places.no_names"), ("place\nHà Nội\n", "", "places.no_date")]
)
def test_a_table_that_names_no_place_or_no_day(tmp_path, text, on, code):
    (tmp_path / "rows.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        list(named(read_delimited(tmp_path / "rows.csv", ()), on))
    assert raised.value.code == code


def test_rows_name_places_of_their_year(tmp_path):
    (tmp_path / "rows.csv").write_text(
        "place;province;year\nXã Hoài Đức;Lâm Đồng;2020\nXã Hoài Đức;Lâm Đồng;2025\n", "utf-8"
    )
    rows = list(named(read_delimited(tmp_path / "rows.csv", ()), ""))
    assert [m.new.code for m in mapped(*rows)] == ["24916", "23194"]


def test_a_row_of_no_year_is_told_and_the_others_are_mapped(tmp_path):
    (tmp_path / "rows.csv").write_text("code,year\n23212,2020\n23212,abc\n23212,\n23212,1900\n", "utf-8")
    found = mapped(*named(read_delimited(tmp_path / "rows.csv", ()), ""))
    assert [one.kind for one in found] == ["whole", "unmapped", "unmapped", "unmapped"]
    assert "row 3" in str(found[1].fault)
    assert found[3].fault.code == "places.before"


def test_codes_that_may_have_lost_their_zeros_are_asked_for():
    """79 is Hồ Chí Minh, and 00079 a ward: beside codes of communes nobody knows which is meant."""
    found = mapped(*(Named(code, BEFORE) for code in ("79", "67", "00082", "23212")))
    assert [one.fault and one.fault.code for one in found] == ["places.several", "places.several", None, None]
    assert "00079" in str(found[0].fault)
    found = mapped(*(Named(code, BEFORE) for code in ("79", "67", "Tỉnh Lâm Đồng")))
    assert [one.new.code for one in found] == ["79", "68", "68"]
    assert mapped(Named("79", BEFORE))[0].fault.code == "places.several"


@pytest.mark.parametrize("heads", ["Mã xã,Năm", "MÃ,năm", "code,year", "Mã số,Year"])
def test_heads_as_officials_write_them(tmp_path, heads):
    (tmp_path / "rows.csv").write_text(f"{heads}\n23212,2024\n", "utf-8")
    (found,) = mapped(*named(read_delimited(tmp_path / "rows.csv", ()), ""))
    assert found.new.code == "23194"


def test_vietnamese_heads_of_names(tmp_path):
    rows = "Tên xã;Huyện;Tỉnh;Năm\nXã Tân Hà;Đức Linh;Bình Thuận;2024\nXã Tân Hà;Hàm Tân;Bình Thuận;2024\n"
    (tmp_path / "rows.csv").write_text(rows, "utf-8")
    found = mapped(*named(read_delimited(tmp_path / "rows.csv", ()), ""))
    assert [one.new.name for one in found] == ["Xã Trà Tân", "Xã Hàm Tân"]


def country(folder, places, links="old,new,day\n"):
    (folder / "places.csv").write_text("code,name,level,first,until\n" + places, encoding="utf-8")
    (folder / "links.csv").write_text(links, encoding="utf-8")
    return read_boundaries(folder)


def test_a_country_of_one_s_own(tmp_path):
    finder = country(
        tmp_path,
        "1,West,shire,,2010-01-01\n2,East,shire,,2010-01-01\n1,Both,shire,2010-01-01,\n",
        "old,new,day,kind\n1,1,2010-01-01,\n2,1,2010-01-01,whole\n",
    )
    assert finder.boundaries.home(finder.one("East"), "2020-01-01").name == "Both"


def test_each_row_that_cannot_stand_is_a_line(tmp_path):
    with pytest.raises(Faults) as raised:
        country(tmp_path, "1,West,shire,2010,\n2,,shire,,\n", "old,new,day,share\n1,1,2010-01-01,many\n")
    lines = str(raised.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["places.csv row 2", "places.csv row 3", "links.csv row 2"]


def test_a_place_that_ended_as_another_of_its_level_began_is_no_end_without_a_link(tmp_path):
    places = "1,West,shire,,2010-01-01\n2,Up,hundred,,2010-01-01\n3,All,shire,2010-01-01,\n4,Down,hundred,2010-01-01,\n"
    with pytest.raises(Faults, match="2 Up ended on 2010-01-01 and no link says"):
        country(tmp_path, places, "old,new,day\n1,3,2010-01-01\n")


def test_a_folder_without_a_table(tmp_path):
    with pytest.raises(InputError) as raised:
        read_boundaries(tmp_path)
    assert raised.value.code == "places.no_table"


def test_a_code_and_a_name_that_contradict_each_other_are_mapped_by_neither():
    """23194 was Đức Tài; since 1 July 2025 it is Hoài Đức."""
    right, other, later, typed = mapped(
        Named("23194", BEFORE, beside="Thị trấn Đức Tài"), Named("23194", BEFORE, beside="Xã Đức Tín"),
        Named("23194", BEFORE, beside="Xã Hoài Đức"), Named("23194", BEFORE, beside="Đức Tài, Bình Thuận"),
    )  # fmt: skip
    assert right.kind == typed.kind == "whole"
    assert {other.fault.code, later.fault.code} == {"places.disagree"}
    assert "Xã Đức Tín" in str(other.fault)


def test_shares_that_are_stated_are_not_called_unknown():
    (found,) = map_rows(ours(0.6), [Named("3", "2020-06-30")], "2020-07-01")
    assert (found.kind, found.fault.code) == ("divided", "places.divided_shares")
