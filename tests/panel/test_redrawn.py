"""Tables of places across a redrawing, by each rule."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruralincome import Target, assess_panel, read_class
from ruralincome.models.pooling import pooled
from ruralincome.panel.histories import histories
from ruralincome.panel.redrawn import redrawn
from ruralincome.places import Boundaries, Link, Place
from ruralincome.places.across import rebuild
from ruralincome.places.find import Finder
from ruralincome.places.names import spoken
from ruralincome.places.tables import vietnam, vietnam_people
from ruralincome.reference.merged import merged
from ruralincome.scenario.file import Scenario
from ruralincome.series import Series

DAY = "2020-07-01"
HILL, DALE, FARM = (Place(code, name, until=DAY) for code, name in (("1", "Hill"), ("2", "Dale"), ("3", "Farm")))
ISLE, LAND, PORT = Place("5", "Isle"), Place("1", "Land", first=DAY), Place("4", "Port", first=DAY)


def ours(share=0.5):
    rest = None if share is None else 1 - share
    links = [Link("1", "1", DAY), Link("2", "1", DAY)]
    links += [Link("3", "1", DAY, "divided", share), Link("3", "4", DAY, "divided", rest)]
    return Finder(Boundaries("ours", (HILL, DALE, FARM, ISLE, LAND, PORT), tuple(links)))


def table(*rows, **more):
    return pd.DataFrame(rows, columns=["place", "year", "value", "population"]).assign(**more)


PARTS = [
    ("Hill", 2010, 10.0, 100), ("Hill", 2015, 20.0, None), ("Dale", 2010, 20.0, 100), ("Dale", 2015, 30.0, 300),
    ("3", 2010, 40.0, 200), ("3", 2015, 50.0, 200), ("Isle", 2010, 7.0, None), ("Isle", 2015, 8.0, None),
]  # fmt: skip


def shown(frame):
    """{place: {year: value}} of the rows without a fault, and {place: fault}."""
    fault = frame["fault"].astype(str) if "fault" in frame else pd.Series("", frame.index)
    good, bad = frame[fault == ""], frame[fault != ""]
    values = {str(p): dict(zip(g["year"], g["value"], strict=True)) for p, g in good.groupby("place", observed=True)}
    return values, dict(zip(bad["place"].astype(str), fault[fault != ""], strict=True))


def test_new_places_of_their_parts():
    found = redrawn(table(*PARTS), ours(), "rebuild", 2025)
    values, faults = shown(found.frame)
    assert faults == {}
    assert values["Land"] == pytest.approx({2010: 70 / 3, 2015: (20 + 90 + 50) / 5})
    assert values["Port"] == pytest.approx({2010: 40, 2015: 50})
    assert values["Isle"] == {2010: 7.0, 2015: 8.0}
    assert found.fixed == (2015,)  # people of Hill are those of 2010


def test_it_is_what_one_place_is_rebuilt_to():
    series = {c: Series(c, (2010, 2015), v) for c, v in (("1", (10, 20)), ("2", (20, 30)), ("3", (40, 50)))}
    people = {2010: {"1": 100, "2": 100, "3": 200}, 2015: {"1": 100, "2": 300, "3": 200}}
    one = rebuild(ours().boundaries, LAND, series, people).series
    many = shown(redrawn(table(*PARTS), ours(), "rebuild", 2025).frame)[0]["Land"]
    assert many == pytest.approx(dict(zip(one.years, one.values, strict=True)))


@pytest.mark.parametrize(
    ("share", "rows", "fault"),
    [
        (None, PARTS, {"Land": "place_divided", "Port": "place_divided"}),
        (0.5, [row for row in PARTS if row[0] != "Dale"], {"Land": "part_missing"}),
        (0.5, [(*row[:3], None) if row[0] == "Dale" else row for row in PARTS], {"Land": "no_weights"}),
        (0.5, [*PARTS, ("Atlantis", 2010, 1.0, 5)], {"Atlantis": "place_unknown"}),
        (0.5, [*PARTS, ("Port", 2010, 1.0, 5)], {"Port": "place_of_other_days"}),
    ],
)
def test_what_cannot_be_rebuilt_is_said_in_its_row(share, rows, fault):
    found = redrawn(table(*rows), ours(share), "rebuild", 2025)
    assert shown(found.frame)[1] == fault
    assert set(found.told) == {"Atlantis", "Port"} & {row[0] for row in rows[len(PARTS) :]}


def test_what_is_wrong_with_a_part_is_wrong_with_the_whole():
    rows = table(*PARTS, ("Hill", 2015, 21.0, 5))
    values, _ = shown(redrawn(rows, ours(), "rebuild", 2025).frame)
    assert list(values["Port"]) == [2010, 2015]
    found = assess_panel(
        redrawn(rows, ours(), "rebuild", 2025).frame, model="random_walk_with_drift", target=Target(50, 2025)
    )
    assert found.set_index("place")["refusal"]["Land"] == "year_twice"


def test_own_targets_go_along_where_the_parts_agree():
    rows = table(*PARTS, target=99.0, target_year=2025, unit="x")
    frame = redrawn(rows, ours(), "rebuild", 2025).frame
    assert set(frame["target"]) == {99.0}
    assert set(frame["unit"]) == {"x"}
    rows.loc[0, "target"] = 98.0
    assert shown(redrawn(rows, ours(), "rebuild", 2025).frame)[1] == {"Land": "targets_differ"}


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
    assert viet_nam(*rows, rule="break")[1] == {name: "another_place"}
    rows = [("23194", year, value, 1) for _, year, value, _ in rows]
    assert viet_nam(*rows, rule="break")[1] == {}  # Đức Tài is a part of it


def test_an_old_code_goes_on_where_the_old_territory_is_followed():
    rows = [("23212", 2022, 40.0, 1), ("23212", 2026, 44.0, 1), ("23215", 2026, 44.0, 1)]
    assert viet_nam(*rows, rule="old")[1] == {"23215": "place_of_other_days"}  # nothing of it is from before the day
    assert viet_nam(*rows, rule="break")[1] == {"23212": "place_of_other_days", "23215": "place_of_other_days"}


RESTATED = [("Tỉnh Lâm Đồng", 2020, 3700.0, 10), ("Tỉnh Lâm Đồng", 2024, 4700.0, 10)]


def test_figures_that_are_restated_for_a_new_province_say_so_in_their_rows():
    rows = pd.DataFrame(RESTATED, columns=["place", "year", "value", "population"])
    assert shown(redrawn(rows, vietnam(), "refuse", 2027).frame)[1] == {"Tỉnh Lâm Đồng": "redrawn"}
    found = redrawn(rows.assign(territory="2025-07-01"), vietnam(), "refuse", 2027, people=vietnam_people())
    assert shown(found.frame)[1] == {}
    people = vietnam_people()[2020]
    lived = np.array([people[code] for code in ("60", "67", "68")])
    assert found.frame["squares"].iloc[0] == pytest.approx((lived**2).sum() / lived.sum() ** 2)
    odd = redrawn(rows.assign(territory="1/7/2025"), vietnam(), "refuse", 2027).frame
    assert set(shown(odd)[1].values()) == {"territory_text"}


def test_a_new_place_s_own_figures_go_before_those_of_its_parts():
    parts = [(f"Tỉnh {name}", 2020, value, 10) for name, value in (("Lâm Đồng", 3.0), ("Bình Thuận", 4.0))]
    parts.append(("Tỉnh Đắk Nông", 2020, 2.0, 10))
    rows = pd.DataFrame([*RESTATED, *parts], columns=["place", "year", "value", "population"])
    frame = redrawn(rows.assign(territory=["2025-07-01"] * 2 + [""] * 3), vietnam(), "rebuild", 2027).frame
    assert shown(frame) == ({"Tỉnh Lâm Đồng": {2020: 3700.0, 2024: 4700.0}}, {})


def test_districts_have_no_heir_and_are_refused_in_their_rows():
    assert viet_nam(("Huyện Đức Linh", 2024, 40.0, 1), rule="rebuild") == ({}, {"Huyện Đức Linh": "unit_ended"})


def test_a_table_of_other_names_is_left_as_it_is():
    rows = table(("A", 2015, 1.0, None), ("A", 2022, 2.0, None))
    assert redrawn(rows, ours(), "refuse", 2025, strict=False).frame is rows
    assert shown(redrawn(rows, ours(), "refuse", 2025).frame)[1] == {"A": "place_unknown"}


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


PROVINCES = {"Tỉnh Lâm Đồng": 3742, "Tỉnh Bình Thuận": 3981, "Tỉnh Đắk Nông": 2809, "Tỉnh Vĩnh Long": 3201,
             "Tỉnh Bến Tre": 3544, "Tỉnh Trà Vinh": 3437, "Thành phố Hà Nội": 5981}  # fmt: skip


@pytest.mark.parametrize("name", [Scenario().reference, "vietnam-provinces"])
def test_each_new_place_is_judged_by_the_class_of_its_own_parts(name):
    """As one by one: the class is merged by the incomes of the last year, then brought into the places' prices."""
    people, table_ = vietnam_people()[2020], vietnam().boundaries
    code = {name: vietnam().one(name, "2020-12-31").code for name in PROVINCES}
    rows = table(*((n, y, v * f, people[code[n]]) for n, v in PROVINCES.items() for y, f in ((2016, 0.7), (2020, 1.0))))
    reference, goal = read_class(name, 2020), Target(6000, 2026)
    found = assess_panel(redrawn(rows, vietnam(), "rebuild", 2026).frame, reference, target=goal).set_index("place")
    assert list(found.index) == ["Tỉnh Lâm Đồng", "Tỉnh Vĩnh Long", "Thành phố Hà Nội"]
    for new in table_.on("2026-01-01", "province"):
        if new.name not in found.index:
            continue
        parts = [part.place for part in table_.parts(new)] or [new]
        known = {p.code: Series(p.code, (2016, 2020), (PROVINCES[p.name] * 0.7, PROVINCES[p.name])) for p in parts}
        one = rebuild(table_, new, known, vietnam_people()) if new.first else None
        series, incomes = (one.series, one.incomes) if one else (known[new.code], [1.0])
        alone = pooled(series, merged(reference, incomes).into("nominal"))
        assert found["probability"][new.name] == pytest.approx(alone.probability(2026, 6000), abs=1e-9)
        assert found["median"][new.name] == pytest.approx(alone.quantile([2026], [0.5])[0, 0])


