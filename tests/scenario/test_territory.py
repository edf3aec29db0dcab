"""Scenarios whose target lies beyond the day on which the place was redrawn."""

import json
import shutil
from pathlib import Path

import pytest

from ruralincome.report.answer.sentences import support
from ruralincome.scenario.answer import answer
from ruralincome.scenario.check import faults
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
        "rule": "old", "day": "2025-07-01", "became": ["Tỉnh Lâm Đồng"], "parts": [], "fixed": [],
        "place": {"code": "60", "name": "Tỉnh Bình Thuận", "first": "", "until": "2025-07-01"},
    }  # fmt: skip
    said = " ".join(support(found, language))
    assert told in said
    assert "Tỉnh Lâm Đồng" in said


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
    import hashlib

    for name, value in PARTS.items():
        label = {"Lâm Đồng": "lam_dong", "Bình Thuận": "binh_thuan", "Đắk Nông": "dak_nong"}[name]
        content = f"year,value,status,source\n2018,{value * 0.9:.1f},made up,x\n2020,{value},final,GSO\n".encode()
        (tmp_path / "data" / f"{label}.csv").write_bytes(content)
        resource = {**model, "name": label, "path": f"{label}.csv", "bytes": len(content)}
        resource |= {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "decimals": 1}
        resource["place"] = {"vi": f"tỉnh {name}", "en": name}
        package["resources"].append(resource)
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
        assert narrow.reference.rho > wide.reference.rho  # every class is that of the whole
    assert "3 %" in " ".join(support(found, "en"))


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"redrawn": "rebuild"}, "territory.parts"),
        ({"redrawn": "old", "parts": ["lam_dong"]}, "territory.parts"),
        ({"redrawn": "rebuild", "parts": ["lam_dong"]}, "places.part_missing"),
        ({"redrawn": "rebuild", "parts": ["vietnam_rural_income"]}, "territory.no_place"),
        ({"redrawn": "break"}, "places.nothing_after"),
        (
            {"redrawn": "rebuild", "parts": ["lam_dong"], "target": {"value": 5000, "year": 2024}},
            "territory.not_redrawn",
        ),
    ],
)
def test_a_rule_that_cannot_be_followed(lam_dong, stated, code):
    (fault,) = faults(Scenario(**{"series": "binh_thuan", "target": {"value": 5472, "year": 2025}} | stated), lam_dong)
    assert fault.facts["fault"].code == code


def test_a_part_that_is_no_series(lam_dong):
    stated = {"series": "binh_thuan", "target": {"value": 5472, "year": 2025}, "redrawn": "rebuild"}
    (fault,) = faults(Scenario(**stated, parts=["lam_dong", "nowhere"]), lam_dong)
    assert str(fault).startswith("parts[1]: ")


def test_figures_on_both_sides_with_a_break():
    both = series("Bình Thuận", (2022, 10.0), (2024, 12.0), (2025, 9.0), (2026, 9.9))
    found = redrawn(both, "break", 2030, {})
    assert found.series.origin == 2026
    assert found.series.years == (2023, 2025, 2026)
    with pytest.raises(InputError):
        redrawn(both, "refuse", 2030, {})
