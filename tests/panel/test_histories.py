"""Histories: what is wrong with a place stands in its row, and the others are answered."""

import unicodedata

import numpy as np
import pandas as pd
import pytest

from ruralincome.panel.histories import histories
from ruralincome.panel.places import assess_panel
from ruralincome.reference.vintages import read_class
from ruralincome.series import InputError
from ruralincome.target.target import Target

SHIPPED = read_class("vietnam-provinces", 2020)


def table(*rows, columns=("place", "year", "value", "target", "target_year")):
    return pd.DataFrame(rows, columns=list(columns))


GOOD = [("A", 2016, 32.6, 48.9, 2021), ("A", 2020, 44.9, 48.9, 2021)]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("B", 2016, 30.0, 50, 2021), ("B", 2016, 31.0, 50, 2021)], "year_twice"),
        ([("B", 2016, -3.0, 50, 2021), ("B", 2020, 31.0, 50, 2021)], "value_not_positive"),
        ([("B", 2016, 0.0, 50, 2021), ("B", 2020, 31.0, 50, 2021)], "value_not_positive"),
        ([("B", 2016, np.inf, 50, 2021), ("B", 2020, 31.0, 50, 2021)], "value_text"),
        ([("B", 2016, np.nan, 50, 2021), ("B", 2020, np.nan, 50, 2021)], "value_missing"),
        ([("B", 2016.5, 30.0, 50, 2021), ("B", 2020, 31.0, 50, 2021)], "year_text"),
        ([("B", 16, 30.0, 50, 2021), ("B", 2020, 31.0, 50, 2021)], "year_text"),
        ([("B", 2016, 30.0, 50, 2021), ("B", 2020, 31.0, 51, 2021)], "targets_differ"),
        ([("B", 2016, 30.0, 50, 2021), ("B", 2020, 31.0, 50, 2022)], "targets_differ"),
        ([("B", 2016, 30.0, np.nan, np.nan), ("B", 2020, 31.0, np.nan, np.nan)], "no_target"),
        ([("B", 2016, 30.0, -5, 2021), ("B", 2020, 31.0, -5, 2021)], "target_not_positive"),
        ([("B", 2016, 30.0, 0, 2021), ("B", 2020, 31.0, 0, 2021)], "target_not_positive"),
        ([("B", 2016, 30.0, 50, 2020), ("B", 2020, 31.0, 50, 2020)], "target_not_ahead"),
        ([("B", 2016, 30.0, 50, 2071), ("B", 2020, 31.0, 50, 2071)], "target_year_far"),
        ([("B", 2016, 30.0, 50, 9999), ("B", 2020, 31.0, 50, 9999)], "target_year_far"),
        ([("B", 2016, 30.0, 50, 1e30), ("B", 2020, 31.0, 50, 1e30)], "target_year_far"),
        ([("B", 2019, 2500.0, 50, 2021), ("B", 2020, 31.0, 50, 2021)], "values_jump"),
        ([("", 2019, 25.0, 50, 2021), ("", 2020, 31.0, 50, 2021)], "no_name"),
    ],
)
def test_a_bad_place_is_refused_in_its_row_and_the_others_are_answered(rows, reason):
    found = assess_panel(table(*rows, *GOOD), SHIPPED)
    assert found["refusal"].tolist()[0] == reason
    assert np.isnan(found["probability"][0])
    alone = assess_panel(table(*GOOD), SHIPPED)
    pd.testing.assert_series_equal(found.iloc[1], alone.iloc[0], check_names=False, check_dtype=False)


def test_one_bad_target_still_leaves_growth():
    rows = [("B", 2016, 30.0, 50, 2020), ("B", 2020, 31.0, 50, 2020)]
    found = assess_panel(table(*rows), SHIPPED).iloc[0]
    assert found["growth"] == pytest.approx((31 / 30) ** 0.25 - 1)
    assert np.isnan(found["required_growth"])
    assert pd.isna(found["eurostat"])


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("value", "khoảng 30", "value_text"),
        ("value", "32,6", "decimal_comma"),
        ("year", "năm 2016", "year_text"),
        ("target", "cao", "target_text"),
        ("target_year", "sớm", "target_text"),
        ("place", None, "no_name"),
    ],
)
def test_text_among_numbers_is_refused_in_the_row_of_a_table_in_memory_too(column, cell, reason):
    frame = table(*GOOD, ("B", 2016, 30.0, 50.0, 2021), ("B", 2020, 40.0, 50.0, 2021)).astype(object)
    frame.loc[2, column] = cell
    found = assess_panel(frame, SHIPPED)
    assert reason in found["refusal"].tolist()
    assert found["probability"][0] == assess_panel(table(*GOOD), SHIPPED)["probability"][0]


