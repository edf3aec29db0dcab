"""Put the benchmark's table into both READMEs: python benchmarks/readme.py."""

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from textwrap import fill

from ruralincome.report.pages.benchmark import OURS, best_other, left_out

ROOT = Path(__file__).parent.parent
HISTORIES = ("n2", "gap4", "n3", "n5", "n8", "n12")
WORDS = {
    "README.md": {
        "head": "observations | 2 | 2, four years apart | 3 | 5 | 8 | 12",
        "INCOME": "Income and GDP per head",
        "GENERAL": "Series of the forecasting competitions",
        "ours": "ruralincome: log CRPS x 100",
        "best": "best other package that always gave an interval",
        "c80": "ruralincome: inside the 80 % interval, %",
        "off": "ruralincome: calibration error of P(target), points",
    },
    "README.vi.md": {
        "head": "số quan sát | 2 | 2, cách nhau bốn năm | 3 | 5 | 8 | 12",
        "INCOME": "Thu nhập và GDP bình quân đầu người",
        "GENERAL": "Chuỗi của các cuộc thi dự báo",
        "ours": "ruralincome: CRPS lô-ga-rít x 100",
        "best": "gói khác tốt nhất trong số các gói lần nào cũng cho khoảng dự báo",
        "c80": "ruralincome: số lần nằm trong khoảng 80%, %",
        "off": "ruralincome: sai lệch hiệu chỉnh của P(đạt), điểm phần trăm",
    },
}


def main():
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    for name in WORDS:
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        path.write_text(with_table(text, table(results, name)), encoding="utf-8")


def with_table(text, rows):
    """The README with `rows` between the two marks."""
    return re.sub(r"(<!-- benchmark -->\n).*?(<!-- end -->)", lambda m: f"{m[1]}{rows}{m[2]}", text, flags=re.S)


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
