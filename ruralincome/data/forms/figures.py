"""Figures: cells as offices write them, with their marks; the decimal sign is decided over a whole column.

`32.600` is 32.6 to one and 32,600 to another: the other cells of its column decide it, or the user does (`--decimal`).
"""

import math
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from ruralincome.data.cells import bare, tidy
from ruralincome.data.forms.reading import Figure
from ruralincome.series import InputError
from ruralincome.series.series import Status

WORDS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "vocabulary.toml").read_text(encoding="utf-8"))
"""The vocabulary of offices' tables."""
NONE = frozenset(WORDS["none"])
FLAGS: dict[str, Status | None] = {
    mark: None if status == "noted" else status for status, marks in WORDS["marks"].items() for mark in marks
}
"""Marks beside a figure; None: kept as a note."""
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
    if parts[3] and not math.isfinite(float(number)):
        raise InputError("data.not_number", cell=cell)
    status, notes = flagged(parts[4].strip(), legend, cell)
    return Figure(("-" if parts[1] in ("-", "−") else "") + number, status, notes)


def flagged(mark: str, legend: Mapping[str, Status | None] | None, cell: str) -> tuple[Status, tuple[str, ...]]:
    """The status that marks beside a figure or a year say, and the marks. Raises InputError for one not known."""
    if not mark:
        return "final", ()
    known: dict[str, Status | None] = {**FLAGS, **(legend or {})}
    low = mark.casefold()
    found: list[Status | None] = []
    inner = low.strip("() ")
    if mark in known or low in known:
        found = [known[mark] if mark in known else known[low]]
    elif inner in known:
        found = [known[inner]]
    elif re.fullmatch(r"\(?[0-9¹²³⁴-⁹]{1,2}\)|[¹²³⁴-⁹]+", mark):
        return "final", (mark,)
    elif re.fullmatch(r"[bcdefnprsuz]{2,4}", inner):
        found = [known[letter] for letter in inner]
    else:
        raise InputError("data.mark", cell=cell, mark=mark)
    best = next((status for status in STRONGEST if status in found), "zero" if "zero" in found else "final")
    return best, (mark,)


def status_said(read: Figure, words: str, legend: Mapping[str, Status | None] | None = None) -> Figure:
    """A figure with what a column of status says of it; a word that is not known is kept as a note."""
    said = status_of(words, legend)
    tells = said is None or (said != "final" and (read.shown or said in ("confidential", "zero")))
    return read.marked(said or "final", (words,)) if tells else read


def status_of(words: str, legend: Mapping[str, Status | None] | None = None) -> Status | None:
    """The status that the words of a column say; None where they are not known."""
    for status, known in WORDS["statuses"].items():
        if re.fullmatch(known, bare(words).strip()):
            return cast("Status", status)
    try:
        return flagged(words, legend, words)[0]
    except InputError:
        return None


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
