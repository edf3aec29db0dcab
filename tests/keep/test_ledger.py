import json
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruralincome.batch.index import index_page
from ruralincome.keep import add, read, read_outturns, score
from ruralincome.keep.score import LEAST
from ruralincome.report.pages.ledger import ledger_block
from ruralincome.report.words.words import LANGUAGES, say
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.result import result as result_of
from ruralincome.series import InputError

TODAY = date(2021, 3, 1)


def result(**changes):
    kept = {
        "scenario": "baseline",
        "series": "binh_thuan_rural_income",
        "as_of": 2020,
        "target": {"value": 48.9, "year": 2021, "direction": 1},
        "probability": 0.37,
        "rules": [
            {"rule": "eurostat", "value": 0.99, "verdict": "significant_progress", "outlook": "on_track"},
            {"rule": "sdsn", "value": 0.94, "verdict": "moderately_improving", "outlook": "behind"},
        ],
        "models": [{"model": "pooled", "status": "fitted", "probability": 0.37}],
        "provenance": {"inputs": {"data/a.csv": "00ff"}, "versions": {"ruralincome": "0.1.0"}, "seed": 0},
    }
    return {**kept, **changes}


def outturns(path, *rows):
    path.write_text("series,year,value\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def keep(ledger, chances, today=TODAY):
    for year, chance in enumerate(chances, start=2021):
        add(result(probability=chance, target={"value": 10.0, "year": year}), ledger, today)


def test_keeps_a_verdict_of_a_file(tmp_path):
    file, ledger = tmp_path / "result.json", tmp_path / "new" / "ledger.jsonl"
    file.write_text(json.dumps(result()), encoding="utf-8")
    added = add(file, ledger, TODAY)
    assert added.new
    assert read(ledger) == (added.entry,)
    entry = added.entry
    assert (entry.date, entry.model, entry.version, entry.probability) == ("2021-03-01", "pooled", "0.1.0", 0.37)
    assert entry.outlooks == {"eurostat": "on_track", "sdsn": "behind"}
    assert len(entry.inputs) == 64


def test_the_same_verdict_is_kept_once(tmp_path):
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
    assert [entry.scenario for entry in read(ledger)] == ["baseline"]


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
def test_another_verdict_is_appended(tmp_path, change):
    ledger = tmp_path / "ledger.jsonl"
    add(result(), ledger, TODAY)
    before = ledger.read_bytes()
    assert add(result(**change), ledger, TODAY).new
    assert ledger.read_bytes().startswith(before)
    assert len(read(ledger)) == 2


def test_refused_probability_is_kept(tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    assert add(result(probability=None, models=[]), ledger, TODAY).entry.probability is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.integers(1, 400))
def test_a_crash_in_the_middle_of_a_write_loses_nothing_else(tmp_path, cut):
    ledger, aside = tmp_path / "ledger.jsonl", tmp_path / "ledger.jsonl.torn"
    for path in (ledger, aside):
        path.unlink(missing_ok=True)
    add(result(), ledger, TODAY)
    first = ledger.read_bytes()
    add(result(as_of=2019), ledger, TODAY)
    whole = ledger.read_bytes()
    cut = min(cut, len(whole) - len(first))
    ledger.write_bytes(whole[:-cut])
    torn = whole[len(first) : -cut].decode() if cut > 1 else ""
    assert (read(ledger).torn or "") == torn
    assert len(read(ledger)) == (1 if cut > 1 else 2)
    added = add(result(as_of=2018), ledger, TODAY)
    assert (added.torn or "") == torn
    assert ledger.read_bytes().startswith(first if cut > 1 else whole)
    assert len(read(ledger)) == (2 if cut > 1 else 3)
    assert read(ledger).torn is None
    if torn:
        assert aside.read_text(encoding="utf-8") == torn + "\n"


def test_several_writers_at_once(tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda k: add(result(as_of=1900 + k % 40), ledger, TODAY), range(80)))
    assert sum(added.new for added in done) == 40
    assert sorted(entry.as_of for entry in read(ledger)) == list(range(1900, 1940))


