"""Nominal against real class on Vietnam's provinces, origin by origin: python benchmarks/provinces.py --panels DIR."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from backtest import GRID, LEVELS
from classes import ORDERS
from scoringrules import crps_quantile

from ruralincome.keep.fit import fit_from_csv
from ruralincome.keep.panels import read_places
from ruralincome.models.pooling import pooled
from ruralincome.series import Series

HERE = Path(__file__).parent
STEPS = ((2014, 2016), (2016, 2018), (2018, 2019), (2018, 2020))
"""Origins and the years forecast from them; the class is fitted on what was known at the origin."""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--panels", type=Path, required=True, help="folder of the panel CSV files")
    folder = parser.parse_args().panels
    panel = read_places(folder / "vn_province.csv.gz")
    rows = []
    for order in (o for o in ORDERS if o.name.startswith("vietnam-provinces")):
        for origin, year in STEPS:
            reference = fit_from_csv(replace(order, until=origin), folder)
            rows.append(
                {"class": order.name, "origin": origin, "year": year, **_scores(panel, reference, origin, year)}
            )
    (HERE / "provinces.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(rows, indent=1))
    return 0


def _scores(panel, reference, origin, year):
    """Mean log CRPS x 100, share inside the 80 % interval, median error in logarithms x 100, over provinces."""
    crps, inside, error = [], [], []
    for name, (t, v) in panel.items():
        known = Series(name, tuple(t.tolist()), tuple(v.tolist())).until(origin)
        fit = pooled(known, reference)
        outturn = float(v[t == year][0])
        logs = np.log(fit.quantile([year], GRID.tolist())[0])
        crps.append(100 * crps_quantile(np.log(outturn), logs, GRID))
        inside.append(abs(0.5 - fit.probability(year, outturn)) <= LEVELS[1] / 2)
        error.append(100 * (np.log(outturn) - np.log(fit.quantile([year], [0.5])[0, 0])))
    return {
        "crps": round(float(np.mean(crps)), 2),
        "inside80": round(100 * float(np.mean(inside))),
        "error": round(float(np.median(error)), 1),
        "provinces": len(crps),
    }


if __name__ == "__main__":
    sys.exit(main())
