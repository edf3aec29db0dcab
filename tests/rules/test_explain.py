"""Why two rules disagree: the reason decided by exchange, and its sentence."""

from dataclasses import replace
from itertools import combinations, starmap

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ruralincome.report.words.verdicts import explanation, verdict_label, verdict_name, verdict_value
from ruralincome.report.words.words import LANGUAGES, say
from ruralincome.rules import EXACT, Case, all_rules, pace
from ruralincome.rules.explain import against, every_pair, explain, measure
from ruralincome.series import InputError, Series

ARTICLE = (2016, 32.6, 2020, 44.9, 2021, 48.9)
SERIES = Series("x", (2016, 2020), (32.6, 44.9), unit="million_vnd_per_person_year")


PUBLISHED = (
    *("eurostat", "open_sdg", "unsd", "sdsn", "escap_status", "escap_anticipated", "eea", "unicef", "defra"),
    *("mcarthur_rasmussen_linear", "mcarthur_rasmussen_geometric", "projection", "obr"),
)


def panel(*case, **more):
    return {found.by.code: found[0] for found in all_rules(Case(*case, **more))}


def eurostat(*case):
    return panel(*case)["eurostat"]


def open_sdg(*case):
    return panel(*case)["open_sdg"]


def unicef(*case, rounding=pace.unicef.rounding, **more):
    return replace(pace.unicef, rounding=rounding)(Case(*case, **more))[0]


def code(verdicts, one, other):
    found = explain(verdicts[one], verdicts[other])
    return found and found.code


def disagreements(verdicts):
    return tuple(filter(None, starmap(explain, combinations(verdicts, 2))))


def test_article():
    verdicts = {rule: v for rule, v in panel(*ARTICLE, probability=0.369).items() if rule in PUBLISHED}
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
    case = (2016, 32.64, 2020, 44.94, 2021, 48.68)
    exact, rounded = unicef(*case, rounding=EXACT), unicef(*case)
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
    case, history = (2016, 10.0, 2020, 14.0, 2021, 15.2), (0, (2016, 2018, 2020), (10.0, 13.5, 14.0))
    assert measure(unicef(*case, history=history)) == "how.geometric.least_squares"
    assert measure(unicef(*case)) == "how.geometric.baseline.rounded"


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
    first = against(list(panel(*ARTICLE).values()))[0]
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


level = st.one_of(st.floats(0.001, 500), st.just(0.0))


@given(
    st.tuples(st.just(2000), level, st.integers(2000, 2012), level, st.integers(2001, 2020), level),
    st.sampled_from([1, -1]),
    st.one_of(st.none(), st.floats(0, 1)),
)
def test_everything_that_rules_say_has_words(case, direction, probability):
    verdicts = list(panel(*case, direction, probability=probability).values())
    for language in LANGUAGES:
        for verdict in verdicts:
            assert verdict_name(verdict, language)
            assert verdict_label(verdict, language)
            assert verdict_value(verdict, language, SERIES)
            assert say(f"outlook.{verdict.outlook}", language)
        for found in (*disagreements(verdicts), *against(verdicts)):
            sentence = explanation(found, language)
            assert sentence.endswith(".")
            assert "{" not in sentence


@given(st.floats(50, 500), st.integers(-3, 3), st.integers(-3, 3), st.integers(1, 9), st.integers(1, 9))
@example(50.0, 0, 1, 1, 1)  # growth that is needed, and rounds to none
def test_what_is_not_available_says_why_however_near_the_figures(base, nearer, near, elapsed, left):
    latest, target = (base + ulps * np.spacing(base) for ulps in (nearer, near))
    for verdict in panel(2000, base, 2000 + elapsed, latest, 2000 + elapsed + left, target, probability=0.4).values():
        assert verdict.label != "not_available" or verdict.notes, verdict


@given(st.floats(50, 500), st.floats(50, 500), st.floats(50, 500), st.integers(1, 9), st.integers(1, 9))
@example(50.0, 50.0, 50.00000000000001, 1, 1)
def test_the_reason_holds_when_tried(base, latest, target, elapsed, left):
    """Swap the line, or the measure, and see whether the failing rule passes."""
    verdicts = list(panel(2000, base, 2000 + elapsed, latest, 2000 + elapsed + left, target).values())
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
    case = (2000, base, 2000 + elapsed, latest, 2000 + elapsed + left, target)
    verdicts = list(panel(*case, probability=0.4).values())
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
