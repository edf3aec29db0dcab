"""The decision records: one form, and an index that knows each."""

import re
from pathlib import Path

import pytest

DECISIONS = Path(__file__).parents[2] / "docs" / "decisions"


@pytest.mark.parametrize("path", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda p: p.stem)
def test_a_decision_has_the_one_form_and_stands_in_the_index(path):
    lines = path.read_text(encoding="utf-8").split("\n")
    number = int(path.name[:4])
    title = re.fullmatch(rf"# {number}\. (.+)", lines[0])
    assert title
    assert lines[2].startswith("Status: ")
    heads = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    assert heads[0] in ("Context",)
    assert {"Decision", "Consequences"} <= set(heads)
    assert f"| [{number}]({path.name}) | {title[1]} |" in (DECISIONS / "README.md").read_text(encoding="utf-8")
