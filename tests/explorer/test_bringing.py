"""Figures brought to the explorer: what is shown of a file, a table that was pasted, and the place that it makes."""

import shutil
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest

import ruralincome as ri
from ruralincome.report.words.words import LANGUAGES

ROOT = Path(__file__).parents[2]
TABLE = "Xã\t2016\t2018\tSơ bộ 2020\nXã Thử\t32,6\t..\t44,9\nXã Khác\t30,1\t33,5\t41,2\n"


@pytest.fixture
def board(tmp_path):
    for folder in ("data", "params"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return ri.explore("binh_thuan_rural_income", "vi", tmp_path).board


def brought_by(board, way):
    bringing = board.bringing
    if way == "pasted":
        bringing.paste.value = TABLE
    elif way == "chosen":
        chosen = {"name": "a.tsv", "type": "", "size": 9, "content": memoryview(TABLE.encode())}
        chosen["last_modified"] = datetime(2026, 1, 1, tzinfo=UTC)
        bringing.upload.set_trait("value", (chosen,))
    else:
        bringing.dropped.value = "a.tsv\n" + b64encode(TABLE.encode()).decode()
    return bringing


@pytest.mark.parametrize("way", ["pasted", "chosen", "dropped"])
def test_what_was_understood_is_shown_however_it_came(board, way):
    said = brought_by(board, way).said.value
    for words in ("Xã Thử", "2016: 32,6", "2018: ..", "2020: 44,9 (là số sơ bộ)", "Xã Khác"):
        assert words in said


def test_what_cannot_be_read_is_said_by_its_cell(board):
    board.bringing.paste.value = TABLE.replace("33,5", "33.5")
    assert 'class="fault"' in board.bringing.said.value
    assert "33.5" in board.bringing.said.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_makes_the_place_and_asks_of_it(board, language):
    board.languages.value = language
    bringing = brought_by(board, "pasted")
    for key, words in {"place": "Xã Thử", "target": "55@2025", "source": "NGTK <2021>"}.items():
        bringing.fields[key].value = words
    bringing.make.click()
    assert (board.root / "params" / "xa_thu.yaml").is_file()
    assert "params/xa_thu.yaml" in board.page.board.bringing.said.value
    assert "xa_thu" in (board.root / "data" / "datapackage.json").read_text(encoding="utf-8")


def test_a_place_that_cannot_be_made_says_why(board):
    bringing = brought_by(board, "pasted")
    bringing.fields["place"].value = "Xã Thử"
    bringing.make.click()
    assert 'class="fault"' in bringing.said.value
