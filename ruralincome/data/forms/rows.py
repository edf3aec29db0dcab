"""Rows: what each row of a sheet says once its heads are found: the place and indicator of its figures, and when."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from ruralincome.data.forms import heads
from ruralincome.data.forms.figures import decimal_sign, figure, flagged, status_said, tidy
from ruralincome.data.forms.find import NOTE, Headings, Period, line
from ruralincome.data.forms.reading import NOTHING, Figure, Line, Options, day, plain
from ruralincome.data.forms.sheet import Cell, Sheet
from ruralincome.series import InputError
from ruralincome.series.names import clean
from ruralincome.series.series import Status

INDICATOR = r".*\b(thu nhap|income|dan so|population|ty le|rate|gdp|grdp|gni|chi so|index|so ho|san luong|chi tieu)\b.*"
"""What a name counts that is no place."""
NUMBERS = ("target", "population", "standard_error", "sample_size", "design_effect")
MORE = ("district", "province", "source", "published", "target_year", *NUMBERS)
"""Columns that a reading carries beside its figures."""
YEAR = re.compile(r"[12][0-9]{3}")


class Rows:
    """One sheet, its line of heads found: what each of its rows says."""

    def __init__(
        self, sheet: Sheet, options: Options, found: Headings, body: list[int], above: list[str],
        legend: dict[str, Status | None],
    ) -> None:  # fmt: skip
        self.sheet, self.options, self.found, self.body, self.legend = sheet, options, found, body, legend
        self.wide = len(sheet.rows[0]) if sheet.rows else 0
        self.over = {
            (r, c): (first, left)
            for first, left, end, right in sheet.merged
            for r in range(first, min(end + 1, len(sheet.rows)))
            for c in range(left, min(right + 1, self.wide))
        }
        self.known: dict[Cell, str] = {}
        self.times: dict[Cell, Period] = {}
        self.said: dict[tuple[Cell, ...], tuple[str, Mapping[str, str]]] = {}
        self.places = [found.roles[k] for k in ("place", "district", "province") if k in found.roles]
        self.titles = [t for t in above if not NOTE.match(t)]
        words = options.unit or next(filter(None, map(heads.stated_unit, self.titles)), "")
        self.title = next((t for t in self.titles if not heads.stated_unit(t) or len(t) > 40), "")
        self.heading = " ".join(self.titles)
        self.unit = words and heads.unit(words, self.heading)
        self.columns = list(found.periods) or self._value_columns()
        self.sign, self.signed = self._sign(self.columns)
        self.extra = self._telling()
        self._headed()
        carried = MORE if len(self.places) < 2 else ("place", *MORE)
        self.more = {key: c for key, c in found.roles.items() if key in carried}
        self.naming = list(dict.fromkeys([*self.places, *self.more.values()]))
        self.signs = {key: self._sign([c])[0] for key, c in self.more.items() if key in NUMBERS}

    def lines(self) -> list[Line]:
        """The lines of all rows that hold figures."""
        return list(self._wide() if self.found.periods else self._long())

    def _headed(self) -> None:
        """Raise InputError for a figure of delimited text under no head: a comma in a number has parted it in two."""
        headed = max((c for c in range(self.wide) if self._head(c)), default=self.wide)
        for row in self.body if not self.sheet.name and self.found.row >= 0 else ():
            if any(re.match(r"\s*[0-9]", str(cell)) for cell in self.sheet.rows[row][headed + 1 :]):
                raise InputError("data.uneven", where=InputError("data.row", file=self.sheet.file, row=row + 1))

    def unread(self) -> tuple[str, ...]:
        """Heads of columns that hold figures and are not read."""
        taken = {*self.found.roles.values(), *self.columns, *self.extra}
        heads_of = {c: self._head(c) for c in range(self.wide) if c not in taken}
        return tuple(h for c, h in heads_of.items() if h and heads.role(h) != "aside" and self._counts(c))

    def _sign(self, columns: list[int]) -> tuple[str, bool]:
        """The decimal sign of columns, and whether any of their cells needs one."""
        rows, at = self.sheet.rows, self.sheet.at
        cells = [(tidy(t), (r, c)) for r in self.body for c in columns if (t := rows[r][c]) and isinstance(t, str)]
        sign = decimal_sign(cells, self.options.decimal or self.sheet.decimal, lambda where: at(*where))
        return sign, any("," in text or "." in text.strip(". ") for text, _ in cells)

    def _figure(self, row: int, column: int) -> Figure:
        cell, marks = self.sheet.rows[row][column], self.sheet.marks
        if not marks and type(cell) is float:
            return Figure(plain(cell))
        mark = marks.get((row, column), "")
        try:
            read = figure(cell, self.sign, self.legend) if isinstance(cell, str) else Figure(plain(cell))
            if mark:
                status, notes = flagged(mark, self.legend or None, mark)
                read = Figure(read.shown, status if status != "final" else read.status, (*read.notes, *notes))
        except InputError as fault:
            raise InputError("data.at", where=self.sheet.at(row, column), fault=fault) from None
        return read

    def _named(self, row: int) -> tuple[str, Mapping[str, str]]:
        """The place of a row, and what further columns say of it; rows that say the same are looked at once."""
        if self.over:
            return self._place(row), self._more(row)
        cells = self.sheet.rows[row]
        key = tuple([cells[c] for c in self.naming])
        if key not in self.said:
            self.said[key] = self._place(row), self._more(row)
        return self.said[key]

    def _more(self, row: int) -> Mapping[str, str]:
        """What further columns say: words as they stand, numbers with a point, days as YYYY-MM-DD."""
        found = {}
        for key, column in self.more.items():
            if text := self._label(row, column):
                try:
                    cell = self.sheet.rows[row][column]
                    if key in NUMBERS:
                        text = plain(cell) if isinstance(cell, float) else figure(text, self.signs[key]).shown
                    found[key] = day(text) if key == "published" else text
                except InputError as fault:
                    raise InputError("data.at", where=self.sheet.at(row, column), fault=fault) from None
        if (
            "target" in found
            and "target_year" not in self.more
            and (when := YEAR.search(self._head(self.more["target"])))
        ):
            found["target_year"] = when[0]
        if self.options.published:
            found.setdefault("published", day(self.options.published))
        return found or NOTHING

    def _head(self, column: int) -> str:
        """The head of a column; above it, where the line of years leaves it empty."""
        rows = [r for r in (self.found.row, self.found.row - 1, self.found.row - 2) if r >= 0]
        return next((t for r in rows if (t := tidy(self.sheet.text(r, column)))), "")

    def _value_columns(self) -> list[int]:
        roles = self.found.roles
        if "value" in roles:
            return [roles["value"]]
        free = [c for c in range(self.wide) if c not in roles.values() and heads.role(self._head(c)) != "aside"]
        found = [c for c in free if self._counts(c)]
        if not found and "population" in roles:
            return [roles.pop("population")]  # people are what the file counts
        if not found:
            raise InputError("data.no_values", file=self.sheet.file, sheet=self.sheet.name or self.sheet.file)
        return found

    def _counts(self, column: int) -> bool:
        """Whether a column holds numbers."""
        cells = (self.sheet.rows[r][column] for r in self.body)
        return any(isinstance(cell, float) or re.match(r"[-+(]?[0-9]", cell.strip()) for cell in cells)

    def _telling(self) -> list[int]:
        """Columns of words without a name that is known, by which rows differ; not those of remarks, all different."""
        found: list[int] = []
        if self.options.columns:
            return found  # the user has said which count
        taken = {*self.found.roles.values(), *self.columns}
        for c in range(min(self.found.periods, default=self.wide)):
            if c in taken or heads.role(self._head(c)) == "aside":
                continue
            cells = (self.sheet.rows[r][c] for r in self.body)
            texts = (cell.strip() for cell in cells if isinstance(cell, str))
            words = [t for t in texts if t and not re.match(r"[-+]?[0-9]", t)]
            free = not self.found.periods and len(set(words)) == len(self.body) > 2  # words of each row
            if words and not free and (len(set(words)) > 1 or (self.found.periods and len(self.body) == 1)):
                found.append(c)
        return found

    def _place(self, row: int) -> str:
        return ", ".join([t for c in self.places if (t := self._label(row, c))])

    def _label(self, row: int, column: int) -> str:
        """The words of a cell, of a merged one wherever it is read."""
        row, column = self.over.get((row, column), (row, column))
        cell = self.sheet.rows[row][column]
        if cell not in self.known:
            self.known[cell] = clean(self.sheet.text(row, column))
        return self.known[cell]

    def _unit(self, row: int, about: str) -> str:
        roles = self.found.roles
        if self.unit and "unit" not in roles and "mult" not in roles:
            return self.unit
        if self.options.unit or "unit" not in roles:
            found = self.unit or self._unit_of(about)
        else:
            found = heads.unit(self._label(row, roles["unit"]), f"{about} {self.heading}")
        power = self._label(row, roles["mult"]) if "mult" in roles else ""
        return f"{found} ×10^{power}".strip() if power not in ("", "0") else found

    def _unit_of(self, head: str) -> str:
        words = heads.stated_unit(head)
        return heads.unit(words, f"{head} {self.heading}") if words else ""

    def _wide(self) -> Iterator[Line]:
        sheet, found = self.sheet, self.found
        over, labels = self._groups(), list(self.extra)
        groups = {group: [c for c in found.periods if over.get(c, "") == group] for group in over.values()} or {
            "": list(found.periods)
        }
        first, periods = None, found.periods
        early = any(status != "final" for _, status, _ in periods.values())
        if labels and not self.places:
            words = [self._label(r, labels[0]) for r in self.body]
            if sum(bool(re.fullmatch(INDICATOR, heads.bare(w))) for w in words) * 2 <= len(words):
                first = labels.pop(0)
        part, body = "", set(self.body)
        named = [*([found.roles["indicator"]] if "indicator" in found.roles else []), *labels]
        for r in range(found.row + 1, self.body[-1] + 1 if self.body else 0):
            if r not in body:
                above = line(sheet, r)
                part = above if above and not NOTE.match(above) else part
                continue
            if r == self.body[0] and self._numbering(r):
                continue
            place, more = self._named(r)
            place = self._label(r, first) if first is not None else place
            words = [self._label(r, c) for c in named]
            for group, columns in groups.items():
                figures = [(periods[c][0], c, self._figure(r, c)) for c in columns]
                if early:
                    figures = [(year, c, _under(read, periods[c])) for year, c, read in figures]
                name = "; ".join([*filter(None, (*words, group))])
                yield Line(place, name or self.title, self._unit(r, name), r, figures, part, more)

    def _numbering(self, row: int) -> bool:
        """Whether a row numbers the columns: A, 1, 2, 3."""
        cells = [re.sub(r"[()]", "", self.sheet.text(row, c)).strip() for c in self.found.periods]
        others = [t for c in range(min(self.found.periods)) if (t := self.sheet.text(row, c).strip(" ()"))]
        if not all(re.fullmatch(r"[0-9]{1,2}", c) for c in cells) or len(cells) < 2:
            return False
        if not all(re.fullmatch(r"[A-D]|[0-9]", t) for t in others):
            return False
        return all(int(b) == int(a) + 1 for a, b in pairwise(cells))

    def _groups(self) -> dict[int, str]:
        """What stands above each year, carried to the right as a merged cell is."""
        found, row, periods = {}, self.found.row - 1, self.found.periods
        if row < 0 or not any(self._label(row, c) for c in periods):
            return {}
        said = ""
        for c in sorted(periods):
            said = self._label(row, c) or said
            found[c] = said
        above = [c for c in range(self.wide) if self.sheet.text(row, c).strip()]
        title = len(above) == 1 and len({year for year, _, _ in periods.values()}) == len(periods)
        if title or (heads.stated_unit(found[min(periods)]) and len(set(found.values())) == 1):
            return {}
        return {c: "" if heads.role(w) == "year" or heads.stated_unit(w) else w for c, w in found.items()}

    def _long(self) -> Iterator[Line]:
        roles = self.found.roles
        several = len(self.columns) > 1 and not self.places
        indicator = [roles["indicator"]] if "indicator" in roles else []
        kinds: list[tuple[int, str, bool]] = []
        for c in self.columns:
            head = self._head(c) if self.found.row >= 0 else ""
            as_place = several and not re.fullmatch(INDICATOR, heads.bare(head)) and heads.role(head) != "value"
            kinds.append((c, head, as_place))
        for r in self.body:
            when = self._when(r, roles["year"])
            own, more = self._named(r)
            words = [self._label(r, x) for x in self.extra]
            for c, head, as_place in kinds:
                read = self._figure(r, c)
                if "status" in roles and (said := self._label(r, roles["status"])):
                    read = status_said(read, said, self.legend or None)
                read = _under(read, when)
                named = [self._label(r, x) for x in indicator]
                if not (as_place or "value" in roles or (named and len(self.columns) == 1)):
                    named.append(head)
                name = "; ".join([*filter(None, (*named, *words))])
                place = clean(head) if as_place else own
                yield Line(place, name or self.title, self._unit(r, head), r, [(when[0], c, read)], "", more)

    def _when(self, row: int, column: int) -> Period:
        """The year that a row is of."""
        cell = self.sheet.rows[row][column]
        if cell not in self.times:
            try:
                found = heads.period(self.sheet.text(row, column), self.options.year)
                if found is None:
                    raise InputError("data.not_year", cell=self.sheet.text(row, column))
            except InputError as fault:
                raise InputError("data.at", where=self.sheet.at(row, column), fault=fault) from None
            self.times[cell] = found
        return self.times[cell]


def _under(read: Figure, when: Period) -> Figure:
    """A figure under a head with a status of its own (Sơ bộ 2020); what its cell says is the stronger."""
    _, status, notes = when
    if status == "final" or not read.shown:
        return read
    return Figure(read.shown, status if read.status == "final" else read.status, (*notes, *read.notes))
