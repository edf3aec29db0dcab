"""Tables with a caption, scoped headers, and rows that stack on a narrow screen."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from markupsafe import Markup

from ruralincome.report.blocks import joined

NONE = "–"
"""A cell without a number."""


def table(
    caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], *, numeric: Collection[int] = (), css: str = ""
) -> Markup:
    """An HTML table; the first cell of a row is its header, the last one of a short row spans what is left.

    Text is escaped unless it is Markup.

    numeric: columns that hold numbers, set flush right; css: a class instead of the usual one. Rows stack on a narrow
    screen unless the table is two columns, the second of numbers.
    """
    columns = [Markup('<th scope="col"{}>{}</th>').format(_number(i, numeric), name) for i, name in enumerate(head)]
    body = [
        Markup("<tr>{}</tr>").format(
            joined(
                _cell(i, cell, head[i], numeric, len(head) - i if i == len(row) - 1 else 1)
                for i, cell in enumerate(row)
            )
        )
        for row in rows
    ]
    return Markup(
        '<table class="{}"><caption>{}</caption>\n<thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table>'
    ).format(css or ("pairs" if len(head) == 2 and 1 in numeric else "stack"), caption, joined(columns), joined(body))


def _cell(column: int, content: str, name: str, numeric: Collection[int], span: int) -> Markup:
    if column == 0:
        return Markup('<th scope="row"{}>{}</th>').format(_number(column, numeric), content)
    if span > 1:
        return Markup('<td colspan="{}">{}</td>').format(span, content)
    return Markup('<td data-label="{}"{}>{}</td>').format(name, _number(column, numeric), content)


def _number(column: int, numeric: Collection[int]) -> Markup:
    return Markup(' class="number"') if column in numeric else Markup("")
