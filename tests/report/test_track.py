import importlib.util
import json
import re
from pathlib import Path

import pytest

import ruralincome as ri
from ruralincome.report.pages import track
from ruralincome.report.words.words import number
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]


def blocks(language):
    series, target = ri.read_series("binh_thuan_rural_income", ROOT), ri.Target(48.9, 2021)
    yield track.made(language)
    yield track.classes(series, target, language)
    yield track.widths(series, language)
    yield track.regimes(language, ROOT)
    yield track.record(language, ROOT)
    yield track.reliability(language, ROOT)
    yield track.weak(language)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_block_is_whole_words_of_one_language(language):
    for block in blocks(language):
        assert "methods." not in block.text
        assert "{" not in block.text
        assert "nan" not in block.text.lower().split()


def test_the_record_shows_what_was_measured():
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    text = track.record("en", ROOT).text
    assert all(number(row["crps"], "en", 2) in text for row in results["tables"]["ruralincome"])


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_record_and_the_readmes_name_the_same_best_software(language):
    spec = importlib.util.spec_from_file_location("readme", ROOT / "benchmarks" / "readme.py")
    readme = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(readme)
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    lines = readme.table(results, "README.vi.md" if language == "vi" else "README.md").splitlines()
    in_readme = [line.strip("| ").split(" | ")[1:] for line in lines if readme.WORDS["README.md"]["best"] in line
                 or readme.WORDS["README.vi.md"]["best"] in line]  # fmt: skip
    tables = track.record(language, ROOT).html.split("<table")[1:]
    in_report = [re.findall(r"<tr>.*?</tr>", part, re.S)[1:] for part in tables]
    shown = [[re.findall(r"<td[^>]*>(.*?)</td>", row)[1].replace("–", "-") for row in rows] for rows in in_report]
    assert shown == in_readme


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_reliability_and_the_record_say_the_score_and_the_intervals(language):
    overall = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))["overall"]
    said = track.reliability(language, ROOT).text
    assert all(number(overall["brier"][key], language, 4) in said for key in overall["brier"])
    parts = overall["brier"]
    assert parts["miscalibration"] - parts["discrimination"] + parts["uncertainty"] == pytest.approx(
        parts["brier"], abs=2e-4
    )
    said = track.record(language, ROOT).text
    assert all(number(x, language) + "%" in said for shares in overall["coverage80"].values() for x in shares)


def test_the_weak_spots_are_those_of_the_tables():
    text = track.weak("vi", ROOT).text
    assert "12 số liệu hằng năm" in text
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    for row in results["tables"]["ruralincome"]:
        if row["c80"] > 85:
            assert f"({number(row['c80'], 'vi')}%)" in text


def test_the_widths_shown_are_those_kept_with_the_classes():
    text = track.widths(ri.read_series("binh_thuan_rural_income", ROOT), "vi").text
    found = ri.read_class("international", 2020)
    assert all(number(found.width(n - 1), "vi", 2) in text for n in (2, 3, 5, 8, 12))


def test_missing_results_are_named_with_the_remedy(tmp_path):
    with pytest.raises(InputError, match=r"benchmarks/results\.json is missing.*make bench"):
        track.record("en", tmp_path)


def test_the_notebook_holds_calls_and_no_outputs():
    notebook = json.loads((ROOT / "notebooks" / "methods.ipynb").read_text(encoding="utf-8"))
    code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    source = "\n".join("".join(c["source"]) for c in code)
    assert not any(c["outputs"] for c in code)
    assert not any(word in source for word in ("def ", "class ", "lambda"))
    assert 'language = "vi"' in "".join(code[0]["source"])
