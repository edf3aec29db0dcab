"""The heads of a sheet: which line they are in, what each column is by them, which years stand among them."""

import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ruralincome.data.cells import bare, tidy
from ruralincome.data.forms import heads
from ruralincome.data.forms.figures import FLAGS, NONE, WORDS, status_of
from ruralincome.data.forms.reading import Mark, Options, Remark
from ruralincome.data.table import Cell, Sheet
from ruralincome.series import InputError

DEEP, LOW = 60, 5  # rows among which the heads stand, and below a head, by which it is told what that is
LEGEND, YEARS = (re.compile(WORDS[key], re.IGNORECASE) for key in ("explains", "of_years"))
NOTE, ORDER = re.compile(WORDS["note"], re.IGNORECASE), re.compile(WORDS["cells"]["order"], re.IGNORECASE)
SPAN = re.compile(r"([12][0-9]{3})\s*[-–]\s*([12][0-9]{3})")
Period = tuple[int, Mark, tuple[str, ...]]


@dataclass(frozen=True)
class Headings:
    """The line of heads: its row (-1: there is none), columns by what they are, and the years among the heads. upper:
    the row of the wider heads, where those of a long table stand in two lines."""

    row: int
    roles: dict[str, int]
    periods: dict[int, Period]
    upper: int | None = None


def find(sheet: Sheet, options: Options) -> Headings | None:
    """The line of heads of a sheet, None where it has none."""
    stated, spots = columns_of(options.columns), set[int]()
    for row in range(min(DEEP, len(sheet.rows))):
        texts, (years, fault) = sheet.texts(row), _years(sheet, row, options)
        named = {name if name in map(tidy, texts) else bare(name): key for key, name in stated.items()}
        periods, roles, doubled = {c: period for c, period in years.items() if period}, dict[str, int](), ""
        for column, text in enumerate(texts):
            key = role_here(sheet, row, column)
            key = named.get(tidy(text)) or named.get(bare(text), "" if key in named.values() else key)
            if key and key != "aside" and column not in periods:
                if key in ("year", "value") and bare(texts[roles.setdefault(key, column)]) == bare(text):
                    doubled = text if roles[key] != column else doubled
                roles.setdefault(key, column)
        if not any(map(str.strip, texts)) or not {*named.values()} <= {*roles}:
            continue
        if "year" in roles and len(years) < 2 and sum(bool(t.strip()) for t in texts) > 1:
            below, column = _years(sheet, row + 1, options)[0], roles["year"]
            if len(below) > 1 and column in below and not any(texts[c].strip() for c in {*below} - {column}):
                continue  # "Year" is merged over the years below it
            if periods and column not in below and "".join(sheet.texts(row + 1)[column : column + 1]).strip():
                return Headings(row, {key: c for key, c in roles.items() if key != "year"}, periods)  # Năm | 2021
            if "part" in roles:
                with sheet.telling(row, roles["part"]):
                    raise InputError("data.not_annual", head=texts[roles["part"]])
            if doubled:
                raise InputError("data.column_twice", file=sheet.file, column=doubled)
            return _second_line(sheet, row, roles)
        if periods and not roles and any(texts[c].strip() for c in spots):
            continue  # a row of figures that could be years, under a head that names places
        spots |= {roles["place"]} if "place" in roles and not periods else set()
        others = (t.strip() for c, t in enumerate(texts) if c not in periods)
        many = len(years) > 1 and not any(re.fullmatch(r"[-+]?[0-9][0-9.,]*", t) for t in others)
        if many or (len(years) == 1 and {"place", "indicator", "province", "district"} & {*roles}):
            if fault:
                raise fault
            return Headings(row, {key: c for key, c in roles.items() if key != "year"}, periods)
        if not named and _undercut(sheet, row, options):
            first = next(c for c, t in enumerate(texts) if t.strip())
            above = [(role_here(sheet, row - 1, c), c) for c in range(len(sheet.texts(row - 1))) if c != first]
            found = {key: c for key, c in reversed(above) if key not in ("", "aside", "year")}
            return Headings(row - 1, {"year": first, **found}, {})
    return None


