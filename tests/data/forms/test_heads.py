"""Heads: what columns, years and units are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralincome.data.forms.heads import period, planned, role, stated_unit, total, unit
from ruralincome.series import InputError

YEARS = {
    "2020": (2020, "final"),
    "2020.0": (2020, "final"),
    "Năm 2020": (2020, "final"),
    "Sơ bộ 2020": (2020, "preliminary"),
    "Sơ bộ\n2020": (2020, "preliminary"),
    "So\u031b bo\u0323\u0302 2020": (2020, "preliminary"),
    "Prel. 2020": (2020, "preliminary"),
    "2020(*)": (2020, "preliminary"),
    "2020 (sơ bộ)": (2020, "preliminary"),
    "2020p": (2020, "preliminary"),
    "Ước tính 2023": (2023, "estimate"),
    "Ước thực hiện 2021": (2021, "estimate"),
    "Sơ bộ\nPrel.\n2020": (2020, "preliminary"),
    "Thực hiện 2019": (2019, "final"),
    "2016 [YR2016]": (2016, "final"),
    "2020-12-31": (2020, "final"),
    "31/12/2020": (2020, "final"),
    "YR2020": (2020, "final"),
    "2020 - sơ bộ": (2020, "preliminary"),
    "Chính thức 2019": (2019, "final"),
    "2019 (chính thức)": (2019, "final"),
    "2019 (điều chỉnh)": (2019, "final"),
    "2019.": (2019, "final"),
    "Tính đến 31/12/2025": (2025, "final"),
}
NOT_ANNUAL = [
    "Quý I/2020",
    "Q1 2020",
    "2020-Q1",
    "2020Q3",
    "2020M03",
    "Tháng 3/2020",
    "12/2020",
    "9T/2020",
    "2020-03",
    "6 tháng 2020",
]
UNITS = {
    ("nghìn đồng", "Thu nhập bình quân đầu người một tháng"): "thousand_vnd_per_person_month",
    ("1.000 đồng", "Thu nhập bình quân đầu người 1 tháng"): "thousand_vnd_per_person_month",
    ("Nghìn đồng/người/tháng", ""): "thousand_vnd_per_person_month",
    ("triệu đồng/người/năm", ""): "million_vnd_per_person_year",
    ("Million VND per person a year", ""): "million_vnd_per_person_year",
    ("Thousand dongs", "Monthly income per capita"): "thousand_vnd_per_person_month",
    ("Million VND", ""): "Million VND",
    ("tỷ đồng", "GRDP"): "tỷ đồng",
    ("trđ/ng/năm", ""): "million_vnd_per_person_year",
    ("US$ per capita per year", ""): "usd_per_person_year",
    ("nghìn EUR/hộ/tháng", ""): "thousand_eur_per_household_month",
    ("USD/người", ""): "USD/người",
    ("triệu đồng", "Thu nhập bình quân đầu người (số liệu cập nhật đến tháng 6/2021)"): "triệu đồng",
    ("triệu đồng/người/năm", "Báo cáo tháng 6/2021"): "million_vnd_per_person_year",
    ("nghìn đồng", "Thu nhập bình quân đầu người/tháng, báo cáo tháng 6/2021"): "thousand_vnd_per_person_month",
    ("nghìn đồng", "Thu nhập bình quân đầu người hàng tháng"): "thousand_vnd_per_person_month",
    ("trăm nghìn đồng/người/năm", ""): "trăm nghìn đồng/người/năm",
    ("10.000 đồng/người/năm", ""): "10.000 đồng/người/năm",
    ("1000 USD/người/năm", ""): "thousand_usd_per_person_year",
}
ROLES = {
    "Năm": "year",
    "TIME_PERIOD": "year",
    "Giá trị": "value",
    "OBS_VALUE": "value",
    "Tỉnh, thành phố": "province",
    "Tỉnh - Province": "province",
    "Xã": "place",
    "Địa phương": "place",
    "Country Name": "place",
    "Country Code": "aside",
    "ĐVT": "unit",
    "Đơn vị tính": "unit",
    "Chỉ tiêu": "indicator",
    "Nguồn": "source",
    "STT": "aside",
    "Thu nhập": "",
}


@pytest.mark.parametrize(("head", "read"), YEARS.items())
def test_a_year_and_its_status(head, read):
    assert (period(head) or ())[:2] == read


@pytest.mark.parametrize("head", NOT_ANNUAL)
def test_parts_of_a_year_are_refused(head):
    with pytest.raises(InputError) as fault:
        period(head)
    assert fault.value.code == "data.not_annual"


@pytest.mark.parametrize(
    "head",
    [
        *("2025F", "KH 2025", "Kế hoạch năm 2025", "2025 plan", "2025 (KH)", "Dự báo 2025", "Chỉ tiêu 2025"),
        *("KH2025", "2025 proj."),
    ],
)
def test_a_plan_is_no_year_of_observations(head):
    assert planned(head)
    assert period(head) is None
    assert not planned(f"{head} so với 2020 (%)")


@pytest.mark.parametrize("head", ["30/6/2020", "2020-01-01", "1/1/2020"])
def test_a_day_within_a_year_is_refused(head):
    with pytest.raises(InputError, match="write the year alone"):
        period(head)


@pytest.mark.parametrize("head", ["2019/20", "2019/2020", "2019-20", "2019–2020", "Năm 2019/20"])
def test_a_year_across_two_wants_an_option(head):
    with pytest.raises(InputError, match="--year first"):
        period(head)
    assert (period(head, "first") or (0,))[0] == 2019
    assert (period(head, "second") or (0,))[0] == 2020


def test_several_years_are_no_year():
    assert (period("1999/00", "second") or (0,))[0] == 2000
    with pytest.raises(InputError) as fault:
        period("2016-2020")
    assert fault.value.code == "data.span"


@pytest.mark.parametrize(
    "text", ["", "Thu nhập", "2020 so với 2019 (%)", "2020/2019", "2020 (%)", "20201", "Bình Thuận"]
)
def test_other_words_are_no_year(text):
    assert period(text) is None


@pytest.mark.parametrize(("words", "code"), UNITS.items())
def test_a_unit(words, code):
    assert unit(*words) == code


def test_the_unit_above_a_table():
    assert stated_unit("Đơn vị tính: Nghìn đồng") == "Nghìn đồng"
    assert stated_unit("ĐVT: triệu đồng/người/năm") == "triệu đồng/người/năm"
    assert stated_unit("Income (Million VND)") == "Million VND"
    assert stated_unit("Thu nhập (trđ/người/năm)") == "trđ/người/năm"
    assert stated_unit("Thu nhập (trăm nghìn đồng/người/năm)") == "trăm nghìn đồng/người/năm"
    assert stated_unit("Thu nhập bình quân") == ""


@pytest.mark.parametrize(("head", "name"), ROLES.items())
def test_what_a_column_is(head, name):
    assert role(head) == name


@pytest.mark.parametrize(
    "name", ["CẢ NƯỚC", "Cả nước - Whole country", "Total", "Tổng số", "TỔNG CỘNG", "Toàn tỉnh", "Chung", "Tổng:"]
)
def test_all_places_together_are_no_place(name):
    assert total(name)
    assert not total(f"Xã {name}")


@pytest.mark.parametrize("name", ["Chung Chải", "Tổng Cọt", "Tổng Sơn", "Toàn Thắng"])
def test_communes_are_not_all_places_together(name):
    assert not total(name)


@given(st.text(max_size=30))
def test_any_head_is_read_or_refused(text):
    role(text)
    unit(text, text)
    try:
        found = period(text)
    except InputError:
        return
    assert found is None or 1900 <= found[0] <= 2200
