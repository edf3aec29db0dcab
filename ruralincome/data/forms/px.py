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
    across = list(product(*(labels[name] for name in heading)))
    rows: list[tuple[tuple[str, ...], str]] = []
    if keys:
        step, place = len(keys) + len(across), 0
        if len(tokens) % step:
            raise InputError("data.form", file=file, why=f"DATA {len(tokens)} % {step}")
        for place in range(0, len(tokens), step):
            given = dict(zip(keys, tokens[place : place + len(keys)], strict=True))
            if odd := [code for name, code in given.items() if code not in (*codes[name], *labels[name])]:
                raise InputError("data.form", file=file, why=f"KEYS {odd[0]}")
            down = tuple(_label(given[name], codes[name], labels[name]) for name in keys)
            rows += [((*down, *over), tokens[place + len(keys) + i]) for i, over in enumerate(across)]
        dimensions = [*keys, *heading]
    else:
        every = list(product(*(labels[name] for name in dimensions)))
        if len(tokens) != len(every):
            raise InputError("data.form", file=file, why=f"DATA {len(tokens)} != {len(every)}")
        rows = list(zip(every, tokens, strict=True))
    timed = next(
        (n for n in dimensions if ("TIMEVAL", n) in words or re.fullmatch(TIMES, n.casefold())), dimensions[-1]
    )
    heads = ["year" if name == timed else name for name in dimensions]
    unit = (words.get(("UNITS", ""), [""]) or [""])[0]
    title = (words.get(("TITLE", ""), []) or words.get(("CONTENTS", ""), [""]))[0]
    told = [" ".join(found) for (key, _), found in words.items() if key in ("NOTE", "NOTEX", "VALUENOTE", "SOURCE")]
    lines: list[list[Cell]] = [[title], [*heads, "unit", "value"]]
    lines += [[*place, unit, figure] for place, figure in rows]
    lines += [[note] for note in told]
    return Sheet(file, lines, said=(InputError("data.read_form", form="PX"),), decimal=".")


def _label(code: str, codes: list[str], labels: list[str]) -> str:
    return labels[codes.index(code)] if code in codes else code


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
