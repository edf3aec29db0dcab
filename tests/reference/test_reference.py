import json
import os
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import classes
import numpy as np
import pytest

from ruralincome.keep.fit import Fitting, fit_from_csv, held_out, write_class
from ruralincome.reference.reference import Component, ReferenceClass
from ruralincome.reference.vintages import read_class
from ruralincome.series import InputError, Text

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(p.name for p in files("ruralincome.reference.classes").iterdir() if re.search(r"\d{4}.json$", p.name))
NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
PANELS = Path(os.environ.get("RURALINCOME_PANELS", ROOT.parent / "shared" / "benchmark" / "data"))


def a_class(**more):
    basis = {"name": "c", "title": Text("c", "c"), "kind": "income", "prices": "real", "first_year": 2010}
    basis |= {"last_year": 2020, "series": 63, "steps": 378, "components": (Component(1.0, 0.04, 10.0, 5.0, 0.02),)}
    return ReferenceClass(**(basis | more))


def test_percentile_runs_from_nothing_to_everything():
    c = a_class(growth={1: (-0.1, 0.0, 0.1)})
    assert [c.percentile(g) for g in (-0.2, -0.05, 0.0, 0.1, 0.3)] == pytest.approx([0, 0.25, 0.5, 1, 1])
    two = a_class(growth={1: (0.0, 0.1)})
    assert (two.percentile(0.025), two.pace(0.75, 1)) == pytest.approx((0.25, 0.075))
    with pytest.raises(InputError, match="no growth over 4 years"):
        c.percentile(0.05, 4)
    assert c.pace(0.75) == c.pace(0.75, 1) == pytest.approx(0.05)
    with pytest.raises(InputError, match="no growth over 4 years"):
        c.pace(0.5, 4)


def test_a_real_class_becomes_nominal_by_expected_inflation():
    real = a_class(inflation=(0.03, 0.01), growth={1: (0.0, 0.05)})
    nominal = real.into("nominal")
    c = nominal.components[0]
    assert (nominal.prices, c.m0) == ("nominal", pytest.approx(0.07))
    variance = real.components[0].variance
    assert variance / c.k0 == pytest.approx(variance / 10 + 0.01**2)
    assert nominal.growth[1] == pytest.approx((np.exp(0.03) - 1, 1.05 * np.exp(0.03) - 1))
    assert nominal.into("nominal") == nominal


def test_prices_that_do_not_fit_are_refused_with_a_remedy():
    with pytest.raises(InputError, match="state the inflation expected"):
        a_class().into("nominal")
    with pytest.raises(InputError, match="choose a class in real terms"):
        a_class(prices="nominal").into("real")
    with pytest.raises(InputError, match="count twice"):
        a_class(prices="nominal").expecting(0.03, 0.01)


def test_the_few_years_of_a_class_make_its_mean_less_sure():
    sure, unsure = a_class().prior()[0], a_class(error=0.02).prior()[0]
    assert unsure.k0 < sure.k0
    assert unsure.variance / unsure.k0 == pytest.approx(sure.variance / sure.k0 + 0.02**2)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_classes_read_back_as_they_were_written(name, tmp_path):
    text = (files("ruralincome.reference.classes") / name).read_text(encoding="utf-8")
    found = ReferenceClass.from_json(json.loads(text))
    assert f"{found.name}-{found.last_year:04d}.json" == name
    assert write_class(found, tmp_path).read_text(encoding="utf-8") == text
    assert sum(c.weight for c in found.components) == pytest.approx(1, abs=1e-3)
    assert 0 <= found.rho <= 1
    assert len(found.panel_sha256) == 64
    assert found.command.startswith("ruralincome reference fit ")


