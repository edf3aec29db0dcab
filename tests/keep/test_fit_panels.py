"""How the panels of a class are named: paths with an at sign of their own, and one that stands twice."""

from dataclasses import replace

import numpy as np
import pytest

from ruralincome.keep.fit import Fitting, fit_from_csv
from ruralincome.report.words.words import fault
from ruralincome.series import InputError

ONE = Fitting("mine", ("p.csv",), "a", "b", components=1, short=True)


def table(seed=2):
    """Six places from 2000 to 2007."""
    logs = np.cumsum(np.random.default_rng(seed).normal(0.05, 0.04, (6, 8)), axis=1)
    rows = [f"q{i},{2000 + t},{100 * np.exp(x)}" for i, row in enumerate(logs) for t, x in enumerate(row)]
    return "\n".join(["place,year,value", *rows, ""])


@pytest.mark.parametrize("panel", ["me@work/p.csv", "me@1990/p.csv", "p@soon.csv", "p.csv@20041"])
def test_a_path_may_have_an_at_sign_of_its_own(tmp_path, panel):
    (path := tmp_path / panel).parent.mkdir(exist_ok=True)
    path.write_text(table(), encoding="utf-8")
    assert fit_from_csv(replace(ONE, panels=(panel,)), tmp_path).last_year == 2007
    assert fit_from_csv(replace(ONE, panels=(f"{panel}@2004",)), tmp_path).last_year == 2004


@pytest.mark.parametrize("part", ["panels", "spread"])
@pytest.mark.parametrize("again", ["p.csv", "p.csv@2005", "copy.csv", "saved.csv"])
def test_a_panel_that_stands_twice_is_refused_with_both_names(tmp_path, again, part):
    """By its figures: a copy, one that was saved again in another form, the same file cut in time."""
    (tmp_path / "p.csv").write_text(text := table(), encoding="utf-8")
    (tmp_path / "copy.csv").write_text(text, encoding="utf-8")
    (tmp_path / "saved.csv").write_text("\ufeff" + text.replace(",", ";"), encoding="utf-8", newline="\r\n")
    (tmp_path / "other.csv").write_text(table(seed=3), encoding="utf-8")
    order = replace(ONE, panels=("p.csv", "other.csv"))
    twice = replace(order, **{part: (*getattr(order, part), again)})
    with pytest.raises(InputError) as refused:
        fit_from_csv(twice, tmp_path, lambda _: None)
    rest = "so that each place would count twice; leave one of them out"
    assert fault(refused.value, "en") == f"{again} holds the same figures as p.csv, {rest}"
    assert fault(refused.value, "vi").startswith(f"{again} có cùng số liệu với p.csv nên")
    assert fit_from_csv(order, tmp_path).series == 12
