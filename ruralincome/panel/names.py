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
        found, names = pd.factorize(frame[key], use_na_sentinel=True)  # one that is missing is -1: the last, empty one
        read = [clean(name) for name in names.tolist()]
        merged, shown = pd.factorize(np.array([*read, ""], object))
        heard, _ = pd.factorize(np.array([*_heard(read), ""], object))
        code *= len(shown)
        code += merged[found]
        parts.append((key, found, merged, shown, heard))
    code, distinct = pd.factorize(code)
    at = np.empty(len(distinct), np.int64)
    at[code[::-1]] = np.arange(len(code))[::-1]
    sound, table = np.zeros(len(at), np.int64), {}
    for key, found, merged, shown, heard in parts:
        table[key] = shown[merged[found[at]]]
        sound = sound * (heard.max() + 1) + heard[found[at]]
    sound, _ = pd.factorize(sound)
    return np.asarray(code, np.int64), pd.DataFrame(table), np.bincount(sound)[sound] > 1


def clean(name: object) -> str:
    """A name in composed Unicode, without spaces at its ends or doubled."""
    words = str(name)
    return " ".join((words if words.isascii() else unicodedata.normalize("NFC", words)).split())


def _heard(names: list[str]) -> list[str]:
    """Of each name what is left when capitals, the places of tones, dashes and apostrophes are no difference."""
    word = _Words().__getitem__
    return [" ".join(map(word, name.split(" "))).replace("  ", " ") for name in names]


class _Words(dict[str, str]):
    """Words in small letters, each of their parts with its tone at the end; the few that all names are made of stay."""

    def __missing__(self, shown: str) -> str:
        if shown.isascii() and shown.isalnum():
            return shown.lower()
        parts = unicodedata.normalize("NFD", shown.translate(SAME).lower()).split()
        found = self[shown] = " ".join("".join(sorted(part, key=TONES.__contains__)) for part in parts)
        return found
