"""Scenarios whose target lies beyond the day on which the place was redrawn."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from steps import faults

from ruralincome.reference.vintages import read_class
from ruralincome.report.answer.sentences import support
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.result import result
from ruralincome.series import Faults, InputError, Series, Text

from ruralincome.scenario.territory import placed, redrawn  # isort: skip

ROOT = Path(__file__).parents[2]
GOAL = {"value": 67.35, "year": 2025}
PARTS = {"Lâm Đồng": 3742, "Bình Thuận": 3981, "Đắk Nông": 2809}


def series(name, *observed, place=None):
    years, values = zip(*observed, strict=True)
    return Series(name, years, values, "x", place=Text(place or f"tỉnh {name}", name))


def test_the_default_refuses_by_name_with_the_rules_that_serve():
    (fault,) = faults(Scenario(target=GOAL, as_of=2020), ROOT)
    line = str(fault)
    assert line.startswith("redrawn: 60 Tỉnh Bình Thuận was redrawn on 2025-07-01")
    assert "old (" in line
    assert "rebuild (" in line
    with pytest.raises(Faults):
        answer(Scenario(target=GOAL, as_of=2020), root=ROOT)


@pytest.mark.parametrize("year", [2021, 2024])
def test_a_target_before_the_day_is_asked_as_ever(year):
    assert faults(Scenario(target={"value": 60, "year": year}, as_of=2020), ROOT) == []


def test_a_country_was_not_redrawn():
    assert faults(Scenario(series="vietnam_rural_income", target={"value": 8705, "year": 2030}), ROOT) == []


@pytest.mark.parametrize(("language", "told"), [("vi", "địa bàn cũ"), ("en", "old territory")])
def test_the_rule_is_on_the_page_and_in_the_result(language, told):
    found = answer(Scenario(target=GOAL, as_of=2020, redrawn="old"), root=ROOT)
    assert result(found)["redrawn"] == {
        "rule": "old", "day": "2025-07-01", "became": ["Tỉnh Lâm Đồng"], "parts": [], "fixed": [], "basis": "",
        "place": {"code": "60", "name": "Tỉnh Bình Thuận", "first": "", "until": "2025-07-01"},
    }  # fmt: skip
    said = " ".join(support(found, language))
    assert told in said
    assert "tỉnh lâm đồng" in said.lower()


def test_an_answer_across_no_day_says_nothing_of_it():
    found = answer(Scenario(as_of=2020), root=ROOT)
    assert result(found)["redrawn"] is None


def test_the_place_of_a_series():
    on = "2020-12-31"
    assert placed(series("a", (2020, 1.0), place="tỉnh Bình Thuận"), on)[1].code == "60"
    assert placed(series("a", (2020, 1.0), place="Vĩnh Long"), on)[1].code == "86"
    assert placed(series("a", (2020, 1.0), place="huyện Đức Linh"), on)[1].code == "600"
    assert placed(series("a", (2020, 1.0), place="cả nước"), on) is None
    assert placed(Series("a", (2020,), (1.0,)), on) is None


@pytest.fixture
def lam_dong(tmp_path):
    """A folder with the incomes of the three provinces that became new Lâm Đồng, of 2018 (made up) and 2020."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    package = json.loads((tmp_path / "data" / "datapackage.json").read_text("utf-8"))
    model = next(r for r in package["resources"] if r["name"] == "binh_thuan_whole_province")

    def add(label, name, *observed, **more):
        lines = [f"{year},{value:.1f},made up,x\n" for year, value in observed]
        content = "".join(["year,value,status,source\n", *lines]).encode()
        (tmp_path / "data" / f"{label}.csv").write_bytes(content)
        resource = {**model, "name": label, "path": f"{label}.csv", "bytes": len(content), **more}
        resource |= {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "decimals": 1}
        resource["place"] = {"vi": f"tỉnh {name}", "en": name}
        package["resources"].append(resource)

    for label, (name, value) in zip(("lam_dong", "binh_thuan", "dak_nong"), PARTS.items(), strict=True):
        add(label, name, (2018, value * 0.9), (2020, value))
    later = (2020, 3700), (2024, 4700), (2025, 5000)
    add("lam_dong_new", "Lâm Đồng", (2025, 5000), (2026, 5300))
    add("unstated", "Lâm Đồng", *later)
    add("restated", "Lâm Đồng", *later, territory={"on": "2025-07-01", "source": "GSO, yearbook of 2025"})
    add("other", "Bến Tre", (2018, 3000), (2020, 3500))
    (tmp_path / "data" / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return tmp_path


def test_new_lam_dong_of_its_parts(lam_dong):
    stated = {"series": "binh_thuan", "target": {"value": 5472, "year": 2025}}
    found = answer(Scenario(**stated, redrawn="rebuild", parts=["lam_dong", "dak_nong"]), root=lam_dong)
    assert round(found.evidence.series.last) == 3648
    assert found.evidence.published.place.vi == "Tỉnh Lâm Đồng"
    told = result(found)["redrawn"]
    assert told["rule"] == "rebuild"
    assert set(told["parts"]) == {"60", "67", "68"}
    assert told["fixed"] == [2018]
    assert len(found.provenance["inputs"]) >= 3
    alone = answer(Scenario(**stated, redrawn="old"), root=lam_dong)
    assert found.evidence.reference.components[0].b0 < alone.evidence.reference.components[0].b0
    for wide, narrow in zip(alone.assessment.alternatives, found.assessment.alternatives, strict=True):
        assert narrow.reference.components[0].b0 < wide.reference.components[0].b0  # every class is that of the whole
    assert "3 %" in " ".join(support(found, "en"))


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"redrawn": "rebuild"}, "territory.parts"),
        ({"redrawn": "old", "parts": ["lam_dong"]}, "territory.parts"),
        ({"redrawn": "rebuild", "parts": ["lam_dong"]}, "places.part_missing"),
        ({"redrawn": "rebuild", "parts": ["vietnam_rural_income"]}, "territory.no_place"),
        ({"redrawn": "rebuild", "parts": ["lam_dong", "dak_nong", "other"]}, "territory.not_part"),
        ({"redrawn": "rebuild", "parts": ["lam_dong", "unstated"]}, "territory.twice"),
        ({"redrawn": "break"}, "places.nothing_after"),
        ({"series": "unstated", "target": {"value": 6000, "year": 2027}}, "places.redrawn"),
        ({"series": "restated", "target": {"value": 6000, "year": 2027}, "redrawn": "old"}, "territory.restated"),
        (
            {"redrawn": "rebuild", "parts": ["lam_dong"], "target": {"value": 5000, "year": 2024}},
            "territory.not_redrawn",
        ),
    ],
)
def test_a_rule_that_cannot_be_followed(lam_dong, stated, code):
    (fault,) = faults(Scenario(**{"series": "binh_thuan", "target": {"value": 5472, "year": 2025}} | stated), lam_dong)
    assert fault.facts["fault"].code == code


