"""PX: the statistical offices' own form, keywords with quoted values, read to a long sheet.

KEYS lists rows that are there; without it DATA deals all cells out, the heading varying fastest. A value may run over
lines and be given as several quoted texts. Source: PC-Axis file format, version 2013.
"""

import re
from itertools import product

from ruralincome.data.forms.sheet import Cell, Sheet, decoded
from ruralincome.series import InputError

KEYWORD = re.compile(r'([A-Z][A-Z0-9_-]*)(?:\[([a-z]{2})\])?(?:\(("(?:[^"]*)"(?:\s*,\s*"[^"]*")*)\))?\s*=')
QUOTED = re.compile(r'"([^"]*)"')
TOKEN = re.compile(r'"([^"]*)"|([^\s,;\t"]+)')
TIMES = r"(nam|năm|year|years|time|thời gian|period)"


def sheet(content: bytes, file: str) -> Sheet:
    """The table of a PX file as rows of labels and a figure. Raises InputError for a file that is not well formed."""
    declared = re.search(rb'CODEPAGE="([^"]+)"', content[:4000])
    try:
        text = content.decode(declared[1].decode()) if declared else decoded(content, file)[0]
    except (LookupError, UnicodeDecodeError):
        text = decoded(content, file)[0]
    words, data = _keywords(text.replace("\r\n", "\n"), file)
    stub, heading = words.get(("STUB", ""), []), words.get(("HEADING", ""), [])
    dimensions = [*stub, *heading]
    labels = {name: words.get(("VALUES", name), []) for name in dimensions}
    codes = {name: words.get(("CODES", name), []) or labels[name] for name in dimensions}
    if not dimensions or not all(labels.values()):
        raise InputError("data.form", file=file, why="STUB, HEADING, VALUES")
    keys = [name for name in stub if ("KEYS", name) in words]
    tokens = [quoted or bare for quoted, bare in TOKEN.findall(data)]
    dealt = [*product(*(labels[name] for name in (heading if keys else dimensions)))]
    step = len(keys) + len(dealt)
    if len(tokens) % step or not (keys or len(tokens) == step):
        raise InputError("data.form", file=file, why=f"DATA {len(tokens)} : {step}")
    known = [dict(zip([*labels[name], *codes[name]], 2 * labels[name], strict=True)) for name in keys]
    rows: list[tuple[tuple[str, ...], str]] = []
    for at in range(0, len(tokens), step):
        down, figures = tokens[at : at + len(keys)], tokens[at + len(keys) : at + step]
        if odd := [code for code, words_of in zip(down, known, strict=True) if code not in words_of]:
            raise InputError("data.form", file=file, why=f"KEYS {odd[0]}")
        named = [words_of[code] for code, words_of in zip(down, known, strict=True)]
        rows += [((*named, *over), figure) for over, figure in zip(dealt, figures, strict=True)]
    dimensions = [*keys, *heading] if keys else dimensions
    times = [n for n in dimensions if ("TIMEVAL", n) in words or re.fullmatch(TIMES, n.casefold())]
    heads = ["year" if name == (times or dimensions[-1:])[0] else name for name in dimensions]
    unit = (words.get(("UNITS", ""), [""]) or [""])[0]
    title = (words.get(("TITLE", ""), []) or words.get(("CONTENTS", ""), [""]))[0]
    told = [" ".join(found) for (key, _), found in words.items() if key in ("NOTE", "NOTEX", "VALUENOTE")]
    told += [f"Source: {' '.join(words['SOURCE', ''])}"] if ("SOURCE", "") in words else []
    lines: list[list[Cell]] = [[title], [*heads, "unit", "value"]]
    lines += [[*place, unit, figure] for place, figure in rows]
    lines += [[note] for note in told]
    return Sheet(file, lines, said=(InputError("data.read_form", form="PX"),), decimal=".")


def _keywords(text: str, file: str) -> tuple[dict[tuple[str, str], list[str]], str]:
    """Values by keyword and what it is about, in the file's first language, and the text of DATA."""
    words: dict[tuple[str, str], list[str]] = {}
    at = 0
    while found := KEYWORD.search(text, at):
        if found[1] == "DATA":
            return words, text[found.end() :].rsplit(";", 1)[0]
        end = re.compile(r'(?:"[^"]*"|[^";])*;').match(text, found.end())
        if end is None:
            break
        value = end[0][:-1]
        parts = [m[1].replace("#", " ") for m in QUOTED.finditer(re.sub(r'"\s*\n\s*"', "", value))]
        about = (QUOTED.findall(found[3]) or [""])[0] if found[3] else ""
        if not found[2]:
            words.setdefault((found[1], about), parts or [value.strip()])
        at = end.end()
    raise InputError("data.form", file=file, why="DATA")
