"""Rules for the contract: those registered, and the one that CONTRIBUTING.md adds, from its text as it stands."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from ruralincome.report.words.words import catalogue
from ruralincome.rules import RULES

PAGE = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECTION = re.search(r"^## A rule\n(.*?)^## ", PAGE, re.S | re.M).group(1)


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", SECTION, re.S)


def added():
    module = {"__name__": "added"}
    exec(compile(*blocks("python"), "CONTRIBUTING.md", "exec"), module)
    return module["years_straight"]


ADDED = added()


def pytest_generate_tests(metafunc):
    if "rule" in metafunc.fixturenames:
        metafunc.parametrize("rule", [*RULES, ADDED], ids=lambda rule: rule.code)


@pytest.fixture
def new_rule():
    return ADDED


@pytest.fixture
def words(monkeypatch):
    """The catalogues with the words of the added rule."""
    for language, shown in zip(("en", "vi"), blocks("po"), strict=True):
        for message in read_po(io.BytesIO(shown.encode())):
            if message.id:
                monkeypatch.setitem(catalogue(language), message.id, message.string)
