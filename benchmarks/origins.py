"""Every rule for the article's class that was weighed, tested at four past origins on the 63 provinces.

    python benchmarks/origins.py --panels DIR

A rule is fitted on what was known at each origin and held against what came: mean log CRPS x 100, share of provinces
inside the 80 % interval, median error in logarithms x 100, mean log density; and what it says of the article's target.
Writes origins.json, provinces.json (nominal against real, as the page on the method shows them), the table of decision
55, and the record of the pool that ships (reference/classes/vietnam-pool.json). The panel of the
provinces, vn_province.csv.gz, is the statistics office's and does not ship.
"""

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd
from backtest import GRID
from classes import CLASSES, CPI, ORDERS
from scipy.special import stdtr
from scipy.stats import t as student
from scoringrules import crps_quantile

from ruralincome.data.forms.read import rows_of
from ruralincome.keep.fit import fit_from_csv, tested
from ruralincome.keep.panels import PANEL, places_of, price_rises
from ruralincome.models.walk import pooled
from ruralincome.panel.answers import Asked, Stated, answer_panel
from ruralincome.panel.places import Basis
from ruralincome.reference.vintages import pool, read_class
from ruralincome.series import Series
from ruralincome.series.prices import expected

HERE = Path(__file__).parent
DECISION = HERE.parent / "docs" / "decisions" / "0055-the-headline-is-a-pool.md"
POOL = CLASSES / "vietnam-pool.json"
HEAD = "| rule | P | four origins | mean | 80 % holds | error | log score |"
DEFAULT = "pool: real and fading, international (the default)"
STEPS = ((2014, 2016), (2016, 2018), (2018, 2019), (2018, 2020))
"""Origins and the years forecast from them."""
ARTICLE = Series("article", (2016, 2020), (32.6, 44.9)), 2021, 48.9


class Known:
    """The classes as they were known at the end of a year."""

    def __init__(self, year, folder):
        self.year, known = year, price_rises(Path(CPI), CPI)
        orders = {order.name: replace(order, until=year) for order in ORDERS if order.name.startswith("vietnam")}
        self.nominal = fit_from_csv(orders["vietnam-provinces"], folder)
        self.plain = replace(fit_from_csv(orders["vietnam-provinces-real"], folder), inflation=None)
        logs = np.log1p([known[t] for t in range(year - 4, year + 1)])
        self.five, last = (float(logs.mean()), float(logs.std(ddof=1))), expected(known, year)
        self.last = last.mean, last.sd

    def still(self, inflation):
        """The provinces in real terms, their mean for ever."""
        return replace(self.plain, fading=None).expecting(*inflation)

    def abroad(self, name):
        """An international class as it shipped then."""
        return read_class(name, self.year)

    def both(self, *members):
        """A pool of classes in current prices."""
        named = dict(zip("abcd", members, strict=False))
        return pool("pool", {"title": {"vi": "", "en": ""}, "members": [*named]}, named.get)


RULES = {
    "real, five years' inflation (the default up to 0.1)": lambda k: k.still(k.five),
    "nominal": lambda k: k.nominal,
    "real, last year's inflation": lambda k: k.still(k.last),
    "international": lambda k: k.abroad("international"),
    "international-income": lambda k: k.abroad("international-income"),
    "pool: real, international": lambda k: k.both(k.still(k.last), k.abroad("international")),
    "pool: real, international-income": lambda k: k.both(k.still(k.last), k.abroad("international-income")),
    "real, its pace fading": lambda k: k.plain.expecting(*k.last),
    DEFAULT: lambda k: k.both(k.plain.expecting(*k.last), k.abroad("international")),
    "pool: real and fading, international-income": lambda k: k.both(
        k.plain.expecting(*k.last), k.abroad("international-income")
    ),
}
"""Rules by name: what is known -> the class in current prices."""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panels", type=Path, required=True, help="folder of the panel CSV files")
    folder = parser.parse_args().panels
    panel = places_of(rows_of(folder / "vn_province.csv.gz", *PANEL), undated=False)[0]
    known = {year: Known(year, folder) for year in (2014, 2016, 2018, 2019, 2020)}
    table, lines = [], [HEAD, "|---|---|---|---|---|---|---|"]
    for name, rule in RULES.items():
        rows = [_scores(panel, rule(known[origin]), origin, year) for origin, year in STEPS]
        series, year, value = ARTICLE
        chance = pooled(series, rule(known[2020])).probability(year, value)
        means = {key: round(float(np.mean([row[key] for row in rows])), 2) for key in ("crps", "log")}
        table.append({"rule": name, "probability": round(chance, 3), **means, "tests": rows})
        crps, inside, error = (
            " / ".join(f"{row[key]:{form}}" for row in rows)
            for key, form in (("crps", ".2f"), ("inside80", ".0f"), ("error", "+.1f"))
        )
        lines.append(
            f"| {name} | {100 * chance:.0f} | {crps} | {means['crps']:.2f} | {inside} | {error} | {means['log']:.2f} |"
        )
    counts = [_count(panel, RULES[DEFAULT](known[origin]), origin, year) for origin, year in STEPS]
    print("\n".join([*lines, *_persistence(folder), *counts]))
    before, _, rest = DECISION.read_text(encoding="utf-8").partition("<!-- origins -->")
    after = rest.partition("<!-- /origins -->")[2]
    shown = "\n".join([f"{before}<!-- origins -->", *lines, f"<!-- /origins -->{after}"])
    DECISION.write_text(shown, encoding="utf-8")
    trials = [t for year in (2014, 2016, 2018, 2019) for t in tested(panel, RULES[DEFAULT](known[year]), year, {})]
    stated = json.loads(POOL.read_text(encoding="utf-8"))
    rows = ",\n".join(f"  {json.dumps(asdict(trial))}" for trial in trials)
    head = json.dumps({**stated, "record": []}, ensure_ascii=False, indent=1)
    POOL.write_text(head.replace('"record": []', f'"record": [\n{rows}\n ]') + "\n", encoding="utf-8")
    shown = ((1, "vietnam-provinces"), (0, "vietnam-provinces-real"))
    regimes = [{"class": name, **row} for i, name in shown for row in table[i]["tests"]]
    (HERE / "provinces.json").write_text(json.dumps(regimes, indent=1) + "\n", encoding="utf-8")
    (HERE / "origins.json").write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return 0


