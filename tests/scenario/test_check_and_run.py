"""What `check` passes runs: scenarios that are nearly right, tried to the end; and what a scenario leaves unchanged."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from steps import changed, faults, unsure_prices

from ruralincome.models.walk import pooled
from ruralincome.scenario.answer import answer
from ruralincome.scenario.evidence import gather
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.result import result

ROOT = Path(__file__).parents[2]
END = 2025
ORIGIN, LAST = 2020, 44.9

years = st.integers(ORIGIN + 1, END)
some_years = st.lists(years, min_size=1, max_size=3, unique=True)
spread = st.just(0.0) | st.floats(0, 15)


def numbers(low, high, usual_low, usual_high):
    """Numbers that are usual, or as far out as a file may state them."""
    return st.floats(usual_low, usual_high) | st.floats(low, high) | st.sampled_from([low, high])


def span(kind, **more):
    optional = {"first_year": years, "last_year": years, "sd": spread}
    return st.fixed_dictionaries({"kind": st.just(kind), **more}, optional=optional).map(in_order)


def in_order(step):
    first, last = step.get("first_year", ORIGIN), step.get("last_year", END)
    return step if first <= last else {**step, "first_year": last, "last_year": first}


driver = st.fixed_dictionaries(
    {
        "series": st.sampled_from(["vietnam_gdp_growth", "vietnam_cpi"]),
        "percent": numbers(-30.0, 50.0, 0.0, 10.0),
        "sd": spread,
    }
)
STEPS = {
    "shock": st.fixed_dictionaries(
        {"kind": st.just("shock"), "years": some_years, "points": numbers(-50.0, 50.0, -12.0, 4.0), "sd": spread}
    ),
    "dip": st.fixed_dictionaries(
        {
            "kind": st.just("dip"),
            "year": years,
            "points": numbers(-50.0, -0.1, -12.0, -1.0),
            "recovery": st.sampled_from(["fast", "delayed", "never"]),
            "sd": spread,
        }
    ),
    "disruption": span("disruption", keep=st.floats(0, 1)),
    "accelerate": span("accelerate", factor=numbers(0.01, 10.0, 0.5, 2.0)),
    "pace": span("pace", percent=numbers(-49.0, 49.0, -5.0, 15.0))
    | span("pace", best=st.floats(0.01, 0.99))
    | span("pace", series=st.just("vietnam_rural_income")),
    "halt": span("halt"),
    "linear": span("linear", amount=numbers(-30.0, 900.0, -4.0, 8.0)),
    "percent_of_baseline": span("percent_of_baseline", percent=numbers(0.1, 1000.0, 80.0, 200.0)),
    "path": span("path", value=numbers(0.1, 40_000.0, 40.0, 90.0), shape=st.sampled_from(["straight", "geometric"])),
    "return": span("return"),
    "elasticity": st.fixed_dictionaries(
        {
            "kind": st.just("elasticity"),
            "drivers": st.lists(driver, min_size=1, max_size=2, unique_by=lambda d: d["series"]),
            "years": some_years,
        }
    ),
}
grid = st.fixed_dictionaries({"first": st.floats(-50, 0), "last": st.floats(0, 50), "step": st.floats(2, 20)})
ADDING = ("shock", "dip", "elasticity")
any_steps = st.lists(st.one_of(*STEPS.values()), max_size=3)
in_turn = st.tuples(  # a path and then shocks on it, which contradict each other less often
    st.lists(st.one_of(*(STEPS[kind] for kind in STEPS if kind not in (*ADDING, "return"))), max_size=1),
    st.lists(st.one_of(*(STEPS[kind] for kind in ADDING)), min_size=1, max_size=3),
).map(lambda parts: [*parts[0], *parts[1]])
files = st.fixed_dictionaries(
    {
        "adjustments": any_steps | in_turn,
        "target": st.fixed_dictionaries(
            {"year": st.just(END), "value": st.floats(40, 200)},
            optional={"prices": st.sampled_from(["real", "nominal"]), "direction": st.sampled_from([1, -1])},
        ),
    },
    optional={
        "terms": st.fixed_dictionaries({"prices": st.just("real")}, optional={"inflation": st.floats(-10, 50)}),
        "reference": st.sampled_from(["vietnam-provinces", "international"]),
        "models": st.sampled_from([["pooled"], ["log_trend", "pooled"]]),
        "sweep": st.fixed_dictionaries(
            {"shock": grid}, optional={"references": st.just(["vietnam-provinces-real"]), "years": some_years}
        ),
    },
)


@pytest.mark.slow
@given(files)
@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_what_check_passes_runs(stated):
    scenario = Scenario.stated(**stated)
    found = faults(scenario, ROOT)
    assert all("\n" not in line and ":" in line for line in map(str, found))
    if not found:
        answered = answer(scenario, root=ROOT)
        chance = result(answered)["probability"]
        assert 0 <= chance <= 1 if scenario.models[0] == "pooled" else chance is None
        _ = answered.tornado


@pytest.mark.parametrize("terms", [None, {"prices": "real", "sd": 1.0}], ids=["nominal", "real"])
@pytest.mark.parametrize("kind", sorted(STEPS))
@given(st.data())
@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_a_scenario_leaves_the_years_before_its_start_unchanged_draw_by_draw(kind, terms, data):
    step = data.draw(STEPS[kind])
    steps = [{"kind": "shock", "years": [END], "points": -1.0}, step] if kind == "return" else [step]
    scenario = Scenario.stated(adjustments=steps, target={"year": END, "value": 60.0}, terms=terms)
    if faults(scenario, ROOT):
        return
    evidence = gather(scenario, ROOT)
    plain = pooled(evidence.series, evidence.reference).forecast(END, np.random.default_rng(1), 256)
    plain = unsure_prices(plain, evidence.unsure, 1)
    moved = changed(plain, scenario.adjustments, evidence, 1)
    usual = step.get("last_year", END) if kind == "return" else ORIGIN + 1  # a return begins in its last year
    stated = step.get("years") or [step.get("year") or step.get("first_year") or usual]
    untouched = min(stated) - ORIGIN - 1
    np.testing.assert_array_equal(moved.paths[:, :untouched], plain.paths[:, :untouched])


def test_in_real_terms_a_stated_path_is_met_by_the_median_exactly():
    terms = {"prices": "real", "sd": 2.0}
    for step, level in (({"kind": "halt"}, LAST), ({"kind": "pace", "percent": 4.0}, LAST * 1.04**5)):
        found = answer(
            Scenario.stated(terms=terms, adjustments=[step], target={"year": END, "value": 60.0}, redrawn="old"),
            root=ROOT,
        )
        assert found.assessment.lead.median(END) == pytest.approx(level, rel=1e-12)
    found = answer(Scenario.stated(terms=terms, adjustments=[{"kind": "path"}]), root=ROOT)
    assert found.assessment.probability == pytest.approx(0.5, abs=1e-4)


def test_levels_of_a_file_are_in_the_prices_of_its_target():
    stated = {"terms": {"prices": "real", "inflation": 3.0}, "target": {"value": 60.0, "year": END}, "redrawn": "old"}
    path = {"kind": "path", "value": 50.0, "last_year": 2022}
    found = answer(Scenario.stated(**stated, adjustments=[path]), root=ROOT)
    assert found.evidence.goal == pytest.approx(60 / 1.03**5)
    assert found.assessment.lead.median(2022) == pytest.approx(50 / 1.03**2)
    swept = answer(Scenario.stated(**stated, sweep={"target": {"first": 60.0, "last": 62.0, "step": 2.0}}), root=ROOT)
    assert swept.cells.targets == pytest.approx((60 / 1.03**5, 62 / 1.03**5))
    assert swept.cells.probability[0, 0, 0] == pytest.approx(swept.assessment.probability, abs=1e-4)
    (line,) = faults(Scenario.stated(**stated, adjustments=[{"kind": "linear", "amount": 3.0}]), ROOT)
    assert "adjustments[0] (linear): amount 3 is stated in the target's prices" in str(line)
    same = {**stated, "target": {**stated["target"], "prices": "real"}}
    assert faults(Scenario.stated(**same, adjustments=[{"kind": "linear", "amount": 3.0}]), ROOT) == []


ELASTICITY = {"kind": "elasticity", "years": [2021]}


def shocks(*points, **more):
    return {"adjustments": [{"kind": "shock", "years": [2021], "points": p, **more} for p in points]}


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (
            shocks(-31.0, -32.0, -33.0),
            "adjustments[0], adjustments[1], adjustments[2]: together they take 96 points from growth in 2021",
        ),
        (
            {"adjustments": [{"kind": "pace", "percent": -45.0}, *shocks(-48.0)["adjustments"]]},
            "adjustments[1]: together they take 48 points from growth in 2021",
        ),
        (
            {**shocks(-45.0), "sweep": {"shock": {"first": -50.0, "last": 0.0, "step": 5.0}}},
            "adjustments[0], sweep.shock.first: together they take 95 points",
        ),
        (
            {"adjustments": [{**ELASTICITY, "drivers": [{"series": "vietnam_gdp_growth", "percent": -30.0}]}]},
            "adjustments[0] (elasticity): its drivers move growth by -",
        ),
        (
            {
                "target": {"value": 60.0, "year": END},
                "adjustments": [
                    {"kind": "dip", "year": 2021, "points": -5.0, "recovery": "delayed"},
                    {"kind": "pace", "percent": 8.0, "first_year": 2023},
                ],
            },
            "adjustments[1] (pace): would undo adjustments[0] (dip) in 2023-2024; put it before, or divide the years",
        ),
        ({"adjustments": [{"kind": "return", "first_year": 2022, "last_year": 2021}]}, "last_year 2021 is before"),
        ({"terms": {"prices": "real"}, "reference": "vietnam-provinces"}, "reference: vietnam-provinces: growth is"),
        ({"terms": {"year": 1980}}, "terms.year: 1980: vietnam_cpi: no inflation for 1981"),
    ],
)  # fmt: skip
def test_what_would_leave_no_income_or_mix_terms_is_refused(stated, words):
    try:
        found = [str(fault) for fault in faults(Scenario.stated(**stated), ROOT)]
    except ValueError as fault:
        found = [str(fault)]
    assert any(words in line for line in found), found


def test_shocks_that_leave_something_pass_and_run():
    scenario = Scenario.stated(**shocks(-29.0, -28.0, -27.0))
    assert faults(scenario, ROOT) == []
    median = answer(scenario, root=ROOT).assessment.lead.median(2021)
    plain = answer(Scenario(), root=ROOT).assessment.lead.median(2021)
    assert median == pytest.approx(plain - 0.84 * LAST, rel=2e-3)


def test_a_class_without_the_years_of_a_pace_has_no_bar_and_cannot_be_swept(tmp_path):
    import json
    import shutil

    shutil.copytree(ROOT / "data", tmp_path / "data")
    content = json.loads(
        (ROOT / "ruralincome" / "reference" / "classes" / "vietnam-provinces-2020.json").read_text(encoding="utf-8")
    )
    content["growth"] = {"1": content["growth"]["1"]}
    (tmp_path / "short.json").write_text(json.dumps(content), encoding="utf-8")
    step = {"kind": "pace", "quantile": 0.7, "over": 4}
    (line,) = faults(Scenario.stated(adjustments=[step], sweep={"references": ["short.json"]}), tmp_path)
    assert str(line).startswith("sweep.references: vietnam-provinces has no growth over 4 years")


@pytest.mark.parametrize(("amount", "refused"), [(-8.0, False), (-8.5, True)])
@pytest.mark.parametrize("more", [[], [{"kind": "shock", "years": [2021], "points": 1.0}]])
def test_what_would_leave_nothing_a_tenth_further_is_refused(amount, refused, more):
    """Five years of it leave 4.9 and 2.4 of 44.9, and a tenth further 0.9 and less than nothing."""
    steps = [{"kind": "linear", "amount": amount}, *more]
    asked = Scenario.stated(target={"value": 60.0, "year": 2025}, redrawn="old", adjustments=steps)
    found = faults(asked, ROOT)
    assert ["leaves no income" in str(fault) for fault in found] == [True] * refused
