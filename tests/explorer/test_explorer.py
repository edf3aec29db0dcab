import ast
from pathlib import Path

import pytest

import ruralincome as ri
from ruralincome.data.package import read_series
from ruralincome.explorer.sliders import Desk, Sliders, params, python, save
from ruralincome.reference.vintages import class_names
from ruralincome.report.words.words import LANGUAGES, fault, say
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import read_scenario
from ruralincome.series import InputError

ROOT = Path(__file__).parents[2]
ARTICLE = read_series("binh_thuan_rural_income", ROOT)
NATIONAL = read_series("vietnam_rural_income", ROOT)
QUESTIONS = {
    "the article's": Sliders(ARTICLE, 48.9, 2021),
    "another target": Sliders(ARTICLE, 67.3, 2025),
    "a shock": Sliders(ARTICLE, 48.9, 2021, points=-4.0),
    "a shock with a spread, later": Sliders(ARTICLE, 60.0, 2024, points=1.5, sd=3.0),
    "another class": Sliders(ARTICLE, 50.0, 2022, reference="international"),
    "an earlier day": Sliders(ARTICLE, 48.9, 2021, reference="international", as_of=2016),
    "another series": Sliders(NATIONAL, 5223.0, 2025, sd=2.0, as_of=2020),
}


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture(params=QUESTIONS.values(), ids=QUESTIONS)
def question(request):
    return request.param


def test_the_explorer_and_the_saved_scenario_say_the_same(question, tmp_path):
    desk = Desk(ROOT)
    desk.reply(Sliders(question.series, question.target * 1.1, question.year, -1.0, 1.0, question.reference))
    shown = desk.reply(question)
    (tmp_path / "asked.yaml").write_text(params(question), encoding="utf-8")
    ran = answer(read_scenario(tmp_path / "asked.yaml"), root=ROOT)
    assert shown.scenario == ran.scenario
    assert shown.assessment.probability == ran.assessment.probability
    assert shown.assessment.lead.interval(question.year) == ran.assessment.lead.interval(question.year)
    assert [v.label for v in shown.assessment.verdicts] == [v.label for v in ran.assessment.verdicts]
    assert (shown.baseline is None) == (not question.shocked)
    if question.shocked:
        assert shown.baseline.probability == ran.baseline.probability


def test_the_lines_of_python_reproduce_the_answer(question):
    *lines, last = ast.parse(python(question)).body
    names = {}
    exec(compile(ast.Module(lines, []), "copied", "exec"), names)
    found = eval(compile(ast.Expression(last.value), "copied", "eval"), names)
    assert found == Desk(ROOT).reply(question).assessment.probability


def test_a_file_states_what_differs_from_the_defaults_and_says_what_is_invented():
    assert QUESTIONS["the article's"].stated().keys() == {"title"}
    stated = QUESTIONS["a shock"].stated()
    assert stated["adjustments"] == [
        {"kind": "shock", "years": [2021], "points": -4.0, "sd": 0.0, "illustration": True}
    ]
    assert stated["title"]["vi"] == "Mục tiêu 48,9 triệu đồng/người/năm năm 2021, cú sốc −4,0 điểm phần trăm năm 2021"
    assert set(stated["reasoning"]) == set(LANGUAGES)


def test_saving_writes_one_valid_file_and_never_over_another(tmp_path):
    question = QUESTIONS["a shock"]
    path = save(question, "my_question", tmp_path)
    assert path == tmp_path / "params" / "my_question.yaml"
    assert read_scenario(path) == question.scenario()
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"There is a params/my_question\.yaml already"):
        save(QUESTIONS["another target"], "my_question", tmp_path)
    assert path.read_bytes() == before
    assert list((tmp_path / "params").iterdir()) == [path]


@pytest.mark.parametrize("words", ["", "!?", "x" * 61])
def test_words_that_make_no_name_are_refused(words, tmp_path):
    with pytest.raises(InputError, match="give the scenario a name with letters or digits"):
        save(QUESTIONS["a shock"], words, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "name"), [("Mục tiêu 50", "muc_tieu_50"), ("../Đạt  sớm", "dat_som"), ("2025: it's low", "2025_it_s_low")]
)
def test_a_scenario_is_named_in_any_words_which_are_its_title(words, name, tmp_path):
    path = save(QUESTIONS["a shock"], words, tmp_path)
    assert path == tmp_path / "params" / f"{name}.yaml"
    found = read_scenario(path)
    assert {found.title.vi, found.title.en} == {" ".join(words.split())}
    assert found == QUESTIONS["a shock"].scenario().model_copy(update={"title": found.title})


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "params").write_text("a file in the way")
    with pytest.raises(InputError) as told:
        save(QUESTIONS["a shock"], "mine", tmp_path)
    assert told.value.code == "data.unwritten"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Sliders(ARTICLE, 48.9, 2020), "explorer.year"),
        (Sliders(ARTICLE, 48.9, 2018), "explorer.year"),
        (Sliders(ARTICLE, 48.9, 2021, as_of=2000), "explorer.as_of"),
        (Sliders(NATIONAL, 5000.0, 2021, reference="vietnam-provinces", as_of=2008), "explorer.vintage"),
    ],
)
def test_what_cannot_be_answered_is_a_sentence_in_both_languages(asked, code):
    with pytest.raises(InputError) as told:
        Desk(ROOT).reply(asked)
    assert told.value.code == code
    assert fault(told.value, "vi") != fault(told.value, "en")


