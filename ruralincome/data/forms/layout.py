"""Layout: where a sheet holds its figures and what each of them is of; none of them is left out in silence."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from ruralincome.data.cells import bare, tidy
from ruralincome.data.forms import heads
from ruralincome.data.forms.figures import WORDS, decimal_sign, figure, flagged, status_said
from ruralincome.data.forms.find import NOTE, Period, carry_down, find, legend_of, numbering
from ruralincome.data.forms.reading import NOTHING, Figure, Key, Options, Reading, Reported, collect, day, plain
from ruralincome.data.table import Cell, Sheet
from ruralincome.series import InputError
from ruralincome.series.names import clean
from ruralincome.series.units import unit_of

COUNTS = re.compile(r"\s*(?:[-+−(.…:]|[0-9]|[a-z/#. ]{1,12}$)", re.IGNORECASE)
"""A cell of a table of figures: one, or a mark that there is none."""
NUMBERS = ("target", "population", "standard_error", "sample_size", "design_effect")
MORE = ("code", "district", "province", "group", "source", "published", "target_year", *NUMBERS)
"""Columns that a reading carries beside its figures."""
_cleaned = lru_cache(4096)(clean)


def readings(sheet: Sheet, options: Options) -> list[Reading]:
    """All figures of a sheet. Raises InputError naming cell, text and remedy for what cannot be read for sure."""
    rows = _Rows(sheet.even(), options)
    groups = rows.groups()
    totals = {key: groups.pop(key) for key in [*groups] if heads.total(key.place)}
    regions = [key for key in groups if heads.total(key.place, "regions")]
    if len({key.place for key in regions}) > 1 and len(regions) < len(groups):
        totals |= {key: groups.pop(key) for key in regions}
    if not groups:  # the file is of all places together
        for key in [*totals]:
            whole = key if heads.total(key.place, "countries") else key._replace(place="")
            groups.setdefault(whole, []).extend(totals.pop(key))
    if not any(cell[1][0] for cells in groups.values() for cell in cells):
        raise InputError("data.no_row", file=sheet.file)
    code = "data.read_wide" if rows.found.periods else "data.read_long"
    told = [*sheet.said, InputError(code, row=rows.found.row + 1, last=rows.last + 1)]
    counts: dict[str, Mapping[str, Any]] = {
        "totals": {"names": tuple(dict.fromkeys(key.place for key in totals))}, "unread": {"columns": rows.unread()},
        "carried": {"count": rows.carried}, "notes": {"count": len(rows.below)},
    }  # fmt: skip
    told += [InputError(f"data.read_{what}", **facts) for what, facts in counts.items() if any(facts.values())]
    told += [InputError("data.read_comma" if rows.sign == "," else "data.read_point")] if rows.signed else []
    found = collect(groups, told, rows.below, sheet)
    for i, one in enumerate(found):
        if heads.real(f"{one.indicator} {one.unit}", rows.heading):
            found[i] = replace(one, understood=(*one.understood, InputError("data.read_real")))
    return found


class _Kind(NamedTuple):
    """What columns of figures are of: the place that their head names, or else what; the words of their unit."""

    name: str = ""
    place: str = ""
    unit: str = ""


class _Rows:
    """The table of a sheet: where its heads are, and what its rows say. body: rows of figures, to the `last`; below:
    notes; at: columns of figures; sign: of decimals; signed: whether any figure needs one; extra: columns of words that
    tell rows apart; more: those that a reading carries beside figures."""

    def __init__(self, sheet: Sheet, options: Options) -> None:
        found = find(sheet, options)
        if found is None:
            facts = {"file": sheet.file, "sheet": sheet.name or sheet.file, "columns": options.columns}
            raise InputError("data.no_such_columns" if options.columns else "data.no_heads", **facts)
        self.sheet, self.options, self.found, self.roles, self.carried = sheet, options, found, found.roles, 0
        self.wide, under, self.over = len(sheet.rows[0]), range(found.row + 1, len(sheet.rows)), sheet.covered()
        self.times, self.read = dict[Cell, Period](), dict[Cell, Figure]()
        self.heads = [self._head(c) for c in range(self.wide)]
        self.body = [r for r in under if self._filled(r)]
        periods = found.periods
        while self.body and periods and not any(COUNTS.match(sheet.text(self.body[-1], c)) for c in periods):
            self.body.pop()  # signatures and the like, where the table has ended
        self.last, inside = self.body[-1] if self.body else found.row, {*self.body}
        lines = {r: words for r in under if r not in inside and (words := sheet.line(r))}
        self.below = [words for r, words in lines.items() if r > self.last]
        self.below += [words for r, words in lines.items() if r < self.last and NOTE.match(words)]
        self.legend = legend_of(self.below)
        titles = [t for r in range(max(found.row, 0)) if (t := sheet.line(r)) and not NOTE.match(t)]
        self.title = next((t for t in titles if not heads.stated_unit(t) or len(t) > 40), "")
        self.heading = " ".join(titles)
        self.written = next(filter(None, map(heads.stated_unit, titles)), "")
        self.places = [self.roles[key] for key in ("place", "district", "province") if key in self.roles]
        self.places = self.places or [self.roles[key] for key in ("code",) if key in self.roles]
        self.at = [*found.periods] or self._value_columns()
        for r in (r for r in lines if not periods and r < self.last and any(self._number(r, c) for c in self.at)):
            with sheet.telling(r, self.roles["year"]):
                raise InputError("data.not_year", cell="")  # a figure without a year
        self.sign, self.signed = self._sign(self.at)
        self.extra = self._telling()
        headed = max((c for c in range(self.wide) if self.heads[c]), default=self.wide)
        for r in self.body if not sheet.name and found.row >= 0 and headed + 1 < self.wide else ():
            if any(re.match(r"\s*[0-9]", str(cell)) for cell in sheet.rows[r][headed + 1 :]):  # parted by its comma
                raise InputError("data.uneven", where=InputError("data.row", file=sheet.file, row=r + 1))
        self.more = {key: c for key, c in self.roles.items() if key in MORE or (key == "place" and self.places[1:])}
        self.signs = {key: self._sign([c])[0] for key, c in self.more.items() if key in NUMBERS}

    def groups(self) -> dict[Key, list[Reported]]:
        """All figures, by what they are of."""
        periods, kinds, naming, known = self.found.periods, self._kinds(), self._naming(), self.read
        status = None if periods else self.roles.get("status")
        self.carried = carry_down(self.sheet, self.body, self.places, min(self.at), self.over)
        columns, distinct = [(c, kind, periods.get(c)) for c, kind in kinds.items()], dict.fromkeys(kinds.values())
        groups: dict[Key, list[Reported]] = {}
        said: dict[tuple[Cell, ...], tuple[dict[_Kind, list[Reported]], Mapping[str, str]]] = {}
        part, headed, inside, marked = "", False, {*self.body}, bool(self.sheet.marks)
        for r in range(self.found.row + 1, self.last + 1):
            if r not in inside:
                above = self.sheet.line(r) if periods else ""
                part, headed = (above, True) if above and not NOTE.match(above) else (part, headed)
                continue
            if periods and all(self.sheet.text(r, c) == self.sheet.text(self.found.row, c) for c in periods):
                self.title, part, headed = (part, "", False) if headed else (self.title, part, False)
                continue  # the heads once more, perhaps under a title of their own
            if periods and r == self.body[0] and numbering(self.sheet, r, periods):
                continue
            row = self.sheet.rows[r]
            same, headed = (self.title, part, *[row[c] for c in naming]), False
            if self.over or same not in said:  # rows that say the same are looked at once
                keys = {kind: self._key(r, kind, part) for kind in distinct}
                said[same] = {kind: groups.setdefault(key, []) for kind, key in keys.items()}, self._more(r)
            into, more = said[same]
            of_row = None if periods else self._when(r)
            words = "" if status is None else self._label(r, status)
            for c, kind, own in columns:
                year, early, marks = own or of_row  # type: ignore[misc]
                read = self._figure(r, c) if marked else known.get(row[c]) or self._figure(r, c)
                read = status_said(read, words, self.legend) if words else read
                read = read if early == "final" else read.under(early, marks)
                into[kind].append(Reported(year, read, r, c, more))
        return groups

    def unread(self) -> tuple[str, ...]:
        """Heads of columns that hold figures and are not read."""
        taken = {*self.at, *self.extra}
        return tuple(self.heads[c] for c in self._free() if self.heads[c] and c not in taken and self._counts(c))

    def _filled(self, row: int) -> bool:
        """Whether a row holds a figure of the table."""
        cells, periods = self.sheet.rows[row], self.found.periods
        if periods:
            return any(isinstance(cells[c], float) or str(cells[c]).strip() for c in periods)
        when = cells[self.roles["year"]]
        return (isinstance(when, float) or bool(when.strip())) and len(cells) - cells.count("") > 1

    def _free(self) -> list[int]:
        """Columns whose heads say neither what they are nor that they stand aside."""
        taken = {*self.roles.values()}
        return [c for c in range(self.wide) if c not in taken and heads.role(self.heads[c]) != "aside"]

    def _sign(self, columns: list[int]) -> tuple[str, bool]:
        """The decimal sign of columns, and whether any of their cells needs one."""
        rows, at = self.sheet.rows, self.sheet.at
        cells = [(tidy(t), (r, c)) for r in self.body for c in columns if (t := rows[r][c]) and isinstance(t, str)]
        sign = decimal_sign(cells, self.options.decimal or self.sheet.decimal, lambda where: at(*where))
        return sign, any("," in text or "." in text.strip(". ") for text, _ in cells)

    def _figure(self, row: int, column: int) -> Figure:
        cell, mark = self.sheet.rows[row][column], self.sheet.marks.get((row, column), "")
        with self.sheet.telling(row, column):
            read = figure(cell, self.sign, self.legend) if isinstance(cell, str) else Figure(plain(cell))
            self.read[cell] = read
            return read.marked(*flagged(mark, self.legend, mark)) if mark else read

    def _more(self, row: int) -> Mapping[str, str]:
        """What further columns say: words as they stand, numbers with a point, days as YYYY-MM-DD."""
        found = {}
        for key, column in self.more.items():
            if text := self._label(row, column):
                with self.sheet.telling(row, column):
                    cell = self.sheet.rows[row][column]
                    if key in NUMBERS:
                        text = plain(cell) if isinstance(cell, float) else figure(text, self.signs[key]).shown
                    found[key] = day(text) if key == "published" else text
        if "target" in found and (when := re.search(r"[12][0-9]{3}", self.heads[self.more["target"]])):
            found.setdefault("target_year", when[0])
        stated = {"published": day(self.options.published)} if self.options.published else {}
        return stated | found or NOTHING

    def _head(self, column: int) -> str:
        """The head of a column; above it, where the line of years leaves it empty."""
        row, upper = self.found.row, self.found.upper
        own = next((t for r in (row, row - 1, row - 2) if r >= 0 and (t := tidy(self.sheet.text(r, column)))), "")
        if upper is None or not self.sheet.text(row, column).strip():
            return own
        wider = next((t for c in range(column, -1, -1) if (t := tidy(self.sheet.text(upper, c)))), "")
        return "; ".join([*([] if heads.role(wider) else [wider]), own])

    def _value_columns(self) -> list[int]:
        found = [self.roles["value"]] if "value" in self.roles else [c for c in self._free() if self._counts(c)]
        if not found and "population" in self.roles:
            return [self.roles.pop("population")]  # people are what the file counts
        if not found:
            raise InputError("data.no_values", file=self.sheet.file, sheet=self.sheet.name or self.sheet.file)
        return found

    def _counts(self, column: int) -> bool:
        return any(self._number(r, column) for r in self.body)

    def _number(self, row: int, column: int) -> bool:
        cell = self.sheet.rows[row][column]
        return isinstance(cell, float) or bool(re.match(r"[-+(]?[0-9]", cell.strip()))

    def _telling(self) -> list[int]:
        """Columns of words without a name that is known, by which rows differ; not those of remarks, all different."""
        found, periods = list[int](), self.found.periods
        for c in () if self.options.columns else self._free():  # the user has said
            if c in self.at or c > min(periods, default=self.wide):
                continue
            texts = (cell.strip() for r in self.body if isinstance(cell := self.sheet.rows[r][c], str))
            words = [t for t in texts if t and not re.match(r"[-+]?[0-9]", t)]
            free = not periods and len(set(words)) == len(self.body) > 2  # words of each row
            if words and not free and (len(set(words)) > 1 or (periods and len(self.body) == 1)):
                found.append(c)
        return found

    def _naming(self) -> list[int]:
        """The columns that say of a row what it is of; where none is known as its place, the first words may be."""
        own = [self.roles["indicator"]] if "indicator" in self.roles else []
        self.labels, words = [*own, *self.extra], self.extra
        self.spot = len(self.labels) if self.found.periods else len(own)
        if self.found.periods and words and not self.places:
            names = [bare(self._label(r, words[0])) for r in self.body]
            if sum(bool(re.fullmatch(WORDS["indicators"], name)) for name in names) * 2 <= len(names):
                self.places = [words[0]]
                self.labels.remove(words[0])
        units = [self.roles[key] for key in ("unit", "mult") if key in self.roles]
        return list(dict.fromkeys([*self.places, *self.labels, *units, *self.more.values()]))

    def _key(self, row: int, kind: _Kind, part: str) -> Key:
        place = ", ".join([t for c in self.places if (t := self._label(row, c))])
        words = [self._label(row, c) for c in self.labels]
        name = "; ".join(filter(None, (*words[: self.spot], kind.name, *words[self.spot :])))
        return Key(kind.place or place, name or self.title, self._unit(row, kind.unit or name), part)

    def _label(self, row: int, column: int) -> str:
        """The words of a cell, of a merged one wherever it is read."""
        return _cleaned(self.sheet.text(*self.over.get((row, column), (row, column))))

    def _unit(self, row: int, about: str) -> str:
        """The unit that the user states, else the file; InputError where it says another one of money in full."""
        roles, whole = self.roles, f"{about} {self.heading}"
        words = self._label(row, roles["unit"]) if "unit" in roles else self.written or heads.stated_unit(about)
        found = heads.unit(words, whole if "unit" in roles or not self.written else self.heading)
        if self.options.unit:
            own, found = found, heads.unit(self.options.unit, self.heading)
            if own != found and unit_of(own).kind == "money":
                raise InputError("data.other_unit", file=self.sheet.file, found=own, stated=found)
        power = self._label(row, roles["mult"]) if "mult" in roles else ""
        return f"{found} ×10^{power}".strip() if power not in ("", "0") else found

    def _kinds(self) -> dict[int, _Kind]:
        if self.found.periods:
            return {c: _Kind(name) for c, name in self._groups().items()}
        made, named = dict[int, _Kind](), "value" in self.roles or ("indicator" in self.roles and len(self.at) == 1)
        for c in self.at:
            head = self.heads[c] if self.found.row >= 0 else ""
            counts = re.fullmatch(WORDS["indicators"], bare(head)) or heads.role(head) == "value"
            of_place = len(self.at) > 1 and not self.places and not counts
            made[c] = _Kind("", clean(head), head) if of_place else _Kind("" if named else head, "", head)
        return made

    def _groups(self) -> dict[int, str]:
        """What stands above each year, carried to the right as a merged cell is."""
        row, columns = self.found.row - 1, sorted(self.found.periods)
        words = [self._label(row, c) if row >= 0 else "" for c in columns]
        for i in range(1, len(words)):
            words[i] = words[i] or words[i - 1]
        alone = sum(bool(text.strip()) for text in self.sheet.texts(row)) == 1
        title = alone and len({year for year, _, _ in self.found.periods.values()}) == len(columns)
        if title or (heads.stated_unit(words[0]) and len({*words}) == 1):
            return dict.fromkeys(columns, "")
        idle = {word for word in words if heads.role(word) == "year" or heads.stated_unit(word)}
        return {c: "" if word in idle else word for c, word in zip(columns, words, strict=True)}

    def _when(self, row: int) -> Period:
        column = self.roles["year"]
        cell = self.sheet.rows[row][column]
        if cell not in self.times:
            with self.sheet.telling(row, column):
                found = heads.period(self.sheet.text(row, column), self.options.year)
                if found is None:
                    raise InputError("data.not_year", cell=self.sheet.text(row, column))
                self.times[cell] = found
        return self.times[cell]
