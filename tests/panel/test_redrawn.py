"""Tables of places across a redrawing, by each rule."""

import numpy as np
import pandas as pd
import pytest
from redrawing import ours, shown, table

from ruralincome import Target, assess_panel, read_class
from ruralincome.panel.histories import histories
from ruralincome.panel.ready import redrawn
from ruralincome.places.names import spoken
from ruralincome.places.tables import vietnam, vietnam_people

ACROSS = [("Isle", 2015, 1.0, None), ("Isle", 2022, 1.2, None), ("Hill", 2015, 1.0, None), ("Hill", 2018, 1.2, None)]


def test_a_place_that_was_redrawn_is_refused():
    assert shown(redrawn(table(*ACROSS), ours(), "refuse", 2025).frame)[1] == {"Hill": "redrawn"}
    assert shown(redrawn(table(*ACROSS), ours(), "old", 2025).frame)[1] == {}
    assert shown(redrawn(table(*ACROSS), ours(), "break", 2025).frame)[1] == {"Hill": "nothing_after"}


def test_the_day_counts_for_those_whose_target_lies_beyond_it():
    rows = table(*ACROSS, target_year=[2030, 2030, 2019, 2019])
    assert shown(redrawn(rows, ours(), "refuse", 2030).frame)[1] == {}


def test_a_break_by_code():
    rows = table(("1", 2014, 10.0, None), ("1", 2019, 12.0, None), ("1", 2022, 6.0, None), ("1", 2023, 6.6, None))
    frame = redrawn(rows, ours(), "break", 2025).frame
    assert shown(frame)[1] == {}
    _, found = histories(frame)
    assert dict(zip(found.years, found.values, strict=True)) == pytest.approx({2017: 5.0, 2022: 6.0, 2023: 6.6})


def viet_nam(*rows, rule="refuse", until=2027):
    found = redrawn(pd.DataFrame(rows, columns=["place", "year", "value", "population"]), vietnam(), rule, until)
    return shown(found.frame)


def test_a_table_of_provinces_means_provinces():
    """Bình Thuận is also the name of communes; beside names that are sure to be provinces it is the province."""
    rows = [(name, 2020, 1.0, 10) for name in ("Bình Thuận", "Lâm Đồng", "Đắk Nông", "Huế")]
    values, faults = viet_nam(*rows, rule="rebuild")
    assert (set(values), faults) == ({"Tỉnh Lâm Đồng", "Thành phố Huế"}, {})
    assert viet_nam(("Bình Thuận", 2020, 1.0, 10))[1] == {"Bình Thuận": "place_ambiguous"}


def test_all_63_provinces_by_their_bare_names_give_the_34():
    provinces = vietnam().boundaries.on("2025-06-30", "province")
    rows = [(spoken(p.name)[0] and p.name.split(" ", 1 + (p.name[0] == "T" and p.name[1] == "h"))[-1], 2020, 1.0, 10)
            for p in provinces]  # fmt: skip
    values, faults = viet_nam(*rows, rule="rebuild")
    assert (len(values), faults) == (34, {})


def test_a_name_that_is_another_place_s_after_the_day_is_no_history_of_it():
    """Old Xã Hoài Đức of Lâm Hà went elsewhere; the new one is Đức Tài, Đức Tín and Đức Hạnh of Đức Linh."""
    name = "Xã Hoài Đức, Lâm Đồng"
    rows = [(name, 2022, 40.0, 1), (name, 2024, 44.0, 1), (name, 2025, 30.0, 1), (name, 2026, 33.0, 1)]
    assert viet_nam(*rows, rule="break")[1] == viet_nam(*rows, rule="old")[1] == {name: "another_place"}
    rows = [("23194", year, value, 1) for _, year, value, _ in rows]
    assert viet_nam(*rows, rule="break")[1] == {}  # Đức Tài is a part of it


def test_an_old_code_goes_on_where_the_old_territory_is_followed():
    rows = [("23212", 2022, 40.0, 1), ("23212", 2026, 44.0, 1), ("23215", 2026, 44.0, 1)]
    assert viet_nam(*rows, rule="old")[1] == {"23215": "place_of_other_days"}  # nothing of it is from before the day
    assert viet_nam(*rows, rule="break")[1] == {"23212": "place_of_other_days", "23215": "place_of_other_days"}


