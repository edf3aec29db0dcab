"""Figures: cells as offices write them, with their marks; a column, or the user, decides between 32.6 and 32,600."""

import math
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from ruralincome.data.cells import bare, tidy
from ruralincome.data.forms.reading import STRONGEST, Figure, Mark
from ruralincome.series import InputError

WORDS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "vocabulary.toml").read_text(encoding="utf-8"))
NONE = frozenset(WORDS["none"])
NOTED: dict[str, Mark | None] = {"noted": None}  # marks that are kept as a note
FLAGS = {mark: NOTED.get(status, status) for status, marks in WORDS["marks"].items() for mark in marks}
FAR = 100.0  # a figure so many times the largest of its column is no sure proof of a mark between thousands
FIGURE = re.compile(WORDS["cells"]["figure"], re.DOTALL)


def decimal_sign(
    texts: Iterable[tuple[str, Any]], stated: str = "", at: Callable[[Any], InputError] = lambda where: where
) -> str:
    """The decimal sign of a column, "." where none of its cells needs one. texts: cells and where each stands; at: what
    names that. Raises InputError where two cells contradict each other, and none decides between 32.6 and 32,600."""
    if stated:
        return stated
    proof, doubts, sizes = dict[str, tuple[str, Any]](), list[tuple[str, Any, str]](), [0.0]
    for text, where in texts:
        parts = FIGURE.fullmatch(text)
        *whole, tail = re.split(r"[.,]", parts[2] if parts else "")
        signs = re.sub(r"[^.,]", "", parts[2] if parts else "")
        grouped = len(signs) > 1 and len({*signs}) == 1
        if len(signs) == 1 and len(tail) == 3 and 0 < len(whole[0]) < 4 and whole[0] != "0" and parts and not parts[3]:
            doubts.append((text, where, signs))
            continue
        sizes.append(float(re.sub(r"\D", "", "".join([*whole, tail] if grouped or not signs else whole)) or 0))
        if signs:
            proof.setdefault("," if grouped and signs[0] == "." else "." if grouped else signs[-1], (text, where))
    if len(proof) == 2:
        (one, where), (other, _) = proof[","], proof["."]
        raise InputError("data.two_decimals", where=at(where), one=one, other=other)
    sign = next(iter(proof), "")
    for text, where, used in doubts:
        size = float(re.sub(r"\D", "", FIGURE.sub(r"\2", text)) or 0)
        if not sign or (used != sign and size > FAR * max(sizes)):
            raise InputError("data.which_decimal", where=at(where), cell=text)
    return sign or "."


def read_figure(text: str, sign: str = ".", legend: Mapping[str, Mark | None] | None = None) -> Figure:
    """The figure of a cell in a column with that decimal sign; legend: what the file itself says of its marks. Raises
    InputError for what is no figure, and for (123), which is -123 to an accountant and a footnote to others."""
    cell = tidy(text)
    if (low := cell.casefold()) in NONE:
        nil = (legend or {}).get(cell) == "zero"
        return Figure("0", "zero", (cell,)) if nil else Figure("", "not_available", (cell,) if cell else ())
    if re.fullmatch(r"\([0-9., ]+\)", cell):
        raise InputError("data.brackets", cell=cell)
    if re.fullmatch(r":\s*[bcdefnprsuz]{1,3}|c", low):
        return Figure("", "confidential" if "c" in low else "not_available", (cell,))
    if (parts := FIGURE.fullmatch(cell)) is None:
        raise InputError("data.error_cell" if cell.startswith("#") else "data.no_figure", cell=cell)
    number = _number(parts[2].strip(), sign, cell) + (parts[3] or "")
    if not math.isfinite(float(number)):
        raise InputError("data.not_number", cell=cell)
    status, notes = flagged(parts[4].strip(), legend, cell)
    return Figure(("-" if parts[1] in ("-", "−") else "") + number, status, notes)


def flagged(mark: str, legend: Mapping[str, Mark | None] | None, cell: str) -> tuple[Mark, tuple[str, ...]]:
    """The status that marks beside a figure or a year say, and the marks. Raises InputError for one not known."""
    low = mark.casefold()
    inner = low.strip("() ")
    if known := [table[each] for table in (legend or {}, FLAGS) for each in (mark, low, inner) if each in table]:
        found = known[:1]
    elif re.fullmatch(r"\(?[0-9¹²³⁴-⁹]{1,2}\)|[¹²³⁴-⁹]*", mark):
        found = []
    elif re.fullmatch(r"[bcdefnprsuz]{2,4}", inner):
        found = [{**FLAGS, **(legend or {})}[letter] for letter in inner]
    else:
        raise InputError("data.mark", cell=cell, mark=mark)
    return min(filter(None, found), key=STRONGEST.index, default="final"), (mark,) if mark else ()


def status_of(words: str, legend: Mapping[str, Mark | None] | None = None, table: str = "statuses") -> Mark | None:
    """The status that the words of a column say, or of remarks; None where they are not known."""
    plain = bare(words).strip(" .:()")
    said = next((status for status, known in WORDS[table].items() if re.fullmatch(known, plain)), None)
    with suppress(InputError):
        return cast("Mark", said) or flagged(words, legend, words)[0]
    return None


def _number(number: str, sign: str, cell: str) -> str:
    """Digits with a decimal point from a number with that decimal sign and marks between its thousands."""
    whole, point, tail = number.partition(sign)
    between = {c for c in whole if not c.isdigit()}
    grouped = re.fullmatch(rf"[0-9]{{1,3}}(?:[{re.escape(''.join(between))}][0-9]{{3}})+", whole) if between else True
    if len(between) > 1 or not grouped or (tail and not tail.isdigit()):
        code = "data.other_decimal" if ("," if sign == "." else ".") in number else "data.no_figure"
        raise InputError(code, cell=cell, sign=sign)
    digits = re.sub(r"[^0-9]", "", whole) or "0"
    return f"{digits}.{tail}" if point and tail else digits
