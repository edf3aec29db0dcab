"""Viet Nam's table: counts, corrections and answers that are known from the resolutions."""

import csv
import os
from pathlib import Path

import pandas as pd
import pytest
from redrawing import at

from ruralincome import Target, assess_panel, read_class
from ruralincome.panel.ready import redrawn
from ruralincome.places import Boundaries, Link, Place
from ruralincome.places.across import across, rebuild
from ruralincome.places.tables import VIETNAM_FIRST, vietnam, vietnam_people
from ruralincome.series import Series

ROOT = Path(__file__).parents[2]
PANELS = Path(os.environ.get("RURALINCOME_PANELS", ROOT.parent / "shared" / "benchmark" / "data"))
COMMAND = "RURALINCOME_PANELS=DIR python -m pytest tests/places/test_vietnam.py"
FINDER = vietnam()
TABLE = FINDER.boundaries
BEFORE, AFTER = "2025-06-30", "2025-07-01"
CORRECTIONS = list(csv.DictReader((ROOT / "benchmarks" / "places_corrections.csv").read_text("utf-8").splitlines()))


def income(**values):
    """Incomes of 2020, thousand VND a head a month, as published, by the code of the province."""
    return {FINDER.one(n.replace("_", " "), BEFORE).code: Series(n, (2020,), (v,), "x") for n, v in values.items()}


def test_its_size():
    assert len(TABLE.on(BEFORE, "commune")) == 10_040  # five of them districts of islands, without communes
    assert len(TABLE.on(AFTER, "commune")) == 3_321
    assert len(TABLE.on(BEFORE, "province")) == 63
    assert len(TABLE.on(AFTER, "province")) == 34
    assert len(TABLE.on(BEFORE, "district")) == 691
    assert TABLE.on(AFTER, "district") == ()
    files = (ROOT / "ruralincome" / "places" / "vietnam").iterdir()
    assert sum(file.stat().st_size for file in files) < 200_000


def test_the_first_day_is_the_table_s():
    assert TABLE.days[0] == VIETNAM_FIRST


def test_what_became_of_its_units():
    old, new = TABLE.on(BEFORE, "commune"), TABLE.on(AFTER, "commune")
    heirs = [TABLE.became(place, AFTER) for place in old]
    assert sum(len(found) == 1 for found in heirs) == 9_599
    assert sum(len(found) > 1 for found in heirs) == 441
    assert sum(TABLE.home(place, AFTER) is None for place in old) == 381
    assert sum(all(part.share in (0, 1) for part in TABLE.parts(place)) for place in new) == 2_935
    kinds = [{len(TABLE.heirs(part.place)) for part in TABLE.parts(place)} for place in new]
    assert sum(found == {1} for found in kinds) == 2_907
    assert sum(len(TABLE.parts(p)) == 1 and k == {1} for p, k in zip(new, kinds, strict=True)) == 137
    assert sum(place.code in {p.code for p in old} for place in new) == 3_316  # codes are used again


def test_eleven_provinces_were_left_as_they_were():
    kept = [p for p in TABLE.on(BEFORE, "province") if p.valid(AFTER)]
    assert len(kept) == 11
    assert {p.name for p in kept} >= {"Thành phố Hà Nội", "Thành phố Huế", "Tỉnh Thanh Hóa"}
    merged = [p for p in TABLE.on(AFTER, "province") if p.first]
    assert len(merged) == 23
    assert sum(len(TABLE.parts(p)) for p in merged) == 52


def test_twelve_units_of_duc_linh_became_four():
    district = FINDER.one("Huyện Đức Linh")
    units = [p for p in TABLE.on(BEFORE, "commune") if p.parent == district.code]
    homes = {}
    for unit in units:
        homes.setdefault(TABLE.home(unit, AFTER).code, set()).add(unit.code)
    assert homes == {
        "23200": {"23203", "23200", "23197"},
        "23191": {"23191", "23206", "23218"},
        "23194": {"23194", "23215", "23212"},
        "23227": {"23227", "23224", "23221"},
    }


def test_communes_of_binh_thuan():
    province = FINDER.one("Tỉnh Bình Thuận", BEFORE)
    units = [p for p in TABLE.on(BEFORE, "commune") if province in TABLE.above(p)]
    kinds = [p.name.split()[0] for p in units]
    assert (kinds.count("Xã"), kinds.count("Phường"), kinds.count("Thị")) == (93, 16, 12)
    found = {end.place for p in units for end in TABLE.became(p, AFTER)}
    kinds = [p.name.split()[0] for p in found]
    assert (kinds.count("Xã"), kinds.count("Phường"), kinds.count("Đặc")) == (36, 8, 1)
    assert sum(len(TABLE.became(p, AFTER)) > 1 for p in units) == 2
    assert TABLE.home(province, AFTER).name == "Tỉnh Lâm Đồng"