@pytest.mark.parametrize(("language", "told"), [("vi", "theo nguồn số liệu"), ("en", "as their source says")])
def test_figures_that_a_publisher_restates_for_the_new_province(lam_dong, language, told):
    found = answer(Scenario(series="restated", target={"value": 6000, "year": 2027}), root=lam_dong)
    assert found.evidence.series.years == (2020, 2024, 2025)
    said = result(found)["redrawn"]
    assert (said["rule"], said["day"], said["basis"]) == ("restated", "2025-07-01", "GSO, yearbook of 2025")
    assert set(said["parts"]) == {"60", "67", "68"}
    words = " ".join(support(found, language))
    assert told in words
    assert "GSO, yearbook of 2025" in words
    as_is = read_class(Scenario().reference, 2020).components[0]
    assert found.evidence.fitted.components[0].b0 < as_is.b0  # narrowed by people of its parts


@pytest.mark.parametrize(("series_", "parts"), [
    ("binh_thuan", ["lam_dong", "dak_nong", "lam_dong_new"]), ("lam_dong_new", ["binh_thuan", "lam_dong", "dak_nong"]),
])  # fmt: skip
def test_the_new_place_s_own_figures_go_on_after_what_is_rebuilt(lam_dong, series_, parts):
    """Old and new Lâm Đồng have one code: neither takes the other's place."""
    stated = {"series": series_, "target": {"value": 6000, "year": 2028}, "as_of": 2026}
    found = answer(Scenario(**stated, redrawn="rebuild", parts=parts), root=lam_dong).evidence.series
    assert found.years == (2018, 2020, 2025, 2026)
    assert found.values == pytest.approx((3648.5 * 0.9, 3648.5, 5000, 5300), abs=0.6)


