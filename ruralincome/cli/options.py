"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from ruralincome.places.across import RULES, Rule
from ruralincome.report.words.words import LANGUAGES
from ruralincome.series import InputError

LanguageOption = Annotated[str, typer.Option("--language", help="vi or en.")]
LanguagesOption = Annotated[
    list[str] | None, typer.Option("--language", help="vi or en; both unless stated. May be repeated.")
]


def known(*languages: str) -> None:
    """Refuse a language that has no words."""
    for language in languages:
        if language not in LANGUAGES:
            raise InputError("cli.language", language=language, known=LANGUAGES)


def rule(word: str) -> Rule:
    """A rule for a redrawing, by its name. Raises InputError for none of that name."""
    for known_rule in RULES:
        if word == known_rule:
            return known_rule
    raise InputError("cli.rule", word=word, known=RULES)
