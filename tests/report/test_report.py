"""The sections of a report: what they say of the article's case, of a refusal, of real terms, of every adjustment."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from ruralincome.report.answer import margins, notes, sections, sensitivities
from ruralincome.report.answer.margins import margins_panel
from ruralincome.report.blocks import RESULT_MIME, Block, bullets, details, formula, paragraph, section
from ruralincome.report.pages import benchmark
from ruralincome.report.tables import table
from ruralincome.report.words.adjusting import adjustments
from ruralincome.report.words.phrases import indicator, signed, target_amount, target_digits
from ruralincome.report.words.words import LANGUAGES, say
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.result import result
from ruralincome.series import Series, Text

ROOT = Path(__file__).parents[2]
ALL = (
    sections.verdict,
    sections.fan_chart,
    sections.key_numbers,
    sections.rules_panel,
    sections.models_table,
    sections.against_baseline,
    sensitivities.sensitivity,
    notes.caveats,
    notes.parameters,
    notes.provenance,
)


@pytest.fixture(scope="module")
def article():
    return answer(Scenario(), "baseline", ROOT)


@pytest.fixture(scope="module")
def refused():
    return answer(Scenario(models=["log_trend"]), "refused", ROOT)


def test_the_article_in_the_result(article):
    found = result(article)
    assert found["historical_growth"] == pytest.approx(0.08332, abs=5e-6)
    assert found["required_growth"] == pytest.approx(0.08909, abs=5e-6)
    assert found["projection"] == pytest.approx(48.641, abs=5e-4)
    assert found["shortfall"] == pytest.approx(0.259, abs=5e-4)
    assert found["target"] == {"value": 48.9, "year": 2021, "direction": 1}
    assert found["scenario"] == "baseline"
    low, high = found["interval80"]
    assert low < found["median"] < high
    assert found["inverse"]["p80"] < found["inverse"]["p50"] < found["inverse"]["p20"]
    assert found["inverse"]["p50"] == pytest.approx(found["median"])
    assert (found["median"] >= 48.9) == (found["probability"] >= 0.5)
    assert found["year_p50"] == (2021 if found["probability"] >= 0.5 else 2022)
    assert {m["status"] for m in found["models"]} == {"fitted", "refused"}
    assert next(r for r in found["rules"] if r["rule"] == "eurostat")["value"] == pytest.approx(0.9864, abs=5e-5)


def test_a_result_is_plain_json(article, refused):
    for one in (article, refused):
        found = result(one)
        assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_a_refusal_has_no_number_of_the_future(refused):
    found = result(refused)
    assert found["probability"] is found["median"] is found["interval80"] is found["year_p50"] is None
    assert found["refusal"]["reason"] == "too_few"
    assert set(found["inverse"].values()) == {None}
    assert found["required_growth"] == pytest.approx(0.08909, abs=5e-6)


@pytest.mark.parametrize(
    ("language", "question", "said", "growth"),
    [
        (
            "vi",
            "Thu nhập bình quân đầu người khu vực nông thôn tỉnh Bình Thuận có đạt 48,9 triệu đồng/người/năm vào năm "
            "2021 không?",
            r"Khả năng đạt mục tiêu 48,9 triệu đồng/người/năm vào năm 2021 là \d+% \(.+\)\.",
            "Riêng năm 2021 cần tăng 8,9%; giai đoạn 2016–2020 tăng bình quân 8,3%/năm.",
        ),
        (
            "en",
            "Rural income per head, Bình Thuận province: will it reach 48.9 million VND per person per year by the end "
            "of 2021?",
            r"The chance of reaching 48.9 million VND per person per year by the end of 2021 is \d+% \(.+\)\.",
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
    assert RESULT_MIME not in notes.caveats(article, "vi")._repr_mimebundle_()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_in_words(refused, language):
    verdict = sections.verdict(refused, language)
    assert "%" not in verdict.text.splitlines()[1]
    words = {"vi": "Không đưa ra xác suất", "en": "No probability is given"}
    assert words[language] in verdict.text
    chart = sections.fan_chart(refused, language).html
    assert "95%" not in chart
    assert "48" in chart


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_of_every_kind_of_answer(article, refused, language):
    national = answer(Scenario.stated(extends="national_rural_2020"), "national", ROOT)
    for one in (article, refused, national):
        for make in ALL:
            block = make(one, language)
            assert "{" not in block.text
            assert not re.search(r"\bnan\b|\bNone\b", block.text), block.text


def test_the_same_inputs_give_the_same_bytes(article):
    again = answer(Scenario(), "baseline", ROOT)
    for make in ALL:
        assert make(article, "vi") == make(again, "vi"), make.__name__


def test_caveats_are_computed_from_the_survey(article):
    said = notes.caveats(article, "vi").text
    assert "2.714 nghìn đồng/người/tháng × 12 tháng = 32,57 triệu đồng/người/năm, trùng với 32,6" in said
    assert "3.981 nghìn đồng/người/tháng × 12 tháng = 47,77 triệu đồng/người/năm, khác với 44,9" in said
    assert "1,5 lần số liệu công bố năm 2016" in said
    assert "2017, 2018, 2019" in said


def test_caveats_of_another_series_name_no_other_place():
    national = answer(Scenario.stated(extends="national_rural_2020"), "national", ROOT)
    assert "32,57" not in notes.caveats(national, "vi").text


def test_years_between_observations_stay_empty(article):
    html = sections.fan_chart(article, "en").html
    rows = re.findall(r'<tr><th scope="row">(\d{4})</th>', html)
    assert rows == ["2016", "2020", "2021"]


@pytest.mark.parametrize(
    ("value", "digits"), [(48.9, 1), (67.35, 2), (47.41, 2), (49.0, 1)], ids=["48.9", "67.35", "47.41", "49.0"]
)
def test_the_title_of_the_fan_chart_subtracts_as_it_prints(value, digits):
    found = answer(Scenario.stated(target={"value": value, "year": 2021}), "any", ROOT)
    said = re.search(r"<figcaption>(.*?)</figcaption>", sections.fan_chart(found, "en").html)[1]
    median, gap = re.fullmatch(
        r"The forecast median for 2021 is ([\d.]+) million VND per person per year, "
        r"(?:([\d.]+) (?:below|above)|equal to) the target",
        said,
    ).groups("0")
    assert abs(float(median) - value) == pytest.approx(float(gap))
    assert len(median.split(".")[1]) == digits
    assert f"median {median}" in sections.fan_chart(found, "en").html


def test_tables_name_the_unit_once():
    dip = answer(Scenario.stated(extends="covid_dip"), "covid_dip", ROOT)
    for block in (sections.models_table(dip, "vi"), sections.against_baseline(dip, "vi"), margins_panel(dip, "vi")):
        captions = re.findall(r"<caption>(.*?)</caption>", block.html)
        assert sum("(triệu đồng/người/năm, giá hiện hành)" in caption for caption in captions) >= 1
    assert "45,0 đến" not in sections.key_numbers(dip, "vi").html
    assert re.search(r"\d đến [\d,]+ triệu đồng/người/năm", sections.key_numbers(dip, "vi").text)


def test_a_scenario_says_so_beside_the_answer_and_the_pace_stands_below_the_chart():
    dip = answer(Scenario.stated(extends="covid_dip"), "covid_dip", ROOT)
    first, below = sections.verdict(dip, "vi"), sections.fan_chart(dip, "vi")
    assert "Đây là kịch bản giả định" in first.html
    assert "48,64 triệu đồng/người/năm" not in first.html
    assert "48,64 triệu đồng/người/năm, còn thiếu 0,26" in below.html
    assert "48,64 triệu đồng/người/năm, còn thiếu 0,26" in first.text


def test_the_required_path_ends_at_the_target_and_its_steps_add_up():
    found = answer(Scenario.stated(extends="target_2025"), "target_2025", ROOT)
    html = str(sections.key_numbers(found, "en").html)
    shown = html[
        html.index("The required path year by year (computed; million VND per person per year, current prices)") :
    ]
    rows = re.findall(r'<tr><th scope="row">(\d{4})</th>(.*?)</tr>', shown[: shown.index("</table>")], re.S)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for _, row in rows]
    assert [year for year, _ in rows] == ["2021", "2022", "2023", "2024", "2025"]
    levels = [float(row[0]) for row in cells]
    assert levels == pytest.approx([44.9 * (67.35 / 44.9) ** (k / 5) for k in range(1, 6)], abs=0.0051)
    assert cells[-1][0] == "67.35"
    assert sum(float(row[1]) for row in cells) == pytest.approx(67.35 - 44.9, abs=0.03)
    assert cells[-1][3] == f"{found.assessment.probability:.0%}"
    assert "year by year" not in sections.key_numbers(answer(Scenario(), "baseline", ROOT), "en").html
    refused = answer(Scenario.stated(extends="target_2025", models=["log_trend"]), "refused", ROOT)
    assert "Chance of that level" not in sections.key_numbers(refused, "en").html
    assert "year by year" in sections.key_numbers(refused, "en").html


def test_no_model_at_all_is_not_only_none():
    assert (
        "Không ước lượng được mô hình riêng nào"
        in sections.models_table(answer(Scenario(), "baseline", ROOT), "vi").text
    )


def test_real_terms_are_named():
    real = answer(Scenario.stated(extends="real_terms"), "real", ROOT)
    assert "giá năm 2020" in sections.verdict(real, "vi").text
    assert "prices of 2020" in sections.verdict(real, "en").text
    assert "restated at constant prices" in sections.fan_chart(real, "en").html
    finding = "47.46 million VND per person per year (prices of 2020), 0.05 above the target"
    assert finding in sections.fan_chart(real, "en").html


@pytest.mark.parametrize(
    ("terms", "prices"),
    [
        (None, {"vi": "giá hiện hành", "en": "current prices"}),
        ({"prices": "real"}, {"vi": "giá năm 2020", "en": "prices of 2020"}),
    ],
)
def test_every_table_and_figure_says_the_prices_of_its_numbers(terms, prices):
    grid = {"shock": {"first": -4, "last": 4, "step": 2}, "target": {"first": 46, "last": 52, "step": 1}}
    steps = [{"kind": "linear", "amount": 3.075}] if terms is None else [{"kind": "pace", "percent": 5.0}]
    found = answer(Scenario.stated(terms=terms, adjustments=steps, sweep=grid), "x", ROOT)
    assert ("real" if terms else "nominal") == found.evidence.series.prices
    blocks = (sections.fan_chart, sections.key_numbers, sections.rules_panel, sections.models_table,
              sections.against_baseline, sensitivities.sensitivity, margins.margins_panel)  # fmt: skip
    for language in LANGUAGES:
        page = " ".join(block(found, language).html for block in blocks)
        captions = re.findall(r"<caption>(.*?)</caption>", page)
        assert len(captions) >= 9
        baseline = say("report.baseline.finding", language).split("{")[0]  # its amounts carry the prices
        assert [c for c in captions if prices[language] not in c and not (terms is None and baseline in c)] == []
        figures = re.findall(r"<figure.*?</figure>", page, re.S)
        assert [f[:60] for f in figures if prices[language] not in f] == []
        if terms:
            said = sections.verdict(found, language).text + margins.margins_panel(found, language).text
            assert prices[language] in said
            words = re.sub(r"<svg.*?</svg>", "", page, flags=re.S) + said
            amounts = re.findall(r"[\d,.]+ (?:triệu đồng/người/năm|million VND per person per year)(.{0,16})", words)
            marked = (" (giá", " (prices of 2020", ", giá năm 2020", ", prices of 2020", " (current")
            assert [a for a in amounts if not a.startswith(marked)] == []


def test_the_inflation_named_is_the_one_assumed():
    assert "3.1% a year" in sections.models_table(answer(Scenario(), "x", ROOT), "en").html
    stated = Scenario.stated(terms={"prices": "nominal", "inflation": 6.0, "sd": 1.0})
    assert (
        "the inflation that the scenario assumes is added: 6.0% a year"
        in sections.models_table(answer(stated, "x", ROOT), "en").html
    )
    real = answer(Scenario.stated(terms={"prices": "real"}), "x", ROOT)
    assert "plus expected inflation, here without inflation" in notes.parameters(real, "en").text
    assert "is added" not in sections.models_table(real, "en").html


def test_a_falling_target_asks_whether_it_falls():
    falling = answer(Scenario.stated(target={"value": 40.0, "year": 2021, "direction": -1}), "falling", ROOT)
    assert "có giảm xuống còn 40,0" in sections.verdict(falling, "vi").text
    assert "Lowest target for 2021" in sections.key_numbers(falling, "en").html
    assert falling.assessment.probability < 0.2


STEPS = [
    ({"kind": "shock", "years": [2021], "points": -8.8}, "năm 2021: tốc độ tăng thay đổi −8,8 điểm phần trăm"),
    (
        {"kind": "shock", "years": [2021, 2023], "points": 2, "sd": 1.5, "illustration": True},
        "năm 2021, 2023: tốc độ tăng thay đổi +2,0 điểm phần trăm, độ lệch chuẩn 1,5 điểm phần trăm (con số minh họa, "
        "không có nguồn)",
    ),
    (
        {"kind": "dip", "year": 2021, "points": -8.8, "recovery": "delayed"},
        "năm 2021: tốc độ tăng giảm 8,8 điểm phần trăm; chờ một năm rồi trở lại lộ trình cũ trong hai năm",
    ),
    (
        {"kind": "dip", "year": 2021, "points": -3, "recovery": "fast", "recovery_year": 2024},
        "năm 2021: tốc độ tăng giảm 3,0 điểm phần trăm; trở lại lộ trình cũ vào cuối năm 2024",
    ),
    (
        {"kind": "disruption", "keep": [0.25, 0.5]},
        "giai đoạn 2021–2022: gián đoạn kéo dài, chỉ giữ được 25%, 50% nhịp tăng dự báo",
    ),
    ({"kind": "accelerate", "factor": 1.5}, "giai đoạn 2021–2025: nhịp tăng dự báo nhân với 1,50"),
    ({"kind": "pace", "percent": 9}, "giai đoạn 2021–2025: tăng 9,0%/năm"),
    ({"kind": "halt", "last_year": 2021}, "năm 2021: không tăng thêm"),
    ({"kind": "linear", "amount": 3.5}, "giai đoạn 2021–2025: mỗi năm thêm 3,5 triệu đồng/người/năm"),
    (
        {"kind": "percent_of_baseline", "percent": 150},
        "giai đoạn 2021–2025: tăng theo đường thẳng để bằng 150% mức năm 2016 vào năm 2025",
    ),
    (
        {"kind": "path", "value": 67.35, "shape": "straight"},
        "giai đoạn 2021–2025: tăng theo đường thẳng để đạt 67,35 triệu đồng/người/năm vào năm 2025",
    ),
    ({"kind": "return"}, "năm 2025: trở lại lộ trình trước khi điều chỉnh vào cuối năm 2025"),
]


@pytest.mark.parametrize(("step", "words"), STEPS, ids=[step["kind"] for step, _ in STEPS])
def test_adjustments_in_words(step, words):
    before = [STEPS[0][0]] if step["kind"] == "return" else []
    scenario = Scenario.stated(target={"value": 67.35, "year": 2025}, adjustments=[*before, step])
    found = answer(scenario, "adjusted", ROOT)
    assert adjustments(found, "vi")[-1] == words
    assert "{" not in adjustments(found, "en")[-1]


def test_a_scenario_stands_beside_its_baseline():
    dip = answer(Scenario.stated(extends="covid_dip"), "covid_dip", ROOT)
    block = sections.against_baseline(dip, "vi")
    assert "thay đổi −" in block.text
    assert block.html.count("<svg") == 1
    assert sections.against_baseline(answer(Scenario(), "baseline", ROOT), "vi") == Block("", "")


def test_the_params_shown_make_the_same_scenario(article):
    for name in ("covid_dip", "target_2025", "real_terms"):
        found = answer(Scenario.stated(extends=name), name, ROOT)
        again = Scenario.stated(**yaml.safe_load(notes.params_text(found)))
        assert again.model_copy(update={"extends": found.scenario.extends}) == found.scenario


def test_an_elasticity_shows_its_estimate():
    found = answer(Scenario.stated(extends="gdp_stays_low"), "gdp", ROOT)
    html = sections.against_baseline(found, "en").html
    assert "Estimated elasticities" in html
    assert "Standard error" in html


def test_a_sweep_is_thinned_but_keeps_its_ends():
    sweep = {"shock": {"first": -8, "last": 4, "step": 0.5}, "target": {"first": 46, "last": 52, "step": 0.25}}
    found = answer(Scenario.stated(sweep=sweep), "sweep", ROOT)
    html = sensitivities.sensitivity(found, "vi").html
    shown = html[html.rindex("<table") :]
    assert shown.count("<tr>") <= sensitivities.SWEEP_ROWS + 1
    for end in ("−8,0", "+4,0", "46,0", "52,0"):
        assert end in shown


def test_markup_in_words_is_text():
    title = {"vi": "<b>A</b> & 'B' <script>alert(1)</script>", "en": "$x$ <img src=x onerror=alert(1)>"}
    found = answer(Scenario.stated(title=title, reasoning=title), "marked", ROOT)
    for language in LANGUAGES:
        html = "".join(make(found, language).html for make in ALL)
        assert "<script" not in html
        assert "<img" not in html
        assert "&lt;" in notes.parameters(found, language).html


def test_blocks_escape_what_is_not_markup():
    assert "&lt;i&gt;" in section("s", "<i>", paragraph("<i>"))
    assert "&lt;i&gt;" in details("<i>", "<i>")
    assert bullets([]) == ""
    assert bullets(["<i>"]) == "<ul><li>&lt;i&gt;</li></ul>"
    assert "<mfrac>" in formula(r"\frac{a}{b}")
    assert 'display="inline"' in formula("x", display=False)


def test_tables_have_scopes_and_spans():
    html = table("Cap", ["a", "b", "c"], [["1", "<2>", "3"], ["4", "long"]], numeric={1})
    assert html.count('scope="col"') == 3
    assert html.count('scope="row"') == 2
    assert "<caption>Cap</caption>" in html
    assert "&lt;2&gt;" in html
    assert '<td colspan="2">long</td>' in html
    assert 'class="stack"' in html
    assert 'class="pairs"' in table("Cap", ["a", "b"], [["1", "2"]], numeric={1})


def test_phrases():
    bare = Series("x", (2020,), (1.0,))
    assert indicator(bare, "vi") == "x"
    titled = Series("x", (2020,), (1.0,), title=Text("A", "B"))
    assert indicator(titled, "en") == "B"
    assert signed(3.04, "vi", 1) == "+3,0"
    assert signed(-0.04, "en", 1) == "0.0"
    assert target_digits(67.35, 1) == 2
    assert target_digits(48.9, 1) == 1
    assert target_digits(47.384159, 1) == 2
    assert target_digits(5223.0, 0) == 0
    income = Series("x", (2020,), (44.9,), unit="million_vnd_per_person_year")
    assert target_amount(67.35, income, "vi") == "67,35 triệu đồng/người/năm"


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (2021, "Kept up for four years, {growth} a year is higher than {four} of four-year growth"),
        (2025, "Kept up for four years, {growth} a year is higher than {four} of four-year growth"),
        (2024, None),
        (2030, "Growth of {growth} a year, as needed, is higher than {one} of one-year growth and {four} of four-year"),
    ],
)
def test_the_growth_needed_also_stands_among_growth_over_four_years(year, words):
    found = answer(Scenario.stated(target={"value": 44.9 * 1.06 ** (year - 2020), "year": year}), "x", ROOT)
    reference, html = found.assessment.reference, sections.key_numbers(found, "en").html
    one, four = (f"{reference.percentile(found.assessment.required_growth, span):.0%}" for span in (1, 4))
    if words is None:
        assert "Kept up" not in html
        assert f"higher than {four} of 4-year growth" in html
    else:
        assert words.format(growth="6.0%", one=one, four=four) in html


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


def test_the_track_record_beside_the_answer(article):
    rows = [{"group": "INCOME", "history": h, "c50": 51.0, "c80": 79.4, "c95": 94.0} for h in ("gap4", "n3")]
    found = {"histories": 12000, "overall": {"calibration_error_%": 1.24}, "tables": {"ruralincome": rows}}
    said = benchmark.track_record(replace(article, benchmark=found), "vi")
    assert "12.000 đoạn lịch sử" in said.text
    assert "1,2 điểm phần trăm" in said.text
    assert "2 số liệu cách nhau 4 năm" in said.text
    assert "79%" in said.html
    assert benchmark.track_record(replace(article, benchmark=None), "vi") == Block("", "")


@pytest.mark.parametrize(
    ("years", "code"), [((2016, 2020), "gap4"), ((2019, 2020), "n2"), (tuple(range(2000, 2009)), "n8"), ((2020,), "n2")]
)
def test_a_history_is_compared_with_its_like(years, code):
    assert benchmark.history(Series("x", years, tuple(1.0 for _ in years))) == code