def test_a_part_that_is_no_series(lam_dong):
    stated = {"series": "binh_thuan", "target": {"value": 5472, "year": 2025}, "redrawn": "rebuild"}
    (fault,) = faults(Scenario(**stated, parts=["lam_dong", "nowhere"]), lam_dong)
    assert str(fault).startswith("parts[1]: ")


def test_figures_on_both_sides_with_a_break():
    both = series("Lâm Đồng", (2022, 10.0), (2024, 12.0), (2025, 9.0), (2026, 9.9))
    found = redrawn(both, "break", 2030, {})
    assert found.series.origin == 2026
    assert found.series.years == (2023, 2025, 2026)
    with pytest.raises(InputError):
        redrawn(both, "refuse", 2030, {})


def test_a_name_that_is_another_commune_s_after_the_day_has_no_break():
    """Old Xã Hoài Đức of Lâm Hà went elsewhere; the town Đức Tài is a part of the new one, under its code only."""
    observed = (2022, 10.0), (2024, 12.0), (2025, 9.0), (2026, 9.9)
    for rule in ("break", "old"):
        with pytest.raises(InputError) as raised:
            redrawn(series("x", *observed, place="Xã Hoài Đức, Lâm Đồng"), rule, 2030, {})
        assert raised.value.code == "territory.another_place"
    kept = redrawn(series("x", *observed, place="Xã Trà Tân, Lâm Đồng"), "break", 2030, {})
    assert kept is None or kept.rule == "break"


@pytest.mark.parametrize(
    "name", ["Binh Thuan", "Tinh Lam Dong", "Bình Thuận (cũ)", "Đức Linh", "Xã Tân Hà", "xa duc tin"]
)
def test_a_name_that_may_mean_a_place_that_was_redrawn_is_refused_with_them(name):
    known = series("x", (2016, 32.6), (2020, 44.9), place=name)
    with pytest.raises(InputError) as raised:
        redrawn(known, "refuse", 2030, {})
    assert raised.value.code == "territory.unsure"
    assert "2025-07-01" in str(raised.value)
    assert redrawn(known, "old", 2030, {}) is None
    assert redrawn(known, "refuse", 2024, {}) is None


@pytest.mark.parametrize("name", ["Peru", "Việt Nam", "Ea H'leo mới", ""])
def test_a_name_of_no_place_is_left_alone(name):
    assert redrawn(series("x", (2016, 32.6), (2020, 44.9), place=name or "x"), "refuse", 2030, {}) is None


@pytest.mark.parametrize(("rule", "parts", "territory"), [("rebuild", PARTS, ""), ("old", {}, "2025-07-01")])
def test_what_is_said_of_the_territory_of_no_known_place_is_refused(rule, parts, territory):
    known = replace(series("x", (2016, 32.6), (2020, 44.9), place="Peru"), territory=territory)
    with pytest.raises(InputError) as raised:
        redrawn(known, rule, 2030, {name: series(name, (2020, 1.0)) for name in parts})
    assert raised.value.code == "territory.no_place"


def test_no_break_of_a_place_that_ended():
    known = series("x", (2016, 32.6), (2020, 44.9), (2026, 60.0), place="Bình Thuận")
    with pytest.raises(InputError) as raised:
        redrawn(known, "break", 2030, {})
    assert raised.value.code == "territory.ended"


def test_a_break_says_in_which_years_its_figures_stand():
    known = series("x", (2016, 32.6), (2020, 44.9), (2026, 60.0), place="Lâm Đồng")
    assert redrawn(known, "break", 2030, {}).moved == {2016: 2022, 2020: 2026}
