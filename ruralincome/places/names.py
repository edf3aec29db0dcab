"""Names of places as people type them: what is no difference between two spellings of one name."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from ruralincome.series.names import TONES, clean, sound

QUOTES = str.maketrans(dict.fromkeys('"\u201c\u201d\u201e\u00ab\u00bb', ""))
"""What numbers stand in: Phường "4"."""
KINDS = {
    "Thị trấn": ("thị trấn", "tt"),
    "Thị xã": ("thị xã", "tx"),
    "Thành phố": ("thành phố", "tp"),
    "Đặc khu": ("đặc khu", "đk"),
    "Phường": ("phường", "p|f"),
    "Xã": ("xã đảo|xã", "x"),
    "Huyện": ("huyện đảo|huyện", "h"),
    "Quận": ("quận", "q"),
    "Tỉnh": ("tỉnh", "t"),
}
"""Kinds of units, each with the words and the short forms that are typed for it."""
PARTED = re.compile(r"\s+[-\u2013\u2014]\s+|(?<=[0-9a-zà-ỹ])\.\s*(?=\D)|\s*[(;/]\s*")
"""What stands between a name and what it lies in, where it is no comma: Đức Linh - Lâm Đồng, P.4.Đà Lạt."""
VOWEL = re.compile(rf"(?:(?<=[hklmrstv])|(?<=\bqu))y(?=[{''.join(TONES)}]*(?:\s|$))")
"""A y that is written as i as well."""
NUMERIC = re.compile(r"'?([0-9]+)(?:\.0)?'?")  # a code as a spreadsheet leaves it: in quotes, or as 23194.0


@lru_cache(maxsize=1 << 16)
def spoken(name: str) -> tuple[str, str]:
    """The kind of unit that a name states, empty where it states none, and how the rest sounds.

    >>> spoken('P."04"') == spoken("Phường 4") == ("Phường", "4")
    True"""
    whole = sound(clean(name).translate(QUOTES).replace(".", ". "))
    for kind, pattern in _PATTERNS:
        if found := pattern.match(whole):
            return kind, _plain(whole[found.end() :])
    return "", _plain(whole)


def rough(heard: str) -> str:
    """How a name sounds to who types no marks, and i for y: to suggest places, never to choose one."""
    letters = (c for c in heard if not unicodedata.combining(c))
    return "".join(letters).replace("đ", "d").replace("y", "i").replace(" ", "").replace(".", "")


@lru_cache(maxsize=1 << 16)
def unquoted(words: str) -> str:
    """A code as it is meant: without quotes, and 23194.0 as 23194."""
    bare = clean(words).translate(QUOTES).strip()
    found = NUMERIC.fullmatch(bare)
    return found[1] if found else bare


def splits(words: str) -> Iterator[list[str]]:
    """The ways to read words as a name and what it lies in: parted by commas, or where there are none as people do."""
    yield [part.strip() for part in words.split(",")]
    if "," not in words and len(parts := PARTED.split(words.rstrip(")"))) > 1:
        yield parts


@lru_cache(maxsize=32)
def short_forms(kind: str) -> tuple[str, ...]:
    """The words and short forms that are typed for a kind of unit, as they sound; none for no kind."""
    return tuple(sound(word) for words in KINDS.get(kind, ()) for word in words.split("|"))


def _plain(heard: str) -> str:
    """A name without points, with i for a y that alone is a vowel (Quý), and a number without zeros before it."""
    words = VOWEL.sub("i", " ".join(heard.replace(".", " ").split()))
    return words.lstrip("0") if words.isdigit() and words.strip("0") else words


def _pattern(*forms: str) -> re.Pattern[str]:
    """The words of a kind before a name: a long form and a space, or a short one and a point, a space or a number."""
    long, short = ("|".join(map(re.escape, map(sound, words.split("|")))) for words in forms)
    digits = r"|(?=\d)" if short.startswith(("p", "q")) else ""
    return re.compile(rf"(?:(?:{long})\s+|(?:{short})(?:\.\s*|\s+{digits}))(?=\S)")


_PATTERNS = [(kind, _pattern(*forms)) for kind, forms in KINDS.items()]