def test_a_day_before_the_redrawing_is_of_the_borders_before_it():
    rows = [("Tỉnh Lâm Đồng", year, value, 10) for year, value in ((2020, 40.0), (2024, 55.0), (2025, 60.0))]
    frame = pd.DataFrame(rows, columns=["place", "year", "value", "population"])
    for day, fault in (("2025-06-30", "redrawn"), ("2025-07-01", "")):
        found = shown(redrawn(frame.assign(territory=[day, day, ""]), vietnam(), "refuse", 2028).frame)
        assert found[1].get("Tỉnh Lâm Đồng", "") == fault
    of_old = frame.assign(territory="2025-06-30")  # of all years, the last too
    assert shown(redrawn(of_old, vietnam(), "refuse", 2025).frame)[1] == {"Tỉnh Lâm Đồng": "redrawn"}
    assert shown(redrawn(of_old, vietnam(), "old", 2025).frame)[1] == {}


RESTATED = [("Tỉnh Lâm Đồng", 2020, 3700.0, 10), ("Tỉnh Lâm Đồng", 2024, 4700.0, 10)]


def test_figures_that_are_restated_for_a_new_province_say_so_in_their_rows():
    rows = pd.DataFrame(RESTATED, columns=["place", "year", "value", "population"])
    assert shown(redrawn(rows, vietnam(), "refuse", 2027).frame)[1] == {"Tỉnh Lâm Đồng": "redrawn"}
    found = redrawn(rows.assign(territory="2025-07-01"), vietnam(), "refuse", 2027, people=vietnam_people())
    assert shown(found.frame)[1] == {}
    people = vietnam_people()[2020]
    lived = np.array([people[code] for code in ("60", "67", "68")])
    assert found.frame["squares"].iloc[0] == pytest.approx((lived**2).sum() / lived.sum() ** 2)
    for odd in ("1/7/2025", "2999-07-01"):
        frame = redrawn(rows.assign(territory=odd), vietnam(), "refuse", 2027).frame
        assert set(shown(frame)[1].values()) == {"territory_text"}


def test_a_new_place_s_own_figures_go_before_those_of_its_parts():
    parts = [(f"Tỉnh {name}", 2020, value, 10) for name, value in (("Lâm Đồng", 3.0), ("Bình Thuận", 4.0))]
    parts.append(("Tỉnh Đắk Nông", 2020, 2.0, 10))
    rows = pd.DataFrame([*RESTATED, *parts], columns=["place", "year", "value", "population"])
    frame = redrawn(rows.assign(territory=["2025-07-01"] * 2 + [""] * 3), vietnam(), "rebuild", 2027).frame
    assert shown(frame) == ({"Tỉnh Lâm Đồng": {2020: 3700.0, 2024: 4700.0}}, {})


@pytest.mark.parametrize("name", ["Binh Thuan", "Tinh Lam Dong", "Bình Thuận (cũ)", "Đức Hạnh", "Xa Duc Tin, Duc Linh"])
def test_a_name_that_may_be_of_a_place_that_was_redrawn_is_refused_though_no_rule_is_stated(name):
    rows = pd.DataFrame([(name, 2020, 44.9), (name, 2026, 67.0)], columns=["place", "year", "value"])
    found = redrawn(rows, vietnam(), None, 2030)
    assert set(shown(found.frame)[1].values()) <= {"place_unknown", "place_ambiguous", "place_of_other_days"}
    assert found.told[name].facts["found"]


def test_districts_have_no_heir_and_are_refused_in_their_rows():
    assert viet_nam(("Huyện Đức Linh", 2024, 40.0, 1), rule="rebuild") == ({}, {"Huyện Đức Linh": "unit_ended"})


def test_a_table_of_other_names_is_left_as_it_is():
    rows = table(("A", 2015, 1.0, None), ("A", 2022, 2.0, None))
    assert redrawn(rows, ours(), None, 2025).frame is rows
    assert shown(redrawn(rows, ours(), "refuse", 2025).frame)[1] == {"A": "place_unknown"}


OLD = [(f"Tỉnh {name}", year, 40.0, 10) for name in ("Lâm Đồng", "Bình Thuận", "Đắk Nông") for year in (2016, 2020)]


@pytest.mark.parametrize("rule", ["refuse", "rebuild", "break", "old"])
@pytest.mark.parametrize("names", [("Tỉnh Lâm Đồng", "Tỉnh Đắk Nông"), ("68", "67")])
@pytest.mark.parametrize(("day", "of_part"), [("", ""), ("2025-07-01", ""), ("2025-06-30", "2025-06-30")])
def test_a_name_of_both_eras_beside_another_part_of_that_year_says_whose_borders_it_means(rule, names, day, of_part):
    rows = table(*OLD, (names[0], 2025, 60.0, 10), (names[1], 2025, 50.0, 10))
    rows["territory"] = [""] * len(OLD) + [day, of_part]
    found = redrawn(rows, vietnam(), rule, 2028, people=vietnam_people())
    fault, unsure = shown(found.frame)[1], rule != "old" and not day
    assert (fault.get(names[0]) == "borders_unsure") is unsure
    if unsure:
        days = [str(one.facts["days"]) for one in found.told[names[0]].facts["among"]]
        assert days == ["before 2025-07-01", "from 2025-07-01"]


