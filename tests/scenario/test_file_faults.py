"""Keys, values and types that a params file cannot have: each is named with its remedy, in both languages."""

import pytest

from ruralincome.report.words.words import catalogue
from ruralincome.report.words.words import fault as said
from ruralincome.scenario.file import KNOWN, Scenario, read_scenario
from ruralincome.scenario.keys import CELLS
from ruralincome.series import Faults


def fault(**parameters):
    with pytest.raises(Faults) as found:
        Scenario.stated(**parameters)
    return str(found.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1: 2\n", "top level: key 1 is not a word"),
        ("target: {2021: 48.9}\n", "target: key 2021 is not a word"),
        (f"series: [{'x' * 200}]\n", "xxx… will not do"),
    ],
)
def test_odd_values_are_named_in_one_short_line(params, text, words):
    with pytest.raises(Faults) as found:
        read_scenario(params("x", text))
    assert words in str(found.value)
    assert len(str(found.value)) < 250


def one(**step):
    return {"adjustments": [step]}


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"targt": 3}, "parameters: unknown key 'targt' (value 3); did you mean 'target'?"),
        ({"xyzzy": 3}, "unknown key 'xyzzy' (value 3); see params/schema.json for the keys there are"),
        ({"target": {"value": "48,9"}}, 'target.value: "48,9" has a decimal comma; write 48.9'),
        ({"target": {"value": "1e3"}}, 'target.value: "1e3" will not do'),
        ({"target": {"value": True}}, "target.value: true will not do"),
        ({"target": {"value": float("inf")}}, "target.value: Infinity will not do"),
        ({"target": {"year": 21}}, "target.year: 21 will not do"),
        ({"target": {"direction": 2}}, "target.direction: 2 will not do"),
        ({"models": ["arima"]}, 'models[0]: "arima" will not do'),
        (one(kind="shok"), 'adjustments[0].kind: "shok" is no kind of adjustment; choose one of accelerate, dip,'),
        (one(years=[2021], points=-3), "adjustments[0].kind: null is no kind of adjustment"),
        (one(kind="shock", years=[2021]), "adjustments[0].points: is missing; state it"),
        (
            one(kind="shock", years=[2021], points=900),
            "adjustments[0].points: 900 will not do: input should be less than",
        ),
        (one(kind="shock", years=[2021, 2021], points=1), "adjustments[0].years: year 2021 stands twice"),
        (one(kind="dip", year=2021, points=3, recovery="fast"), "adjustments[0].points: 3 will not do"),
        (one(kind="dip", year=2021, points=-3, recovery="slow"), 'adjustments[0].recovery: "slow" will not do'),
        (
            one(kind="dip", year=2021, points=-3, recovery="never", recovery_year=2024),
            "adjustments[0]: recovery_year 2024 contradicts recovery never",
        ),
        (
            one(kind="dip", year=2021, points=-3, recovery="delayed", recovery_year=2022),
            "adjustments[0]: recovery_year 2022 is before 2023; state a later year",
        ),
        (one(kind="pace"), "a pace states one of percent, quantile, best, series; it has none of them"),
        (one(kind="pace", percent=3.0, best=0.2), "it has percent, best; take all but one out"),
        (one(kind="pace", percent=3.0, over=5), "over 5 belongs to quantile or best; take it out"),
        (one(kind="pace", percent=3.0, between=[2016, 2020]), "between [2016, 2020] wants a series"),
        (
            one(kind="pace", series="x", between=[2020, 2016]),
            "between [2020, 2016] wants a series and two rising years",
        ),
        (one(kind="halt", first_year=2023, last_year=2022), "last_year 2022 is before first_year 2023; exchange them"),
        (one(kind="disruption", keep=1.5), "adjustments[0].keep: a share of the pace lies between 0 and 1"),
        (one(kind="disruption", keep="0,5"), 'adjustments[0].keep: "0,5" has a decimal comma; write 0.5'),
        (one(kind="disruption", keep=[0.5], last_year=2022), "last_year 2022 and a list of shares both set the end"),
        (
            one(
                kind="elasticity", years=[2021], drivers=[{"series": "a", "percent": 1}, {"series": "a", "percent": 2}]
            ),
            "adjustments[0].drivers: driver a stands twice",
        ),
        ({"sweep": {"shock": {"first": 0, "last": 50, "step": 0.001}}}, f"sweep: 50001 cells are more than {CELLS}"),
        ({"sweep": {"shock": {"first": 0, "last": 900, "step": 100}}}, "sweep: shocks 0 to 900 go beyond -50 or 50"),
        ({"sweep": {"target": {"first": 5, "last": 4, "step": 1}}}, "sweep.target: last 4 is before first 5; exchange"),
        (
            {"sweep": {"shock": {"first": -1e300, "last": 1e300, "step": 1e-300}}},
            "sweep.shock.first: -1e+300 will not do",
        ),
        ({"sweep": {"target": {"first": 1, "last": 2, "step": 1e-300}}}, "sweep.target.step: 1e-300 will not do"),
    ],
)
def test_each_fault_names_key_value_and_remedy(stated, words):
    assert words in fault(**stated)


def test_all_faults_of_a_file_are_listed_at_once():
    lines = fault(targt=3, seed=-1, target={"value": "48,9"}).splitlines()
    assert len(lines) == 3


def test_every_type_of_fault_has_words_in_both_languages():
    for code in [f"fault.schema.{kind}" for kind in KNOWN]:
        english, vietnamese = (catalogue(language)[code] for language in ("en", "vi"))
        assert "{where}: {value}" in english
        assert english != vietnamese


def test_a_fault_is_a_code_and_facts():
    with pytest.raises(Faults) as found:
        Scenario.stated(adjustments=[{"kind": "shock", "years": [2021], "points": 900.0}])
    (at,) = found.value.faults
    within = at.facts["fault"]
    assert (at.code, within.code) == ("data.at", "schema.less_than_equal")
    assert (within.facts["where"], within.facts["limit"]) == ("adjustments[0].points", 50.0)
    assert said(at, "vi") == "parameters: adjustments[0].points: 900.0 không dùng được: không được vượt quá 50; " + (
        "xem params/schema.json"
    )


@pytest.mark.parametrize(("letters", "shown"), [(78, f'"{"x" * 78}"'), (79, f'"{"x" * 78}…')])
def test_a_value_is_shown_whole_up_to_eighty_characters_and_cut_to_eighty_beyond(letters, shown):
    assert f"target.year: {shown} will not do" in fault(target={"year": "x" * letters})
    assert len(shown) == 80
