"""The book of verdicts: kept once, one a line, in a chain that shows what was changed."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from ruralincome.data.files import hold
from ruralincome.keep import add, read_book
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.result import result as result_of
from ruralincome.series import InputError

TODAY = date(2021, 3, 1)


def test_keeps_a_verdict_of_a_file(tmp_path, result):
    file, ledger = tmp_path / "result.json", tmp_path / "new" / "ledger.jsonl"
    file.write_text(json.dumps(result()), encoding="utf-8")
    added = add(file, ledger, TODAY)
    assert added.new
    assert read_book(ledger) == (added.entry,)
    entry = added.entry
    assert (entry.date, entry.model, entry.version, entry.probability) == ("2021-03-01", "pooled", "0.1.0", 0.37)
    assert entry.outlooks == {"eurostat": "on_track", "sdsn": "behind"}
    assert len(entry.inputs) == 64


def test_the_same_verdict_is_kept_once(tmp_path, result):
    ledger = tmp_path / "ledger.jsonl"
    add(result(), ledger, TODAY)
    before = ledger.read_bytes()
    again = add(result(), ledger, date(2022, 1, 1))
    assert not again.new
    assert again.entry.date == "2021-03-01"
    assert ledger.read_bytes() == before


def test_a_verdict_from_a_batch_and_from_the_terminal_counts_once(tmp_path):
    ledger, file = tmp_path / "ledger.jsonl", tmp_path / "result.json"
    plain = result_of(answer(Scenario(), "baseline"))
    file.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    assert add(plain, ledger, TODAY).new
    assert not add(file, ledger, date(2021, 5, 1)).new
    whole = {**plain, "as_of": 2020.0, "target": {**plain["target"], "direction": 1.0}}  # as another tool prints it
    assert not add(whole, ledger, TODAY).new
    assert [entry.scenario for entry in read_book(ledger)] == ["baseline"]


@pytest.mark.parametrize(
    "change",
    [
        {"probability": 0.38},
        {"as_of": 2019},
        {"target": {"value": 48.9, "year": 2022}},
        {"provenance": {"inputs": {"data/a.csv": "00fe"}, "versions": {"ruralincome": "0.1.0"}}},
        {"provenance": {"inputs": {"data/a.csv": "00ff"}, "versions": {"ruralincome": "0.2.0"}}},
    ],
)
def test_another_verdict_is_appended(tmp_path, change, result):
    ledger = tmp_path / "ledger.jsonl"
    add(result(), ledger, TODAY)
    before = ledger.read_bytes()
    assert add(result(**change), ledger, TODAY).new
    assert ledger.read_bytes().startswith(before)
    assert len(read_book(ledger)) == 2


def test_refused_probability_is_kept(tmp_path, result):
    ledger = tmp_path / "ledger.jsonl"
    assert add(result(probability=None, models=[]), ledger, TODAY).entry.probability is None


def test_several_writers_at_once(tmp_path, result):
    ledger = tmp_path / "ledger.jsonl"
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda k: add(result(as_of=1900 + k % 40), ledger, TODAY), range(80)))
    assert sum(added.new for added in done) == 40
    assert sorted(entry.as_of for entry in read_book(ledger)) == list(range(1900, 1940))


def test_a_line_that_was_edited(tmp_path, result, keep):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.3, 0.4])
    ledger.write_text(
        ledger.read_text(encoding="utf-8").replace('"probability": 0.3', '"probability": 0.9', 1), encoding="utf-8"
    )
    for act in (read_book, lambda path: add(result(), path, TODAY)):
        with pytest.raises(InputError, match=r"ledger.jsonl line 1 was changed after it was kept"):
            act(ledger)


def test_the_date_is_held_by_the_hash(tmp_path, result):
    ledger = tmp_path / "ledger.jsonl"
    add(result(), ledger, date(2026, 1, 1))
    assert not read_book(ledger)[0].in_time
    ledger.write_text(ledger.read_text(encoding="utf-8").replace("2026-01-01", "2021-01-01"), encoding="utf-8")
    with pytest.raises(InputError, match=r"ledger.jsonl line 1 was changed after it was kept"):
        read_book(ledger)


@pytest.mark.parametrize("order", [(1, 2), (0, 2), (0, 2, 1), (0, 1, 1, 2)])
def test_a_line_deleted_moved_or_doubled(tmp_path, order, result, keep):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.3, 0.4, 0.5])
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(lines[k] for k in order))
    for act in (read_book, lambda path: add(result(), path, TODAY)):
        with pytest.raises(InputError, match=r"line \d does not follow the line before: a line was changed, deleted"):
            act(ledger)


def test_a_line_forged_with_its_own_hash_breaks_the_next(tmp_path, keep):
    ledger, other = tmp_path / "ledger.jsonl", tmp_path / "other.jsonl"
    keep(ledger, [0.3, 0.4])
    keep(other, [0.9])
    second = ledger.read_bytes().splitlines(keepends=True)[1]
    ledger.write_bytes(other.read_bytes() + second)
    with pytest.raises(InputError, match=r"line 2 does not follow the line before"):
        read_book(ledger)


def test_a_line_that_is_no_entry(tmp_path, keep):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.3])
    ledger.write_text('{"a": 1}\n' + ledger.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(InputError, match=r"line 1 is not an entry; restore the ledger from git"):
        read_book(ledger)


def test_no_ledger(tmp_path):
    with pytest.raises(InputError, match=r"no ledger ledger\.jsonl; keep a verdict by"):
        read_book(tmp_path / "ledger.jsonl")


def test_the_line_is_what_the_entry_says(tmp_path, result):
    ledger = tmp_path / "ledger.jsonl"
    added = add(result(), ledger, TODAY)
    assert json.loads(ledger.read_text(encoding="utf-8")) == added.entry.plain


LINE = b'{"as_of": 2020, "date": "2021-03-01"'


def test_a_last_line_that_an_older_version_left_torn_is_named(tmp_path, result):
    ledger = tmp_path / "ledger.jsonl"
    add(result(), ledger, TODAY)
    whole = ledger.read_bytes()
    ledger.write_bytes(whole + LINE)
    for act in (read_book, lambda path: add(result(as_of=2019), path, TODAY)):
        with pytest.raises(InputError, match=r"ledger\.jsonl line 2, the last, was cut off .*; delete that line"):
            act(ledger)
    ledger.write_bytes(whole.rstrip(b"\n"))  # cut within the line feed: nothing is lost
    assert add(result(as_of=2019), ledger, TODAY).new
    assert len(read_book(ledger)) == 2


@pytest.mark.parametrize("left", [0, 1, 3])
def test_lines_cut_off_are_told_by_the_head(tmp_path, result, keep, left):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.2, 0.3, 0.4, 0.6])
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(lines[:left]))
    for act in (read_book, lambda path: add(result(), path, TODAY)):
        with pytest.raises(InputError, match=rf"ledger\.jsonl has {left} lines, and 4 were kept; restore it from git"):
            act(ledger)
    ledger.unlink()
    with pytest.raises(InputError, match="has 0 lines, and 4 were kept"):
        add(result(), ledger, TODAY)


def test_a_forged_last_line_and_a_torn_head_are_told(tmp_path, result, keep):
    ledger, other = tmp_path / "ledger.jsonl", tmp_path / "more" / "other.jsonl"
    keep(ledger, [0.2, 0.3])
    keep(other, [0.2, 0.8])
    ledger.write_bytes(other.read_bytes())
    with pytest.raises(InputError, match="has 2 lines, and 2 were kept"):
        read_book(ledger)
    (tmp_path / "ledger.head").write_text('{"count": 2')
    with pytest.raises(InputError, match=r"ledger\.head cannot be read; restore it from git"):
        add(result(), ledger, TODAY)


def test_a_book_of_an_earlier_version_and_one_whose_head_came_too_late_go_on(tmp_path, result):
    ledger, head = tmp_path / "ledger.jsonl", tmp_path / "ledger.head"
    add(result(probability=0.2), ledger, TODAY)
    before = head.read_bytes()
    add(result(probability=0.3), ledger, TODAY)
    head.write_bytes(before)  # a kill after the line was written, and before its head
    assert not add(result(probability=0.3), ledger, TODAY).new
    for name in ("head", "keys"):
        (tmp_path / f"ledger.{name}").unlink()
    assert not add(result(probability=0.2), ledger, TODAY).new
    assert add(result(probability=0.5), ledger, TODAY).new
    assert json.loads(head.read_text())["count"] == len(read_book(ledger)) == 3


def test_to_add_reads_the_end_and_not_the_book(tmp_path, result, keep):
    """A line further up than the last that are read may be wrong: who reads the book tells it."""
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [k / 1000 for k in range(1, 120)])
    content = ledger.read_bytes()
    assert len(content) > 1 << 16
    ledger.write_bytes(content.replace(b'"probability": 0.002', b'"probability": 0.902', 1))
    assert add(result(probability=0.95), ledger, TODAY).new
    with pytest.raises(InputError, match="line 2 was changed after it was kept"):
        read_book(ledger)
    ledger.write_bytes(content.replace(b'"probability": 0.118', b'"probability": 0.918', 1))
    with pytest.raises(InputError, match="line 118 was changed after it was kept"):
        add(result(probability=0.96), ledger, TODAY)


def test_a_line_with_a_key_twice_was_changed(tmp_path, result):
    ledger = tmp_path / "ledger.jsonl"
    add(result(), ledger, TODAY)
    ledger.write_bytes(b'{"probability": 0.999, ' + ledger.read_bytes()[1:])
    with pytest.raises(InputError, match="line 1 was changed after it was kept"):
        read_book(ledger)


def test_a_ledger_that_cannot_be_read_or_written(tmp_path, result):
    (tmp_path / "ledger.jsonl").mkdir()
    for act in (read_book, lambda path: add(result(), path, TODAY)):
        with pytest.raises(InputError, match=r"ledger\.jsonl cannot be read \(Is a directory\); make it a file"):
            act(tmp_path / "ledger.jsonl")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file: cannot be written"):
        add(result(), tmp_path / "file" / "ledger.jsonl", TODAY)


def test_a_writer_waits_for_the_one_before(tmp_path, result):
    ledger = tmp_path / "ledger.jsonl"
    with ThreadPoolExecutor(1) as pool, hold(tmp_path):
        waiting = pool.submit(add, result(), ledger, TODAY)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.1)
        assert not ledger.exists()
    assert waiting.result().new
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.head", "ledger.jsonl", "ledger.keys"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"probability": 37}, "probability 37 is not what a run writes there; run the scenario again"),
        ({"target": 3}, "the result has no 'target.year'; name"),
        ({"probability": math.inf}, "probability inf is not what"),
        ({"probability": "0.4"}, "probability 0.4 is not what"),
        ({"target": {"value": math.nan, "year": 2021}}, r"target\.value nan is not what"),
        ({"target": {"value": -3, "year": 2021}}, r"target\.value -3 is not what"),
        ({"target": {"value": 9, "year": 2021, "direction": 0}}, r"target\.direction 0 is not what"),
        ({"target": {"value": 9, "year": 2021.5}}, r"target\.year 2021\.5 is not what"),
        ({"target": {"value": 9, "year": "2025"}}, r"target\.year 2025 is not what"),
        ({"target": {"value": 9, "year": 2025, "direction": True}}, r"target\.direction True is not what"),
        ({"as_of": True}, "as_of True is not what"),
        ({"provenance": {"versions": {"ruralincome": "0.2"}}, "inputs": "x"}, r"no 'provenance\.inputs'"),
        ({"interval80": [1, 2, 3], "median": 2}, "the result cannot be kept"),
        ({"models": {}}, r"models \{\} is not what"),
        ({"rules": [{"rule": "sdsn", "outlook": "fine"}]}, r"rules\.sdsn fine is not what"),
        ({"rules": [{"rule": "sdsn"}]}, r"the result cannot be kept \('outlook'\)"),
        ({"interval80": 3, "median": 4}, "the result cannot be kept"),
        ({"scenario": "\ud800"}, "the result cannot be kept"),
    ],
)
def test_faulty_results(tmp_path, result, changes, message):
    refused(tmp_path, json.dumps(result(**changes)), message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "is not a result; name the result.json"),
        ("{", "cannot be read as a result"),
        ("{}", "the result has no 'scenario'"),
    ],
)
def test_files_that_are_no_result(tmp_path, content, message):
    refused(tmp_path, content, message)


def refused(folder, content, message):
    (folder / "result.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        add(folder / "result.json", folder / "ledger.jsonl", TODAY)
    assert [path.name for path in folder.iterdir()] == ["result.json"]


def test_an_entry_with_an_interval_and_one_of_before_stand_in_one_book(tmp_path, result):
    ledger = tmp_path / "ledger.jsonl"
    add(result(), ledger, TODAY)
    add(result(interval80=[40.0, 55.0], median=47.0), ledger, TODAY)
    old, new = read_book(ledger)
    assert (old.interval, list(new.interval)) == (None, [40.0, 47.0, 55.0])
    assert b"interval" not in ledger.read_bytes().splitlines()[0]
