import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruralincome.report.answer.sections import headline, key_numbers, rules_panel
from ruralincome.report.words.verdicts import explanation, verdict_label, verdict_name, verdict_notes, verdict_value
from ruralincome.report.words.words import LANGUAGES, catalogue, say
from ruralincome.rules import EXACT, OUTLOOKS, RULES, Case, all_rules, eurostat, open_sdg, unicef
from ruralincome.rules.explain import against, disagreements, every_pair, explain, measure
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.series import InputError, Series

ARTICLE = (2016, 32.6, 2020, 44.9, 2021, 48.9)
SERIES = Series("x", (2016, 2020), (32.6, 44.9), unit="million_vnd_per_person_year")


def panel(*case, **more):
    return {verdict.rule: verdict for verdict in all_rules(*case, **more)}


def code(verdicts, one, other):
    found = explain(verdicts[one], verdicts[other])
    return found and found.code


def test_article():
    verdicts = panel(*ARTICLE, probability=0.369)
    assert code(verdicts, "eurostat", "unsd") is None
    assert code(verdicts, "eurostat", "unicef") == "explain.line"
    assert code(verdicts, "escap_anticipated", "sdsn") == "explain.line"
    assert code(verdicts, "eurostat", "sdsn") == "explain.both"
    assert code(verdicts, "sdsn", "eurostat") == "explain.both"
    assert code(verdicts, "eurostat", "defra") == "explain.both"
    assert code(verdicts, "open_sdg", "obr") == "explain.chance_fails"
    assert len(disagreements(tuple(verdicts.values()))) == 4 * 9  # four on track, nine not
    assert [e.facts["failing"] for e in against(tuple(verdicts.values()))] == [
        ("sdsn", "escap_status", "eea", "mcarthur_rasmussen_linear"),
        *("unicef", "defra", "mcarthur_rasmussen_geometric", "projection", "obr"),
    ]


def test_the_measure_alone():
    verdicts = panel(2000, 100.0, 2010, 145.0, 2020, 210.0)  # linear 45/55, compound 3.79/3.78 %
    assert code(verdicts, "mcarthur_rasmussen_geometric", "mcarthur_rasmussen_linear") == "explain.measure"
    assert code(verdicts, "eurostat", "sdsn") == "explain.measure"


def test_either_alone():
    # compound 1.10 of what is needed, straight line 0.99: Eurostat's band would save SDSN, and so would its measure
    verdicts = panel(2000, 100.0, 2010, 122.5, 2020, 145.4)
    assert verdicts["eurostat"].value > 1 > verdicts["sdsn"].value > 0.95
    assert code(verdicts, "eurostat", "sdsn") == "explain.either"


def test_rounding_alone():
    case = Case(2016, 32.64, 2020, 44.94, 2021, 48.68)
    exact, rounded = unicef(case, rounding=EXACT), unicef(case)
    found = explain(exact, rounded)
    assert found.code == "explain.measure"
    assert (found.facts["how_passing"], found.facts["how_failing"]) == (
        "how.geometric.baseline",
        "how.geometric.baseline.rounded",
    )
    assert "làm tròn" in explanation(found, "vi")


def test_a_need_that_rounding_takes_away():
    verdicts = panel(2000, 50.0, 2001, 50.0, 2002, 50.03125)
    found = explain(verdicts["unicef"], verdicts["eurostat"])
    assert found.code == "explain.rounded_away"
    assert "Eurostat something still is" in explanation(found, "en")
    assert "{" not in explanation(found, "vi")


def test_a_target_one_double_away_from_the_base():
    verdicts = panel(2000, 50.0, 2001, 50.0, 2002, 50.00000000000001)
    assert verdicts["eea"].label == "behind_path"


def test_all_observations_against_two():
    case, years, values = Case(2016, 10.0, 2020, 14.0, 2021, 15.2), (2016, 2018, 2020), (10.0, 13.5, 14.0)
    assert measure(unicef(case, years, values)) == "how.geometric.least_squares"
    assert measure(unicef(case)) == "how.geometric.baseline.rounded"


def test_chance_the_other_way():
    verdicts = panel(*ARTICLE, probability=0.61)
    assert code(verdicts, "obr", "projection") == "explain.chance_passes"
    assert code(verdicts, "obr", "eurostat") is None
    assert "61%" in explanation(explain(verdicts["obr"], verdicts["sdsn"]), "en")


def test_not_available_says_why():
    verdicts = panel(2015, 0.0, 2020, 3.0, 2030, 10.0)
    found = explain(verdicts["sdsn"], verdicts["eurostat"])
    assert found.code == "explain.unavailable"
    assert explanation(found, "en") == (
        "There is a verdict by SDSN, and none by Eurostat. From a base of 0 there is no growth rate."
    )


