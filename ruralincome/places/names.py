"""Names of places as people type them: what is no difference between two spellings of one name."""

import re
import unicodedata
from functools import lru_cache

from ruralincome.series.names import clean, sound

QUOTES = str.maketrans(dict.fromkeys('"\u201c\u201d\u201e\u00ab\u00bb', ""))
"""What numbers stand in: Phường "4"."""
KINDS = (
    ("Thị trấn", r"thị trấn|tt"),
    ("Thị xã", r"thị xã|tx"),
    ("Thành phố", r"thành phố|tp"),
    ("Đặc khu", r"đặc khu|đk"),
    ("Phường", r"phường|p|f"),
    ("Xã", r"xã|x"),
    ("Huyện", r"huyện|h"),
    ("Quận", r"quận|q"),
    ("Tỉnh", r"tỉnh|t"),
)
"""Kinds of units, each with the words and short forms that are typed for it, as they sound."""


@lru_cache(maxsize=1 << 16)
def spoken(name: str) -> tuple[str, str]:
    """The kind of unit that a name states, empty where it states none, and how the rest sounds.

    >>> spoken('P."04"') == spoken("Phường 4") == ("Phường", "4")
    True
    """
    words = clean(name).translate(QUOTES)
    whole = sound(words.replace(".", ". "))
    for kind, pattern in _PATTERNS:
        if found := pattern.match(whole):
            return kind, _plain(whole[found.end() :])
    return "", _plain(whole)


def rough(heard: str) -> str:
    """How a name sounds to who types no marks, and i for y: to suggest places, never to choose one."""
    letters = (c for c in heard if not unicodedata.combining(c))
    return "".join(letters).replace("đ", "d").replace("y", "i").replace(" ", "").replace(".", "")


@lru_cache(maxsize=32)
def typed(kind: str) -> tuple[str, ...]:
    """The words and short forms that are typed for a kind of unit, as they sound; none for no kind."""
    return tuple(sound(words) for known, all_ in KINDS if known == kind for words in all_.split("|"))


def _plain(heard: str) -> str:
    """A name without points, and a number without zeros before it."""
    words = " ".join(heard.replace(".", " ").split())
    return words.lstrip("0") if words.isdigit() and words.strip("0") else words


def _pattern(words: str) -> re.Pattern[str]:
    """The words of a kind before a name: a long form and a space, or a short one and a point, a space or a number."""
    long, _, short = words.partition("|")
    short = "|".join(map(re.escape, short.split("|")))
    digits = r"|(?=\d)" if short.startswith(("p", "q")) else ""
    return re.compile(rf"(?:{re.escape(sound(long))}\s+|(?:{short})(?:\.\s*|\s+{digits}))(?=\S)")


_PATTERNS = [(kind, _pattern(words)) for kind, words in KINDS]
