"""Both languages on the pages themselves: no word of the other one, and no word of the data that acts as markup."""

import hashlib
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook, new_output

from ruralincome.batch.results import index_page
from ruralincome.data.package import read_series, resource_names
from ruralincome.explorer.board import Board
from ruralincome.reference.vintages import class_names, read_class, vintages
from ruralincome.report.answer import sections, sweeping
from ruralincome.report.pages import methods, targets
from ruralincome.report.pages.html import render
from ruralincome.report.words.phrases import class_source
from ruralincome.report.words.words import LANGUAGES, day
from ruralincome.scenario.answer import answer
from ruralincome.scenario.file import Scenario
from ruralincome.scenario.targets import tracked_targets

ROOT = Path(__file__).parents[2]
VIETNAMESE = re.compile(r"[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.I)
ENGLISH = re.compile(
    r"\b(the|of|and|for|with|from|is|are|which|not|growth|year|years|income|rate|prices|failed|points|series)\b", re.I
)
NAMES = re.compile("“Vĩnh Long đẩy nhanh xây dựng chính quyền điện tử”|Bình Thuận|Vĩnh Long|Nhân Dân|Dân Việt")
SAID = {"aria-label", "alt", "data-label", "data-words", "data-foot", "placeholder", "title"}
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'&</style>"
ALL = (
    sections.verdict,
    sections.other_targets,
    sections.key_numbers,
    sections.rules_panel,
    sections.models_table,
    sections.against_baseline,
    sections.sensitivity,
    sweeping.sweep,
    methods.track_record,
    sections.caveats,
    sections.parameters,
    sections.provenance,
)


class Words(HTMLParser):
    """The words of a page that a reader sees or hears, each with its language; code, formulas and files left out."""

    VOID = ("meta", "br", "input", "img", "hr", "link")
    DUMB = ("style", "script", "pre", "code", "math", "title")

    def __init__(self, html):
        super().__init__()
        self.open, self.found, self.tags = [("", "")], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        stated = dict(attrs)
        self.tags.append((tag, stated))
        language = stated.get("lang") or self.open[-1][1]
        self.found += [(language, value) for name, value in attrs if name in SAID]
        if tag not in self.VOID:
            self.open.append((tag, language))

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in (name for name, _ in self.open):
            while self.open.pop()[0] != tag:
                continue

    def handle_data(self, data):
        if data.strip() and not any(tag in self.DUMB for tag, _ in self.open):
            self.found.append((self.open[-1][1], data))


def strays(html):
    """Words of a page in another language than its own."""
    wrong = {"vi": english, "en": foreign, "": lambda _: True}
    return [words for language, words in Words(html).found if wrong[language](words)]


def english(words):
    return ENGLISH.search(words.replace("CC BY", ""))


def foreign(words):
    return VIETNAMESE.search(NAMES.sub("", words))


def acting(html):
    """Tags and attributes that words of the data have become."""
    found = Words(html).tags
    return [tag for tag, attrs in found if tag in ("img", "script") or any(name.startswith("on") for name in attrs)]


@pytest.mark.parametrize("name", ["gdp_stays_low", "real_target"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_has_no_word_of_the_other_language(executed, name, language):
    stated = yaml.safe_load((ROOT / "params" / f"{name}.yaml").read_text(encoding="utf-8"))
    html = render(executed(language, **stated), language, stated["title"][language])
    assert strays(html) == []


def test_strays_are_found():
    assert strays('<p lang="vi">tốc độ tăng of the year</p>') == ["tốc độ tăng of the year"]
    assert strays('<p lang="en">a tỉnh <code>đ</code> in Bình Thuận</p>') == ["a tỉnh "]
    assert strays('<svg lang="en" aria-label="tốc độ"></svg>') == ["tốc độ"]
    assert acting(f"<p>{EVIL}</p>") == ["img", "script"]


def test_every_class_has_words_in_both_languages():
    for name in class_names():
        for year in vintages(name):
            reference = read_class(name, year)
            assert reference.title.vi != reference.title.en
            assert class_source(reference, "en") == reference.source
            assert class_source(reference, "vi") != reference.source
            assert not ENGLISH.search(class_source(reference, "vi"))


def test_the_data_package_and_the_scenarios_speak_both_languages():
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert len(package["resources"]) == len(resource_names(ROOT))
    for resource in package["resources"]:
        for words in (resource["titles"], *(source["titles"] for source in resource["sources"])):
            assert not english(words["vi"]), words
            assert not foreign(words["en"]), words
    for path in sorted((ROOT / "params").glob("*.yaml")):
        stated = yaml.safe_load(path.read_text(encoding="utf-8"))
        for words in (stated["title"], stated.get("reasoning", stated["title"])):
            assert VIETNAMESE.search(words["vi"]), path
            assert not ENGLISH.search(words["vi"]), path
            assert not foreign(words["en"]), path


def test_days_are_written_as_each_language_does():
    assert day("2026-11-03", "vi") == "03/11/2026"
    assert day("2026-11-03", "en") == "3 November 2026"
    assert day("mùa thu 2026", "vi") == "mùa thu 2026"


@pytest.fixture
def poisoned(tmp_path):
    """A project whose data package and targets hold markup wherever words may stand."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "params").mkdir()
    package = json.loads((tmp_path / "data" / "datapackage.json").read_text(encoding="utf-8"))
    words = {language: f"{language} {EVIL}" for language in LANGUAGES}
    for resource in package["resources"]:
        path = tmp_path / "data" / resource["path"]
        content = path.read_text(encoding="utf-8").replace("Nhân Dân, 2021", EVIL.replace('"', '""'))
        if "targets" in path.name:
            content = content.replace("Rural income per head", EVIL.replace('"', "'")).replace("province", "<b>x</b>")
        path.write_text(content, encoding="utf-8")
        resource["hash"] = f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        resource |= {"titles": words, "place": words, "coverage": words, "accessed": EVIL}
        resource["sources"] = [{"title": EVIL, "titles": words, "path": f"https://x/{EVIL}"}]
        resource["sources"] += [{"title": EVIL, "path": "javascript:alert(3)"}]
    (tmp_path / "data" / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_the_data_are_text_everywhere(poisoned, language):
    words = {name: f"{name} {EVIL}" for name in LANGUAGES}
    step = {"kind": "shock", "years": [2021], "points": -3, "illustration": True}
    found = answer(Scenario.stated(title=words, reasoning=words, adjustments=[step]), EVIL, poisoned)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(poisoned)
        blocks = [make(found, language) for make in ALL]
        blocks.append(targets.page(tracked_targets(2020), language))
        board = Board(read_series("binh_thuan_rural_income", poisoned), language, poisoned)
    cells = [new_code_cell(EVIL, outputs=[new_output("display_data", block._repr_mimebundle_())]) for block in blocks]
    html = render(new_notebook(cells=cells), language, words[language])
    assert html.count("&lt;img src=x") > 10
    assert acting(html) == ["script", "script"]  # data, and the page's own, which its policy vouches for
    assert html.count("</style>") == 1
    assert re.search(r'@bottom-left \{ content: "(?:[^"\\<>]|\\[0-9a-f]+ )+"', html)
    assert 'href="javascript' not in html
    shown = [board.answer.value, board.picture.value, board.rules.value, board.code.value, board.said.value]
    board.name.value = EVIL
    board.buttons["save"].click()
    assert acting("".join([*shown, board.said.value])) == []
    assert "&lt;img" in board.answer.value


def test_words_of_a_batch_are_text_in_the_index(tmp_path):
    jobs = {
        f"{EVIL}/{language}": {
            "scenario": EVIL,
            "language": language,
            "status": "failed",
            "reason": EVIL,
            "message": f"cell 3: ValueError: {EVIL}",
            "folder": EVIL.replace("/", ""),
        }
        for language in LANGUAGES
    }
    html = index_page({"jobs": jobs}, tmp_path)
    assert html.count("&lt;img src=x") >= 4
    assert acting(html) == ["script"]  # the page's own, which its policy vouches for


def test_the_foot_of_paper_names_the_sources(executed):
    html = render(executed("vi"), "vi", "x")
    foot = re.search(r'@bottom-left \{ content: "(.*?)";', html)[1]
    read = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), foot)
    assert read.startswith(
        "Nguồn: “Vĩnh Long đẩy nhanh xây dựng chính quyền điện tử” (phần tin về Bình Thuận), báo Nhân Dân"
    )
    assert "ghi ở mục Nguồn gốc và cách lập lại" in html
    bare = render(new_notebook(cells=[]), "vi", "methods")
    assert "@bottom-left" not in bare
    assert "Nguồn gốc" not in bare
