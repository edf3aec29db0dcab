"""Layout: where a sheet holds its figures and what each of them is of; none of them is left out in silence."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from ruralincome.data.cells import bare, tidy
from ruralincome.data.forms import find, heads
from ruralincome.data.forms.figures import WORDS, decimal_sign, flagged, read_figure, status_of
from ruralincome.data.forms.find import NOTE, Period
from ruralincome.data.forms.reading import NOTHING, Figure, Key, Options, Remark, Reported, decimal, figure_of, read_day
from ruralincome.data.table import Cell, Sheet
from ruralincome.series import InputError
from ruralincome.series.names import clean
from ruralincome.series.units import unit_of

NUMBERS = ("target", "population", "standard_error", "sample_size", "design_effect")
MORE = ("code", "district", "province", "group", "source", "published", "target_year", "territory", *NUMBERS)
_cleaned = lru_cache(4096)(clean)


class _Kind(NamedTuple):
    """What columns of figures are of: the place that their head names, or else what; the words of their unit."""

    name: str = ""
    place: str = ""
    unit: str = ""


class Rows:
    """The table of a sheet: where its heads are, and what its rows say. body: rows of figures, to the `last`; below:
    notes; at: columns of figures; signed: whether one needs a decimal sign; extra, more: columns that tell apart."""

    def __init__(self, sheet: Sheet, options: Options) -> None:
        if (found := find.find(sheet, options)) is None:
            facts = {"file": sheet.file, "sheet": sheet.name or sheet.file, "columns": options.columns}
            raise InputError("data.no_such_columns" if options.columns else "data.no_heads", **facts)
        self.sheet, self.options, self.found, self.roles = sheet, options, found, (roles := found.roles)
        periods, self.wide, under = found.periods, (wide := len(sheet.rows[0])), range(found.row + 1, len(sheet.rows))
        spans = ((range(a, min(b + 1, under.stop)), range(c, d + 1), (a, c)) for a, c, b, d in sheet.merged)
        self.over = {(r, c): first for rows, columns, first in spans for r in rows for c in columns}
        self.times, self.read, self.plans = dict[Cell, Period](), dict[Cell, Figure](), list[str | InputError]()
        self.heads, body = [find.head_of_column(sheet, found, c) for c in range(self.wide)], find.body(sheet, found)
        self.again = {r for r in body if periods and find.again(sheet, r, found)}
        self.body = [r for r in body if r not in self.again]
        while periods and self.body and not any(re.match(WORDS["some"], sheet.text(self.body[-1], c)) for c in periods):
            self.body.pop()  # signatures and the like, where the table has ended
        self.last, inside = self.body[-1] if self.body else found.row, {*self.body}
        self.lines = {r: sheet.line(r) for r in under if r not in inside}
        self.below = [t for r, t in self.lines.items() if r > self.last and t]
        self.below += [t for r, t in self.lines.items() if r < self.last and NOTE.match(t)]
        self.legend, self.yearly = find.legend_of(self.below), find.said_of_years(self.below)
        self.group = find.groups_above(sheet, found, self._label) if periods else {}
        before = found.row - any(self.group.values())  # the line of groups is no title
        left = (t for c, t in enumerate(sheet.texts(before)) if before < found.row and not self.group.get(c))
        titles = [t for r in range(max(before, 0)) if (t := sheet.line(r)) and not NOTE.match(t)]
        titles += [tidy(t) for t in left if heads.stated_unit(t)]  # left of the groups, or of one
        named = [t for t in titles if not heads.UNIT.match(t)]
        self.title = next((t for t in named if not re.fullmatch(WORDS["letterhead"], bare(t))), (*named, "")[0])
        self.told = [bare(head) for head in (*self.heads, *self.group.values())]
        for r in (r for r in range(max(before, 0)) if sheet.line(r) == self.title):
            find.refuse_plans(sheet, r, self.told)
        self.heading = " ".join([*titles, *(sheet.line(r) for r in range(before, found.row))])
        self.footed = next((u for t in self.below if heads.UNIT.match(t) and (u := heads.stated_unit(t))), "")
        self.written = next((u for o in (False, True) for t in titles if (u := heads.stated_unit(t, o))), "")
        own = options.unit or self.written or self.footed  # what a format writes of it (0.0" triệu") is no mark
        self.legend |= {mark: None for mark in {*sheet.marks.values()} if heads.of_unit(mark, own)}
        for c, (year, early, marks) in periods.items():  # 2022(*), where (*) is a plan
            mark = re.split(r"[12][0-9]{3}", sheet.marked(found.row, c))[-1].strip()
            if mark.strip("() ") in self.legend or re.fullmatch(r"\(?\*+\)?", mark):
                with sheet.telling(found.row, c):
                    status, _ = flagged(mark, self.legend, self.heads[c])
                periods[c] = year, early if status == "final" else status, marks
        beside = [roles[key] for key in ("remark", "status") if key in roles]
        beside += [c for c in range(wide) if heads.role(self.heads[c]) == "remark" and c not in roles.values()]
        at = [roles["value"]] if "value" in roles else [c for c in self._free() if self._first(self.body, c)]
        if not (at or periods) and "population" in roles:
            at = [roles.pop("population")]  # people are what the file counts
        self.remarks, self.at = sorted(beside), [*periods] or [c for c in at if self.heads[c]] or at
        if not self.at:
            raise InputError("data.no_values", file=sheet.file, sheet=sheet.name or sheet.file)
        loose = [c for c in self._free() if c not in self.at and c <= min(periods, default=wide)]
        self.extra = [] if options.columns else find.wordy(sheet, self.body, loose, not periods)  # the user has said
        units = {bare(self._label(r, roles["unit"])) for r in self.body if "unit" in roles} - {""}
        areas, counts = (any(re.match(WORDS["units"][kind], t) for t in units) for kind in ("areas", "counts"))
        other = self.extra or {"place", "indicator"} & {*roles} or not (areas or (len(units) > 1 and not counts))
        if units and not other and bare(self.heads[roles["unit"]]) == "don vi":  # of places: Xã A
            roles["place"] = roles.pop("unit")
        of = {self._label(r, roles["territory"]) for r in self.body if "territory" in roles} - {""}
        if len(of) > 1 and not ({"place", "district"} & {*roles} or any(re.search("[0-9]", t) for t in of)):
            roles["place"] = roles.pop("territory")  # Guam, not the day of the borders that figures are of
        self.places = [roles[key] for key in ("place", "district", "province") if key in roles]
        self.places = self.places or [roles[key] for key in ("code",) if key in roles]
        if r := self._first((q for q in self.lines if not periods and q < self.last), *self.at):
            self._when(r - 1)  # a figure without a year, which is refused
        self.sign, self.signed = self._sign(self.at)
        self.unread = tuple(self._unread())
        self.more = {key: c for key, c in roles.items() if key in MORE or (key == "place" and self.places[1:])}
        self.signs = {key: self._sign([c])[0] for key, c in self.more.items() if key in NUMBERS}

    def groups(self) -> dict[Key, list[Reported]]:
        """All figures, by what they are of."""
        periods, kinds, naming, known = self.found.periods, self._kinds(), self._naming(), self.read
        self.carried = find.carry_down(self.sheet, self.body, self.places, min(self.at), self.over)
        when, rows, of, new = self.roles.get("year", 0), self.sheet.rows, itemgetter(*(naming or [0])), tuple.__new__
        columns, groups, planned = [(c, periods.get(c)) for c in kinds], dict[Key, list[Reported]](), list[Remark]()
        said, done, part, titles = dict[Any, tuple[Any, list[list[Reported]]]](), list[Cell](), "", dict[str, str]()
        abouts: dict[tuple[Period | Cell | None, ...], dict[int, list[Remark]]] = {(): {}}
        for r in sorted([*self.body, *(r for r in self.lines if r < self.last)]):
            if r in self.again:  # the heads once more, perhaps under a title of their own
                part, titles, planned = self._second(r, part, titles), {}, []
            elif r in self.lines:
                planned = planned if (above := self.lines[r]) else []
                if above and not NOTE.match(above):
                    find.refuse_plans(self.sheet, r, self.told)
                    titles[above] = heads.stated_unit(above)
                    shown = next(q for q in range(r, self.last + 1) if q not in self.lines or q in self.again)
                    if r > self.body[0] and shown not in self.again:
                        find.block(self.sheet, r, part, self.written, () if self.labels else (self.title, self.heading))
                    if not heads.UNIT.match(above):
                        part = above if periods else part
                        planned = [("plan", (above,))] if status_of(above, table="remarks") == "plan" else []
                    self.written = titles[above] or self.written
            if r in self.lines:
                said.clear()
                continue
            if periods and (r == self.body[0] or r - 1 in self.again) and find.numbering(self.sheet, r, periods):
                continue
            row, titles = rows[r], titles and {}
            if self.over or (told := said.get(same := of(row))) is None:  # rows that say the same are looked at once
                by = {kind: groups.setdefault(self._key(r, kind, part), []) for kind in dict.fromkeys(kinds.values())}
                told = self._more(r), [*map(by.__getitem__, kinds.values())]
                said |= {} if self.over else {same: told}
            more, into = told
            of_row = None if periods else self.times.get(row[when]) or self._when(r)
            beside = (of_row, *[row[c] for c in self.remarks]) if self.remarks else ()
            if beside and (self.over or beside not in abouts):
                abouts[beside] = self._about(r, of_row)
            about = abouts[beside]
            for (c, own), cells in zip(columns, into, strict=True):
                year, early, marks = own or of_row  # type: ignore[misc]
                read = self._figure(r, c) if self.sheet.marks else known.get(row[c]) or self._figure(r, c)
                read = read if early == "final" else read.marked(early, marks)
                if about or self.yearly or planned:
                    for remark in (*about.get(c, ()), *self.yearly.get(year, ()), *planned):
                        read = read.marked(*remark)
                if read[1] != "plan":
                    cells.append(new(Reported, (year, read, r, c, more)))
                elif read.shown:
                    self.plans.append(figure_of(year, read.number, "; ".join(read.notes)))
            rows[r] = row if self.over else done  # what is read takes no more room
        return groups

    def _unread(self) -> Iterator[str]:
        """Heads of columns that hold figures and are not read; those of plans are kept apart. Raises InputError for a
        column without a head that does not count rows, and for a head with a year that is not understood."""
        sheet, wide, none = self.sheet, self.found.periods, self.found.row < 0
        taken = {c for c in (*self.at, *self.extra) if self.heads[c] or none}
        for c in (c for c in self._free() if c not in taken and self._first(self.body, c)):
            low = sheet.texts(self.found.row + 1) if wide and self.found.row + 1 < self.body[0] else self.heads
            head = self.heads[c] or low[c].strip()  # of a merged one, what is below
            year = wide and re.search(r"\d{4}", head) and not re.fullmatch(WORDS["periods"]["other"], bare(head))
            if heads.planned(head):
                self.plans.append(head)
            elif head and (self.options.columns or not year):
                yield head
            else:
                with sheet.telling(self.found.row if head else self._first(self.body, c) - 1, c):
                    raise InputError("data.year_head" if head else "data.no_head", head=head)

    def _second(self, row: int, part: str, titles: Mapping[str, str]) -> str:
        """Go on to a table under heads of its own; the part that its rows are of. Its title and unit are above."""
        if not (own := [title for title in titles if not heads.UNIT.match(title)]):
            return part
        if find.continues(own, self.title, self.heading):
            return ""  # (Tiếp theo)
        if self.written and not (any(titles.values()) or heads.is_part(own[-1]) or self.options.unit):
            raise InputError("data.no_own_unit", where=self.sheet.at(row, 0), unit=self.written, title=own[-1])
        self.title, self.heading = own[-1], " ".join(titles)
        return ""

    def _about(self, row: int, when: Period | None) -> dict[int, list[Remark]]:
        """What remarks say of a row's figures: of years they name, of the year before, of all; a doubt is refused."""
        told, periods, status = dict[int, list[Remark]](), self.found.periods, self.roles.get("status")
        between = periods and any(min(periods) < c < max(periods) for c in self.remarks)
        for column in self.remarks:
            if words := self._label(row, column):
                kind = "statuses" if when and column == status else "remarks"
                of = [column - 1] if between and column - 1 in periods else self.at
                years, said = {c: (when or periods[c])[0] for c in self.at}, status_of(words, self.legend, kind)
                named = {c for c in self.at if str(years[c]) in re.findall(r"[12][0-9]{3}", words)}
                about, other = named & {*of} or named, not when and re.search(r"[12][0-9]{3}", words)
                if not about and said not in (None, "final") and (other or len({years[c] for c in of}) > 1):
                    raise InputError("data.remark_year", where=self.sheet.at(row, column), words=words)
                kept: list[Remark] = [("final", (words,))] if kind == "remarks" else []  # beside an empty cell, too
                for c in about or of if said != "final" or kind == "remarks" else ():
                    told.setdefault(c, []).extend([(said or "final", () if kept else (words,)), *kept])
        return told

    def _free(self) -> list[int]:
        """Columns whose heads say neither what they are nor that they stand aside, as those do that number the rows."""
        taken, figures = {*self.roles.values()}, min(self.found.periods, default=self.roles.get("year", 0))
        taken |= {c for c in range(figures) if not self.heads[c] and find.orders(self.sheet, self.body, c)}
        return [c for c in range(self.wide) if c not in taken and heads.role(self.heads[c]) not in ("aside", "remark")]

    def _sign(self, columns: list[int]) -> tuple[str, bool]:
        """The decimal sign of columns, and whether any of their cells needs one."""
        rows, at, back = self.sheet.rows, self.sheet.at, columns[::-1]
        first = {t: (r, c) for r in reversed(self.body) for c in back if (t := rows[r][c]) and isinstance(t, str)}
        cells = [(t, where) for where, t in sorted((where, tidy(t)) for t, where in first.items())]
        sign = decimal_sign(cells, self.options.decimal or self.sheet.decimal, lambda where: at(*where))
        return sign, any("," in text or "." in text.strip(". ") for text, _ in cells)

    def _figure(self, row: int, column: int) -> Figure:
        cell, mark = self.sheet.rows[row][column], self.sheet.marks.get((row, column), "")
        with self.sheet.telling(row, column):
            read = read_figure(cell, self.sign, self.legend) if isinstance(cell, str) else Figure(decimal(cell))
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
                        text = decimal(cell) if isinstance(cell, float) else read_figure(text, self.signs[key]).shown
                    found[key] = read_day(text) if key == "published" else text
        if "target" in found and (when := re.search(r"[12][0-9]{3}", self.heads[self.more["target"]])):
            found.setdefault("target_year", when[0])
        return ({"published": read_day(self.options.published)} if self.options.published else {}) | found or NOTHING

    def _first(self, rows: Iterable[int], *columns: int) -> int:
        """The first row that holds a number in any of the columns, counted from 1; 0 where none does."""
        cells = ((r + 1, self.sheet.rows[r][c]) for r in rows for c in columns)
        return next((r for r, cell in cells if isinstance(cell, float) or re.match(r"[-+(]?[0-9]", cell.strip())), 0)

    def _naming(self) -> list[int]:
        """The columns that say of a row what it is of; where none is known as its place, the first words may be."""
        own, words = [self.roles["indicator"]] if "indicator" in self.roles else [], self.extra
        self.labels = [*own, *words]
        if self.found.periods and words and not self.places:
            names = [bare(self._label(r, words[0])) for r in self.body]
            if sum(bool(re.fullmatch(WORDS["indicators"], name)) for name in names) * 2 <= len(names):
                self.places, self.labels = [words[0]], [*own, *words[1:]]
        units = [self.roles[key] for key in ("unit", "mult") if key in self.roles]
        return list(dict.fromkeys([*self.places, *self.labels, *units, *self.more.values()]))

    def _key(self, row: int, kind: _Kind, part: str) -> Key:
        place = ", ".join([t for c in self.places if (t := self._label(row, c))])
        name = "; ".join(filter(None, (*(self._label(row, c) for c in self.labels), kind.name)))
        return Key(kind.place or place, name or self.title, self._unit(row, kind.unit or name), part)

    def _label(self, row: int, column: int) -> str:
        """The words of a cell, of a merged one wherever it is read."""
        return _cleaned(self.sheet.text(*self.over.get((row, column), (row, column))))

    def _unit(self, row: int, about: str) -> str:
        """The unit that the user states, else the file; InputError where it says another one of money in full."""
        roles, own = self.roles, about if bare(about) in WORDS["percent"] else heads.stated_unit(about)
        words = self._label(row, roles["unit"]) if "unit" in roles else own or self.written
        context = f"{about} {self.heading}" if "unit" in roles or own or not self.written else self.heading
        found, below = heads.unit(words or self.footed, context), heads.unit(self.footed, context)
        if below != found and unit_of(below).kind == unit_of(found).kind == "money":
            raise InputError("data.two_units", file=self.sheet.file, above=words, below=self.footed)
        if self.options.unit:
            own, found = found, heads.unit(self.options.unit, self.heading)
            if own != found and unit_of(own).kind == "money":
                raise InputError("data.other_unit", file=self.sheet.file, found=own, stated=found)
        power = self._label(row, roles["mult"]) if "mult" in roles else ""
        return f"{found} ×10^{power}".strip() if power not in ("", "0") else found

    def _kinds(self) -> dict[int, _Kind]:
        if self.found.periods:
            self.plans += dict.fromkeys(t for t in self.group.values() if status_of(t, table="remarks") == "plan")
            return {c: _Kind(name) for c, name in self.group.items() if name not in self.plans}
        made, named = dict[int, _Kind](), "value" in self.roles or ("indicator" in self.roles and len(self.at) == 1)
        whole = any(heads.total(t := self.heads[c]) and not re.search(WORDS["things"], bare(t)) for c in self.at)
        units = {bare(heads.stated_unit(self.heads[c])) for c in self.at}  # of places, all have the same
        for c in self.at:
            head = self.heads[c] if self.found.row >= 0 else ""
            known = re.fullmatch(WORDS["indicators"], bare(head)) or (heads.stated_unit(head) and len(units) > 1)
            counts = known or heads.role(head) == "value" or (heads.is_part(head) and not whole)
            of_place = len(self.at) > 1 and not self.places and not counts
            made[c] = _Kind("", clean(head), head) if of_place else _Kind("" if named else head, "", head)
        return made

    def _when(self, row: int) -> Period:
        column = self.roles["year"]
        with self.sheet.telling(row, column):
            if (found := heads.period(self.sheet.text(row, column), self.options.year)) is None:
                raise InputError("data.not_year", cell=self.sheet.text(row, column))
        return self.times.setdefault(self.sheet.rows[row][column], found)