def test_a_fault_of_the_input_is_said_in_the_readers_language():
    with pytest.raises(InputError) as told:
        Desk(ROOT).reply(Sliders(ARTICLE, 48.9, 2021, reference="nowhere"))
    said = {language: fault(told.value, language) for language in LANGUAGES}
    assert told.value.code == "explorer.other"
    assert "nowhere" in said["vi"]
    assert said["vi"] != said["en"]


@pytest.mark.parametrize(
    ("target", "year", "code"), [(1e6, 2021, "check.too_much"), (48.9, 2085, "evidence.target_year_far")]
)
def test_what_check_refuses_of_a_scenario_the_explorer_does_not_answer(target, year, code):
    desk, asked = Desk(ROOT), Sliders(ARTICLE, target, year)
    desk.reply(QUESTIONS["the article's"])  # what was read for another question lets nothing pass
    with pytest.raises(InputError) as refused:
        answer(asked.scenario(), root=ROOT)
    with pytest.raises(InputError) as told:
        desk.reply(asked)
    assert told.value.facts["detail"].to_json() == refused.value.to_json()
    assert code in str(refused.value.to_json())


def board(name="binh_thuan_rural_income", language="vi"):
    return ri.explore(name, language, ROOT).board


def test_a_move_changes_readout_verdict_chart_rules_and_code():
    b = board()
    parts = (b.controls.readouts["target"], b.answer, b.picture, b.rules, b.code)
    before = [part.value for part in parts]
    b.controls.sliders["target"].value = 55.0
    assert all(part.value != old for part, old in zip(parts, before, strict=True))
    assert b.controls.readouts["target"].value == "55,0 triệu đồng/người/năm"
    assert "55,0 triệu đồng/người/năm" in b.answer.value
    assert 'class="ri-chart ri-fan"' in b.picture.value
    b.controls.sliders["target"].value = 48.9
    assert [part.value for part in parts] == before


def test_a_move_writes_nothing_that_stays_the_same():
    b = board()
    seen = []
    b.rules.observe(seen.append, "value")
    b.controls.sliders["sd"].value = 0.5
    b.controls.sliders["sd"].value = 0.0
    others = [r for key, r in b.controls.readouts.items() if key != "target"]
    for readout in others:
        readout.observe(seen.append, "value")
    seen.clear()
    b.controls.sliders["target"].value = 49.0
    assert [change["owner"] for change in seen] == [b.rules]


def test_the_language_switch_translates_every_word():
    b = board()
    vietnamese = [c.description for c in b.controls.sliders.values()] + [
        *(button.description for button in b.buttons.values())
    ]
    vietnamese += [b.answer.value, b.picture.value, b.rules.value, b.controls.sliders["reference"].options[0][0]]
    b.controls.sliders["points"].value = -2.5
    chosen = b.controls.sliders["reference"].value
    b.languages.value = "en"
    english = [c.description for c in b.controls.sliders.values()] + [
        *(button.description for button in b.buttons.values())
    ]
    english += [b.answer.value, b.picture.value, b.rules.value, b.controls.sliders["reference"].options[0][0]]
    assert all(a != c for a, c in zip(vietnamese, english, strict=True))
    assert b.controls.readouts["target"].value == say("unit.million_vnd_per_person_year.quantity", "en", value="48.9")
    assert b.controls.readouts["points"].value == "−2.5 percentage points"
    assert b.controls.sliders["reference"].value == chosen


@pytest.mark.parametrize(
    ("name", "language"),
    [("binh_thuan_rural_income", "vi"), ("binh_thuan_whole_province", "en"), ("vietnam_rural_income", "vi")],
)
def test_no_place_of_the_sliders_raises(name, language):
    b = board(name, language)
    places = {
        key: (c.min, c.max) if hasattr(c, "min") else [value for _, value in c.options]
        for key, c in b.controls.sliders.items()
    }
    first, last = places["as_of"]
    for as_of in (first, (first + last) // 2, last):
        b.controls.sliders["as_of"].value = as_of
        for reference in sorted({*class_names()} & {*places["reference"]}):
            b.controls.sliders["reference"].value = reference
            for key in ("target", "year", "points", "sd"):
                start = b.controls.sliders[key].value
                for place in places[key]:
                    b.controls.sliders[key].value = place
                    assert 'class="answer"' in b.answer.value or 'class="fault"' in b.answer.value
                    assert fault(InputError("explorer.other", detail=""), language) not in b.answer.value
                b.controls.sliders[key].value = start


def test_saving_from_the_board_says_what_happened(tmp_path, monkeypatch):
    b = board()
    b.root = tmp_path
    b.name.value = "!"
    b.buttons["save"].click()
    assert "đặt tên kịch bản" in b.said.value
    b.name.value = "duoc"
    b.buttons["save"].click()
    assert "params/duoc.yaml" in b.said.value
    assert read_scenario(tmp_path / "params" / "duoc.yaml") == b.controls.question.scenario()
    b.controls.sliders["year"].value = 2019
    b.name.value = "chua_duoc"
    b.buttons["save"].click()
    assert "2019" in b.said.value
    assert not (tmp_path / "params" / "chua_duoc.yaml").exists()


def test_what_nobody_can_explore_is_refused():
    with pytest.raises(InputError, match="choose one of vi, en"):
        ri.explore("binh_thuan_rural_income", "fr")
    with pytest.raises(InputError, match="no series 'nowhere'"):
        ri.explore("nowhere")
    with pytest.raises(InputError, match=r"list is no series: .*Series\.from_frame"):
        ri.explore([32.6, 44.9])


def test_a_series_in_hand_is_explored_in_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = ri.explore(ri.Series("own", (2016, 2020), (32.6, 44.9)), "en")
    assert "own: will it reach" in page.board.answer.value
    assert list(tmp_path.iterdir()) == []
