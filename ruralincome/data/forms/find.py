"""The heads of a sheet: which line they are in, what each column is by them, which years stand among them."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ruralincome.data.forms import heads
from ruralincome.data.forms.figures import FLAGS
from ruralincome.data.forms.reading import Options
from ruralincome.data.forms.sheet import Cell, Sheet
from ruralincome.data.forms.words import WORDS, bare, tidy
from ruralincome.series import InputError
from ruralincome.series.series import Status

DEEP = 60
"""Rows among which the heads stand."""
LEGEND = re.compile(r"^(?:ghi chú|note)?\s*:?\s*(\(\*+\)|\*+|\.{2,3}|…|[-–]|[a-z]{1,3})\s*[:=]?\s+(.+)$", re.IGNORECASE)
NOTE = re.compile(
    r"^\s*(\(?\*+\)?|\(?[0-9]{1,2}\)|[¹²³]|ghi chú|chú thích|nguồn|note|notes|source|data from|last updated)", re.I
)
"""How a line begins that is no row of the table."""
Period = tuple[int, Status, tuple[str, ...]]


@dataclass(frozen=True)
class Headings:
    """The line of heads: its row (-1: there is none), columns by what they are, and the years among the heads.

    upper: the row of the wider heads, where those of a long table stand in two lines.
    """

    row: int
    roles: dict[str, int]
    periods: dict[int, Period]
    upper: int | None = None


def find(sheet: Sheet, options: Options) -> Headings | None:
    """The line of heads of a sheet, None where it has none."""
    named, spots = {bare(name): key for key, name in columns_of(options.columns).items()}, set[int]()
    for row in range(min(DEEP, len(sheet.rows))):
        texts = [sheet.text(row, c) for c in range(len(sheet.rows[row]))]
        if not any(t.strip() for t in texts):
            continue
        periods, faults = _periods(texts, options.year)
        roles: dict[str, int] = {}
        doubled = ""
        for column, text in enumerate(texts):
            key = named.get(bare(text), "" if named and heads.role(text) in named.values() else heads.role(text))
            if key and key != "aside" and column not in periods:
                if key in ("year", "value") and bare(texts[roles.setdefault(key, column)]) == bare(text):
                    doubled = text if roles[key] != column else doubled
                roles.setdefault(key, column)
        if named and not set(named.values()) <= set(roles):
            continue
        if "year" in roles and len(periods) + len(faults) < 2 and sum(bool(t.strip()) for t in texts) > 1:
            if _over_years(sheet, row, roles["year"], options):
                continue  # "Year" is merged over the years below it
            if "part" in roles:
                fault = InputError("data.not_annual", head=texts[roles["part"]])
                raise InputError("data.at", where=sheet.at(row, roles["part"]), fault=fault)
            if doubled:
                raise InputError("data.column_twice", file=sheet.file, column=doubled)
            return _second_line(sheet, row, roles)
        if periods and not roles and any(texts[c].strip() for c in spots):
            continue  # a row of figures that could be years, under a head that names places
        spots |= {roles["place"]} if "place" in roles and not periods else set()
        many = len(periods) + len(faults) > 1 and not any(
            re.fullmatch(r"[-+]?[0-9][0-9.,]*", t.strip()) for c, t in enumerate(texts) if c not in periods
        )
        if many or (len(periods) + len(faults) == 1 and {"place", "indicator", "province", "district"} & set(roles)):
            if faults:
                column, fault = next(iter(faults.items()))
                raise InputError("data.at", where=sheet.at(row, column), fault=fault)
            roles.pop("year", None)
            return Headings(row, roles, periods)
        if not named and _undercut(sheet, row, options):
            first = next(c for c, t in enumerate(texts) if t.strip())
            return Headings(row - 1, {"year": first, **_roles_above(sheet, row - 1, first)}, {})
    return None


def columns_of(stated: str) -> dict[str, str]:
    """Heads by what they are, from KIND=HEAD,KIND=HEAD. Raises InputError for a kind that is none."""
    pairs = [part.partition("=") for part in re.split(r",(?=\s*[a-z_]+=)", stated) if part.strip()]
    for key, _, name in pairs:
        known = [role for role in heads.ROLES if role not in ("aside", "part")]
        if key.strip() not in known or not name:
            raise InputError("data.columns", key=key, known=known)
    return {key.strip(): name.strip() for key, _, name in pairs}


def _over_years(sheet: Sheet, row: int, column: int, options: Options) -> bool:
    """Whether years stand below a head, and nothing beside it above them."""
    if row + 1 >= len(sheet.rows):
        return False
    below = [sheet.text(row + 1, c) for c in range(len(sheet.rows[row + 1]))]
    periods, faults = _periods(below, options.year)
    years = {*periods, *faults}
    return column in years and len(years) > 1 and not any(sheet.text(row, c).strip() for c in years - {column})


def carry_down(sheet: Sheet, body: Sequence[int], places: Sequence[int], first: int, merged: Container[object]) -> int:
    """Name the rows that leave their place empty by the row above, as a table does that writes a name once; how many.

    A finer place is not carried under a coarser one that is stated; a row of all places is that, whichever column
    before the `first` of figures says so.
    """
    above, count = dict[int, Cell](), 0
    for r in body if places else ():
        row, empty = sheet.rows[r], [c for c in sorted(places) if not sheet.text(r, c).strip()]
        if len(empty) == len(places) and (told := [t for t in map(str, row[:first]) if heads.total(t)]):
            row[empty[0]] = told[0]
            continue
        carried = [c for c in empty if all(other in empty for other in places if other < c) and above.get(c)]
        for c in carried:
            row[c] = above[c]
        count += any((r, c) not in merged for c in carried)
        above = {c: row[c] for c in places}
    return count


def _second_line(sheet: Sheet, row: int, roles: dict[str, int]) -> Headings:
    """The heads of a long table, with those that stand below a wider one: words alone, and none under other heads."""
    below = [sheet.text(row + 1, c).strip() for c in range(len(sheet.rows[row]))] if row + 1 < len(sheet.rows) else []
    words = {c for c, text in enumerate(below) if text}
    others = {c for key, c in roles.items() if key != "value"}
    if len(words) < 2 or words & others or any(re.match(r"[-+(.]?[0-9]|\W*$", below[c]) for c in words):
        return Headings(row, roles, {})
    more = {key: c for c in words if (key := heads.role(below[c])) not in ("", "aside", "value")}
    return Headings(row + 1, more | {key: c for key, c in roles.items() if key != "value"}, {}, row)


def filled(sheet: Sheet, row: int, found: Headings) -> bool:
    """Whether a row holds a figure of the table."""
    cells = sheet.rows[row]
    if found.periods:
        return any(isinstance(cells[c], float) or str(cells[c]).strip() for c in found.periods)
    when = cells[found.roles["year"]]
    return (isinstance(when, float) or bool(when.strip())) and len(cells) - cells.count("") > 1


def line(sheet: Sheet, row: int) -> str:
    """The words of a row, one after another."""
    return " ".join(t for c in range(len(sheet.rows[row])) if (t := tidy(sheet.text(row, c))))


def numbering(sheet: Sheet, row: int, columns: Iterable[int]) -> bool:
    """Whether a row numbers the columns: A, 1, 2, 3."""
    texts = [re.sub(r"[() ]", "", sheet.text(row, c)) for c in range(len(sheet.rows[row]))]
    numbers, others = [texts[c] for c in columns], texts[: min(columns)]
    if len(numbers) < 2 or not all(re.fullmatch(r"[0-9]{1,2}", text) for text in numbers):
        return False
    follow = all(int(b) == int(a) + 1 for a, b in pairwise(numbers))
    return follow and all(re.fullmatch(r"[A-D]?|[0-9]", text) for text in others)


def legend_of(below: list[str]) -> dict[str, Status | None]:
    """What the notes of a file say of its marks: `-` nil, (*) preliminary."""
    legend: dict[str, Status | None] = {}
    for note in below:
        if match := LEGEND.match(note):
            words = bare(match[2])
            legend[match[1]] = next((s for s, pattern in WORDS["legend"].items() if re.search(pattern, words)), None)
    return {mark: status for mark, status in legend.items() if status or mark not in FLAGS}


def _periods(texts: list[str], which: str) -> tuple[dict[int, Period], dict[int, InputError]]:
    periods, faults = {}, {}
    for column, text in enumerate(texts):
        try:
            if known := heads.period(text, which):
                periods[column] = known
        except InputError as fault:
            faults[column] = fault
    return periods, faults


def _undercut(sheet: Sheet, row: int, options: Options) -> bool:
    """Whether a row, and the next if there is one, is a year with figures behind it, under no head that says so."""
    for r in range(row, min(row + 2, len(sheet.rows))):
        texts = [t for c in range(len(sheet.rows[r])) if (t := sheet.text(r, c).strip())]
        if len(texts) < 2 or not _periods(texts[:1], options.year)[0]:
            return False
        if not all(re.fullmatch(r"[-+]?[0-9][0-9., ]*\D{0,5}|[-.…:]+", t) for t in texts[1:]):
            return False
    return True


def _roles_above(sheet: Sheet, row: int, first: int) -> dict[str, int]:
    texts = [sheet.text(row, c) for c in range(len(sheet.rows[row]))] if row >= 0 else []
    found = {heads.role(text): c for c, text in reversed(list(enumerate(texts))) if c != first}
    return {key: c for key, c in found.items() if key not in ("", "aside", "year")}