def role_here(sheet: Sheet, row: int, column: int) -> str:
    """What a column is by its head; what stands below and beside tells Nam (men) from Năm, Chi tiêu from Chỉ tiêu."""
    text, rows = tidy(sheet.text(row, column)), range(min(row + LOW, len(sheet.rows) - 1), row, -1)
    below, key = (t for r in rows if (t := tidy(sheet.text(r, column))) not in NONE), heads.role(text)
    odd = key in ("year", "indicator") and re.match(WORDS["unlike"], f"{text}|{next(below, '')}|{sheet.line(row)}")
    return "" if odd else key


def columns_of(stated: str) -> dict[str, str]:
    """Heads by what they are, from KIND=HEAD,KIND=HEAD. Raises InputError for a kind that is none."""
    pairs = (part.partition("=") for part in re.split(r",(?=\s*[a-z_]+=)", stated) if part.strip())
    found = {key.strip(): name.strip() for key, _, name in pairs}
    known = [role for role in heads.ROLES if role not in ("aside", "part")]
    for key in (key for key, name in found.items() if key not in known or not name):
        raise InputError("data.columns", key=key, known=known)
    return found


def carry_down(sheet: Sheet, body: Sequence[int], places: Sequence[int], first: int, merged: Container[object]) -> int:
    """Name the rows that leave their place empty by the row above; how many. A finer place is not carried under a
    coarser one; a row of all places is one, whichever column says so. Raises InputError where other rows repeat it."""
    above, count, stated, again, filled = dict[int, Cell](), 0, dict[int, Cell](), set[int](), dict[int, int]()
    full = all(isinstance(cell := sheet.rows[r][c], float) or cell.strip() for r in body for c in places)
    for r in () if full else body:
        row, empty = sheet.rows[r], [c for c in sorted(places) if not sheet.text(r, c).strip()]
        if len(empty) == len(places) and (told := [t for t in map(str, row[:first]) if heads.total(t)]):
            row[empty[0]] = told[0]
            continue
        carried = [c for c in empty if all(other in empty for other in places if other < c) and above.get(c)]
        for c in carried:
            row[c] = above[c]
        left = [c for c in carried if (r, c) not in merged]
        count, filled = count + bool(left), dict.fromkeys(left, r) | filled
        again |= {c for c in places if c not in empty and stated.get(c) == row[c]}
        above, stated = {c: row[c] for c in places}, {c: row[c] for c in places if c not in empty}
    for c in again & filled.keys():
        raise InputError("data.no_place", where=sheet.at(filled[c], c))
    return count


def body(sheet: Sheet, found: Headings) -> list[int]:
    """The rows below the heads that hold a figure of the table."""
    rows, wide, at = enumerate(sheet.rows), [*found.periods], found.roles.get("year", 0)
    if wide:
        return [r for r, x in rows if r > found.row and any(isinstance(t := x[c], float) or t.strip() for c in wide)]
    there = ((r, x) for r, x in rows if r > found.row and len(x) - x.count("") > 1)
    return [r for r, x in there if isinstance(t := x[at], float) or t.strip()]


def wordy(sheet: Sheet, body: Sequence[int], columns: Iterable[int], long: bool) -> list[int]:
    """The columns of words by which rows differ; not those of remarks, all different."""
    found = list[int]()
    for c in columns:
        texts = (cell.strip() for r in body if isinstance(cell := sheet.rows[r][c], str))
        words = [t for t in texts if t and not re.match(r"[-+]?[0-9]", t)]
        free = long and len({*words}) == len(body) > 2  # words of each row
        found += [c] if words and not free and (len({*words}) > 1 or (not long and len(body) == 1)) else []
    return found


def again(sheet: Sheet, row: int, found: Headings) -> bool:
    """Whether a row is the wide heads above it once more. Raises InputError for heads of other years."""
    texts, periods = sheet.texts(row), found.periods
    if all(texts[c] == sheet.text(found.row, c) for c in periods):
        return True
    told, others = ([t for c, t in enumerate(texts) if t.strip() and (c in periods) == own] for own in (True, False))
    like = all(heads.planned(t) or heads.period(t, "first") for t in told) and all(map(heads.role, others))
    if like and len(told) + len(others) > 1:
        raise InputError("data.second_table", where=sheet.at(row, min(periods)), head=told[0])
    return False


