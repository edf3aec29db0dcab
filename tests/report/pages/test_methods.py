import importlib.util
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import ruralincome as ri
from ruralincome.report.pages import methods as page
from ruralincome.report.pages.methods import spans_of
from ruralincome.report.words.words import number
from ruralincome.scenario.answer import methods

ROOT = Path(__file__).parents[3]
OURS = {"group": "INCOME", "history": "n8", "n": 100, "crps": 5.0, "c50": 50.0, "c80": 80.0, "c95": 95.0}
OURS |= {"calibration_error_%": 2.0}


@pytest.fixture(scope="module")
def found():
    return methods("binh_thuan_rural_income", 48.9, 2021, ROOT)


def blocks(found, language):
    yield page.made(language)
    for make in (page.classes, page.widths, page.regimes, page.record, page.reliability, page.weak):
        yield make(found, language)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_block_is_whole_words_of_one_language(found, language):
    for block in blocks(found, language):
        assert "methods." not in block.text
        assert "{" not in block.text
        assert "nan" not in block.text.lower().split()


def test_the_record_shows_what_was_measured(found):
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    text = page.record(found, "en").text
    assert all(number(row["crps"], "en", 2) in text for row in results["tables"]["ruralincome"])


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_record_and_the_readmes_name_the_same_best_software(found, language):
    spec = importlib.util.spec_from_file_location("readme", ROOT / "benchmarks" / "readme.py")
    readme = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(readme)
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    lines = readme.table(results, "README.vi.md" if language == "vi" else "README.md").splitlines()
    in_readme = [line.strip("| ").split(" | ")[1:] for line in lines if readme.WORDS["README.md"]["best"] in line
                 or readme.WORDS["README.vi.md"]["best"] in line]  # fmt: skip
    tables = page.record(found, language).html.split("<table")[1:]
    in_report = [re.findall(r"<tr>.*?</tr>", part, re.S)[1:] for part in tables]
    shown = [[re.findall(r"<td[^>]*>(.*?)</td>", row)[1].replace("–", "-") for row in rows] for rows in in_report]
    assert shown == in_readme


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_reliability_and_the_record_say_the_score_and_the_intervals(found, language):
    overall = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))["overall"]
    said = page.reliability(found, language).text
    assert all(number(overall["brier"][key], language, 4) in said for key in overall["brier"])
    parts = overall["brier"]
    assert parts["miscalibration"] - parts["discrimination"] + parts["uncertainty"] == pytest.approx(
        parts["brier"], abs=2e-4
    )
    said = page.record(found, language).text
    assert all(number(x, language) + "%" in said for shares in overall["coverage80"].values() for x in shares)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_reliability_stands_where_the_benchmark_says(found, language):
    """On a scale of its own: the diagonal's ends are no chance and certainty, said and come true."""
    overall = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))["overall"]
    html, line = page.reliability(found, language).html, overall["line"]
    band, diagonal, curve = (
        np.array([point.split(",") for point in points.split()], float)
        for points in re.findall(r'points="([^"]*)"', html)
    )
    (left, floor), (right, top) = diagonal
    assert (left < right, floor > top) == (True, True)

    def at(stated, came):
        there = left + (right - left) * np.array(stated), floor - (floor - top) * np.array(came)
        return pytest.approx(np.column_stack(there), abs=0.011)

    assert curve == at(line["stated"], line["observed"])
    assert band == at(line["stated"] + line["stated"][::-1], line["low"] + line["high"][::-1])
    dots = re.findall(r'<circle cx="([\d.]+)%" cy="([\d.]+)%"', html)
    assert np.array(dots, float) == at(*([b[key] for b in overall["bins"]] for key in ("stated", "observed")))


def test_the_weak_spots_are_those_of_the_tables(found):
    text = page.weak(found, "vi").text
    assert "12 số liệu hằng năm" in text
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    for row in results["tables"]["ruralincome"]:
        if row["c80"] > 85:
            assert f"({number(row['c80'], 'vi')}%)" in text


def test_the_widths_shown_are_those_kept_with_the_classes(found):
    text, kept = page.widths(found, "vi").text, ri.read_class("international", 2020)
    assert all(number(kept.width(n - 1), "vi", 2) in text for n in (2, 3, 5, 8, 12))


def weak(found, language, *rows, **line):
    """What the page says to be weak of these results, without what no table shows."""
    line = {"stated": [0.1, 0.2, 0.3, 0.995], "low": [0.05, 0.15, 0.25, 0.9], "high": [0.15, 0.25, 0.35, 1.0]} | line
    line.setdefault("observed", [0.1, 0.2, 0.3, 0.95])
    results = {"tables": {"ruralincome": [OURS | row for row in rows]}, "overall": {"line": line}}
    return page.weak(replace(found, results=results), language).text.splitlines()[6:]


def test_weak_cells_are_those_beyond_the_bounds(found):
    def said(**row):
        return weak(found, "en", row)

    assert said() == []
    assert said(c80=85.0, c50=45.0, c95=92.0) == []
    (wide,) = said(c80=85.1)
    assert wide == (
        "Income and GDP per head: the 80% interval is too wide, holding more than 85% of outcomes, after "
        "8 observations (85.1%)."
    )
    assert "too narrow, holding less than 75%" in said(c80=74.9)[0]
    assert "less than 45% or more than 55%" in said(c50=55.2)[0]
    assert "the 95% interval holds less than 92% of outcomes after 8 observations (91.8%)" in said(c95=91.8)[0]
    assert said(**{"calibration_error_%": 4.1})[0].endswith("after 8 observations (4.1).")
    (together,) = weak(found, "vi", {"c95": 91.0}, {"history": "n12", "c95": 90.0})
    assert "khi có 8 số liệu (91,0%); 12 số liệu (90,0%)." in together


def test_the_reliability_line_beyond_its_band_is_said_with_its_direction(found):
    assert weak(found, "en") == []
    fewer, more = weak(found, "vi", observed=[0.2, 0.1, 0.2, 0.8])
    assert "xác suất nêu ra là 20–99%, đường liền nằm dưới vùng tô" in fewer
    assert "xác suất nêu ra là 10%, đường liền nằm trên vùng tô" in more


def test_stretches_outside_bridge_one_point_and_no_more():
    stated = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert spans_of(stated, [True, False, True, False, False, True]) == [(0.1, 0.3), (0.6, 0.6)]
    assert spans_of(stated, [False] * 6) == []


def test_the_notebook_holds_calls_and_no_outputs():
    notebook = json.loads((ROOT / "notebooks" / "methods.ipynb").read_text(encoding="utf-8"))
    code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    source = "\n".join("".join(c["source"]) for c in code)
    assert not any(c["outputs"] for c in code)
    assert not any(word in source for word in ("def ", "class ", "lambda"))
    assert 'language = "vi"' in "".join(code[0]["source"])


def test_the_weight_of_ones_own_pace_is_that_of_the_default_class(found):
    parts = ri.read_class("vietnam-pool", 2020).into("nominal").prior()
    weight = sum(c.weight * 11 / (11 + c.k0) for c in parts)
    assert f"weighs only {weight:.0%} even after 12" in page.weak(found, "en").text
