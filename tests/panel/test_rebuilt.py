"""New places of a table of their parts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redrawing import LAND, PARTS, ours, shown, table

from ruralincome import Target, assess_panel, read_class
from ruralincome.models.walk import pooled
from ruralincome.panel.ready import redrawn
from ruralincome.places import Boundaries, Place
from ruralincome.places.across import rebuild
from ruralincome.places.find import Finder
from ruralincome.places.tables import vietnam, vietnam_people
from ruralincome.reference.reference import merged
from ruralincome.scenario.file import Scenario
from ruralincome.series import Series


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
    assert set(found.told) == set(fault)
    assert all(("Dale" if share else "Farm") in str(found.told[place]) for place in {"Land"} & set(fault))
    if fault.get("Land") in ("part_missing", "place_divided"):  # the parts that lack are named, else all
        named = ["2 Dale"] if share else ["1 Hill", "2 Dale", "3 Farm"]
        assert found.told["Land"].facts["parts"] == named
    if "population" in found.frame:  # those of one part are not the new place's
        assert found.frame.loc[found.frame["fault"] == "part_missing", "population"].isna().all()


@pytest.mark.parametrize("thousands", [{0}, {2, 3}])
def test_people_in_thousands_beside_people_are_no_weights(thousands):
    names = [name for name in ("Tỉnh Lâm Đồng", "Tỉnh Đắk Nông", "Tỉnh Bình Thuận") for _ in range(2)]
    people = [1290000, 1309000, 610000, 637000, 1220000, 1239000]
    mixed = [count // 1000 if i in thousands else count for i, count in enumerate(people)]
    for counts, fault in (
        (people, {}),
        (mixed, {"Tỉnh Lâm Đồng": "population_jumps"}),
        ([n // 1000 for n in people], {}),
    ):
        rows = table(*zip(names, [2016, 2020] * 3, [30.0, 40.0] * 3, counts, strict=True))
        assert shown(redrawn(rows, vietnam(), "rebuild", 2026, people=vietnam_people()).frame)[1] == fault


@pytest.mark.parametrize(("count", "fault"), [(3_324_000, {}), (3_324, {"Tỉnh Lâm Đồng": "population_jumps"})])
@pytest.mark.parametrize("published", [vietnam_people(), {}])
def test_the_people_of_the_new_place_s_own_row_are_those_of_its_parts(count, fault, published):
    people = {"Tỉnh Lâm Đồng": 1_309_000, "Tỉnh Đắk Nông": 637_000, "Tỉnh Bình Thuận": 1_239_000}
    rows = table(*((name, year, 40.0, n) for name, n in people.items() for year in (2016, 2020)))
    rows = pd.concat([rows, table(("Tỉnh Lâm Đồng", 2025, 60.0, count))], ignore_index=True)
    found = redrawn(rows, vietnam(), "rebuild", 2028, people=published).frame
    assert shown(found)[1] == fault
    if fault:  # nor are those of one row the place's
        assert found.loc[found["fault"] != "", "population"].isna().all()


@pytest.mark.parametrize("rule", [None, "refuse", "old", "rebuild", "break"])
def test_a_place_that_was_not_redrawn_states_people_as_the_others_do(rule):
    """By whom a mean of parts is weighed, and the totals of areas under each rule."""
    people = {"Tỉnh Lâm Đồng": 1_309_000, "Tỉnh Đắk Nông": 637_000, "Tỉnh Bình Thuận": 1_239_000, "Hà Nội": 8_200}
    rows = table(*((name, year, 40.0, n) for name, n in people.items() for year in (2016, 2020)))
    for until in (2024, 2028):
        found = shown(redrawn(rows, vietnam(), rule, until, people=vietnam_people()).frame)[1]
        assert [name[-6:] for name, fault in found.items() if fault == "population_jumps"] == ["Hà Nội"]


def test_the_standard_error_of_a_mean_of_parts():
    rows = table(*PARTS, standard_error=[1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 0.5, 0.5])
    frame = redrawn(rows, ours(), "rebuild", 2025).frame.set_index(["place", "year"])["standard_error"]
    assert frame["Land", 2010] == pytest.approx((1 + 4 + 9) ** 0.5 * 100 / 300)
    assert frame["Port", 2015] == 3.0  # one part alone
    assert frame["Isle", 2015] == 0.5
    rows.loc[0, "standard_error"] = np.nan
    found = redrawn(rows, ours(), "rebuild", 2025).frame  # of one part it is not known
    assert np.isnan(found.set_index(["place", "year"])["standard_error"]["Land", 2010])
    assert shown(found)[1]["Land"] == "errors_wrong"
    rows["standard_error"] = np.nan
    assert shown(redrawn(rows, ours(), "rebuild", 2025).frame)[1] == {}


def test_people_of_a_new_place_are_its_shares_of_its_parts_down_to_one():
    rows = table(("Hill", 2015, 20.0, 3), ("Dale", 2015, 30.0, 4), ("Farm", 2015, 50.0, 2), ("Isle", 2015, 7.0, None))
    people = redrawn(rows, ours(0.5), "rebuild", 2025).frame.set_index("place")["population"]
    assert (people["Land"], people["Port"]) == (8, 1)
    assert np.isnan(people["Isle"])


def test_what_is_wrong_with_a_part_is_wrong_with_the_whole():
    rows = table(*PARTS, ("Hill", 2015, 21.0, 100))
    values, _ = shown(redrawn(rows, ours(), "rebuild", 2025).frame)
    assert list(values["Port"]) == [2010, 2015]
    assert shown(redrawn(rows, ours(), "rebuild", 2025).frame)[1] == {"Land": "year_twice"}


@pytest.mark.parametrize(
    ("row", "fault"),
    [(("Hill", 2015, -20.0, 100), "value_not_positive"), (("Hill", 2015, 20.0, "x"), "population_text")],
)
def test_a_bad_row_of_a_part_says_what_is_wrong_with_it(row, fault):
    rows = table(*(row if old[:2] == row[:2] else old for old in PARTS))
    found = assess_panel(redrawn(rows, ours(), "rebuild", 2025).frame, model="random_walk_with_drift")
    assert found.set_index("place")["refusal"]["Land"] == fault


def test_years_that_lack_a_part_are_told_and_not_used():
    rows = [row for row in PARTS if row[:2] != ("Dale", 2015)]
    found = redrawn(table(*rows), ours(), "rebuild", 2025)
    assert list(shown(found.frame)[0]["Land"]) == [2010]
    assert {name: (why.code, why.facts["years"], why.facts["parts"]) for name, why in found.told.items()} == {
        "Land": ("places.unused", (2015,), ["2 Dale"])
    }


def test_a_row_without_a_figure_is_no_row():
    rows = table(*PARTS, ("Hill", 2018, None, 90), ("Dale", 2018, 3.0, 90), ("3", 2018, 3.0, 90))
    values, faults = shown(redrawn(rows, ours(), "rebuild", 2025).frame)
    assert (list(values["Land"]), faults) == ([2010, 2015], {})


def test_a_part_after_a_break_breaks_the_whole():
    rows = table(*PARTS, status=["", "break"] + [""] * 6)
    frame = redrawn(rows, ours(), "rebuild", 2025).frame
    assert (
        dict(zip(zip(frame["place"], frame["year"], strict=True), frame["status"], strict=True))["Land", 2015]
        == "break"
    )
    assert set(frame["status"][frame["place"] == "Port"]) == {""}


def test_a_figure_of_early_parts_is_early():
    rows = table(*PARTS, status=["", "preliminary", "", "estimate", "", "preliminary", "preliminary", ""])
    frame = redrawn(rows, ours(), "rebuild", 2025).frame
    assert dict(zip(zip(frame["place"], frame["year"], strict=True), frame["status"], strict=True)) == {
        ("Land", 2010): "", ("Land", 2015): "estimate", ("Port", 2010): "", ("Port", 2015): "preliminary",
        ("Isle", 2010): "preliminary", ("Isle", 2015): "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("states", "absent", "code", "missing", "unpeopled"),
    [
        ((), "Tỉnh Đắk Nông", "lacking", 1, 2), ((), "", "unpeopled", 0, 3),
        (("Tỉnh Bình Thuận", "Tỉnh Đắk Nông"), "", "unpeopled", 0, 1),
    ],
)  # fmt: skip
def test_the_parts_that_lack_people_or_rows_are_named_apart(states, absent, code, missing, unpeopled):
    names = [n for n in ("Tỉnh Lâm Đồng", "Tỉnh Bình Thuận", "Tỉnh Đắk Nông") if n != absent]
    rows = table(*((name, year, 40.0, 9 if name in states else None) for name in names for year in (2016, 2020)))
    why = redrawn(rows, vietnam(), "rebuild", 2028).told["Tỉnh Lâm Đồng"]
    assert why.code == f"places.{code}"
    assert (len(why.facts["missing"]), len(why.facts["parts"])) == (missing, unpeopled)
    if states:
        assert why.facts["parts"] == ["68 Tỉnh Lâm Đồng"]


def test_a_place_of_which_no_link_tells_is_refused_in_its_row():
    """Reef began in 2015, nobody says of what; the others are rebuilt."""
    finder = ours()
    places = (*finder.boundaries.places, Place("9", "Reef", first="2015-01-01"))
    rows = table(*PARTS, ("Reef", 2010, 3.0, 10), ("Reef", 2018, 3.0, 10))
    found = redrawn(rows, Finder(Boundaries("ours", places, finder.boundaries.links)), "rebuild", 2025)
    values, faults = shown(found.frame)
    assert faults["Reef"] in ("no_origin", "place_of_other_days")
    assert list(values["Land"]) == [2010, 2015]


def test_own_targets_go_along_where_the_parts_agree():
    rows = table(*PARTS, target=99.0, target_year=2025, unit="x")
    frame = redrawn(rows, ours(), "rebuild", 2025).frame
    assert set(frame["target"]) == {99.0}
    assert set(frame["unit"]) == {"x"}
    rows.loc[0, "target"] = 98.0
    assert shown(redrawn(rows, ours(), "rebuild", 2025).frame)[1] == {"Land": "targets_differ"}


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


def test_a_figure_of_nothing_is_told_before_the_people_beside_it():
    rows = table(*(("Isle", year, value, n) for year, value, n in ((2010, 7.0, 90), (2012, 0.0, 90), (2015, 8.0, 9))))
    found = redrawn(rows, ours(), "rebuild", 2025).frame.set_index("year")["fault"].astype(str)
    assert found.to_dict() == {2010: "population_jumps", 2012: "value_not_positive", 2015: "population_jumps"}
