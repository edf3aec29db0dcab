"""The head of a book whose values are of another type: told by all that reads it, and no end of a page."""

import json
from datetime import date

import pytest

from ruralincome.batch.results import index_page
from ruralincome.keep import add, read_book, score
from ruralincome.series import InputError

TODAY = date(2021, 3, 1)


@pytest.mark.parametrize(
    "odd", [{"count": "1"}, {"count": 1.0}, {"count": True}, {"count": -1}, {"hash": 5}, {"bytes": None}, {"more": 1}]
)
def test_a_head_whose_values_are_none_of_a_head_is_told(tmp_path, result, odd):
    ledger, head = tmp_path / "ledger.jsonl", tmp_path / "ledger.head"
    add(result(), ledger, TODAY)
    head.write_text(json.dumps(json.loads(head.read_text()) | odd))
    for act in (read_book, lambda path: add(result(as_of=2019), path, TODAY), lambda path: score(path, None)):
        with pytest.raises(InputError, match=r"ledger\.head cannot be read; restore it from git"):
            act(ledger)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text("{}")
    assert "không đọc được ledger.head; hãy khôi phục tệp từ git" in index_page({"jobs": {}}, tmp_path / "output")
