"""Figures: cells as offices write them, with their marks; the decimal sign is decided over a whole column.

`32.600` is 32.6 to one and 32,600 to another: the other cells of its column decide it, or the user does (`--decimal`).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ruralincome.data.forms.reading import Figure
from ruralincome.series import InputError
from ruralincome.series.series import Status

SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " ") | {0xFEFF: ""}
NONE = {
    *("", "..", "...", "…", "-", "–", "—", ":", ".", "x"),
    *("na", "n/a", "n.a.", "n.a", "nan", "null", "#n/a", "error: #n/a"),
}
"""What stands where there is no figure; `-` is nil only where the file's own legend says so."""
MARKS: dict[Status | None, tuple[str, ...]] = {
    "break": ("b",),
    "confidential": ("c",),
    "estimate": ("e", "s", "f", "ước", "est", "est."),
    "preliminary": ("p", "(p)", "prel", "prel.", "sb", "*", "(*)", "sơ bộ"),
    None: ("d", "n", "r", "u", "z", "%"),
}
FLAGS = {mark: status for status, marks in MARKS.items() for mark in marks}
"""Marks beside a figure: Eurostat's letters, and those of Vietnamese tables. None: kept as a note."""
SAID: dict[Status, str] = {
    "final": "final|chinh thuc|a|normal",
    "preliminary": "preliminary|so bo|provisional",
    "estimate": "estimated?|uoc tinh|i",
    "break": "break",
    "not_available": "not_available|m|o|l",
    "confidential": "confidential",
    "zero": "zero",
}
"""Words of a column of status, with the codes of SDMX (CL_OBS_STATUS) that are no marks of a cell."""
STRONGEST = ("confidential", "break", "estimate", "preliminary")
FAR = 100.0
"""A figure so many times the largest of its column is no sure proof of a mark between thousands."""
FIGURE = re.compile(
    r"([-+−]?)([0-9]+(?:[.,][0-9]+|[ '’][0-9]{3}(?![0-9]))*[.,]?|[.,][0-9]+)((?<=[0-9])[eE][-+]?[0-9]+)?\s*(.*)",
    re.DOTALL,
)


def decimal_sign(
    texts: Iterable[tuple[str, Any]], stated: str = "", at: Callable[[Any], InputError] = lambda where: where
) -> str:
    """The decimal sign of a column, "." where none of its cells needs one. texts: cells and where each stands; at: what
    names that in a fault.

    Raises InputError where two cells contradict each other, and where no cell decides between 32.6 and 32,600.
    """
    if stated:
        return stated
    proof: dict[str, tuple[str, Any]] = {}
    doubts: list[tuple[str, Any, str]] = []
    sizes = [0.0]
    for text, where in texts:
        parts = FIGURE.fullmatch(text)
        number = parts[2] if parts else ""
        signs = [c for c in number if c in ".,"]
        tail = re.split(r"[.,]", number)
        if parts is None or not signs:
            sizes.append(float(re.sub(r"\D", "", number) or 0))
        elif len(set(signs)) == 2:
            proof.setdefault(signs[-1], (text, where))
            sizes.append(float(re.sub(r"\D", "", "".join(tail[:-1]))))
        elif len(signs) > 1:
            proof.setdefault("," if signs[0] == "." else ".", (text, where))
            sizes.append(float(re.sub(r"\D", "", "".join(tail))))
        elif len(tail[1]) != 3 or tail[0] in ("", "0") or len(tail[0]) > 3 or parts[3]:
            proof.setdefault(signs[0], (text, where))
            sizes.append(float(re.sub(r"\D", "", tail[0]) or 0))
        else:
            doubts.append((text, where, signs[0]))
    if len(proof) == 2:
        (one, where), (other, _) = proof[","], proof["."]
        raise InputError("data.two_decimals", where=at(where), one=one, other=other)
    sign = next(iter(proof), "")
    for text, where, used in doubts:
        grouped = float(re.sub(r"\D", "", FIGURE.sub(r"\2", text)) or 0)
        if not sign or (used != sign and grouped > FAR * max(sizes)):
            raise InputError("data.which_decimal", where=at(where), cell=text)
    return sign or "."


