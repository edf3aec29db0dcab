"""The sections of a report: what they say of the article's case, of a refusal, of a scenario."""

import re
from pathlib import Path

import pytest

from ruralincome.report.answer import sections, sweeping
from ruralincome.report.blocks import NOTHING, RESULT_MIME, Block
from ruralincome.report.words.phrases import class_record
from ruralincome.report.words.words import LANGUAGES
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.result import result
from ruralincome.target.likelihood import whole_percent

ROOT = Path(__file__).parents[3]
ALL = (
    sections.verdict,
    sections.other_targets,
    sections.key_numbers,
    sections.rules_panel,
    sections.models_table,
    sections.against_baseline,
    sections.sensitivity,
    sweeping.sweep,
    sections.caveats,
    sections.parameters,
    sections.provenance,
)


@pytest.fixture(scope="module")
def article():
    return answer(Scenario(), "baseline", ROOT)


@pytest.fixture(scope="module")
def refused():
    return answer(Scenario(models=["log_trend"]), "refused", ROOT)


@pytest.mark.parametrize(
    ("language", "question", "said", "growth"),
    [
        (
            "vi",
            "Thu nhập bình quân đầu người khu vực nông thôn tỉnh Bình Thuận có đạt 48,9 triệu đồng/người/năm vào năm "
            "2021 không?",
            r"Khả năng đạt mục tiêu 48,9 triệu đồng/người/năm vào năm 2021 là \d+%: .+\.",
            "Riêng năm 2021 cần tăng 8,9%; giai đoạn 2016–2020 tăng bình quân 8,3%/năm.",
        ),
        (
            "en",
            "Rural income per head, Bình Thuận province: will it reach 48.9 million VND per person per year by the end "
            "of 2021?",
            r"The chance of reaching 48.9 million VND per person per year by the end of 2021 is \d+%: .+\.",
            "It needs growth of 8.9% in 2021; from 2016 to 2020 it grew by 8.3% a year.",
        ),
    ],
)
def test_the_verdict_in_words(article, language, question, said, growth):
    lines = sections.verdict(article, language).text.splitlines()
    assert lines[0] == question
    assert re.fullmatch(said, lines[1])
    assert lines[2] == growth


def test_the_verdict_carries_the_result(article):
    bundle = sections.verdict(article, "vi")._repr_mimebundle_()
    assert bundle[RESULT_MIME] == result(article)
    assert RESULT_MIME not in sections.caveats(article, "vi")._repr_mimebundle_()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_in_words(refused, language):
    verdict = sections.verdict(refused, language)
    assert "%" not in verdict.text.splitlines()[1]
    said = {"vi": "số liệu chưa đủ căn cứ để nêu xác suất", "en": "the data cannot carry a probability"}
    assert f"<span>{said[language]}</span>" in verdict.html[: verdict.html.index("</h1>")]
    assert "3" in verdict.html[verdict.html.index('class="why"') : verdict.html.index("</h1>")]
    words = {"vi": "Không đưa ra xác suất", "en": "No probability is given"}
    assert words[language] in verdict.text
    assert "95%" not in verdict.html
    assert "48" in verdict.html
    assert sections.other_targets(refused, language) == NOTHING


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_of_every_kind_of_answer(article, refused, language):
    national = answer(Scenario.stated(extends="national_rural_2020"), "national", ROOT)
    for one in (article, refused, national):
        for make in ALL:
            block = make(one, language)
            assert "{" not in block.text
            assert not re.search(r"\bnan\b|\bNone\b", block.text), block.text


def test_other_targets_end_where_the_place_is_redrawn_unless_that_is_told():
    told = answer(Scenario.stated(target={"value": 60, "year": 2025}, redrawn="old"), "x", ROOT)
    for found, last in ((answer(Scenario(), "baseline", ROOT), 2024), (told, 2025)):
        asked, levels = sections.other_targets(found, "vi").html, sections.key_numbers(found, "vi").html
        assert re.findall(r"(\d{4})</option>", asked)[-1] == str(last)
        assert re.findall(r'class="number">(\d{4})</th>', levels)[-1] == str(last)
    assert "01/07/2025" in sections.verdict(told, "vi").text


@pytest.mark.parametrize(("horizon", "far"), [(1, False), (2, False), (3, True), (40, True)])
def test_a_record_says_how_far_ahead_its_tests_were(article, horizon, far):
    assert {t.year - t.origin for t in article.records[0].trials} == {1, 2}
    vi, en = (class_record(article.records[0], language, horizon) for language in ("vi", "en"))
    assert "dự báo trước 1–2 năm" in vi
    assert "1–2 years ahead" in en
    assert (f"{horizon} năm: chưa có lần thử nào" in vi, f"{horizon} years ahead: no test" in en) == (far, far)


@pytest.mark.parametrize(
    ("value", "direction", "said"),
    [
        (40.0, "up", "Giữ mức 40,0 triệu đồng đến năm 2021 (hiện đã đạt):"),
        (48.9, "up", "Mục tiêu 48,9 triệu đồng năm 2021:"),
        (60.0, "down", "Giữ ở mức không quá 60,0 triệu đồng đến năm 2021 (hiện đã đạt):"),
    ],
)
def test_a_heading_says_that_a_target_is_met_already(value, direction, said):
    stated = {"value": value, "year": 2021, "direction": {"up": 1, "down": -1}[direction]}
    assert f"<span>{said}</span>" in sections.verdict(answer(Scenario.stated(target=stated), "x"), "vi").html


