"""Layout: where a sheet holds its figures: years as columns, or years as rows with a column of values or of each place.

What stands above is its title and unit, what stands below its notes; no figure between them is left out in silence.
"""

import re

from ruralincome.data.forms import heads
from ruralincome.data.forms.find import NOTE, filled, find, legend_of, line
from ruralincome.data.forms.reading import Options, Reading, collect
from ruralincome.data.forms.rows import Rows
from ruralincome.data.forms.sheet import Sheet
from ruralincome.series import InputError

COUNTS = re.compile(r"\s*(?:[-+−(.…:]|[0-9]|[a-z/#. ]{1,12}$)", re.IGNORECASE)
"""A cell of a table of figures: one, or a mark that there is none."""


def readings(sheet: Sheet, options: Options) -> list[Reading]:
    """All figures of a sheet. Raises InputError naming cell, text and remedy for what cannot be read for sure."""
    sheet = sheet.even()
    found = find(sheet, options)
    if found is None:
        code = "data.no_such_columns" if options.columns else "data.no_heads"
        raise InputError(code, file=sheet.file, sheet=sheet.name or sheet.file, columns=options.columns)
    body = [r for r in range(found.row + 1, len(sheet.rows)) if filled(sheet, r, found)]
    while found.periods and body and not any(COUNTS.match(sheet.text(body[-1], c)) for c in found.periods):
        body.pop()  # signatures and the like, where the table has ended
    last = body[-1] if body else found.row
    below = [t for r in range(last + 1, len(sheet.rows)) if (t := line(sheet, r))]
    within = [r for r in range(found.row + 1, last) if r not in set(body)] if len(body) < last - found.row else []
    below += [t for r in within if NOTE.match(t := line(sheet, r))]
    above = [t for r in range(max(found.row, 0)) if (t := line(sheet, r))]
    reader = Rows(sheet, options, found, body, above, legend_of(below))
    rows = reader.lines()
    totals = {place for place in {row.place for row in rows} if heads.total(place)}
    left = [row for row in rows if row.place in totals] if totals else []
    kept = [row for row in rows if row.place not in totals] if totals else rows
    if left and not kept:
        kept, left = [row._replace(place="") for row in rows], []
    if not any(figure.shown for row in kept for _, _, figure in row.figures):
        raise InputError("data.no_row", file=sheet.file)
    code = "data.read_wide" if found.periods else "data.read_long"
    told = [*sheet.said, InputError(code, row=found.row + 1, last=last + 1)]
    if left:
        told.append(InputError("data.read_totals", names=tuple(dict.fromkeys(row.place for row in left))))
    if columns := reader.unread():
        told.append(InputError("data.read_unread", columns=columns))
    if below:
        told.append(InputError("data.read_notes", count=len(below)))
    if reader.signed:
        told.append(InputError("data.read_comma" if reader.sign == "," else "data.read_point"))
    return collect(kept, told, below, sheet)
