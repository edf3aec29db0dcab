"""Files as offices hand them on: reports of a district, exports of a pivot table, downloads of an organisation."""

import pytest

from ruralincome.data.forms.read import readings_of, rows_of
from ruralincome.data.forms.reading import Options
from ruralincome.series import InputError

REPORT = """BÁO CÁO TIÊU CHÍ THU NHẬP;;;
ĐVT: triệu đồng/người/năm;;;
TT;Xã;Thực hiện 2019;Ước TH 2020;Kế hoạch 2021
1;Xã Hàm Đức;42,5;44,1;50
2;Xã Hồng Sơn;41,0;43,8;49,5
Tổng cộng;;41,8;43,9;49,7
"""
PIVOT = """Huyện,Xã,Năm,Giá trị
Bắc Bình,Hồng Thái,2018,40.1
,,2020,44.2
,Phan Hòa,2018,38.2
,,2020,41.0
Tánh Linh,,2018,36.5
"""
SDMX = """FREQ: Frequency,REF_AREA: Area,MEASURE: Measure,TIME_PERIOD: Time,OBS_VALUE: Value,OBS_STATUS: Status
A: Annual,AUT: Austria,B6G: Income,2018,24500.5,A: Normal value
A: Annual,AUT: Austria,B6G: Income,2019,25210.1,P: Provisional value
"""
MIXED = """Chỉ tiêu;Đơn vị;2018;2020;2020 so với 2018 (%)
1. Thu nhập bình quân đầu người;Triệu đồng/người/năm;38,5;44,9;116,6
2. Tỷ lệ hộ nghèo;%;3,4;2,2;
"""
PX = """AXIS-VERSION="2010";TITLE="Thu nhập";UNITS="Nghìn đồng";STUB="Tỉnh";HEADING="Năm";
VALUES("Tỉnh")="Hà Nội";VALUES("Năm")="2016","2018";SOURCE="Tổng cục Thống kê";DATA=4875.0 6054.0;
"""


def of(text, **options):
    return readings_of(text.encode(), "f.csv", Options(**options))


def told(found):
    return {said.code: said.facts for said in found[0].understood}


def test_a_row_of_all_places_is_that_whichever_column_says_so():
    found = of(REPORT)
    assert [one.place for one in found] == ["Xã Hàm Đức", "Xã Hồng Sơn"]
    assert [one.values for one in found] == [(42.5, 44.1), (41.0, 43.8)]
    assert told(found)["data.read_totals"]["names"] == ("Tổng cộng",)
    assert told(found)["data.read_plans"]["names"] == ("Kế hoạch 2021",)


def test_a_place_that_is_written_once_holds_for_the_rows_below_it():
    found = of(PIVOT)
    assert {one.place: one.values for one in found} == {
        "Hồng Thái, Bắc Bình": (40.1, 44.2), "Phan Hòa, Bắc Bình": (38.2, 41.0), "Tánh Linh": (36.5,),
    }  # fmt: skip
    assert told(found)["data.read_carried"] == {"count": 3}


def test_a_name_that_others_write_in_every_row_is_missing_where_it_is_not():
    with pytest.raises(InputError, match=r"f\.csv row 4 column 1: no place; name it in every row, or once"):
        of("Xã,Năm,Giá trị\nHồng Thái,2018,40.1\nHồng Thái,2020,44.2\n,2021,45\n")


def test_a_figure_beyond_all_numbers_is_none():
    for cell in ("1e400", "9" * 400):
        with pytest.raises(InputError, match=r"row 2 column 2: .* is not a number"):
            of(f"Năm;Giá trị\n2018;{cell}\n2020;1,5\n")


def test_codes_and_names_in_one_cell():
    (one,) = of(SDMX)
    assert (one.place, one.values, one.status) == ("Austria", (24500.5, 25210.1), ("final", "preliminary"))


def test_the_indicator_that_is_meant():
    (one,) = of(MIXED, indicator="thu nhap binh quan")
    assert (one.unit, one.values) == ("million_vnd_per_person_year", (38.5, 44.9))
    with pytest.raises(InputError, match=r"choose one of 1\. Thu"):
        of(MIXED, indicator="dân số")


def test_without_a_question_every_indicator_is_there_those_without_a_name_too():
    found = of("Địa phương;Chỉ tiêu;2018;2020\nHuyện A;Thu nhập;38,2;43,5\nHuyện B;;35,1;39,4\n")
    assert [(one.place, one.indicator, one.values) for one in found] == [
        ("Huyện A", "Thu nhập", (38.2, 43.5)), ("Huyện B", "", (35.1, 39.4)),
    ]  # fmt: skip


@pytest.mark.parametrize("head", ["Quý", "Tháng", "Month"])
def test_a_column_of_parts_of_a_year_is_refused(head, tmp_path):
    with pytest.raises(InputError, match=f"column 2.*{head}.*part of a year"):
        of(f"Năm;{head};Thu nhập\n2018;1;38,2\n2019;2;41,0\n")
    path = tmp_path / "plain.csv"
    path.write_text(f"year,{head},value\n2018,1,38.2\n2019,2,41.0\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"{head}.*part of a year"):
        rows_of(path, ("year", "value"))


def test_px_says_its_source():
    (one,) = of(PX)
    assert one.notes == ("Source: Tổng cục Thống kê",)