def test_without_a_script_a_table_of_levels_stands_where_other_targets_are_asked(article):
    asked = sections.other_targets(article, "en").html
    levels = asked[asked.index("<noscript>") : asked.index("</noscript>")]
    assert levels.count("<tr>") == 5
    assert levels[levels.index("<caption>") :].startswith("<caption>Level reached with the chance")


def test_the_same_inputs_give_the_same_bytes(article):
    again = answer(Scenario(), "baseline", ROOT)
    for make in ALL:
        assert make(article, "vi") == make(again, "vi"), make.__name__


def test_years_between_observations_stay_empty(article):
    html = sections.key_numbers(article, "en").html
    html = html[html.index("Published figures, required path") :]
    rows = re.findall(r'<tr><th scope="row">(\d{4})</th>', html)
    assert rows == ["2016", "2020", "2021"]


@pytest.mark.parametrize("scenario", ["baseline", "covid_dip", "target_2025", "real_terms", "national_rural_2020"])
def test_the_outcomes_that_reach_the_target_are_the_percentage_printed(scenario):
    found = answer(Scenario.stated(extends=scenario), scenario, ROOT)
    html, whole = sections.verdict(found, "en").html, whole_percent(found.assessment.probability)
    assert html.count('class="ri-in"') == whole
    assert html.count('r=".9"') == 100
    assert f"Of 100 equally likely outcomes for {found.assessment.target.year}, {whole} reach the target" in html
    assert f'<span class="big">{whole}%</span>' in html


def test_tables_name_the_unit_once():
    dip = answer(Scenario.stated(extends="covid_dip"), "covid_dip", ROOT)
    for block in (
        sections.models_table(dip, "vi"),
        sections.against_baseline(dip, "vi"),
        sections.rules_panel(dip, "vi"),
    ):
        captions = re.findall(r"<caption>(.*?)</caption>", block.html)
        assert sum("(triệu đồng/người/năm, giá hiện hành)" in caption for caption in captions) >= 1
    assert re.search(r"\d đến [\d,]+ triệu đồng/người/năm", sections.key_numbers(dip, "vi").text)


def test_a_scenario_says_so_beside_the_answer():
    dip = answer(Scenario.stated(extends="covid_dip"), "covid_dip", ROOT)
    first = sections.verdict(dip, "vi")
    assert "Đây là kịch bản giả định" in first.html
    assert "48,64 triệu đồng/người/năm, còn thiếu 0,26" in first.text


def test_no_model_at_all_is_not_only_none():
    assert (
        "Không ước lượng được mô hình riêng nào"
        in sections.models_table(answer(Scenario(), "baseline", ROOT), "vi").text
    )


def test_a_scenario_stands_beside_its_baseline():
    dip = answer(Scenario.stated(extends="covid_dip"), "covid_dip", ROOT)
    block = sections.against_baseline(dip, "vi")
    assert "thay đổi −" in block.text
    assert block.html.count("ri-mark") == 2
    assert sections.against_baseline(answer(Scenario(), "baseline", ROOT), "vi") == Block("", "")


def test_only_the_checked_model_is_said_to_be_checked(article):
    words = "Only the chances and intervals of the pooled drift with a reference class were checked"
    long = {"series": "binh_thuan_whole_province", "target": {"value": 5000, "year": 2024}}
    said, alone = [], "random_walk_with_drift"
    for models in (["pooled", alone], [alone, "pooled"], ["pooled"], [alone]):
        found = answer(Scenario.stated(**long, models=models), "x", ROOT)
        said.append(words in sections.models_table(found, "en").html)
    assert said == [True, True, False, False]
    assert words not in sections.models_table(article, "en").html  # the others refuse two observations


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"value": 48.9, "year": 2021}, "reaching a target in current prices are rather too low"),
        ({"value": 40.0, "year": 2021, "direction": -1}, "falling to a target in current prices are rather too high"),
    ],
)
def test_international_classes_are_said_to_mix_prices(target, words):
    html = sections.models_table(answer(Scenario.stated(target=target), "x", ROOT), "en").html
    assert "constant prices (Maddison Project)" in html
    assert words in html
    real = answer(Scenario.stated(target=target, terms={"prices": "real"}), "x", ROOT)
    assert "Maddison" not in sections.models_table(real, "en").html


def test_a_falling_target_asks_whether_it_falls():
    falling = answer(Scenario.stated(target={"value": 40.0, "year": 2021, "direction": -1}), "falling", ROOT)
    assert "có giảm xuống còn 40,0" in sections.verdict(falling, "vi").text
    assert "Level not exceeded with the chance" in sections.key_numbers(falling, "en").html
    assert "At most 40.0 million VND by the end of 2021" in sections.verdict(falling, "en").html
    assert falling.assessment.probability < 0.2


def test_markup_in_words_is_text():
    title = {"vi": "<b>A</b> & 'B' <script>alert(1)</script>", "en": "$x$ <img src=x onerror=alert(1)>"}
    found = answer(Scenario.stated(title=title, reasoning=title), "marked", ROOT)
    for language in LANGUAGES:
        html = "".join(make(found, language).html for make in ALL)
        assert html.count("<script") == html.count('<script type="application/json"') == 1
        assert "<img" not in html
        assert "&lt;" in sections.parameters(found, language).html
