import json
from pathlib import Path

import pytest

import ruralincome as ri
from ruralincome.report import track
from ruralincome.report.words import number
from ruralincome.series import InputError

ROOT = Path(__file__).parent.parent


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
