"""The site: its reference is what the code declares, both languages alike; built, no link of it is dead."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from ruralincome.rules import RULES
from ruralincome.scenario.shapes import SHAPES

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "vi")


@pytest.fixture(scope="module")
def reference():
    """The module that writes the reference pages; its folder is found as when the site is built."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "docs" / "site"))
        import reference

        yield reference
    sys.modules.pop("reference", None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_written_and_linked_from_the_index(reference, language):
    index = (ROOT / "docs" / language / "index.md").read_text(encoding="utf-8")
    for name, page in reference.PAGES.items():
        text = page(language)
        assert text.startswith("# ")
        assert f"](reference/{name}.md)" in index


def test_both_languages_have_the_same_words_and_tables(reference):
    assert reference.WORDS["en"].keys() == reference.WORDS["vi"].keys()
    for page in reference.PAGES.values():
        en, vi = ([line[0] for line in page(one).splitlines() if line[:1] in ("#", "|")] for one in LANGUAGES)
        assert en == vi


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_shows_formula_source_and_how_far_it_was_verified(reference, language):
    text = reference.rules(language)
    for rule in RULES:
        part = text.split(f"({language}-rule-{rule.code.replace('_', '-')})=")[1].split(f"\n({language}-rule-")[0]
        assert f"`{rule.code}`" in part
        assert reference.WORDS[language][rule.mark] in part
        assert part.count("\n| ") == len(rule.steps) + 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shape_and_every_wall_stands_on_its_page(reference, language):
    shapes = reference.shapes(language)
    assert [f"`{shape.__name__}`" for shape in SHAPES if f"`{shape.__name__}`" not in shapes] == []
    walls = reference.architecture(language)
    rooms = [path.name for path in (ROOT / "ruralincome").iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert [room for room in rooms if f"| `{room}` |" not in walls] == []


@pytest.mark.long
@pytest.mark.skipif(not find_spec("sphinx"), reason="the site's packages are not here: make docs brings them")
def test_the_site_is_built_without_a_dead_link(tmp_path):
    command = [sys.executable, str(ROOT / "docs" / "site" / "build.py"), str(tmp_path / "docs")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "docs" / "site" / "docs" / "vi" / "index.html").read_text(encoding="utf-8")
    assert 'lang="vi"' in page