def test_many_classes_are_rounded_and_neither_order_nor_chunk_matters():
    rng = np.random.default_rng(3)
    n = 300
    rows = pd.DataFrame({"place": np.repeat([f"A{i}" for i in range(n)], 2), "year": [2016, 2020] * n, "value": 30.0})
    rows["value"] += rng.uniform(0, 5, 2 * n)
    exact = rows.assign(squares=np.repeat(rng.uniform(0.2, 1, n), 2))
    reference, goal = read_class("vietnam-provinces", 2020), Target(40, 2024)
    found = assess_panel(exact, reference, target=goal)
    again = assess_panel(exact.sample(frac=1, random_state=1), reference, target=goal, chunk=37).set_index("place")
    pd.testing.assert_frame_equal(found, again.loc[found["place"]].reset_index(), check_exact=True)
    for i in (0, 100, 299):
        alone = assess_panel(exact[2 * i : 2 * i + 2], reference, target=goal)["probability"][0]
        assert found["probability"][i] == pytest.approx(alone, abs=0.003)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 100), st.integers(1, 10**6)), min_size=3, max_size=3))
def test_income_of_all_is_the_same_before_and_after(given):
    rows = table(*((name, 2015, v, n) for name, (v, n) in zip(("Hill", "Dale", "Farm"), given, strict=True)))
    frame = redrawn(rows, ours(0.5), "rebuild", 2025).frame
    before = sum(v * n for v, n in given)
    farm = given[2][1] / 2
    people = {"Land": given[0][1] + given[1][1] + farm, "Port": farm}
    assert sum(v * people[str(p)] for p, v in zip(frame["place"], frame["value"], strict=True)) == pytest.approx(before)