def test_people_sum_as_published():
    people = vietnam_people()[2020]
    assert len(people) == 63
    assert sum(people.values()) == pytest.approx(97_582_600)
    assert set(people) == {p.code for p in TABLE.on(BEFORE, "province")}


@pytest.mark.parametrize(
    "row", [r for r in CORRECTIONS if r["what"] == "removed"], ids=lambda r: f"{r['old']}-{r['new']}"
)
def test_a_wrong_link_of_the_package_is_gone(row):
    heirs = {heir.place.code: heir for heir in TABLE.heirs(at(TABLE, row["old"], BEFORE))}
    assert heirs
    assert row["new"] not in heirs
    assert all(heir.basis == row["basis"] for heir in heirs.values() if heir.share not in (0, 1) or len(heirs) == 1)


def test_a_link_that_the_package_lacks_is_there():
    van_khe = {heir.place.code: heir.share for heir in TABLE.heirs(at(TABLE, "09013", BEFORE))}
    assert van_khe == {"08980": 0, "08995": None, "09022": None, "09817": 0}


def test_land_and_people_may_part():
    ky_loi = at(TABLE, "18796", BEFORE)
    assert [(h.place.name, h.share) for h in TABLE.heirs(ky_loi)][-1] == ("Phường Vũng Áng", 0)
    assert TABLE.home(ky_loi, AFTER) is None
    assert TABLE.home(at(TABLE, "23053", BEFORE), AFTER).name == "Xã Hòa Thắng"  # lost land only: it is whole


@pytest.mark.parametrize(
    ("new", "value", "incomes"),
    [
        ("Tỉnh Lâm Đồng", 3648, {"Tỉnh_Lâm_Đồng": 3742, "Tỉnh_Bình_Thuận": 3981, "Tỉnh_Đắk_Nông": 2809}),
        ("Tỉnh Vĩnh Long", 3406, {"Tỉnh_Vĩnh_Long": 3201, "Tỉnh_Bến_Tre": 3544, "Tỉnh_Trà_Vinh": 3437}),
    ],
)
def test_income_of_a_merged_province(new, value, incomes):
    found = rebuild(TABLE, FINDER.one(new, AFTER), income(**incomes), vietnam_people())
    assert found.series.years == (2020,)
    assert round(found.series.last) == value
    assert found.fixed == ()


@pytest.fixture(scope="module")
def provinces():
    """Incomes of the 63 by name, and the codes of those names; the panel is not ours to ship."""
    if not (PANELS / "vn_province.csv.gz").is_file():
        pytest.skip(f"no {PANELS}/vn_province.csv.gz (GSO, place, year, value): name its folder, {COMMAND}")
    frame = pd.read_csv(PANELS / "vn_province.csv.gz").rename(columns={"series_id": "place"})
    known = {p.code for p in TABLE.on(BEFORE, "province")}
    codes = {n: next(p.code for p in FINDER.find(n, BEFORE) if p.code in known) for n in frame.place.unique()}
    assert set(codes.values()) == known
    return frame, codes


def test_the_country_of_its_63_provinces(provinces):
    published = {2010: 1387, 2012: 2000, 2014: 2637, 2016: 3098, 2018: 3874, 2019: 4295, 2020: 4250}
    frame, codes = provinces
    parts = {codes[n]: Series(n, tuple(g.year), tuple(g.value), "x") for n, g in frame.groupby("place")}
    whole = Place("VN", "Việt Nam", first=AFTER)
    old = tuple(Place(code, code, until=AFTER) for code in parts)
    country = Boundaries("one", (*old, whole), tuple(Link(code, "VN", AFTER) for code in parts))
    found = rebuild(country, whole, parts, vietnam_people())
    assert found.series.years == tuple(published)
    assert found.fixed == tuple(published)[:-1]
    assert round(found.series.last) == 4259
    for year, value in published.items():
        assert found.series.value(year) == pytest.approx(value, rel=0.04)


def test_a_panel_of_the_63_gives_the_34(provinces):
    frame, codes = provinces
    frame = frame.assign(population=frame.place.map(codes).map(vietnam_people()[2020]))
    ready = redrawn(frame, FINDER, "rebuild", 2026)
    found = assess_panel(ready.frame, read_class("vietnam-provinces", 2020), target=Target(6000, 2026))
    assert len(found) == 34
    assert found["refusal"].isna().all()
    last = found.set_index("place")["last"]
    assert (round(last["Tỉnh Lâm Đồng"]), round(last["Tỉnh Vĩnh Long"])) == (3648, 3406)


def test_a_district_that_ended_is_said_to_be_in_what_its_communes_went_into():
    finder = vietnam()
    district = finder.one("Huyện Bắc Bình", "2024-12-31")
    series = Series("a", (2016, 2021), (2500.0, 3560.0), "thousand_vnd_per_person_month")
    found = across(finder.boundaries, district, series, "old", 2025)
    assert found.became
    assert all(name.startswith(("Xã ", "Phường ")) for name in found.became)
