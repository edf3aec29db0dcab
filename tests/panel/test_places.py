"""Many places at once: the numbers of `assess` place by place, and refusals in the row."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruralincome.models.forecast import Refusal
from ruralincome.models.walk import pooled, random_walk_with_drift
from ruralincome.panel.places import QUANTILES, assess_panel
from ruralincome.reference.reference import Component
from ruralincome.reference.vintages import read_class
from ruralincome.series import InputError, Series
from ruralincome.target.target import Target, assess

SHIPPED = read_class("vietnam-provinces", 2020)
MIXED = dataclasses.replace(
    SHIPPED,
    components=(
        Component(0.6, 0.07, 200, 30, 0.2, damping=0.97, kappa=1.2, phi=0.6, nu=0.1, lam=0.7, eta=0.8),
        Component(0.3, 0.05, 50, 10, 0.1, wander=0.1),
        Component(0.1, 0.10, 5, 3, 0.05),
    ),
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


def table(*rows, columns=("place", "year", "value", "target", "target_year")):
    return pd.DataFrame(rows, columns=list(columns))


GOOD = [("A", 2016, 32.6, 48.9, 2021), ("A", 2020, 44.9, 48.9, 2021)]


def test_a_target_fifty_years_ahead_is_answered():
    found = assess_panel(table(("B", 2016, 30.0, 500, 2070), ("B", 2020, 31.0, 500, 2070)), MIXED).iloc[0]
    assert found["low95"] < found["low50"] < found["median"] < found["high95"] < np.inf


def test_a_base_year_without_an_observation_is_refused():
    rows = [("A", 2016, 32.6), ("A", 2020, 44.9), ("B", 2017, 30.0), ("B", 2020, 40.0)]
    frame = table(*rows, columns=("place", "year", "value"))
    found = assess_panel(frame, SHIPPED, target=Target(48.9, 2021, base_year=2016))
    assert found["refusal"].fillna("").tolist() == ["", "no_base"]
    assert found["growth"][0] == pytest.approx(0.08332, abs=1e-5)


def test_a_model_without_a_panel_is_an_error():
    with pytest.raises(InputError, match="log_trend"):
        assess_panel(table(*GOOD), SHIPPED, model="log_trend")


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


def test_a_share_that_would_pass_a_hundred_per_cent_is_refused_in_its_row():
    rows = [("A", 2016, 60.0, "%"), ("A", 2020, 80.0, "%"), ("B", 2016, 20.0, "percent"), ("B", 2020, 22.0, "percent")]
    rows += [("C", 2016, 90.0, "%"), ("C", 2020, 108.0, "%"), ("D", 2016, 60.0, "points"), ("D", 2020, 80.0, "points")]
    frame = pd.DataFrame(rows, columns=["place", "year", "value", "unit"])
    frame["target"], frame["target_year"] = 90.0, 2024
    found = assess_panel(frame, SHIPPED).set_index("place")
    assert list(found["refusal"].fillna("")) == ["past_limit", "", "", ""]
    assert found["probability"].isna().tolist() == [True, False, False, False]
    frame["target"] = 101.0
    assert list(assess_panel(frame, SHIPPED)["refusal"].fillna("")) == ["past_limit", "past_limit", "", ""]


def test_a_place_without_a_name_has_no_number_of_a_forecast():
    rows = [(name, year, value, 60.0, 2022) for name in ("", "A") for year, value in ((2016, 32.6), (2020, 44.9))]
    found = assess_panel(pd.DataFrame(rows, columns=["place", "year", "value", "target", "target_year"]), SHIPPED)
    of_a_forecast = [*QUANTILES, "probability", "shrinkage"]
    assert found["refusal"].isna().tolist() == [False, True]
    assert found[of_a_forecast].isna().to_numpy().tolist() == [[True] * 9, [False] * 9]
