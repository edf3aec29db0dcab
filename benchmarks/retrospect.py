"""The ledger that ships: what today's rule would have said of the country's rural income, and what came.

    python benchmarks/retrospect.py

As of 2012, 2014, ... 2023 the published figures up to that year are asked for 0.95, 1 and 1.05 times the level to
which the pace of the last four years leads, one and two published figures ahead; and the announced targets as of their
year. The data are of their time, the rule is today's: the entries bear the day they were made, so that none counts as
written in time. Before 2014 no class of the country's own places could be fitted, and the international one answers
alone. Writes ledger.jsonl and outturns.csv at the root.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from ruralincome.data.package import read_series
from ruralincome.keep import add
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario, read_scenario
from ruralincome.scenario.result import result

ROOT = Path(__file__).resolve().parents[1]
SERIES = "vietnam_rural_income"
ORIGINS = (2012, 2014, 2016, 2018, 2019, 2020, 2021, 2022, 2023)
TIMES = (0.95, 1.0, 1.05)
PACE = 4
"""Years whose pace is continued."""
ANNOUNCED = ("baseline", "target_2025", "national_rural_2020", "national_rural_2030_low", "national_rural_2030_high")


def main():
    """Ask, keep and write the outturns."""
    book, today, series = ROOT / "ledger.jsonl", datetime.now(UTC).date(), read_series(SERIES, ROOT)
    for name in ("ledger.jsonl", "ledger.head", "ledger.keys"):
        (ROOT / name).unlink(missing_ok=True)
    for as_of in ORIGINS:
        known = series.until(as_of)
        base = max(year for year in known.years if year <= as_of - PACE)
        pace = (known.last / known.value(base)) ** (1 / (as_of - base))
        for year in [t for t in series.years if t > as_of][:2]:
            for times in TIMES:
                stated = {
                    "name": f"retrospect_{as_of}_{year}_{round(100 * times)}",
                    "series": SERIES,
                    "as_of": as_of,
                    "target": {"value": float(round(times * known.last * pace ** (year - as_of))), "year": year},
                    "models": ["pooled"],
                }
                if as_of < 2014:
                    stated["reference"] = "international"
                add(result(answer(Scenario.stated(**stated), root=ROOT)), book, today)
    for name in ANNOUNCED:
        add(result(answer(read_scenario(ROOT / "params" / f"{name}.yaml"), name, ROOT)), book, today)
    rows = [f"{SERIES},{t},{v:g}" for t, v in zip(series.years, series.values, strict=True) if t > ORIGINS[0]]
    (ROOT / "outturns.csv").write_text("\n".join(["series,year,value", *rows]) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