@pytest.mark.slow
@pytest.mark.skipif(not PANELS.is_dir(), reason="the panels are not at hand; name their folder in RURALINCOME_PANELS")
@pytest.mark.parametrize("name", [
    pytest.param(n, marks=[] if re.search(r"-2020\.|income-2018\.", n) else pytest.mark.long) for n in SHIPPED
])  # fmt: skip
def test_refitting_gives_the_shipped_class(name, tmp_path):
    """Its numbers to one in the last digit: the search for a prior ends there on one processor as on another."""
    shipped = (files("ruralincome.reference.classes") / name).read_text(encoding="utf-8")
    command = json.loads(shipped)["command"]
    (order,) = [order for order in classes.ORDERS if order.command() == command]
    record = ReferenceClass.from_json(json.loads(shipped)).record  # costs as many fits as it has origins
    path = write_class(replace(fit_from_csv(order, PANELS), record=record), tmp_path)
    made = path.read_text(encoding="utf-8")
    assert (path.name, NUMBER.sub("#", made)) == (name, NUMBER.sub("#", shipped))
    numbers = [[float(number) for number in NUMBER.findall(text)] for text in (made, shipped)]
    assert numbers[0] == pytest.approx(numbers[1], rel=1e-3, abs=1e-12)


def panel_file(tmp_path, text):
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    return Fitting("mine", ("p.csv",), "a", "b", components=1, short=True)


def test_a_panel_of_ones_own(tmp_path):
    growth = np.random.default_rng(4).normal(0.06, 0.04, (30, 8))
    rows = [f"p{n:03},{2000 + t},{x}" for n, row in enumerate(np.exp(growth.cumsum(axis=1))) for t, x in enumerate(row)]
    order = panel_file(tmp_path, "\n".join(["series_id,year,value", *rows]))
    found = fit_from_csv(order, tmp_path)
    assert (found.series, found.steps, found.first_year, found.last_year) == (30, 210, 2000, 2007)
    assert found == fit_from_csv(order, tmp_path)
    early = fit_from_csv(replace(order, until=2004), tmp_path)
    assert early.last_year == 2004
    assert (
        early == fit_from_csv(replace(order, panels=("p.csv@2004",), until=2004), tmp_path) or early.last_year == 2004
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,year,value\na,2000,1\n", "no place; name it"),
        ("series_id,year,value\na,2000,1\na,2000,2\n", "a has 2000 twice"),
        ("series_id,year,value\na,2000,1\n", "no place has two positive values"),
        ("series_id,year,value\na,2000,1\na,2001,-1\n", "no place has two positive values"),
    ],
)
def test_bad_panels_are_refused_in_one_line(tmp_path, text, words):
    order = panel_file(tmp_path, text)
    with pytest.raises(InputError, match=words):
        fit_from_csv(order, tmp_path)


def test_missing_files_and_years_are_named(tmp_path):
    with pytest.raises(InputError, match=r"no file .*q\.csv"):
        fit_from_csv(Fitting("x", ("q.csv",), "a", "b"), tmp_path)
    order = panel_file(tmp_path, "series_id,year,value\na,2000,1\na,2001,2\n")
    with pytest.raises(InputError, match=r"no file .*p\.csv@soon"):
        fit_from_csv(replace(order, panels=("p.csv@soon",)), tmp_path)
    (tmp_path / "cpi.csv").write_text("year,value\n2001,3\n", encoding="utf-8")
    assert fit_error(replace(order, deflate="cpi.csv"), tmp_path)


def fit_error(order, folder):
    with pytest.raises(InputError) as fault:
        fit_from_csv(order, folder)
    return "\n" not in str(fault.value)


def test_the_held_out_half_is_stable_and_about_a_half():
    share = np.mean([held_out("dev", "m3y", f"N{i:04}") for i in range(2000)])
    assert share == pytest.approx(0.5, abs=0.05)