def head_of_column(sheet: Sheet, found: Headings, column: int) -> str:
    """The head of a column; above it, where the line of years leaves it empty."""
    row, upper = found.row, found.upper
    own = next((t for r in (row, row - 1, row - 2) if r >= 0 and (t := tidy(sheet.text(r, column)))), "")
    if upper is None or not sheet.text(row, column).strip():
        return own
    over = next((c for c in range(column, -1, -1) if tidy(sheet.text(upper, c))), column)
    return "; ".join([*([] if role_here(sheet, upper, over) else [tidy(sheet.text(upper, over))]), own])


def groups_above(sheet: Sheet, found: Headings, label: Callable[[int, int], str]) -> dict[int, str]:
    """What stands above each year, carried to the right as a merged cell is."""
    row, columns = found.row - 1, sorted(found.periods)
    words = [label(row, c) if row >= 0 else "" for c in columns]
    for i in range(1, len(words)):
        words[i] = words[i] or words[i - 1]
    alone = sum(bool(text.strip()) for text in sheet.texts(row)) == 1
    title = alone and len({year for year, _, _ in found.periods.values()}) == len(columns)
    if title or (heads.stated_unit(words[0]) and len({*words}) == 1):
        return dict.fromkeys(columns, "")
    units = {word for word in words if heads.UNIT.match(word) and (heads.stated_unit(word) or len({*words}) == 1)}
    men = {label(row, c) for c in columns if row >= 0 and sheet.text(row, c).strip() and not role_here(sheet, row, c)}
    idle = {word for word in {*words} - men if heads.role(word) == "year"} | (units if len(units) == 1 else {*()})
    return {c: "" if word in idle else word for c, word in zip(columns, words, strict=True)}


def _second_line(sheet: Sheet, row: int, roles: dict[str, int]) -> Headings:
    """The heads of a long table, with those that stand below a wider one: words alone, and none under other heads."""
    words = {c: text.strip() for c, text in enumerate(sheet.texts(row + 1)) if text.strip()}
    others = {key: c for key, c in roles.items() if key != "value"}
    figures = any(re.match(r"[-+(.]?[0-9]|\W*$", text) for text in words.values())
    if len(words) < 2 or {*words} & {*others.values()} or figures:
        return Headings(row, roles, {})
    more = {key: c for c in words if (key := role_here(sheet, row + 1, c)) not in ("", "aside", "value")}
    return Headings(row + 1, more | others, {}, row)


def numbering(sheet: Sheet, row: int, columns: Iterable[int]) -> bool:
    """Whether a row numbers the columns: A, 1, 2, 3."""
    texts = [re.sub(r"[() ]", "", text) for text in sheet.texts(row)]
    numbers, others = [texts[c] for c in columns], texts[: min(columns)]
    if len(numbers) < 2 or not all(re.fullmatch(r"[0-9]{1,2}", text) for text in numbers):
        return False
    if any(re.fullmatch(r"[B-D]", text.strip()) for text in sheet.texts(row + 1)[: min(columns)]):
        return False  # places are called A and B
    follow = int(numbers[0]) <= len(others) + 1 and all(int(b) == int(a) + 1 for a, b in pairwise(numbers))
    return follow and all(re.fullmatch(r"[A-D]?|[0-9]", text) for text in others)


def orders(sheet: Sheet, body: Sequence[int], column: int) -> bool:
    """Whether a column numbers the rows (1., 02, 1a, IV), or those of each group."""
    texts = [t for r in body if (t := sheet.text(r, column).strip(" .()"))]
    numbers = [int(found[0]) for t in texts if (found := re.match(r"[0-9]{1,3}", t))]
    up = all(b >= a or b in (0, 1) for a, b in pairwise([999, *numbers]))  # gaps are of rows that were taken out
    return bool(numbers) and up and max(numbers) <= 2 * len(numbers) and all(map(ORDER.fullmatch, texts))


