"""The result of an answer: what result.json holds of the article's case and of a refusal."""

import json
from pathlib import Path

import pytest

from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.result import result

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def article():
    return answer(Scenario(), "baseline", ROOT)


@pytest.fixture(scope="module")
def refused():
    return answer(Scenario(models=["log_trend"]), "refused", ROOT)


def test_the_article_in_the_result(article):
    found = result(article)
    assert found["historical_growth"] == pytest.approx(0.08332, abs=5e-6)
    assert found["required_growth"] == pytest.approx(0.08909, abs=5e-6)
    assert found["projection"] == pytest.approx(48.641, abs=5e-4)
    assert found["shortfall"] == pytest.approx(0.259, abs=5e-4)
    assert found["target"] == {"value": 48.9, "year": 2021, "direction": 1}
    assert found["scenario"] == "baseline"
    assert (found["base_year"], found["base_stated"], found["version"]) == (2016, False, 2)
    assert found["range"]["low"] < found["probability"] < found["range"]["high"]
    assert {one["class"] for one in found["range"]["classes"] if one["left_out"]} == {"general", "international-gdp"}
    chances = {one["class"]: one["probability"] for one in found["range"]["classes"]}
    alone = answer(Scenario.stated(reference="vietnam-provinces-real"), root=ROOT).assessment
    assert chances["vietnam-provinces-real"] == alone.probability
    own, *members = found["record"]
    assert (own["class"], len(own["tests"]), [one["class"] for one in members]) == (
        "vietnam-pool",
        5,
        ["vietnam-provinces-real", "international"],
    )
    assert own["error"][0] < 0 < own["error"][1]
    low, high = found["interval80"]
    assert low < found["median"] < high
    assert found["inverse"]["p80"] < found["inverse"]["p50"] < found["inverse"]["p20"]
    assert found["inverse"]["p50"] == pytest.approx(found["median"])
    assert (found["median"] >= 48.9) == (found["probability"] >= 0.5)
    assert found["year_p50"] == (2021 if found["probability"] >= 0.5 else 2022)
    assert {m["status"] for m in found["models"]} == {"fitted", "refused"}
    assert next(r for r in found["rules"] if r["rule"] == "eurostat")["value"] == pytest.approx(0.9864, abs=5e-5)


def test_a_result_is_plain_json(article, refused):
    for one in (article, refused):
        found = result(one)
        assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_a_refusal_has_no_number_of_the_future(refused):
    found = result(refused)
    assert found["probability"] is found["median"] is found["interval80"] is found["year_p50"] is None
    assert found["refusal"]["reason"] == "too_few"
    assert set(found["inverse"].values()) == {None}
    assert found["required_growth"] == pytest.approx(0.08909, abs=5e-6)