@pytest.mark.parametrize("rule", [None, "refuse", "break", "rebuild"])
def test_a_bare_name_that_may_be_a_part_stands_beside_the_new_place_as_one(rule):
    """Bình Thuận of 2025 is three communes, and was a province."""
    rows = [("Tỉnh Lâm Đồng", 2020, 49.2), ("Tỉnh Lâm Đồng", 2025, 60.0)]
    rows += [("Bình Thuận", year, value) for year, value in ((2020, 45.0), (2025, 50.0))]
    found = redrawn(pd.DataFrame(rows, columns=["place", "year", "value"]), vietnam(), rule, 2028)
    assert shown(found.frame)[1].items() >= {"Tỉnh Lâm Đồng": "borders_unsure"}.items()
    if rule in ("break", "rebuild"):
        first, *_ = found.told["Bình Thuận"].facts["found"]
        assert first.facts["code"] == "60"


def test_each_place_is_told_the_rules_that_would_serve_it():
    """A divided place is never rebuilt; to break needs a figure after the day, to rebuild figures of all parts."""
    rows = table(*OLD, ("18796", 2018, 30.0, 9), ("23194", 2018, 30.0, 9), ("23194", 2026, 40.0, 9))
    rows = pd.concat([rows, table(("Tỉnh Bến Tre", 2018, 30.0, 9))], ignore_index=True)
    found = redrawn(rows, vietnam(), None, 2028)
    rules = {name: [rule.code.rpartition("_")[2] for rule in why.facts["rules"]] for name, why in found.told.items()}
    assert rules == {
        **{place: ["old", "rebuild"] for place, *_ in OLD},
        **{"18796": ["old"], "23194": ["old", "break"], "Tỉnh Bến Tre": ["old"]},
    }
    assert [why.facts["code"] if why else None for why in found.why(pd.DataFrame({"place": ["18796", "A"]}))] == [
        "18796", None
    ]  # fmt: skip


def test_to_rebuild_is_not_offered_where_a_part_states_no_people():
    rows = table(*((name, year, value, n if "Nông" not in name else None) for name, year, value, n in OLD))
    for why in redrawn(rows, vietnam(), None, 2028).told.values():
        assert [rule.code for rule in why.facts["rules"]] == ["places.rule_old"]


def test_rules_that_figures_of_two_borders_or_no_common_year_forbid_are_not_offered():
    """A figure stated to be of the new borders before one of the old forbids both rules; parts without a year in common
    cannot be rebuilt; a name that was none before the day is told as such."""
    mixed = pd.DataFrame({"place": "68", "year": [2020, 2024, 2025], "value": [40.0, 55.0, 60.0]})
    found = redrawn(mixed.assign(territory=["2025-07-01", "", ""]), vietnam(), None, 2028)
    assert shown(found.frame)[1] == {"68": "mixed_borders"}
    assert (found.told["68"].code, found.told["68"].facts["years"]) == ("places.mixed_old", (2020,))
    apart = table(*((name, 2010 + i, 40.0, 10) for i, (name, *_) in enumerate(OLD)))
    for why in redrawn(apart, vietnam(), None, 2028).told.values():
        assert [rule.code for rule in why.facts["rules"]] == ["places.rule_old"]
    later = table(("Xã Tân Hà Lâm Hà", 2020, 30.0, None), ("Xã Tân Hà Lâm Hà", 2026, 40.0, None))
    found = redrawn(later, vietnam(), None, 2028)
    assert found.told["Xã Tân Hà Lâm Hà"].code == "places.not_on"


@pytest.mark.parametrize(
    ("rule", "rows", "code", "facts"),
    [
        ("break", [("18796", 2018, 30.0, 9)], "places.nothing_after", {"code": "18796", "day": "2025-07-01"}),
        ("break", [("68", 2024, 40.0, 9), ("68", 2026, 50.0, 9)], "", {}),
        ("old", [("Xã Hoài Đức, Lâm Đồng", y, 40.0, 9) for y in (2024, 2025)], "territory.another_place",
         {"code": "24913", "day": "2025-07-01"}),
        ("refuse", [("Tỉnh Đắk Nông", y, 40.0, n) for y, n in ((2019, 620_000), (2020, 637))], "places.leap",
         {"low": 637, "high": 620_000}),
        ("rebuild", [(c, 2020, 40.0, n) for c, n in (("60", 1_239_000), ("67", 637), ("68", 1_309_000))], "places.leap",
         {"name": "67", "low": 637}),
    ],
)  # fmt: skip
def test_each_place_that_is_refused_is_told_why(rule, rows, code, facts):
    found = redrawn(table(*rows), vietnam(), rule, 2028, people=vietnam_people())
    whys = [why for why in found.why(found.frame[["place"]].drop_duplicates()) if why is not None]
    assert [why.code for why in whys] == ([code] if code else [])
    assert not code or whys[0].facts.items() >= facts.items()
    if code == "places.nothing_after":
        assert [rule.code for rule in whys[0].facts["rules"]] == ["places.rule_old"]  # it was divided


