"""Put the benchmark's tables into the READMEs and the guides: python benchmarks/readme.py."""

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from textwrap import fill

from ruralincome.reference.vintages import read_class
from ruralincome.report.pages.methods import OURS, best_other, left_out
from ruralincome.rules import RULES

ROOT = Path(__file__).parent.parent
GUIDES = ("docs/en/where-wrong.md", "docs/vi/where-wrong.md")
HISTORIES = ("n2", "gap4", "n3", "n5", "n8", "n12")
WORDS = {
    "README.md": {
        "head": "observations | 2 | 2, four years apart | 3 | 5 | 8 | 12",
        "INCOME": "Income and GDP per head",
        "GENERAL": "Series of the forecasting competitions",
        "ours": "ruralincome: log CRPS x 100",
        "best": "best other package that always gave an interval",
        "c80": "ruralincome: inside the 80% interval, %",
        "off": "ruralincome: calibration error of P(target), points",
        "bins": "given on average, % | reached, % | targets",
        "origins": "known up to | asked for | error, % | inside the 80% interval, %",
    },
    "README.vi.md": {
        "head": "số quan sát | 2 | 2, cách nhau bốn năm | 3 | 5 | 8 | 12",
        "INCOME": "Thu nhập và GDP bình quân đầu người",
        "GENERAL": "Chuỗi của các cuộc thi dự báo",
        "ours": "ruralincome: CRPS lô-ga-rít x 100",
        "best": "gói khác tốt nhất trong số các gói lần nào cũng cho khoảng dự báo",
        "c80": "ruralincome: số lần nằm trong khoảng 80%, %",
        "off": "ruralincome: sai lệch hiệu chỉnh của P(đạt), điểm phần trăm",
        "bins": "xác suất đã cho, bình quân, % | đã đạt, % | số mục tiêu",
        "origins": "biết đến năm | hỏi về năm | sai lệch, % | nằm trong khoảng 80%, %",
    },
}


BESIDE = {"README.md": "beside.en.md.in", "README.vi.md": "beside.vi.md.in"}
"""What it does beside named tools, with the evidence of each cell; numbers are filled in from the results."""


def main():
    for path, filled in written():
        path.write_text(filled, encoding="utf-8")


def written():
    """Pairs (path, its text with the tables of today's results) of the READMEs and the guides."""
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    for name, guide in zip(WORDS, GUIDES, strict=True):
        rows = table(results, name)
        text = with_table((ROOT / name).read_text(encoding="utf-8"), rows)
        yield ROOT / name, with_table(text, beside(results, name), "beside")
        text = with_table((ROOT / guide).read_text(encoding="utf-8"), rows)
        text = with_table(text, _rows("bins", _bins(results, name), name), "bins")
        yield ROOT / guide, with_table(text, _rows("origins", _origins(name), name), "origins")


def with_table(text, rows, mark="benchmark"):
    """The page with `rows` between the two marks."""
    return re.sub(rf"(<!-- {mark} -->\n).*?(<!-- end -->)", lambda m: f"{m[1]}{rows}{m[2]}", text, flags=re.S)


def beside(results, name):
    """The table beside other tools: incomes, two observations a year apart."""
    two = {
        method: next(row for row in rows if (row["group"], row["history"]) == ("INCOME", "n2"))
        for method, rows in results["tables"].items()
    }
    inside = {"ours": OURS, "learner": "LightGBM", "state": "statsmodels UnobservedComponents"}
    numbers = {key: _shown(two[method]["c80"], 0, name) for key, method in inside.items()}
    with (ROOT / "tests" / "vectors" / "open_sdg_progress.csv").open(encoding="utf-8") as published:
        series = sum(1 for _ in published) - 1
    zero = _shown(two["statsforecast RandomWalkWithDrift"]["zero_width"], 0, name)
    words = (ROOT / "benchmarks" / BESIDE[name]).read_text(encoding="utf-8")
    return words.format(rules=len(RULES), series=series, zero=zero, **numbers)


def _bins(results, name):
    for row in results["overall"]["bins"]:
        yield (
            _shown(100 * row["stated"], 0, name),
            _shown(100 * row["observed"], 0, name),
            _grouped(row["targets"], name),
        )


def _origins(name):
    """The record of the default class as it ships, which every report states."""
    for test in read_class("vietnam-pool", as_of=2020).record:
        shown = (
            _shown(round(100 * test.error, 3), 1, name).replace("-", "−"),
            _shown(round(100 * test.inside80, 3), 0, name),
        )
        yield str(test.origin), str(test.year), *shown


def _rows(kind, rows, name):
    head = WORDS[name][kind]
    lines = [f"| {head} |", "|" + " --- |" * len(head.split("|")), *(_line(first, rest) for first, *rest in rows)]
    return "\n".join([*lines, ""])


def _grouped(count, name):
    return f"{count:,}".replace(",", "." if name.endswith(".vi.md") else ",")


def table(results, name):
    """The Markdown table of one README, from results.json."""
    words, lines = WORDS[name], []
    for group in ("INCOME", "GENERAL"):
        ours = {row["history"]: row for row in results["tables"][OURS] if row["group"] == group}
        best = [best_other(results, ours[history]) for history in HISTORIES]
        lines += [f"{words[group]}:", "", f"| {words['head']} |", "|" + " --- |" * 7]
        lines.append(_line(words["ours"], [_shown(ours[h]["crps"], 2, name) for h in HISTORIES]))
        lines.append(_line(words["best"], [_shown(value, 2, name) for value in best]))
        lines.append(_line(words["c80"], [_shown(ours[h]["c80"], 0, name) for h in HISTORIES]))
        lines.append(_line(words["off"], [_shown(ours[h]["calibration_error_%"], 1, name) for h in HISTORIES]))
        lines.append("")
    lines += [fill(left_out(results, "vi" if name.endswith(".vi.md") else "en"), 124, break_on_hyphens=False), ""]
    return "\n".join(lines)


def _line(label, cells):
    return "| " + " | ".join([label, *cells]) + " |"


def _shown(value, digits, name):
    if value is None:
        return "-"
    text = str(Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
    return text.replace(".", ",") if name.endswith(".vi.md") else text


if __name__ == "__main__":
    main()