def figure(text: str, sign: str = ".", legend: Mapping[str, Status | None] | None = None) -> Figure:
    """The figure of a cell in a column with that decimal sign; legend: what the file itself says of its marks.

    Raises InputError for what is no figure, and for (123), which is -123 to an accountant and a footnote to others.

    >>> figure("1 234,5 (*)", ",")
    Figure(shown='1234.5', status='preliminary', notes=('(*)',))
    """
    cell = tidy(text)
    low = cell.casefold()
    if low in NONE:
        if (legend or {}).get(cell) == "zero":
            return Figure("0", "zero", (cell,))
        return Figure("", "not_available", (cell,) if cell else ())
    if re.fullmatch(r"\([0-9., ]+\)", cell):
        raise InputError("data.brackets", cell=cell)
    if re.fullmatch(r":?\s*c", low):
        return Figure("", "confidential", (cell,))
    if flags := re.fullmatch(r":\s*([bcdefnprsuz]{1,3})", low):
        return Figure("", "confidential" if "c" in flags[1] else "not_available", (cell,))
    parts = FIGURE.fullmatch(cell)
    if parts is None:
        raise InputError("data.error_cell" if cell.startswith("#") else "data.no_figure", cell=cell)
    number = _number(parts[2].strip(), sign, cell) + (parts[3] or "")
    status, notes = flagged(parts[4].strip(), legend, cell)
    return Figure(("-" if parts[1] in ("-", "−") else "") + number, status, notes)


def flagged(mark: str, legend: Mapping[str, Status | None] | None, cell: str) -> tuple[Status, tuple[str, ...]]:
    """The status that marks beside a figure or a year say, and the marks. Raises InputError for one not known."""
    if not mark:
        return "final", ()
    known: dict[str, Status | None] = {**FLAGS, **(legend or {})}
    low = mark.casefold()
    found: list[Status | None] = []
    bare = low.strip("() ")
    if mark in known or low in known:
        found = [known[mark] if mark in known else known[low]]
    elif bare in known:
        found = [known[bare]]
    elif re.fullmatch(r"\(?[0-9¹²³⁴-⁹]{1,2}\)|[¹²³⁴-⁹]+", mark):
        return "final", (mark,)
    elif re.fullmatch(r"[bcdefnprsuz]{2,4}", bare):
        found = [known[letter] for letter in bare]
    else:
        raise InputError("data.mark", cell=cell, mark=mark)
    best = next((status for status in STRONGEST if status in found), "zero" if "zero" in found else "final")
    return best, (mark,)


def status_said(read: Figure, words: str, legend: Mapping[str, Status | None] | None = None) -> Figure:
    """A figure with what a column of status says of it; a word that is not known is kept as a note."""
    said = status_of(words, legend)
    if said is None:
        return Figure(read.shown, read.status, (*read.notes, words))
    if said == "final" or not (read.shown or said in ("confidential", "zero")):
        return read
    return Figure(read.shown, said, (*read.notes, words))


def status_of(words: str, legend: Mapping[str, Status | None] | None = None) -> Status | None:
    """The status that the words of a column say; None where they are not known."""
    plain = "".join(c for c in unicodedata.normalize("NFD", words) if not unicodedata.combining(c)).casefold().strip()
    for status, known in SAID.items():
        if re.fullmatch(known, plain):
            return status
    try:
        return flagged(words, legend, words)[0]
    except InputError:
        return None


def tidy(text: str) -> str:
    """A cell without doubled spaces, the narrow and unbreakable ones being spaces."""
    return " ".join((text if text.isascii() else text.translate(SPACES)).split())


def _number(number: str, sign: str, cell: str) -> str:
    """Digits with a decimal point from a number with that decimal sign and marks between its thousands."""
    other = "," if sign == "." else "."
    whole, point, tail = number.partition(sign)
    between = "".join(sorted({c for c in whole if not c.isdigit()}))
    sound = not between or (
        len(between) == 1 and re.fullmatch(rf"[0-9]{{1,3}}(?:[{re.escape(between)}][0-9]{{3}})+", whole)
    )
    if not sound or (tail and not tail.isdigit()):
        code = "data.other_decimal" if other in number else "data.no_figure"
        raise InputError(code, cell=cell, sign=sign)
    digits = re.sub(r"[^0-9]", "", whole) or "0"
    return f"{digits}.{tail}" if point and tail else digits
