"""Layout: where a sheet holds its figures: years as columns, or years as rows with a column of values or of each place.

What stands above is its title and unit, what stands below its notes; no figure between them is left out in silence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from ruralincome.data.forms import heads
from ruralincome.data.forms.figures import decimal_sign, figure, flagged, tidy
from ruralincome.data.forms.find import Found, filled, find, legend_of, line
from ruralincome.data.forms.reading import Figure, Observation, Options, Reading, Status, collect, plain
from ruralincome.data.forms.sheet import Sheet
from ruralincome.series import InputError
from ruralincome.series.names import clean

INDICATOR = r".*\b(thu nhap|income|dan so|population|ty le|rate|gdp|grdp|gni|chi so|index|so ho|san luong|chi tieu)\b.*"
"""What a name counts that is no place."""
NOTE = re.compile(
    r"^\s*(\(?\*+\)?|\(?[0-9]{1,2}\)|[¹²³]|ghi chú|chú thích|nguồn|note|notes|source|data from|last updated)", re.I
)
WORDS: dict[str, Status] = {
    "final": "final", "chinh thuc": "final", "a": "final", "normal": "final", "preliminary": "preliminary",
    "so bo": "preliminary", "provisional": "preliminary", "estimate": "estimate", "uoc tinh": "estimate",
    "estimated": "estimate", "break": "break", "m": "not_available", "confidential": "confidential", "zero": "zero",
    "not_available": "not_available", "i": "estimate", "o": "not_available", "l": "not_available",
}  # fmt: skip
"""Words of a column of status, with the codes of SDMX (CL_OBS_STATUS) that are no marks of a cell."""


def readings(sheet: Sheet, options: Options) -> list[Reading]:
    """All figures of a sheet. Raises InputError naming cell, text and remedy for what cannot be read for sure."""
    found = find(sheet, options)
    if found is None:
        facts = {"columns": tuple(name for _, name in options.columns)}
        code = "data.no_such_columns" if options.columns else "data.no_heads"
        raise InputError(code, file=sheet.file, sheet=sheet.name or sheet.file, **facts)
    last = max((r for r in range(found.row + 1, len(sheet.rows)) if filled(sheet, r, found)), default=found.row)
    below = [t for r in range(last + 1, len(sheet.rows)) if (t := line(sheet, r))]
    below += [t for r in range(found.row + 1, last) if not filled(sheet, r, found) and NOTE.match(t := line(sheet, r))]
    above = [t for r in range(max(found.row, 0)) if (t := line(sheet, r))]
    reader = _Reader(sheet, options, found, last, above, legend_of(below))
    rows = list(reader.observations())
    totals = {place for place in {row.place for row in rows} if heads.total(place)}
    left = [row for row in rows if row.place in totals]
    kept = [row for row in rows if row.place not in totals]
    if left and not kept:
        kept, left = [replace(row, place="") for row in rows], []
    if not any(row.figure.shown for row in kept):
        raise InputError("data.no_row", file=sheet.file)
    code = "data.read_wide" if found.periods else "data.read_long"
    told = [*sheet.said, InputError(code, row=found.row + 1, last=last + 1)]
    if left:
        told.append(InputError("data.read_totals", names=tuple(dict.fromkeys(row.place for row in left))))
    if below:
        told.append(InputError("data.read_notes", count=len(below)))
    if reader.signed:
        told.append(InputError("data.read_comma" if reader.sign == "," else "data.read_point"))
    return collect(kept, told, below)


@dataclass
class _Reader:
    sheet: Sheet
    options: Options
    found: Found
    last: int
    above: list[str]
    legend: dict[str, Status | None]

    def observations(self) -> Iterator[Observation]:
        sheet, found = self.sheet, self.found
        self.titles = [t for t in self.above if not NOTE.match(t)]
        words = self.options.unit or next(filter(None, map(heads.stated_unit, self.titles)), "")
        self.title = next((t for t in self.titles if not heads.stated_unit(t) or len(t) > 40), "")
        self.unit = words and heads.unit(words, " ".join(self.titles))
        self.body = [r for r in range(found.row + 1, self.last + 1) if filled(sheet, r, found)]
        self.columns = list(found.periods) or self._value_columns()
        cells = [(tidy(t), sheet.at(r, c)) for r in self.body for c in self.columns if (t := self._words(r, c))]
        self.sign = decimal_sign(cells, self.options.decimal or sheet.decimal)
        self.signed = any("," in text or "." in text.strip(". ") for text, _ in cells)
        self.extra = self._telling()
        yield from self._wide() if found.periods else self._long()

    def _words(self, row: int, column: int) -> str:
        """A cell that is text; empty for a number of a workbook."""
        cells = self.sheet.rows[row]
        cell = cells[column] if column < len(cells) else ""
        return cell if isinstance(cell, str) else ""

    def _figure(self, row: int, column: int) -> Figure:
        mark = self.sheet.marks.get((row, column), "")
        cells = self.sheet.rows[row]
        cell = cells[column] if column < len(cells) else ""
        try:
            read = figure(cell, self.sign, self.legend) if isinstance(cell, str) else Figure(plain(cell))
            if mark:
                status, notes = flagged(mark, self.legend or None, mark)
                read = Figure(read.shown, status if status != "final" else read.status, (*read.notes, *notes))
        except InputError as fault:
            raise InputError("data.at", where=self.sheet.at(row, column), fault=fault) from None
        return read

    def _head(self, column: int) -> str:
        """The head of a column; above it, where the line of years leaves it empty."""
        rows = [r for r in (self.found.row, self.found.row - 1, self.found.row - 2) if r >= 0]
        return next((t for r in rows if (t := tidy(self.sheet.text(r, column)))), "")

    def _value_columns(self) -> list[int]:
        roles = self.found.roles
        if "value" in roles:
            return [roles["value"]]
        wide = max(len(self.sheet.rows[r]) for r in self.body) if self.body else 0
        free = [c for c in range(wide) if c not in roles.values() and heads.role(self._head(c)) != "aside"]
        found = [c for c in free if any(re.match(r"[-+(]?[0-9]", self.sheet.text(r, c).strip()) for r in self.body)]
        if not found:
            raise InputError("data.no_values", file=self.sheet.file, sheet=self.sheet.name or self.sheet.file)
        return found

    def _label_columns(self) -> list[int]:
        taken = {*self.found.roles.values(), *self.columns}
        wide = max((len(self.sheet.rows[r]) for r in self.body), default=0)
        end = min(self.found.periods, default=wide)
        return [c for c in range(end) if c not in taken and heads.role(self._head(c)) != "aside"]

    def _telling(self) -> list[int]:
        """Columns of words without a name that is known, by which rows differ; not those of remarks, all different."""
        found: list[int] = []
        if self.options.columns:
            return found  # the user has said which count
        for c in self._label_columns():
            words = [t for r in self.body if (t := self._words(r, c).strip()) and not re.match(r"[-+]?[0-9]", t)]
            free = not self.found.periods and len(set(words)) == len(self.body) > 2  # words of each row
            if words and not free and (len(set(words)) > 1 or (self.found.periods and len(self.body) == 1)):
                found.append(c)
        return found

    def _place(self, row: int) -> str:
        keys = [k for k in ("place", "district", "province") if k in self.found.roles]
        return ", ".join(filter(None, (self._label(row, self.found.roles[k]) for k in keys)))

    def _label(self, row: int, column: int) -> str:
        """The words of a cell, of a merged one wherever it is read."""
        for first, left, end, right in self.sheet.merged:
            if first <= row <= end and left <= column <= right:
                return clean(self.sheet.text(first, left))
        return clean(self.sheet.text(row, column))

    def _unit(self, row: int, about: str) -> str:
        if self.options.unit or "unit" not in self.found.roles:
            found = self.unit or self._unit_of(about)
        else:
            found = heads.unit(self._label(row, self.found.roles["unit"]), f"{about} {' '.join(self.titles)}")
        power = self._label(row, self.found.roles["mult"]) if "mult" in self.found.roles else ""
        return f"{found} ×10^{power}".strip() if power not in ("", "0") else found

    def _unit_of(self, head: str) -> str:
        words = heads.stated_unit(head)
        return heads.unit(words, f"{head} {' '.join(self.titles)}") if words else ""

    def _wide(self) -> Iterator[Observation]:
        sheet, found = self.sheet, self.found
        groups = self._groups()
        labels = list(self.extra)
        named = self._place(self.body[0]) if self.body else ""
        named_roles = {"place", "district", "province"} & set(found.roles)
        first = None
        if labels and not named and not named_roles:
            words = [self._label(r, labels[0]) for r in self.body]
            if sum(bool(re.fullmatch(INDICATOR, heads.bare(w))) for w in words) * 2 <= len(words):
                first = labels.pop(0)
        part, body = "", set(self.body)
        for r in range(found.row + 1, self.last + 1):
            if r not in body:
                above = line(sheet, r)
                part = above if above and not NOTE.match(above) else part
                continue
            if self._numbering(r):
                continue
            place = self._label(r, first) if first is not None else self._place(r)
            words = [self._label(r, found.roles["indicator"])] if "indicator" in found.roles else []
            words += [self._label(r, c) for c in labels]
            for c, (year, status, notes) in found.periods.items():
                read = self._figure(r, c)
                if status != "final" and read.shown:
                    read = _under(read, status, notes)
                name = "; ".join(filter(None, (*words, groups.get(c, ""))))
                yield Observation(place, name or self.title, self._unit(r, name), year, read, sheet.at(r, c), part)

    def _numbering(self, row: int) -> bool:
        """Whether a row numbers the columns: A, 1, 2, 3."""
        if row != self.body[0]:
            return False
        cells = [re.sub(r"[()]", "", self.sheet.text(row, c)).strip() for c in self.found.periods]
        if not all(re.fullmatch(r"[0-9]{1,2}", c) for c in cells):
            return False
        others = [t for c in range(min(self.found.periods)) if (t := self.sheet.text(row, c).strip(" ()"))]
        if not all(re.fullmatch(r"[A-D]|[0-9]", t) for t in others):
            return False
        return len(cells) > 1 and all(int(b) == int(a) + 1 for a, b in pairwise(cells))

    def _groups(self) -> dict[int, str]:
        """What stands above each year, carried to the right as a merged cell is."""
        found, row = {}, self.found.row - 1
        first = min(self.found.periods)
        if row < 0 or not any(self._label(row, c) for c in self.found.periods):
            return {}
        said = ""
        for c in sorted(self.found.periods):
            said = self._label(row, c) or said
            found[c] = said
        if heads.stated_unit(found[first]) and len(set(found.values())) == 1:
            return {}
        if self._line_is_title(row):
            return {}
        return {c: w for c, w in found.items() if heads.role(w) != "year" and not heads.stated_unit(w)}

    def _line_is_title(self, row: int) -> bool:
        """Whether a row is a line of words over the whole table, not heads over its years."""
        filled = [c for c in range(len(self.sheet.rows[row])) if self.sheet.text(row, c).strip()]
        years = list(self.found.periods.values())
        return len(filled) == 1 and len({year for year, _, _ in years}) == len(years)

    def _long(self) -> Iterator[Observation]:
        sheet, roles = self.sheet, self.found.roles
        several = len(self.columns) > 1 and not {"place", "district", "province"} & set(roles)
        for r in self.body:
            try:
                when = heads.period(sheet.text(r, roles["year"]), self.options.year)
            except InputError as fault:
                raise InputError("data.at", where=sheet.at(r, roles["year"]), fault=fault) from None
            if when is None:
                odd = InputError("data.not_year", cell=sheet.text(r, roles["year"]))
                raise InputError("data.at", where=sheet.at(r, roles["year"]), fault=odd)
            year, status, notes = when
            for c in self.columns:
                head = self._head(c) if self.found.row >= 0 else ""
                as_place = several and not re.fullmatch(INDICATOR, heads.bare(head)) and heads.role(head) != "value"
                words = [self._label(r, roles["indicator"])] if "indicator" in roles else []
                if not (as_place or "value" in roles or (words and len(self.columns) == 1)):
                    words.append(head)
                words += [self._label(r, x) for x in self.extra]
                read = self._figure(r, c)
                if "status" in roles:
                    read = self._with_status(read, self._label(r, roles["status"]))
                if status != "final" and read.shown:
                    read = _under(read, status, notes)
                if "source" in roles:
                    read = replace(read, source=self._label(r, roles["source"]))
                place = clean(head) if as_place else self._place(r)
                name = "; ".join(filter(None, words)) or self.title
                yield Observation(place, name, self._unit(r, head), year, read, sheet.at(r, c))

    def _with_status(self, read: Figure, words: str) -> Figure:
        """A figure with what a column of status says of it; a word that is not known is kept as a note."""
        if not words:
            return read
        try:
            said, _ = (
                (WORDS[heads.bare(words)], ())
                if heads.bare(words) in WORDS
                else flagged(words, self.legend or None, words)
            )
        except InputError:
            return Figure(read.shown, read.status, (*read.notes, words))
        if said == "final" or not (read.shown or said == "confidential"):
            return read
        return Figure(read.shown, said, (*read.notes, words))


def _under(read: Figure, status: Status, notes: tuple[str, ...]) -> Figure:
    """A figure under a head with a status of its own (Sơ bộ 2020); what its cell says is the stronger."""
    return replace(read, status=status if read.status == "final" else read.status, notes=(*notes, *read.notes))