def test_a_line_that_was_edited(tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.3, 0.4])
    ledger.write_text(
        ledger.read_text(encoding="utf-8").replace('"probability": 0.3', '"probability": 0.9', 1), encoding="utf-8"
    )
    for act in (read, lambda path: add(result(), path, TODAY)):
        with pytest.raises(InputError, match=r"ledger.jsonl line 1 was changed after it was kept"):
            act(ledger)


def test_the_date_is_held_by_the_hash(tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    add(result(), ledger, date(2026, 1, 1))
    assert not read(ledger)[0].in_time
    ledger.write_text(ledger.read_text(encoding="utf-8").replace("2026-01-01", "2021-01-01"), encoding="utf-8")
    with pytest.raises(InputError, match=r"ledger.jsonl line 1 was changed after it was kept"):
        read(ledger)


@pytest.mark.parametrize("order", [(1, 2), (0, 2), (0, 2, 1), (0, 1, 1, 2)])
def test_a_line_deleted_moved_or_doubled(tmp_path, order):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.3, 0.4, 0.5])
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(lines[k] for k in order))
    for act in (read, lambda path: add(result(), path, TODAY)):
        with pytest.raises(InputError, match=r"line \d does not follow the line before: a line was changed, deleted"):
            act(ledger)


def test_a_line_forged_with_its_own_hash_breaks_the_next(tmp_path):
    ledger, other = tmp_path / "ledger.jsonl", tmp_path / "other.jsonl"
    keep(ledger, [0.3, 0.4])
    keep(other, [0.9])
    second = ledger.read_bytes().splitlines(keepends=True)[1]
    ledger.write_bytes(other.read_bytes() + second)
    with pytest.raises(InputError, match=r"line 2 does not follow the line before"):
        read(ledger)


def test_a_ledger_that_cannot_be_written(tmp_path):
    (tmp_path / "ledger.jsonl").mkdir()
    with pytest.raises(InputError, match=r"ledger\.jsonl cannot be written \(Is a directory\); make it a file"):
        add(result(), tmp_path / "ledger.jsonl", TODAY)
    with pytest.raises(InputError, match=r"ledger\.jsonl cannot be read \(Is a directory\); make it a file"):
        read(tmp_path / "ledger.jsonl")