def test_places_may_stand_in_series_id():
    found = assess_panel(table(*GOOD).rename(columns={"place": "series_id"}), SHIPPED)
    pd.testing.assert_frame_equal(found, assess_panel(table(*GOOD), SHIPPED))


def test_an_empty_cell_leaves_the_other_years_standing():
    rows = [("B", 2014, 28.0, 50, 2021), ("B", 2016, 30.0, 50, 2021), ("B", 2020, 40.0, 50, 2021)]
    empty = [rows[0], ("B", 2015, np.nan, 50, 2021), *rows[1:], ("B", 2025, np.nan, 50, 2021)]
    found, plain = assess_panel(table(*empty), SHIPPED), assess_panel(table(*rows), SHIPPED)
    pd.testing.assert_frame_equal(found, plain, check_dtype=False)


def test_the_step_across_a_break_is_no_growth_and_a_revision_is_used():
    columns = ("place", "year", "value", "target", "target_year")
    rows = [("B", 2014, 28.0), ("B", 2016, 30.0), ("B", 2018, 15.0), ("B", 2020, 20.0)]
    frame = pd.DataFrame([(*row, 25, 2021) for row in rows], columns=columns)
    marked = assess_panel(frame.assign(status=["final", "", "break", "p"]), SHIPPED).iloc[0]
    moved = [("B", 2016, 14.0, 25, 2021), ("B", 2018, 15.0, 25, 2021), ("B", 2020, 20.0, 25, 2021)]
    plain = assess_panel(table(*moved), SHIPPED)
    assert marked["probability"] == plain["probability"][0]
    assert (marked["first_stated_year"], marked["first_year"]) == (2014, 2016)  # no figure of 2016 was stated
    assert "first_stated_year" not in plain
    twice = pd.concat([frame, frame.iloc[[1]].assign(value=99.0)], ignore_index=True)
    assert assess_panel(twice, SHIPPED)["refusal"][0] == "year_twice"
    dated = twice.assign(published=["2021-05-01"] * 4 + ["2017-05-01"])
    assert assess_panel(dated, SHIPPED)["probability"][0] == assess_panel(frame, SHIPPED)["probability"][0]


def test_missing_values_of_nullable_columns_are_missing():
    frame = table(*GOOD, ("B", 2016, 30.0, 50.0, 2021)).convert_dtypes()
    frame.loc[2, "value"] = pd.NA
    assert assess_panel(frame, SHIPPED)["refusal"].fillna("").tolist() == ["", "value_missing"]


def test_units_that_differ_are_refused_in_the_row():
    columns = ("place", "year", "value", "unit")
    rows = [("A", 2016, 30.0, "m"), ("A", 2020, 40.0, "m"), ("B", 2016, 30.0, "m"), ("B", 2020, 40.0, "n")]
    rows += [("C", 2016, 30.0, "m"), ("C", 2020, 40.0, "m"), ("D", 2016, 30.0, "n"), ("D", 2020, 40.0, "n")]
    found = assess_panel(table(*rows, columns=columns), SHIPPED, target=Target(50, 2022))
    assert found["refusal"].fillna("").tolist() == ["", "units_mixed", "", "unit_not_the_targets"]


