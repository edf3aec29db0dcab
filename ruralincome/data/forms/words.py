"""Words: the vocabulary of offices' tables, as vocabulary.toml holds it, and the bare form in which it is compared."""

import tomllib
import unicodedata
from pathlib import Path
from typing import Any

WORDS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "vocabulary.toml").read_text(encoding="utf-8"))
SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " ") | {0xFEFF: ""}


def tidy(text: str) -> str:
    """A cell without doubled spaces, the narrow and unbreakable ones being spaces."""
    return " ".join((text if text.isascii() else text.translate(SPACES)).split())


def bare(text: str) -> str:
    """A text in small letters, without accents and doubled spaces."""
    parts = unicodedata.normalize("NFD", tidy(text).replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()