def _scores(panel, reference, origin, year):
    """What came in `year` against the forecasts of all provinces from `origin`."""
    crps, below, error, density = [], [], [], []
    for name, (t, v) in panel.items():
        fit = pooled(Series(name, tuple(t.tolist()), tuple(v.tolist())).until(origin), reference)
        came = np.log(float(v[t == year][0]) / fit.series.last)
        crps.append(100 * crps_quantile(came, np.log(fit.quantile([year], GRID.tolist())[0] / fit.series.last), GRID))
        location, scale, df, weight = (np.asarray(a).ravel() for a in fit.walks.terms(np.array([year - origin])))
        below.append(float(weight @ stdtr(df, (came - location) / scale)))
        density.append(float(np.log(weight @ student.pdf(came, df, location, scale))))
        error.append(came - np.log(fit.quantile([year], [0.5])[0, 0] / fit.series.last))
    return {
        "origin": origin,
        "year": year,
        "crps": round(float(np.mean(crps)), 2),
        "inside80": round(100 * float(np.mean(np.abs(np.array(below) - 0.5) <= 0.4))),
        "error": round(100 * float(np.median(error)), 1),
        "log": round(float(np.mean(density)), 2),
        "provinces": len(crps),
    }


def _count(panel, reference, origin, year):
    """How many provinces kept their pace, and how many reached their median, against what was said of the count."""
    said = []
    for name, goal in (("own pace", _pace), ("median", lambda *_: None)):
        rows, goals = [], {}
        for n, (t, v) in panel.items():
            known = Series(n, tuple(t.tolist()), tuple(v.tolist())).until(origin)
            pace = goal(known)
            goals[n] = (
                pooled(known, reference).quantile([year], [0.5])[0, 0]
                if pace is None
                else known.last * pace ** (year - origin)
            )
            rows += [
                {"place": n, "year": a, "value": x, "target": goals[n]}
                for a, x in zip(known.years, known.values, strict=True)
            ]
        frame = pd.DataFrame(rows).assign(target_year=year)
        asked = Asked(Stated("", None), origin, Basis("pooled", reference), reference)
        count = answer_panel(frame, asked).count
        came = sum(float(v[t == year][0]) >= goals[n] for n, (t, v) in panel.items())
        low, least, most, high = (count.quantile(q) for q in (0.025, 0.1, 0.9, 0.975))
        word = "" if count.usable else ", cannot say"
        said.append(f"{name} {came}: 80 % {least}-{most}, 95 % {low}-{high}{word}")
    return f"{origin} to {year}, of {len(panel)} provinces: {'; '.join(said)}"


def _pace(known):
    """Growth factor a year of the history."""
    return 1 + known.growth


def _persistence(folder):
    """How far the pace of a country's past ten years tells that of the next ones: what `fading` rests on."""
    rows = {ahead: [] for ahead in (1, 5)}
    for t, v in places_of(rows_of(folder / "maddison.csv.gz", *PANEL), undated=False)[0].values():
        level = dict(zip(t.tolist(), np.log(v).tolist(), strict=True))
        for ahead, pairs in rows.items():
            known = [y for y in level if y - 10 in level and y + ahead in level]
            pairs += [((level[y] - level[y - 10]) / 10, (level[y + ahead] - level[y]) / ahead) for y in known]
    left = {}
    for ahead, pairs in rows.items():
        past, came = np.array(pairs).T
        slope, start = np.polyfit(past, came, 1)
        miss = came - start - slope * past
        left[ahead] = np.subtract(*np.quantile(miss, [0.75, 0.25])) / 1.349
        yield f"{ahead} years on: slope {slope:.2f} around {start / (1 - slope):.4f} ({len(pairs)} country-years)"
    lasting = np.sqrt((5 * left[5] ** 2 - left[1] ** 2) / 4)
    yield f"left between countries beyond single years' shocks, robust: {lasting:.4f} a year"


if __name__ == "__main__":
    sys.exit(main())