def test_what_was_not_yet_known_is_not_used():
    rows = [("A", 2016, 32.6), ("A", 2020, 44.9), ("A", 2021, -1.0), ("B", 2021, 40.0)]
    frame = table(*rows, columns=("place", "year", "value"))
    found = assess_panel(frame, SHIPPED, target=Target(48.9, 2021), as_of=2020)
    assert found["last"][0] == 44.9
    assert found["refusal"].fillna("").tolist() == ["", "nothing_known"]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pd.DataFrame({"place": ["A"], "value": [1.0]}), "column 'year' is missing"),
        (pd.DataFrame({"place": [], "year": [], "value": []}), "no rows"),
    ],
)
def test_a_table_that_cannot_serve_is_an_error(frame, words):
    with pytest.raises(InputError, match=words):
        histories(frame)


@pytest.mark.parametrize(
    ("rows", "target", "reason"),
    [
        ([(2016, 32_600_000), (2020, 44_900_000)], Target(48.9, 2025), "target_far"),
        ([(2016, 2423), (2020, 3482)], Target(48.9, 2021), "target_far"),
        ([(2016, 32.6), (2020, 44_900)], Target(48.9, 2025), "values_jump"),
        ([(2014, 44.9), (2020, 3000)], Target(4000, 2025), "values_jump"),
        ([(2016, 32.6 / 12), (2020, 44.9)], Target(48.9, 2021), "values_jump"),  # a month, then a year
        ([(2016, 32.6), (2020, 44.9 / 12)], Target(4.5, 2021), "values_jump"),
        ([(2016, 32.6), (2020, 44.9)], Target(60 / 12, 2025), "target_far"),
    ],
)
def test_levels_that_cannot_be_in_one_unit_are_refused(rows, target, reason):
    frame = pd.DataFrame([("A", year, value) for year, value in rows], columns=["place", "year", "value"])
    (found,) = assess_panel(frame, SHIPPED, target=target)["refusal"]
    assert found == reason


@pytest.mark.parametrize(("years", "times"), [(1, 4.1), (2, 6.1), (5, 7.1), (6, 8.3), (7, 12.0), (8, 18.5), (10, 26.2)])
def test_the_largest_growth_that_real_series_show_is_answered(years, times):
    """The largest changes of the benchmark's panels, both ways."""
    for start, end in ((10.0, 10.0 * times), (10.0 * times, 10.0)):
        frame = table(("A", 2020 - years, start), ("A", 2020, end), columns=("place", "year", "value"))
        assert assess_panel(frame, SHIPPED, target=Target(end, 2021))["refusal"].isna().all()


def test_a_share_that_is_to_fall_may_come_down_to_a_tenth_in_five_years():
    frame = table(("A", 2015, 9.9), ("A", 2020, 0.9), columns=("place", "year", "value"))
    for direction, reason in ((-1, ""), (1, "values_jump")):
        found = assess_panel(frame, SHIPPED, target=Target(0.5, 2022, direction=direction))
        assert found["refusal"].fillna("").tolist() == [reason]


def test_a_unit_column_that_states_another_unit_is_why_the_values_leap():
    frame = table(("A", 2016, 32.6), ("A", 2020, 44900.0), columns=("place", "year", "value"))
    found = assess_panel(frame.assign(unit=["triệu", "nghìn"]), SHIPPED, target=Target(48.9, 2021))
    assert found["refusal"].tolist() == ["units_mixed"]


@pytest.mark.parametrize("people", ["9.900", "9,900", "12 345", "khoảng 5000", "-5", "0", "9.9"])
def test_a_population_that_is_no_count_of_people_is_refused_in_the_row(people):
    frame = table(*GOOD, ("B", 2016, 30.0, 50, 2021), ("B", 2020, 40.0, 50, 2021)).assign(population="9900")
    frame.loc[3, "population"] = people
    assert assess_panel(frame, SHIPPED)["refusal"].fillna("").tolist() == ["", "population_text"]


def test_the_population_is_that_of_the_latest_year_known():
    rows = [("A", 2016, 32.6), ("A", 2018, 38.0), ("A", 2020, 44.9), ("A", 2021, 46.0)]
    frame = table(*rows, columns=("place", "year", "value")).assign(population=[9000.0, 8000.0, np.nan, 7000.0])
    found = assess_panel(frame, SHIPPED, target=Target(48.9, 2022), as_of=2020)
    assert found["population"].tolist() == [8000.0]


