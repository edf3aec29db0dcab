"""The record that `reference fit` gives a class, on panels whose answer is known."""

import numpy as np
import pytest

from ruralincome.keep import fit
from ruralincome.keep.fit import Fitting, fit_from_csv
from ruralincome.reference.reference import Component, ReferenceClass
from ruralincome.series import InputError, Text

PRIOR = ReferenceClass(
    "x", Text("x", "x"), "income", "nominal", 2000, 2010, 5, 50, (Component(1.0, 0.05, 1e6, 1e6, 0.02**2 * 1e6),)
)
"""Growth of 5 % a year, known exactly, with a spread of 2 %."""


def panel(after, places=400):
    """Places that grew by 5 % a year up to 2010 and by `after` then, the spread as the class has it."""
    rng, years = np.random.default_rng(1), np.arange(2005, 2013)
    pace = np.where(years[1:] <= 2010, 0.05, after)
    return {f"p{i}": (years, 100 * np.exp(np.cumsum([0, *(pace + rng.normal(0, 0.02, 7))]))) for i in range(places)}


def test_a_class_that_is_right_holds_what_it_says():
    one, two = fit.tested(panel(0.05), PRIOR, 2010, {})
    assert (one.origin, one.year, two.year, one.places) == (2010, 2011, 2012, 400)
    for test in (one, two):
        assert test.error == pytest.approx(0, abs=0.005)
        for found, level in ((test.inside50, 0.5), (test.inside80, 0.8), (test.inside95, 0.95)):
            assert found == pytest.approx(level, abs=0.07)


def test_a_class_that_expects_too_much_shows_by_how_much():
    one, two = fit.tested(panel(0.01), PRIOR, 2010, {})
    assert (one.error, two.error) == pytest.approx((-0.04, -0.08), abs=0.006)
    assert two.inside80 < one.inside80 < 0.5


def test_what_is_known_of_the_surveys_widens_what_the_test_expects():
    """An error of 4 % in each figure: told of it, the class holds those of 2011, exact ones, as it says."""
    rng, places = np.random.default_rng(4), panel(0.05)
    noisy = {
        n: (t, v * np.where(t <= 2010, np.exp(0.04 * rng.standard_normal(len(t))), 1)) for n, (t, v) in places.items()
    }
    errors = {n: dict.fromkeys(t.tolist(), 0.04) for n, (t, _) in noisy.items()}
    told, untold = (fit.tested(noisy, PRIOR, 2010, known)[0] for known in (errors, {}))
    assert told.inside80 == pytest.approx(0.8, abs=0.07)
    assert untold.inside80 < 0.6


def test_a_class_of_ones_own_gets_its_record_and_counts_have_none(tmp_path):
    rows = [
        "place,year,value",
        *(f"{n},{t},{v:.4f}" for n, (y, x) in panel(0.01, 8).items() for t, v in zip(y, x, strict=True)),
    ]
    (tmp_path / "panel.csv").write_text("\n".join(rows), encoding="utf-8")
    order = Fitting("own", ("panel.csv",), "x", "x", components=1, short=True)
    found = fit.with_record(fit_from_csv(order, tmp_path), order, tmp_path)
    assert found.record[0].origin == 2007  # before, nothing can be fitted
    assert {t.year - t.origin for t in found.record} == {1, 2}
    assert max(t.year for t in found.record) == 2012
    assert all(t.error < 0 for t in found.record if t.origin in (2010, 2011))
    assert ReferenceClass.from_json(found.to_json()) == found


def test_what_was_known_at_an_origin_need_not_be_fitted_and_an_origin_without_it_is_left_out(tmp_path):
    rows = [f"{n},{t},{v:.4f}" for n, (y, x) in panel(0.05, 8).items() for t, v in zip(y, x, strict=True)]
    (tmp_path / "panel.csv").write_text("place,year,value\n" + "\n".join(rows), encoding="utf-8")

    def known(origin):
        if origin < 2010:
            raise InputError("reference.hindsight", name="x", last=2010, as_of=origin)
        return PRIOR

    found = fit.with_record(PRIOR, Fitting("own", ("panel.csv",), "x", "x"), tmp_path, known)
    assert [(t.origin, t.year) for t in found.record] == [(2010, 2011), (2010, 2012), (2011, 2012)]
    assert found.record[0] == fit.tested(dict(record_places(panel(0.05, 8))), PRIOR, 2010, {})[0]


def record_places(places):
    """The places with figures as the file states them."""
    return ((name, (years, np.round(values, 4))) for name, (years, values) in places.items())