def test_without_target_thresholds():
    one, other = eurostat(2020, 100, 2021, 101.2), open_sdg(2020, 100, 2021, 101.2)
    found = explain(one, other)
    assert found.code == "explain.growth"
    assert explanation(found, "en") == (
        "Without a numerical target, 1% a year is enough for Eurostat and 1.5% for Statistics Canada; "
        "the growth was 1.2%."
    )


def test_tolerance():
    verdicts = panel(2018, 100.0, 2020, 99.6, 2030, 120.0)
    assert code(verdicts, "eurostat", "unicef") == "explain.tolerance"


def test_target_equals_the_base():
    verdicts = panel(2000, 1.0, 2001, 0.9, 2002, 1.0, probability=0.6)
    assert code(verdicts, "open_sdg", "obr") == "explain.nothing_needed"
    assert "Statistics Canada" in explanation(explain(verdicts["obr"], verdicts["open_sdg"]), "en")


def test_two_cases_are_not_compared():
    with pytest.raises(InputError, match="takes two verdicts on one case"):
        explain(eurostat(*ARTICLE), eurostat(2016, 32.6, 2020, 49.0, 2021, 48.9))


def test_sentence_reads_in_both_languages():
    verdicts = panel(*ARTICLE)
    found = explain(verdicts["unicef"], verdicts["eurostat"])
    assert explanation(found, "vi") == (
        "Với UNICEF / WHO, đạt 98,6% mức cần có vẫn chưa đủ 100%; với Eurostat, từ 95% là đủ: "
        "chỉ riêng ngưỡng đánh giá đã làm hai kết luận khác nhau."
    )
    assert explanation(found, "en") == (
        "For UNICEF / WHO, 98.6% of what is needed falls short of 100%; for Eurostat, 95% is enough: "
        "the threshold alone makes the difference."
    )


def test_rules_with_one_reason_share_a_sentence():
    first = against(all_rules(*ARTICLE))[0]
    assert explanation(first, "en").startswith(
        "For Eurostat, average compound growth since the base against the growth"
    )
    shared = "SDSN, UN ESCAP (current status), the EEA and McArthur–Rasmussen (straight line)"
    assert shared in explanation(first, "en")
    assert "EEA và McArthur–Rasmussen (đường thẳng)" in explanation(first, "vi")


def test_a_near_miss_does_not_print_as_the_line():
    verdicts = panel(2000, 100.0, 2001, 101.0, 2002, 102.0101)  # 99.9995 % of what is needed
    sentence = explanation(explain(verdicts["eurostat"], verdicts["mcarthur_rasmussen_geometric"]), "en")
    assert "100% of what is needed falls short" not in sentence
    assert "99.99" in sentence


def test_catalogues_hold_the_same_codes():
    vi, en = catalogue("vi"), catalogue("en")
    wanted = {f"label.{label}" for label in OUTLOOKS} | {f"outlook.{outlook}" for outlook in OUTLOOKS.values()}
    wanted |= {f"rule.{rule}.{part}" for rule in panel(*ARTICLE) for part in ("name", "short", "value")}
    for words in (vi, en):
        assert wanted <= set(words)
        assert all(words[code] for code in wanted)
    own = ("rule.", "label.", "outlook.", "note.", "how.", "explain.")
    assert {c for c in vi if c.startswith(own)} == {c for c in en if c.startswith(own)}


level = st.one_of(st.floats(0.001, 500), st.just(0.0))


@given(
    st.tuples(st.just(2000), level, st.integers(2000, 2012), level, st.integers(2001, 2020), level),
    st.sampled_from([1, -1]),
    st.one_of(st.none(), st.floats(0, 1)),
)
def test_everything_that_rules_say_has_words(case, direction, probability):
    verdicts = all_rules(*case, direction, probability=probability)
    for language in LANGUAGES:
        for verdict in verdicts:
            assert verdict_name(verdict, language)
            assert verdict_label(verdict, language)
            assert verdict_value(verdict, language, SERIES)
            assert all(verdict_notes(verdict, language))
            assert say(f"outlook.{verdict.outlook}", language)
        for found in (*disagreements(verdicts), *against(verdicts)):
            sentence = explanation(found, language)
            assert sentence.endswith(".")
            assert "{" not in sentence


@given(st.floats(50, 500), st.floats(50, 500), st.floats(50, 500), st.integers(1, 9), st.integers(1, 9))
def test_the_reason_holds_when_tried(base, latest, target, elapsed, left):
    """Swap the line, or the measure, and see whether the failing rule passes."""
    verdicts = all_rules(2000, base, 2000 + elapsed, latest, 2000 + elapsed + left, target)
    for found in disagreements(verdicts):
        if found.code in ("explain.line", "explain.measure", "explain.both", "explain.either"):
            f = found.facts
            assert f["attained_passing"] >= f["line_passing"] - 1e-9
            assert f["attained_failing"] < f["line_failing"]
            line = f["attained_failing"] >= f["line_passing"]
            measured = f["attained_passing"] >= f["line_failing"]
            expected = {(1, 0): "line", (0, 1): "measure", (0, 0): "both", (1, 1): "either"}[line, measured]
            near = min(abs(f["attained_failing"] - f["line_passing"]), abs(f["attained_passing"] - f["line_failing"]))
            assert near < 1e-9 or found.code == f"explain.{expected}"


