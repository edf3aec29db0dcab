"""Counts of places on panels of many years, at past origins: python benchmarks/counts.py --panels DIR.

A class of one component is fitted on the states of the United States, and on incomes of the OECD, as they were known at
every fifth (third) year, and says how many places will keep the pace of their last five figures, and how many will
reach their own median, one and two years on. Its ranges are held against what came: by the class's equally likely
values of rho (decision 57), by a fixed 0.6, and by the moment estimate. `own` is what they hold by their own account:
where most of the chance is at none and at all, a central 95 % range is everything there is.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from ruralincome.data.forms.read import rows_of
from ruralincome.keep.fit import Fitting, fit_from_csv
from ruralincome.keep.panels import PANEL, places_of
from ruralincome.models.posterior import Steps
from ruralincome.models.walk import pooled_walks
from ruralincome.panel.joint import reaching

PANELS = {"us_state": range(1951, 2017, 5), "oecd_hhdi": range(1996, 2016, 3)}
KNOWN, AHEAD, FIXED = 5, (1, 2), 0.6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panels", required=True, type=Path, help="folder of the panel CSV files")
    folder, rows = parser.parse_args().panels, []
    for name, origins in PANELS.items():
        whole = places_of(rows_of(folder / f"{name}.csv.gz", *PANEL), undated=False)[0]
        for origin in origins:
            order = Fitting(name, (f"{name}.csv.gz",), name, name, components=1, until=origin)
            known = fit_from_csv(order, folder, lambda _: None)
            rows += [row for years in AHEAD for row in counted(name, whole, known, origin, years)]
    found = pd.DataFrame(rows)
    print("| panel | rho | counts | 95 % range holds | own | of the places | by that of 0.6 | 80 % range holds | own |")
    print("|" + " --- |" * 9)
    for (panel, rho), some in found.groupby(["panel", "rho"], sort=False):
        fixed = found[(found.panel == panel) & (found.rho == str(FIXED))]
        inside = [f"{100 * some[key].mean():.1f}" for key in ("inside95", "own95", "inside80", "own80")]
        width = f"{100 * some.width.mean():.0f} % | {some.width.sum() / fixed.width.sum():.2f}"
        print(f"| {panel} | {rho} | {len(some)} | {' | '.join(inside[:2])} | {width} | {' | '.join(inside[2:])} |")
    return 0


def counted(panel, whole, known, origin, years):
    """Rows of one origin and year: for each target and each rho, what was said of the count and what came."""
    cut = [(t[t <= origin][-KNOWN:], v[t <= origin][-KNOWN:], v[t == origin + years]) for t, v in whole.values()]
    seen = [(t, v, after[0]) for t, v, after in cut if len(t) == KNOWN and t[-1] == origin and len(after)]
    if len(seen) < 5:
        return
    times, values, came = (np.array(column) for column in zip(*seen, strict=True))
    changes = np.diff(np.log(values))
    steps = Steps(changes.ravel(), np.diff(times).ravel(), np.full(len(seen), KNOWN - 1))
    walks, ahead = pooled_walks(steps, values[:, -1], known), np.full(len(seen), years)
    pace = changes.sum(axis=1) / (times[:, -1] - times[:, 0])
    goals = {"pace": values[:, -1] * np.exp(years * pace), "median": walks.quantile(ahead, np.array([0.5]))[:, 0]}
    for goal, level in goals.items():
        frame = pd.DataFrame({"probability": walks.probability(ahead, level), "last_year": origin})
        frame["target_year"], count = origin + years, int((came >= level).sum())
        for name, values_of_rho in {"posterior": known.rhos, str(FIXED): (FIXED,), "moment": (known.rho,)}.items():
            said = reaching(frame, lambda h, _, r=values_of_rho: known.correlated(np.array(r)[:, None], h, 0.0))
            row = {"panel": panel, "rho": name, "origin": origin, "years": years, "goal": goal}
            for share in (80, 95):
                low, high = (said.quantile(0.5 + side * share / 200) for side in (-1, 1))
                table = said.table
                within = (table["count"] >= low) & (table["count"] <= high)
                row[f"inside{share}"] = low <= count <= high
                row[f"own{share}"] = float(table["probability"][within].sum())
            yield row | {"width": (high - low) / len(seen)}


if __name__ == "__main__":
    sys.exit(main())