def continues(titles: Sequence[str], title: str, heading: str) -> bool:
    """Whether lines between rows say that the table goes on: (Tiếp theo), or its own title once more."""
    line = bare(" ".join(titles))
    said, known = ({*re.findall(r"[^\W\d]+", re.sub(WORDS["continued"], " ", t))} for t in (line, bare(heading)))
    return said <= known and bool(re.search(WORDS["continued"], line) or bare(title) in map(bare, titles))


def block(sheet: Sheet, row: int, part: str, unit: str, names: Sequence[str]) -> None:
    """Raises InputError for a line that begins a table without heads of its own, by its unit or, given names, title."""
    line, before = sheet.line(row), re.fullmatch(WORDS["blocks"], bare(part))  # where each indicator has its line
    new = names and re.fullmatch(WORDS["blocks"], bare(line)) and not continues([line], *names)
    if not before and (new or heads.stated_unit(line) not in ("", unit)):
        raise InputError("data.second_block", where=sheet.at(row, 0), title=line)


def refuse_plans(sheet: Sheet, row: int, told: Sequence[str]) -> None:
    """Raises InputError for a title that says that its figures are planned, under heads that tell none of them so."""
    if re.fullmatch(WORDS["foretold"], bare(sheet.line(row))) and not any(re.search(WORDS["told"], t) for t in told):
        raise InputError("data.foretold", where=sheet.at(row, 0), title=sheet.line(row))


def legend_of(below: list[str]) -> dict[str, Mark | None]:
    """What the notes of a file say of its marks: `-` nil, (*) preliminary, unless a note is of * alone."""
    legend = dict[str, Mark | None]()
    for mark, words in ((note[1], bare(note[2])) for note in map(LEGEND.match, below) if note):
        known = next((status for status, pattern in WORDS["legend"].items() if re.search(pattern, words)), None)
        said = status_of(words, table="remarks") if re.search("[0-9]", mark) else known  # (1) may only speak of a plan
        if said or mark.strip("()") not in FLAGS:
            legend = {mark.strip("()"): said} | legend | {mark: said}
    return legend


def said_of_years(below: list[str]) -> dict[int, list[Remark]]:
    """What notes say of whole years: Ghi chú: năm 2022 là số kế hoạch; a source, or what a mark is, is of none."""
    told = dict[int, list[Remark]]()
    for note in (found[1] for found in map(YEARS.fullmatch, below) if found):
        words = SPAN.sub(lambda m: " ".join(map(str, range(int(m[1]), int(m[2]) + 1))), note)
        said = status_of(words, table="remarks")
        for year in re.findall("[12][0-9]{3}", words) if said not in (None, "final") else ():
            told.setdefault(int(year), []).append((said or "final", (note,)))
    return told


def _years(sheet: Sheet, row: int, options: Options) -> tuple[dict[int, Period | None], InputError | None]:
    """The periods of a row by column, None for one that cannot stand, and what is wrong with the first of these."""
    found, first = dict[int, Period | None](), None
    for column in range(len(sheet.texts(row))):
        try:
            if period := heads.period(sheet.marked(row, column), options.year):
                found[column] = period
        except InputError as fault:
            found[column] = None
            first = first or InputError("data.at", where=sheet.at(row, column), fault=fault)
    return found, first


def _undercut(sheet: Sheet, row: int, options: Options) -> bool:
    """Whether a row, and the next if there is one, is a year with figures behind it, under no head that says so."""
    for r in range(row, min(row + 2, len(sheet.rows))):
        told = {c: text.strip() for c, text in enumerate(sheet.texts(r)) if text.strip()}
        if len(told) < 2 or not _years(sheet, r, options)[0].get(min(told)):
            return False
        if not all(re.fullmatch(r"[-+]?[0-9][0-9., ]*\D{0,5}|[-.…:]+", told[c]) for c in told if c > min(told)):
            return False
    return True