@given(st.floats(50, 500), st.floats(50, 500), st.floats(50, 500), st.integers(1, 9), st.integers(1, 9))
def test_every_pair_stands_in_one_explanation(base, latest, target, elapsed, left):
    verdicts = all_rules(2000, base, 2000 + elapsed, latest, 2000 + elapsed + left, target, probability=0.4)
    expected = sorted(tuple(sorted(_sides(found))) for found in disagreements(verdicts))
    seen = []
    for found, count in every_pair(verdicts):
        first, second = ((x,) if isinstance(x, str) else x for x in _sides(found))
        assert count == len(first) * len(second)
        seen += [tuple(sorted((one, other))) for one in first for other in second]
        for language in LANGUAGES:
            assert "{" not in explanation(found, language)
    assert sorted(seen) == expected


def _sides(found):
    names = ("failing", "passing", "unknown", "known", "milder", "harsher", "replaced", "kept")
    return [found.facts[name] for name in names if name in found.facts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_panel_tells_every_pair(language):
    answered = answer(Scenario())
    page = rules_panel(answered, language).html
    pairs = every_pair(answered.assessment.verdicts)
    assert say("panel.every", language, count=len(disagreements(answered.assessment.verdicts))) in page
    for found, _ in pairs:
        assert explanation(found, language) in page
    between = next(found for found, _ in pairs if found.facts.get("passing") == "escap_anticipated")
    assert "UN ESCAP" in explanation(between, language)  # two rules that are not Eurostat


def asked(language="en", **target):
    answered = answer(Scenario(target=target))
    needs = key_numbers(answered, language, pictures=False).text
    return headline(answered, language).text, needs, rules_panel(answered, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "target",
    [
        {"value": 40, "year": 2025},
        {"value": 32.6, "year": 2025},
        {"value": 30, "year": 2025, "base_year": 2020},
        {"value": 46, "year": 2025, "direction": -1},
    ],
)
def test_a_target_met_already_reads_as_met(language, target):
    first, _, panel = asked(language, **target)
    assert say("rule.none.value", language) not in panel.text
    assert say("label.not_available", language) not in panel.text
    assert panel.text.count("✓") == len(RULES)
    assert say("panel.agree.good", language, good=len(RULES)) in panel.html
    assert say("panel.every", language, count=0)[:20] not in panel.html
    assert ("is still" if language == "en" else "vẫn") in first or "direction" in target


def test_rules_with_a_number_give_it_when_the_target_is_met():
    text = asked(value=40, year=2025)[2].text
    assert "EEA distance to path · 27.6 index points above the path (base = 100) · target achieved" in text
    assert "UN ESCAP current status · 16.6 out of 10 · target achieved" in text
    assert "McArthur–Rasmussen, straight line · 374.0% of the starting gap closed · target achieved" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_met_and_a_trend_away_are_reconciled(language):
    text = asked(language, value=46, year=2025, direction=-1)[2].text
    outcome, trend = (say(f"label.{code}", language) for code in ("target_achieved", "movement_away"))
    assert say("label.both", language, outcome=outcome, trend=trend) in text
    assert f"Eurostat · {trend}" not in text


def test_growth_under_a_ceiling():
    first, needs, panel = asked(value=30, year=2025, direction=-1)
    assert "It must fall by at least 7.7% a year from 2020 to 2025. From 2016 to 2020 it grew by 8.3% a year." in first
    assert "36.99 above the target" in first
    assert "The chance that it is at 30.0 million" in first
    assert "Growth at most, 2020–2025: −7.75% a year" in needs
    assert "41.3 index points above the path (base = 100) · off the path" in panel.text
    assert "Defra years to target · never at this pace" in panel.text
    assert "of the fall needed" in panel.text
    assert say("panel.agree.behind", "en", behind=len(RULES)) in panel.html
    first, _, _ = asked("vi", value=46, year=2025, direction=-1)
    assert "mỗi năm chỉ được tăng nhiều nhất 0,5%" in first
    assert "cao hơn mục tiêu 20,99" in first


def test_growth_that_keeps_a_target():
    first, needs, _ = asked(value=40, year=2025)
    assert "will it still be at 40.0" in first
    assert "even a fall of 2.3% a year from 2020 to 2025 would keep it" in first
    assert "Least growth that keeps the target, 2020–2025: −2.28% a year" in needs
    assert "it holds if there is no fall" in asked(value=44.9, year=2025)[0]
