"""The ledger in words, on the terminal and on the index."""

from datetime import date
from functools import partial
from pathlib import Path

import pytest

from ruralincome.batch.results import index_page
from ruralincome.keep import add, score
from ruralincome.report.pages.index import ledger_block
from ruralincome.report.words.words import LANGUAGES, say

TODAY = date(2021, 3, 1)
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("language", LANGUAGES)
def test_outturns_of_a_series_without_a_verdict_are_named(tmp_path, language, outturns, keep):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.3])
    found = score(ledger, outturns(tmp_path / "o.csv", "binh_thuan_rural_incme,2021,12"))
    assert (found.pending, found.unknown) == (1, ("binh_thuan_rural_incme",))
    assert "binh_thuan_rural_incme" in ledger_block(found, language).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_shows_the_ledger_without_outturns_and_broken(tmp_path, language, keep):
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_block(tmp_path, language, result, outturns, keep):
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
    assert say("ledger.few", language, n=2, least=30) in block.text
    assert say("ledger.reliability", language) not in block.text
    assert "{" not in block.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_thirty_verdicts_on_stated_and_observed_shares_are_compared(tmp_path, language, outturns, keep):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.37] * 30)
    rows = [f"binh_thuan_rural_income,{year},12" for year in range(2021, 2051)]
    block = ledger_block(score(ledger, outturns(tmp_path / "o.csv", *rows)), language)
    assert say("ledger.reliability", language) in block.text
    name = say("likelihood.about_as_likely_as_not", language)
    assert f"{name} · 30 · 37% · 100%" in block.text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([49, 47, 48], ("Centred: of 3 forecasts, 1", "Wider than need be: the 80% interval held 3 of 3")),
        ([56, 55, 57], ("Too low: of 3 forecasts, 3", "Too narrow: the 80% interval held only 0 of 3 (0%)")),
        ([44, 47, 30], ("Too high: of 3 forecasts, only 0", "held only 2 of 3 (67%)")),
    ],
)
def test_three_plain_sentences_say_how_the_forecasts_fared(tmp_path, values, said, result, outturns):
    ledger = tmp_path / "ledger.jsonl"
    for k, (goal, year) in enumerate([(48.9, 2021), (50.0, 2021), (48.9, 2022), (48.9, 2023)]):
        kept = result(scenario=f"s{k}", target={"value": goal, "year": year}, interval80=[43.0, 52.0], median=48.0)
        add(kept, ledger, TODAY)
    rows = [f"binh_thuan_rural_income,{2021 + k},{value}" for k, value in enumerate(values)]
    found = score(ledger, outturns(tmp_path / "o.csv", *rows))
    assert found.fared.n == 3  # two targets asked of one forecast
    text = ledger_block(found, "en").text
    assert all(sentence in text for sentence in said)
    assert ("Forecasts behind these" in text) == (found.scores.forecasts < found.scores.n)


def test_the_ledger_that_ships_is_intact_and_says_how_today_s_rule_would_have_fared():
    found = score(ROOT / "ledger.jsonl", ROOT / "outturns.csv")
    assert found.in_time is None
    assert found.scores.n == 51
    assert found.scores.forecasts == found.fared.n == 17
    for language, said in (("en", "Forecasts behind these 51 probabilities: 17."), ("vi", "đến từ 17 dự báo")):
        assert said in ledger_block(found, language).text
    assert found.scores.brier < found.scores.climate
    assert found.pending == 5  # announced targets whose year has not come, or is not known


def test_block_of_hindsight_only(tmp_path, result, outturns):
    ledger = tmp_path / "ledger.jsonl"
    add(result(), ledger, date(2026, 1, 1))
    found = score(ledger, outturns(tmp_path / "o.csv", "binh_thuan_rural_income,2021,48.5"))
    said = ledger_block(found, "en").text
    assert "a reconstruction, not a forecast made in advance" in said


def test_a_rule_of_another_version_is_shown_by_its_code():
    from ruralincome.keep.score import LedgerScore, RuleScore
    from ruralincome.report.pages.index import ledger_block

    found = LedgerScore(1, 0, 0, None, None, (RuleScore("of_tomorrow", 1, 1.0, 0, None),))
    for language in ("vi", "en"):
        assert "of_tomorrow" in ledger_block(found, language).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_curve_of_what_came_true_is_drawn_from_thirty_verdicts_on(tmp_path, language, outturns, keep):
    ledger = tmp_path / "ledger.jsonl"
    keep(ledger, [0.2] * 10 + [0.6] * 10 + [0.9] * 10)
    came = [f"binh_thuan_rural_income,{year},{12 if year % 2 or year > 2040 else 8}" for year in range(2021, 2051)]
    few = ledger_block(score(ledger, outturns(tmp_path / "o.csv", *came[:29])), language)
    assert "<svg" not in few.html
    assert say("ledger.few", language, n=29, least=30) in few.text
    found = score(ledger, outturns(tmp_path / "o.csv", *came))
    assert found.scores.curve == ((0.2, 0.6, 0.5, 20), (0.9, 0.9, 1.0, 10))
    block = ledger_block(found, language)
    assert block.html.count("<circle") == 2
    step = say("ledger.curve.step", language, said="90%", came="100%", n=10)
    assert step in block.html
    assert say("ledger.curve.note", language) in block.text
