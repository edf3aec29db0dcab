"""A book beside which something is not what it should be: a head of other types, a pipe; told by all that reads it."""

import json
import os
from datetime import date

import pytest

from ruralincome.batch.results import index_page
from ruralincome.keep import add, read_book, score
from ruralincome.report.words.words import fault
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


@pytest.mark.parametrize("pipe", ["ledger.jsonl", "ledger.head", "result.json"])
def test_a_pipe_is_told_and_not_waited_for(tmp_path, result, pipe):
    ledger, path = tmp_path / "ledger.jsonl", tmp_path / "result.json"
    path.write_text(json.dumps(result()), encoding="utf-8")
    add(result(as_of=2019), ledger, TODAY)
    (tmp_path / pipe).unlink()
    os.mkfifo(tmp_path / pipe)
    with pytest.raises(InputError, match=r"pipe|ledger\.head cannot be read") as told:
        add(path, ledger, TODAY)
    assert "is a pipe" not in fault(told.value, "vi")