def test_a_line_that_is_no_entry(tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.3])
    ledger.write_text('{"a": 1}\n' + ledger.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(InputError, match=r"line 1 is not an entry; restore the ledger from git"):
        read(ledger)


def test_no_ledger(tmp_path):
    with pytest.raises(InputError, match=r"no ledger ledger\.jsonl; keep a verdict by"):
        read(tmp_path / "ledger.jsonl")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "is not a result; name the result.json"),
        ("{", "cannot be read as a result"),
        ("{}", "the result has no 'provenance'"),
        (json.dumps({**result(), "probability": 37}), "probability 37.0 is not between 0 and 1"),
        (json.dumps({**result(), "target": 3}), "the result cannot be kept"),
        (json.dumps({**result(), "probability": math.inf}), "probability inf is not a finite number; run"),
        (json.dumps({**result(), "probability": "0.4"}), "probability '0.4' is not a finite number; run"),
        (json.dumps(result(target={"value": math.nan, "year": 2021})), "target nan is not a finite number; run"),
        (json.dumps(result(target={"value": -3, "year": 2021})), r"target -3\.0 is not above 0; run"),
        (json.dumps(result(target={"value": 9, "year": 2021, "direction": 0})), "direction 0 is not 1 or -1; run"),
        (json.dumps(result(target={"value": 9, "year": 2021.5})), r"target year 2021\.5 is not a whole year; run"),
        (json.dumps(result(as_of=True)), "as_of True is not a finite number; run"),
        (json.dumps(result(models={})), r"models \{\} are not a list; run"),
        (json.dumps(result(rules=[{"rule": "sdsn", "outlook": "fine"}])), "outlook 'fine' of sdsn is not known; run"),
        (json.dumps(result(scenario="\ud800")), "the result cannot be kept"),
    ],
)
def test_faulty_results(tmp_path, content, message):
    (tmp_path / "result.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        add(tmp_path / "result.json", tmp_path / "ledger.jsonl", TODAY)
    assert not (tmp_path / "ledger.jsonl").exists()


def test_scores_by_hand(tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    chances = [0.1, 0.4, 0.4, 0.8, 0.9, 0.3]  # the vector of arithmetic.json, brier_corp
    keep(ledger, chances)
    happened = [0, 0, 1, 1, 1, 1]
    rows = [f"binh_thuan_rural_income,{2021 + k},{10.0 if o else 9.9}" for k, o in enumerate(happened)]
    found = score(ledger, outturns(tmp_path / "o.csv", *rows))
    assert (found.entries, found.pending, found.refused) == (6, 0, 0)
    assert found.scores.brier == pytest.approx(0.17833333333333334)
    given_to_outcome = [p if o else 1 - p for p, o in zip(chances, happened, strict=True)]
    assert found.scores.log == pytest.approx(-math.log(math.prod(given_to_outcome)) / 6)
    assert found.scores.climate == pytest.approx(4 / 6 * 2 / 6)
    assert (found.scores.n, found.scores.targets) == (6, 6)
    bins = {b.word: (b.count, b.probability, b.frequency) for b in found.scores.reliability}
    assert bins == {
        "very_likely": (1, 0.9, 1.0),
        "likely": (1, 0.8, 1.0),
        "about_as_likely_as_not": (2, 0.4, 0.5),
        "unlikely": (2, pytest.approx(0.2), 0.5),
    }
    eurostat, sdsn = found.rules  # in the order of the rules panel
    assert (eurostat.rule, eurostat.on_track, eurostat.on_track_met, eurostat.others_met) == (
        "eurostat",
        6,
        4 / 6,
        None,
    )
    assert (sdsn.on_track, sdsn.others, sdsn.others_met) == (0, 6, 4 / 6)


def test_pending_refused_and_hindsight(tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.3, None, 0.6])
    add(result(probability=0.2, target={"value": 10.0, "year": 2021}), ledger, date(2026, 1, 1))  # after the fact
    found = score(
        ledger, outturns(tmp_path / "o.csv", "binh_thuan_rural_income,2021,12", "binh_thuan_rural_income,2022,12")
    )
    assert (found.entries, found.pending, found.refused) == (4, 1, 1)
    assert (found.scores.n, found.scores.targets, found.in_time.n) == (2, 1, 1)
    assert found.in_time.brier == pytest.approx(0.49)


def test_falling_target_and_certain_error(tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    add(result(probability=0.0, target={"value": 10.0, "year": 2021, "direction": -1}), ledger, TODAY)
    found = score(ledger, outturns(tmp_path / "o.csv", "binh_thuan_rural_income,2021,9"))
    assert found.scores.brier == 1
    assert found.scores.log == pytest.approx(-math.log(LEAST))


def test_nothing_to_score_yet(tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.3])
    found = score(ledger, outturns(tmp_path / "o.csv"))
    assert (found.scores, found.in_time, found.pending, found.rules) == (None, None, 1, ())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("place,year,value\n", r"it needs series, year and value"),
        ("series,year,value\nx,2021,48,9\n", "row 2: value '48' cannot stand; is there a decimal comma"),
        ("series,year,value\nx,2021,abc\n", "row 2: .* is not a year and a number"),
        ("series,year,value\nx,2021\n", "row 2: value '' cannot stand; .* or a cell missing"),
        ("series,year,value\nx,2021,nan\n", "row 2: .* is not a year and a number"),
        ("series,year,value\nx,20_21,48.9\n", "row 2: '20_21', '48.9' is not a year and a number; write them as 2021"),
        ("series,year,value\nx,2021,4_8.9\n", "row 2: '2021', '4_8.9' is not a year and a number"),
        ("series,year,value\nx,2021,0\n", "row 2: value '0' is not above 0 and finite; correct it"),
        ("series,year,value\nx,2021,-3.5\n", "row 2: value '-3.5' is not above 0"),
        ("series,year,value\nx,2021,1e999\n", "row 2: value '1e999' is not above 0 and finite"),
        ("series,year,value\n,2021,3\n", "row 2: series is empty"),
        ("series,year,value,year\nx,2021,1,2022\n", "has the column 'year' twice; keep one of them"),
        ('series,year,value\nx,2021,"1\n', "cannot be read"),
        ("", r"has the columns \[\]; it needs series"),
        ("series,year,value\nx,2021,1\nx,2021,2\n", "row 3: x 2021 stands twice, 1 and 2"),
    ],
)
def test_faulty_outturns(tmp_path, content, message):
    path = tmp_path / "o.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_outturns(path)
    with pytest.raises(InputError, match=r"none.csv cannot be read"):
        read_outturns(tmp_path / "none.csv")