def test_all_communes_of_viet_nam():
    """2,935 of the 3,321 are sums of whole parts, with all their people; the others are refused in their rows."""
    old = vietnam().boundaries.on("2025-06-30", "commune")
    years = np.tile([2016, 2020], len(old))
    rows = pd.DataFrame(
        {
            "place": np.repeat([p.code for p in old], 2), "year": years, "value": np.where(years == 2016, 30.0, 40.0),
            "population": 1000,
        }
    )  # fmt: skip
    frame = redrawn(rows, vietnam(), "rebuild", 2025).frame
    found = assess_panel(frame, read_class("vietnam-provinces", 2020), target=Target(50, 2025))
    assert len(found) == 3321
    assert found["probability"].notna().sum() == 2935
    assert found["refusal"].value_counts()["place_divided"] == 386
    assert found["last"].dropna().nunique() == 1  # the mean of equals is the same
    whole = found[found["probability"].notna()]
    parts = [
        [p.share for p in vietnam().boundaries.parts(new)] for new in vietnam().boundaries.on("2026-01-01", "commune")
    ]
    assert whole["population"].sum() == 1000 * sum(sum(shares) for shares in parts if set(shares) <= {0, 1})


@pytest.mark.parametrize(
    ("years", "days", "faults"),
    [
        ((2020, 2024, 2025), ("2025-07-01", "", ""), {"old": "mixed_borders", "break": "mixed_borders"}),
        ((2020, 2024, 2025), ("", "", "2025-07-01"), {"old": "mixed_borders", "break": ""}),
        ((2018, 2022, 2024), ("", "2025-07-01", ""), {"old": "mixed_borders", "break": "mixed_borders"}),
        ((2020, 2024, 2025), ("2025-07-01", "2025-07-01", ""), {"old": "", "break": ""}),
    ],
)
def test_figures_of_old_and_new_borders_among_each_other_are_no_history(years, days, faults):
    rows = pd.DataFrame({"place": "Tỉnh Lâm Đồng", "year": years, "value": [40.0, 55.0, 60.0], "territory": days})
    for rule, fault in faults.items():
        found = shown(redrawn(rows, vietnam(), rule, 2028, people=vietnam_people()).frame)[1]
        assert found == ({"Tỉnh Lâm Đồng": fault} if fault else {}), rule


@pytest.mark.parametrize("rule", [None, "refuse", "break"])
@pytest.mark.parametrize("later", [30.0, None])
def test_a_name_of_a_day_on_which_it_was_none_is_told_so_where_no_rule_would_serve(rule, later):
    """Land began in 2020, and no part of it has rows."""
    found = redrawn(table(("Land", 2010, 20.0, 10), ("Land", 2021, later, 10)), ours(), rule, 2025)
    assert found.frame["fault"].astype(str).tolist() == ["place_of_other_days", ""]
    assert {name: why.code for name, why in found.told.items()} == {"Land": "places.not_on"}


@pytest.mark.parametrize("rule", [None, "refuse", "break"])
def test_a_row_without_a_year_is_of_no_redrawing(rule):
    rows = table(("Isle", 2010, 7.0, 9), ("Isle", 2015, 8.0, 9), ("Hill", "x", 10.0, 100))
    found = redrawn(rows, ours(), rule, 2025)
    assert (shown(found.frame)[1], found.told) == ({}, {})
    assert set(assess_panel(found.frame, target=Target(9.0, 2025))["refusal"].astype(str)) > {"year_text"}


def test_a_figure_of_nought_after_the_day_is_none_to_begin_with():
    rows = table(("1", 2014, 10.0, None), ("1", 2019, 12.0, None), ("1", 2022, 0.0, None))
    assert shown(redrawn(rows, ours(), "break", 2025).frame)[1] == {"1": "nothing_after"}


def test_figures_of_a_new_place_from_after_its_day_are_of_one_place_beside_those_restated():
    """Vĩnh Long is made of three provinces too, but its figure of 2026 is a figure of its own."""
    rows = table(*RESTATED, ("Tỉnh Vĩnh Long", 2026, 60.0, 10), territory=["2025-07-01"] * 2 + [""])
    found = histories(redrawn(rows, vietnam(), "refuse", 2028, people=vietnam_people()).frame)[1].own
    assert (found[0] < 0.5, found[1]) == (True, 1.0)
