"""The board: numbers typed, series of the folder and at hand, a report made, figures taken away."""

import json
import shutil
from base64 import b64decode
from pathlib import Path

import pytest

import ruralincome as ri
from ruralincome.explorer.sliders import typed
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]
DOLLARS = ri.Series("own", (2016, 2018, 2020), (32000.0, 36000.0, 44000.0), "usd_per_person_year", decimals=0)


def board(series=None, language="vi", root=ROOT):
    return ri.explore(series, language, root).board


@pytest.mark.parametrize(
    ("words", "language", "value"),
    [("48,95", "vi", 48.95), ("1.234,5", "vi", 1234.5), ("1,234.5", "en", 1234.5), (" −2,5 ", "vi", -2.5)],
)
def test_a_number_is_typed_as_the_language_writes_it(words, language, value):
    assert typed(words, language) == value


@pytest.mark.parametrize(
    ("words", "language", "whole"),
    [("48.9", "vi", False), ("48,9", "en", False), ("", "vi", False), ("nan", "en", False), ("2021,5", "vi", True)],
)
def test_a_number_of_another_form_is_refused(words, language, whole):
    with pytest.raises(InputError) as told:
        typed(words, language, whole)
    assert told.value.code == "explorer.no_number"


@pytest.mark.parametrize(("values", "decimals"), [((1e-9, 2e-9), 1), ((3e7, 4e7), 1), ((0.02, 0.05), 0)])
def test_the_slider_of_the_target_has_room_for_any_size_of_figures(values, decimals):
    slider = board(ri.Series("own", (2016, 2020), values, decimals=decimals)).controls.sliders["target"]
    assert 0 < slider.min <= values[-1] <= slider.value < slider.max
    assert slider.step <= values[-1]


def test_a_typed_number_is_taken_as_it_is_and_shown_in_the_language():
    b = board()
    box, slider = b.controls.boxes["target"], b.controls.sliders["target"]
    assert box.value == "48,9"
    box.value = "148,95"  # between two steps of the slider, and beyond its end
    assert (slider.value, b.controls.question.target, b.controls.readouts["target"].value) == (
        148.95, 148.95, "148,95 triệu đồng/người/năm"
    )  # fmt: skip
    b.controls.boxes["points"].value = "-2,5"
    assert b.controls.boxes["points"].value == "−2,5"
    assert b.controls.question.points == -2.5
    b.languages.value = "en"
    assert box.value == "148.95"
    slider.value = 50.0
    assert box.value == "50.0"


def test_what_cannot_be_read_of_a_box_is_said_and_changes_nothing():
    b = board()
    before = b.answer.value
    b.controls.boxes["target"].value = "48.9"
    assert "hãy viết như 48,9" in b.said.value
    assert (b.answer.value, b.controls.question.target) == (before, 48.9)
    b.controls.boxes["year"].value = "2099"
    assert "2099 không dùng được ở đây; hãy nêu số từ 2017 đến 2070" in b.said.value
    assert (b.answer.value, b.controls.question.year) == (before, 2021)


def test_the_list_leads_to_each_series_of_the_folder_and_back():
    page = ri.explore("binh_thuan_rural_income", "en", ROOT)
    names = [name for _, name in page.board.chosen.options]
    assert {"binh_thuan_rural_income", "vietnam_rural_income"} <= set(names)
    assert "vietnam_cpi" not in names
    for name in ("vietnam_rural_income", "binh_thuan_rural_income"):
        page.board.chosen.value = name
        assert page.board.series.name == name
        assert page.board.chosen.value == name
        assert page.board.answer.value in page.board.still()
    assert page.board.controls.question.target == 48.9


def test_a_series_at_hand_is_explored_in_its_own_currency_and_not_saved():
    b = board(DOLLARS, "en")
    assert 'class="answer"' in b.answer.value
    assert "48,400" in b.answer.value
    assert b.controls.question.reference not in ("vietnam-pool", "vietnam-provinces")
    assert b.code.value == ""
    b.name.value = "mine"
    b.buttons["save"].click()
    assert "not in this folder" in b.said.value
    assert not (ROOT / "params" / "mine.yaml").exists()


def test_the_article_at_hand_says_what_its_table_says():
    named = ri.Series.from_frame(
        ri.read_series("binh_thuan_rural_income", ROOT).to_frame(), year="year", name="own",
        unit="million_vnd_per_person_year",
    )  # fmt: skip
    b = board(named)
    b.controls.boxes["target"].value = "48,9"
    found = b.desk.reply(b.controls.question).assessment.probability
    assert found == answer(Scenario(), root=ROOT).assessment.probability


