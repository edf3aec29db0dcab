"""Many places at once: the numbers of `assess` place by place, and refusals in the row."""

import dataclasses
import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruralincome.models import Refusal, pooled, random_walk_with_drift
from ruralincome.panel import assess_panel, histories
from ruralincome.panel.names import _distinct, _heard
from ruralincome.reference.reference import Component
from ruralincome.reference.vintages import read_class
from ruralincome.rules import all_rules
from ruralincome.rules.case import half_away
from ruralincome.rules.many import Cases, all_labels, half_up, likelihoods
from ruralincome.series import InputError, Series
from ruralincome.series.names import clean, sound
from ruralincome.target.likelihood import likelihood
from ruralincome.target.target import Target, assess

SHIPPED = read_class("vietnam-provinces", 2020)
MIXED = dataclasses.replace(
    SHIPPED,
    components=(
        Component(0.6, 0.07, 200, 30, 0.2, 0.2, wander=0.03),
        Component(0.3, 0.05, 50, 10, 0.1, wander=0.1),
        Component(0.1, 0.10, 5, 3, 0.05, 0.4),
    ),
    damping=0.97,
    widths=((1, 1.2), (5, 1.05), (10, 1.0)),
    error=0.01,
)


def ragged(places, seed, least=2, most=20):
    """A random panel: histories of `least` to `most` observations with gaps, targets one to six years ahead."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(places):
        years = 1990 + np.cumsum(1 + (rng.random(rng.integers(least, most + 1)) < 0.3) * rng.integers(1, 4))
        values = np.round(rng.uniform(5, 60) * np.exp(np.cumsum(rng.normal(0.07, 0.08, len(years)))), 1)
        target, year = np.round(values[-1] * np.exp(rng.normal(0.2, 0.2)), 1), int(years[-1] + rng.integers(1, 7))
        rows += [(f"Xã {i}", int(t), v, target, year) for t, v in zip(years, values, strict=True)]
    return pd.DataFrame(rows, columns=["place", "year", "value", "target", "target_year"])


def one_by_one(frame, model, direction=1):
    """Each place of the frame by `assess`."""
    for name, rows in frame.groupby("place", sort=False):
        series = Series(name, tuple(rows.year.tolist()), tuple(rows.value.tolist()))
        target = Target(rows.target.iloc[0], int(rows.target_year.iloc[0]), direction=direction)
        yield assess(series, target, [model(series)])


def agree(row, single):
    year = single.target.year
    assert row["growth"] == pytest.approx(single.historical_growth, abs=1e-12, nan_ok=True)
    assert row["required_growth"] == pytest.approx(single.required_growth, abs=1e-12)
    for verdict in single.verdicts:
        assert row[verdict.rule] == verdict.label, verdict
    if isinstance(single.lead, Refusal):
        assert row["refusal"] == single.lead.reason
        assert np.isnan(row["probability"])
        assert pd.isna(row["likelihood"])
        return
    assert pd.isna(row["refusal"])
    assert row["shortfall"] == pytest.approx(single.shortfall, rel=1e-9, abs=1e-9, nan_ok=True)
    assert row["probability"] == pytest.approx(single.probability, abs=1e-12)
    assert row["likelihood"] == single.likelihood
    assert row["median"] == pytest.approx(single.lead.median(year), rel=1e-10)
    for level in (50, 80, 95):
        expected = single.lead.interval(year, level / 100)
        assert (row[f"low{level}"], row[f"high{level}"]) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("reference", [SHIPPED, MIXED], ids=["shipped", "mixed"])
@pytest.mark.parametrize("direction", [1, -1])
def test_every_number_is_that_of_assess(reference, direction):
    frame = ragged(150, seed=direction + 5, least=1)
    target = Target(1.0, 2050, direction=direction)  # never used: every place states its own
    found = assess_panel(frame, reference, target=target)
    singles = list(one_by_one(frame, lambda s: pooled(s, reference), direction))
    assert len(found) == len(singles) == 150
    for (_, row), single in zip(found.iterrows(), singles, strict=True):
        agree(row, single)
        assert row["shrinkage"] == pytest.approx(single.lead.fit.estimates["shrinkage"], abs=1e-12)


def test_without_a_class_the_walk_on_the_place_alone_answers_from_three_observations_on():
    steady = pd.DataFrame(
        {"place": "đều", "year": [2015, 2016, 2017, 2018], "value": [10.0, 20.0, 40.0, 80.0], "target": 99.0}
    ).assign(target_year=2020)
    frame = pd.concat([ragged(80, seed=1, most=5), steady], ignore_index=True)
    found = assess_panel(frame, model="random_walk_with_drift")
    for (_, row), single in zip(found.iterrows(), one_by_one(frame, random_walk_with_drift), strict=True):
        agree(row, single)
    assert {"too_few", "no_variation"} <= set(found["refusal"].dropna())


def test_the_pooled_model_without_a_class_keeps_rules_and_required_growth():
    found = assess_panel(ragged(5, seed=2))
    assert set(found["refusal"]) == {"no_class"}
    assert found["required_growth"].notna().all()
    assert found["eurostat"].notna().all()
    assert found["probability"].isna().all()


def test_draws_agree_within_a_tenth_of_a_point():
    frame = ragged(20, seed=3)
    found = assess_panel(frame, MIXED)
    for (_, row), (_, rows) in zip(found.iterrows(), frame.groupby("place", sort=False), strict=True):
        series = Series("s", tuple(rows.year.tolist()), tuple(rows.value.tolist()))
        drawn = pooled(series, MIXED).forecast(int(row["target_year"]), np.random.default_rng(7))
        assert drawn.probability(int(row["target_year"]), row["target"]) == pytest.approx(row["probability"], abs=1e-3)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40))
def test_neither_the_order_of_rows_nor_the_chunk_changes_a_bit(seed, chunk):
    frame = ragged(25, seed=seed)
    found = assess_panel(frame, MIXED)
    mixed = frame.sample(frac=1, random_state=seed % 1000)
    order = assess_panel(mixed, MIXED, chunk=chunk).set_index("place").loc[found["place"]].reset_index()
    pd.testing.assert_frame_equal(found, order, check_exact=True)


@settings(max_examples=200, deadline=None)
@given(st.floats(-1e6, 1e6, allow_subnormal=False), st.sampled_from([0, 1, 2]), st.integers(-99999, 99999))
def test_rounding_in_arrays_is_rounding_of_what_prints(value, decimals, digits):
    half = digits / 1000
    expected = [half_away(value, decimals), half_away(half, decimals)]
    assert half_up(np.array([value, half]), decimals).tolist() == expected


def test_likelihood_words_are_those_of_single_numbers():
    shares = np.array([0, 0.004, 0.005, 0.285, 0.325, 0.33, 0.655, 0.66, 0.895, 0.985, 0.995, 1])
    code, names = likelihoods(shares)
    assert [names[i] for i in code] == [likelihood(float(p)) for p in shares]
    assert likelihoods(np.array([np.nan]))[0].tolist() == [-1]


@pytest.mark.parametrize("direction", [1, -1])
def test_labels_of_odd_cases_are_those_of_the_rules(direction):
    rng = np.random.default_rng(direction + 1)
    n = 1500
    base_year = rng.integers(2000, 2010, n).astype(float)
    latest_year = base_year + rng.integers(0, 10, n)
    target_year = latest_year + rng.integers(1, 8, n)
    base = np.maximum(np.round(rng.uniform(0.02, 60, n), 2), 0.01)
    latest = np.where(rng.random(n) < 0.1, base, np.maximum(np.round(base * np.exp(rng.normal(0.05, 0.2, n)), 1), 0.1))
    latest = np.where(latest_year == base_year, base, latest)
    usual = np.maximum(np.round(latest * np.exp(rng.normal(0.1 * direction, 0.2, n)), 1), 0.1)
    target = np.select([rng.random(n) < 0.1, rng.random(n) < 0.1], [base, latest], usual)
    probability = np.where(rng.random(n) < 0.2, np.nan, rng.random(n))
    cases = Cases(base_year, base, latest_year, latest, target_year, target, direction)
    labels = all_labels(cases, probability)
    seen = set()
    for i in range(n):
        known = None if np.isnan(probability[i]) else probability[i]
        verdicts = all_rules(
            base_year[i], base[i], latest_year[i], latest[i], target_year[i], target[i], direction, probability=known
        )
        assert [(v.rule, v.label) for v in verdicts] == [(m.rule, m.names[m.code[i]]) for m in labels], i
        seen |= {v.label for v in verdicts}
    assert len(seen) > 25


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
        ([("B", 2016, np.nan, 50, 2021), ("B", 2020, 31.0, 50, 2021)], "value_missing"),
        ([("B", 2016.5, 30.0, 50, 2021), ("B", 2020, 31.0, 50, 2021)], "year_text"),
        ([("B", 16, 30.0, 50, 2021), ("B", 2020, 31.0, 50, 2021)], "year_text"),
        ([("B", 2016, 30.0, 50, 2021), ("B", 2020, 31.0, 51, 2021)], "targets_differ"),
        ([("B", 2016, 30.0, 50, 2021), ("B", 2020, 31.0, 50, 2022)], "targets_differ"),
        ([("B", 2016, 30.0, np.nan, np.nan), ("B", 2020, 31.0, np.nan, np.nan)], "no_target"),
        ([("B", 2016, 30.0, -5, 2021), ("B", 2020, 31.0, -5, 2021)], "target_not_positive"),
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


def test_a_target_fifty_years_ahead_is_answered():
    found = assess_panel(table(("B", 2016, 30.0, 500, 2070), ("B", 2020, 31.0, 500, 2070)), MIXED).iloc[0]
    assert found["low95"] < found["low50"] < found["median"] < found["high95"] < np.inf


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
        ("value", None, "value_missing"),
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


def test_missing_values_of_nullable_columns_are_missing():
    frame = table(*GOOD, ("B", 2016, 30.0, 50.0, 2021)).convert_dtypes()
    frame.loc[2, "value"] = pd.NA
    assert assess_panel(frame, SHIPPED)["refusal"].fillna("").tolist() == ["", "value_missing"]


def test_composed_and_decomposed_names_are_one_place():
    name = "Xã Tân Thành"
    rows = [(unicodedata.normalize("NFC", name), 2016, 30.0), (f"  {unicodedata.normalize('NFD', name)} ", 2020, 40.0)]
    found = assess_panel(table(*rows, columns=("place", "year", "value")), SHIPPED, target=Target(50, 2022))
    assert found["place"].tolist() == [name]
    assert found["observations"].tolist() == [2]


def test_communes_of_one_name_in_two_districts_are_two_places():
    columns = ("district", "place", "year", "value")
    rows = [("Hàm Tân", "Tân Thành", 2016, 30.0), ("Hàm Thuận Nam", "Tân Thành", 2016, 50.0)]
    later = [("Hàm Thuận Nam", "Tân Thành", 2020, 60.0), ("Hàm Tân", "Tân Thành", 2020, 40.0)]
    found = assess_panel(table(*rows, *later, columns=columns), SHIPPED, target=Target(70, 2022))
    assert found["base"].tolist() == [30.0, 50.0]
    assert found["last"].tolist() == [40.0, 60.0]


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


def test_a_base_year_without_an_observation_is_refused():
    rows = [("A", 2016, 32.6), ("A", 2020, 44.9), ("B", 2017, 30.0), ("B", 2020, 40.0)]
    frame = table(*rows, columns=("place", "year", "value"))
    found = assess_panel(frame, SHIPPED, target=Target(48.9, 2021, base_year=2016))
    assert found["refusal"].fillna("").tolist() == ["", "no_base"]
    assert found["growth"][0] == pytest.approx(0.08332, abs=1e-5)


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


def test_a_model_without_a_panel_is_an_error():
    with pytest.raises(InputError, match="log_trend"):
        assess_panel(table(*GOOD), SHIPPED, model="log_trend")


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


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (("P", "Q", "A"), ("P", "", "A"), True),
        (("P", "Q", "A"), ("", "Q", "A"), True),
        (("P", "Q", "A"), ("", "", "A"), True),
        (("P", "", "A"), ("", "Q", "A"), True),
        (("P", "Q", "Hòa"), ("P", "", "HOÀ"), True),
        (("P", "Q", "A"), ("P", "Q2", "A"), False),
        (("P", "Q", "A"), ("R", "", "A"), False),
        (("P", "Q", "A"), ("P", "", "B"), False),
    ],
)
def test_a_place_with_its_area_in_one_row_and_without_in_another_is_refused(one, other, alike):
    good = [("P", "Q", "Đúng", year, value) for year, value in ((2016, 32.6), (2020, 44.9))]
    rows = [(*one, 2016, 30.0), (*other, 2020, 40.0), *good, ("", "", "Riêng", 2020, 44.9)]
    frame = table(*rows, columns=("province", "district", "place", "year", "value"))
    reason = "area_missing" if alike else ""
    for missing in ("", None):
        found = assess_panel(frame.replace({"": missing}), SHIPPED, target=Target(48.9, 2021))
        assert found["refusal"].fillna("").tolist() == [reason, reason, "", ""]


@pytest.mark.parametrize("pair", [[None, ""], [np.nan, ""], [pd.NA, None]])
def test_a_missing_name_and_an_empty_one_are_one_name(pair):
    frame = table(*GOOD).assign(district=pd.Series(pair, dtype=object))
    assert assess_panel(frame, SHIPPED)["observations"].tolist() == [2]


def test_a_number_and_its_digits_are_one_name():
    frame = table(*GOOD).assign(place=pd.Series([1, "1"], dtype=object))
    assert assess_panel(frame, SHIPPED)[["place", "observations"]].to_numpy().tolist() == [["1", 2]]


@pytest.mark.parametrize("unseen", ["\u200b", "\u00ad", "\ufeff", "\u2060", "\u200e", "\0", "\x7f"])
def test_what_is_not_seen_is_no_difference_between_names(unseen):
    rows = [("Xã Hòa", 2016, 30.0, 50, 2021), (f"Xã{unseen} Ho{unseen}\u0300a{unseen}", 2020, 40.0, 50, 2021)]
    assert assess_panel(table(*rows), SHIPPED)[["place", "observations"]].to_numpy().tolist() == [["Xã Hòa", 2]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Xã Hòa Bình", "Xã Hoà Bình"),
        ("Xã Hòa Bình", "XÃ HÒA BÌNH"),
        ("Ea H'leo", "Ea H\u2019leo"),
        ("Phan Rang-Tháp Chàm", "Phan Rang \u2013 Tháp Chàm"),
        ("Đông Hà", "\u00d0ông Hà"),
    ],
)
def test_names_that_look_alike_are_refused_not_matched(one, other):
    rows = [(one, 2016, 30.0, 50, 2021), (other, 2020, 40.0, 50, 2021), *GOOD]
    found = assess_panel(table(*rows), SHIPPED)
    assert found["refusal"].fillna("").tolist() == ["names_alike", "names_alike", ""]
    assert found["growth"].isna().tolist() == [True, True, False]
    apart = table(*((d, *row) for d, row in zip("PQR", rows, strict=False)), columns=("district", *table().columns))
    assert assess_panel(apart, SHIPPED)["refusal"].isna().all()


WORD = st.text(
    st.sampled_from("aAoòóọOÒấậẤđĐÐd-'\u2019\u2013 x1\u03a3\u03c2\u200b\u00ad\ufeff\u2060\0"), min_size=1, max_size=5
)


@given(st.lists(WORD.map(clean).filter(bool), min_size=1, max_size=30, unique=True), st.booleans())
def test_the_hash_of_names_finds_what_comparing_every_pair_finds(shown, long):
    """A name of more letters than the hash takes has all names compared as written."""
    shown = [*shown, "x" * 300] if long else shown
    assert len(set(zip(_heard(shown).tolist(), map(sound, shown), strict=True))) == len(set(map(sound, shown)))
    assert len(set(_heard(shown).tolist())) == len(set(map(sound, shown)))


@given(st.lists(st.text("aé\u0301e \t\u00a0|x\u200b\u00ad\ufeff\u2060\0", max_size=4), min_size=1, max_size=12))
def test_names_are_cleaned_one_by_one_or_known_to_be_clean_all_together(names):
    merged, shown = _distinct(names)
    assert [shown[i] for i in merged] == [clean(name) for name in names]


@pytest.mark.parametrize(("one", "other"), [("Xã Mỹ", "Xã My"), ("Hòa 1", "Hòa 2"), ("Tân", "Tấn"), ("Đa", "Da")])
def test_names_of_other_letters_or_tones_are_two_places(one, other):
    found = assess_panel(table((one, 2020, 30.0, 50, 2021), (other, 2020, 40.0, 50, 2021)), SHIPPED)
    assert found["refusal"].isna().all()


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


def test_targets_that_are_met_equal_or_past_are_as_assess_has_them():
    frame = ragged(160, seed=11, least=1)
    last = frame.groupby("place", sort=False)["value"].transform("last")
    first = frame.groupby("place", sort=False)["value"].transform("first")
    kind = frame["place"].str.removeprefix("Xã ").astype(int) % 4
    frame["target"] = np.select(
        [kind == 0, kind == 1, kind == 2], [last, first, (last * 0.9).round(1)], frame["target"]
    )
    for direction in (1, -1):
        found = assess_panel(frame, MIXED, target=Target(1.0, 2050, direction=direction))
        for (_, row), single in zip(
            found.iterrows(), one_by_one(frame, lambda s: pooled(s, MIXED), direction), strict=True
        ):
            agree(row, single)
    late = frame.groupby("place", sort=False)["year"].transform("last")
    for years in (0, -1):
        past = assess_panel(frame.assign(target_year=late + years), MIXED)
        assert set(past["refusal"]) == {"target_not_ahead"}
