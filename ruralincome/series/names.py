"""Names: one name in two forms of Unicode is one; two that sound alike are none of them sure."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

NUMBER = re.compile(r"[-+]?[0-9.,]+(?:[eE][-+]?[0-9]+)?%?")
"""What a spreadsheet reads as a number, and runs no more than that."""
TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""The marks of the five tones: in Hòa and Hoà the same one stands over different letters."""
SAME = str.maketrans(
    dict.fromkeys("-\u2010\u2011\u2012\u2013\u2014\u2212", " ")
    | dict.fromkeys("'`\u00b4\u2018\u2019\u02bc\u2032", "")
    | {"\u00d0": "\u0110", "\u00f0": "\u0111", "\u0189": "\u0110"}
)
"""Dashes of all lengths, apostrophes (Ea H'leo), and the letters that look like Đ."""
UNSEEN = frozenset({"Cc", "Cf"})  # never seen: control codes and marks of no width (a soft hyphen, a byte order mark)


def clean(name: object) -> str:
    """A name in composed Unicode, without what is not seen: spaces at its ends or doubled, marks of no width."""
    words = bared(str(name))
    if not words.isprintable():
        words = "".join(c for c in words if c.isspace() or unicodedata.category(c) not in UNSEEN)
    return " ".join((words if words.isascii() else unicodedata.normalize("NFC", words)).split())


FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20\t\r")
"""How a text begins that a spreadsheet takes for a formula, in letters of full width too."""


def shielded(text: str) -> str:
    """A text for a CSV file: an apostrophe before one that a spreadsheet would run, and none before a number."""
    return f"'{text}" if len(text) > 1 and text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text


def bared(text: str) -> str:
    """The text of `shielded`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def each_letter(words: Sequence[str], letter: Callable[[str], str]) -> Iterator[str]:
    """Words, no line feeds within, of what `letter` makes of each letter; by numpy, where each makes one at most."""
    import numpy as np  # here, as `check` starts without

    for i in range(0, len(words), 1 << 14):  # few enough for the processor's cache
        text = "\n".join(words[i : i + (1 << 14)])
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        to = {c: letter(chr(c)) for c in np.flatnonzero(np.bincount(points)).tolist()} | {10: "\n"}
        if max(map(len, to.values())) > 1:  # of a syllable of Hangul three letters
            yield from text.translate(to).split("\n")
            continue
        table = np.zeros(max(to) + 1, np.uint32)
        table[[*to]] = [ord(c or "\0") for c in to.values()]
        yield from (found := table[points])[found > 0].tobytes().decode("utf-32-le", "surrogatepass").split("\n")


def sound(name: str) -> str:
    """A name in small letters, words with tones at their ends, without what is no difference: one sound, one text."""
    parts = unicodedata.normalize("NFD", name.translate(SAME).lower()).split()
    return " ".join("".join(sorted(part, key=TONES.__contains__)) for part in parts)