def test_without_a_name_the_folders_own_series_are_explored(tmp_path):
    for folder in ("data", "params"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    assert board(root=tmp_path).series.name == "binh_thuan_rural_income"
    package = tmp_path / "data" / "datapackage.json"
    content = json.loads(package.read_text())
    content["resources"] = [r for r in content["resources"] if r["name"] == "vietnam_rural_income"]
    package.write_text(json.dumps(content))
    assert board(root=tmp_path).series.name == "vietnam_rural_income"


def test_picture_and_figures_can_be_taken_away_until_a_slider_moves():
    b = board()
    b.buttons["take"].click()
    drawn, numbers = (b64decode(part.partition('"')[0]) for part in b.taken.value.split("base64,")[1:])
    assert drawn.startswith(b"<?xml")
    assert b"<svg" in drawn
    rows = [line.split(",") for line in numbers.decode("utf-8-sig").splitlines()]  # as numbers.csv beside a report
    assert rows[0] == ["table", "row", "column", "value"]
    assert [row[1:] for row in rows if row[0] == "observations"] == [
        ["2016", "value", "32.6"],
        ["2020", "value", "44.9"],
    ]
    lead = b.desk.reply(b.controls.question).assessment.lead
    (low,) = (row for row in rows if row[:3] == ["forecast", "2021", "low80"])
    assert float(low[3]) == pytest.approx(lead.interval(2021)[0], rel=1e-12)
    b.controls.sliders["target"].value = 50.0
    assert b.taken.value == ""


@pytest.mark.slow
def test_a_report_is_made_and_linked_from_the_notebook(tmp_path, monkeypatch):
    for folder in ("data", "params", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path / "notebooks")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    b = board(root=tmp_path)
    b.name.value = "Thử báo cáo"
    b.buttons["report"].click()
    assert "reports/thu_bao_cao/vi/report.html" in b.said.value
    link = b.link.outputs[0]["data"]["text/html"]
    assert 'href="../reports/thu_bao_cao/vi/report.html"' in link
    assert "Thử báo cáo" in (tmp_path / "reports/thu_bao_cao/vi/report.html").read_text(encoding="utf-8")
    b.controls.sliders["target"].value = 50.0
    assert b.link.outputs == ()
    (tmp_path / "notebooks" / "scenario.ipynb").write_text("{")
    b.name.value = "Lần nữa"
    b.buttons["report"].click()
    assert "Không lập được báo cáo của params/lan_nua.yaml: " in b.said.value


def test_a_year_of_knowledge_before_the_series_is_refused_in_words_and_the_next_is_answered():
    board = ri.explore(ri.Series("b", (2016, 2020), (32.6, 44.9)), "en").board
    before = board.answer.value
    board.controls.boxes["as_of"].value = "1800"
    assert "1800 cannot be used here; state a number from 2016 to 2070" in board.said.value
    board.controls.boxes["target"].value = "50"
    assert board.said.value.endswith("></p>")
    assert 'class="fault"' not in board.answer.value
    assert board.answer.value != before


@pytest.mark.parametrize(
    ("key", "stated", "least", "most"),
    [
        ("target", "1000000", "0,045", "44.900"),
        ("target", "0", "0,045", "44.900"),
        ("target", "-5", "0,045", "44.900"),
        ("target", "1e-9", "0,045", "44.900"),
        ("points", "50,5", "−50", "50"),
        ("sd", "15,5", "0", "15"),
        ("year", "99999", "2017", "2070"),
    ],
)
def test_a_number_that_no_question_may_have_is_refused_as_it_was_typed_and_stretches_no_slider(
    key, stated, least, most
):
    b = board()
    slider, before = b.controls.sliders[key], b.answer.value
    ends = slider.min, slider.max, slider.step, slider.value
    b.controls.boxes[key].value = stated
    assert f"{stated} không dùng được ở đây; hãy nêu số từ {least} đến {most}</p>" in b.said.value
    assert (slider.min, slider.max, slider.step, slider.value, b.answer.value) == (*ends, before)
    b.controls.boxes[key].value = most.replace(".", "")  # the furthest is answered, or said why not by the desk
    assert (slider.value, slider.max) == (float(most.replace(".", "")),) * 2


def test_a_slider_that_was_stretched_goes_back_and_a_box_shows_all_that_is_asked():
    b = board()
    box, slider = b.controls.boxes["target"], b.controls.sliders["target"]
    usual = slider.min, slider.max, slider.step
    box.value = "480,955"
    assert (slider.max, slider.step, box.value, b.controls.question.target) == (480.955, 0.001, "480,955", 480.955)
    box.value = "49,1"
    assert ((slider.min, slider.max, slider.step), box.value) == (usual, "49,1")