BROKEN = {
    "components[0].b0": [("components", [{"b0": float("nan")}]), ("components", [{"b0": -0.1}])],
    "components[0].k0": [("components", [{"k0": 0.0}]), ("components", [{"k0": "7"}])],
    "components[0].a0": [("components", [{"a0": 0.3}])],
    "components[0].m0": [("components", [{"m0": float("inf")}])],
    "components[0].weight": [("components", [{"weight": -1.0}]), ("components", [{"weight": 0.0}])],
    "components[0].wander": [("components", [{"wander": -1.0}])],
    "noise": [("components", [{"noise": 0.4}])],
    "components is empty": [("components", [])],
    "weights": [("components", [{"weight": 0.5}])],
    "components[0].damping": [("components", [{"damping": value}]) for value in (0.0, 1.2, float("nan"), None)],
    "components[0].kappa": [("components", [{"kappa": -1.0}])],
    "components[0].phi": [("components", [{"phi": 1.0}])],
    "components[0].nu": [("components", [{"nu": -0.1}])],
    "components[0].lam": [("components", [{"lam": 1.1}])],
    "components[0].eta": [("components", [{"eta": -0.1}])],
    "centre": [("centre", float("nan")), ("centre", "low")],
    "rho": [("rho", -0.2), ("rho", 1.0), ("rho", float("nan"))],
    "error": [("error", -0.1), ("error", float("nan"))],
    "kind": [("kind", "wages")],
    "prices": [("prices", "constant")],
    "widths[0]": [("widths", [[1, -0.5]]), ("widths", [[1, float("nan")]]), ("widths", [[0, 1.0]])],
    "widths": [("widths", [[4, 1.0], [1, 1.0]]), ("widths", [[1, 1.0], [1, 0.9]])],
    "inflation[1]": [("inflation", [0.03, -0.1])],
    "growth.1": [("growth", {"1": [0.2, 0.1]}), ("growth", {"1": []}), ("growth", {"1": [float("nan"), 0.1]})],
    "first_year": [("first_year", 2030)],
}


@pytest.mark.parametrize(("field", "key", "value"), [(f, k, v) for f, cases in BROKEN.items() for k, v in cases])
def test_a_class_file_that_cannot_carry_a_forecast_is_refused_by_its_field(tmp_path, field, key, value):
    sound = json.loads(json.dumps(a_class(growth={1: (0.0, 0.1)}).to_json()))
    if key == "components":
        value = [{**sound["components"][0], **part} for part in value]
    (tmp_path / "mine.json").write_text(json.dumps(sound), encoding="utf-8")
    assert read_class("mine.json", 2020, root=tmp_path).series == 63
    (tmp_path / "mine.json").write_text(json.dumps({**sound, key: value}), encoding="utf-8")
    with pytest.raises(InputError, match="ruralincome reference fit") as fault:
        read_class("mine.json", 2020, root=tmp_path)
    assert str(fault.value).startswith("mine.json")
    assert field in str(fault.value) or value is None
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("text", ["[]", "[" * 100_000, "{", '{"title": 1}', '{"widths": [[1e999, 1]]}'])
def test_a_file_that_is_no_class_is_refused(tmp_path, text):
    (tmp_path / "mine.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.json is not a reference class"):
        read_class("mine.json", 2020, root=tmp_path)


def test_what_is_not_known_of_the_mean_is_shared_and_grows_with_the_years():
    found = a_class(error=0.02)
    own = sum(c.weight * c.variance for c in found.components)
    for years in (1, 5):
        alike = (0.02**2 + 0.01**2) * years**2
        assert found.correlated(0.3, years, 0.01) == pytest.approx((0.3 * own * years + alike) / (own * years + alike))
    assert a_class().correlated(0.3, 5, 0.0) == pytest.approx(0.3)


def test_the_spans_that_a_class_knows_are_named_in_order():
    with pytest.raises(InputError) as caught:
        read_class("international", 2020).pace(0.5, 7)
    assert caught.value.code == "reference.no_growth_over"
    assert caught.value.facts == {"name": "international", "over": 7, "known": (1, 2, 3, 4, 5)}
