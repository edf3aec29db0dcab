"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

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
