"""Names of places: one name in two forms of Unicode is one place; two names that look alike are none of them sure."""

import unicodedata
from collections.abc import Sequence
from itertools import combinations, product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ruralincome.series.names import SAME, clean, sound

Integers = NDArray[np.int64]

KEYS = ("province", "district", "place")
"""Columns that name a place together: communes of one name stand in many districts."""


def places(frame: pd.DataFrame) -> tuple[Integers, pd.DataFrame, NDArray[np.bool_], NDArray[np.bool_]]:
    """The number of each row's place in order of appearance, the names by number, which look alike, which lack an area.

    Alike are two places whose names differ in nothing but capitals, the letter a tone stands on, dashes or apostrophes.
    Two places lack an area that differ in nothing but a district or a province that only one of them states.
    """
    code, parts = np.zeros(len(frame), np.int64), []
    for key in (key for key in KEYS if key in frame):
        found, names = pd.factorize(frame[key], use_na_sentinel=True)  # one that is missing is -1: the empty one
        words = list(map(str, names.tolist()))
        if "" not in words:
            words.append("")
        found = np.where(found < 0, words.index(""), found)
        merged, shown = _distinct(words)
        code *= len(shown)
        code += merged[found]
        parts.append((key, found, merged, shown))
    code, distinct = pd.factorize(code)
    at = np.empty(len(distinct), np.int64)
    at[code[::-1]] = np.arange(len(code))[::-1]
    table, sounds, empty = {}, [], []
    for key, found, merged, shown in parts:
        which, heard = merged[found[at]], _heard(shown)
        table[key] = np.array(shown, object)[which]
        sounds.append(heard[which])
        empty.append(which == shown.index("") if "" in shown else np.zeros(len(at), bool))
    sound = _together(sounds)
    alike = np.bincount(sound)[sound] > 1
    return np.asarray(code, np.int64), pd.DataFrame(table), alike, _lacking(sounds, empty)


def _together(columns: Sequence[Integers]) -> Integers:
    """One number for each row of the columns, from 0 on, the same for equal rows."""
    joint = columns[0]
    for column in columns[1:]:
        joint = joint * (column.max() + 1) + column
    return np.asarray(pd.factorize(joint)[0], np.int64)


def _lacking(sounds: Sequence[Integers], empty: Sequence[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """Places that are another one but for areas that one of the two does not state; the last column is the place."""
    found = np.zeros(len(sounds[-1]), bool)
    mixed = [i for i, column in enumerate(empty[:-1]) if column.any() and not column.all()]
    for some in (chosen for size in (1, 2) for chosen in combinations(mixed, size)):
        group = _together([column for i, column in enumerate(sounds) if i not in some])
        kinds = 1 << len(some)
        kind = np.zeros(len(found), np.int64)
        for bit, i in enumerate(some):
            kind |= empty[i].astype(np.int64) << bit
        there = np.bincount(group * kinds + kind, minlength=kinds * (int(group.max()) + 1)) > 0
        for one, other in product(range(kinds), repeat=2):
            if one != other and one | other == kinds - 1:  # of each area one of the two says nothing
                found |= (kind == one) & there[group * kinds + other]
    return found


def _distinct(names: list[str]) -> tuple[Integers, list[str]]:
    """Which of the clean names each of `names` is; and those."""
    text = "|".join(names)
    tidy = text.isprintable() and unicodedata.is_normalized("NFC", text)  # no space but the plain one is printable
    tidy = tidy and not any(odd in f"|{text}" for odd in ("  ", " |", "| ", "|'")) and text.strip() == text
    if tidy and len(set(names)) == len(names):  # 1 and "1" are one name
        return np.arange(len(names)), names
    merged, shown = pd.factorize(np.array([clean(name) for name in names], object))
    return merged, shown.tolist()


def _heard(names: list[str]) -> Integers:
    """A number for each clean name; only capitals, places of tones, dashes or apostrophes differ within a number.

    Names of other letters sound unlike: only those of the same letters, which are few, are compared as they sound.
    """
    text = "\n".join(names)
    letters = text.translate({ord(c): _letters(c) for c in set(text) - {"\n"}}).split("\n")
    number = np.asarray(pd.factorize(np.array(letters, object))[0], np.int64)
    same: dict[str, int] = {}
    for i in np.flatnonzero(np.bincount(number)[number] > 1).tolist():
        number[i] = len(names) + same.setdefault(sound(names[i]), len(same))
    return number


def _letters(c: str) -> str:
    """What is left of a letter without its marks and its capital; nothing of what two names of one sound differ in."""
    parts = unicodedata.normalize("NFD", c.translate(SAME).lower().casefold())
    return "".join(part for part in parts if not unicodedata.combining(part) and not part.isspace())
