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
PRIME = 0x9E3779B97F4A7C15
"""Odd and without pattern: the base of the polynomial that names are compared by, modulo 2^64."""
LONGEST, PART = 250, 1 << 16
"""Letters of a name, and names, that are put in one array."""


def places(frame: pd.DataFrame) -> tuple[Integers, pd.DataFrame, NDArray[np.bool_]]:
    """The number of each row's place in order of appearance, the names by number, and which names look alike.

    Alike are two places whose names differ in nothing but capitals, the letter a tone stands on, dashes or apostrophes.
    """
    import pandas as pd

    code, parts = np.zeros(len(frame), np.int64), []
    for key in (key for key in KEYS if key in frame):
        found, names = pd.factorize(frame[key], use_na_sentinel=True)  # one that is missing is -1: the last, empty one
        merged, shown = _distinct([*map(str, names.tolist()), ""])
        code *= len(shown)
        code += merged[found]
        parts.append((key, found, merged, shown))
    code, distinct = pd.factorize(code)
    at = np.empty(len(distinct), np.int64)
    at[code[::-1]] = np.arange(len(code))[::-1]
    sound, table = np.zeros(len(at), np.int64), {}
    for key, found, merged, shown in parts:
        which, heard = merged[found[at]], _heard(shown)
        table[key] = np.array(shown, object)[which]
        sound = sound * (heard.max() + 1) + heard[which]
    sound, _ = pd.factorize(sound)
    return np.asarray(code, np.int64), pd.DataFrame(table), np.bincount(sound)[sound] > 1


def clean(name: object) -> str:
    """A name in composed Unicode, without spaces at its ends or doubled."""
    words = str(name)
    return " ".join((words if words.isascii() else unicodedata.normalize("NFC", words)).split())


def _distinct(names: list[str]) -> tuple[Integers, list[str]]:
    """Which of the clean names each of `names`, all different, is; and those."""
    import pandas as pd

    text = "|".join(names)
    tidy = text.isprintable() and unicodedata.is_normalized("NFC", text)  # no space but the plain one is printable
    if tidy and not any(odd in text for odd in ("  ", " |", "| ")) and text.strip() == text:
        return np.arange(len(names)), names
    merged, shown = pd.factorize(np.array([clean(name) for name in names], object))
    return merged, shown.tolist()


def _heard(names: list[str]) -> Integers:
    """A number for each clean name; only capitals, places of tones, dashes or apostrophes differ within a number.

    A hash that knows of no such difference finds the few names that can be alike; those are compared as written.
    """
    import pandas as pd

    number, near = np.zeros(len(names), np.int64), np.arange(len(names))
    if max(map(len, names)) <= LONGEST:
        number, _ = pd.factorize(np.concatenate([_hash(names[i : i + PART]) for i in range(0, len(names), PART)]))
        near = np.flatnonzero(np.bincount(number)[number] > 1)
    same: dict[str, int] = {}
    for i in near.tolist():
        number[i] = len(names) + same.setdefault(_sound(names[i]), len(same))
    return np.asarray(number, np.int64)


def _hash(names: list[str]) -> NDArray[np.uint64]:
    """A number for each name: a polynomial of its letters in their order, and a sum of its tones in any."""
    units = np.array([*names, "_"])[:-1].view(np.uint32).reshape(len(names), -1)
    seen = np.zeros(int(units.max()) + 1, bool)
    seen[units] = True
    times, plus, tones = (np.full(len(seen), start, np.uint64) for start in (1, 0, 0))
    for unit in np.flatnonzero(seen).tolist():
        for mark in unicodedata.normalize("NFD", chr(unit).translate(SAME).lower()).replace("\u03c2", "\u03c3"):
            if mark in TONES:
                tones[unit] += np.uint64(ord(mark) ** 5 * PRIME % 2**64)
            elif mark not in " \0":
                times[unit] = int(times[unit]) * PRIME % 2**64
                plus[unit] = (int(plus[unit]) * PRIME + ord(mark)) % 2**64
    number = np.zeros(len(names), np.uint64)
    for column in units.T:
        number = number * times[column] + plus[column]
    return np.asarray(number + tones[units].sum(axis=1, dtype=np.uint64))


def _sound(name: str) -> str:
    """A name in small letters, each word with its tones at its end, without what is no difference."""
    parts = unicodedata.normalize("NFD", name.translate(SAME).lower()).split()
    return " ".join("".join(sorted(part, key=TONES.__contains__)) for part in parts)
