"""Tables with a caption, scoped headers, and rows that stack on a narrow screen."""

from collections.abc import Collection, Iterable, Sequence

from markupsafe import Markup

from ruralincome.report.blocks import joined
from ruralincome.report.words.words import say


class Number(str):
    """The head of a column of numbers, which is set flush right."""


def heads(prefix: str, language: str, *keys: str, **facts: object) -> list[str]:
    """The heads of a table's columns, `prefix.key` in words; a key that ends in # heads numbers: "rule", "value#"."""
    said = [say(f"{prefix}.{key.rstrip('#')}", language, **facts) for key in keys]
    return [Number(name) if key.endswith("#") else name for key, name in zip(keys, said, strict=True)]


def table(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: Collection[int] = (), css: str = ""
) -> Markup:
    """An HTML table; the first cell of a row is its header, the last one of a short row spans what is left.

    Text is escaped unless it is Markup. head: as `heads` gives it, or names, those of numbers being a `Number`.
    css: a class instead of the usual one. Rows stack on a narrow screen unless the table is two columns, the second
    of numbers.
    """
    head = [Number(name) if i in numeric else name for i, name in enumerate(head)]
    pairs = len(head) == 2 and isinstance(head[1], Number)
    return Markup(
        '<table class="{}"><caption>{}</caption>\n<thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table>'
    ).format(
        css or ("pairs" if pairs else "stack"),
        caption,
        joined(Markup('<th scope="col"{}>{}</th>').format(_kind(name), name) for name in head),
        joined(Markup("<tr>{}</tr>").format(joined(_cells(row, head))) for row in rows),
    )


def lines(rows: Iterable[Sequence[str]], between: str = " · ") -> list[str]:
    """The rows of a table as text, without markup."""
    return [between.join(c.striptags() if isinstance(c, Markup) else str(c) for c in row) for row in rows]


def _cells(row: Sequence[str], head: Sequence[str]) -> list[Markup]:
    cells = [
        Markup('<td data-label="{}"{}>{}</td>').format(name, _kind(name), cell)
        for name, cell in zip(head, row, strict=False)
    ]
    cells[0] = Markup('<th scope="row"{}>{}</th>').format(_kind(head[0]), row[0])
    if 1 < len(row) < len(head):
        cells[-1] = Markup('<td colspan="{}">{}</td>').format(len(head) - len(row) + 1, row[-1])
    return cells


def _kind(name: str) -> str:
    return Markup(' class="number"') if isinstance(name, Number) else ""