@pytest.mark.parametrize("language", LANGUAGES)
def test_outturns_of_a_series_without_a_verdict_are_named(tmp_path, language):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.3])
    found = score(ledger, outturns(tmp_path / "o.csv", "binh_thuan_rural_incme,2021,12"))
    assert (found.pending, found.unknown) == (1, ("binh_thuan_rural_incme",))
    assert "binh_thuan_rural_incme" in ledger_block(found, language).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_shows_the_ledger_without_outturns_and_broken(tmp_path, language):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text("{}", encoding="utf-8")
    ledger, page = tmp_path / "ledger.jsonl", partial(index_page, {"jobs": {}}, tmp_path / "reports")
    assert f'id="{language}-ledger"' not in page()
    keep(ledger, [0.3, 0.4])
    assert say("ledger.kept", language, entries=2, pending=2) in page()
    ledger.write_bytes(ledger.read_bytes().splitlines(keepends=True)[1])
    assert f'id="{language}-ledger"' in page()
    assert say("ledger.broken", language) in page()
    assert "ledger.jsonl line 1 does not follow" in page()


def test_the_line_is_what_the_entry_says(tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    added = add(result(), ledger, TODAY)
    assert json.loads(ledger.read_text(encoding="utf-8")) == asdict(added.entry)


@pytest.mark.parametrize("language", LANGUAGES)
def test_block(tmp_path, language):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.37])
    empty = ledger_block(score(ledger, outturns(tmp_path / "o.csv")), language).text
    assert say("ledger.none", language) in empty
    add(result(probability=0.2, target={"value": 10.0, "year": 2021}), ledger, date(2026, 1, 1))
    row = "binh_thuan_rural_income,2021,12"
    block = ledger_block(score(ledger, outturns(tmp_path / "o.csv", row)), language)
    assert ("điểm Brier 0,518" if language == "vi" else "Brier score 0.518") in block.text  # (0.63^2 + 0.8^2) / 2
    assert (
        "Trong đó 1 xác suất" if language == "vi" else "Written down before the target's year was over: 1"
    ) in block.text
    assert "Eurostat" in block.html
    assert say("ledger.reliability", language) in block.text
    name = say("likelihood.about_as_likely_as_not", language)
    assert f"{name} · 1 · 37% · 100%" in block.text
    assert "{" not in block.text


def test_block_of_hindsight_only(tmp_path):
    ledger = tmp_path / "ledger.jsonl"
    add(result(), ledger, date(2026, 1, 1))
    found = score(ledger, outturns(tmp_path / "o.csv", "binh_thuan_rural_income,2021,48.5"))
    said = ledger_block(found, "en").text
    assert "a reconstruction, not a forecast made in advance" in said


def test_a_writer_waits_for_the_one_before(tmp_path):
    fcntl = pytest.importorskip("fcntl")
    ledger = tmp_path / "ledger.jsonl"
    add(result(), ledger, TODAY)
    with ledger.open("ab") as other, ThreadPoolExecutor(1) as pool:
        fcntl.flock(other, fcntl.LOCK_EX)
        waiting = pool.submit(add, result(as_of=2019), ledger, TODAY)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.1)
        assert len(read(ledger)) == 1
        fcntl.flock(other, fcntl.LOCK_UN)
        assert waiting.result().new
    assert len(read(ledger)) == 2
