"""Names of places: one name in two forms of Unicode is one place; two names that look alike are none of them sure."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Integers = NDArray[np.int64]

KEYS = ("province", "district", "place")
"""Columns that name a place together: communes of one name stand in many districts."""

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""The marks of the five tones: in Hòa and Hoà the same one stands over different letters."""
SAME = str.maketrans(
    dict.fromkeys("-\u2010\u2011\u2012\u2013\u2014\u2212", " ")
    | dict.fromkeys("'`\u00b4\u2018\u2019\u02bc\u2032", "")
    | {"\u00d0": "\u0110", "\u00f0": "\u0111", "\u0189": "\u0110"}
)
"""Dashes of all lengths, apostrophes (Ea H'leo), and the letters that look like Đ."""


def places(frame: pd.DataFrame) -> tuple[Integers, pd.DataFrame, NDArray[np.bool_]]:
    """The number of each row's place in order of appearance, the names by number, and which names look alike.

    Alike are two places whose names differ in nothing but capitals, the letter a tone stands on, dashes or apostrophes.
    """
    import pandas as pd

    code, parts = np.zeros(len(frame), np.int64), []
    for key in (key for key in KEYS if key in frame):
        found, names = pd.factorize(frame[key], use_na_sentinel=True)
        merged, shown = pd.factorize(np.array([clean(name) for name in names] or [""], object))
        part = np.where(found >= 0, merged[found], len(shown)).astype(np.int64)
        parts.append((key, part, np.append(shown, "")))
        code = code * (len(shown) + 1) + part
    code, _ = pd.factorize(code)
    _, at = np.unique(code, return_index=True)
    sound = np.zeros(len(at), np.int64)
    for _, part, shown in parts:
        heard, _ = pd.factorize(np.array(_heard(shown), object))
        sound = sound * len(shown) + heard[part[at]]
    sound, _ = pd.factorize(sound)
    table = pd.DataFrame({key: shown[part[at]] for key, part, shown in parts})
    return np.asarray(code, np.int64), table, np.bincount(sound)[sound] > 1


def clean(name: object) -> str:
    """A name in composed Unicode, without spaces at its ends or doubled."""
    words = str(name)
    return " ".join((words if words.isascii() else unicodedata.normalize("NFC", words)).split())


def _heard(names: NDArray[np.object_]) -> list[str]:
    """Of each name what is left when capitals, the places of tones, dashes and apostrophes are no difference."""
    known: dict[str, str] = {}

    def word(shown: str) -> str:
        if shown.isascii() and shown.isalnum():
            return shown.lower()
        if shown not in known:
            known[shown] = _word(shown)
        return known[shown]

    return [" ".join(filter(None, map(word, name.split()))) for name in names]


def _word(shown: str) -> str:
    """A word in small letters, each of its parts with the tone at the end."""
    parts = unicodedata.normalize("NFD", shown.translate(SAME).lower()).split()
    return " ".join("".join(sorted(part, key=TONES.__contains__)) for part in parts)