def test_one_unit_written_in_two_forms_of_unicode_is_one_unit():
    words = "Triệu đồng/người/năm"
    units = [unicodedata.normalize("NFC", words), unicodedata.normalize("NFD", words).lower()]
    found = assess_panel(table(*GOOD).assign(unit=units), SHIPPED)
    assert found["refusal"].isna().all()
    assert found["unit"].tolist() == [words]


@pytest.mark.parametrize("wrong", [{"target": "x"}, {"population": -3}, {"standard_error": "x"}, {"squares": "0,5"}])
def test_what_is_wrong_beside_an_empty_figure_refuses_no_place(wrong):
    plain = table(*GOOD).assign(population=5.0, squares=1.0)
    plain["standard_error"] = 0.1 if "standard_error" in wrong else np.nan
    more = pd.DataFrame([{**plain.iloc[-1], "year": 2018, "value": np.nan, **wrong}])
    found = assess_panel(pd.concat([plain.astype(object), more.astype(object)], ignore_index=True), SHIPPED)
    assert found["refusal"].isna().all()
    assert found["probability"].to_numpy() == pytest.approx(assess_panel(plain, SHIPPED)["probability"].to_numpy())


@pytest.mark.parametrize(("highest", "limit"), [(99.0, [100.0]), (100.0, [100.0]), (100.5, None)])
def test_a_share_has_its_limit_unless_a_figure_has_passed_it(highest, limit):
    frame = table(("A", 2016, 80.0, 90, 2022), ("A", 2020, highest, 90, 2022)).assign(unit="percent")
    found = histories(frame)[1].limit
    assert limit == (None if found is None else found.tolist())


@pytest.mark.parametrize(("places", "step"), [(3, 0), (90, 1 / 128)])
def test_sums_of_squared_shares_are_kept_and_of_many_the_nearest_128ths(places, step):
    own = np.linspace(0.004, 1.2, places)
    rows = [(f"P{i}", year, value, 60, 2022) for i in range(places) for year, value in ((2016, 32.6), (2020, 44.9))]
    found = histories(table(*rows).assign(squares=np.repeat(own, 2)))[1].own
    kept = np.clip(own, 1 / 128, 1)  # of more parts none counts, and fewer than one are none
    assert found == pytest.approx(np.round(kept * 128) / 128 if step else kept)
    assert found[0] == 1 / 128
    assert len(np.unique(found)) == places or step


def test_what_is_no_table_is_refused_by_the_columns_that_it_lacks():
    for given in (None, [], {}):
        with pytest.raises(InputError, match="column 'place' is missing"):
            assess_panel(given, SHIPPED, target=Target(48.9, 2021))


@pytest.mark.parametrize("as_of", [None, 2020, 2025])
def test_people_of_a_year_to_come_are_none_of_today(as_of):
    rows = [
        ("A", 2016, 30, 8000),
        ("A", 2020, 38, 9000),
        ("A", 2025, None, 12000),
        ("B", 2016, 30, 500),
        ("B", 2019, 33, None),
    ]
    frame = pd.DataFrame(rows, columns=["place", "year", "value", "population"])
    found = histories(frame, as_of=as_of)[0]["population"].tolist()
    assert found == ([12000, 500] if as_of == 2025 else [9000, 500])


def test_a_census_after_the_last_figure_of_its_place_counts_up_to_the_last_of_all():
    rows = [
        ("A", 2016, 30, 8000),
        ("A", 2019, None, 8500),
        ("A", 2021, None, 9000),
        ("B", 2016, 30, 500),
        ("B", 2020, 38, None),
    ]
    frame = pd.DataFrame(rows, columns=["place", "year", "value", "population"])
    assert histories(frame)[0]["population"].tolist() == [8500, 500]
    nothing = frame.assign(value=float("nan"))
    assert histories(nothing)[0]["population"].tolist() == [9000, 500]


def test_people_that_the_first_row_of_a_table_alone_states_are_known():
    heads = ["place", "year", "value", "population"]
    frame = pd.DataFrame([("A", 2016, 30, 8000), ("A", 2020, 38, None)], columns=heads)
    assert histories(frame)[0]["population"].tolist() == [8000]
