"""What a notebook shows of a public value: a small table in the language asked for, with heads and a caption."""

import re

import pytest

import ruralincome as ri
from ruralincome.models.forecast import Refusal
from ruralincome.report.templates import environment
from ruralincome.scenario.answer import answer
from ruralincome.series import InputError
from ruralincome.series.frames import Shows

KINDS = sorted(name for name in vars(environment().get_template("values.html.j2").module) if name[0].isupper())


@pytest.fixture(scope="module")
def values():
    found = answer(ri.Scenario())
    fit = found.assessment.lead.fit
    return {
        "Series": found.assessment.series,
        "Target": found.assessment.target,
        "Forecast": ri.assess(found.assessment.series, ri.Target(48.9, 2021), [fit], change=lambda f: f).lead.view,
        "Fitted": fit,
        "Outlook": found.assessment.lead,
        "Refusal": next(one for one in found.assessment.outlooks if hasattr(one, "reason")),
        "Verdict": found.assessment.verdicts[0],
        "Judged": found.assessment.verdicts,
        "Assessment": found.assessment,
        "Answer": found,
        "ReferenceClass": found.evidence.reference,
        "Scenario": found.scenario,
    }


@pytest.fixture(autouse=True)
def silent(monkeypatch):
    monkeypatch.setenv("RURALINCOME_LANGUAGE", "en")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_public_value_is_a_small_table(values, kind, language):
    ri.language(language)
    shown = values[kind]._repr_mimebundle_()
    html = shown["text/html"]
    assert f'<div lang="{language}">' in html
    assert html.count("<caption>") == 1
    assert html.count('scope="col"') >= 2
    assert 'scope="row"' in html
    assert len(html) < 8000
    assert re.search(r"[^\n]", shown["text/plain"])
    assert "<" not in shown["text/plain"].replace("< 1", "")


@pytest.mark.parametrize("kind", ["Answer", "Assessment", "Outlook", "Fitted", "ReferenceClass", "Series", "Verdict"])
def test_a_printed_value_is_no_page_of_figures(values, kind):
    assert len(f"{values[kind]}") < 600


def test_every_model_shows_its_next_years():
    series = ri.Series("own", tuple(range(2011, 2021)), tuple(20 * 1.08**t + t % 3 for t in range(10)))
    for fit in ri.fit_all(series)[1:]:
        assert list(fit.to_frame()["year"]) == [2021, 2022, 2023, 2024, 2025]
        assert "2025" in fit._repr_mimebundle_()["text/plain"]
        assert "walks" not in f"{fit}"
        assert len(f"{fit}") < 900


def test_numbers_are_written_as_the_language_does(values):
    for language, shown in (("vi", r"44,9\s+triệu đồng"), ("en", r"44\.9\s+million VND")):
        ri.language(language)
        assert re.search(shown, values["Series"]._repr_mimebundle_()["text/html"])


def test_a_value_without_a_probability_says_why(values):
    refused = ri.assess(values["Series"], ri.Target(48.9, 2021), ri.fit_all(values["Series"], None))
    ri.language("en")
    assert "Why there is no probability" in refused._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "Bước ngẫu nhiên có xu hướng: Chỉ có 2 quan sát, cần ít nhất 3: chưa đủ để ước lượng độ biến động."),
        ("en", "Random walk with drift: Only 2 observations where 3 are needed: too few to estimate how much growth "),
    ],
)
def test_a_refusal_is_printed_as_a_sentence(values, language, said):
    series = ri.Series("own", (2016, 2018), (32.0, 36.0))
    refused = ri.fit_all(series)[1]
    ri.language(language)
    assert str(refused).startswith(said)
    assert (f"{[refused]}", "\n" in str(refused)) == (f"[{refused}]", False)
    assert str(Refusal("own", "odd", {"years": 2})) == "own: odd {'years': 2}"


def test_a_value_judged_from_its_last_year_has_no_growth_to_show():
    found = answer(ri.Scenario.stated(extends="target_2025"))
    ri.language("en")
    assert "Growth achieved" not in found._repr_mimebundle_()["text/html"]


def test_text_from_outside_stays_text():
    series = ri.Series("<b>x</b>", (2019, 2020), (1.0, 2.0))
    assert "<b>" not in series._repr_mimebundle_()["text/html"]


def test_every_class_that_shows_itself_has_a_table():
    def below(kind):
        ours = [one for one in kind.__subclasses__() if one.__module__.startswith("ruralincome.")]
        return {kind, *(each for one in ours for each in below(one))}

    tables = {next((base.__name__ for base in one.__mro__ if base.__name__ in KINDS), one) for one in below(Shows)}
    assert tables - {Shows} == set(KINDS)


def test_the_language_is_the_stated_one_then_the_environments_then_the_folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("RURALINCOME_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert ri.language() == "en"
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text('{"language": "vi", "resources": []}', encoding="utf-8")
    assert ri.language() == "vi"
    monkeypatch.setenv("RURALINCOME_LANGUAGE", "en")
    assert ri.language() == "en"
    assert ri.language("vi") == "vi"
    with pytest.raises(InputError, match="'fr' is not known"):
        ri.language("fr")


def test_frames_hold_the_same_numbers(values):
    row = values["Answer"].to_frame().iloc[0]
    assert (row["scenario"], row["probability"]) == ("scenario", values["Answer"].assessment.probability)
    rules = values["Judged"].to_frame()
    assert list(rules["rule"]) == [verdict.rule for verdict in values["Judged"]]
    frame = values["Forecast"].to_frame().set_index("year")
    low, high = values["Forecast"].interval(2021)
    assert (frame.loc[2021, "low80"], frame.loc[2021, "high80"]) == pytest.approx((low, high))


def test_an_answer_is_drawn_and_nothing_else(values):
    for drawn in (values["Assessment"].plot(), values["Answer"].plot(), ri.plot(values["Answer"])):
        assert drawn.get_xlim() == ri.plot(values["Assessment"]).get_xlim()
    for given in (values["Series"], None):
        with pytest.raises(InputError, match="cannot be drawn: give an answer"):
            ri.plot(given)
