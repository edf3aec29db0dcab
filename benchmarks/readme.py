"""Put the benchmark's table into both READMEs: python benchmarks/readme.py."""

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

ROOT = Path(__file__).parent.parent
HISTORIES = ("n2", "gap4", "n3", "n5", "n8", "n12")
WORDS = {
    "README.md": {
        "head": "observations | 2 | 2, four years apart | 3 | 5 | 8 | 12",
        "INCOME": "Income and GDP per head",
        "GENERAL": "Series of the forecasting competitions",
        "ours": "ruralincome: log CRPS x 100",
        "best": "best other package that answered every time",
        "c80": "ruralincome: inside the 80 % interval, %",
        "off": "ruralincome: calibration error of P(target), points",
    },
    "README.vi.md": {
        "head": "số quan sát | 2 | 2, cách nhau bốn năm | 3 | 5 | 8 | 12",
        "INCOME": "Thu nhập và GDP bình quân đầu người",
        "GENERAL": "Chuỗi của các cuộc thi dự báo",
        "ours": "ruralincome: CRPS lô-ga-rít x 100",
        "best": "gói khác tốt nhất trong số các gói lần nào cũng trả lời",
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
        ours = _row(results, "ruralincome", group)
        best = [_best(results, group, history) for history in HISTORIES]
        lines += [f"{words[group]}:", "", f"| {words['head']} |", "|" + " --- |" * 7]
        lines.append(_line(words["ours"], [_shown(ours[h]["crps"], 2, name) for h in HISTORIES]))
        lines.append(_line(words["best"], [_shown(value, 2, name) for value in best]))
        lines.append(_line(words["c80"], [_shown(ours[h]["c80"], 0, name) for h in HISTORIES]))
        lines.append(_line(words["off"], [_shown(ours[h]["calibration_error_%"], 1, name) for h in HISTORIES]))
        lines.append("")
    return "\n".join(lines)


def _row(results, method, group):
    return {row["history"]: row for row in results["tables"][method] if row["group"] == group}


def _best(results, group, history):
    """The lowest CRPS of a package that was scored on all histories, never failed and never gave a zero width."""
    ours = _row(results, "ruralincome", group)[history]
    found = [
        row["crps"]
        for method in results["tables"]
        if method != "ruralincome"
        for row in [_row(results, method, group).get(history)]
        if row and row["crps"] is not None and row["n"] == ours["n"] and not row["fail_%"] and not row["zero_width"]
    ]
    return min(found, default=None)


def _line(label, cells):
    return "| " + " | ".join([label, *cells]) + " |"


def _shown(value, digits, name):
    if value is None:
        return "-"
    text = str(Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
    return text.replace(".", ",") if name.endswith(".vi.md") else text


if __name__ == "__main__":
    main()
