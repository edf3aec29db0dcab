"""Check: what only the data can tell is found before anything runs, every fault of every file at once."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from steps import faults

from ruralincome.scenario.check import check, out_of_proportion
from ruralincome.scenario.evidence import gather
from ruralincome.scenario.file import Scenario
from ruralincome.series import Faults

ROOT = Path(__file__).parents[2]
WORDS = (
    "target",
    "value",
    "year",
    "terms",
    "adjustments",
    "kind",
    "shock",
    "points",
    "years",
    "sweep",
    "series",
    "seed",
)


def one(**step):
    return {"adjustments": [step]}


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"target": {"year": 2100}}, "target.year: 2100 is more than 50 years after the last observation (2020)"),
        ({"series": "nowhere"}, "series: no series 'nowhere' in data/datapackage.json; choose one of"),
        ({"reference": "nowhere"}, "reference: no reference class 'nowhere'; choose one of"),
        ({"reference": "mine.json"}, "no reference class file mine.json"),
        ({"target": {"year": 2020}}, "target.year: 2020 is not after the last observation (2020); state a later year"),
        (
            {"target": {"base_year": 2018}},
            "target.base_year: binh_thuan_rural_income: no observation for 2018; choose one of 2016, 2020",
        ),
        ({"as_of": 2010}, "no observation up to 2010; the first is of 2016"),
        ({"as_of": 2016, "reference": "vietnam-provinces"}, "knows years up to 2020, after as_of 2016"),
        (
            one(kind="halt", first_year=2023),
            "adjustments[0].first_year: 2023 is after the target year 2021; state 2021",
        ),
        (one(kind="halt", last_year=2023), "adjustments[0].last_year: 2023 is after the target year 2021"),
        (one(kind="shock", years=[2020], points=-3), "adjustments[0].years: 2020 is observed already (up to 2020)"),
        (one(kind="dip", year=2022, points=-3, recovery="fast"), "adjustments[0].year: 2022 is after the target year"),
        (one(kind="return"), "adjustments[0] (return): nothing stands before it to return from"),
        (one(kind="pace", series="targets"), "adjustments[0].series: 'targets' has the unknown unit"),
        (
            one(kind="percent_of_baseline", percent=150, base_year=2018),
            "adjustments[0] (percent_of_baseline): binh_thuan_rural_income: no observation for 2018",
        ),
        (one(kind="pace", series="vietnam_cpi"), "adjustments[0].series: 'vietnam_cpi' is not a series of levels"),
        (
            one(
                kind="elasticity",
                of="binh_thuan_rural_income",
                years=[2021],
                drivers=[{"series": "vietnam_cpi", "percent": 3}],
            ),
            "adjustments[0] (elasticity): binh_thuan_rural_income: 1 changes cannot carry 1 elasticities; 4 are needed",
        ),
        (
            one(kind="elasticity", years=[2021], drivers=[{"series": "vietnam_rural_income", "percent": 3}]),
            "adjustments[0].drivers: 'vietnam_rural_income' is not a series of rates",
        ),
        (
            {"terms": {"prices": "real"}, "sweep": {"references": ["vietnam-provinces"]}},
            "sweep.references: vietnam-provinces: growth is nominal and the series is real",
        ),
        (one(kind="pace", series="vietnam_rural_income", between=[2017, 2020]), "adjustments[0] (pace): vietnam_rural"),
        (one(kind="pace", best=0.2, over=30), "adjustments[0] (pace): vietnam-pool has no growth over 30 years"),
        ({"sweep": {"years": [2030]}}, "sweep.years: 2030 is after the target year 2021"),
        ({"sweep": {"references": ["nowhere"]}}, "sweep.references: no reference class 'nowhere'"),
        ({"terms": {"deflator": "binh_thuan_whole_province"}}, "terms.deflator: 'binh_thuan_whole_province' is not"),
        ({"terms": {"year": 1980}}, "no inflation for 1981"),
        ({"terms": {"prices": "nominal", "year": 2019}}, "terms.year: 2019 has no use at current prices"),
        ({"terms": {"prices": "real"}, "reference": "vietnam-provinces"}, "growth is nominal and the series is real"),
    ],
)
def test_check_finds_what_the_data_cannot_carry(stated, words):
    found = [str(fault) for fault in faults(Scenario.stated(**stated), ROOT)]
    assert any(words in line for line in found), found
    assert all("\n" not in line for line in found)


PACE = {"kind": "pace", "percent": 9.0}
SHOCK = {"kind": "shock", "years": [2021], "points": -3.0}


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (
            [PACE, {"kind": "halt"}],
            "adjustments[1] (halt): sets growth in 2021, which adjustments[0] (pace) sets already",
        ),
        ([SHOCK, PACE], "adjustments[1] (pace): would undo adjustments[0] (shock) in 2021; put it before"),
        ([SHOCK, SHOCK], "adjustments[1] (shock): is the same as adjustments[0] (shock); take one of them out"),
        ([{"kind": "disruption", "keep": [0.5]}, {"kind": "linear", "amount": 3.0}], "sets growth in 2021"),
    ],
)
def test_adjustments_that_contradict_are_refused(steps, words):
    (fault,) = faults(Scenario.stated(adjustments=steps), ROOT)
    assert words in str(fault)


@pytest.mark.parametrize(
    "steps",
    [
        [PACE, SHOCK],
        [{**PACE, "last_year": 2022}, {"kind": "halt", "first_year": 2023}],
        [SHOCK, {"kind": "return", "first_year": 2022, "last_year": 2024}],
        [SHOCK, {**SHOCK, "points": -1.0}],
    ],
)
def test_adjustments_that_go_together_are_not(steps):
    assert faults(Scenario.stated(adjustments=steps, target={"value": 67.35, "year": 2025}, redrawn="old"), ROOT) == []


def test_an_elasticity_series_must_cover_the_years(tmp_path):
    import shutil

    from ruralincome.keep.place import new

    shutil.copytree(ROOT / "data", tmp_path / "data")
    old = tmp_path / "old.csv"
    old.write_text("year,value,source\n1990,1,x\n1993,2,x\n1995,3,x\n1997,4,x\n1999,5,x\n2001,6,x\n", encoding="utf-8")
    new("Cũ", old, "8@2003", root=tmp_path)
    step = {"kind": "elasticity", "of": "cu", "years": [2021], "drivers": [{"series": "vietnam_cpi", "percent": 3.0}]}
    line = str(Faults(faults(Scenario.stated(adjustments=[step]), tmp_path)))
    assert line.startswith("adjustments[0] (elasticity): 'vietnam_cpi' has no rate for 1991 (it covers 1996 to 2024)")
    assert "choose a series that covers 1991 to 2001" in line


def test_check_lists_every_fault_of_every_file(params):
    files = [
        params("one", "seed: -1\ntargt: 2\n"),
        params("two", "extends: nowhere\n"),
        params("three", "adjustments: [{kind: halt, first_year: 2030}, {kind: shock, years: [2040], points: 1}]\n"),
        params("fine", "as_of: 2020\n"),
    ]
    lines = map(str, check(files, ROOT))
    assert [line.split(":")[0] for line in lines] == ["params/one.yaml"] * 2 + ["params/two.yaml"] + [
        "params/three.yaml"
    ] * 2


def test_faults_of_different_keys_are_all_found():
    stated = {"reference": "nowhere", "terms": {"deflator": "nowhere"}, "target": {"base_year": 2018}}
    found = faults(Scenario.stated(**stated, adjustments=[{"kind": "pace", "series": "nowhere"}]), ROOT)
    assert [str(fault).split(":")[0] for fault in found] == [
        "target.base_year", "reference", "terms.deflator", "adjustments[0].series",
    ]  # fmt: skip


def test_a_fault_of_prices_hides_no_other():
    step = {"kind": "pace", "best": 0.2, "over": 30}
    found = faults(Scenario.stated(terms={"year": 1980}, adjustments=[step]), ROOT)
    assert [str(fault).split(":")[0] for fault in found] == ["terms.year", "adjustments[0] (pace)"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.integers(), inner, max_size=4)
        ),
        max_leaves=12,
    ).filter(lambda x: isinstance(x, dict))
)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_file_is_either_a_scenario_or_a_sentence(stated):
    stated = {str(key): value for key, value in stated.items()}
    stated.pop("extends", None)
    try:
        found = faults(Scenario.stated(**stated), ROOT)
    except Faults as fault:
        found = fault.faults
    assert all(line.strip() and "\n" not in line for line in map(str, found))


def test_check_starts_without_pandas_statsmodels_or_the_models():
    code = (
        "import sys; from pathlib import Path; from ruralincome.scenario.check import check\n"
        "assert check(sorted(Path('params').glob('*.yaml'))) == []\n"
        "heavy = {'pandas', 'statsmodels', 'matplotlib', 'scipy', 'ruralincome.models.forecast'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("target: {value: 48,9}", ["line 1", "48,9 has a decimal comma", "write 48.9"]),
        ("adjustments: [{kind: shock, years: [2021], points: 1,5}]", ["1,5 has a decimal comma", "write 1.5"]),
        ("target:\n  value: 12:30", ["line 2", "12:30 is not a plain number"]),
        ("target: {value: 48_9}", ["48_9 is not a plain number"]),
        ("seed: 0x30", ["0x30 is not a plain number"]),
        ("seed: 010", ["010 is not a plain number"]),
        ("terms: &x {prices: real}\ntarget:\n  <<: *x", ["line 3", "'<<' is not read here", "extends"]),
        ("seed: 1\ntarget: {}\nseed: 2", ["line 3", "key 'seed' stands twice"]),
        ("models: [pooled, pooled]", ["models: pooled stands twice"]),
        ("sweep: {target: {first: -5, last: 50, step: 5}}", ["target.first -5 is not positive"]),
        ("target: {value: 1.0e+100}", ["target.value: 1e+100"]),
        ("target: {value: 48900}", ["target.value: 48900", "1000 times the last observation (44.9)", "unit"]),
        ("target: {value: 0.001}", ["target.value: 0.001", "less than a 1000th of the last observation"]),
        ("adjustments: [{kind: path, value: 1.0e+300}]", ["adjustments[0].value: 1e+300"]),
        ("adjustments: [{kind: linear, amount: 1.0e+300}]", ["adjustments[0].amount: 1e+300"]),
        ("adjustments: [{kind: linear, amount: -60}]", ["adjustments[0] (linear)", "leaves no income"]),
    ],
)
def test_what_would_fail_or_be_misread_later_is_refused_at_once(params, text, words):
    found = [str(fault) for fault in check([params("mine", text)], ROOT)]
    assert len(found) == 1
    assert found[0].startswith("params/mine.yaml: ")
    for word in words:
        assert word in found[0]


@pytest.mark.parametrize("name", ["index.html", ".", "two words", "manifest.json"])
def test_a_file_that_cannot_name_a_folder_of_results_is_refused(params, name):
    found = [str(fault) for fault in check([params(name, "seed: 1")], ROOT)]
    assert len(found) == 1
    stem = Path(f"{name}.yaml").stem  # of a name of dots alone it depends on the Python
    assert f"'{stem}' cannot be a folder of results" in found[0]


def test_a_folder_is_no_params_file(tmp_path):
    assert "is a folder; name a params file in it" in str(check([tmp_path], ROOT)[0])


def test_an_as_of_after_every_figure_is_the_last_of_them():
    assert gather(Scenario(as_of=2200), ROOT).as_of == gather(Scenario(), ROOT).as_of == 2020


@pytest.mark.parametrize(
    ("points", "lost"),
    [
        ((-46.0, -45.0), 91),
        ((-46.0, -45.0, 50.0), 91),
        ((-46.0, 0.0, -45.0), 91),
        ((-45.0, -44.0), None),
        ((50.0,), None),
    ],
)
def test_what_is_lost_in_a_year_is_told_whatever_rises_beside_it(points, lost):
    steps = [{"kind": "shock", "years": [2021], "points": each} for each in points]
    found = faults(Scenario.stated(adjustments=steps), ROOT)
    if lost is None:
        assert found == []
        return
    (fault,) = found
    falls = tuple(f"adjustments[{i}]" for i, each in enumerate(points) if each < 0)
    assert (fault.code, fault.facts) == ("check.lost", {"where": falls, "points": lost, "year": 2021})


@pytest.mark.parametrize(("change", "least"), [(False, 0.0449), (True, 0.0)])
def test_a_level_is_out_of_proportion_beyond_a_thousand_times_the_last_figure(change, least):
    within, beyond = np.array([44_900.0, -44_900.0, least]), np.array([44_901.0, -44_901.0])
    assert not out_of_proportion(within, 44.9, change).any()
    assert out_of_proportion(beyond, 44.9, change).all()
    assert out_of_proportion(0.04489, 44.9, change) == (not change)
